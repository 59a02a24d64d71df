/** Runs: work of main that takes long, is listed with how far it is, and ends when it is done or the page ends it. */
import type { OfRun } from '../../shared/ipc/payloads'
import type { Run, RunKind, State } from './app-state'
import type { Core } from './core'

type Page = Pick<Core, 'state'>
const none: ReadonlySet<string> = new Set()

/** The run of a kind; undefined: none is under way. */
export const runOf = (kind: RunKind, { runs }: Pick<State, 'runs'>): Run | undefined =>
  runs.find((run) => run.kind === kind)

/** Whether the last run of a kind has ended between two states. */
export const areEnded = (kind: RunKind, now: State, before: State): boolean =>
  now.runs !== before.runs && runOf(kind, now) === undefined && runOf(kind, before) !== undefined

export const isRunning = ({ state }: Page, run: string): boolean =>
  state.getState().runs.some((one) => one.run === run)

/** What is known of a run when it starts. */
type Starting = Pick<Run, 'kind'> & Partial<Pick<Run, 'environment' | 'cluster' | 'waiting' | 'total'>>

/**
 * Does the work, and lists it as a run meanwhile. Undefined: there is nothing to do it for, or a run of that kind is under way; of
 * checks there may be several.
 */
export async function running<T>(
  { state, newRunId }: Pick<Core, 'state' | 'newRunId'>,
  starting: Starting,
  work: (named: Pick<Run, 'run' | 'environment'>) => Promise<T>,
): Promise<T | undefined> {
  const { kind, waiting = none } = starting
  if (starting.waiting?.size === 0 || (kind !== 'check' && runOf(kind, state.getState()))) return undefined
  const { environment } = { ...state.getState(), ...starting }
  const run = newRunId()
  const all = {
    run,
    environment,
    cluster: null,
    waiting,
    begun: none,
    asking: none,
    done: 0,
    total: waiting.size,
  }
  state.setState(({ runs }) => ({ runs: [...runs, { ...all, ...starting }] }))
  const answer = await work({ run, environment })
  leave({ state }, run)
  return answer
}

/** Lists a run no more: its later events are dropped. */
export const leave = ({ state }: Page, run: string): void =>
  state.setState(({ runs, listVersion }) => ({
    runs: runs.filter((one) => one.run !== run),
    // Rows kept their places while they were checked: they are sorted once, by all results.
    listVersion: listVersion + (runs.some((one) => one.run === run && one.kind === 'check') ? 1 : 0),
  }))

/** How far a run is by now; `ids`: those that have their result. Answers whether it is still listed. */
export function advance(page: Page, { run, done, total }: OfRun, ids: readonly string[] = []): boolean {
  const gone = new Set(ids)
  change(page, run, ({ waiting }) => ({
    done,
    total,
    waiting: gone.size === 0 ? waiting : new Set([...waiting].filter((id) => !gone.has(id))),
  }))
  return isRunning(page, run)
}

/** Those of a run that wait for the user's answer, and no others. */
export const ask = (page: Page, run: string, asking: ReadonlySet<string>): void =>
  change(page, run, () => ({ asking }))

/** The work on one of those that it is about has begun. */
export const begin = (page: Page, run: string, id: string): void =>
  change(page, run, ({ begun }) => ({ begun: new Set(begun).add(id) }))

const change = ({ state }: Page, run: string, changed: (before: Run) => Partial<Run>): void =>
  state.setState(({ runs }) => ({
    runs: runs.map((one) => (one.run === run ? { ...one, ...changed(one) } : one)),
  }))

/** Ends the runs of these kinds; they keep their results so far. */
export function stop({ state, bridge }: Pick<Core, 'state' | 'bridge'>, ...kinds: readonly RunKind[]): void {
  for (const { run, kind } of state.getState().runs)
    if (kinds.includes(kind)) void bridge.request('run.cancel', { run })
}
