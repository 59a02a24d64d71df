/**
 * aws-auth of many clusters: which identity each is asked with, and asking. A token goes only where a check or a proof would
 * send it without a question: to the cluster entry of a context of that cluster, or to the endpoint that AWS gives.
 */
import { type AwsAuth, nothingRead, notRead, type Readable } from '../../shared/identity/access-entries'
import type { AwsAuthAt, AwsAuthBy } from '../../shared/identity/aws-auth-answers'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { Discovery } from '../aws/api/discovery'
import { slots } from '../system/slots'
import type { AdmitServer } from '../trust/named-servers'
import { askAsIdentity, askCluster, placeOf, type WhereAsked } from './ask-access'
import { answersIn, type Clusters, noteAwsAuth } from './cluster-answers'
import { knownClusters } from './clusters-shown'
import {
  type AskableCluster,
  type AwsAuthAsked,
  awsAuthAt,
  awsAuthsAsked,
  everythingOf,
} from './fleet-clusters'
import { openTree, type ProvableTree } from './identity-trees'

/** Each runs one command at a time. */
const atOnce = 4

/**
 * Asks those of these whose mode looks at it, one token after the other until it is read; each is reported as soon as it is there.
 * The user is asked at most about servers that are not EKS's own; identities that need any other question are left out.
 */
export async function readAwsAuths(
  clusters: Clusters,
  environment: EnvironmentName,
  wanted: readonly string[],
  admit: AdmitServer,
  onRead: (at: AwsAuthAt, done: number, total: number) => void,
  signal: AbortSignal,
): Promise<{ readonly done: number; readonly total: number }> {
  const { checker, asking } = clusters
  const proving = await openTree(clusters, environment)
  const kept = (await checker.kept()).filter((check) => check.environment === environment)
  const asked = awsAuthsAsked(await knownClusters(clusters, environment, wanted), {
    identities: proving.tree.identities,
    enterable: proving.enterable,
    ...everythingOf({ checks: kept }),
  })
  const all = asked.filter(({ by }) => by.length > 0)
  const turn = slots(atOnce)
  let done = 0

  async function one(is: AwsAuthAsked, discovery: Discovery): Promise<void> {
    const { cluster, by } = is
    const unread = nothingRead(cluster.arn, cluster.described?.authenticationMode ?? null)
    for (const who of by) {
      if (signal.aborted) return
      const value =
        who.kind === 'context'
          ? (await askCluster(checker, who.id, environment, unread, signal)).awsAuth
          : await readAs(proving, who, is, { discovery, admit }, signal)
      if (signal.aborted) return
      noteAwsAuth(clusters, environment, cluster.id, value)
      if (value.state === 'read') break
    }
    done += 1
    onRead(awsAuthAt(is, answersIn(clusters, environment).awsAuths), done, all.length)
  }
  await asking(environment, (discovery) => Promise.all(all.map((is) => turn(() => one(is, discovery)))))
  return { done, total: all.length }
}

/** Asks with an identity of the user. */
async function readAs(
  proving: ProvableTree,
  { id, name }: AwsAuthBy,
  { cluster, lookers }: AskableCluster,
  how: Pick<WhereAsked, 'discovery' | 'admit'>,
  signal: AbortSignal,
): Promise<Readable<AwsAuth>> {
  const place = placeOf(cluster)
  if (!place.ok) return notRead(place.fault.message, place.fault.next)
  const { readAwsAuth } = await import('../whoami/aws-auth')
  const where = { place: place.value, lookers, ...how }
  const asked = await askAsIdentity(proving, id, where, readAwsAuth, signal)
  if (!asked.ok) return notRead(asked.fault.message, asked.fault.next)
  const { value, check } = asked.value
  const why = check?.problem ?? { message: 'the cluster did not answer.', next: 'Try again.' }
  return value ?? notRead(`The cluster was asked for aws-auth as ${name}: ${why.message}`, why.next)
}
