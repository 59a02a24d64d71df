/** Entries that another program renamed, found again by what they say: the old name is gone, and one new entry says it. */
import { grouped } from '../grouped'
import { at, isMap, type Json, type JsonMap, textOf, withKey } from '../json'
import { type EntryId, mask, partsOfId } from '../kubeconfig/entries'
import { meaningKey } from './equivalence'
import { changedBothWays, type EditModel, type ModelEntry } from './model'

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
  // A name that is cut short is no new one.
  const torn = new Set<string | undefined>(
    now.files.flatMap(({ path, unreadable }) => (unreadable === null ? [] : [path])),
  )
  const names: Record<'cluster' | 'user', Map<string, string>> = { cluster: new Map(), user: new Map() }
  // Contexts last: one that names a renamed user says the same by another name.
  for (const kind of ['cluster', 'user', 'context'] as const) {
    const { came, went } = changedBothWays(before, now, kind)
    const [is, was] = [came, went].map((all) => new Set([...all].map(({ id }) => id)))
    const says = ({ id, value }: ModelEntry) => `${partsOfId(id)?.file} ${meaningKey(kind, value)}`
    const olds = grouped(went, (entry) => {
      if (is?.has(entry.id) || !toldApart(entry)) return null
      return says(kind === 'context' ? { ...entry, value: withNames(entry.value, names) } : entry)
    })
    const news = grouped(olds.size === 0 ? [] : came, (entry) =>
      was?.has(entry.id) || torn.has(partsOfId(entry.id)?.file) ? null : says(entry),
    )
    for (const [text, [old, ...rivals]] of olds) {
      const [found, ...others] = news.get(text) ?? []
      if (!old || !found || rivals.length + others.length > 0) continue
      ids.set(old.id, found.id)
      if (kind !== 'context') names[kind].set(old.name, found.name)
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
