/**
 * The files of a list as plain values that edits work on: whole and with secrets in main, masked in the page.
 * The same functions change both, so that the grid and the disk cannot drift apart.
 */
import type { EntryId, EntryKind } from '../kubeconfig/entries'

/** Whole numbers beyond 2^53 are bigint: what is copied must keep every digit. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonMap
export interface JsonMap {
  readonly [key: string]: Json
}

export interface ModelEntry {
  readonly id: EntryId
  readonly kind: EntryKind
  readonly name: string
  /** What stands under `cluster:`, `user:` or `context:`. */
  readonly value: JsonMap
  /** The entry that this one was copied or moved from: its text is the pattern for the new one. */
  readonly from: EntryId | null
}

export interface ModelFile {
  /** Absolute, as listed. */
  readonly path: string
  readonly exists: boolean
  /** One of the list that kubectl merges; false for a file that is only a target of move, import or export. */
  readonly listed: boolean
  /** Why nothing may be written to it; null when it may. */
  readonly unreadable: string | null
  /** Nothing else is wrong with it than text that kubectl misreads for want of quotes. */
  readonly mendable?: boolean
  readonly currentContext: string | null
  readonly cluster: readonly ModelEntry[]
  readonly user: readonly ModelEntry[]
  readonly context: readonly ModelEntry[]
}

export interface EditModel {
  /** In the list's order; files outside the list after it. */
  readonly files: readonly ModelFile[]
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** A non-empty string, or null: kubectl makes no difference between a missing, a null and an empty one. */
export function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** Own keys only: a key named `constructor` or `__proto__` is a key like any other. */
export function at(map: JsonMap, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined
}

/** A map with any keys at all, `__proto__` too. */
export function mapOf(pairs: Iterable<readonly [string, Json]>): JsonMap {
  return Object.fromEntries(pairs)
}

/** The map with one key set, at its old place or at the end; removed when the value is undefined. */
export function withKey(map: JsonMap, key: string, value: Json | undefined): JsonMap {
  const pairs = Object.entries(map)
  const place = pairs.findIndex(([name]) => name === key)
  if (value === undefined) return place < 0 ? map : mapOf(pairs.filter(([name]) => name !== key))
  if (place < 0) return mapOf([...pairs, [key, value]])
  return mapOf(pairs.map((pair): readonly [string, Json] => (pair[0] === key ? [key, value] : pair)))
}

/** Equal in meaning: the order of keys does not count. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  if (!isMap(a) || !isMap(b)) return typeof a === 'number' && typeof b === 'number' && Object.is(a, b)
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  )
}

/** The first non-empty current-context of the list, as kubectl takes it. */
export function currentContextOf({
  files,
}: {
  readonly files: readonly Pick<ModelFile, 'listed' | 'currentContext'>[]
}): string | null {
  return files.find((file) => file.listed && file.currentContext !== null)?.currentContext ?? null
}

/** Entries of `to` that are not in `from` as they are; unchanged ones are the same objects, mostly in their old places. */
export function changedEntries(from: EditModel, to: EditModel, kind: EntryKind): ReadonlySet<ModelEntry> {
  const changed = new Set<ModelEntry>()
  to.files.forEach((file, at) => {
    const old = from.files[at]?.[kind] ?? []
    let known: ReadonlySet<ModelEntry> | null = null
    file[kind].forEach((entry, place) => {
      if (entry === old[place]) return
      known ??= new Set(old)
      if (!known.has(entry)) changed.add(entry)
    })
  })
  return changed
}

/** Names of entries that came, went or became others; of a renamed one both. */
export function changedNames(before: EditModel, after: EditModel, kind: EntryKind): ReadonlySet<string> {
  const names = new Set<string>()
  for (const entry of changedEntries(before, after, kind)) names.add(entry.name)
  for (const entry of changedEntries(after, before, kind)) names.add(entry.name)
  return names
}
