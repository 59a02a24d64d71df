import type { Row } from '../rows/rows'
import type { Cursor } from './app-state'

/** What the list on the page shows now, in its order; that list updates it, for actions on “all shown”. */
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

/** While no list is on the page. */
export const noList = (): ShownList => ({
  ids: [],
  focusFilter: () => undefined,
  focusGrid: () => undefined,
  copyCells: () => undefined,
  place: { rows: () => [], columns: () => [], moveTo: () => undefined, range: () => null },
})
