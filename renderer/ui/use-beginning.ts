import { useEffect, useRef } from 'react'
import { placeIn } from './grid-focus'
import { listen } from './listen'
import { takeFocus } from './use-page-focus'

/** Says on the window that its keyboard was put somewhere by nobody's doing; there is no ring while it stands there (Grid.module.css). */
const quietly = 'quietly'

const holding = new Set(['Shift', 'Control', 'Alt', 'Meta', 'CapsLock'])

/** What that place would do for Enter and Space (a header sorts): nobody who does not see the keyboard there means it. */
const isOfThePlace = ({ key, ctrlKey, metaKey }: KeyboardEvent): boolean =>
  holding.has(key) || ((key === 'Enter' || key === ' ') && !ctrlKey && !metaKey)

/**
 * At the start the keyboard is where Tab would bring it into the list, so that the first arrow walks; nobody sees it come, and until
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
