import type { EnvironmentName } from '../../shared/identity/identity'
import type { ViewName } from '../../shared/ipc/actions-and-views'
import type { AppState, EnvironmentFacts, IdentityReport } from '../../shared/ipc/contract'
import type { ViewCounts } from '../../shared/ipc/payloads'
import { defaultSettings, type Settings } from '../../shared/ipc/settings'
import type { EntryId, Snapshot } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'
import { typed } from '../pending/editing-state'
import type { NewNotice } from '../pending/edits-host'
import type { ToFix } from '../rows/finding-lines'
import { emptyFleet, type Fleet } from '../rows/fleet-summary'
import type { FindingsOfRows } from '../rows/rows'
import { type Arrangement, defaultArrangement } from './arrangement'

export type Phase =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly fault: Fault }
  | { readonly kind: 'ready' }

export type { ViewName }

/**
 * `check`: contexts; `prove`: identities; `ask`: AWS about clusters; `access`: who may enter a cluster; `enter`: a cluster, which
 * identity it sees; `may-do`: a cluster, what an identity may do; `search`: for clusters.
 */
export type RunKind = 'check' | 'prove' | 'ask' | 'access' | 'enter' | 'may-do' | 'aws-auth' | 'search'

/** Work of main that the page can end. */
export interface Run {
  readonly run: string
  readonly kind: RunKind
  readonly environment: EnvironmentName
  /** The one cluster that it is about; null: it is about others, or several. */
  readonly cluster: string | null
  /** The ids of those without a result so far. */
  readonly waiting: ReadonlySet<string>
  /** Of these, the ones on which the work has begun. */
  readonly begun: ReadonlySet<string>
  /** Of these, the ones that wait for the user's answer to a question of main. */
  readonly asking: ReadonlySet<string>
  readonly done: number
  /** Zero until it is known. */
  readonly total: number
}

type Said = 'next' | 'action'
export interface Notice extends Omit<NewNotice, Said>, Required<Pick<NewNotice, Said>> {
  readonly id: number
  /** When it was shown, milliseconds since the epoch. */
  readonly at: number
}

/** Contexts to check in one environment. */
export interface CheckRequest {
  readonly environment: EnvironmentName
  readonly contexts: readonly EntryId[]
}

/** The position of the grid's cursor: an item's id (row, group or `header`) and a column. */
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

/** Contexts that the user chose by something that they have in common. */
export interface ChosenContexts {
  readonly title: string
  readonly ids: ReadonlySet<EntryId>
}

export type PaletteMode = 'all' | 'use'

/** Nothing is counted yet. */
export const noCounts: ViewCounts = { identities: 0, clusters: 0 }

export interface State extends Readonly<ReturnType<typeof initialState>> {}

export function initialState(now: number) {
  return {
    phase: typed<Phase>({ kind: 'loading' }),
    page: typed<ViewName>('contexts'),
    /** The first picture is drawn and the page is idle: what no page shows yet may be counted. */
    counting: false,
    /** How many identities and clusters there are. */
    counts: typed<ViewCounts>(noCounts),
    /** What is muted, and what AWS said of clusters, in the environment; null: not known yet. */
    beside: typed<FindingsOfRows | null>(null),
    /** What there is to fix; null: not known. */
    toFix: typed<ToFix | null>(null),
    app: typed<AppState | null>(null),
    settings: typed<Settings>(defaultSettings),
    view: typed<Arrangement>(defaultArrangement),
    snapshot: typed<Snapshot | null>(null),
    reports: typed<Readonly<Partial<Record<EnvironmentName, IdentityReport>>>>({}),
    /** Nothing is known yet of the chosen environment: main is asked which identities the contexts have in it. */
    awaited: false,
    environments: typed<readonly EnvironmentFacts[]>([]),
    environment: typed<EnvironmentName>('login-shell'),
    /** The second environment that every context is shown in; null when none. */
    compare: typed<EnvironmentName | null>(null),
    filter: '',
    /** The grid shows only those of these contexts that match the filter; null: of all contexts. */
    only: typed<ChosenContexts | null>(null),
    /** Grows when the list of rows or its order may have changed: the grid arranges again. */
    listVersion: 0,
    selected: typed<ReadonlySet<EntryId>>(new Set()),
    cursor: typed<Cursor | null>(null),
    /** Never while rows are selected. */
    range: typed<CellRange | null>(null),
    /** Closed groups, by item id. */
    closed: typed<ReadonlySet<string>>(new Set()),
    /** The inspector is open, also while it shows no context. */
    inspecting: false,
    inspected: typed<EntryId | null>(null),
    /** The account whose name is being written. */
    naming: typed<string | null>(null),
    runs: typed<readonly Run[]>([]),
    notices: typed<readonly Notice[]>([]),
    /** Counts and causes of the fleet; follows the checks, but not each single one. */
    fleet: typed<Fleet>(emptyFleet),
    paletteOpen: false,
    /** `use`: the chosen context becomes kubectl's current one. */
    paletteMode: typed<PaletteMode>('all'),
    /** Names of contexts that were kubectl's current one before, the last one first. */
    recent: typed<readonly string[]>([]),
    variablesOpen: false,
    /** The shell is being asked again. */
    reloadingEnvironment: false,
    /** Milliseconds since the epoch, to the minute: ages are counted from it. */
    now,
  }
}
