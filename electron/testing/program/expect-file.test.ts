/** Expect files: what is wrong in one, what `lint` and `whoami` find by one, and how one is made. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type Demo, startDemo } from '../../demo/demo'
import { type AwsProgram, awsProgram } from '../aws-judge'
import { useTerminal } from './terminal'

const cluster = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod'
const role = (name: string, account = '111122223333') => `arn:aws:iam::${account}:role/${name}`
const user = (args: string, env = '') =>
  `{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, interactiveMode: IfAvailable, args: [--region, eu-west-1, eks, get-token, --cluster-name, prod, --output, json${args}]${env}}}`
const config = `clusters:
- {name: "${cluster}", cluster: {server: https://x.gr7.eu-west-1.eks.amazonaws.com}}
contexts:
- {name: admin, context: {cluster: "${cluster}", user: admin}}
- {name: pay-readonly, context: {cluster: "${cluster}", user: reader}}
- {name: by-variable, context: {cluster: "${cluster}", user: variable}}
- {name: elsewhere, context: {cluster: "${cluster}", user: gone}}
users:
- {name: admin, user: ${user(`, --role-arn, "${role('team/Admin')}"`)}}
- {name: reader, user: ${user(', --profile, reader')}}
- {name: variable, user: ${user('', ', env: [{name: AWS_PROFILE, value: reader}]')}}
- {name: gone, user: ${user(', --profile, of-no-file')}}
`
const aws = `[profile reader]
role_arn = ${role('ReadOnly')}
source_profile = base
[profile base]
aws_access_key_id = AKIAEXAMPLE000000001
aws_secret_access_key = secretsecretsecretsecretsecretsecretsecr
`
const terminal = useTerminal({ config, aws, inProcess: true })
const { ekscope, done, write } = terminal

interface Found {
  readonly id: string
  readonly severity: string
  readonly contexts: readonly string[]
  readonly line: number | null
  readonly muted: { readonly reason: string } | null
  readonly message: string
}
async function lint(file: string, ...more: readonly string[]) {
  const run = await ekscope(['lint', '--json', '--expect', write('expect.yaml', file), ...more])
  const findings: readonly Found[] = JSON.parse(run.stdout).findings ?? []
  const ours = findings.filter(({ id }) => /^(unexpected|missing-context)/.test(id))
  return {
    ...run,
    findings,
    ours: ours.map(({ id, severity, contexts }) => `${severity} ${id} ${contexts.join()}`.trim()),
  }
}
const file = (lines: string, more = 'others: ignore\n') => `ekscope: expect/1\ncontexts:\n${lines}${more}`

test.each([
  ['ekscope: expect/2\ncontexts: {}\n', 1, 'expect/1'],
  ['ekscope: expect/1\ncontext: {}\n', 2, 'not a key'],
  ['ekscope: expect/1\ncontexts:\n  a: {}\n  b: {}\n  a: {}\n', 5, 'twice'],
  ['ekscope: expect/1\ncontexts:\n  a:\n    identity: x\n', 4, 'not an ARN'],
  ['ekscope: expect/1\ncontexts:\n  a:\n    pined: true\n', 4, 'not a key'],
  ['ekscope: expect/1\ncontexts:\n  a:\n    muted: { no-such-id: why }\n', 4, 'not the id of a finding'],
  ['ekscope: expect/1\ncontexts:\n  a:\n    muted: { unpinned: "" }\n', 4, 'empty'],
  ['ekscope: expect/1\ncontexts: {}\nothers: loud\n', 3, 'error, warning or ignore'],
  ['{"ekscope": "expect/1",\n "contexts": {"a": "arn:aws:s3:::bucket"}}', 2, 'not an ARN'],
  ['ekscope: expect/1\ncontexts: [\n', 3, ''],
  ['- a\n', 1, 'ekscope: expect/1'],
])('a file that is none is refused with its line: %j', async (text, line, why) => {
  const run = await ekscope(['lint', '--expect', write('expect.yaml', text)])
  expect([run.status, run.stdout]).toEqual([3, ''])
  expect(run.stderr).toContain(`expect.yaml:${line}: `)
  expect(run.stderr).toContain(why)
})

describe('lint', () => {
  test.each([
    [`  admin: ${role('Admin')}\n`, []],
    [`  admin: ${role('admin')}\n`, []],
    [`  admin: ${role('Admin', '*')}\n`, []],
    [`  admin: ${role('*min', '1111*')}\n`, []],
    [`  admin: ${role('Admin', '444455556666')}\n`, ['error unexpected-identity admin']],
    [`  admin: arn:aws:iam::111122223333:user/Admin\n`, ['error unexpected-identity admin']],
    // An exact name before patterns, else the first that fits.
    [`  "*": ${role('ReadOnly')}\n  admin: ${role('Admin')}\n  elsewhere: {}\n`, []],
    [`  "*-readonly": ${role('ReadOnly')}\n  "pay-*": ${role('Admin')}\n`, []],
    [
      `  by-variable: {identity: "${role('ReadOnly')}", pinned: true}\n`,
      ['error unexpected-pin by-variable'],
    ],
    [`  pay-readonly: {pinned: true}\n  admin: {pinned: true}\n`, []],
    [`  admin: {cluster: "${cluster}"}\n`, []],
    [`  admin: {cluster: "arn:aws:eks:*:111122223333:cluster/pr*"}\n`, []],
    [`  admin: {cluster: "${cluster}-2"}\n`, ['error unexpected-cluster admin']],
    // Where files do not say who it is, that is as severe, and the profile can be named instead.
    [`  elsewhere: ${role('ReadOnly')}\n`, ['error unexpected-identity elsewhere']],
    [`  elsewhere: {profile: of-no-file}\n`, []],
    [`  elsewhere: {profile: other}\n`, ['error unexpected-identity elsewhere']],
    [`  gone: ${role('Admin')}\n`, ['warning missing-context']],
  ])('%j', async (lines, found) => {
    const run = await lint(file(lines))
    expect(run.ours).toEqual(found)
  })

  test('others and missing are as severe as the file says; lines of the file are named', async () => {
    const lines = `  admin: ${role('Admin')}\n  gone: {}\n`
    const loud = await lint(file(lines, 'others: error\nmissing: error\n'))
    expect(loud.ours).toEqual([
      ...['pay-readonly', 'by-variable', 'elsewhere'].map((name) => `error unexpected-context ${name}`),
      'error missing-context',
    ])
    expect(loud.findings.find(({ id }) => id === 'missing-context')?.line).toBe(4)
    expect((await lint(file(lines, 'others: ignore\nmissing: ignore\n'))).ours).toEqual([])
    expect((await lint(file(lines, 'others: error\n'), 'admin')).ours).toEqual([])
  })

  test('exported keys that win make it another identity than the line’s', async () => {
    const expectFile = write('expect.yaml', file(`  by-variable: ${role('ReadOnly')}\n`))
    const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE000000002', AWS_SECRET_ACCESS_KEY: 'x' }
    const run = await ekscope(['lint', '--json', '--expect', expectFile], keys)
    expect(JSON.parse(run.stdout).findings).toContainEqual(
      expect.objectContaining({ id: 'env-keys-win', severity: 'error', contexts: ['by-variable'] }),
    )
  })

  test('what is muted is printed with its reason, counted apart, and no cause to fail', async () => {
    const lines = `  elsewhere: {muted: {unknown-profile: "ticket 1"}}\n`
    expect((await ekscope(['lint', 'elsewhere'])).status).toBe(1)
    const run = await lint(file(lines), 'elsewhere')
    expect(run.status).toBe(0)
    expect(run.findings.find(({ id }) => id === 'unknown-profile')?.muted).toEqual({
      reason: 'ticket 1',
      by: expect.stringContaining('expect.yaml'),
    })
    const { stdout } = await ekscope(['lint', 'elsewhere', '--expect', write('expect.yaml', file(lines))])
    expect(stdout).toContain('muted: ticket 1')
    expect(stdout).toMatch(/^0 errors.*, 1 muted in 1 context\.$/m)
  })
})

describe('with the real aws in the demo', () => {
  let demo: Demo
  let program: AwsProgram
  beforeAll(async () => {
    program = await awsProgram()
    demo = await startDemo({ environment: { PATH: `${program.folder}:/usr/bin:/bin` } })
  }, 120_000)
  afterAll(() => demo?.close())

  test('whoami judges whom AWS proves, and what was proven is written as an expect file that holds', async () => {
    const whoami = async (line: string) => {
      const expectFile = write('expect.yaml', file(`  prod-admin: ${line}\n`))
      const run = await ekscope(
        ['whoami', '--strict', '--json', '--expect', expectFile, 'prod-admin'],
        demo.variables,
      )
      return [run.status, JSON.parse(run.stdout).results[0].verdict]
    }
    expect(await whoami(role('Admin', '*'))).toEqual([0, 'verified'])
    expect(await whoami(role('Boss', '*'))).toEqual([1, 'mismatch'])
    const out = `${terminal.home}/made.yaml`
    await done(['expect', '--write', out, 'prod-admin'], demo.variables)
    const made = terminal.text(out)
    expect(made.startsWith('ekscope: expect/1\n')).toBe(true)
    expect(parse(made).contexts['prod-admin'].identity).toMatch(/:role\/Admin$/)
    expect((await ekscope(['lint', '--expect', out, 'prod-admin'], demo.variables)).stdout).not.toContain(
      'unexpected-',
    )
    // It replaces such a file, and no other.
    await done(['expect', '--write', out, 'prod-admin'], demo.variables)
    const other = write('other.yaml', 'mine: true\n')
    const refused = await ekscope(['expect', '--write', other, 'prod-admin'], demo.variables)
    expect([refused.status, terminal.text(other)]).toEqual([3, 'mine: true\n'])
  }, 60_000)
})
