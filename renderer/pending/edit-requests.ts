/** What the page asks main to do with edits: write them, undo writes, refresh from AWS, import and export. */
import type { Edit } from '../../shared/edits/edit'
import type { Obstacle } from '../../shared/edits/obstacle'
import { grouped } from '../../shared/grouped'
import type { Input } from '../../shared/ipc/contract'
import type { ApplyAnswer } from '../../shared/ipc/payloads'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import type { Fault, Result } from '../../shared/result'
import { few, fewOf } from '../text/counts'
import { editText } from '../text/edits'
import { inLocalTime } from '../text/history-texts'
import { shortPath } from '../text/path'
import { type Applying, type Switched, type UndoWay, wayOfMain } from './editing-state'
import { callAll, type NewNotice } from './edits-host'
import { editsOf, type PendingEdits } from './memory'
import { type Steps, withoutImportedEntries } from './pending'
import { add, catchUp, renamesOf, settleWritten, show, takeNext } from './pending-list'
import { stillWanted } from './rebase'
import { titlesOf } from './titles'

/** What the user allowed. `sharedAllowed`: other contexts may change too; the plan has shown which. */
export type ApplyRequest = Pick<Input<'edits.apply'>, 'revisions' | 'sharedAllowed' | 'inPlace' | 'force'> & {
  readonly ids: ReadonlySet<number>
}

/** `contexts`: only what belongs to these; null: everything. `revisions`: of the shown plan; null: any state of the files. */
export type UndoRequest = Omit<Input<'history.undo'>, 'run' | 'way'> & { readonly way: UndoWay }

type Written = Extract<ApplyAnswer, { kind: 'written' }>
type Answer = Promise<Result<ApplyAnswer>>

/** Lets the page handle other work. Uses no timer: timers of a window in the background fire only once a second. */
function turnOfThePage(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** For how many writes the edits are kept, to offer them again when another program overwrites them. */
const remembered = 20

/** The pending edits with these ids. */
const chosen = ({ state }: PendingEdits, ids: ReadonlySet<number>): readonly Edit[] =>
  editsOf(state.getState().pending.filter(({ id }) => ids.has(id)))

export const homePath = ({ host }: PendingEdits, path: string): string =>
  shortPath(path, host.state.getState().app?.home ?? '')

const pathsOf = (edits: PendingEdits, files: Written['files']): string =>
  fewOf(files.map(({ path }) => homePath(edits, path)))

const kubectlUses = ({ host }: PendingEdits): string | null =>
  host.state.getState().snapshot?.currentContext ?? null

const usesSaid = (name: string | null): string | null => (name === null ? null : few([name]))

/** What applying these would write; edits by their ids. */
export const plan = (edits: PendingEdits, ids: ReadonlySet<number>) =>
  edits.host.bridge.request('edits.plan', { edits: chosen(edits, ids).map(withoutImportedEntries) })

async function writingAs(edits: PendingEdits, work: (run: string) => Answer): Answer {
  const { state, host } = edits
  const run = host.newRunId()
  edits.writes++
  const { switched } = state.getState()
  const before = edits.made
  state.setState({ applying: { run, wait: null, asking: false, checks: 0 }, switched: null })
  try {
    const answer = await work(run)
    if (answer.ok && answer.value.kind === 'written') edits.made++
    // Where nothing was written, the last action is the same as before.
    if (edits.made === before) state.setState({ switched })
    return answer
  } finally {
    // Drawn in separate turns: first what was settled, then what arrived meanwhile, and last the closing dialog.
    await turnOfThePage()
    edits.writes--
    if (edits.writes === 0) catchUp(edits)
    await turnOfThePage()
    state.setState({ applying: null })
  }
}

/** Records what was written, so that the resulting file change is recognised as Ekscope's own. */
function noted(edits: PendingEdits, answer: Result<ApplyAnswer>): Result<ApplyAnswer> {
  if (answer.ok && answer.value.kind === 'written') {
    edits.ownWrites.wrote(answer.value.files)
    for (const step of edits.waiting) step.own ||= edits.ownWrites.isOwn(step.before, step.snapshot)
    // The file change may arrive before main has reported it for the checks.
    void edits.host.followChecks()
  }
  return answer
}

function reportOverwritten(
  edits: PendingEdits,
  { id, items }: { readonly id: string; readonly items: readonly { readonly name: string }[] },
): void {
  if (items.length === 0) return
  const written = edits.written.get(id) ?? []
  edits.host.tell({
    tone: 'bad',
    message: editText.external.overwritten(few([...new Set(items.map(({ name }) => name))])),
    action: {
      label: editText.external.reapply,
      run: () => {
        const { snapshot } = edits.host.state.getState()
        // Of a write by another Ekscope, an undo or a restore, only the lines are known.
        if (written.length === 0) openUndo(edits, id, 'reapply')
        else if (snapshot !== null) add(edits, stillWanted(snapshot, written))
      },
    },
  })
}

/** A write for another part of the page: its file changes are recognised as Ekscope's own. `work` gets the run's name. */
export async function writeAs(edits: PendingEdits, work: (run: string) => Answer): Answer {
  const answer = await writingAs(edits, async (run) => noted(edits, await work(run)))
  refresh(edits)
  if (answer.ok && answer.value.kind === 'written')
    reportOverwritten(edits, { id: answer.value.id, items: answer.value.overwritten })
  else if (answer.ok && answer.value.kind === 'nothing') edits.host.say(editText.notices.nothing)
  return answer
}

function refresh(edits: PendingEdits): void {
  edits.host.followIds(new Map())
  show(edits)
}

/** Writes pending edits. Those that main leaves out stay pending. */
export const apply = (edits: PendingEdits, { ids, ...allowed }: ApplyRequest): Answer =>
  writingAs(edits, async (run) => {
    const { host } = edits
    const { snapshot } = host.state.getState()
    const asked = edits.state.getState().pending.filter(({ id }) => ids.has(id))
    // The page shows that it is writing before it computes what to write.
    await turnOfThePage()
    if (snapshot !== null) host.followIds(renamesOf(edits, ids, snapshot), true)
    const answer = await applied(edits, run, snapshot, editsOf(asked), allowed)
    if (!answer.ok) refresh(edits)
    if (!answer.ok || answer.value.kind === 'obstructed') return answer
    const held = answer.value.kind === 'written' ? answer.value.held : undefined
    const left = new Set(held?.flatMap((one) => one.edits))
    const done = asked.filter((_, at) => !left.has(at))
    if (snapshot !== null) settleWritten(edits, new Set(done.map(({ id }) => id)), snapshot)
    if (answer.value.kind === 'nothing') {
      host.say(editText.notices.nothing)
      return answer
    }
    const { id, files, overwritten: items } = answer.value
    const list = editsOf(done)
    edits.written.set(id, list)
    const [oldest] = edits.written.keys()
    if (edits.written.size > remembered && oldest !== undefined) edits.written.delete(oldest)
    host.tell({
      tone: 'info',
      message: editText.notices.written(list.length, pathsOf(edits, files)),
      // Without the added quotes kubectl could not read the file: that is not undone.
      action: list.every(({ kind }) => kind === 'quote-misread')
        ? null
        : { label: editText.notices.undo, run: () => undoAtOnce(edits, id, 'undo') },
      of: id,
    })
    reportOverwritten(edits, { id, items })
    return answer
  })

async function applied(
  edits: PendingEdits,
  run: string,
  snapshot: Snapshot | null,
  list: readonly Edit[],
  allowed: Omit<ApplyRequest, 'ids'>,
): Answer {
  const titles = snapshot === null ? [] : titlesOf(snapshot, list).map((title) => title.slice(0, 2_000))
  const request = { run, edits: list.map(withoutImportedEntries), titles, ...allowed }
  return noted(edits, await edits.host.bridge.request('edits.apply', request))
}

// Undo of writes --------------------------------------------------------------------------------------------------

/** Undoes or reapplies a write, or restores its files; a notice says so when it is done. */
export async function undoWrite(edits: PendingEdits, request: UndoRequest): Answer {
  const uses = kubectlUses(edits)
  const answer = await takeBack(edits, request)
  if (answer.ok && answer.value.kind === 'written')
    edits.host.tell({
      tone: 'info',
      message: takenBack(edits, request.way, answer.value, uses),
      of: request.id,
    })
  return answer
}

/** `undoWrite` without the notice. */
const takeBack = (edits: PendingEdits, request: UndoRequest): Answer =>
  writeAs(edits, (run) =>
    edits.host.bridge.request('history.undo', { run, ...request, way: wayOfMain[request.way] }),
  )

/** Says what was undone, and which context kubectl uses now, where that changed. */
function takenBack(edits: PendingEdits, way: UndoWay, { files }: Written, before: string | null): string {
  const done = `${editText.notices.undone[way]} in ${pathsOf(edits, files)}`
  const uses = kubectlUses(edits)
  return uses === before ? done : `${done}: ${editText.notices.uses(usesSaid(uses))}`
}

/** Undoes at once; opens its dialog where the user must decide something first. Returns what was written. */
async function undoNow(
  edits: PendingEdits,
  id: string,
  way: 'undo' | 'redo',
  undo: typeof takeBack,
  again: () => void,
): Promise<Written | null> {
  const all = { contexts: null, revisions: null, sharedAllowed: false, inPlace: [] }
  const answer = await undo(edits, { id, way, ...all })
  // Something is in the way, other contexts would change along, or a file needs permission.
  if (answer.ok) {
    if (answer.value.kind === 'obstructed') openUndo(edits, id, way, answer.value.obstacles)
  } else if (answer.fault.code === 'conflict' || answer.fault.code === 'shared-entry')
    openUndo(edits, id, way)
  else
    notDone(edits, editText.notices.not[way], answer.fault, {
      of: id,
      action: { label: editText.notices[way], run: again },
    })
  return answer.ok && answer.value.kind === 'written' ? answer.value : null
}

/** Says why nothing was written where no dialog shows it, and the consequence. A cancel or a no by the user is no error. */
function notDone(
  { host }: PendingEdits,
  so: string,
  { code, message, next }: Fault,
  more: Pick<NewNotice, 'of' | 'action'> = {},
): void {
  if (code === 'declined') {
    host.say(so)
    return
  }
  const stopped = code === 'cancelled'
  host.tell({
    tone: stopped ? 'info' : 'bad',
    message: `${stopped ? editText.notices.stopped : message} ${so}`,
    next: stopped ? null : next,
    ...more,
  })
}

/** Undoes a write, or an undo, at once; with its dialog where the user must decide something first. */
export function undoAtOnce(edits: PendingEdits, id: string, way: 'undo' | 'redo'): void {
  void undoNow(edits, id, way, undoWrite, () => undoAtOnce(edits, id, way))
}

const openUndo = ({ state }: PendingEdits, id: string, way: UndoWay, obstacles?: readonly Obstacle[]) =>
  state.setState({
    dialog: { kind: 'undo-write', id, way, ...(obstacles && { obstacles }) },
    editing: null,
  })

// Switches of what kubectl uses -----------------------------------------------------------------------------------

/** Shows a notice about a switch with a button to revert it. Undo or redo reverts it, too, while it is the last action. */
function tellSwitch(edits: PendingEdits, message: string, switched: Switched, of = switched.write): Switched {
  edits.state.setState({ switched })
  edits.host.tell({
    tone: 'info',
    message,
    action: { label: editText.notices[switched.way], run: () => void turnSwitch(edits, switched) },
    of,
  })
  return switched
}

/** Undo and redo wait for this switch; `pending`: what was pending when it was requested. */
async function asSwitch(
  edits: PendingEdits,
  work: (pending: Steps['pending']) => Promise<Switched | null>,
): Promise<void> {
  const { pending } = edits.state.getState()
  const mine = { pending, ended: work(pending) }
  edits.switching = mine
  try {
    await mine.ended
  } finally {
    if (edits.switching === mine) edits.switching = null
  }
}

/** The switch that is being written, where nothing changed since it was requested: undo and redo wait for it. */
export const switchUnderWay = ({ state, switching }: PendingEdits) =>
  switching?.pending === state.getState().pending ? switching : null

/** The last switch, where undo or redo applies to it: nothing was written or changed since. */
export function reversibleSwitch(edits: PendingEdits, way: Switched['way']): Switched | null {
  const { switched, pending } = edits.state.getState()
  const isLast = switched?.way === way && switched.pending === pending && switched.to === kubectlUses(edits)
  return isLast ? switched : null
}

/** Reverts a switch, or repeats it, as its notice does. */
export const turnSwitch = (edits: PendingEdits, last: Switched): Promise<void> =>
  asSwitch(edits, async (pending) => {
    const { write, way } = last
    const uses = kubectlUses(edits)
    const written = await undoNow(edits, write, way, takeBack, () => void turnSwitch(edits, last))
    if (written === null) return null
    const next = way === 'undo' ? 'redo' : 'undo'
    const switched = { write: written.id, way: next, to: kubectlUses(edits), pending } as const
    return tellSwitch(edits, takenBack(edits, way, written, uses), switched, write)
  })

/**
 * Makes a context kubectl's current one at once: one value, which can be undone. `said`: the notice afterwards. Where the user
 * must decide something first it becomes a pending edit under review.
 */
export const switchNow = (edits: PendingEdits, context: EntryId, said: string): Promise<void> =>
  asSwitch(edits, async (asked) => {
    const { host, state } = edits
    const { snapshot } = host.state.getState()
    if (snapshot === null) return null
    const list: readonly Edit[] = [{ kind: 'use-context', context }]
    const planned = await host.ask('edits.plan', { edits: list })
    if (planned === undefined) return null
    const { problems, revisions } = planned
    const blocking = problems.find(({ blocks }) => blocks)
    if (blocking !== undefined) {
      host.tell({ tone: 'bad', message: blocking.message, next: blocking.next })
      return null
    }
    const answer = await writingAs(edits, (run) =>
      applied(edits, run, snapshot, list, { revisions, sharedAllowed: false, inPlace: [] }),
    )
    refresh(edits)
    if (!answer.ok) {
      notDone(edits, editText.notices.stillUses(usesSaid(kubectlUses(edits))), answer.fault)
      return null
    }
    const { value } = answer
    if (value.kind === 'obstructed') {
      add(edits, list)
      state.setState({ dialog: { kind: 'review', obstacles: value.obstacles }, editing: null })
      return null
    }
    const { pending } = state.getState()
    // A pending change of it would move it again with the next write.
    const left = pending.filter(({ edit }) => edit.kind !== 'use-context')
    if (left.length < pending.length) takeNext(edits, left)
    if (value.kind === 'nothing') {
      host.say(said)
      return null
    }
    const to = snapshot.contexts.find(({ id }) => id === context)?.name ?? null
    // Changes made during the write come after it.
    const since = pending === asked ? state.getState().pending : asked
    const switched = tellSwitch(edits, said, { write: value.id, way: 'undo', to, pending: since })
    reportOverwritten(edits, { id: value.id, items: value.overwritten })
    return switched
  })

/** `tunnels`: also entries whose server is no endpoint of EKS. */
export async function refreshFromAws(
  edits: PendingEdits,
  contexts: readonly EntryId[],
  tunnels = false,
): Promise<void> {
  const { host, state } = edits
  const run = host.newRunId()
  state.setState({ refreshing: contexts.length })
  const { environment } = host.state.getState()
  const answer = await host.ask('aws.refresh', { run, environment, contexts, tunnels })
  state.setState({ refreshing: 0 })
  if (answer === undefined) return
  const { edits: found, same, problems } = answer
  add(edits, found)
  for (const [said, alike] of grouped(problems, ({ fault }) => fault.message)) {
    const ids = alike.map(({ context }) => context)
    const message = `${few(ids.flatMap((id) => host.nameOf(id) ?? []))}: ${said}`
    const other = alike.find(({ why }) => why !== 'tunnel')
    if (other) host.notify({ ...other.fault, message })
    else
      host.tell({
        tone: 'info',
        message,
        action: { label: editText.notices.tunnels, run: () => void refreshFromAws(edits, ids, true) },
      })
  }
  if (found.length + same.length > 0)
    host.tell({
      tone: 'info',
      message: editText.notices.refreshed(found.length, same.length),
      ...(found.length > 0 ? { ofPending: 'whole' } : {}),
    })
}

/** Null when it was cancelled. */
export async function exportContexts(
  edits: PendingEdits,
  contexts: readonly EntryId[],
  secrets: boolean,
  to: 'file' | 'clipboard',
) {
  const { bridge, say } = edits.host
  const answer = await bridge.request('export.make', { contexts, secrets, to })
  if (answer.ok && answer.value?.notes.length === 0) {
    const { path } = answer.value
    say(
      path === null
        ? editText.notices.copied(contexts.length)
        : editText.notices.exported(homePath(edits, path)),
    )
  }
  return answer
}

/** Reports writes that were settled at the start, and follows main's events about writes. */
export function followWrites(edits: PendingEdits) {
  const { host, state } = edits
  void host.ask('edits.recover').then((settled = []) => {
    // It stays until the user closes it: it happened before the window was open.
    for (const { message, write } of settled)
      host.tell({
        tone: 'bad',
        message: inLocalTime(message),
        next: write && fewOf(write.titles),
        action: { label: editText.external.history, run: host.showHistory },
      })
  })
  const learn = ({ run, ...more }: Pick<Applying, 'run'> & Partial<Applying>) => {
    const { applying } = state.getState()
    if (applying?.run === run) state.setState({ applying: { ...applying, ...more } })
  }
  return callAll([
    host.bridge.on('edits.waiting', learn),
    host.bridge.on('edits.asking', learn),
    host.bridge.on('edits.overwritten', (found) => reportOverwritten(edits, found)),
  ])
}
