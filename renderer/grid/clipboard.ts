/** Cells to the clipboard and from it. */
import { type RefObject, useEffect } from 'react'
import { paste } from '../actions/cell-actions'
import { fieldOf } from '../pending/editable-fields'
import { type Column, columnOf } from '../rows/columns'
import type { Row } from '../rows/rows'
import { toTsv } from '../rows/tsv'
import { text } from '../text/page'
import { listen } from '../ui/listen'
import { type GridContext, rangeCells } from './grid-at-event'

/** A cell as a spreadsheet takes it and gives it back: what an editor would start with. */
const copied = (column: Column, row: Row): string => fieldOf(column.id)?.text(row) ?? column.value(row)

/** The range exactly, else the selected rows with the titles of the columns, else the cell under the cursor. */
export function copyCells(context: GridContext): void {
  const { model, items, layout } = context
  const range = rangeCells(context)
  if (range !== null) {
    const within = range.columns.flatMap((id) => columnOf(id) ?? [])
    const cells = range.rows.map((row) => within.map((column) => copied(column, row)))
    void model.copy(toTsv(cells), text.grid.copiedCells(range.rows.length * within.length))
    return
  }
  const { selected, cursor } = model.state.getState()
  const columns = layout.ids.flatMap((id) => columnOf(id) ?? [])
  const rows = items.flatMap((item) =>
    item.kind === 'row' && selected.has(item.id) ? (model.rows.get(item.id) ?? []) : [],
  )
  if (rows.length > 0) {
    const lines = rows.map((row) => columns.map((column) => copied(column, row)))
    void model.copy(
      toTsv([columns.map((column) => column.title), ...lines]),
      text.grid.copiedRows(lines.length),
    )
    return
  }
  const row = cursor === null ? undefined : model.rows.get(cursor.item)
  const column = cursor === null ? undefined : columnOf(cursor.column)
  if (row && column) void model.copy(toTsv([[copied(column, row)]]), text.grid.copiedCell)
}

/** A paste comes to the body, not to the cell that has the keyboard: nothing here is editable by itself. */
export function usePaste(grid: RefObject<HTMLElement | null>, context: RefObject<GridContext>): void {
  useEffect(() => {
    const hear = (event: ClipboardEvent) => {
      const { model } = context.current
      const inGrid = grid.current?.contains(document.activeElement) === true
      const { dialog, editing } = model.edits.state.getState()
      if (!inGrid || dialog !== null || editing !== null) return
      event.preventDefault()
      paste(model, event.clipboardData?.getData('text/plain') ?? '')
    }
    return listen(['paste'], hear)
  }, [grid, context])
}
