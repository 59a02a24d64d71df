/** Made-up clusters: one that is well, one made again, one that is gone, one of which nothing is known. */
import type { AccessSource, Entrance } from '../../shared/identity/access-entries'
import type { ShownCluster } from '../../shared/identity/known-clusters'
import type { SweptCluster } from '../../shared/identity/search-results'
import type { OwnIdentity, WhoMayEnter } from '../../shared/identity/who-may-enter'
import { now } from './fleet'

const day = 86_400_000

const described = (name: string, account: string, more: Partial<SweptCluster>): SweptCluster => ({
  arn: `arn:aws:eks:eu-west-1:${account}:cluster/${name}`,
  name,
  region: 'eu-west-1',
  partition: 'aws',
  askedBy: { account, region: 'eu-west-1', endpoint: null },
  status: 'ACTIVE',
  version: '1.31',
  endpoint: `https://${name}.gr7.eu-west-1.eks.amazonaws.com`,
  authority: 'a',
  serviceRole: `arn:aws:iam::${account}:role/${name}-cluster-role`,
  outpostClusterId: null,
  authenticationMode: 'API_AND_CONFIG_MAP',
  publicEndpoint: true,
  privateEndpoint: true,
  foundBy: ['finder'],
  at: now - 120_000,
  goneAt: null,
  ...more,
})

/** A cluster that AWS described two minutes ago; what is said differs. */
export function knownCluster(
  name: string,
  said: Partial<ShownCluster> = {},
  more: Partial<SweptCluster> = {},
): ShownCluster {
  const account = said.account ?? '111122223333'
  const cluster = described(name, account, more)
  return {
    id: cluster.arn,
    arn: cluster.arn,
    name,
    region: 'eu-west-1',
    account,
    accountName: null,
    described: cluster,
    goneAt: null,
    support: null,
    asked: {
      at: now - 120_000,
      reached: { answers: true, ms: 61, why: null },
      fault: null,
      arn: cluster.arn,
      gone: false,
      by: { profile: 'pay', role: null },
    },
    contexts: [],
    shadowed: [],
    entries: [],
    enters: [],
    ...said,
  }
}

/** `contexts`: of prod-eu. */
export const knownClusters = (contexts: ShownCluster['contexts'] = []): readonly ShownCluster[] => [
  knownCluster('prod-eu', {
    accountName: 'payments-prod',
    contexts,
    support: { version: '1.31', standardUntil: now + 30 * day, extendedUntil: now + 400 * day },
  }),
  knownCluster('ledger', {
    accountName: 'payments-prod',
    contexts: [{ id: 'ledger-id', name: 'ledger', verdict: null }],
    entries: [{ file: '/home/k/.kube/config', name: 'ledger', state: 'recreated' }],
    support: { version: '1.31', standardUntil: now - day, extendedUntil: now + 20 * day },
  }),
  knownCluster('old', {
    account: '444455556666',
    goneAt: now - 60_000,
    contexts: [{ id: 'old-id', name: 'old', verdict: null }],
  }),
  knownCluster('edge', {
    account: '444455556666',
    described: null,
    asked: null,
    contexts: [{ id: 'edge-id', name: 'edge', verdict: null }],
  }),
]

const arnOf = (role: string) => `arn:aws:iam::111122223333:role/${role}`
const person = (id: string, name: string, more: Partial<OwnIdentity> = {}): OwnIdentity => ({
  id,
  kind: 'role',
  name,
  arn: arnOf(name),
  accessKeyId: null,
  account: '111122223333',
  accountName: 'payments-prod',
  permissionSet: null,
  state: 'valid',
  ...more,
})
const enters = (principal: string, username: string, from: AccessSource = 'access-entry'): Entrance => ({
  kind: 'enters',
  from,
  place: null,
  principal,
  others: [],
  username: { text: username, whole: true },
  groups: [],
  policies: [],
  node: false,
  doubt: null,
})
const named = (
  principal: string | null,
  said: Partial<WhoMayEnter['rows'][number]>,
): WhoMayEnter['rows'][number] => ({
  from: 'access-entry',
  place: null,
  principal,
  kind: 'role',
  name: principal?.split('/').at(-1) ?? null,
  account: '111122223333',
  username: 'viewer',
  groups: [],
  policies: [],
  may: { everything: false, says: ['read, without secrets'] },
  node: false,
  passedOver: null,
  problem: null,
  you: [],
  ...said,
})

/** Of prod-eu, read by entries and aws-auth: two of one's own by entries, the environment's keys by aws-auth, one bad line. */
export const whoMayEnter = (said: Partial<WhoMayEnter> = {}): WhoMayEnter => ({
  cluster: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
  mode: 'API_AND_CONFIG_MAP',
  entries: { state: 'read', at: now - 120_000 },
  awsAuth: { state: 'read', at: now - 120_000, problems: [] },
  by: { looker: { profile: 'pay', role: null }, context: 'prod-admin' },
  fault: null,
  rows: [
    named(arnOf('Admin'), {
      username: 'admin:{{SessionName}}',
      may: { everything: true, says: ['everything'] },
      you: ['admin'],
    }),
    named(arnOf('ReadOnly'), { you: ['readonly'] }),
    named(arnOf('Stranger'), {}),
    named('arn:aws:iam::111122223333:user/carol', {
      from: 'mapUsers',
      place: 1,
      kind: 'user',
      username: 'carol',
      may: { everything: true, says: ['everything'] },
      you: ['carol'],
    }),
    named(null, {
      from: 'mapUsers',
      place: 2,
      kind: null,
      account: null,
      username: null,
      may: { everything: false, says: ['nothing: names no identity'] },
      problem: 'Userarn is a list.',
    }),
  ],
  migration: null,
  mine: [
    { who: person('admin', 'Admin'), by: null, entrance: enters(arnOf('Admin'), 'admin:x') },
    { who: person('readonly', 'ReadOnly'), by: null, entrance: enters(arnOf('ReadOnly'), 'viewer') },
    {
      who: person('carol', 'carol', {
        kind: 'environment-keys',
        arn: 'arn:aws:iam::111122223333:user/carol',
      }),
      by: null,
      entrance: enters('arn:aws:iam::111122223333:user/carol', 'carol', 'mapUsers'),
    },
    { who: person('hub', 'Hub'), by: null, entrance: { kind: 'not-named' } },
    {
      who: person('batch', 'batch', { kind: 'process', arn: null, state: 'unknown' }),
      by: null,
      entrance: { kind: 'not-known', why: 'Files do not say who this is.', next: 'Ask AWS.' },
    },
  ],
  seen: [],
  askable: ['admin', 'readonly', 'hub', 'batch'],
  ...said,
})

/** The same before anybody asked. */
export const nobodyAsked: WhoMayEnter = whoMayEnter({
  entries: { state: 'not-asked', at: null },
  awsAuth: { state: 'not-asked', at: null, problems: [] },
  by: null,
  rows: [],
  mine: whoMayEnter().mine.map(({ who }) => ({
    who,
    by: null,
    entrance: { kind: 'not-known', why: 'Not asked for yet.', next: 'Read who may enter.' },
  })),
})
