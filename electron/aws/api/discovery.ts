/**
 * Discovery: who an identity is at AWS, and which EKS clusters it sees. Many regions and identities at once share what is
 * the same: credentials are resolved once per identity, connections are kept alive (clients.ts).
 */

import type { EKSClient } from '@aws-sdk/client-eks'
import type { AccessEntry, Readable } from '../../../shared/identity/access-entries'
import type { DiscoveryIdentity, EksCluster } from '../../../shared/identity/eks-cluster'
import { partitionOfRegion } from '../../../shared/identity/regions'
import type { Candidate, Looker, SweepEvent, SweepRequest } from '../../../shared/identity/sweep'
import { type Fault, fault, ok, type Result } from '../../../shared/result'
import { sessionOfChain } from '../chain/credential-sources'
import { principalByChain } from '../chain/intended-identity'
import { takenFirst } from '../chain/predicted-identity'
import { profileChoice } from '../chain/profile-choice'
import { accessEntries, type EntriesProgress } from './access-entries'
import { type Asker, askedBy, askerOf, openAsking, originIn } from './asking-as'
import { type Caller, callerOf } from './caller-identity'
import type { AskAws, AskedAs, BoundClient } from './calls'
import type { AskingOptions } from './credentials-request'
import { describeCluster, versionSupport } from './list-clusters'
import { sweep } from './run-sweep'
import { createPatience, usualPatience } from './throttling'

export type DiscoveryEvent =
  | { readonly kind: 'cluster'; readonly cluster: EksCluster }
  | {
      readonly kind: 'problem'
      readonly region: string
      readonly cluster: string | null
      readonly fault: Fault
    }
  /** A region is done, for progress. */
  | { readonly kind: 'region'; readonly region: string; readonly clusters: number }

export type Discovery = ReturnType<typeof createDiscovery>

/** Discovery with the given files and environment. Call `close` when done. */
export function createDiscovery(from: AskingOptions) {
  const { files, variables } = from
  const { clients, keysOf } = openAsking(from)
  const callers = new Map<string, Promise<Result<Caller>>>()

  const as = (who: DiscoveryIdentity | Looker): Asker =>
    askerOf(from, 'kind' in who ? who : { kind: 'profile', ...who })

  /** The credentials and settings of a call as this identity. */
  async function asked(asker: Asker, region: string, signal: AbortSignal): Promise<Result<AskedAs>> {
    const keys = await keysOf(asker, region, signal)
    const { profile, name: who } = asker
    return keys.ok ? ok({ clients, profile, region, keys: keys.value, who, signal }) : keys
  }

  async function eksAs(
    asker: Asker,
    region: string,
    signal: AbortSignal,
  ): Promise<Result<BoundClient<EKSClient>>> {
    const request = await asked(asker, region, signal)
    if (!request.ok) return request
    const client = await clients.eks(request.value)
    return client.ok ? ok({ client: client.value, who: asker.name, region, signal }) : client
  }

  /** Who it is, asked once. */
  async function callerAs(asker: Asker, region: string, signal: AbortSignal): Promise<Result<Caller>> {
    const known = await callers.get(asker.id)
    if (known?.ok) return known
    const asking = asked(asker, region, signal).then((as) => (as.ok ? callerOf(as.value) : as))
    callers.set(asker.id, asking)
    return asking
  }

  /** A cluster as AWS describes it to this identity now. */
  async function cluster(
    who: DiscoveryIdentity | Looker,
    region: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Result<EksCluster>> {
    const asker = as(who)
    const eks = await eksAs(asker, region, signal)
    if (!eks.ok) return eks
    const asking = callerAs(asker, region, signal).then((caller) => askedBy(asker, region, caller))
    return describeCluster(eks.value, name, asking)
  }

  const everyone = (): readonly Looker[] => [
    ...(variables.AWS_ACCESS_KEY_ID ? [{ kind: 'profile' as const, profile: null, role: null }] : []),
    ...[...files.profiles.values()]
      .filter((profile) => profileChoice(files, profile).kind !== 'other')
      .map(({ name }) => ({ kind: 'profile' as const, profile: name, role: null })),
  ]

  return {
    /** The variable that is used instead of the environment's profile; null where that is used, or none is named. */
    instead(identity: DiscoveryIdentity): string | null {
      const { profile, chain } = as(identity)
      return identity.profile !== null || profile === null ? null : takenFirst(chain, originIn(from))
    },
    /** The region that the environment or the profile names; null when none does. */
    region: (identity: DiscoveryIdentity) => as(identity).home,
    /** Who the identity is. Region: for the regional STS; null takes the environment's or the profile's. */
    async caller(identity: DiscoveryIdentity, wanted: string | null, signal: AbortSignal) {
      const asker = as(identity)
      return callerAs(asker, wanted ?? asker.home ?? 'us-east-1', signal)
    },
    cluster,
    /** Who may enter a cluster by its access entries; stopped, as far as they were read. */
    async entries(
      identity: DiscoveryIdentity,
      region: string,
      cluster: string,
      signal: AbortSignal,
      onProgress?: EntriesProgress,
    ): Promise<Readable<readonly AccessEntry[]>> {
      const eks = await eksAs(as(identity), region, signal)
      if (!eks.ok) return { state: 'not-read', why: eks.fault.message, next: eks.fault.next }
      // Where AWS throttles, all of them pause together, and become fewer.
      const patience = createPatience({ ...usualPatience, perPlace: usualPatience.atOnce })
      const ask: AskAws = (task) => patience.ask(cluster, task, () => undefined, signal)
      return accessEntries({ ...eks.value, cluster, ask }, onProgress)
    },
    /** Until when each Kubernetes version is supported. */
    async versions(identity: DiscoveryIdentity, region: string, signal: AbortSignal) {
      const eks = await eksAs(as(identity), region, signal)
      return eks.ok ? versionSupport(eks.value) : eks
    },
    /** Clusters of some regions as they are found: each region ends once, with a number of clusters or a problem. */
    async clusters(
      identity: DiscoveryIdentity,
      regions: readonly string[],
      tell: (event: DiscoveryEvent) => void,
      signal: AbortSignal,
    ): Promise<void> {
      const open = new Set(regions)
      const problem = (region: string, fault: Fault, cluster: string | null = null) => {
        if (cluster === null) open.delete(region)
        tell({ kind: 'problem', region, cluster, fault })
      }
      const note = (event: SweepEvent) => {
        if (event.kind === 'cluster') tell({ kind: 'cluster', cluster: event.cluster })
        else if (event.kind === 'undescribed') problem(event.region, event.fault, event.name)
        else if (event.kind === 'looker' && 'fault' in event.state && event.state.kind !== 'nameless')
          for (const region of open) problem(region, event.state.fault)
        else if (event.kind === 'place' && open.has(event.region)) {
          const { region, state } = event
          if (state.kind === 'found') tell({ kind: 'region', region, clusters: state.clusters })
          if (state.kind === 'found' || state.kind === 'stopped') open.delete(region)
          else if ('fault' in state && state.kind !== 'waiting') problem(region, state.fault)
        }
      }
      const lookers = [as(identity).looker]
      const rest = { sessions: [], without: [], access: false, aliases: false }
      await sweep(from, { lookers, regions: { kind: 'these', regions }, ...rest }, note, signal)
      // Credentials of one partition are not valid in another, so its regions are not asked.
      for (const region of open) {
        const said = `${region} is of partition ${partitionOfRegion(region)}, and this identity is of another.`
        problem(region, fault('bad-request', said, 'Search there as an identity of that partition.'))
      }
    },
    /** The identities that a search can use: the environment's keys, and each profile that gives credentials. */
    everyone,
    /** The same, with the identity that files name for each. */
    candidates: () =>
      everyone().map((looker): Candidate => {
        const { chain } = askerOf(from, looker)
        const { arn, account, permissionSet } = principalByChain(chain)
        const session = chain.source?.kind === 'sso' ? chain.source.session : null
        return { looker, arn, account, permissionSet, session, called: sessionOfChain(chain) }
      }),
    /** SSO sessions that the AWS files name. */
    sessions: () => [...files.ssoSessions.keys()],
    /** Looks with many identities in many regions at once. */
    sweep: (request: SweepRequest, tell: (event: SweepEvent) => void, signal: AbortSignal) =>
      sweep(from, request, tell, signal),
    close: clients.close,
  }
}
