import { type RefObject, useEffect, useRef } from 'react'
import { listen } from './listen'

/** What has or would have the keyboard in a list. */
export const placeIn = (around: ParentNode): HTMLElement | null =>
  around.querySelector<HTMLElement>('[role="grid"] [tabindex="0"], [role="treegrid"] [tabindex="0"]')

/**
 * Where the keyboard goes on when what it was in is gone: the grid's own place, or the filter where no row fits it; null on a page
 * without either.
 */
export const placeInGrid = (): HTMLElement | null =>
  placeIn(document) ?? document.querySelector<HTMLElement>('[role="search"] input')

/** How often the keyboard is looked for, and for how long, in milliseconds: a palette that led here gives it back after it has faded. */
const every = 50
const usual = 400
/** For so long where the palette has it still: it takes its time to fade where the page took its time to come. */
const longest = 5_000

const isInDialog = (element: Element | null): boolean =>
  element?.closest('[role="dialog"], [role="alertdialog"]') != null

/** Puts the keyboard there, once it is found to be nowhere; returns what ends the looking. */
export function takeFocus(place: () => HTMLElement | null): () => void {
  const began = performance.now()
  const first = document.activeElement
  const timer = setInterval(() => {
    if (document.activeElement === document.body) place()?.focus()
    const { activeElement } = document
    const isWaiting = activeElement === document.body || isInDialog(activeElement)
    const looked = performance.now() - began
    // Once it is somewhere on the page it is no more to be found: what is lost there goes on nearby (kept-focus.ts).
    const isFound = !isWaiting && activeElement !== first
    if (isFound || looked >= (isWaiting ? longest : usual)) clearInterval(timer)
  }, every)
  return () => clearInterval(timer)
}

let shown: HTMLElement | null = null

/** The page as a whole, or what says on it that its list has nothing to show; it can have the keyboard without being a control. */
export const pageItself = (): HTMLElement | null => (shown?.isConnected ? shown : null)

/**
 * Where the keyboard goes on when what it was in is gone: in the page's list, else at the page itself, so that it is never nowhere, nor
 * at a button that the user did not choose.
 */
export const placeOnPage = (): HTMLElement | null => placeInGrid() ?? pageItself()

/** For what is the page itself, from now on. */
export function usePageItself(): RefObject<HTMLDivElement | null> {
  const page = useRef<HTMLDivElement>(null)
  useEffect(() => {
    shown = page.current
  }, [])
  return page
}

/** Of a page that takes another one's place: the palette, which led here, leaves a list that is gone, and the keyboard goes on here. */
export function usePageFocus(): RefObject<HTMLDivElement | null> {
  const page = usePageItself()
  useEffect(() => takeFocus(() => page.current && (placeIn(page.current) ?? page.current)), [page])
  return page
}

/** Says on the window that its keyboard was put somewhere without the user's doing; there is no ring while it is there (Grid.module.css). */
const quietly = 'quietly'

const holding = new Set(['Shift', 'Control', 'Alt', 'Meta', 'CapsLock'])

/** What that place would do for Enter and Space (a header sorts): a user who does not see the keyboard there does not mean it. */
const isOfThePlace = ({ key, ctrlKey, metaKey }: KeyboardEvent): boolean =>
  holding.has(key) || ((key === 'Enter' || key === ' ') && !ctrlKey && !metaKey)

/**
 * At the start the keyboard is where Tab would bring it into the list, so that the first arrow walks; it is not seen there, and until
 * another key has moved it Enter and Space do nothing there. Whoever has pressed anything by then is left alone. `ready`: the list has
 * something to show.
 */
export function useBeginning(ready: boolean): void {
  const pressed = useRef(false)
  const quietPlace = useRef<HTMLElement | null>(null)
  useEffect(() => {
    const { dataset } = document.documentElement
    const onPress = (event: KeyboardEvent | PointerEvent) => {
      const isThere = quietPlace.current !== null && event.target === quietPlace.current
      if (isThere && event instanceof KeyboardEvent && isOfThePlace(event)) {
        if (holding.has(event.key)) return
        event.preventDefault()
        event.stopPropagation()
        return
      }
      pressed.current = true
      quietPlace.current = null
      delete dataset[quietly]
    }
    const end = listen(['keydown', 'pointerdown'], onPress, true)
    return () => {
      end()
      delete dataset[quietly]
    }
  }, [])
  const begun = useRef(false)
  useEffect(() => {
    if (!ready || begun.current) return
    begun.current = true
    return takeFocus(() => {
      const place = pressed.current ? null : placeIn(document)
      if (place !== null) document.documentElement.dataset[quietly] = ''
      quietPlace.current = place
      return place
    })
  }, [ready])
}
