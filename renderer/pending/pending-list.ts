/** The list of pending edits in its page: applied over the files, stored by main, and checked again when the files change. */
import { applyEdits } from '../../shared/edits/apply-edits'
import type { Edit } from '../../shared/edits/edit'
import { idsOf, withIds } from '../../shared/edits/kinds'
import { type EditModel, renamedIds } from '../../shared/edits/model'
import { renamedEntries, withEntryIds } from '../../shared/edits/renamed-entries'
import { appliedTo, modelOfSnapshot } from '../../shared/edits/snapshot'
import { type EntryBefore, type KeptSteps, stepsWith } from '../../shared/ipc/stored-edits'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { editText } from '../text/edits'
import { text } from '../text/page'
import { shortPath, shortPaths } from '../text/path'
import { afterPaint } from './after-paint'
import { everything } from './effects'
import { externalChangeSentence, type PendingCounts } from './external-change'
import { editsOf, type FileStep, filesOfNow, type PendingEdits } from './memory'
import { byFirstId, noPreview, overlayOf } from './overlay'
import {
  entriesBefore,
  keptText,
  type Steps,
  stepped,
  withEdits,
  withoutEntries,
  withoutImportedEntries,
} from './pending'
import { afterWrite } from './profile-edits'
import {
  conflictKey,
  conflictsIn,
  type ExternalChange,
  externalChange,
  isQuiet,
  knownModel,
  knowsMore,
  readingsBetween,
} from './rebase'
import { recentRolesAfter } from './role-offers'

/** How long the page waits for more edits before it asks main for their result, in milliseconds. */
const settle = 60

/** Up to so many edits (in all steps) and contexts are sent to main for storing before painting: a millisecond's work. */
const mostKeptAtOnce = 2_000

/** The list with its undo and redo steps, without the page's other state. */
export const stepsOf = ({ pending, past, future }: Steps): Steps => ({ pending, past, future })

/** Applies the edits over the files: at once as the page computes it, a moment later as main does. */
export function show(edits: PendingEdits): void {
  const { host, state } = edits
  const { snapshot } = host.state.getState()
  const { pending } = state.getState()
  const asked = ++edits.turn
  clearTimeout(edits.timer)
  if (snapshot === null || pending.length === 0) {
    edits.overlay = null
    edits.previewed = noPreview
    state.setState({ problems: [], alsoChanges: [], previewed: true })
    host.showEdits(null)
    return
  }
  const overlay = overlayOf(snapshot, editsOf(pending))
  edits.overlay = overlay
  state.setState({ problems: overlay.problems, alsoChanges: overlay.alsoChanges, previewed: false })
  host.showEdits({ overlay, previewed: edits.previewed, fresh: false })
  edits.timer = setTimeout(() => void preview(edits, asked), settle)
}

/** Shows the edits again if any are pending: their result may have changed. */
export function showPending(edits: PendingEdits): void {
  if (edits.state.getState().pending.length > 0) show(edits)
}

async function preview(edits: PendingEdits, asked: number): Promise<void> {
  if (edits.asking) return
  edits.asking = true
  try {
    await previewNow(edits, asked)
  } finally {
    edits.asking = false
    const { previewed, pending } = edits.state.getState()
    if (asked !== edits.turn && !previewed && pending.length > 0) {
      clearTimeout(edits.timer)
      void preview(edits, edits.turn)
    }
  }
}

async function previewNow(edits: PendingEdits, asked: number): Promise<void> {
  const { host, state } = edits
  const { snapshot, environment, compare } = host.state.getState()
  if (snapshot === null) return
  const sent = editsOf(state.getState().pending).map(withoutImportedEntries)
  const answer = await host.bridge.request('edits.preview', { edits: sent, environment, compare })
  if (asked !== edits.turn) return
  if (!answer.ok) return host.notify(answer.fault)
  // The files have changed since: the change event will arrive and ask again.
  if (answer.value.revision !== snapshot.revision) return
  const { renamed, identities, compared, problems, alsoChanges } = answer.value
  const named = byFirstId(renamed)
  edits.previewed = { here: named(identities), compared: named(compared) }
  state.setState({ problems, alsoChanges, previewed: true })
  const { overlay, previewed } = edits
  if (overlay !== null) host.showEdits({ overlay, previewed, fresh: true })
}

/** Replaces the steps, together with the base that their list was made on. */
export function take(edits: PendingEdits, steps: Steps): void {
  const { host, state } = edits
  const { pending } = state.getState()
  const { snapshot } = host.state.getState()
  if (snapshot !== null) {
    const model = edits.madeOn.model(snapshot)
    edits.leftOn.set(pending, { ...edits.madeOn, model: () => model })
  }
  if (steps.pending !== pending) edits.madeOn = edits.leftOn.get(steps.pending) ?? edits.madeOn
  if (steps.pending.length === 0) host.nothingPending()
  state.setState({ ...steps })
  recheck(edits)
  show(edits)
  keep(edits)
}

/** Makes another list the next step. */
export const takeNext = (edits: PendingEdits, pending: Steps['pending']): void =>
  take(edits, stepped(stepsOf(edits.state.getState()), pending))

/** Adds edits as one step, which also removes those of `drop`. */
export function add(
  edits: PendingEdits,
  added: readonly Edit[],
  drop: ReadonlySet<number> = new Set(),
): void {
  if (added.length === 0 && drop.size === 0) return
  const { pending, recentRoles } = edits.state.getState()
  const next = withEdits(
    pending.filter(({ id }) => !drop.has(id)),
    added,
    () => ++edits.lastId,
  )
  const { snapshot } = edits.host.state.getState()
  // A moved context has another id from now on: selection and cursor follow it.
  if (snapshot !== null && added.some(({ kind }) => kind === 'move-contexts'))
    edits.host.followIds(overlayOf(snapshot, editsOf(next)).moved)
  edits.state.setState({ recentRoles: recentRolesAfter(recentRoles, added) })
  takeNext(edits, next)
}

/** Main stores what is pending and its base, for a reload and for any end of the process. */
export function keep(edits: PendingEdits): void {
  edits.stopKeeping()
  const { snapshot } = edits.host.state.getState()
  if (!edits.restored || snapshot === null) return
  const { pending, past, future } = edits.state.getState()
  const count = pending.length * (past.length + future.length + 1)
  // A large list is serialized only after the cells are painted.
  if (count + snapshot.contexts.length > mostKeptAtOnce) edits.stopKeeping = afterPaint(() => keepNow(edits))
  else keepNow(edits)
}

function keepNow(edits: PendingEdits): void {
  const { decided } = edits.madeOn
  const steps = withoutEntries(stepsOf(edits.state.getState()))
  const more: Pick<KeptSteps, 'before' | 'decided'> = { before: madeFrom(edits), decided: [...decided] }
  void edits.host.ask('edits.keep', { json: keptText(steps, more) })
}

/** The entries that the pending edits change or name, as they were when the edits were made. */
function madeFrom({ host, state, madeOn }: PendingEdits): EntryBefore[] {
  const { snapshot } = host.state.getState()
  const pending = editsOf(state.getState().pending)
  if (snapshot === null || pending.length === 0) return []
  const base = madeOn.model(snapshot)
  // Applied a moment ago to show it.
  const applied =
    base === modelOfSnapshot(snapshot) ? appliedTo(snapshot, pending) : applyEdits(base, pending)
  return entriesBefore(base, applied.model, pending)
}

/** Computes conflicts of the pending edits; without any, the current files become their base. */
export function recheck(edits: PendingEdits): void {
  const { host, state, madeOn } = edits
  const { snapshot } = host.state.getState()
  const { pending } = state.getState()
  if (snapshot === null) return
  // Without edits no base is made: of a large fleet that would hold up the first picture.
  const base = pending.length === 0 ? null : madeOn.model(snapshot)
  const conflicts =
    base === null || base === knownModel(snapshot)
      ? []
      : conflictsIn(base, snapshot, pending).filter((one) => !madeOn.decided.has(conflictKey(one)))
  if (conflicts.length === 0) edits.madeOn = filesOfNow
  state.setState(({ dialog }) => ({
    conflicts,
    dialog:
      dialog?.kind !== 'conflicts' || conflicts.length > 0
        ? dialog
        : dialog.inReview && pending.length > 0
          ? { kind: 'review' }
          : null,
  }))
}

/** Follows entries that another program renamed: edits, undo steps, the open editor and the selection go on with them. */
export function followRenamed(
  edits: PendingEdits,
  ids: ReadonlyMap<EntryId, EntryId>,
  before: EditModel,
): void {
  if (ids.size === 0) return
  const follow = (id: EntryId) => ids.get(id) ?? id
  const base = withEntryIds(before, ids)
  edits.madeOn = { ...edits.madeOn, model: () => base }
  edits.state.setState(({ pending, past, future, editing }) => ({
    ...stepsWith({ pending, past, future }, ({ id, edit }) => ({ id, edit: withIds(edit, follow) })),
    editing: editing && { ...editing, row: follow(editing.row), rows: editing.rows.map(follow) },
  }))
  edits.host.followIds(ids)
}

/** The files have changed. */
export function follow(edits: PendingEdits, snapshot: Snapshot, before: Snapshot | null): void {
  if (before !== null) {
    knowsMore(snapshot, before)
    const by = edits.windowsWrites.isOwn(before, snapshot) ? 'window' : 'program'
    const step: FileStep = { before, snapshot, own: edits.ownWrites.isOwn(before, snapshot), by }
    // Which program changed the files is known only once main has reported its write, which may be on disk already.
    if (edits.writes > 0) {
      edits.waiting.push(step)
      return
    }
    takeStep(edits, step)
  }
  afterStep(edits)
}

/** No write runs any more: file changes during the write can be reported. */
export function catchUp(edits: PendingEdits): void {
  const steps = edits.waiting
  edits.waiting = []
  for (const step of steps) takeStep(edits, step)
  if (steps.length > 0) afterStep(edits)
}

/** Reports changes of other programs; after Ekscope's own writes the pending edits simply go on. */
function takeStep(edits: PendingEdits, step: FileStep): void {
  const { before, snapshot } = step
  tellOfReadings(edits, step)
  if (step.own) {
    edits.leftOn = new WeakMap()
    return
  }
  const base = edits.madeOn.model(before)
  edits.madeOn = { ...edits.madeOn, model: () => base }
  const paths = ({ files }: Snapshot) => files.map(({ path }) => path).join('\n')
  if (paths(before) !== paths(snapshot)) return
  const change = externalChange(before, snapshot)
  if (isQuiet(change)) return
  followRenamed(edits, renamedEntries(base, knownModel(snapshot)), base)
  recheck(edits)
  const { pending, conflicts } = edits.state.getState()
  void tellOfOthers(edits, step, change, { pending: pending.length, conflicts: conflicts.length })
}

/** Which files cannot be read any more, since when and why, and what to do; and which can be again. */
function tellOfReadings(edits: PendingEdits, { before, snapshot }: FileStep): void {
  const { host, state } = edits
  const { torn, mended } = readingsBetween(before, snapshot)
  const home = host.state.getState().app?.home ?? ''
  const since = new Date().toLocaleTimeString()
  const kept = state.getState().pending.length > 0 ? editText.external.kept : ''
  // One notice for each file: that it can be read again replaces that it cannot.
  for (const { path, problems } of torn) {
    const { at = null, message = '' } = problems.find(({ severity }) => severity === 'error') ?? {}
    const place = at === null ? '' : `${text.fileProblems.line(at.line)}: `
    const why = shortPaths(place + message, home)
    host.tell({
      tone: 'bad',
      message: editText.external.torn(shortPath(path, home), since, why),
      next: `${editText.external.unknown} ${kept}`.trimEnd(),
      of: `file ${path}`,
      action: { label: editText.external.legible, run: () => void showLegible(edits, path) },
    })
  }
  for (const { path } of mended)
    host.tell({ tone: 'info', message: editText.external.mended(shortPath(path, home)), of: `file ${path}` })
}

/** Shows what restoring the last state of a file that could be read would do now. */
export async function showLegible({ host, state }: PendingEdits, path: string): Promise<void> {
  const writes = (await host.ask('history.list')) ?? []
  const states = writes.flatMap(({ id, files }) => {
    const file = files.find((one) => one.path === path)
    return file ? [{ id, unreadable: file.unreadable }] : []
  })
  // The newest is what is there now.
  const end = states.findIndex(({ unreadable }) => unreadable === null || unreadable.before === null)
  const tear = states[end]
  if (tear?.unreadable) state.setState({ dialog: { kind: 'undo-write', id: tear.id, way: 'restore' } })
  else host.say(editText.external.noLegible)
}

/** The author and the undo of a change are known if it is in Ekscope's history: a write from a terminal or another window. */
async function tellOfOthers(
  { host, undoAtOnce }: PendingEdits,
  { before, snapshot, by }: FileStep,
  change: ExternalChange,
  mine: PendingCounts,
): Promise<void> {
  const old = new Map(before.files.map(({ path, revision }) => [path, revision]))
  const steps = snapshot.files.flatMap(({ path, revision }) => {
    const was = old.get(path) ?? null
    return was === revision ? [] : [{ path, before: was, after: revision }]
  })
  const answer = await host.bridge.request('history.writer', { steps })
  const writer = answer.ok ? answer.value : null
  const home = host.state.getState().app?.home ?? ''
  const message = externalChangeSentence(change, home, writer?.by ?? by, mine)
  const write = writer?.write ?? null
  if (write === null) return host.say(message)
  const way = write.undoes === null ? 'undo' : 'redo'
  host.tell({
    tone: 'info',
    message,
    action: { label: editText.notices[way], run: () => undoAtOnce(write.id, way) },
  })
}

function afterStep(edits: PendingEdits): void {
  recheck(edits)
  show(edits)
  if (edits.state.getState().pending.length > 0) keep(edits)
}

/** After a write: written edits are no longer pending, the others continue under the new names. */
export function settleWritten(edits: PendingEdits, written: ReadonlySet<number>, before: Snapshot): void {
  const ids = renamesOf(edits, written, before)
  let gone: ReadonlySet<EntryId> | null = null
  const isGone = (id: EntryId): boolean => {
    gone ??= goneWith(edits, written, before)
    return gone.has(id)
  }
  const { pending } = edits.state.getState()
  const done = editsOf(pending.filter(({ id }) => written.has(id)))
  const steps = stepsWith(stepsOf(edits.state.getState()), ({ id, edit }) =>
    written.has(id) || idsOf(edit).some((named) => isGone(named.id))
      ? null
      : {
          id,
          edit: afterWrite(
            withIds(edit, (named) => ids.get(named) ?? named),
            done,
          ),
        },
  )
  // Another program may have written right after: the base of the other edits is the state before that.
  const others = edits.waiting.findIndex((step) => !step.own)
  const known = edits.waiting[others]?.before
  const isKnown = known && (others > 0 || ids.size === 0)
  edits.madeOn = { ...edits.madeOn, model: isKnown ? () => knownModel(known) : knownModel }
  edits.state.setState({ conflicts: [] })
  take(edits, steps)
}

/** The files with these edits applied. */
function modelWith({ state }: PendingEdits, written: ReadonlySet<number>, before: Snapshot): EditModel {
  return appliedTo(before, editsOf(state.getState().pending.filter(({ id }) => written.has(id)))).model
}

/** Entries that no longer exist once these edits are on disk: edits of them have no target any more. */
function goneWith(edits: PendingEdits, written: ReadonlySet<number>, before: Snapshot): ReadonlySet<EntryId> {
  const idsIn = (model: EditModel) => everything(model).map(({ id }) => id)
  const left = new Set(idsIn(modelWith(edits, written, before)))
  return new Set(idsIn(modelOfSnapshot(before)).filter((id) => !left.has(id)))
}

/** Entries that these edits give another id once they are on disk: was → now. */
export const renamesOf = (edits: PendingEdits, written: ReadonlySet<number>, before: Snapshot) =>
  renamedIds(modelOfSnapshot(before), modelWith(edits, written, before))
