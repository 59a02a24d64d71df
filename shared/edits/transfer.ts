/**
 * One write undone or reapplied on what the files have become: the change between the two states that it led from and to,
 * made on a third one, entry by entry and field by field. Either all of it, or nothing and what is in its way.
 */
import { at, type JsonMap, sameJson, textOf, withKey } from '../json'
import { type EntryId, type EntryKind, entryKinds } from '../kubeconfig/entries'
import { rebaseEntry } from '../kubeconfig/relative-paths'
import { inverse } from './apply'
import { Draft } from './draft'
import type { EditProblem, PutBack } from './edit'
import {
  behind,
  type ChangeNow,
  type Chosen,
  nameOf,
  type Place,
  type Placed,
  type Side,
  type Slot,
  type Slots,
  select,
  slotsOf,
  standingOn,
  textAt,
} from './entry-slots'
import { isUnchanged, sameMeaning } from './equivalence'
import { carryOver, otherAnchor } from './fields'
import type { InTheWay } from './in-the-way'
import { currentContextOf, type EditModel, type ModelEntry, type ModelFile } from './model'
import { countsIn, emptyCurrent, type ReadScope } from './read-scope'
import { quoted } from './refusal'
import { assign } from './rename'
import { type ReachedCurrent, reachedCurrent, readTogether } from './resolution'

export interface TransferInput extends ChangeNow {
  /** Only what belongs to these contexts; null: everything. */
  readonly only: ReadonlySet<string> | null
  /** Files that are, byte for byte, as the change is to find them. */
  readonly intact: ReadonlySet<string>
  /** The id under which the planner finds the text of an entry of `to`. */
  readonly pattern?: (entry: ModelEntry) => EntryId | null
}

export type Transferred =
  | { readonly kind: 'edit'; readonly edit: PutBack; readonly notes: readonly EditProblem[] }
  /** `free`: contexts whose part of the change nothing is in the way of. */
  | { readonly kind: 'blocked'; readonly inTheWay: readonly InTheWay[]; readonly free: readonly string[] }

/** Makes the change of a write, forwards or backwards, on the files as they are now. */
export function transfer(input: TransferInput): Transferred {
  const slots = slotsOf(input)
  const chosen = select(slots, input.only)
  const done = carryOut(input, slots, chosen)
  if (done.blocks.length === 0) {
    const edit = inverse(done.model, input.now, done.about)
    const same = done.pointed.filter(({ file }) => edit.current.every((one) => one.file !== file))
    return { kind: 'edit', edit: { ...edit, current: [...edit.current, ...same] }, notes: done.notes }
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

interface Block {
  readonly slot: Slot | null
  readonly what: InTheWay
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
  const { from, to, now, follow } = input
  const draft = new Draft(now)
  const blocks: Block[] = chosen.unknown.map((name) => ({
    slot: null,
    what: { why: 'no-part', name },
  }))
  /** The entry that stands for a slot: the one that is there now, or the one that was put back. */
  const ids = new Map<Slot, EntryId>()
  /** And the other way round. */
  const slotOf = new Map<EntryId, Slot>()
  function standsFor(slot: Slot, id: EntryId): void {
    ids.set(slot, id)
    slotOf.set(id, slot)
  }
  for (const slot of slots.all) if (slot.now) standsFor(slot, slot.now.id)
  const entryOf = (slot: Slot): ModelEntry | null => draft.get(ids.get(slot) ?? '')
  const pointed: PutBack['current'][number][] = []
  const notes: EditProblem[] = []
  const isListed = (path: string): boolean => draft.list.files.some((file) => file.path === path)
  const block = (slot: Slot | null, what: InTheWay): void => void blocks.push({ slot, what })

  /** Names that were taken off entries until all have theirs. */
  const names = new Map<string, string>()
  const renames = new Map<Slot, string>()
  /** Contexts by whose names something else is meant again, or nothing. */
  const unsettled = new Set<EntryId>()
  const said = (name: string | null | undefined): string | null | undefined =>
    typeof name === 'string' ? (names.get(name) ?? name) : name

  /** What has that name in no file of the write, among what is read together with `file`, is called now. */
  const nameElsewhere = (kind: EntryKind, name: string, file: string | undefined): string => {
    // A file beside the list is one of the write: what it does not have led nowhere, and stays.
    if (file !== undefined && !isListed(file)) return name
    const untouched = draft.list.files.flatMap(({ path }) => (fileOf(from, path) ? [] : [path]))
    return follow(kind, { file: slots.fileBefore(kind, name, null) ?? untouched, name }).name
  }

  /** What is called so on one side is called now; put back under that name where it is not there. */
  const current = (slot: Slot | null, kind: EntryKind, name: string, file: string | undefined): string => {
    if (slot === null) return nameElsewhere(kind, name, file)
    return entryOf(slot)?.name ?? name
  }

  /** A context's value with what it refers to by the names of now. */
  function referring(slot: Slot): { readonly from: JsonMap; readonly to: JsonMap } {
    const [was, wanted] = [slot.from?.entry.value ?? {}, slot.to?.entry.value ?? {}]
    if (slot.kind !== 'context') return { from: was, to: wanted }
    let states = { from: was, to: wanted }
    for (const kind of behind) {
      const [old, next] = [textOf(at(was, kind)), textOf(at(wanted, kind))]
      const [a, b] = [
        slots.named('from', kind, old, slot.from?.file),
        slots.named('to', kind, next, slot.to?.file),
      ]
      states = {
        from:
          old === null
            ? states.from
            : withKey(states.from, kind, a?.stray?.name ?? current(a, kind, old, slot.from?.file)),
        to: next === null ? states.to : withKey(states.to, kind, current(b, kind, next, slot.to?.file)),
      }
    }
    return states
  }

  let wantedBy: ReadonlyMap<ModelEntry, Slot> | null = null
  const wantedPlaces = new Map<readonly ModelEntry[], ReadonlyMap<ModelEntry, number>>()
  let lastPlace = 0
  const inOrder = [...chosen.slots]
  const byKind = (kind: EntryKind | 'behind') =>
    inOrder.filter((slot) => (kind === 'behind' ? slot.kind !== 'context' : slot.kind === kind))

  checkFiles()
  takeNames()
  const put = inOrder.filter(({ from: was, to: wanted }) => was === null && wanted !== null)
  // A context finds its cluster and user by their names; so they come first, and go last.
  for (const slot of put.filter(({ kind }) => kind !== 'context')) restore(slot)
  for (const slot of inOrder) if (slot.from && slot.to) change(slot, slot.from, slot.to)
  for (const slot of put.filter(({ kind }) => kind === 'context')) restore(slot)
  /** The current context's name where that context went. */
  const removedCurrent = new Map<ReadScope, string>()
  /** Where a current-context is put back, and whether all of these files are as the write left them. */
  const intactIn = new Map<ReadScope, boolean>()
  for (const kind of ['context', 'behind'] as const)
    for (const slot of byKind(kind)) {
      const entry = slot.to ? slot.stray && draft.get(slot.stray.id) : entryOf(slot)
      if (entry) remove(slot, entry)
    }
  assignNames()
  const about = [
    ...chosen.contexts.flatMap((slot) => [ids.get(slot) ?? [], slot.stray?.id ?? []].flat()),
    ...chosen.along.map(({ entry }) => entry.id),
  ]
  pointCurrent()
  checkNames()
  checkReferences()
  noteDangling()
  checkCurrent()
  // One that was emptied after all is not put back.
  const stands = pointed.filter(
    ({ file, currentContext }) => draft.file(file)?.currentContext === currentContext,
  )
  return { model: draft.done(), about, blocks, pointed: stands, notes }

  function fileOf(model: EditModel, path: string): ModelFile | undefined {
    return model.files.find((file) => file.path === path)
  }

  function checkFiles(): void {
    const files = new Set(
      inOrder.flatMap((slot) => {
        const homes = [ids.get(slot), slot.stray?.id].flatMap((id) => draft.fileOf(id ?? '')?.path ?? [])
        return [...(slot.to ? [slot.to.file] : []), ...homes]
      }),
    )
    if (chosen.whole)
      for (const file of from.files)
        if (file.currentContext !== fileOf(to, file.path)?.currentContext) files.add(file.path)
    for (const path of files) {
      const file = fileOf(now, path)
      const lost = fileOf(from, path)?.exists === true && fileOf(to, path)?.exists === true && !file?.exists
      if (lost || !file) block(null, { why: 'file-gone', file: path })
      else if (file.unreadable !== null)
        block(null, { why: 'file-unreadable', file: path, problem: file.unreadable })
    }
  }

  function isLost(path: string): boolean {
    return blocks.some(
      ({ what }) => (what.why === 'file-gone' || what.why === 'file-unreadable') && what.file === path,
    )
  }

  function takeNames(): void {
    for (const slot of inOrder) {
      const [was, wanted] = [slot.from?.entry.name, slot.to?.entry.name]
      const entry = entryOf(slot)
      if (was === undefined || wanted === undefined || was === wanted || !entry || entry.name === wanted)
        continue
      if (entry.name !== was) {
        block(slot, { why: 'changed', kind: slot.kind, name: was, field: 'name', now: entry.name })
        continue
      }
      // Half a surrogate pair: no file can hold it.
      const meanwhile = `\ud800${names.size}`
      names.set(meanwhile, was)
      renames.set(slot, wanted)
      const others = draft
        .usersOf(entry)
        .filter((context) => !isChanged(context) && meantAnother(context, slot))
      assign(draft, entry, meanwhile)
      // By that name they go back to what it meant to them.
      for (const { id, value } of others) {
        unsettled.add(id)
        const context = draft.get(id)
        if (context) draft.replace(context, { value })
      }
    }
  }

  /** Whether the change itself says what it names. */
  function isChanged({ id }: ModelEntry): boolean {
    const slot = slotOf.get(id)
    return slot !== undefined && slot.from !== null && slot.to !== null && chosen.slots.has(slot)
  }

  /** Whether a context named so before the write already, and meant another entry than this one, or none. */
  function meantAnother(context: ModelEntry, { kind, now: entry, awaitedBy }: Slot): boolean {
    if (kind === 'context') return false
    const name = textAt(context, kind)
    const before = slotOf.get(context.id)?.to
    if (before)
      return (
        textAt(before.entry, kind) === name &&
        slots.named('to', kind, name, before.file)?.now?.id !== entry?.id
      )
    // A context of a file that the write did not touch was there before; one that came to another file since was not.
    const file = draft.fileOf(context.id)?.path
    if (from.files.some(({ path }) => path === file)) return false
    const meant = slots.named('to', kind, name, file)
    return (meant !== null && meant.now?.id !== entry?.id) || isAwaiting(context, awaitedBy)
  }

  /** Whether it is one of these contexts of files that the write did not touch, whatever it is called now. */
  function isAwaiting({ id, name }: ModelEntry, contexts: Slot['awaitedBy']): boolean {
    const file = draft.fileOf(id)?.path
    if (!contexts || from.files.some(({ path }) => path === file)) return false
    return contexts.some((one) => nameElsewhere('context', one, file) === name)
  }

  function change(slot: Slot, was: Placed, wanted: Placed): void {
    const { kind } = slot
    const { name } = was.entry
    const entry = entryOf(slot)
    const home = entry && draft.fileOf(entry.id)?.path
    if (!entry || !home) {
      const missing = fileOf(now, was.file)?.exists !== true
      if (missing) block(slot, { why: 'file-gone', file: was.file })
      else block(slot, { why: 'gone', kind, name, file: was.file })
      return
    }
    const moves = was.file !== wanted.file && home !== wanted.file
    if (moves && home !== was.file) {
      block(slot, { why: 'changed', kind, name, field: 'file', now: home })
      return
    }
    const path = moves ? wanted.file : home
    const refer = referring(slot)
    const states = {
      from: rebaseEntry(kind, refer.from, was.file, path),
      to: rebaseEntry(kind, refer.to, wanted.file, path),
      now: rebaseEntry(kind, entry.value, home, path),
    }
    // What is as the write left it goes where it was, as it was: nothing is to be told apart.
    if (moves && sameJson(states.from, states.now)) {
      moveTo(slot, entry, wanted, states.to)
      return
    }
    const other = otherAnchor(kind, states, path)
    if (other) {
      block(slot, { why: 'other-entry', kind, name, field: other.field, now: said(other.now) })
      return
    }
    const { value, inTheWay } = carryOver(kind, states, path)
    for (const { field, now: is } of inTheWay)
      block(slot, { why: 'changed', kind, name, field, now: said(is) })
    if (inTheWay.length > 0) return
    // Where it means what it did before the move, it is written as it was: a path can be spelt in many ways.
    if (moves) moveTo(slot, entry, wanted, sameMeaning(kind, value, states.to, path) ? states.to : value)
    else if (value !== states.now) draft.replace(entry, { value })
  }

  function moveTo(slot: Slot, entry: ModelEntry, wanted: Placed, value: JsonMap): void {
    const { kind } = slot
    let stays = false
    // Where the new file is read together with the old one, contexts find it there.
    if (draft.scopeOf(entry) !== draft.scopeAt(wanted.file)) {
      const others = usersSince(entry, slot).filter(({ id }) => {
        const user = slotOf.get(id)
        return user === undefined || !chosen.slots.has(user)
      })
      const other = others.find((context) => !isOfTheRest(context))
      if (other) block(slot, usedBy(kind, nameOf(slot), other))
      // What the rest of the write still uses stays, and is there a second time until that goes the same way.
      else stays = others.length > 0
    }
    const index = placeFor(slot, wanted)
    if (!stays) draft.remove(entry)
    const moved = draft.add(wanted.file, kind, entry.name, value, entry.id, { index, moved: !stays })
    standsFor(slot, moved.id)
  }

  /** Made when an entry first needs a place. */
  function wantedSlots(): ReadonlyMap<ModelEntry, Slot> {
    wantedBy ??= new Map(slots.all.flatMap((one) => (one.to ? [[one.to.entry, one] as const] : [])))
    return wantedBy
  }

  /** Behind the entry that it stood behind. */
  function placeFor(slot: Slot, { file, entry }: Placed): number {
    const list = fileOf(to, file)?.[slot.kind] ?? []
    const here = draft.file(file)?.[slot.kind] ?? []
    for (let i = wantedPlace(list, entry) - 1; i >= 0; i--) {
      const other = list[i]
      const one = other && wantedSlots().get(other)
      const id = one && ids.get(one)
      if (id === undefined) continue
      // Entries come back one after the other: each is sought first where the last one was put.
      const place =
        here[lastPlace]?.id === id ? lastPlace : here.findIndex((candidate) => candidate.id === id)
      if (place < 0) continue
      lastPlace = place + 1
      return place + 1
    }
    lastPlace = 0
    return 0
  }

  /** Where an entry stands in its list. */
  function wantedPlace(list: readonly ModelEntry[], entry: ModelEntry): number {
    let known = wantedPlaces.get(list)
    if (!known) {
      known = new Map(list.map((one, place) => [one, place]))
      wantedPlaces.set(list, known)
    }
    return known.get(entry) ?? -1
  }

  function remove(slot: Slot, entry: ModelEntry): void {
    const { kind, from: was } = slot
    if (!was) return
    const name = was.entry.name
    const home = draft.fileOf(entry.id)?.path ?? was.file
    if (!isUnchanged(kind, rebaseEntry(kind, referring(slot).from, was.file, home), entry.value, home)) {
      block(slot, { why: 'edited', kind, name })
      return
    }
    // Where another file has an entry of that name, a context finds that one: then it changes along, which the plan says.
    const scope = draft.scopeOf(entry)
    const takesOver = (one: ModelEntry): boolean => one !== entry && calledThen(one) === entry.name
    const namesake = scope.files.some((file) => file[kind].some(takesOver))
    const users = namesake ? [] : usersSince(entry, slot)
    const user = users.find((context) => !isOfTheRest(context))
    if (user) {
      block(slot, usedBy(kind, name, user))
      return
    }
    if (users.length > 0) return
    if (kind === 'context' && scope.currentContext() === entry.name && draft.counts(entry))
      removedCurrent.set(scope, entry.name)
    const stays = slot.to && entryOf(slot)
    // As a rename does: what is current is that very context.
    if (kind === 'context' && stays && draft.scopeOf(stays) === scope && draft.counts(entry))
      for (const file of scope.files) if (file.currentContext === name) file.currentContext = stays.name
    draft.remove(entry)
  }

  /** Whether the write changed that context, too, and it is not of the part that is taken. */
  function isOfTheRest({ id }: ModelEntry): boolean {
    if (chosen.whole) return false
    const slot = slotOf.get(id)
    return (
      slot !== undefined &&
      !chosen.contexts.includes(slot) &&
      slots.partsOf(slot).some(({ changed }) => changed)
    )
  }

  function usedBy(kind: EntryKind, name: string, context: ModelEntry): InTheWay {
    return { why: 'used', kind, name, by: said(context.name) ?? '', beside: draft.scopeOf(context).alone }
  }

  /** Contexts that use an entry, but for those that named it before it was there. */
  function usersSince(entry: ModelEntry, { awaitedBy }: Slot): readonly ModelEntry[] {
    const { kind } = entry
    if (kind === 'context') return []
    return draft.usersOf(entry).filter((context) => {
      const before = slotOf.get(context.id)?.to
      const name = textAt(before?.entry, kind)
      const dangled = name === textAt(context, kind) && slots.named('to', kind, name, before?.file) === null
      const awaited = before ? dangled : isAwaiting(context, awaitedBy)
      if (awaited) unsettled.add(context.id)
      return !awaited
    })
  }

  function restore(slot: Slot): void {
    const wanted = slot.to
    if (!wanted) return
    const { kind } = slot
    const { name } = wanted.entry
    const value = referring(slot).to
    const there = entryOf(slot)
    if (there) {
      if (!isUnchanged(kind, value, there.value, wanted.file))
        block(slot, { why: 'name-taken', kind, name, file: wanted.file })
      return
    }
    if (!draft.file(wanted.file)) return
    const pattern = input.pattern?.(wanted.entry) ?? null
    const entry = draft.add(wanted.file, kind, name, value, pattern, { index: placeFor(slot, wanted) })
    standsFor(slot, entry.id)
  }

  /** What an entry is called once all have their names. */
  function calledThen({ id, name }: ModelEntry): string {
    if (!names.has(name)) return name
    const slot = slotOf.get(id)
    return (slot && renames.get(slot)) ?? name
  }

  function assignNames(): void {
    for (const [slot, name] of renames) {
      const entry = entryOf(slot)
      if (entry) assign(draft, entry, name)
    }
  }

  /**
   * A write may change what a current-context leads to that it did not write: what that names, it names again. No rename
   * takes it along, unless it was chosen since.
   */
  function keepUnwritten(): void {
    const counts = draft.list.files.find(({ path }) => fileOf(now, path)?.currentContext != null)
    const isKept = (path: string): boolean => input.pointing?.has(path) ?? true
    for (const file of draft.list.files)
      if (file !== counts && !fileOf(from, file.path) && isKept(file.path))
        file.currentContext = fileOf(now, file.path)?.currentContext ?? null
    const { led, reached } = input
    if (!chosen.whole || !led || reached === undefined || isSameSlot(led.context, reached?.context)) return
    const was = reachedCurrent(now)?.context
    const slot = slots.all.find((one) => isPlaced(one, 'from', led.context))
    const is = slot ? standingOn('from', slot) : null
    const place = slot
      ? { file: (is && fileHolding(now, is)) ?? '', name: is?.name ?? '' }
      : follow('context', led.context)
    if (was?.file !== place.file || was.name !== place.name) return
    if (!counts || fileOf(from, counts.path)) return
    counts.currentContext = fileOf(now, counts.path)?.currentContext ?? null
    pointed.push({ file: counts.path, currentContext: counts.currentContext })
    intactIn.set(
      draft.list,
      from.files.every(({ path }) => input.intact.has(path)),
    )
  }

  function isPlaced(slot: Slot, side: Side, { file, name }: Place): boolean {
    return slot.kind === 'context' && slot[side]?.file === file && slot[side].entry.name === name
  }

  /** Whether a context of the side `from` is that of the side `to`. */
  function isSameSlot(one: Place, other: Place | undefined): boolean {
    if (!other) return false
    const slot = slots.all.find((candidate) => isPlaced(candidate, 'from', one))
    if (slot) return isPlaced(slot, 'to', other)
    return one.file === other.file && one.name === other.name
  }

  function fileHolding({ files }: EditModel, entry: ModelEntry): string | undefined {
    return files.find((file) => file[entry.kind].includes(entry))?.path
  }

  function pointCurrent(): void {
    keepUnwritten()
    if (chosen.whole)
      for (const file of from.files) {
        const [was, wanted] = [file.currentContext, fileOf(to, file.path)?.currentContext ?? null]
        const [a, b] = [
          slots.named('from', 'context', was, file.path),
          slots.named('to', 'context', wanted, file.path),
        ]
        // The same name may be another context's, and another name the same context's.
        const same = was === wanted
        if (a === b && (a !== null || same)) continue
        const is = fileOf(now, file.path)?.currentContext ?? null
        const called = (slot: Slot | null, name: string | null) =>
          name === null
            ? null
            : (slot?.now?.name ?? (slot ? name : nameElsewhere('context', name, file.path)))
        // A name that led nowhere and was emptied since led nowhere before and after.
        const nowhere =
          a === null &&
          !readTogether(now, isListed(file.path) ? null : file.path).some(({ context }) =>
            context.some(({ name }) => name === called(null, was)),
          )
        const unmoved =
          is === called(a, was) || (is !== null && is === a?.stray?.name) || (is === null && nowhere)
        const here = draft.file(file.path)
        // By the name that it has in the end: a rename takes along only what led to that context.
        const then = b === null || wanted === null ? called(b, wanted) : (entryOf(b)?.name ?? wanted)
        if ((here?.currentContext ?? null) === then && !(same && unmoved)) continue
        if (!unmoved || !here) {
          // What a file says that is gone, or cannot be read, is no second thing in the way.
          if (!isLost(file.path)) block(null, { why: 'current-context', file: file.path, now: is })
          continue
        }
        const name = wanted === null ? null : current(b, 'context', wanted, file.path)
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
          block(null, { why: 'current-dangling', name })
      }
    else notePart()
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
      if (changed || name === removedCurrent.get(scope)) emptyCurrent(scope)
      if (changed) notes.push(leftEmpty(scope, name))
    }
  }

  function leftEmpty(scope: ReadScope, name: string): EditProblem {
    return {
      edit: null,
      code: 'current-context',
      blocks: false,
      message: `current-context ${inFile(scope)}named ${quoted(name)}, which is not there; it is left empty.`,
      next: 'Choose another one if one is to be current.',
    }
  }

  /** A part of a write gives back entries, and leaves current-context alone. */
  function notePart(): void {
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
        message: `current-context ${inFile(scope)}was ${quoted(wanted)} and stays empty: only a part of the write is taken.`,
        next: 'Choose that context again if it is to be the current one.',
      })
    }
  }

  function inFile({ alone }: ReadScope): string {
    return alone === null ? '' : `of ${alone} `
  }

  function checkNames(): void {
    const holders = new Map<string, { readonly file: string; readonly id: EntryId }[]>()
    for (const file of draft.files)
      for (const kind of entryKinds)
        for (const { id, name } of file[kind]) {
          const key = JSON.stringify([kind, name])
          const known = holders.get(key)
          if (known) known.push({ file: file.path, id })
          else holders.set(key, [{ file: file.path, id }])
        }
    for (const slot of inOrder) {
      const wanted = slot.to
      const entry = entryOf(slot)
      const home = entry && draft.fileOf(entry.id)
      if (!wanted || !entry || !home) continue
      const came = slot.now === null || slot.now.name !== entry.name || slot.now.id !== entry.id
      if (!came) continue
      const { kind } = slot
      const others =
        holders.get(JSON.stringify([kind, entry.name]))?.filter(({ id }) => id !== entry.id) ?? []
      // An older record does not say whether another file had that name then.
      const holder = others.find(
        ({ file }) =>
          file === home.path || (wanted.twin === false && draft.scopeAt(file) === draft.scopeAt(home.path)),
      )
      if (holder) block(slot, { why: 'name-taken', kind, name: entry.name, file: holder.file })
    }
  }

  /** Where current-context is put back it must lead to what it led to. Anywhere else the planner's rule holds. */
  function checkCurrent(): void {
    // What is in its way already is named.
    if (blocks.some(({ what }) => what.why === 'current-context' || what.why === 'current-dangling')) return
    const after = draft.done()
    const put = new Set([
      ...pointed.map(({ file }) => file),
      ...after.files.flatMap(({ path, currentContext }) =>
        currentContext === fileOf(now, path)?.currentContext ? [] : [path],
      ),
    ])
    for (const scope of draft.scopes) {
      if (!countsIn(scope, put)) continue
      const { alone } = scope
      const [was, is] = [reachedCurrent(now, alone), reachedCurrent(after, alone)]
      // The context that is current already leads to what the entries lead to, which are put back themselves.
      if (is === null || (was && sameEntry(was.context, is.context))) continue
      // What a file beside the list leads to, it says itself.
      const recorded = alone === null ? input.reached : reachedCurrent(to, alone)
      const other =
        recorded === undefined
          ? elsewhere(reachedCurrent(asItWas()), is, false)
          : elsewhere(recorded, is, true)
      if (other) block(null, { why: 'current-elsewhere', name: is.context.name, ...other })
    }

    function sameEntry(a: Place, b: Place): boolean {
      const [one, other] = [a, b].map(({ file, name }, i) =>
        fileOf(i === 0 ? now : after, file)?.context.find((context) => context.name === name),
      )
      if (!one || !other) return false
      const slot = slotOf.get(other.id)
      return one.id === other.id || slot?.now === one || slot?.stray === one
    }
  }

  /** The files in the order of the list, as the write found or left them; those that it did not touch as they are. */
  function asItWas(): EditModel {
    return { files: now.files.map((file) => fileOf(to, file.path) ?? file) }
  }

  /** Where what was reached is now, by the names of now. */
  function placeOf(kind: EntryKind, { file, name }: Place): Place {
    const slot = slots.all.find(
      (one) => one.kind === kind && one.to?.file === file && one.to.entry.name === name,
    )
    const entry = slot && entryOf(slot)
    return entry
      ? { file: draft.fileOf(entry.id)?.path ?? file, name: entry.name }
      : follow(kind, { file, name })
  }

  function elsewhere(
    wanted: ReachedCurrent | null,
    is: ReachedCurrent,
    known: boolean,
  ): { readonly field: string; readonly now: string | null } | null {
    // A record of an earlier version does not say what it led to; then what the write itself saw must be it.
    if (wanted === null) return known ? { field: 'file', now: is.context.file } : null
    for (const kind of ['context', ...behind] as const) {
      const [old, next] = [wanted[kind], is[kind]]
      if (old === null && (next === null || !known)) continue
      const place = old && (known || fileOf(to, old.file) ? placeOf(kind, old) : old)
      if (!place || next?.file !== place.file || next.name !== place.name) {
        if (kind === 'context') return { field: 'file', now: next?.file ?? null }
        const same = next !== null && next.name === place?.name
        return {
          field: kind,
          now: next && `${quoted(next.name)}${same ? ` of ${next.file}` : ''}`,
        }
      }
      const field = Object.keys(next.known).find((key) => next.known[key] !== old?.known[key])
      if (field !== undefined) return { field, now: next.known[field] ?? null }
    }
    return null
  }

  function checkReferences(): void {
    for (const slot of byKind('context')) {
      const entry = entryOf(slot)
      if (!slot.to || !entry) continue
      for (const kind of behind) {
        const target = textAt(entry, kind)
        // What it named in a file that this write did not touch may never have been there.
        const known = slots.named('to', kind, textAt(slot.to.entry, kind), slot.to.file) !== null
        if (target !== null && known && !draft.behind(entry, kind))
          block(slot, {
            why: 'dangling',
            kind: 'context',
            name: nameOf(slot),
            field: kind,
            target: said(target) ?? target,
          })
      }
    }
  }

  /** A name that led nowhere before the write leads nowhere again: as it was, but not without a word. */
  function noteDangling(): void {
    const changed = new Set([...about, ...unsettled])
    if (changed.size === 0) return
    const before = new Draft(now)
    for (const id of changed) {
      const entry = draft.get(id)
      // One that was moved is another entry in its new place.
      const was = before.get(id) ?? slotOf.get(id)?.now ?? null
      const alone = entry && draft.scopeOf(entry).alone
      for (const kind of behind) {
        const target = entry && textAt(entry, kind)
        if (!entry || target === null || draft.behind(entry, kind)) continue
        if (was && textAt(was, kind) === target && !before.behind(was, kind)) continue
        notes.push({
          edit: null,
          code: kind === 'cluster' ? 'dangling-cluster' : 'dangling-user',
          blocks: false,
          message: `The context ${quoted(entry.name)} names the ${kind} ${quoted(said(target) ?? target)} again, which is not ${alone === null ? 'there' : `in ${alone}`}.`,
          next: `Choose another ${kind} for it, or delete the context.`,
        })
      }
    }
  }
}
