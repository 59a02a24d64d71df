/** What became different between two snapshots, and how the page's copy follows. Values only. */
import type { EntryId, Snapshot, SnapshotChange } from './entries'

interface Entry {
  readonly id: EntryId
}

/** The change from `before` to `after`. */
export function changeBetween(before: Snapshot, after: Snapshot): SnapshotChange {
  const contexts = compare(before.contexts, after.contexts)
  const clusters = compare(before.clusters, after.clusters)
  const users = compare(before.users, after.users)
  const sameOrder = contexts.sameOrder && clusters.sameOrder && users.sameOrder
  const { revision, files, currentContext, currentContextFile } = after
  return {
    from: before.revision,
    revision,
    files,
    currentContext,
    currentContextFile,
    changed: { contexts: contexts.changed, clusters: clusters.changed, users: users.changed },
    removed: [...contexts.removed, ...clusters.removed, ...users.removed],
    order: sameOrder
      ? null
      : { contexts: ids(after.contexts), clusters: ids(after.clusters), users: ids(after.users) },
  }
}

/** Whether anything but the revision differs: entries, files, current-context. */
export function isEmptyChange(before: Snapshot, change: SnapshotChange): boolean {
  const { contexts, clusters, users } = change.changed
  return (
    contexts.length + clusters.length + users.length + change.removed.length === 0 &&
    change.order === null &&
    change.currentContext === before.currentContext &&
    change.currentContextFile === before.currentContextFile &&
    JSON.stringify(change.files) === JSON.stringify(before.files)
  )
}

/**
 * The snapshot after a change. Throws when the change does not start from this snapshot's revision: the holder has
 * missed one and must request the whole.
 */
export function applyChange(snapshot: Snapshot, change: SnapshotChange): Snapshot {
  if (change.from !== snapshot.revision) {
    throw new RangeError(`a change from revision ${change.from} does not fit revision ${snapshot.revision}`)
  }
  const removed = new Set(change.removed)
  const { revision, files, currentContext, currentContextFile, changed, order } = change
  return {
    revision,
    files,
    currentContext,
    currentContextFile,
    contexts: follow(snapshot.contexts, changed.contexts, removed, order?.contexts),
    clusters: follow(snapshot.clusters, changed.clusters, removed, order?.clusters),
    users: follow(snapshot.users, changed.users, removed, order?.users),
  }
}

function follow<T extends Entry>(
  entries: readonly T[],
  changed: readonly T[],
  removed: ReadonlySet<EntryId>,
  order: readonly EntryId[] | undefined,
): readonly T[] {
  if (changed.length === 0 && removed.size === 0 && order === undefined) return entries
  const known = new Map<EntryId, T>()
  for (const entry of entries) if (!removed.has(entry.id)) known.set(entry.id, entry)
  for (const entry of changed) known.set(entry.id, entry)
  return order === undefined ? [...known.values()] : order.flatMap((id) => known.get(id) ?? [])
}

function compare<T extends Entry>(before: readonly T[], after: readonly T[]) {
  if (before.length === 0) return { changed: after, removed: [], sameOrder: after.length === 0 }
  const old = new Map(before.map((entry) => [entry.id, entry]))
  const changed: T[] = []
  for (const entry of after) {
    const known = old.get(entry.id)
    if (known === undefined || !same(known, entry)) changed.push(entry)
    old.delete(entry.id)
  }
  const sameOrder =
    before.length === after.length && before.every((entry, index) => entry.id === after[index]?.id)
  return { changed, removed: [...old.keys()], sameOrder }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

function ids(entries: readonly Entry[]): readonly EntryId[] {
  return entries.map((entry) => entry.id)
}
