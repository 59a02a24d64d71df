/** Entries of a transfer put back, changed, moved and taken away: each as the write says, or what is in its way is said. */
import { at, type JsonMap, sameJson, textOf, withKey } from '../json'
import { rebaseEntry } from '../kubeconfig/relative-paths'
import { nameOf, type Placed, type Slot } from './entry-slots'
import { isUnchanged, sameMeaning } from './equivalence'
import { carryOver, otherAnchor } from './fields'
import { fileOf, type ModelEntry } from './model'
import { references } from './references'
import { calledThen } from './transfer-names'
import type { TransferState } from './transfer-state'
import { isOfTheRest, usedBy, usersSince } from './transfer-users'

/** Puts an entry back that the change makes, if its name is free. */
export function restore(state: TransferState, slot: Slot): void {
  const wanted = slot.to
  if (!wanted) return
  const { draft, input } = state
  const { kind } = slot
  const { name } = wanted.entry
  const value = referring(state, slot).to
  const there = state.entryOf(slot)
  if (there) {
    if (!isUnchanged(kind, value, there.value, wanted.file))
      state.block(slot, { why: 'name-taken', kind, name, file: wanted.file })
    return
  }
  if (!draft.file(wanted.file)) return
  const pattern = input.pattern?.(wanted.entry) ?? null
  const entry = draft.add(wanted.file, kind, name, value, pattern, {
    index: state.places.placeFor(slot, wanted),
  })
  state.standsFor(slot, entry.id)
}

/** Changes an entry that is there on both sides, field by field, and moves it where the change does. */
export function change(state: TransferState, slot: Slot, was: Placed, wanted: Placed): void {
  const { draft } = state
  const { kind } = slot
  const { name } = was.entry
  const entry = state.entryOf(slot)
  const home = entry && draft.fileOf(entry.id)?.path
  if (!entry || !home) {
    const missing = fileOf(state.input.now, was.file)?.exists !== true
    state.gone(
      slot,
      missing ? { why: 'file-gone', file: was.file } : { why: 'gone', kind, name, file: was.file },
    )
    return
  }
  const moves = was.file !== wanted.file && home !== wanted.file
  if (moves && home !== was.file) {
    state.block(slot, { why: 'changed', kind, name, field: 'file', now: home })
    return
  }
  const path = moves ? wanted.file : home
  const refer = referring(state, slot)
  const states = {
    from: rebaseEntry(kind, refer.from, was.file, path),
    to: rebaseEntry(kind, refer.to, wanted.file, path),
    now: rebaseEntry(kind, entry.value, home, path),
  }
  // What is as the write left it goes where it was, as it was: nothing is to be told apart.
  if (moves && sameJson(states.from, states.now)) {
    moveTo(state, slot, entry, wanted, states.to)
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
  const { kind } = slot
  let stays = false
  // Where the new file is read together with the old one, contexts find it there.
  if (draft.scopeOf(entry) !== draft.scopeAt(wanted.file)) {
    const others = usersSince(state, entry, slot).filter((context) => {
      const user = state.slotOf(context)
      return user === null || !chosen.slots.has(user)
    })
    const other = others.find((context) => !isOfTheRest(state, context))
    if (other) state.block(slot, usedBy(state, kind, nameOf(slot), other))
    // What the rest of the write still uses stays, and is there a second time until that goes the same way.
    else stays = others.length > 0
  }
  const index = state.places.placeFor(slot, wanted)
  if (!stays) draft.remove(entry)
  const moved = draft.add(wanted.file, kind, entry.name, value, entry.id, { index, moved: !stays })
  state.standsFor(slot, moved.id)
}

/** Takes an entry away that the change does not leave there, if it is unchanged and nothing else uses it. */
export function remove(state: TransferState, slot: Slot, entry: ModelEntry): void {
  const { draft } = state
  const { kind, from: was } = slot
  if (!was) return
  const name = was.entry.name
  const home = draft.fileOf(entry.id)?.path ?? was.file
  if (!isUnchanged(kind, rebaseEntry(kind, referring(state, slot).from, was.file, home), entry.value, home)) {
    state.block(slot, { why: 'edited', kind, name })
    return
  }
  // Where another file has an entry of that name, a context finds that one: then it changes along, which the plan says.
  const scope = draft.scopeOf(entry)
  const takesOver = (one: ModelEntry): boolean => one !== entry && calledThen(state, one) === entry.name
  const namesake = scope.files.some((file) => file[kind].some(takesOver))
  const users = namesake ? [] : usersSince(state, entry, slot)
  const user = users.find((context) => !isOfTheRest(state, context))
  if (user) {
    state.block(slot, usedBy(state, kind, name, user))
    return
  }
  if (users.length > 0) return
  if (kind === 'context' && scope.currentContext() === entry.name && draft.counts(entry))
    state.removedCurrent.set(scope, entry.name)
  const stays = slot.to && state.entryOf(slot)
  // As a rename does: what is current is that very context.
  if (kind === 'context' && stays && draft.scopeOf(stays) === scope && draft.counts(entry))
    for (const file of scope.files) if (file.currentContext === name) file.currentContext = stays.name
  draft.remove(entry)
}

/** An entry's value with what it refers to by the names of now. */
function referring(state: TransferState, slot: Slot): { readonly from: JsonMap; readonly to: JsonMap } {
  const [was, wanted] = [slot.from?.entry.value ?? {}, slot.to?.entry.value ?? {}]
  const { slots } = state
  let states = { from: was, to: wanted }
  for (const { key, kind } of references[slot.kind]) {
    const [old, next] = [textOf(at(was, key)), textOf(at(wanted, key))]
    const [a, b] = [
      slots.named('from', kind, old, slot.from?.file),
      slots.named('to', kind, next, slot.to?.file),
    ]
    states = {
      from:
        old === null
          ? states.from
          : withKey(states.from, key, a?.stray?.name ?? state.nameNow(a, kind, old, slot.from?.file)),
      to: next === null ? states.to : withKey(states.to, key, state.nameNow(b, kind, next, slot.to?.file)),
    }
  }
  return states
}
