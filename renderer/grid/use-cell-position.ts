import { type RefObject, useLayoutEffect, useRef } from 'react'
import type { Editing } from '../pending/editing-state'
import { columnOf } from '../rows/columns'
import { listen } from '../ui/listen'
import { useApp } from '../ui/model'
import { headerHeight } from './header-height'

const messages = () => document.querySelector<HTMLElement>('[data-messages]')

/** How far down a card between these x positions may reach, in window pixels: to the window's end, or to the notices. */
function endOfRoom(left: number, right: number): number {
  const region = messages()
  const first = region?.firstElementChild?.getBoundingClientRect()
  if (!region || first === undefined || right <= first.left || left >= first.right) return window.innerHeight
  return Math.max(region.getBoundingClientRect().top, first.top) - 8
}

/** The cell in the page; null where its row is not drawn. */
export function cellIn(
  grid: HTMLElement | null,
  { row, column }: Pick<Editing, 'row' | 'column'>,
): HTMLElement | null {
  const rows = [...(grid?.querySelectorAll<HTMLElement>('[role="row"]') ?? [])]
  const found = rows.find((one) => one.dataset.item === row)
  return found?.querySelector<HTMLElement>(`[data-column="${column}"]`) ?? null
}

/**
 * Places the card over its cell, and keeps its field there while the grid scrolls or is resized; above the notices where they
 * cover the cell, and never outside the grid. `onOutOfSight`: the cell was scrolled out of view.
 */
export function usePlaced(
  card: RefObject<HTMLDivElement | null>,
  grid: RefObject<HTMLElement | null>,
  { row, column }: Editing,
  onOutOfSight: () => void,
): void {
  const density = useApp((state) => state.settings.density)
  const gone = useRef(onOutOfSight)
  gone.current = onOutOfSight
  const wasSeen = useRef(false)
  useLayoutEffect(() => {
    void density
    const scroll = grid.current?.parentElement
    const lay = () => {
      const element = card.current
      if (element === null) return
      const box = cellIn(grid.current, { row, column })?.getBoundingClientRect()
      const seen = scroll?.getBoundingClientRect()
      if (box === undefined || seen === undefined) return
      const width = Math.min(Math.max(box.width, columnOf(column)?.long ? 460 : 300), 480)
      const left = Math.max(seen.left, 8, Math.min(box.left, window.innerWidth - width - 8))
      element.style.width = `${width}px`
      element.style.left = `${left}px`
      element.style.setProperty('--cell', `${box.height}px`)
      const end = endOfRoom(left, left + width)
      const room = end - box.top - 12
      const foot = Math.min(box.bottom, end)
      const roomAbove = foot - 12
      const place = (above: boolean) => {
        // The field stays on its cell, and the rest grows upwards from it.
        element.toggleAttribute('data-above', above)
        element.style.top = above ? 'auto' : `${box.top}px`
        element.style.bottom = above ? `${window.innerHeight - foot}px` : 'auto'
        element.style.maxHeight = `${Math.min(420, above ? roomAbove : room)}px`
      }
      place(room < Math.min(element.scrollHeight, 260))
      // Its content may be higher than a list that can shrink.
      if (roomAbove > room && element.scrollHeight > element.clientHeight + 1) place(true)
    }
    // Warnings and the predicted identity appear later than the card.
    const grows = new MutationObserver(lay)
    if (card.current !== null) grows.observe(card.current, { childList: true, subtree: true })
    // Notices appear and disappear while it is open.
    const moves = new ResizeObserver(lay)
    const region = messages()
    if (region !== null) moves.observe(region)
    // So does content next to and above the grid.
    if (scroll) moves.observe(scroll)
    const look = () => {
      lay()
      const box = cellIn(grid.current, { row, column })?.getBoundingClientRect()
      const seen = scroll?.getBoundingClientRect()
      if (box === undefined || seen === undefined) return
      const isSeen = box.bottom > seen.top + headerHeight && box.top < seen.bottom
      if (isSeen) wasSeen.current = true
      else if (wasSeen.current) gone.current()
    }
    look()
    const ends = [listen(['resize'], lay), listen(['scroll'], look, true)]
    return () => {
      grows.disconnect()
      moves.disconnect()
      for (const end of ends) end()
    }
  }, [card, grid, row, column, density])
}
