/**
 * aws-auth of many clusters: which identity each is asked with, and asking. A token goes only where a check or a proof would
 * send it without a question: to the cluster entry of a context of that cluster, or to the endpoint that AWS gives.
 */
import { type AwsAuth, nothingRead, notRead, type Readable } from '../../shared/identity/access'
import type { AwsAuthAt, AwsAuthBy } from '../../shared/identity/aws-auths'
import type { EnvironmentName } from '../../shared/identity/identity'
import { unpack } from '../../shared/ipc/packed'
import type { Discovery } from '../aws/api/discovery'
import { slots } from '../system/slots'
import type { AdmitServer } from '../trust/named-servers'
import { type AskingAws, askAsIdentity, askCluster, placeOf, type WhereAsked } from './ask-access'
import type { AwsAuthMemory } from './aws-auth-memory'
import type { Checker } from './checker'
import {
  type AskableCluster,
  type AwsAuthAsked,
  awsAuthAt,
  awsAuthsAsked,
  everythingOf,
} from './fleet-clusters'
import type { IdentityTrees, Proving } from './identity-trees'
import type { KnownClusters } from './known-clusters'

export type AwsAuths = ReturnType<typeof createAwsAuths>

/** Each runs one command at a time. */
const atOnce = 4

export interface AwsAuthsOptions {
  readonly memory: AwsAuthMemory
  readonly clusters: Pick<KnownClusters, 'those' | 'awsAuths'>
  readonly checker: Pick<Checker, 'run' | 'kept'>
  readonly trees: IdentityTrees
  readonly asking: AskingAws
}

export function createAwsAuths({ memory, clusters, checker, trees, asking }: AwsAuthsOptions) {
  return {
    /** Of each cluster whose mode looks at aws-auth: which identity would ask, and what was read. Sends no request. */
    of: async (environment: EnvironmentName): Promise<readonly AwsAuthAt[]> =>
      unpack(await clusters.awsAuths(environment)),
    /** The same, as a page gets it. */
    shown: clusters.awsAuths,
    /**
     * Asks those of these whose mode looks at it, one token after the other until it is read; each is reported as soon as it is
     * there. The user is asked at most about servers that are not EKS's own; identities that need any other question are left
     * out.
     */
    async read(
      environment: EnvironmentName,
      wanted: readonly string[],
      admit: AdmitServer,
      onRead: (at: AwsAuthAt, done: number, total: number) => void,
      signal: AbortSignal,
    ): Promise<{ readonly done: number; readonly total: number }> {
      const proving = await trees.open(environment)
      const kept = (await checker.kept()).filter((check) => check.environment === environment)
      const asked = awsAuthsAsked(await clusters.those(environment, wanted), {
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
          memory.note(environment, cluster.id, value)
          if (value.state === 'read') break
        }
        done += 1
        onRead(awsAuthAt(is, memory.of(environment)), done, all.length)
      }
      await asking(environment, (discovery) => Promise.all(all.map((is) => turn(() => one(is, discovery)))))
      return { done, total: all.length }
    },
  }
}

/** Asks with an identity of the user. */
async function readAs(
  proving: Proving,
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
