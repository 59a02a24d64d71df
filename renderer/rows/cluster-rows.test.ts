import { describe, expect, test } from 'vitest'
import { knownCluster, knownClusters, whoMayEnter } from '../testing/clusters'
import { now } from '../testing/fleet'
import { answerOfClusters, clusterLines, marksOf, shortAnswer, supportText, whoEnters } from './cluster-rows'

const day = 86_400_000
const none = { words: '', mark: null } as const
const shown = (filter: Parameters<typeof clusterLines>[1], closed: string[] = []) =>
  clusterLines(knownClusters(), filter, new Set(closed), now).map((line) =>
    line.line === 'group' ? `${line.name ?? line.account} (${line.count})` : `  ${line.cluster.name}`,
  )

describe('the lines of the list', () => {
  test('accounts with a name before those without, clusters by name', () => {
    expect(shown(none)).toEqual([
      'payments-prod (2)',
      '  ledger',
      '  prod-eu',
      '444455556666 (2)',
      '  edge',
      '  old',
    ])
    expect(shown(none, ['account 111122223333'])).toEqual([
      'payments-prod (2)',
      '444455556666 (2)',
      '  edge',
      '  old',
    ])
  })
  test('found by words that must all be there, and by what there is to look at', () => {
    expect(shown({ words: 'payments 1.31 led', mark: null })).toEqual(['payments-prod (1)', '  ledger'])
    expect(shown({ words: '', mark: 'gone' })).toEqual(['444455556666 (1)', '  old'])
    expect(shown({ words: 'nobody', mark: null })).toEqual([])
  })
})

test('the most important is said first: gone, made again, another CA, its status, whether it answers', () => {
  const says = (...is: Parameters<typeof knownCluster>) => shortAnswer(knownCluster(...is), now).text
  const entry = (state: 'recreated' | 'stale' | 'same') => [{ file: 'f', name: 'e', state }]
  const reached = (answers: boolean) => ({
    at: now,
    reached: { answers, ms: 1_234, why: answers ? null : 'timed out' },
    fault: null,
    arn: null,
    gone: false,
    by: null,
  })
  const fault = { code: 'aws', message: 'no', next: 'ask' } as const
  expect(says('a', { goneAt: now, entries: entry('recreated') })).toBe('gone')
  expect(says('a', { entries: entry('recreated') })).toBe('recreated')
  expect(says('a', { entries: entry('stale') })).toBe('another CA')
  expect(says('a', {}, { status: 'FAILED' })).toBe('failed')
  expect(says('a', { asked: reached(true) })).toBe('public · 1,234 ms')
  expect(says('a', { asked: reached(true) }, { status: 'UPDATING' })).toBe('updating · 1,234 ms')
  expect(says('a', { asked: reached(false) }, { publicEndpoint: false })).toBe('private, no answer')
  expect(says('a', { asked: null })).toBe('public')
  expect(says('a', { asked: null, described: null })).toBe('not asked yet')
  expect(
    says('a', {
      asked: { at: now, reached: null, fault, arn: null, gone: false, by: null },
      described: null,
    }),
  ).toBe('AWS does not say')
})

test('until when a version is supported is what AWS said, and else not said', () => {
  const until = (standard: number, extended: number) =>
    knownCluster('a', {
      support: { version: '1.31', standardUntil: now + standard * day, extendedUntil: now + extended * day },
    })
  expect(supportText(until(1, 2), now)).toMatch(/^standard support until \d{4}-\d\d-\d\d$/)
  expect(supportText(until(-1, 2), now)).toMatch(/^in extended support until /)
  expect(supportText(until(-2, -1), now)).toMatch(/^support ended on /)
  expect(supportText(knownCluster('a'), now)).toBe('AWS has not said how long this version is supported')
  expect([...marksOf(until(-2, -1), now)]).toEqual(['ended', 'no-context'])
  // What is gone needs no new version.
  expect([...marksOf({ ...until(-2, -1), goneAt: now }, now)]).toEqual(['gone', 'no-context'])
})

test('the sentence counts only clusters that were seen to let a context in', () => {
  const all = knownClusters([{ id: 'p', name: 'prod', verdict: 'verified' }])
  expect(answerOfClusters(all, () => false, now)).toMatchObject({
    sentence: '4 clusters, and no check says yet which let you in',
    accounts: 2,
    regions: 1,
    askedAt: now - 120_000,
  })
  expect(answerOfClusters(all, (id) => id === 'p', now).sentence).toBe('4 clusters, 1 lets you in')
})

test('whom the cluster let in is told apart from whom only an entry names, and nobody stands there twice', () => {
  const arn = (role: string) => `arn:aws:iam::111122223333:role/${role}`
  const enters = (name: string) => ({
    id: name,
    name,
    arn: arn(name),
    accessKeyId: null,
    account: '111122223333',
    permissionSet: null,
    username: name,
    everything: false,
  })
  const who = {
    label: 'Admin',
    key: 'role 111122223333 admin',
    arn: arn('Admin'),
    account: null,
    differs: false,
    uncertain: false,
  }
  const cluster = {
    contexts: [{ id: 'p', name: 'p', verdict: null }],
    shadowed: [],
    enters: [enters('Admin'), enters('ReadOnly')],
  }
  const alone = whoEnters(cluster, () => undefined, new Map())
  expect(alone.map(({ who: one, seen }) => [one.label, seen])).toEqual([
    ['Admin', false],
    ['ReadOnly', false],
  ])
  const answered = (identity: string, username: string | null) => ({
    identity,
    at: now,
    username,
    groups: [],
    everything: false,
    refused: username === null,
    problem: null,
  })
  // An identity that was asked by a click counts as seen where the cluster let it in; a refused one does not enter, even if a list names it.
  const access = whoMayEnter({ seen: [answered('readonly', 'viewer'), answered('admin', null)] })
  const asked = whoEnters(cluster, () => undefined, new Map(), access)
  expect(asked.map(({ who: one, seen }) => [one.label, seen])).toEqual([['ReadOnly', true]])
  const key = alone[0]?.who.key ?? ''
  const seen = { username: 'a', uid: null, groups: [], extra: {}, everything: true, fromDenial: false, ms: 1 }
  const check = { at: now, seen, steps: [], problem: null }
  expect(
    whoEnters(cluster, () => ({ check, proven: { ...who, key } }), new Map()).map((one) => [
      one.who.label,
      one.seen,
    ]),
  ).toEqual([
    ['Admin', true],
    ['ReadOnly', false],
  ])
  // What it answered to a context that is shadowed is so all the same.
  const shadowed = [{ id: 's', name: 'p', verdict: null }]
  const behind = whoEnters(
    { ...cluster, shadowed },
    (id) => (id === 's' ? { check, proven: { ...who, key } } : undefined),
    new Map(),
  )
  expect(behind.map((one) => [one.who.label, one.seen])).toEqual([
    ['Admin', true],
    ['ReadOnly', false],
  ])
  const answer = answerOfClusters([knownCluster('c', { shadowed })], (id) => id === 's', now)
  expect(answer.sentence).toBe('1 cluster, and it lets you in')
})
