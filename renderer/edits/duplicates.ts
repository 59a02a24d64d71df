/** Users and clusters that say the same under several names. Entries with secrets are never compared here. */
import { sameJson } from '../../shared/edit-model'
import { modelOfSnapshot } from '../../shared/edit-snapshot'
import type { EntryId, Snapshot } from '../../shared/kubeconfig'

export interface Duplicates {
  readonly kind: 'user' | 'cluster'
  /** The one with the most contexts. */
  readonly keep: { readonly id: EntryId; readonly name: string }
  readonly others: readonly { readonly id: EntryId; readonly name: string }[]
  /** Certificate authorities are known by their size only. */
  readonly likely: boolean
}

/** Groups of entries that could be one. */
export function duplicatesIn(snapshot: Snapshot): readonly Duplicates[] {
  const users = new Map(snapshot.users.map((user) => [user.id, user]))
  const clusters = new Map(snapshot.clusters.map((cluster) => [cluster.id, cluster]))
  const uses = (kind: 'user' | 'cluster', name: string) =>
    snapshot.contexts.filter((context) => context[kind] === name).length
  const found: Duplicates[] = []
  for (const kind of ['cluster', 'user'] as const) {
    const entries = modelOfSnapshot(snapshot).files.flatMap((file) => file[kind])
    const left = entries.filter(({ id }) => {
      const user = users.get(id)
      if (kind === 'cluster') return clusters.get(id)?.origin.shadowedBy === null
      // Masked values look alike: nobody here can tell whether they are the same.
      return (
        user !== undefined &&
        user.exec !== null &&
        user.secrets.length === 0 &&
        user.origin.shadowedBy === null &&
        !user.exec.env.some(({ masked }) => masked)
      )
    })
    while (left.length > 0) {
      const first = left.shift()
      if (first === undefined) break
      const same = left.filter(({ value }) => sameJson(value, first.value))
      if (same.length === 0) continue
      for (const one of same) left.splice(left.indexOf(one), 1)
      const sorted = [first, ...same].sort((a, b) => uses(kind, b.name) - uses(kind, a.name))
      const [keep, ...others] = sorted.map(({ id, name }) => ({ id, name }))
      const likely = clusters.get(first.id)?.certificateAuthority?.kind === 'data'
      if (keep !== undefined) found.push({ kind, keep, others, likely })
    }
  }
  return found
}
