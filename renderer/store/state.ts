import type { EnvironmentName } from '../../shared/identity/identity'
import type { ViewName } from '../../shared/ipc/actions'
import type { AppState, EnvironmentFacts, IdentityReport } from '../../shared/ipc/contract'
import type { ViewCounts } from '../../shared/ipc/payloads'
import { defaultSettings, type Settings } from '../../shared/ipc/settings'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'
import type { NewNotice } from '../pending/host'
import { emptyFleet, type Fleet } from '../rows/fleet-summary'
import { defaultView, type View } from './view'

export type Phase =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly fault: Fault }
  | { readonly kind: 'ready' }

export type { ViewName }

/** One call of whoami.run. */
export interface Run {
  readonly id: string
  readonly environment: EnvironmentName
  readonly done: number
  readonly total: number
}

type Said = 'next' | 'action'
export interface Notice extends Omit<NewNotice, Said>, Required<Pick<NewNotice, Said>> {
  readonly id: number
  /** When it was said, milliseconds since the epoch. */
  readonly at: number
}

/** Contexts to check in one environment. */
export interface CheckRequest {
  readonly environment: EnvironmentName
  readonly contexts: readonly EntryId[]
}

/** Where the grid's cursor stands: an item's id (row, group or `header`) and a column. */
export interface Cursor {
  readonly item: string
  readonly column: string
}

/** A rectangle of cells that is edited at once. */
export interface CellRange {
  /** Where it started. */
  readonly from: Cursor
  /** The opposite corner, where the keyboard is. */
  readonly to: Cursor
  /** Places among the items and columns that are shown; both ends belong to it. */
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

/** Contexts that were asked for by what they have in common. */
export interface Only {
  readonly title: string
  readonly ids: ReadonlySet<EntryId>
}

export type PaletteMode = 'all' | 'use'

export interface State {
  readonly phase: Phase
  readonly page: ViewName
  /** The first picture is there and the page rests: what nobody has looked at yet may be counted. */
  readonly counting: boolean
  /** Of a large fleet, how many identities and clusters there are; null: not known, or a small one, whose lists are there. */
  readonly counts: ViewCounts | null
  readonly app: AppState | null
  readonly settings: Settings
  readonly view: View
  readonly snapshot: Snapshot | null
  readonly reports: Readonly<Partial<Record<EnvironmentName, IdentityReport>>>
  /** Nothing is known yet of the environment that was chosen: main is asked whom it makes of the contexts. */
  readonly awaited: boolean
  readonly environments: readonly EnvironmentFacts[]
  readonly environment: EnvironmentName
  /** The second environment that every context is shown in; null when none. */
  readonly compare: EnvironmentName | null
  readonly filter: string
  /** Of these contexts alone the grid shows what fits the filter; null: of all. */
  readonly only: Only | null
  /** Grows when the list of rows or what orders it may have changed: the grid arranges anew. */
  readonly listVersion: number
  readonly selected: ReadonlySet<EntryId>
  readonly cursor: Cursor | null
  /** Never while rows are selected. */
  readonly range: CellRange | null
  /** Closed groups, by item id. */
  readonly closed: ReadonlySet<string>
  /** The inspector is open, also while it shows no context. */
  readonly inspecting: boolean
  readonly inspected: EntryId | null
  /** The account whose name is being written. */
  readonly naming: string | null
  readonly runs: readonly Run[]
  readonly notices: readonly Notice[]
  /** Counts and causes of the fleet; follows the checks, but not with each of them. */
  readonly fleet: Fleet
  readonly paletteOpen: boolean
  /** `use`: what is chosen becomes kubectl's current context. */
  readonly paletteMode: PaletteMode
  /** Names of contexts that were kubectl's current one before, the last one first. */
  readonly recent: readonly string[]
  readonly variablesOpen: boolean
  /** What the last long intent is doing (asking the shell again). */
  readonly reloadingEnvironment: boolean
  /** Milliseconds since the epoch, to the minute: ages are counted from it. */
  readonly now: number
}

export function initialState(now: number): State {
  return {
    phase: { kind: 'loading' },
    page: 'contexts',
    counting: false,
    counts: null,
    app: null,
    settings: defaultSettings,
    view: defaultView,
    snapshot: null,
    reports: {},
    awaited: false,
    environments: [],
    environment: 'login-shell',
    compare: null,
    filter: '',
    only: null,
    listVersion: 0,
    selected: new Set(),
    cursor: null,
    range: null,
    closed: new Set(),
    inspecting: false,
    inspected: null,
    naming: null,
    runs: [],
    notices: [],
    fleet: emptyFleet,
    paletteOpen: false,
    paletteMode: 'all',
    recent: [],
    variablesOpen: false,
    reloadingEnvironment: false,
    now,
  }
}
