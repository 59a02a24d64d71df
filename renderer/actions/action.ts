/** What an action is, and what it finds of the grid. */
import type { LucideIcon } from 'lucide-react'
import type { ActionId, ActionText } from '../../shared/ipc/actions'
import type { Row } from '../rows/rows'
import type { Model } from '../store/model'
import type { Cursor } from '../store/state'

/** What an action does, and when; what it is called stands in shared/ipc/actions.ts. */
export interface ActionPart {
  /** What it is called for more than one context. */
  readonly titleOfMany?: (count: number) => string
  readonly icon: LucideIcon
  /** A second shortcut that people bring with them from other programs. */
  readonly alias?: string
  /** Of one that leads somewhere: what that is called by itself. */
  readonly place?: string
  /** Other words that people look for it by. */
  readonly words?: string
  /** Absent: at any time. */
  readonly enabled?: (model: Model) => boolean
  /** Why it cannot be done with what is chosen, where that needs to be said; null where nothing is in its way. */
  readonly blockedBy?: (model: Model) => string | null
  readonly run: (model: Model) => void
}

export type ActionParts = { readonly [Id in ActionId]?: ActionPart }

export interface Action extends ActionPart, ActionText {
  readonly id: string
  /** Whether it can be done now: it makes sense, and nothing is in its way. */
  readonly enabled: (model: Model) => boolean
  readonly blockedBy: (model: Model) => string | null
}
/** What the grid shows at the moment, in its order; kept by the grid for actions that mean “all shown”. */
export interface ShownList {
  ids: readonly string[]
  /** Puts the keyboard into the filter; with a filter that is begun, to go on with. */
  focusFilter: (begun?: string) => void
  focusGrid: () => void
  copyCells: () => void
  /** The grid as editing walks through it. */
  place: GridPlace
}

/** The rows and columns of a range, as they are shown. */
export interface RangeCells {
  readonly rows: readonly Row[]
  readonly columns: readonly string[]
}

/** The grid as it is shown. */
export interface GridPlace {
  /** Rows in their order, groups left out. */
  readonly rows: () => readonly Row[]
  readonly columns: () => readonly string[]
  readonly moveTo: (cursor: Cursor) => void
  /** The rectangle of cells that is edited at once, its groups left out; null when there is none. */
  readonly range: () => RangeCells | null
}
