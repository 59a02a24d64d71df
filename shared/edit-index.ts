/** The entries of a model by id and by name, and who names whom; and the same of a model under change. */
import { at, type EditModel, entryKinds, type ModelEntry } from './edits/model'
import type { EntryId, EntryKind } from './kubeconfig/entries'

type Lists = Record<EntryKind, ModelEntry[]>
export interface DraftFile extends Lists {
  readonly path: string
  readonly exists: boolean
  readonly listed: boolean
  unreadable: string | null
  readonly mendable?: boolean
  currentContext: string | null
}

const nobody: ReadonlySet<never> = new Set<never>()

/** Every entry of a model by id and by name, and who names whom. Made once for a model, whatever is asked of it. */
export class ModelIndex {
  readonly entries = new Map<EntryId, ModelEntry>()
  /** The place of its file in the model. */
  readonly places = new Map<EntryId, number>()
  readonly named: Record<EntryKind, Map<string, readonly EntryId[]>> = {
    cluster: new Map(),
    user: new Map(),
    context: new Map(),
  }
  private naming: Record<'cluster' | 'user', Map<string, Set<EntryId>>> | null = null

  constructor(model: EditModel) {
    model.files.forEach((file, place) => {
      for (const kind of entryKinds)
        for (const entry of file[kind]) {
          this.entries.set(entry.id, entry)
          this.places.set(entry.id, place)
          const same = this.named[kind].get(entry.name)
          this.named[kind].set(entry.name, same ? [...same, entry.id] : [entry.id])
        }
    })
  }

  /** Contexts that name such an entry, in no order; looked for when somebody first asks. */
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
    return this.naming[kind].get(name) ?? nobody
  }
}

/** The index of a draft: what it changed, over the index of the model that it was made from. */
export class DraftIndex {
  private readonly base: ModelIndex
  private readonly files: readonly DraftFile[]
  /** Null: gone. */
  private readonly entries = new Map<EntryId, ModelEntry | null>()
  private readonly places = new Map<EntryId, DraftFile>()
  private readonly names: Record<EntryKind, Map<string, readonly EntryId[]>> = {
    cluster: new Map(),
    user: new Map(),
    context: new Map(),
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

  named(kind: EntryKind, name: string): readonly EntryId[] {
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

  /** Who names what this context names, to be changed. */
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
