/**
 * aws-auth of many clusters: as whom each is asked for it, and asking. A token goes only where a check or a proof would send it unasked: to
 * the entry of a context that leads there, or to the endpoint that AWS gives.
 */
import { type AwsAuth, counting, type Readable } from '../../shared/identity/access'
import { type AwsAuthAt, type AwsAuthBy, awsAuthBy } from '../../shared/identity/aws-auths'
import type { EnvironmentName } from '../../shared/identity/identity'
import { askableAt } from '../../shared/identity/who-may-enter'
import type { Discovery } from '../aws/api/discovery'
import { slots } from '../system/slots'
import { askAsIdentity, askCluster, placeOf } from './ask-access'
import type { AwsAuthMemory } from './aws-auth-memory'
import type { Checker } from './checker'
import type { IdentityTrees, Proving } from './identity-trees'
import type { AskableCluster, AtClusters } from './known-clusters'

export interface AwsAuths {
  /** Of each cluster whose mode looks at aws-auth: as whom it would be asked, and what was read of it. Asks nobody. */
  of(environment: EnvironmentName): Promise<readonly AwsAuthAt[]>
  /**
   * Asks those of these whose mode looks at it, one token after the other until it is read; each comes as soon as it is there. Asks the
   * user nothing: who cannot be asked as without that is not.
   */
  read(
    environment: EnvironmentName,
    clusters: readonly string[],
    onRead: (at: AwsAuthAt, done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<{ readonly done: number; readonly total: number }>
}

/** Each runs one command at a time. */
const atOnce = 4

export interface AwsAuthsOptions {
  readonly memory: AwsAuthMemory
  readonly clusters: AtClusters
  readonly checker: Pick<Checker, 'run' | 'kept'>
  readonly trees: IdentityTrees
  readonly discovery: (environment: EnvironmentName) => Promise<Discovery>
}

/** A cluster with who could ask it. */
interface Asked extends AskableCluster {
  readonly by: readonly AwsAuthBy[]
}

export function createAwsAuths({ memory, clusters, checker, trees, discovery }: AwsAuthsOptions): AwsAuths {
  async function stand(environment: EnvironmentName) {
    const proving = await trees.open(environment)
    const all = await clusters.all(environment)
    const checks = (await checker.kept()).filter((check) => check.environment === environment)
    const everything = new Map(checks.map((check) => [check.context, check.seen?.everything ?? null]))
    const asked = all.flatMap((one): readonly Asked[] => {
      const { described, goneAt } = one.cluster
      // What nobody has described may be no cluster of EKS: its mode is not known.
      if (described === null || goneAt !== null || !counting(described.authenticationMode).awsAuth) return []
      return [{ ...one, by: askersOf(one, proving, everything) }]
    })
    return { proving, asked }
  }

  const toldOf = (environment: EnvironmentName, { cluster, by }: Asked): AwsAuthAt => ({
    cluster: cluster.id,
    by,
    read: memory.of(environment).get(cluster.id) ?? null,
  })

  return {
    async of(environment) {
      const { asked } = await stand(environment)
      return asked.map((one) => toldOf(environment, one))
    },
    async read(environment, wanted, onRead, signal) {
      const { proving, asked } = await stand(environment)
      const ids = new Set(wanted)
      const all = asked.filter(({ cluster, by }) => ids.has(cluster.id) && by.length > 0)
      const asking = await discovery(environment)
      const turn = slots(atOnce)
      let done = 0

      async function one(is: Asked): Promise<void> {
        const { cluster, by } = is
        const mode = cluster.described?.authenticationMode ?? null
        for (const who of by) {
          if (signal.aborted) return
          const value =
            who.kind === 'context'
              ? (await askCluster(checker, who.id, environment, mode, signal)).awsAuth
              : await readAs(proving, who, is, asking, signal)
          if (signal.aborted) return
          memory.note(environment, cluster.id, value)
          if (value.state === 'read') break
        }
        done += 1
        onRead(toldOf(environment, is), done, all.length)
      }
      try {
        await Promise.all(all.map((is) => turn(() => one(is))))
      } finally {
        asking.close()
      }
      return { done, total: all.length }
    },
  }
}

/** Who could ask one cluster, in the order in which it is tried. */
function askersOf(
  { cluster, lookers }: AskableCluster,
  { tree, enterable }: Proving,
  everything: ReadonlyMap<string, boolean | null>,
): readonly AwsAuthBy[] {
  const { identities } = tree
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

/** Asks as one of one's own. */
async function readAs(
  proving: Proving,
  { id, name }: AwsAuthBy,
  { cluster, lookers }: AskableCluster,
  discovery: Discovery,
  signal: AbortSignal,
): Promise<Readable<AwsAuth>> {
  const place = placeOf(cluster)
  if (!place.ok) return notRead(place.fault.message, place.fault.next)
  const { readAwsAuth } = await import('../whoami/aws-auth')
  const where = { place: place.value, lookers, discovery }
  const asked = await askAsIdentity(proving, id, where, readAwsAuth, signal)
  if (!asked.ok) return notRead(asked.fault.message, asked.fault.next)
  const { value, check } = asked.value
  const why = check?.problem ?? { message: 'the cluster did not answer.', next: 'Try again.' }
  return value ?? notRead(`The cluster was asked for aws-auth as ${name}: ${why.message}`, why.next)
}

const notRead = (why: string, next: string): Readable<AwsAuth> => ({ state: 'not-read', why, next })
