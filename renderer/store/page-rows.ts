/** The rows of the page: computed again when files, reports, checks or pending edits change, with what is counted of them. */
import { mutedEverywhere } from '../../shared/audit/muted'
import { toldApart } from '../../shared/identity/account-names'
import type { Check } from '../../shared/identity/identity'
import { type KeyOwners, keyOfAccessKey, keyOwners, principalKey } from '../../shared/identity/named-identity'
import { staleness } from '../../shared/identity/verdict'
import type { Settings } from '../../shared/ipc/settings'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { afterPaint } from '../pending/after-paint'
import { openedFiles } from '../pending/editable-fields'
import { editedInputs, editedRow, editedRows, removedRow } from '../pending/edited-rows'
import type { ShownEdits } from '../pending/overlay'
import { orderDependsOnChecks } from '../rows/arrange'
import { dependsOnChecks, parseFilter } from '../rows/filter'
import { toFixIn } from '../rows/finding-lines'
import { emptyFleet, fleetOf } from '../rows/fleet-summary'
import {
  everybodyIn,
  knownIdentities,
  type Row,
  type RowInputs,
  rowInputs,
  rowOf,
  rowsOf,
} from '../rows/rows'
import type { Core } from './core'

const none: ReadonlyMap<never, never> = new Map<never, never>()

/** How long the grid waits before it arranges rows again while many checks arrive, in milliseconds. */
const settle = 400

/** The same map object as before where the new one is equal: rows are memoized by the identity of their inputs. */
function asBefore<K, V>(now: ReadonlyMap<K, V>, before: ReadonlyMap<K, V> | undefined): ReadonlyMap<K, V> {
  const same = now.size === before?.size && [...now].every(([key, value]) => before.get(key) === value)
  return same ? before : now
}

/** The owners of the access keys that files and checks name, as far as known. */
export const ownersIn = ({ from }: Core): KeyOwners => from?.owners ?? none

function groundOf({ state, checks, running, from }: Core, snapshot: Snapshot): RowInputs {
  const { environment, compare, reports, awaited, settings, beside, app } = state.getState()
  const names = { ...reports[environment]?.accountNames, ...settings.accountNames }
  const made = rowInputs({
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
    beside,
    // The user's name comes before the config's; equal names get something that distinguishes them.
    accountNames: asBefore(toldApart(Object.entries(names)), from?.accountNames),
    production: settings.production,
    home: app?.home ?? '',
  })
  return { ...made, owners: asBefore(made.owners, from?.owners) }
}

const asJson = <T>(now: T, before: T): T => (JSON.stringify(now) === JSON.stringify(before) ? before : now)

/** Takes the settings as they are now. What is as before stays the same object: only what has changed is computed anew. */
export function takeSettings(core: Core, now: Settings): void {
  const { settings: before } = core.state.getState()
  const accountNames = asJson(now.accountNames, before.accountNames)
  const production = asJson(now.production, before.production)
  core.state.setState({ settings: { ...now, accountNames, production } })
  if (
    accountNames !== before.accountNames ||
    production !== before.production ||
    now.staleHours !== before.staleHours
  )
    rebuild(core)
}

function summarise(core: Core): void {
  core.stopSumming?.()
  core.stopSumming = undefined
  const { snapshot, awaited, environment } = core.state.getState()
  countToFix(core)
  // Counting rows before anything is known of them would report no problems.
  if (awaited) return
  core.summedIn = environment
  const opened = snapshot === null ? new Set() : openedFiles(snapshot)
  const isFixed = ({ entry, pending }: Row) => pending?.kind === 'removed' || opened.has(entry.origin.file)
  core.state.setState({ fleet: fleetOf(core.rows.all(), isFixed) })
}

/** Counts what there is to fix on disk: pending edits take nothing away from it. */
export function countToFix({ state, fileRows }: Core): void {
  const { awaited, environment, reports, beside, toFix } = state.getState()
  const ofFiles = reports[environment]?.ofFiles
  const counted =
    awaited || beside === null || ofFiles === undefined
      ? null
      : toFixIn(fileRows.all(), ofFiles, mutedEverywhere(beside.mutes))
  if (JSON.stringify(counted) !== JSON.stringify(toFix)) state.setState({ toFix: counted })
}

const inputsOf = ({ state }: Core): readonly unknown[] => {
  const { snapshot, environment, compare, reports, awaited, settings, beside } = state.getState()
  return [snapshot, environment, compare, reports, awaited, settings, beside]
}
const isMadeOf = ({ madeOf }: Core, of: readonly unknown[]) => of.every((part, at) => part === madeOf[at])

/**
 * Computes all rows again: files, reports, environment or settings changed. `onlyEdits`: nothing else changed, so the ground from
 * the files is reused where possible.
 */
export function rebuild(core: Core, onlyEdits = false): void {
  const { state, rows, fileRows, marks, shownEdits, clock } = core
  const { snapshot } = state.getState()
  if (snapshot === null) return
  const of = inputsOf(core)
  if (core.from === null || !onlyEdits || !isMadeOf(core, of)) {
    core.from = groundOf(core, snapshot)
    fileRows.replace(rowsOf(core.from, clock(), fileRows.near))
  }
  core.madeOf = of
  core.edited = shownEdits && editedInputs(core.from, fileRows, shownEdits)
  const all = core.edited === null ? fileRows.all() : editedRows(core.edited, clock(), rows)
  // A key whose owner became known keeps its colour: the owner takes it over.
  for (const [id, arn] of core.from.owners) {
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
  // Of contexts that are all gone, as of a closed file, there is nothing to show.
  const { only } = state.getState()
  if (only !== null && ![...only.ids].some((id) => rows.get(id) !== undefined)) state.setState({ only: null })
  followRows(core, snapshot, same)
  const counted = core.summedIn === state.getState().environment
  if (same && counted) return
  // The first page is drawn once, with its counts. Counts of another environment do not apply to this one.
  if (state.getState().fleet === emptyFleet || !counted) summarise(core)
  // The rows are painted first.
  else core.stopSumming ??= afterPaint(() => summarise(core))
}

/** Selection, cursor and inspector stay with their contexts in the new rows; `same`: the rows are those of before. */
function followRows(core: Core, snapshot: Snapshot, same: boolean): void {
  const { rows, names, exchange } = core
  const exchanged = exchange !== null && exchange.of !== snapshot ? exchange.ids : none
  if (exchanged !== none) core.exchange = null
  const now = (was: EntryId): EntryId | null => {
    const id = exchanged.get(was) ?? was
    return [id, names.get(id) ?? id].find((one) => rows.get(one) !== undefined) ?? null
  }
  core.state.setState((before) => {
    const selected = new Set([...before.selected].flatMap((id) => now(id) ?? []))
    const sameSelected =
      selected.size === before.selected.size && [...selected].every((id) => before.selected.has(id))
    const item = before.cursor === null ? null : now(before.cursor.item)
    return {
      listVersion: before.listVersion + (same ? 0 : 1),
      selected: sameSelected ? before.selected : selected,
      inspected: before.inspected === null ? null : now(before.inspected),
      cursor:
        before.cursor === null || item === null || item === before.cursor.item
          ? before.cursor
          : { ...before.cursor, item },
    }
  })
}

/** The same, unless they were computed from the same inputs already. */
export function refresh(core: Core): void {
  core.reads++
  if (core.from === null || !isMadeOf(core, inputsOf(core))) rebuild(core)
}

/** Computes one row again: a step or a check arrived. */
export function recomputeRow(core: Core, id: EntryId): void {
  const { from, edited, rows, fileRows, marks } = core
  if (from === null) return
  const [before, at] = [fileRows.get(id), core.clock()]
  const ofFile = before && rowOf(before.entry, from, at, null)
  if (ofFile) fileRows.set(ofFile)
  // A context that is to be renamed or moved is shown by another id.
  const row = rows.get(id) ?? rows.get(core.names.get(id) ?? id)
  if (row === undefined) return
  const { entry, pending } = row
  const next =
    edited === null
      ? ofFile
      : pending?.kind === 'removed'
        ? ofFile && removedRow(ofFile, row)
        : editedRow({ entry, place: -1 }, edited, at, row)
  if (next === undefined) return
  marks.add(everybodyIn([next]))
  rows.set(next)
  // For any cause: a run that ended for it, its age, or what main says that its check depended on.
  if (next.shown !== row.shown) settleSoon(core)
}

/** Counts, order and filter follow the checks, but not each single one. */
function settleSoon(core: Core): void {
  if (core.settling) return
  core.settling = true
  setTimeout(() => {
    core.settling = false
    summarise(core)
    const { view, filter } = core.state.getState()
    if (orderDependsOnChecks(view.sort, view.grouping) || dependsOnChecks(parseFilter(filter))) {
      core.state.setState((before) => ({ listVersion: before.listVersion + 1 }))
    }
  }, settle)
}

/** Updates ages; checks that became too old turn stale. */
export function tick(core: Core): void {
  const now = core.clock()
  const { staleHours } = core.state.getState().settings
  core.state.setState({ now })
  for (const row of core.rows.all()) {
    if (row.check === null || row.stale !== null) continue
    if (staleness(row.check, row.identity, now, staleHours) !== null) recomputeRow(core, row.id)
  }
}

/** A check arrived: computes one row again, or all when it named the owner of a key that other rows show. */
export function checkArrived(core: Core, check: Check): void {
  core.checks.get(check.environment)?.set(check.context, check)
  const learnt = [...keyOwners([check])].some(([key, arn]) => core.from?.owners.get(key) !== arn)
  if (learnt) rebuild(core)
  else recomputeRow(core, check.context)
  settleSoon(core)
}

export function showEdits(core: Core, edits: ShownEdits | null): void {
  core.shownEdits = edits
  rebuild(core, true)
}

export function followIds(core: Core, ids: ReadonlyMap<EntryId, EntryId>, written = false): void {
  const { snapshot } = core.state.getState()
  core.exchange = written && [...ids.values()].some((now) => ids.has(now)) ? { ids, of: snapshot } : null
  for (const [was, now] of ids) {
    core.names.set(was, now)
    core.names.set(now, was)
  }
}
