/** What dragging does in the grid: from cell to cell takes a range, by the range's handle fills it on. */
import { type PointerEvent as ReactPointerEvent, type RefObject, useEffect, useRef } from 'react'
import { fillOn } from '../actions/cell-actions'
import { fieldOf } from '../pending/fields'
import type { CellRange, Cursor } from '../store/state'
import { listen } from '../ui/listen'
import { extendTo, type GridGround } from './grid-at-event'
import { rangeCells } from './range-cells'

/** The cell under the pointer; null beside the rows and on a group. */
function cellUnder(target: EventTarget | null): Cursor | null {
  if (!(target instanceof Element)) return null
  const item = target.closest<HTMLElement>('[data-item]')?.dataset.item
  const column = target.closest<HTMLElement>('[data-column]')?.dataset.column
  return item === undefined || column === undefined || item.startsWith('group:') ? null : { item, column }
}

/** The range with the rows down or up to one more. */
function grown(range: CellRange, at: number, { items, layout }: GridGround): CellRange | null {
  const [top, bottom] = [Math.min(range.top, at), Math.max(range.bottom, at)]
  const [first, last] = at < range.top ? [bottom, top] : [top, bottom]
  const [from, to] = [items[first], items[last]]
  const [left, right] = [layout.ids[range.left], layout.ids[range.right]]
  if (from === undefined || to === undefined || left === undefined || right === undefined) return null
  return {
    ...range,
    from: { item: from.id, column: left },
    to: { item: to.id, column: right },
    top,
    bottom,
  }
}

/**
 * The handler for a press on the rows, and whether the press that has just ended was a drag: the click that the browser
 * makes of it is none.
 */
export function useDrag(ground: RefObject<GridGround>) {
  const dragged = useRef(false)
  const stop = useRef<() => void>(() => undefined)
  useEffect(() => () => stop.current(), [])

  /** Follows the pointer from cell to cell until the button is let go; only another cell is news. */
  function follow(start: Cursor, over: (at: Cursor) => void, done: () => void): void {
    let last = start
    const move = (event: PointerEvent) => {
      if (event.buttons === 0) {
        stop.current()
        return
      }
      const at = cellUnder(event.target)
      if (at === null || (at.item === last.item && at.column === last.column)) return
      last = at
      dragged.current = true
      over(at)
    }
    const up = () => {
      stop.current()
      if (dragged.current) done()
    }
    const ends = [
      listen(['pointermove'], move),
      listen(['pointerup'], up),
      listen(['pointercancel'], () => stop.current()),
    ]
    stop.current = () => {
      for (const end of ends) end()
    }
  }

  function takeRange(start: Cursor): void {
    const over = (at: Cursor) => {
      const { model } = ground.current
      if (model.state.getState().selected.size > 0) model.select(new Set())
      extendTo(ground.current, start, at)
    }
    follow(start, over, () => undefined)
  }

  function fill(start: Cursor, source: CellRange): void {
    const cells = rangeCells(ground.current)
    if (cells === null) return
    const { items, layout } = ground.current
    const over = ({ item }: Cursor) => {
      const { model, index, reveal } = ground.current
      const at = index.get(item)
      // The rows changed place under the hand: there is nothing to go on from.
      if (at === undefined || model.state.getState().range === null) return
      const next = grown(source, at, ground.current)
      if (next === null) return
      reveal(item, next.to.column)
      model.setRange(next)
    }
    follow(start, over, () => {
      const { model } = ground.current
      const { range } = model.state.getState()
      if (range === null || ground.current.items !== items || ground.current.layout.ids !== layout.ids) return
      fillOn(model, cells, ground.current.shown.place)
    })
  }

  const press = useRef((event: ReactPointerEvent) => {
    stop.current()
    dragged.current = false
    if (event.button !== 0 || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return
    const { target } = event
    const at = cellUnder(target)
    if (at === null || !(target instanceof Element) || target.closest('[data-check], button')) return
    const { range } = ground.current.model.state.getState()
    if (range !== null && target.closest('[data-fill]')) {
      // The handle keeps the keyboard where it is.
      event.preventDefault()
      fill(at, range)
    } else if (fieldOf(at.column) !== undefined) takeRange(at)
  })
  return { press: press.current, dragged }
}
