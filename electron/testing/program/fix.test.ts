/** `ekscope lint` and `ekscope fix`; the real kubectl says whether a file is one. */
import { utimesSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { realProgram } from '../real-programs'
import { useTerminal } from './terminal'

const terminal = useTerminal({ inProcess: true })
const { ekscope, text } = terminal
beforeEach(() => {
  place('.kube/config', broken)
})

const broken =
  'contexts:\n- context: {cluster: c, user: off} # mine\n  name: on\nusers:\n- name: off\n  user: {}\n'
const mended = broken.replace(/ on$/m, ' "on"').replaceAll('off', '"off"')

/** A file that was not written just now: an unreadable one may only be so for a moment. */
function place(name: string, content: string): string {
  const path = terminal.write(name, content)
  const long = new Date(Date.now() - 60_000)
  utimesSync(path, long, long)
  return path
}
const kubectl = async () =>
  (await terminal.run(realProgram('kubectl'), ['config', 'get-contexts', '-o', 'name'])).stdout

test('a file that kubectl refuses is mended, after a look at the lines; other commands still refuse it', async () => {
  expect((await ekscope(['set-namespace', 'on', 'x'])).status).toBe(3)
  expect(await kubectl()).toBe('')
  const look = await ekscope(['fix', 'unsafe-name', '--dry-run'])
  expect([look.status, look.stderr]).toEqual([0, ''])
  expect(look.stdout).toContain('-  name: on\n')
  expect(look.stdout).toContain('+  name: "on"\n')
  expect(text()).toBe(broken)
  const run = await ekscope(['fix', 'unsafe-name', '--json'])
  expect([run.status, run.stderr]).toEqual([0, ''])
  expect(JSON.parse(run.stdout)).toMatchObject({ written: true, files: [{ path: terminal.file }] })
  expect(text()).toBe(mended)
  expect(await kubectl()).toBe('on\n')
  expect((await ekscope(['fix', 'unsafe-name'])).stdout).toContain('Nothing to do')
  // Undone, the file would be unreadable again.
  const back = await ekscope(['undo'])
  expect([back.status, back.stderr]).toEqual([
    3,
    expect.stringContaining('put quotes around text that kubectl misreads'),
  ])
})

test('contexts say in which files; another file that nothing mends refuses all', async () => {
  const other = place('other', 'contexts:\n- context: {cluster: c, user: u}\n  name: 12\n')
  const both = { KUBECONFIG: `${terminal.file}:${other}` }
  expect((await ekscope(['fix', 'unsafe-name', '12'], both)).status).toBe(0)
  expect(text()).toBe(broken)
  expect(text(other)).toContain('name: "12"')
  place('other', 'contexts: [')
  expect((await ekscope(['fix', 'unsafe-name'], both)).status).toBe(3)
  expect(text()).toBe(broken)
})

test.each([
  [['fix']],
  [['fix', '--all', 'unsafe-name']],
  [['fix', 'same-identity']],
  [['fix', 'unsafe-name', 'unpinned']],
])('%j is no use of it, and it says what is', async (args) => {
  const run = await ekscope(args)
  expect([run.status, run.stdout]).toEqual([2, ''])
  expect(run.stderr).toMatch(/shared-user.{1,2}env-keys-win.{1,2}double-assume/)
})

describe('lint, and fix in contexts', () => {
  const arn = 'arn:aws:eks:eu-west-1:111111111111:cluster/prod'
  const exec = (args: string, env = '', command = 'aws', apiVersion = 'v1beta1') =>
    `{exec: {apiVersion: client.authentication.k8s.io/${apiVersion}, command: ${command}, args: [${args}]${env && `, env: [{name: AWS_PROFILE, value: ${env}}]`}}}`
  const token = 'eks, get-token, --cluster-name, prod'
  const fleet = `clusters: [{name: "${arn}", cluster: {server: https://x}}]
contexts:
- {name: a, context: {cluster: "${arn}", user: shared}}
- {name: b, context: {cluster: "${arn}", user: shared}}
- {name: c, context: {cluster: "${arn}", user: c}}
- {name: d, context: {cluster: "${arn}", user: d}}
- {name: e, context: {cluster: "${arn}", user: e}}
users:
- {name: shared, user: ${exec(token, 'one')}}
- {name: c, user: ${exec('eks, get-token, --cluster-name, stage, --profile, one')}}
- {name: d, user: ${exec(`${token}, --profile, one`, '', 'aws', 'v1alpha1')}}
- {name: e, user: ${exec('token, -i, prod', 'one', './aws-iam-authenticator')}}
`
  const found = async () => {
    const run = await ekscope(['lint', '--json'])
    return {
      status: run.status,
      found: JSON.parse(run.stdout).findings.map(
        ({ severity, id, contexts, fixable }: Record<string, unknown>) =>
          `${severity} ${id} ${String(contexts)}${fixable ? ' fixable' : ''}`,
      ),
    }
  }
  beforeEach(() => {
    place('.kube/config', fleet)
    terminal.write('.kube/aws-iam-authenticator', '#!/bin/sh\n', 0o755)
    terminal.write('.aws/credentials', '[one]\naws_access_key_id = AKIAONE\naws_secret_access_key = s\n')
  })

  test('lint names every finding, most severe first, and what an edit mends; its status is that of the worst', async () => {
    expect(await found()).toEqual({
      status: 1,
      found: [
        'error deprecated-api-version d fixable',
        'error cluster-mismatch c fixable',
        'warning env-keys-win a fixable',
        'warning env-keys-win b fixable',
        'warning env-keys-win e',
        'warning shared-user a,b fixable',
        'info same-identity a,e',
        ...['a', 'b', 'c', 'd'].map((name) => `info missing-output-json ${name} fixable`),
      ],
    })
    const { stdout } = await ekscope(['lint'])
    expect(stdout).toMatch(
      /^error cluster-mismatch: c \(\S+\/config:\d+\)\n {2}The token is for cluster “stage”, but/m,
    )
    expect(stdout).toContain('of “stage”. (ekscope fix cluster-mismatch)\n')
    expect(stdout).toMatch(/\n2 errors, 4 warnings, 5 notes in 5 contexts\.\n$/)
  })

  test('each finding is mended in the contexts that are named, and the file changes nowhere else', async () => {
    expect((await ekscope(['fix', 'cluster-mismatch', 'a'])).stdout).toContain('Nothing to do')
    expect(text()).toBe(fleet)
    expect((await ekscope(['fix', 'cluster-mismatch'])).status).toBe(0)
    expect(text()).toBe(fleet.replace('--cluster-name, stage', '--cluster-name, prod'))
    const authenticator = await ekscope(['fix', 'env-keys-win', 'e'])
    expect(authenticator.stderr).toContain('warning: e: no edit fixes env-keys-win.')
    expect(authenticator.stdout).toContain('Nothing to do')
  })

  test('--all mends all that nobody has to decide, at once and to be undone at once; what is muted stays', async () => {
    const dry = await ekscope(['fix', '--all', '--dry-run'])
    expect([dry.status, text()]).toEqual([0, fleet])
    await terminal.done(['mute', 'deprecated-api-version', 'd', '--reason', 'kept for kubectl 1.23'])
    const run = await ekscope(['fix', '--all'])
    expect([run.status, run.stderr]).toEqual([
      0,
      expect.stringMatching(
        /^ekscope: warning: cluster-mismatch is left in 1 context: its fix names another profile, cluster or command, and that is a decision\. .*`ekscope fix cluster-mismatch --dry-run`\.\n$/,
      ),
    ])
    const left = (await found()).found.filter((line: string) => line.endsWith('fixable'))
    expect(left).toEqual(['error deprecated-api-version d fixable', 'error cluster-mismatch c fixable'])
    // By its name a finding is mended: who names it has decided.
    await terminal.done(['unmute', 'deprecated-api-version', 'd'])
    await terminal.done(['fix', 'cluster-mismatch', 'deprecated-api-version'])
    const after = await found()
    expect(after.status).toBe(0)
    expect(after.found.filter((line: string) => line.endsWith('fixable'))).toEqual([])
    expect((await ekscope(['lint', '--fail-on', 'warning'])).status).toBe(1)
    for (let n = 0; n < 2; n += 1) expect((await ekscope(['undo'])).status).toBe(0)
    expect(text()).toBe(fleet)
  })

  test('a file that kubectl refuses is told beside the good ones', async () => {
    const other = place('torn', 'contexts: [')
    const run = await ekscope(['lint', '--json'], { KUBECONFIG: `${terminal.file}:${other}` })
    expect(run.status).toBe(1)
    const [first] = JSON.parse(run.stdout).findings.filter(
      ({ id }: { id: string }) => id === 'unreadable-file',
    )
    expect(first).toMatchObject({ severity: 'error', contexts: [], file: other })
    expect((await ekscope(['--kubeconfig', '/nowhere', 'lint'])).status).toBe(3)
    expect((await ekscope(['lint', '--fail-on', 'x'])).status).toBe(2)
  })
})

test('after -- an argument is a context even where it is the name of a finding', async () => {
  const run = await ekscope(['fix', 'unsafe-name', '--', 'unpinned'])
  expect([run.status, run.stderr]).toEqual([3, expect.stringContaining('no context “unpinned”')])
})
