/** Pending edits: made in the grid, shown at once, previewed by main, written when the user applies them. */
import type { Conflict } from '../../shared/edits/conflicts'
import type { Edit, EditProblem } from '../../shared/edits/edit'
import { setsCurrent } from '../../shared/edits/kinds'
import type { EditModel } from '../../shared/edits/model'
import { type CurrentContextChange, currentContextChange } from '../../shared/edits/resolution'
import { appliedTo } from '../../shared/edits/snapshot'
import type { ImportFrom } from '../../shared/ipc/payloads'
import { type KeptSteps, stepsWith, unpackedSteps } from '../../shared/ipc/stored-edits'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { editText } from '../text/edits'
import {
  type ApplyRequest,
  apply,
  exportContexts,
  followWrites,
  plan,
  refreshFromAws,
  reversibleSwitch,
  switchNow,
  switchUnderWay,
  turnSwitch,
  type UndoRequest,
  undoAtOnce,
  undoWrite,
  writeAs,
} from './edit-requests'
import type { Dialog, Editing, Switched, Switching } from './editing-state'
import { callAll, type EditsHost, type HostState } from './edits-host'
import { type Expecting, leftOut } from './expect-identity'
import { editsOf, type PendingEdits, pendingEdits } from './memory'
import { noPreview, problemsOf, toldAsOneName } from './overlay'
import {
  modelBefore,
  orphansIn,
  redone,
  renamedSince,
  sourcesOf,
  undone,
  withEdits,
  withImports,
  withoutImportedEntries,
} from './pending'
import {
  add,
  follow,
  followRenamed,
  keep,
  recheck,
  renamesOf,
  showLegible,
  showPending,
  stepsOf,
  take,
  takeNext,
} from './pending-list'
import { conflictKey, editsBehind } from './rebase'
import { cancelTry, changing, followTries, predictAfterEdits, tryOut } from './trying'

export type Edits = ReturnType<typeof createEdits>

function step(edits: PendingEdits, way: Switched['way']): void {
  const switching = switchUnderWay(edits)
  if (switching === null) stepNow(edits, way, reversibleSwitch(edits, way))
  else if (edits.stepsAfter.push(way) === 1) void stepAfter(edits, switching)
}

function stepNow(edits: PendingEdits, way: Switched['way'], switched: Switched | null): void {
  if (switched !== null) return void turnSwitch(edits, switched)
  const steps = (way === 'undo' ? undone : redone)(stepsOf(edits.state.getState()))
  if (steps) take(edits, steps)
}

/** Runs undo and redo that were requested during the last switch, once it is written. If it was not written, they do nothing. */
async function stepAfter(edits: PendingEdits, first: Switching): Promise<void> {
  let switching: Switching | null = first
  for (let way = edits.stepsAfter[0]; way !== undefined; way = edits.stepsAfter[0]) {
    const switched: Switched | null =
      switching === null ? reversibleSwitch(edits, way) : await switching.ended
    if (switching !== null && switched === null) {
      edits.stepsAfter = []
      return
    }
    stepNow(edits, way, switched?.way === way ? switched : null)
    edits.stepsAfter.shift()
    switching = switchUnderWay(edits)
  }
}

/** The entries with the pending edits, and with further edits on top; null while there are no files. */
function modelsWith(
  { host, state }: PendingEdits,
  more: readonly Edit[],
): readonly [EditModel, EditModel] | null {
  const { snapshot } = host.state.getState()
  if (snapshot === null) return null
  const before = editsOf(state.getState().pending)
  return [appliedTo(snapshot, before).model, appliedTo(snapshot, [...before, ...more]).model]
}

/** The edits that would be pending, merged as they will be added, so that the applied result can be reused for display. */
function editsWith(
  { state }: PendingEdits,
  added: readonly Edit[],
  drop: ReadonlySet<number> = new Set(),
): readonly Edit[] {
  const left = state.getState().pending.filter(({ id }) => !drop.has(id))
  return editsOf(withEdits(left, added, () => 0))
}

/** Takes over what main stored; `someLost`: a part of it was lost. Until then nothing is sent to main for storing. */
async function restore(edits: PendingEdits, kept: KeptSteps | null, someLost: boolean): Promise<void> {
  const { host, state } = edits
  const steps = kept && unpackedSteps(kept)
  edits.restored = true
  // Edits that the user made meanwhile come after the stored ones.
  const meanwhile = editsOf(state.getState().pending)
  if (kept === null || steps === null) return meanwhile.length > 0 ? keep(edits) : undefined
  const sources = sourcesOf(steps)
  const imports = sources.length === 0 ? undefined : await host.ask('import.again', { sources })
  const expanded = withImports(steps, imports ?? [])
  const { snapshot } = host.state.getState()
  const orphans =
    someLost && snapshot !== null ? orphansIn(snapshot, kept.before, expanded.pending) : new Set()
  const ids = [...steps.pending, ...steps.past.flat(), ...steps.future.flat()].map(({ id }) => id)
  edits.lastId = Math.max(edits.lastId, 0, ...ids)
  edits.madeOn = { model: (now) => modelBefore(now, kept.before), decided: new Set(kept.decided) }
  state.setState(stepsWith(expanded, (one) => (orphans.has(one.id) ? null : one)))
  if (snapshot !== null)
    followRenamed(edits, renamedSince(snapshot, kept.before), modelBefore(snapshot, kept.before))
  take(edits, stepsOf(state.getState()))
  add(edits, meanwhile)
}

function resolve(edits: PendingEdits, conflict: Conflict, side: 'mine' | 'theirs'): void {
  const { pending } = edits.state.getState()
  const { snapshot } = edits.host.state.getState()
  if (snapshot === null) return
  if (side === 'mine') {
    const { model, decided } = edits.madeOn
    edits.madeOn = { model, decided: new Set([...decided, conflictKey(conflict)]) }
    // These conflicts are not asked about again, whichever list is restored.
    edits.leftOn = new WeakMap()
  } else {
    const behind = editsBehind(edits.madeOn.model(snapshot), snapshot, pending, conflict)
    takeNext(
      edits,
      pending.filter((one) => !behind.includes(one)),
    )
  }
  recheck(edits)
  keep(edits)
}

/** Profiles, roles and regions for pickers; requested once per environment. */
async function loadChoices(edits: PendingEdits): Promise<void> {
  const { environment } = edits.host.state.getState()
  if (edits.choicesOf === environment) return
  edits.choicesOf = environment
  const choices = await edits.host.ask('aws.choices', { environment })
  if (choices === undefined) edits.choicesOf = null
  else edits.state.setState({ choices })
}

function hostChanged(edits: PendingEdits, now: HostState, before: HostState): void {
  if (now.snapshot !== null && now.snapshot !== before.snapshot) follow(edits, now.snapshot, before.snapshot)
  else if (now.environment !== before.environment || now.compare !== before.compare) {
    // Identities of the edits in another environment are not shown in this one, not even until main has answered.
    edits.previewed = noPreview
    showPending(edits)
  } else if (now.reports !== before.reports) showPending(edits)
  if (now.environment !== before.environment || now.reports !== before.reports) edits.choicesOf = null
}

export function createEdits(host: EditsHost) {
  const { bridge } = host
  const edits: PendingEdits = pendingEdits(host, (id, way) => undoAtOnce(edits, id, way))
  const { state } = edits
  return {
    state,
    add: (added: readonly Edit[], drop?: ReadonlySet<number>) => add(edits, added, drop),
    /** Removes edits from the list, as one step. */
    drop: (ids: ReadonlySet<number>) =>
      takeNext(
        edits,
        state.getState().pending.filter(({ id }) => !ids.has(id)),
      ),
    discardAll() {
      if (state.getState().pending.length > 0) takeNext(edits, [])
    },
    /** Undoes the last switch of kubectl's context if nothing came after it, else the last pending change. */
    undo: () => step(edits, 'undo'),
    redo: () => step(edits, 'redo'),
    /** Whether there is something to undo, or to redo. */
    canStep(way: 'back' | 'forward') {
      const { past, future } = state.getState()
      if (switchUnderWay(edits) ?? reversibleSwitch(edits, way === 'back' ? 'undo' : 'redo')) return true
      return (way === 'back' ? past : future).length > 0
    },
    /** Problems of edits on top of the pending ones without `drop` that the page can find at once. */
    check(added: readonly Edit[], drop?: ReadonlySet<number>): readonly EditProblem[] {
      const { snapshot } = host.state.getState()
      if (snapshot === null) return []
      const { problems } = state.getState()
      const next = editsWith(edits, added, drop)
      const found = problemsOf(added, next, appliedTo(snapshot, next).problems, problems)
      return toldAsOneName(added, found, (contexts, name) =>
        editText.oneName(
          contexts.flatMap((id) => host.nameOf(id) ?? []),
          name,
        ),
      )
    },
    /** How these edits, on top of the pending ones, change current-context without setting it; null: they do not. */
    currentContextAfter(added: readonly Edit[]): CurrentContextChange | null {
      const models = added.some(setsCurrent) ? null : modelsWith(edits, added)
      return models && currentContextChange(...models)
    },
    /** Other files whose current-context these edits would empty, although they touch no context in them. */
    currentContextEmptied(added: readonly Edit[]) {
      const [was, is] = modelsWith(edits, added) ?? []
      const then = new Map(is?.files.map((file) => [file.path, file]))
      return (was?.files ?? []).flatMap(({ path, currentContext: name, context }) => {
        const file = then.get(path)
        const touched = file === undefined || context.some((one, at) => one.id !== file.context[at]?.id)
        return !name || touched || file.currentContext ? [] : [{ path, name }]
      })
    },
    /** The same as main finds them, which also knows the AWS files (a role on top of a role). */
    async ask(added: readonly Edit[], drop?: ReadonlySet<number>): Promise<readonly EditProblem[]> {
      const all = editsWith(edits, added, drop)
      const foreseen = await predictAfterEdits(edits, all)
      return foreseen === null ? [] : problemsOf(added, all, foreseen.problems, state.getState().problems)
    },
    /** Entries that are the same under several names, with what is pending. */
    async duplicates() {
      const sent = editsOf(state.getState().pending).map(withoutImportedEntries)
      return (await host.ask('edits.duplicates', { edits: sent })) ?? []
    },
    startEditing({ row, column, typed, rows }: Omit<Editing, 'opening'>) {
      state.setState({ editing: { row, column, typed, rows, opening: ++edits.openings } })
    },
    stopEditing: () => state.setState({ editing: null }),
    open: (dialog: Dialog | null) => state.setState({ dialog, editing: null }),
    loadChoices: () => loadChoices(edits),
    resolve: (conflict: Conflict, side: 'mine' | 'theirs') => resolve(edits, conflict, side),
    /** Changes expected identities. Edits become pending; the user's expectations alone are removed once main has asked the user.
     * Reports which contexts are left out. */
    async expect({ edits: added, forget, left }: Expecting) {
      if (added.length > 0) add(edits, added)
      if (left.length > 0) host.say(leftOut(left))
      if (forget.length > 0) await host.ask('expected.forget', { contexts: forget })
    },
    /** The ids of contexts once these edits are on disk, by their ids now: call it before the write. */
    idsOnceWritten(ids: ReadonlySet<number>) {
      const { snapshot } = host.state.getState()
      const renamed = snapshot === null ? new Map<EntryId, EntryId>() : renamesOf(edits, ids, snapshot)
      return (context: EntryId) => renamed.get(context) ?? context
    },
    /** Shows a notice at the edge of the window. */
    say: host.say,
    /** A notice about something pending, which goes when that is discarded or written. */
    sayOfPending: (message: string) => host.tell({ tone: 'info', message, ofPending: 'whole' }),
    /** A notice with actions. */
    tell: host.tell,
    /** The files with pending edits. */
    edited: () => edits.overlay?.snapshot ?? host.state.getState().snapshot,
    showLegible: (path: string) => showLegible(edits, path),
    restore: (kept: KeptSteps | null, someLost: boolean) => restore(edits, kept, someLost),
    /** The page is idle: the base of edits is made, so that the first one need not wait for it. */
    expectEdits(): void {
      const { snapshot } = host.state.getState()
      if (snapshot !== null) edits.madeOn.model(snapshot)
    },
    /** Follows files and reports; returns the function that stops. */
    start: () =>
      callAll([
        host.state.subscribe((now, before) => hostChanged(edits, now, before)),
        followWrites(edits),
        followTries(edits),
        bridge.on('edits.wrote', ({ files }) => edits.windowsWrites.wrote(files)),
        bridge.on('identity.changed', () => showPending(edits)),
        () => clearTimeout(edits.timer),
      ]),
    plan: (ids: ReadonlySet<number>) => plan(edits, ids),
    apply: (request: ApplyRequest) => apply(edits, request),
    async cancelApply() {
      const run = state.getState().applying?.run
      if (run !== undefined) await bridge.request('run.cancel', { run })
    },
    /** Removes the lock that is waited for, as the user decided. */
    unlock: (path: string) => bridge.request('edits.unlock', { path }),
    undoWrite: (request: UndoRequest) => undoWrite(edits, request),
    writeAs: (work: Parameters<typeof writeAs>[1]) => writeAs(edits, work),
    switchNow: (context: EntryId, said: string) => switchNow(edits, context, said),
    refreshFromAws: (contexts: readonly EntryId[]) => refreshFromAws(edits, contexts),
    /** Lets main read the import; null when the user cancelled. */
    readImport: (from: ImportFrom) =>
      bridge.request('import.read', {
        from,
        edits: editsOf(state.getState().pending).map(withoutImportedEntries),
      }),
    exportContexts: (contexts: readonly EntryId[], secrets: boolean, to: 'file' | 'clipboard') =>
      exportContexts(edits, contexts, secrets, to),
    foresee: (list: readonly Edit[]) => predictAfterEdits(edits, list),
    changing: (list: readonly Edit[]) => changing(edits, list),
    tryOut: (list: readonly Edit[], contexts: readonly EntryId[]) => tryOut(edits, list, contexts),
    cancelTry: () => cancelTry(edits),
  }
}
