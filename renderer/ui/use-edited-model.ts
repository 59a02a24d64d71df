import { useMemo } from 'react'
import { applyEdits } from '../../shared/edits/apply-edits'
import type { EditModel } from '../../shared/edits/model'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import { useApp, useEdits } from './model'

/** The entries of the files with what is pending; null until they are read. */
export function useEditedModel(): EditModel | null {
  const snapshot = useApp((state) => state.snapshot)
  const pending = useEdits((state) => state.pending)
  return useMemo(() => {
    const edits = pending.map(({ edit }) => edit)
    return snapshot && applyEdits(modelOfSnapshot(snapshot), edits).model
  }, [snapshot, pending])
}
