/**
 * Discovery: who an identity is at AWS, and which EKS clusters it sees. Many regions and identities at once share what is
 * the same: credentials are resolved once per identity, connections are kept alive (clients.ts).
 */

import type { EKSClient } from '@aws-sdk/client-eks'
import type { AccessEntry, Readable } from '../../../shared/identity/access'
import type { DiscoveryIdentity, EksCluster } from '../../../shared/identity/eks-cluster'
import type { VersionSupport } from '../../../shared/identity/known-clusters'
import { partitionOfRegion } from '../../../shared/identity/regions'
import {
  type Candidate,
  type Looker,
  lookerId,
  type SweepEvent,
  type SweepRequest,
} from '../../../shared/identity/sweep'
import { type Fault, fault, ok, type Result } from '../../../shared/result'
import { principalByChain } from '../chain/intended'
import { takenFirst } from '../chain/predict'
import { profileChoice } from '../chain/profile-choice'
import { sessionOfChain } from '../chain/sources'
import { regionFor } from '../files/settings'
import { accessEntries, type EntriesProgress } from './access-entries'
import {
  type AskingOptions,
  askedBy,
  chainOf,
  credentialsRequest,
  nameOf as nameIn,
  originIn,
  scopeOf,
} from './asking-as'
import { type Caller, callerOf } from './caller'
import { type ClientRequest, createClients } from './clients'
import { describeCluster } from './clusters'
import { credentialsOf } from './credentials'
import type { Keys } from './keys'
import { createPatience, usualPatience } from './patience'
import { notShared } from './shared-credentials'
import { sweep } from './sweep'
import { versionSupport } from './versions'

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

export interface Discovery {
  /** Who the identity is. Region: for the regional STS; null takes the environment's or the profile's. */
  caller(identity: DiscoveryIdentity, region: string | null, signal: AbortSignal): Promise<Result<Caller>>
  /** Clusters of some regions as they are found; a region that fails is a problem beside the others. */
  clusters(
    identity: DiscoveryIdentity,
    regions: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<DiscoveryEvent>
  cluster(
    identity: DiscoveryIdentity,
    region: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Result<EksCluster>>
  /** Who may enter a cluster by its access entries; stopped, as far as they were read. */
  entries(
    identity: DiscoveryIdentity,
    region: string,
    name: string,
    signal: AbortSignal,
    onProgress?: EntriesProgress,
  ): Promise<Readable<readonly AccessEntry[]>>
  /** Until when each Kubernetes version is supported. */
  versions(
    identity: DiscoveryIdentity,
    region: string,
    signal: AbortSignal,
  ): Promise<Result<readonly VersionSupport[]>>
  /** The variable that is used in place of the profile that the environment names; null where that is used, or none is named. */
  instead(identity: DiscoveryIdentity): string | null
  /** The region that the environment or the profile names; null when none does. */
  region(identity: DiscoveryIdentity): string | null
  /** Everybody who could look: whoever the environment gives by keys, and each profile that leads to credentials. */
  everyone(): readonly Looker[]
  /** The same, with whom files say that they are. */
  candidates(): readonly Candidate[]
  /** A cluster as AWS describes it to this one now. */
  describe(
    looker: Looker,
    cluster: Pick<EksCluster, 'region' | 'name'>,
    signal: AbortSignal,
  ): Promise<Result<EksCluster>>
  /** SSO sessions that the AWS files name. */
  sessions(): readonly string[]
  /** Looks as many in many regions at once. */
  sweep(request: SweepRequest, signal: AbortSignal): AsyncGenerator<SweepEvent>
  close(): void
}

/** Discovery with the given files and environment. Call `close` when done. */
export function createDiscovery(from: AskingOptions): Discovery {
  const { files, variables, now } = from
  const resolved = new Map<string, Promise<Result<Keys>>>()
  const clients = createClients({ files, variables })

  const lookerOf = (identity: DiscoveryIdentity): Looker => ({ kind: 'profile', ...identity })
  const profileOf = (identity: DiscoveryIdentity) => scopeOf(from, lookerOf(identity))
  const nameOf = (identity: DiscoveryIdentity) => nameIn(from, lookerOf(identity))
  const regionOf = (identity: DiscoveryIdentity) =>
    regionFor(files, profileOf(identity), variables)?.value ?? null

  /** One resolution per identity and partition, again when less than five minutes are left. */
  async function keysOf(looker: Looker, region: string, signal: AbortSignal): Promise<Result<Keys>> {
    const key = JSON.stringify([lookerId(looker), partitionOfRegion(region)])
    const known = await resolved.get(key)
    if (known?.ok && (known.value.expiresAt === null || known.value.expiresAt - now() > 300_000)) return known
    const request = credentialsRequest(from, looker, { clients, shared: notShared, region })
    if (!request.ok) return request
    const resolving = credentialsOf(request.value, signal)
    resolved.set(key, resolving)
    const answer = await resolving
    if (!answer.ok) resolved.delete(key)
    return answer
  }

  /** What a client takes; the keys of whoever asks are resolved first. */
  async function clientRequest(
    looker: Looker,
    region: string,
    signal: AbortSignal,
  ): Promise<Result<ClientRequest>> {
    const keys = await keysOf(looker, region, signal)
    return keys.ok ? ok({ profile: scopeOf(from, looker), region, keys: keys.value }) : keys
  }

  async function eksAs(looker: Looker, region: string, signal: AbortSignal): Promise<Result<EKSClient>> {
    const request = await clientRequest(looker, region, signal)
    return request.ok ? clients.eks(request.value) : request
  }
  const eks = (identity: DiscoveryIdentity, region: string, signal: AbortSignal) =>
    eksAs(lookerOf(identity), region, signal)

  const callers = new Map<string, Promise<Result<Caller>>>()
  /** Who it is, asked once. */
  async function callerAs(looker: Looker, region: string, signal: AbortSignal): Promise<Result<Caller>> {
    const key = lookerId(looker)
    const known = await callers.get(key)
    if (known?.ok) return known
    const asking = clientRequest(looker, region, signal).then((request) =>
      request.ok ? callerOf(clients, { ...request.value, who: nameIn(from, looker) }, signal) : request,
    )
    callers.set(key, asking)
    return asking
  }
  async function describeAs(
    looker: Looker,
    region: string,
    cluster: string,
    signal: AbortSignal,
  ): Promise<Result<EksCluster>> {
    const client = await eksAs(looker, region, signal)
    if (!client.ok) return client
    const asking = callerAs(looker, region, signal).then((caller) => askedBy(from, looker, region, caller))
    return describeCluster(client.value, cluster, { who: nameIn(from, looker), asking }, signal)
  }

  /** Everybody who could look, as files and environment have it. */
  const everyone = (): readonly Looker[] => [
    ...(variables.AWS_ACCESS_KEY_ID ? [{ kind: 'profile' as const, profile: null, role: null }] : []),
    ...[...files.profiles.values()]
      .filter((profile) => profileChoice(files, profile).kind !== 'other')
      .map(({ name }) => ({ kind: 'profile' as const, profile: name, role: null })),
  ]

  return {
    instead: (identity) => {
      const profile = profileOf(identity)
      return identity.profile !== null || profile === null
        ? null
        : takenFirst(chainOf(from, lookerOf(identity)), originIn(from))
    },
    region: regionOf,
    async caller(identity, wanted, signal) {
      return callerAs(lookerOf(identity), wanted ?? regionOf(identity) ?? 'us-east-1', signal)
    },
    cluster: (identity, regionName, name, signal) => describeAs(lookerOf(identity), regionName, name, signal),
    async entries(identity, regionName, cluster, signal, onProgress) {
      const client = await eks(identity, regionName, signal)
      if (!client.ok) return { state: 'not-read', why: client.fault.message, next: client.fault.next }
      const who = nameOf(identity)
      // Where AWS throttles, all of them pause together, and become fewer.
      const patience = createPatience({ ...usualPatience, perPlace: usualPatience.atOnce })
      return accessEntries(
        client.value,
        { who, region: regionName, cluster },
        signal,
        (task) => patience.ask(cluster, task, () => undefined, signal),
        onProgress,
      )
    },
    async versions(identity, regionName, signal) {
      const client = await eks(identity, regionName, signal)
      if (!client.ok) return client
      return versionSupport(client.value, { who: nameOf(identity), region: regionName }, signal)
    },
    clusters: (identity, regions, signal) => {
      const wanted = { lookers: [lookerOf(identity)], regions: { kind: 'these', regions } } as const
      const rest = { sessions: [], without: [], access: false, aliases: false }
      return seenIn(regions, sweep(from, { ...wanted, ...rest }, signal))
    },
    describe: (looker, { region: regionName, name }, signal) => describeAs(looker, regionName, name, signal),
    everyone,
    candidates: () =>
      everyone().map((looker): Candidate => {
        const chain = chainOf(from, looker)
        const { arn, account, permissionSet } = principalByChain(chain)
        const session = chain.source?.kind === 'sso' ? chain.source.session : null
        return { looker, arn, account, permissionSet, session, called: sessionOfChain(chain) }
      }),
    sessions: () => [...files.ssoSessions.keys()],
    sweep: (request, signal) => sweep(from, request, signal),
    close: clients.close,
  }
}

/** What one sees in these regions, as it comes: each of them ends once, with a number of clusters or a problem. */
async function* seenIn(
  regions: readonly string[],
  events: AsyncGenerator<SweepEvent>,
): AsyncGenerator<DiscoveryEvent> {
  const open = new Set(regions)
  const problem = (region: string, fault: Fault, cluster: string | null = null): DiscoveryEvent => {
    if (cluster === null) open.delete(region)
    return { kind: 'problem', region, cluster, fault }
  }
  for await (const event of events) {
    if (event.kind === 'cluster') yield { kind: 'cluster', cluster: event.cluster }
    else if (event.kind === 'undescribed') yield problem(event.region, event.fault, event.name)
    else if (event.kind === 'looker' && 'fault' in event.state && event.state.kind !== 'nameless')
      for (const region of open) yield problem(region, event.state.fault)
    else if (event.kind === 'place' && open.has(event.region)) {
      const { region, state } = event
      if (state.kind === 'found') {
        open.delete(region)
        yield { kind: 'region', region, clusters: state.clusters }
      } else if (state.kind === 'stopped') open.delete(region)
      else if ('fault' in state && state.kind !== 'waiting') yield problem(region, state.fault)
    }
  }
  // Credentials of one partition are not valid in another, so its regions are not asked.
  for (const region of open) {
    const said = `${region} is of partition ${partitionOfRegion(region)}, and this identity is of another.`
    yield problem(region, fault('bad-request', said, 'Search there as an identity of that partition.'))
  }
}
