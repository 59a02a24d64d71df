/** Main's answers about clusters: the known ones, and what AWS says of them on request. */
import { pack } from '../../shared/ipc/packed'
import type { AskSummary } from '../../shared/ipc/payloads'
import { ok, refuse } from '../../shared/result'
import type { Services } from '../editing/services'
import { askAboutClusters, shownAudit, shownAwsAuths, shownClusters } from '../state/clusters-shown'
import { shownCluster } from '../state/fleet-clusters'
import { readAwsAuths } from '../state/read-aws-auths'
import { enterCluster, mayDoAt, readAccess, whoMayEnter } from '../state/who-may-enter'
import type { Asking } from '../trust/asking'
import { askedServers } from '../trust/named-servers'
import { withFiles } from './page-services'
import type { Handlers } from './router'
import { tellingNowAndThen } from './runs'

/** The handlers of one room. */
export function createClusterHandlers(
  services: Pick<Services, 'environments' | 'kubeconfig' | 'clusters'>,
  asking: Pick<Asking, 'once'>,
): Pick<Handlers, Extract<keyof Handlers, `clusters.${string}`>> {
  const { kubeconfig, clusters } = services
  const admitting = askedServers(asking)
  return {
    'clusters.load': async ({ environment }) => {
      await kubeconfig.load()
      return ok(await shownClusters(clusters, environment))
    },
    'clusters.audit': async ({ environment }) => {
      await kubeconfig.load()
      return ok(await shownAudit(clusters, environment))
    },
    'clusters.ask': ({ run, environment, clusters: ids }, call) =>
      withFiles(services, environment, async () => {
        const { done, total, kept } = await askAboutClusters(
          clusters,
          environment,
          ids,
          (cluster, was, done, total) =>
            call.emit('clusters.asked', { run, was, cluster: shownCluster(cluster), done, total }),
          call.signal,
        )
        if (!kept.ok)
          return refuse(
            kept.fault.code,
            `What AWS said could not be kept: ${kept.fault.message}`,
            kept.fault.next,
          )
        return ok(summary(done, total, call.signal))
      }),
    'clusters.access': async ({ environment, cluster }) => {
      await kubeconfig.load()
      return ok(pack(await whoMayEnter(clusters, environment, cluster)))
    },
    'clusters.readAccess': ({ run, environment, cluster, context }, call) =>
      withFiles(services, environment, async () => {
        const tell = (far: { readonly done: number; readonly total: number }) =>
          call.emit('clusters.reading', { run, ...far })
        const read = await tellingNowAndThen(tell, (note) =>
          readAccess(clusters, environment, cluster, context, call.signal, (done, total) =>
            note({ done, total }),
          ),
        )
        return read.ok ? ok(pack(read.value)) : read
      }),
    'clusters.enter': ({ run, environment, cluster, identities }, call) =>
      withFiles(services, environment, async () => {
        const asked = await enterCluster(
          clusters,
          environment,
          cluster,
          identities,
          admitting(call),
          (seen, done, total) => call.emit('clusters.entered', { run, cluster, seen, done, total }),
          call.signal,
        )
        if (!asked.ok) return asked
        const { done, total } = asked.value
        return ok(summary(done, total, call.signal))
      }),
    'clusters.mayDo': ({ environment, cluster, by, namespace }, call) =>
      withFiles(services, environment, async () => {
        const answer = await mayDoAt(
          clusters,
          environment,
          cluster,
          by,
          namespace,
          admitting(call),
          call.signal,
        )
        return answer.ok ? ok(pack(answer.value)) : answer
      }),
    'clusters.awsAuth': async ({ environment }) => {
      await kubeconfig.load()
      return ok(await shownAwsAuths(clusters, environment))
    },
    'clusters.readAwsAuth': ({ run, environment, clusters: ids }, call) =>
      withFiles(services, environment, async () => {
        const { done, total } = await readAwsAuths(
          clusters,
          environment,
          ids,
          admitting(call),
          (awsAuth, done, total) => call.emit('clusters.awsAuthRead', { run, awsAuth, done, total }),
          call.signal,
        )
        return ok(summary(done, total, call.signal))
      }),
  }
}

const summary = (done: number, total: number, { aborted }: AbortSignal): AskSummary => ({
  done,
  total,
  cancelled: aborted && done < total,
})
