/** Actions on cells of the grid: opening an editor, pasting a table, filling a value down. */
import { type CellValue, type PasteTarget, pasteInto } from '../pending/bulk'
import { commitCells, type Tried } from '../pending/commit'
import { fieldOf, lockedWhy } from '../pending/editable-fields'
import { filledOn, filledRange, pasteIntoRange, sameInRange } from '../pending/range-values'
import type { Row } from '../rows/rows'
import { fromTsv } from '../rows/tsv'
import type { Cursor } from '../store/app-state'
import type { RangeCells } from '../store/shown-list'
import type { Model } from '../store/window-model'
import { editText } from '../text/edits'

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
  const many = !field.single && selected.size > 1 && selected.has(row.id)
  void model.edits.loadChoices()
  const rows = many ? [...selected].filter((id) => model.rows.get(id)?.pending?.kind !== 'removed') : [row.id]
  const { editing } = model.edits.state.getState()
  // The open editor has the typed text; a new one in its place would start with the value in the files.
  if (editing?.row === row.id && editing.column === cursor.column && sameList(editing.rows, rows)) return true
  model.edits.startEditing({ row: row.id, column: cursor.column, typed, rows })
  return true
}

const sameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((id, at) => id === other[at])

function pasteTargetOf(model: Model): PasteTarget | null {
  const { cursor, selected } = model.state.getState()
  if (cursor === null || model.rows.get(cursor.item) === undefined) return null
  return {
    rows: model.list.place.rows(),
    columns: model.list.place.columns(),
    cursor: { row: cursor.item, column: cursor.column },
    selected,
  }
}

/** A kubeconfig on the clipboard is imported, not pasted into cells. */
export const looksLikeKubeconfig = (text: string): boolean =>
  /^[ \t]*["']?(clusters|contexts|users)["']?\s*:/m.test(text) &&
  /^[ \t]*["'{]*apiVersion["']?\s*:/m.test(text)

/** Pastes a table at the cursor or the range, or one value into the whole range or selection; reports the result. */
export function paste(model: Model, text: string): void {
  if (looksLikeKubeconfig(text)) {
    model.edits.open({ kind: 'import', from: 'clipboard' })
    return
  }
  if (text === '') return
  const table = fromTsv(text)
  const range = model.list.place.range()
  const at = pasteTargetOf(model)
  if (range !== null) {
    const { cells, lost } = pasteIntoRange(table, range, {
      rows: model.list.place.rows(),
      columns: model.list.place.columns(),
    })
    commitAndSay(model, cells, editText.paste, lost)
  } else if (at !== null) {
    const { cells, lost } = pasteInto(table, at)
    commitAndSay(model, cells, editText.paste, lost)
  }
}

interface Said {
  readonly done: (cells: number, rows: number) => string
  readonly some: (cells: number) => string
  readonly nothing: string
}

/** The maximum number of reasons: a notice is only skimmed. */
const mostReasons = 2

/** Makes these values pending as one step, and reports how many, and why others were left out. */
function commitAndSay(
  model: Model,
  cells: readonly CellValue[],
  said: Said,
  lost: readonly string[] = [],
): void {
  say(model, commitCells(model, cells, 'split'), said, lost)
}

function say(model: Model, done: Tried, said: Said, lost: readonly string[] = []): void {
  if (!done.ok) {
    model.edits.say([done.message, done.next].filter(Boolean).join(' '))
    return
  }
  const { cells: count, rows, left } = done.made
  const reasons = new Map<string, number>()
  for (const why of [...lost, ...left.map(({ why }) => why)]) reasons.set(why, (reasons.get(why) ?? 0) + 1)
  const leftOut = [...reasons].slice(0, mostReasons).map(([why, times]) => editText.left(times, why))
  model.edits.sayOfPending(
    leftOut.length > 0
      ? [said.some(count), ...leftOut.map((one) => one.replace(/\.$/, ''))].join('; ')
      : count === 0
        ? said.nothing
        : said.done(count, rows),
  )
}

/**
 * The first selected row's value for the others, or in a range each column's first value for the cells below; without
 * either the value of the row above.
 */
export function fillDown(model: Model): void {
  const range = model.list.place.range()
  if (range !== null) {
    commitAndSay(model, filledRange(range, model.list.place.rows()), editText.fill)
    return
  }
  const at = pasteTargetOf(model)
  const selected = at?.rows.filter(({ id }) => at.selected.has(id)) ?? []
  const rows = selected.length > 1 ? selected : (at?.rows.filter(({ id }) => id === at.cursor.row) ?? [])
  const cells = at === null ? [] : filledRange({ rows, columns: [at.cursor.column] }, at.rows)
  if (cells.length === 0) {
    model.edits.say(editText.fill.none)
    return
  }
  const done = commitCells(model, cells, 'split')
  if (done.ok) model.edits.sayOfPending(editText.fill.done(done.made.cells))
  else model.edits.say([done.message, done.next].filter(Boolean).join(' '))
}

/** Empties the cells of the range that may be empty. */
export function clearRange(model: Model): void {
  const range = model.list.place.range()
  if (range !== null) commitAndSay(model, sameInRange(range, ''), editText.clear)
}

/** One value for every cell of the range. */
export function putInRange(model: Model, text: string): Tried {
  const range = model.list.place.range()
  const done = commitCells(model, range === null ? [] : sameInRange(range, text), 'split')
  say(model, done, editText.put)
  return done
}

/** Repeats the values of these cells in the cells that the range has grown by. */
export function fillOn(model: Model, from: RangeCells): void {
  const range = model.list.place.range()
  if (range !== null) commitAndSay(model, filledOn(from, range.rows), editText.fill)
}
