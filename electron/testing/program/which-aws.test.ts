/** What the terminal says of the aws that runs, and that nothing runs it but a check. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { useTerminal } from './terminal'

const terminal = useTerminal({
  inProcess: true,
  config: `clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: one, context: {cluster: c, user: one}}]
users: [{name: one, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, a]}}}]
`,
})

test('a shim is asked by the first check; list and lint run nothing, and know it from then on, until it changes', async () => {
  const shim = (text: string) =>
    terminal.write(
      'bin/aws',
      `#!/bin/sh\necho "$*" >> "$HOME/ran"\n[ "$1" = --version ] && { echo "aws-cli/1.45.11 Python/3.11"; exit 0; }\n${text}`,
      0o755,
    )
  const aws = shim('exit 3\n')
  const more = { PATH: `${path.dirname(aws)}:/bin`, AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 's' }
  const listed = async () => {
    const { contexts } = JSON.parse((await terminal.ekscope(['list', '--json'], more)).stdout)
    return [contexts[0].aws, contexts[0].predicted.certain]
  }
  const linted = async () => (await terminal.ekscope(['lint', '--json'], more)).stdout.includes('other-aws')
  expect(await listed()).toEqual([{ path: aws, version: null }, false])
  expect(await linted()).toBe(false)
  expect(() => readFileSync(path.join(terminal.home, 'ran'))).toThrow()

  const { results } = JSON.parse((await terminal.ekscope(['whoami', '--json'], more)).stdout)
  expect(results[0].aws).toEqual({ path: aws, version: '1.45.11' })
  expect(results[0].findings).toContain('other-aws')
  const ran = readFileSync(path.join(terminal.home, 'ran'), 'utf8')
  expect(ran).toBe('--version\neks get-token --cluster-name a\n')

  expect(await listed()).toEqual([{ path: aws, version: '1.45.11' }, true])
  expect(await linted()).toBe(true)
  await terminal.ekscope(['whoami'], more)
  expect(readFileSync(path.join(terminal.home, 'ran'), 'utf8')).toBe(`${ran}eks get-token --cluster-name a\n`)

  shim('# another\nexit 3\n')
  expect(await listed()).toEqual([{ path: aws, version: null }, false])
})

test('a window predicts anew once a check has asked', async () => {
  const aws = terminal.write('bin/aws', '#!/bin/sh\n[ "$1" = --version ] && echo aws-cli/1.45.11\n', 0o755)
  const window = terminal.window({
    PATH: `${path.dirname(aws)}:/bin`,
    AWS_ACCESS_KEY_ID: 'AKIA1',
    AWS_SECRET_ACCESS_KEY: 's',
  })
  const snapshot = await window.kubeconfig.load()
  const told: string[] = []
  await window.watch({
    kubeconfig: () => undefined,
    failed: () => undefined,
    identity: (reason) => told.push(reason),
  })
  const contexts = snapshot.contexts.map(({ id }) => id)
  const check = () => window.checker.run({ contexts, environment: 'app' }, new AbortController().signal)
  await check()
  expect(told).toEqual(['version of aws'])
  await check()
  expect(told).toEqual(['version of aws'])
  const { contexts: known } = await window.identities.of('app')
  expect(known[0]?.predicted).toMatchObject({ certain: true })
})
