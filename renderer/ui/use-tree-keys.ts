/** The keys of a list whose lines open and close: arrows walk, left and right close and open, Enter acts, Escape puts away. */
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react'

/** A line, by the id that its element has as `data-line`. */
export interface KeyedLine {
  readonly id: string
  /** Null: nothing is below it. */
  readonly open: boolean | null
}

interface TreeKeysOptions<L extends KeyedLine> {
  readonly lines: readonly L[]
  /** The line that had the keyboard last. */
  readonly held: string | null
  /** Who brings the keyboard back to the list asks this. */
  readonly shown: { focusGrid: () => void }
  readonly setCursor: (id: string) => void
  readonly toggle: (id: string, open: boolean) => void
  /** Where left leads from a line that cannot be closed; null: nowhere. */
  readonly above: (line: L) => string | null
  readonly enter: (line: L) => void
  /** False where there is nothing to put away. */
  readonly putAway: () => boolean
}

interface TreeKeys {
  readonly ref: RefObject<HTMLDivElement | null>
  /** The line that has the keyboard now. */
  readonly cursor: string | null
  readonly onKeyDown: (event: KeyboardEvent) => void
}

/** So many lines are a page of the keyboard. */
const pageOf = 10

/** The keyboard of a tree grid, whose element gets `ref` and `onKeyDown`. */
export function useTreeKeys<L extends KeyedLine>(options: TreeKeysOptions<L>): TreeKeys {
  const { lines, held, shown, setCursor, toggle, above, enter, putAway } = options
  const ref = useRef<HTMLDivElement>(null)
  const at = lines.findIndex(({ id }) => id === held)
  // What was filtered or closed away has no keyboard: the first line takes it.
  const cursor = at === -1 ? (lines[0]?.id ?? null) : held

  // Ids may be ARNs of anybody's: they are compared, and make no selector.
  const focusOn = (id: string | null) =>
    [...(ref.current?.querySelectorAll<HTMLElement>('[data-line]') ?? [])]
      .find(({ dataset }) => dataset.line === id)
      ?.focus()
  function moveTo(id: string | null | undefined): void {
    if (id === undefined || id === null) return
    setCursor(id)
    focusOn(id)
  }
  useEffect(() => {
    shown.focusGrid = () => {
      if (cursor !== null) setCursor(cursor)
      focusOn(cursor)
    }
  })

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    // A button of a line has its own keys.
    if (event.target instanceof HTMLButtonElement) return
    const here = Math.max(0, at)
    const line = lines[here]
    if (line === undefined) return
    const step = (to: number) => moveTo(lines[Math.min(lines.length - 1, Math.max(0, to))]?.id)
    const open = line.open === true
    if (event.key === 'ArrowDown') step(here + 1)
    else if (event.key === 'ArrowUp') step(here - 1)
    else if (event.key === 'PageDown') step(here + pageOf)
    else if (event.key === 'PageUp') step(here - pageOf)
    else if (event.key === 'Home') step(0)
    else if (event.key === 'End') step(lines.length - 1)
    else if (event.key === 'ArrowRight') {
      if (line.open === false) toggle(line.id, true)
      else if (open) step(here + 1)
    } else if (event.key === 'ArrowLeft') {
      if (open) toggle(line.id, false)
      else moveTo(above(line))
    } else if (event.key === 'Enter' || event.key === ' ') enter(line)
    else if (event.key !== 'Escape' || !putAway()) return
    event.preventDefault()
  }
  return { ref, cursor, onKeyDown }
}
