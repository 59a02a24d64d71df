/** The new values of a rectangle of cells when it is pasted into, filled or emptied as a whole. */
import type { Row } from '../rows/rows'
import { type CellValue, type Pasted, pasteInto } from './bulk'
import { fieldOf } from './editable-fields'

/** Rows and columns as they are shown. */
export interface Rectangle {
  readonly rows: readonly Row[]
  readonly columns: readonly string[]
}

/** One value for each cell that can be edited at all. */
export function sameInRange({ rows, columns }: Rectangle, text: string): readonly CellValue[] {
  const editable = columns.filter((column) => fieldOf(column) !== undefined)
  return rows.flatMap((row) => editable.map((column) => ({ row, column, text })))
}

/** One value goes into the whole range; a table starts at the upper left corner. */
export function pasteIntoRange(
  table: readonly (readonly string[])[],
  range: Rectangle,
  shown: Rectangle,
): Pasted {
  const [first] = table
  const [row] = range.rows
  const [column] = range.columns
  if (first === undefined || row === undefined || column === undefined) return { cells: [], lost: [] }
  if (table.length === 1 && first.length === 1) return { cells: sameInRange(range, first[0] ?? ''), lost: [] }
  return pasteInto(table, { ...shown, cursor: { row: row.id, column }, selected: new Set() })
}

/** Each column's first value for the cells below; a range of one row takes the row above. Names are not repeated. */
export function filledRange({ rows, columns }: Rectangle, shown: readonly Row[]): readonly CellValue[] {
  const [top] = rows
  const above = top === undefined ? undefined : shown[shown.findIndex(({ id }) => id === top.id) - 1]
  const [from, to] = rows.length > 1 ? [top, rows.slice(1)] : [above, rows]
  if (from === undefined) return []
  return columns.flatMap((column) => {
    const field = fieldOf(column)
    if (field === undefined || field.single) return []
    return to.map((row) => ({ row, column, text: field.text(from) }))
  })
}

/** The rows of a rectangle over and over, for the rows that come below or above it. Names are not repeated. */
export function filledOn(source: Rectangle, all: readonly Row[]): readonly CellValue[] {
  const height = source.rows.length
  const start = all.findIndex(({ id }) => id === source.rows[0]?.id)
  if (start < 0) return []
  return source.columns.flatMap((column) => {
    const field = fieldOf(column)
    if (field === undefined || field.single) return []
    return all.flatMap((row, at) => {
      const from = source.rows[(((at - start) % height) + height) % height]
      const within = at >= start && at < start + height
      return from === undefined || within ? [] : [{ row, column, text: field.text(from) }]
    })
  })
}
