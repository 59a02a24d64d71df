import { type ComponentProps, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { onResize } from './listen'
/** A list in a scrolling box: Tab stops at it only where there is something to scroll. */
export function ScrollList(props: Omit<ComponentProps<'ul'>, 'ref' | 'tabIndex'>) {
  const list = useRef<HTMLUListElement>(null)
  const [scrolls, setScrolls] = useState(false)
  const measure = useCallback(() => {
    const { current } = list
    if (current !== null) setScrolls(current.scrollHeight > current.clientHeight)
  }, [])
  // Measured again with its items, and with the window.
  useLayoutEffect(measure)
  useEffect(() => {
    if (list.current !== null) return onResize(list.current, measure)
  }, [measure])
  // Always with a tabindex: without it, a focused list that becomes short would lose the keyboard.
  return <ul {...props} ref={list} tabIndex={scrolls ? 0 : -1} />
}
