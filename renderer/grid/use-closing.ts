/** How an open cell editor is left and closed. */
import { type RefObject, useEffect, useRef } from 'react'
import { commitCells } from '../pending/commit'
import type { Editing } from '../pending/editing-state'
import { columnOf } from '../rows/columns'
import type { Row } from '../rows/rows'
import { editText } from '../text/edits'
import { listen } from '../ui/listen'
import { useModel } from '../ui/model'
import { tellTyped } from '../ui/tell-typed'
import { interrupt, onLeaveEditor } from './editing-keys'
import { cellIn, usePlaced } from './use-cell-position'
import type { EnteredValue } from './use-cell-value'

export const titleOf = (column: string): string => columnOf(column)?.title ?? column

interface OpenEditor {
  readonly editing: Editing
  readonly row: Row
  /** What is said of what was typed where the row is gone or not shown any more; null: it is there. */
  readonly gone: typeof editText.cell.gone | null
  readonly grid: RefObject<HTMLElement | null>
  readonly card: RefObject<HTMLDivElement | null>
  readonly value: EnteredValue
}

/**
 * Moving the focus elsewhere (a click, the palette, another page), or scrolling the cell out of sight, keeps what was
 * typed; what cannot be kept is said with its reason, and can be had. Returns what closes the editor: whether it was still open.
 */
export function useClosing({ editing, row, gone, grid, card, value }: OpenEditor): () => boolean {
  const model = useModel()
  const { entered, rows } = value
  const column = titleOf(editing.column)
  const ended = useRef(false)
  function end(): boolean {
    if (ended.current) return false
    ended.current = true
    // Another one may have been opened meanwhile.
    if (model.edits.state.getState().editing?.opening === editing.opening) model.edits.stopEditing()
    return true
  }
  function interrupted(say: typeof editText.cell.gone): void {
    if (!end()) return
    interrupt(model)
    if (entered) tellTyped(model, say(row.name, column, entered), entered)
    // The grid finds the row that is there now. Who filters is in the filter.
    if (say === editText.cell.gone) model.list.place.moveTo({ item: editing.row, column: editing.column })
  }
  /** Keeps the value where it can be, and else says why not. */
  function leave(): void {
    if (model.rows.get(editing.row) === undefined) interrupted(editText.cell.gone)
    else if (end() && !value.unchanged) {
      const done = commitCells(model, value.cells(value.text), value.scope)
      if (done.ok) return
      const own = entered !== null && entered !== value.original ? entered : ''
      const names = rows.map(({ name }) => name)
      const why = [done.message, done.next].filter(Boolean).join(' ')
      tellTyped(model, editText.cell.refused(names, column, own), own, why || null)
    }
  }
  function giveBack(): void {
    cellIn(grid.current, editing)?.focus({ preventScroll: true })
    leave()
  }
  const latest = useRef({ leave, interrupted, giveBack })
  latest.current = { leave, interrupted, giveBack }
  useEffect(() => {
    if (gone !== null) latest.current.interrupted(gone)
  }, [gone])
  useEffect(() => {
    const forget = onLeaveEditor(model, () => latest.current.giveBack())
    // As in a spreadsheet: a click, or the keyboard, goes anywhere beside the card. Another window that comes to the front is neither.
    const look = ({ target }: Event) => {
      if (!(target instanceof Node && card.current?.contains(target))) latest.current.leave()
    }
    const ends = [forget, listen(['pointerdown'], look, true), listen(['focusin'], look)]
    return () => {
      for (const stop of ends) stop()
      // Its page may go with everything on it.
      latest.current.leave()
    }
  }, [model, card])
  usePlaced(card, grid, editing, giveBack)
  return end
}
