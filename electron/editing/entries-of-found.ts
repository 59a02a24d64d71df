/** What stands in files of a cluster that AWS describes: what a page must know before it makes a context for it. */
import { parseClusterArn } from '../../shared/identity/arn'
import type { EksCluster } from '../../shared/identity/eks-cluster'
import type { FoundCluster } from '../../shared/ipc/payloads'
import type { ReadFile } from '../kubeconfig/read/snapshot'
import type { KubeconfigView } from '../kubeconfig/read/view'
import { entriesWithAuthority } from './refresh'

export type EntriesOfFound = Pick<FoundCluster, 'sameAuthority' | 'contexts'>

/** Of each of these. */
export const entriesOfFound = (
  clusters: readonly EksCluster[],
  view: Pick<KubeconfigView, 'resolved'>,
  files: readonly ReadFile[],
): Promise<readonly EntriesOfFound[]> =>
  Promise.all(
    clusters.map(async (cluster) => {
      const contexts = view.resolved().filter(({ context, cluster: entry }) => {
        const arn = parseClusterArn(context.cluster ?? '')
        return arn?.arn === cluster.arn || (entry !== null && entry.raw.server === cluster.endpoint)
      })
      return {
        sameAuthority: await entriesWithAuthority(cluster, files),
        contexts: contexts.map(({ entry }) => entry.name),
      }
    }),
  )
