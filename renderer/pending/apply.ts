/** What the page asks main to do with edits: write them, undo writes, ask AWS for a refresh, import and export. */
import type { StoreApi } from 'zustand/vanilla'
import type { Edit } from '../../shared/edits/edit'
import type { Obstacle } from '../../shared/edits/obstacle'
import { grouped } from '../../shared/grouped'
import type { Input } from '../../shared/ipc/contract'
import type { ApplyAnswer, ImportFrom } from '../../shared/ipc/payloads'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import type { Fault, Result } from '../../shared/result'
import { few, fewOf } from '../text/counts'
import { editText } from '../text/edits'
import { inLocalTime } from '../text/history'
import { shortPath } from '../text/path'
import { type EditsHost, type NewNotice, together } from './host'
import { type Steps, withoutImportedEntries } from './pending'
import { stillWanted } from './rebase'
import { type EditsState, type Switched, type Switching, type UndoWay, wayOfMain } from './state'
import { titlesOf } from './titles'

/** What the user allowed: `sharedAllowed` that other contexts change along, of which the plan has shown which. */
export type ApplyRequest = Pick<Input<'edits.apply'>, 'revisions' | 'sharedAllowed' | 'inPlace' | 'force'> & {
  readonly ids: ReadonlySet<number>
}

/** `contexts`: only what belongs to these; null: everything. `revisions`: of the plan that was shown; null: whatever the files are now. */
export type UndoRequest = Omit<Input<'history.undo'>, 'run' | 'way'> & { readonly way: UndoWay }

type Written = Extract<ApplyAnswer, { kind: 'written' }>

export interface WritingParts {
  readonly host: EditsHost
  readonly state: StoreApi<EditsState>
  /** Before a write: ids that it will change. */
  readonly willWrite: (ids: ReadonlySet<number>, before: Snapshot) => void
  readonly settleWritten: (written: ReadonlySet<number>, before: Snapshot) => void
  /** A write left these files so. */
  readonly wrote: (files: Written['files']) => void
  /** No write runs any more: changes of the files meanwhile can be reported. */
  readonly caughtUp: () => void
  readonly add: (edits: readonly Edit[]) => void
  /** Takes pending changes of the current context out. */
  readonly dropCurrent: () => void
  readonly refresh: () => void
}

/** Gives the page its turn. By no timer: behind another window these come once in a second. */
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

/** How many writes keep their edits, to be offered again when another program overwrites them. */
const remembered = 20

export type Writing = ReturnType<typeof createWriting>

export function createWriting(parts: WritingParts) {
  const { host, state, willWrite, settleWritten, wrote, caughtUp, add, dropCurrent, refresh } = parts
  const { bridge, newRunId } = host
  const written = new Map<string, readonly Edit[]>()
  let writes = 0
  /** How many left something on disk. */
  let made = 0
  let switching: Switching | null = null

  const chosen = (ids: ReadonlySet<number>) => state.getState().pending.filter(({ id }) => ids.has(id))
  const homePath = (path: string) => shortPath(path, host.state.getState().app?.home ?? '')

  async function writingAs(
    run: string,
    work: () => Promise<Result<ApplyAnswer>>,
  ): Promise<Result<ApplyAnswer>> {
    writes++
    const { switched } = state.getState()
    const before = made
    state.setState({ applying: { run, wait: null, asking: false }, switched: null })
    try {
      const answer = await work()
      if (answer.ok && answer.value.kind === 'written') made++
      // Where nothing was written the last that was done is what it was before.
      if (made === before) state.setState({ switched })
      return answer
    } finally {
      // What was settled is drawn first, then what came meanwhile, and last the dialog that closes: each in a turn of its own.
      await turnOfThePage()
      writes--
      if (writes === 0) caughtUp()
      await turnOfThePage()
      state.setState({ applying: null })
    }
  }

  function noted(answer: Result<ApplyAnswer>): Result<ApplyAnswer> {
    if (answer.ok && answer.value.kind === 'written') {
      wrote(answer.value.files)
      // The files may be seen before main has said it of the checks.
      void host.followChecks()
    }
    return answer
  }

  function reportOverwritten(
    id: string,
    items: readonly { readonly kind: string; readonly name: string }[],
  ): void {
    if (items.length === 0) return
    const edits = written.get(id) ?? []
    const names = few([...new Set(items.map(({ name }) => name))])
    host.tell({
      tone: 'bad',
      message: editText.external.overwritten(names),
      action: {
        label: editText.external.reapply,
        run: () => {
          const { snapshot } = host.state.getState()
          // Of another Ekscope's write, of an undo or a restore only the lines are known.
          if (edits.length === 0) openUndo(id, 'reapply')
          else if (snapshot !== null) add(stillWanted(snapshot, edits))
        },
      },
    })
  }

  /** Undoes or reapplies a write, or restores its files; a notice says so when it is done. */
  async function undoWrite(request: UndoRequest): Promise<Result<ApplyAnswer>> {
    const uses = kubectlUses()
    const answer = await takeBack(request)
    if (answer.ok && answer.value.kind === 'written')
      host.tell({
        tone: 'info',
        message: takenBack(request.way, answer.value, uses),
        of: request.id,
      })
    return answer
  }

  /** The same, whose answer is told by whoever asks where it was written. */
  const takeBack = (request: UndoRequest): Promise<Result<ApplyAnswer>> =>
    writeAs((run) => bridge.request('history.undo', { run, ...request, way: wayOfMain[request.way] }))

  /** A write that another part of the page asks for: what it leaves in the files is Ekscope's own. `work` gets its name. */
  async function writeAs(work: (run: string) => Promise<Result<ApplyAnswer>>): Promise<Result<ApplyAnswer>> {
    const run = newRunId()
    const answer = await writingAs(run, async () => noted(await work(run)))
    refresh()
    if (answer.ok && answer.value.kind === 'written')
      reportOverwritten(answer.value.id, answer.value.overwritten)
    else if (answer.ok && answer.value.kind === 'nothing') host.say(editText.notices.nothing)
    return answer
  }

  const kubectlUses = () => host.state.getState().snapshot?.currentContext ?? null

  /** What was taken back, and where kubectl uses another context than before, which. */
  function takenBack(way: UndoWay, { files }: Written, before: string | null): string {
    const done = `${editText.notices.undone[way]} in ${fewOf(files.map(({ path }) => homePath(path)))}`
    const uses = kubectlUses()
    return uses === before ? done : `${done}: ${editText.notices.uses(uses === null ? null : few([uses]))}`
  }

  /** At once; with its dialog where the user must decide something first. Gives what was written. */
  async function undoNow(
    id: string,
    way: 'undo' | 'redo',
    take: (request: UndoRequest) => Promise<Result<ApplyAnswer>>,
    again: () => void,
  ): Promise<Written | null> {
    const all = { contexts: null, revisions: null, sharedAllowed: false, inPlace: [] }
    const answer = await take({ id, way, ...all })
    // Something is in the way, other contexts would change along, or a file needs permission.
    if (answer.ok) {
      if (answer.value.kind === 'obstructed') openUndo(id, way, answer.value.obstacles)
    } else if (answer.fault.code === 'conflict' || answer.fault.code === 'shared-entry') openUndo(id, way)
    else
      notDone(editText.notices.not[way], answer.fault, {
        of: id,
        action: { label: editText.notices[way], run: again },
      })
    return answer.ok && answer.value.kind === 'written' ? answer.value : null
  }

  /** Why nothing was written where no dialog shows it, and what is so therefore; that the user ended it is no bad news. */
  function notDone(
    so: string,
    { code, message, next }: Fault,
    more: Pick<NewNotice, 'of' | 'action'> = {},
  ): void {
    const stopped = code === 'cancelled'
    host.tell({
      tone: stopped ? 'info' : 'bad',
      message: `${stopped ? editText.notices.stopped : message} ${so}`,
      next: stopped ? null : next,
      ...more,
    })
  }

  /** Undoes a write, or an undo, at once; with its dialog where the user must decide something first. */
  function undoAtOnce(id: string, way: 'undo' | 'redo'): void {
    void undoNow(id, way, undoWrite, () => undoAtOnce(id, way))
  }

  /** Tells of a switch with the way back, which undo or redo goes, too, while it is the last that was done. */
  function tellSwitch(message: string, switched: Switched, of = switched.write): Switched {
    const { way } = switched
    state.setState({ switched })
    const { undo, redo } = editText.notices
    host.tell({
      tone: 'info',
      message,
      action: { label: way === 'undo' ? undo : redo, run: () => void turnSwitch(switched) },
      of,
    })
    return switched
  }

  /** Undo and redo wait for this switch; `pending` is what was pending when it was asked for. */
  async function asSwitch(work: (pending: Steps['pending']) => Promise<Switched | null>): Promise<void> {
    const { pending } = state.getState()
    const mine = { pending, ended: work(pending) }
    switching = mine
    try {
      await mine.ended
    } finally {
      if (switching === mine) switching = null
    }
  }

  /** Takes a switch back, or makes it again, as its notice does. */
  const turnSwitch = (last: Switched): Promise<void> =>
    asSwitch(async (pending) => {
      const { write, way } = last
      const uses = kubectlUses()
      const written = await undoNow(write, way, takeBack, () => void turnSwitch(last))
      if (written === null) return null
      const next = way === 'undo' ? 'redo' : 'undo'
      const switched = { write: written.id, way: next, to: kubectlUses(), pending } as const
      return tellSwitch(takenBack(way, written, uses), switched, write)
    })

  const applied = (
    run: string,
    snapshot: Snapshot | null,
    edits: readonly Edit[],
    allowed: Omit<ApplyRequest, 'ids'>,
  ) => {
    const titles = snapshot === null ? [] : titlesOf(snapshot, edits).map((title) => title.slice(0, 2_000))
    return bridge.request('edits.apply', {
      run,
      edits: edits.map(withoutImportedEntries),
      titles,
      ...allowed,
    })
  }

  async function switchNow(
    context: EntryId,
    said: string,
    asked: Steps['pending'],
  ): Promise<Switched | null> {
    const { snapshot } = host.state.getState()
    if (snapshot === null) return null
    const edits: readonly Edit[] = [{ kind: 'use-context', context }]
    const planned = await host.ask('edits.plan', { edits })
    if (planned === undefined) return null
    const { problems, revisions } = planned
    const blocking = problems.find(({ blocks }) => blocks)
    if (blocking !== undefined) {
      host.tell({ tone: 'bad', message: blocking.message, next: blocking.next })
      return null
    }
    const run = newRunId()
    const answer = await writingAs(run, async () =>
      noted(await applied(run, snapshot, edits, { revisions, sharedAllowed: false, inPlace: [] })),
    )
    refresh()
    if (!answer.ok) {
      const uses = kubectlUses()
      notDone(editText.notices.stillUses(uses === null ? null : few([uses])), answer.fault)
      return null
    }
    const { value } = answer
    if (value.kind === 'obstructed') {
      add(edits)
      state.setState({ dialog: { kind: 'review', obstacles: value.obstacles }, editing: null })
      return null
    }
    const isLast = state.getState().pending === asked
    // What was pending would move it again with the next write.
    dropCurrent()
    if (value.kind === 'nothing') {
      host.say(said)
      return null
    }
    const to = snapshot.contexts.find(({ id }) => id === context)?.name ?? null
    // What was changed while it was written came after it.
    const pending = isLast ? state.getState().pending : asked
    const switched = tellSwitch(said, { write: value.id, way: 'undo', to, pending })
    reportOverwritten(value.id, value.overwritten)
    return switched
  }

  /** The last switch, where undo or redo is about it: nothing was written or changed since. */
  function turnable(way: Switched['way']): Switched | null {
    const { switched, pending } = state.getState()
    const isLast = switched?.way === way && switched.pending === pending && switched.to === kubectlUses()
    return isLast ? switched : null
  }

  const openUndo = (id: string, way: UndoRequest['way'], obstacles?: readonly Obstacle[]) =>
    state.setState({
      dialog: { kind: 'undo-write', id, way, ...(obstacles && { obstacles }) },
      editing: null,
    })

  /** `tunnels`: also entries whose server is no endpoint of EKS. */
  async function refreshFromAws(contexts: readonly EntryId[], tunnels = false): Promise<void> {
    const run = newRunId()
    state.setState({ refreshing: contexts.length })
    const { environment } = host.state.getState()
    const answer = await host.ask('aws.refresh', { run, environment, contexts, tunnels })
    state.setState({ refreshing: 0 })
    if (answer === undefined) return
    const { edits, same, problems } = answer
    add(edits)
    for (const [said, alike] of grouped(problems, ({ fault }) => fault.message)) {
      const ids = alike.map(({ context }) => context)
      const message = `${few(ids.flatMap((id) => host.nameOf(id) ?? []))}: ${said}`
      const other = alike.find(({ why }) => why !== 'tunnel')
      if (other) host.notify({ ...other.fault, message })
      else
        host.tell({
          tone: 'info',
          message,
          action: { label: editText.notices.tunnels, run: () => void refreshFromAws(ids, true) },
        })
    }
    if (edits.length + same.length > 0)
      host.tell({
        tone: 'info',
        message: editText.notices.refreshed(edits.length, same.length),
        ...(edits.length > 0 ? { ofPending: 'whole' } : {}),
      })
  }

  return {
    /** Ekscope is writing: what changes now may be its own write. */
    busy: () => writes > 0,
    /** What applying these would write; edits by their ids. */
    plan: (ids: ReadonlySet<number>) =>
      bridge.request('edits.plan', { edits: chosen(ids).map(({ edit }) => withoutImportedEntries(edit)) }),
    async apply({ ids, ...allowed }: ApplyRequest) {
      const { snapshot } = host.state.getState()
      const pending = chosen(ids)
      const edits = pending.map(({ edit }) => edit)
      const run = newRunId()
      return writingAs(run, async () => {
        // It is said that it is written before it is worked out what.
        await turnOfThePage()
        if (snapshot !== null) willWrite(ids, snapshot)
        const answer = noted(await applied(run, snapshot, edits, allowed))
        if (!answer.ok) {
          refresh()
          return answer
        }
        if (answer.value.kind === 'obstructed') return answer
        if (snapshot !== null) settleWritten(ids, snapshot)
        if (answer.value.kind === 'nothing') host.say(editText.notices.nothing)
        else {
          const { id, files, overwritten } = answer.value
          written.set(id, edits)
          const [oldest] = written.keys()
          if (written.size > remembered && oldest !== undefined) written.delete(oldest)
          host.tell({
            tone: 'info',
            message: editText.notices.written(edits.length, fewOf(files.map(({ path }) => homePath(path)))),
            // Without its quotes kubectl could not read the file: that is not undone.
            action: edits.every(({ kind }) => kind === 'quote-misread')
              ? null
              : { label: editText.notices.undo, run: () => undoAtOnce(id, 'undo') },
            of: id,
          })
          reportOverwritten(id, overwritten)
        }
        return answer
      })
    },
    /**
     * Makes a context kubectl's current one at once: one value, which can be undone. `said` tells of it afterwards. Where the user
     * must decide something first it becomes a pending edit under review.
     */
    switchNow: (context: EntryId, said: string) => asSwitch((pending) => switchNow(context, said, pending)),
    async cancelApply() {
      const run = state.getState().applying?.run
      if (run !== undefined) await bridge.request('edits.cancel', { run })
    },
    /** Removes the lock that is waited for, as the user decided. */
    unlock: (path: string) => bridge.request('edits.unlock', { path }),
    undoAtOnce,
    undoWrite,
    writeAs,
    turnable,
    /** The switch that is being written, where nothing was changed since it was asked for: undo and redo wait for it. */
    switching: () => (switching?.pending === state.getState().pending ? switching : null),
    turnSwitch,
    refreshFromAws,
    /** Has main read what is to be imported; null when the user cancelled. */
    readImport: (from: ImportFrom) =>
      bridge.request('import.read', {
        from,
        edits: state.getState().pending.map(({ edit }) => withoutImportedEntries(edit)),
      }),
    /** Null when it was cancelled. */
    async exportContexts(contexts: readonly EntryId[], secrets: boolean, to: 'file' | 'clipboard') {
      const answer = await bridge.request('export.make', { contexts, secrets, to })
      if (answer.ok && answer.value?.notes.length === 0) {
        const { path } = answer.value
        host.say(
          path === null
            ? editText.notices.copied(contexts.length)
            : editText.notices.exported(homePath(path)),
        )
      }
      return answer
    },
    follow() {
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
      return together([
        bridge.on('edits.waiting', ({ run, wait }) => {
          const { applying } = state.getState()
          if (applying?.run === run) state.setState({ applying: { ...applying, wait } })
        }),
        bridge.on('edits.asking', ({ run, asking }) => {
          const { applying } = state.getState()
          if (applying?.run === run) state.setState({ applying: { ...applying, asking } })
        }),
        bridge.on('edits.overwritten', ({ id, items }) => reportOverwritten(id, items)),
      ])
    },
  }
}
