import { ago } from '../rows/age'
import { useApp } from './model'

interface AgoProps {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly className?: string
}

/** How long ago that was, and exactly when on hover. */
export function Ago({ at, className }: AgoProps) {
  const now = useApp((state) => state.now)
  const time = new Date(at)
  return (
    <time className={className} dateTime={time.toISOString()} title={time.toLocaleString()}>
      {ago(at, now)}
    </time>
  )
}
