/** Keys that edit cells of the grid. No React: the grid calls it with the cursor's position. */
import { canEdit, startEditing } from '../actions/cell-actions'
import { commitCells } from '../pending/commit'
import { fieldOf, whyNotEmpty } from '../pending/editable-fields'
import type { Cursor } from '../store/app-state'
import type { Model } from '../store/window-model'
import { editText } from '../text/edits'
import { keyLabel } from '../ui/Keys'

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** A key on a cell: F2, Enter and typing start, Delete empties. False when the key means something else. */
export function editingKey(model: Model, event: Key, cursor: Cursor | null): boolean {
  if (cursor === null || event.ctrlKey || event.metaKey || event.altKey) return false
  if (isRestOfWord(model, event)) return true
  const row = model.rows.get(cursor.item)
  if (row === undefined) return false
  if (event.key === 'F2') return startEditing(model, cursor, null)
  if (event.key === 'Enter') return canEdit(model, row, cursor.column) && startEditing(model, cursor, null)
  if (event.key === 'Delete' || event.key === 'Backspace') return clear(model, cursor)
  // No value begins with a question mark, which asks for the keys.
  if (event.key.length === 1 && event.key !== ' ' && event.key !== '?')
    return startEditing(model, cursor, event.key)
  return false
}

function clear(model: Model, cursor: Cursor): boolean {
  const row = model.rows.get(cursor.item)
  const field = fieldOf(cursor.column)
  if (row === undefined || field === undefined) return false
  if (!field.clearable) {
    const { platform } = model.state.getState().app ?? {}
    model.edits.say(
      cursor.column === 'context'
        ? editText.clear.context(keyLabel('Mod+Delete', platform === 'darwin'))
        : whyNotEmpty(cursor.column),
    )
    return true
  }
  const { selected } = model.state.getState()
  const rows = selected.has(row.id) ? model.rows.all().filter(({ id }) => selected.has(id)) : [row]
  const cells = rows.map((one) => ({ row: one, column: cursor.column, text: '' }))
  const done = commitCells(model, cells, 'split')
  if (!done.ok) model.edits.say([done.message, done.next].filter(Boolean).join(' '))
  return true
}

/** The time of the last key that was meant for an editor that an external change had closed. */
const interrupted = new WeakMap<Model, number>()

/** A pause this long ends a word, in milliseconds. */
const pause = 1_000

/** The edited context is gone, and the user may still be typing: the rest of the word is not for the next row. */
export const interrupt = (model: Model): void => void interrupted.set(model, Date.now())

function isRestOfWord(model: Model, { key }: Key): boolean {
  const last = interrupted.get(model)
  if (last === undefined) return false
  const goesOn = Date.now() - last < pause && (key.length === 1 || key === 'Backspace' || key === 'Enter')
  if (goesOn && key !== 'Enter') interrupt(model)
  else interrupted.delete(model)
  return goesOn
}

/** The cell that Tab reached in a row, and the column where that started: Enter goes down from that column. */
const tabbed = new WeakMap<Model, { readonly at: Cursor; readonly start: string }>()

/** The cursor moved elsewhere otherwise: the next Enter goes straight down again. */
export const leaveRow = (model: Model): void => void tabbed.delete(model)

/** Where the cursor goes from an edited cell: down a row, or to the next editable column. */
export function goOn(model: Model, from: Cursor, way: 'down' | 'right' | 'left'): void {
  const { place } = model.list
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

/** The function that closes the open editor and returns the focus to its cell. */
const open = new WeakMap<Model, () => void>()

/** The open editor registers how it is closed; returns a function that unregisters it. */
export function onLeaveEditor(model: Model, leave: () => void): () => void {
  open.set(model, leave)
  return () => {
    if (open.get(model) === leave) open.delete(model)
  }
}

/** Closes the open cell editor: accepts the typed text, or says why not, and focuses its cell. */
export const leaveEditor = (model: Model): void => open.get(model)?.()
