/** Searches for clusters as many identities at once: what was found, what is being searched, and what is ticked to be added. */
import { createStore } from 'zustand/vanilla'
import type { Permitted } from '../../shared/edits/obstacle'
import type { SignInOf } from '../../shared/identity/sign-in'
import type { Looker, Regions } from '../../shared/identity/sweep'
import { meanwhile, nothingSwept, type Swept, withChanges } from '../../shared/identity/swept'
import type { FoundCluster, SweepProgress, SweepsKnown } from '../../shared/ipc/payloads'
import { type Fault, fail, ok, type Result } from '../../shared/result'
import type { AddedAs } from '../pending/added-as'
import { typed } from '../pending/state'
import type { Edits } from '../pending/store'
import { type MissingProfile, matrixOf, partsOfCell } from '../rows/sweeps'
import { sweepsText as text } from '../text/sweeps'
import type { Core } from './core'
import { createList, newList } from './list'
import { paced } from './paced'
import { createPageReading } from './reading'
import type { Looking } from './view'

/** A sweep that runs. */
export interface SweepRun {
  readonly run: string
  readonly done: number
  readonly expected: number
  readonly found: Swept
}

/** Its cursor is a cell. */
const initial = () => ({
  ...newList({ words: '' }, true),
  /** Null until it was requested. */
  known: typed<SweepsKnown | null>(null),
  fault: typed<Fault | null>(null),
  run: typed<SweepRun | null>(null),
  /** Cells to create contexts for. */
  ticked: typed<ReadonlySet<string>>(new Set()),
  /** Cluster data that contexts need, or why it is not available; only of requested clusters. */
  described: typed<ReadonlyMap<string, Result<FoundCluster>>>(new Map()),
  form: typed<AddedAs>({
    template: '{cluster}-{role|lower}',
    pin: 'arg',
    namespace: '',
    proxyUrl: '',
    file: '',
  }),
  /** Cells that were added and are pending, by the name of the context. */
  added: typed<ReadonlyMap<string, string>>(new Map()),
})
export type SweepsState = Readonly<ReturnType<typeof initial>>

/** The matrix has no panel before the first search. */
export const hasPanel = ({ inspecting, known, run }: SweepsState): boolean =>
  inspecting &&
  known !== null &&
  (run !== null || known.swept.lookers.length + known.swept.problems.length > 0)

export function createSweeps(core: Core, writing: Pick<Edits, 'writeAs'>) {
  const { bridge, state: page } = core
  const state = createStore<SweepsState>(initial)
  const { load, changed, follow } = createPageReading(core, {
    pages: ['discover'],
    read: (environment) => bridge.request('sweep.load', { environment }),
    keep(known) {
      const { groups } = matrixOf({ ...known, awsAuths: new Map(), owners: core.owners() })
      core.marks.add(groups.flatMap(({ lines }) => lines.map((line) => line.who)))
      state.setState({ known, fault: null })
    },
    refused: (fault) => state.setState({ fault }),
    forget() {
      const { run } = state.getState()
      if (run !== null) void bridge.request('run.cancel', { run: run.run })
      signedInMeanwhile.clear()
      state.setState({ run: null, known: null, ticked: new Set(), described: new Map(), added: new Map() })
    },
  })

  const learn = paced((all: readonly SweepProgress[]) => {
    state.setState(({ run }) => {
      const own = all.filter((one) => one.run === run?.run)
      const last = own.at(-1)
      if (run === null || last === undefined) return {}
      const found = own.reduce((before, { changes }) => withChanges(before, changes), run.found)
      return { run: { ...run, done: last.done, expected: last.expected, found } }
    })
  })

  /** The identities of the choice. */
  function wanted({ profiles, sessions, without }: Looking) {
    const { known } = state.getState()
    const left = new Set(without.profiles)
    const all =
      known?.candidates.flatMap(({ looker }) => (left.has(looker.profile ?? '') ? [] : [looker])) ?? []
    return {
      lookers: profiles === null ? all : all.filter(({ profile }) => profiles.includes(profile ?? '')),
      sessions:
        sessions === null ? (known?.sessions ?? []) : sessions.filter((one) => known?.sessions.includes(one)),
    }
  }

  async function start(
    lookers: readonly Looker[],
    sessions: readonly string[],
    role: string | null,
    regions: Regions,
  ): Promise<void> {
    if (state.getState().run !== null) return
    const { without } = page.getState().view.looking
    if (lookers.length + sessions.length === 0) return core.say(text.nobodyChosen)
    const run = core.newRunId()
    const { environment } = page.getState()
    state.setState({
      run: { run, done: 0, expected: 0, found: nothingSwept },
      // AWS is asked again about clusters, too.
      described: new Map(),
    })
    const answer = await bridge.request('sweep.start', {
      run,
      environment,
      lookers,
      sessions,
      role,
      regions,
      without: without.regions,
      access: true,
      aliases: true,
    })
    // The user chose another environment meanwhile: these results do not apply to it.
    if (state.getState().run?.run !== run) return
    await load()
    state.setState({ run: null })
    const waiting = [...signedInMeanwhile]
    signedInMeanwhile.clear()
    for (const of of waiting) signedIn(of)
    for (const cell of state.getState().ticked) void fetchCluster(partsOfCell(cell)[1])
    if (!answer.ok) core.notify(answer.fault)
    else if (answer.value.notKept !== null) core.notify(answer.value.notKept)
    else if (answer.value.cancelled) core.say(text.stopped)
  }

  /** Sign-ins during a sweep that had tried before them. */
  const signedInMeanwhile = new Set<SignInOf>()
  /** A sign-in: the identities that waited for it search again. */
  function signedIn(of: SignInOf): void {
    const { known, run } = state.getState()
    if (run !== null) signedInMeanwhile.add(of)
    if (run !== null || known === null) return
    const sessionOf = (profile: string | null) =>
      known.candidates.find(({ looker }) => looker.profile === profile)?.session ?? null
    const session = of.kind === 'session' ? of.name : sessionOf(of.name)
    const waiting = known.swept.lookers.flatMap(({ looker, state: is }) => {
      const own = looker.kind === 'sso' ? looker.session : sessionOf(looker.profile)
      const isOfIt = own === session || (of.kind === 'profile' && looker.profile === of.name)
      return is?.kind === 'sign-in-needed' && isOfIt ? [looker] : []
    })
    const failed = session !== null && known.swept.problems.some((one) => one.session === session)
    if (waiting.length > 0 || failed)
      void start(waiting, failed ? [session] : [], null, page.getState().view.looking.regions)
  }

  /** A cluster that was ticked, with its certificate. */
  async function fetchCluster(arn: string): Promise<void> {
    const known = state.getState().described.get(arn)
    if (known?.ok) return
    const { environment } = page.getState()
    const answer = await bridge.request('sweep.describe', { environment, clusters: [arn] })
    const cluster = answer.ok ? answer.value.clusters.find((one) => one.arn === arn) : undefined
    const reason = answer.ok ? answer.value.problems.find((one) => one.arn === arn)?.fault : answer.fault
    if (page.getState().environment !== environment) return
    const result = cluster ? ok(cluster) : reason && fail(reason)
    if (result !== undefined)
      state.setState(({ described }) => ({ described: new Map(described).set(arn, result) }))
  }

  /** Searches as all identities of the choice, in these regions, or else in the regions that it names. */
  function look({ looking } = page.getState().view, regions = looking.regions): Promise<void> {
    const { lookers, sessions } = wanted(looking)
    return start(lookers, sessions, looking.role, regions)
  }

  return {
    state,
    /** Reads what is known again. */
    load,
    /** The same if the page is shown, else once it is. */
    changed,
    /** What was found, with what a running sweep found so far. */
    swept(): Swept {
      const { known, run } = state.getState()
      const before = known?.swept ?? nothingSwept
      return run === null ? before : meanwhile(before, run.found)
    },
    wanted,
    /** Searches by the choice. */
    look: () => look(),
    /** The same for some identities, in some regions; no regions: those of the choice. */
    lookAgain(lookers: readonly Looker[], regions: readonly string[]) {
      const { looking } = page.getState().view
      // These lookers contain the role to assume already.
      return start(lookers, [], null, regions.length === 0 ? looking.regions : { kind: 'these', regions })
    },
    lookIn: (regions: readonly string[]) => look(page.getState().view, { kind: 'these', regions }),
    stop() {
      const { run } = state.getState()
      if (run !== null) void bridge.request('run.cancel', { run: run.run })
    },
    signedIn,
    ...createList(state),
    tick(cell: string, on: boolean) {
      state.setState(({ ticked }) => {
        const next = new Set(ticked)
        if (on) next.add(cell)
        else next.delete(cell)
        return { ticked: next, ...(on ? { inspecting: true } : {}) }
      })
      if (on) void fetchCluster(partsOfCell(cell)[1])
    },
    setForm: (change: Partial<AddedAs>) => state.setState(({ form }) => ({ form: { ...form, ...change } })),
    /** Writes these, as they were shown. */
    async writeProfiles(profiles: readonly MissingProfile[], shown: string, permitted: Permitted) {
      const { environment } = page.getState()
      const answer = await writing.writeAs((run) =>
        bridge.request('sweep.writeProfiles', { run, environment, profiles, shown, ...permitted }),
      )
      if (!answer.ok || answer.value.kind === 'obstructed') return answer
      if (answer.value.kind === 'written') core.say(text.profiles.done(profiles.map(({ name }) => name)))
      await load()
      return answer
    },
    /** These are pending now. */
    addedAs: (names: ReadonlyMap<string, string>) =>
      state.setState(({ added }) => ({ ticked: new Set(), added: new Map([...added, ...names]) })),
    follow: () => follow([bridge.on('sweep.progress', learn)]),
  }
}
