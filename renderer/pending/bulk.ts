/** One value, or a table of values, for many cells: the edits for it, and which cells cannot take it. */
import type { Edit, Scope } from '../../shared/edits/edit'
import { grouped } from '../../shared/grouped'
import { type NamedKind, namedKinds } from '../../shared/kubeconfig/entries'
import { columns } from '../rows/columns'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { type FieldInputs, fieldOf, hasAlready, lockedWhy, whyNotEmpty } from './editable-fields'

/** One cell and its new value. */
export interface CellValue {
  readonly row: Row
  readonly column: string
  readonly text: string
}

/** Edits for these values; a cell that has its value already needs none. */
export function bulkEdits(cells: readonly CellValue[], scope: Scope, inputs: FieldInputs) {
  const edits: Edit[] = []
  /** Cells that cannot take their value, with the reason. */
  const left: { readonly cell: CellValue; readonly why: string }[] = []
  const rows = new Set<string>()
  let count = 0
  const moves: Extract<Edit, { kind: 'move-contexts' }>[] = []
  const whole = wholeEntries(cells, inputs.rows)
  for (const cell of cells) {
    const field = fieldOf(cell.column)
    const why = lockedWhy(cell.column, cell.row, inputs.snapshot)
    if (field === undefined) continue
    if (hasAlready(field, cell.row, cell.text)) continue
    if (why !== null) {
      left.push({ cell, why })
      continue
    }
    if (cell.text === '' && !field.clearable) {
      left.push({ cell, why: whyNotEmpty(cell.column) })
      continue
    }
    const meant = field.edits(cell.row, cell.text, whole(cell) ? 'shared' : scope, inputs)
    if ('problem' in meant) {
      left.push({ cell, why: meant.problem })
      continue
    }
    if (meant.edits.length === 0) continue
    count++
    rows.add(cell.row.id)
    for (const edit of meant.edits) {
      if (edit.kind === 'move-contexts') moves.push(edit)
      else edits.push(edit)
    }
  }
  // Moves come last, because a moved context has another id. They are one edit, so that shared entries move along.
  for (const [file, of] of grouped(moves, (move) => move.file))
    edits.push({ kind: 'move-contexts', contexts: of.flatMap(({ contexts }) => contexts), file })
  return { edits, cells: count, rows: rows.size, left }
}

export type BulkEdits = ReturnType<typeof bulkEdits>

/** Which entry holds a cell's value; null: the context itself. */
function throughOf({ column }: CellValue): NamedKind | null {
  const through = fieldOf(column)?.through ?? 'context'
  return through === 'context' ? null : through
}

/** Whether all contexts that use a cell's entry get the same value: then none keeps the old one, and it stays one entry. */
function wholeEntries(cells: readonly CellValue[], rows: readonly Row[]): (cell: CellValue) => boolean {
  if (cells.length < 2) return () => false
  const nameOf = (kind: NamedKind, { entry }: Pick<Row, 'entry'>) => entry[kind] ?? ''
  const key = (kind: NamedKind, { row, column, text }: CellValue) =>
    [nameOf(kind, row), column, text].join('\0')
  const users = { user: new Map<string, number>(), cluster: new Map<string, number>() }
  const alike = new Map<string, number>()
  for (const cell of cells) {
    const kind = throughOf(cell)
    if (kind === null) continue
    alike.set(key(kind, cell), (alike.get(key(kind, cell)) ?? 0) + 1)
    users[kind].set(nameOf(kind, cell.row), 0)
  }
  // By name: of ten thousand rows no entry is looked up.
  for (const row of rows)
    for (const kind of row.pending?.kind === 'removed' ? [] : namedKinds) {
      const count = users[kind].get(nameOf(kind, row))
      if (count !== undefined) users[kind].set(nameOf(kind, row), count + 1)
    }
  return (cell) => {
    const kind = throughOf(cell)
    return kind !== null && users[kind].get(nameOf(kind, cell.row)) === alike.get(key(kind, cell))
  }
}

/** Where a pasted table goes. */
export interface PasteTarget {
  /** Rows as shown, from the first on; groups are not among them. */
  readonly rows: readonly Row[]
  /** Columns as shown. */
  readonly columns: readonly string[]
  readonly cursor: { readonly row: string; readonly column: string }
  readonly selected: ReadonlySet<string>
}

export interface Pasted {
  readonly cells: readonly CellValue[]
  /** Why values have no cell to go to, a reason for each. */
  readonly lost: readonly string[]
}

/**
 * Where each value of a table goes. One value goes into every selected row. A table whose first line names columns
 * goes by these names, and by the names of its contexts when it has them; any other lands at the cursor.
 */
export function pasteInto(table: readonly (readonly string[])[], at: PasteTarget): Pasted {
  const [first, ...rest] = table
  if (first === undefined) return { cells: [], lost: [] }
  if (table.length === 1 && first.length === 1) {
    const text = first[0] ?? ''
    const targets = at.selected.has(at.cursor.row)
      ? at.rows.filter(({ id }) => at.selected.has(id))
      : at.rows.filter(({ id }) => id === at.cursor.row)
    return { cells: targets.map((row) => ({ row, column: at.cursor.column, text })), lost: [] }
  }
  const titled = first.map((title) => columns.find((column) => column.title === title)?.id ?? null)
  const byTitle = rest.length > 0 && titled.every((id) => id !== null)
  return byTitle ? landByTitle(rest, titled, at) : landAtCursor(table, at)
}

function landByTitle(
  table: readonly (readonly string[])[],
  titled: readonly (string | null)[],
  at: PasteTarget,
): Pasted {
  const named = titled.indexOf('context')
  const start = at.rows.findIndex(({ id }) => id === at.cursor.row)
  const cells: CellValue[] = []
  const lost: string[] = []
  table.forEach((line, index) => {
    const name = named < 0 ? null : (line[named] ?? '')
    const row = name === null ? at.rows[start + index] : at.rows.find((one) => one.name === name)
    if (row === undefined) {
      if (name === null) lost.push(...line.map(() => editText.paste.outside))
      else lost.push(editText.paste.noRow(name))
      return
    }
    line.forEach((text, place) => {
      const column = titled[place]
      if (column && place !== named) cells.push({ row, column, text })
    })
  })
  return { cells, lost }
}

function landAtCursor(table: readonly (readonly string[])[], at: PasteTarget): Pasted {
  const down = at.rows.findIndex(({ id }) => id === at.cursor.row)
  const across = at.columns.indexOf(at.cursor.column)
  const cells: CellValue[] = []
  const lost: string[] = []
  table.forEach((line, y) => {
    const row = at.rows[down + y]
    line.forEach((text, x) => {
      const column = at.columns[across + x]
      if (row === undefined || column === undefined) lost.push(editText.paste.outside)
      else if (fieldOf(column) !== undefined) cells.push({ row, column, text })
      else if (text !== '') lost.push(editText.locked.notEditable)
    })
  })
  return { cells, lost }
}

/** Every value of these columns in which something is found, with what it would become. */
export function replacements(
  rows: readonly Row[],
  inColumns: readonly string[],
  find: string,
  replaceBy: string,
  how: { readonly regexp: boolean; readonly matchCase: boolean },
) {
  const found: { readonly row: Row; readonly column: string; readonly was: string; readonly now: string }[] =
    []
  if (find === '') return { found }
  let pattern: RegExp
  try {
    pattern = new RegExp(
      how.regexp ? find : find.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
      how.matchCase ? 'gu' : 'giu',
    )
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
  for (const row of rows) {
    if (row.pending?.kind === 'removed') continue
    for (const column of inColumns) {
      const field = fieldOf(column)
      if (field === undefined) continue
      const was = field.text(row)
      // A replacement as text is text: `$&` in it means itself.
      const now = how.regexp ? was.replace(pattern, replaceBy) : was.replace(pattern, () => replaceBy)
      if (now !== was) found.push({ row, column, was, now })
    }
  }
  return { found }
}
