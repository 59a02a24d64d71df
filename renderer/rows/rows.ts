/**
 * The grid's data for each context: entries, what the files say, and the results of checks.
 * Pure: the store calls it for all rows after a change of files and for one row when a check arrives.
 */

import { checkJudged, findingsNow, judge } from '../../shared/audit/judged'
import { type Mute, mutedIdsIn } from '../../shared/audit/muted'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { Finding, FindingId } from '../../shared/findings/finding-rules'
import { findingsByContext } from '../../shared/findings/run-rules'
import type { TileIdentity } from '../../shared/identity/colours'
import type { Check, EnvironmentName, ShownVerdict, Step } from '../../shared/identity/identity'
import { type KeyOwners, keyOwners, type Who, whoIntended } from '../../shared/identity/named-identity'
import { isProduction, type ProductionMark } from '../../shared/identity/production'
import { type StaleReason, staleness } from '../../shared/identity/verdict'
import type { IdentityReport } from '../../shared/ipc/contract'
import type { FindingsBeside } from '../../shared/ipc/payloads'
import type {
  ClusterEntry,
  ContextEntry,
  EntryId,
  Snapshot,
  UserEntry,
} from '../../shared/kubeconfig/entries'
import { entriesNamed, isCurrentIn, type NamedBy } from '../../shared/kubeconfig/named-by'
import { once } from '../../shared/once'
import { shortPath } from '../text/path'

/** A check under way. */
export interface Live {
  /** Its command has started; before that it waits for others. */
  readonly begun: boolean
  /** It waits for the user's answer to a question of main. */
  readonly asks: boolean
  readonly steps: readonly Step[]
}

/** A check that was just requested. */
export const waiting: Live = { begun: false, asks: false, steps: [] }

/** A context that differs from the files, and its row as they are. */
export type RowPending =
  | { readonly kind: 'added'; readonly was: null }
  | { readonly kind: 'changed'; readonly was: FileRow }
  | { readonly kind: 'removed'; readonly was: FileRow }

/** Identities by context. */
export type Identities = Pick<ReadonlyMap<EntryId, ContextIdentity>, 'get'>

/** What findings need beside files and checks, by context. */
export interface FindingsOfRows {
  /** Of checks that ended after this, what AWS said knows nothing, ms since the epoch. */
  readonly at: number
  readonly mutes: readonly Mute[]
  readonly muted: (entry: ContextEntry) => ReadonlySet<FindingId>
  readonly ofClusters: ReadonlyMap<EntryId, readonly Finding[]>
}

export const findingsOfRows = ({ at, mutes, ofClusters }: FindingsBeside): FindingsOfRows => ({
  at,
  mutes,
  muted: mutedIdsIn(mutes),
  ofClusters: findingsByContext(ofClusters),
})

/** All inputs of rows. Maps are by context id; checks are those of one environment. */
export interface RowInputs {
  readonly snapshot: Snapshot
  readonly environment: EnvironmentName
  readonly identities: Identities
  readonly checks: ReadonlyMap<EntryId, Check>
  readonly running: ReadonlyMap<EntryId, Live>
  /** Main has not answered yet which identities the contexts have in this environment: one without may still have one. */
  readonly awaited: boolean
  readonly compare: {
    readonly environment: EnvironmentName
    readonly identities: Identities
    readonly checks: ReadonlyMap<EntryId, Check>
  } | null
  readonly owners: KeyOwners
  readonly clusters: NamedBy<ClusterEntry>
  readonly users: NamedBy<UserEntry>
  readonly staleHours: number
  /** What is muted, and what AWS said of clusters; null: not known yet. */
  readonly beside: FindingsOfRows | null
  /** By account. */
  readonly accountNames: ReadonlyMap<string, string>
  /** What the user marked. */
  readonly production: readonly ProductionMark[]
  /** A path as the window shows it. */
  readonly shownPath: (path: string) => string
}

interface Parts extends Omit<RowInputs, 'owners' | 'clusters' | 'users' | 'shownPath'> {
  /** The home folder; empty until main has reported it. */
  readonly home: string
}

/** The same after edits of the entries with these names: no others are looked through. */
function entriesOver<E extends ClusterEntry | UserEntry>(
  before: NamedBy<E>,
  { files }: Snapshot,
  list: readonly E[],
  names: ReadonlySet<string>,
): NamedBy<E> {
  if (names.size === 0) return before
  const changed = entriesNamed(files, () => list.filter(({ name }) => names.has(name)))
  return (name, by) => (name !== null && names.has(name) ? changed : before)(name, by)
}

type Named = Pick<RowInputs, 'clusters' | 'users'>
const named = new WeakMap<Snapshot, Named>()

/** Computed once per snapshot. */
const namedIn = (snapshot: Snapshot): Named =>
  once(named, snapshot, () => ({
    clusters: entriesNamed(snapshot.files, () => snapshot.clusters),
    users: entriesNamed(snapshot.files, () => snapshot.users),
  }))

/** Computes once what all rows need. */
export function rowInputs({ home, ...parts }: Parts): RowInputs {
  const shown = new Map<string, string>()
  return {
    ...parts,
    shownPath: (path) => once(shown, path, () => shortPath(path, home)),
    owners: keyOwners([...parts.checks.values(), ...(parts.compare?.checks.values() ?? [])]),
    ...namedIn(parts.snapshot),
  }
}

/** The same over another snapshot, in which edits have changed the entries with these names. */
export const inputsOver = (
  from: RowInputs,
  snapshot: Snapshot,
  changed: { readonly users: ReadonlySet<string>; readonly clusters: ReadonlySet<string> },
): RowInputs => ({
  ...from,
  snapshot,
  clusters: entriesOver(from.clusters, snapshot, snapshot.clusters, changed.clusters),
  users: entriesOver(from.users, snapshot, snapshot.users, changed.users),
})

/** A report's contexts by id. */
export const knownIdentities = (report: IdentityReport | undefined): Map<EntryId, ContextIdentity> =>
  new Map(report?.contexts.map((identity) => [identity.context, identity]))

/** Whether a check is stale is not known before its context's identity is. */
const stalenessIn = (
  { awaited, staleHours }: RowInputs,
  check: Check,
  identity: ContextIdentity | null,
  now: number,
): StaleReason | null => (awaited && identity === null ? null : staleness(check, identity, now, staleHours))

type Looked = ReturnType<typeof look>

function look(
  identity: ContextIdentity | null,
  kept: Check | null,
  running: boolean,
  from: RowInputs,
  now: number,
) {
  const judged = judge(identity, kept, kept && stalenessIn(from, kept, identity, now), from.owners)
  const shown: ShownVerdict = running ? 'checking' : judged.verdict
  return { judged, shown }
}

/** The same context in the other environment of the comparison. */
function compared(entry: ContextEntry, here: Looked['judged'], from: RowInputs, now: number) {
  if (from.compare === null) return null
  const identity = from.compare.identities.get(entry.id) ?? null
  const { judged: there, shown } = look(identity, from.compare.checks.get(entry.id) ?? null, false, from, now)
  // Compares proven with proven where both are, else predicted with predicted.
  const both = there.proven !== null && here.proven !== null && there.stale === null && here.stale === null
  const who = both ? there.proven : there.predicted
  const mine = both ? here.proven : here.predicted
  return {
    environment: from.compare.environment,
    identity,
    predicted: there.predicted,
    proven: there.proven,
    seen: there.seen,
    shown,
    check: there.check,
    /** The best known identity there, and whether it differs from the one here. */
    who,
    differs: (who?.key ?? who?.label ?? null) !== (mine?.key ?? mine?.label ?? null),
  }
}

const isSamePending = (one: RowPending | null, other: RowPending | null): boolean =>
  one?.kind === other?.kind && one?.was === other?.was

/** One context's row; the same object as `row`, its last one, where all its inputs are the same. */
export function rowAgain<P extends RowPending | null>(
  entry: ContextEntry,
  from: RowInputs,
  now: number,
  row: RowWith<P> | undefined,
  pending: P,
): RowWith<P> {
  // Compared field by field without an array: ten thousand rows are compared after each change of the files.
  if (row?.entry === entry && isSamePending(row.pending, pending)) {
    const { identity, check, comparison } = row
    const live = from.running.get(entry.id)
    const kept = from.checks.get(entry.id) ?? null
    const checkThere = from.compare?.checks.get(entry.id) ?? null
    if (
      row.owners === from.owners &&
      row.accountNames === from.accountNames &&
      row.production === isProduction(from.production, entry, identity?.meant ?? null) &&
      row.running === (live !== undefined) &&
      row.waiting === isWaiting(live) &&
      row.asks === isAsking(live) &&
      row.live === (live?.steps ?? noSteps) &&
      identity === (from.identities.get(entry.id) ?? null) &&
      check === (kept && checkJudged(identity, kept, row.stale, row.owners)) &&
      row.cluster === from.clusters(entry.cluster, entry) &&
      row.ofCluster === ofClusterIn(from, entry) &&
      row.muted === mutedIn(from, entry) &&
      (row.users === from.users || row.user === userIn(from.users, entry)) &&
      row.current === isCurrent(entry, from) &&
      (kept === null || row.stale === stalenessIn(from, kept, identity, now)) &&
      (comparison?.environment ?? null) === (from.compare?.environment ?? null) &&
      (comparison?.identity ?? null) === (from.compare?.identities.get(entry.id) ?? null) &&
      (comparison?.check ?? null) === checkThere &&
      // Its own staleness is no part of a row, but decides what is compared.
      checkThere === null
    )
      return row
  }
  return rowOf(entry, from, now, pending)
}

export const isCurrent = (entry: ContextEntry, from: RowInputs): boolean => isCurrentIn(from.snapshot, entry)

/** A requested check that waits for others. */
const isWaiting = (live: Live | undefined): boolean => live !== undefined && !live.begun

const isAsking = (live: Live | undefined): boolean => live?.asks === true

const noSteps: readonly Step[] = []
const noFindings: readonly Finding[] = []
const noneMuted: ReadonlySet<FindingId> = new Set()
const ofClusterIn = ({ beside }: RowInputs, { id }: ContextEntry) => beside?.ofClusters.get(id) ?? noFindings
const mutedIn = ({ beside }: RowInputs, entry: ContextEntry) => beside?.muted(entry) ?? noneMuted

/** Those that what AWS said is said of still: the entry is that of the files, and no check knows it better. */
function withCluster(
  findings: readonly Finding[],
  ofCluster: readonly Finding[],
  { at }: Pick<FindingsOfRows, 'at'>,
  check: Check | null,
): readonly Finding[] {
  const holds = ofCluster.filter(({ id }) => id !== 'no-access-entry' || check === null || check.at <= at)
  return holds.length === 0 ? findings : [...findings, ...holds]
}

/** Pending edits change its identity, or its cluster. */
const isAsOnDisk = (pending: RowPending | null, ...now: readonly unknown[]): boolean =>
  pending?.kind !== 'changed' || (pending.was.identity === now[0] && pending.was.cluster === now[1])

const nobody: readonly string[] = []
function made<P extends RowPending | null>(entry: ContextEntry, from: RowInputs, now: number, pending: P) {
  const identity = from.identities.get(entry.id) ?? null
  const live = from.running.get(entry.id)
  const { judged: looked, shown } = look(
    identity,
    from.checks.get(entry.id) ?? null,
    live !== undefined,
    from,
    now,
  )
  const cluster = from.clusters(entry.cluster, entry)
  const ofCluster = ofClusterIn(from, entry)
  const found = findingsNow(identity, looked, entry.origin.file)
  return {
    id: entry.id,
    name: entry.name,
    entry,
    /** Its file, as the window shows it: below the home folder with `~`. */
    file: from.shownPath(entry.origin.file),
    cluster,
    /** Where to look up its user entry: of ten thousand contexts it is needed for hardly any. */
    users: from.users,
    // The inputs of the names in the row.
    owners: from.owners,
    accountNames: from.accountNames,
    /** The context that kubectl takes when none is named. */
    current: isCurrent(entry, from),
    identity,
    /** The last check's, also while stale or being checked again. */
    verdict: looked.check?.verdict ?? null,
    /** The identity that the user or the file expects, which is then the intended one. */
    expected: identity?.expected ?? null,
    running: live !== undefined,
    /** It is to be checked, and waits for others. */
    waiting: isWaiting(live),
    /** It waits for the user's answer to a question of main. */
    asks: isAsking(live),
    /** Steps of the check that runs now. */
    live: live?.steps ?? noSteps,
    // Key by key: object spread costs V8 four times as much, for each of ten thousand rows.
    /** Judged by the identity that is expected now. */
    check: looked.check,
    intended: looked.intended,
    /** The identity that the entry itself names, also where another is expected. */
    entryNames: identity?.entryNames ? whoIntended(identity.entryNames, from.owners) : looked.intended,
    predicted: looked.predicted,
    proven: looked.proven,
    seen: looked.seen,
    /** The identity that the cluster sees with the entry's impersonation, and so the one that kubectl acts as. */
    impersonated: looked.impersonated,
    stale: looked.stale,
    shown,
    /** What people call the account, where the AWS config or the user says it. */
    accountName: from.accountNames.get(identity?.meant.account ?? identity?.intended.account ?? '') ?? null,
    /** Whether that is the account of the cluster or of the identity. */
    accountOf: identity?.meant.account ? ('cluster' as const) : ('identity' as const),
    /** The account of the cluster; where the entry does not name one, that of the intended identity. */
    account: identity?.meant.account ?? identity?.intended.account ?? null,
    partition: identity?.meant.partition ?? identity?.intended.partition ?? null,
    region: identity?.meant.region ?? null,
    /** Of the EKS cluster; null where nothing names one. */
    clusterName: identity?.meant.name ?? null,
    /** The cluster that the token is for, where that differs from the context's cluster. */
    tokenFor: identity?.meant.tokenFor ?? null,
    production: isProduction(from.production, entry, identity?.meant ?? null),
    profile: identity?.profile ?? null,
    pin: identity?.profilePinnedBy ?? ('none' as const),
    role: identity?.role ?? null,
    sharedWith: identity?.sharedWith ?? nobody,
    /** How many more there are than `sharedWith` names. */
    sharedMore: identity?.sharedMore ?? 0,
    /** What AWS said of its cluster; `findings` has what of that holds. */
    ofCluster,
    findings:
      from.beside === null || ofCluster === noFindings || !isAsOnDisk(pending, identity, cluster)
        ? found
        : withCluster(found, ofCluster, from.beside, looked.check),
    /** The ids of findings that are muted in it. */
    muted: mutedIn(from, entry),
    comparison: compared(entry, looked, from, now),
    /** What pending edits change of it; null for nothing. */
    pending,
  }
}

/** One context's row. `now` in milliseconds since the epoch decides what is too old. */
export function rowOf<P extends RowPending | null>(
  entry: ContextEntry,
  from: RowInputs,
  now: number,
  pending: P,
): RowWith<P> {
  const row = made(entry, from, now, pending)
  // One function for all rows, or V8 would store each row as a hash table.
  Object.defineProperty(row, 'user', lateUser)
  if (!isWhole(row)) throw new Error('a row has all its keys')
  return row
}

type Made<P extends RowPending | null> = Readonly<ReturnType<typeof made<P>>>

interface RowWith<P extends RowPending | null> extends Made<P> {
  /** Looked up when it is read. */
  readonly user: UserEntry | null
}

/** A context as the files have it. Verdicts, counts and order are of these alone. */
export type FileRow = RowWith<null>
/** A context as the grid shows it: with what is pending of it. */
export type Row = RowWith<RowPending | null>

const userIn = (users: Row['users'], entry: ContextEntry): UserEntry | null => users(entry.user, entry)

const lateUser = {
  enumerable: true,
  get(this: Pick<Row, 'users' | 'entry'>) {
    return userIn(this.users, this.entry)
  },
}

const isWhole = <P extends RowPending | null>(row: Made<P>): row is RowWith<P> => 'user' in row

/** All rows, in the order of the files; `near` finds the last row of a context that was probably at this place. */
export const rowsOf = (
  from: RowInputs,
  now: number,
  near: (id: EntryId, place: number) => FileRow | undefined = () => undefined,
): readonly FileRow[] =>
  from.snapshot.contexts.map((entry, place) => rowAgain(entry, from, now, near(entry.id, place), null))

/** The best known identity that a context acts as: proven and fresh, else predicted, else intended. */
export function actsAs(row: Row): Who | null {
  if (row.proven !== null && row.stale === null) return row.proven
  return row.predicted ?? row.intended
}

/** The identities of a row, in the order of their columns. */
export const peopleIn = ({ intended, predicted, proven, seen, comparison }: Row) =>
  [intended, predicted, proven, seen, comparison?.who] as const

/** The identities of these rows that have a key. A key gets the name that it has in the last row with it. */
export function everybodyIn(rows: readonly Row[]): readonly TileIdentity[] {
  const all = new Map<string, string>()
  for (const row of rows) for (const who of peopleIn(row)) if (who?.key) all.set(who.key, who.label)
  return [...all].map(([key, label]) => ({ key, label }))
}
