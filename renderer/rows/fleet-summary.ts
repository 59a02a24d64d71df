/** The fleet at a glance: counts of verdicts, findings of most contexts, and the few actions that fix many. Pure. */
import { type Cause, findCauses, toldByCauses } from '../../shared/findings/finding-causes'
import type { FindingId } from '../../shared/findings/finding-rules'
import type { ShownVerdict, Verdict } from '../../shared/identity/identity'
import { badges, healthOf, lastShown, ownFindings } from './columns'
import { onDisk, wouldChange } from './on-disk'
import { actsOf, foretoldOf } from './proof'
import { type FileRow, peopleIn, type Row } from './rows'

/** Fewer contexts than this have no “most”. */
const leastForCommon = 10

/** Each value once. */
const distinct = <T>(values: readonly T[]): Iterable<T> => (values.length < 2 ? values : new Set(values))

/** How a context acts: as a check observed, or, where no check judges it, as files foretell. */
type Outcome = ShownVerdict | 'other' | 'fails'

/** That a context which no check judges would act as another, or will fail; null: neither. */
function foretoldIn(row: FileRow): 'other' | 'fails' | null {
  const soon = lastShown(row) === 'not-checked' ? foretoldOf(row) : null
  return soon === 'other' || soon === 'fails' ? soon : null
}

/** What is pending of contexts, which no count of the fleet has: it is said beside them. */
function pendingIn(shown: readonly Row[]) {
  const verdicts = new Map<Outcome, number>()
  let added = 0
  let changing = 0
  for (const row of shown) {
    if (row.pending?.kind === 'added') added++
    const was = onDisk(row)
    if (was === null || !wouldChange(row)) continue
    changing++
    for (const one of [lastShown(was), foretoldIn(was) ?? []].flat())
      verdicts.set(one, (verdicts.get(one) ?? 0) + 1)
  }
  return {
    added,
    /** How many would not be as they were found. */
    changing,
    /** The same by the verdict that they have on disk. */
    verdicts,
  }
}

/** A cause as the files have it. `pending`: what is pending would settle it, or all of it that an edit can. */
export interface FleetCause extends Cause {
  readonly pending: boolean
}

/** The causes on disk, each with what is left to be done about it once what is pending is written. */
function causesOf(
  rows: readonly FileRow[],
  shown: readonly Row[],
  isFixed: (row: Row) => boolean,
): readonly FleetCause[] {
  const of = { isFixed, acts: (row: Row) => actsOf(row)?.who.label ?? null }
  const there = findCauses(rows, of)
  if (shown.every(({ pending }) => pending === null))
    return there.map((cause) => ({ ...cause, pending: false }))
  // A context that is to be deleted needs no fix.
  const staying = shown.filter(({ pending }) => pending?.kind !== 'removed')
  const left = new Map(findCauses(staying, of).map((cause) => [cause.key, cause]))
  return there.map((cause) => {
    const act = left.get(cause.key)?.act ?? null
    return { ...cause, act, pending: cause.act !== null && act === null }
  })
}

/** Counts and causes of contexts as they are on disk. */
export function fleetOf(shown: readonly Row[], isFixed: (row: Row) => boolean) {
  const rows: readonly FileRow[] = shown.flatMap((row) => onDisk(row) ?? [])
  const findings = new Map<FindingId, number>()
  const severities = { error: 0, warning: 0, info: 0 }
  const counts = { production: 0, admin: 0, compared: 0, shared: 0, expected: 0 }
  const accounts = new Set<string>()
  const profiles = new Set<string>()
  const foretold = { other: 0, fails: 0 }
  let checked = 0
  let letIn = 0
  let lastCheck: number | null = null
  const everybody = new Set<string>()
  const actAs = new Set<string | null>()
  for (const row of rows) {
    const verdict = lastShown(row)
    if (verdict === 'unsupported' && row.seen !== null) letIn++
    if (verdict === 'mismatch') actAs.add(actsOf(row)?.who.label ?? null)
    for (const who of peopleIn(row)) if (who?.key) everybody.add(who.key)
    if (row.account !== null) accounts.add(row.account)
    if (row.profile !== null) profiles.add(row.profile)
    const soon = foretoldIn(row)
    if (soon !== null) foretold[soon]++
    if (row.check !== null) checked++
    if (row.check !== null && (lastCheck === null || row.check.at > lastCheck)) lastCheck = row.check.at
    for (const [id, has] of badges) if (has(row) === true) counts[id]++
    for (const severity of distinct(ownFindings(row).map((one) => one.severity))) severities[severity]++
    for (const id of distinct(row.findings.map((one) => one.id)))
      findings.set(id, (findings.get(id) ?? 0) + 1)
  }
  const [onlyOne = null, another] = actAs
  const most = rows.length >= leastForCommon ? rows.length / 2 : Number.POSITIVE_INFINITY
  return {
    contexts: rows.length,
    pending: pendingIn(shown),
    /** The one identity of all contexts that do not act as intended; null: several, or none. */
    mismatchesAs: another === undefined ? onlyOne : null,
    /**
     * By verdict, worst first; without verdicts that no context has. A context that is being checked counts with its previous
     * verdict, by which a filter also finds it.
     */
    verdicts: healthOf(rows),
    /** Of those that no check judges: how many would act as another, and how many will fail, as the files stand. */
    foretold,
    /** How many contexts have a finding of this weight, alone or beside others: as many as a filter by it finds. */
    severities,
    /** How many have what each badge shows, as many as a filter by it finds. */
    badges: counts,
    checked,
    /** How many of those that sign in without an AWS identity the cluster let in. */
    letIn,
    /** Milliseconds since the epoch; null where nothing was checked. */
    lastCheck,
    /** People and roles that occur in them, how many profiles and accounts, and how many contexts name no identity. */
    identities: everybody.size,
    profiles: profiles.size,
    accounts: accounts.size,
    unpinned: findings.get('unpinned') ?? 0,
    causes: causesOf(rows, shown, isFixed),
    /** Findings that most contexts have and that a cause explains: shown once above the grid, not in each row. */
    common: new Set(
      [...findings].flatMap(([id, count]) => (count > most && toldByCauses.has(id) ? [id] : [])),
    ),
  }
}

export type Fleet = Readonly<ReturnType<typeof fleetOf>>
export const emptyFleet: Fleet = fleetOf([], () => false)

/** What was observed before what is foretold of the same kind. */
const bad = [
  'mismatch',
  'other',
  'broken',
  'fails',
  'no-access',
  'expired',
  'login-needed',
  'unreachable',
] as const

/** The answer in one sentence, and the counts behind it. */
export interface Answer {
  /** All that it is about would change once what is pending is written. */
  readonly untilApplied: boolean
  /** `mismatch-other`: some were observed to act as another, the rest would by the files. `works`: of some or all that work the entry names no identity, so that it cannot be said that they act as intended. */
  readonly kind:
    | Verdict
    | 'other'
    | 'mismatch-other'
    | 'fails'
    | 'unchecked'
    | 'some'
    | 'some-works'
    | 'all'
    | 'all-works'
    | 'stale'
  /** How many contexts it is about. */
  readonly count: number
  /** How many work: they act as intended, the entry names no identity to compare with, or the cluster lets in a non-AWS user. */
  readonly good: number
  /** Of how many that is known now: they were checked, and nothing changed since. */
  readonly known: number
}

/** What the user has to know first. */
export function answerOf(fleet: Fleet): Answer {
  const count = (shown: Outcome) =>
    shown === 'other' || shown === 'fails'
      ? fleet.foretold[shown]
      : (fleet.verdicts.find((one) => one.shown === shown)?.count ?? 0)
  const good = count('verified') + count('proven') + fleet.letIn
  const known = fleet.contexts - count('not-checked') - count('stale')
  const worst = bad.find((verdict) => count(verdict) > 0)
  // While a run is under way, too, the sentence counts all that the first cause does.
  const together: readonly Outcome[] = worst === 'mismatch' ? ['mismatch', 'other'] : worst ? [worst] : []
  const sum = together.reduce((before, one) => before + count(one), 0)
  const changing = together.reduce((before, one) => before + (fleet.pending.verdicts.get(one) ?? 0), 0)
  const answer = { untilApplied: worst !== undefined && changing === sum, good, known }
  if (worst !== undefined)
    return { ...answer, kind: sum > count(worst) ? 'mismatch-other' : worst, count: sum }
  if (fleet.checked === 0) return { ...answer, kind: 'unchecked', count: fleet.contexts }
  if (count('stale') > 0) return { ...answer, kind: 'stale', count: count('stale') }
  const left = fleet.contexts - good - (count('unsupported') - fleet.letIn)
  const what = left === 0 ? 'all' : 'some'
  return { ...answer, kind: count('proven') + fleet.letIn > 0 ? `${what}-works` : what, count: good }
}
