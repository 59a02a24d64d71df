/**
 * Looking for clusters with many identities at once, for window and terminal: which identities can look, what is found
 * meanwhile, what of it is stored, and which contexts refer to the clusters.
 */
import { createHash } from 'node:crypto'
import { outweighs } from '../../shared/identity/asked-by'
import type { EksCluster } from '../../shared/identity/eks-cluster'
import type { EnvironmentName } from '../../shared/identity/identity'
import { believedFinders, Collected } from '../../shared/identity/search-results'
import { type Looker, lookerId, type SweepEvent, sweepFor, type Wanted } from '../../shared/identity/sweep'
import type { Packed } from '../../shared/ipc/packed'
import type { SweepsKnown } from '../../shared/ipc/payloads'
import { type Fault, fail, fault, ok, type Result } from '../../shared/result'
import { answersIn, type Clusters } from './cluster-answers'
import { fleetTask, lookAt } from './fleet'

export interface LookOptions {
  /** After each thing that came. */
  readonly onEvent?: (collected: Collected) => void
  /** Each cluster as AWS described it, and the identity that looked. */
  readonly onCluster?: (cluster: EksCluster, looker: Looker) => void
}

const sha256 = (data: string) => createHash('sha256').update(data).digest('hex')

/** Resolves when the findings of stopped searches are stored: a page that reloads, or the app that ends, must not lose them. */
export async function searchesStopped({ looking }: Pick<Clusters, 'looking'>): Promise<void> {
  await Promise.allSettled([...looking].flatMap(({ signal, done }) => (signal.aborted ? [done] : [])))
}

/** Sends no request; what a search that is being stopped has found is in it. The kubeconfig files must be loaded. */
export async function sweepsKnown(
  clusters: Clusters,
  environment: EnvironmentName,
): Promise<Packed<SweepsKnown>> {
  await searchesStopped(clusters)
  const who = await clusters.asking(environment, async (asked) => ({
    candidates: asked.candidates(),
    sessions: asked.sessions(),
  }))
  const task = await fleetTask(clusters, environment)
  const beside = { ...who, swept: await clusters.discovered.load(environment) }
  return lookAt(clusters, (looks, ...of) => looks.sweeps({ ...task, beside }, ...of))
}

/**
 * Looks until all is seen or the signal fires; what was found until then is stored. Faults: no identity to look with. `whole`: the
 * clusters with their certificates, by ARN; `candidates`: what files say of every identity that could look; `notKept`: why it
 * could not be stored.
 */
export function lookForClusters(
  clusters: Clusters,
  environment: EnvironmentName,
  wanted: Wanted,
  { onEvent, onCluster }: LookOptions,
  signal: AbortSignal,
) {
  const { asking, discovered, looking, now } = clusters
  const done = asking(environment, async (asked) => {
    const request = sweepFor(wanted, asked.everyone(), asked.sessions())
    if (!request.ok) return request
    const collected = new Collected(now, sha256)
    const lookers = new Map<string, Looker>()
    const whole = new Map<string, EksCluster>()
    const note = (event: SweepEvent) => {
      collected.note(event)
      if (event.kind === 'lookers') for (const one of event.lookers) lookers.set(lookerId(one), one)
      if (event.kind === 'cluster') {
        const { cluster } = event
        const looker = lookers.get(event.looker)
        const was = whole.get(cluster.arn)
        if (was === undefined || !outweighs(was, cluster)) {
          whole.set(cluster.arn, cluster)
          answersIn(clusters, environment).whole.set(cluster.arn, cluster)
        }
        if (looker !== undefined) onCluster?.(cluster, looker)
      }
      onEvent?.(collected)
    }
    await asked.sweep(request.value, note, signal)
    const { swept } = collected
    const named = await discovered.accountNames(environment)
    const kept = await discovered.keep(environment, swept)
    const called = await discovered.accountNames(environment)
    // The findings count even if storing the names fails.
    if (JSON.stringify(called) !== JSON.stringify(named)) await clusters.onNamed().catch(() => undefined)
    return ok({ swept, whole, candidates: asked.candidates(), notKept: kept.ok ? null : kept.fault })
  })
  const one = { signal, done }
  looking.add(one)
  return done.finally(() => looking.delete(one))
}

/**
 * A cluster with its certificate, read with the identity that found it: as this process has read it already, else read now.
 * Faults: of AWS, and `not-found` where no identity is known to have found it.
 */
export async function foundCluster(
  clusters: Clusters,
  environment: EnvironmentName,
  arn: string,
  signal: AbortSignal,
): Promise<Result<EksCluster>> {
  const { whole } = answersIn(clusters, environment)
  const known = whole.get(arn)
  if (known !== undefined) return ok(known)
  const found = await clusters.discovered.load(environment)
  const cluster = found.clusters.find((one) => one.arn === arn)
  const by = found.lookers.filter(({ id }) => believedFinders(cluster).includes(id))
  if (cluster === undefined || by.length === 0) return fail(notFound)
  return clusters.asking(environment, async (asked) => {
    let last = notFound
    // The identity that found it may have lost the permission; another may have it still.
    for (const { looker } of by.slice(0, 3)) {
      const answer = await asked.cluster(looker, cluster.region, cluster.name, signal)
      if (answer.ok) {
        whole.set(arn, answer.value)
        return answer
      }
      last = answer.fault
    }
    return fail(last)
  })
}

const notFound: Fault = fault(
  'not-found',
  'No identity is known to have found this cluster.',
  'Search for clusters again.',
)
