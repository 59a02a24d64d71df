/** What each key does in the grid: the first of these that knows the key has it. */
import type { KeyboardEvent } from 'react'
import { clearRange } from '../actions/cell-actions'
import { fieldOf } from '../pending/editable-fields'
import { accountOfGroup } from '../rows/arrange'
import type { Cursor } from '../store/app-state'
import { editingKey, leaveRow } from './editing-keys'
import { extendTo, type GridContext, goTo, toggleSelected } from './grid-at-event'
import { between, headerItem, moved } from './keyboard'
import { rowBeyond } from './range'
import { drawnWidth, moveColumn, sized, widthOf } from './table'

/** True when the key meant something here. `at` is the cursor. */
type Key = (event: KeyboardEvent, context: GridContext, at: Cursor | null) => boolean

const mod = (event: KeyboardEvent): boolean => event.ctrlKey || event.metaKey
const isGroup = (at: Cursor | null): at is Cursor => at?.item.startsWith('group:') === true

/** F2 on the header of an account: its name. */
const nameGroup: Key = (event, { model }, at) => {
  const account = at === null ? null : accountOfGroup(at.item)
  if (event.key !== 'F2' || account === null) return false
  model.startNaming(account)
  return true
}

/** Delete in a range empties all of it. */
const clear: Key = (event, { model }) => {
  if (model.state.getState().range === null || (event.key !== 'Delete' && event.key !== 'Backspace'))
    return false
  clearRange(model)
  return true
}

/** Opens the editor, which has the focus from then on. */
const edit: Key = (event, { model }, at) => editingKey(model, event, at)

const selectAll: Key = (event, { model }) => {
  if (!mod(event) || event.shiftKey || event.key.toLowerCase() !== 'a') return false
  model.select(new Set(model.list.ids))
  return true
}

const copy: Key = (event, { model }) => {
  if (!mod(event) || event.shiftKey || event.key.toLowerCase() !== 'c') return false
  model.list.copyCells()
  return true
}

/** Space selects a row, Enter opens it in the inspector; either opens and closes a group. */
const openOrSelect: Key = (event, context, at) => {
  const space = event.key === ' '
  if (at === null || !(space || (event.key === 'Enter' && !mod(event)))) return false
  const { model } = context
  const row = model.rows.get(at.item)
  if (row === undefined) model.toggleGroup(at.item)
  else if (space) toggleSelected(context, row.id)
  else model.inspect(row.id)
  return true
}

const leave: Key = (event, { model }) => {
  const { selected, inspecting, range } = model.state.getState()
  if (event.key !== 'Escape' || (range === null && selected.size === 0 && !inspecting)) return false
  if (range !== null) model.endRange()
  else if (selected.size > 0) model.select(new Set())
  else model.inspect(null)
  return true
}

/** Alt and an arrow on a header: moves the column, widens it with Shift, opens its menu. */
const arrangeColumn: Key = (event, { model, layout }, at) => {
  if (at?.item !== headerItem || !event.altKey || !event.key.startsWith('Arrow')) return false
  const id = layout.ids.find((one) => one === at.column)
  const across = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : null
  if (id === undefined) return true
  if (across === null) {
    openMenu(event.target)
    return true
  }
  const { view } = model.state.getState()
  model.setView(
    event.shiftKey
      ? sized(view, id, (drawnWidth(event.target) ?? widthOf(view, id, model.distinct)) + across * 16)
      : moveColumn(view, layout.ids, id, across),
  )
  return true
}

function openMenu(header: EventTarget): void {
  if (!(header instanceof HTMLElement)) return
  const box = header.getBoundingClientRect()
  const place = { clientX: box.left + 12, clientY: box.bottom }
  header.dispatchEvent(new window.MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...place }))
}

/** The arrows along a tree: left closes a group, right opens it. */
const openGroup: Key = (event, { model }, at) => {
  if (!isGroup(at)) return false
  const closed = model.state.getState().closed.has(at.item)
  if (event.key !== (closed ? 'ArrowRight' : 'ArrowLeft')) return false
  model.toggleGroup(at.item)
  return true
}

/** With Shift from an editable cell, while no rows are selected: the range grows or shrinks by its corner. */
const extend: Key = (event, context, at) => {
  const { model, items, index, layout } = context
  const { range, selected } = model.state.getState()
  if (!event.shiftKey || event.altKey || at === null || model.rows.get(at.item) === undefined) return false
  if (selected.size > 0 || (range === null && fieldOf(at.column) === undefined)) return false
  const next = moved(event, { items, index, columns: layout.ids, cursor: at, page: context.page() })
  if (next === null) return false
  const place = { items, index, columns: layout.ids }
  const item = next.item === headerItem ? null : rowBeyond(place, at.item, next.item)
  if (item === null) return true
  leaveRow(model)
  extendTo(context, range?.from ?? at, { item, column: next.column })
  return true
}

/** Arrows, Home, End, Page; with Shift the rows between are selected. An open inspector follows. */
const move: Key = (event, context, at) => {
  const { model, items, index, layout, anchor } = context
  const next = moved(event, { items, index, columns: layout.ids, cursor: at, page: context.page() })
  if (next === null) return false
  leaveRow(model)
  if (event.shiftKey && at !== null && next.item !== at.item) {
    anchor.current ??= at.item
    model.select(new Set(between({ items, index }, anchor.current, next.item)))
  } else if (!event.shiftKey) anchor.current = null
  goTo(context, next)
  if (event.key === 'Home') context.toLeftEdge()
  return true
}

const keys: readonly Key[] = [
  nameGroup,
  clear,
  edit,
  selectAll,
  copy,
  openOrSelect,
  leave,
  arrangeColumn,
  openGroup,
  extend,
  move,
]

export function onGridKey(event: KeyboardEvent, context: GridContext): void {
  const at = context.model.state.getState().cursor
  if (keys.some((key) => key(event, context, at))) event.preventDefault()
}
