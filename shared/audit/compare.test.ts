import { expect, test } from 'vitest'
import { changesBetween, type EarlierReport, readReport } from './compare'
import { basisWords, differenceLines, lineText } from './compare-lines'

type Context = EarlierReport['contexts'][number]
const [then, later] = ['2026-12-01T10:02:00.000Z', '2026-12-01T11:00:00.000Z']

/** Proven to be admin, as files say, and seen by the cluster. */
const seen = (context: string, more: Partial<Context> = {}): Context => ({
  ...{ context, identity: 'admin', identityBy: 'seen', foretold: null, on: 'prod', verdict: 'verified' },
  ...{ stale: null, checkedAt: then, admin: false },
  ...more,
})
/** Only predicted. */
const foreseen = (context: string, identity = 'admin', more: Partial<Context> = {}): Context =>
  seen(context, { identity, identityBy: 'predicted', verdict: null, checkedAt: null, admin: null, ...more })
const named = (key: string, name = key) => ({ key, name, account: '1', accessKeys: [] })
const carol = named('carol')
const of = (contexts: readonly Context[], more: Partial<EarlierReport> = {}): EarlierReport => ({
  ...{ report: 1, at: then, contexts, clusters: [], findings: [] },
  identities: [named('admin', 'Admin'), carol, named('deploy')],
  ...more,
})
/** All that is said of two sides. */
function said(before: EarlierReport, now: EarlierReport): readonly string[] {
  const changes = changesBetween(before, now)
  const sides = { was: 'A', is: 'B' }
  const lines = differenceLines(changes, sides, (at) => at.slice(11, 16))
  const basis = basisWords(changes, sides)
  return [...(basis === null ? [] : [basis]), ...lines.map((line) => lineText(line, (text) => text))]
}

test('contexts by their names: who acts, its verdict and its rights, each with its evidence and its time', () => {
  const wrong = seen('b', {
    ...{ identity: 'carol', identityBy: 'proven', verdict: 'mismatch', admin: true, checkedAt: later },
  })
  expect(said(of([seen('a'), seen('b'), seen('gone')]), of([seen('a'), wrong, seen('new')]))).toEqual([
    'b: identity seen Admin of 1 at 10:02 → proven carol of 1 at 11:00',
    'b: may do not everything, seen at 10:02 → everything, proven at 11:00',
    'b: verdict verified, seen at 10:02 → mismatch, proven at 11:00',
    'gone: only in A (seen Admin of 1 at 10:02)',
    'new: only in B (seen Admin of 1 at 10:02)',
  ])
  expect(said(of([seen('a')]), of([seen('a', { checkedAt: later })]))).toEqual([])
})

test('other evidence alone is no other identity, and contexts of which it changed alike are one line', () => {
  const proven = seen('c', { identity: 'deploy', identityBy: 'proven', foretold: carol })
  const checked = seen('z')
  // AWS proved deploy although files say carol, and files say so still.
  expect(said(of([proven, checked]), of([foreseen('c', 'carol'), checked]))).toEqual([
    'c: evidence proven deploy of 1 at 10:02 → predicted carol of 1',
  ])
  expect(
    said(of([seen('c', { identity: 'deploy' }), checked]), of([foreseen('c', 'carol'), checked])),
  ).toEqual(['c: identity seen deploy of 1 at 10:02 → predicted carol of 1'])
  // Nobody was proven by this check.
  const expired = foreseen('c', 'admin', { verdict: 'expired', checkedAt: later })
  expect(
    said(
      of([seen('a'), seen('b'), expired, checked]),
      of([
        foreseen('a'),
        foreseen('b', 'admin', { verdict: 'verified', stale: 'old' }),
        foreseen('c'),
        checked,
      ]),
    ),
  ).toEqual(['a, b: evidence seen → predicted', 'c: evidence checked, predicted → predicted'])
})

test('where nothing was checked on one side, one sentence says so, and predictions are compared', () => {
  const checked = [seen('a'), seen('b', { identity: 'deploy', foretold: carol }), seen('c')]
  const never = [foreseen('a'), foreseen('b', 'carol'), foreseen('c', 'carol')]
  expect(said(of(checked), of(never))).toEqual([
    'Nothing was checked in B: compared by prediction.',
    'c: identity seen Admin of 1 at 10:02 → predicted carol of 1',
    'b: evidence seen deploy of 1 at 10:02 → predicted carol of 1',
  ])
  expect(said(of(never), of(checked))[0]).toBe('Nothing was checked in A: compared by prediction.')
  expect(said(of(never), of(never))).toEqual(['Nothing was checked on either side: compared by prediction.'])
  // Files cannot name the identity that a program gives: that AWS could is no news.
  const program = foreseen('a', 'not-named profile x')
  const foretold = { key: program.identity, name: 'profile x', account: null }
  const basis = 'Nothing was checked in B: compared by prediction.'
  expect(said(of([seen('a', { foretold })]), of([program]))).toEqual([basis])
  // A key is carol’s where a check of the other side has shown it.
  const proven = of([seen('a', { identity: 'carol' })], { identities: [{ ...carol, accessKeys: ['AKIA1'] }] })
  expect(said(proven, of([foreseen('a', 'key AKIA1')]))).toEqual([basis])
})

test('two identities or clusters of one name are told apart by what they are', () => {
  const at = (identity: string, on: string) => ({
    ...of([foreseen('a', identity, { on })]),
    identities: ['role', 'user'].map((kind) => named(`aws 1 ${kind} admin`, 'Admin')),
    clusters: [{ key: on, name: 'prod' }],
  })
  const [here, there] = ['arn:aws:eks:eu-west-1:1:cluster/prod', 'arn:aws:eks:us-east-1:1:cluster/prod']
  expect(said(at('aws 1 role admin', here), at('aws 1 user admin', there)).slice(1)).toEqual([
    'a: identity predicted aws 1 role admin → predicted aws 1 user admin',
    `a: cluster named ${here} → named ${there}`,
  ])
  // Of a cluster that AWS was not asked about the name is all that is known.
  expect(said(at('aws 1 role admin', here), at('aws 1 role admin', '["/config","prod"]')).slice(1)).toEqual(
    [],
  )
})

test('one context more in a finding is that context alone', () => {
  const finding = (id: string, ...contexts: readonly string[]) =>
    ({ id, severity: 'error', message: 'They act as one.', contexts }) as const
  const with_ = (...findings: EarlierReport['findings']) => of([seen('a')], { findings })
  expect(
    said(
      with_(finding('shared-user', 'a', 'b')),
      with_(finding('shared-user', 'a', 'b', 'c'), finding('empty')),
    ),
  ).toEqual(['c: finding shared-user only in B', 'finding empty only in B'])
})

test('what a check found is no difference to a side that was not checked', () => {
  const finding = {
    id: 'unexpected-identity',
    severity: 'error',
    contexts: ['a'],
    message: 'Another.',
  } as const
  const wrong = of([seen('a', { verdict: 'mismatch' }), seen('b')], { findings: [finding] })
  expect(said(of([foreseen('a'), seen('b')]), wrong)).toEqual(['a: evidence predicted → seen'])
  expect(said(of([seen('a'), seen('b')]), wrong)).toContain('a: finding unexpected-identity only in B')
})

test('a report of an earlier form is read, what is none is refused', () => {
  const { foretold: _, checkedAt: __, stale: ___, ...earlier } = seen('a')
  expect(readReport({ ...of([]), contexts: [earlier] })).toMatchObject({
    ...{ ok: true, value: { contexts: [{ foretold: null, stale: null }] } },
  })
  for (const [none, why] of [
    [{ ...of([]), report: 2 }, 'report: 2 is not a form that this version reads'],
    [[], /^report: Invalid key/],
    [null, /^Invalid type/],
    [of([seen('a', { checkedAt: 'yesterday' })]), /^contexts.0.checkedAt: "yesterday" is not a moment/],
    [{ ...of([]), at: '2026-02-31T10:02:00.000Z' }, /^at: "2026-02-31.*" is not a moment/],
    [
      { ...of([]), contexts: [{ ...seen('a'), verdict: 'fine\u001b[2J' }] },
      /^contexts.0.verdict: "fine[^\u001b]*" is not a verdict$/,
    ],
  ] as const)
    expect(readReport(none)).toEqual({ ok: false, fault: expect.stringMatching(why) })
})
