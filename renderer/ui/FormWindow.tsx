import { type FormEvent, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react'
import type { Edit, EditProblem } from '../../shared/edits/edit'
import { editText } from '../text/edits'
import { shortPaths } from '../text/path'
import { currentContextSaid } from '../text/review'
import { Button } from './Button'
import styles from './FormWindow.module.css'
import { useApp, useModel } from './model'
import { Shown } from './Shown'
import { Window } from './Window'
import dialog from './Window.module.css'

interface FormWindowProps {
  readonly title: string
  readonly lead?: string
  readonly wide?: boolean
  readonly focus?: RefObject<HTMLElement | null>
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
export function FormWindow(props: FormWindowProps) {
  const {
    title,
    lead,
    wide = false,
    focus,
    edits,
    done,
    danger = false,
    onMade,
    remedy,
    foot,
    children,
  } = props
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const form = useId()
  const { problems, current } = useChecked(edits)
  const blocked = problems.some(({ blocks }) => blocks)
  const close = () => model.edits.open(null)
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (edits === null || edits.length === 0 || blocked) return
    model.edits.add(edits)
    close()
    onMade?.()
  }
  return (
    <Window
      open
      wide={wide}
      {...(focus ? { focus } : {})}
      onOpenChange={(open) => {
        if (!open) close()
      }}
      title={title}
      {...(lead === undefined ? {} : { lead })}
      footer={
        <>
          <span className={dialog.footerNote} />
          <Button onClick={close}>{editText.cancel}</Button>
          <Button
            type="submit"
            form={form}
            kind={danger ? 'danger' : 'primary'}
            disabled={edits === null || edits.length === 0 || blocked}
          >
            {done}
          </Button>
        </>
      }
    >
      <form id={form} className={dialog.body} onSubmit={submit}>
        {children}
      </form>
      {foot !== undefined && <div className={styles.foot}>{foot}</div>}
      {/* Beside the button that it blocks, however long the form is. */}
      <div aria-live="polite" className={styles.problems}>
        {current !== null && (
          <p className={styles.warn}>
            <Shown text={current} />
          </p>
        )}
        {problems.map((problem) => (
          <p key={problem.message} className={problem.blocks ? styles.bad : styles.warn}>
            <Shown text={shortPaths(`${problem.message} ${problem.next}`, home)} />
            {remedy?.(problem)}
          </p>
        ))}
      </div>
    </Window>
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
    const line = said && (said.note === null ? said.title : `${said.title}. ${said.note}`)
    setChecked({ problems: once(own), current: line })
    if (wanted.length === 0 || own.some(({ blocks }) => blocks)) return
    const timer = setTimeout(() => {
      void model.edits.ask(wanted).then((said) => {
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
