/**
 * One write undone or reapplied on what the files have become: the change between the two states that it led from and to,
 * made on a third one, entry by entry and field by field. Either all of it, or nothing and what is in its way.
 */
import { inverse } from './apply'
import type { EditProblem, PutBack } from './edit'
import { type Chosen, nameOf, type Slot, Slots, select } from './entry-slots'
import type { InTheWay } from './in-the-way'
import type { EditModel } from './model'
import { checkFiles, checkNames, checkReferences, noteDangling } from './transfer-checks'
import { checkCurrent, pointCurrent } from './transfer-current'
import { assignNames, change, remove, restore, takeNames } from './transfer-entries'
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
  const { draft, blocks, notes, pointed, about } = carryOut(input, slots, chosen)
  if (blocks.length === 0) {
    const model = draft.done()
    const edit = inverse(model, input.now, about)
    // One that was emptied after all is not put back.
    const same = pointed.filter(
      ({ file, currentContext }) =>
        draft.file(file)?.currentContext === currentContext && edit.current.every((one) => one.file !== file),
    )
    return { kind: 'edit', edit: { ...edit, current: [...edit.current, ...same] }, model, notes }
  }
  return {
    kind: 'blocked',
    // What is in the way of several entries is named once.
    inTheWay: [...new Map(blocks.map(({ what }) => [JSON.stringify(what), what])).values()],
    free: trulyFree(input, slots, freeOf(slots, chosen, blocks)),
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
  const { blocks } = carryOut(input, slots, chosen)
  if (blocks.length === 0) return names
  const fewer = freeOf(slots, chosen, blocks).filter((name) => names.includes(name))
  return fewer.length < names.length ? trulyFree(input, slots, fewer) : []
}

function carryOut(input: TransferInput, slots: Slots, chosen: Chosen): TransferState {
  const state = new TransferState(input, slots, chosen)
  const { draft, inOrder } = state

  checkFiles(state)
  takeNames(state)
  const contexts = inOrder.filter(({ kind }) => kind === 'context')
  const others = inOrder.filter(({ kind }) => kind !== 'context')
  // A context finds its cluster and user by their names; so they come first, and go last.
  for (const slot of others) if (!slot.from) restore(state, slot)
  for (const slot of inOrder) if (slot.from && slot.to) change(state, slot, slot.from, slot.to)
  for (const slot of contexts) if (!slot.from) restore(state, slot)
  for (const slot of [...contexts, ...others]) {
    const entry = slot.to ? slot.stray && draft.get(slot.stray.id) : state.entryOf(slot)
    if (entry) remove(state, slot, entry)
  }
  assignNames(state)
  pointCurrent(state)
  checkNames(state)
  checkReferences(state)
  noteDangling(state)
  checkCurrent(state)
  return state
}
