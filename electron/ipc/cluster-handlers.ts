/** Main's answers about clusters: the known ones, and what AWS says of them on request. */
import type { EnvironmentName } from '../../shared/identity/identity'
import { pack } from '../../shared/ipc/packed'
import type { AskSummary } from '../../shared/ipc/payloads'
import { ok, type Result, refuse } from '../../shared/result'
import { shownCluster } from '../state/fleet-clusters'
import type { Asking } from '../trust/asking'
import { askedServers } from '../trust/named-servers'
import { type PageServices, withFiles } from './page-services'
import type { Call, Handlers } from './router'
import { createRuns, tellingNowAndThen } from './runs'

/** The handlers of one room. */
export function createClusterHandlers(
  services: Pick<PageServices, 'environments' | 'kubeconfig' | 'clusters' | 'access' | 'awsAuths'>,
  asking: Pick<Asking, 'once'>,
): Pick<Handlers, Extract<keyof Handlers, `clusters.${string}`>> {
  const { kubeconfig, clusters, access, awsAuths } = services
  const runs = createRuns()
  /** A run in one environment, with the files as they are now. */
  const running = <T>(
    call: Call,
    { run, environment }: { readonly run: string; readonly environment: EnvironmentName },
    work: (signal: AbortSignal) => Promise<Result<T>>,
  ) => runs.run(call, run, (signal) => withFiles(services, environment, () => work(signal)))
  const admitting = askedServers(asking)
  return {
    'clusters.load': async ({ environment }) => {
      await kubeconfig.load()
      return ok(await clusters.shown(environment))
    },
    'clusters.ask': ({ run, environment, clusters: ids }, call) =>
      running(call, { run, environment }, async (signal) => {
        const { done, total, kept } = await clusters.ask(
          environment,
          ids,
          (cluster, was, done, total) =>
            call.emit('clusters.asked', { run, was, cluster: shownCluster(cluster), done, total }),
          signal,
        )
        if (!kept.ok)
          return refuse(
            kept.fault.code,
            `What AWS said could not be kept: ${kept.fault.message}`,
            kept.fault.next,
          )
        return ok(summary(done, total, signal))
      }),
    'clusters.access': async ({ environment, cluster }) => {
      await kubeconfig.load()
      return ok(pack(await access.of(environment, cluster)))
    },
    'clusters.readAccess': ({ run, environment, cluster, context }, call) =>
      running(call, { run, environment }, async (signal) => {
        const tell = (far: { readonly done: number; readonly total: number }) =>
          call.emit('clusters.reading', { run, ...far })
        const read = await tellingNowAndThen(tell, (note) =>
          access.read(environment, cluster, context, signal, (done, total) => note({ done, total })),
        )
        return read.ok ? ok(pack(read.value)) : read
      }),
    'clusters.enter': ({ run, environment, cluster, identities }, call) =>
      running(call, { run, environment }, async (signal) => {
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
        return ok(summary(done, total, signal))
      }),
    'clusters.mayDo': ({ run, environment, cluster, by, namespace }, call) =>
      running(call, { run, environment }, async (signal) => {
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
      running(call, { run, environment }, async (signal) => {
        const { done, total } = await awsAuths.read(
          environment,
          ids,
          admitting({ page: call.page, signal }),
          (awsAuth, done, total) => call.emit('clusters.awsAuthRead', { run, awsAuth, done, total }),
          signal,
        )
        return ok(summary(done, total, signal))
      }),
    'clusters.cancel': runs.cancel,
  }
}

const summary = (done: number, total: number, { aborted }: AbortSignal): AskSummary => ({
  done,
  total,
  cancelled: aborted && done < total,
})
