/** Which findings each row of the demo fleet must have, by hand, and no other; from files and environment alone. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Severity } from '../../shared/findings/define-rule'
import type { FindingId } from '../../shared/findings/finding-rules'
import { hasSignIn } from '../../shared/identity/aws-version'
import { installedAws } from '../aws/installed/installed'
import { demoExpected } from '../testing/demo-expected'
import { readIdentities } from '../testing/read-identities'
import { realProgram } from '../testing/real-programs'
import { type Demo, startDemo } from './demo'
import { accessKey, carol } from './fleet/demo-identities'

let demo: Demo
/** The aws of this machine is older than `aws login`, by which one profile signs in. */
let withoutLogin = false
beforeAll(async () => {
  const aws = await installedAws(realProgram('aws'), {})
  withoutLogin = !hasSignIn('login', aws?.version ?? null)
  demo = await startDemo({ environment: { PATH: '/usr/bin:/bin' } })
})
afterAll(() => demo.close())

type Told = `${Severity} ${FindingId}`
const shared: Told = 'warning shared-user'
const alias: Told = 'info same-identity'
const weakPin: Told = 'warning env-keys-win'
const takenOver: Told = 'error env-keys-win'
const secret: Told = 'warning plain-secret'
const oneName: Told = 'info audit-name-lost'
const noOutput: Told = 'info missing-output-json'
const stockholm = 'arn:aws:eks:eu-north-1'

/** Rows that are not named here must have none. */
const told: Readonly<Record<string, readonly Told[]>> = {
  'prod-readonly': [weakPin],
  'prod-unpinned': ['info unpinned'],
  'prod-us-admin': [shared],
  'prod-us-viewer': [shared],
  // One profile: they differ in namespace.
  stage: [alias],
  'stage-env': [alias, weakPin],
  'stage-admin': ['warning double-assume', noOutput, oneName],
  // One profile, and the name of one only is that of a profile.
  'sandbox-7': ['warning same-identity'],
  'sandbox-7-dev': ['warning same-identity'],
  'platform-tools': [shared],
  'platform-proxy': [shared],
  'platform-as-jane': ['warning impersonation'],
  'observability-as-root': ['warning impersonation'],
  // One permission set, by a session and by a start URL.
  'lake-spark': [alias],
  'lake-old-style': [alias],
  'old-alpha': ['error deprecated-api-version', noOutput],
  'old-v1': ['error missing-interactive-mode'],
  // Alice at tools, as the contexts of the user “alice”, of which the first stands for all.
  'old-always': [alias],
  'tools-unchecked': [shared, alias, 'warning insecure-skip-tls'],
  'tools-dead-proxy': [shared],
  on: [shared],
  '--help': [shared],
  '$(touch pwned) \'n "quoted"': [shared],
  '\u001b[31mred-alert\u001b[0m\u0007': [shared],
  'tools-\u202Eresu-ylno-daer\u202C': [shared],
  'dangling-cluster': [shared, 'error dangling-cluster'],
  'dangling-user': ['error dangling-user'],
  'tools-belt-and-braces': ['warning exec-suppressed', secret],
  'platform-ci': [secret],
  'tools-backup': [secret],
  'tools-node': [secret],
  'tools-operator': [secret],
  'playground-role': [oneName],
  'prod-ci': [oneName],
  'tools-service-role': [oneName],
  'tools-china-role': ['error partition-mismatch', oneName],
  'tools-missing-command': ['error command-not-found'],
  'tools-ghost': ['error unknown-profile'],
  'tools-loop': ['error broken-profile'],
  'tools-no-source': ['error broken-profile'],
  'tools-no-session': ['error broken-profile'],
  'prod-wrong-cluster': ['error cluster-mismatch'],
  [`${stockholm}:777788889999:cluster/runners`]: [shared, weakPin],
  'runners-view': [shared, weakPin],
  [`${stockholm}:444455556666:cluster/load-test`]: [weakPin],
  [`${stockholm}:444455556666:cluster/mocks`]: [weakPin],
}

const found = async (variables: Readonly<Record<string, string>> = {}) => {
  const { contexts } = await readIdentities(demo, variables)
  // A later file has a second prod-admin, which kubectl never takes.
  const [second] = contexts.filter(({ name }) => name === 'prod-admin').slice(1)
  expect(second?.findings.map(({ id }) => id)).toEqual(['shadowed'])
  return Object.fromEntries(
    contexts
      .filter((one) => one !== second)
      .map(({ name, findings }) => [name, findings.map(({ id, severity }) => `${severity} ${id}`)]),
  )
}
const all = (rows: typeof told) =>
  Object.fromEntries(
    demoExpected.map(({ context }) => [
      context,
      context === 'tools-console' && withoutLogin ? ['warning other-aws'] : (rows[context] ?? []),
    ]),
  )

test('in the app’s environment, without keys', async () => {
  expect(await found()).toEqual(all(told))
})

test('with carol’s keys, they win where a profile is pinned by env, and who is another then is no twin', async () => {
  const key = accessKey(carol)
  expect(await found({ AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret })).toEqual(
    all({
      ...told,
      'prod-readonly': [takenOver],
      // By one of the two another identity acts now.
      stage: [],
      'stage-env': [takenOver],
      [`${stockholm}:777788889999:cluster/runners`]: [shared, takenOver],
      'runners-view': [shared, takenOver],
      [`${stockholm}:444455556666:cluster/load-test`]: [takenOver],
      [`${stockholm}:444455556666:cluster/mocks`]: [takenOver],
    }),
  )
})

test('AWS_PROFILE of a shell changes nothing that is pinned by AWS_PROFILE', async () => {
  expect(await found({ AWS_PROFILE: 'carol' })).toEqual(all(told))
})

test('the cluster that a token is for is told where it is another than the one that kubectl talks to', async () => {
  const { contexts } = await readIdentities(demo)
  const apart = contexts.flatMap(({ name, meant }) =>
    meant.tokenFor === null ? [] : [[name, meant.name, meant.tokenFor]],
  )
  expect(apart).toEqual([['prod-wrong-cluster', 'prod-eu', 'stage']])
})
