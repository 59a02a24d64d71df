/** What clicks do in the grid. */
import { type MouseEvent, type RefObject, useRef } from 'react'
import { startEditing } from '../actions/cell-actions'
import type { Cursor } from '../store/state'
import { useDoubleClick } from './double-click'
import { leaveRow } from './editing-keys'
import { type GridGround, toggleSelected } from './ground'
import { between } from './keyboard'

/** The handlers of the rows. */
export function useMouse(ground: RefObject<GridGround>) {
  const firstClick = useDoubleClick((at) => {
    const { model, reveal } = ground.current
    if (model.rows.get(at.item) === undefined) return
    reveal(at.item, at.column)
    startEditing(model, at, null)
  })
  const handlers = useRef({
    onClick(event: MouseEvent) {
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
  const { cursor: before, selected } = model.state.getState()
  leaveRow(model)
  model.setCursor(at)
  if (at.item.startsWith('group:')) {
    if (event.detail === 2) model.toggleGroup(at.item)
    return false
  }
  const onCheck = event.target instanceof Element && event.target.closest('[data-check]') !== null
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
