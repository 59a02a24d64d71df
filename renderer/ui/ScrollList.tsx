import { type ComponentProps, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { onResize } from './listen'
/** A list in a box that scrolls: Tab comes to it where there is something to scroll, and else goes by. */
export function ScrollList(props: Omit<ComponentProps<'ul'>, 'ref' | 'tabIndex'>) {
  const list = useRef<HTMLUListElement>(null)
  const [scrolls, setScrolls] = useState(false)
  const measure = useCallback(() => {
    const { current } = list
    if (current !== null) setScrolls(current.scrollHeight > current.clientHeight)
  }, [])
  // With its items, and with the window.
  useLayoutEffect(measure)
  useEffect(() => {
    if (list.current !== null) return onResize(list.current, measure)
  }, [measure])
  // Not without: the list that has the keyboard would lose it with its last item but few.
  return <ul {...props} ref={list} tabIndex={scrolls ? 0 : -1} />
}
