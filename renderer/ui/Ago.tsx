import { ago } from '../../shared/age'
import { useApp } from './model'

/** How long ago that was, in milliseconds since the epoch, and exactly when on hover. */
export function Ago({ at, className }: { readonly at: number; readonly className?: string }) {
  const now = useApp((state) => state.now)
  const time = new Date(at)
  return (
    <time className={className} dateTime={time.toISOString()} title={time.toLocaleString()}>
      {ago(at, now)}
    </time>
  )
}
