/** The keys of a list whose lines open and close: arrows walk, left and right close and open, Enter acts, Escape puts away. */
import { type KeyboardEvent, type RefObject, useEffect, useLayoutEffect, useRef } from 'react'

/** A line, by the id that its element has as `data-line`. */
export interface KeyedLine {
  readonly id: string
  /** Null: nothing is below it. */
  readonly open: boolean | null
}

export interface TreeKeysOptions<L extends KeyedLine> {
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
  /** The place of the line that has the keyboard now. */
  readonly at: number
  readonly onKeyDown: (event: KeyboardEvent) => void
}

/** So many lines are a page of the keyboard. */
const pageOf = 10

/** The keyboard of a tree grid; `reveal` brings the line of a place into sight. */
export function useTreeKeys<L extends KeyedLine>(
  ref: RefObject<HTMLElement | null>,
  options: TreeKeysOptions<L>,
  reveal: (at: number) => void,
): TreeKeys {
  const { lines, held, shown, setCursor, toggle, above, enter, putAway } = options
  const places = useRef<{ readonly of: readonly L[]; readonly byId: ReadonlyMap<string, number> }>(undefined)
  if (places.current?.of !== lines)
    places.current = { of: lines, byId: new Map(lines.map(({ id }, at) => [id, at])) }
  const { byId } = places.current
  // What was filtered or closed away has no keyboard: the first line takes it.
  const at = byId.get(held ?? '') ?? 0
  const cursor = lines[at]?.id ?? null

  // Ids may be ARNs of anybody's: they are compared, and make no selector.
  const focusOn = (id: string | null) =>
    [...(ref.current?.querySelectorAll<HTMLElement>('[data-line]') ?? [])]
      .find(({ dataset }) => dataset.line === id)
      ?.focus({ preventScroll: true })
  // A line that was out of sight is drawn first.
  const focusing = useRef(false)
  useLayoutEffect(() => {
    if (!focusing.current) return
    focusing.current = false
    focusOn(cursor)
  })
  function moveTo(to: number): void {
    const id = lines[to]?.id
    if (id === undefined) return
    focusing.current = id !== held
    setCursor(id)
    reveal(to)
    if (!focusing.current) focusOn(id)
  }
  useEffect(() => {
    shown.focusGrid = () => {
      if (cursor === null) return
      setCursor(cursor)
      reveal(at)
      focusOn(cursor)
    }
  })

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    // A button of a line has its own keys.
    if (event.target instanceof HTMLButtonElement) return
    const line = lines[at]
    if (line === undefined) return
    const step = (to: number) => moveTo(Math.min(lines.length - 1, Math.max(0, to)))
    const open = line.open === true
    if (event.key === 'ArrowDown') step(at + 1)
    else if (event.key === 'ArrowUp') step(at - 1)
    else if (event.key === 'PageDown') step(at + pageOf)
    else if (event.key === 'PageUp') step(at - pageOf)
    else if (event.key === 'Home') step(0)
    else if (event.key === 'End') step(lines.length - 1)
    else if (event.key === 'ArrowRight') {
      if (line.open === false) toggle(line.id, true)
      else if (open) step(at + 1)
    } else if (event.key === 'ArrowLeft') {
      if (open) toggle(line.id, false)
      else moveTo(byId.get(above(line) ?? '') ?? at)
    } else if (event.key === 'Enter' || event.key === ' ') enter(line)
    else if (event.key !== 'Escape' || !putAway()) return
    event.preventDefault()
  }
  return { at, onKeyDown }
}
