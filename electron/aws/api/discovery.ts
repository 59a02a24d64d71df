/**
 * Discovery: who an identity is at AWS, and which EKS clusters it sees. Many regions and identities at once share what is
 * the same: credentials are resolved once per identity, connections are kept alive (clients.ts).
 */

import type { EKSClient } from '@aws-sdk/client-eks'
import type { AccessEntry, Readable } from '../../../shared/identity/access'
import { canonicalArn } from '../../../shared/identity/arn'
import type { DiscoveryIdentity, EksCluster } from '../../../shared/identity/eks-cluster'
import { partitionOfRegion } from '../../../shared/identity/regions'
import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import type { RunCommand } from '../../system/run-command'
import { credentialChain } from '../chain/chain'
import { takenFirst } from '../chain/predict'
import { unknownProfile } from '../chain/problems'
import type { CredentialProcess } from '../chain/types'
import type { AwsFiles } from '../files/files'
import { chosenProfile, regionFor, type Variables } from '../files/profiles'
import { newestRules, type RulesInUse } from '../installed/rules'
import { accessEntries } from './access-entries'
import { type ClientRequest, createClients } from './clients'
import { clusterNames, describeCluster } from './clusters'
import { credentialsOf } from './credentials'
import type { CredentialsRequest } from './credentials-request'
import type { Keys } from './keys'
import { refusal } from './refusals'

/** What GetCallerIdentity answers. */
export interface Caller {
  readonly arn: string
  readonly canonicalArn: string
  readonly account: string
  readonly userId: string
}

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
  /** Who may enter a cluster by its access entries. */
  entries(
    identity: DiscoveryIdentity,
    region: string,
    name: string,
    signal: AbortSignal,
  ): Promise<Readable<readonly AccessEntry[]>>
  /** The variable that is used in place of the profile that the environment names; null where that is used, or none is named. */
  instead(identity: DiscoveryIdentity): string | null
  /** The region that the environment or the profile names; null when none does. */
  region(identity: DiscoveryIdentity): string | null
  close(): void
}

export interface DiscoveryOptions {
  readonly files: AwsFiles
  readonly variables: Variables
  readonly home: string
  /** How a sentence calls it: `the login shell`. */
  readonly environment: string
  readonly now: () => number
  /** Those of the aws on PATH, for advice; Ekscope itself looks by the newest. */
  readonly rules: RulesInUse
  readonly run: RunCommand
  readonly mayRun: (process: CredentialProcess) => Promise<boolean>
  /** Requests at once over all regions. */
  readonly concurrency?: number
}

/** DescribeCluster calls at once in one region. EKS throttles beyond a few per second and account. */
const describesAtOnce = 4

/** Discovery with the given files and environment. Call `close` when done. */
export function createDiscovery(from: DiscoveryOptions): Discovery {
  const { files, variables, now } = from
  const resolved = new Map<string, Promise<Result<Keys>>>()
  const clients = createClients({ files, variables })

  const profileOf = (identity: DiscoveryIdentity) =>
    identity.profile ?? chosenProfile(null, variables)?.value ?? null
  const nameOf = (identity: DiscoveryIdentity) => {
    const base =
      identity.profile === null ? `whoever ${from.environment} gives` : `profile ${identity.profile}`
    return identity.role === null ? base : `role ${identity.role} from ${base}`
  }
  const regionOf = (identity: DiscoveryIdentity) =>
    regionFor(files, profileOf(identity), variables)?.value ?? null

  const origin = (variable: string) => `${variable} of ${from.environment}`
  const chainOf = (identity: DiscoveryIdentity, profile: string | null) =>
    credentialChain(
      {
        files,
        variables,
        origin,
        pinnedByArgument: identity.profile !== null,
        rules: newestRules,
        now: now(),
      },
      profile,
    )

  function requestOf(identity: DiscoveryIdentity, region: string): CredentialsRequest | Fault {
    const profile = profileOf(identity)
    if (profile !== null && !files.profiles.has(profile)) {
      const { message, next } = unknownProfile(profile, identity.profile === null ? 'AWS_PROFILE' : null)
      return fault('aws', message, next)
    }
    const chain = chainOf(identity, profile)
    const { home, run, mayRun } = from
    const base = { chain, profile, role: identity.role, files, variables, clients, home, region, run, mayRun }
    return { ...base, who: nameOf(identity), now: now(), rules: from.rules }
  }

  /** One resolution per identity and partition, again when less than five minutes are left. */
  async function keysOf(
    identity: DiscoveryIdentity,
    region: string,
    signal: AbortSignal,
  ): Promise<Result<Keys>> {
    const key = JSON.stringify([identity.profile, identity.role, partitionOfRegion(region)])
    const known = await resolved.get(key)
    if (known?.ok && (known.value.expiresAt === null || known.value.expiresAt - now() > 300_000)) return known
    const request = requestOf(identity, region)
    if ('code' in request) return fail(request)
    const resolving = credentialsOf(request, signal)
    resolved.set(key, resolving)
    const answer = await resolving
    if (!answer.ok) resolved.delete(key)
    return answer
  }

  /** What a client takes; the identity's keys are resolved first. */
  async function clientRequest(
    identity: DiscoveryIdentity,
    region: string,
    signal: AbortSignal,
  ): Promise<Result<ClientRequest>> {
    const keys = await keysOf(identity, region, signal)
    return keys.ok ? ok({ profile: profileOf(identity), region, keys: keys.value }) : keys
  }

  async function eks(
    identity: DiscoveryIdentity,
    region: string,
    signal: AbortSignal,
  ): Promise<Result<EKSClient>> {
    const request = await clientRequest(identity, region, signal)
    return request.ok ? clients.eks(request.value) : request
  }

  async function* region(
    identity: DiscoveryIdentity,
    name: string,
    signal: AbortSignal,
  ): AsyncGenerator<DiscoveryEvent> {
    const client = await eks(identity, name, signal)
    const problem = (reason: Fault, cluster: string | null = null): DiscoveryEvent => ({
      kind: 'problem',
      region: name,
      cluster,
      fault: reason,
    })
    if (!client.ok) {
      yield problem(client.fault)
      return
    }
    const call = { who: nameOf(identity), region: name }
    let count = 0
    for await (const page of clusterNames(client.value, call, signal)) {
      if (!page.ok) {
        yield problem(page.fault)
        return
      }
      for (let index = 0; index < page.value.length; index += describesAtOnce) {
        const some = page.value.slice(index, index + describesAtOnce)
        const answers = await Promise.all(
          some.map(async (cluster) => ({
            cluster,
            answer: await describeCluster(client.value, cluster, call, signal),
          })),
        )
        for (const { cluster, answer } of answers) {
          if (answer.ok) count += 1
          yield answer.ok ? { kind: 'cluster', cluster: answer.value } : problem(answer.fault, cluster)
        }
      }
    }
    yield { kind: 'region', region: name, clusters: count }
  }

  return {
    instead: (identity) => {
      const profile = profileOf(identity)
      return identity.profile !== null || profile === null
        ? null
        : takenFirst(chainOf(identity, profile), origin)
    },
    region: regionOf,
    async caller(identity, wanted, signal) {
      const name = wanted ?? regionOf(identity) ?? 'us-east-1'
      const request = await clientRequest(identity, name, signal)
      if (!request.ok) return request
      const client = await clients.sts(request.value)
      if (!client.ok) return client
      const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
      try {
        const { Arn, Account, UserId } = await client.value.send(new GetCallerIdentityCommand({}), {
          abortSignal: signal,
        })
        if (!Arn || !Account || !UserId)
          return fail(
            fault(
              'aws',
              `STS did not say who ${nameOf(identity)} is.`,
              'Check which endpoint answers for STS.',
            ),
          )
        return ok({ arn: Arn, canonicalArn: canonicalArn(Arn), account: Account, userId: UserId })
      } catch (error) {
        return fail(refusal(error, { action: 'GetCallerIdentity', who: nameOf(identity), region: name }))
      }
    },
    async cluster(identity, regionName, name, signal) {
      const client = await eks(identity, regionName, signal)
      if (!client.ok) return client
      return describeCluster(client.value, name, { who: nameOf(identity), region: regionName }, signal)
    },
    async entries(identity, regionName, cluster, signal) {
      const client = await eks(identity, regionName, signal)
      if (!client.ok) return { state: 'not-read', why: client.fault.message, next: client.fault.next }
      return accessEntries(client.value, { who: nameOf(identity), region: regionName, cluster }, signal)
    },
    clusters: (identity, regions, signal) =>
      merged(
        regions.map((name) => () => region(identity, name, signal)),
        from.concurrency ?? 8,
      ),
    close: clients.close,
  }
}

/** Runs at most `limit` generators at once and yields what any of them yields, as it comes. */
async function* merged<T>(starts: readonly (() => AsyncGenerator<T>)[], limit: number): AsyncGenerator<T> {
  const waiting = [...starts]
  const running = new Map<AsyncGenerator<T>, Promise<{ from: AsyncGenerator<T>; step: IteratorResult<T> }>>()
  const advance = (one: AsyncGenerator<T>) =>
    running.set(
      one,
      one.next().then((step) => ({ from: one, step })),
    )
  try {
    for (;;) {
      while (running.size < limit) {
        const start = waiting.shift()
        if (!start) break
        advance(start())
      }
      if (running.size === 0) return
      const { from, step } = await Promise.race(running.values())
      if (step.done) running.delete(from)
      else {
        yield step.value
        advance(from)
      }
    }
  } finally {
    await Promise.all([...running.keys()].map((one) => one.return(undefined).catch(() => undefined)))
  }
}
