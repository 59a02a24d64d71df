/** The kubeconfig files of the list as documents, kept up to date: what every other part of main asks. */

import type { EntryText } from '../../shared/ipc'
import type {
  ContextEntry,
  EntryId,
  EntryKind,
  FileProblem,
  KubeconfigFile,
  Snapshot,
  SnapshotChange,
} from '../../shared/kubeconfig'
import { changeBetween, isEmptyChange } from '../../shared/kubeconfig-change'
import { type DocumentEntry, type KubeconfigDocument, readDocument } from './document'
import type { Located, RawCluster, RawUser, ResolvedContext } from './entries'
import { entryText } from './entry-text'
import type { ListedFile } from './locate'
import { entriesOf, entryKinds, type Merged, mergeDocuments, type Winner } from './merge'
import { type FileReading, readKubeconfig, sameStamp, stampOf } from './read'
import { idOf, projectSnapshot, type ReadFile } from './snapshot'

export interface KubeconfigStore {
  /** Reads what changed since the last time and gives the whole. Rejects only when the signal fires. */
  load(signal?: AbortSignal): Promise<Snapshot>
  /** The same, but as the change against what was known before; null when nothing is different. */
  refresh(signal?: AbortSignal): Promise<SnapshotChange | null>
  /**
   * As refresh, but takes nothing over while a file that was readable is seen empty, torn or gone: kubectl and aws
   * write in place, so that state may last only a moment. Ask again until it is settled, or refresh.
   */
  follow(signal?: AbortSignal): Promise<SnapshotChange | null | 'unsettled'>
  /** As last read; empty before the first load. */
  snapshot(): Snapshot
  /** Every file of the list with its document, as last read. */
  files(): readonly ReadFile[]
  /** A context with what it points at; null for an id that is not (any more) there. */
  resolve(id: EntryId): ResolvedContext | null
  /** Every context of every file, shadowed ones too, in the snapshot's order. */
  resolved(): readonly ResolvedContext[]
  /** A context's own lines with its cluster's and user's, or one other entry's; secrets redacted. */
  text(id: EntryId): EntryText | null
}

export interface StoreOptions {
  /** The files as the environment names them now; asked at every load. */
  readonly list: () => readonly ListedFile[]
  /** The user's word for a file that is not of their own list, as it is now: it lapses when the content changes. */
  readonly trustedFile: (file: {
    readonly path: string
    readonly realPath: string | null
    readonly revision: string | null
  }) => boolean
}

interface Known {
  readonly reading: FileReading
  readonly document: KubeconfigDocument | null
}

interface State {
  readonly snapshot: Snapshot
  readonly files: readonly ReadFile[]
  readonly merged: Merged
}

/** Within this many ms after a write a file can change again without its stamp telling. */
const racyWindow = 2_000
const empty: Snapshot = {
  revision: 0,
  files: [],
  currentContext: null,
  currentContextFile: null,
  contexts: [],
  clusters: [],
  users: [],
}

export function createKubeconfigStore(options: StoreOptions): KubeconfigStore {
  const known = new Map<string, Known>()
  let state: State = { snapshot: empty, files: [], merged: mergeDocuments([]) }
  let index: ReadonlyMap<EntryId, Winner> | null = null
  let contexts: ReadonlyMap<EntryId, ContextEntry> | null = null
  let queue: Promise<unknown> = Promise.resolve()

  const read = async (listed: ListedFile, signal?: AbortSignal): Promise<ReadFile> => {
    const before = known.get(listed.path)
    if (before !== undefined && (await isUnchanged(listed.path, before.reading))) {
      return readFile(listed, before, options)
    }
    const reading = await readKubeconfig(listed.path, signal)
    const same =
      reading.kind === 'read' &&
      before?.reading.kind === 'read' &&
      before.reading.revision === reading.revision
    const document = same
      ? before.document
      : reading.kind === 'read'
        ? readDocument(listed.path, reading.text)
        : null
    const now = { reading, document }
    known.set(listed.path, now)
    return readFile(listed, now, options)
  }

  const update = async (
    waits: boolean,
    signal?: AbortSignal,
  ): Promise<SnapshotChange | null | 'unsettled'> => {
    const list = options.list()
    const files = await Promise.all(list.map((listed) => read(listed, signal)))
    if (waits && files.some((file) => mayBeTorn(file, state.files))) return 'unsettled'
    for (const path of known.keys()) if (!list.some((listed) => listed.path === path)) known.delete(path)
    const documents = files.flatMap(({ document }) => (document === null ? [] : [document]))
    const next = projectSnapshot(state.snapshot.revision + 1, files)
    const change = changeBetween(state.snapshot, next)
    if (state.snapshot.revision > 0 && isEmptyChange(state.snapshot, change)) return null
    state = { snapshot: next, files, merged: mergeDocuments(documents) }
    index = null
    contexts = null
    return change
  }

  /** One reading at a time, in the order of asking. */
  const follow = (waits: boolean, signal?: AbortSignal): Promise<SnapshotChange | null | 'unsettled'> => {
    const run = queue.then(() => update(waits, signal))
    queue = run.catch(() => undefined)
    return run
  }
  const refresh = async (signal?: AbortSignal): Promise<SnapshotChange | null> => {
    const change = await follow(false, signal)
    return change === 'unsettled' ? null : change
  }

  const find = (id: EntryId): Winner | undefined => {
    index ??= indexOf(state.files)
    return index.get(id)
  }

  const fileOf = (document: KubeconfigDocument): KubeconfigFile => {
    const found = state.files.find((file) => file.document === document)
    if (found === undefined) throw new Error('a document of the state belongs to a file of the state')
    return found.file
  }

  const resolve = (id: EntryId): ResolvedContext | null => {
    const found = find(id)
    contexts ??= new Map(state.snapshot.contexts.map((each) => [each.id, each]))
    const entry = contexts.get(id)
    if (found === undefined || entry === undefined || found.entry.kind !== 'context') return null
    const context = found.document.context(found.entry.index)
    const cluster = context.cluster === null ? undefined : state.merged.winner('cluster', context.cluster)
    const user = context.user === null ? undefined : state.merged.winner('user', context.user)
    return {
      id,
      entry,
      file: fileOf(found.document),
      context,
      cluster:
        cluster === undefined
          ? null
          : located<RawCluster>(cluster, cluster.document.cluster(cluster.entry.index)),
      clusterFile: cluster === undefined ? null : fileOf(cluster.document),
      user: user === undefined ? null : located<RawUser>(user, user.document.user(user.entry.index)),
      userFile: user === undefined ? null : fileOf(user.document),
    }
  }

  return {
    load: async (signal) => {
      await refresh(signal)
      return state.snapshot
    },
    refresh,
    follow: (signal) => follow(true, signal),
    snapshot: () => state.snapshot,
    files: () => state.files,
    resolve,
    resolved: () => state.snapshot.contexts.flatMap(({ id }) => resolve(id) ?? []),
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
        cluster: referred(state.merged, 'cluster', raw.cluster),
        user: referred(state.merged, 'user', raw.user),
      }
    },
  }
}

/** Readable when last taken over, and now empty, refused or gone. */
function mayBeTorn(now: ReadFile, before: readonly ReadFile[]): boolean {
  const old = before.find(({ file }) => file.path === now.file.path)
  if (old === undefined || old.document === null || old.file.revision === now.file.revision) return false
  if (old.file.bytes === 0 || old.file.problems.some(isError)) return false
  return now.document === null || now.file.bytes === 0 || now.file.problems.some(isError)
}

const isError = (problem: FileProblem) => problem.severity === 'error'

function referred(merged: Merged, kind: EntryKind, name: string | null): EntryText['cluster'] {
  const winner = name === null ? undefined : merged.winner(kind, name)
  if (winner === undefined) return null
  const { document, entry } = winner
  return { file: document.file, line: entry.line, text: entryText(document, entry) }
}

function located<T>(
  { document, entry }: { document: KubeconfigDocument; entry: DocumentEntry },
  raw: T,
): Located<T> {
  return { id: idOf(document, entry), file: document.file, range: entry.range, raw }
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

async function isUnchanged(path: string, reading: FileReading): Promise<boolean> {
  if (reading.kind !== 'read') return false
  if (!sameStamp(await stampOf(path), reading.stamp)) return false
  return Number(reading.stamp.modified / 1_000_000n) + racyWindow < reading.at
}

function readFile(listed: ListedFile, { reading, document }: Known, options: StoreOptions): ReadFile {
  const revision = reading.kind === 'read' ? reading.revision : null
  const file: KubeconfigFile = {
    path: listed.path,
    realPath: reading.realPath,
    source: listed.source,
    own: listed.own,
    trusted: listed.own || options.trustedFile({ path: listed.path, realPath: reading.realPath, revision }),
    revision,
    bytes: reading.stamp?.bytes ?? 0,
    mode: reading.mode,
    uid: reading.uid,
    currentContext: document?.currentContext ?? null,
    problems: problemsOf(listed, reading, document),
    contexts: document?.contexts.length ?? 0,
    clusters: document?.clusters.length ?? 0,
    users: document?.users.length ?? 0,
  }
  return { file, document }
}

function problemsOf(
  listed: ListedFile,
  reading: FileReading,
  document: KubeconfigDocument | null,
): readonly FileProblem[] {
  if (reading.kind === 'problem') {
    // kubectl passes over a missing file of the list, but not one that was named by --kubeconfig.
    const skipped = reading.problem.code === 'missing' && listed.source !== 'option'
    return [skipped ? { ...reading.problem, severity: 'warning' } : reading.problem]
  }
  const problems = document?.problems ?? []
  if (reading.encoding === 'utf-8') return problems
  const wide: FileProblem = {
    code: 'not-utf8',
    severity: 'warning',
    message: `${listed.path} is UTF-16 text: kubectl reads it, but Ekscope will not write to it.`,
    next: 'Convert it to UTF-8 to edit it here.',
    at: null,
  }
  return [wide, ...problems]
}
