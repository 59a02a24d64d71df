/**
 * Who may enter a cluster: asks AWS with an identity that may read it, and the cluster with one context. For window and
 * terminal.
 */
import {
  type AwsAuth,
  type ClusterAccess,
  listsThatCount,
  notRead,
  type Readable,
} from '../../shared/identity/access-entries'
import { clusterAccount, type DiscoveryIdentity, type EksCluster } from '../../shared/identity/eks-cluster'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import { isRegion } from '../../shared/identity/regions'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { type Fault, fail, fault, ok, type Result, refuse } from '../../shared/result'
import type { EntriesProgress } from '../aws/api/access-entries'
import type { Discovery } from '../aws/api/discovery'
import type { Ask } from '../net/ask'
import type { AdmitServer } from '../trust/named-servers'
import type { ReviewRequest } from '../whoami/review'
import type { Checker } from './checker'
import { enterAs, type ProvableTree } from './identity-trees'

/** Asks AWS in one environment; its connections are closed after the work. */
export type AskingAws = <T>(
  environment: EnvironmentName,
  work: (discovery: Discovery) => Promise<T>,
) => Promise<T>

/** The parts of a cluster that a request about it needs. */
export interface ClusterPlace {
  readonly name: string
  readonly region: string
  /** Null: its owner is not known. */
  readonly account: string | null
}

/** Where AWS can be asked about a cluster; `not-found` where nothing says which cluster of EKS it is. */
export function placeOf({
  name,
  region,
  account,
}: {
  readonly [K in keyof ClusterPlace]: ClusterPlace[K] | null
}): Result<ClusterPlace> {
  return name !== null && region !== null && isRegion(region)
    ? ok({ name, region, account })
    : refuse(
        'not-found',
        'Nothing says which EKS cluster this is.',
        'Only clusters with a name and a region of AWS can be asked about.',
      )
}

/** What AWS said. */
export interface AskedAws {
  readonly cluster: EksCluster | null
  /** Why no identity could describe it; null: one did. */
  readonly fault: Fault | null
  readonly entries: ClusterAccess['entries']
  /** The identity that AWS was asked with; null: none. */
  readonly looker: DiscoveryIdentity | null
}

/** Asks with one identity after the other until one may describe the cluster. */
export async function askAws(
  discovery: Discovery,
  { name, region, account }: ClusterPlace,
  lookers: readonly DiscoveryIdentity[],
  signal: AbortSignal,
  onProgress?: EntriesProgress,
): Promise<AskedAws> {
  let fault: Fault | null = null
  for (const looker of lookers) {
    const found = await discovery.cluster(looker, region, name, signal)
    if (!found.ok) {
      fault ??= found.fault
      continue
    }
    const cluster = found.value
    if (account !== null && clusterAccount(cluster) !== account) {
      fault ??= {
        code: 'conflict',
        message: `AWS describes ${cluster.arn} here, and the context is for account ${account}.`,
        next: 'Ask with an identity of that account: --profile.',
      }
      continue
    }
    const entries = listsThatCount(cluster.authenticationMode).entries
      ? await discovery.entries(looker, region, name, signal, onProgress)
      : ({ state: 'read', value: [] } as const)
    return { cluster, fault: null, entries, looker }
  }
  return notAsked(fault)
}

/** The answer where AWS said nothing that counts. */
export function notAsked(fault: Fault | null): AskedAws {
  const { message: why, next } = fault ?? { message: 'AWS was not asked.', next: 'Name a profile.' }
  return { cluster: null, fault, entries: notRead(why, next), looker: null }
}

/**
 * A cluster as AWS describes it now, with the endpoint that tokens may go to. A kubeconfig may name a role of a stranger's
 * account, whose cluster of that name would get all the tokens. So only a profile of the user, or the environment, says where
 * they go.
 */
export async function describedNow(
  discovery: Discovery,
  place: ClusterPlace,
  lookers: readonly DiscoveryIdentity[],
  signal: AbortSignal,
): Promise<Result<EksCluster & { readonly endpoint: string }>> {
  const more = lookers.map(({ profile }) => ({ profile, role: null }))
  const own = [...lookers.filter(({ role }) => role === null), ...more]
  const once = own.filter(({ profile }, at) => own.findIndex((one) => one.profile === profile) === at)
  const { cluster, fault: why } = await askAws(
    { ...discovery, entries: async () => notRead('', '') },
    place,
    once.slice(0, mostLookers),
    signal,
  )
  if (cluster === null) return fail(why ?? fault('aws', 'AWS does not describe the cluster.', 'Try again.'))
  const { endpoint } = cluster
  return endpoint === null
    ? refuse('aws', 'AWS gives no endpoint for the cluster now.', 'Try again once the cluster is active.')
    : ok({ ...cluster, endpoint })
}

/** How many identities AWS is asked with, at most. */
export const mostLookers = 5

/** The result of one context at its cluster. */
export interface AskedCluster {
  readonly check: Check | null
  readonly awsAuth: Readable<AwsAuth>
}

/**
 * The user that the cluster sees with a context's own credentials, and aws-auth where its mode looks at it: one token. `access`
 * as known before says why the cluster does not let the context in. Asks the user nothing: where a program may not run or a
 * token may not go, that is the answer. `also`: what more is asked with the same token.
 */
export async function askCluster(
  checker: Pick<Checker, 'run'>,
  context: EntryId,
  environment: EnvironmentName,
  access: ClusterAccess,
  signal: AbortSignal,
  also: ClusterRequest<unknown> = async () => null,
): Promise<AskedCluster> {
  const { mode } = access
  const { check, value } = await askByContext<Readable<AwsAuth>>(
    checker,
    context,
    environment,
    async (...asking) => {
      const { readAwsAuth } = await import('../whoami/aws-auth')
      const [awsAuth] = await Promise.all([
        listsThatCount(mode).awsAuth ? readAwsAuth(...asking) : null,
        also(...asking),
      ])
      return awsAuth
    },
    signal,
    access,
  )
  if (value !== null) return { check, awsAuth: value }
  if (!listsThatCount(mode).awsAuth)
    return { check, awsAuth: { state: 'read', value: { lines: [], problems: [] } } }
  const why = check?.problem ?? null
  const said =
    why === null || check?.verdict === 'no-access'
      ? `The cluster did not let this context ask for aws-auth${why === null ? '.' : `: ${why.message}`}`
      : `aws-auth was not read: ${why.message}`
  return { check, awsAuth: notRead(said, why?.next ?? 'Ask with the context of an administrator.') }
}

/** A request to a cluster that let the identity in; null: cancelled, or there is nothing to ask. */
export type ClusterRequest<T> = (request: ReviewRequest, ask: Ask, signal: AbortSignal) => Promise<T | null>

/** The result, and the identity that the cluster saw; `value` null: the check says why it was not asked. */
export interface AskedInside<T> {
  readonly check: Check | null
  readonly value: T | null
}

/** Listeners of a run that remember the check, and what `inside` answered. */
function collecting<T>(inside: ClusterRequest<T>) {
  const found: { check: Check | null; value: T | null } = { check: null, value: null }
  return {
    found,
    onCheck(check: Check): void {
      found.check = check
    },
    async onLetIn(...asking: Parameters<ClusterRequest<T>>): Promise<void> {
      found.value = await inside(...asking)
    },
  }
}

/** Asks with one token of a context. */
export async function askByContext<T>(
  checker: Pick<Checker, 'run'>,
  context: EntryId,
  environment: EnvironmentName,
  inside: ClusterRequest<T>,
  signal: AbortSignal,
  access?: ClusterAccess,
): Promise<AskedInside<T>> {
  const { found, onCheck, onLetIn } = collecting(inside)
  await checker.run({ contexts: [context], environment, ...(access && { access }), onCheck, onLetIn }, signal)
  return found
}

/** Asks with one token of an identity of the user, only at the endpoint that AWS gives for the cluster now. Faults: of AWS. */
export async function askAsIdentity<T>(
  proving: ProvableTree,
  identity: string,
  { place, lookers, discovery, admit }: WhereAsked,
  inside: ClusterRequest<T>,
  signal: AbortSignal,
): Promise<Result<AskedInside<T>>> {
  const described = await describedNow(discovery, place, lookers, signal)
  if (!described.ok) return described
  const { found, onCheck, onLetIn } = collecting(inside)
  const onSeen = (_: string, check: Check) => onCheck(check)
  const entered = await enterAs(proving, described.value, [identity], admit, onSeen, signal, onLetIn)
  return entered.ok ? ok(found) : entered
}

/** A cluster, and the identities with which AWS is asked where it is. */
export interface WhereAsked {
  readonly place: ClusterPlace
  readonly lookers: readonly DiscoveryIdentity[]
  readonly discovery: Discovery
  readonly admit: AdmitServer
}
