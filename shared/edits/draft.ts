/** A model under change: what edits do to it, step by step. */

import { at, type JsonMap, textOf } from '../json'
import { type Behind, behind, type EntryId, entryId, type ModelKind, modelKinds } from '../kubeconfig/entries'
import { once } from '../once'
import type { EditModel, ModelEntry } from './model'
import { type DraftFile, ReadScope } from './read-scope'

const noContexts: ReadonlySet<never> = new Set<never>()

interface Indexed {
  readonly entry: ModelEntry
  /** The place of its file in the model. */
  readonly file: number
  /** Where it stood in its list before the draft. */
  readonly place: number
}

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
  /** Of a model they are collected when they are first asked for, because that reads all contexts. */
  private naming: Readonly<Record<Behind, Map<string, Set<EntryId>>>> | null = null

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

  /** Contexts that name such an entry, in no order. */
  contextsNaming(kind: Behind, name: string): ReadonlySet<EntryId> {
    return this.namings()[kind].get(name) ?? this.base?.contextsNaming(kind, name) ?? noContexts
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
    this.names[kind].set(
      name,
      this.named(kind, name).filter((one) => one !== id),
    )
    for (const naming of this.namedBy(entry)) naming.delete(id)
  }

  private namings(): Readonly<Record<Behind, Map<string, Set<EntryId>>>> {
    if (this.naming) return this.naming
    this.naming = { cluster: new Map(), user: new Map() }
    for (const found of this.base ? [] : this.entries.values())
      if (found) for (const naming of this.namedBy(found.entry)) naming.add(found.entry.id)
    return this.naming
  }

  /** The sets of contexts that name what this context names, to be changed. */
  private *namedBy(entry: ModelEntry): Generator<Set<EntryId>> {
    // The value of any other entry is not read at all.
    for (const kind of entry.kind === 'context' ? behind : []) {
      const name = at(entry.value, kind)
      if (typeof name === 'string')
        yield once(this.namings()[kind], name, () => new Set(this.base?.contextsNaming(kind, name)))
    }
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

/** How often all entries are scanned before an index is made of them. */
const scansBeforeIndex = 12
/** Most edits are about contexts. */
const scanOrder: readonly ModelKind[] = ['context', 'user', 'cluster', 'section']

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
  private indexed: EntryIndex | null = null
  private scans = 0
  private waits = 0

  constructor(model: EditModel, waiting: Map<string, WaitingName> = new Map()) {
    this.model = model
    this.waiting = waiting
    this.files = model.files.map((file) => ({
      ...file,
      cluster: [...file.cluster],
      user: [...file.user],
      context: [...file.context],
      section: [...(file.section ?? [])],
    }))
    const listed = this.files.filter((file) => file.listed)
    this.list = new ReadScope(null, listed, this)
    const beside = this.files.filter((file) => !file.listed)
    this.scopes = [this.list, ...beside.map((file) => new ReadScope(file.path, [file], this))]
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
  behind(context: ModelEntry, kind: Behind): ModelEntry | null {
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
  private index(): EntryIndex | null {
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

  /** The entries of that name in all files; null while scanning the lists is still cheaper. */
  named(kind: ModelKind, name: string): readonly EntryId[] | null {
    return this.index()?.named(kind, name) ?? null
  }

  contextsNaming(kind: Behind, name: string): ReadonlySet<EntryId> | null {
    return this.index()?.contextsNaming(kind, name) ?? null
  }

  /** Other entries of the same kind and name, in whatever file. */
  namesakes({ id, kind, name }: ModelEntry): readonly ModelEntry[] {
    const ids = this.named(kind, name)
    const all = ids
      ? ids.flatMap((one) => this.get(one) ?? [])
      : this.files.flatMap((file) => file[kind].filter((one) => one.name === name))
    return all.filter((one) => one.id !== id)
  }

  get(id: EntryId): ModelEntry | null {
    return this.find(id)?.entry ?? null
  }

  fileOf(id: EntryId): DraftFile | null {
    return this.find(id)?.file ?? null
  }

  private find(id: EntryId): { readonly file: DraftFile; readonly entry: ModelEntry } | null {
    // Where it was read, if it is still there.
    if (this.indexed === null)
      for (const kind of scanOrder)
        for (const file of this.files) {
          const entry = file[kind][file.placeOf?.(kind, id) ?? -1]
          if (entry?.id === id) return { file, entry }
        }
    const index = this.index()
    if (index !== null) {
      const found = index.get(id)
      const file = found && this.files[found.file]
      return file ? { file, entry: found.entry } : null
    }
    for (const kind of scanOrder)
      for (const file of this.files) {
        const entry = file[kind].find((one) => one.id === id)
        if (entry) return { file, entry }
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
    const list = file[entry.kind]
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
    file[kind].splice(place.index ?? file[kind].length, 0, entry)
    this.note((index) => index.add(entry, this.files.indexOf(file), -1))
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
