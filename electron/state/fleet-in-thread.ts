/** The identities and clusters of a fleet, computed in the thread that has its files. */
import { audit, findingsFromAws } from '../../shared/audit/make-audit'
import { pack } from '../../shared/ipc/packed'
import type { SweepsKnown } from '../../shared/ipc/payloads'
import { maskAddress } from '../../shared/kubeconfig/secrets'
import { type FleetTask, knownFleet, knownWays, type TreeTask, treeOfFleet } from '../identity/known-fleet'
import type { KubeconfigView } from '../kubeconfig/read/kubeconfig-view'
import type { ReadAt } from './changes'
import {
  type AskableTask,
  type AuditTask,
  askableClusters,
  auditInput,
  awsAuthList,
  type ClustersTask,
  clusterList,
  clustersOf,
  type RowParts,
} from './fleet-clusters'

export interface SweepsTask extends FleetTask {
  /** What is known without the files. */
  readonly beside: Omit<SweepsKnown, 'environment' | 'contexts'>
}

/** Answers as the texts in which they cross between threads and to a page. `viewOf`: a view of these files. */
export const fleetIn = (viewOf: (read: ReadAt) => KubeconfigView) => ({
  /** A tree with the rest of what is known of it. */
  async tree(task: TreeTask, read: ReadAt, signal: AbortSignal) {
    const fleet = await knownFleet(viewOf(read), task, signal)
    const { tree, ways, fingerprint } = await treeOfFleet(fleet, task)
    return { ways, fingerprint, tree: pack(tree) }
  },
  clusters: async (task: ClustersTask, read: ReadAt, signal: AbortSignal) =>
    pack(clusterList(await clustersOf(viewOf(read), task, signal), task)),
  askable: async (task: AskableTask, read: ReadAt, signal: AbortSignal) =>
    pack(askableClusters(await clustersOf(viewOf(read), task, signal), task)),
  /** What rows are built from. */
  async rowParts(task: ClustersTask, read: ReadAt, signal: AbortSignal) {
    const { leading, accountNames, identities } = await clustersOf(viewOf(read), task, signal)
    return pack<RowParts>({ leading, accountNames, identities })
  },
  audit: async (task: AuditTask, read: ReadAt, signal: AbortSignal) =>
    pack(audit(await auditInput(viewOf(read), task, signal))),
  findingsFromAws: async (task: AuditTask, read: ReadAt, signal: AbortSignal) =>
    pack(findingsFromAws(await auditInput(viewOf(read), task, signal))),
  awsAuths: async (task: ClustersTask, read: ReadAt, signal: AbortSignal) =>
    pack(awsAuthList(await clustersOf(viewOf(read), task, signal), task)),
  async sweeps({ beside, ...task }: SweepsTask, read: ReadAt, signal: AbortSignal) {
    const contexts = await knownWays(viewOf(read), task, signal)
    // An entry's server may hold a password, and no endpoint of AWS does.
    const shown = contexts.map((one) => ({ ...one, server: one.server && maskAddress(one.server) }))
    return pack<SweepsKnown>({ environment: task.environment.name, ...beside, contexts: shown })
  },
})
export type FleetInThread = ReturnType<typeof fleetIn>
