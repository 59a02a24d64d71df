/** Ages and durations in everyday words. All times are milliseconds since the epoch. */

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** `just now`, `4 min ago`, `3 h ago`, `2 days ago`. A time in the future (clock moved) counts as just now. */
export function ago(at: number, now: number): string {
  const passed = Math.max(0, now - at)
  if (passed < minute) return 'just now'
  if (passed < hour) return `${Math.floor(passed / minute)} min ago`
  if (passed < day) return `${Math.floor(passed / hour)} h ago`
  const days = Math.floor(passed / day)
  return days === 1 ? 'yesterday' : `${days} days ago`
}

/** A duration of a step: `412 ms`, `1.3 s`, `2 min`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < minute) return `${(ms / 1_000).toFixed(1)} s`
  return `${Math.round(ms / minute)} min`
}

/** The time left until then: `13 min left`, or `over`. */
export function timeLeft(until: number, now: number): string {
  const rest = until - now
  if (rest <= 0) return 'over'
  return rest < minute ? `${Math.ceil(rest / 1_000)} s left` : `${Math.floor(rest / minute)} min left`
}

/** A time span to come, as short as it is useful: `54 min`, `7 h 58 min`, `12 days`. */
export function timeSpan(ms: number): string {
  if (ms < minute) return `${Math.max(0, Math.ceil(ms / 1_000))} s`
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms >= 2 * day) return `${Math.floor(ms / day)} days`
  const minutes = Math.floor((ms % hour) / minute)
  return `${Math.floor(ms / hour)} h${minutes === 0 ? '' : ` ${minutes} min`}`
}
