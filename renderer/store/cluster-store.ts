/** Every cluster that is known: the list, what of it is shown, and asking AWS about some of them. */
import { createStore } from 'zustand/vanilla'
import type { ShownCluster } from '../../shared/identity/known-clusters'
import type { MayDoBy, MayDoThere } from '../../shared/identity/may-do'
import { whoKnown, whoPrincipal } from '../../shared/identity/named-identity'
import type { WhoMayEnter } from '../../shared/identity/who-may-enter'
import type { ClusterAsked, ClusterEntered } from '../../shared/ipc/payloads'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'
import { typed } from '../pending/editing-state'
import { type ClusterFilter, clusterLines, fittingClusters } from '../rows/cluster-rows'
import { clustersText as text } from '../text/cluster-texts'
import type { Core } from './core'
import { createList, newList, onlyThese } from './list-state'
import { paced } from './paced'
import { ownersIn } from './page-rows'
import { createPageReading, isNamedAnew } from './reading'
import { advance, isRunning, running } from './run'

const everything: ClusterFilter = { words: '', mark: null }

const initial = () => ({
  ...newList(everything),
  /** Null until they were requested. */
  all: typed<readonly ShownCluster[] | null>(null),
  fault: typed<Fault | null>(null),
  /** Who may enter, by cluster: of those that the user opened. */
  access: typed<ReadonlyMap<string, WhoMayEnter>>(new Map()),
  /** Why the last reading failed, by cluster. */
  notRead: typed<ReadonlyMap<string, Fault>>(new Map()),
  /** The last answer about what an identity may do there, by cluster. */
  mayDo: typed<ReadonlyMap<string, MayDoThere>>(new Map()),
})
export type ClustersState = Readonly<ReturnType<typeof initial>>

export type Clusters = ReturnType<typeof createClusters>

/**
 * The list with the reported rows merged in. They are keyed by the ids that they had, in the order of arrival. Two rows that turn
 * out to be one cluster become one row, as in the later answer, which knows the contexts of both.
 */
function withReported(all: readonly ShownCluster[], reported: ReadonlyMap<string, ShownCluster>) {
  const last = new Map([...reported.values()].map((cluster) => [cluster.id, cluster]))
  const rows = new Map<string, ShownCluster>()
  for (const one of all) {
    const { id } = reported.get(one.id) ?? one
    if (!rows.has(id)) rows.set(id, last.get(id) ?? one)
  }
  return [...rows.values()]
}

/** An identity that enters has the same mark here as everywhere. */
const mark = (core: Core, clusters: readonly ShownCluster[]) =>
  core.marks.add(clusters.flatMap(({ enters }) => enters.map((one) => whoKnown(one, ownersIn(core)))))

export function createClusters(core: Core) {
  const { bridge, state: page } = core
  const state = createStore<ClustersState>(initial)
  /** Results of the current run: main stores them when the run ends, and the list may be read before that. */
  const learnt = new Map<string, ShownCluster>()
  const reading = createPageReading(core, {
    pages: ['clusters'],
    read: (environment) => bridge.request('clusters.load', { environment }),
    keep({ clusters }) {
      const all = withReported(clusters, learnt)
      mark(core, all)
      state.setState({ all, fault: null })
      page.setState(({ counts }) => ({ counts: { ...counts, clusters: all.length } }))
    },
    refused: (fault) => state.setState({ fault }),
    forget: () => state.setState({ all: null, access: new Map(), notRead: new Map(), mayDo: new Map() }),
    outdates: isNamedAnew,
    onChanged: () => void loadLookedAt(clusters),
  })
  const list = createList(state, () => {
    const { all, filter, closed } = state.getState()
    const lines = all === null ? [] : clusterLines(all, filter, closed, core.clock())
    return lines.find(({ line }) => line === 'item')?.id ?? null
  })
  const clusters = { core, state, learnt, ...reading, ...list }
  return clusters
}

/** Follows main's events; returns the function that stops. */
export function followClusters(clusters: Clusters) {
  const { core, learnt, follow } = clusters
  const show = paced((asked: readonly ClusterAsked[]) => showAsked(clusters, asked))
  return follow([
    core.bridge.on('clusters.asked', (asked) => {
      if (!isRunning(core, asked.run)) return
      learnt.set(asked.was, asked.cluster)
      show(asked)
    }),
    core.bridge.on('clusters.reading', (far) => advance(core, far)),
    core.bridge.on('clusters.entered', (entered) => showEntered(clusters, entered)),
  ])
}

/** The ids of the clusters that match the filter. */
export function matchingClusters({ core, state }: Clusters): readonly string[] {
  const { all, filter } = state.getState()
  return fittingClusters(all ?? [], filter, core.clock()).map(({ id }) => id)
}

/** Runs about the open cluster, which end together. */
export const aboutOne = ['access', 'enter', 'may-do'] as const

/** Shows the contexts of one in the list of contexts. */
export const showContextsOf = ({ core }: Clusters, { name, contexts }: ShownCluster): void =>
  core.state.setState(onlyThese(text.onlyTitle(name ?? ''), contexts))

// Asking AWS ------------------------------------------------------------------------------------------------------

/** Asks AWS about these, and each endpoint whether it answers. */
export async function askAws(clusters: Clusters, ids: readonly string[]): Promise<void> {
  const { core, learnt, load } = clusters
  const answer = await running(core, { kind: 'ask', waiting: new Set(ids) }, async (run) => {
    const answer = await core.ask('clusters.ask', { ...run, clusters: ids })
    // Main has stored the results, and may have merged two rows into one.
    learnt.clear()
    // The authentication mode from AWS decides which lists count, and with them who enters and how to let an identity in.
    await Promise.all([load(), loadLookedAt(clusters)])
    // The last result may come after the answer. Left here, it would hide all that becomes known of that cluster later.
    learnt.clear()
    return answer
  })
  if (answer === undefined) return
  const { done, total, cancelled } = answer
  core.say(cancelled ? text.ask.cancelled(done, total) : text.ask.done(done))
}

function showAsked({ core, state }: Clusters, asked: readonly ClusterAsked[]): void {
  const own = asked.filter(({ run }) => isRunning(core, run))
  const last = own.at(-1)
  if (last === undefined) return
  const now = new Map(own.map(({ was, cluster }) => [was, cluster]))
  mark(core, [...now.values()])
  advance(core, last, [...now.keys()])
  state.setState(({ all, cursor }) => ({
    all: all && withReported(all, now),
    cursor: now.get(cursor ?? '')?.id ?? cursor,
  }))
}

// Who may enter ---------------------------------------------------------------------------------------------------

/** Reads who may enter the open cluster; others are read once they are opened. */
async function loadLookedAt(clusters: Clusters): Promise<void> {
  const { inspecting, cursor, access } = clusters.state.getState()
  if (inspecting && cursor !== null && access.has(cursor)) await loadAccess(clusters, cursor)
}

/** Reads what is known of who may enter a cluster; sends no request outside Ekscope. */
export async function loadAccess(clusters: Clusters, cluster: string): Promise<void> {
  const { bridge, state: page, notify } = clusters.core
  const { environment } = page.getState()
  const answer = await bridge.request('clusters.access', { environment, cluster })
  if (page.getState().environment !== environment) return
  if (!answer.ok) notify(answer.fault)
  else if (answer.value !== null) keepAccess(clusters, answer.value)
}

/** Identities that are named there have the same mark as everywhere. */
function keepAccess({ core, state }: Clusters, read: WhoMayEnter): void {
  const named = read.rows.flatMap(({ principal }) => (principal && whoPrincipal(principal)) || [])
  core.marks.add([...read.mine.map(({ who }) => whoKnown(who, ownersIn(core))), ...named])
  state.setState(({ access }) => ({ access: new Map(access).set(read.cluster, read) }))
}

/** Asks AWS who may enter, and the cluster with one token of that context; null: AWS alone. */
export async function readAccess(clusters: Clusters, cluster: string, context: EntryId | null) {
  const { core, state, load } = clusters
  await running(core, { kind: 'access', cluster }, async (run) => {
    const answer = await core.bridge.request('clusters.readAccess', { ...run, cluster, context })
    const notRead = new Map(state.getState().notRead)
    if (answer.ok) {
      keepAccess(clusters, answer.value)
      notRead.delete(cluster)
    } else if (answer.fault.code !== 'cancelled') notRead.set(cluster, answer.fault)
    state.setState({ notRead })
  })
  // The list shows the identities that entries name, too.
  void load()
}

/** Asks the cluster which identity it sees, as each of these. */
export async function enterAs(clusters: Clusters, cluster: string, identities: readonly string[]) {
  const { core } = clusters
  const answer = await running(
    core,
    { kind: 'enter', cluster, waiting: new Set(identities) },
    async (run) => {
      const answer = await core.ask('clusters.enter', { ...run, cluster, identities })
      // Identities that were proven on the way may be named there.
      await loadAccess(clusters, cluster)
      return answer
    },
  )
  if (answer === undefined) return
  const { done, cancelled } = answer
  core.say(cancelled ? text.enter.cancelled(done, identities.length) : text.enter.done(done))
}

function showEntered({ core, state }: Clusters, entered: ClusterEntered): void {
  const { cluster, seen } = entered
  if (!advance(core, entered, [seen.identity])) return
  state.setState(({ access }) => {
    const read = access.get(cluster)
    if (read === undefined) return {}
    const others = read.seen.filter(({ identity }) => identity !== seen.identity)
    return { access: new Map(access).set(cluster, { ...read, seen: [...others, seen] }) }
  })
}

/** Asks the cluster what a context or one of the user's identities may do in a namespace: takes one token. */
export async function askMayDo(clusters: Clusters, cluster: string, by: MayDoBy, namespace: string) {
  const { core, state } = clusters
  const { state: page } = core
  const { environment } = page.getState()
  const answer = await running(core, { kind: 'may-do', cluster }, (run) =>
    core.bridge.request('clusters.mayDo', { ...run, cluster, by, namespace }),
  )
  if (answer === undefined || page.getState().environment !== environment) return
  if (!answer.ok) return core.notify(answer.fault)
  state.setState(({ mayDo }) => ({ mayDo: new Map(mayDo).set(cluster, answer.value) }))
  // The identity that it saw may be new.
  await loadAccess(clusters, cluster)
}
