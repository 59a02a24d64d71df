/**
 * Looking for clusters with many identities at once, for window and terminal: which identities can look, what is found
 * meanwhile, what of it is stored, and which contexts refer to the clusters.
 */
import { createHash } from 'node:crypto'
import { outweighs } from '../../shared/identity/asked-by'
import type { EksCluster } from '../../shared/identity/eks-cluster'
import type { EnvironmentName } from '../../shared/identity/identity'
import {
  type Candidate,
  type Looker,
  lookerId,
  type SweepEvent,
  sweepFor,
  type Wanted,
} from '../../shared/identity/sweep'
import { believedFinders, Collected, type Swept } from '../../shared/identity/swept'
import type { Packed } from '../../shared/ipc/packed'
import type { SweepsKnown } from '../../shared/ipc/payloads'
import { type Fault, fail, fault, ok, type Result } from '../../shared/result'
import type { AskingAws } from './ask-access'
import type { KeptDiscovery } from './discovered'
import type { Fleet } from './fleet'

/** What one sweep has found. */
export interface Looked {
  readonly swept: Swept
  /** Clusters with their certificates, by ARN. */
  readonly whole: ReadonlyMap<string, EksCluster>
  /** What files say of every identity that could look. */
  readonly candidates: readonly Candidate[]
  /** Why it could not be stored; null where it was. */
  readonly notKept: Fault | null
}

export interface LookOptions {
  /** After each thing that came. */
  readonly onEvent?: (collected: Collected) => void
  /** Each cluster as AWS described it, and the identity that looked. */
  readonly onCluster?: (cluster: EksCluster, looker: Looker) => void
}

export type Sweeps = ReturnType<typeof createSweeps>

export interface SweepsOptions {
  readonly asking: AskingAws
  readonly discovered: KeptDiscovery
  readonly fleet: Pick<Fleet, 'sweeps' | 'ways'>
  /** Names of accounts have changed. */
  readonly onNamed: () => Promise<void>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

const sha256 = (data: string) => createHash('sha256').update(data).digest('hex')

/** Touches neither disk nor network by itself. */
export function createSweeps({ asking, discovered, fleet, onNamed, now }: SweepsOptions) {
  /** With their certificates, as AWS described them to this process; by environment and ARN. */
  const read = new Map<string, EksCluster>()
  const keyOf = (environment: EnvironmentName, arn: string) => `${environment} ${arn}`

  const looking = new Set<{ readonly signal: AbortSignal; readonly done: Promise<unknown> }>()
  async function settled(): Promise<void> {
    await Promise.allSettled([...looking].flatMap(({ signal, done }) => (signal.aborted ? [done] : [])))
  }

  return {
    /** The contexts that refer to clusters, by files and past checks. */
    contexts: fleet.ways,
    /**
     * Resolves when the findings of stopped sweeps are stored: a page that reloads, or the app that ends, must not lose them.
     */
    settled,
    /** Sends no request; what a sweep that is being stopped has found is in it. The kubeconfig files must be loaded. */
    async known(environment: EnvironmentName): Promise<Packed<SweepsKnown>> {
      await settled()
      const who = await asking(environment, async (asked) => ({
        candidates: asked.candidates(),
        sessions: asked.sessions(),
      }))
      return fleet.sweeps(environment, who)
    },
    /** Looks until all is seen or the signal fires; what was found until then is stored. Faults: no identity to look with. */
    look(
      environment: EnvironmentName,
      wanted: Wanted,
      { onEvent, onCluster }: LookOptions,
      signal: AbortSignal,
    ): Promise<Result<Looked>> {
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
              read.set(keyOf(environment, cluster.arn), cluster)
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
        if (JSON.stringify(called) !== JSON.stringify(named)) await onNamed().catch(() => undefined)
        return ok({
          swept,
          whole,
          candidates: asked.candidates(),
          notKept: kept.ok ? null : kept.fault,
        })
      })
      const one = { signal, done }
      looking.add(one)
      return done.finally(() => looking.delete(one))
    },
    /**
     * A cluster with its certificate, read with the identity that found it: as this process has read it already, else read now.
     * Faults: of AWS, and `not-found` where no identity is known to have found it.
     */
    async cluster(
      environment: EnvironmentName,
      arn: string,
      signal: AbortSignal,
    ): Promise<Result<EksCluster>> {
      const known = read.get(keyOf(environment, arn))
      if (known !== undefined) return ok(known)
      const { clusters, lookers } = await discovered.load(environment)
      const cluster = clusters.find((one) => one.arn === arn)
      const by = lookers.filter(({ id }) => believedFinders(cluster).includes(id))
      if (cluster === undefined || by.length === 0) return fail(notFound())
      return asking(environment, async (asked) => {
        let last: Fault = notFound()
        // The identity that found it may have lost the permission; another may have it still.
        for (const { looker } of by.slice(0, 3)) {
          const answer = await asked.cluster(looker, cluster.region, cluster.name, signal)
          if (answer.ok) {
            read.set(keyOf(environment, arn), answer.value)
            return answer
          }
          last = answer.fault
        }
        return fail(last)
      })
    },
  }
}

const notFound = () =>
  fault('not-found', 'No identity is known to have found this cluster.', 'Search for clusters again.')
