import { CircleAlert, TriangleAlert, Users } from 'lucide-react'
import type { AlsoChanged, Edit } from '../../shared/edits/edit'
import { type CurrentContextChange, currentContextLine } from '../../shared/edits/resolution'
import { shortPaths } from '../text/path'
import { review } from '../text/review'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { useEdits } from '../ui/use-edits'
import styles from './Review.module.css'

interface ProblemsProps {
  readonly title: string
  readonly tone: 'bad' | 'warn'
  readonly problems: readonly { readonly message: string; readonly next: string }[]
}

/** Why it cannot be written, or what is doubtful about it; each with what to do. */
export function Problems({ title, tone, problems }: ProblemsProps) {
  const home = useApp((state) => state.app?.home ?? '')
  if (problems.length === 0) return null
  const Icon = tone === 'bad' ? CircleAlert : TriangleAlert
  const once = new Map(problems.map((problem) => [problem.message, problem]))
  return (
    <section className={styles.note} data-tone={tone} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon size={16} aria-hidden />
      <div>
        <h3>{title}</h3>
        {[...once.values()].map(({ message, next }) => (
          <p key={message}>
            <Shown text={shortPaths(`${message} ${next}`, home)} />
          </p>
        ))}
      </div>
    </section>
  )
}

/** How current-context would change, or what kubectl would reach through it. */
export function CurrentContext({ change }: { readonly change: CurrentContextChange | null }) {
  const line = change && currentContextLine(change)
  if (line === null) return null
  return (
    <p className={styles.current}>
      <Shown text={line} />
    </p>
  )
}

/** Values that were changed on both sides have to be decided before anything is written. */
export function Conflicts({ count }: { readonly count: number }) {
  const model = useModel()
  if (count === 0) return null
  return (
    <section className={styles.note} data-tone="bad" role="alert">
      <CircleAlert size={16} aria-hidden />
      <div>
        <h3>{review.conflicts(count)}</h3>
        <Button small onClick={() => model.edits.open({ kind: 'conflicts' })}>
          {review.decide}
        </Button>
      </div>
    </section>
  )
}

/** The same edits with a scope of their own entry instead of the shared one. */
export function splitted(edit: Edit): Edit | null {
  return 'scope' in edit && edit.scope === 'shared' ? { ...edit, scope: 'split' } : null
}

interface AlsoChangeProps {
  readonly also: readonly AlsoChanged[]
  readonly ticked: ReadonlySet<number>
}

/** Contexts that nobody edited and that change along, with the way out. */
export function AlsoChange({ also, ticked }: AlsoChangeProps) {
  const model = useModel()
  const pending = useEdits((state) => state.pending)
  if (also.length === 0) return null
  const split = pending.flatMap(({ id, edit }) => (ticked.has(id) ? (splitted(edit) ?? []) : []))
  return (
    <section className={styles.note} data-tone="warn">
      <Users size={16} aria-hidden />
      <div>
        <h3>{review.also(also.length)}</h3>
        <ul className={styles.also}>
          {also.map(({ context, name, through, entry }) => (
            <li key={context}>
              <b>
                <Shown text={name} />
              </b>{' '}
              <Shown text={review.through(through, entry)} />
            </li>
          ))}
        </ul>
        {split.length > 0 && (
          <Button small title={review.splitNote} onClick={() => model.edits.add(split)}>
            {review.splitFirst}
          </Button>
        )}
      </div>
    </section>
  )
}
