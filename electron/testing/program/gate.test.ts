/** The gate: `lint` and `whoami` in CI fail where nothing, or not all, was looked at, and where a context is not who it should be. */
import { cp } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Demo, startDemo } from '../../demo/demo'
import { type AwsProgram, awsProgram } from '../aws-judge'
import { useTerminal, type Variables } from './terminal'

const admin = 'arn:aws:iam::111122223333:role/Admin'
const user = (args: string) =>
  `{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, interactiveMode: IfAvailable, args: [eks, get-token, --cluster-name, prod, --output, json${args}]}}`
const arn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod'
const config = `apiVersion: v1
kind: Config
clusters:
- {name: "${arn}", cluster: {server: https://x.gr7.eu-west-1.eks.amazonaws.com}}
contexts:
- {name: admin, context: {cluster: "${arn}", user: admin}}
- {name: reader, context: {cluster: "${arn}", user: reader}}
users:
- {name: admin, user: ${user(`, --role-arn, "${admin}"`)}}
- {name: reader, user: ${user(', --profile, reader')}}
`
const aws = `[profile reader]
role_arn = arn:aws:iam::111122223333:role/Reader
source_profile = base
[profile base]
aws_access_key_id = AKIAEXAMPLE000000001
aws_secret_access_key = secretsecretsecretsecretsecretsecretsecr
`

const terminal = useTerminal({ config, aws, inProcess: true })
const { ekscope, done, write } = terminal
const json = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout)
interface Found {
  readonly id: string
  readonly severity: string
  readonly contexts: readonly string[]
  readonly message: string
}
const found = async (args: readonly string[], more: Variables = {}): Promise<readonly Found[]> =>
  json(await ekscope(['lint', '--json', ...args], more)).findings

describe('nothing, or not all, was looked at', () => {
  const commands = ['lint --fail-on info', 'whoami', 'whoami --strict']

  test.each(commands)(
    '%s: 3, with an error document, where no named file is there or has a context',
    async (command) => {
      const args = command.split(' ')
      const empty = write('empty', 'apiVersion: v1\nkind: Config\n')
      const typo = path.join(terminal.home, 'typo')
      for (const [more, file, code] of [
        [{ KUBECONFIG: typo }, typo, 'missing'],
        [{ KUBECONFIG: `${typo}:${typo}2` }, typo, 'missing'],
        [{ KUBECONFIG: empty }, empty, 'no-contexts'],
        [{ KUBECONFIG: '/dev/null' }, '/dev/null', 'no-contexts'],
      ] as const) {
        const run = await ekscope(args, more)
        expect([run.status, run.stderr]).toEqual([3, expect.stringContaining(file)])
        const told = await ekscope([...args, '--json'], more)
        expect([told.status, json(told).error.code]).toEqual([3, code])
      }
      expect((await ekscope([...args, '--kubeconfig', typo])).status).toBe(3)
    },
  )

  test('lint ends with 3 where one of several files is missing, and prints its findings all the same', async () => {
    write('.kube/config', config.replace('cluster-name, prod', 'cluster-name, stage'))
    const alone = await ekscope(['lint'])
    expect(alone.status).toBe(1)
    const several = { KUBECONFIG: `${terminal.file}:${terminal.home}/gone` }
    const run = await ekscope(['lint'], several)
    expect(run).toMatchObject({ status: 3, stdout: alone.stdout })
    expect(run.stderr).toContain(`${terminal.home}/gone does not exist, so not everything was looked at.`)
    const told = json(await ekscope(['lint', '--json'], several))
    expect(told.findings).toEqual(await found([]))
    expect(told.error.message).toContain(`${terminal.home}/gone`)
    // kubectl skips it, and so do the others.
    await done(['list'], several)
  })

  test('lint of some contexts: what is about them and their files; an unknown one is refused', async () => {
    write('.kube/config', config.replace('--cluster-name, prod', '--cluster-name, stage'))
    expect((await found(['reader'])).map(({ id }) => id)).not.toContain('cluster-mismatch')
    expect((await found(['admin'])).map(({ id }) => id)).toContain('cluster-mismatch')
    expect((await ekscope(['lint', 'reader'])).status).toBe(0)
    expect((await ekscope(['lint', 'nowhere'])).status).toBe(3)
  })
})

describe('a context that is not who it is expected to be', () => {
  const expected = 'arn:aws:iam::111122223333:role/Boss'
  const wrong = [
    expect.objectContaining({ id: 'unexpected-identity', severity: 'error', contexts: ['reader'] }),
  ]
  const unexpected = async (args: readonly string[], more: Variables = {}) =>
    (await found(args, more)).filter(({ id }) => id === 'unexpected-identity')

  test('is an error of lint, by what files and environment give, and none once it is', async () => {
    expect(await unexpected([])).toEqual([])
    await done(['expect', 'reader', expected])
    const [finding] = await unexpected([])
    expect([finding]).toEqual(wrong)
    expect(finding?.message).toContain('role Boss of 111122223333, but by files and environment')
    expect((await ekscope(['lint'])).status).toBe(1)
    await done(['expect', 'reader', 'arn:aws:iam::111122223333:role/Reader'])
    expect(await unexpected([])).toEqual([])
  })

  test('is one, too, where only a file says so that is none of the user’s own', async () => {
    await done(['expect', 'reader', expected])
    const foreign = write('foreign', terminal.text())
    write('state/expected.json', '{"version":1,"content":[]}')
    expect(await unexpected(['--kubeconfig', foreign])).toEqual(wrong)
    expect(await unexpected([], { KUBECONFIG: foreign })).toEqual(wrong)
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

  /** `prod-readonly` alone, in a file that travels with what it says to expect. */
  async function travelling(principal: string) {
    const { stdout } = await done(['export', 'prod-readonly'], demo.variables)
    const file = write('travelling', stdout)
    const context = '- name: prod-readonly\n  context:\n'
    expect(stdout).toContain(context)
    write(
      'travelling',
      stdout.replace(
        context,
        `${context}    extensions:\n    - name: ekscope/expected\n      extension: {principal: "${principal}"}\n`,
      ),
    )
    return file
  }
  const check = async (file: string, more: readonly string[] = []) => {
    const variables: Variables = { ...demo.variables, EKSCOPE_HOME: path.join(terminal.home, 'state') }
    await cp(
      path.join(demo.variables.EKSCOPE_HOME ?? '', 'trust.json'),
      path.join(terminal.home, 'state/trust.json'),
    ).catch(() => undefined)
    const run = await ekscope(
      ['whoami', '--kubeconfig', file, '--trust-file', '--json', ...more, 'prod-readonly'],
      variables,
    )
    const [result] = json(run).results
    return {
      status: run.status,
      verdict: result.verdict,
      findings: result.findings,
      message: result.problem?.message ?? null,
    }
  }

  test('what a foreign file says counts against its context, and never for it', async () => {
    const boss = await check(await travelling(admin))
    expect(boss).toMatchObject({
      status: 1,
      verdict: 'mismatch',
      message: expect.stringContaining('The expected identity is role Admin'),
    })
    expect(boss.findings).toContain('unexpected-identity')
    const foreign = ['--kubeconfig', path.join(terminal.home, 'travelling'), 'report', '--format', 'json']
    const { stdout } = await done(foreign, { ...demo.variables, EKSCOPE_HOME: terminal.state })
    expect(JSON.parse(stdout).contexts).toMatchObject([{ context: 'prod-readonly', verdict: 'mismatch' }])
    const itself = await check(await travelling('arn:aws:iam::111122223333:role/ReadOnly'))
    expect(itself.findings).not.toContain('unexpected-identity')
    expect(itself).toMatchObject({ status: 0, verdict: 'verified' })
  }, 60_000)
})
