/** What a fleet comes to for identities and clusters, worked out where its files are in view. */
import type { AwsAuthAt } from '../../shared/identity/aws-auths'
import type { ClusterList } from '../../shared/identity/known-clusters'
import type { IdentityTree } from '../../shared/identity/tree'
import { type Packed, pack } from '../../shared/ipc/packed'
import type { SweepsKnown } from '../../shared/ipc/payloads'
import { maskAddress } from '../../shared/kubeconfig/secrets'
import { type FleetTask, type KnownTree, knownTree, knownWays, type TreeTask } from '../identity/known-fleet'
import type { KubeconfigView } from '../kubeconfig/read/view'
import type { ReadAt } from './changes'
import {
  type AskableCluster,
  type AskableTask,
  askableClusters,
  awsAuthList,
  type ClusterStand,
  type ClustersTask,
  clusterList,
  clusterStand,
} from './fleet-clusters'

/** A tree as it crosses, with the rest of what is known of it. */
export interface PackedTree extends Omit<KnownTree, 'tree'> {
  readonly tree: Packed<IdentityTree>
}

export interface SweepsTask extends FleetTask {
  /** What is known without the files. */
  readonly beside: Omit<SweepsKnown, 'environment' | 'contexts'>
}

/** Answers in the texts in which they cross, between threads and to a page. */
export interface FleetLooks {
  tree(task: TreeTask, read: ReadAt, signal: AbortSignal): Promise<PackedTree>
  clusters(task: ClustersTask, read: ReadAt, signal: AbortSignal): Promise<Packed<ClusterList>>
  askable(task: AskableTask, read: ReadAt, signal: AbortSignal): Promise<Packed<readonly AskableCluster[]>>
  clusterStand(task: ClustersTask, read: ReadAt, signal: AbortSignal): Promise<Packed<ClusterStand>>
  awsAuths(task: ClustersTask, read: ReadAt, signal: AbortSignal): Promise<Packed<readonly AwsAuthAt[]>>
  sweeps(task: SweepsTask, read: ReadAt, signal: AbortSignal): Promise<Packed<SweepsKnown>>
}

/** `viewOf`: these files as one. */
export const fleetIn = (viewOf: (read: ReadAt) => KubeconfigView): FleetLooks => ({
  async tree(task, read, signal) {
    const { tree, ...rest } = await knownTree(viewOf(read), task, signal)
    return { ...rest, tree: pack(tree) }
  },
  clusters: async (task, read, signal) => pack(await clusterList(viewOf(read), task, signal)),
  askable: async (task, read, signal) => pack(await askableClusters(viewOf(read), task, signal)),
  clusterStand: async (task, read, signal) => pack(await clusterStand(viewOf(read), task, signal)),
  awsAuths: async (task, read, signal) => pack(await awsAuthList(viewOf(read), task, signal)),
  async sweeps({ beside, ...task }, read, signal) {
    const contexts = await knownWays(viewOf(read), task, signal)
    // An entry's server may hold a password, and no endpoint of AWS does.
    const shown = contexts.map((one) => ({ ...one, server: one.server && maskAddress(one.server) }))
    return pack({ environment: task.environment.name, ...beside, contexts: shown })
  },
})
