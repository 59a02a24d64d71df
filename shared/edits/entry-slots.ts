/**
 * Entries through three states: as a write found them, as it left them, and as they are now. An entry keeps its slot through
 * renames and moves, those of the write and later ones.
 */
import { at, type JsonMap, textOf, withKey } from '../json'
import { behind, type ModelKind, modelKinds } from '../kubeconfig/entries'
import { rebaseEntry } from '../kubeconfig/relative-paths'
import { Draft } from './draft'
import { isUnchanged, sameMeaning } from './equivalence'
import { otherAnchor } from './fields'
import type { Follow } from './links'
import type { EditModel, ModelEntry } from './model'
import { references } from './references'
import type { ReachedCurrent } from './resolution'

/** Where an entry stands: a file of the models, and its name there. */
export interface Place {
  readonly file: string
  readonly name: string
}

/** An entry that the write moved, renamed, made or took away; null on the side on which it is not there. */
export interface EntryLink {
  readonly kind: ModelKind
  readonly from: (Place & { readonly twin?: boolean | undefined }) | null
  readonly to: (Place & { readonly twin?: boolean | undefined }) | null
  /** Contexts of other files that named it on the side `from` as they do on the side `to`, where it is not what they find. */
  readonly awaitedBy?: readonly string[] | undefined
}

export type Side = 'from' | 'to'

/** What the change is, whatever the files are now. */
export interface Change {
  /** The files of the write as the change is to find them. */
  readonly from: EditModel
  /** The same files as they are to become. */
  readonly to: EditModel
  /** What is not named here is the same entry where file and name are the same. */
  readonly links: readonly EntryLink[]
  /** What the write made others of each file, by kind and name; of a file that is not there, and without it, all is compared. */
  readonly named?: ReadonlyMap<string, Readonly<Record<ModelKind, ReadonlySet<string>>>> | undefined
  /** The side on which the write left the files; what happened to their entries since follows from there. */
  readonly left: Side
  readonly follow: Follow
  /** What current-context led to on the side `to`; null for nothing, absent where that is not known. */
  readonly reached?: ReachedCurrent | null | undefined
  /** The same on the side `from`. */
  readonly led?: ReachedCurrent | null | undefined
  /** Contexts of other files that the write changed through what stands behind them, by where they were then. */
  readonly along?: readonly Place[] | undefined
  /**
   * Files of the list whose current-context, which did not count, had the name that a context got on the side `left`, so
   * that no rename is to take it along; absent where that is not known.
   */
  readonly pointing?: ReadonlySet<string> | undefined
}

/** The change, and what is there now. */
export interface ChangeNow extends Change {
  /** Of the same change. */
  readonly pairs: readonly EntryPair[]
  /** Every file as it is now. */
  readonly now: EditModel
}

export interface Placed {
  readonly file: string
  readonly entry: ModelEntry
  /** An entry of another file that is read together with it had that name at the time; null: not known. */
  readonly twin: boolean | null
}

/** An entry on both sides of the change. */
export interface EntryPair {
  readonly kind: ModelKind
  readonly from: Placed | null
  readonly to: Placed | null
  readonly changed: boolean
  /** Contexts of other files to which its name on the side `from` means something else on the other, or nothing. */
  readonly awaitedBy?: readonly string[] | undefined
}

/** One entry through its three states. */
export interface Slot extends Omit<EntryPair, 'changed'> {
  now: ModelEntry | null
  /** Where `now` already stands where it is to be: what stands where the change takes it away, as in an older copy. */
  stray: ModelEntry | null
  changed: boolean
}

/** A context of a file that the write did not touch, which changed with what stands behind it. */
export interface Along {
  /** As it is now. */
  readonly entry: ModelEntry
  /** What it was called then, and is called now. */
  readonly names: readonly string[]
  readonly parts: readonly Slot[]
}

export interface Slots {
  readonly all: readonly Slot[]
  readonly contexts: readonly Slot[]
  readonly along: readonly Along[]
  /** What a name means on one side to what stands in `file`: among what is read together with it, the first that has it. */
  named(side: Side, kind: ModelKind, name: string | null, file: string | undefined): Slot | null
  /** The file that the write did not touch and that kubectl reads before `file`, where it has such a name. */
  fileBefore(kind: ModelKind, name: string, file: string | null): string | null
  /** A context, and what it refers to before and after the change. */
  partsOf(context: Slot): readonly Slot[]
}

/** What stands now for one side of it. */
export const standingOn = (side: Side, { now, stray }: Slot): ModelEntry | null =>
  side === 'from' ? (stray ?? now) : now

export const nameOf = ({ from, to }: Slot): string => (from ?? to)?.entry.name ?? ''

/** No path has a NUL. */
const keyOf = ({ file, name }: Place): string => `${file}\0${name}`
export const textAt = (entry: ModelEntry | undefined, key: string): string | null =>
  entry === undefined ? null : textOf(at(entry.value, key))

/** What is behind contexts of other files now, among the slots. */
function alongIn({ along = [], follow, now, from }: ChangeNow, all: readonly Slot[]): readonly Along[] {
  if (along.length === 0) return []
  const written = new Set(from.files.map(({ path }) => path))
  const slots = new Map(all.flatMap((slot) => (slot.now ? [[slot.now.id, slot] as const] : [])))
  const draft = new Draft(now)
  return along.flatMap((then) => {
    const { file, name } = follow('context', then)
    const entry = draft.file(file)?.context.find((one) => one.name === name)
    if (!entry || written.has(file)) return []
    const parts = behind.flatMap((kind) => slots.get(draft.behind(entry, kind)?.id ?? '') ?? [])
    return [{ entry, names: [then.name, name], parts }]
  })
}

export function slotsOf(input: ChangeNow): Slots {
  const all = input.pairs.map((pair): Slot => ({ ...pair, now: null, stray: null }))
  const named: Record<Side, Map<string, Slot>> = { from: new Map(), to: new Map() }
  const order = new Map([...input.from.files, ...input.now.files].map(({ path }, i) => [path, i]))
  const beside = new Set(
    [...input.now.files, ...input.from.files].flatMap(({ path, listed }) => (listed ? [] : [path])),
  )
  // A file beside the list is read for itself.
  const key = (file: string, kind: ModelKind, name: string) =>
    `${beside.has(file) ? file : ''}\0${kind}\0${name}`
  for (const side of ['from', 'to'] as const)
    for (const slot of all) {
      const placed = slot[side]
      if (!placed) continue
      const called = key(placed.file, slot.kind, placed.entry.name)
      const known = named[side].get(called)?.[side]
      if (!known || (order.get(placed.file) ?? 0) < (order.get(known.file) ?? 0))
        named[side].set(called, slot)
    }
  const before = namesBefore(input)
  const find: Slots['named'] = (side, kind, name, file) => {
    const slot = name === null || file === undefined ? undefined : named[side].get(key(file, kind, name))
    const placed = slot?.[side]
    // Unless it is recorded that no other file had that name.
    if (!placed || (placed.twin !== false && before(kind, placed.entry.name, placed.file) !== null))
      return null
    return slot ?? null
  }
  let along: readonly Along[] | null = null
  const slots: Slots = {
    all,
    get along() {
      along ??= alongIn(input, all)
      return along
    },
    contexts: all.filter(({ kind }) => kind === 'context'),
    named: find,
    fileBefore: before,
    partsOf(context) {
      const parts = new Set([context])
      for (const side of ['from', 'to'] as const)
        for (const kind of behind) {
          const part = find(side, kind, textAt(context[side]?.entry, kind), context[side]?.file)
          if (part) parts.add(part)
        }
      return [...parts]
    },
  }
  // Where all that is behind contexts kept its name and place, the same name means the same on both sides.
  const moved = all.some(
    ({ kind, from, to }) =>
      kind !== 'context' && (from?.file !== to?.file || from?.entry.name !== to?.entry.name),
  )
  for (const slot of slots.contexts) {
    const { from, to } = slot
    if (!from || !to || !(moved || slot.changed)) continue
    const meant = behind.map((kind) => [
      find('from', kind, textAt(from.entry, kind), from.file),
      find('to', kind, textAt(to.entry, kind), to.file),
    ])
    // The same name may be another entry's on the other side.
    if (meant.some(([was, is]) => was !== is)) slot.changed = true
    else if (slot.changed && onlyFollows(from, to, meant)) slot.changed = false
  }
  settle(input, slots)
  return slots
}

/** Whether a context differs in nothing but the names of what it means on both sides: then it goes along with these. */
function onlyFollows(from: Placed, to: Placed, meant: readonly (readonly (Slot | null)[])[]): boolean {
  if (from.file !== to.file || from.entry.name !== to.entry.name) return false
  let named = from.entry.value
  for (const [i, kind] of behind.entries()) {
    const next = textAt(to.entry, kind)
    // A name that leads nowhere follows nothing.
    if (next !== textAt(from.entry, kind) && !meant[i]?.[1]) return false
    named = withKey(named, kind, next ?? undefined)
  }
  return sameMeaning('context', named, to.entry.value, to.file)
}

/** A name that an earlier file of the list has means that file's entry. */
function namesBefore({ from, now }: ChangeNow): Slots['fileBefore'] {
  const written = new Set(from.files.map(({ path }) => path))
  const others = now.files.filter(({ listed, path }) => listed && !written.has(path))
  const places = new Map(now.files.map(({ path, listed }, i) => [path, listed ? i : -1]))
  const names: Partial<Record<ModelKind, Map<string, string>>> = {}
  return (kind, name, file) => {
    if (others.length === 0) return null
    names[kind] ??= new Map(
      [...others]
        .reverse()
        .flatMap((other) => (other[kind] ?? []).map((entry) => [entry.name, other.path] as const)),
    )
    const other = names[kind].get(name)
    if (other === undefined) return null
    return file === null || (places.get(other) ?? 0) < (places.get(file) ?? -1) ? other : null
  }
}

/** Every entry with its two states, which needs no look at what the files are now. */
export const entryPairs = (change: Pick<Change, 'from' | 'to' | 'links' | 'named'>): readonly EntryPair[] =>
  modelKinds.flatMap((kind) => pairsOf(change, kind))

function pairsOf(
  { from, to, links, named }: Pick<Change, 'from' | 'to' | 'links' | 'named'>,
  kind: ModelKind,
): readonly EntryPair[] {
  const listed = new Set([...from.files, ...to.files].flatMap((file) => (file.listed ? [file.path] : [])))
  const own = links.filter((link) => link.kind === kind)
  const [fromNames, toNames] = [namesByFile(from, kind), namesByFile(to, kind)]
  const twins = (names: typeof fromNames, place: Place, said: boolean | undefined): boolean | null =>
    said ??
    (names.some(
      ({ path, has }) =>
        path !== place.file && listed.has(path) && listed.has(place.file) && has.has(place.name),
    )
      ? true
      : null)
  const there = new Map<string, { readonly file: string; readonly entry: ModelEntry }>()
  for (const file of to.files)
    for (const entry of file[kind] ?? []) {
      const key = keyOf({ file: file.path, name: entry.name })
      if (!there.has(key)) there.set(key, { file: file.path, entry })
    }
  const linked = new Map(own.flatMap((link) => (link.from ? [[keyOf(link.from), link] as const] : [])))
  const reached = new Map(own.flatMap((link) => (link.to ? [[keyOf(link.to), link] as const] : [])))
  const slots: EntryPair[] = []
  const taken = new Set<string>()
  for (const file of from.files) {
    const others = named?.get(file.path)?.[kind]
    for (const entry of file[kind] ?? []) {
      const place = { file: file.path, name: entry.name }
      const link = linked.get(keyOf(place))
      const target = link ? link.to : reached.has(keyOf(place)) ? null : place
      const found = target === null ? undefined : there.get(keyOf(target))
      if (found && target) taken.add(keyOf(target))
      const moved = found && (found.file !== file.path || found.entry.name !== entry.name)
      const stays = found && !moved && others?.has(entry.name) === false
      slots.push({
        kind,
        from: { file: file.path, entry, twin: twins(fromNames, place, link?.from?.twin) },
        to: found && target ? { ...found, twin: twins(toNames, target, link?.to?.twin) } : null,
        changed:
          !found ||
          (!stays && (moved === true || !sameMeaning(kind, entry.value, found.entry.value, file.path))),
        awaitedBy: link?.awaitedBy,
      })
    }
  }
  for (const [key, { file, entry }] of there)
    if (!taken.has(key)) {
      const place = { file, name: entry.name }
      const twin = twins(toNames, place, reached.get(key)?.to?.twin)
      slots.push({ kind, from: null, to: { file, entry, twin }, changed: true })
    }
  return slots
}

const namesByFile = ({ files }: EditModel, kind: ModelKind) =>
  files.map((file) => ({ path: file.path, has: new Set(file[kind]?.map(({ name }) => name)) }))

/** Finds what each entry is now: where it was last, followed through renames and moves, or where it was before. */
function settle(input: ChangeNow, slots: Slots): void {
  const { now, left, follow } = input
  for (const kind of modelKinds) {
    const here = new Map<string, ModelEntry>()
    for (const file of now.files)
      for (const entry of file[kind] ?? []) {
        const key = keyOf({ file: file.path, name: entry.name })
        if (!here.has(key)) here.set(key, entry)
      }
    const claimed = new Set<ModelEntry>()
    const own = slots.all.filter((slot) => slot.kind === kind)
    const placed = own.map((slot) => ({ slot, places: placesNow(slot) }))
    // Whom a later write of ours took to a place stands there, whoever was called so before.
    const moved = placed.filter(({ slot, places }) => isMoved(slot[left], places[0]))
    const first = new Set(moved)
    const stays = placed.filter((one) => !first.has(one))
    for (const { slot, places } of [
      ...moved,
      ...stays.filter(({ slot: { from } }) => from !== null),
      ...stays.filter(({ slot: { from } }) => from === null),
    ]) {
      const found = places.flatMap((place) => {
        const entry = here.get(keyOf(place))
        return entry && !claimed.has(entry) ? [{ entry, place }] : []
      })
      // Values are only read where there is a choice: most entries are where they were.
      const choice = found.some(({ entry }) => entry !== found[0]?.entry)
      const same = choice && found.find(({ entry, place }) => isSameEntry(slot, entry, place.file))
      const best = same || found[0]
      slot.now = best?.entry ?? null
      if (best) claimed.add(best.entry)
    }
    for (const slot of own) findStray(slot, here, claimed)
  }

  /** An older copy that was put back, or another program, may bring an entry to the place that it is to have, or had. */
  function findStray(slot: Slot, here: ReadonlyMap<string, ModelEntry>, claimed: Set<ModelEntry>): void {
    const { kind, from, to, now: is } = slot
    if (!from || !to || !is || (from.file === to.file && from.entry.name === to.entry.name)) return
    const [old, wanted] = [from, to].map(({ file, entry: { name } }) => here.get(keyOf({ file, name })))
    if (wanted === is) {
      const others = placesNow(slot).map((place) => here.get(keyOf(place)))
      slot.stray = others.find((one) => one !== undefined && one !== is && !claimed.has(one)) ?? null
    } else if (wanted && old === is && !claimed.has(wanted)) {
      if (!isUnchanged(kind, namedNow(kind, to, 'to', to.file), wanted.value, to.file)) return
      slot.stray = is
      slot.now = wanted
      claimed.add(wanted)
    }
    if (slot.stray) claimed.add(slot.stray)
  }

  function isMoved(after: Placed | null, place: Place | undefined): boolean {
    return after !== null && (place?.file !== after.file || place.name !== after.entry.name)
  }

  /** Where it must be by what Ekscope wrote since; else where it was before, if another program put that back. */
  function placesNow({ kind, from, to }: Slot): readonly Place[] {
    const [after, before] = left === 'from' ? [from, to] : [to, from]
    const place = ({ file, entry: { name } }: Placed, gone: boolean) => follow(kind, { file, name }, gone)
    if (!after) return before ? [place(before, true)] : []
    const stays = before?.file === after.file && before.entry.name === after.entry.name
    return before && !stays ? [place(after, false), place(before, false)] : [place(after, false)]
  }

  function isSameEntry({ kind, from, to }: Slot, entry: ModelEntry, file: string): boolean {
    if (!from) return false
    const states = {
      from: namedNow(kind, from, 'from', file),
      to: to ? namedNow(kind, to, 'to', file) : namedNow(kind, from, 'from', file),
      now: entry.value,
    }
    return otherAnchor(kind, states, file) === null
  }

  /** As it would stand in `file`, with what it refers to by the names of now. */
  function namedNow(kind: ModelKind, { entry, file: home }: Placed, side: Side, file: string): JsonMap {
    let next = rebaseEntry(kind, entry.value, home, file)
    for (const { key, kind: of } of references[kind]) {
      const slot = slots.named(side, of, textAt(entry, key), home)
      const is = (slot && standingOn(side, slot))?.name
      if (is !== undefined) next = withKey(next, key, is)
    }
    return next
  }
}

export interface Chosen {
  readonly slots: ReadonlySet<Slot>
  /** Contexts that the change is about, and chosen. */
  readonly contexts: readonly Slot[]
  /** Those of other files. */
  readonly along: readonly Along[]
  readonly whole: boolean
  readonly unknown: readonly string[]
}

export function select(slots: Slots, only: ReadonlySet<string> | null): Chosen {
  const isTouched = (parts: readonly Slot[]): boolean => parts.some(({ changed }) => changed)
  const isBehind = slots.all.some(({ kind, changed }) => changed && kind !== 'context')
  const touched = slots.contexts.filter((context) =>
    isBehind ? isTouched(slots.partsOf(context)) : context.changed,
  )
  const beside = slots.along.filter(({ parts }) => isTouched(parts))
  if (only === null)
    return {
      slots: new Set(slots.all.filter(({ changed }) => changed)),
      contexts: touched,
      along: beside,
      whole: true,
      unknown: [],
    }
  const isChosen = (name: string | undefined): boolean => name !== undefined && only.has(name)
  const namesOf = ({ from, to, now }: Slot) => [from?.entry.name, to?.entry.name, now?.name]
  const contexts = touched.filter((slot) => namesOf(slot).some(isChosen))
  const along = beside.filter(({ names }) => names.some(isChosen))
  const known = new Set([...contexts.flatMap(namesOf), ...along.flatMap(({ names }) => names)])
  const parts = [
    ...contexts.flatMap((context) => slots.partsOf(context)),
    ...along.flatMap((context) => context.parts),
  ]
  return {
    slots: new Set(parts.filter((slot) => slot.changed)),
    contexts,
    along,
    whole: false,
    unknown: [...only].filter((name) => !known.has(name)),
  }
}
