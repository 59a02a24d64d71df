/** What clicks, double clicks and dragging do in the grid. */
import {
  type MouseEvent as ReactMouseEvent,
  type PointerEvent as ReactPointerEvent,
  type RefObject,
  useEffect,
  useRef,
} from 'react'
import { fillOn, startEditing } from '../actions/cell-actions'
import { fieldOf } from '../pending/editable-fields'
import type { CellRange, Cursor } from '../store/app-state'
import { listen } from '../ui/listen'
import { leaveRow } from './editing-keys'
import { extendTo, type GridContext, rangeCells, toggleSelected } from './grid-at-event'
import { between } from './keyboard'

/** The handlers of the rows. */
export function useMouse(context: RefObject<GridContext>) {
  const firstClick = useDoubleClick((at) => {
    const { model, reveal } = context.current
    if (model.rows.get(at.item) === undefined) return
    reveal(at.item, at.column)
    startEditing(model, at, null)
  })
  const { press, dragged } = useDrag(context)
  const handlers = useRef({
    onPointerDown: press,
    onClick(event: ReactMouseEvent) {
      if (dragged.current || onHandle(event)) {
        dragged.current = false
        return
      }
      const at = hit(event, context.current)
      if (at === null) return
      const plain = click(event, at, context.current)
      if (plain) firstClick.current = at
    },
    onContextMenu(event: ReactMouseEvent) {
      const { model } = context.current
      const at = hit(event, context.current)
      if (at === null || at.item.startsWith('group:')) return
      model.setCursor(at)
      const { selected } = model.state.getState()
      if (selected.size > 0 && !selected.has(at.item)) model.select(new Set())
    },
  })
  return handlers.current
}

const onHandle = ({ target }: ReactMouseEvent): boolean =>
  target instanceof Element && target.closest('[data-fill]') !== null

/** The clicked cell; the first cell of a row that was clicked outside its cells. */
function hit(event: ReactMouseEvent, { layout }: GridContext): Cursor | null {
  if (!(event.target instanceof Element)) return null
  const item = event.target.closest<HTMLElement>('[data-item]')?.dataset.item
  const column = event.target.closest<HTMLElement>('[data-column]')?.dataset.column
  return item === undefined ? null : { item, column: column ?? layout.ids[0] ?? 'context' }
}

/** True for a plain click on a row's cell, which inspects the row. */
function click(event: ReactMouseEvent, at: Cursor, context: GridContext): boolean {
  const { model, items, index, follow, anchor } = context
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
    extendTo(context, corner, at)
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
    toggleSelected(context, at.item)
    return false
  }
  anchor.current = at.item
  if (selected.size > 0) model.select(new Set())
  model.inspect(at.item)
  return true
}

/**
 * A double click means the cell that its first click was on. That click may open the inspector, and then the second
 * one hits what is under the pointer then: another cell, or a button of the inspector, which must not be pressed.
 * Listens to clicks of the whole window; `first` is set by the grid at a single plain click on a cell.
 */
function useDoubleClick(onDoubleClick: (at: Cursor) => void) {
  const first = useRef<Cursor | null>(null)
  const act = useRef(onDoubleClick)
  act.current = onDoubleClick
  useEffect(() => {
    const hear = (event: MouseEvent) => {
      if (event.detail < 2) {
        // The grid says at the click that follows whether it is one on a cell.
        if (event.type === 'mousedown') first.current = null
        return
      }
      const at = first.current
      if (at === null) return
      event.stopPropagation()
      event.preventDefault()
      if (event.type === 'dblclick') act.current(at)
    }
    return listen(['mousedown', 'mouseup', 'click', 'dblclick'], hear, true)
  }, [])
  return first
}

/** The cell under the pointer; null outside the rows and on a group. */
function cellUnder(target: EventTarget | null): Cursor | null {
  if (!(target instanceof Element)) return null
  const item = target.closest<HTMLElement>('[data-item]')?.dataset.item
  const column = target.closest<HTMLElement>('[data-column]')?.dataset.column
  return item === undefined || column === undefined || item.startsWith('group:') ? null : { item, column }
}

/** The range with the rows down or up to one more. */
function grown(range: CellRange, at: number, { items, layout }: GridContext): CellRange | null {
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
function useDrag(context: RefObject<GridContext>) {
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
      const { model } = context.current
      if (model.state.getState().selected.size > 0) model.select(new Set())
      extendTo(context.current, start, at)
    }
    follow(start, over, () => undefined)
  }

  function fill(start: Cursor, source: CellRange): void {
    const cells = rangeCells(context.current)
    if (cells === null) return
    const { items, layout } = context.current
    const over = ({ item }: Cursor) => {
      const { model, index, reveal } = context.current
      const at = index.get(item)
      // The rows changed places during the drag: there is no range to continue from.
      if (at === undefined || model.state.getState().range === null) return
      const next = grown(source, at, context.current)
      if (next === null) return
      reveal(item, next.to.column)
      model.setRange(next)
    }
    follow(start, over, () => {
      const { model } = context.current
      const { range } = model.state.getState()
      if (range === null || context.current.items !== items || context.current.layout.ids !== layout.ids)
        return
      fillOn(model, cells)
    })
  }

  const press = useRef((event: ReactPointerEvent) => {
    stop.current()
    dragged.current = false
    if (event.button !== 0 || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return
    const { target } = event
    const at = cellUnder(target)
    if (at === null || !(target instanceof Element) || target.closest('[data-check], button')) return
    const { range } = context.current.model.state.getState()
    if (range !== null && target.closest('[data-fill]')) {
      // Pressing the handle does not move the focus.
      event.preventDefault()
      fill(at, range)
    } else if (fieldOf(at.column) !== undefined) takeRange(at)
  })
  return { press: press.current, dragged }
}
