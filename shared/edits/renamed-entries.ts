/** Entries that another program renamed, found again by what they say: the old name is gone, and one new entry says it. */
import { at, isMap, type Json, type JsonMap, textOf, withKey } from '../json'
import { type EntryId, type EntryKind, mask } from '../kubeconfig/entries'
import { meaningKey } from './equivalence'
import { type EditModel, type ModelEntry, sameEntries } from './model'

interface Placed {
  readonly entry: ModelEntry
  readonly file: string
}

function entriesIn(model: EditModel, kind: EntryKind): ReadonlyMap<EntryId, Placed> {
  return new Map(
    model.files.flatMap((file) => file[kind].map((entry) => [entry.id, { entry, file: file.path }] as const)),
  )
}

/** Masked secrets of two entries look the same: such an entry is never taken for another. */
function isMasked(value: Json): boolean {
  if (typeof value === 'string') return value.includes(mask)
  if (Array.isArray(value)) return value.some(isMasked)
  return isMap(value) && Object.values(value).some(isMasked)
}
/** A cluster's certificate is no secret, and its size and the server tell it apart. */
const toldApart = ({ kind, value }: ModelEntry): boolean => kind === 'cluster' || !isMasked(value)

/** Ids of entries as they were → as they are now. Only within a file, and only where there is no doubt. */
export function renamedEntries(before: EditModel, now: EditModel): ReadonlyMap<EntryId, EntryId> {
  const ids = new Map<EntryId, EntryId>()
  const names: Record<'cluster' | 'user', Map<string, string>> = { cluster: new Map(), user: new Map() }
  // Contexts last: one that names a renamed user says the same by another name.
  for (const kind of ['cluster', 'user', 'context'] as const) {
    // Nothing came or went.
    if (sameEntries(before, now, kind)) continue
    const [was, is] = [entriesIn(before, kind), entriesIn(now, kind)]
    const gone = [...was.values()].filter(({ entry }) => !is.has(entry.id) && toldApart(entry))
    const come = [...is.values()].filter(({ entry }) => !was.has(entry.id))
    if (gone.length === 0 || come.length === 0) continue
    const key = (value: JsonMap, { file }: Placed) => `${file} ${meaningKey(kind, value)}`
    const olds = new Map<string, Placed[]>()
    for (const one of gone) {
      const { value } = one.entry
      const says = key(kind === 'context' ? withNames(value, names) : value, one)
      olds.set(says, [...(olds.get(says) ?? []), one])
    }
    const news = new Map<string, Placed[]>()
    for (const one of come) {
      const says = key(one.entry.value, one)
      if (olds.has(says)) news.set(says, [...(news.get(says) ?? []), one])
    }
    for (const [says, was] of olds) {
      const [old, ...rivals] = was
      const [found, ...others] = news.get(says) ?? []
      if (!old || !found || rivals.length + others.length > 0) continue
      ids.set(old.entry.id, found.entry.id)
      if (kind !== 'context') names[kind].set(old.entry.name, found.entry.name)
    }
  }
  return ids
}

function withNames(
  value: JsonMap,
  names: Readonly<Record<'cluster' | 'user', ReadonlyMap<string, string>>>,
): JsonMap {
  let next = value
  for (const kind of ['cluster', 'user'] as const) {
    const now = names[kind].get(textOf(at(value, kind)) ?? '')
    if (now !== undefined) next = withKey(next, kind, now)
  }
  return next
}

/** The model with other ids for some of its entries; names and values stay. */
export function withEntryIds(model: EditModel, ids: ReadonlyMap<EntryId, EntryId>): EditModel {
  const renamed = (list: readonly ModelEntry[]) =>
    list.map((entry) => {
      const id = ids.get(entry.id)
      return id === undefined ? entry : { ...entry, id }
    })
  return {
    files: model.files.map((file) => ({
      ...file,
      cluster: renamed(file.cluster),
      user: renamed(file.user),
      context: renamed(file.context),
    })),
  }
}
