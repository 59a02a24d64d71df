import { type FormEvent, type ReactNode, useId, useMemo, useRef } from 'react'
import type { Edit, EditProblem } from '../../shared/edits/edit'
import type { Check } from '../../shared/identity/identity'
import type { Model } from '../store/window-model'
import { editText } from '../text/edits'
import { shortPaths } from '../text/path'
import { currentContextEmptied, currentContextSaid } from '../text/review-texts'
import { Button } from './Button'
import styles from './FormWindow.module.css'
import { useApp, useModel } from './model'
import { Shown } from './Shown'
import { useAnswer } from './use-answer'
import { Window, type WindowProps } from './Window'

/** A problem with the values of a form, or other information about them. */
export interface FormProblem {
  readonly message: string
  readonly next: string
  /** The form cannot be submitted with it. */
  readonly blocks: boolean
}

/** The texts and problems of a dialog with a form. */
export interface FormOf<P extends FormProblem>
  extends Pick<WindowProps, 'title' | 'lead' | 'wide' | 'focus'> {
  readonly done: string
  /** It removes something: Cancel has the keyboard first, because Enter in a field would submit the form. */
  readonly danger?: boolean
  /** A remedy for a problem, shown after it. */
  readonly remedy?: (problem: P) => ReactNode
  /** The check of a try of what the form says; null: none. After one that works, only problems that block are shown. */
  readonly tried?: Check | null
  /** Content below the form, visible however long the form is, by the problems that are shown. */
  readonly foot?: (problems: readonly P[]) => ReactNode
  readonly children: ReactNode
}

interface FormFrameProps<P extends FormProblem> extends FormOf<P> {
  /** There is something to do. */
  readonly ready: boolean
  readonly onSubmit: () => void
  readonly problems: readonly P[]
  /** The consequence of the form, above the problems; null: none. */
  readonly follows?: string | null
}

/** A dialog with a form: its fields, their problems, and the submit button. */
export function FormFrame<P extends FormProblem>(props: FormFrameProps<P>) {
  const {
    done,
    danger = false,
    ready,
    onSubmit,
    children,
    remedy,
    follows = null,
    foot,
    tried = null,
  } = props
  const works = tried !== null && (tried.verdict === 'verified' || tried.verdict === 'proven')
  const problems = works ? props.problems.filter(({ blocks }) => blocks) : props.problems
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
        <Button
          type="submit"
          form={form}
          kind={danger ? 'danger' : tried === null || works ? 'primary' : 'outline'}
          disabled={!possible}
        >
          {done}
        </Button>
      }
    >
      <form id={form} className="dialog-body" onSubmit={submit}>
        {children}
      </form>
      {foot && <div className={styles.foot}>{foot(problems)}</div>}
      {/* Next to the button that it blocks, however long the form is. */}
      <div aria-live="polite" className={styles.problems}>
        {follows !== null && (
          <Shown as="p" className={`warn ${styles.problem}`} text={shortPaths(follows, home)} />
        )}
        {problems.map((problem) => {
          const way = remedy?.(problem)
          return (
            <p key={problem.message} className={`${problem.blocks ? 'bad' : 'warn'} ${styles.problem}`}>
              {/* The try has just said what is wrong: of a doubt that has a way out only that is left to say. */}
              {(tried === null || problem.blocks || !way) && (
                <Shown text={shortPaths(`${problem.message} ${problem.next}`, home)} />
              )}
              {way}
            </p>
          )
        })}
      </div>
    </Window>
  )
}

interface FormWindowProps extends FormOf<EditProblem> {
  /** What Enter and the button do; null when there is nothing to do yet. */
  readonly edits: readonly Edit[] | null
  /** The pending edits, by their ids, that go with it. */
  readonly drop?: ReadonlySet<number>
  /** The edits are made and the dialog is closed. */
  readonly onMade?: () => void
}

const none: ReadonlySet<number> = new Set()

/** A dialog that adds pending edits, and shows their problems before they are added. */
export function FormWindow({ edits, drop = none, onMade, ...frame }: FormWindowProps) {
  const model = useModel()
  const { problems, current } = useChecked(edits, drop)
  function submit(): void {
    if (edits === null) return
    model.edits.add(edits, drop)
    model.edits.open(null)
    onMade?.()
  }
  return (
    <FormFrame
      {...frame}
      ready={edits !== null && edits.length + drop.size > 0}
      onSubmit={submit}
      problems={problems}
      follows={current}
    />
  )
}

/** Checks edits that are not added yet: at once the problems that the page finds, a moment later those that main finds. */
function useChecked(edits: readonly Edit[] | null, drop: ReadonlySet<number>) {
  const model = useModel()
  // Every render creates the edits again; their text shows whether they changed.
  const key = JSON.stringify([edits, ...drop])
  const wanted = edits ?? []
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is their text
  const { own, current } = useMemo(
    () => ({
      own: wanted.length === 0 ? [] : model.edits.check(wanted, drop),
      current: currentAfter(model, wanted),
    }),
    [model, key],
  )
  const asks = wanted.length > 0 && !own.some(({ blocks }) => blocks)
  const ask = () => model.edits.ask(wanted, drop)
  /** `current`: how current-context would change, as a line of text. */
  return { problems: once(useAnswer(key, asks ? ask : null, [], 200) ?? own), current }
}

/** How these edits change current-context, in a line. */
function currentAfter(model: Model, edits: readonly Edit[]): string | null {
  if (edits.length === 0) return null
  const change = model.edits.currentContextAfter(edits)
  const said = change && currentContextSaid(change)
  const emptied = model.edits.currentContextEmptied(edits)
  const also = emptied.map(({ path, name }) => currentContextEmptied(path, name)).join(' ')
  const whole = said && (said.note === null ? said.title : `${said.title}. ${said.note}`)
  return whole === null || also === ''
    ? (whole ?? (also || null))
    : `${whole.replace(/[^.]$/, '$&.')} ${also}`
}

const once = (problems: readonly EditProblem[]): readonly EditProblem[] =>
  [...new Map(problems.map((problem) => [problem.message, problem])).values()].slice(0, 5)
