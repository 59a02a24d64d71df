import { expect, test } from 'vitest'
import {
  type AskedCluster,
  type ContextLeading,
  clusterRows,
  countClusters,
  entryState,
  rowsAsked,
  stateOf,
  supportNow,
} from './known-clusters'
import type { SweptCluster } from './search-results'

const endpoint = 'https://NEW.gr7.eu-west-1.eks.amazonaws.com'
const cluster = (name: string, more: Partial<SweptCluster> = {}): SweptCluster => ({
  arn: `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`,
  name,
  region: 'eu-west-1',
  partition: 'aws',
  askedBy: { account: '111122223333', region: 'eu-west-1', endpoint: null },
  status: 'ACTIVE',
  version: '1.31',
  endpoint,
  authority: 'a',
  serviceRole: null,
  outpostClusterId: null,
  authenticationMode: 'API',
  publicEndpoint: true,
  privateEndpoint: false,
  foundBy: [],
  at: 1,
  goneAt: null,
  ...more,
})
const entry = (
  server: string | null,
  authority: string | null = 'a',
  tlsServerName: string | null = null,
) => ({
  file: 'f',
  name: 'e',
  server,
  tlsServerName,
  authority,
})
const context = (name: string, more: Partial<ContextLeading> = {}): ContextLeading => ({
  id: `id of ${name}`,
  name,
  verdict: null,
  arnOfCluster: null,
  nameOfCluster: null,
  region: null,
  account: null,
  entry: null,
  shadowed: false,
  ...more,
})

test('recreated, stale and a tunnel are told apart', () => {
  const is = cluster('prod')
  expect(entryState(entry(endpoint), is)).toBe('same')
  expect(entryState(entry('https://OLD.gr7.eu-west-1.eks.amazonaws.com'), is)).toBe('recreated')
  expect(entryState(entry(endpoint, 'b'), is)).toBe('stale')
  expect(entryState(entry('https://127.0.0.1:8443'), is)).toBe('tunnel')
  expect(entryState(entry(endpoint, null), is)).toBe('same')
  expect(entryState(entry(endpoint), cluster('prod', { endpoint: null }))).toBe('not-known')
  const askedBy = { account: null, region: 'eu-west-1', endpoint: null }
  expect(entryState(entry('https://OLD.gr7.eu-west-1.eks.amazonaws.com'), cluster('prod', { askedBy }))).toBe(
    'not-known',
  )
})

test('a row for each cluster, from files, by looking, or both; what is no cluster of EKS is none', () => {
  const prod = cluster('prod')
  const lone = cluster('lone', { endpoint: 'https://LONE', goneAt: 7 })
  const rows = clusterRows(
    [
      context('by-arn', {
        arnOfCluster: prod.arn,
        nameOfCluster: 'prod',
        region: 'eu-west-1',
        verdict: 'verified',
      }),
      context('by-server', { entry: entry(endpoint, 'b') }),
      context('unseen', { nameOfCluster: 'unseen', region: 'eu-west-1' }),
      context('minikube'),
      // Beside the others, as what kubectl passes over; alone it makes no row.
      context('behind', {
        arnOfCluster: prod.arn,
        nameOfCluster: 'prod',
        region: 'eu-west-1',
        entry: entry('https://OLD'),
        shadowed: true,
      }),
      context('behind nothing', { nameOfCluster: 'nothing', region: 'eu-west-1', shadowed: true }),
    ],
    [prod, lone],
    [{ version: '1.31', standardUntil: 10, extendedUntil: 20 }],
  )
  expect(rows.map((row) => [row.name, row.contexts.map(({ name }) => name), stateOf(row)])).toEqual([
    ['prod', ['by-arn', 'by-server'], 'stale'],
    ['lone', [], 'gone'],
    ['unseen', ['unseen'], 'not asked'],
  ])
  expect(rows.map(({ shadowed }) => shadowed.map(({ name }) => name))).toEqual([['behind'], [], []])
  expect(rows[0]?.entries).toHaveLength(1)
  expect(rows[0]?.support?.extendedUntil).toBe(20)
})

test('support of a version', () => {
  const support = { version: '1.31', standardUntil: 10, extendedUntil: 20 }
  expect([5, 15, 25].map((now) => supportNow(support, now))).toEqual(['standard', 'extended', 'ended'])
  expect(supportNow(null, 5)).toBeNull()
  expect(supportNow({ ...support, extendedUntil: null }, 15)).toBe('ended')
})

test('a context that says only name and region belongs to the cluster that AWS described to it', () => {
  const is = cluster('prod')
  const tunnelled = context('t', {
    nameOfCluster: 'prod',
    region: 'eu-west-1',
    entry: entry('https://127.0.0.1:8443'),
  })
  const place = JSON.stringify(['prod', 'eu-west-1'])
  expect(clusterRows([tunnelled], [is], []).map(({ id }) => id)).toEqual([is.arn, place])
  const said = { at: 1, reached: null, fault: null, arn: is.arn, gone: false, by: null }
  const rows = clusterRows([tunnelled], [is], [], new Map([[place, said]]))
  expect(rows.map(({ id, contexts }) => [id, contexts.map(({ name }) => name)])).toEqual([[is.arn, ['t']]])
})

test('before AWS is asked a context that says name and region stands with those of its server that say the ARN', () => {
  const { arn, name, region } = cluster('tools')
  const place = { nameOfCluster: name, region, entry: entry(endpoint) }
  const told = context('told', { ...place, arnOfCluster: arn, account: '111122223333' })
  const short = context('short', place)
  const rows = clusterRows([short, told], [], [])
  expect(rows.map(({ id, contexts }) => [id, contexts.map((one) => one.name)])).toEqual([
    [arn, ['short', 'told']],
  ])
  expect(rows[0]).toMatchObject({ arn, account: '111122223333' })
  expect(countClusters([short, told], [])).toBe(1)
  // One whose cluster entry is not there leads nowhere else, unless another cluster has the name.
  const dangling = { ...short, entry: null }
  expect(clusterRows([dangling, told], [], []).map(({ id }) => id)).toEqual([arn])
  const elsewhere = { ...told, arnOfCluster: arn.replace('1111', '9999'), entry: entry('https://OTHER') }
  expect(clusterRows([dangling, told, elsewhere], [], [])).toHaveLength(3)
  // Of another server, or where two ARNs are said of it, nobody knows.
  const other = { ...short, entry: entry('https://OTHER') }
  const twin = { ...told, arnOfCluster: arn.replace('1111', '9999') }
  expect([
    clusterRows([other, told], [], []).length,
    clusterRows([short, told, twin], [], []).length,
  ]).toEqual([2, 3])
})

test('rows that come one by one, as answers do, are those that are made of all', () => {
  const [a, b] = [cluster('a', { endpoint: 'https://A' }), cluster('b', { endpoint: 'https://B' })]
  const moved = { ...a, endpoint: 'https://A2' }
  const contexts = [
    context('by-arn', {
      arnOfCluster: a.arn,
      nameOfCluster: 'a',
      region: 'eu-west-1',
      entry: entry('https://A'),
    }),
    context('by-server', { entry: entry('https://A2') }),
    context('by-place', { nameOfCluster: 'b', region: 'eu-west-1', entry: entry('https://127.0.0.1:1') }),
    context('new', { nameOfCluster: 'new', region: 'eu-west-1', entry: entry('https://NEW') }),
    context('minikube'),
  ]
  const asked = new Map<string, AskedCluster>()
  const rowAt = rowsAsked(contexts, [a], asked)
  const now = new Map([[a.arn, a]])
  const places = ['a', 'b', 'new'].map((name) => JSON.stringify([name, 'eu-west-1']))
  for (const [place, described] of [
    [a.arn, moved],
    [places[1], b],
    [places[2], cluster('new', { endpoint: 'https://NEW' })],
    [a.arn, { ...moved, goneAt: 5 }],
  ] as const) {
    const said = { at: 1, reached: null, fault: null, arn: described.arn, gone: false, by: null }
    for (const id of [place ?? '', described.arn]) asked.set(id, said)
    now.set(described.arn, described)
    const whole = clusterRows(contexts, [...now.values()], [], asked)
    expect(rowAt(described.arn, described, [])).toEqual(whole.find(({ id }) => id === described.arn))
  }
  expect(rowAt(b.arn, null, []).contexts.map(({ name }) => name)).toEqual(['by-place'])
})
