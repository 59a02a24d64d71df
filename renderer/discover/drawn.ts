/** Which lines and columns of the matrix are drawn: those that can be seen, those beside them, and the cell that has the keyboard. */
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback } from 'react'

/** Pixels, as Discover.module.css has them. */
export const sizes = { column: 37, line: 27, heads: 127, who: 226, end: 76 } as const

/** One that is drawn, and how many pixels of what is not lie between it and the one before. */
export interface Drawn {
  readonly index: number
  readonly gap: number
}

export interface DrawnPart {
  readonly drawn: readonly Drawn[]
  /** Pixels of what follows the last one. */
  readonly after: number
}

interface Part {
  readonly scroll: RefObject<HTMLElement | null>
  readonly count: number
  /** The one that has the keyboard stays in the page, or the keyboard would fall out of the grid. */
  readonly held: number
}

/** The columns; so many beside what is seen that a fleet of a usual size is drawn whole. */
export const useDrawnColumns = (part: Part): DrawnPart =>
  useDrawn(part, { horizontal: true, size: sizes.column, overscan: 30, scrollMargin: sizes.who })

export const useDrawnLines = (part: Part): DrawnPart =>
  useDrawn(part, { horizontal: false, size: sizes.line, overscan: 20, scrollMargin: sizes.heads })

function useDrawn(
  { scroll, count, held }: Part,
  {
    horizontal,
    size,
    overscan,
    scrollMargin,
  }: {
    readonly horizontal: boolean
    readonly size: number
    readonly overscan: number
    readonly scrollMargin: number
  },
): DrawnPart {
  const virtualizer = useVirtualizer({
    count,
    horizontal,
    overscan,
    scrollMargin,
    getScrollElement: () => scroll.current,
    estimateSize: () => size,
    // About what there is room for: so it is drawn with the page.
    initialRect: { width: window.innerWidth, height: window.innerHeight * 0.7 },
    rangeExtractor: useCallback(
      (range: Range) => {
        const drawn = defaultRangeExtractor(range)
        if (held >= count || drawn.includes(held)) return drawn
        return [...drawn, held].sort((a, b) => a - b)
      },
      [held, count],
    ),
  })
  let next = 0
  const drawn = virtualizer.getVirtualItems().map(({ index }) => {
    const gap = (index - next) * size
    next = index + 1
    return { index, gap }
  })
  return { drawn, after: (count - next) * size }
}

/** Scrolls so far that a cell can be seen, under neither heads nor names. */
export function reveal(
  element: HTMLElement | null,
  { line, column }: { readonly line: number; readonly column: number },
): void {
  if (element === null) return
  const [top, left] = [line * sizes.line, column * sizes.column]
  const covered = Number.parseFloat(getComputedStyle(element).paddingBottom) || 0
  const bottom = top + sizes.line + sizes.heads + covered - element.clientHeight
  if (top < element.scrollTop) element.scrollTop = top
  else if (bottom > element.scrollTop) element.scrollTop = bottom
  // With its name, which leans to the right.
  const right = left + sizes.column + sizes.end + sizes.who - element.clientWidth
  if (left < element.scrollLeft) element.scrollLeft = left
  else if (right > element.scrollLeft) element.scrollLeft = right
}
