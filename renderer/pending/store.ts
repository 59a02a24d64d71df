/** Pending edits: made in the grid, shown at once, previewed by main, written when the user applies them. */
import { createStore } from 'zustand/vanilla'
import { applyEdits } from '../../shared/edits/apply'
import type { Conflict } from '../../shared/edits/conflicts'
import type { Edit, EditProblem } from '../../shared/edits/edit'
import { idsOf, setsCurrent, withIds } from '../../shared/edits/kinds'
import type { EditModel } from '../../shared/edits/model'
import { renamedEntries, withEntryIds } from '../../shared/edits/renamed-entries'
import { type CurrentContextChange, currentContextChange } from '../../shared/edits/resolution'
import { appliedTo, idsAfter, modelOfSnapshot } from '../../shared/edits/snapshot'
import {
  type EntryBefore,
  type KeptContexts,
  type Pending,
  stepsWith,
  unpackedSteps,
} from '../../shared/ipc/kept'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { editText } from '../text/edits'
import { createWriting } from './apply'
import { everything } from './effects'
import { type Expecting, leftOut } from './expect'
import { externalChangeSentence, type Mine } from './external-change'
import { type EditsHost, type HostState, together } from './host'
import { byFirstId, noPreview, type Overlay, overlayOf, problemsOf, toldAsOneName } from './overlay'
import { createOwnWrites } from './own-writes'
import {
  entriesBefore,
  keptText,
  modelBefore,
  orphansIn,
  redone,
  renamedSince,
  type Steps,
  sourcesOf,
  stepped,
  undone,
  withEdits,
  withImports,
  withoutEntries,
  withoutImportedEntries,
} from './pending'
import {
  conflictKey,
  conflictsIn,
  type ExternalChange,
  editsBehind,
  externalChange,
  isQuiet,
  sameEntriesIn,
} from './rebase'
import { recentRolesAfter } from './role-offers'
import {
  type Dialog,
  type Editing,
  type EditsState,
  initialEdits,
  type Switched,
  type Switching,
} from './state'
import { createTrying } from './trying'

/** The files from one snapshot to the next. */
interface FileStep {
  readonly before: Snapshot
  readonly snapshot: Snapshot
  /** Ekscope wrote it, and no other program. */
  own: boolean
  /** Of what is not, who did it. */
  readonly by: 'window' | 'program'
}

/** How long the page waits for more edits before it asks main what they make, in milliseconds. */
const settle = 60

/** Edits in all steps, and contexts, that are given to main to keep before anything is painted: a millisecond's work. */
const mostKeptAtOnce = 2_000

export type Edits = ReturnType<typeof createEdits>

/** Another environment is shown, or compared with. */
const isElsewhere = (now: HostState, before: HostState): boolean =>
  now.environment !== before.environment || now.compare !== before.compare

export function createEdits(host: EditsHost) {
  const { bridge } = host
  const state = createStore<EditsState>(() => initialEdits)
  let lastId = 0
  let turn = 0
  let opening = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let keeping: ReturnType<typeof setTimeout> | undefined
  /** Main has given what it kept. */
  let restored = false
  /** Main is asked one thing at a time: of what was asked meanwhile only the last counts. */
  let asking = false
  let overlay: Overlay | null = null
  let previewed = noPreview
  let choicesOf: string | null = null
  let shown: Snapshot | null = null
  const ownWrites = createOwnWrites()
  /** Those of all windows: of each other one's write this one only sees the files. */
  const windowsWrites = createOwnWrites()
  /** What the files became while a write runs. */
  let waiting: FileStep[] = []
  /** Conflicts that the user decided for the own side; they do not come back while the base stays. */
  let decided = new Set<string>()
  /** Entries as they were when edits were made that were kept. */
  let entriesKept: readonly EntryBefore[] = []
  /** What lists of edits were made on that undo, redo or a decision took away: with them it comes back, and so do their conflicts. */
  let leftOn = new WeakMap<
    readonly Pending[],
    { readonly base: Snapshot | null; readonly kept: typeof entriesKept; readonly decided: typeof decided }
  >()
  /** Undo and redo that were asked for while a switch was being written. */
  let stepsAfter: Switched['way'][] = []
  const editsOf = (pending: readonly Pending[]) => pending.map(({ edit }) => edit)

  /** Lays the edits over the files: at once as the page works it out, a moment later as main does. */
  function show(): void {
    const { snapshot } = host.state.getState()
    const { pending } = state.getState()
    const asked = ++turn
    clearTimeout(timer)
    if (snapshot === null || pending.length === 0) {
      shown = snapshot
      previewed = noPreview
      state.setState({ problems: [], alsoChanges: [], previewed: true, base: snapshot })
      host.showEdits(null)
      return
    }
    overlay = overlayOf(snapshot, editsOf(pending))
    shown = overlay.snapshot
    state.setState({ problems: overlay.problems, alsoChanges: overlay.alsoChanges, previewed: false })
    host.showEdits({ overlay, previewed, fresh: false })
    timer = setTimeout(() => void preview(asked), settle)
  }

  async function preview(asked: number): Promise<void> {
    if (asking) return
    asking = true
    try {
      await previewNow(asked)
    } finally {
      asking = false
      const { previewed: known, pending } = state.getState()
      if (asked !== turn && !known && pending.length > 0) {
        clearTimeout(timer)
        void preview(turn)
      }
    }
  }

  async function previewNow(asked: number): Promise<void> {
    const { snapshot, environment, compare } = host.state.getState()
    const { pending } = state.getState()
    if (snapshot === null) return
    const edits = editsOf(pending)
    const answer = await bridge.request('edits.preview', {
      edits: edits.map(withoutImportedEntries),
      environment,
      compare,
    })
    if (asked !== turn) return
    if (!answer.ok) return host.notify(answer.fault)
    // The files moved on: a change is on its way here, and asks again.
    if (answer.value.revision !== snapshot.revision) return
    const { renamed, identities, compared, problems, alsoChanges } = answer.value
    const named = byFirstId(renamed)
    previewed = { here: named(identities), compared: named(compared) }
    state.setState({ problems, alsoChanges, previewed: true })
    if (overlay !== null) host.showEdits({ overlay, previewed, fresh: true })
  }

  function take(steps: Steps): void {
    const { pending, base } = state.getState()
    leftOn.set(pending, { base, kept: entriesKept, decided })
    const madeThen = steps.pending === pending ? undefined : leftOn.get(steps.pending)
    if (madeThen !== undefined) {
      ;({ kept: entriesKept, decided } = madeThen)
      state.setState({ base: madeThen.base })
    }
    if (steps.pending.length === 0) {
      decided = new Set()
      host.nothingPending()
    }
    state.setState({ ...steps })
    // What was kept is of the edits before.
    if (entriesKept.length > 0) entriesKept = madeFrom()
    recheck()
    show()
    keep()
  }

  /** Main keeps what is pending and what it was made on, for a reload and for whatever ends the process. */
  function keep(): void {
    clearTimeout(keeping)
    const { snapshot } = host.state.getState()
    if (!restored || snapshot === null) return
    const { pending, past, future } = state.getState()
    const edits = pending.length * (past.length + future.length + 1)
    // What takes long to write out waits until the cells are painted.
    if (edits + snapshot.contexts.length > mostKeptAtOnce) keeping = setTimeout(keepNow)
    else keepNow()
  }

  function keepNow(): void {
    const steps = withoutEntries(pick(state.getState()))
    const more: Pick<KeptContexts, 'before' | 'decided'> = { before: madeFrom(), decided: [...decided] }
    void host.ask('edits.keep', { of: 'contexts', json: keptText(steps, more) })
  }

  /** The entries that the pending edits change or name, as they were when these were made. */
  function madeFrom(): EntryBefore[] {
    const { snapshot } = host.state.getState()
    const edits = editsOf(state.getState().pending)
    if (snapshot === null || edits.length === 0) return []
    const base = madeOn()
    // Just applied, to be shown.
    if (base === null)
      return entriesBefore(modelOfSnapshot(snapshot), appliedTo(snapshot, edits).model, edits)
    return entriesBefore(base, applyEdits(base, edits).model, edits)
  }

  /** What the pending edits were made on; null when that is what is there now. */
  function madeOn(): EditModel | null {
    const { snapshot } = host.state.getState()
    const { base } = state.getState()
    if (snapshot === null || base === snapshot) return null
    if (base !== null) return modelOfSnapshot(base)
    return entriesKept.length === 0 ? null : modelBefore(snapshot, entriesKept)
  }

  /** Conflicts of what is pending now; the base follows the files when there is none. */
  function recheck(): void {
    const { snapshot } = host.state.getState()
    const { base, pending } = state.getState()
    if (snapshot === null) return
    const before = pending.length === 0 ? null : madeOn()
    const conflicts =
      before === null
        ? []
        : conflictsIn(before, snapshot, pending).filter((one) => !decided.has(conflictKey(one)))
    if (conflicts.length === 0) {
      decided = new Set()
      entriesKept = []
    }
    state.setState(({ dialog, pending }) => ({
      conflicts,
      base: conflicts.length === 0 ? snapshot : base,
      dialog:
        dialog?.kind !== 'conflicts' || conflicts.length > 0
          ? dialog
          : dialog.inReview && pending.length > 0
            ? { kind: 'review' }
            : null,
    }))
  }

  /** Entries that another program renamed: edits, the way back, the open editor and the selection go on with them. */
  function followRenamed(ids: ReadonlyMap<EntryId, EntryId>, before: EditModel): void {
    if (ids.size === 0) return
    const steps = stepsWith(pick(state.getState()), ({ id, edit }) => ({
      id,
      edit: withIds(edit, (named) => ids.get(named) ?? named),
    }))
    const base = withEntryIds(before, ids)
    const edits = editsOf(steps.pending)
    entriesKept = entriesBefore(base, applyEdits(base, edits).model, edits)
    const follow = (id: EntryId) => ids.get(id) ?? id
    state.setState(({ editing }) => ({
      ...steps,
      base: null,
      editing: editing && { ...editing, row: follow(editing.row), rows: editing.rows.map(follow) },
    }))
    host.followIds(ids)
  }

  function follow(snapshot: Snapshot, before: Snapshot | null): void {
    if (before !== null) {
      const by = windowsWrites.isOwn(before, snapshot) ? 'window' : 'program'
      const step: FileStep = { before, snapshot, own: ownWrites.isOwn(before, snapshot), by }
      // Who changed the files is known once main has said what it wrote, which it may have done already.
      if (writing.busy()) {
        waiting.push(step)
        return
      }
      takeStep(step)
    }
    afterStep()
  }

  /** Reports what other programs changed; on what Ekscope wrote itself the pending edits go on. */
  function takeStep({ before, snapshot, own, by }: FileStep): void {
    if (own) {
      leftOn = new WeakMap()
      if (state.getState().conflicts.length === 0) state.setState({ base: snapshot })
      return
    }
    const paths = ({ files }: Snapshot) => files.map(({ path }) => path).join('\n')
    if (paths(before) !== paths(snapshot)) return
    const change = externalChange(before, snapshot)
    if (isQuiet(change)) return
    const base = madeOn()
    if (base !== null && (state.getState().base !== before || !sameEntriesIn(before, snapshot)))
      followRenamed(renamedEntries(base, modelOfSnapshot(snapshot)), base)
    recheck()
    const { pending, conflicts } = state.getState()
    const mine = { pending: pending.length, conflicts: conflicts.length }
    void tellOfOthers({ before, snapshot, by }, change, mine)
  }

  /** Who it was and how it is undone is known where Ekscope's history has it: a terminal's, another window's. */
  async function tellOfOthers(
    { before, snapshot, by }: Omit<FileStep, 'own'>,
    change: ExternalChange,
    mine: Mine,
  ): Promise<void> {
    const old = new Map(before.files.map(({ path, revision }) => [path, revision]))
    const steps = snapshot.files.flatMap(({ path, revision }) => {
      const was = old.get(path) ?? null
      return was === revision ? [] : [{ path, before: was, after: revision }]
    })
    const answer = await bridge.request('history.writer', { steps })
    const writer = answer.ok ? answer.value : null
    const home = host.state.getState().app?.home ?? ''
    const message = externalChangeSentence(change, home, writer?.by ?? by, mine)
    const write = writer?.write ?? null
    if (write === null) return host.say(message)
    const { undo, redo } = editText.notices
    const way = write.undoes === null ? 'undo' : 'redo'
    host.tell({
      tone: 'info',
      message,
      action: { label: way === 'undo' ? undo : redo, run: () => writing.undoAtOnce(write.id, way) },
    })
  }

  function afterStep(): void {
    recheck()
    show()
    if (state.getState().pending.length > 0) keep()
  }

  /** After a write: what was written is no longer pending, the rest goes on under the new names. */
  function settleWritten(written: ReadonlySet<number>, before: Snapshot): void {
    const ids = renamesOf(written, before)
    let gone: ReadonlySet<EntryId> | null = null
    const isGone = (id: EntryId): boolean => {
      gone ??= goneWith(written, before)
      return gone.has(id)
    }
    const steps = stepsWith(pick(state.getState()), ({ id, edit }) =>
      written.has(id) || idsOf(edit).some((named) => isGone(named.id))
        ? null
        : { id, edit: withIds(edit, (named) => ids.get(named) ?? named) },
    )
    // Another program may have written right after: the rest was made on what was there before that.
    const others = waiting.findIndex((step) => !step.own)
    const known = waiting[others]?.before
    const base = known && (others > 0 || ids.size === 0) ? known : host.state.getState().snapshot
    state.setState({ base, conflicts: [] })
    take(steps)
  }

  /** Entries that are not there any more once these edits are on disk: what was to be done with them has nothing to be about. */
  function goneWith(written: ReadonlySet<number>, before: Snapshot): ReadonlySet<EntryId> {
    const done = state.getState().pending.filter(({ id }) => written.has(id))
    const idsIn = (model: EditModel) => everything(model).map(({ id }) => id)
    const left = new Set(idsIn(appliedTo(before, editsOf(done)).model))
    return new Set(idsIn(modelOfSnapshot(before)).filter((id) => !left.has(id)))
  }

  /** Entries that these edits give another id once they are on disk: was → now. */
  function renamesOf(written: ReadonlySet<number>, before: Snapshot): ReadonlyMap<EntryId, EntryId> {
    const { model } = appliedTo(before, editsOf(state.getState().pending.filter(({ id }) => written.has(id))))
    return new Map([...idsAfter(model)].filter(([was, now]) => was !== now))
  }

  const { follow: followTries, ...trying } = createTrying(host, state)

  const writing = createWriting({
    host,
    state,
    willWrite: (ids, before) => host.followIds(renamesOf(ids, before), true),
    settleWritten,
    wrote(files) {
      ownWrites.wrote(files)
      for (const step of waiting) step.own ||= ownWrites.isOwn(step.before, step.snapshot)
    },
    caughtUp() {
      const steps = waiting
      waiting = []
      for (const step of steps) takeStep(step)
      if (steps.length > 0) afterStep()
    },
    add: (edits) => add(edits),
    dropCurrent() {
      const steps = pick(state.getState())
      const left = steps.pending.filter(({ edit }) => edit.kind !== 'use-context')
      if (left.length < steps.pending.length) take(stepped(steps, left))
    },
    refresh() {
      host.followIds(new Map())
      show()
    },
  })

  /** Adds edits as one step, which also takes out those of `drop`. */
  function add(edits: readonly Edit[], drop: ReadonlySet<number> = new Set()): void {
    if (edits.length === 0 && drop.size === 0) return
    const steps = state.getState()
    const next = withEdits(
      steps.pending.filter(({ id }) => !drop.has(id)),
      edits,
      () => ++lastId,
    )
    const { snapshot } = host.state.getState()
    // A moved context has another id from now on: selection and cursor go along.
    if (snapshot !== null && edits.some(({ kind }) => kind === 'move-contexts'))
      host.followIds(overlayOf(snapshot, editsOf(next)).moved)
    state.setState({ recentRoles: recentRolesAfter(steps.recentRoles, edits) })
    take(stepped(pick(steps), next))
  }

  function drop(ids: ReadonlySet<number>): void {
    const steps = pick(state.getState())
    take(
      stepped(
        steps,
        steps.pending.filter(({ id }) => !ids.has(id)),
      ),
    )
  }

  const pick = ({ pending, past, future }: Steps): Steps => ({ pending, past, future })

  function step(way: Switched['way']): void {
    const switching = writing.switching()
    if (switching === null) stepNow(way, writing.turnable(way))
    else {
      stepsAfter.push(way)
      if (stepsAfter.length === 1) void stepAfter(switching)
    }
  }

  function stepNow(way: Switched['way'], switched: Switched | null): void {
    if (switched !== null) return void writing.turnSwitch(switched)
    const steps = (way === 'undo' ? undone : redone)(pick(state.getState()))
    if (steps) take(steps)
  }

  /** Once the switch is written, which was the last act when these were asked for; where it was not, they are about nothing. */
  async function stepAfter(first: Switching): Promise<void> {
    let switching: Switching | null = first
    for (let way = stepsAfter[0]; way !== undefined; way = stepsAfter[0]) {
      const switched: Switched | null = switching === null ? writing.turnable(way) : await switching.ended
      if (switching !== null && switched === null) {
        stepsAfter = []
        return
      }
      stepNow(way, switched?.way === way ? switched : null)
      stepsAfter.shift()
      switching = writing.switching()
    }
  }

  return {
    state,
    add,
    /** Takes edits out of the list, as one step. */
    drop,
    discardAll() {
      const steps = state.getState()
      if (steps.pending.length > 0) take(stepped(pick(steps), []))
    },
    /** Back, the last switch of what kubectl uses where nothing came after it, else the last pending change. */
    undo: () => step('undo'),
    redo: () => step('redo'),
    /** Whether there is something to undo, or to redo. */
    canStep(way: 'back' | 'forward') {
      const { past, future } = state.getState()
      if (writing.switching() !== null) return true
      if (writing.turnable(way === 'back' ? 'undo' : 'redo') !== null) return true
      return (way === 'back' ? past : future).length > 0
    },
    /** Problems of edits on top of the pending ones that the page can find at once. */
    check(edits: readonly Edit[]): readonly EditProblem[] {
      const { snapshot } = host.state.getState()
      if (snapshot === null) return []
      const { pending, problems } = state.getState()
      // As they will be taken over, so that what was applied for this is what is shown then.
      const next = editsOf(withEdits(pending, edits, () => 0))
      const found = problemsOf(edits, next, appliedTo(snapshot, next).problems, problems)
      return toldAsOneName(edits, found, (contexts, name) =>
        editText.oneName(
          contexts.flatMap((id) => host.nameOf(id) ?? []),
          name,
        ),
      )
    },
    /** How these edits, on top of the pending ones, change current-context without setting it; null: they do not. */
    currentContextAfter(edits: readonly Edit[]): CurrentContextChange | null {
      const { snapshot } = host.state.getState()
      if (snapshot === null || edits.some(setsCurrent)) return null
      const before = editsOf(state.getState().pending)
      const after = (list: readonly Edit[]) => appliedTo(snapshot, list).model
      return currentContextChange(after(before), after([...before, ...edits]))
    },
    /** What else becomes of it in files: those of whose contexts these edits touch none, and in which it would be empty then. */
    currentContextEmptied(edits: readonly Edit[]) {
      const { snapshot } = host.state.getState()
      if (snapshot === null) return []
      const before = editsOf(state.getState().pending)
      const was = appliedTo(snapshot, before).model
      const then = new Map(
        appliedTo(snapshot, [...before, ...edits]).model.files.map((file) => [file.path, file]),
      )
      return was.files.flatMap(({ path, currentContext: name, context }) => {
        const file = then.get(path)
        const touched = file === undefined || context.some((one, at) => one.id !== file.context[at]?.id)
        return !name || touched || file.currentContext ? [] : [{ path, name }]
      })
    },
    /** The same problems as main finds them, which also knows the AWS files (a role on top of a role). */
    async ask(edits: readonly Edit[]): Promise<readonly EditProblem[]> {
      const before = editsOf(state.getState().pending)
      const foreseen = await trying.foresee([...before, ...edits])
      return foreseen === null
        ? []
        : problemsOf(edits, [...before, ...edits], foreseen.problems, state.getState().problems)
    },
    /** Entries that are the same under several names, with what is pending. */
    async duplicates() {
      const edits = editsOf(state.getState().pending).map(withoutImportedEntries)
      return (await host.ask('edits.duplicates', { edits })) ?? []
    },
    startEditing(editing: Omit<Editing, 'opening'>) {
      state.setState({ editing: { ...editing, opening: ++opening } })
    },
    stopEditing: () => state.setState({ editing: null }),
    open(dialog: Dialog | null) {
      state.setState({ dialog, editing: null })
    },
    /** Profiles, roles and regions for pickers; asked once for an environment. */
    async loadChoices() {
      const { environment } = host.state.getState()
      if (choicesOf === environment) return
      choicesOf = environment
      const choices = await host.ask('aws.choices', { environment })
      if (choices === undefined) choicesOf = null
      else state.setState({ choices })
    },
    resolve(conflict: Conflict, side: 'mine' | 'theirs') {
      const { pending } = state.getState()
      const { snapshot } = host.state.getState()
      const base = madeOn()
      if (base === null || snapshot === null) return
      if (side === 'mine') {
        decided.add(conflictKey(conflict))
        // It is not asked again, whichever list comes back.
        leftOn = new WeakMap()
      } else {
        drop(editsBehind(base, snapshot, pending, conflict))
      }
      recheck()
      keep()
    },
    /** Makes contexts expect others: edits become pending, words alone are taken back once main has asked. Says who is left out. */
    async expect({ edits, forget, left }: Expecting) {
      if (edits.length > 0) add(edits)
      if (left.length > 0) host.say(leftOut(left))
      if (forget.length > 0) await host.ask('expected.forget', { contexts: forget })
    },
    /** Which id a context has once these edits are on disk, by the one that it has now: to be asked before they are written. */
    idsOnceWritten(ids: ReadonlySet<number>) {
      const { snapshot } = host.state.getState()
      const renamed = snapshot === null ? new Map<EntryId, EntryId>() : renamesOf(ids, snapshot)
      return (context: EntryId) => renamed.get(context) ?? context
    },
    /** A sentence at the edge of the window. */
    say: host.say,
    /** The same of something that is pending: it goes when that is discarded or written. */
    sayOfPending: (message: string) => host.tell({ tone: 'info', message, ofPending: 'whole' }),
    /** The same with what can be done about it. */
    tell: host.tell,
    /** The files with pending edits. */
    edited: () => shown ?? host.state.getState().snapshot,
    /** Takes over what main kept, of which some was lost; until then it is given nothing. */
    async restore(kept: KeptContexts | null, someLost: boolean) {
      const steps = kept && unpackedSteps(kept)
      restored = true
      // What the user was quicker with comes after what was kept.
      const meanwhile = editsOf(state.getState().pending)
      if (kept === null || steps === null) return meanwhile.length > 0 ? keep() : undefined
      const sources = sourcesOf(steps)
      const imports = sources.length === 0 ? undefined : await host.ask('import.again', { sources })
      const brought = withImports(steps, imports ?? [])
      const { snapshot } = host.state.getState()
      const orphans =
        someLost && snapshot !== null ? orphansIn(snapshot, kept.before, brought.pending) : new Set()
      const ids = [...steps.pending, ...steps.past.flat(), ...steps.future.flat()].map(({ id }) => id)
      lastId = Math.max(lastId, 0, ...ids)
      entriesKept = kept.before
      decided = new Set(kept.decided)
      state.setState({ ...stepsWith(brought, (one) => (orphans.has(one.id) ? null : one)), base: null })
      const base = madeOn()
      if (snapshot !== null && base !== null) followRenamed(renamedSince(snapshot, kept.before), base)
      take(pick(state.getState()))
      add(meanwhile)
    },
    /** Follows files and reports; returns the function that stops. */
    start: () =>
      together([
        host.state.subscribe((now, before) => {
          if (now.snapshot !== null && now.snapshot !== before.snapshot) follow(now.snapshot, before.snapshot)
          else if (isElsewhere(now, before)) {
            // Whom another environment makes of the edits is nothing to show in this one, not even till main has answered.
            previewed = noPreview
            if (state.getState().pending.length > 0) show()
          } else if (now.reports !== before.reports && state.getState().pending.length > 0) show()
          if (now.environment !== before.environment || now.reports !== before.reports) choicesOf = null
        }),
        writing.follow(),
        followTries(),
        bridge.on('edits.wrote', ({ files }) => windowsWrites.wrote(files)),
        bridge.on('identity.changed', () => {
          if (state.getState().pending.length > 0) show()
        }),
        () => clearTimeout(timer),
      ]),
    ...writing,
    ...trying,
  }
}
