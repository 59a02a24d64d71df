/** The files of a list as one: what kubectl would resolve, entry by entry. Of the disk, or of edits that are not there yet. */
import type { EntryText } from '../../../shared/ipc/contract'
import {
  type ClusterEntry,
  type ContextEntry,
  type EntryId,
  type EntryKind,
  entryKinds,
  type KubeconfigFile,
  type Snapshot,
  type UserEntry,
} from '../../../shared/kubeconfig/entries'
import type { KubeconfigDocument } from './document'
import type { FormOfUser, Located, RawCluster, RawContext, RawUser, ResolvedContext } from './entries'
import { entryText } from './entry-text'
import { type EntryPlace, entriesOf, type Merged, mergeDocuments, type Winner } from './merge'
import { idOf, partsOf, projectSnapshot, type ReadFile, type SnapshotParts } from './snapshot'

export interface KubeconfigView {
  readonly snapshot: Snapshot
  /** A context with what it points at; null for an id that is not there. */
  resolve(id: EntryId): ResolvedContext | null
  /** Every context of every file, shadowed ones too, in the snapshot's order. */
  resolved(): readonly ResolvedContext[]
  /** No list has a name twice, nor a file one of an earlier file. */
  namesOnce(): boolean
  /** A context's own lines with its cluster's and user's, or one other entry's; secrets redacted. */
  text(id: EntryId): EntryText | null
}

/** Puts read files together; what is asked for less often is worked out when it is first asked. */
export function viewOf(revision: number, files: readonly ReadFile[]): KubeconfigView {
  const documents = files.flatMap(({ document }) => (document === null ? [] : [document]))
  const merged = mergeDocuments(documents)
  const parts = partsOf(merged)
  const snapshot = projectSnapshot(revision, files, merged)
  let index: ReadonlyMap<EntryId, Winner> | null = null
  let once: boolean | null = null
  let all: readonly ResolvedContext[] | null = null

  const find = (id: EntryId): Winner | undefined => {
    index ??= indexOf(files)
    return index.get(id)
  }

  const around = new Around(files, merged, parts)

  const resolve = (id: EntryId): ResolvedContext | null => {
    const found = find(id)
    if (found === undefined || found.entry.kind !== 'context') return null
    return new Resolved(around, found.document, found.entry.index)
  }

  return {
    snapshot,
    resolve,
    resolved: () => {
      all ??= documents.flatMap((document) =>
        Array.from({ length: document.count('context') }, (_, at) => new Resolved(around, document, at)),
      )
      return all
    },
    namesOnce: () => {
      once ??= everyNameOnce(documents)
      return once
    },
    text: (id) => {
      const found = find(id)
      if (found === undefined) return null
      const own = { file: found.document.file, line: found.entry.line }
      const context = entryText(found.document, found.entry)
      if (found.entry.kind !== 'context') return { ...own, context, cluster: null, user: null }
      const raw = found.document.context(found.entry.index)
      return {
        ...own,
        context,
        cluster: referred(merged, 'cluster', raw.cluster),
        user: referred(merged, 'user', raw.user),
      }
    },
  }
}

function everyNameOnce(documents: readonly KubeconfigDocument[]): boolean {
  return entryKinds.every((kind) =>
    documents.every((document, at) => {
      if (document.repeats(kind)) return false
      const before = documents.slice(0, at)
      if (before.every((earlier) => earlier.count(kind) === 0)) return true
      for (let index = 0; index < document.count(kind); index++) {
        const name = document.name(kind, index)
        if (before.some((earlier) => earlier.first(kind, name) !== undefined)) return false
      }
      return true
    }),
  )
}

/** What the contexts of one view share. */
class Around {
  readonly merged: Merged
  readonly parts: SnapshotParts
  private readonly files: ReadonlyMap<KubeconfigDocument, KubeconfigFile>
  /** By which number the users of a file begin to be counted. */
  private readonly users = new Map<KubeconfigDocument, number>()

  constructor(files: readonly ReadFile[], merged: Merged, parts: SnapshotParts) {
    this.merged = merged
    this.parts = parts
    this.files = new Map(files.flatMap(({ document, file }) => (document === null ? [] : [[document, file]])))
    let count = 0
    for (const document of this.files.keys()) {
      this.users.set(document, count)
      count += document.count('user')
    }
  }

  fileOf(document: KubeconfigDocument): KubeconfigFile {
    const found = this.files.get(document)
    if (found === undefined) throw new Error('a document of the view belongs to a file of the view')
    return found
  }

  userKey({ document, index }: EntryPlace): number {
    return (this.users.get(document) ?? 0) + index
  }

  placeOf(kind: EntryKind, name: string | null): EntryPlace | null {
    return name === null ? null : this.merged.place(kind, name)
  }
}

/** What it points at is found at once; entries are made when they are looked at. */
class Resolved implements ResolvedContext {
  readonly context: RawContext
  private readonly around: Around
  private readonly document: KubeconfigDocument
  private readonly index: number
  private readonly clusterAt: EntryPlace | null
  private readonly userAt: EntryPlace | null
  private locatedCluster: Located<RawCluster> | null = null
  private locatedUser: Located<RawUser> | null = null

  constructor(around: Around, document: KubeconfigDocument, index: number) {
    this.around = around
    this.document = document
    this.index = index
    this.context = document.context(index)
    this.clusterAt = around.placeOf('cluster', this.context.cluster)
    this.userAt = around.placeOf('user', this.context.user)
  }

  get id(): EntryId {
    return this.entry.id
  }

  get entry(): ContextEntry {
    return this.around.parts.context(this.document, this.document.entry('context', this.index))
  }

  get file(): KubeconfigFile {
    return this.around.fileOf(this.document)
  }

  get cluster(): Located<RawCluster> | null {
    const { clusterAt: at, clusterEntry } = this
    if (at === null || clusterEntry === null) return null
    this.locatedCluster ??= located<RawCluster>(at, 'cluster', clusterEntry.id, at.document.cluster(at.index))
    return this.locatedCluster
  }

  get clusterFile(): KubeconfigFile | null {
    return this.clusterAt && this.around.fileOf(this.clusterAt.document)
  }

  get clusterEntry(): ClusterEntry | null {
    const { clusterAt: at } = this
    return at && this.around.parts.cluster(at.document, at.document.entry('cluster', at.index))
  }

  get user(): Located<RawUser> | null {
    const { userAt: at, userEntry } = this
    if (at === null || userEntry === null) return null
    this.locatedUser ??= located<RawUser>(at, 'user', userEntry.id, at.document.user(at.index))
    return this.locatedUser
  }

  get userFile(): KubeconfigFile | null {
    return this.userAt && this.around.fileOf(this.userAt.document)
  }

  get userEntry(): UserEntry | null {
    const { userAt: at } = this
    return at && this.around.parts.user(at.document, at.document.entry('user', at.index))
  }

  get name(): string {
    return this.document.name('context', this.index)
  }

  get path(): string {
    return this.document.file
  }

  get shadowed(): boolean {
    return this.around.merged.shadowedBy('context', this.name, this.document) !== null
  }

  get inRepeats(): boolean {
    return this.document.repeats('context')
  }

  get rawCluster(): RawCluster | null {
    const { clusterAt: at } = this
    return at && at.document.cluster(at.index)
  }

  get rawUser(): RawUser | null {
    const { userAt: at } = this
    return at && at.document.user(at.index)
  }

  get userKey(): number | null {
    return this.userAt && this.around.userKey(this.userAt)
  }

  get userForm(): FormOfUser | null {
    const { userAt: at } = this
    return at && at.document.form(at.index)
  }
}

function referred(merged: Merged, kind: EntryKind, name: string | null): EntryText['cluster'] {
  const winner = name === null ? undefined : merged.winner(kind, name)
  if (winner === undefined) return null
  const { document, entry } = winner
  return { file: document.file, line: entry.line, text: entryText(document, entry) }
}

function located<T>({ document, index }: EntryPlace, kind: EntryKind, id: EntryId, raw: T): Located<T> {
  return { id, file: document.file, range: document.entry(kind, index).range, raw }
}

function indexOf(files: readonly ReadFile[]): ReadonlyMap<EntryId, Winner> {
  const index = new Map<EntryId, Winner>()
  for (const { document } of files) {
    if (document === null) continue
    for (const kind of entryKinds) {
      for (const entry of entriesOf(document, kind)) index.set(idOf(document, entry), { document, entry })
    }
  }
  return index
}
