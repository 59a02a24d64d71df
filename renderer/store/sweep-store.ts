/** Searches for clusters as many identities at once: what was found, what is being searched, and what is ticked to be added. */
import { createStore } from 'zustand/vanilla'
import { mergedResults, nothingSwept, type Swept, withChanges } from '../../shared/identity/search-results'
import type { SignInOf } from '../../shared/identity/sign-in'
import type { Looker, Regions } from '../../shared/identity/sweep'
import type { Input } from '../../shared/ipc/contract'
import type { FoundCluster, SweepProgress, SweepsKnown } from '../../shared/ipc/payloads'
import { type Fault, fail, ok, type Result } from '../../shared/result'
import type { AddedAs } from '../pending/added-as'
import { typed } from '../pending/editing-state'
import { matrixOf, partsOfCell } from '../rows/sweep-matrix'
import { sweepsText as text } from '../text/sweep-texts'
import type { SearchChoice } from './arrangement'
import type { Core } from './core'
import { createList, newList } from './list-state'
import { paced } from './paced'
import { ownersIn } from './page-rows'
import { createPageReading } from './reading'
import { advance, isRunning, leave, running, runOf, stop } from './run'

/** Its cursor is a cell. */
const initial = () => ({
  ...newList({ words: '' }),
  /** Null until it was requested. */
  known: typed<SweepsKnown | null>(null),
  fault: typed<Fault | null>(null),
  /** What the search that runs found so far; null: none runs. */
  found: typed<Swept | null>(null),
  /** Cells to create contexts for. */
  ticked: typed<ReadonlySet<string>>(new Set()),
  /** Cluster data that contexts need, or why it is not available; only of requested clusters. */
  described: typed<ReadonlyMap<string, Result<FoundCluster>>>(new Map()),
  form: typed<AddedAs>({
    template: null,
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
export const hasPanel = ({ inspecting, known, found }: SweepsState): boolean =>
  inspecting &&
  known !== null &&
  (found !== null || known.swept.lookers.length + known.swept.problems.length > 0)

export type Sweeps = ReturnType<typeof createSweeps>

export function createSweeps(core: Core) {
  const { bridge } = core
  const state = createStore<SweepsState>(initial)
  /** Sign-ins during a search that had tried before them. */
  const signedInMeanwhile = new Set<SignInOf>()
  const reading = createPageReading(core, {
    pages: ['discover'],
    read: (environment) => bridge.request('sweep.load', { environment }),
    keep(known) {
      const { groups } = matrixOf({ ...known, awsAuths: new Map(), owners: ownersIn(core) })
      core.marks.add(groups.flatMap(({ lines }) => lines.map((line) => line.who)))
      state.setState({ known, fault: null })
    },
    refused: (fault) => state.setState({ fault }),
    forget() {
      stop(core, 'search')
      const run = runOf('search', core.state.getState())
      if (run !== undefined) leave(core, run.run)
      signedInMeanwhile.clear()
      state.setState({ found: null, known: null, ticked: new Set(), described: new Map(), added: new Map() })
    },
  })
  return {
    core,
    state,
    signedInMeanwhile,
    ...reading,
    ...createList(state),
    setForm: (change: Partial<AddedAs>) => state.setState(({ form }) => ({ form: { ...form, ...change } })),
  }
}

/** Follows main's events; returns the function that stops. */
export function followSweeps({ core, state, follow }: Sweeps) {
  const learn = paced((all: readonly SweepProgress[]) => {
    const own = all.filter(({ run }) => isRunning(core, run))
    const last = own.at(-1)
    if (last === undefined) return
    advance(core, { ...last, total: last.expected })
    state.setState(({ found }) => ({
      found: own.reduce((before, { changes }) => withChanges(before, changes), found ?? nothingSwept),
    }))
  })
  return follow([core.bridge.on('sweep.progress', learn)])
}

/** What was found, with what a running search found so far. */
export function swept({ state }: Sweeps): Swept {
  const { known, found } = state.getState()
  const before = known?.swept ?? nothingSwept
  return found === null ? before : mergedResults(before, found)
}

// Searching -------------------------------------------------------------------------------------------------------

/** The identities of the choice. */
export function wanted({ state }: Sweeps, { profiles, sessions, without }: SearchChoice) {
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

/** Searches as all identities of the choice, in these regions, or else in the regions that it names. */
export function search(sweeps: Sweeps, regions?: Regions): Promise<void> {
  const { looking } = sweeps.core.state.getState().view
  const chosen = { ...wanted(sweeps, looking), role: looking.role }
  return start(sweeps, { ...chosen, regions: regions ?? looking.regions })
}

/** The same for some identities, in some regions; no regions: those of the choice. */
export function searchAgain(sweeps: Sweeps, lookers: readonly Looker[], regions: readonly string[]) {
  const { looking } = sweeps.core.state.getState().view
  // These lookers contain the role to assume already.
  return start(sweeps, {
    lookers,
    sessions: [],
    role: null,
    regions: regions.length === 0 ? looking.regions : { kind: 'these', regions },
  })
}

type Search = Pick<Input<'sweep.start'>, 'lookers' | 'sessions' | 'role' | 'regions'>

async function start(sweeps: Sweeps, chosen: Search): Promise<void> {
  const { core, state, load, signedInMeanwhile } = sweeps
  const { state: page } = core
  if (runOf('search', page.getState()) !== undefined) return
  const { without } = page.getState().view.looking
  if (chosen.lookers.length + chosen.sessions.length === 0) return core.say(text.nobodyChosen)
  // AWS is asked again about clusters, too.
  state.setState({ found: nothingSwept, described: new Map() })
  const answer = await running(core, { kind: 'search' }, async (run) => {
    const request = { ...run, ...chosen, without: without.regions, access: true, aliases: true }
    const answer = await core.bridge.request('sweep.start', request)
    // The user chose another environment meanwhile: these results do not apply to it.
    if (!isRunning(core, run.run)) return null
    await load()
    state.setState({ found: null })
    return answer
  })
  if (answer == null) return
  const waiting = [...signedInMeanwhile]
  signedInMeanwhile.clear()
  for (const of of waiting) searchSignedIn(sweeps, of)
  for (const cell of state.getState().ticked) void fetchCluster(sweeps, partsOfCell(cell)[1])
  if (!answer.ok) core.notify(answer.fault)
  else if (answer.value.notKept !== null) core.notify(answer.value.notKept)
  else if (answer.value.cancelled) core.say(text.stopped)
}

/** After a sign-in: the identities that waited for it search again. */
export function searchSignedIn(sweeps: Sweeps, of: SignInOf): void {
  const { core, state, signedInMeanwhile } = sweeps
  const { known } = state.getState()
  if (runOf('search', core.state.getState()) !== undefined) {
    signedInMeanwhile.add(of)
    return
  }
  if (known === null) return
  const sessionOf = (profile: string | null) =>
    known.candidates.find(({ looker }) => looker.profile === profile)?.session ?? null
  const session = of.kind === 'session' ? of.name : sessionOf(of.name)
  const lookers = known.swept.lookers.flatMap(({ looker, state: is }) => {
    const own = looker.kind === 'sso' ? looker.session : sessionOf(looker.profile)
    const isOfIt = own === session || (of.kind === 'profile' && looker.profile === of.name)
    return is?.kind === 'sign-in-needed' && isOfIt ? [looker] : []
  })
  const failed = session !== null && known.swept.problems.some((one) => one.session === session)
  const { regions } = core.state.getState().view.looking
  if (lookers.length > 0 || failed)
    void start(sweeps, { lookers, sessions: failed ? [session] : [], role: null, regions })
}

// Adding what was found -------------------------------------------------------------------------------------------

/** Ticks a cell to create a context for, or no longer. */
export function tick(sweeps: Sweeps, cell: string, on: boolean): void {
  if (on) tickAll(sweeps, [cell])
  else sweeps.state.setState(({ ticked }) => ({ ticked: new Set([...ticked].filter((one) => one !== cell)) }))
}

/** Ticks many cells, and asks for each of their clusters once. */
export function tickAll(sweeps: Sweeps, cells: readonly string[]): void {
  sweeps.state.setState(({ ticked }) => ({ ticked: new Set([...ticked, ...cells]), inspecting: true }))
  for (const arn of new Set(cells.map((cell) => partsOfCell(cell)[1]))) void fetchCluster(sweeps, arn)
}

/** A cluster that was ticked, with its certificate. */
async function fetchCluster({ core, state }: Sweeps, arn: string): Promise<void> {
  const known = state.getState().described.get(arn)
  if (known?.ok) return
  const { environment } = core.state.getState()
  const answer = await core.bridge.request('sweep.describe', { environment, clusters: [arn] })
  const cluster = answer.ok ? answer.value.clusters.find((one) => one.arn === arn) : undefined
  const reason = answer.ok ? answer.value.problems.find((one) => one.arn === arn)?.fault : answer.fault
  if (core.state.getState().environment !== environment) return
  const result = cluster ? ok(cluster) : reason && fail(reason)
  if (result !== undefined)
    state.setState(({ described }) => ({ described: new Map(described).set(arn, result) }))
}

/** These contexts are pending now, by the cells that they were added from. */
export const noteAdded = ({ state }: Sweeps, names: ReadonlyMap<string, string>): void =>
  state.setState(({ added }) => ({ ticked: new Set(), added: new Map([...added, ...names]) }))
