/** The files of a list as one: what kubectl would resolve, entry by entry. Of the disk, or of edits that are not there yet. */
import type { EntryText } from '../../../shared/ipc/contract'
import {
  type ContextEntry,
  type EntryId,
  type EntryKind,
  entryKinds,
  type KubeconfigFile,
  type Snapshot,
} from '../../../shared/kubeconfig/entries'
import type { KubeconfigDocument } from './document'
import type { Located, RawCluster, RawUser, ResolvedContext } from './entries'
import { entryText } from './entry-text'
import { entriesOf, type Merged, mergeDocuments, type Winner } from './merge'
import type { DocumentEntry } from './outline'
import { idOf, partsOf, projectSnapshot, type ReadFile } from './snapshot'

export interface KubeconfigView {
  readonly snapshot: Snapshot
  /** A context with what it points at; null for an id that is not there. */
  resolve(id: EntryId): ResolvedContext | null
  /** Every context of every file, shadowed ones too, in the snapshot's order. */
  resolved(): readonly ResolvedContext[]
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
  let contexts: ReadonlyMap<EntryId, ContextEntry> | null = null
  let all: readonly ResolvedContext[] | null = null

  const find = (id: EntryId): Winner | undefined => {
    index ??= indexOf(files)
    return index.get(id)
  }

  const fileOf = (document: KubeconfigDocument): KubeconfigFile => {
    const found = files.find((file) => file.document === document)
    if (found === undefined) throw new Error('a document of the view belongs to a file of the view')
    return found.file
  }

  const resolve = (id: EntryId): ResolvedContext | null => {
    const found = find(id)
    contexts ??= new Map(snapshot.contexts.map((each) => [each.id, each]))
    const entry = contexts.get(id)
    if (found === undefined || entry === undefined || found.entry.kind !== 'context') return null
    return resolveEntry(found.document, found.entry, entry)
  }

  const resolveEntry = (
    document: KubeconfigDocument,
    { index }: DocumentEntry,
    entry: ContextEntry,
  ): ResolvedContext => {
    const context = document.context(index)
    const cluster = context.cluster === null ? undefined : merged.winner('cluster', context.cluster)
    const user = context.user === null ? undefined : merged.winner('user', context.user)
    const clusterEntry = cluster === undefined ? null : parts.cluster(cluster.document, cluster.entry)
    const userEntry = user === undefined ? null : parts.user(user.document, user.entry)
    return {
      id: entry.id,
      entry,
      file: fileOf(document),
      context,
      cluster:
        cluster === undefined || clusterEntry === null
          ? null
          : located<RawCluster>(cluster, clusterEntry.id, cluster.document.cluster(cluster.entry.index)),
      clusterFile: cluster === undefined ? null : fileOf(cluster.document),
      clusterEntry,
      user:
        user === undefined || userEntry === null
          ? null
          : located<RawUser>(user, userEntry.id, user.document.user(user.entry.index)),
      userFile: user === undefined ? null : fileOf(user.document),
      userEntry,
    }
  }

  return {
    snapshot,
    resolve,
    resolved: () => {
      // The snapshot lists contexts as the documents do.
      let next = 0
      all ??= documents.flatMap((document) =>
        document.contexts.flatMap((each) => {
          const entry = snapshot.contexts[next++]
          return entry === undefined ? [] : [resolveEntry(document, each, entry)]
        }),
      )
      return all
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

function referred(merged: Merged, kind: EntryKind, name: string | null): EntryText['cluster'] {
  const winner = name === null ? undefined : merged.winner(kind, name)
  if (winner === undefined) return null
  const { document, entry } = winner
  return { file: document.file, line: entry.line, text: entryText(document, entry) }
}

function located<T>(
  { document, entry }: { document: KubeconfigDocument; entry: DocumentEntry },
  id: EntryId,
  raw: T,
): Located<T> {
  return { id, file: document.file, range: entry.range, raw }
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
