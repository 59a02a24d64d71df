import { type RefObject, useEffect, useRef } from 'react'
import { placeIn, placeInGrid } from './grid-focus'

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
 * at a button that nobody chose.
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

/** Of a page that takes another one's place: whoever comes by the palette leaves a list that is gone, and the keyboard goes on here. */
export function usePageFocus(): RefObject<HTMLDivElement | null> {
  const page = usePageItself()
  useEffect(() => takeFocus(() => page.current && (placeIn(page.current) ?? page.current)), [page])
  return page
}
