import { useEffect, useRef } from 'react'
import { placeIn } from './grid-focus'
import { takeFocus } from './use-page-focus'

/** Says on the window that its keyboard was put somewhere by nobody's doing; there is no ring while it stands there (Grid.module.css). */
const quietly = 'quietly'

/**
 * At the start the keyboard is where Tab would bring it into the list, so that the first arrow walks; nobody sees it come. Whoever has
 * pressed anything by then is left alone. `ready`: the list has something to show.
 */
export function useBeginning(ready: boolean): void {
  const pressed = useRef(false)
  useEffect(() => {
    const { dataset } = document.documentElement
    const onPress = () => {
      pressed.current = true
      delete dataset[quietly]
    }
    const presses = ['keydown', 'pointerdown'] as const
    for (const press of presses) window.addEventListener(press, onPress, true)
    return () => {
      for (const press of presses) window.removeEventListener(press, onPress, true)
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
      return place
    })
  }, [ready])
}
