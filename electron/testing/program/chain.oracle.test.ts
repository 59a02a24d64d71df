/**
 * The chain: a kubeconfig that the real `aws eks update-kubeconfig` wrote against the demo's AWS; `ekscope whoami` on it;
 * and the same contexts asked by the real `kubectl auth whoami`. Both must name the identity that the cluster sees,
 * also where another user's keys stand in the environment.
 */
import { mkdtemp, readFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { someOf } from '../../../shared/testing/counts'
import { type Demo, startDemo } from '../../demo/demo'
import { accessKey, alice, arns, carol } from '../../demo/fleet/demo-identities'
import { type AwsProgram, awsJudge, awsProgram } from '../aws-judge'
import { removeFolder } from '../bundle'
import { type KubectlJudge, kubectlJudges } from '../kubectl-judges'
import { type Run, realProgram, runProgram } from '../real-programs'
import { useTerminal } from './terminal'

/** Name of the context → how aws is asked for it. */
const written: Readonly<Record<string, readonly string[]>> = {
  unpinned: ['--name', 'tools'],
  'unpinned-role-that-trusts-carol': ['--name', 'tools', '--role-arn', arns.platformOps],
  'unpinned-role-that-does-not': ['--name', 'tools', '--role-arn', arns.devDeveloper],
  'env-platform': ['--name', 'tools', '--profile', 'platform'],
  'env-pay': ['--name', 'prod-eu', '--profile', 'pay'],
  'env-pay-ro': ['--name', 'prod-eu', '--profile', 'pay-ro'],
  'env-dev-and-role': ['--name', 'stage', '--profile', 'dev', '--role-arn', arns.devAdmin],
  'env-dev': ['--name', 'stage', '--profile', 'dev'],
  'env-sso': ['--name', 'lake', '--profile', 'lake', '--region', 'us-west-2'],
  'env-china': ['--name', 'cn-core', '--profile', 'cn-ops', '--region', 'cn-north-1'],
}
/** Beside them one that aws does not write: the profile by argument. */
const byArgument = 'arg-platform'
const contexts = [...Object.keys(written), byArgument]

const whoamiJson = v.object({
  environment: v.string(),
  results: v.array(
    v.object({
      context: v.string(),
      verdict: v.string(),
      proven: v.nullable(v.object({ arn: v.string(), canonicalArn: v.string(), accessKeyId: v.string() })),
      seen: v.nullable(v.object({ username: v.string(), groups: v.array(v.string()) })),
      problem: v.nullable(v.object({ code: v.string(), message: v.string(), next: v.string() })),
    }),
  ),
})
type Results = ReadonlyMap<string, v.InferOutput<typeof whoamiJson>['results'][number]>

const review = v.object({
  status: v.object({
    userInfo: v.object({ username: v.string(), groups: v.optional(v.array(v.string()), []) }),
  }),
})

const terminal = useTerminal()
let demo: Demo
let folder: string
let plain: Readonly<Record<string, string>>
let withCarol: Readonly<Record<string, string>>
let quickAws: AwsProgram

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-chain-'))
  // Only the distribution's programs: another aws on PATH would judge something else.
  const programs = [
    ...new Set([path.dirname(realProgram('aws')), path.dirname(realProgram('kubectl')), '/usr/bin', '/bin']),
  ]
  quickAws = await awsProgram()
  demo = await startDemo({ environment: { PATH: programs.join(':') } })
  const kubeconfig = path.join(folder, 'config')
  plain = { ...demo.variables, KUBECONFIG: kubeconfig }
  const key = accessKey(carol)
  withCarol = { ...plain, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret }

  // One after the other: aws writes in place and takes no lock.
  const judge = awsJudge(1)
  for (const [alias, words] of Object.entries(written)) {
    const args = ['eks', 'update-kubeconfig', '--alias', alias, '--user-alias', alias, ...words]
    succeeded(await judge.run(args, plain), args)
  }
  const exec = [
    '--region',
    'eu-west-1',
    '--profile',
    'platform',
    'eks',
    'get-token',
    '--cluster-name',
    'tools',
  ]
  const cluster = 'arn:aws:eks:eu-west-1:777788889999:cluster/tools'
  for (const args of [
    [
      'set-credentials',
      byArgument,
      '--exec-api-version=client.authentication.k8s.io/v1beta1',
      '--exec-command=aws',
      ...exec.map((word) => `--exec-arg=${word}`),
    ],
    ['set-context', byArgument, `--cluster=${cluster}`, `--user=${byArgument}`],
  ]) {
    succeeded(await runProgram(realProgram('kubectl'), ['config', ...args], plain), args)
  }
}, 180_000)
afterAll(async () => {
  await demo?.close()
  await removeFolder(folder)
})

function succeeded(run: Run, args: readonly string[]): void {
  if (run.status !== 0) throw new Error(`${args.join(' ')} failed: ${run.stderr}`)
}

/** With aws's own code answering from memory: what whole runs of aws say is asked once. */
const quick = (variables: Readonly<Record<string, string>>) => ({
  ...variables,
  PATH: `${quickAws.folder}:${variables.PATH ?? ''}`,
})

async function ekscope(
  variables: Readonly<Record<string, string>>,
  names: readonly string[] = [],
): Promise<Results> {
  const run = await terminal.ekscope(['whoami', '--json', ...names], variables, { timeout: 120_000 })
  const { results } = v.parse(whoamiJson, JSON.parse(run.stdout))
  return new Map(results.map((result) => [result.context, result]))
}

/** What kubectl says for each context: a name and groups, or why not. */
async function said(by: KubectlJudge, variables: Readonly<Record<string, string>>) {
  const answers = new Map<string, { username: string; groups: string[] } | string>()
  const waiting = [...by.some(contexts, 4)]
  const work = async () => {
    for (let context = waiting.shift(); context !== undefined; context = waiting.shift()) {
      const args = ['--context', context, 'auth', 'whoami', '-o', 'json']
      const run = await runProgram(by.program, args, variables)
      if (run.status === 0) answers.set(context, v.parse(review, JSON.parse(run.stdout)).status.userInfo)
      else answers.set(context, run.stderr)
    }
  }
  await Promise.all([work(), work()])
  return answers
}

/** Every context that kubectl was asked for: seen by both alike, or by neither, and then for the reason that kubectl gives. */
function agree(ours: Results, theirs: Awaited<ReturnType<typeof said>>): void {
  expect([...ours.keys()].sort()).toEqual([...contexts].sort())
  expect(theirs.size).toBeGreaterThan(2)
  for (const [context, answer] of theirs) {
    const result = ours.get(context)
    if (typeof answer === 'string') {
      expect([context, result?.seen, answer]).toEqual([context, null, answer])
      // kubectl's 401 has two causes that we tell apart: a stranger to the cluster, and keys that AWS itself refuses.
      const refused = /Unauthorized|must be logged in/.test(answer)
      const ourReason = result?.problem?.code ?? ''
      expect([
        context,
        ourReason,
        ['unauthorized', 'other-principal', 'keys-unknown'].includes(ourReason),
      ]).toEqual([context, ourReason, refused])
    } else {
      expect([context, result?.seen]).toMatchObject([context, { username: answer.username }])
      expect([context, [...(result?.seen?.groups ?? [])].sort()]).toEqual([
        context,
        [...answer.groups].sort(),
      ])
    }
  }
}

/** As STS names it: an assumed role's ARN never shows the path. */
const withoutPath = (arn: string) => arn.replace(/:role\/.*\//, ':role/')
const verdicts = (results: Results) =>
  Object.fromEntries([...results].map(([name, { verdict }]) => [name, verdict]))
const acting = (results: Results, context: string) => results.get(context)?.proven?.canonicalArn ?? null

describe('in the plain environment', () => {
  let ours: Results
  // By whole runs of aws: each context in the full run, in the quick one a role in the entry and SSO.
  const whole = someOf(contexts, (name) => ['env-dev-and-role', 'env-sso'].includes(name))
  beforeAll(async () => {
    const others = contexts.filter((name) => !whole.includes(name))
    ours = await ekscope(plain, whole)
    if (others.length > 0) ours = new Map([...ours, ...(await ekscope(quick(plain), others))])
  }, 120_000)

  for (const judge of kubectlJudges)
    test.skipIf(!judge.here)(
      `${judge.name} sees the same`,
      async () => {
        agree(ours, await said(judge, quick(plain)))
      },
      180_000,
    )

  test('every context is whom its entry names', () => {
    expect(verdicts(ours)).toEqual({
      ...Object.fromEntries(contexts.map((context) => [context, 'verified'])),
      // Nobody says who it should be.
      unpinned: 'proven',
      // Proven, but nobody of the cluster's account knows that role.
      'unpinned-role-that-does-not': 'no-access',
    })
    expect(acting(ours, 'unpinned')).toBe(alice.arn)
    expect(acting(ours, 'env-pay')).toBe(arns.payAdmin)
    expect(acting(ours, 'env-dev-and-role')).toBe(arns.devAdmin)
    expect(acting(ours, 'unpinned-role-that-trusts-carol')).toBe(withoutPath(arns.platformOps))
    expect(acting(ours, 'unpinned-role-that-does-not')).toBe(arns.devDeveloper)
  })
})

describe("with another user's keys exported", () => {
  let ours: Results
  beforeAll(async () => {
    ours = await ekscope(quick(withCarol))
  }, 120_000)

  for (const judge of kubectlJudges)
    test.skipIf(!judge.here)(
      `${judge.name} sees the same`,
      async () => {
        agree(ours, await said(judge, quick(withCarol)))
      },
      180_000,
    )

  test('unpinned: it is that user, and that is no mismatch', () => {
    expect(acting(ours, 'unpinned')).toBe(carol.arn)
    expect(ours.get('unpinned')?.verdict).not.toBe('mismatch')
  })

  test.each(['env-platform', 'env-pay', 'env-pay-ro', 'env-dev', 'env-sso'])(
    'pinned by AWS_PROFILE (%s): it is that user all the same, a mismatch',
    (context) => {
      expect(acting(ours, context)).toBe(carol.arn)
      expect(ours.get(context)).toMatchObject({ verdict: 'mismatch', problem: { code: 'other-principal' } })
    },
  )

  test('pinned by --profile: unchanged and verified', () => {
    expect(acting(ours, byArgument)).toBe(withoutPath(arns.platformOps))
    expect(ours.get(byArgument)?.verdict).toBe('verified')
  })

  test('with a role in the entry: that role where it trusts the user', () => {
    expect(acting(ours, 'unpinned-role-that-trusts-carol')).toBe(withoutPath(arns.platformOps))
    expect(ours.get('unpinned-role-that-trusts-carol')?.verdict).toBe('verified')
  })

  test.each(['unpinned-role-that-does-not', 'env-dev-and-role'])(
    'with a role in the entry that does not trust the user (%s): AccessDenied, and that is told',
    (context) => {
      expect(ours.get(context)).toMatchObject({
        verdict: 'broken',
        proven: null,
        problem: { code: 'assume-role-denied' },
      })
    },
  )
})

test('nothing wrote to the kubeconfig: neither check changed a byte', async () => {
  const before = await readFile(path.join(folder, 'config'), 'utf8')
  await terminal.done(['list', '--json'], plain)
  expect(await readFile(path.join(folder, 'config'), 'utf8')).toBe(before)
})
