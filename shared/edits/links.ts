/** How entries were called, and where they stood, before and after a write: so that they are found again later. */
import { at, textOf } from '../json'
import { type EntryId, type EntryKind, entryKinds, type ModelKind } from '../kubeconfig/entries'
import { changedEntries, type EditModel, type ModelEntry, originOf } from './model'

export interface LinkedPlace {
  readonly file: string
  readonly name: string
  /** Another file that is read together with it had an entry of that name, too. */
  readonly twin: boolean
}

/** An entry that got another name or file, came (`before` is null) or went (`after` is null). */
export interface WrittenLink {
  readonly kind: EntryKind
  readonly before: LinkedPlace | null
  readonly after: LinkedPlace | null
  /** Contexts of other files that named it so already, and found another entry, or none; absent for none. */
  readonly awaitedBy?: readonly string[] | undefined
  /** Contexts of other files that name it as before, and find another entry, or none; absent for none. */
  readonly leftBy?: readonly string[] | undefined
}

/** Of entries that keep name and file nothing is said. */
export function linksBetween(before: EditModel, after: EditModel): readonly WrittenLink[] {
  return entryKinds.flatMap((kind) => linksOf(kind, before, after))
}

function linksOf(kind: EntryKind, before: EditModel, after: EditModel): readonly WrittenLink[] {
  const went = placesOf(kind, before, changedEntries(after, before, kind))
  const came = placesOf(kind, after, changedEntries(before, after, kind))
  const sources = new Map<EntryId, LinkedPlace>()
  const taken = new Set<EntryId>()
  for (const { entry } of came.values()) {
    if (went.has(entry.id) || !entry.moved || came.has(originOf(entry))) continue
    const pattern = went.get(originOf(entry))
    if (!pattern || taken.has(pattern.entry.id)) continue
    taken.add(pattern.entry.id)
    sources.set(entry.id, pattern.place)
  }
  const wents = new Map([...went.values()].map((placed) => [placed.place, placed.entry]))
  const [names, next] = [namesIn(kind, before), namesIn(kind, after)]
  const links: WrittenLink[] = []
  const link = (was: LinkedPlace | null, is: Placed | null): void => {
    const entry = was && wents.get(was)
    const awaitedBy = is ? awaiting(names, next, is.entry, is.place) : []
    const leftBy = entry ? awaiting(next, names, entry, was) : []
    links.push({
      kind,
      before: was,
      after: is?.place ?? null,
      ...(awaitedBy.length > 0 ? { awaitedBy } : {}),
      ...(leftBy.length > 0 ? { leftBy } : {}),
    })
  }
  for (const { entry, place } of came.values()) {
    const was = went.get(entry.id)?.place ?? sources.get(entry.id) ?? null
    if (was?.file !== place.file || was.name !== place.name) link(was, { entry, place })
  }
  for (const { entry, place } of went.values())
    if (!came.has(entry.id) && !taken.has(entry.id)) link(place, null)
  return links
}

/** What names mean over the list; each map is made when it is first asked. */
interface NamesOverList {
  /** Files of the list. */
  readonly listed: ReadonlySet<string>
  readonly meant: () => ReadonlyMap<string, ModelEntry>
  readonly naming: () => ReadonlyMap<
    string,
    readonly { readonly context: ModelEntry; readonly file: string }[]
  >
}

function namesIn(kind: EntryKind, model: EditModel): NamesOverList {
  const files = model.files.filter(({ listed }) => listed)
  let meant: Map<string, ModelEntry> | null = null
  let naming: Map<string, { context: ModelEntry; file: string }[]> | null = null
  return {
    listed: new Set(files.map(({ path }) => path)),
    meant() {
      if (meant !== null) return meant
      meant = new Map()
      for (const file of files)
        for (const entry of file[kind]) if (!meant.has(entry.name)) meant.set(entry.name, entry)
      return meant
    },
    naming() {
      if (naming !== null) return naming
      naming = new Map()
      for (const { path, context: contexts } of files)
        for (const context of contexts) {
          const name = textOf(at(context.value, kind))
          if (name === null) continue
          const known = naming.get(name)
          if (known) known.push({ context, file: path })
          else naming.set(name, [{ context, file: path }])
        }
      return naming
    },
  }
}

/** Contexts outside the entry's file that say the same on both sides, and only on the side `to` name this entry by that. */
function awaiting(
  from: NamesOverList,
  to: NamesOverList,
  { kind, name, id, from: pattern }: ModelEntry,
  place: LinkedPlace,
): readonly string[] {
  if (kind === 'context' || !to.listed.has(place.file)) return []
  const [was, is] = [from.meant().get(name), to.meant().get(name)]
  if (is?.id !== id || was?.id === id) return []
  // The very one in its old place, or what was made of it.
  if (was !== undefined && (was.id === pattern || was.from === id)) return []
  const named = (names: NamesOverList) =>
    (names.naming().get(name) ?? []).flatMap(({ context, file }) => (file === place.file ? [] : [context]))
  const now = new Set(named(to).map((context) => context.id))
  return [...new Set(named(from).flatMap((context) => (now.has(context.id) ? [context.name] : [])))]
}

interface Placed {
  readonly entry: ModelEntry
  readonly place: LinkedPlace
}

function placesOf(
  kind: EntryKind,
  model: EditModel,
  entries: ReadonlySet<ModelEntry>,
): ReadonlyMap<EntryId, Placed> {
  const places = new Map<EntryId, Placed>()
  if (entries.size === 0) return places
  /** By name, the files of the list that have it: one beside it is read for itself. */
  const files = new Map<string, Set<string>>()
  const asked = new Set([...entries].map(({ name }) => name))
  const listed = model.files.filter((file) => file.listed)
  for (const file of listed.length > 1 ? listed : [])
    for (const { name } of file[kind]) {
      if (!asked.has(name)) continue
      const known = files.get(name)
      if (known) known.add(file.path)
      else files.set(name, new Set([file.path]))
    }
  for (const file of model.files)
    for (const entry of file[kind]) {
      if (!entries.has(entry)) continue
      const twin = file.listed && (files.get(entry.name)?.size ?? 0) > 1
      places.set(entry.id, { entry, place: { file: file.path, name: entry.name, twin } })
    }
  return places
}

export interface FollowedPlace {
  /** Of several files that are read together: whichever has it. */
  readonly file: string | readonly string[]
  readonly name: string
}

/**
 * Where an entry went through later writes, oldest first, or where it was when it went: one that is `gone` may come back
 * there. It stays where no link speaks of it.
 */
export interface Follow {
  place(
    kind: ModelKind,
    place: FollowedPlace,
    gone?: boolean,
  ): { readonly file: string; readonly name: string }
  /** The names of which these writes speak: what has any other is where it was. */
  readonly names: Names
}

/** Names of entries. */
export type Names = Readonly<Record<ModelKind, ReadonlySet<string>>>

/** An entry that a write gave another name or file, took away or brought. */
export interface FollowedLink {
  readonly kind: ModelKind
  readonly before: Pick<LinkedPlace, 'file' | 'name'> | null
  readonly after: Pick<LinkedPlace, 'file' | 'name'> | null
}

const keyOf = (kind: ModelKind, name: string | undefined, gone: boolean) => `${kind} ${gone} ${name}`

export function followLinks(writes: readonly (readonly FollowedLink[])[]): Follow {
  interface Step {
    readonly write: number
    readonly from: FollowedLink['before']
    readonly to: FollowedLink['after']
  }
  const steps = new Map<string, Step[]>()
  const names = { cluster: new Set<string>(), user: new Set<string>(), context: new Set<string>() }
  const all = { ...names, section: new Set<string>() }
  writes.forEach((links, write) => {
    for (const { kind, before, after } of links) {
      for (const place of [before, after]) if (place) all[kind].add(place.name)
      const step = { write, from: before, to: after }
      const key = keyOf(kind, (before ?? after)?.name, before === null)
      const known = steps.get(key)
      if (known) known.push(step)
      else steps.set(key, [step])
    }
  })
  const placeNow: Follow['place'] = (kind, place, isGone = false) => {
    let { file, name } = place
    let [write, gone] = [-1, isGone]
    for (;;) {
      const next: Step | undefined = steps
        .get(keyOf(kind, name, gone))
        ?.find((step) => step.write > write && isAt(file, (step.from ?? step.to)?.file))
      if (!next) return { file: typeof file === 'string' ? file : '', name }
      write = next.write
      gone = next.to === null
      if (next.to === null) continue
      if (typeof file === 'string' || !isAt(file, next.to.file)) file = next.to.file
      name = next.to.name
    }
  }
  return { place: placeNow, names: all }
}

const isAt = (at: FollowedPlace['file'], file: string | undefined): boolean =>
  typeof at === 'string' ? at === file : file !== undefined && at.includes(file)
