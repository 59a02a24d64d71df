/**
 * Every cluster that files and earlier answers know, and the identities that can ask about it. Values in, values out: for a
 * large fleet another thread does it.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { AuditInput } from '../../shared/audit/audit'
import type { Mute } from '../../shared/audit/muted'
import { listsThatCount } from '../../shared/identity/access-entries'
import { toldApart } from '../../shared/identity/account-names'
import {
  type AwsAuthAt,
  type AwsAuthBy,
  type AwsAuthRead,
  awsAuthBy,
} from '../../shared/identity/aws-auth-answers'
import type { DiscoveryIdentity } from '../../shared/identity/eks-cluster'
import type { Check } from '../../shared/identity/identity'
import type { KnownIdentity } from '../../shared/identity/identity-tree'
import {
  type AskedCluster,
  type ClusterList,
  type ClusterRow,
  type ContextLeading,
  clusterRows,
  type EntersAs,
  type EntryOfCluster,
  type ShownCluster,
  type VersionSupport,
} from '../../shared/identity/known-clusters'
import { ownEntrances } from '../../shared/identity/own-entrances'
import type { ProductionMark } from '../../shared/identity/production'
import { accountNamesSeen, believedFinders, type Swept } from '../../shared/identity/search-results'
import { accessesOf, type ContextAt } from '../../shared/identity/who-enters-where'
import { askableAt, entersAs } from '../../shared/identity/who-may-enter'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { withFindings } from '../identity/assemble'
import { allOf } from '../identity/basis'
import { enterableOf } from '../identity/build-identity-tree'
import { contextsAt } from '../identity/contexts-by-cluster'
import { type KnownFleet, knownFleet, type TreeTask, treeOfFleet } from '../identity/known-fleet'
import type { KubeconfigView } from '../kubeconfig/read/kubeconfig-view'
import type { RawCluster } from '../kubeconfig/read/raw-entries'

/** A cluster, and which identities of the user it lets in by what was read there. */
export interface KnownCluster extends ClusterRow {
  readonly accountName: string | null
  readonly enters: readonly EntersAs[]
}

/** One of them, and the identities to ask AWS with: those that found it by looking, and those of its contexts. */
export interface AskableCluster {
  readonly cluster: KnownCluster
  readonly lookers: readonly DiscoveryIdentity[]
}

/** What was found out besides the files. */
export interface ClustersTask extends TreeTask {
  readonly swept: Swept
  readonly versions: readonly VersionSupport[]
  /** By the ids of rows. */
  readonly answers: ReadonlyMap<string, AskedCluster>
  /** By the ids of rows. */
  readonly awsAuths: ReadonlyMap<string, AwsAuthRead>
}

export interface AskableTask extends ClustersTask {
  /** The ids of rows; null: all. */
  readonly wanted: readonly string[] | null
}

/** What rows are built from. */
export interface RowParts {
  readonly leading: readonly ContextLeading[]
  readonly accountNames: Readonly<Record<string, string>>
  readonly identities: readonly KnownIdentity[]
}

export interface KnownBy extends RowParts {
  readonly at: readonly ContextAt[]
  readonly enterable: readonly string[]
}

/** What the clusters of these files are known by. */
export async function clustersOf(
  view: KubeconfigView,
  task: ClustersTask,
  signal: AbortSignal,
): Promise<KnownBy> {
  return clustersOfFleet(await knownFleet(view, task, signal), view, task)
}

async function clustersOfFleet(fleet: KnownFleet, view: KubeconfigView, task: ClustersTask) {
  const { tree, ways, accountNames } = await treeOfFleet(fleet, task)
  const at = contextsAt(fleet.rows, fleet.checks)
  const shadowed = contextsAt(fleet.rows, fleet.checks, 'shadowed')
  const { identities } = tree
  return {
    at,
    tree,
    leading: await leadingTo(at, shadowed, view),
    accountNames,
    identities,
    enterable: enterableOf(ways),
  }
}

const rowsOf = ({ leading }: RowParts, { swept, versions, answers }: ClustersTask) =>
  clusterRows(leading, swept.clusters, versions, answers)

/** By the AWS files and the user, else by what was seen. */
const namesOfAccounts = ({ accountNames }: Pick<RowParts, 'accountNames'>, swept: Swept) =>
  toldApart([...accountNamesSeen(swept), ...Object.entries(accountNames)])

/** What else is known of a row. */
export function knownRow(
  { accountNames, identities }: RowParts,
  { swept, awsAuths }: Pick<ClustersTask, 'swept' | 'awsAuths'>,
): (row: ClusterRow) => KnownCluster {
  const names = namesOfAccounts({ accountNames }, swept)
  const accessOf = accessesOf(swept, awsAuths)
  return (row) => {
    const access = row.arn === null ? null : accessOf({ arn: row.arn, authenticationMode: modeOf(row) })
    return {
      ...row,
      accountName: names.get(row.account ?? '') ?? null,
      enters: access === null ? [] : entersAs(ownEntrances(identities, access)),
    }
  }
}

const modeOf = ({ described }: ClusterRow): string | null => described?.authenticationMode ?? null

/** A server may hold a password, and is shown nowhere. */
export const shownCluster = ({ entries, ...cluster }: KnownCluster): ShownCluster => ({
  ...cluster,
  entries: entries.map(({ file, name, state }) => ({ file, name, state })),
})

export interface AuditTask extends ClustersTask {
  /** All of this environment, whole. */
  readonly wholeChecks: readonly Check[]
  readonly staleHours: number
  readonly mutes: readonly Mute[]
  readonly production: readonly ProductionMark[]
}

/** What the audit is made of. */
export async function auditInput(
  view: KubeconfigView,
  task: AuditTask,
  signal: AbortSignal,
): Promise<AuditInput> {
  const fleet = await knownFleet(view, task, signal)
  const { tree, ...is } = await clustersOfFleet(fleet, view, task)
  const { environment, swept, awsAuths, now, staleHours, mutes, production, wholeChecks: checks } = task
  const all = allOf(view)
  const { contexts: identities, findings } = await withFindings(fleet, {
    ...all,
    aws: fleet.aws,
    environment,
  })
  const accessOf = accessesOf(swept, awsAuths)
  const clusters = clusterList(is, task).clusters.map((cluster) => {
    const { arn, described } = cluster
    const authenticationMode = described?.authenticationMode ?? null
    return {
      cluster,
      access: arn === null ? null : accessOf({ arn, authenticationMode }),
      accessAt: swept.access.find((one) => one.cluster === arn)?.at ?? null,
    }
  })
  const accountNames = Object.fromEntries(namesOfAccounts(is, swept))
  const { snapshot } = view
  const name = environment.name
  return {
    environment: name,
    now,
    staleHours,
    snapshot,
    identities,
    findings,
    checks,
    tree,
    clusters,
    accountNames,
    mutes,
    production,
  }
}

/** All of them, as a page is shown them. */
export function clusterList(is: RowParts, task: ClustersTask): ClusterList {
  const known = knownRow(is, task)
  const clusters = rowsOf(is, task).map((row) => shownCluster(known(row)))
  return { environment: task.environment.name, clusters }
}

/** Those that are wanted, as far as they are known. */
export function askableClusters(is: KnownBy, task: AskableTask): readonly AskableCluster[] {
  const wanted = task.wanted === null ? null : new Set(task.wanted)
  const rows = rowsOf(is, task).filter(({ id }) => wanted?.has(id) ?? true)
  const known = knownRow(is, task)
  const lookersOf = lookersIn(is.at, task.swept)
  return rows.map((row) => ({ cluster: known(row), lookers: lookersOf(row) }))
}

/** The identities that found a cluster by looking, and those of its contexts. */
function lookersIn(
  at: readonly ContextAt[],
  { lookers }: Pick<Swept, 'lookers'>,
): (row: ClusterRow) => readonly DiscoveryIdentity[] {
  const byContext = new Map<EntryId, ContextAt>(at.map((one) => [one.id, one]))
  const byLooker = new Map(lookers.map(({ id, looker }) => [id, looker]))
  return (row) => {
    const found = believedFinders(row.described).flatMap((id): readonly DiscoveryIdentity[] => {
      const looker = byLooker.get(id)
      if (looker === undefined || (looker.kind === 'sso' && looker.profile === null)) return []
      return [{ profile: looker.profile, role: looker.kind === 'profile' ? looker.role : null }]
    })
    const own = row.contexts.flatMap(({ id }) => byContext.get(id) ?? [])
    const all = [...found, ...own.map(({ profile, role }) => ({ profile, role }))]
    return all.filter(
      (one, place) =>
        all.findIndex((other) => other.profile === one.profile && other.role === one.role) === place,
    )
  }
}

/** SHA-256 of a certificate authority's data. */
export const authorityHash = (data: string): string => createHash('sha256').update(data).digest('hex')

/** For each context the cluster that it means, and its cluster entry; shadowed ones last. */
async function leadingTo(
  at: readonly ContextAt[],
  shadowed: readonly ContextAt[],
  view: Pick<KubeconfigView, 'resolve'>,
): Promise<readonly ContextLeading[]> {
  const known = new Map<RawCluster, EntryOfCluster>()
  const found: ContextLeading[] = []
  const all = [...at.map((one) => [one, false] as const), ...shadowed.map((one) => [one, true] as const)]
  for (const [{ id, name, verdict, arnOfCluster, nameOfCluster, region, account }, isShadowed] of all) {
    const cluster = view.resolve(id)?.cluster ?? null
    const base = { id, name, verdict, arnOfCluster, nameOfCluster, region, account, shadowed: isShadowed }
    if (cluster === null) found.push({ ...base, entry: null })
    else {
      const entry = known.get(cluster.raw) ?? (await entryOf(cluster.raw, cluster.file))
      known.set(cluster.raw, entry)
      found.push({ ...base, entry })
    }
  }
  return found
}

async function entryOf(raw: RawCluster, file: string): Promise<EntryOfCluster> {
  const { certificateAuthority: path } = raw
  const data =
    raw.certificateAuthorityData ?? (path === null ? null : await readFile(path, 'base64').catch(() => null))
  return {
    file,
    name: raw.name,
    server: raw.server,
    tlsServerName: raw.tlsServerName,
    authority: data === null ? null : authorityHash(data),
  }
}

/** The identities whose tokens a cluster may be asked with. */
interface Askers {
  readonly identities: readonly KnownIdentity[]
  /** Identities that a command of our own gives a token for. */
  readonly enterable: readonly string[]
  /** For each context whether its cluster said that it may do everything. */
  readonly everything: ReadonlyMap<EntryId, boolean | null>
}

/** A cluster whose mode looks at aws-auth, with who could ask it. */
export interface AwsAuthAsked extends AskableCluster {
  readonly by: readonly AwsAuthBy[]
}

/** Those of these whose mode looks at aws-auth. */
export function awsAuthsAsked(all: readonly AskableCluster[], askers: Askers): readonly AwsAuthAsked[] {
  return all.flatMap((one): readonly AwsAuthAsked[] => {
    const { described, goneAt } = one.cluster
    // A cluster that was never described may not be of EKS: its mode is not known.
    if (described === null || goneAt !== null || !listsThatCount(described.authenticationMode).awsAuth)
      return []
    return [{ ...one, by: askersOf(one, askers) }]
  })
}

/** For each such cluster the identities that would ask, and what was read. */
export function awsAuthList(is: KnownBy, task: ClustersTask): readonly AwsAuthAt[] {
  const all = askableClusters(is, { ...task, wanted: null })
  const asked = awsAuthsAsked(all, { ...is, ...everythingOf(task) })
  return asked.map((one) => awsAuthAt(one, task.awsAuths))
}

export const everythingOf = ({
  checks,
}: {
  readonly checks: readonly Pick<ClustersTask['checks'][number], 'context' | 'seen'>[]
}): Pick<Askers, 'everything'> => ({
  everything: new Map(checks.map(({ context, seen }) => [context, seen?.everything ?? null])),
})

/** The part that is reported. */
export const awsAuthAt = (
  { cluster, by }: AwsAuthAsked,
  read: ReadonlyMap<string, AwsAuthRead>,
): AwsAuthAt => ({ cluster: cluster.id, by, read: read.get(cluster.id) ?? null })

/** Identities that could ask one cluster, in the order of trying. */
function askersOf({ cluster, lookers }: AskableCluster, { identities, enterable, everything }: Askers) {
  const ready = identities.filter(({ state }) => state.kind === 'valid' || state.kind === 'unknown')
  const askable = new Set(askableAt(ready, enterable, cluster.arn))
  const found = ready.filter(
    ({ id, profiles }) =>
      askable.has(id) &&
      profiles.some(({ name }) => lookers.some((one) => one.role === null && one.profile === name)),
  )
  return awsAuthBy({
    contexts: cluster.contexts.map((one) => ({ ...one, everything: everything.get(one.id) ?? null })),
    otherEndpoint: cluster.entries.some(({ state }) => state === 'recreated' || state === 'stale'),
    enters: cluster.enters.filter(({ id }) => askable.has(id)),
    found,
  })
}
