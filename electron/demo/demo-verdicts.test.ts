/** The verdict that each context of the demo fleet must get, with its problem and the proven identity, in both environments. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasSignIn } from '../../shared/identity/aws-version'
import type { Check } from '../../shared/identity/identity'
import { ask } from '../net/ask'
import { environmentOf } from '../system/environment'
import { runCommand } from '../system/run-command'
import { type AwsProgram, awsProgram } from '../testing/aws-judge'
import { noDecisions } from '../testing/checking'
import { demoExpected, type Truth } from '../testing/demo-expected'
import { compareEntrances } from '../testing/entrances'
import { readIdentities } from '../testing/read-identities'
import { realProgram, runProgram } from '../testing/real-programs'
import { runChecks } from '../whoami/runner'
import { defaultLimits } from '../whoami/surroundings'
import { type Demo, startDemo } from './demo'
import { accessKey, carol } from './fleet/demo-identities'

const full = process.env.EKSCOPE_FULL === '1'
/** One context of each verdict, and those whose verdict is easily said wrongly; all of them in the full run. */
const sample: ReadonlySet<string> = new Set([
  'prod-admin',
  'prod-readonly',
  'prod-unpinned',
  'observability-as-root',
  'platform-as-jane',
  'tools-stranger',
  'tools-service-role',
  'tools-china-role',
  'playground-role',
  'prod-wrong-cluster',
  'vault',
  'ledger',
  'tools-console',
  'tools-contractor',
  'tools-backup',
])
const chosen = demoExpected.filter(({ context }) => full || sample.has(context))

let aws: AwsProgram
let demo: Demo
beforeAll(async () => {
  aws = await awsProgram()
  demo = await startDemo({ environment: { PATH: `${aws.folder}:/usr/bin:/bin`, LANG: 'C.UTF-8' } })
})
afterAll(async () => {
  await demo.close()
})

async function check(more: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, Check>> {
  const { contexts } = await readIdentities(demo, more)
  const used = contexts.filter(({ name }, at) => contexts.findIndex((one) => one.name === name) === at)
  const wanted = used.filter(({ name }) => chosen.some(({ context }) => context === name))
  const checks = new Map<string, Check>()
  await runChecks({
    run: 'demo',
    subjects: await Promise.all(wanted.map(({ subject }) => subject())),
    environment: environmentOf('app', { ...demo.variables, ...more }),
    trust: noDecisions,
    runCommand,
    ask,
    now: Date.now,
    limits: { ...defaultLimits, clusterMs: 4_000 },
    signal: new AbortController().signal,
    emit: (event) => {
      if (event.kind === 'checked') checks.set(event.check.contextName, event.check)
    },
  })
  return checks
}

function agree(checks: ReadonlyMap<string, Check>, truthOf: (one: (typeof chosen)[number]) => Truth): void {
  const found = chosen.map(({ context }) => {
    const { verdict, problem, proven } = checks.get(context) ?? {}
    return [context, verdict, problem?.code ?? null, proven?.canonicalArn ?? null]
  })
  const problems = [...checks].flatMap(([context, { problem }]) =>
    problem ? `${context}: ${problem.message}` : [],
  )
  expect(found, problems.join('\n')).toEqual(
    chosen.map((one) => {
      const old = !hasSignIn('login', checks.get(one.context)?.aws?.version ?? null)
      const { verdict, problem, proven } = (old ? one.withoutLogin : undefined) ?? truthOf(one)
      return [one.context, verdict, problem, proven]
    }),
  )
}

test('in the app’s environment, without keys', { timeout: 200_000 }, async () => {
  const checks = await check({})
  agree(checks, ({ app }) => app)
  const said = (name: string) => `${checks.get(name)?.problem?.message} ${checks.get(name)?.problem?.next}`
  expect(said('tools-service-role')).toContain('the role that EKS itself runs a cluster with')
  expect(said('tools-china-role')).toContain('different partitions (aws and aws-cn)')
  expect(said('prod-wrong-cluster')).toContain(
    'The token is for cluster stage, and it was sent to cluster prod-eu',
  )
  expect(said('tools-stranger')).toContain(
    '`aws eks create-access-entry --cluster-name tools --region eu-west-1 --principal-arn arn:aws:iam::444455556666:role/Developer`',
  )
  expect(said('tools-contractor')).toMatch(
    /temporary keys in .*credentials:\d+ \(profile contractor\) have expired/,
  )
  expect(said('prod-unpinned')).toContain('The entry names no profile, so whoever')
  expect(checks.get('platform-as-jane')?.actsAs?.username).toBe('jane@tidepool.example')

  // Who may do everything, as kubectl says it of the same contexts.
  const everything = ({ seen, actsAs }: Check) => (actsAs ?? seen)?.everything ?? null
  const asked = [...checks.values()].filter(
    // These contexts impersonate a user, and the cluster refuses that: kubectl may do nothing there.
    (one) => everything(one) !== null && one.problem?.code !== 'impersonation-refused',
  )
  const both = [true, false].flatMap((may) =>
    asked.filter((one) => everything(one) === may).slice(0, full ? 99 : 2),
  )
  expect(new Set(both.map(everything))).toEqual(new Set([true, false]))
  for (const one of both) {
    const { stdout } = await runProgram(
      realProgram('kubectl'),
      ['--context', one.contextName, 'auth', 'can-i', '*', '*', '--all-namespaces'],
      demo.variables,
    )
    expect([one.contextName, stdout.trim()]).toEqual([
      one.contextName,
      everything(one) === true ? 'yes' : 'no',
    ])
  }
})

test('with carol’s keys, as in the login shell', { timeout: 200_000 }, async () => {
  const { id, secret } = accessKey(carol)
  const checks = await check({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret })
  agree(checks, ({ app, loginShell }) => loginShell ?? app)
  expect(checks.get('prod-readonly')?.problem?.message).toContain(
    'because AWS_ACCESS_KEY_ID of the app’s environment is used instead',
  )
  expect(checks.get('playground-role')?.problem?.next).toMatch(/^Pin a profile that may assume role/)
})

test('as whom an identity enters, and in which groups, is what the cluster answers', {
  timeout: 200_000,
}, async () => {
  const { asked, entered, differs } = await compareEntrances(demo.simulator, !full)
  expect(asked).toBeGreaterThan(full ? 900 : 90)
  expect(entered).toBeGreaterThan(full ? 60 : 20)
  // The role was deleted and made again under the same name. EKS keeps the id of the first one, which no API shows: so the lists say
  // that it may enter, and the cluster refuses it.
  const again = 'arn:aws:sts::262626262626:assumed-role/Experiment/'
  expect(differs.map(([cluster, arn, answer]) => [cluster, arn?.slice(0, again.length), answer])).toEqual(
    Array.from({ length: full ? 3 : 1 }, () => ['playground', again, null]),
  )
})
