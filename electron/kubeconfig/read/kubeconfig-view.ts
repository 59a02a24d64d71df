/** The files of a list as one: what kubectl would resolve, entry by entry. Of the disk, or of edits that are not there yet. */
import type { EntryText } from '../../../shared/ipc/contract'
import {
  type ClusterEntry,
  type ContextEntry,
  type EntryId,
  type EntryKind,
  entryId,
  entryKinds,
  isBeside,
  type KubeconfigFile,
  type NamedEntries,
  partsOfId,
  type UserEntry,
} from '../../../shared/kubeconfig/entries'
import type { KubeconfigDocument } from './document'
import { entryText } from './entry-text'
import { type EntryPlace, entriesOf, type Merged, mergeDocuments, type Winner } from './merge'
import type { DocumentEntry } from './outline'
import { idOf, partsOf, projectSnapshot, type ReadFile, type SnapshotParts } from './project-snapshot'
import type { Located, RawCluster, RawContext, RawUser, UserForm } from './raw-entries'

export type KubeconfigView = ReturnType<typeof viewOf>

/** Those of these contexts that are there, each once. */
export const resolvedIn = (
  view: Pick<KubeconfigView, 'resolve'>,
  contexts: readonly EntryId[],
): readonly ResolvedContext[] => [...new Set(contexts)].flatMap((id) => view.resolve(id) ?? [])

/** Merges read files; what is needed less often is computed at the first call. */
export function viewOf(revision: number, files: readonly ReadFile[]) {
  const documents = files.flatMap(({ document }) => (document === null ? [] : [document]))
  const alone = files.flatMap(({ file, document }) => (document !== null && isBeside(file) ? [document] : []))
  const merged = mergeDocuments(documents, new Set(alone))
  const parts = partsOf(merged)
  const snapshot = projectSnapshot(revision, files, merged)
  let index: ReadonlyMap<EntryId, Winner> | null = null
  let once: boolean | null = null
  let all: readonly ResolvedContext[] | null = null

  /** By the name in it. Of a list in which a name comes twice all are collected, once. */
  const find = (id: EntryId): Winner | undefined => {
    const named = partsOfId(id)
    const kind = entryKinds.find((one) => one === named?.kind)
    const [document, another] = documents.filter(({ file }) => file === named?.file)
    if (named === null || kind === undefined || document === undefined) return undefined
    if (another !== undefined || document.repeats(kind)) {
      index ??= indexOf(files)
      return index.get(id)
    }
    const place = document.first(kind, named.name)
    const entry = place === undefined ? undefined : document.entry(kind, place)
    return entry !== undefined && idOf(document, entry) === id ? { document, entry } : undefined
  }

  const around = aroundOf(files, merged, parts)

  const winner = <T>(
    kind: EntryKind,
    name: string,
    part: (document: KubeconfigDocument, entry: DocumentEntry) => T,
  ): T | null => {
    const found = merged.winner(kind, name)
    return found === undefined ? null : part(found.document, found.entry)
  }

  /** A context with what it points at; null for an id that is not there. */
  const resolve = (id: EntryId): ResolvedContext | null => {
    const found = find(id)
    if (found === undefined || found.entry.kind !== 'context') return null
    return new Resolved(around, found.document, found.entry.index)
  }

  const named: NamedEntries = {
    context: (name) => winner('context', name, parts.context),
    cluster: (name) => winner('cluster', name, parts.cluster),
    user: (name) => winner('user', name, parts.user),
  }
  return {
    /** Its documents as one. */
    merged,
    snapshot,
    named,
    /** Single entries of the snapshot. */
    parts,
    resolve,
    /** Every context of every file, shadowed ones too, in the snapshot's order. */
    resolved: (): readonly ResolvedContext[] => {
      all ??= documents.flatMap((document) =>
        Array.from({ length: document.count('context') }, (_, at) => new Resolved(around, document, at)),
      )
      return all
    },
    /** No list has a name twice, nor a file one of an earlier file. */
    namesOnce: (): boolean => {
      once ??= everyNameOnce(merged)
      return once
    },
    /** A context's own lines with its cluster's and user's, or one other entry's; secrets redacted. */
    text: (id: EntryId): EntryText | null => {
      const found = find(id)
      if (found === undefined) return null
      const own = { file: found.document.file, line: found.entry.line }
      const context = entryText(found.document, found.entry)
      if (found.entry.kind !== 'context') return { ...own, context, cluster: null, user: null }
      const raw = found.document.context(found.entry.index)
      return {
        ...own,
        context,
        cluster: referred(merged, 'cluster', raw.cluster, found.document),
        user: referred(merged, 'user', raw.user, found.document),
      }
    },
  }
}

const everyNameOnce = ({ documents, alone, place }: Merged): boolean =>
  alone.size === 0 &&
  entryKinds.every((kind) =>
    documents.every((document) => {
      if (document.repeats(kind)) return false
      if (documents.length === 1) return true
      for (let index = 0, count = document.count(kind); index < count; index++)
        if (place(kind, document.name(kind, index))?.document !== document) return false
      return true
    }),
  )

/** What the contexts of one view share. */
function aroundOf(files: readonly ReadFile[], merged: Merged, parts: SnapshotParts) {
  const ofDocuments = new Map(
    files.flatMap(({ document, file }) => (document ? [[document, file] as const] : [])),
  )
  /** Its entries win over those of the same name in others. */
  const first = merged.documents[0] ?? null
  /** By which number the users of a file begin to be counted. */
  let users: Map<KubeconfigDocument, number> | null = null
  return {
    merged,
    parts,
    fileOf(document: KubeconfigDocument): KubeconfigFile {
      const found = ofDocuments.get(document)
      if (found === undefined) throw new Error('a document of the view belongs to a file of the view')
      return found
    },
    userKey(document: KubeconfigDocument, index: number): number {
      if (document === first) return index
      let count = 0
      if (users === null) {
        users = new Map()
        for (const one of ofDocuments.keys()) {
          users.set(one, count)
          count += one.count('user')
        }
      }
      return (users.get(document) ?? 0) + index
    },
    /** The place of the cluster or user that a context points at, in any of the files. */
    pointedAt(kind: 'cluster' | 'user', document: KubeconfigDocument, context: number): EntryPlace | null {
      // Most point at entries of the first file: no name is looked up for that.
      const isAlone = merged.alone.has(document)
      const index = document === first || isAlone ? document.refers(kind, context) : -1
      if (index >= 0) return { document, index }
      // An entry that is not in a file that is read alone does not exist.
      if (isAlone || ofDocuments.size === 1) return null
      return merged.place(kind, document.context(context)[kind] ?? '')
    },
  }
}
type Around = ReturnType<typeof aroundOf>

/**
 * A context with what it points at, as kubectl would resolve it over the whole list of files. The places are found at once;
 * entries are built when they are read, because few of ten thousand are.
 */
export type ResolvedContext = Pick<Resolved, keyof Resolved>

class Resolved {
  private readonly around: Around
  private readonly document: KubeconfigDocument
  private readonly index: number
  private readonly toCluster: EntryPlace | null
  private readonly toUser: EntryPlace | null
  private locatedCluster: Located<RawCluster> | null = null
  private locatedUser: Located<RawUser> | null = null

  constructor(around: Around, document: KubeconfigDocument, index: number) {
    this.around = around
    this.document = document
    this.index = index
    this.toCluster = around.pointedAt('cluster', document, index)
    this.toUser = around.pointedAt('user', document, index)
  }

  get context(): RawContext {
    return this.document.context(this.index)
  }

  get id(): EntryId {
    // Only in a list with a name twice an id says which of them it is.
    return this.document.repeats('context') ? this.entry.id : entryId('context', this.path, this.name, 0)
  }

  get entry(): ContextEntry {
    return this.around.parts.context(this.document, this.document.entry('context', this.index))
  }

  get file(): KubeconfigFile {
    return this.around.fileOf(this.document)
  }

  /** The winning entry of that name over all files; null when dangling or not named. */
  get cluster(): Located<RawCluster> | null {
    const { toCluster, clusterEntry } = this
    if (toCluster === null || clusterEntry === null) return null
    const { document, index } = toCluster
    this.locatedCluster ??= { id: clusterEntry.id, file: document.file, raw: document.cluster(index) }
    return this.locatedCluster
  }

  get clusterFile(): KubeconfigFile | null {
    return this.toCluster && this.around.fileOf(this.toCluster.document)
  }

  /** The same as the snapshot has it, masked. */
  get clusterEntry(): ClusterEntry | null {
    const { toCluster: to, around } = this
    return to && around.parts.cluster(to.document, to.document.entry('cluster', to.index))
  }

  get user(): Located<RawUser> | null {
    const { toUser, userEntry } = this
    if (toUser === null || userEntry === null) return null
    const { document, index } = toUser
    this.locatedUser ??= { id: userEntry.id, file: document.file, raw: document.user(index) }
    return this.locatedUser
  }

  get userFile(): KubeconfigFile | null {
    return this.toUser && this.around.fileOf(this.toUser.document)
  }

  get userEntry(): UserEntry | null {
    const { toUser: to, around } = this
    return to && around.parts.user(to.document, to.document.entry('user', to.index))
  }

  get name(): string {
    return this.document.name('context', this.index)
  }

  /** Of its file. */
  get path(): string {
    return this.document.file
  }

  /** Kubectl takes the context of that name in an earlier file. */
  get shadowed(): boolean {
    return this.around.merged.shadowedBy('context', this.name, this.document) !== null
  }

  /** A name occurs twice in its list. */
  get inRepeats(): boolean {
    return this.document.repeats('context')
  }

  get hasCluster(): boolean {
    return this.toCluster !== null
  }

  /** Of the cluster that it points at; null where there is none. */
  get server(): string | null {
    return this.rawCluster?.server ?? null
  }

  get rawCluster(): RawCluster | null {
    return this.toCluster?.document.cluster(this.toCluster.index) ?? null
  }

  get userName(): string | null {
    return this.toUser?.document.name('user', this.toUser.index) ?? null
  }

  get rawUser(): RawUser | null {
    return this.toUser?.document.user(this.toUser.index) ?? null
  }

  /** The same for every context that refers to that user, and for no other. */
  get userKey(): number | null {
    return this.toUser && this.around.userKey(this.toUser.document, this.toUser.index)
  }

  /** What its user has in common with others of its file; null where that is not known. */
  get userForm(): UserForm | null {
    return this.toUser?.document.form(this.toUser.index) ?? null
  }

  /** The word of its user in which users of that form differ. */
  get userWord(): string | null {
    return this.toUser?.document.word(this.toUser.index) ?? null
  }
}

/** A resolved context as a value that another thread can be sent: nothing of it is left to be looked up in its document. */
export const resolvedValue = (of: ResolvedContext): ResolvedContext => ({
  id: of.id,
  entry: of.entry,
  file: of.file,
  context: of.context,
  cluster: of.cluster,
  clusterFile: of.clusterFile,
  clusterEntry: of.clusterEntry,
  user: of.user,
  userFile: of.userFile,
  userEntry: of.userEntry,
  name: of.name,
  path: of.path,
  shadowed: of.shadowed,
  inRepeats: of.inRepeats,
  hasCluster: of.hasCluster,
  server: of.server,
  userName: of.userName,
  rawCluster: of.rawCluster,
  rawUser: of.rawUser,
  userKey: of.userKey,
  // Left out: the reader of the file uses it there, and it refers to all other forms of the file in a chain.
  userForm: null,
  userWord: null,
})

function referred(
  merged: Merged,
  kind: EntryKind,
  name: string | null,
  by: KubeconfigDocument,
): EntryText['cluster'] {
  const winner = merged.winner(kind, name ?? '', by)
  if (winner === undefined) return null
  const { document, entry } = winner
  return { file: document.file, line: entry.line, text: entryText(document, entry) }
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
