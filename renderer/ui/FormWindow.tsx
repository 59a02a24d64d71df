import { useMemo } from 'react'
import type { Edit, EditProblem } from '../../shared/edits/edit'
import { withPendingProfile } from '../pending/profiles'
import type { Model } from '../store/model'
import { currentContextEmptied, currentContextSaid } from '../text/review'
import { FormFrame, type FormOf } from './FormFrame'
import { useModel } from './model'
import { useAnswer } from './use-answer'

interface FormWindowProps extends FormOf<EditProblem> {
  /** What Enter and the button do; null when there is nothing to do yet. */
  readonly edits: readonly Edit[] | null
  /** The edits are made and the dialog is closed. */
  readonly onMade?: () => void
}

/** A dialog that makes pending edits, and shows what is wrong with them before they are made. */
export function FormWindow({ edits, onMade, ...frame }: FormWindowProps) {
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
  // Every render makes the edits anew; their text shows whether they are others.
  const key = JSON.stringify(edits)
  const wanted = edits ?? []
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for them
  const { own, current } = useMemo(
    () => ({
      own: wanted.length === 0 ? [] : model.edits.check(wanted),
      current: currentAfter(model, wanted),
    }),
    [model, key],
  )
  const asks = wanted.length > 0 && !own.some(({ blocks }) => blocks)
  const ask = async () => {
    const answers = await model.edits.ask(wanted)
    return answers.map((problem) => withPendingProfile(problem, wanted, model.profileEdits.pending()))
  }
  return { problems: once(useAnswer(key, asks ? ask : null, [], 200) ?? own), current }
}

/** What becomes of current-context with these edits, in a line. */
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
