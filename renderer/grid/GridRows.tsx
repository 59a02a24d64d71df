import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import {
  type MouseEventHandler,
  type PointerEventHandler,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import type { Item, Places } from '../rows/arrange'
import { useApp } from '../ui/model'
import styles from './Grid.module.css'
import { GridRow, GroupRow } from './GridRow'
import { headerHeight } from './heights'
import type { Layout } from './table'

interface GridRowsProps {
  readonly scroll: RefObject<HTMLDivElement | null>
  readonly items: readonly Item[]
  readonly index: Places
  /** Pixels. */
  readonly rowHeight: number
  readonly layout: Layout
  readonly follow: RefObject<boolean>
  /** Group names are numbers. */
  readonly mono: boolean
  readonly onClick: MouseEventHandler
  readonly onContextMenu: MouseEventHandler
  readonly onPointerDown: PointerEventHandler
}

/** Rows that are drawn above and below what can be seen, so that scrolling meets no empty place. */
const around = 10

/** Until the first picture has surely been painted, in milliseconds. */
const afterFirst = 100

/** None with the first picture, which waits for nothing that nobody sees; they follow it. */
function useAround(): number {
  const [drawn, setDrawn] = useState(0)
  useEffect(() => {
    const timer = setTimeout(() => setDrawn(around), afterFirst)
    return () => clearTimeout(timer)
  }, [])
  return drawn
}

/** The rows that can be seen, out of all; scrolling draws these anew and nothing else of the grid. */
export function GridRows({
  scroll,
  items,
  index,
  rowHeight,
  layout,
  follow,
  mono,
  onClick,
  onContextMenu,
  onPointerDown,
}: GridRowsProps) {
  const held = useApp((state) => (state.cursor === null ? undefined : index.get(state.cursor.item)))
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    // The very functions while these are the same: for others all places are worked out anew.
    estimateSize: useCallback(() => rowHeight, [rowHeight]),
    getItemKey: useCallback((at: number) => items[at]?.id ?? at, [items]),
    overscan: useAround(),
    scrollMargin: headerHeight,
    // About what there is room for: so the rows are drawn with the page, and it is laid out once.
    initialRect: { width: window.innerWidth, height: window.innerHeight * 0.7 },
    rangeExtractor: useCallback(
      (range: Range) => {
        const drawn = defaultRangeExtractor(range)
        // The cell that holds the focus stays in the page, or the keyboard would fall out of the grid.
        return held === undefined || drawn.includes(held) ? drawn : [...drawn, held].sort((a, b) => a - b)
      },
      [held],
    ),
  })
  // The virtualizer keeps the old heights until it measures again.
  const measured = useRef(rowHeight)
  useLayoutEffect(() => {
    if (measured.current === rowHeight) return
    measured.current = rowHeight
    virtualizer.measure()
  }, [rowHeight, virtualizer])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      role="rowgroup"
      className={styles.canvas}
      style={{ height: items.length * rowHeight }}
      onClick={onClick}
      onContextMenu={onContextMenu}
      onPointerDown={onPointerDown}
    >
      {virtualizer.getVirtualItems().map((drawn) => {
        const item = items[drawn.index]
        if (item === undefined) return null
        const placed = {
          id: item.id,
          top: drawn.index * rowHeight,
          height: rowHeight,
          ariaIndex: drawn.index + 2,
          layout,
          follow,
        }
        return item.kind === 'group' ? (
          <GroupRow key={item.id} {...placed} group={item} mono={mono} />
        ) : (
          <GridRow key={item.id} {...placed} />
        )
      })}
    </div>
  )
}
