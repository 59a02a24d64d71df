import { expect, test } from 'vitest'
import type { EksCluster } from './eks-cluster'
import { type Looker, lookerId, type SweepEvent } from './sweep'
import { Collected, nothingSwept, withSwept } from './swept'

const account = '111122223333'
const looker = (profile: string): Looker => ({ kind: 'profile', profile, role: null })
const [pay, ops] = ['pay', 'ops'].map((name) => lookerId(looker(name)))
const cluster = (name: string, more: Partial<EksCluster> = {}): EksCluster => ({
  arn: `arn:aws:eks:eu-west-1:${account}:cluster/${name}`,
  name,
  region: 'eu-west-1',
  account,
  partition: 'aws',
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
  state: { kind: 'known', arn: `arn:aws:iam::${account}:role/R`, account, accessKeyId: 'A' },
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
