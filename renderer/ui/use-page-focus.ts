import { type RefObject, useEffect, useRef } from 'react'
import { listen } from './listen'

/** The element in a list that has, or would get, the focus. */
export const placeIn = (around: ParentNode): HTMLElement | null =>
  around.querySelector<HTMLElement>('[role="grid"] [tabindex="0"], [role="treegrid"] [tabindex="0"]')

/** The same in the paths of a map, which are entered only when asked for: the map then shows one of them. */
export const placeInTree = (around: ParentNode): HTMLElement | null =>
  around.querySelector<HTMLElement>('[role="tree"] [tabindex="0"]')

/**
 * Where the focus goes when its element is gone: to the grid's current cell, or to the filter where no row matches; null on a
 * page without either.
 */
export const placeInGrid = (): HTMLElement | null =>
  placeIn(document) ?? document.querySelector<HTMLElement>('[role="search"] input')

/** The interval for checking the focus, in milliseconds: a palette that opened this page returns the focus only after it has
 * faded. */
const every = 50
const usual = 400
/** The limit while the palette still has the focus, in milliseconds: it fades late where the page was slow to appear. */
const longest = 5_000

const isInDialog = (element: Element | null): boolean =>
  element?.closest('[role="dialog"], [role="alertdialog"]') != null

/** Moves the focus there, once nothing has it; returns a function that stops the checking. */
export function takeFocus(place: () => HTMLElement | null): () => void {
  const began = performance.now()
  const first = document.activeElement
  const timer = setInterval(() => {
    if (document.activeElement === document.body) place()?.focus()
    const { activeElement } = document
    const isWaiting = activeElement === document.body || isInDialog(activeElement)
    const looked = performance.now() - began
    // Once something on the page has it, the search is over: a later loss is handled by kept-focus.ts.
    const isFound = !isWaiting && activeElement !== first
    if (isFound || looked >= (isWaiting ? longest : usual)) clearInterval(timer)
  }, every)
  return () => clearInterval(timer)
}

let shown: HTMLElement | null = null

/** The page as a whole, or its message that the list is empty; it can have the focus without being a control. */
export const pageItself = (): HTMLElement | null => (shown?.isConnected ? shown : null)

/** What on the page takes the focus: its list, else the heading that says why there is none, which is then read out, else the page itself. */
export const placeInPage = (): HTMLElement | null =>
  placeIn(document) ?? pageItself()?.querySelector<HTMLElement>('h1[tabindex="-1"]') ?? pageItself()

/**
 * Where the focus goes when its element is gone: to the page's list or filter, else to the page, so that it is never lost, nor at
 * a button that the user did not choose.
 */
export const placeOnPage = (): HTMLElement | null => placeInGrid() ?? placeInPage()

/** A ref for the element that is the page itself from now on. */
export function usePageItself(): RefObject<HTMLDivElement | null> {
  const page = useRef<HTMLDivElement>(null)
  useEffect(() => {
    shown = page.current
  }, [])
  return page
}

/** For a page that replaces another one: the palette that opened it came from a list that is gone, so the focus moves here. */
export function usePageFocus(): RefObject<HTMLDivElement | null> {
  const page = usePageItself()
  useEffect(() => takeFocus(placeInPage), [])
  return page
}

/** Marks the window while its focus was set without a user action: no focus ring is drawn then (Grid.module.css). */
const quietly = 'quietly'

const holding = new Set(['Shift', 'Control', 'Alt', 'Meta', 'CapsLock'])

/** Keys that would act at that place, as Enter and Space sort a header: a user who sees no focus there does not mean that. */
const isOfThePlace = ({ key, ctrlKey, metaKey }: KeyboardEvent): boolean =>
  holding.has(key) || ((key === 'Enter' || key === ' ') && !ctrlKey && !metaKey)

/**
 * At the start the focus is where Tab would enter the list, so that the first arrow key works. It is not visible there, and Enter
 * and Space do nothing until another key has moved it. If the user has pressed anything before, nothing is changed. `ready`: the
 * list has something to show.
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
