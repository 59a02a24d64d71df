import { expect, test } from 'vitest'
import { fleetRows, rowNamed } from '../testing/rows'
import { text, verdictWord } from '../text/page'
import { columnOf, healthOf } from './columns'
import { matchesTerms, parseFilter } from './filter'
import { answerOf, emptyFleet, type Fleet, type FleetCause, fleetOf } from './fleet-summary'
import { actsOf, foretoldOf, proofOf } from './proof'
import type { Row } from './rows'

const never = () => false
const states = (name: string) => proofOf(rowNamed(name)).nodes.map(({ state }) => state)

test('the counts of the fleet are those of its rows, worst first, and a filter finds just as many', () => {
  const has = (row: Row, weight: string) => row.findings.some(({ severity }) => severity === weight)
  const [one, ...others] = [...fleetRows()].sort((a, b) => Number(has(b, 'error')) - Number(has(a, 'error')))
  const warned = others.find((row) => has(row, 'warning'))
  if (one === undefined || warned === undefined) throw new Error('the made-up fleet has too little trouble')
  // A context with an error and a warning is found by both.
  const rows = [{ ...one, findings: [...one.findings, ...warned.findings] }, ...others]
  const fleet = fleetOf(rows, never)
  expect(fleet.contexts).toBe(rows.length)
  expect(fleet.verdicts.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length)
  for (const { shown, count } of fleet.verdicts) {
    const terms = parseFilter(`verdict:${shown}`)
    expect([shown, rows.filter((row) => matchesTerms(row, terms)).length]).toEqual([shown, count])
  }
  for (const severity of ['error', 'warning', 'info'] as const) {
    const terms = parseFilter(`findings:${severity}`)
    const found = rows.filter((row) => matchesTerms(row, terms)).length
    expect([severity, fleet.severities[severity]]).toEqual([severity, found])
  }
  expect(fleet.verdicts[0]?.shown).toBe('mismatch')
})

test('what a row has twice counts once', () => {
  const row = rowNamed('prod-admin')
  const of = (id: 'unpinned' | 'twice', severity: 'info' | 'error') =>
    ({
      id: id === 'twice' ? 'env-keys-win' : id,
      severity,
      contexts: [row.id],
      file: '',
      message: '',
      advice: null,
    }) as const
  const findings = [of('unpinned', 'info'), of('twice', 'error'), of('unpinned', 'info'), of('twice', 'info')]
  const fleet = fleetOf([{ ...row, findings }, row], never)
  expect(fleet.unpinned).toBe(1)
  expect(fleet.severities).toEqual(
    fleetOf([{ ...row, findings: findings.slice(0, 2) }, row], never).severities,
  )
  expect(fleet.severities).toMatchObject({ error: 1, info: 1 })
})

test('what is muted in a row is neither counted in it nor a cause', () => {
  const rows = fleetRows()
  const muted = rows.map((row) => ({ ...row, muted: new Set(row.findings.map(({ id }) => id)) }))
  const told = ({ causes }: ReturnType<typeof fleetOf>) => causes.map(({ id }) => id)
  expect(told(fleetOf(rows, never))).toContain('shared-user')
  expect(told(fleetOf(muted, never))).not.toContain('shared-user')
  expect(fleetOf(muted, never).severities).toEqual({ error: 0, warning: 0, info: 0 })
})

test('the answer is the worst that holds, else how many are well', () => {
  const fleet = fleetOf(fleetRows(), never)
  expect(answerOf(fleet).kind).toBe('mismatch')
  const with_ = (verdicts: typeof fleet.verdicts) =>
    answerOf({ ...emptyFleet, contexts: 3, checked: 3, verdicts })
  expect(with_([{ shown: 'verified', count: 3 }])).toMatchObject({ kind: 'all', count: 3, good: 3, known: 3 })
  expect(
    with_([
      { shown: 'not-checked', count: 1 },
      { shown: 'proven', count: 2 },
    ]),
  ).toMatchObject({ kind: 'some-works', count: 2 })
  // Where an entry names no identity, nobody can say that it is the intended one.
  expect(
    with_([
      { shown: 'proven', count: 1 },
      { shown: 'verified', count: 2 },
    ]),
  ).toMatchObject({ kind: 'all-works', count: 3, good: 3, known: 3 })
  expect(
    with_([
      { shown: 'stale', count: 1 },
      { shown: 'verified', count: 2 },
    ]),
  ).toMatchObject({ kind: 'stale' })
  expect(
    answerOf({ ...emptyFleet, contexts: 3, verdicts: [{ shown: 'not-checked', count: 3 }] }),
  ).toMatchObject({
    kind: 'unchecked',
    count: 3,
  })
})

test('those that would act as another count with those that do, as in the first cause', () => {
  const fleet = fleetOf(fleetRows(), never)
  const mismatches = fleet.verdicts.find(({ shown }) => shown === 'mismatch')?.count ?? 0
  expect(mismatches).toBeGreaterThan(0)
  const of = (other: number) => answerOf({ ...fleet, foretold: { other, fails: 0 } })
  expect(of(0)).toMatchObject({ kind: 'mismatch', count: mismatches })
  expect(of(5)).toMatchObject({ kind: 'mismatch-other', count: mismatches + 5 })
  // Once all of them would be others, and not sooner.
  const pending = (verdicts: Fleet['pending']['verdicts']) =>
    answerOf({ ...fleet, foretold: { other: 5, fails: 0 }, pending: { ...fleet.pending, verdicts } })
  expect(pending(new Map([['mismatch', mismatches]])).untilApplied).toBe(false)
  expect(
    pending(
      new Map([
        ['mismatch', mismatches],
        ['other', 5],
      ]),
    ).untilApplied,
  ).toBe(true)
})

test('a context that is checked again counts as what was known of it, and one that never was as unchecked', () => {
  const before = fleetOf(fleetRows(), never)
  const names = fleetRows().map(({ name }) => name)
  const rows = fleetRows({ running: names })
  expect(rows.every(({ shown }) => shown === 'checking')).toBe(true)
  const during = fleetOf(rows, never)
  expect(during).toEqual(before)
  expect(healthOf(rows)).toEqual(before.verdicts)
  for (const { shown, count } of during.verdicts) {
    const terms = parseFilter(`verdict:${shown}`)
    expect([shown, rows.filter((row) => matchesTerms(row, terms)).length]).toEqual([shown, count])
  }
  const [one] = fleetRows()
  if (one === undefined) throw new Error('no row')
  const first = { ...one, shown: 'checking' as const, check: null, verdict: null, running: true }
  const fleet = fleetOf([rowNamed('prod-admin'), first], never)
  expect(answerOf(fleet)).toMatchObject({ good: 1, known: 1 })
  expect(fleet.verdicts).toContainEqual({ shown: 'not-checked', count: 1 })
  // Of those that nobody was asked about it is not said that none works.
  expect([text.fleet.work(0, 12, 76), text.fleet.work(1, 2, 3), text.fleet.work(36, 76, 76)]).toEqual([
    '12 of 76 checked, 0 work',
    '2 of 3 checked, 1 works',
    '36 of 76 work',
  ])
})

test('one that signs in with no AWS identity works where the cluster let it in', () => {
  const row = rowNamed('prod-admin')
  const unsupported = { ...row, shown: 'unsupported' as const, verdict: 'unsupported' as const, proven: null }
  const of = (...rows: Row[]) => answerOf(fleetOf(rows, never))
  expect(of(unsupported)).toEqual({ kind: 'all-works', untilApplied: false, count: 1, good: 1, known: 1 })
  expect(of(row, { ...unsupported, seen: null })).toEqual({
    kind: 'all',
    untilApplied: false,
    count: 1,
    good: 1,
    known: 2,
  })
})

test('what a pending change deletes is counted as its row shows it, in every count and cause, with no fix that takes it', () => {
  const rows = fleetRows()
  const gone = rows.map((row) =>
    row.shown === 'mismatch' ? { ...row, pending: { kind: 'removed' as const, was: row } } : row,
  )
  const fleet = fleetOf(gone, never)
  const left = rows.filter(({ shown }) => shown !== 'mismatch')
  expect(left.length).toBeLessThan(rows.length)
  const { causes, pending, ...counts } = fleet
  const { causes: before, ...all } = fleetOf(rows, never)
  expect(all).toMatchObject(counts)
  expect(causes.map(({ key, title }) => [key, title])).toEqual(before.map(({ key, title }) => [key, title]))
  const acts = (of: readonly FleetCause[]) => of.flatMap(({ key, act }) => (act === null ? [] : [[key, act]]))
  expect(acts(causes)).toEqual(acts(fleetOf(left, never).causes))
  expect(causes.some((one) => one.pending)).toBe(true)
  expect(pending).toEqual({
    added: 0,
    changing: rows.length - left.length,
    verdicts: new Map([['mismatch', rows.length - left.length]]),
  })
  expect(fleet.contexts).toBe(fleet.verdicts.reduce((sum, { count }) => sum + count, 0))
  for (const { shown, count } of fleet.verdicts)
    expect([shown, count]).toEqual([
      shown,
      gone.filter((row) => matchesTerms(row, parseFilter(`verdict:${verdictWord(shown)}`))).length,
    ])
})

test('what most contexts have is said once; few contexts have no most', () => {
  const [row] = fleetRows()
  if (row === undefined) throw new Error('no row')
  const weak = {
    ...row,
    findings: [
      {
        id: 'unpinned' as const,
        severity: 'info' as const,
        contexts: [],
        file: '',
        message: '',
        advice: null,
      },
    ],
  }
  expect([
    ...fleetOf(
      Array.from({ length: 12 }, () => weak),
      never,
    ).common,
  ]).toEqual(['unpinned'])
  expect([
    ...fleetOf(
      Array.from({ length: 5 }, () => weak),
      never,
    ).common,
  ]).toEqual([])
})

test('what most contexts have and no cause tells stays in each row', () => {
  const row = {
    ...rowNamed('prod-admin'),
    findings: (['dangling-user', 'unpinned'] as const).map((id) => ({
      id,
      severity: 'error' as const,
      contexts: [],
      file: '',
      message: '',
      advice: null,
    })),
  }
  expect([
    ...fleetOf(
      Array.from({ length: 12 }, () => row),
      never,
    ).common,
  ]).toEqual(['unpinned'])
})

test('before a check, what the files foretell needs a look', () => {
  const unchecked = {
    ...rowNamed('prod-readonly'),
    check: null,
    proven: null,
    seen: null,
    shown: 'not-checked' as const,
  }
  expect(foretoldOf(unchecked)).toBe('other')
  // Above all that is well: nobody has to find the one row.
  const well = rowNamed('prod-admin')
  expect(answerOf(fleetOf([well, unchecked], never))).toMatchObject({ kind: 'other', count: 1, good: 1 })
  expect(matchesTerms(unchecked, parseFilter('is:trouble'))).toBe(true)
  expect(matchesTerms(rowNamed('prod-admin'), parseFilter('is:trouble'))).toBe(false)
})

test('an entry that names no identity depends on the shell, also where only instance metadata could give one', () => {
  const named = rowNamed('sandbox-7')
  if (named.identity === null) throw new Error('it has an identity')
  const problem = { code: 'no-credentials', message: '', next: '' } as const
  const predicted = { ...named.identity.predicted, principal: null, certain: false, problem }
  const unchecked = {
    ...named,
    ...{ check: null, proven: null, seen: null, predicted: null, shown: 'not-checked' as const },
    identity: { ...named.identity, predicted },
  }
  expect(foretoldOf(unchecked)).toBe('shell')
  expect(proofOf(unchecked).nodes.map(({ state }) => state)).toEqual(['open', 'none', 'none', 'none'])
  const certain = {
    ...unchecked,
    identity: { ...named.identity, predicted: { ...predicted, certain: true } },
  }
  expect(foretoldOf(certain)).toBe('fails')
  expect(proofOf(certain).nodes[1]?.state).toBe('failed')
})

test('a context that kubectl cannot use will fail, whoever it names', () => {
  const row = rowNamed('prod-admin')
  const told = { severity: 'error', contexts: [], file: '', message: '', advice: null } as const
  const finding = { ...told, id: 'dangling-user', unusable: true } as const
  const fails = { ...row, check: null, shown: 'not-checked', findings: [finding] } as const
  expect(foretoldOf(fails)).toBe('fails')
  expect(answerOf(fleetOf([row, fails, fails], never))).toMatchObject({ kind: 'fails', count: 2 })
})

test('a proof is four nodes: claimed by files, observed by AWS and the cluster, another, refused, stopped', () => {
  expect(states('prod-admin')).toEqual(['claimed', 'claimed', 'observed', 'observed'])
  expect(states('prod-readonly')).toEqual(['claimed', 'other', 'other', 'other'])
  expect(states('prod-audit')).toEqual(['claimed', 'claimed', 'observed', 'refused'])
  expect(states('sandbox-7')).toEqual(['open', 'claimed', 'observed', 'observed'])
  expect(states('edge-ap-1')).toEqual(['claimed', 'claimed', 'observed', 'stopped'])
  expect(states('lake-spark')).toEqual(['claimed', 'claimed', 'stopped', 'none'])
  expect(states('old-core')).toEqual(['claimed', 'claimed', 'failed', 'none'])
})

test('whom a context acts as is the best that counts, and who it should be stands beside another', () => {
  const acts = actsOf(rowNamed('prod-readonly'))
  expect(acts).toMatchObject({ who: { label: 'carol' }, by: 'seen', instead: { label: 'ReadOnly' } })
  expect(columnOf('acts')?.value(rowNamed('prod-readonly'))).toMatch(/^carol .*not ReadOnly/)
  const old = { ...rowNamed('prod-readonly'), stale: 'old' as const }
  expect(actsOf(old)).toMatchObject({ by: 'predicted' })
})
