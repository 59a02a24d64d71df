/** Names that a transfer gives back: taken off all entries first, so that two may exchange theirs. */
import { type Slot, textAt } from './entry-slots'
import type { ModelEntry } from './model'
import { keysNaming } from './references'
import { assign } from './rename'
import type { TransferState } from './transfer-state'
import { isAwaiting } from './transfer-users'

/** Takes the names off entries that are to have another one; what refers to them follows. */
export function takeNames(state: TransferState): void {
  const { draft, names, renames } = state
  for (const slot of state.inOrder) {
    const [was, wanted] = [slot.from?.entry.name, slot.to?.entry.name]
    const entry = state.entryOf(slot)
    if (was === undefined || wanted === undefined || was === wanted || !entry || entry.name === wanted)
      continue
    if (entry.name !== was) {
      state.block(slot, { why: 'changed', kind: slot.kind, name: was, field: 'name', now: entry.name })
      continue
    }
    // Half a surrogate pair: no file can hold it.
    const meanwhile = `\ud800${names.size}`
    names.set(meanwhile, was)
    renames.set(slot, wanted)
    const others = draft
      .usersOf(entry)
      .filter((user) => !isChanged(state, user) && meantAnother(state, user, entry, slot))
    assign(draft, entry, meanwhile)
    // By that name they go back to what it meant to them.
    for (const { id, value } of others) {
      state.unsettled.add(id)
      const context = draft.get(id)
      if (context) draft.replace(context, { value })
    }
  }
}

/** Whether the change itself says what it names. */
function isChanged(state: TransferState, entry: ModelEntry): boolean {
  const slot = state.slotOf(entry)
  return slot?.from != null && slot.to !== null && state.chosen.slots.has(slot)
}

/** Whether a context named so before the write already, and meant another entry than this one, or none. */
function meantAnother(
  state: TransferState,
  context: ModelEntry,
  entry: ModelEntry,
  { kind, awaitedBy }: Slot,
): boolean {
  const { draft, slots } = state
  const { from } = state.input
  const [key = ''] = keysNaming(context, entry)
  const name = textAt(context, key)
  const before = state.slotOf(context)?.to
  if (before)
    return (
      textAt(before.entry, key) === name && slots.named('to', kind, name, before.file)?.now?.id !== entry.id
    )
  // A context of a file that the write did not touch was there before; one that came to another file since was not.
  const file = draft.fileOf(context.id)?.path
  if (from.files.some(({ path }) => path === file)) return false
  const meant = slots.named('to', kind, name, file)
  return (meant !== null && meant.now?.id !== entry.id) || isAwaiting(state, context, awaitedBy)
}

/** What an entry is called once all have their names. */
export function calledThen(state: TransferState, entry: ModelEntry): string {
  const { name } = entry
  if (!state.names.has(name)) return name
  const slot = state.slotOf(entry)
  return (slot && state.renames.get(slot)) ?? name
}

/** Gives entries the names that they are to have. */
export function assignNames(state: TransferState): void {
  for (const [slot, name] of state.renames) {
    const entry = state.entryOf(slot)
    if (entry) assign(state.draft, entry, name)
  }
}
