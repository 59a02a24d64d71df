import { describe, expect, test } from 'vitest'
import type { EksCluster } from './eks-cluster'
import { unansweredAccounts } from './search-problems'
import {
  accountNamesSeen,
  believedFinders,
  Collected,
  mergedResults,
  nothingSwept,
  type Swept,
  withChanges,
  withSwept,
} from './search-results'
import { type Looker, lookerId, type SweepEvent } from './sweep'

const account = '111122223333'
const looker = (profile: string): Looker => ({ kind: 'profile', profile, role: null })
const [pay, ops] = ['pay', 'ops'].map((name) => lookerId(looker(name)))
const cluster = (name: string, more: Partial<EksCluster> = {}): EksCluster => ({
  arn: `arn:aws:eks:eu-west-1:${account}:cluster/${name}`,
  name,
  region: 'eu-west-1',
  partition: 'aws',
  askedBy: { account, region: 'eu-west-1', endpoint: null },
  status: 'ACTIVE',
  version: '1.31',
  endpoint: `https://${name}`,
  certificateAuthorityData: 'data',
  serviceRole: null,
  outpostClusterId: null,
  authenticationMode: 'API',
  publicEndpoint: true,
  privateEndpoint: null,
  ...more,
})
const fault = { code: 'aws', message: 'No.', next: 'Ask.' } as const
function swept(at: number, events: readonly SweepEvent[]) {
  const collected = new Collected(
    () => at,
    (data) => `hash of ${data}`,
  )
  for (const event of events) collected.note(event)
  return { ...collected.swept, progress: collected.progress }
}
const known = (id = pay ?? ''): SweepEvent => ({
  kind: 'looker',
  looker: id,
  state: { kind: 'known', arn: `arn:aws:iam::${account}:role/R`, account, accessKeyId: 'A', endpoint: null },
})
const found = (clusters: number, id = pay ?? ''): SweepEvent => ({
  kind: 'place',
  looker: id,
  region: 'eu-west-1',
  state: { kind: 'found', clusters },
})
const sees = (name: string, id = pay ?? ''): SweepEvent => ({
  kind: 'cluster',
  looker: id,
  cluster: cluster(name),
})
const undescribed = (name: string, id: string): SweepEvent => ({
  kind: 'undescribed',
  looker: id,
  region: 'eu-west-1',
  name,
  fault,
})

test('a cluster is one, whoever lists it; its certificate is known by a hash', () => {
  const lookers: SweepEvent = { kind: 'lookers', lookers: [looker('pay'), looker('ops')], places: 2 }
  const all = swept(5, [
    lookers,
    known(),
    known(ops),
    sees('a'),
    sees('a', ops),
    undescribed('a', ops ?? ''),
    found(1),
  ])
  expect(all.clusters).toMatchObject([
    { name: 'a', foundBy: [pay, ops], authority: 'hash of data', at: 5, goneAt: null },
  ])
  expect(JSON.stringify(all)).not.toContain('certificateAuthorityData')
  // What another could describe is no problem.
  expect(all.problems).toEqual([])
  expect(all.progress).toEqual({ done: 1, expected: 2 })
})

test('what was not looked at stays as it was; what was seen whole without it is gone', () => {
  const before = withSwept(nothingSwept, swept(1, [known(), sees('a'), sees('b'), found(2)]))
  const lookers: SweepEvent = { kind: 'lookers', lookers: [looker('pay')], places: 1 }
  const again = withSwept(before, swept(9, [lookers, known(), sees('a'), found(1)]))
  expect(again.clusters.map(({ name, at, goneAt }) => [name, at, goneAt])).toEqual([
    ['a', 9, null],
    ['b', 1, 9],
  ])
  const denied: SweepEvent = {
    kind: 'place',
    looker: pay ?? '',
    region: 'eu-west-1',
    state: { kind: 'denied', clusters: 0, fault },
  }
  expect(
    withSwept(before, swept(9, [lookers, known(), denied])).clusters.map(({ goneAt }) => goneAt),
  ).toEqual([null, null])
  // Listed, but not described: it is there.
  const there = withSwept(
    before,
    swept(9, [lookers, known(), sees('a'), undescribed('b', pay ?? ''), found(2)]),
  )
  expect(there.clusters.map(({ goneAt }) => goneAt)).toEqual([null, null])
})

test('who lists a cluster no more is left out, who did not look stays', () => {
  const lookers: SweepEvent = { kind: 'lookers', lookers: [looker('pay'), looker('ops')], places: 2 }
  const before = withSwept(
    nothingSwept,
    swept(1, [lookers, known(), known(ops), sees('a'), sees('a', ops), found(1)]),
  )
  const foundBy = (events: readonly SweepEvent[]) => withSwept(before, swept(2, events)).clusters[0]?.foundBy
  expect(foundBy([known(), sees('a'), found(1)])).toEqual([pay, ops])
  expect(foundBy([known(), sees('a'), found(1), found(0, ops)])).toEqual([pay])
})

test('a sweep that is stopped at once takes nothing away: not who somebody is, not what was seen, not why something was not', () => {
  const lookers: SweepEvent = { kind: 'lookers', lookers: [looker('pay'), looker('ops')], places: 2 }
  const before = withSwept(
    nothingSwept,
    swept(1, [lookers, known(), known(ops), sees('a'), found(1), undescribed('b', ops ?? ''), found(1, ops)]),
  )
  const stopped = (id: string): SweepEvent => ({
    kind: 'place',
    looker: id,
    region: 'eu-west-1',
    state: { kind: 'stopped' },
  })
  const after = withSwept(before, swept(9, [lookers, stopped(pay ?? ''), stopped(ops ?? '')]))
  expect(after).toEqual({ ...before, clusters: before.clusters })
  // What is looked at again replaces what was said of it, and nothing else.
  const again = withSwept(before, swept(9, [lookers, known(ops), found(0, ops)]))
  expect([again.problems, again.clusters.map(({ name }) => name)]).toEqual([[], ['a']])
  expect(withSwept(before, swept(9, [lookers, known(), sees('a'), found(1)])).problems).toEqual(
    before.problems,
  )
  expect(withSwept(nothingSwept, swept(9, [lookers, stopped(pay ?? '')])).places).toHaveLength(1)
})

test('of two sweeps at once the newer word counts, whichever is kept last', () => {
  const lookers: SweepEvent = { kind: 'lookers', lookers: [looker('pay')], places: 1 }
  const late = swept(9, [lookers, known(), sees('new'), found(1)])
  const early = swept(3, [
    lookers,
    { kind: 'looker', looker: pay ?? '', state: { kind: 'sign-in-needed', fault } },
    found(0),
  ])
  const both = withSwept(withSwept(nothingSwept, late), { ...early, problems: [] })
  expect(both.clusters).toMatchObject([{ name: 'new', goneAt: null }])
  expect(both.lookers).toMatchObject([{ state: { kind: 'known' }, at: 9 }])
  expect(both.places).toMatchObject([{ state: { kind: 'found', clusters: 1 }, at: 9 }])
  // It was gone already when the slower one told that it had seen it earlier.
  const gone = withSwept(
    withSwept(nothingSwept, swept(1, [lookers, known(), sees('old'), found(1)])),
    swept(9, [lookers, known(), found(0)]),
  )
  expect(withSwept(gone, swept(3, [lookers, known(), sees('old'), found(1)])).clusters).toMatchObject([
    { goneAt: 9 },
  ])
  // Asked about alone, AWS does not know it any more: as it was described before, with the later word.
  const [old] = swept(1, [lookers, known(), sees('old'), found(1)]).clusters
  const told = { ...nothingSwept, clusters: old === undefined ? [] : [{ ...old, goneAt: 5 }] }
  const before = swept(1, [lookers, known(), sees('old'), found(1)])
  expect(withSwept(before, told).clusters).toMatchObject([{ goneAt: 5 }])
  expect(withSwept(swept(7, [lookers, known(), sees('old'), found(1)]), told).clusters).toMatchObject([
    { at: 7, goneAt: null },
  ])
})

test('told in parts, as it comes, it is the whole: of one that looks again only the last counts', () => {
  const collected = new Collected(
    () => 1,
    (data) => `hash of ${data}`,
  )
  let told = nothingSwept
  const step = (...events: readonly SweepEvent[]) => {
    for (const event of events) collected.note(event)
    const changes = collected.changes()
    told = withChanges(told, changes)
    return changes
  }
  step({ kind: 'lookers', lookers: [looker('pay'), looker('ops')], places: 2 }, known())
  step(
    { kind: 'place', looker: pay ?? '', region: 'eu-west-1', state: { kind: 'looking' } },
    sees('prod'),
    undescribed('dev', pay ?? ''),
  )
  expect(told.places).toMatchObject([{ state: { kind: 'looking' } }])
  expect(mergedResults(nothingSwept, told).places).toHaveLength(1)
  expect(withSwept(nothingSwept, told).places).toEqual([])
  const last = step(sees('prod', ops), found(1))
  expect(last).toMatchObject({ lookers: [], access: [], clusters: [{ foundBy: [pay, ops] }] })
  expect(told).toEqual(collected.swept)
  expect(collected.changes()).toMatchObject({ lookers: [], places: [], clusters: [] })
})

describe('what accounts say of themselves', () => {
  const no = { state: 'not-read', why: 'AWS denied it.', next: 'Ask.' } as const
  const alias = (of: string, value: string | null): SweepEvent => ({
    kind: 'alias',
    account: of,
    alias: { state: 'read', value },
  })
  const enabled = (of: string, value: readonly string[]): SweepEvent => ({
    kind: 'enabled',
    account: of,
    regions: { state: 'read', value },
  })

  test('names them where no portal does', () => {
    const sso = { kind: 'sso', session: 'corp', permissionSet: 'Ops', profile: null } as const
    const portal = { ...sso, account, accountName: 'payments' } as const
    const all = swept(1, [
      { kind: 'lookers', lookers: [portal], places: 0 },
      alias(account, 'by-alias'),
      alias('444455556666', 'other-alias'),
      alias('777788889999', null),
    ])
    expect([...accountNamesSeen(all)].sort()).toEqual([
      [account, 'payments'],
      ['444455556666', 'other-alias'],
    ])
  })

  test('counts by whoever may ask, and stays with its age where nobody may later', () => {
    const denied: SweepEvent[] = [
      { kind: 'alias', account, alias: no },
      { kind: 'enabled', account, regions: no },
    ]
    const first = swept(1, [...denied, alias(account, 'pay'), enabled(account, ['eu-west-1']), ...denied])
    expect(first.aliases).toEqual([{ account, alias: { state: 'read', value: 'pay' }, at: 1 }])
    expect(unansweredAccounts(first)).toEqual({ aliases: null, enabled: null })
    const later = swept(2, [...denied, { kind: 'alias', account: '444455556666', alias: no }])
    const both = withSwept(first, later)
    expect(both.aliases).toContainEqual({ account, alias: { state: 'read', value: 'pay' }, at: 1 })
    expect(both.enabled).toEqual([{ account, regions: { state: 'read', value: ['eu-west-1'] }, at: 1 }])
    expect(unansweredAccounts(both).aliases).toEqual({
      accounts: ['444455556666'],
      why: no.why,
      next: no.next,
    })
    const newer = withSwept(both, swept(3, [alias(account, null), enabled(account, ['us-east-1'])]))
    expect(newer.aliases).toContainEqual({ account, alias: { state: 'read', value: null }, at: 3 })
    expect(withChanges(first, later).aliases).toHaveLength(2)
  })
})

test('what AWS itself said stays against what another EKS says later, or somebody who was not proven', () => {
  const from = (askedBy: Partial<EksCluster['askedBy']>, version: string): SweepEvent => ({
    kind: 'cluster',
    looker: pay ?? '',
    cluster: cluster('prod', {
      version,
      askedBy: { account, region: 'eu-west-1', endpoint: null, ...askedBy },
    }),
  })
  const access = (askedBy: Partial<EksCluster['askedBy']>, why: string): SweepEvent => ({
    kind: 'access',
    cluster: cluster('prod').arn,
    askedBy: { account, region: 'eu-west-1', endpoint: null, ...askedBy },
    entries: { state: 'not-read', why, next: '' },
  })
  const there = { endpoint: 'http://127.0.0.1:1' }
  const ranks = [{ account: null }, there, {}]
  for (const [weaker, stronger] of [
    [ranks[0], ranks[1]],
    [ranks[1], ranks[2]],
    [ranks[0], ranks[2]],
  ]) {
    const before = swept(1, [known(), from(stronger ?? {}, 'first'), access(stronger ?? {}, 'first')])
    const later = swept(2, [known(), from(weaker ?? {}, 'second'), access(weaker ?? {}, 'second')])
    const said = ({ clusters, access: all }: Pick<typeof before, 'clusters' | 'access'>) => [
      clusters.map(({ version }) => version),
      all.map(({ entries }) => entries.state === 'not-read' && entries.why),
    ]
    expect(said(withSwept(before, later))).toEqual([['first'], ['first']])
    expect(said(withSwept(later, before))).toEqual([['first'], ['first']])
    expect(said(withChanges(before, later))).toEqual([['first'], ['first']])
    const together = swept(3, [known(), from(stronger ?? {}, 'first'), from(weaker ?? {}, 'second')])
    expect(together.clusters.map(({ version }) => version)).toEqual(['first'])
  }
  // Nor is it gone where somebody else's EKS does not list it.
  const seen = swept(1, [known(), sees('prod')])
  const unseen = swept(2, [
    { kind: 'lookers', lookers: [looker('pay')], places: 1 },
    {
      kind: 'looker',
      looker: pay ?? '',
      state: { kind: 'known', arn: '', account, accessKeyId: '', ...there },
    },
    found(0),
  ])
  expect(withSwept(seen, unseen).clusters).toMatchObject([{ goneAt: null }])
})

describe('who found a cluster by an answer that is not believed', () => {
  const lookers: SweepEvent = { kind: 'lookers', lookers: [looker('pay'), looker('ops')], places: 2 }
  const unproven: SweepEvent = {
    kind: 'cluster',
    looker: ops ?? '',
    cluster: cluster('a', {
      endpoint: 'https://unproven',
      askedBy: { account: null, region: 'eu-west-1', endpoint: null },
    }),
  }
  const believed = [lookers, known(), sees('a'), found(1)]
  const notBelieved = [lookers, unproven, found(1, ops)]
  const of = ({ clusters }: Pick<Swept, 'clusters'>) =>
    clusters.map((one) => [one.endpoint, one.foundBy, believedFinders(one)])
  const bare = (events: readonly SweepEvent[]) => withSwept(nothingSwept, swept(1, events))

  test('is shown, and counts for nothing', () => {
    expect(of(bare(notBelieved))).toEqual([['https://unproven', [ops], []]])
  })

  test('is not among those who found it by one that is, whichever came first', () => {
    const only = [['https://a', [pay], [pay]]]
    expect(of(withSwept(bare(notBelieved), swept(2, believed)))).toEqual(only)
    expect(of(withSwept(bare(believed), swept(2, notBelieved)))).toEqual(only)
    expect(of(bare([...notBelieved, ...believed]))).toEqual(only)
    expect(of(bare([...believed, ...notBelieved]))).toEqual(only)
    expect(of(withChanges(swept(1, notBelieved), swept(2, [...notBelieved, ...believed])))).toEqual(only)
  })

  test('was believed before: that stays, and so does a cluster that is gone', () => {
    const both = bare([...believed, known(ops), sees('a', ops), found(1, ops)])
    expect(of(withSwept(both, swept(2, notBelieved)))).toEqual([['https://a', [pay, ops], [pay, ops]]])
    const gone = withSwept(bare(believed), swept(2, [...notBelieved, known(), found(0)]))
    expect(gone.clusters).toMatchObject([{ endpoint: 'https://a', goneAt: 2 }])
  })
})
