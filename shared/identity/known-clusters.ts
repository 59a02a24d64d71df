/**
 * Every cluster that is known from files or from a search, as one row each: what AWS said when it was last asked, and how the
 * entries of kubeconfigs compare with that. Values only.
 */
import type { EntryId } from '../kubeconfig/entries'
import { once } from '../once'
import type { Fault } from '../result'
import { isBelieved } from './asked-by'
import { clusterAccount, type DiscoveryIdentity } from './eks-cluster'
import { tunnelOf } from './eks-endpoint'
import type { EnvironmentName, Verdict } from './identity'
import type { KnownIdentity } from './identity-tree'
import type { SweptCluster } from './search-results'

/** A cluster entry of a kubeconfig. */
export interface EntryOfCluster {
  readonly file: string
  readonly name: string
  readonly server: string | null
  readonly tlsServerName: string | null
  /** SHA-256 of its authority's data; null where it has none in itself. */
  readonly authority: string | null
}

/** What AWS says of a Kubernetes version. */
export interface VersionSupport {
  readonly version: string
  /** Milliseconds since the epoch; null where AWS does not say. */
  readonly standardUntil: number | null
  readonly extendedUntil: number | null
}

/** How an entry compares with what AWS said. */
export const entryStates = ['same', 'recreated', 'stale', 'tunnel', 'not-known'] as const
export type EntryState = (typeof entryStates)[number]

/**
 * `recreated`: AWS gives another endpoint, which only another cluster of the name has. `stale`: the endpoint is the same and the
 * authority another. `tunnel`: it goes through something that its owner put in between.
 */
export function entryState(
  entry: EntryOfCluster,
  cluster: Pick<SweptCluster, 'endpoint' | 'authority' | 'askedBy'>,
): EntryState {
  if (entry.server === null || cluster.endpoint === null || !isBelieved(cluster)) return 'not-known'
  if (entry.server !== cluster.endpoint)
    return tunnelOf(entry, cluster.endpoint) === null ? 'recreated' : 'tunnel'
  if (entry.authority === null || cluster.authority === null) return 'same'
  return entry.authority === cluster.authority ? 'same' : 'stale'
}

export interface ContextOfCluster {
  readonly id: EntryId
  readonly name: string
  readonly verdict: Verdict | null
}

/** Whether an endpoint answers from here. */
export interface EndpointReach {
  readonly answers: boolean
  readonly ms: number
  /** Why not, in short. */
  readonly why: string | null
}

/** What resulted from asking about one cluster. */
export interface AskedCluster {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Null: it has no endpoint, or that is not known. */
  readonly reached: EndpointReach | null
  /** Why no identity could describe it. */
  readonly fault: Fault | null
  /** As AWS described it to the identity that asked; null: none could. */
  readonly arn: string | null
  /** An identity of its own account asked, and AWS does not know it. */
  readonly gone: boolean
  /** The identity that got this answer of AWS; null: none got one. */
  readonly by: DiscoveryIdentity | null
}

export interface ClusterRow {
  /** Its ARN; else its name and region, until more of it is known. */
  readonly id: string
  /** Null where neither entry nor command says all of it. */
  readonly arn: string | null
  readonly name: string | null
  readonly region: string | null
  readonly account: string | null
  /** As AWS last described it; null: it was never seen by looking. */
  readonly described: SweptCluster | null
  /** It is gone: its region was seen whole without it, or AWS does not know it. When, ms since the epoch. */
  readonly goneAt: number | null
  readonly support: VersionSupport | null
  /** Null: not asked since Ekscope started. */
  readonly asked: AskedCluster | null
  readonly contexts: readonly ContextOfCluster[]
  /** More contexts of this cluster, whose names kubectl takes from elsewhere: what was answered to them is true nevertheless. */
  readonly shadowed: readonly ContextOfCluster[]
  readonly entries: readonly (EntryOfCluster & { readonly state: EntryState })[]
}

/** The support of its version now: `standard`, `extended`, `ended`; null where AWS has not said. */
export function supportNow(
  support: VersionSupport | null,
  now: number,
): 'standard' | 'extended' | 'ended' | null {
  if (support === null || support.standardUntil === null) return null
  if (now < support.standardUntil) return 'standard'
  return support.extendedUntil !== null && now < support.extendedUntil ? 'extended' : 'ended'
}

/** The most important state of a row in one word: gone, recreated, stale, or its status. */
export function stateOf({
  goneAt,
  entries,
  described,
}: Pick<ClusterRow, 'goneAt' | 'described'> & {
  readonly entries: readonly Pick<ClusterRow['entries'][number], 'state'>[]
}): string {
  if (goneAt !== null) return 'gone'
  const bad = (['recreated', 'stale'] as const).find((state) =>
    entries.some((entry) => entry.state === state),
  )
  return bad ?? described?.status ?? 'not asked'
}

/** A context with the cluster and the entry that it refers to. */
export interface ContextLeading extends ContextOfCluster {
  readonly arnOfCluster: string | null
  readonly nameOfCluster: string | null
  readonly region: string | null
  readonly account: string | null
  readonly entry: EntryOfCluster | null
  /** Kubectl takes its name from elsewhere. */
  readonly shadowed: boolean
}

/** The fields by which a described cluster is recognised. */
export type PlacedCluster = Pick<SweptCluster, 'arn' | 'endpoint'>

/** What a context says of its destination. */
export interface ContextMeaning extends Pick<ContextLeading, 'arnOfCluster' | 'nameOfCluster' | 'region'> {
  readonly entry: Pick<EntryOfCluster, 'server'> | null
}

/** The ARN that other contexts of the same name, region and server give a cluster; null where several would. */
type SaidArns = ReadonlyMap<string, string | null>

/** `server`: null for a context whose cluster entry is not there, which has no other destination either. */
const placeAt = ({ nameOfCluster, region }: ContextMeaning, server: string | null): string | null =>
  nameOfCluster === null || region === null ? null : JSON.stringify([nameOfCluster, region, server])

function saidArns(contexts: readonly ContextMeaning[]): SaidArns {
  const arns = new Map<string, string | null>()
  for (const context of contexts) {
    const { arnOfCluster: arn, entry } = context
    if (arn === null) continue
    for (const place of new Set([placeAt(context, entry?.server ?? null), placeAt(context, null)])) {
      if (place === null) continue
      const before = arns.get(place)
      arns.set(place, before === undefined || before === arn ? arn : null)
    }
  }
  return arns
}

/** The clusters of contexts, by what was described and asked. */
function leadsOf<C extends PlacedCluster>(
  contexts: readonly ContextMeaning[],
  described: readonly C[],
  asked: ReadonlyMap<string, AskedCluster> = new Map(),
) {
  const arns = saidArns(contexts)
  const byArn = new Map<string, C>()
  const byEndpoint = new Map<string, C>()
  function learn(cluster: C): void {
    const was = byArn.get(cluster.arn)?.endpoint ?? null
    if (was !== null && byEndpoint.get(was)?.arn === cluster.arn) byEndpoint.delete(was)
    byArn.set(cluster.arn, cluster)
    if (cluster.endpoint !== null) byEndpoint.set(cluster.endpoint, cluster)
  }
  for (const cluster of described) learn(cluster)
  /** The ARN that other contexts give it: a context that does not say the account belongs to those that do. */
  const saidArn = (context: ContextMeaning): string | null => {
    const { entry } = context
    if (entry !== null && !entry.server) return null
    return arns.get(placeAt(context, entry?.server ?? null) ?? '') ?? null
  }
  return {
    byArn,
    learn,
    /** The key of the row that a context belongs to, and what is described of it; null: it refers to no cluster of EKS. */
    of(context: ContextMeaning): { readonly key: string; readonly cluster: C | null } | null {
      const { nameOfCluster: name, region, entry } = context
      const arn = context.arnOfCluster ?? saidArn(context)
      const known = byArn.get(arn ?? '') ?? byEndpoint.get(entry?.server ?? '') ?? null
      if (known !== null) return { key: known.arn, cluster: known }
      if (name === null || region === null) return null
      if (arn !== null) return { key: arn, cluster: null }
      const place = JSON.stringify([name, region])
      const cluster = byArn.get(asked.get(place)?.arn ?? '') ?? null
      return { key: cluster?.arn ?? place, cluster }
    },
  }
}

const contextOf = ({ id, name, verdict }: ContextLeading): ContextOfCluster => ({ id, name, verdict })

function rowOf(
  id: string,
  leading: readonly ContextLeading[],
  cluster: SweptCluster | null,
  versions: readonly VersionSupport[],
  asked: ReadonlyMap<string, AskedCluster>,
): ClusterRow {
  const said = asked.get(id) ?? null
  const own = leading.filter(({ shadowed }) => !shadowed)
  const first = own.find(({ arnOfCluster }) => arnOfCluster !== null) ?? own[0]
  const entries = new Map(
    own.flatMap(({ entry }) => (entry === null ? [] : [[`${entry.file} ${entry.name}`, entry] as const])),
  )
  const goneAt = cluster?.goneAt ?? (said?.gone === true ? said.at : null)
  return {
    id,
    arn: cluster?.arn ?? first?.arnOfCluster ?? null,
    name: cluster?.name ?? first?.nameOfCluster ?? null,
    region: cluster?.region ?? first?.region ?? null,
    account: (cluster && clusterAccount(cluster)) ?? first?.account ?? null,
    described: cluster,
    goneAt,
    asked: said,
    support: versions.find(({ version }) => version === cluster?.version) ?? null,
    contexts: own.map(contextOf),
    shadowed: leading.filter(({ shadowed }) => shadowed).map(contextOf),
    entries: [...entries.values()].map((entry) => ({
      ...entry,
      state: cluster === null || goneAt !== null ? 'not-known' : entryState(entry, cluster),
    })),
  }
}

/** How many rows `clusterRows` has, without making any. */
export function countClusters(
  contexts: readonly ContextMeaning[],
  described: readonly PlacedCluster[],
): number {
  const leads = leadsOf(contexts, described)
  const keys = contexts.flatMap((context) => leads.of(context)?.key ?? [])
  return new Set([...leads.byArn.keys(), ...keys]).size
}

/** One row for each cluster of EKS; contexts that mean none are left out, and one that is shadowed makes none. */
export function clusterRows(
  contexts: readonly ContextLeading[],
  described: readonly SweptCluster[],
  versions: readonly VersionSupport[],
  asked: ReadonlyMap<string, AskedCluster> = new Map(),
): readonly ClusterRow[] {
  const leads = leadsOf(contexts, described, asked)
  const groups = new Map<string, { readonly own: ContextLeading[]; readonly cluster: SweptCluster | null }>()
  for (const cluster of described) groups.set(cluster.arn, { own: [], cluster })
  for (const context of contexts) {
    const at = leads.of(context)
    if (at === null || (context.shadowed && !groups.has(at.key))) continue
    once(groups, at.key, () => ({ own: [], cluster: at.cluster })).own.push(context)
  }
  return [...groups].map(([id, { own, cluster }]) => rowOf(id, own, cluster, versions, asked))
}

/**
 * Rows one by one while AWS is asked about many: the cost of a row does not grow with the known clusters. `asked` is read at that
 * time; each answer gives the row of that id with what is described now.
 */
export function rowsAsked(
  contexts: readonly ContextLeading[],
  described: readonly SweptCluster[],
  asked: ReadonlyMap<string, AskedCluster>,
): (id: string, described: SweptCluster | null, versions: readonly VersionSupport[]) => ClusterRow {
  const leads = leadsOf(contexts, described, asked)
  return (id, cluster, versions) => {
    if (cluster !== null) leads.learn(cluster)
    const own = contexts.filter((context) => leads.of(context)?.key === id)
    return rowOf(id, own, leads.byArn.get(id) ?? null, versions, asked)
  }
}

/** An identity of the user that a cluster lets in by its lists: claimed, and not seen. */
export interface EntersAs
  extends Pick<KnownIdentity, 'id' | 'name' | 'arn' | 'accessKeyId' | 'account' | 'permissionSet'> {
  /** Null where aws-auth names none. */
  readonly username: string | null
  /** Every verb on every resource. */
  readonly everything: boolean
}

/** A row as the page gets it: an entry's server may hold a password, and stays with main. */
export interface ShownCluster extends Omit<ClusterRow, 'entries'> {
  readonly accountName: string | null
  readonly entries: readonly Pick<ClusterRow['entries'][number], 'file' | 'name' | 'state'>[]
  readonly enters: readonly EntersAs[]
}

export interface ClusterList {
  readonly environment: EnvironmentName
  readonly clusters: readonly ShownCluster[]
}
