import type { ShownCluster } from '../../shared/identity/known-clusters'
import type { WhoMayEnter } from '../../shared/identity/who-may-enter'
import { type MineThere, mineInOrder } from '../rows/cluster-access'
import { useApp, useModel } from '../ui/model'

/** One's own at a cluster by principals, for its tab and what that counts; null until it is known who may enter. */
export function useMine(cluster: ShownCluster, access: WhoMayEnter | undefined): MineThere | null {
  const model = useModel()
  // What the cluster answered to its contexts follows the checks.
  useApp((state) => state.fleet)
  if (access === undefined) return null
  const contexts = [...cluster.contexts, ...cluster.shadowed]
  return mineInOrder(access, contexts, (id) => model.rows.get(id), model.owners())
}
