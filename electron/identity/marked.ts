/** Whether contexts are marked as production, by their own entries: the same question as of rows, before anything else is known. */
import { type ExecMeaning, execMeaning, meantCluster } from '../../shared/exec/parse'
import { isProduction, type ProductionMark } from '../../shared/identity/production'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { KubeconfigView } from '../kubeconfig/read/kubeconfig-view'
import { type NamedClusters, sureNames } from './cluster-of-entry'

interface Entries {
  readonly name: string
  /** Of the cluster entry. */
  readonly cluster: string | null
  readonly server: string | null
  /** Of its command. */
  readonly meaning: ExecMeaning | null
}

/** Asks it of contexts among these clusters. */
export function markedAmong(marks: readonly ProductionMark[], clusters: NamedClusters) {
  const nameOf = sureNames(clusters)
  return ({ name, cluster, server, meaning }: Entries): boolean =>
    marks.length > 0 &&
    isProduction(marks, { name, cluster }, meantCluster(meaning, nameOf(cluster, server), server))
}

/** Names of those of these contexts that are. */
export function markedNames(
  marks: readonly ProductionMark[],
  view: KubeconfigView,
  ids: readonly EntryId[],
): readonly string[] {
  const isMarked = markedAmong(marks, view.snapshot)
  return (marks.length === 0 ? [] : ids).flatMap((id) => {
    const found = view.resolve(id)
    if (found === null) return []
    const { entry, cluster, user } = found
    const { name } = entry
    const exec = user?.raw.exec ?? null
    const meaning = exec && execMeaning(exec)
    return isMarked({ name, cluster: entry.cluster, server: cluster?.raw.server ?? null, meaning })
      ? [name]
      : []
  })
}
