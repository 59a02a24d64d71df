import { useState } from 'react'

/** The value as it was before `still`, as long as that holds: while edits are written, what shows them shows what is written. */
export function useStill<T>(value: T, still: boolean): T {
  const [kept, setKept] = useState(value)
  if (!still && kept !== value) setKept(value)
  return still ? kept : value
}
