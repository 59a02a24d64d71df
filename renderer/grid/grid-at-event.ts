/** The state of the grid at the moment of a keyboard or mouse event. */
import type { RefObject } from 'react'
import type { Item, Places } from '../rows/arrange'
import type { Cursor } from '../store/app-state'
import type { RangeCells } from '../store/shown-list'
import type { Model } from '../store/window-model'
import { rangeBetween } from './range'
import type { Layout } from './table'

export interface GridContext {
  readonly model: Model
  readonly items: readonly Item[]
  /** Places of the items by id. */
  readonly index: Places
  readonly layout: Layout
  /** The focus is in the grid: the cell that the cursor moves to takes it. */
  readonly follow: RefObject<boolean>
  /** Where a range of selected rows starts. */
  readonly anchor: RefObject<string | null>
  /** How many rows fit on the screen. */
  readonly page: () => number
  /** Scrolls a cell into view. */
  readonly reveal: (item: string, column: string) => void
  /** Scrolls to the first unpinned column: pinned ones are always visible, so they do not mark the left edge. */
  readonly toLeftEdge: () => void
}

/** Moves the cursor and the focus to a cell, and scrolls it into view. */
export function goTo({ model, follow, reveal }: GridContext, to: Cursor): void {
  follow.current = true
  reveal(to.item, to.column)
  model.setCursor({ ...to })
}

/** Makes the cells between two the range; the focus goes to the second. */
export function extendTo(context: GridContext, from: Cursor, to: Cursor): void {
  const { model, items, index, layout, follow, reveal, anchor } = context
  const range = rangeBetween({ items, index, columns: layout.ids }, from, to)
  anchor.current = null
  if (range === null) {
    model.endRange()
    goTo(context, to)
    return
  }
  follow.current = true
  reveal(to.item, to.column)
  model.setRange(range)
}

/** Selects a row, or deselects a selected one. */
export function toggleSelected({ model, anchor }: GridContext, id: string): void {
  const selected = new Set(model.state.getState().selected)
  if (!selected.delete(id)) selected.add(id)
  model.select(selected)
  anchor.current = id
}

/** The shown cells of the range. */
export function rangeCells({ model, items, layout }: GridContext): RangeCells | null {
  const { range } = model.state.getState()
  if (range === null) return null
  return {
    rows: items
      .slice(range.top, range.bottom + 1)
      .flatMap((item) => (item.kind === 'row' ? (model.rows.get(item.id) ?? []) : [])),
    columns: layout.ids.slice(range.left, range.right + 1),
  }
}
