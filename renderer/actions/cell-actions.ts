/** What is done to the cells of the grid: an editor opened on one, a table pasted over them, a value filled down. */
import { filledDown, type PasteGround, pasteInto } from '../pending/bulk'
import { commitCells } from '../pending/commit'
import { fieldOf, lockedWhy } from '../pending/fields'
import type { Row } from '../rows/rows'
import { fromTsv } from '../rows/tsv'
import type { Model } from '../store/model'
import type { Cursor } from '../store/state'
import { editText } from '../text/edits'
import type { GridPlace } from './action'

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
  /^[ \t]*["']?(clusters|contexts|users)["']?\s*:/m.test(text) &&
  /^[ \t]*["'{]*apiVersion["']?\s*:/m.test(text)

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
