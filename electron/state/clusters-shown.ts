/**
 * Every cluster that is known from files or by looking, in each environment: as known, and asked about anew. What AWS says is
 * stored on disk; all else that AWS and the clusters answer, for as long as this process lives.
 */
import type { Audit } from '../../shared/audit/audit'
import type { Finding } from '../../shared/findings/finding-rules'
import type { AwsAuthAt } from '../../shared/identity/aws-auth-answers'
import type { EnvironmentName } from '../../shared/identity/identity'
import { type ClusterList, rowsAsked, type VersionSupport } from '../../shared/identity/known-clusters'
import { nothingSwept, type SweptCluster } from '../../shared/identity/search-results'
import { type Packed, unpack } from '../../shared/ipc/packed'
import { ok, type Result } from '../../shared/result'
import { askClusters } from './ask-clusters'
import { answersIn, type Clusters } from './cluster-answers'
import { lookAt, treeTask } from './fleet'
import {
  type AskableCluster,
  type AuditTask,
  type ClustersTask,
  type KnownCluster,
  knownRow,
} from './fleet-clusters'
import type { IdentityTrees } from './identity-trees'

/** What is known of clusters without asking. */
export type KnownClusters = IdentityTrees & Pick<Clusters, 'answers'>

async function clustersTask(clusters: KnownClusters, name: EnvironmentName): Promise<ClustersTask> {
  const { versions, asked: answers, awsAuths } = answersIn(clusters, name)
  const task = await treeTask(clusters, name)
  return { ...task, versions, answers, awsAuths, swept: await clusters.discovered.load(name) }
}

/** As a page is shown them: from files and earlier answers; sends no request. The kubeconfig files must be loaded. */
export async function shownClusters(
  clusters: Clusters,
  environment: EnvironmentName,
): Promise<Packed<ClusterList>> {
  const task = await clustersTask(clusters, environment)
  return lookAt(clusters, (looks, ...of) => looks.clusters(task, ...of))
}

/** Of each cluster whose mode looks at aws-auth: which identity would ask, and what was read. Sends no request. */
export async function shownAwsAuths(
  clusters: Clusters,
  environment: EnvironmentName,
): Promise<Packed<readonly AwsAuthAt[]>> {
  const task = await clustersTask(clusters, environment)
  return lookAt(clusters, (looks, ...of) => looks.awsAuths(task, ...of))
}

/** The audit of one environment. From files, checks and earlier answers; sends no request. The files must be loaded. */
export async function shownAudit(
  clusters: KnownClusters,
  environment: EnvironmentName,
): Promise<Packed<Audit>> {
  const task = await auditTask(clusters, environment)
  return lookAt(clusters, (looks, ...of) => looks.audit(task, ...of))
}

/** The findings of it that rest on what AWS said of clusters: quick where it was asked about none. */
export async function findingsOfClusters(
  clusters: KnownClusters,
  environment: EnvironmentName,
): Promise<readonly Finding[]> {
  const { swept, answers, ...task } = await auditTask(clusters, environment)
  if (swept.clusters.length === 0 && answers.size === 0) return []
  return unpack(
    await lookAt(clusters, (looks, ...of) => looks.findingsFromAws({ ...task, swept, answers }, ...of)),
  )
}

/** What the audit of one environment is made of beside the files. */
export async function auditTask(clusters: KnownClusters, environment: EnvironmentName): Promise<AuditTask> {
  const [task, checks, { staleHours, production }, mutes] = await Promise.all([
    clustersTask(clusters, environment),
    clusters.checks.load(),
    clusters.settings.load(),
    clusters.mutes.load(),
  ])
  const wholeChecks = checks.filter((check) => check.environment === environment)
  return { ...task, wholeChecks, staleHours, mutes, production }
}

/** Those of these that are known, null: all; with the identities to ask AWS with. */
export async function knownClusters(
  clusters: Clusters,
  environment: EnvironmentName,
  wanted: readonly string[] | null,
): Promise<readonly AskableCluster[]> {
  const task = { ...(await clustersTask(clusters, environment)), wanted }
  return unpack(await lookAt(clusters, (looks, ...of) => looks.askable(task, ...of)))
}

/**
 * Asks about those of these that are still known, null: about all. Each is reported as soon as there is an answer, also before a
 * cancel, with the id that it had. No token goes to a cluster. `kept`: whether AWS's answers could be stored.
 */
export async function askAboutClusters(
  clusters: Clusters,
  environment: EnvironmentName,
  wanted: readonly string[] | null,
  onAsked: (cluster: KnownCluster, was: string, done: number, total: number) => void,
  signal: AbortSignal,
): Promise<{ readonly done: number; readonly total: number; readonly kept: Result<unknown> }> {
  const { discovered, now } = clusters
  const answers = answersIn(clusters, environment)
  const asked = await knownClusters(clusters, environment, wanted)
  const task = await clustersTask(clusters, environment)
  const is = unpack(await lookAt(clusters, (looks, ...of) => looks.rowParts(task, ...of)))
  const rowAt = rowsAsked(is.leading, task.swept.clusters, answers.asked)
  const known = knownRow(is, task)
  const described = new Map<string, SweptCluster>()
  let done = 0
  const onVersions = (versions: readonly VersionSupport[]) => {
    answers.versions = versions
  }
  await clusters.asking(environment, (discovery) =>
    askClusters(
      {
        clusters: asked,
        discovery,
        variables: task.environment.variables,
        now,
        onVersions,
        onAnswer: (answer) => {
          done += 1
          const { id } = answer.row
          if (answer.described !== null) described.set(id, answer.described)
          // The ARN may be known only now: then it is the id.
          const idNow = answer.described?.arn ?? id
          answers.asked.set(idNow, answer.asked)
          answers.asked.set(id, answer.asked)
          onAsked(known(rowAt(idNow, answer.described, answers.versions)), id, done, asked.length)
        },
      },
      signal,
    ),
  )
  const found = { ...nothingSwept, clusters: [...described.values()], problems: task.swept.problems }
  const kept = described.size === 0 ? ok(null) : await discovered.keep(environment, found)
  return { done, total: asked.length, kept }
}
