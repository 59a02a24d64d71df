import { type FormEvent, type ReactNode, type RefObject, useId, useRef } from 'react'
import { editText } from '../text/edits'
import { shortPaths } from '../text/path'
import { Button } from './Button'
import styles from './FormWindow.module.css'
import { useApp } from './model'
import { Shown } from './Shown'
import { Window } from './Window'
import dialog from './Window.module.css'

/** What is wrong with what a form says, or what else there is to know of it. */
export interface FormProblem {
  readonly message: string
  readonly next: string
  /** The form cannot be done with it. */
  readonly blocks: boolean
}

interface FormFrameProps<P extends FormProblem> {
  readonly title: string
  readonly lead?: string
  readonly wide?: boolean
  readonly focus?: RefObject<HTMLElement | null> | undefined
  readonly done: string
  /** It takes something away: Cancel has the keyboard at first, because Enter in a field would do it. */
  readonly danger?: boolean
  /** There is something to do. */
  readonly ready: boolean
  readonly onSubmit: () => void
  readonly problems: readonly P[]
  /** A way out of a problem, shown behind it. */
  readonly remedy?: (problem: P) => ReactNode
  /** What follows from it, above the problems; null: nothing. */
  readonly follows?: string | null
  /** What stands below the form, in sight however long that is. */
  readonly foot?: ReactNode
  readonly children: ReactNode
}

/** A dialog with a form: its fields, what is wrong with them, and the button that does it. */
export function FormFrame<P extends FormProblem>(props: FormFrameProps<P>) {
  const {
    title,
    lead,
    wide = false,
    focus,
    done,
    danger = false,
    ready,
    onSubmit,
    problems,
    children,
  } = props
  const { remedy, follows = null, foot } = props
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
      wide={wide}
      focus={danger ? cancel : focus}
      title={title}
      {...(lead === undefined ? {} : { lead })}
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
