/**
 * The files of a list as plain values that edits work on: whole and with secrets in main, masked in the page.
 * The same functions change both, so that the grid and the disk cannot drift apart.
 */
import type { EntryId, EntryKind } from './kubeconfig'
import { entryId } from './kubeconfig'

/** Whole numbers beyond 2^53 are bigint: what is copied must keep every digit. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonMap
export interface JsonMap {
  readonly [key: string]: Json
}

export const entryKinds: readonly EntryKind[] = ['cluster', 'user', 'context']

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

type Lists = Record<EntryKind, ModelEntry[]>
interface DraftFile extends Lists {
  readonly path: string
  readonly exists: boolean
  readonly listed: boolean
  unreadable: string | null
  readonly mendable?: boolean
  currentContext: string | null
}

/** How often all entries are looked through before an index is made of them. */
const looksBeforeIndex = 12
/** Most edits are about contexts. */
const looksFirst: readonly EntryKind[] = ['context', 'user', 'cluster']

const none: ReadonlySet<never> = new Set<never>()

class DraftIndex {
  readonly places = new Map<EntryId, DraftFile>()
  readonly entries = new Map<EntryId, ModelEntry>()
  readonly named: Record<EntryKind, Map<string, EntryId[]>> = {
    cluster: new Map(),
    user: new Map(),
    context: new Map(),
  }
  /** Contexts by the cluster and by the user that they name; made when somebody first asks who names whom. */
  private naming: Record<'cluster' | 'user', Map<string, Set<EntryId>>> | null = null

  /** The contexts of all files that name such an entry, in no order. */
  contextsNaming(kind: 'cluster' | 'user', name: string): ReadonlySet<EntryId> {
    if (this.naming === null) {
      this.naming = { cluster: new Map(), user: new Map() }
      for (const entry of this.entries.values()) if (entry.kind === 'context') this.name(entry, true)
    }
    return this.naming[kind].get(name) ?? none
  }

  private name(context: ModelEntry, there: boolean): void {
    if (this.naming === null) return
    for (const kind of ['cluster', 'user'] as const) {
      const name = at(context.value, kind)
      if (typeof name !== 'string') continue
      const known = this.naming[kind].get(name)
      if (!there) known?.delete(context.id)
      else if (known) known.add(context.id)
      else this.naming[kind].set(name, new Set([context.id]))
    }
  }

  add(file: DraftFile, entry: ModelEntry): void {
    this.places.set(entry.id, file)
    this.entries.set(entry.id, entry)
    if (entry.kind === 'context') this.name(entry, true)
    const same = this.named[entry.kind].get(entry.name)
    if (same) same.push(entry.id)
    else this.named[entry.kind].set(entry.name, [entry.id])
  }

  remove(entry: ModelEntry): void {
    this.places.delete(entry.id)
    this.entries.delete(entry.id)
    if (entry.kind === 'context') this.name(entry, false)
    const rest = (this.named[entry.kind].get(entry.name) ?? []).filter((id) => id !== entry.id)
    if (rest.length > 0) this.named[entry.kind].set(entry.name, rest)
    else this.named[entry.kind].delete(entry.name)
  }
}

/** A name that an entry will take once its holder has left it. */
export interface WaitingName {
  readonly kind: EntryKind
  readonly name: string
  /** The edit that asked for it. */
  readonly edit: number
}

/** A model that is being changed; the one it was made from stays as it is. */
export class Draft {
  readonly files: DraftFile[]
  /** By the name that the entry has meanwhile. */
  readonly waiting: Map<string, WaitingName>
  /** The edit under way, and for which kinds it may wait; null: a name is free now, or it is taken. */
  turn: { readonly edit: number; readonly waits: (kind: EntryKind) => boolean } | null = null
  /** Made when so much was asked that it pays: one changed value of ten thousand contexts needs none. */
  private indexed: DraftIndex | null = null
  private asked = 0

  constructor(model: EditModel, waiting: Map<string, WaitingName> = new Map()) {
    this.waiting = waiting
    this.files = model.files.map((file) => ({
      path: file.path,
      exists: file.exists,
      listed: file.listed,
      unreadable: file.unreadable,
      ...(file.mendable === undefined ? {} : { mendable: file.mendable }),
      currentContext: file.currentContext,
      cluster: [...file.cluster],
      user: [...file.user],
      context: [...file.context],
    }))
  }

  /** Null while looking through the lists is still cheaper. */
  private index(): DraftIndex | null {
    if (this.indexed !== null || this.asked++ < looksBeforeIndex) return this.indexed
    this.indexed = new DraftIndex()
    for (const file of this.files)
      for (const kind of entryKinds) for (const entry of file[kind]) this.indexed.add(file, entry)
    return this.indexed
  }

  get(id: EntryId): ModelEntry | null {
    const index = this.index()
    if (index !== null) return index.entries.get(id) ?? null
    for (const kind of looksFirst)
      for (const file of this.files) {
        const found = file[kind].find((entry) => entry.id === id)
        if (found) return found
      }
    return null
  }

  fileOf(id: EntryId): DraftFile | null {
    const index = this.index()
    if (index !== null) return index.places.get(id) ?? null
    for (const kind of looksFirst)
      for (const file of this.files) if (file[kind].some((entry) => entry.id === id)) return file
    return null
  }

  file(path: string): DraftFile | null {
    return this.files.find((file) => file.path === path) ?? null
  }

  /** The entry that counts for a name: the first file of the list that has it, the whole entry. */
  winner(kind: EntryKind, name: string | null): ModelEntry | null {
    if (name === null) return null
    const ids = this.index()?.named[kind].get(name)
    if (this.indexed !== null && !ids) return null
    if (ids?.length === 1) return this.get(ids[0] ?? '')
    for (const file of this.files) {
      const found = file[kind].find((entry) => entry.name === name)
      if (found) return found
    }
    return null
  }

  taken(kind: EntryKind, name: string): boolean {
    const index = this.index()
    if (index !== null) return index.named[kind].has(name)
    return this.files.some((file) => file[kind].some((entry) => entry.name === name))
  }

  /** What an entry of this name is going to be called. */
  called(name: string): string {
    return this.waiting.get(name)?.name ?? name
  }

  /** The name where it is free, one to wait under where that may be, else null. */
  nameToTake(kind: EntryKind, name: string): string | null {
    if (!this.taken(kind, name)) return name
    if (this.turn?.waits(kind) !== true) return null
    // Half a surrogate pair: no file can hold it, so nobody is called that.
    const meanwhile = `\ud800${this.turn.edit} ${kind} ${this.waits++}`
    this.waiting.set(meanwhile, { kind, name, edit: this.turn.edit })
    return meanwhile
  }
  private waits = 0

  /** The name itself, or with `-2`, `-3` … behind it if it is taken. */
  freeName(kind: EntryKind, name: string): string {
    if (!this.taken(kind, name)) return name
    for (let i = 2; ; i++) if (!this.taken(kind, `${name}-${i}`)) return `${name}-${i}`
  }

  *contexts(): Generator<ModelEntry> {
    for (const file of this.files) yield* file.context
  }

  /** Contexts (also shadowed ones) whose reference ends at this very entry. */
  usersOf(entry: ModelEntry): readonly ModelEntry[] {
    const { kind } = entry
    if (kind === 'context' || this.winner(kind, entry.name) !== entry) return []
    const home = this.fileOf(entry.id)
    // A file outside the list is read for itself: its contexts find their own entries, and nobody else's.
    const reaches = (file: DraftFile | null) => file === home || (file?.listed && home?.listed)
    const naming = this.index()?.contextsNaming(kind, entry.name)
    // Most entries have one context; several are given in the order of the files.
    if (naming !== undefined && naming.size <= 1)
      return [...naming].flatMap((id) => (reaches(this.fileOf(id)) ? (this.get(id) ?? []) : []))
    const found: ModelEntry[] = []
    for (const file of this.files) {
      if (!reaches(file)) continue
      for (const context of file.context) if (at(context.value, kind) === entry.name) found.push(context)
    }
    return found
  }

  /** By any context at all, also a shadowed one. */
  isNamed(entry: ModelEntry): boolean {
    const { kind, name } = entry
    if (kind === 'context') return false
    const naming = this.index()?.contextsNaming(kind, name)
    if (naming !== undefined) return naming.size > 0
    return this.files.some((file) => file.context.some((context) => at(context.value, kind) === name))
  }

  replace(entry: ModelEntry, change: { name?: string; value?: JsonMap }): ModelEntry {
    const file = this.fileOf(entry.id)
    if (!file) throw new Error(`no entry ${entry.id}`)
    const next: ModelEntry = {
      id: entry.id,
      kind: entry.kind,
      name: change.name ?? entry.name,
      value: change.value ?? entry.value,
      from: entry.from,
    }
    const list = file[entry.kind]
    list[list.indexOf(entry)] = next
    this.indexed?.remove(entry)
    this.indexed?.add(file, next)
    return next
  }

  add(
    path: string,
    kind: EntryKind,
    name: string,
    value: JsonMap,
    from: EntryId | null = null,
    place: { readonly id?: EntryId; readonly index?: number } = {},
  ): ModelEntry {
    const file = this.file(path)
    if (!file) throw new Error(`no file ${path}`)
    const entry: ModelEntry = {
      id: place.id ?? this.freshId(kind, path, this.called(name)),
      kind,
      name,
      value,
      from,
    }
    file[kind].splice(place.index ?? file[kind].length, 0, entry)
    this.indexed?.add(file, entry)
    return entry
  }

  /** The id that the entry will have once it is on disk, unless one that goes away has it still. */
  private freshId(kind: EntryKind, path: string, name: string): EntryId {
    for (let occurrence = 0; ; occurrence++) {
      const id = entryId(kind, path, name, occurrence)
      if (this.get(id) === null && !this.used.has(id)) return id
    }
  }
  /** Ids of removed entries are not given again: later edits of the list may still mean them. */
  private readonly used = new Set<EntryId>()

  remove(entry: ModelEntry): void {
    const list = this.fileOf(entry.id)?.[entry.kind]
    if (!list) return
    list.splice(list.indexOf(entry), 1)
    this.used.add(entry.id)
    this.indexed?.remove(entry)
  }

  /** The first non-empty one of the list, as kubectl takes it. */
  currentContext(): string | null {
    return currentContextOf(this)
  }

  /** Where kubectl puts a new entry and current-context: the first file of the list that exists, else the last. */
  defaultFile(): DraftFile | null {
    const listed = this.files.filter((file) => file.listed)
    return listed.find((file) => file.exists) ?? listed.at(-1) ?? null
  }

  done(): EditModel {
    return {
      files: this.files.map((file) => ({
        ...file,
        cluster: [...file.cluster],
        user: [...file.user],
        context: [...file.context],
      })),
    }
  }
}

/** The first non-empty current-context of the list, as kubectl takes it. */
export function currentContextOf({
  files,
}: {
  readonly files: readonly Pick<ModelFile, 'listed' | 'currentContext'>[]
}): string | null {
  return files.find((file) => file.listed && file.currentContext !== null)?.currentContext ?? null
}
