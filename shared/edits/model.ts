/**
 * The files of a list as plain values that edits work on: whole and with secrets in main, masked in the page.
 * The same functions change both, so that the grid and the disk cannot drift apart.
 */
import type { JsonMap } from '../json'
import { type EntryId, type EntryKind, entryId, entryKinds, type ModelKind } from '../kubeconfig/entries'
import { once } from '../once'

export interface ModelEntry {
  readonly id: EntryId
  readonly kind: ModelKind
  readonly name: string
  /** What is under `cluster:`, `user:` or `context:`. */
  readonly value: JsonMap
  /** The entry that this one was copied or moved from: its text is the pattern for the new one. */
  readonly from: EntryId | null
  /** It is that very entry in another place, however often it was moved. */
  readonly moved?: true
}

/** What an entry was before it was moved; a copy is what it is. */
export const originOf = ({ id, from, moved }: ModelEntry): EntryId => (moved && from !== null ? from : id)

/** Whether one is the other where it is now, or was before it was moved, there or back. */
export const isSameMoved = (one: ModelEntry, other: ModelEntry): boolean =>
  [one.id, originOf(one)].some((id) => id === other.id || id === originOf(other))

export interface ModelFile {
  /** Absolute, as listed. */
  readonly path: string
  readonly exists: boolean
  /** One of the list that kubectl merges; false for a file that is only a target of move, import or export. */
  readonly listed: boolean
  /** Why nothing may be written to it; null when it may. */
  readonly unreadable: string | null
  /** Nothing else is wrong with it than text that kubectl misreads because quotes are missing. */
  readonly mendable?: boolean
  readonly currentContext: string | null
  readonly cluster: readonly ModelEntry[]
  readonly user: readonly ModelEntry[]
  readonly context: readonly ModelEntry[]
  /** Of an AWS config file, which has no entries of the other three kinds. */
  readonly section?: readonly ModelEntry[]
  /** Where the first entry of this name was read, if that can be said without looking at all entries. It may be elsewhere by now. */
  readonly placeOf?: ((kind: EntryKind, name: string) => number | undefined) | undefined
}

export interface EditModel {
  /** In the list's order; files outside the list after it. */
  readonly files: readonly ModelFile[]
}

/** The file of that path, if it is one of the model's. */
export function fileOf(model: EditModel, path: string): ModelFile | undefined {
  return model.files.find((file) => file.path === path)
}

const byName = new WeakMap<readonly ModelEntry[], ReadonlyMap<string, ModelEntry>>()

/** The first entry of that name in its list; the names of a list are collected once. */
export function entryNamed(
  file: ModelFile | undefined,
  kind: ModelKind,
  name: string,
): ModelEntry | undefined {
  const list = file?.[kind]
  if (list === undefined) return undefined
  return once(byName, list, () => new Map([...list].reverse().map((entry) => [entry.name, entry]))).get(name)
}

/** Whether another file that is read together with this one has an entry of that name, too. */
export const hasTwin = (
  { files }: EditModel,
  { path, listed }: ModelFile,
  { kind, name }: ModelEntry,
): boolean =>
  listed && files.some((one) => one.listed && one.path !== path && entryNamed(one, kind, name) !== undefined)

/** The first non-empty current-context of files that kubectl reads together. */
export function currentContextOf(files: readonly Pick<ModelFile, 'currentContext'>[]): string | null {
  return files.find((file) => file.currentContext !== null)?.currentContext ?? null
}

/**
 * Entries that came or became these, and those that went or were these. Unchanged ones are the same objects, mostly in their old
 * places.
 */
export function changedBothWays(
  before: EditModel,
  after: EditModel,
  kind: EntryKind,
): { readonly came: ReadonlySet<ModelEntry>; readonly went: ReadonlySet<ModelEntry> } {
  const files = Array.from({ length: Math.max(before.files.length, after.files.length) }, (_, at) =>
    changedInList(before.files[at]?.[kind] ?? [], after.files[at]?.[kind] ?? []),
  )
  return {
    came: new Set(files.flatMap(({ came }) => [...came])),
    went: new Set(files.flatMap(({ went }) => [...went])),
  }
}

const none = { came: new Set<ModelEntry>(), went: new Set<ModelEntry>() } as const
const comparisons = new WeakMap<readonly ModelEntry[], WeakMap<readonly ModelEntry[], typeof none>>()

/** Compared once: overlay, effects and what is kept of edits all ask for it. */
function changedInList(old: readonly ModelEntry[], now: readonly ModelEntry[]) {
  if (old === now) return none
  return once(
    once(comparisons, now, () => new WeakMap()),
    old,
    () => differenceOf(old, now),
  )
}

function differenceOf(old: readonly ModelEntry[], now: readonly ModelEntry[]) {
  const [came, went] = [new Set<ModelEntry>(), new Set<ModelEntry>()]
  for (let place = 0; place < Math.max(old.length, now.length); place++) {
    const [was, is] = [old[place], now[place]]
    if (was === is) continue
    // It may only have another place.
    if (is && !went.delete(is)) came.add(is)
    if (was && !came.delete(was)) went.add(was)
  }
  return { came, went }
}

/** Names that came to a file or left one. Who has them may have changed; a changed value alone changes no name. */
export function namesThatMoved({ came, went }: ReturnType<typeof changedBothWays>): ReadonlySet<string> {
  const was = new Map([...went].map((entry) => [entry.id, entry.name]))
  const is = new Map([...came].map((entry) => [entry.id, entry.name]))
  return new Set([
    ...[...came].flatMap(({ id, name }) => (was.get(id) === name ? [] : [name])),
    ...[...went].flatMap(({ id, name }) => (is.get(id) === name ? [] : [name])),
  ])
}

/** Whether both have the very entries, and say the same of current-context. */
export const isSameModel = (one: EditModel, other: EditModel): boolean =>
  one.files.every((file, at) => file.currentContext === other.files[at]?.currentContext) &&
  entryKinds.every((kind) => changedNames(one, other, kind).size === 0)

/** Names of entries that were added, removed or changed; of a renamed one both. */
export function changedNames(before: EditModel, after: EditModel, kind: EntryKind): ReadonlySet<string> {
  const { came, went } = changedBothWays(before, after, kind)
  return new Set([...came, ...went].map(({ name }) => name))
}

/** For edits, which name entries by their first ids: the entries that the changed files name anew, with the ids that they get. */
export function renamedIds(before: EditModel, after: EditModel): ReadonlyMap<EntryId, EntryId> {
  const ids = new Map<EntryId, EntryId>()
  for (const [place, file] of after.files.entries())
    for (const kind of entryKinds) {
      const was = before.files[place]
      // With the same names in the same order, their ids are the same.
      if (was?.path === file.path && isCalledAlike(was[kind], file[kind])) continue
      const counts = new Map<string, number>()
      for (const { id, name } of file[kind]) {
        const occurrence = counts.get(name) ?? 0
        counts.set(name, occurrence + 1)
        const now = entryId(kind, file.path, name, occurrence)
        if (now !== id) ids.set(id, now)
      }
    }
  return ids
}

const isCalledAlike = (was: readonly ModelEntry[], is: readonly ModelEntry[]): boolean =>
  was.length === is.length &&
  is.every((entry, at) => entry === was[at] || (entry.id === was[at]?.id && entry.name === was[at]?.name))
