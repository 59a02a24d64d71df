/**
 * The page's state and the intents that change it. No React: components read `state` and `rows` and call intents.
 * Everything from main comes through the bridge that is passed in here.
 */
import { createStore } from 'zustand/vanilla'
import { toldApart } from '../../shared/identity/account-names'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { Bridge } from '../../shared/ipc/contract'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'
import { type EditedGround, editedGround, editedRow, editedRows, removedRow } from '../pending/edited-rows'
import { openedFiles } from '../pending/fields'
import type { Ask, NewNotice } from '../pending/host'
import type { ShownEdits } from '../pending/overlay'
import { orderDependsOnChecks } from '../rows/arrange'
import { createMarks, principalKey } from '../rows/colours'
import { dependsOnChecks, parseFilter } from '../rows/filter'
import { emptyFleet, fleetOf } from '../rows/fleet-summary'
import {
  everybodyIn,
  type Ground,
  ground,
  knownIdentities,
  type Live,
  type Row,
  rowOf,
  rowsOf,
} from '../rows/rows'
import { type KeyOwners, keyOfAccessKey, keyOwners } from '../rows/who'
import { createKeyed } from './keyed'
import { initialState, type Notice, type State } from './state'

const byEnvironment = <V>(): Map<EnvironmentName, Map<EntryId, V>> =>
  new Map([
    ['login-shell', new Map()],
    ['app', new Map()],
    ['clean', new Map()],
  ])

const none: ReadonlyMap<never, never> = new Map<never, never>()

/** How long the grid waits before it arranges rows again while many checks arrive, in milliseconds. */
const settle = 400

/** How long a good notice stays readable before another replaces it, in milliseconds: enough for a sentence or two. */
const readable = 2_500

/** More notices would cover what they are about. */
const mostNotices = 4

/** Time until a drawing is on the screen, in milliseconds: two frames. */
const afterPaint = 32

/** The same map object as before where the new one is equal: rows are memoized by the identity of their inputs. */
function asBefore<K, V>(now: ReadonlyMap<K, V>, before: ReadonlyMap<K, V> | undefined): ReadonlyMap<K, V> {
  const same = now.size === before?.size && [...now].every(([key, value]) => before.get(key) === value)
  return same ? before : now
}

/** What the parts of the store share; components see only `Model`. */
export interface Core extends ReturnType<typeof createCore> {}

export function createCore(bridge: Bridge, clock: () => number, newRunId: () => string) {
  const state = createStore<State>(() => initialState(clock()))
  const idOf = ({ id }: Row): EntryId => id
  const rows = createKeyed(idOf)
  /** The rows without pending edits. */
  const fileRows = createKeyed(idOf)
  const marks = createMarks()
  /** By environment and context. */
  const checks = byEnvironment<Check>()
  /** Steps of running checks, by environment and context. */
  const running = byEnvironment<Live>()
  let from: Ground | null = null
  /** The inputs of `from`. */
  let madeOf: readonly unknown[] = []
  let shownEdits: ShownEdits | null = null
  let edited: EditedGround | null = null
  /** Ids of the same entry before and after a rename or a move. */
  const names = new Map<EntryId, EntryId>()
  const there = (id: EntryId): EntryId | null => {
    if (rows.get(id) !== undefined) return id
    const other = names.get(id)
    return other !== undefined && rows.get(other) !== undefined ? other : null
  }
  /** Ids some of which are exchanged, to be followed once the files differ from these. */
  let exchange: { readonly ids: ReadonlyMap<EntryId, EntryId>; readonly of: Snapshot | null } | null = null
  let settling = false
  /** The environment of the counts. */
  let summedIn: EnvironmentName | null = null
  let summing: ReturnType<typeof setTimeout> | undefined
  let noticeId = 0
  /** How often files, reports or environments were read again. */
  let reads = 0

  function prepare(snapshot: Snapshot): Ground {
    const { environment, compare, reports, awaited, settings } = state.getState()
    const names = { ...reports[environment]?.accountNames, ...settings.accountNames }
    const made = ground({
      snapshot,
      environment,
      identities: knownIdentities(reports[environment]),
      checks: checks.get(environment) ?? none,
      running: running.get(environment) ?? none,
      awaited,
      // A missing identity differs from one in the other environment only once both environments are known.
      compare:
        compare === null || awaited || reports[compare] === undefined
          ? null
          : {
              environment: compare,
              identities: knownIdentities(reports[compare]),
              checks: checks.get(compare) ?? none,
            },
      staleHours: settings.staleHours,
      // The user's name comes before the config's; equal names get something that distinguishes them.
      accountNames: asBefore(toldApart(Object.entries(names)), from?.accountNames),
      home: state.getState().app?.home ?? '',
    })
    return { ...made, owners: asBefore(made.owners, from?.owners) }
  }

  function summarise(): void {
    const { snapshot } = state.getState()
    clearTimeout(summing)
    summing = undefined
    const { awaited, environment } = state.getState()
    // Counting rows before anything is known of them would report no problems.
    if (awaited) return
    summedIn = environment
    const opened = snapshot === null ? new Set() : openedFiles(snapshot)
    const isFixed = ({ entry, pending }: Row) => pending?.kind === 'removed' || opened.has(entry.origin.file)
    state.setState({ fleet: fleetOf(rows.all(), isFixed) })
  }

  /** The rows are painted first: the counts follow two frames later. */
  function summariseSoon(): void {
    summing ??= setTimeout(summarise, afterPaint)
  }

  const groundNow = (): readonly unknown[] => {
    const { snapshot, environment, compare, reports, awaited, settings } = state.getState()
    return [snapshot, environment, compare, reports, awaited, settings]
  }
  const isMadeOf = (of: readonly unknown[]) => of.every((part, at) => part === madeOf[at])

  /** `onlyEdits`: nothing else changed, so the ground from the files is reused where possible. */
  function rebuild(onlyEdits = false): void {
    const { snapshot } = state.getState()
    if (snapshot === null) return
    const of = groundNow()
    if (from === null || !onlyEdits || !isMadeOf(of)) {
      from = prepare(snapshot)
      fileRows.replace(rowsOf(from, clock(), fileRows.near))
    }
    madeOf = of
    edited = shownEdits && editedGround(from, fileRows, shownEdits)
    const all = edited === null ? fileRows.all() : editedRows(edited, clock(), rows)
    // A key whose owner became known keeps its colour: the owner takes it over.
    for (const [id, arn] of from.owners) {
      const owner = principalKey(arn)
      if (owner !== null) marks.same(keyOfAccessKey(id), owner)
    }
    const before = rows.all()
    // The first time counts as a change, even when empty: from then on it is known that there is nothing.
    const same =
      state.getState().listVersion > 0 &&
      all.length === before.length &&
      all.every((row, at) => row === before[at])
    const others = same ? [] : all.filter((row, at) => row !== before[at] && row !== rows.get(row.id))
    marks.add(everybodyIn(others))
    rows.replace(all)
    const exchanged = exchange !== null && exchange.of !== snapshot ? exchange.ids : none
    if (exchanged !== none) exchange = null
    const follow = (id: EntryId): EntryId => exchanged.get(id) ?? id
    state.setState((before) => {
      const selected = new Set([...before.selected].flatMap((id) => there(follow(id)) ?? []))
      const sameSelected =
        selected.size === before.selected.size && [...selected].every((id) => before.selected.has(id))
      const item = before.cursor === null ? null : there(follow(before.cursor.item))
      return {
        listVersion: before.listVersion + (same ? 0 : 1),
        selected: sameSelected ? before.selected : selected,
        inspected: before.inspected === null ? null : there(follow(before.inspected)),
        cursor:
          before.cursor === null || item === null || item === before.cursor.item
            ? before.cursor
            : { ...before.cursor, item },
      }
    })
    const counted = summedIn === state.getState().environment
    if (same && counted) return
    // The first page is drawn once, with its counts. Counts of another environment do not apply to this one.
    if (state.getState().fleet === emptyFleet || !counted) summarise()
    else summariseSoon()
  }

  /** Computes one row again: a step or a check arrived. */
  function touch(id: EntryId): void {
    if (from === null) return
    const [onDisk, at] = [fileRows.get(id), clock()]
    const ofFile = onDisk && rowOf(onDisk.entry, from, at)
    if (ofFile) fileRows.set(ofFile)
    const row = rows.get(id)
    const next = edited && row ? shownAgain(row, edited, at) : ofFile
    if (row === undefined || next === undefined) return
    marks.add(everybodyIn([next]))
    rows.set(next)
    // For any cause: a run that ended for it, its age, or what main says that its check depended on.
    if (next.shown !== row.shown) settleSoon()
  }

  const shownAgain = (row: Row, ground: EditedGround, at: number): Row =>
    row.pending?.kind === 'removed'
      ? removedRow(row.entry, ground, at, row)
      : editedRow({ entry: row.entry, place: -1 }, ground, at, row)

  /** Counts, order and filter follow the checks, but not each single one. */
  function settleSoon(): void {
    if (settling) return
    settling = true
    setTimeout(() => {
      settling = false
      summarise()
      const { view, filter } = state.getState()
      if (orderDependsOnChecks(view.sort, view.grouping) || dependsOnChecks(parseFilter(filter))) {
        state.setState((before) => ({ listVersion: before.listVersion + 1 }))
      }
    }, settle)
  }

  /**
   * Bad notices stay until dismissed. Good ones give way to the next once there was time to read them; those with an action give
   * way only to the next of their kind. Where there are too many, those that would go by themselves go first.
   */
  function tell(notice: NewNotice): void {
    const at = clock()
    const stays = (one: Notice) => {
      if (one.message === notice.message && one.tone === notice.tone) return false
      if (one.of !== undefined && one.of === notice.of) return false
      if (one.tone === 'bad' || notice.tone === 'bad' || one.stays) return true
      if (one.action) return !notice.action || notice.stays === true
      return at - one.at < readable
    }
    state.setState((before) => {
      const notices = [
        ...before.notices.filter(stays),
        { next: null, action: null, ...notice, id: ++noticeId, at },
      ]
      while (notices.length > mostNotices) {
        const passing = notices.findIndex(
          (one) => one.id !== noticeId && one.tone === 'info' && !one.stays && !one.action,
        )
        notices.splice(Math.max(0, passing), 1)
      }
      return { notices }
    })
  }

  function notify(fault: Fault): void {
    // A cancelled request is not reported: the user cancelled it.
    if (fault.code !== 'cancelled') tell({ tone: 'bad', message: fault.message, next: fault.next })
  }

  const ask: Ask = async (name, ...input) => {
    const answer = await bridge.request(name, ...input)
    if (answer.ok) return answer.value
    notify(answer.fault)
    return undefined
  }

  return {
    bridge,
    ask,
    newRunId,
    state,
    rows,
    marks,
    checks,
    running,
    clock,
    /** Computes all rows again: files, reports, environment or settings changed. */
    rebuild: () => rebuild(),
    /** The same, unless they were computed from the same inputs already. */
    refresh() {
      reads++
      if (from === null || !isMadeOf(groundNow())) rebuild()
    },
    touch,
    /** How often files, reports or environments were read. If it grew during a check, the check may be of other files. */
    reads: () => reads,
    /** The owners of the access keys that files and checks name, as far as known. */
    owners: (): KeyOwners => from?.owners ?? none,
    /** A check arrived: computes one row again, or all when it named the owner of a key that other rows show. */
    learn(check: Check) {
      checks.get(check.environment)?.set(check.context, check)
      const learnt = [...keyOwners([check])].some(([key, arn]) => from?.owners.get(key) !== arn)
      if (learnt) rebuild()
      else touch(check.context)
      settleSoon()
    },
    showEdits(edits: ShownEdits | null) {
      shownEdits = edits
      rebuild(true)
    },
    followIds(ids: ReadonlyMap<EntryId, EntryId>, written = false) {
      const { snapshot } = state.getState()
      exchange = written && [...ids.values()].some((now) => ids.has(now)) ? { ids, of: snapshot } : null
      for (const [was, now] of ids) {
        names.set(was, now)
        names.set(now, was)
      }
    },
    notify,
    say: (message: string) => tell({ tone: 'info', message }),
    tell,
    nothingPending() {
      if (!state.getState().notices.some(({ ofPending }) => ofPending !== undefined)) return
      state.setState(({ notices }) => ({
        notices: notices.flatMap(({ ofPending, ...notice }) =>
          ofPending === 'whole' ? [] : [{ ...notice, ...ofPending }],
        ),
      }))
    },
  }
}
