/** Contexts that use an entry which a transfer takes away: since when, and whether they are of the part that is taken. */
import type { ModelKind } from '../kubeconfig/entries'
import { type Slot, textAt } from './entry-slots'
import type { InTheWay } from './in-the-way'
import type { ModelEntry } from './model'
import { keysNaming } from './references'
import type { TransferState } from './transfer-state'

/** Contexts, or sections, that use an entry, but for those that named it before it was there. */
export function usersSince(
  state: TransferState,
  entry: ModelEntry,
  { awaitedBy }: Slot,
): readonly ModelEntry[] {
  const { draft, slots, chosen, blocks } = state
  const { kind } = entry
  return draft.usersOf(entry).filter((context) => {
    const slot = state.slotOf(context)
    // What goes with it, or is it, uses it no more.
    const goes = slot && !slot.to && chosen.slots.has(slot) && !blocks.some((one) => one.slot === slot)
    if (goes || context.id === entry.id) return false
    const before = slot?.to
    const [key = ''] = keysNaming(context, entry)
    const name = textAt(before?.entry, key)
    const dangled = name === textAt(context, key) && slots.named('to', kind, name, before?.file) === null
    const awaited = before ? dangled : isAwaiting(state, context, awaitedBy)
    if (awaited) state.unsettled.add(context.id)
    return !awaited
  })
}

/** Whether it is one of these contexts of files that the write did not touch, whatever it is called now. */
export function isAwaiting(
  state: TransferState,
  { id, name }: ModelEntry,
  contexts: Slot['awaitedBy'],
): boolean {
  const { draft } = state
  const { from } = state.input
  const file = draft.fileOf(id)?.path
  if (!contexts || from.files.some(({ path }) => path === file)) return false
  return contexts.some((one) => state.nameElsewhere('context', one, file) === name)
}

/** Whether the write changed that context, too, and it is not of the part that is taken. */
export function isOfTheRest(state: TransferState, context: ModelEntry): boolean {
  const { chosen, slots } = state
  if (chosen.whole) return false
  const slot = state.slotOf(context)
  return (
    slot !== null && !chosen.contexts.includes(slot) && slots.partsOf(slot).some(({ changed }) => changed)
  )
}

/** What is in the way where a context uses an entry that would go. */
export function usedBy(state: TransferState, kind: ModelKind, name: string, context: ModelEntry): InTheWay {
  return {
    why: 'used',
    kind,
    name,
    by: state.said(context.name) ?? '',
    beside: state.draft.scopeOf(context).alone,
  }
}
