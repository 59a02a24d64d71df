/** Asks about clusters anew: what AWS says of each, until when its version is supported, and whether its endpoint answers. */
import { parseServer, refusals } from '../../shared/destination/address'
import { clusterAccount, type DiscoveryIdentity, type EksCluster } from '../../shared/identity/eks-cluster'
import type {
  AskedCluster,
  ClusterRow,
  EndpointReach,
  VersionSupport,
} from '../../shared/identity/known-clusters'
import { isRegion } from '../../shared/identity/regions'
import { foundAlike, type SweptCluster } from '../../shared/identity/search-results'
import { type Fault, fault } from '../../shared/result'
import { quoted } from '../../shared/visible'
import type { Discovery } from '../aws/api/discovery'
import type { Variables } from '../system/environment'
import { slots } from '../system/slots'
import { type AskableCluster, authorityHash } from './fleet-clusters'

/** The result for one cluster. */
export interface Answered {
  readonly row: ClusterRow
  readonly asked: AskedCluster
  /** As AWS describes it now, or as it did before it was gone; null: no identity could describe it. */
  readonly described: SweptCluster | null
}

export interface Asking {
  readonly clusters: readonly AskableCluster[]
  readonly discovery: Discovery
  readonly variables: Variables
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Until when versions are supported, as soon as one identity could read it. */
  readonly onVersions: (versions: readonly VersionSupport[]) => void
  readonly onAnswer: (answered: Answered) => void
}

/** Clusters asked about at once. */
const atOnce = 8
/** Identities that ask about one cluster, at most. */
const mostLookers = 3

/** Asks about each with the identities that found it or enter it; answers come as they arrive, in no order. */
export async function askClusters(asking: Asking, signal: AbortSignal): Promise<void> {
  const { clusters, discovery, now, onVersions, onAnswer } = asking
  const turn = slots(atOnce)
  /** By partition; one at a time asks for them. */
  const versions = new Map<string, Promise<boolean>>()

  async function supportOf(partition: string, looker: DiscoveryIdentity, region: string): Promise<void> {
    if (await versions.get(partition)) return
    const asked = discovery.versions(looker, region, signal).then((support) => {
      if (support.ok) onVersions(support.value)
      return support.ok
    })
    versions.set(partition, asked)
    await asked
  }

  async function one({ cluster: row, lookers }: AskableCluster): Promise<void> {
    const { name, region, account } = row
    const answered = (asked: Partial<AskedCluster>, described: SweptCluster | null = null) => {
      const nothing = { at: now(), reached: null, fault: null, arn: null, gone: false, by: null }
      if (!signal.aborted) onAnswer({ row, asked: { ...nothing, ...asked }, described })
    }
    if (name === null || region === null || !isRegion(region)) return answered({ fault: noPlace(region) })
    let first: Fault | null = null
    for (const looker of lookers.slice(0, mostLookers)) {
      const answer = await discovery.cluster(looker, region, name, signal)
      if (signal.aborted) return
      if (answer.ok) {
        const cluster = answer.value
        if (account !== null && clusterAccount(cluster) !== account) {
          first ??= anotherAccounts(cluster, account)
          continue
        }
        const [reached] = await Promise.all([
          reachedOf(cluster, asking, signal),
          supportOf(cluster.partition, looker, region),
        ])
        return answered({ reached, arn: cluster.arn, by: looker }, sweptOf(cluster, row, now()))
      }
      if (answer.fault.code === 'not-found' && account !== null) {
        // Another account’s identity does not know it either: only an identity of the cluster's account can say that it is gone.
        const caller = await discovery.caller(looker, region, signal)
        if (caller.ok && caller.value.account === account) {
          const { described, arn } = row
          const gone = described && { ...described, goneAt: described.goneAt ?? now() }
          return answered({ arn, gone: true, by: looker }, gone)
        }
      }
      first ??= answer.fault
    }
    answered({ fault: first ?? nobody })
  }
  await Promise.all(clusters.map((cluster) => turn(() => one(cluster))))
}

const noPlace = (region: string | null): Fault =>
  fault(
    'bad-request',
    region === null
      ? 'Nothing says in which region the cluster is.'
      : `${quoted(region)} is not an AWS region.`,
    'Correct the region in the commands of its contexts.',
  )
const anotherAccounts = ({ arn }: EksCluster, account: string): Fault =>
  fault(
    'conflict',
    `AWS describes ${arn} here, and this is the cluster of that name in account ${account}.`,
    'Only an identity of that account can ask about that cluster.',
  )
const nobody: Fault = {
  code: 'not-found',
  message: 'Neither a context nor a search that is believed says as whom to ask about this cluster.',
  next: 'Find clusters as an identity of that account: `ekscope discover`.',
}

async function reachedOf(
  { endpoint, certificateAuthorityData }: EksCluster,
  { variables }: Asking,
  signal: AbortSignal,
): Promise<EndpointReach | null> {
  if (endpoint === null) return null
  const at = parseServer(endpoint)
  if (!at.ok) return { answers: false, ms: 0, why: `its address ${refusals[at.fault]}` }
  const { askVersion } = await import('../net/endpoint-answers')
  return askVersion(at.value, certificateAuthorityData, variables, signal)
}

function sweptOf(
  { certificateAuthorityData: data, ...cluster }: EksCluster,
  row: ClusterRow,
  at: number,
): SweptCluster {
  return {
    ...cluster,
    authority: data === null ? null : authorityHash(data),
    foundBy: foundAlike(row.described, cluster),
    at,
    goneAt: null,
  }
}
