/** `ekscope report` against a simulator of AWS and its clusters: it says what list, whoami, lint and access say, and no more. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { reportFormatNames } from '../../../shared/audit/report-formats'
import { useSmallSimulator } from '../small-simulator'
import { keyProfile, roleProfile, small } from '../small-world'
import { useTerminal } from './terminal'

const world = useSmallSimulator()
const { carol } = small
const user = (name: string, args: string, env = '') => `- name: ${name}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, ${args}eks, get-token, --cluster-name, prod, --output, json]${env}
`
const terminal = useTerminal({
  inProcess: true,
  config: () => `apiVersion: v1
kind: Config
current-context: admin
clusters:
${world.clusterEntry(small.cluster)}contexts:
- {name: admin, context: {cluster: "${small.cluster}", user: admin}}
- {name: taken, context: {cluster: "${small.cluster}", user: taken}}
- {name: '=1+1 <b>|', context: {cluster: "${small.cluster}", user: admin}}
- {name: token, context: {cluster: "${small.cluster}", user: token}}
users:
${user('admin', '--profile, admin, ')}${user('taken', '', '\n      env: [{name: AWS_PROFILE, value: alice}]')}- {name: token, user: {token: reportCanaryToken01}}
`,
  aws: `${keyProfile('alice', small.alice)}${roleProfile('admin', small.admin)}`,
  variables: () => ({
    ...world.variables(),
    AWS_ACCESS_KEY_ID: carol.key.id,
    AWS_SECRET_ACCESS_KEY: carol.key.secret,
  }),
})
const { ekscope } = terminal
const json = async (...args: readonly string[]) => JSON.parse((await ekscope(args)).stdout)

interface Said {
  readonly context: string
}
const named = (all: readonly Said[], name: string) => all.find(({ context }) => context === name)

test('it says what files say before a check, then what was proven, and what changed between the two', async () => {
  const before = await json('report', '--json')
  expect(named(before.contexts, 'taken')).toMatchObject({
    verdict: null,
    checkedAt: null,
    signs: 'claimed-another',
    identityBy: 'predicted',
    admin: null,
  })
  terminal.write('before.json', JSON.stringify(before))
  const after = await json('report', '--check', '--format', 'json', '--since', 'before.json')
  const [listed, linted] = [await json('list', '--json'), await json('lint', '--json')]
  for (const row of listed.contexts) expect(named(after.contexts, row.context)).toMatchObject(row)
  expect(after.findings.map(({ id }: { readonly id: string }) => id).sort()).toEqual(
    linted.findings.map(({ id }: { readonly id: string }) => id).sort(),
  )
  const checked = await ekscope(['whoami', '--json'])
  for (const { context, verdict, proven, seen } of JSON.parse(checked.stdout).results)
    expect(named(after.contexts, context)).toMatchObject({
      verdict,
      proven: proven && { arn: proven.arn },
      seen: seen && { username: seen.username },
    })
  expect(named(after.contexts, 'admin')).toMatchObject({
    verdict: 'verified',
    signs: 'proved',
    enters: 'let-in',
  })
  expect(named(after.contexts, 'taken')).toMatchObject({ verdict: 'mismatch', signs: 'another', admin: true })
  expect(after.answer[0]).toBe('1 of 4 contexts acts as carol, not as the identity that it names')
  expect(Object.values<number>(after.counts).reduce((sum, one) => sum + one, 0)).toBe(4)
  expect(after.changes.came).toEqual([])
  // Before it nothing was checked: that it was now is one sentence, and no change of each context.
  expect(after.changes).toMatchObject({ unchecked: ['was'], changed: [] })
  // The key that files name is carol’s, as the check has shown.
  const beside = (await terminal.done(['compare', 'app', 'clean'])).stdout
  expect(beside).toContain('app → clean\nNothing was checked in clean: compared by prediction.\n')
  expect(beside).toMatch(/^taken: identity seen carol of \d+ at 20[^→]* → predicted AKIAALICEALICE000001$/m)
  expect(beside).not.toMatch(/^(admin|token): (identity|evidence|verdict|may do)/m)

  // Who else may do everything is known once the lists were read.
  await terminal.done(['discover', '--profile', 'admin', '--region', 'eu-west-1', '--access', '--json'])
  const read = await json('report', 'taken', '--json')
  expect(read.contexts.map(({ context }: Said) => context)).toEqual(['taken'])
  const everything = read.clusters[0].mayEnter.flatMap(
    (one: { readonly name: string; readonly everything: boolean }) => (one.everything ? [one.name] : []),
  )
  expect(everything).toContain('Admin')
})

test('as a process of its own it says the same of checks whether it is compared with an earlier report or not', async () => {
  const own = async (...args: readonly string[]) => JSON.parse((await ekscope(args, {})).stdout)
  await own('whoami', 'admin', '--json')
  terminal.write('earlier.json', JSON.stringify(await own('report', '--json')))
  const later = await own('report', '--json', '--since', 'earlier.json')
  expect(named(later.contexts, 'admin')).toMatchObject({ verdict: 'verified', stale: null })
  expect(later.changes).toMatchObject({ came: [], changed: [] })
})

test('each format is written 0600, over a report of its own kind and nothing else', async () => {
  for (const format of reportFormatNames) {
    const file = terminal.write(`audit.${format}`, 'mine')
    const refused = await ekscope(['report', '--out', file])
    expect([refused.status, readFileSync(file, 'utf8')]).toEqual([3, 'mine'])
    expect(refused.stderr).toContain(`is not a report of Ekscope as ${format}`)
    const fresh = `${file.slice(0, -format.length)}new.${format}`
    expect((await ekscope(['report', '--out', fresh])).stdout).toBe(`wrote ${fresh}\n`)
    expect(statSync(fresh).mode & 0o777).toBe(0o600)
    expect((await ekscope(['report', '--out', fresh, '--title', 'Once more', '--json'])).status).toBe(0)
    const text = readFileSync(fresh, 'utf8')
    if (format !== 'csv' && format !== 'svg') expect(text).toContain('Once more')
    expect(text).not.toMatch(/reportCanaryToken|alicealice/)
    if (format === 'md') expect(text).toContain('| `=1+1 <b>\\|` |')
  }
  const config = readFileSync(terminal.file, 'utf8')
  expect((await ekscope(['report', '--format', 'json', '--out', terminal.file])).status).toBe(3)
  expect(readFileSync(terminal.file, 'utf8')).toBe(config)
})

test('a file that appears during the check stays as it is', async () => {
  const late = `${terminal.home}/late.md`
  const aws = terminal.write('slow/aws', `#!/bin/sh\necho precious >"${late}"\nexit 1\n`, 0o755)
  const ended = await ekscope(['report', 'admin', '--check', '--out', late], {
    PATH: `${aws.slice(0, -'/aws'.length)}:/usr/bin:/bin`,
  })
  expect([ended.status, readFileSync(late, 'utf8')]).toEqual([3, 'precious\n'])
  expect(ended.stderr).toContain('was written meanwhile')
})

test('a private report names neither host nor home nor a path', async () => {
  for (const format of reportFormatNames) {
    const { stdout } = await terminal.done(['report', '--private', '--format', format])
    expect(stdout).not.toContain(terminal.home)
    expect(stdout).not.toMatch(/\/\.kube|\/\.aws|~\//)
    if (hostname().length > 3) expect(stdout).not.toContain(hostname())
    if (format !== 'md' && format !== 'svg') expect(stdout).toContain('kubeconfig 1')
  }
})

test('what is no report, no format and no file is said', async () => {
  writeFileSync(`${terminal.home}/other.json`, '{"report": 2}')
  const runs = [
    ['--since', 'nowhere.json'],
    ['--since', 'other.json'],
    ['--format', 'pdf'],
    ['--out', 'audit.txt'],
    ['nobody'],
  ]
  const ended = []
  for (const more of runs) ended.push((await ekscope(['report', ...more])).status)
  expect(ended).toEqual([3, 3, 2, 2, 3])
})
