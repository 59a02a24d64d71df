/** Which words of the counts there is room for. */
import { type RefObject, useLayoutEffect } from 'react'
import { onResize } from '../ui/listen'

/**
 * Whose word goes first: what a colour says nearly as well, then what is few and no trouble. What most contexts are, and what is wrong
 * with others, is read to the last.
 */
const order: readonly string[] = [
  'expected',
  'shared',
  'warning',
  'error',
  'compared',
  'admin',
  'production',
  'unsupported',
  'stale',
  'not-checked',
  'unreachable',
  'proven',
  'expired',
  'no-access',
  'login-needed',
  'broken',
  'verified',
  'mismatch',
]

/** Those that lose their words, so that `over` pixels are won; `wins`: what each has to give. */
export function shortened(over: number, wins: ReadonlyMap<string, number>): ReadonlySet<string> {
  const short = new Set<string>()
  let left = over
  for (const name of order) {
    const win = wins.get(name)
    if (left <= 0) break
    if (win === undefined) continue
    short.add(name)
    left -= win
  }
  return short
}

/** Keeps the counts in one row, with as many of their words as it has room for; `counts` is what is in them. */
export function useFitting(row: RefObject<HTMLElement | null>, counts: unknown): void {
  useLayoutEffect(() => {
    void counts
    const element = row.current
    if (element === null) return
    const fitNow = () => fitIn(element)
    fitNow()
    return onResize(element, fitNow)
  }, [row, counts])
}

function fitIn(row: HTMLElement): void {
  const counts = [...row.querySelectorAll<HTMLElement>('[data-count]')]
  for (const count of counts) delete count.dataset.short
  // A narrow one has more rows.
  const { flexWrap, columnGap } = getComputedStyle(row)
  const over = row.scrollWidth - row.clientWidth
  if (over <= 0 || flexWrap === 'wrap') return
  const wins = new Map(
    counts.map((count) => {
      const word = count.querySelector('[data-word]')
      return [
        count.dataset.count ?? '',
        (word?.getBoundingClientRect().width ?? 0) + Number.parseFloat(columnGap),
      ]
    }),
  )
  const short = shortened(over, wins)
  for (const count of counts) if (short.has(count.dataset.count ?? '')) count.dataset.short = ''
}
