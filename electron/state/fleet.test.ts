/** Identities and clusters of a fleet are the same in each thread, and a window's first thread reads none of a large file. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nothingSwept, type Swept, type SweptCluster } from '../../shared/identity/search-results'
import { pack, unpack } from '../../shared/ipc/packed'
import { fail, fault, ok, type Result } from '../../shared/result'
import type { Planning } from '../editing/planning'
import { planningInThread } from '../editing/planning-thread'
import { createClusterHandlers } from '../ipc/cluster-handlers'
import { createIdentityHandlers } from '../ipc/identity-handlers'
import type { Call } from '../ipc/router'
import { createSweepHandlers } from '../ipc/sweep-handlers'
import { resolvedValue } from '../kubeconfig/read/kubeconfig-view'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { bundled } from '../testing/bundle'
import { createAsking } from '../trust/asking'
import { knownClusters } from './clusters-shown'
import { treeIn } from './identity-trees'

const home = mkdtempSync(path.join(tmpdir(), 'ekscope-fleet-'))
const never = new AbortController().signal
const account = '111122223333'
let thread: Planning

beforeAll(async () => {
  thread = planningInThread(await bundled('electron/editing/planning-worker.ts'), 1)
  mkdirSync(path.join(home, '.aws'))
  writeFileSync(
    path.join(home, '.aws', 'config'),
    [
      '[profile keys]\nregion = eu-west-1\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s',
      `[profile admin]\nrole_arn = arn:aws:iam::${account}:role/Admin\nsource_profile = keys`,
      `[profile portal]\nsso_session = corp\nsso_account_id = ${account}\nsso_account_name = payments\nsso_role_name = Read`,
      '[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1',
    ].join('\n'),
  )
})
afterAll(() => {
  thread.close()
  rmSync(home, { recursive: true, force: true })
})

/** One context with its cluster and user, and what was found of that cluster by looking. */
const contextArbitrary = fc.record({
  user: fc.constantFrom('keys', 'admin', 'portal', 'missing', 'role', 'unpinned', 'wrapper', 'token'),
  shares: fc.boolean(),
  region: fc.constantFrom('eu-west-1', 'nowhere'),
  cluster: fc.constantFrom('named', 'arn', 'dangling', 'none', 'password'),
  found: fc.constantFrom('no', 'API', 'CONFIG_MAP', 'API_AND_CONFIG_MAP', 'gone', 'recreated'),
  admitted: fc.boolean(),
})
const someContext = {
  user: 'keys',
  shares: false,
  region: 'eu-west-1',
  cluster: 'named',
  found: 'no',
  admitted: false,
} as const
type Made = typeof contextArbitrary extends fc.Arbitrary<infer One> ? One : never

const arnOf = (at: number) => `arn:aws:eks:eu-west-1:${account}:cluster/c${at}`
const serverOf = (at: number, login = '') => `https://${login}c${at}.gr7.eu-west-1.eks.amazonaws.com`
const clusterOf = (made: Made, at: number) =>
  made.cluster === 'arn' ? arnOf(at) : made.cluster === 'dangling' ? 'nobody' : `c${at}`

function userOf({ user, region }: Made, at: number): unknown {
  if (user === 'token') return { token: 'secret' }
  const token = ['--region', region, 'eks', 'get-token', '--cluster-name', `c${at}`]
  const more =
    user === 'role'
      ? ['--role-arn', `arn:aws:iam::${account}:role/Other`]
      : user === 'unpinned' || user === 'wrapper'
        ? []
        : ['--profile', user]
  const args = user === 'wrapper' ? ['exec', 'dev', '--', 'aws', ...token] : [...token, ...more]
  const command = user === 'wrapper' ? 'aws-vault' : 'aws'
  return { exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command, args } }
}

function fleetText(all: readonly Made[]): string {
  const userName = ({ shares }: Made, at: number) => `c${shares && at > 0 ? at - 1 : at}`
  return JSON.stringify({
    clusters: all.flatMap((made, at) =>
      made.cluster === 'dangling' || made.cluster === 'none'
        ? []
        : [
            {
              name: clusterOf(made, at),
              cluster: { server: serverOf(at, made.cluster === 'password' ? 'user:swordfish@' : '') },
            },
          ],
    ),
    users: all.map((made, at) => ({ name: `c${at}`, user: userOf(made, at) })),
    contexts: all.map((made, at) => ({
      name: `c${at}`,
      context: { cluster: clusterOf(made, at), user: userName(made, at) },
    })),
  })
}

function sweptOf(all: readonly Made[]): Swept {
  const clusters = all.flatMap(({ found }, at): readonly SweptCluster[] => {
    if (found === 'no') return []
    return [
      {
        arn: arnOf(at),
        name: `c${at}`,
        region: 'eu-west-1',
        partition: 'aws',
        askedBy: { account, region: 'eu-west-1', endpoint: null },
        status: 'ACTIVE',
        version: '1.33',
        endpoint: found === 'recreated' ? 'https://other.test' : serverOf(at),
        authority: null,
        serviceRole: null,
        outpostClusterId: null,
        authenticationMode: found === 'gone' || found === 'recreated' ? 'CONFIG_MAP' : found,
        publicEndpoint: true,
        privateEndpoint: false,
        foundBy: ['looker'],
        at: 1,
        goneAt: found === 'gone' ? 2 : null,
      },
    ]
  })
  const admin = {
    principalArn: `arn:aws:iam::${account}:role/Admin`,
    type: 'STANDARD',
    username: 'admin',
    groups: ['system:masters'],
    policies: [],
    modifiedAt: null,
    problem: null,
  }
  return {
    ...nothingSwept,
    lookers: [{ id: 'looker', looker: { kind: 'profile', profile: 'keys', role: null }, state: null, at: 1 }],
    clusters,
    access: all.flatMap(({ admitted }, at) =>
      admitted
        ? [
            {
              cluster: arnOf(at),
              askedBy: { account, region: 'eu-west-1', endpoint: null },
              entries: { state: 'read', value: [admin] },
              at: 1,
            },
          ]
        : [],
    ),
  }
}

let folders = 0
function servicesOf(
  planning: Planning | undefined,
  file: string,
  data: string,
  filesOf: 'app' | 'login-shell' = 'app',
): Services {
  return createServices({
    variables: { HOME: home, KUBECONFIG: file, PATH: '' },
    home,
    platform: process.platform,
    cwd: home,
    now: () => 5,
    folder: openDataFolder(data),
    filesOf,
    ...(planning === undefined ? {} : { planning }),
    runCommand: async () => ({ kind: 'not-started', code: 'ENOENT', ms: 0 }),
  })
}

/** What pages ask about identities and clusters. */
async function asked(services: Services, ids: readonly string[], brought: string) {
  const told: unknown[] = []
  const call: Call = {
    signal: never,
    page: 1,
    emit: (name, payload) => told.push([name, payload]),
    dropped: () => [],
  }
  const asking = createAsking({ trust: services.trust, nameOf: () => null, show: async () => false })
  const clusters = createClusterHandlers(services, asking)
  const identities = createIdentityHandlers(services, asking)
  const sweeps = createSweepHandlers(services, asking)
  const at = { environment: 'app' } as const
  const value = <T>(answer: Result<T>): T => {
    if (!answer.ok) throw new Error(answer.fault.message)
    return answer.value
  }
  const run = { ...at, run: 'run' }
  // No region of that name is there to be asked.
  const nowhere = ids.map((_, n) => JSON.stringify([`c${n}`, 'nowhere']))
  return {
    tree: unpack(value(await identities['identities.load'](at, call))),
    list: unpack(value(await clusters['clusters.load'](at, call))),
    sweeps: unpack(value(await sweeps['sweep.load'](at, call))),
    awsAuths: unpack(value(await clusters['clusters.awsAuth'](at, call))),
    access: await Promise.all(
      [0, 1].map(async (n) =>
        unpack(value(await clusters['clusters.access']({ ...at, cluster: arnOf(n) }, call))),
      ),
    ),
    // The same names again, of a file of their own, and what is none.
    imported: await services.editing.ask('imported', {
      texts: ['one', 'two', 'none', 'failed'].map((source) =>
        source === 'failed'
          ? fail(fault('unreadable', 'It could not be read.', 'Try again.'))
          : ok({ source, from: null, text: source === 'none' ? 'no kubeconfig' : brought }),
      ),
      before: [],
      variables: { PATH: '' },
    }),
    profiles: await services.editing.plan(
      (
        [
          { kind: 'rename-profile', profile: 'keys', name: 'other' },
          { kind: 'delete-profile', profile: 'portal' },
        ] as const
      ).map((edit) => ({ kind: 'edit-profile', ...at, edit, was: null })),
    ),
    asked: value(await clusters['clusters.ask']({ ...run, clusters: nowhere }, call)),
    read: value(await clusters['clusters.readAwsAuth']({ ...run, clusters: [] }, call)),
    proved: value(await identities['identities.prove']({ ...run, ids: [], again: false }, call)),
    told,
  }
}

test('so is what entries of the files say', async () => {
  const names = ['one', 'two', 'three']
  const [own, foreign] = [path.join(home, 'own'), path.join(home, 'foreign')]
  const text = (cluster: (name: string) => object, user: string) =>
    JSON.stringify({
      clusters: names.map((name) => ({ name: `${user}-${name}`, cluster: cluster(name) })),
      users: [{ name: user, user: { token: 'secret' } }],
      contexts: [...names, 'four'].map((name) => ({
        name: `${user}-${name}`,
        context: {
          cluster: `${user}-${name === 'four' ? 'one' : name}`,
          user: 'own',
          extensions: [expected],
        },
      })),
    })
  const expected = {
    name: 'ekscope.expected',
    extension: { principal: `arn:aws:iam::${account}:role/Admin` },
  }
  writeFileSync(
    own,
    text(() => ({ server: serverOf(1), 'insecure-skip-tls-verify': true }), 'own'),
  )
  writeFileSync(
    foreign,
    text((name) => ({ server: `https://${name}.test` }), 'foreign'),
  )
  const open = async (planning: Planning | undefined) => {
    const data = path.join(home, `open-${planning === undefined ? 'here' : 'there'}`)
    const services = servicesOf(planning, own, data, 'login-shell')
    await services.kubeconfig.load()
    const opened = await services.kubeconfig.open(foreign)
    expect(opened.ok).toBe(true)
    return services
  }
  const [here, there] = [await open(undefined), await open(thread)]
  const ids = (await here.kubeconfig.load()).contexts.map(({ id }) => id)
  expect(ids).toHaveLength(8)
  const [admin] = sweptOf([{ ...someContext, found: 'API' }]).clusters
  if (admin === undefined) throw new Error('a cluster was described')
  const described = { ...admin, endpoint: serverOf(1), certificateAuthorityData: null }
  const told = async (services: Services) => ({
    resolved: (await services.kubeconfig.resolved([...ids, 'gone', ...ids])).map(resolvedValue),
    duplicates: [
      await services.editing.ask('duplicates', []),
      await services.editing.ask('duplicates', [
        { kind: 'delete-contexts', contexts: ids.slice(0, 2), keepOrphans: false },
      ]),
    ],
    entries: await services.editing.ask('entriesOf', [
      described,
      { ...described, endpoint: 'https://two.test' },
    ]),
    file: await services.trust.file(foreign),
    destinations: await Promise.all([...ids, 'gone'].map((id) => services.trust.destination(id))),
  })
  const found = await told(there)
  expect(found).toEqual(await told(here))
  expect(found.resolved.map(({ id }) => id)).toEqual(ids)
  expect(found.duplicates.map((groups) => groups.map(({ others }) => others.length))).toEqual([[2], [1]])
  expect(found.entries.map(({ contexts, sameAuthority }) => [contexts.length, sameAuthority.length])).toEqual(
    [
      [4, 3],
      [1, 1],
    ],
  )
  expect(found.destinations.map((question) => question?.kind ?? null)).toEqual([
    ...Array.from({ length: 4 }, () => 'insecure'),
    ...Array.from({ length: 4 }, () => 'file'),
    null,
  ])
  // What was shown is what is allowed.
  for (const services of [there, here]) {
    const question = await services.trust.file(foreign)
    if (question === null) throw new Error('it was a question')
    const other = { ...question, destinations: question.destinations.slice(1) }
    expect(await services.trust.allowDestination(other)).toMatchObject({ ok: false })
    expect(await services.trust.allowDestination(question)).toEqual({ ok: true, value: null })
    expect(await services.trust.file(foreign)).toBeNull()
  }
  await Promise.all([here.close(), there.close()])
})

test('is the same whoever looks at the files', async () => {
  let counted = { clusters: 0, checked: 0, askers: 0, told: 0, along: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(contextArbitrary, { minLength: 5, maxLength: 10 }), async (all) => {
      folders += 1
      const data = path.join(home, `data-${folders}`)
      const file = path.join(home, `config-${folders}`)
      writeFileSync(file, fleetText(all))
      const here = servicesOf(undefined, file, data)
      const ids = (await here.kubeconfig.load()).contexts.map(({ id }) => id)
      await here.discovered.keep('app', sweptOf(all))
      await here.settings.nameAccounts({ [account]: 'ours' })
      await here.checker.run({ contexts: ids.slice(0, 6), environment: 'app' }, never)
      const there = servicesOf(thread, file, data)
      const brought = fleetText(all.slice(1)).replace('"secret"', '"another"')
      const [expected, found] = [await asked(here, ids, brought), await asked(there, ids, brought)]
      expect(found).toEqual(expected)
      // What the terminal shows is no other.
      const { environment, clusters } = expected.list
      expect(environment).toBe('app')
      const known = await knownClusters(here.clusters, 'app', null)
      expect(known.map(({ cluster }) => cluster.id)).toEqual(clusters.map(({ id }) => id))
      expect(await knownClusters(there.clusters, 'app', null)).toEqual(unpack(pack(known)))
      expect(await treeIn(there.trees, 'app')).toEqual(expected.tree)
      const { imported, ...shown } = found
      expect(imported.map((one) => one.ok)).toEqual([true, true, false, false])
      const offers = imported.flatMap((one) => (one.ok ? [one.value.offer] : []))
      expect(JSON.stringify([shown, offers])).not.toContain('swordfish')
      counted = {
        clusters: counted.clusters + clusters.length,
        checked: counted.checked + clusters.flatMap((one) => one.contexts.filter((it) => it.verdict)).length,
        askers: counted.askers + expected.awsAuths.flatMap(({ by }) => by).length,
        told: counted.told + expected.told.length,
        along: counted.along + expected.profiles.alsoChanges.length,
      }
      await Promise.all([here.close(), there.close()])
    }),
    { numRuns: 3, seed: 11 },
  )
  // The fleets had something to tell.
  expect(Object.values(counted).every((count) => count > 0)).toBe(true)
})
