/** What is said about the value in an open cell editor. */
import { useEffect, useRef, useState } from 'react'
import type { Edit, EditProblem } from '../../shared/edits/edit'
import { tryCells } from '../pending/commit'
import { renameNote } from '../pending/editable-fields'
import type { Row } from '../rows/rows'
import { useModel } from '../ui/model'
import type { EnteredValue } from './use-cell-value'

interface Said {
  readonly tone: 'bad' | 'warn' | 'info'
  readonly message: string
  /** May be empty. */
  readonly next: string
  /** The profile to name instead. */
  readonly instead?: string | undefined
}

const saidOf = ({ blocks, message, next, instead }: EditProblem): Said => ({
  tone: blocks ? 'bad' : 'warn',
  message,
  next,
  instead,
})

/**
 * What is wrong with a value is said once the typing rests; a commit that fails says it at once by `refuse`. `meant`: the edits that
 * the value would be, once it rests; null while it is none. Half a word that finds something is a search, not yet a value, unless it
 * was to be kept.
 */
export function useSaid(row: Row, { trial, searches, scope, pin, cells }: EnteredValue) {
  const model = useModel()
  const [said, setSaid] = useState<Said | null>(null)
  const [meant, setMeant] = useState<readonly Edit[] | null>(null)
  const refused = useRef<string | null>(null)
  const cellsOf = useRef(cells)
  cellsOf.current = cells
  useEffect(() => {
    void pin
    if (trial === null) {
      setSaid(null)
      setMeant(null)
      return
    }
    let current = true
    const timer = setTimeout(() => {
      const tried = tryCells(model, cellsOf.current(trial), scope)
      setMeant(tried.ok && tried.made.edits.length > 0 ? tried.made.edits : null)
      if (!tried.ok) {
        const { message, next } = tried
        setSaid(searches && refused.current !== trial ? null : { tone: 'bad', message, next })
        return
      }
      const { edits } = tried.made
      const note = renameNote(edits, row, model.rows.all())
      setSaid(note === null ? null : { tone: 'info', message: note, next: '' })
      if (edits.length === 0 || edits.length > 200) return
      void model.edits.ask(edits).then((problems) => {
        const [problem] = problems
        if (current && problem) setSaid(saidOf(problem))
      })
    }, 250)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [model, row, trial, searches, pin, scope])
  const refuse = (value: string, why: { readonly message: string; readonly next: string }): void => {
    refused.current = value
    setSaid({ tone: 'bad', message: why.message, next: why.next })
  }
  return { said, meant, refuse }
}
