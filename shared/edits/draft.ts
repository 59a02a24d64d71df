/**
 * A model under change: what edits do to it, step by step. Every question about names, use and current-context is about what
 * kubectl reads together: the list, or a file outside it.
 */

import { at, type JsonMap, textOf } from '../json'
import {
  type EntryId,
  entryId,
  entryKinds,
  isBehind,
  type ModelKind,
  modelKinds,
  type NamedKind,
  namedKinds,
  partsOfId,
} from '../kubeconfig/entries'
import { once } from '../once'
import { currentContextOf, type EditModel, type ModelEntry, type ModelFile } from './model'
import { keysNaming } from './references'

export interface DraftFile extends Record<ModelKind, readonly ModelEntry[]> {
  readonly path: string
  readonly exists: boolean
  readonly listed: boolean
  unreadable: string | null
  readonly mendable?: boolean
  readonly placeOf?: ModelFile['placeOf']
  currentContext: string | null
}

interface Indexed {
  readonly entry: ModelEntry
  /** The place of its file in the model. */
  readonly file: number
  /** Its place in its list before the draft. */
  readonly place: number
}

type Naming = Readonly<Record<NamedKind, Map<string, Set<EntryId>>>>

/** Entries by id and by name, and which contexts name them: of a model, or what a draft changed over that. */
class EntryIndex {
  private readonly base: EntryIndex | null
  /** Null: gone. */
  private readonly entries = new Map<EntryId, Indexed | null>()
  private readonly names: Readonly<Record<ModelKind, Map<string, readonly EntryId[]>>> = {
    cluster: new Map(),
    user: new Map(),
    context: new Map(),
    section: new Map(),
  }
  /** For a model they are collected when they are first needed, because that reads all contexts. */
  private naming: Naming | null = null

  constructor(base: EntryIndex | null) {
    this.base = base
  }

  get(id: EntryId): Indexed | null {
    const own = this.entries.get(id)
    return own === undefined ? (this.base?.get(id) ?? null) : own
  }

  named(kind: ModelKind, name: string): readonly EntryId[] {
    return this.names[kind].get(name) ?? this.base?.named(kind, name) ?? []
  }

  /** Contexts that name such an entry, in the order of the files. */
  contextsNaming(kind: NamedKind, name: string): readonly Indexed[] {
    const found = [...this.idsNaming(kind, name)].flatMap((id) => this.get(id) ?? [])
    // Most entries have one context.
    return found.length < 2 ? found : found.sort((a, b) => a.file - b.file || a.place - b.place)
  }

  add(entry: ModelEntry, file: number, place: number): void {
    const { id, kind, name } = entry
    const same = this.named(kind, name)
    this.entries.set(id, { entry, file, place })
    this.names[kind].set(name, same.length === 0 ? [id] : [...same, id])
    if (this.naming || this.base) for (const naming of this.namedBy(entry)) naming.add(id)
  }

  remove(entry: ModelEntry): void {
    const { id, kind, name } = entry
    this.entries.set(id, null)
    const others = this.named(kind, name).filter((one) => one !== id)
    this.names[kind].set(name, others)
    for (const naming of this.namedBy(entry)) naming.delete(id)
  }

  private idsNaming(kind: NamedKind, name: string): Iterable<EntryId> {
    return this.namings()[kind].get(name) ?? this.base?.idsNaming(kind, name) ?? []
  }

  private namings(): Naming {
    if (this.naming) return this.naming
    this.naming = { cluster: new Map(), user: new Map() }
    for (const found of this.base ? [] : this.entries.values())
      if (found) for (const naming of this.namedBy(found.entry)) naming.add(found.entry.id)
    return this.naming
  }

  /** The sets of contexts that name what this context names, to be changed. */
  private namedBy(entry: ModelEntry): readonly Set<EntryId>[] {
    // The value of any other entry is not read at all.
    if (entry.kind !== 'context') return []
    return namedKinds.flatMap((kind) => {
      const name = at(entry.value, kind)
      if (typeof name !== 'string') return []
      return once(this.namings()[kind], name, () => new Set(this.base?.idsNaming(kind, name)))
    })
  }
}

const indexes = new WeakMap<EditModel, EntryIndex>()

function indexOf(model: EditModel): EntryIndex {
  const index = new EntryIndex(null)
  model.files.forEach((file, at) => {
    for (const kind of modelKinds)
      for (const [place, entry] of (file[kind] ?? []).entries()) index.add(entry, at, place)
  })
  return index
}

/** How often all entries are scanned before an index is built from them. */
const scansBeforeIndex = 12
/** Most edits are about contexts. */
const scanOrder: readonly ModelKind[] = ['context', 'user', 'cluster', 'section']

/**
 * The files of the list, which kubectl merges, or one file outside the list, which it reads alone. No name of one scope
 * means an entry of another.
 */
export class ReadScope {
  /** Null: the list; else the path of the one file. */
  readonly alone: string | null
  /** In the order in which they count. */
  readonly files: readonly DraftFile[]
  private readonly draft: Draft

  constructor(alone: string | null, files: readonly DraftFile[], draft: Draft) {
    this.alone = alone
    this.files = files
    this.draft = draft
  }

  private has(id: EntryId): boolean {
    const file = this.draft.fileOf(id)
    return file !== null && (this.alone === null ? file.listed : file.path === this.alone)
  }

  /** The entry that counts for a name: the first file that has it, the whole entry. */
  winner(kind: ModelKind, name: string | null): ModelEntry | null {
    if (name === null) return null
    const ids = this.draft.index()?.named(kind, name)
    if (ids?.length === 0) return null
    const [only] = ids ?? []
    if (ids?.length === 1 && only !== undefined) return this.has(only) ? this.draft.get(only) : null
    for (const file of this.files) {
      const found = file[kind].find((entry) => entry.name === name)
      if (found) return found
    }
    return null
  }

  taken(kind: ModelKind, name: string): boolean {
    return this.winner(kind, name) !== null
  }

  /** The name itself, or with `-2`, `-3` … after it if it is taken. */
  freeName(kind: ModelKind, name: string): string {
    if (!this.taken(kind, name)) return name
    for (let i = 2; ; i++) if (!this.taken(kind, `${name}-${i}`)) return `${name}-${i}`
  }

  /** Contexts (also shadowed ones) that name it so, in the order of the files. */
  naming(kind: NamedKind, name: string): readonly ModelEntry[] {
    const index = this.draft.index()
    if (index === null)
      return this.files.flatMap((file) => file.context.filter((context) => at(context.value, kind) === name))
    return index.contextsNaming(kind, name).flatMap(({ entry }) => (this.has(entry.id) ? entry : []))
  }

  /** Contexts (also shadowed ones), or sections, whose reference ends at this very entry. */
  usersOf(entry: ModelEntry): readonly ModelEntry[] {
    const { kind } = entry
    if (kind === 'context' || this.winner(kind, entry.name) !== entry) return []
    if (isBehind(kind)) return this.naming(kind, entry.name)
    return this.files.flatMap(({ section }) => section.filter((one) => keysNaming(one, entry).length > 0))
  }

  /** The first non-empty one, as kubectl chooses it. */
  currentContext(): string | null {
    return currentContextOf(this.files)
  }

  /** Empties current-context wherever it is set, so that a later file's does not become current by itself. */
  emptyCurrent(): void {
    for (const file of this.files) if (file.unreadable === null) file.currentContext = null
  }

  /** Whether what is current here is what these files say: one that counts, or one before it, which says nothing. */
  countsIn(written: ReadonlySet<string>): boolean {
    const counts = this.files.findIndex(({ currentContext }) => currentContext !== null)
    return this.files
      .slice(0, counts < 0 ? this.files.length : counts + 1)
      .some(({ path }) => written.has(path))
  }
}

/** A name that an entry will take once its holder has left it. */
export interface WaitingName {
  readonly kind: ModelKind
  readonly name: string
  /** The edit that requested it. */
  readonly edit: number
}

/** A model that is being changed; the one it was built from stays unchanged. */
export class Draft {
  readonly files: DraftFile[]
  /** By the name that the entry has meanwhile. */
  readonly waiting: Map<string, WaitingName>
  /** The edit under way, and for which kinds it may wait; null: a name is free now, or it is taken. */
  turn: { readonly edit: number; readonly waits: (kind: ModelKind) => boolean } | null = null
  /** The list. */
  readonly list: ReadScope
  /** The list, then each file outside it. */
  readonly scopes: readonly ReadScope[]
  private readonly model: EditModel
  /** Built after so many queries that it pays: one changed value of ten thousand contexts needs none. */
  private indexed: EntryIndex | null = null
  private scans = 0
  private waits = 0
  /** How often an entry was added, removed or renamed. */
  nameChanges = 0

  constructor(model: EditModel, waiting: Map<string, WaitingName> = new Map()) {
    this.model = model
    this.waiting = waiting
    this.files = model.files.map((file) => ({ ...file, section: file.section ?? [] }))
    const listed = this.files.filter((file) => file.listed)
    this.list = new ReadScope(null, listed, this)
    const beside = this.files.filter((file) => !file.listed)
    this.scopes = [this.list, ...beside.map((file) => new ReadScope(file.path, [file], this))]
  }

  /** What kubectl reads together with a file. */
  scopeAt(path: string): ReadScope {
    const scope = this.scopes.find(({ files }) => files.some((file) => file.path === path))
    if (!scope) throw new Error(`no file ${path}`)
    return scope
  }

  /** What kubectl reads together with an entry. */
  scopeOf(entry: ModelEntry): ReadScope {
    if (this.scopes.length === 1) return this.list
    const file = this.fileOf(entry.id)
    if (!file) throw new Error(`no entry ${entry.id}`)
    return this.scopeAt(file.path)
  }

  /** The cluster or user that a context refers to by name, among what is read together with the context. */
  behind(context: ModelEntry, kind: NamedKind): ModelEntry | null {
    return this.scopeOf(context).winner(kind, textOf(at(context.value, kind)))
  }

  /** No entry that is read before it hides it. */
  counts(entry: ModelEntry): boolean {
    return this.scopeOf(entry).winner(entry.kind, entry.name) === entry
  }

  /** Contexts (also shadowed ones) whose reference ends at this very entry. */
  usersOf(entry: ModelEntry): readonly ModelEntry[] {
    return entry.kind === 'context' ? [] : this.scopeOf(entry).usersOf(entry)
  }

  /** Null while a scan of the lists is still cheaper. */
  index(): EntryIndex | null {
    if (this.indexed !== null) return this.indexed
    if (!indexes.has(this.model) && this.scans++ < scansBeforeIndex) return null
    this.indexed = new EntryIndex(once(indexes, this.model, () => indexOf(this.model)))
    for (const changed of this.unindexed) changed(this.indexed)
    return this.indexed
  }
  /** What was changed before there was an index. */
  private readonly unindexed: ((index: EntryIndex) => void)[] = []

  private note(changed: (index: EntryIndex) => void): void {
    if (this.indexed === null) this.unindexed.push(changed)
    else changed(this.indexed)
  }

  /** Entries of a kind and name, in whatever file. */
  named(kind: ModelKind, name: string): readonly ModelEntry[] {
    const ids = this.index()?.named(kind, name)
    return ids
      ? ids.flatMap((one) => this.get(one) ?? [])
      : this.files.flatMap((file) => file[kind].filter((one) => one.name === name))
  }

  /** Other entries of the same kind and name, in whatever file. */
  namesakes({ id, kind, name }: ModelEntry): readonly ModelEntry[] {
    return this.named(kind, name).filter((one) => one.id !== id)
  }

  get(id: EntryId): ModelEntry | null {
    return this.find(id)?.entry ?? null
  }

  fileOf(id: EntryId): DraftFile | null {
    return this.find(id)?.file ?? null
  }

  /** The path of the file that an entry is in. */
  pathOf({ id }: ModelEntry): string {
    return this.fileOf(id)?.path ?? ''
  }

  private find(id: EntryId): { readonly file: DraftFile; readonly entry: ModelEntry } | null {
    const near = this.indexed === null ? this.whereRead(id) : null
    if (near !== null) return near
    const index = this.index()
    if (index === null) {
      for (const kind of scanOrder)
        for (const file of this.files) {
          const entry = file[kind].find((one) => one.id === id)
          if (entry) return { file, entry }
        }
      return null
    }
    const found = index.get(id)
    const file = found && this.files[found.file]
    return file ? { file, entry: found.entry } : null
  }

  /** The entry in the place where it was read; null where it is not there any more. */
  private whereRead(id: EntryId): { readonly file: DraftFile; readonly entry: ModelEntry } | null {
    const parts = partsOfId(id)
    const kind = entryKinds.find((one) => one === parts?.kind)
    const file = parts && this.file(parts.file)
    if (!file || kind === undefined) return null
    const entry = file[kind][file.placeOf?.(kind, parts.name) ?? -1]
    return entry?.id === id ? { file, entry } : null
  }

  file(path: string): DraftFile | null {
    return this.files.find((file) => file.path === path) ?? null
  }

  /** The name that an entry of this name is going to have. */
  called(name: string): string {
    return this.waiting.get(name)?.name ?? name
  }

  /** The name where it is free, one to wait under where that may be, else null. */
  nameToTake(scope: ReadScope, kind: ModelKind, name: string): string | null {
    if (!scope.taken(kind, name)) return name
    if (this.turn?.waits(kind) !== true) return null
    // Half a surrogate pair: no file can hold it, so no entry has that name.
    const meanwhile = `\ud800${this.turn.edit} ${kind} ${this.waits++}`
    this.waiting.set(meanwhile, { kind, name, edit: this.turn.edit })
    return meanwhile
  }

  /** Lists that no model has. */
  private readonly own = new Map<readonly ModelEntry[], ModelEntry[]>()

  /** A list of a file, to be changed: copied before its first change, so that a list that is the same is the same object. */
  private ownList(file: DraftFile, kind: ModelKind): ModelEntry[] {
    const list = this.own.get(file[kind]) ?? [...file[kind]]
    this.own.set(list, list)
    file[kind] = list
    return list
  }

  replace(entry: ModelEntry, change: { readonly name?: string; readonly value?: JsonMap }): ModelEntry {
    const file = this.fileOf(entry.id)
    if (!file) throw new Error(`no entry ${entry.id}`)
    const next: ModelEntry = {
      id: entry.id,
      kind: entry.kind,
      name: change.name ?? entry.name,
      value: change.value ?? entry.value,
      from: entry.from,
      ...(entry.moved && { moved: entry.moved }),
    }
    if (next.name !== entry.name) this.nameChanges++
    const list = this.ownList(file, entry.kind)
    // Mostly where it was: looked for in a list of ten thousand, ten thousand edits would take their square.
    const near = this.indexed?.get(entry.id)?.place ?? -1
    list[list[near] === entry ? near : list.indexOf(entry)] = next
    this.note((index) => {
      index.remove(entry)
      index.add(next, this.files.indexOf(file), near)
    })
    return next
  }

  add(
    path: string,
    kind: ModelKind,
    name: string,
    value: JsonMap,
    from: EntryId | null = null,
    place: { readonly id?: EntryId; readonly index?: number; readonly moved?: boolean | undefined } = {},
  ): ModelEntry {
    const file = this.file(path)
    if (!file) throw new Error(`no file ${path}`)
    const entry: ModelEntry = {
      id: place.id ?? this.freshId(kind, path, this.called(name)),
      kind,
      name,
      value,
      from,
      ...(place.moved && { moved: true }),
    }
    this.nameChanges++
    this.ownList(file, kind).splice(place.index ?? file[kind].length, 0, entry)
    this.note((index) => index.add(entry, this.files.indexOf(file), -1))
    return entry
  }

  /** The id that the entry will have once it is on disk, unless an entry that is removed has it still. */
  private freshId(kind: ModelKind, path: string, name: string): EntryId {
    for (let occurrence = 0; ; occurrence++) {
      const id = entryId(kind, path, name, occurrence)
      if (this.get(id) === null && !this.used.has(id)) return id
    }
  }
  /** Ids of removed entries are not used again: later edits of the list may still mean them. */
  private readonly used = new Set<EntryId>()

  remove(entry: ModelEntry): void {
    const file = this.fileOf(entry.id)
    if (!file) return
    const list = this.ownList(file, entry.kind)
    list.splice(list.indexOf(entry), 1)
    this.nameChanges++
    this.used.add(entry.id)
    this.note((index) => index.remove(entry))
  }

  /** Where kubectl puts a new entry and current-context: the first file of the list that exists, else the last. */
  defaultFile(): DraftFile | null {
    const { files } = this.list
    return files.find((file) => file.exists) ?? files.at(-1) ?? null
  }

  done(): EditModel {
    this.own.clear()
    return {
      files: this.files.map(({ section, ...file }, place) => ({
        ...file,
        ...(this.model.files[place]?.section === undefined ? {} : { section }),
      })),
    }
  }
}
