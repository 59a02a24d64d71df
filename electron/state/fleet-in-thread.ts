/** The identities and clusters of a fleet, computed in the thread that has its files. */
import { pack } from '../../shared/ipc/packed'
import type { SweepsKnown } from '../../shared/ipc/payloads'
import { maskAddress } from '../../shared/kubeconfig/secrets'
import { type FleetTask, knownTree, knownWays, type TreeTask } from '../identity/known-fleet'
import type { KubeconfigView } from '../kubeconfig/read/view'
import type { ReadAt } from './changes'
import {
  type AskableTask,
  askableClusters,
  awsAuthList,
  type ClustersTask,
  clusterList,
  clusterStand,
} from './fleet-clusters'

export interface SweepsTask extends FleetTask {
  /** What is known without the files. */
  readonly beside: Omit<SweepsKnown, 'environment' | 'contexts'>
}

/** Answers as the texts in which they cross between threads and to a page. `viewOf`: a view of these files. */
export const fleetIn = (viewOf: (read: ReadAt) => KubeconfigView) => ({
  /** A tree with the rest of what is known of it. */
  async tree(task: TreeTask, read: ReadAt, signal: AbortSignal) {
    const { tree, ...rest } = await knownTree(viewOf(read), task, signal)
    return { ...rest, tree: pack(tree) }
  },
  clusters: async (task: ClustersTask, read: ReadAt, signal: AbortSignal) =>
    pack(await clusterList(viewOf(read), task, signal)),
  askable: async (task: AskableTask, read: ReadAt, signal: AbortSignal) =>
    pack(await askableClusters(viewOf(read), task, signal)),
  clusterStand: async (task: ClustersTask, read: ReadAt, signal: AbortSignal) =>
    pack(await clusterStand(viewOf(read), task, signal)),
  awsAuths: async (task: ClustersTask, read: ReadAt, signal: AbortSignal) =>
    pack(await awsAuthList(viewOf(read), task, signal)),
  async sweeps({ beside, ...task }: SweepsTask, read: ReadAt, signal: AbortSignal) {
    const contexts = await knownWays(viewOf(read), task, signal)
    // An entry's server may hold a password, and no endpoint of AWS does.
    const shown = contexts.map((one) => ({ ...one, server: one.server && maskAddress(one.server) }))
    return pack<SweepsKnown>({ environment: task.environment.name, ...beside, contexts: shown })
  },
})
export type FleetInThread = ReturnType<typeof fleetIn>
