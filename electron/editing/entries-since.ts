/** Since when contexts are written as they are, by the states that the history has of their files. */
import type { EntrySince } from '../../shared/ipc/payloads'
import type { ContextEntry, EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import { entriesNamed } from '../../shared/kubeconfig/named-by'
import type { HistoryRecord } from '../kubeconfig/disk/history-record'
import type { History } from '../kubeconfig/disk/write-history'

/** Records that are read whole, the newest first: an answer for one panel. */
const mostRead = 200

interface Part {
  readonly context: EntryId
  readonly kind: 'context' | 'cluster' | 'user'
  readonly name: string
}

/** Of each of these contexts: when its own lines, or those of the user or cluster that it names, were last changed. */
export async function entriesSince(
  history: Pick<History, 'list' | 'get'>,
  snapshot: Snapshot,
  contexts: readonly EntryId[],
): Promise<readonly EntrySince[]> {
  const wanted = new Set(contexts)
  const byFile = partsOf(
    snapshot,
    snapshot.contexts.filter(({ id }) => wanted.has(id)),
  )
  const changed = new Map<EntryId, NonNullable<EntrySince['changed']>>()
  const from = new Map<string, number>()
  /** Files whose older states do not say which entries they changed. */
  const ended = new Set<string>()
  let read = 0
  for (const record of await history.list()) {
    for (const { realPath } of record.files) {
      const parts = byFile.get(realPath)
      if (parts === undefined || ended.has(realPath)) continue
      from.set(realPath, record.at)
      if (parts.every(({ context }) => changed.has(context))) continue
      const entries = read++ < mostRead ? await entriesIn(history, record, realPath) : null
      if (entries === null) ended.add(realPath)
      for (const { kind, after } of entries ?? [])
        for (const part of parts)
          if (part.kind === kind && part.name === after?.name && !changed.has(part.context))
            changed.set(part.context, { at: record.at, by: record.by })
    }
  }
  return [...wanted].map((context) => {
    const files = [...byFile].filter(([, parts]) => parts.some((part) => part.context === context))
    const seen = files.flatMap(([file]) => from.get(file) ?? [])
    return {
      context,
      changed: changed.get(context) ?? null,
      // All of its files have to be known since then.
      from: files.length > 0 && seen.length === files.length ? Math.max(...seen) : null,
    }
  })
}

/** The entries that such a record changed; null where it does not say. One that changed no text changed none. */
async function entriesIn(history: Pick<History, 'get'>, { id, files }: HistoryRecord, realPath: string) {
  const file = files.find((one) => one.realPath === realPath)
  if (file?.before === file?.after) return []
  const whole = await history.get(id)
  return whole?.files.find((one) => one.realPath === realPath)?.entries ?? null
}

/** What each of these contexts consists of, by the real path of its file. */
function partsOf(
  { files, clusters, users }: Snapshot,
  contexts: readonly ContextEntry[],
): ReadonlyMap<string, readonly Part[]> {
  const realPaths = new Map(files.map(({ path, realPath }) => [path, realPath ?? path]))
  const clusterOf = entriesNamed(files, () => clusters)
  const userOf = entriesNamed(files, () => users)
  const found = new Map<string, Part[]>()
  for (const { id: context, name, cluster, user, origin } of contexts) {
    const add = (kind: Part['kind'], of: string, file: string) => {
      const realPath = realPaths.get(file) ?? file
      found.set(realPath, [...(found.get(realPath) ?? []), { context, kind, name: of }])
    }
    add('context', name, origin.file)
    for (const [kind, entry] of [
      ['cluster', clusterOf(cluster, { origin })],
      ['user', userOf(user, { origin })],
    ] as const)
      if (entry !== null) add(kind, entry.name, entry.origin.file)
  }
  return found
}
