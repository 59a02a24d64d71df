/** What AWS says about the clusters of contexts now, as the edits that update their entries. */
import { readFile } from 'node:fs/promises'
import type { Edit } from '../../shared/edits/edit'
import { execMeaning, meantCluster } from '../../shared/exec/parse'
import { grouped } from '../../shared/grouped'
import { parseClusterArn } from '../../shared/identity/arn'
import { type DiscoveryIdentity, type EksCluster, notReady } from '../../shared/identity/eks-cluster'
import { tunnelOf } from '../../shared/identity/eks-endpoint'
import { isRegion } from '../../shared/identity/regions'
import type { FoundCluster, RefreshAnswer } from '../../shared/ipc/payloads'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { type Fault, fault, ok, type Result, refuse } from '../../shared/result'
import { named, quoted } from '../../shared/visible'
import type { KubeconfigView, ResolvedContext } from '../kubeconfig/read/kubeconfig-view'
import { idOf, type ReadFile } from '../kubeconfig/read/project-snapshot'
import type { RawCluster } from '../kubeconfig/read/raw-entries'

export type DescribeCluster = (
  identity: DiscoveryIdentity,
  region: string,
  name: string,
  signal: AbortSignal,
) => Promise<Result<EksCluster>>

type RefreshProblem = RefreshAnswer['problems'][number]

export interface RefreshOptions {
  readonly describeCluster: DescribeCluster
  /** Used instead of the profile that the entry names. */
  readonly identity?: DiscoveryIdentity
  /** Also entries whose server is no endpoint of EKS: a forwarded port, a host name that the user set up. */
  readonly tunnels: boolean
  /** Every context that there is, or that shares an entry with one of these: they must mean the same cluster by it. */
  readonly all: readonly ResolvedContext[]
  /** Why an entry that these contexts share may not get the server that AWS names; null: it may, or the write itself decides. */
  readonly refused?: (
    cluster: EksCluster,
    standing: string,
    contexts: readonly ResolvedContext[],
  ) => Promise<Fault | null>
  /** AWS described this cluster for this entry. */
  readonly onFound?: (cluster: EksCluster, entry: { readonly file: string; readonly name: string }) => void
}

/**
 * Asks once per cluster entry and identity. A context whose entry is named by another cluster's ARN than the one that
 * AWS describes (another account's of the same name) is a problem, never an edit.
 */
export async function refreshedClusters(
  contexts: readonly ResolvedContext[],
  { describeCluster, identity, tunnels, all, refused: refusedServer, onFound }: RefreshOptions,
  signal: AbortSignal,
): Promise<RefreshAnswer> {
  const edits = new Map<EntryId, Edit>()
  const same: EntryId[] = []
  const problems: RefreshProblem[] = []
  const refused: RefreshProblem[] = []
  const asked = new Map<string, Result<EksCluster>>()
  /** Cluster entries that one identity could describe: no other need be asked. */
  const known = new Map<EntryId, Result<EksCluster>>()
  const others = meantByOthers(all)
  const entrySharers = grouped(all, ({ cluster }) => cluster?.id ?? null)
  /** The problem of a context; null: it is as AWS says, or an edit makes it so. */
  const refresh = async (context: ResolvedContext): Promise<Pick<RefreshProblem, 'fault' | 'why'> | null> => {
    const { id, cluster } = context
    const found = placeOf(context)
    if (cluster === null || found === null) return { fault: noCluster(), why: 'not-eks' }
    // It becomes part of the host's name that the request goes to.
    if (!isRegion(found.region)) return { fault: badRegion(found.region), why: 'failed' }
    const other = others(cluster.id, found)
    if (other !== null) return { fault: anotherCluster(found, other), why: 'failed' }
    const who = identity ?? { profile: meaningOf(context)?.profile ?? null, role: null }
    const key = JSON.stringify([who, found])
    const answer =
      known.get(cluster.id) ??
      asked.get(key) ??
      (await describeCluster(who, found.region, found.name, signal))
    asked.set(key, answer)
    if (!answer.ok) {
      refused.push({ context: id, fault: answer.fault, why: 'failed' })
      return null
    }
    const fitting = fits(answer.value, cluster.raw.name)
    if (!fitting.ok) return { fault: fitting.fault, why: 'failed' }
    known.set(cluster.id, fitting)
    onFound?.(fitting.value, { file: cluster.file, name: cluster.raw.name })
    const { endpoint } = fitting.value
    const tunnel = tunnels || endpoint === cluster.raw.server ? null : tunnelOf(cluster.raw, endpoint)
    if (tunnel !== null) return { fault: leftAlone(cluster.raw.name, tunnel), why: 'tunnel' }
    const certificateAuthorityData = await newData(fitting.value.certificateAuthorityData, cluster.raw)
    if (endpoint === cluster.raw.server && certificateAuthorityData === null) {
      same.push(id)
      return null
    }
    const sharing = entrySharers.get(cluster.id) ?? []
    const doubt = await refusedServer?.(fitting.value, cluster.raw.server ?? '', sharing)
    if (doubt) return { fault: doubt, why: 'failed' }
    edits.set(cluster.id, {
      kind: 'refresh-cluster',
      cluster: cluster.id,
      contexts: contexts.flatMap((one) => (one.cluster?.id === cluster.id ? [one.id] : [])),
      server: endpoint ?? '',
      certificateAuthorityData,
    })
    return null
  }
  for (const context of contexts) {
    if (signal.aborted) break
    const problem = await refresh(context)
    if (problem !== null) problems.push({ context: context.id, ...problem })
  }
  // An identity that could not describe a cluster is no problem where another context's could.
  const settled = new Set(
    contexts.flatMap((one) => (one.cluster && known.has(one.cluster.id) ? [one.id] : [])),
  )
  return {
    edits: [...edits.values()],
    same,
    problems: [...problems, ...refused.filter(({ context }) => !settled.has(context))],
  }
}

type EksPlace = { readonly region: string; readonly name: string }

const meaningOf = ({ user }: ResolvedContext) => (user?.raw.exec ? execMeaning(user.raw.exec) : null)

/** The entry's own ARN decides over what the exec arguments say: it is the entry that is refreshed. */
function placeOf(context: ResolvedContext): EksPlace | null {
  const { cluster } = context
  if (cluster === null) return null
  const arn = parseClusterArn(cluster.raw.name)
  const meant = meantCluster(meaningOf(context), cluster.raw.name, cluster.raw.server)
  const name = arn?.name ?? meant.name
  const region = arn?.region ?? meant.region
  return name === null || region === null ? null : { name, region }
}

/**
 * Whether most contexts of an entry mean another cluster by it than this one: a wrong cluster name in one of them must not
 * send all of them elsewhere. Returns that other cluster; null where there is none.
 */
function meantByOthers(all: readonly ResolvedContext[]): (entry: EntryId, own: EksPlace) => EksPlace | null {
  const votes = new Map<EntryId, Map<string, { readonly place: EksPlace; count: number }>>()
  for (const context of all) {
    const place = placeOf(context)
    if (context.cluster === null || place === null) continue
    const places = votes.get(context.cluster.id) ?? new Map<string, { place: EksPlace; count: number }>()
    votes.set(context.cluster.id, places)
    const key = `${place.region} ${place.name}`
    const known = places.get(key)
    if (known) known.count += 1
    else places.set(key, { place, count: 1 })
  }
  return (entry, own) => {
    const places = votes.get(entry)
    const mine = places?.get(`${own.region} ${own.name}`)?.count ?? 0
    for (const { place, count } of places?.values() ?? [])
      if ((place.name !== own.name || place.region !== own.region) && count >= mine) return place
    return null
  }
}

const leftAlone = (entry: string, tunnel: string): Fault =>
  fault(
    'conflict',
    `The cluster entry ${quoted(entry)} ${tunnel}, so it was not changed.`,
    'To give it the endpoint that AWS gives: --tunnels.',
  )

const anotherCluster = (own: EksPlace, other: EksPlace): Fault =>
  fault(
    'conflict',
    `The command of the context is for cluster ${named(own.name)} in ${own.region}, and other contexts mean ${other.name} in ${other.region} by the same cluster entry.`,
    'Correct the cluster name in the wrong command first.',
  )

function fits(found: EksCluster, entry: string): Result<EksCluster> {
  const why = notReady(found)
  if (why !== null) return refuse('aws', `${why}.`, 'Refresh again once the cluster is active.')
  const arn = parseClusterArn(entry)
  if (arn === null || arn.arn === found.arn) return ok(found)
  return refuse(
    'conflict',
    `AWS describes ${found.arn} here, and the entry is for ${named(arn.arn)}: another account’s cluster of the same name.`,
    'Refresh with an identity of that account (--profile).',
  )
}

/** What these files hold of each of these clusters: what a page must know before it makes a context for one. */
export const entriesOfFound = (
  clusters: readonly EksCluster[],
  view: Pick<KubeconfigView, 'resolved'>,
  files: readonly ReadFile[],
): Promise<readonly Pick<FoundCluster, 'sameAuthority' | 'contexts'>[]> =>
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

/** Cluster entries that may be this cluster's and have the CA that AWS gives, or check none. */
export async function entriesWithAuthority(
  { arn, endpoint, certificateAuthorityData }: EksCluster,
  files: readonly ReadFile[],
): Promise<readonly EntryId[]> {
  const ids: EntryId[] = []
  for (const { document } of files)
    for (const entry of document?.clusters ?? []) {
      const raw = document?.cluster(entry.index)
      if (document === null || raw === undefined || (raw.name !== arn && raw.server !== endpoint)) continue
      if ((await newData(certificateAuthorityData, raw)) === null) ids.push(idOf(document, entry))
    }
  return ids
}

/** The CA to write; null where the entry has it already, in itself or in a file that it names. */
async function newData(data: string | null, cluster: RawCluster): Promise<string | null> {
  // kubectl refuses an entry that has a CA and says not to check it.
  if (data === null || cluster.insecureSkipTlsVerify) return null
  const { certificateAuthority: path } = cluster
  const now = cluster.certificateAuthorityData ?? (path === null ? null : await base64Of(path))
  return now === data ? null : data
}

const base64Of = (path: string): Promise<string | null> => readFile(path, 'base64').catch(() => null)

const badRegion = (region: string): Fault =>
  fault(
    'bad-request',
    `${quoted(region)} is not an AWS region.`,
    'Correct the region in the command of the context.',
  )

const noCluster = (): Fault =>
  fault(
    'not-found',
    'Nothing says which EKS cluster this context means.',
    'Only entries with get-token arguments, a cluster ARN or an EKS server address can be refreshed.',
  )
