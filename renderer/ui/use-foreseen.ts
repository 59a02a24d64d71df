import { useEffect, useMemo, useRef, useState } from 'react'
import type { Edit } from '../../shared/edits/edit'
import type { Foreseen } from '../pending/trying'
import { useApp, useEdits, useModel } from './model'
import { useStill } from './use-still'

/** How long edits have to rest before main is asked what they make, in milliseconds. */
const settle = 200

/**
 * What exactly these edits would make, as files and environment say it; null until that is known, and while they change. Null in
 * place of edits asks nothing. `still`: they are being written, and what becomes of the files is no new question.
 */
export function useForeseen(edits: readonly Edit[] | null, still = false): Foreseen | null {
  const model = useModel()
  const snapshot = useStill(
    useApp((state) => state.snapshot),
    still,
  )
  const reports = useStill(
    useApp((state) => state.reports),
    still,
  )
  const environment = useApp((state) => state.environment)
  const anew = useStill(
    useEdits((state) => state.foreseenAnew),
    still,
  )
  const [foreseen, setForeseen] = useState<{ readonly key: string; readonly is: Foreseen | null } | null>(
    null,
  )
  // Every render may make the edits anew; their text shows whether they are others.
  const text = useMemo(() => (edits === null ? '' : JSON.stringify(edits)), [edits])
  const key = text === '' ? '' : `${environment} ${text}`
  const latest = useRef(edits)
  latest.current = edits
  useEffect(() => {
    void snapshot
    void reports
    void anew
    if (key === '') return
    let current = true
    const timer = setTimeout(() => {
      void model.edits.foresee(latest.current ?? []).then((is) => {
        if (current) setForeseen({ key, is })
      })
    }, settle)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [model, key, snapshot, reports, anew])
  return foreseen?.key === key ? foreseen.is : null
}
