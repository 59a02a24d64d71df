/** A model under change: what edits do to it, step by step. */

import { at, type JsonMap, textOf } from '../json'
import { type EntryId, entryId, type ModelKind, modelKinds } from '../kubeconfig/entries'
import type { EditModel, ModelEntry } from './model'
import { type DraftFile, ReadScope } from './read-scope'

const noContexts: ReadonlySet<never> = new Set<never>()

/** Every entry of a model by id and by name, and which contexts name it. Made once for a model. */
class ModelIndex {
  readonly entries = new Map<EntryId, ModelEntry>()
  /** The place of its file in the model. */
  readonly places = new Map<EntryId, number>()
  readonly named: Record<ModelKind, Map<string, readonly EntryId[]>> = {
    cluster: new Map(),
    user: new Map(),
    context: new Map(),
    section: new Map(),
  }
  private readonly model: EditModel
  private naming: Record<'cluster' | 'user', Map<string, Set<EntryId>>> | null = null
  private readonly inLists = new Map<readonly ModelEntry[], ReadonlyMap<EntryId, number>>()

  constructor(model: EditModel) {
    this.model = model
    model.files.forEach((file, place) => {
      for (const kind of modelKinds)
        for (const entry of file[kind] ?? []) {
          this.entries.set(entry.id, entry)
          this.places.set(entry.id, place)
          const same = this.named[kind].get(entry.name)
          this.named[kind].set(entry.name, same ? [...same, entry.id] : [entry.id])
        }
    })
  }

  /** Where an entry stood in its list; collected for a list at the first call. */
  placeInList(id: EntryId, kind: ModelKind): number {
    const list = this.model.files[this.places.get(id) ?? -1]?.[kind]
    if (list === undefined) return -1
    const known = this.inLists.get(list) ?? new Map(list.map((entry, place) => [entry.id, place]))
    this.inLists.set(list, known)
    return known.get(id) ?? -1
  }

  /** Contexts that name such an entry, in no order; collected at the first call. */
  contextsNaming(kind: 'cluster' | 'user', name: string): ReadonlySet<EntryId> {
    if (this.naming === null) {
      this.naming = { cluster: new Map(), user: new Map() }
      for (const entry of this.entries.values()) {
        if (entry.kind !== 'context') continue
        for (const one of ['cluster', 'user'] as const) {
          const named = at(entry.value, one)
          if (typeof named !== 'string') continue
          const known = this.naming[one].get(named)
          if (known) known.add(entry.id)
          else this.naming[one].set(named, new Set([entry.id]))
        }
      }
    }
    return this.naming[kind].get(name) ?? noContexts
  }
}

/** The index of a draft: what it changed, over the index of the model that it was made from. */
class DraftIndex {
  private readonly base: ModelIndex
  private readonly files: readonly DraftFile[]
  /** Null: gone. */
  private readonly entries = new Map<EntryId, ModelEntry | null>()
  private readonly places = new Map<EntryId, DraftFile>()
  private readonly names: Record<ModelKind, Map<string, readonly EntryId[]>> = {
    cluster: new Map(),
    user: new Map(),
    context: new Map(),
    section: new Map(),
  }
  private readonly naming = {
    cluster: new Map<string, Set<EntryId>>(),
    user: new Map<string, Set<EntryId>>(),
  }

  constructor(base: ModelIndex, files: readonly DraftFile[]) {
    this.base = base
    this.files = files
  }

  get(id: EntryId): ModelEntry | null {
    const changed = this.entries.get(id)
    return changed === undefined ? (this.base.entries.get(id) ?? null) : changed
  }

  fileOf(id: EntryId): DraftFile | null {
    if (this.get(id) === null) return null
    const place = this.base.places.get(id)
    return this.places.get(id) ?? (place === undefined ? null : (this.files[place] ?? null))
  }

  /** Where an entry stood in its list before the draft. */
  placeBefore(id: EntryId, kind: ModelKind): number {
    return this.base.placeInList(id, kind)
  }

  named(kind: ModelKind, name: string): readonly EntryId[] {
    return this.names[kind].get(name) ?? this.base.named[kind].get(name) ?? []
  }

  contextsNaming(kind: 'cluster' | 'user', name: string): ReadonlySet<EntryId> {
    return this.naming[kind].get(name) ?? this.base.contextsNaming(kind, name)
  }

  add(file: DraftFile, entry: ModelEntry): void {
    this.entries.set(entry.id, entry)
    this.places.set(entry.id, file)
    this.names[entry.kind].set(entry.name, [...this.named(entry.kind, entry.name), entry.id])
    for (const naming of this.namedBy(entry)) naming.add(entry.id)
  }

  remove(entry: ModelEntry): void {
    this.entries.set(entry.id, null)
    this.names[entry.kind].set(
      entry.name,
      this.named(entry.kind, entry.name).filter((id) => id !== entry.id),
    )
    for (const naming of this.namedBy(entry)) naming.delete(entry.id)
  }

  /** The sets of contexts that name what this context names, to be changed. */
  private *namedBy(entry: ModelEntry): Generator<Set<EntryId>> {
    if (entry.kind !== 'context') return
    for (const kind of ['cluster', 'user'] as const) {
      const name = at(entry.value, kind)
      if (typeof name !== 'string') continue
      const own = this.naming[kind].get(name) ?? new Set(this.base.contextsNaming(kind, name))
      this.naming[kind].set(name, own)
      yield own
    }
  }
}

/** How often all entries are scanned before an index is made of them. */
const scansBeforeIndex = 12
/** Most edits are about contexts. */
const scanOrder: readonly ModelKind[] = ['context', 'user', 'cluster', 'section']

const indexes = new WeakMap<EditModel, ModelIndex>()

/** A name that an entry will take once its holder has left it. */
export interface WaitingName {
  readonly kind: ModelKind
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
  turn: { readonly edit: number; readonly waits: (kind: ModelKind) => boolean } | null = null
  /** The list. */
  readonly list: ReadScope
  /** The list, then each file beside it. */
  readonly scopes: readonly ReadScope[]
  private readonly model: EditModel
  /** Made when so much was asked that it pays: one changed value of ten thousand contexts needs none. */
  private indexed: DraftIndex | null = null
  private scans = 0
  private waits = 0

  constructor(model: EditModel, waiting: Map<string, WaitingName> = new Map()) {
    this.model = model
    this.waiting = waiting
    this.files = model.files.map((file) => ({
      path: file.path,
      exists: file.exists,
      listed: file.listed,
      unreadable: file.unreadable,
      ...(file.mendable === undefined ? {} : { mendable: file.mendable }),
      ...(file.placeOf === undefined ? {} : { placeOf: file.placeOf }),
      currentContext: file.currentContext,
      cluster: [...file.cluster],
      user: [...file.user],
      context: [...file.context],
      section: [...(file.section ?? [])],
    }))
    const lookup = {
      named: (kind: ModelKind, name: string) => this.index()?.named(kind, name) ?? null,
      contextsNaming: (kind: 'cluster' | 'user', name: string) =>
        this.index()?.contextsNaming(kind, name) ?? null,
      get: (id: EntryId) => this.get(id),
      fileOf: (id: EntryId) => this.fileOf(id),
    }
    const listed = this.files.filter((file) => file.listed)
    this.list = new ReadScope(null, listed, lookup)
    const beside = this.files.filter((file) => !file.listed)
    this.scopes = [this.list, ...beside.map((file) => new ReadScope(file.path, [file], lookup))]
  }

  /** What kubectl reads together with a file. */
  scopeAt(path: string): ReadScope {
    if (this.file(path)?.listed === true) return this.list
    const alone = this.scopes.find((scope) => scope.alone === path)
    if (!alone) throw new Error(`no file ${path}`)
    return alone
  }

  /** What kubectl reads together with an entry. */
  scopeOf(entry: ModelEntry): ReadScope {
    if (this.scopes.length === 1) return this.list
    const file = this.fileOf(entry.id)
    if (!file) throw new Error(`no entry ${entry.id}`)
    return this.scopeAt(file.path)
  }

  /** The cluster or user that a context's name for it leads to, among what is read together with the context. */
  behind(context: ModelEntry, kind: 'cluster' | 'user'): ModelEntry | null {
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
  private index(): DraftIndex | null {
    if (this.indexed !== null) return this.indexed
    const known = indexes.get(this.model)
    if (known === undefined && this.scans++ < scansBeforeIndex) return null
    const base = known ?? new ModelIndex(this.model)
    indexes.set(this.model, base)
    this.indexed = new DraftIndex(base, this.files)
    for (const changed of this.unindexed) changed(this.indexed)
    return this.indexed
  }
  /** What was changed before there was an index. */
  private readonly unindexed: ((index: DraftIndex) => void)[] = []

  private note(changed: (index: DraftIndex) => void): void {
    if (this.indexed === null) this.unindexed.push(changed)
    else changed(this.indexed)
  }

  get(id: EntryId): ModelEntry | null {
    const near = this.indexed === null ? this.atItsPlace(id) : null
    if (near !== null) return near.entry
    const index = this.index()
    if (index !== null) return index.get(id)
    for (const kind of scanOrder)
      for (const file of this.files) {
        const found = file[kind].find((entry) => entry.id === id)
        if (found) return found
      }
    return null
  }

  fileOf(id: EntryId): DraftFile | null {
    const near = this.indexed === null ? this.atItsPlace(id) : null
    if (near !== null) return near.file
    const index = this.index()
    if (index !== null) return index.fileOf(id)
    for (const kind of scanOrder)
      for (const file of this.files) if (file[kind].some((entry) => entry.id === id)) return file
    return null
  }

  /** Where it was read, if it is still there. */
  private atItsPlace(id: EntryId): { readonly file: DraftFile; readonly entry: ModelEntry } | null {
    for (const kind of scanOrder)
      for (const file of this.files) {
        const entry = file[kind][file.placeOf?.(kind, id) ?? -1]
        if (entry?.id === id) return { file, entry }
      }
    return null
  }

  file(path: string): DraftFile | null {
    return this.files.find((file) => file.path === path) ?? null
  }

  /** What an entry of this name is going to be called. */
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

  *contexts(): Generator<ModelEntry> {
    for (const file of this.files) yield* file.context
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
      ...(entry.moved && { moved: entry.moved }),
    }
    const list = file[entry.kind]
    // Mostly where it was: looked for in a list of ten thousand, ten thousand edits would take their square.
    const near = this.indexed?.placeBefore(entry.id, entry.kind) ?? -1
    list[list[near] === entry ? near : list.indexOf(entry)] = next
    this.note((index) => {
      index.remove(entry)
      index.add(file, next)
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
    file[kind].splice(place.index ?? file[kind].length, 0, entry)
    this.note((index) => index.add(file, entry))
    return entry
  }

  /** The id that the entry will have once it is on disk, unless one that goes away has it still. */
  private freshId(kind: ModelKind, path: string, name: string): EntryId {
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
    this.note((index) => index.remove(entry))
  }

  /** Where kubectl puts a new entry and current-context: the first file of the list that exists, else the last. */
  defaultFile(): DraftFile | null {
    const { files } = this.list
    return files.find((file) => file.exists) ?? files.at(-1) ?? null
  }

  done(): EditModel {
    return {
      files: this.files.map(({ section, ...file }, place) => ({
        ...file,
        cluster: [...file.cluster],
        user: [...file.user],
        context: [...file.context],
        ...(this.model.files[place]?.section === undefined ? {} : { section: [...section] }),
      })),
    }
  }
}
