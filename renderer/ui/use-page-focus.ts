import { type RefObject, useEffect, useRef } from 'react'

/** When the keyboard is looked for, in milliseconds: a palette that led here gives it back after it has faded. */
const looks = [50, 150, 400]

/** Puts the keyboard there, once it is found to be nowhere; returns what ends the looking. */
export function takeFocus(place: () => HTMLElement | null): () => void {
  const timers = looks.map((after) =>
    setTimeout(() => {
      if (document.activeElement === document.body) place()?.focus()
    }, after),
  )
  return () => timers.forEach(clearTimeout)
}

/** Of a page that takes another one's place: whoever comes by the palette leaves a list that is gone, and the keyboard goes on here. */
export function usePageFocus(): RefObject<HTMLDivElement | null> {
  const page = useRef<HTMLDivElement>(null)
  useEffect(() => takeFocus(() => page.current), [])
  return page
}
