/**
 * The page's state, and what the functions over it share. No React: components read `state` and `rows` and call intents.
 * Everything from main comes through the bridge that is passed in here.
 */
import { createStore } from 'zustand/vanilla'
import { createMarks } from '../../shared/identity/colours'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { Bridge } from '../../shared/ipc/contract'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import type { EditedInputs } from '../pending/edited-rows'
import { typed } from '../pending/editing-state'
import type { Ask } from '../pending/edits-host'
import type { ShownEdits } from '../pending/overlay'
import type { FileRow, Live, Row, RowInputs } from '../rows/rows'
import { initialState, type State } from './app-state'
import { createKeyed } from './keyed'
import { createNotices } from './notices'

const byEnvironment = <V>(): Map<EnvironmentName, Map<EntryId, V>> =>
  new Map([
    ['login-shell', new Map()],
    ['app', new Map()],
    ['clean', new Map()],
  ])

const idOf = ({ id }: Row): EntryId => id

/** What the parts of the store share; components see only `Model`. */
export interface Core extends ReturnType<typeof createCore> {}

export function createCore(bridge: Bridge, clock: () => number, newRunId: () => string) {
  const state = createStore<State>(() => initialState(clock()))
  const notices = createNotices(state, clock)
  const ask: Ask = async (name, ...input) => {
    const answer = await bridge.request(name, ...input)
    if (answer.ok) return answer.value
    notices.notify(answer.fault)
    return undefined
  }
  return {
    ...notices,
    bridge,
    clock,
    newRunId,
    state,
    ask,
    rows: createKeyed<Row>(idOf),
    /** The rows without pending edits. */
    fileRows: createKeyed<FileRow>(idOf),
    marks: createMarks(),
    /** By environment and context. */
    checks: byEnvironment<Check>(),
    /** Steps of running checks, by environment and context. */
    running: byEnvironment<Live>(),
    from: typed<RowInputs | null>(null),
    /** The inputs of `from`. */
    madeOf: typed<readonly unknown[]>([]),
    shownEdits: typed<ShownEdits | null>(null),
    edited: typed<EditedInputs | null>(null),
    /** Ids of the same entry before and after a rename or a move. */
    names: new Map<EntryId, EntryId>(),
    /** Ids some of which are exchanged, to be followed once the files differ from these. */
    exchange: typed<{
      readonly ids: ReadonlyMap<EntryId, EntryId>
      readonly of: Snapshot | null
    } | null>(null),
    settling: false,
    /** The environment of the counts. */
    summedIn: typed<EnvironmentName | null>(null),
    stopSumming: typed<(() => void) | undefined>(undefined),
    /** How often files, reports or environments were read. If it grew during a check, the check may be of other files. */
    reads: 0,
  }
}
