/**
 * One write undone or reapplied on what the files have become: the change between the two states that it led from and to,
 * made on a third one, entry by entry and field by field. Either all of it, or nothing and what is in its way.
 */
import type { EntryId } from '../kubeconfig/entries'
import { inverse } from './apply'
import type { EditProblem, PutBack } from './edit'
import { type Chosen, nameOf, type Slot, Slots, select } from './entry-slots'
import type { InTheWay } from './in-the-way'
import type { EditModel } from './model'
import { checkFiles, checkNames, checkReferences, noteDangling } from './transfer-checks'
import { pointCurrent } from './transfer-current'
import { change, remove, restore } from './transfer-entries'
import { assignNames, takeNames } from './transfer-names'
import { checkCurrent } from './transfer-reached'
import { type Block, type TransferInput, TransferState } from './transfer-state'

export type Transferred =
  | {
      readonly kind: 'edit'
      readonly edit: PutBack
      /** What the edit makes of the files as they are now. */
      readonly model: EditModel
      readonly notes: readonly EditProblem[]
    }
  /** `free`: contexts whose part of the change nothing is in the way of. */
  | { readonly kind: 'blocked'; readonly inTheWay: readonly InTheWay[]; readonly free: readonly string[] }

/** Makes the change of a write, forwards or backwards, on the files as they are now. */
export function transfer(input: TransferInput): Transferred {
  const slots = new Slots(input)
  const chosen = select(slots, input.only)
  const done = carryOut(input, slots, chosen)
  if (done.blocks.length === 0) {
    const edit = inverse(done.model, input.now, done.about)
    const same = done.pointed.filter(({ file }) => edit.current.every((one) => one.file !== file))
    const { model, notes } = done
    return { kind: 'edit', edit: { ...edit, current: [...edit.current, ...same] }, model, notes }
  }
  return {
    kind: 'blocked',
    // What is in the way of several entries is named once.
    inTheWay: [...new Map(done.blocks.map(({ what }) => [JSON.stringify(what), what])).values()],
    free: trulyFree(input, slots, freeOf(slots, chosen, done.blocks)),
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
function trulyFree(input: TransferInput, slots: Slots, names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const chosen = select(slots, new Set(names))
  const done = carryOut(input, slots, chosen)
  if (done.blocks.length === 0) return names
  const fewer = freeOf(slots, chosen, done.blocks).filter((name) => names.includes(name))
  return fewer.length < names.length ? trulyFree(input, slots, fewer) : []
}

interface Done {
  readonly model: EditModel
  readonly about: readonly EntryId[]
  readonly blocks: readonly Block[]
  /** Every current-context that is put back, also where its name is the same as now. */
  readonly pointed: PutBack['current']
  /** What is done otherwise than the write was made. */
  readonly notes: readonly EditProblem[]
}

function carryOut(input: TransferInput, slots: Slots, chosen: Chosen): Done {
  const state = new TransferState(input, slots, chosen)
  const { draft, inOrder } = state

  checkFiles(state)
  takeNames(state)
  const put = inOrder.filter(({ from: was, to: wanted }) => was === null && wanted !== null)
  // A context finds its cluster and user by their names; so they come first, and go last.
  for (const slot of put.filter(({ kind }) => kind !== 'context')) restore(state, slot)
  for (const slot of inOrder) if (slot.from && slot.to) change(state, slot, slot.from, slot.to)
  for (const slot of put.filter(({ kind }) => kind === 'context')) restore(state, slot)
  for (const kind of ['context', 'behind'] as const)
    for (const slot of state.byKind(kind)) {
      const entry = slot.to ? slot.stray && draft.get(slot.stray.id) : state.entryOf(slot)
      if (entry) remove(state, slot, entry)
    }
  assignNames(state)
  const about = [
    ...chosen.contexts.flatMap((slot) => [state.idOf(slot) ?? [], slot.stray?.id ?? []].flat()),
    ...chosen.along.map(({ entry }) => entry.id),
  ]
  const pointed = pointCurrent(state)
  checkNames(state)
  checkReferences(state)
  noteDangling(state, about)
  checkCurrent(state, pointed)
  // One that was emptied after all is not put back.
  const stands = pointed.filter(
    ({ file, currentContext }) => draft.file(file)?.currentContext === currentContext,
  )
  return { model: draft.done(), about, blocks: state.blocks, pointed: stands, notes: state.notes }
}
