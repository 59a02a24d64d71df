/** Which of very many lines or columns are drawn: the visible ones, some next to them, and the one that has the keyboard. */
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useLayoutEffect, useRef } from 'react'

/** A drawn one, and how many pixels of undrawn ones are between it and the one before. */
export interface DrawnItem {
  readonly index: number
  readonly gap: number
}

export type DrawnPart = ReturnType<typeof useDrawn>

/** The scrolling element, and its content. */
export interface ScrollPart {
  readonly scroll: RefObject<HTMLElement | null>
  readonly count: number
  /** The one that has the keyboard stays in the page, or the keyboard would fall out of the list. */
  readonly held: number | null
}

interface Measures {
  readonly horizontal: boolean
  /** Pixels of each. */
  readonly size: number
  /** How many are drawn beyond the visible part. */
  readonly overscan: number
  /** Pixels before the first. */
  readonly scrollMargin: number
}

/** Those to draw, where all have one size. */
export function useDrawn(
  { scroll, count, held }: ScrollPart,
  { horizontal, size, overscan, scrollMargin }: Measures,
) {
  const virtualizer = useVirtualizer({
    count,
    horizontal,
    overscan,
    scrollMargin,
    getScrollElement: () => scroll.current,
    // The same function object while the size is the same: for another one all positions are computed again.
    estimateSize: useCallback(() => size, [size]),
    // About the available room: so it is drawn with the page, which is laid out only once.
    initialRect: { width: window.innerWidth, height: window.innerHeight * 0.7 },
    rangeExtractor: useCallback(
      (range: Range) => {
        const drawn = defaultRangeExtractor(range)
        if (held === null || held >= count || drawn.includes(held)) return drawn
        return [...drawn, held].sort((a, b) => a - b)
      },
      [held, count],
    ),
  })
  // The virtualizer keeps the old sizes until it measures again.
  const measured = useRef(size)
  useLayoutEffect(() => {
    if (measured.current === size) return
    measured.current = size
    virtualizer.measure()
  }, [size, virtualizer])
  let next = 0
  const drawn = virtualizer.getVirtualItems().map(({ index }) => {
    const gap = (index - next) * size
    next = index + 1
    return { index, gap }
  })
  return { drawn, after: (count - next) * size }
}

/** Scrolls until a line is visible between the heads (`heads`: their height in pixels) and the notices below. */
export function revealLine(element: HTMLElement | null, at: number, height: number, heads: number): void {
  if (element === null) return
  const top = at * height
  const covered = document.querySelector<HTMLElement>('[data-messages]')?.offsetHeight ?? 0
  const bottom = top + height + heads + covered - element.clientHeight
  if (top < element.scrollTop) element.scrollTop = top
  else if (bottom > element.scrollTop) element.scrollTop = bottom
}
