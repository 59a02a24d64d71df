import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { inspectorWidths } from '../store/view'
import { inspectorText as text } from '../text/inspector'
import styles from './Inspector.module.css'

interface ResizeProps {
  /** Pixels. */
  readonly width: number
  /** As wide as it can be in this window. */
  readonly most: number
  readonly onResize: (width: number) => void
  /** Back to the usual width. */
  readonly onReset: () => void
}

const step = 24

/** The inspector's left edge: dragged, or moved with the arrow keys. */
export function Resize({ width, most, onResize, onReset }: ResizeProps) {
  const start = useRef<{ x: number; width: number } | null>(null)

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowLeft') onResize(width + step)
    else if (event.key === 'ArrowRight') onResize(width - step)
    else if (event.key === 'Home') onResize(most)
    else if (event.key === 'End') onResize(inspectorWidths.min)
    else return
    event.preventDefault()
  }

  function onPointerMove(event: PointerEvent): void {
    if (start.current !== null) onResize(start.current.width + start.current.x - event.clientX)
  }

  return (
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={text.resize}
      aria-valuenow={Math.round(width)}
      aria-valuemin={inspectorWidths.min}
      aria-valuemax={Math.round(most)}
      className={styles.resize}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        start.current = { x: event.clientX, width }
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        start.current = null
      }}
      onDoubleClick={onReset}
    />
  )
}
