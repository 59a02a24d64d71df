/** Entries of a transfer put back, changed, moved, renamed and removed: each as the write says, or its obstacle is reported. */
import { type JsonMap, sameJson } from '../json'
import { rebaseEntry } from '../kubeconfig/relative-paths'
import { carryOver, otherAnchor } from './carry-over'
import { nameOf, type Placed, type Side, type Slot, textAt } from './entry-slots'
import { isUnchanged, sameMeaning } from './equivalence'
import type { InTheWay } from './in-the-way'
import { fileOf, type ModelEntry } from './model'
import { keysNaming } from './references'
import { assign } from './rename'
import type { TransferState } from './transfer-state'

/** Puts an entry back that the change makes, if its name is free. */
export function restore(state: TransferState, slot: Slot): void {
  const wanted = slot.to
  if (!wanted) return
  const { kind } = slot
  const { file, entry } = wanted
  const { name } = entry
  const value = referring(state, slot, wanted, 'to')
  const there = state.entryOf(slot)
  if (!there) {
    const from = state.input.pattern?.(entry) ?? null
    if (state.draft.file(file)) state.add(slot, wanted, { name, value, from }, false)
  } else if (!isUnchanged(kind, value, there.value, file))
    state.block(slot, { why: 'name-taken', kind, name, file })
}

/** Changes an entry that is there on both sides, field by field, and moves it where the change does. */
export function change(state: TransferState, slot: Slot, was: Placed, wanted: Placed): void {
  const { draft } = state
  const { kind } = slot
  const { name } = was.entry
  const { file } = was
  const entry = state.entryOf(slot)
  const home = entry && draft.fileOf(entry.id)?.path
  if (!entry || !home) {
    const missing = fileOf(state.input.now, file)?.exists !== true
    state.gone(slot, missing ? { why: 'file-gone', file } : { why: 'gone', kind, name, file })
    return
  }
  const moves = file !== wanted.file && home !== wanted.file
  if (moves && home !== file) {
    state.block(slot, { why: 'changed', kind, name, field: 'file', now: home })
    return
  }
  const path = moves ? wanted.file : home
  const states = {
    from: rebaseEntry(kind, referring(state, slot, was, 'from'), file, path),
    to: rebaseEntry(kind, referring(state, slot, wanted, 'to'), wanted.file, path),
    now: rebaseEntry(kind, entry.value, home, path),
  }
  // What is as the write left it becomes what it was: nothing is to be distinguished.
  if (sameJson(states.from, states.now)) {
    if (moves) moveTo(state, slot, entry, wanted, states.to)
    else if (!sameJson(states.to, states.now)) draft.replace(entry, { value: states.to })
    return
  }
  const other = otherAnchor(kind, states, path)
  if (other) {
    state.block(slot, { why: 'other-entry', kind, name, field: other.field, now: state.said(other.now) })
    return
  }
  const { value, inTheWay } = carryOver(kind, states, path)
  for (const { field, now: is } of inTheWay)
    state.block(slot, { why: 'changed', kind, name, field, now: state.said(is) })
  if (inTheWay.length > 0) return
  // Where it means what it did before the move, it is written as it was: a path can be spelt in many ways.
  if (moves) moveTo(state, slot, entry, wanted, sameMeaning(kind, value, states.to, path) ? states.to : value)
  else if (value !== states.now) draft.replace(entry, { value })
}

function moveTo(state: TransferState, slot: Slot, entry: ModelEntry, wanted: Placed, value: JsonMap): void {
  const { draft, chosen } = state
  let stays = false
  // Where the new file is read together with the old one, contexts find it there.
  if (draft.scopeOf(entry) !== draft.scopeAt(wanted.file)) {
    const others = usersSince(state, entry, slot).filter((context) => {
      const user = state.slotOf(context)
      return user === null || !chosen.slots.has(user)
    })
    const other = others.find((context) => !isOfTheRest(state, context))
    if (other) state.block(slot, usedBy(state, slot, nameOf(slot), other))
    // What the rest of the write still uses stays, and is there a second time until the rest of the write moves it too.
    else stays = others.length > 0
  }
  if (!stays) draft.remove(entry)
  state.add(slot, wanted, { name: entry.name, value, from: entry.id }, !stays)
}

/** Takes an entry away that the change does not leave there, if it is unchanged and nothing else uses it. */
export function remove(state: TransferState, slot: Slot, entry: ModelEntry): void {
  const { draft } = state
  const { kind, from: was } = slot
  if (!was) return
  const name = was.entry.name
  const home = draft.fileOf(entry.id)?.path ?? was.file
  if (
    !isUnchanged(
      kind,
      rebaseEntry(kind, referring(state, slot, was, 'from'), was.file, home),
      entry.value,
      home,
    )
  ) {
    state.block(slot, { why: 'edited', kind, name })
    return
  }
  // Where another file has an entry of that name, a context finds that one: then it changes too, which the plan says.
  const scope = draft.scopeOf(entry)
  const takesOver = (one: ModelEntry): boolean => one !== entry && calledThen(state, one) === entry.name
  const namesake = scope.files.some((file) => file[kind].some(takesOver))
  const users = namesake ? [] : usersSince(state, entry, slot)
  const user = users.find((context) => !isOfTheRest(state, context))
  if (user) state.block(slot, usedBy(state, slot, name, user))
  if (users.length > 0) return
  if (kind === 'context' && scope.currentContext() === entry.name && draft.counts(entry))
    state.removedCurrent.set(scope, entry.name)
  const stays = slot.to && state.entryOf(slot)
  // As a rename does: what is current is that very context.
  if (kind === 'context' && stays && draft.scopeOf(stays) === scope && draft.counts(entry))
    for (const file of scope.files) if (file.currentContext === name) file.currentContext = stays.name
  draft.remove(entry)
}

/** What an entry says on one side, with what it refers to by the names of now. */
const referring = (state: TransferState, { kind }: Slot, placed: Placed, side: Side): JsonMap =>
  state.slots.referring(kind, placed, side, (slot, of, name) => {
    const stray = side === 'from' ? slot?.stray?.name : undefined
    return stray ?? state.nameNow(slot, of, name, placed.file)
  })

// Names: taken off all entries first, so that two may exchange theirs -----------------------------------------

/** Takes the names off entries that are to have another one; what refers to them follows. */
export function takeNames(state: TransferState): void {
  const { draft, names, renames } = state
  for (const slot of state.inOrder) {
    const { kind, from, to } = slot
    const entry = state.entryOf(slot)
    if (!from || !to || !entry) continue
    const [was, wanted] = [from.entry.name, to.entry.name]
    if (was === wanted || entry.name === wanted) continue
    if (entry.name !== was) {
      state.block(slot, { why: 'changed', kind, name: was, field: 'name', now: entry.name })
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

/** Gives entries the names that they are to have. */
export function assignNames(state: TransferState): void {
  for (const [slot, name] of state.renames) {
    const entry = state.entryOf(slot)
    if (entry) assign(state.draft, entry, name)
  }
}

/** The name of an entry once all have their names. */
function calledThen(state: TransferState, entry: ModelEntry): string {
  const slot = state.names.has(entry.name) ? state.slotOf(entry) : null
  return (slot && state.renames.get(slot)) ?? entry.name
}

// Contexts, or sections, that use an entry: since when, and whether they are of the part that is taken ---------

/** Whether the change itself says what it names. */
function isChanged(state: TransferState, entry: ModelEntry): boolean {
  const slot = state.slotOf(entry)
  return slot?.from != null && slot.to !== null && state.chosen.slots.has(slot)
}

/** Whether a context named so before the write already, and meant another entry than this one, or none. */
function meantAnother(state: TransferState, context: ModelEntry, entry: ModelEntry, slot: Slot): boolean {
  const { draft, slots } = state
  const { kind, awaitedBy } = slot
  const [key = ''] = keysNaming(context, entry)
  const name = textAt(context, key)
  const before = state.slotOf(context)?.to
  if (before)
    return (
      textAt(before.entry, key) === name && slots.named('to', kind, name, before.file)?.now?.id !== entry.id
    )
  // A context of a file that the write did not touch was there before; one that came to another file since was not.
  const file = draft.fileOf(context.id)?.path
  if (file && fileOf(state.input.from, file)) return false
  const meant = slots.named('to', kind, name, file)
  return (meant !== null && meant.now?.id !== entry.id) || isAwaiting(state, context, awaitedBy)
}

/** Contexts, or sections, that use an entry, but for those that named it before it was there. */
function usersSince(state: TransferState, entry: ModelEntry, { awaitedBy }: Slot): readonly ModelEntry[] {
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

/** Whether it is one of these contexts of files that the write did not touch, also under a new name. */
function isAwaiting(state: TransferState, { id, name }: ModelEntry, contexts: Slot['awaitedBy'] = []) {
  const file = state.draft.fileOf(id)?.path
  if (file && fileOf(state.input.from, file)) return false
  return contexts.some((one) => state.nameNow(null, 'context', one, file) === name)
}

/** Whether the write changed that context, too, and it is not of the part that is taken. */
function isOfTheRest(state: TransferState, context: ModelEntry): boolean {
  const { chosen, slots } = state
  const slot = chosen.whole ? null : state.slotOf(context)
  return (
    slot !== null && !chosen.contexts.includes(slot) && slots.partsOf(slot).some(({ changed }) => changed)
  )
}

/** What is in the way where a context uses an entry that would go. */
function usedBy(state: TransferState, { kind }: Slot, name: string, context: ModelEntry): InTheWay {
  return { why: 'used', kind, name, by: state.said(context.name), beside: state.draft.scopeOf(context).alone }
}
