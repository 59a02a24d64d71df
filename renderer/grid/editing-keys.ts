/** What keys, paste and double click do to the cells of the grid. No React: the grid calls it with where it stands. */

import { filledDown, type PasteGround, pasteInto } from '../pending/bulk'
import { commitCells } from '../pending/commit'
import { fieldOf, lockedWhy } from '../pending/fields'
import type { Row } from '../rows/rows'
import { fromTsv } from '../rows/tsv'
import type { Model } from '../store/model'
import type { Cursor } from '../store/state'
import { editText } from '../text/edits'

/** The grid as it is shown. */
export interface GridPlace {
  /** Rows in their order, groups left out. */
  readonly rows: () => readonly Row[]
  readonly columns: () => readonly string[]
  readonly moveTo: (cursor: Cursor) => void
}

/** Whether a cell takes a value now. */
export function canEdit(model: Model, row: Row, column: string): boolean {
  const snapshot = model.edits.edited()
  return snapshot !== null && lockedWhy(column, row, snapshot) === null
}

/** Opens the editor on a cell; says why when there is nothing to edit. */
export function startEditing(model: Model, cursor: Cursor, typed: string | null): boolean {
  const row = model.rows.get(cursor.item)
  const snapshot = model.edits.edited()
  const field = fieldOf(cursor.column)
  if (row === undefined || snapshot === null || field === undefined) return false
  const why = lockedWhy(cursor.column, row, snapshot)
  if (why !== null) {
    model.edits.say(why)
    return true
  }
  const { selected } = model.state.getState()
  const many = field.bulk && selected.size > 1 && selected.has(row.id)
  void model.edits.loadChoices()
  const rows = many ? [...selected].filter((id) => model.rows.get(id)?.pending?.kind !== 'removed') : [row.id]
  model.edits.startEditing({ row: row.id, column: cursor.column, typed, rows })
  return true
}

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** A key on a cell: F2, Enter and typing start, Delete empties. False when the key means something else. */
export function editingKey(model: Model, event: Key, cursor: Cursor | null): boolean {
  if (cursor === null || event.ctrlKey || event.metaKey || event.altKey) return false
  const row = model.rows.get(cursor.item)
  if (row === undefined) return false
  if (event.key === 'F2') return startEditing(model, cursor, null)
  if (event.key === 'Enter') return canEdit(model, row, cursor.column) && startEditing(model, cursor, null)
  if (event.key === 'Delete' || event.key === 'Backspace') return clear(model, row, cursor)
  if (event.key.length === 1 && event.key !== ' ') return startEditing(model, cursor, event.key)
  return false
}

function clear(model: Model, row: Row, cursor: Cursor): boolean {
  const field = fieldOf(cursor.column)
  if (field === undefined || !field.clearable) return false
  const { selected } = model.state.getState()
  const rows = selected.has(row.id) ? model.rows.all().filter(({ id }) => selected.has(id)) : [row]
  const cells = rows.map((one) => ({ row: one, column: cursor.column, text: '' }))
  const done = commitCells(model, cells, 'split')
  if (!done.ok) model.edits.say([done.message, done.next].filter(Boolean).join(' '))
  return true
}

function pasteGround(model: Model, place: GridPlace): PasteGround | null {
  const { cursor, selected } = model.state.getState()
  if (cursor === null || model.rows.get(cursor.item) === undefined) return null
  return {
    rows: place.rows(),
    columns: place.columns(),
    cursor: { row: cursor.item, column: cursor.column },
    selected,
  }
}

/** A kubeconfig on the clipboard is imported, not pasted into cells. */
export const looksLikeKubeconfig = (text: string): boolean =>
  /^\s*["']?(clusters|contexts|users)["']?\s*:/m.test(text) && /^\s*["'{]*apiVersion["']?\s*:/m.test(text)

/** Pastes a table at the cursor, or one value into the selection; says what came of it. */
export function paste(model: Model, text: string, place: GridPlace): void {
  if (looksLikeKubeconfig(text)) {
    model.edits.open({ kind: 'import', from: 'clipboard' })
    return
  }
  const at = pasteGround(model, place)
  if (at === null || text === '') return
  const { cells, lost } = pasteInto(fromTsv(text), at)
  const done = commitCells(model, cells, 'split')
  if (!done.ok) {
    model.edits.say([done.message, done.next].filter(Boolean).join(' '))
    return
  }
  const { cells: count, rows, left } = done.made
  const reasons = [...lost, ...left.map(({ why }) => why)]
  const [why] = reasons
  model.edits.say(
    why !== undefined
      ? editText.paste.some(count, reasons.length, why)
      : count === 0
        ? editText.paste.nothing
        : editText.paste.done(count, rows),
  )
}

/** The first selected row's value for the others; without a selection the value of the row above. */
export function fillDown(model: Model, place: GridPlace): void {
  const at = pasteGround(model, place)
  const cells = at === null ? [] : filledDown(at.rows, at.selected, at.cursor)
  if (cells.length === 0) {
    model.edits.say(editText.fill.none)
    return
  }
  const done = commitCells(model, cells, 'split')
  if (done.ok) model.edits.say(editText.fill.done(done.made.cells))
  else model.edits.say([done.message, done.next].filter(Boolean).join(' '))
}

/** Where Tab led along a row, and from which column: Enter goes down from there. */
const tabbed = new WeakMap<Model, { readonly at: Cursor; readonly start: string }>()

/** The cursor went elsewhere by itself: the next Enter goes straight down again. */
export const leaveRow = (model: Model): void => void tabbed.delete(model)

/** Where the cursor goes from an edited cell: down a row, or to the next editable column. */
export function goOn(model: Model, from: Cursor, way: 'down' | 'right' | 'left', place: GridPlace): void {
  const rows = place.rows()
  const columns = place.columns()
  const before = tabbed.get(model)
  const came = before?.at.item === from.item && before.at.column === from.column ? before : null
  const start = came?.start ?? from.column
  tabbed.delete(model)
  if (way === 'down') {
    const next = rows[rows.findIndex(({ id }) => id === from.item) + 1]
    const column = columns.includes(start) ? start : from.column
    place.moveTo(next === undefined ? from : { item: next.id, column })
    return
  }
  const row = model.rows.get(from.item)
  const step = way === 'right' ? 1 : -1
  for (let at = columns.indexOf(from.column) + step; at >= 0 && at < columns.length; at += step) {
    const column = columns[at]
    if (row && column !== undefined && canEdit(model, row, column)) {
      const to = { item: from.item, column }
      if (way === 'right') tabbed.set(model, { at: to, start })
      place.moveTo(to)
      return
    }
  }
  place.moveTo(from)
}
