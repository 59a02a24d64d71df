import { useEffect, useRef, useState } from 'react'

/**
 * The answer to a question about `of`; null until it is there. It is asked anew when one of `anew` is another, and until then the last
 * answer stays; an answer to an older question is dropped. `ask` null asks nothing. `rest`: milliseconds for which nothing may change before.
 */
export function useAnswer<T>(
  of: unknown,
  ask: (() => Promise<T>) | null,
  anew: readonly unknown[] = [],
  rest = 0,
): T | null {
  const [answered, setAnswered] = useState<{ readonly of: unknown; readonly is: T } | null>(null)
  const latest = useRef(ask)
  latest.current = ask
  const asks = ask !== null
  useEffect(() => {
    if (!asks) return
    let current = true
    const now = () =>
      void latest.current?.().then((is) => {
        if (current) setAnswered({ of, is })
      })
    const timer = rest === 0 ? now() : setTimeout(now, rest)
    return () => {
      current = false
      if (timer !== undefined) clearTimeout(timer)
    }
  }, [of, asks, rest, ...anew])
  return asks && answered !== null && answered.of === of ? answered.is : null
}

/** The value as it was before `still`, as long as that holds: while edits are written, what shows them shows what is written. */
export function useStill<T>(value: T, still: boolean): T {
  const kept = useRef(value)
  if (!still) kept.current = value
  return kept.current
}
