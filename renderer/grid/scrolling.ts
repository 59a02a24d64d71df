import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Places } from '../rows/arrange'
import type { Cursor } from '../store/app-state'
import { revealLine } from '../ui/drawn'
import { onResize } from '../ui/listen'
import { useModel } from '../ui/model'
import { headerHeight } from './header-height'
import type { Layout } from './table'

interface Scrolled {
  readonly scroll: RefObject<HTMLDivElement | null>
  readonly layout: Layout
  /** Of the columns, in pixels. */
  readonly sizes: readonly number[]
  /** Places of the items by id. */
  readonly index: Places
  /** Pixels. */
  readonly rowHeight: number
  readonly cursor: Cursor | null
}

/** Pixels of the visible part of the grid. */
type Size = Readonly<Record<'width' | 'height', number>>

interface Across {
  /** Of the columns from left to right, the pinned ones first, pixels. */
  readonly widths: readonly number[]
  readonly pinned: number
  /** The column to show. */
  readonly where: number
  /** How far they are scrolled. */
  readonly left: number
  /** Visible pixels, including the pinned columns. */
  readonly room: number
}

/** The scroll offset that shows a column: no further than needed, and not covered by pinned columns. */
export function leftFor({ widths, pinned, where, left, room }: Across): number {
  if (where < pinned) return left
  const sum = (count: number) => widths.slice(0, count).reduce((all, width) => all + width, 0)
  const covered = sum(pinned)
  const start = sum(where) - covered
  const least = sum(where + 1) - room
  if (start < left) return start
  if (least <= left) return left
  const starts = widths.slice(pinned, where).map((_, at) => sum(pinned + at) - covered)
  return starts.find((one) => one >= least) ?? start
}

/** The scrolling part of the grid: whether it is scrolled from its left edge, and a function that scrolls a cell into view. */
export function useScrolling({ scroll, layout, sizes, index, rowHeight, cursor }: Scrolled) {
  const model = useModel()
  const [scrolled, setScrolled] = useState(false)

  /** Scrolls a cell into view: not under header or pinned columns, and above the notices. */
  function reveal(item: string, column: string): void {
    const element = scroll.current
    if (element === null) return
    const at = index.get(item)
    if (at !== undefined) revealLine(element, at, rowHeight, headerHeight)
    const where = layout.ids.map(String).indexOf(column)
    const { scrollLeft, clientWidth: room } = element
    const left = leftFor({ widths: sizes, pinned: layout.pinned, where, left: scrollLeft, room })
    if (left !== element.scrollLeft) element.scrollLeft = left
  }

  const shrunk = useRef<(before: Size) => void>(() => undefined)
  shrunk.current = (before) => {
    const element = scroll.current
    if (element === null || cursor === null) return
    // The editor of a cell has the focus instead of the cell.
    const { editing } = model.edits.state.getState()
    if (editing === null && !element.contains(document.activeElement)) return
    // The inspector opened over the focused cell, or content above the grid took the room of its row.
    const top = (index.get(cursor.item) ?? -1) * rowHeight
    const wasSeen =
      top >= element.scrollTop && top + rowHeight + headerHeight <= element.scrollTop + before.height
    if (element.clientWidth < before.width || wasSeen) reveal(cursor.item, cursor.column)
  }
  useEffect(() => {
    const element = scroll.current
    if (element === null) return
    let size: Size = { width: element.clientWidth, height: element.clientHeight }
    const look = () => {
      const { clientWidth: width, clientHeight: height } = element
      if (width < size.width || height < size.height) shrunk.current(size)
      size = { width, height }
      setScrolled(element.scrollLeft > 0)
    }
    look()
    const end = onResize(element, look)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      end()
      element.removeEventListener('scroll', look)
    }
  }, [scroll])
  return { scrolled, reveal }
}

interface Held extends Pick<Scrolled, 'scroll' | 'index' | 'rowHeight' | 'cursor'> {
  /** The focus is in the grid. */
  readonly follow: RefObject<boolean>
}

/**
 * Where rows are sorted again without a user action (`byItself`), the focused row stays where it is on the screen, and the
 * others move around it. A row that was scrolled out of view is not scrolled back.
 */
export function useHeldInSight({ scroll, index, rowHeight, cursor, follow }: Held, byItself: boolean): void {
  const model = useModel()
  const last = useRef(index)
  useLayoutEffect(() => {
    const before = last.current
    last.current = index
    const element = scroll.current
    if (!byItself || before === index || element === null || cursor === null) return
    if (!follow.current && model.edits.state.getState().editing === null) return
    const [from, to] = [before.get(cursor.item), index.get(cursor.item)]
    if (from === undefined || to === undefined || from === to) return
    const below = from * rowHeight - element.scrollTop
    const seen = below > -rowHeight && below < element.clientHeight - headerHeight
    if (seen) element.scrollTop = Math.max(0, element.scrollTop + (to - from) * rowHeight)
  }, [model, scroll, index, rowHeight, cursor, follow, byItself])
}

/** A new arrangement is shown from the top, unless a part of it must stay in view. */
export function useFromTop(
  scroll: RefObject<HTMLDivElement | null>,
  arranged: readonly unknown[],
  keepInSight: () => void = () => undefined,
): void {
  const keep = useRef(keepInSight)
  keep.current = keepInSight
  const first = useRef(true)
  const key = JSON.stringify(arranged)
  useEffect(() => {
    void key
    if (first.current) first.current = false
    else {
      if (scroll.current !== null) scroll.current.scrollTop = 0
      keep.current()
    }
  }, [scroll, key])
}
