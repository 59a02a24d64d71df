/** The rectangle of cells that is edited at once: its place among the shown cells. Pure, except `useRangeEnd`. */
import { useLayoutEffect, useRef } from 'react'
import type { Item } from '../rows/arrange'
import type { CellRange, Cursor } from '../store/app-state'
import { useApp, useModel } from '../ui/model'
import type { CellPlace } from './keyboard'

type RangePlace = Pick<CellPlace, 'items' | 'index' | 'columns'>

/** The rectangle between two cells, both included; null where one of them is not shown, or both are the same. */
export function rangeBetween(place: RangePlace, from: Cursor, to: Cursor): CellRange | null {
  const [start, end] = [place.index.get(from.item), place.index.get(to.item)]
  const [first, last] = [place.columns.indexOf(from.column), place.columns.indexOf(to.column)]
  if (start === undefined || end === undefined || first < 0 || last < 0) return null
  if (start === end && first === last) return null
  return {
    from,
    to,
    top: Math.min(start, end),
    bottom: Math.max(start, end),
    left: Math.min(first, last),
    right: Math.max(first, last),
  }
}

/** The nearest row on the way from one item to another or beyond it: a range ends at no group. */
export function rowBeyond(place: RangePlace, from: string, to: string): string | null {
  const start = place.index.get(from)
  const end = place.index.get(to)
  if (start === undefined || end === undefined) return null
  const step = end < start ? -1 : 1
  for (let at = end; at >= 0 && at < place.items.length; at += step) {
    const item = place.items[at]
    if (item?.kind === 'row') return item.id
  }
  // Nothing but a header there: the last row before it.
  for (let at = end; at !== start; at -= step) {
    const item = place.items[at]
    if (item?.kind === 'row') return item.id
  }
  return null
}

/** What a row draws of the range: `left:right:edges`, so that rows redraw only where it changed; '' outside. */
export function acrossRow(range: CellRange | null, at: number): string {
  if (range === null || at < range.top || at > range.bottom) return ''
  return `${range.left}:${range.right}:${at === range.top ? 't' : ''}${at === range.bottom ? 'b' : ''}`
}

/** Which edges of the range a cell draws; undefined when the cell is outside. */
export function edgesAt(across: string, column: number): string | undefined {
  if (across === '') return undefined
  const [left, right, ends = ''] = across.split(':')
  if (column < Number(left) || column > Number(right)) return undefined
  return [
    'in',
    ends.includes('t') && 'top',
    ends.includes('b') && 'bottom',
    column === Number(left) && 'left',
    column === Number(right) && 'right',
  ]
    .filter(Boolean)
    .join(' ')
}

/** Ends the range when the filter changes, and when its rows or columns change places. */
export function useRangeEnd(items: readonly Item[], columns: readonly string[]): void {
  const model = useModel()
  const filter = useApp((state) => state.filter)
  const only = useApp((state) => state.only)
  const before = useRef({ items, columns, filter, only })
  useLayoutEffect(() => {
    const was = before.current
    before.current = { items, columns, filter, only }
    const { range } = model.state.getState()
    if (range === null) return
    const moved = () => {
      for (let at = range.top; at <= range.bottom; at++) if (items[at]?.id !== was.items[at]?.id) return true
      return false
    }
    const rearranged = columns.join() !== was.columns.join()
    if (filter !== was.filter || only !== was.only || rearranged || moved()) model.endRange()
  }, [items, columns, filter, only, model])
}
