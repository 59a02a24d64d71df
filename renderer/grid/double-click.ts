import { useEffect, useRef } from 'react'
import type { Cursor } from '../store/state'
import { listen } from '../ui/listen'
/**
 * A double click means the cell that its first click was on. That click may open the inspector, and then the second
 * one lands on whatever came under the pointer: another cell, or a button of the inspector, which must not be pressed.
 * Hears the clicks of the whole window; `first` is set by the grid at a single plain click on a cell.
 */
export function useDoubleClick(onDoubleClick: (at: Cursor) => void) {
  const first = useRef<Cursor | null>(null)
  const act = useRef(onDoubleClick)
  act.current = onDoubleClick
  useEffect(() => {
    const hear = (event: MouseEvent) => {
      if (event.detail < 2) {
        // The grid says at the click that follows whether it is one on a cell.
        if (event.type === 'mousedown') first.current = null
        return
      }
      const at = first.current
      if (at === null) return
      event.stopPropagation()
      event.preventDefault()
      if (event.type === 'dblclick') act.current(at)
    }
    return listen(['mousedown', 'mouseup', 'click', 'dblclick'], hear, true)
  }, [])
  return first
}
