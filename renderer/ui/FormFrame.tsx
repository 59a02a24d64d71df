import { type FormEvent, type ReactNode, useId, useRef } from 'react'
import { editText } from '../text/edits'
import { shortPaths } from '../text/path'
import { Button } from './Button'
import styles from './FormWindow.module.css'
import { useApp } from './model'
import { Shown } from './Shown'
import { Window, type WindowProps } from './Window'
import dialog from './Window.module.css'

/** What is wrong with what a form says, or what else there is to know of it. */
export interface FormProblem {
  readonly message: string
  readonly next: string
  /** The form cannot be done with it. */
  readonly blocks: boolean
}

/** What a dialog with a form says of itself. */
export interface FormOf<P extends FormProblem>
  extends Pick<WindowProps, 'title' | 'lead' | 'wide' | 'focus'> {
  readonly done: string
  /** It takes something away: Cancel has the keyboard at first, because Enter in a field would do it. */
  readonly danger?: boolean
  /** A way out of a problem, shown behind it. */
  readonly remedy?: (problem: P) => ReactNode
  /** What stands below the form, in sight however long that is. */
  readonly foot?: ReactNode
  readonly children: ReactNode
}

interface FormFrameProps<P extends FormProblem> extends FormOf<P> {
  /** There is something to do. */
  readonly ready: boolean
  readonly onSubmit: () => void
  readonly problems: readonly P[]
  /** What follows from it, above the problems; null: nothing. */
  readonly follows?: string | null
}

/** A dialog with a form: its fields, what is wrong with them, and the button that does it. */
export function FormFrame<P extends FormProblem>(props: FormFrameProps<P>) {
  const { done, danger = false, ready, onSubmit, problems, children, remedy, follows = null, foot } = props
  const home = useApp((state) => state.app?.home ?? '')
  const form = useId()
  const cancel = useRef<HTMLButtonElement>(null)
  const possible = ready && !problems.some(({ blocks }) => blocks)
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (possible) onSubmit()
  }
  return (
    <Window
      title={props.title}
      lead={props.lead}
      wide={props.wide}
      focus={danger ? cancel : props.focus}
      cancel={editText.cancel}
      canceller={cancel}
      acts={
        <Button type="submit" form={form} kind={danger ? 'danger' : 'primary'} disabled={!possible}>
          {done}
        </Button>
      }
    >
      <form id={form} className={dialog.body} onSubmit={submit}>
        {children}
      </form>
      {foot !== undefined && <div className={styles.foot}>{foot}</div>}
      {/* Beside the button that it blocks, however long the form is. */}
      <div aria-live="polite" className={styles.problems}>
        {follows !== null && (
          <Shown as="p" className={`warn ${styles.problem}`} text={shortPaths(follows, home)} />
        )}
        {problems.map((problem) => (
          <p key={problem.message} className={`${problem.blocks ? 'bad' : 'warn'} ${styles.problem}`}>
            <Shown text={shortPaths(`${problem.message} ${problem.next}`, home)} />
            {remedy?.(problem)}
          </p>
        ))}
      </div>
    </Window>
  )
}
