/**
 * The proof of the finding that matters most, with the real aws and kubectl in the demo fleet: keys are exported, kubectl acts as
 * the wrong user, lint names it and says why, fix mends it, kubectl acts as the right one. And the caveat of
 * `aws eks update-kubeconfig`, which `whoami` must not call fine.
 */
import { mkdtemp } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { type Demo, startDemo } from '../../demo/demo'
import { accessKey, carol } from '../../demo/fleet/demo-identities'
import { type AwsProgram, awsJudge, awsProgram } from '../aws-judge'
import { removeFolder } from '../bundle'
import { realProgram, runProgram } from '../real-programs'
import { runHere, useTerminal } from './terminal'

const terminal = useTerminal({ inProcess: true })
const { ekscope } = terminal
let demo: Demo
let folder: string
let aws: AwsProgram
let judge: ReturnType<typeof awsJudge>
let variables: Readonly<Record<string, string>>

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-lint-'))
  aws = await awsProgram()
  demo = await startDemo({ environment: { PATH: `${aws.folder}:/usr/bin:/bin` } })
  const plain = { ...demo.variables, KUBECONFIG: path.join(folder, 'config') }
  const { id, secret } = accessKey(carol)
  variables = { ...plain, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret }
  judge = awsJudge(1)
  for (const words of [
    ['--name', 'stage', '--profile', 'dev', '--alias', 'stage'],
    ['--name', 'prod-eu', '--profile', 'pay', '--alias', 'prod-admin'],
    ['--name', 'prod-eu', '--profile', 'pay-ro', '--alias', 'prod-readonly'],
  ]) {
    const run = await judge.run(['eks', 'update-kubeconfig', ...words], plain)
    if (run.status !== 0) throw new Error(run.stderr)
  }
}, 120_000)
afterAll(async () => {
  await demo?.close()
  await removeFolder(folder)
})

async function kubectl(context: string, among = variables): Promise<string> {
  const args = ['--context', context, 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}']
  return (await runProgram(realProgram('kubectl'), args, among)).stdout
}
const lint = async () => JSON.parse((await ekscope(['lint', '--json'], variables)).stdout).findings

test('exported keys: lint says whom a context acts as instead, fix makes it act as the right one', async () => {
  expect(await kubectl('stage')).toBe('carol')
  const before = await lint()
  const { id } = accessKey(carol)
  expect(before).toContainEqual({
    id: 'env-keys-win',
    severity: 'error',
    contexts: ['stage'],
    file: variables.KUBECONFIG,
    line: expect.any(Number),
    scope: 'entry',
    muted: null,
    since: null,
    askedAt: null,
    message: `Profile “dev” is pinned by AWS_PROFILE only, and AWS_ACCESS_KEY_ID of the app’s environment is used instead: the context would act as the owner of access key ${id} (profile “carol”).`,
    fix: 'Pin the profile by argument: --profile dev, or unset AWS_ACCESS_KEY_ID.',
    fixable: true,
  })
  expect((await ekscope(['lint'], variables)).status).toBe(1)
  const fixed = await ekscope(['fix', 'env-keys-win', 'stage'], variables)
  expect([fixed.status, fixed.stderr]).toEqual([0, ''])
  expect(await kubectl('stage')).toBe('dev:alice')
  const still = (await lint()).filter(({ id }: { id: string }) => id === 'env-keys-win')
  expect(still.flatMap(({ contexts }: { contexts: string[] }) => contexts)).not.toContain('stage')
}, 60_000)

test.skipIf(!full)(
  'two aliases that aws wrote over one user: whoami names it beside the verdict, and who shares',
  async () => {
    const clean = ['--environment', 'clean']
    const text = await ekscope([...clean, 'whoami', 'prod-admin'], variables)
    expect(text.status).toBe(0)
    expect(text.stdout).toMatch(/^prod-admin +verified +ReadOnly /m)
    expect(text.stdout).toContain(
      'prod-admin: shared-user: 2 contexts share the user “arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu” (“prod-admin” and “prod-readonly”)',
    )
    const { results } = JSON.parse(
      (await ekscope([...clean, 'whoami', '--json', 'prod-admin'], variables)).stdout,
    )
    expect(results[0]).toMatchObject({
      environmentProblem: null,
      sharedWith: ['prod-readonly'],
      findings: ['shared-user', 'env-keys-win'],
    })
    const fixed = await ekscope(['fix', 'shared-user'], variables)
    expect([fixed.status, fixed.stderr]).toEqual([0, ''])
    expect((await lint()).filter(({ id }: { id: string }) => id === 'shared-user')).toEqual([])
  },
  60_000,
)

test.skipIf(!full)(
  'whom AWS proved is expected from then on, also after update-kubeconfig has written the whole entry anew',
  async () => {
    const clean = ['--environment', 'clean']
    const expecting = [...clean, 'expect', 'stage', '--proven']
    const plain = await ekscope(expecting, variables)
    expect([plain.status, plain.stderr]).toEqual([
      3,
      expect.stringContaining('Add --yes if these are the identities that you mean.'),
    ])
    const refused = await runHere(expecting, variables, folder, async () => false)
    expect([refused.status, refused.stdout]).toEqual([3, ''])
    // The built program, asked on a terminal of its own.
    const command = [process.execPath, terminal.program, ...expecting].join(' ')
    const agreed = await terminal.run('script', ['-qec', command, '/dev/null'], variables, { input: 'y\n' })
    expect(agreed.stdout).toMatch(/^stage +arn:aws:iam::\d{12}:role\/\w+ *\r?$/m)
    expect([agreed.status, agreed.stdout]).toEqual([
      0,
      expect.stringContaining('Expect these from now on? [y/N]'),
    ])
    const { contexts } = JSON.parse((await ekscope(['list', '--json'], variables)).stdout)
    const { principal } = contexts.find(({ context }: { context: string }) => context === 'stage').expected
    const again = ['eks', 'update-kubeconfig', '--name', 'stage', '--profile', 'dev', '--alias', 'stage']
    expect(
      (await judge.run(again, { ...demo.variables, KUBECONFIG: variables.KUBECONFIG ?? '' })).status,
    ).toBe(0)
    const asked = async (...words: readonly string[]) =>
      JSON.parse((await ekscope([...words, 'whoami', '--json', 'stage'], variables)).stdout).results[0]
    const right = await asked(...clean)
    expect(right).toMatchObject({ verdict: 'verified', expected: { principal, by: 'here', inFile: null } })
    // Written anew, its profile is pinned by a variable, and exported keys win again.
    const wrong = await asked()
    expect(wrong).toMatchObject({ verdict: 'mismatch', problem: { code: 'other-principal' } })
    expect(wrong.problem.message).toMatch(
      /^The expected identity is role .* but AWS says that the command acts as user carol /,
    )
  },
  60_000,
)
