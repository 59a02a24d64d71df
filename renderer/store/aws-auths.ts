/** aws-auth of the clusters, which is stored in them and not at AWS: what was read of it, and reading it for many. */
import { createStore } from 'zustand/vanilla'
import { type AwsAuthAt, notReadYet } from '../../shared/identity/aws-auth-answers'
import { typed } from '../pending/editing-state'
import { clustersText as text } from '../text/cluster-texts'
import type { Core } from './core'
import { createPageReading } from './reading'
import { advance, running } from './run'

const initial = () => ({
  /** By cluster id: of clusters that use aws-auth. */
  known: typed<ReadonlyMap<string, AwsAuthAt>>(new Map()),
})

export type AwsAuths = ReturnType<typeof createAwsAuths>

export function createAwsAuths(core: Core) {
  const { bridge } = core
  const state = createStore(initial)
  const reading = createPageReading(core, {
    pages: ['clusters', 'discover'],
    read: (environment) => bridge.request('clusters.awsAuth', { environment }),
    keep: (all) => state.setState({ known: new Map(all.map((one) => [one.cluster, one])) }),
    forget: () => state.setState({ known: new Map() }),
  })
  return { core, state, ...reading }
}

/** Those of these clusters whose aws-auth was not read yet. */
export const missingAwsAuths = ({ state }: AwsAuths, clusters: readonly string[]): readonly AwsAuthAt[] => {
  const { known } = state.getState()
  return notReadYet(clusters.flatMap((cluster) => known.get(cluster) ?? []))
}

/** Asks these clusters, with one token each, more where one is refused. */
export async function readAwsAuths(
  { core, state, load }: AwsAuths,
  wanted: readonly Pick<AwsAuthAt, 'cluster'>[],
): Promise<void> {
  const clusters = wanted.map(({ cluster }) => cluster)
  const answer = await running(core, { kind: 'aws-auth', waiting: new Set(clusters) }, async (run) => {
    const answer = await core.ask('clusters.readAwsAuth', { ...run, clusters })
    await load()
    return answer
  })
  if (answer === undefined) return
  const { known } = state.getState()
  const read = clusters.filter((one) => known.get(one)?.read?.value.state === 'read').length
  const { total, cancelled } = answer
  core.say(cancelled ? text.awsAuth.cancelled(read, total) : text.awsAuth.done(read, total))
}

/** Follows main's events; returns the function that stops. */
export const followAwsAuths = ({ core, state, follow }: AwsAuths) =>
  follow([
    core.bridge.on('clusters.awsAuthRead', (read) => {
      if (!advance(core, read)) return
      state.setState(({ known }) => ({ known: new Map(known).set(read.awsAuth.cluster, read.awsAuth) }))
    }),
  ])
