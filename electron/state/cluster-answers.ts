/** What is asked about clusters with, and what AWS and the clusters answered: stored on disk is what discovered.ts has, no more. */
import type { AwsAuth, ClusterAccess, Readable } from '../../shared/identity/access-entries'
import type { AwsAuthRead } from '../../shared/identity/aws-auth-answers'
import type { EksCluster } from '../../shared/identity/eks-cluster'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { AskedCluster, VersionSupport } from '../../shared/identity/known-clusters'
import type { SeenThere, WhoMayEnter } from '../../shared/identity/who-may-enter'
import { once } from '../../shared/once'
import type { Fault } from '../../shared/result'
import type { AskingAws } from './ask-access'
import type { Checker } from './checker'
import type { IdentityTrees } from './identity-trees'

/** What is asked about clusters with, and what was answered. */
export interface Clusters extends IdentityTrees {
  readonly checker: Pick<Checker, 'run' | 'kept'>
  readonly asking: AskingAws
  /** Names of accounts have changed. */
  readonly onNamed: () => Promise<void>
  readonly answers: Map<EnvironmentName, ClusterAnswers>
  /** Searches under way. */
  readonly looking: Set<{ readonly signal: AbortSignal; readonly done: Promise<unknown> }>
}

/** What AWS and the clusters answered to this process in one environment. */
export interface ClusterAnswers {
  versions: readonly VersionSupport[]
  /** By the ids of rows. */
  readonly asked: Map<string, AskedCluster>
  /** By the ids of rows: it is stored nowhere else. */
  readonly awsAuths: Map<string, AwsAuthRead>
  /** By the ids of rows. */
  readonly access: Map<string, AccessRead>
  /** As AWS described them to a search, with their certificates; by ARN. */
  readonly whole: Map<string, EksCluster>
}

export const answersIn = (
  { answers }: Pick<Clusters, 'answers'>,
  environment: EnvironmentName,
): ClusterAnswers =>
  once(answers, environment, () => ({
    versions: [],
    asked: new Map(),
    awsAuths: new Map(),
    access: new Map(),
    whole: new Map(),
  }))

/** What this process read of who may enter one cluster. */
export interface AccessRead {
  mode: { readonly value: string; readonly at: number } | null
  entries: { readonly value: ClusterAccess['entries']; readonly at: number } | null
  by: WhoMayEnter['by']
  fault: Fault | null
  readonly seen: Map<string, SeenThere>
}

/** A cluster was asked for aws-auth: what an administrator read is not lost because another identity may not read it. */
export function noteAwsAuth(
  clusters: Clusters,
  environment: EnvironmentName,
  cluster: string,
  value: Readable<AwsAuth>,
): void {
  const { awsAuths } = answersIn(clusters, environment)
  if (value.state === 'read' || awsAuths.get(cluster)?.value.state !== 'read')
    awsAuths.set(cluster, { value, at: clusters.now() })
}
