/**
 * One write undone or reapplied on what the files have become: the change between the two states that it led from and to,
 * made on a third one, entry by entry and field by field. Either all of it, or nothing and what is in its way.
 */
import { at, type JsonMap, textOf, withKey } from '../json'
import { type EntryId, type EntryKind, entryKinds } from '../kubeconfig/entries'
import { rebaseEntry } from '../kubeconfig/relative-paths'
import { inverse } from './apply'
import { Draft } from './draft'
import type { PutBack } from './edit'
import { isUnchanged, sameMeaning } from './equivalence'
import { carryOver, otherAnchor } from './fields'
import type { Follow } from './links'
import { currentContextOf, type EditModel, type ModelEntry, type ModelFile } from './model'
import { assign } from './rename'

/** Where an entry stands: a file of the models, and its name there. */
export interface Place {
  readonly file: string
  readonly name: string
}

/** An entry that the write moved, renamed, made or took away; null on the side on which it is not there. */
export interface EntryLink {
  readonly kind: EntryKind
  readonly from: (Place & { readonly twin?: boolean | undefined }) | null
  readonly to: (Place & { readonly twin?: boolean | undefined }) | null
}

type Side = 'from' | 'to'

/** What the change is, whatever the files are now. */
export interface Change {
  /** The files of the write as the change is to find them. */
  readonly from: EditModel
  /** The same files as they are to become. */
  readonly to: EditModel
  /** What is not named here is the same entry where file and name are the same. */
  readonly links: readonly EntryLink[]
  /** The side on which the write left the files; what happened to their entries since follows from there. */
  readonly left: Side
  readonly follow: Follow
  /** The id under which the planner finds the text of an entry of `to`. */
  readonly pattern?: (entry: ModelEntry) => EntryId | null
}

export interface TransferInput extends Change {
  /** Of the same change. */
  readonly pairs: readonly EntryPair[]
  /** Every file as it is now. */
  readonly now: EditModel
  /** Only what belongs to these contexts; null: everything. */
  readonly only: ReadonlySet<string> | null
}

/** Why a change cannot be made on what is there now. `name`: of the entry, as it was when it was written. */
export type Obstacle =
  /** A field was changed since. `now`: undefined where it is not to be shown, null for nothing. */
  | {
      readonly why: 'changed'
      readonly kind: EntryKind
      readonly name: string
      readonly field: string
      readonly now: string | null | undefined
    }
  /** Another entry has that name now: `field` tells them apart. */
  | {
      readonly why: 'other-entry'
      readonly kind: EntryKind
      readonly name: string
      readonly field: string
      readonly now: string | null | undefined
    }
  | { readonly why: 'gone'; readonly kind: EntryKind; readonly name: string; readonly file: string }
  /** It came with the write and would go, but was changed since. */
  | { readonly why: 'edited'; readonly kind: EntryKind; readonly name: string }
  /** It came with the write and would go, but a context uses it. */
  | { readonly why: 'used'; readonly kind: EntryKind; readonly name: string; readonly by: string }
  | { readonly why: 'name-taken'; readonly kind: EntryKind; readonly name: string; readonly file: string }
  /** What the context would name is not there. */
  | {
      readonly why: 'dangling'
      readonly kind: EntryKind
      readonly name: string
      readonly field: 'cluster' | 'user'
      readonly target: string
    }
  | { readonly why: 'current-context'; readonly file: string; readonly now: string | null }
  | { readonly why: 'current-dangling'; readonly name: string }
  | { readonly why: 'file-gone'; readonly file: string }
  | { readonly why: 'file-unreadable'; readonly file: string; readonly problem: string }
  /** Asked for by name, but this write did not change it. */
  | { readonly why: 'no-part'; readonly name: string }

export type Transferred =
  | { readonly kind: 'edit'; readonly edit: PutBack }
  /** `free`: contexts whose part of the change nothing is in the way of. */
  | { readonly kind: 'blocked'; readonly obstacles: readonly Obstacle[]; readonly free: readonly string[] }

/** Makes the change of a write, forwards or backwards, on the files as they are now. */
export function transfer(input: TransferInput): Transferred {
  const slots = slotsOf(input)
  const chosen = select(slots, input.only)
  const done = carryOut(input, slots, chosen)
  if (done.obstacles.length === 0) return { kind: 'edit', edit: inverse(done.model, input.now, done.about) }
  const blocked = new Set(done.obstacles.map(({ slot }) => slot))
  const free = chosen.contexts.filter((context) => {
    const parts = slots.partsOf(context).filter((slot) => slot.changed)
    return parts.length > 0 && !parts.some((slot) => blocked.has(slot))
  })
  return {
    kind: 'blocked',
    obstacles: [
      ...chosen.unknown.map((name) => ({ why: 'no-part', name }) as const),
      ...done.obstacles.map(({ obstacle }) => obstacle),
    ],
    free: trulyFree(input, slots, [...new Set(free.map(nameOf))]),
  }
}

/** What one context needs may still be used by another: tried before it is offered. */
function trulyFree(input: TransferInput, slots: Slots, names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const done = carryOut(input, slots, select(slots, new Set(names)))
  if (done.obstacles.length === 0) return names
  const blocked = new Set(done.obstacles.map(({ slot }) => slot))
  const left = slots.contexts.filter(
    (context) => names.includes(nameOf(context)) && !slots.partsOf(context).some((slot) => blocked.has(slot)),
  )
  const fewer = [...new Set(left.map(nameOf))]
  return fewer.length < names.length ? trulyFree(input, slots, fewer) : []
}

// entries -------------------------------------------------------------------------------------------------------

interface Placed {
  readonly file: string
  readonly entry: ModelEntry
  /** An entry of another file had that name at the time; null: not known. */
  readonly twin: boolean | null
}

/** An entry on both sides of the change. */
export interface EntryPair {
  readonly kind: EntryKind
  readonly from: Placed | null
  readonly to: Placed | null
  readonly changed: boolean
}

/** One entry through its three states. */
interface Slot extends EntryPair {
  now: ModelEntry | null
}

type Behind = 'cluster' | 'user'
const behind: readonly Behind[] = ['cluster', 'user']

interface Slots {
  readonly all: readonly Slot[]
  readonly contexts: readonly Slot[]
  /** By the name that it has on one side; the first file that has it counts. */
  named(side: Side, kind: EntryKind, name: string | null): Slot | null
  /** A context, and what it refers to before and after the change. */
  partsOf(context: Slot): readonly Slot[]
}

const nameOf = ({ from, to }: Slot): string => (from ?? to)?.entry.name ?? ''

const keyOf = ({ file, name }: Place): string => JSON.stringify([file, name])
const textAt = (entry: ModelEntry | undefined, key: string): string | null =>
  entry === undefined ? null : textOf(at(entry.value, key))

function slotsOf(input: TransferInput): Slots {
  const all = input.pairs.map((pair): Slot => ({ ...pair, now: null }))
  const named: Record<Side, Map<string, Slot>> = { from: new Map(), to: new Map() }
  const order = new Map([...input.from.files, ...input.to.files].map(({ path }, i) => [path, i]))
  for (const side of ['from', 'to'] as const)
    for (const slot of all) {
      const placed = slot[side]
      if (!placed) continue
      const key = JSON.stringify([slot.kind, placed.entry.name])
      const known = named[side].get(key)?.[side]
      if (!known || (order.get(placed.file) ?? 0) < (order.get(known.file) ?? 0)) named[side].set(key, slot)
    }
  const find = (side: Side, kind: EntryKind, name: string | null): Slot | null =>
    name === null ? null : (named[side].get(JSON.stringify([kind, name])) ?? null)
  const slots: Slots = {
    all,
    contexts: all.filter(({ kind }) => kind === 'context'),
    named: find,
    partsOf(context) {
      const parts = new Set([context])
      for (const side of ['from', 'to'] as const)
        for (const kind of behind) {
          const part = find(side, kind, textAt(context[side]?.entry, kind))
          if (part) parts.add(part)
        }
      return [...parts]
    },
  }
  settle(input, slots)
  return slots
}

/** Every entry with its two states: all of both sides is read, which needs no look at what the files are now. */
export const entryPairs = (change: Change): readonly EntryPair[] =>
  entryKinds.flatMap((kind) => pairsOf(change, kind))

function pairsOf({ from, to, links }: Change, kind: EntryKind): readonly EntryPair[] {
  const own = links.filter((link) => link.kind === kind)
  const [fromNames, toNames] = [namesByFile(from, kind), namesByFile(to, kind)]
  const twins = (names: typeof fromNames, place: Place, said: boolean | undefined): boolean | null =>
    said ?? (names.some(({ path, has }) => path !== place.file && has.has(place.name)) ? true : null)
  const there = new Map<string, { readonly file: string; readonly entry: ModelEntry }>()
  for (const file of to.files)
    for (const entry of file[kind]) {
      const key = keyOf({ file: file.path, name: entry.name })
      if (!there.has(key)) there.set(key, { file: file.path, entry })
    }
  const linked = new Map(own.flatMap((link) => (link.from ? [[keyOf(link.from), link] as const] : [])))
  const reached = new Map(own.flatMap((link) => (link.to ? [[keyOf(link.to), link] as const] : [])))
  const slots: EntryPair[] = []
  const taken = new Set<string>()
  for (const file of from.files)
    for (const entry of file[kind]) {
      const place = { file: file.path, name: entry.name }
      const link = linked.get(keyOf(place))
      const target = link ? link.to : reached.has(keyOf(place)) ? null : place
      const found = target === null ? undefined : there.get(keyOf(target))
      if (found && target) taken.add(keyOf(target))
      const moved = found && (found.file !== file.path || found.entry.name !== entry.name)
      slots.push({
        kind,
        from: { file: file.path, entry, twin: twins(fromNames, place, link?.from?.twin) },
        to: found && target ? { ...found, twin: twins(toNames, target, link?.to?.twin) } : null,
        changed: !found || moved === true || !sameMeaning(kind, entry.value, found.entry.value, file.path),
      })
    }
  for (const [key, { file, entry }] of there)
    if (!taken.has(key)) {
      const place = { file, name: entry.name }
      const twin = twins(toNames, place, reached.get(key)?.to?.twin)
      slots.push({ kind, from: null, to: { file, entry, twin }, changed: true })
    }
  return slots
}

const namesByFile = ({ files }: EditModel, kind: EntryKind) =>
  files.map((file) => ({ path: file.path, has: new Set(file[kind].map(({ name }) => name)) }))

/** Finds what each entry is now: where it was last, followed through renames and moves, or where it was before. */
function settle(input: TransferInput, slots: Slots): void {
  const { now, left, follow } = input
  for (const kind of entryKinds) {
    const here = new Map<string, ModelEntry>()
    for (const file of now.files)
      for (const entry of file[kind]) {
        const key = keyOf({ file: file.path, name: entry.name })
        if (!here.has(key)) here.set(key, entry)
      }
    const claimed = new Set<ModelEntry>()
    const own = slots.all.filter((slot) => slot.kind === kind)
    for (const slot of own.filter(({ from }) => from !== null)) {
      const places = placesNow(slot)
      const found = places.flatMap((place) => {
        const entry = here.get(keyOf(place))
        return entry && !claimed.has(entry) ? [{ entry, place }] : []
      })
      const best = found.find(({ entry, place }) => isSameEntry(slot, slots, entry, place.file)) ?? found[0]
      slot.now = best?.entry ?? null
      if (best) claimed.add(best.entry)
    }
    for (const slot of own) {
      if (slot.from !== null || slot.to === null) continue
      const [place] = placesNow(slot)
      const entry = place && here.get(keyOf(place))
      if (entry && !claimed.has(entry)) slot.now = entry
    }
  }

  /** Where it must be by what Ekscope wrote since; else where it was before, if another program put that back. */
  function placesNow({ kind, from, to }: Slot): readonly Place[] {
    const [after, before] = left === 'from' ? [from, to] : [to, from]
    const place = ({ file, entry: { name } }: Placed, gone: boolean) => follow(kind, { file, name }, gone)
    if (!after) return before ? [place(before, true)] : []
    return before ? [place(after, false), place(before, false)] : [place(after, false)]
  }

  function isSameEntry({ kind, from, to }: Slot, all: Slots, entry: ModelEntry, file: string): boolean {
    if (!from) return false
    const states = {
      from: namedNow(from, 'from'),
      to: to ? namedNow(to, 'to') : namedNow(from, 'from'),
      now: entry.value,
    }
    return otherAnchor(kind, states, file) === null

    function namedNow({ entry: { value }, file: home }: Placed, side: Side): JsonMap {
      let next = rebaseEntry(kind, value, home, file)
      if (kind !== 'context') return next
      for (const one of behind) {
        const name = textOf(at(value, one))
        const is = all.named(side, one, name)?.now?.name
        if (is !== undefined) next = withKey(next, one, is)
      }
      return next
    }
  }
}

interface Chosen {
  readonly slots: ReadonlySet<Slot>
  /** Contexts that the change is about, and chosen. */
  readonly contexts: readonly Slot[]
  readonly whole: boolean
  readonly unknown: readonly string[]
}

function select(slots: Slots, only: ReadonlySet<string> | null): Chosen {
  const touched = slots.contexts.filter((context) => slots.partsOf(context).some(({ changed }) => changed))
  if (only === null)
    return {
      slots: new Set(slots.all.filter(({ changed }) => changed)),
      contexts: touched,
      whole: true,
      unknown: [],
    }
  const namesOf = ({ from, to, now }: Slot) => [from?.entry.name, to?.entry.name, now?.name]
  const contexts = touched.filter((slot) =>
    namesOf(slot).some((name) => name !== undefined && only.has(name)),
  )
  const known = new Set(contexts.flatMap(namesOf))
  return {
    slots: new Set(contexts.flatMap((context) => slots.partsOf(context).filter(({ changed }) => changed))),
    contexts,
    whole: false,
    unknown: [...only].filter((name) => !known.has(name)),
  }
}

// the change ----------------------------------------------------------------------------------------------------

interface Found {
  readonly slot: Slot | null
  readonly obstacle: Obstacle
}

interface Done {
  readonly model: EditModel
  readonly about: readonly EntryId[]
  readonly obstacles: readonly Found[]
}

function carryOut(input: TransferInput, slots: Slots, chosen: Chosen): Done {
  const { from, to, now, follow } = input
  const draft = new Draft(now)
  const obstacles: Found[] = chosen.unknown.map((name) => ({
    slot: null,
    obstacle: { why: 'no-part', name },
  }))
  /** The entry that stands for a slot: the one that is there now, or the one that was put back. */
  const ids = new Map<Slot, EntryId>()
  for (const slot of slots.all) if (slot.now) ids.set(slot, slot.now.id)
  const entryOf = (slot: Slot): ModelEntry | null => draft.get(ids.get(slot) ?? '')
  const block = (slot: Slot | null, obstacle: Obstacle): void => void obstacles.push({ slot, obstacle })

  /** Names that were taken off entries until all have theirs. */
  const names = new Map<string, string>()
  const renames = new Map<Slot, string>()
  const said = (name: string | null | undefined): string | null | undefined =>
    typeof name === 'string' ? (names.get(name) ?? name) : name

  /** What is called so on one side is called now; put back under that name where it is not there. */
  const current = (slot: Slot | null, kind: EntryKind, name: string): string => {
    if (slot === null) return follow(kind, { file: null, name }).name
    return entryOf(slot)?.name ?? name
  }

  /** A context's value with what it refers to by the names of now. */
  function referring(slot: Slot): { readonly from: JsonMap; readonly to: JsonMap } {
    const [was, wanted] = [slot.from?.entry.value ?? {}, slot.to?.entry.value ?? {}]
    if (slot.kind !== 'context') return { from: was, to: wanted }
    let states = { from: was, to: wanted }
    for (const kind of behind) {
      const [old, next] = [textOf(at(was, kind)), textOf(at(wanted, kind))]
      const [a, b] = [slots.named('from', kind, old), slots.named('to', kind, next)]
      const unmoved = old !== null && old === next && a !== b
      const called = (one: Slot | null, name: string) =>
        unmoved ? follow(kind, { file: null, name }).name : current(one, kind, name)
      states = {
        from: old === null ? states.from : withKey(states.from, kind, called(a, old)),
        to: next === null ? states.to : withKey(states.to, kind, called(b, next)),
      }
    }
    return states
  }

  let wantedBy: ReadonlyMap<ModelEntry, Slot> | null = null
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
  let removedCurrent: string | null = null
  for (const slot of byKind('context')) if (!slot.to) remove(slot)
  for (const slot of byKind('behind')) if (!slot.to) remove(slot)
  assignNames()
  const about = chosen.contexts.flatMap((slot) => ids.get(slot) ?? [])
  pointCurrent()
  checkNames()
  checkReferences()
  return { model: draft.done(), about, obstacles }

  function fileOf(model: EditModel, path: string): ModelFile | undefined {
    return model.files.find((file) => file.path === path)
  }

  function checkFiles(): void {
    const files = new Set(
      inOrder.flatMap((slot) => {
        const home = draft.fileOf(ids.get(slot) ?? '')?.path
        return [...(slot.to ? [slot.to.file] : []), ...(home === undefined ? [] : [home])]
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
      assign(draft, entry, meanwhile)
    }
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
    const other = otherAnchor(kind, states, path)
    if (other) {
      block(slot, { why: 'other-entry', kind, name, field: other.field, now: said(other.now) })
      return
    }
    const { value, inTheWay } = carryOver(kind, states, path)
    for (const { field, now: is } of inTheWay)
      block(slot, { why: 'changed', kind, name, field, now: said(is) })
    if (inTheWay.length > 0) return
    if (moves) moveTo(slot, entry, wanted, value)
    else if (value !== states.now) draft.replace(entry, { value })
  }

  function moveTo(slot: Slot, entry: ModelEntry, wanted: Placed, value: JsonMap): void {
    const { kind } = slot
    const left = draft.fileOf(entry.id)
    // Only outside the list contexts cannot find it in another file.
    if (left?.listed !== draft.file(wanted.file)?.listed) {
      const other = draft
        .usersOf(entry)
        .find((context) => !inOrder.some((one) => one.kind === 'context' && ids.get(one) === context.id))
      if (other) block(slot, { why: 'used', kind, name: nameOf(slot), by: said(other.name) ?? '' })
    }
    const index = placeFor(slot, wanted)
    draft.remove(entry)
    const moved = draft.add(wanted.file, kind, entry.name, value, entry.id, { index })
    ids.set(slot, moved.id)
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
    for (let i = list.indexOf(entry) - 1; i >= 0; i--) {
      const other = list[i]
      const one = other && wantedSlots().get(other)
      const id = one && ids.get(one)
      const place = id === undefined ? -1 : here.findIndex((candidate) => candidate.id === id)
      if (place >= 0) return place + 1
    }
    return 0
  }

  function remove(slot: Slot): void {
    const was = slot.from
    const entry = entryOf(slot)
    if (!was || !entry) return
    const { kind } = slot
    const name = was.entry.name
    const home = draft.fileOf(entry.id)?.path ?? was.file
    if (!isUnchanged(kind, rebaseEntry(kind, referring(slot).from, was.file, home), entry.value, home)) {
      block(slot, { why: 'edited', kind, name })
      return
    }
    const user = kind === 'context' ? undefined : draft.usersOf(entry)[0]
    if (user) {
      block(slot, { why: 'used', kind, name, by: said(user.name) ?? '' })
      return
    }
    const current = kind === 'context' && draft.currentContext() === entry.name
    if (current && draft.winner('context', entry.name) === entry) removedCurrent = entry.name
    draft.remove(entry)
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
    ids.set(slot, entry.id)
  }

  function assignNames(): void {
    for (const [slot, name] of renames) {
      const entry = entryOf(slot)
      if (entry) assign(draft, entry, name)
    }
  }

  function pointCurrent(): void {
    if (chosen.whole)
      for (const file of from.files) {
        const [was, wanted] = [file.currentContext, fileOf(to, file.path)?.currentContext ?? null]
        const [a, b] = [slots.named('from', 'context', was), slots.named('to', 'context', wanted)]
        // The same name may be another context's, and another name the same context's.
        if (a !== null && b !== null ? a === b : was === wanted) continue
        const is = fileOf(now, file.path)?.currentContext ?? null
        const called = (slot: Slot | null, name: string | null) =>
          name === null
            ? null
            : (slot?.now?.name ?? (slot ? name : follow('context', { file: null, name }).name))
        if (is === called(b, wanted)) continue
        const here = draft.file(file.path)
        if (is !== called(a, was) || !here) {
          block(null, { why: 'current-context', file: file.path, now: is })
          continue
        }
        const name = wanted === null ? null : current(b, 'context', wanted)
        if (name === null || draft.taken('context', name)) here.currentContext = name
        else block(null, { why: 'current-dangling', name })
      }
    const name = draft.currentContext()
    // What it names is gone; a later file's must not become current by itself.
    if (name !== null && name === removedCurrent)
      for (const file of draft.files) if (file.listed && file.unreadable === null) file.currentContext = null
    // Where one is emptied, a later file's may come to light that names what is no longer there.
    const then = draft.currentContext()
    const changed = then !== null && then !== currentContextOf(now)
    if (
      changed &&
      !draft.taken('context', then) &&
      !obstacles.some(({ obstacle }) => obstacle.why === 'current-dangling')
    )
      block(null, { why: 'current-dangling', name: then })
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
      const holder = others.find(({ file }) => file === home.path || wanted.twin === false)
      if (holder) block(slot, { why: 'name-taken', kind, name: entry.name, file: holder.file })
    }
  }

  function checkReferences(): void {
    for (const slot of byKind('context')) {
      const entry = entryOf(slot)
      if (!slot.to || !entry) continue
      for (const kind of behind) {
        const target = textAt(entry, kind)
        // What it named in a file that this write did not touch may never have been there.
        const known = slots.named('to', kind, textAt(slot.to.entry, kind)) !== null
        if (target !== null && known && !draft.winner(kind, target))
          block(slot, { why: 'dangling', kind: 'context', name: nameOf(slot), field: kind, target })
      }
    }
  }
}

// sentences -----------------------------------------------------------------------------------------------------

const quoted = (text: string): string => `“${text}”`

/** What is in the way, in one sentence. */
export function obstacleSentence(obstacle: Obstacle): string {
  switch (obstacle.why) {
    case 'changed': {
      const { kind, name, field, now } = obstacle
      const is = now === undefined ? 'was changed since' : now === null ? 'is empty now' : `is ${now} now`
      return `The ${field} of the ${kind} ${quoted(name)} ${is}.`
    }
    case 'other-entry': {
      const { kind, name, field, now } = obstacle
      const is = now === undefined ? 'another' : now === null ? 'empty' : now
      return `The ${kind} ${quoted(name)} is another entry now: its ${field} is ${is}.`
    }
    case 'gone':
      return `The ${obstacle.kind} ${quoted(obstacle.name)} is no longer in ${obstacle.file}.`
    case 'edited':
      return `The ${obstacle.kind} ${quoted(obstacle.name)} came with this write and was changed since.`
    case 'used':
      return `The ${obstacle.kind} ${quoted(obstacle.name)} came with this write and is used by the context ${quoted(obstacle.by)}.`
    case 'name-taken':
      return `Another ${obstacle.kind} is called ${quoted(obstacle.name)} in ${obstacle.file} now.`
    case 'dangling':
      return `The context ${quoted(obstacle.name)} would name the ${obstacle.field} ${quoted(obstacle.target)}, which is not there.`
    case 'current-context':
      return obstacle.now === null
        ? `current-context of ${obstacle.file} is empty now.`
        : `current-context of ${obstacle.file} is ${quoted(obstacle.now)} now.`
    case 'current-dangling':
      return `current-context would name the context ${quoted(obstacle.name)}, which is not there.`
    case 'file-gone':
      return `The file ${obstacle.file} is gone.`
    case 'file-unreadable':
      return `Nothing is written to ${obstacle.file}: ${obstacle.problem.replace(/\.$/, '')}.`
    case 'no-part':
      return `This write did not change the context ${quoted(obstacle.name)}.`
  }
}
