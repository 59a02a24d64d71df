import { CircleAlert, type LucideIcon, Star, TriangleAlert, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import type { AlsoChanged, Edit } from '../../shared/edits/edit'
import { alsoNamed } from '../../shared/edits/plan'
import type { CurrentContextChange } from '../../shared/edits/resolution'
import { shortPaths } from '../text/path'
import { currentContextSaid, review } from '../text/review-texts'
import { Button } from '../ui/Button'
import { useApp, useEdits, useModel } from '../ui/model'
import { Naming, Shown } from '../ui/Shown'
import styles from './Review.module.css'

interface Problem {
  readonly message: string
  readonly next: string
  /** What the edit is about that has it; null or absent: it concerns all of them. */
  readonly subject?: string | null
}

interface NoteProps {
  readonly tone: 'bad' | 'warn' | 'info'
  readonly icon: LucideIcon
  readonly title: string
  readonly role?: 'alert' | 'status' | undefined
  readonly children?: ReactNode
}

/** What has to be read before a write, in a box of its own. */
export const Note = ({ tone, icon: Icon, title, role, children }: NoteProps) => (
  <section className={styles.note} data-tone={tone} role={role}>
    <Icon size={16} aria-hidden />
    <div>
      <Shown as="h3" text={title} />
      {children}
    </div>
  </section>
)

interface ProblemsProps {
  readonly title: string
  readonly tone: 'bad' | 'warn'
  readonly problems: readonly Problem[]
  /** Ways out. */
  readonly children?: ReactNode
}

/** A problem says which edit has it, unless its sentence does. */
const about = ({ message, subject }: Problem): string =>
  !subject || message.includes(subject) ? '' : `${subject}: `

/** Why it cannot be written, or what is doubtful about it; each with what to do. */
export function Problems({ title, tone, problems, children }: ProblemsProps) {
  const home = useApp((state) => state.app?.home ?? '')
  if (problems.length === 0) return null
  const once = new Map(problems.map((problem) => [`${about(problem)}${problem.message}`, problem]))
  const bad = tone === 'bad'
  return (
    <Note tone={tone} icon={bad ? CircleAlert : TriangleAlert} title={title} role={bad ? 'alert' : undefined}>
      {[...once].map(([key, problem]) => (
        <p key={key}>
          <Naming as="b" text={about(problem)} />
          <Naming text={shortPaths(`${problem.message} ${problem.next}`, home)} />
        </p>
      ))}
      {children}
    </Note>
  )
}

/** How current-context would change, or what kubectl would reach through it. */
export function CurrentContext({ change }: { readonly change: CurrentContextChange | null }) {
  const said = change && currentContextSaid(change)
  if (said === null) return null
  return (
    <Note tone={change?.after === null ? 'warn' : 'info'} icon={Star} title={said.title}>
      {said.note !== null && <Shown as="p" text={said.note} />}
    </Note>
  )
}

/** Values that were changed on both sides have to be decided before anything is written. */
export function Conflicts({ count }: { readonly count: number }) {
  const model = useModel()
  if (count === 0) return null
  return (
    <Note tone="bad" icon={CircleAlert} title={review.conflicts(count)} role="alert">
      <Button small onClick={() => model.edits.open({ kind: 'conflicts', inReview: true })}>
        {review.decide}
      </Button>
    </Note>
  )
}

/** The same edits with a scope of their own entry instead of the shared one. */
export function splitted(edit: Edit): Edit | null {
  return 'scope' in edit && edit.scope === 'shared' ? { ...edit, scope: 'split' } : null
}

/** Names of contexts by the entry through which they change. */
function byEntry(also: readonly AlsoChanged[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>()
  for (const change of also) {
    const by = review.through(change.through, change.entry)
    names.set(by, [...(names.get(by) ?? []), alsoNamed(change)])
  }
  return names
}

interface AlsoChangeProps {
  readonly also: readonly AlsoChanged[]
  readonly ticked: ReadonlySet<number>
}

/** Contexts that were not edited and that change along, with the way out. */
export function AlsoChange({ also, ticked }: AlsoChangeProps) {
  const model = useModel()
  const pending = useEdits((state) => state.pending)
  if (also.length === 0) return null
  const split = pending.flatMap(({ id, edit }) => (ticked.has(id) ? (splitted(edit) ?? []) : []))
  return (
    <Note tone="warn" icon={Users} title={review.also(also.length)}>
      <ul className={styles.also}>
        {[...byEntry(also)].map(([through, names]) => (
          <li key={through}>
            <Naming as="b" text={names.join(', ')} /> <Naming text={through} />
          </li>
        ))}
      </ul>
      {split.length > 0 && (
        <Button small title={review.splitNote} onClick={() => model.edits.add(split)}>
          {review.splitFirst}
        </Button>
      )}
    </Note>
  )
}
