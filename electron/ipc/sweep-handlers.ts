/** Main's answers about searching clusters as many identities: what is known, a sweep's progress, and what a context needs. */
import { isRegion } from '../../shared/identity/regions'
import type { Collected } from '../../shared/identity/search-results'
import type { Looker } from '../../shared/identity/sweep'
import { pack } from '../../shared/ipc/packed'
import { fail, ok } from '../../shared/result'
import { badRegion } from '../editing/profile-values'
import type { Services } from '../editing/services'
import { foundCluster, lookForClusters, sweepsKnown } from '../state/cluster-searches'
import type { Asking } from '../trust/asking'
import { foundClusters } from './aws-handlers'
import { inEnvironment, withFiles } from './page-services'
import type { Handlers } from './router'
import { tellingNowAndThen } from './runs'

/** The handlers of one room. */
export function createSweepHandlers(
  services: Pick<Services, 'environments' | 'kubeconfig' | 'clusters' | 'editing' | 'asWhom'>,
  asking: Pick<Asking, 'once'>,
): Pick<Handlers, Extract<keyof Handlers, `sweep.${string}`>> {
  const { clusters, editing, asWhom } = services
  const { awsReads } = editing
  return {
    'sweep.load': ({ environment }) =>
      withFiles(services, environment, async () => ok(await sweepsKnown(clusters, environment))),
    'sweep.start': ({ run, environment, ...wanted }, call) =>
      inEnvironment(services, environment, async () => {
        const bad =
          wanted.regions.kind === 'these'
            ? wanted.regions.regions.find((region) => !isRegion(region))
            : undefined
        if (bad !== undefined) return fail(badRegion(bad))
        // The role is that of each profile.
        const { role, lookers } = wanted
        const asked: readonly Looker[] =
          role === null ? lookers : [...lookers, { kind: 'profile', profile: null, role }]
        const permitted = await asWhom.permit(environment, asked, (question) => asking.once(question, call))
        if (!permitted.ok) return permitted
        const tell = (collected: Collected) =>
          call.emit('sweep.progress', pack({ run, ...collected.progress, changes: collected.changes() }))
        const looked = await tellingNowAndThen(tell, (note) =>
          lookForClusters(
            clusters,
            environment,
            // The page itself drops the profiles that it leaves out.
            { ...wanted, withoutProfiles: [] },
            {
              onEvent: note,
              // A role may be of any account, also a stranger's: what is read with it counts for its own ARN alone.
              onCluster: (cluster, looker) =>
                awsReads.note(cluster, null, looker.kind === 'sso' || looker.role === null),
            },
            call.signal,
          ),
        )
        return looked.ok ? ok({ cancelled: call.signal.aborted, notKept: looked.value.notKept }) : looked
      }),
    'sweep.describe': ({ environment, clusters: arns }, { signal }) =>
      withFiles(services, environment, async () => {
        const answers = await Promise.all(
          arns.map(async (arn) => ({
            arn,
            answer: await foundCluster(clusters, environment, arn, signal),
          })),
        )
        const found = answers.flatMap(({ answer }) => (answer.ok ? [answer.value] : []))
        const problems = answers.flatMap(({ arn, answer }) =>
          answer.ok ? [] : [{ arn, fault: answer.fault }],
        )
        // Found by some identity, no matter which: what was read counts for the cluster's own ARN alone.
        for (const cluster of found) awsReads.note(cluster, null, false)
        return ok({ clusters: await foundClusters(found, editing), problems })
      }),
  }
}
