import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import type { Edit, EditProblem } from '../../shared/edits/edit'
import { withPendingProfile } from '../pending/profiles'
import { currentContextEmptied, currentContextSaid } from '../text/review'
import { FormFrame } from './FormFrame'
import { useModel } from './model'

interface FormWindowProps {
  readonly title: string
  readonly lead?: string
  readonly wide?: boolean
  readonly focus?: RefObject<HTMLElement | null> | undefined
  /** What Enter and the button do; null when there is nothing to do yet. */
  readonly edits: readonly Edit[] | null
  readonly done: string
  readonly danger?: boolean
  /** The edits are made and the dialog is closed. */
  readonly onMade?: () => void
  /** A way out of a problem, shown behind it. */
  readonly remedy?: (problem: EditProblem) => ReactNode
  /** What stands below the form, in sight however long that is. */
  readonly foot?: ReactNode
  readonly children: ReactNode
}

/** A dialog that makes pending edits, and shows what is wrong with them before they are made. */
export function FormWindow({ edits, onMade, remedy, ...frame }: FormWindowProps) {
  const model = useModel()
  const { problems, current } = useChecked(edits)
  function submit(): void {
    if (edits === null) return
    model.edits.add(edits)
    model.edits.open(null)
    onMade?.()
  }
  return (
    <FormFrame
      {...frame}
      {...(remedy === undefined ? {} : { remedy })}
      ready={edits !== null && edits.length > 0}
      onSubmit={submit}
      problems={problems}
      follows={current}
    />
  )
}

interface Checked {
  readonly problems: readonly EditProblem[]
  /** How current-context would change, as a line of text. */
  readonly current: string | null
}

/** Edits that are not made yet: at once what the page finds in them, a moment later the problems that main finds. */
function useChecked(edits: readonly Edit[] | null): Checked {
  const model = useModel()
  const [checked, setChecked] = useState<Checked>({ problems: [], current: null })
  // Every render makes the edits anew; their text shows whether they are others.
  const key = JSON.stringify(edits)
  const latest = useRef(edits)
  latest.current = edits
  useEffect(() => {
    let current = true
    const wanted: readonly Edit[] = latest.current ?? []
    void key
    const own = wanted.length === 0 ? [] : model.edits.check(wanted)
    const change = wanted.length === 0 ? null : model.edits.currentContextAfter(wanted)
    const said = change && currentContextSaid(change)
    const emptied = wanted.length === 0 ? [] : model.edits.currentContextEmptied(wanted)
    const also = emptied.map(({ path, name }) => currentContextEmptied(path, name)).join(' ')
    const whole = said && (said.note === null ? said.title : `${said.title}. ${said.note}`)
    const line =
      whole === null || also === '' ? (whole ?? (also || null)) : `${whole.replace(/[^.]$/, '$&.')} ${also}`
    setChecked({ problems: once(own), current: line })
    if (wanted.length === 0 || own.some(({ blocks }) => blocks)) return
    const timer = setTimeout(() => {
      void model.edits.ask(wanted).then((answers) => {
        const profiles = model.profileEdits.pending()
        const said = answers.map((problem) => withPendingProfile(problem, wanted, profiles))
        if (current) setChecked({ problems: once(said), current: line })
      })
    }, 200)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [model, key])
  return checked
}

const once = (problems: readonly EditProblem[]): readonly EditProblem[] =>
  [...new Map(problems.map((problem) => [problem.message, problem])).values()].slice(0, 5)
