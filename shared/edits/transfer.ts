/**
 * One write undone or reapplied on what the files have become: the change between the state before it and the state after it,
 * made on a third one, entry by entry and field by field. Either all of it, or nothing and what is in its way.
 */
import { namedKinds } from '../kubeconfig/entries'
import { atOnce, type Turns } from '../turns'
import { quoted } from '../visible'
import { inverse } from './apply-edits'
import { noted, type PutBack } from './edit'
import { type Chosen, nameOf, type Slot, Slots, select, textAt } from './entry-slots'
import { calledIn } from './in-the-way'
import { fileOf } from './model'
import { references } from './references'
import { checkCurrent, pointCurrent } from './transfer-current'
import { assignNames, change, remove, restore, takeNames } from './transfer-entries'
import { type Block, type TransferInput, TransferState } from './transfer-state'

export type Transferred = ReturnType<typeof transfer>

export const transfer = (input: TransferInput) => atOnce(transferring(input))

/** Makes the change of a write, forwards or backwards, on the files as they are now. */
export function* transferring(input: TransferInput) {
  const slots = yield* new Slots(input).made()
  const chosen = select(slots, input.only)
  yield
  const { draft, blocks, notes, pointed, about } = yield* carryOut(input, slots, chosen)
  yield
  if (blocks.length === 0) {
    const model = draft.done()
    const edit = inverse(model, input.now, about)
    // One that was emptied after all is not put back.
    const same = pointed.filter(
      ({ file, currentContext }) =>
        draft.file(file)?.currentContext === currentContext && edit.current.every((one) => one.file !== file),
    )
    const back: PutBack = { ...edit, current: [...edit.current, ...same] }
    // The edit, and what it makes of the files as they are now.
    return { kind: 'edit' as const, edit: back, model, notes }
  }
  return {
    kind: 'blocked' as const,
    // What is in the way of several entries is named once.
    inTheWay: [...new Map(blocks.map(({ what }) => [JSON.stringify(what), what])).values()],
    // Contexts whose part of the change nothing is in the way of.
    free: yield* trulyFree(input, slots, freeOf(slots, chosen, blocks)),
  }
}

/** The names of contexts nothing of whose part is blocked. */
function freeOf(slots: Slots, { contexts, along }: Chosen, blocks: readonly Block[]): readonly string[] {
  const blocked = new Set(blocks.map(({ slot }) => slot))
  const isFree = (parts: readonly Slot[]): boolean => {
    const changed = parts.filter((slot) => slot.changed)
    return changed.length > 0 && !changed.some((slot) => blocked.has(slot))
  }
  return [
    ...new Set([
      ...contexts.filter((context) => isFree(slots.partsOf(context))).map(nameOf),
      ...along.filter(({ parts }) => isFree(parts)).map(({ entry }) => entry.name),
    ]),
  ]
}

/** What one context needs may still be used by another: tried before it is offered. */
function* trulyFree(input: TransferInput, slots: Slots, names: readonly string[]): Turns<readonly string[]> {
  if (names.length === 0) return []
  const chosen = select(slots, new Set(names))
  const { blocks } = yield* carryOut(input, slots, chosen)
  if (blocks.length === 0) return names
  const fewer = freeOf(slots, chosen, blocks).filter((name) => names.includes(name))
  return fewer.length < names.length ? yield* trulyFree(input, slots, fewer) : []
}

function* carryOut(input: TransferInput, slots: Slots, chosen: Chosen): Turns<TransferState> {
  const state = new TransferState(input, slots, chosen)
  const { draft, inOrder } = state

  checkFiles(state)
  takeNames(state)
  const contexts = inOrder.filter(({ kind }) => kind === 'context')
  const others = inOrder.filter(({ kind }) => kind !== 'context')
  // A context finds its cluster and user by their names; so they come first, and go last.
  for (const slot of others) if (!slot.from) restore(state, slot)
  for (const slot of inOrder) {
    yield
    if (slot.from && slot.to) change(state, slot, slot.from, slot.to)
  }
  for (const slot of contexts) if (!slot.from) restore(state, slot)
  for (const slot of [...contexts, ...others]) {
    const entry = slot.to ? slot.stray && draft.get(slot.stray.id) : state.entryOf(slot)
    if (entry) remove(state, slot, entry)
  }
  assignNames(state)
  pointCurrent(state)
  yield
  checkNames(state)
  yield
  checkReferences(state)
  yield
  noteDangling(state)
  checkCurrent(state)
  return state
}

// What is in the way beside the entries themselves: files, names and references; and what is only noted ---------

/** Every file that is to be written must be read, and be there where something is to come into it. */
function checkFiles(state: TransferState): void {
  const { draft, chosen } = state
  const { from, to, now } = state.input
  const files = new Set(
    state.inOrder.flatMap((slot) => {
      const homes = [state.idOf(slot), slot.stray?.id].flatMap((id) => (id && draft.fileOf(id)?.path) || [])
      return [...(slot.to ? [slot.to.file] : []), ...homes]
    }),
  )
  if (chosen.whole)
    for (const file of from.files)
      if (file.currentContext !== fileOf(to, file.path)?.currentContext) files.add(file.path)
  for (const path of files) {
    const file = fileOf(now, path)
    const lost = fileOf(from, path)?.exists === true && fileOf(to, path)?.exists === true && !file?.exists
    const comes = ({ from: was, to: wanted }: Slot): boolean => wanted?.file === path && was?.file !== path
    const gone = { why: 'file-gone', file: path } as const
    if (!file || (lost && state.inOrder.some(comes))) state.block(null, gone)
    else if (lost) state.gone(null, gone)
    else if (file.unreadable !== null)
      state.block(null, { why: 'file-unreadable', file: path, problem: file.unreadable })
  }
}

/** No entry comes, or gets a name, where another has that name. */
function checkNames(state: TransferState): void {
  const { draft } = state
  for (const slot of state.inOrder) {
    const { kind, to: wanted, now } = slot
    const entry = state.entryOf(slot)
    const home = entry && draft.fileOf(entry.id)
    if (!wanted || !entry || !home || (now?.name === entry.name && now.id === entry.id)) continue
    const others = new Set(draft.namesakes(entry).map(({ id }) => draft.fileOf(id)))
    // An older record does not say whether another file had that name then.
    const holder = draft.files.find(
      (file) =>
        others.has(file) &&
        (file === home || (wanted.twin === false && draft.scopeAt(file.path) === draft.scopeAt(home.path))),
    )
    if (holder) state.block(slot, { why: 'name-taken', kind, name: entry.name, file: holder.path })
  }
}

/** What is put back or changed finds what it names, if it found that then. */
function checkReferences(state: TransferState): void {
  const { draft, slots } = state
  for (const slot of state.inOrder) {
    const entry = state.entryOf(slot)
    if (!slot.to || !entry) continue
    for (const { key, kind } of references[slot.kind]) {
      const target = textAt(entry, key)
      // What it named in a file that this write did not touch may never have been there.
      const known = slots.named('to', kind, textAt(slot.to.entry, key), slot.to.file) !== null
      if (target === null || !known || draft.scopeOf(entry).winner(kind, target)) continue
      const [field, called] = calledIn(kind, state.said(target))
      state.block(slot, { why: 'dangling', kind: slot.kind, name: nameOf(slot), field, target: called })
    }
  }
}

/** A name that referred to nothing before the write refers to nothing again: as it was, but with a note. */
function noteDangling(state: TransferState): void {
  const { draft, before, notes, about } = state
  for (const id of new Set([...about, ...state.unsettled])) {
    const entry = draft.get(id)
    // One that was moved is another entry in its new place.
    const was = before.get(id) ?? (entry && state.slotOf(entry)?.now) ?? null
    const alone = entry && draft.scopeOf(entry).alone
    for (const kind of namedKinds) {
      const target = entry && textAt(entry, kind)
      if (!entry || target === null || draft.behind(entry, kind)) continue
      if (was && textAt(was, kind) === target && !before.behind(was, kind)) continue
      notes.push(
        noted(
          kind === 'cluster' ? 'dangling-cluster' : 'dangling-user',
          `The context ${quoted(entry.name)} names the ${kind} ${quoted(state.said(target))} again, which is not ${alone === null ? 'there' : `in ${alone}`}.`,
          `Choose another ${kind} for it, or delete the context.`,
        ),
      )
    }
  }
}
