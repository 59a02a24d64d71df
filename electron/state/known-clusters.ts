/**
 * Every cluster that is known from files or by looking, in each environment: as known, and asked about anew. What AWS says is
 * stored on disk; whether an endpoint answers, and until when versions are supported, for as long as this process lives.
 */
import type { AwsAuthAt } from '../../shared/identity/aws-auths'
import type { EnvironmentName } from '../../shared/identity/identity'
import {
  type AskedCluster,
  type ClusterList,
  rowsAsked,
  type VersionSupport,
} from '../../shared/identity/known-clusters'
import { nothingSwept } from '../../shared/identity/swept'
import type { Packed } from '../../shared/ipc/packed'
import { once } from '../../shared/once'
import { ok, type Result } from '../../shared/result'
import type { Environments } from '../identity/environments'
import type { AskingAws } from './ask-access'
import { type Answered, askClusters } from './ask-clusters'
import type { AwsAuthMemory } from './aws-auth-memory'
import type { KeptDiscovery } from './discovered'
import type { ClustersFound, Fleet } from './fleet'
import { type AskableCluster, type KnownCluster, knownRow } from './fleet-clusters'

/** The result of asking. */
export interface AskedAll {
  readonly done: number
  readonly total: number
  /** Whether AWS's answers could be stored. */
  readonly kept: Result<null>
}

export type AtClusters = Pick<KnownClusters, 'at' | 'those'>

export type KnownClusters = ReturnType<typeof createKnownClusters>

export interface KnownClustersOptions {
  readonly fleet: Pick<Fleet, 'clusters' | 'askable' | 'clusterStand' | 'awsAuths'>
  readonly environments: Pick<Environments, 'of'>
  readonly discovered: KeptDiscovery
  readonly awsAuths: AwsAuthMemory
  readonly asking: AskingAws
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** What is known in one environment besides files and disk. */
interface Memory {
  versions: readonly VersionSupport[]
  /** By the ids of rows. */
  readonly answers: Map<string, AskedCluster>
}

export function createKnownClusters(options: KnownClustersOptions) {
  const { fleet, environments, discovered, awsAuths, asking, now } = options
  const memories = new Map<EnvironmentName, Memory>()
  const memoryOf = (environment: EnvironmentName): Memory =>
    once(memories, environment, () => ({ versions: [], answers: new Map() }))
  const foundIn = (environment: EnvironmentName): ClustersFound => ({
    ...memoryOf(environment),
    awsAuths: awsAuths.of(environment),
  })
  const askable = (environment: EnvironmentName, wanted: readonly string[] | null) =>
    fleet.askable(environment, foundIn(environment), wanted)

  return {
    /** From files and earlier answers; sends no request. The kubeconfig files must be loaded. */
    of: async (environment: EnvironmentName): Promise<readonly KnownCluster[]> =>
      (await askable(environment, null)).map(({ cluster }) => cluster),
    /** The same, as a page is shown them. */
    shown: (environment: EnvironmentName): Promise<Packed<ClusterList>> =>
      fleet.clusters(environment, foundIn(environment)),
    /** Null: no such one is known any more. */
    at: async (environment: EnvironmentName, id: string): Promise<AskableCluster | null> =>
      (await askable(environment, [id]))[0] ?? null,
    /** Those of these that are known. */
    those: askable,
    /** Of each cluster whose mode looks at aws-auth: which identity would ask, and what was read. Sends no request. */
    awsAuths: (environment: EnvironmentName): Promise<Packed<readonly AwsAuthAt[]>> =>
      fleet.awsAuths(environment, foundIn(environment)),
    /**
     * Asks about those of these that are still known, null: about all. Each is reported as soon as there is an answer, also
     * before a cancel, with the id that it had. No token goes to a cluster.
     */
    async ask(
      environment: EnvironmentName,
      wanted: readonly string[] | null,
      onAsked: (cluster: KnownCluster, was: string, done: number, total: number) => void,
      signal: AbortSignal,
    ): Promise<AskedAll> {
      const memory = memoryOf(environment)
      const clusters = await askable(environment, wanted)
      const is = await fleet.clusterStand(environment, foundIn(environment))
      const swept = await discovered.load(environment)
      const { variables } = await environments.of(environment)
      const found = new Map<string, Answered>()
      const total = clusters.length
      let done = 0
      const rowAt = rowsAsked(is.leading, swept.clusters, memory.answers)
      const known = knownRow(is, { swept, awsAuths: awsAuths.of(environment) })
      const onVersions = (versions: readonly VersionSupport[]) => {
        memory.versions = versions
      }
      const onAnswer = (answered: Answered) => {
        done += 1
        const { id } = answered.row
        found.set(id, answered)
        const { described } = answered
        // The ARN may be known only now: then it is the id.
        const idNow = described?.arn ?? id
        memory.answers.set(idNow, answered.asked)
        memory.answers.set(id, answered.asked)
        onAsked(known(rowAt(idNow, described, memory.versions)), id, done, total)
      }
      await asking(environment, (discovery) =>
        askClusters({ clusters, discovery, variables, now, onVersions, onAnswer }, signal),
      )
      const described = [...found.values()].flatMap((one) => (one.described === null ? [] : [one.described]))
      const kept =
        described.length === 0
          ? null
          : await discovered.keep(environment, {
              ...nothingSwept,
              clusters: described,
              problems: swept.problems,
            })
      return { done, total, kept: kept === null || kept.ok ? ok(null) : kept }
    },
  }
}
