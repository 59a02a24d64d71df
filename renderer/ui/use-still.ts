import { useRef } from 'react'

/** The value as it was before `still`, as long as that holds: while edits are written, what shows them shows what is written. */
export function useStill<T>(value: T, still: boolean): T {
  const kept = useRef(value)
  if (!still) kept.current = value
  return kept.current
}
