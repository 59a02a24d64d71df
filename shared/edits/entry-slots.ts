/**
 * The entries that a write changed, through three states: as it found them, as it left them, and as they are now. An entry keeps
 * its slot through renames and moves, those of the write and later ones. Slots are built from what the write names, and from
 * what its renames and later ones may have put in each other's place. All else stayed what and where it was: such an entry gets
 * a slot when it is requested, by its name.
 */
import { at, type JsonMap, textOf, withKey } from '../json'
import { type EntryId, type ModelKind, modelKinds, namedKinds } from '../kubeconfig/entries'
import { rebaseEntry } from '../kubeconfig/relative-paths'
import { once } from '../once'
import type { Turns } from '../turns'
import { otherAnchor } from './carry-over'
import { Draft } from './draft'
import { isUnchanged, sameMeaning } from './equivalence'
import { type LinkedPlace, type LinkFollower, type Names, noNames, type Place } from './links'
import { type EditModel, entryNamed, fileOf, hasTwin, type ModelEntry, type ModelFile } from './model'
import { references } from './references'
import type { ReachedCurrent } from './resolution'

/** An entry that the write moved, renamed, made or took away; null on the side on which it is not there. */
export interface EntryLink extends Readonly<Record<Side, (Place & Partial<LinkedPlace>) | null>> {
  readonly kind: ModelKind
  /** Contexts of other files that named it on the side `from` as they do on the side `to`, where it is not what they find. */
  readonly awaitedBy?: readonly string[] | undefined
}

export type Side = 'from' | 'to'

/** What the change is, apart from what the files are now. */
export interface Change {
  /** The files of the write as the change is to find them. */
  readonly from: EditModel
  /** The same files as they are to become. */
  readonly to: EditModel
  /** Every entry that is another one on the other side, or is there on one side only. */
  readonly names: Names
  /** What is not linked here is the same entry where file and name are the same. */
  readonly links: readonly EntryLink[]
  /** The side on which the write left the files; what happened to their entries since follows from there. */
  readonly left: Side
  readonly follow: LinkFollower
  /** What current-context referred to on the side `to`; null for nothing, absent where that is not known. */
  readonly reached?: ReachedCurrent | null | undefined
  /** The same on the side `from`. */
  readonly led?: ReachedCurrent | null | undefined
  /** Contexts of other files that the write changed through their cluster or user, by where they were then. */
  readonly along?: readonly Place[] | undefined
  /**
   * Files of the list whose current-context did not count and had the name that a context got on the side `left`: no rename
   * is to take it along. Absent where that is not known.
   */
  readonly pointing?: ReadonlySet<string> | undefined
}

/** The change, and every file as it is now. */
export interface ChangeNow extends Change {
  readonly now: EditModel
}

export interface Placed {
  readonly file: string
  readonly entry: ModelEntry
  /** An entry of another file that is read together with it had that name at the time; null: not known. */
  readonly twin: boolean | null
}

/** One entry through its three states. */
export interface Slot {
  readonly kind: ModelKind
  readonly from: Placed | null
  readonly to: Placed | null
  changed: boolean
  /** Contexts of other files to which its name on the side `from` means something else on the other, or nothing. */
  readonly awaitedBy?: readonly string[] | undefined
  now: ModelEntry | null
  /** Where `now` is already where it is to be: what is where the change takes it away, as in an older copy. */
  stray: ModelEntry | null
}

/** A context of a file that the write did not touch, which changed with its cluster or user. */
export interface ChangedAlong {
  /** As it is now. */
  readonly entry: ModelEntry
  /** Its name then, and its name now. */
  readonly names: readonly string[]
  readonly parts: readonly Slot[]
}

/** What is there now for one side of it. */
export const standingOn = (side: Side, { now, stray }: Slot): ModelEntry | null =>
  side === 'from' ? (stray ?? now) : now

export const nameOf = ({ from, to }: Slot): string => (from ?? to)?.entry.name ?? ''

const placeOf = ({ file, entry: { name } }: Placed): Place => ({ file, name })
const isAt = (placed: Placed | null | undefined, place: Place | undefined): boolean =>
  placed?.file === place?.file && placed?.entry.name === place?.name

/** No path has a NUL. */
const keyOf = ({ file, name }: Place): string => `${file}\0${name}`
const keyIn = (side: Side, kind: ModelKind, place: Place): string => `${side} ${kind} ${keyOf(place)}`
export const textAt = (entry: ModelEntry | undefined, key: string): string | null =>
  entry === undefined ? null : textOf(at(entry.value, key))

/** The entries that are others in one of two states, where no record names them: by what they mean. */
export function namesBetween(from: EditModel, to: EditModel): Names {
  const names = noNames()
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const)
    for (const file of one.files)
      for (const kind of modelKinds)
        for (const entry of file[kind] ?? []) {
          const there = entryNamed(fileOf(other, file.path), kind, entry.name)
          const same = there === entry || sameMeaning(kind, entry.value, there?.value, file.path)
          if (!same || entryNamed(file, kind, entry.name) !== entry) names[kind].add(entry.name)
        }
  return names
}

/** The entries of which slots are made at once. */
function namesOf({ from, to, names: named, links, follow }: Change): Names {
  const names = noNames()
  for (const kind of modelKinds)
    for (const name of [...named[kind], ...follow.names[kind]]) names[kind].add(name)
  for (const link of links)
    for (const place of [link.from, link.to]) if (place) names[link.kind].add(place.name)
  if (names.cluster.size + names.user.size > 0)
    for (const { name, value } of [...from.files, ...to.files].flatMap(({ context }) => context))
      if (namedKinds.some((kind) => names[kind].has(textOf(at(value, kind)) ?? ''))) names.context.add(name)
  return names
}

export class Slots {
  /** Those that were made at once; all that are changed are among them. */
  readonly all: Slot[] = []
  readonly contexts: Slot[] = []
  private readonly input: ChangeNow
  private readonly names: Names
  private readonly placed = new Map<string, Slot>()
  private readonly byNow = new Map<EntryId, Slot>()
  /** Of what is read together with others, the files in the order in which they count. */
  private readonly listed: Readonly<Record<Side, readonly ModelFile[]>>
  private readonly beside: ReadonlySet<string>
  private knownAlong: readonly ChangedAlong[] | null = null

  constructor(input: ChangeNow) {
    this.input = input
    this.names = namesOf(input)
    const { from, to, now } = input
    this.beside = new Set([...now.files, ...from.files].flatMap(({ path, listed }) => (listed ? [] : [path])))
    const order = new Map([...from.files, ...now.files].map(({ path }, i) => [path, i]))
    const inOrder = ({ files }: EditModel) =>
      files
        .filter(({ path }) => !this.beside.has(path))
        .sort((a, b) => (order.get(a.path) ?? 0) - (order.get(b.path) ?? 0))
    this.listed = { from: inOrder(from), to: inOrder(to) }
  }

  /** Makes the slots of what the write names, and finds what of them is there now. */
  *made(): Turns<this> {
    for (const kind of modelKinds) this.all.push(...(yield* this.slotsOf(kind)))
    for (const slot of this.all)
      for (const side of ['from', 'to'] as const) {
        const place = slot[side]
        if (place) once(this.placed, keyIn(side, slot.kind, placeOf(place)), () => slot)
      }
    this.contexts.push(...this.all.filter(({ kind }) => kind === 'context'))
    for (const slot of this.contexts) {
      yield
      const { from: was, to: is } = slot
      if (!was || !is) continue
      const meant = namedKinds.map((kind) => [
        this.named('from', kind, textAt(was.entry, kind), was.file),
        this.named('to', kind, textAt(is.entry, kind), is.file),
      ])
      // The same name may be another entry's on the other side.
      if (meant.some(([one, other]) => one !== other)) slot.changed = true
      else if (slot.changed && onlyFollows(was, is, meant)) slot.changed = false
    }
    settle(this.input, this)
    for (const slot of this.all) if (slot.now) this.byNow.set(slot.now.id, slot)
    return this
  }

  /** What a name means on one side to what is in `file`: among what is read together with it, the first that has it. */
  named(side: Side, kind: ModelKind, name: string | null, file: string | undefined): Slot | null {
    if (name === null || file === undefined) return null
    const together = this.beside.has(file) ? [fileOf(this.input[side], file)] : this.listed[side]
    const home = together.find((one) => entryNamed(one, kind, name) !== undefined)
    const slot = home ? this.at(side, kind, { file: home.path, name }) : null
    const placed = slot?.[side]
    // Unless it is recorded that no other file had that name.
    if (!placed || (placed.twin !== false && this.fileBefore(kind, name, placed.file) !== null)) return null
    return slot
  }

  /** The entry that is there on one side. */
  at(side: Side, kind: ModelKind, { file, name }: Place): Slot | null {
    const known = this.placed.get(keyIn(side, kind, { file, name }))
    if (known || this.names[kind].has(name)) return known ?? null
    // It stayed what and where it was, and nothing else came to its place.
    const { from, to, now } = this.input
    const [was, is, here] = [from, to, now].map((model) => entryNamed(fileOf(model, file), kind, name))
    if (!was || !is) return null
    const [old, next] = [this.placeIn('from', file, was), this.placeIn('to', file, is)]
    const slot: Slot = { kind, from: old, to: next, changed: false, now: here ?? null, stray: null }
    for (const one of ['from', 'to'] as const) this.placed.set(keyIn(one, kind, { file, name }), slot)
    return slot
  }

  /** The slot of what is there now. */
  of({ id, kind, name }: ModelEntry, file: string | undefined): Slot | null {
    const known = this.byNow.get(id)
    if (known || file === undefined) return known ?? null
    const slot = this.at('from', kind, { file, name })
    return slot?.now?.id === id ? slot : null
  }

  /** The file that the write did not touch and that kubectl reads before `file`, where it has such a name. */
  fileBefore(kind: ModelKind, name: string, file: string | null): string | null {
    const { from, now } = this.input
    const end =
      file === null ? now.files.length : now.files.findIndex(({ path, listed }) => listed && path === file)
    const before = now.files
      .slice(0, Math.max(0, end))
      .find((one) => one.listed && !fileOf(from, one.path) && entryNamed(one, kind, name) !== undefined)
    return before?.path ?? null
  }

  /** What an entry says on one side, with what it refers to by the names of now, where there are such. */
  referring(
    kind: ModelKind,
    { entry, file }: Placed,
    side: Side,
    nameNow: (slot: Slot | null, kind: ModelKind, name: string) => string | null | undefined,
  ): JsonMap {
    return references[kind].reduce((value, { key, kind: of }) => {
      const name = textAt(entry, key)
      const now = name === null ? null : nameNow(this.named(side, of, name, file), of, name)
      return now == null ? value : withKey(value, key, now)
    }, entry.value)
  }

  /** A context, and what it refers to before and after the change. */
  partsOf(context: Slot): readonly Slot[] {
    const parts = new Set([context])
    for (const side of ['from', 'to'] as const)
      for (const kind of namedKinds) {
        const part = this.named(side, kind, textAt(context[side]?.entry, kind), context[side]?.file)
        if (part) parts.add(part)
      }
    return [...parts]
  }

  get along(): readonly ChangedAlong[] {
    this.knownAlong ??= this.contextsAlong()
    return this.knownAlong
  }

  /** The slots that contexts of other files refer to now. */
  private contextsAlong(): readonly ChangedAlong[] {
    const { along = [], follow, now, from } = this.input
    if (along.length === 0) return []
    const draft = new Draft(now)
    return along.flatMap((then) => {
      const { file, name } = follow.place('context', then)
      const entry = entryNamed(fileOf(now, file), 'context', name)
      if (!entry || fileOf(from, file)) return []
      const parts = namedKinds.flatMap((kind) => {
        const found = draft.behind(entry, kind)
        return (found && this.of(found, draft.fileOf(found.id)?.path)) ?? []
      })
      return [{ entry, names: [then.name, name], parts }]
    })
  }

  private placeIn(side: Side, file: string, entry: ModelEntry, said?: boolean | undefined): Placed {
    const model = this.input[side]
    const home = fileOf(model, file)
    return { file, entry, twin: said ?? (home && hasTwin(model, home, entry) ? true : null) }
  }

  private *slotsOf(kind: ModelKind): Turns<Slot[]> {
    const { to, names, links } = this.input
    const own = links.filter((link) => link.kind === kind)
    const linked = new Map(own.flatMap((link) => (link.from ? [[keyOf(link.from), link] as const] : [])))
    const reached = new Map(own.flatMap((link) => (link.to ? [[keyOf(link.to), link] as const] : [])))
    const named = (side: Side) =>
      this.input[side].files.flatMap(({ path: file, [kind]: list = [] }) =>
        list.flatMap((entry) =>
          this.names[kind].has(entry.name) ? [{ entry, at: { file, name: entry.name } }] : [],
        ),
      )
    const taken = new Set<string>()
    const still = { kind, now: null, stray: null }
    const slots: Slot[] = []
    for (const { entry, at } of named('from')) {
      yield
      const key = keyOf(at)
      const link = linked.get(key)
      const target = link ? link.to : reached.has(key) ? null : at
      const found = target && entryNamed(fileOf(to, target.file), kind, target.name)
      if (target && found) taken.add(keyOf(target))
      const stays = found && target.file === at.file && target.name === at.name
      slots.push({
        ...still,
        from: this.placeIn('from', at.file, entry, link?.from?.twin),
        to: found ? this.placeIn('to', target.file, found, link?.to?.twin) : null,
        changed:
          !stays || (names[kind].has(at.name) && !sameMeaning(kind, entry.value, found.value, at.file)),
        awaitedBy: link?.awaitedBy,
      })
    }
    for (const { entry, at } of named('to')) {
      const key = keyOf(at)
      if (taken.has(key)) continue
      taken.add(key)
      const placed = this.placeIn('to', at.file, entry, reached.get(key)?.to?.twin)
      slots.push({ ...still, from: null, to: placed, changed: true })
    }
    return slots
  }
}

/** Whether a context differs in nothing but the names of what it means on both sides: then it goes along with these. */
function onlyFollows(from: Placed, to: Placed, meant: readonly (readonly (Slot | null)[])[]): boolean {
  if (from.file !== to.file || from.entry.name !== to.entry.name) return false
  let named = from.entry.value
  for (const [i, kind] of namedKinds.entries()) {
    const next = textAt(to.entry, kind)
    // A name that refers to no entry follows nothing.
    if (next !== textAt(from.entry, kind) && !meant[i]?.[1]) return false
    named = withKey(named, kind, next ?? undefined)
  }
  return sameMeaning('context', named, to.entry.value, to.file)
}

/** Finds what each entry is now: where it was last, followed through renames and moves, or where it was before. */
function settle({ now, left, follow }: ChangeNow, slots: Slots): void {
  for (const kind of modelKinds) {
    const here = ({ file, name }: Place) => entryNamed(fileOf(now, file), kind, name)
    const claimed = new Set<ModelEntry>()
    const own = slots.all.filter((slot) => slot.kind === kind)
    const ranked = own.map((slot) => {
      const places = placesNow(slot)
      const [place] = places
      // What a later write of ours took to a place is there, not an earlier entry of that name. Of names that the write
      // put in each other's place, a slot with its own name comes before one that is looked for where it was.
      const isMoved = slot[left] !== null && !isAt(slot[left], place)
      const rank = isMoved ? 0 : !slot.from ? 3 : place && here(place) ? 1 : 2
      return { slot, places, rank }
    })
    for (const { slot, places } of ranked.sort((a, b) => a.rank - b.rank)) {
      const found = places.flatMap((place) => {
        const entry = here(place)
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

  /** An older copy that was put back, or another program, may put an entry in the place that it is to have, or had. */
  function findStray(
    slot: Slot,
    here: (place: Place) => ModelEntry | undefined,
    claimed: Set<ModelEntry>,
  ): void {
    const { kind, from, to, now: is } = slot
    if (!from || !to || !is || isAt(from, placeOf(to))) return
    const [old, wanted] = [from, to].map((placed) => here(placeOf(placed)))
    if (wanted === is) {
      const others = placesNow(slot).map(here)
      slot.stray = others.find((one) => one !== undefined && one !== is && !claimed.has(one)) ?? null
    } else if (wanted && old === is && !claimed.has(wanted)) {
      if (!isUnchanged(kind, namedNow(kind, to, 'to', to.file), wanted.value, to.file)) return
      slot.stray = is
      slot.now = wanted
      claimed.add(wanted)
    }
    if (slot.stray) claimed.add(slot.stray)
  }

  /** Where it must be by what Ekscope wrote since; else where it was before, if another program put that back. */
  function placesNow({ kind, from, to }: Slot): readonly Place[] {
    const [after, before] = left === 'from' ? [from, to] : [to, from]
    const place = (placed: Placed, gone = false) => follow.place(kind, placeOf(placed), gone)
    if (!after) return before ? [place(before, true)] : []
    return before && !isAt(before, placeOf(after)) ? [place(after), place(before)] : [place(after)]
  }

  function isSameEntry({ kind, from, to }: Slot, entry: ModelEntry, file: string): boolean {
    if (!from) return false
    const was = namedNow(kind, from, 'from', file)
    const is = to ? namedNow(kind, to, 'to', file) : was
    return otherAnchor(kind, { from: was, to: is, now: entry.value }, file) === null
  }

  /** As it would be in `file`. */
  function namedNow(kind: ModelKind, placed: Placed, side: Side, file: string): JsonMap {
    const value = slots.referring(kind, placed, side, (slot) => slot && standingOn(side, slot)?.name)
    return rebaseEntry(kind, value, placed.file, file)
  }
}

/**
 * The slots of a change that are carried out. `contexts` and `along`: those that it is about, of its own files and of others;
 * `unknown`: names that it has no part in.
 */
export type Chosen = ReturnType<typeof select>

export function select(slots: Slots, only: ReadonlySet<string> | null) {
  const isTouched = (parts: readonly Slot[]): boolean => parts.some(({ changed }) => changed)
  const isBehind = slots.all.some(({ kind, changed }) => changed && kind !== 'context')
  const touched = slots.contexts.filter((context) =>
    isBehind ? isTouched(slots.partsOf(context)) : context.changed,
  )
  const beside = slots.along.filter(({ parts }) => isTouched(parts))
  const isChosen = (name: string | undefined): boolean =>
    only === null || (name !== undefined && only.has(name))
  const namesOf = ({ from, to, now }: Slot) => [from?.entry.name, to?.entry.name, now?.name]
  const contexts = touched.filter((slot) => namesOf(slot).some(isChosen))
  const along = beside.filter(({ names }) => names.some(isChosen))
  const known = new Set([...contexts.flatMap(namesOf), ...along.flatMap(({ names }) => names)])
  const parts =
    only === null
      ? slots.all
      : [...contexts.flatMap((context) => slots.partsOf(context)), ...along.flatMap((one) => one.parts)]
  return {
    slots: new Set(parts.filter(({ changed }) => changed)),
    contexts,
    along,
    whole: only === null,
    unknown: [...(only ?? [])].filter((name) => !known.has(name)),
  }
}
