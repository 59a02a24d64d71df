/** current-context put back by a transfer: what it named it names again, or it is left empty, or what is in its way is said. */

import { quoted } from '../visible'
import type { EditProblem, PutBack } from './edit'
import { type Place, type Slot, type Slots, standingOn } from './entry-slots'
import { currentContextOf, type EditModel, fileOf, type ModelEntry, type ModelFile } from './model'
import { emptyCurrent, type ReadScope } from './read-scope'
import { reachedCurrent, readTogether } from './resolution'
import type { TransferState } from './transfer-state'

interface Pointing {
  readonly pointed: PutBack['current'][number][]
  /** Where a current-context is put back, and whether all of these files are as the write left them. */
  readonly intactIn: Map<ReadScope, boolean>
}

/** Points current-context; the answer has every one that is put back, also where its name is the same as now. */
export function pointCurrent(state: TransferState): PutBack['current'] {
  const pointing: Pointing = { pointed: [], intactIn: new Map() }
  keepUnwritten(state, pointing)
  if (state.chosen.whole) for (const file of state.input.from.files) pointFile(state, pointing, file)
  else {
    for (const file of state.input.from.files) pointPart(state, pointing, file)
    notePart(state)
  }
  emptyDangling(state, pointing)
  return pointing.pointed
}

/** The name that a file of the write is to have, if it still has the one that the write left there. */
function pointFile(state: TransferState, { pointed, intactIn }: Pointing, file: ModelFile): void {
  const { draft, blocks, slots, input } = state
  const { to, now } = input
  const [was, wanted] = [file.currentContext, fileOf(to, file.path)?.currentContext ?? null]
  const [a, b] = [
    slots.named('from', 'context', was, file.path),
    slots.named('to', 'context', wanted, file.path),
  ]
  // What is gone leads nowhere, before and after.
  if (state.isGone(b)) return
  // The same name may be another context's, and another name the same context's.
  const same = was === wanted
  if (a === b && (a !== null || same)) return
  const is = fileOf(now, file.path)?.currentContext ?? null
  const called = (slot: Slot | null, name: string | null) =>
    name === null
      ? null
      : (slot?.now?.name ?? (slot ? name : state.nameElsewhere('context', name, file.path)))
  // A name that led nowhere and was emptied since led nowhere before and after.
  const nowhere =
    a === null &&
    !readTogether(now, state.isListed(file.path) ? null : file.path).some(({ context }) =>
      context.some(({ name }) => name === called(null, was)),
    )
  const unmoved = is === called(a, was) || (is !== null && is === a?.stray?.name) || (is === null && nowhere)
  const here = draft.file(file.path)
  // By the name that it has in the end: a rename takes along only what led to that context.
  const then = b === null || wanted === null ? called(b, wanted) : (state.entryOf(b)?.name ?? wanted)
  if ((here?.currentContext ?? null) === then && !(same && unmoved)) return
  if (!unmoved || !here) {
    // What a file says that is gone, or cannot be read, is no second thing in the way.
    if (!state.isLost(file.path)) state.block(null, { why: 'current-context', file: file.path, now: is })
    return
  }
  const name = wanted === null ? null : state.nameNow(b, 'context', wanted, file.path)
  const scope = draft.scopeAt(file.path)
  intactIn.set(scope, (intactIn.get(scope) ?? true) && input.intact.has(file.path))
  // It named what was not there before the write either.
  const dangled = b === null && (scope.alone !== null || input.reached?.context.name !== wanted)
  if (name === null || dangled || scope.taken('context', name)) {
    here.currentContext = name
    pointed.push({ file: file.path, currentContext: name })
  }
  // Else what is in the way of the context says it all.
  else if (!blocks.some(({ slot }) => slot !== null && slot === b))
    state.block(null, { why: 'current-dangling', name })
}

/**
 * A part of a write leaves current-context alone, but for one that names a context that this part takes away: what the write had
 * made of it goes back with that context, where it still is that and what it was before is there.
 */
function pointPart(state: TransferState, { pointed }: Pointing, file: ModelFile): void {
  const { draft, chosen, slots, input } = state
  const wanted = fileOf(input.to, file.path)?.currentContext ?? null
  const gone = slots.named('from', 'context', file.currentContext, file.path)
  const here = draft.file(file.path)
  if (wanted === null || gone === null || !here || !chosen.slots.has(gone)) return
  const scope = draft.scopeAt(file.path)
  const is = fileOf(input.now, file.path)?.currentContext ?? null
  const counts = scope.files.find(({ currentContext }) => currentContext !== null) === here
  const isMade = is !== null && is === gone.now?.name && is === here.currentContext
  if (!counts || !isMade || scope.taken('context', is)) return
  const back = slots.named('to', 'context', wanted, file.path)
  const name = state.nameNow(back, 'context', wanted, file.path)
  if (!scope.taken('context', name)) return
  here.currentContext = name
  pointed.push({ file: file.path, currentContext: name })
}

/** One that names what is not there is left empty, and a word said of it; but not where it led nowhere before. */
function emptyDangling(state: TransferState, { pointed, intactIn }: Pointing): void {
  const { draft, input, notes } = state
  const { from, now } = input
  for (const scope of draft.scopes) {
    const first = scope.files.find(({ currentContext }) => currentContext !== null)
    const name = first?.currentContext ?? null
    if (name === null || scope.taken('context', name)) continue
    const put = pointed.some(({ file }) => file === first?.path)
    const changed = put || name !== currentContextOf(readTogether(now, scope.alone))
    // What dangled before the write comes back, or comes to light, only with all that was beside it.
    // In a file of the write it did, unless another file had that context; in any other file the record must say it.
    const ofWrite = first !== undefined && fileOf(from, first.path) !== undefined
    const ledNowhere =
      scope.alone !== null ||
      (ofWrite
        ? input.intact.has(first.path) && input.reached?.context.name !== name
        : input.reached === null)
    if (changed && ledNowhere && intactIn.get(scope) === true) continue
    // What it names is gone; a later file's must not become current by itself.
    if (changed || name === state.removedCurrent.get(scope)) emptyCurrent(scope)
    if (changed) notes.push(leftEmpty(scope, name))
  }
}

/**
 * A write may change what a current-context leads to that it did not write: what that names, it names again. No rename
 * takes it along, unless it was chosen since.
 */
function keepUnwritten(state: TransferState, { pointed, intactIn }: Pointing): void {
  const { draft, chosen, slots, input } = state
  const { from, now, follow } = input
  const counts = draft.list.files.find(({ path }) => fileOf(now, path)?.currentContext != null)
  const isKept = (path: string): boolean => input.pointing?.has(path) ?? true
  for (const file of draft.list.files)
    if (file !== counts && !fileOf(from, file.path) && isKept(file.path))
      file.currentContext = fileOf(now, file.path)?.currentContext ?? null
  const { led, reached } = input
  if (!chosen.whole || !led || reached === undefined || isSameSlot(slots, led.context, reached?.context))
    return
  const was = reachedCurrent(now)?.context
  const slot = slots.at('from', 'context', led.context)
  const is = slot ? standingOn('from', slot) : null
  const place = slot
    ? { file: (is && fileHolding(now, is)) ?? '', name: is?.name ?? '' }
    : follow.place('context', led.context)
  if (was?.file !== place.file || was.name !== place.name) return
  if (!counts || fileOf(from, counts.path)) return
  counts.currentContext = fileOf(now, counts.path)?.currentContext ?? null
  pointed.push({ file: counts.path, currentContext: counts.currentContext })
  intactIn.set(
    draft.list,
    from.files.every(({ path }) => input.intact.has(path)),
  )
}

/** Whether a context of the side `from` is that of the side `to`. */
function isSameSlot(slots: Slots, one: Place, other: Place | undefined): boolean {
  if (!other) return false
  const slot = slots.at('from', 'context', one)
  return slot ? slot === slots.at('to', 'context', other) : one.file === other.file && one.name === other.name
}

function fileHolding({ files }: EditModel, entry: ModelEntry): string | undefined {
  return files.find((file) => file[entry.kind]?.includes(entry))?.path
}

function leftEmpty(scope: ReadScope, name: string): EditProblem {
  return {
    edit: null,
    code: 'current-context',
    blocks: false,
    message: `current-context ${inFile(scope)}named ${quoted(name)}, which is not there, so current-context is left empty.`,
    next: 'Choose another context if one is to be the current one.',
  }
}

/** Where a part of a write gives back the context that was current, and leaves it at that. */
function notePart(state: TransferState): void {
  const { draft, chosen, slots, notes } = state
  const { from, to } = state.input
  for (const file of from.files) {
    const wanted = fileOf(to, file.path)?.currentContext ?? null
    if (wanted === null || wanted === file.currentContext) continue
    const slot = slots.named('to', 'context', wanted, file.path)
    const scope = draft.file(file.path) && draft.scopeAt(file.path)
    if (!slot || !chosen.contexts.includes(slot) || scope?.currentContext() !== null) continue
    notes.push({
      edit: null,
      code: 'current-context',
      blocks: false,
      message: `current-context ${inFile(scope)}was ${quoted(wanted)} and stays empty: only part of that write is carried out.`,
      next: 'Choose that context again if it is to be the current one.',
    })
  }
}

function inFile({ alone }: ReadScope): string {
  return alone === null ? '' : `of ${alone} `
}
