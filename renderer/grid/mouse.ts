/** What clicks do in the grid. */
import { type MouseEvent, type RefObject, useRef } from 'react'
import { startEditing } from '../actions/cell-actions'
import { fieldOf } from '../pending/fields'
import type { Cursor } from '../store/state'
import { useDoubleClick } from './double-click'
import { useDrag } from './drag'
import { leaveRow } from './editing-keys'
import { extendTo, type GridGround, toggleSelected } from './grid-at-event'
import { between } from './keyboard'

/** The handlers of the rows. */
export function useMouse(ground: RefObject<GridGround>) {
  const firstClick = useDoubleClick((at) => {
    const { model, reveal } = ground.current
    if (model.rows.get(at.item) === undefined) return
    reveal(at.item, at.column)
    startEditing(model, at, null)
  })
  const { press, dragged } = useDrag(ground)
  const handlers = useRef({
    onPointerDown: press,
    onClick(event: MouseEvent) {
      if (dragged.current || onHandle(event)) {
        dragged.current = false
        return
      }
      const at = hit(event, ground.current)
      if (at === null) return
      const plain = click(event, at, ground.current)
      if (plain) firstClick.current = at
    },
    onContextMenu(event: MouseEvent) {
      const { model } = ground.current
      const at = hit(event, ground.current)
      if (at === null || at.item.startsWith('group:')) return
      model.setCursor(at)
      const { selected } = model.state.getState()
      if (selected.size > 0 && !selected.has(at.item)) model.select(new Set())
    },
  })
  return handlers.current
}

const onHandle = ({ target }: MouseEvent): boolean =>
  target instanceof Element && target.closest('[data-fill]') !== null

/** The cell that was hit; the first one of a row that was hit beside its cells. */
function hit(event: MouseEvent, { layout }: GridGround): Cursor | null {
  if (!(event.target instanceof Element)) return null
  const item = event.target.closest<HTMLElement>('[data-item]')?.dataset.item
  const column = event.target.closest<HTMLElement>('[data-column]')?.dataset.column
  return item === undefined ? null : { item, column: column ?? layout.ids[0] ?? 'context' }
}

/** True for a plain click on a row's cell, which inspects the row. */
function click(event: MouseEvent, at: Cursor, ground: GridGround): boolean {
  const { model, items, index, follow, anchor } = ground
  follow.current = true
  const { cursor: before, selected, range } = model.state.getState()
  leaveRow(model)
  const onCheck = event.target instanceof Element && event.target.closest('[data-check]') !== null
  const corner = range?.from ?? before
  // As with the keys: from a cell that can be edited, while no rows are selected.
  if (
    event.shiftKey &&
    !onCheck &&
    selected.size === 0 &&
    corner !== null &&
    model.rows.get(at.item) !== undefined &&
    model.rows.get(corner.item) !== undefined &&
    fieldOf(corner.column) !== undefined
  ) {
    extendTo(ground, corner, at)
    return false
  }
  model.setCursor(at)
  if (at.item.startsWith('group:')) {
    if (event.detail === 2) model.toggleGroup(at.item)
    return false
  }
  if (event.shiftKey) {
    const from = anchor.current ?? before?.item ?? at.item
    anchor.current = from
    model.select(new Set(between({ items, index }, from, at.item)))
    return false
  }
  if (event.ctrlKey || event.metaKey || onCheck) {
    toggleSelected(ground, at.item)
    return false
  }
  anchor.current = at.item
  if (selected.size > 0) model.select(new Set())
  model.inspect(at.item)
  return true
}
