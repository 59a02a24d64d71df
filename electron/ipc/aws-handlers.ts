/** Main's answers about AWS: what there is to choose from, what an identity resolves to, which clusters it finds. */
import { type DiscoveryIdentity, type EksCluster, notReady } from '../../shared/identity/eks-cluster'
import type { EnvironmentName } from '../../shared/identity/identity'
import { isRegion } from '../../shared/identity/regions'
import type { FoundCluster } from '../../shared/ipc/payloads'
import { fail, fault, ok, type Result } from '../../shared/result'
import type { Discovery, DiscoveryEvent } from '../aws/api/discovery'
import type { Editing } from '../editing/editing'
import { badRegion } from '../editing/profile-values'
import { type RefreshOptions, refreshedClusters } from '../editing/refreshed-clusters'
import type { Services } from '../editing/services'
import type { AskedBy, Asking } from '../trust/asking'
import { inEnvironment } from './page-services'
import type { Handlers } from './router'

/** The handlers of one room. */
export function createAwsHandlers(
  services: Pick<Services, 'editing' | 'environments' | 'asWhom'>,
  asking: Pick<Asking, 'once'>,
): Pick<Handlers, Extract<keyof Handlers, `aws.${string}`>> {
  const { editing, asWhom } = services
  const discovering = <T>(
    environment: EnvironmentName,
    work: (discovery: Discovery) => Promise<Result<T>>,
  ): Promise<Result<T>> =>
    inEnvironment(services, environment, async () => {
      const discovery = await editing.discovery(environment)
      return work(discovery).finally(() => discovery.close())
    })

  const permit = (environment: EnvironmentName, identity: DiscoveryIdentity, by: AskedBy) =>
    asWhom.permit(environment, [{ kind: 'profile', ...identity }], (question) => asking.once(question, by))

  return {
    'aws.choices': async ({ environment }) => ok(await editing.choices(environment)),
    'aws.caller': async ({ environment, identity, region }, { page, signal }) => {
      if (region !== null && !isRegion(region)) return fail(badRegion(region))
      return discovering(environment, async (discovery) => {
        const permitted = await permit(environment, identity, { page, signal })
        if (!permitted.ok) return permitted
        const caller = await discovery.caller(identity, region, signal)
        if (!caller.ok) return caller
        const { arn, canonicalArn, account } = caller.value
        return ok({ arn, canonicalArn, account, region: discovery.region(identity) })
      })
    },
    'aws.discover': async ({ run, environment, identity, regions }, call) => {
      const bad = regions.find((region) => !isRegion(region))
      if (bad !== undefined) return fail(badRegion(bad))
      const { signal } = call
      return discovering(environment, async (discovery) => {
        const permitted = await permit(environment, identity, call)
        if (!permitted.ok) return permitted
        const emit = async (event: DiscoveryEvent) => {
          if (signal.aborted) return
          // A role may be of any account, also a stranger's: what is read with it counts for its own ARN alone.
          if (event.kind === 'cluster') editing.awsReads.note(event.cluster, null, identity.role === null)
          if (event.kind !== 'cluster') call.emit('aws.discovered', { ...event, run })
          else
            for (const cluster of await foundClusters([event.cluster], editing))
              call.emit('aws.discovered', { kind: 'cluster', run, cluster })
        }
        // One after the other.
        let emitted = Promise.resolve()
        const tell = (event: DiscoveryEvent) => {
          emitted = emitted.then(() => emit(event))
          // Thrown where it is waited for.
          emitted.catch(() => undefined)
        }
        await discovery.clusters(identity, regions, tell, signal)
        await emitted
        return ok(null)
      })
    },
    'aws.refresh': ({ environment, contexts, tunnels }, { signal }) =>
      discovering(environment, async ({ cluster: describe }) => {
        const all = await editing.sharing(contexts)
        const there = new Map(all.map((context) => [context.id, context]))
        const resolved = contexts.flatMap((id) => there.get(id) ?? [])
        const gone = contexts.filter((id) => !there.has(id))
        const onFound: RefreshOptions['onFound'] = (cluster, entry) =>
          editing.awsReads.note(cluster, entry, false)
        const options = { describeCluster: describe, tunnels, all, onFound }
        const found = await refreshedClusters(resolved, options, signal)
        const problems = [
          ...found.problems,
          ...gone.map((context) => ({ context, fault: noContext(), why: 'failed' as const })),
        ]
        return ok({ ...found, problems })
      }),
  }
}

/** What a page must know of clusters before contexts are made for them. */
export async function foundClusters(
  clusters: readonly EksCluster[],
  editing: Pick<Editing, 'ask'>,
): Promise<readonly FoundCluster[]> {
  const entries = await editing.ask('entriesOf', clusters)
  return clusters.map((cluster, at) => ({
    ...cluster,
    notReady: notReady(cluster),
    ...(entries[at] ?? { sameAuthority: [], contexts: [] }),
  }))
}

const noContext = () =>
  fault('not-found', 'This context is no longer there.', 'Look at the changes, then choose again.')
