/** The keyboard in a list or matrix of which only the visible part is drawn. */
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { useModel } from './model'

interface HeldFocus {
  /** The name of the data attribute that holds the ids. */
  readonly by: 'line' | 'cell'
  /** The id that had the keyboard last. */
  readonly held: string | null
  /** The one that has it now: the first, where that is gone; null: there is none. */
  readonly cursor: string | null
  readonly setCursor: (id: string | null) => void
  /** Scrolls `cursor` into sight. */
  readonly reveal: () => void
}

/** Gives the keyboard to the list when the page asks for that; returns what moves it to another id, scrolled into sight by `reveal`. */
export function useHeldFocus(
  ref: RefObject<HTMLElement | null>,
  { by, held, cursor, setCursor, reveal }: HeldFocus,
): (id: string | null, reveal: () => void) => void {
  const { list } = useModel()
  // Ids may be any ARNs: they are compared, not used in a selector.
  const focusOn = (id: string | null) =>
    [...(ref.current?.querySelectorAll<HTMLElement>(`[data-${by}]`) ?? [])]
      .find(({ dataset }) => dataset[by] === id)
      ?.focus({ preventScroll: true })
  // One that was out of sight is drawn first.
  const focusing = useRef(false)
  useLayoutEffect(() => {
    if (!focusing.current) return
    focusing.current = false
    focusOn(cursor)
  })
  useEffect(() => {
    list.focusGrid = () => {
      if (cursor === null) return
      setCursor(cursor)
      reveal()
      focusOn(cursor)
    }
  })
  return (id, reveal) => {
    focusing.current = id !== held
    setCursor(id)
    reveal()
    if (!focusing.current) focusOn(id)
  }
}
