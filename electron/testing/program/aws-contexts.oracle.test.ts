/**
 * Contexts as the real `aws eks update-kubeconfig` writes them, with and without --profile, --role-arn, --alias and --user-alias:
 * each has just the findings of the table, and after `fix --all` nothing is left but what the user has to decide. The real kubectl
 * says that each acts as before, and now also where a shell exports keys.
 */
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full, someOf } from '../../../shared/testing/counts'
import { awsJudge, awsProgram } from '../aws-judge'
import { realProgram } from '../real-programs'
import { type Simulator, startSimulator } from '../simulator'
import { small, smallWorld } from '../small-world'
import { useTerminal } from './terminal'

/** In the quick run the contexts of one cluster. */
const clusters = someOf(['one', 'two', 'three', 'four', 'five'], (_name, at) => at === 0)
const arnOf = (cluster: string) => `arn:aws:eks:eu-west-1:${small.account}:cluster/${cluster}`
const role = (name: string) => ['--role-arn', `arn:aws:iam::${small.account}:role/${name}`]
const own = (name: string) => ['--alias', name, '--user-alias', name]

const asRole = (name: string) => `arn:aws:sts::${small.account}:assumed-role/${name}/EKSGetTokenAuth`
const asUser = (name: string) => `arn:aws:iam::${small.account}:user/${name}`

/** Each way to write a context of a cluster, its name, its findings, and the identity that the cluster sees. */
const table: readonly (readonly [
  name: (cluster: string) => string,
  flags: (name: string) => readonly string[],
  findings: readonly string[],
  seen: string,
])[] = [
  [(of) => `${of}-plain`, own, ['unpinned info'], small.alice.arn],
  [
    (of) => `${of}-default`,
    (name) => [...own(name), '--profile', 'alice'],
    ['env-keys-win warning'],
    small.alice.arn,
  ],
  [(of) => `${of}-role`, (name) => [...own(name), ...role('One')], ['audit-name-lost info'], asRole('One')],
  [
    (of) => `${of}-both`,
    (name) => [...own(name), ...role('Two'), '--profile', 'alice'],
    ['audit-name-lost info', 'env-keys-win warning'],
    asRole('Two'),
  ],
  [
    (of) => `${of}-twice`,
    (name) => [...own(name), ...role('Three'), '--profile', 'admin'],
    ['audit-name-lost info', 'double-assume warning', 'env-keys-win warning'],
    asRole('Three'),
  ],
  // Without --user-alias the user is called as the cluster: two contexts share it.
  [
    (of) => `${of}-first`,
    (name) => ['--alias', name, '--profile', 'bob'],
    ['env-keys-win warning', 'shared-user warning'],
    asUser('bob'),
  ],
  [arnOf, () => ['--profile', 'bob'], ['env-keys-win warning', 'shared-user warning'], asUser('bob')],
  // Without --alias the context is called as its user.
  [
    (of) => `${of}-own`,
    (name) => ['--user-alias', name, '--profile', 'eve'],
    ['env-keys-win warning'],
    asUser('eve'),
  ],
]

let simulator: Simulator
let folder: string
const keyOf = (letter: string) => ({
  id: `AKIA${letter.repeat(16)}`,
  secret: letter.toLowerCase().repeat(40),
})
const profile = (name: string, ...lines: readonly string[]) =>
  `[${name}]\nendpoint_url = ${simulator.endpointUrl}\nregion = eu-west-1\n${lines.join('\n')}\n`
const keys = ({ id, secret }: { id: string; secret: string }) =>
  `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}`
const terminal = useTerminal({
  inProcess: true,
  aws: () =>
    [
      profile('default', keys(small.alice.key)),
      profile('profile alice', keys(small.alice.key)),
      profile('profile bob', keys(keyOf('B'))),
      profile('profile eve', keys(keyOf('E'))),
      profile('profile admin', `role_arn = ${small.admin}`, 'source_profile = alice'),
    ].join('\n'),
  variables: () => ({ PATH: `${folder}:/usr/bin:/bin`, AWS_EC2_METADATA_DISABLED: 'true' }),
})
beforeAll(async () => {
  const base = smallWorld(Date.now())
  const [prod] = base.clusters
  if (!prod) throw new Error('the small world has a cluster')
  const user = (name: string, letter: string) => ({
    arn: asUser(name),
    uniqueId: `AIDA${letter.repeat(16)}`,
    keys: [keyOf(letter)],
  })
  const users = [...base.users, user('bob', 'B'), user('eve', 'E')]
  const roles = ['One', 'Two', 'Three'].map((name, at) => ({
    arn: `arn:aws:iam::${small.account}:role/${name}`,
    uniqueId: `AROA${'OTH'.charAt(at).repeat(16)}`,
    trust: [`arn:aws:iam::${small.account}:root`],
  }))
  const accessEntries = [...users, ...roles].map(({ arn }) => ({ principalArn: arn }))
  simulator = await startSimulator({
    ...base,
    users,
    roles: [...base.roles, ...roles],
    clusters: clusters.map((name) => ({ ...prod, arn: arnOf(name), accessEntries })),
  })
  folder = (await awsProgram()).folder
})
afterAll(() => simulator.close())

const judge = awsJudge(1)
async function write(cluster: string, flags: readonly string[]): Promise<void> {
  const run = await judge.run(['eks', 'update-kubeconfig', '--name', cluster, ...flags], terminal.variables())
  expect([run.status, run.stderr], flags.join(' ')).toEqual([0, ''])
}
interface Found {
  readonly id: string
  readonly severity: string
  readonly contexts: readonly string[]
  readonly line: number | null
}
/** The identity that the cluster sees, by kubectl. */
async function seen(context: string, more = {}): Promise<string> {
  const words = ['--context', context, 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}']
  return (await terminal.run(realProgram('kubectl'), words, more)).stdout
}
const exported = {
  AWS_ACCESS_KEY_ID: small.carol.key.id,
  AWS_SECRET_ACCESS_KEY: small.carol.key.secret,
}
const found = async (): Promise<readonly Found[]> =>
  JSON.parse((await terminal.ekscope(['lint', '--json'])).stdout).findings

test('each context has just the findings of the table, and fix --all leaves what the user has to decide', async () => {
  const expected: Record<string, readonly string[]> = {}
  const acting: [name: string, seen: string, pinned: boolean][] = []
  for (const cluster of clusters)
    for (const [nameOf, flags, findings, seen] of table) {
      const name = nameOf(cluster)
      await write(cluster, flags(name))
      expected[name] = findings
      acting.push([name, seen, !findings.includes('unpinned info')])
    }
  const before = await found()
  const of = (name: string) =>
    before.flatMap(({ id, severity, contexts }) => (contexts.includes(name) ? [`${id} ${severity}`] : []))
  const had = Object.fromEntries(Object.keys(expected).map((name) => [name, of(name).sort()]))
  expect(had).toEqual(expected)
  expect(before.filter(({ contexts, line }) => contexts.length === 0 || line === null)).toEqual([])
  // In the quick run those that a fix changes most.
  const judged = someOf(acting, ([name]) => /twice|first|arn/.test(name))
  for (const [name, as] of judged) expect([name, await seen(name)]).toEqual([name, as])
  await terminal.done(['fix', '--all'])
  const left = (await found()).filter(({ severity }) => severity !== 'info')
  expect([...new Set(left.map(({ id }) => id))]).toEqual(['double-assume'])
  // Which profile it is to be, a person decides.
  await terminal.done(['fix', 'double-assume'])
  for (const [name, as, pinned] of judged) {
    if (full) expect([name, await seen(name)]).toEqual([name, as])
    expect([name, await seen(name, exported)]).toEqual([name, pinned ? as : small.carol.arn])
  }
  const after = await found()
  expect([...new Set(after.map(({ id, severity }) => `${id} ${severity}`))].sort()).toEqual([
    'audit-name-lost info',
    // The two that shared a user have users of their own now, and still lead to one identity.
    'same-identity info',
    'unpinned info',
  ])
  const { contexts, users } = await terminal.kubectl(path.join(terminal.home, '.kube/config'))
  const all = Object.keys(expected).length
  expect([contexts.size, users.size]).toEqual([all, all])
}, 120_000)

test('a profile called default promises nothing by the name of a context: two names of one identity stay a note', async () => {
  const [cluster = ''] = clusters
  await write(cluster, [...own('default'), '--profile', 'alice'])
  await write(cluster, [...own('plain'), '--profile', 'alice'])
  expect((await found()).filter(({ id }) => id === 'same-identity')).toMatchObject([
    { severity: 'info', contexts: ['default', 'plain'] },
  ])
})
