/**
 * Every cluster that is known from files or by looking, in each environment: as they stand, and asked about anew. What AWS says is
 * kept on disk; whether an endpoint answers, and until when versions are supported, for as long as this process lives.
 */
import { readFile } from 'node:fs/promises'
import { toldApart } from '../../shared/identity/account-names'
import type { DiscoveryIdentity } from '../../shared/identity/eks-cluster'
import type { EnvironmentName } from '../../shared/identity/identity'
import {
  type AskedCluster,
  type ClusterRow,
  type ContextLeading,
  clusterRows,
  type EntersAs,
  type EntryOfCluster,
  rowsAsked,
  type VersionSupport,
} from '../../shared/identity/known-clusters'
import { accountNamesSeen, nothingSwept, type Swept } from '../../shared/identity/swept'
import type { KnownIdentity } from '../../shared/identity/tree'
import { accessesOf, type ContextAt } from '../../shared/identity/ways'
import { entersAs, mineAt } from '../../shared/identity/who-may-enter'
import { ok, type Result } from '../../shared/result'
import type { Discovery } from '../aws/api/discovery'
import type { Environments } from '../identity/environments'
import type { IdentityReports } from '../identity/reports'
import { contextsAt } from '../identity/ways-in'
import type { RawCluster } from '../kubeconfig/read/entries'
import { type Answered, askClusters, authorityHash, lookersOf } from './ask-clusters'
import type { AwsAuthMemory } from './aws-auth-memory'
import type { Checker } from './checker'
import type { KeptDiscovery } from './discovered'
import type { IdentityTrees } from './identity-trees'
import type { KubeconfigFiles } from './kubeconfig-files'
import type { SettingsFile } from './settings'

/** A cluster, and who of one's own is let in by what was read there. */
export interface KnownCluster extends ClusterRow {
  readonly accountName: string | null
  readonly enters: readonly EntersAs[]
  /** When it was read who may enter, ms since the epoch; null: it was not. */
  readonly accessAt: number | null
}

/** What asking came to. */
export interface AskedAll {
  readonly done: number
  readonly total: number
  /** Whether what AWS says could be kept. */
  readonly kept: Result<null>
}

/** One of them, and as whom AWS can be asked about it: whoever found it by looking, and whoever its contexts act as. */
export interface AskableCluster {
  readonly cluster: KnownCluster
  readonly lookers: readonly DiscoveryIdentity[]
}

export interface AtClusters {
  /** Null: no such one is known any more. */
  at(environment: EnvironmentName, id: string): Promise<AskableCluster | null>
  all(environment: EnvironmentName): Promise<readonly AskableCluster[]>
}

export interface KnownClusters extends AtClusters {
  /** As files and earlier answers have them; asks nobody. The kubeconfig files must be loaded. */
  of(environment: EnvironmentName): Promise<readonly KnownCluster[]>
  /**
   * Asks about those of these that are still known, null: about all. Each comes as soon as there is an answer, also before a cancel,
   * with the id that it had. No token goes to a cluster.
   */
  ask(
    environment: EnvironmentName,
    wanted: readonly string[] | null,
    onAsked: (cluster: KnownCluster, was: string, done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<AskedAll>
}

export interface KnownClustersOptions {
  readonly kubeconfig: Pick<KubeconfigFiles, 'store'>
  readonly environments: Pick<Environments, 'of'>
  readonly identities: Pick<IdentityReports, 'of'>
  readonly checker: Pick<Checker, 'kept'>
  readonly trees: Pick<IdentityTrees, 'of'>
  readonly discovered: KeptDiscovery
  readonly awsAuths: AwsAuthMemory
  readonly settings: Pick<SettingsFile, 'load'>
  readonly discovery: (environment: EnvironmentName) => Promise<Discovery>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What is known in one environment beside files and disk. */
interface Memory {
  versions: readonly VersionSupport[]
  /** By the ids of rows. */
  readonly asked: Map<string, AskedCluster>
}

/** What rows are made of. */
interface Stand {
  readonly at: readonly ContextAt[]
  readonly leading: readonly ContextLeading[]
  readonly accountNames: Readonly<Record<string, string>>
  readonly identities: readonly KnownIdentity[]
}

export function createKnownClusters(options: KnownClustersOptions): KnownClusters {
  const {
    kubeconfig,
    environments,
    identities,
    checker,
    trees,
    discovered,
    awsAuths,
    settings,
    discovery,
    now,
  } = options
  const memories = new Map<EnvironmentName, Memory>()
  function memoryOf(environment: EnvironmentName): Memory {
    const known = memories.get(environment) ?? { versions: [], asked: new Map() }
    memories.set(environment, known)
    return known
  }

  async function stand(environment: EnvironmentName): Promise<Stand> {
    const report = await identities.of(environment)
    const at = contextsAt(report, await checker.kept(), environment)
    return {
      at,
      leading: await leadingTo(at, kubeconfig.store),
      accountNames: { ...report.accountNames, ...(await settings.load()).accountNames },
      identities: (await trees.of(environment)).identities,
    }
  }

  const bareRows = ({ leading }: Stand, { clusters }: Swept, { versions, asked }: Memory) =>
    clusterRows(leading, clusters, versions, asked)
  /** What else is known of a row. */
  function knownRow(
    environment: EnvironmentName,
    is: Stand,
    swept: Swept,
  ): (row: ClusterRow) => KnownCluster {
    const names = toldApart([...accountNamesSeen(swept), ...Object.entries(is.accountNames)])
    const read = new Map(swept.access.map((one) => [one.cluster, one]))
    const inside = awsAuths.of(environment)
    const accessOf = accessesOf(swept, inside)
    return (row) => {
      const access = row.arn === null ? null : accessOf({ arn: row.arn, authenticationMode: modeOf(row) })
      return {
        ...row,
        accountName: names.get(row.account ?? '') ?? null,
        accessAt: read.get(row.arn ?? '')?.at ?? inside.get(row.id)?.at ?? null,
        enters: access === null ? [] : entersAs(mineAt(is.identities, access)),
      }
    }
  }
  const rowsOf = (
    environment: EnvironmentName,
    is: Stand,
    swept: Swept,
    bare: readonly ClusterRow[],
  ): readonly KnownCluster[] => bare.map(knownRow(environment, is, swept))

  return {
    async of(environment) {
      const is = await stand(environment)
      const swept = await discovered.load(environment)
      return rowsOf(environment, is, swept, bareRows(is, swept, memoryOf(environment)))
    },
    async at(environment, id) {
      const is = await stand(environment)
      const swept = await discovered.load(environment)
      const bare = bareRows(is, swept, memoryOf(environment)).filter((row) => row.id === id)
      const [cluster] = rowsOf(environment, is, swept, bare)
      return cluster === undefined ? null : { cluster, lookers: lookersOf(cluster, { at: is.at, swept }) }
    },
    async all(environment) {
      const is = await stand(environment)
      const swept = await discovered.load(environment)
      const rows = rowsOf(environment, is, swept, bareRows(is, swept, memoryOf(environment)))
      return rows.map((cluster) => ({ cluster, lookers: lookersOf(cluster, { at: is.at, swept }) }))
    },
    async ask(environment, wanted, onAsked, signal) {
      const is = await stand(environment)
      const memory = memoryOf(environment)
      const swept = await discovered.load(environment)
      const all = bareRows(is, swept, memory)
      const ids = wanted === null ? null : new Set(wanted)
      const rows = all.filter(({ id }) => ids?.has(id) ?? true)
      const { variables } = await environments.of(environment)
      const found = new Map<string, Answered>()
      let done = 0
      const rowAt = rowsAsked(is.leading, swept.clusters, memory.asked)
      const known = knownRow(environment, is, swept)
      const asking = await discovery(environment)
      try {
        await askClusters(
          {
            rows,
            at: is.at,
            swept,
            discovery: asking,
            variables,
            now,
            onVersions: (versions) => {
              memory.versions = versions
            },
            onAnswer: (answered) => {
              done += 1
              const { id } = answered.row
              found.set(id, answered)
              const { described } = answered
              // What nothing said of the cluster before may be known now: then it goes by its ARN.
              const now = described?.arn ?? id
              memory.asked.set(now, answered.asked)
              memory.asked.set(id, answered.asked)
              onAsked(known(rowAt(now, described, memory.versions)), id, done, rows.length)
            },
          },
          signal,
        )
      } finally {
        asking.close()
      }
      const clusters = [...found.values()].flatMap(({ described }) => (described === null ? [] : [described]))
      const kept =
        clusters.length === 0
          ? null
          : await discovered.keep(environment, { ...nothingSwept, clusters, problems: swept.problems })
      return { done, total: rows.length, kept: kept === null || kept.ok ? ok(null) : kept }
    },
  }
}

const modeOf = ({ described }: ClusterRow): string | null => described?.authenticationMode ?? null

/** Of each context the cluster that it means, and the entry by which it goes there. */
export async function leadingTo(
  at: readonly ContextAt[],
  store: KubeconfigFiles['store'],
): Promise<readonly ContextLeading[]> {
  const known = new Map<RawCluster, EntryOfCluster>()
  const found: ContextLeading[] = []
  for (const { id, name, verdict, arnOfCluster, nameOfCluster, region, account } of at) {
    const cluster = store.resolve(id)?.cluster ?? null
    const base = { id, name, verdict, arnOfCluster, nameOfCluster, region, account }
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
