import { type RefObject, useEffect, useRef } from 'react'

/** Of a page that takes another one's place: whoever comes by the palette leaves a list that is gone, and the keyboard goes on here. */
export function usePageFocus(): RefObject<HTMLDivElement | null> {
  const page = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) page.current?.focus()
    }, 50)
    return () => clearTimeout(timer)
  }, [])
  return page
}
