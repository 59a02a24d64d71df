import { useMemo } from 'react'
import type { Edit } from '../../shared/edits/edit'
import type { Foreseen } from '../pending/trying'
import { useApp, useEdits, useModel } from './model'
import { useAnswer } from './use-answer'
import { useStill } from './use-still'

/** How long edits have to rest before main is asked what they make, in milliseconds. */
const settle = 200

/**
 * What exactly these edits would make, as files and environment say it; null until that is known, and while they change. Null in
 * place of edits asks nothing. `still`: they are being written, and what becomes of the files is no new question.
 */
export function useForeseen(edits: readonly Edit[] | null, still = false): Foreseen | null {
  const model = useModel()
  const environment = useApp((state) => state.environment)
  const snapshot = useApp((state) => state.snapshot)
  const reports = useApp((state) => state.reports)
  const foreseenAnew = useEdits((state) => state.foreseenAnew)
  // Every render may make the edits anew; their text shows whether they are others.
  const text = useMemo(() => JSON.stringify(edits), [edits])
  return useAnswer(
    `${environment} ${text}`,
    edits === null ? null : () => model.edits.foresee(edits),
    useStill([snapshot, reports, foreseenAnew], still),
    settle,
  )
}
