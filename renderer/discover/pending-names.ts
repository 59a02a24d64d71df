import { useMemo } from 'react'
import { useEdits, useSweeps } from '../ui/model'

/** Contexts that were added from here and are pending still, by their cells. */
export function usePendingNames(): ReadonlyMap<string, string> {
  const added = useSweeps((state) => state.added)
  const pending = useEdits((state) => state.pending)
  return useMemo(() => {
    const names = new Set(pending.flatMap(({ edit }) => (edit.kind === 'add-context' ? [edit.name] : [])))
    return new Map([...added].filter(([, name]) => names.has(name)))
  }, [added, pending])
}
