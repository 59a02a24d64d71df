/** Every cluster that is known: the list, what of it is shown, and asking AWS about some of them. */
import { createStore } from 'zustand/vanilla'
import type { ShownCluster } from '../../shared/identity/known-clusters'
import type { MayDoBy, MayDoThere } from '../../shared/identity/may-do'
import type { WhoMayEnter } from '../../shared/identity/who-may-enter'
import type { ClusterAsked, ClusterEntered } from '../../shared/ipc/payloads'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'
import { typed } from '../pending/state'
import { type ClusterFilter, clusterLines, fittingClusters } from '../rows/clusters'
import { whoKnown, whoPrincipal } from '../rows/who'
import { clustersText as text } from '../text/clusters'
import type { Core } from './core'
import { createList, newList, onlyThese } from './list'
import { paced } from './paced'
import { createPageReading, isNamedAnew } from './reading'

/** One call of clusters.ask. */
export interface AskingRun {
  readonly run: string
  /** Those without a result so far. */
  readonly waiting: ReadonlySet<string>
  readonly done: number
  readonly total: number
}

/** One call of clusters.enter. */
export interface EnteringRun extends AskingRun {
  readonly cluster: string
}

const everything: ClusterFilter = { words: '', mark: null }

const initial = () => ({
  ...newList(everything),
  /** Null until they were requested. */
  all: typed<readonly ShownCluster[] | null>(null),
  fault: typed<Fault | null>(null),
  asking: typed<AskingRun | null>(null),
  /** Who may enter, by cluster: of those that the user opened. */
  access: typed<ReadonlyMap<string, WhoMayEnter>>(new Map()),
  /** The cluster whose access is being read. `total`: the number of access entries, once known. */
  reading: typed<(Omit<EnteringRun, 'waiting' | 'total'> & { readonly total: number | null }) | null>(null),
  /** Why the last reading failed, by cluster. */
  notRead: typed<ReadonlyMap<string, Fault>>(new Map()),
  entering: typed<EnteringRun | null>(null),
  /** The last answer about what an identity may do there, by cluster. */
  mayDo: typed<ReadonlyMap<string, MayDoThere>>(new Map()),
  /** The cluster that is being asked. */
  askingMayDo: typed<Pick<EnteringRun, 'run' | 'cluster'> | null>(null),
})
export type ClustersState = Readonly<ReturnType<typeof initial>>

/**
 * The list with the reported rows merged in. They are keyed by the ids that they had, in the order of arrival. Two rows that turn
 * out to be one cluster become one row, as in the later answer, which knows the contexts of both.
 */
function withTold(all: readonly ShownCluster[], told: ReadonlyMap<string, ShownCluster>) {
  const last = new Map([...told.values()].map((cluster) => [cluster.id, cluster]))
  const rows = new Map<string, ShownCluster>()
  for (const one of all) {
    const { id } = told.get(one.id) ?? one
    if (!rows.has(id)) rows.set(id, last.get(id) ?? one)
  }
  return [...rows.values()]
}

export function createClusters(core: Core) {
  const { bridge, state: page } = core
  const state = createStore<ClustersState>(initial)
  /** Results of the current run: main stores them when the run ends, and the list may be read before that. */
  const learnt = new Map<string, ShownCluster>()

  /** An identity that enters has the same mark here as everywhere. */
  const mark = (clusters: readonly ShownCluster[]) =>
    core.marks.add(clusters.flatMap(({ enters }) => enters.map((one) => whoKnown(one, core.owners()))))

  const { load, changed, follow } = createPageReading(core, {
    pages: ['clusters'],
    read: (environment) => bridge.request('clusters.load', { environment }),
    keep({ clusters }) {
      const all = withTold(clusters, learnt)
      mark(all)
      state.setState({ all, fault: null })
      page.setState(({ counts }) => ({ counts: { ...counts, clusters: all.length } }))
    },
    refused: (fault) => state.setState({ fault }),
    forget: () => state.setState({ all: null, access: new Map(), notRead: new Map(), mayDo: new Map() }),
    outdates: isNamedAnew,
    onChanged: () => void loadLookedAt(),
  })

  /** Reads who may enter the open cluster; others are read once they are opened. */
  async function loadLookedAt(): Promise<void> {
    const { inspecting, cursor, access } = state.getState()
    if (inspecting && cursor !== null && access.has(cursor)) await loadAccess(cursor)
  }

  /** Identities that are named there have the same mark as everywhere. */
  function keepAccess(read: WhoMayEnter): void {
    const named = read.rows.flatMap(({ principal }) => (principal && whoPrincipal(principal)) || [])
    core.marks.add([...read.mine.map(({ who }) => whoKnown(who, core.owners())), ...named])
    state.setState(({ access }) => ({ access: new Map(access).set(read.cluster, read) }))
  }

  /** Reads what is known of who may enter a cluster; sends no request outside Ekscope. */
  async function loadAccess(cluster: string): Promise<void> {
    const { environment } = page.getState()
    const answer = await bridge.request('clusters.access', { environment, cluster })
    if (page.getState().environment !== environment) return
    if (!answer.ok) core.notify(answer.fault)
    else if (answer.value !== null) keepAccess(answer.value)
  }

  function learnSeen({ run, cluster, seen, done, total }: ClusterEntered): void {
    state.setState(({ entering, access }) => {
      if (entering?.run !== run) return {}
      const waiting = new Set(entering.waiting)
      waiting.delete(seen.identity)
      const read = access.get(cluster)
      const others = read?.seen.filter(({ identity }) => identity !== seen.identity) ?? []
      return {
        entering: { run, cluster, waiting, done, total },
        ...(read === undefined
          ? {}
          : { access: new Map(access).set(cluster, { ...read, seen: [...others, seen] }) }),
      }
    })
  }

  const show = paced((told: readonly ClusterAsked[]) => {
    const run = state.getState().asking?.run
    const own = told.filter((one) => one.run === run)
    const last = own.at(-1)
    if (run === undefined || last === undefined) return
    const { done, total } = last
    const now = new Map(own.map(({ was, cluster }) => [was, cluster]))
    mark([...now.values()])
    state.setState(({ asking, all, cursor }) => {
      const waiting = new Set(asking?.waiting)
      for (const was of now.keys()) waiting.delete(was)
      return {
        asking: { run, waiting, done, total },
        all: all && withTold(all, now),
        cursor: now.get(cursor ?? '')?.id ?? cursor,
      }
    })
  })
  function learn(told: ClusterAsked): void {
    if (state.getState().asking?.run !== told.run) return
    learnt.set(told.was, told.cluster)
    show(told)
  }

  return {
    state,
    /** Reads the list again from main; sends no request outside Ekscope. */
    load,
    /** The same if the page is shown, else once it is. */
    changed,
    /** The clusters that match the filter. */
    fitting() {
      const { all, filter } = state.getState()
      return all === null ? [] : fittingClusters(all, filter, core.clock())
    },
    /** Asks AWS about these, and each endpoint whether it answers. */
    async ask(ids: readonly string[]) {
      if (state.getState().asking !== null || ids.length === 0) return
      const run = core.newRunId()
      const { environment } = page.getState()
      state.setState({ asking: { run, waiting: new Set(ids), done: 0, total: ids.length } })
      const answer = await core.ask('clusters.ask', { run, environment, clusters: ids })
      // Main has stored the results, and may have merged two rows into one.
      learnt.clear()
      // The authentication mode from AWS decides which lists count, and with them who enters and how to let an identity in.
      await Promise.all([load(), loadLookedAt()])
      // The last result may come after the answer. Left here, it would hide whatever becomes known of that cluster later.
      learnt.clear()
      state.setState({ asking: null })
      if (answer === undefined) return
      const { done, total, cancelled } = answer
      core.say(cancelled ? text.ask.cancelled(done, total) : text.ask.done(done))
    },
    stopAsking() {
      const { asking } = state.getState()
      if (asking !== null) void bridge.request('run.cancel', { run: asking.run })
    },
    loadAccess,
    /** Asks AWS who may enter, and the cluster with one token of that context; null: AWS alone. */
    async readAccess(cluster: string, context: EntryId | null) {
      if (state.getState().reading !== null) return
      const run = core.newRunId()
      const { environment } = page.getState()
      state.setState({ reading: { run, cluster, done: 0, total: null } })
      const answer = await bridge.request('clusters.readAccess', { run, environment, cluster, context })
      const notRead = new Map(state.getState().notRead)
      if (answer.ok) {
        keepAccess(answer.value)
        notRead.delete(cluster)
      } else if (answer.fault.code !== 'cancelled') notRead.set(cluster, answer.fault)
      state.setState({ reading: null, notRead })
      // The list shows the identities that entries name, too.
      void load()
    },
    /** Asks the cluster which identity it sees, as each of these. */
    async enter(cluster: string, identities: readonly string[]) {
      if (state.getState().entering !== null || identities.length === 0) return
      const run = core.newRunId()
      const { environment } = page.getState()
      const total = identities.length
      state.setState({ entering: { run, cluster, waiting: new Set(identities), done: 0, total } })
      const answer = await core.ask('clusters.enter', { run, environment, cluster, identities })
      // Identities that were proven on the way may be named there.
      await loadAccess(cluster)
      state.setState({ entering: null })
      if (answer === undefined) return
      const { done, cancelled } = answer
      core.say(cancelled ? text.enter.cancelled(done, total) : text.enter.done(done))
    },
    /** Asks the cluster what a context or one of the user's identities may do in a namespace: takes one token. */
    async askMayDo(cluster: string, by: MayDoBy, namespace: string) {
      if (state.getState().askingMayDo !== null) return
      const run = core.newRunId()
      const { environment } = page.getState()
      state.setState({ askingMayDo: { run, cluster } })
      const answer = await bridge.request('clusters.mayDo', { run, environment, cluster, by, namespace })
      state.setState({ askingMayDo: null })
      if (page.getState().environment !== environment) return
      if (!answer.ok) return core.notify(answer.fault)
      state.setState(({ mayDo }) => ({ mayDo: new Map(mayDo).set(cluster, answer.value) }))
      // The identity that it saw may be new.
      await loadAccess(cluster)
    },
    /** Stops reading, entering or asking; results so far are kept. */
    stopAccess() {
      const { reading, entering, askingMayDo } = state.getState()
      for (const run of [reading?.run, entering?.run, askingMayDo?.run])
        if (run !== undefined) void bridge.request('run.cancel', { run })
    },
    ...createList(state, () => {
      const { all, filter, closed } = state.getState()
      const lines = all === null ? [] : clusterLines(all, filter, closed, core.clock())
      return lines.find(({ line }) => line === 'item')?.id ?? null
    }),
    /** Shows the contexts of one in the list of contexts. */
    showContexts: ({ name, contexts }: ShownCluster) =>
      page.setState(onlyThese(text.onlyTitle(name ?? ''), contexts)),
    follow: () =>
      follow([
        bridge.on('clusters.asked', learn),
        bridge.on('clusters.reading', ({ run, done, total }) =>
          state.setState(({ reading }) =>
            reading?.run === run ? { reading: { ...reading, done, total } } : {},
          ),
        ),
        bridge.on('clusters.entered', learnSeen),
      ]),
  }
}
