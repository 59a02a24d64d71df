/** Main's answers about clusters: those that are known, and what AWS says of them when it is asked. */
import { pack } from '../../shared/ipc/packed'
import { fail, fault, ok } from '../../shared/result'
import { type Environments, unreadableEnvironment } from '../identity/environments'
import type { AwsAuths } from '../state/aws-auths'
import type { ClusterAccesses } from '../state/cluster-access'
import { shownCluster } from '../state/fleet-clusters'
import type { KnownClusters } from '../state/known-clusters'
import type { KubeconfigFiles } from '../state/kubeconfig-files'
import type { Asking } from '../trust/asking'
import { askedServers } from '../trust/named-servers'
import type { Handlers } from './router'
import { createRuns } from './runs'

/** What the requests about clusters are answered from. */
export interface ClusterServices {
  readonly environments: Pick<Environments, 'of'>
  readonly kubeconfig: KubeconfigFiles
  readonly clusters: KnownClusters
  readonly access: ClusterAccesses
  readonly awsAuths: AwsAuths
}

/** So often a page is told how far reading is, ms: it draws no faster. */
const tellEvery = 200

/** The handlers of one room. */
export function createClusterHandlers(
  { environments, kubeconfig, clusters, access, awsAuths }: ClusterServices,
  asking: Pick<Asking, 'once'>,
): Pick<Handlers, Extract<keyof Handlers, `clusters.${string}`>> {
  const runs = createRuns()
  const admitting = askedServers(asking)
  return {
    'clusters.load': async ({ environment }) => {
      await kubeconfig.load()
      return ok(await clusters.shown(environment))
    },
    'clusters.ask': ({ run, environment, clusters: ids }, call) =>
      runs.run(call, run, async (signal) => {
        const unreadable = unreadableEnvironment(await environments.of(environment))
        if (unreadable !== null) return fail(unreadable)
        await kubeconfig.load()
        const { done, total, kept } = await clusters.ask(
          environment,
          ids,
          (cluster, was, done, total) =>
            call.emit('clusters.asked', { run, was, cluster: shownCluster(cluster), done, total }),
          signal,
        )
        if (!kept.ok)
          return fail(
            fault(kept.fault.code, `What AWS said could not be kept: ${kept.fault.message}`, kept.fault.next),
          )
        return ok({ done, total, cancelled: signal.aborted && done < total })
      }),
    'clusters.access': async ({ environment, cluster }) => {
      await kubeconfig.load()
      return ok(pack(await access.of(environment, cluster)))
    },
    'clusters.readAccess': ({ run, environment, cluster, context }, call) =>
      runs.run(call, run, async (signal) => {
        const unreadable = unreadableEnvironment(await environments.of(environment))
        if (unreadable !== null) return fail(unreadable)
        await kubeconfig.load()
        let last: { readonly done: number; readonly total: number } | null = null
        const timer = setInterval(() => {
          if (last !== null) call.emit('clusters.reading', { run, ...last })
          last = null
        }, tellEvery)
        try {
          const onProgress = (done: number, total: number) => {
            last = { done, total }
          }
          const read = await access.read(environment, cluster, context, signal, onProgress)
          return read.ok ? ok(pack(read.value)) : read
        } finally {
          clearInterval(timer)
        }
      }),
    'clusters.enter': ({ run, environment, cluster, identities }, call) =>
      runs.run(call, run, async (signal) => {
        const unreadable = unreadableEnvironment(await environments.of(environment))
        if (unreadable !== null) return fail(unreadable)
        await kubeconfig.load()
        const asked = await access.enter(
          environment,
          cluster,
          identities,
          admitting({ page: call.page, signal }),
          (seen, done, total) => call.emit('clusters.entered', { run, cluster, seen, done, total }),
          signal,
        )
        if (!asked.ok) return asked
        const { done, total } = asked.value
        return ok({ done, total, cancelled: signal.aborted && done < total })
      }),
    'clusters.mayDo': ({ run, environment, cluster, by, namespace }, call) =>
      runs.run(call, run, async (signal) => {
        const unreadable = unreadableEnvironment(await environments.of(environment))
        if (unreadable !== null) return fail(unreadable)
        await kubeconfig.load()
        const told = await access.mayDo(
          environment,
          cluster,
          by,
          namespace,
          admitting({ page: call.page, signal }),
          signal,
        )
        return told.ok ? ok(pack(told.value)) : told
      }),
    'clusters.awsAuth': async ({ environment }) => {
      await kubeconfig.load()
      return ok(await awsAuths.shown(environment))
    },
    'clusters.readAwsAuth': ({ run, environment, clusters: ids }, call) =>
      runs.run(call, run, async (signal) => {
        const unreadable = unreadableEnvironment(await environments.of(environment))
        if (unreadable !== null) return fail(unreadable)
        await kubeconfig.load()
        const { done, total } = await awsAuths.read(
          environment,
          ids,
          admitting({ page: call.page, signal }),
          (awsAuth, done, total) => call.emit('clusters.awsAuthRead', { run, awsAuth, done, total }),
          signal,
        )
        return ok({ done, total, cancelled: signal.aborted && done < total })
      }),
    'clusters.cancel': ({ run }, { page }) => {
      runs.cancel(page, run)
      return ok(null)
    },
  }
}
