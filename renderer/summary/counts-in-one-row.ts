/** Which of the counts there is room for. */
import { type RefObject, useLayoutEffect, useState } from 'react'
import { onResize } from '../ui/listen'

/**
 * The order in which counts give way to the menu: first those that are small and no trouble, last those of most contexts, of what
 * is wrong with others, and of who may do everything.
 */
const order: readonly string[] = [
  'expected',
  'unsupported',
  'shared',
  'stale',
  'warning',
  'not-checked',
  'proven',
  'expired',
  'unreachable',
  'error',
  'compared',
  'admin',
  'production',
  'login-needed',
  'no-access',
  'broken',
  'verified',
  'mismatch',
]

/** The counts that go into the menu, so that the others and its button fit. `widths`: of each with its gap; `rest`: of the button. */
export function leftOut(
  room: number,
  widths: ReadonlyMap<string, number>,
  rest: number,
): ReadonlySet<string> {
  const gone = new Set<string>()
  let over = [...widths.values()].reduce((sum, width) => sum + width, 0) - room
  if (over <= 0) return gone
  over += rest
  for (const name of order) {
    const width = widths.get(name)
    if (over <= 0) break
    if (width === undefined) continue
    gone.add(name)
    over -= width
  }
  return gone
}

/** The greatest width of the menu's button, with its gap. */
const restWidth = 52

/** Keeps the counts in one row; answers which have no room there. `counts`: what the row shows, measured again when it changes. */
export function useFitting(row: RefObject<HTMLElement | null>, counts: unknown): ReadonlySet<string> {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set())
  useLayoutEffect(() => {
    void counts
    const element = row.current
    if (element === null) return
    const fitNow = () => {
      const now = fitIn(element)
      setGone((before) =>
        before.size === now.size && [...now].every((name) => before.has(name)) ? before : now,
      )
    }
    fitNow()
    return onResize(element, fitNow)
  }, [row, counts])
  return gone
}

function fitIn(row: HTMLElement): ReadonlySet<string> {
  // All are there while they are measured.
  row.dataset.measured = ''
  const gap = Number.parseFloat(getComputedStyle(row).columnGap) || 0
  const widths = new Map(
    [...row.querySelectorAll<HTMLElement>('[data-count]')].map((count) => [
      count.dataset.count ?? '',
      count.getBoundingClientRect().width + gap,
    ]),
  )
  delete row.dataset.measured
  return leftOut(row.clientWidth + gap, widths, restWidth)
}
