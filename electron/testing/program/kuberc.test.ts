/** What the terminal says of a kuberc that keeps kubectl from running a command; nothing is run. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { kubectlJudges } from '../kubectl-judges'
import { useTerminal } from './terminal'

const terminal = useTerminal({
  inProcess: true,
  config: `clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: one, context: {cluster: c, user: one}}]
users: [{name: one, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, a]}}}]
`,
})

const here = kubectlJudges[1]?.here ?? false

test.skipIf(!here)(
  'list, lint and whoami say it with its line; of a shim only that it may be so',
  async () => {
    const aws = terminal.write('bin/aws', '#!/bin/sh\necho "$*" >> "$HOME/ran"\nexit 3\n', 0o755)
    const kuberc = terminal.write(
      'rc',
      'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n',
    )
    const folder = path.dirname(aws)
    const programs = path.dirname(kubectlJudges[1]?.program ?? '')
    const newer = {
      PATH: `${programs}:${folder}:/bin`,
      KUBERC: kuberc,
      AWS_ACCESS_KEY_ID: 'AKIA1',
      AWS_SECRET_ACCESS_KEY: 's',
    }
    const json = async (command: string, more: Record<string, string>) =>
      JSON.parse((await terminal.ekscope([command, '--json'], more)).stdout)
    const [listed] = (await json('list', newer)).contexts
    expect(listed.predicted.problem).toMatchObject({ code: 'plugin-not-allowed' })
    expect(listed.predicted.problem.message).toContain(`${kuberc}:3`)
    const lint = await terminal.ekscope(['lint'], newer)
    expect([lint.status, lint.stdout]).toEqual([1, expect.stringContaining(`${kuberc}:3`)])
    const who = await json('whoami', newer)
    expect(who.results[0]).toMatchObject({ verdict: 'broken', problem: { code: 'plugin-not-allowed' } })
    expect(() => readFileSync(path.join(terminal.home, 'ran'))).toThrow()

    terminal.write('bin/kubectl', '#!/bin/sh\nexit 1\n', 0o755)
    const shim = { ...newer, PATH: `${folder}:/bin` }
    const [unsure] = (await json('list', shim)).contexts
    expect([unsure.predicted.problem, unsure.findings]).toEqual([null, expect.arrayContaining(['kuberc'])])
    expect((await terminal.ekscope(['lint'], shim)).stdout).toContain('cannot be told without running it')
    await terminal.ekscope(['whoami'], shim)
    expect(readFileSync(path.join(terminal.home, 'ran'), 'utf8')).toContain('eks get-token')
  },
)

test.skipIf(!full)(
  'a window looks again when the kuberc changes, or kubectl',
  async () => {
    const kuberc = terminal.write(
      '.kube/kuberc',
      'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n',
    )
    const kubectl = terminal.write('bin/kubectl', '#!/bin/sh\nexit 1\n', 0o755)
    const window = terminal.window({ PATH: `${path.dirname(kubectl)}:/bin` })
    await window.kubeconfig.load()
    const told: string[] = []
    await window.watch({
      kubeconfig: () => undefined,
      failed: () => undefined,
      identity: (reason) => told.push(reason),
    })
    terminal.write('.kube/kuberc', `${readFileSync(kuberc, 'utf8')}credentialPluginPolicy: DenyAll\n`)
    await expect.poll(() => told, { timeout: 20_000 }).toContain('AWS files or kuberc')
    terminal.write('bin/kubectl', '#!/bin/sh\nexit 2 # another\n', 0o755)
    await expect.poll(() => told, { timeout: 40_000 }).toContain('aws or kubectl itself')
  },
  70_000,
)
