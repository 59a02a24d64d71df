/** aws-auth of the clusters, which is stored in them and not at AWS: what was read of it, and reading it for many. */
import { createStore } from 'zustand/vanilla'
import { type AwsAuthAt, notReadYet } from '../../shared/identity/aws-auths'
import type { AwsAuthTold } from '../../shared/ipc/payloads'
import { typed } from '../pending/state'
import { clustersText as text } from '../text/clusters'
import type { Core } from './core'
import { createPageReading } from './reading'

const initial = () => ({
  /** By cluster id: of clusters that use aws-auth. */
  known: typed<ReadonlyMap<string, AwsAuthAt>>(new Map()),
  run: typed<Pick<AwsAuthTold, 'run' | 'done' | 'total'> | null>(null),
})

/** `onRead`: called when reading is over; who may enter may be known of more clusters then. */
export function createAwsAuths(core: Core, onRead: () => void) {
  const { bridge, state: page } = core
  const state = createStore(initial)
  const { load, changed, follow } = createPageReading(core, {
    pages: ['clusters', 'discover'],
    read: (environment) => bridge.request('clusters.awsAuth', { environment }),
    keep: (all) => state.setState({ known: new Map(all.map((one) => [one.cluster, one])) }),
    // Where this cannot be read, the user is not notified.
    refused: () => undefined,
    forget: () => state.setState({ known: new Map() }),
  })

  function learn({ run, awsAuth, done, total }: AwsAuthTold): void {
    state.setState((before) =>
      before.run?.run === run
        ? { run: { run, done, total }, known: new Map(before.known).set(awsAuth.cluster, awsAuth) }
        : before,
    )
  }

  return {
    state,
    /** Its inputs may have changed. */
    changed,
    /** Those of these clusters whose aws-auth was not read yet. */
    missing(clusters: readonly string[]) {
      const { known } = state.getState()
      return notReadYet(clusters.flatMap((cluster) => known.get(cluster) ?? []))
    },
    /** Asks these clusters, with one token each, more where one is refused. */
    async read(clusters: readonly string[]) {
      if (state.getState().run !== null || clusters.length === 0) return
      const run = core.newRunId()
      const { environment } = page.getState()
      state.setState({ run: { run, done: 0, total: clusters.length } })
      const answer = await core.ask('clusters.readAwsAuth', { run, environment, clusters })
      await load()
      state.setState({ run: null })
      onRead()
      if (answer === undefined) return
      const { known } = state.getState()
      const read = clusters.filter((one) => known.get(one)?.read?.value.state === 'read').length
      const { total, cancelled } = answer
      core.say(cancelled ? text.awsAuth.cancelled(read, total) : text.awsAuth.done(read, total))
    },
    /** Stops reading; results so far are kept. */
    stop() {
      const { run } = state.getState()
      if (run !== null) void bridge.request('run.cancel', { run: run.run })
    },
    follow: () => follow([bridge.on('clusters.awsAuthRead', learn)]),
  }
}
