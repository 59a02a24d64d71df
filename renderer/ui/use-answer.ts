import { useEffect, useRef, useState } from 'react'

/**
 * The answer to a question about `of`; null until it arrives. It is asked again when one of `anew` changes, and the last answer
 * stays until then; an answer to an older question is dropped. `ask` null asks nothing. `rest`: milliseconds without a change
 * before asking.
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

/** The value as it was before `still`, as long as that is true: while edits are being written, the page still shows them. */
export function useStill<T>(value: T, still: boolean): T {
  const kept = useRef(value)
  if (!still) kept.current = value
  return kept.current
}
