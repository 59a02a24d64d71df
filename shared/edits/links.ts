/** The names and places of entries before and after a write, so that they are found again later. */
import { type EntryId, type EntryKind, entryKinds, isBehind, type ModelKind } from '../kubeconfig/entries'
import { once } from '../once'
import { Draft } from './draft'
import { changedBothWays, type EditModel, hasTwin, type ModelEntry, originOf } from './model'

/** Where an entry is: a file of the models, and its name there. */
export interface Place {
  readonly file: string
  readonly name: string
}

export interface LinkedPlace extends Place {
  /** Another file that is read together with it had an entry of that name, too. */
  readonly twin: boolean
}

/** An entry that got another name or file, came (`before` is null) or went (`after` is null). */
export interface WrittenLink extends FollowedLink {
  readonly kind: EntryKind
  readonly before: LinkedPlace | null
  readonly after: LinkedPlace | null
  /** Contexts of other files that named it so already, and found another entry, or none; absent for none. */
  readonly awaitedBy?: readonly string[] | undefined
  /** Contexts of other files that name it as before, and find another entry, or none; absent for none. */
  readonly leftBy?: readonly string[] | undefined
}

/** The same as later writes are followed by it. */
export interface FollowedLink {
  readonly kind: ModelKind
  readonly before: Place | null
  readonly after: Place | null
}

/** Entries that keep name and file are not reported. */
export function linksBetween(before: EditModel, after: EditModel): readonly WrittenLink[] {
  const [old, next] = [new Draft(before), new Draft(after)]
  return entryKinds.flatMap((kind) => {
    const { came, went } = changedBothWays(before, after, kind)
    const [is, was] = [placesOf(kind, after, came), placesOf(kind, before, went)]
    const link = (from: Placed | undefined, to: Placed | undefined): WrittenLink => {
      const awaitedBy = to ? awaiting(old, next, to) : []
      const leftBy = from ? awaiting(next, old, from) : []
      return {
        kind,
        before: from?.place ?? null,
        after: to?.place ?? null,
        ...(awaitedBy.length > 0 ? { awaitedBy } : {}),
        ...(leftBy.length > 0 ? { leftBy } : {}),
      }
    }
    const links = [...is.values()].flatMap((to) => {
      const origin = originOf(to.entry)
      const from = was.get(to.entry.id) ?? (is.has(origin) ? undefined : was.get(origin))
      if (from) was.delete(from.entry.id)
      const stays = from?.place.file === to.place.file && from.place.name === to.place.name
      return stays ? [] : [link(from, to)]
    })
    return [...links, ...[...was.values()].map((from) => link(from, undefined))]
  })
}

/** Contexts outside the entry's file that say the same on both sides, and only on the side `to` name this entry by that. */
function awaiting(from: Draft, to: Draft, { entry, place: { file } }: Placed): readonly string[] {
  const { kind, name, id } = entry
  if (!isBehind(kind) || to.file(file)?.listed !== true) return []
  const [was, is] = [from.list.winner(kind, name), to.list.winner(kind, name)]
  if (is?.id !== id || was?.id === id) return []
  // The very one in its old place, or what was built from it.
  if (was !== null && (was.id === entry.from || was.from === id)) return []
  const named = (draft: Draft) =>
    draft.list.naming(kind, name).filter((context) => draft.fileOf(context.id)?.path !== file)
  const now = new Set(named(to).map((context) => context.id))
  return [...new Set(named(from).flatMap((context) => (now.has(context.id) ? [context.name] : [])))]
}

interface Placed {
  readonly entry: ModelEntry
  readonly place: LinkedPlace
}

function placesOf(kind: EntryKind, model: EditModel, entries: ReadonlySet<ModelEntry>): Map<EntryId, Placed> {
  const places = new Map<EntryId, Placed>()
  for (const file of entries.size === 0 ? [] : model.files)
    for (const entry of file[kind]) {
      if (!entries.has(entry)) continue
      const { id, name } = entry
      places.set(id, { entry, place: { file: file.path, name, twin: hasTwin(model, file, entry) } })
    }
  return places
}

export interface FollowedPlace {
  /** Of several files that are read together: the one that has it. */
  readonly file: string | readonly string[]
  readonly name: string
}

/** Names of entries. */
export type Names = Readonly<Record<ModelKind, ReadonlySet<string>>>

export const noNames = (): Record<ModelKind, Set<string>> => ({
  cluster: new Set(),
  user: new Set(),
  context: new Set(),
  section: new Set(),
})

const keyOf = (kind: ModelKind, name: string | undefined, gone: boolean) => `${kind} ${gone} ${name}`

export type LinkFollower = ReturnType<typeof followLinks>

/** Where entries went through later writes, oldest first. */
export function followLinks(writes: readonly (readonly FollowedLink[])[]) {
  type Step = FollowedLink & { readonly write: number }
  const steps = new Map<string, Step[]>()
  const names = noNames()
  writes.forEach((links, write) => {
    for (const { kind, before, after } of links) {
      for (const place of [before, after]) if (place) names[kind].add(place.name)
      const key = keyOf(kind, (before ?? after)?.name, before === null)
      once(steps, key, (): Step[] => []).push({ write, kind, before, after })
    }
  })
  /**
   * Where an entry went, or where it was when it went: one that is gone may come back there. An entry without a link stays.
   */
  const place = (kind: ModelKind, then: FollowedPlace, isGone = false): Place => {
    let { file, name } = then
    let [write, gone] = [-1, isGone]
    for (;;) {
      const next: Step | undefined = steps
        .get(keyOf(kind, name, gone))
        ?.find((step) => step.write > write && isAt(file, (step.before ?? step.after)?.file))
      if (!next) return { file: typeof file === 'string' ? file : '', name }
      const { after } = next
      write = next.write
      gone = after === null
      if (after === null) continue
      if (typeof file === 'string' || !isAt(file, after.file)) file = after.file
      name = after.name
    }
  }
  // What has any other than these names is where it was.
  return { place, names }
}

const isAt = (at: FollowedPlace['file'], file: string | undefined): boolean =>
  typeof at === 'string' ? at === file : file !== undefined && at.includes(file)
