import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Edit, EditProblem, Scope } from '../../shared/edits/edit'
import type { ProfilePin } from '../../shared/identity/identity'
import type { CellValue } from '../pending/bulk'
import { tryCells } from '../pending/commit'
import { renameNote } from '../pending/fields'
import { withPendingProfile } from '../pending/profiles'
import type { Row } from '../rows/rows'
import { useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './CellEditor.module.css'

/** What is said about a value under its editor. */
export interface Said {
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

interface Tried {
  readonly row: Row
  readonly text: string
  /** The offer that the arrows have come to. */
  readonly suggested: string | undefined
  /** Some offer says what was typed. */
  readonly some: boolean
  readonly scope: Scope
  readonly pin: ProfilePin
  readonly typed: boolean
  readonly unchanged: boolean
  readonly cellsOf: (value: string) => readonly CellValue[]
}

/**
 * What is wrong is said once the typing rests; a commit that fails says it at once by `refuse`. `meant`: the edits that the value
 * would be, once it rests; null while it is none.
 */
export function useSaid({ row, text, suggested, some, scope, pin, typed, unchanged, cellsOf }: Tried) {
  const model = useModel()
  const [said, setSaid] = useState<Said | null>(null)
  const [meant, setMeant] = useState<readonly Edit[] | null>(null)
  const refused = useRef<string | null>(null)
  const cells = useRef(cellsOf)
  cells.current = cellsOf
  useEffect(() => {
    void pin
    if ((unchanged && suggested === undefined) || !(typed || suggested !== undefined)) {
      setSaid(null)
      setMeant(null)
      return
    }
    let current = true
    const timer = setTimeout(() => {
      const tried = tryCells(model, cells.current(suggested ?? text), scope)
      setMeant(tried.ok && tried.made.edits.length > 0 ? tried.made.edits : null)
      if (!tried.ok && suggested === undefined && some && refused.current !== text) {
        // Half a word that finds something is a search, not yet a value, unless it was to be kept.
        setSaid(null)
        return
      }
      if (!tried.ok) {
        setSaid({ tone: 'bad', message: tried.message, next: tried.next })
        return
      }
      const { edits } = tried.made
      const note = renameNote(edits, row, model.rows.all())
      setSaid(note === null ? null : { tone: 'info', message: note, next: '' })
      if (edits.length === 0 || edits.length > 200) return
      void model.edits.ask(edits).then((problems) => {
        const [problem] = problems
        if (current && problem)
          setSaid(saidOf(withPendingProfile(problem, edits, model.profileEdits.pending())))
      })
    }, 250)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [model, row, text, suggested, some, pin, scope, typed, unchanged])
  const refuse = (value: string, why: { readonly message: string; readonly next: string }): void => {
    refused.current = value
    setSaid({ tone: 'bad', message: why.message, next: why.next })
  }
  return { said, meant, refuse }
}

interface EditorSaidProps {
  readonly id: string
  readonly said: Said | null
  /** A way out, where there is one. */
  readonly children: ReactNode
}

export function EditorSaid({ id, said, children }: EditorSaidProps) {
  return (
    <div id={id} className={styles.said} data-tone={said?.tone} aria-live="polite">
      {said !== null && (
        <>
          {said.tone === 'info' ? (
            <Shown text={said.message} />
          ) : (
            <Shown as="b" className="strong" text={said.message} />
          )}{' '}
          <Shown text={said.next} />
          {children}
        </>
      )}
    </div>
  )
}
