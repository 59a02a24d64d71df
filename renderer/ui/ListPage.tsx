import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { counted } from '../../shared/counted'
import type { Fault } from '../../shared/result'
import { Button } from './Button'
import styles from './ListAnswer.module.css'
import list from './ListView.module.css'
import { Loading } from './Loading'
import { Phrase, Shown } from './Shown'
import { usePageFocus } from './use-page-focus'

/** One count above a list, which narrows it to what it counts. */
interface ListCount {
  readonly id: string
  readonly icon: ReactNode
  readonly count: number
  readonly label: string
  /** What a click does. */
  readonly title: string
  readonly pressed: boolean
  readonly onClick: () => void
}

/** Above the list: a sentence, what it rests on, and counts that filter. */
interface ListAnswer {
  readonly sentence: string
  readonly tone?: string
  /** Empty ones are left out. */
  readonly aside: readonly string[]
  readonly counts?: readonly ListCount[]
  readonly more?: ReactNode
}

/** What stands there while there is nothing to list. */
interface ListEmpty {
  readonly icon: LucideIcon
  readonly title: string
  readonly lead: string
  /** What helps. */
  readonly acts: ReactNode
}

interface ListPageProps<T> {
  readonly texts: { readonly title: string; readonly loading: string; readonly again: string }
  /** What was read of main; null until then. */
  readonly read: T | null
  /** It could not be read. */
  readonly fault: Fault | null
  readonly load: () => Promise<void>
  /** Null: there is something to list. */
  readonly empty: (read: T) => ListEmpty | null
  /** The list with its answer, as `Listed` draws them. */
  readonly children: (read: T) => ReactNode
  /** Below everything, whether there is a list or not. */
  readonly foot?: (read: T) => ReactNode
}

/** A page beside the contexts: a list with an answer above it, or why there is none. */
export function ListPage<T>({ texts: text, read, fault, load, empty, children, foot }: ListPageProps<T>) {
  const page = usePageFocus()
  const nothing = read === null ? null : empty(read)
  return (
    <div className={list.page} ref={page} tabIndex={-1}>
      {fault !== null ? (
        <div className="empty" role="alert">
          <h1>{text.title}</h1>
          <Shown as="p" text={`${fault.message} ${fault.next}`} />
          <Button onClick={() => void load()}>{text.again}</Button>
        </div>
      ) : read === null ? (
        <Loading label={text.loading} />
      ) : nothing === null ? (
        children(read)
      ) : (
        <Empty {...nothing} />
      )}
      {read !== null && foot?.(read)}
    </div>
  )
}

interface ListedProps {
  readonly texts: {
    readonly title: string
    readonly nothingFits: string
    readonly clearFilter: string
    readonly counts?: string
  }
  readonly answer: ListAnswer
  readonly onClear: () => void
  /** Null: nothing fits the filter. */
  readonly children: ReactNode | null
}

/** A list under its answer. */
export function Listed({ texts: text, answer, onClear, children }: ListedProps) {
  return (
    <>
      <Answer {...answer} label={text.title} countsLabel={text.counts} />
      {children ?? (
        <div className="empty">
          <h2>{text.nothingFits}</h2>
          <Button onClick={onClear}>{text.clearFilter}</Button>
        </div>
      )}
    </>
  )
}

function Empty({ icon: Icon, title, lead, acts }: ListEmpty) {
  return (
    <div className="empty">
      <Icon size={28} aria-hidden />
      <h1>{title}</h1>
      <Phrase as="p" text={lead} />
      <div className={styles.acts}>{acts}</div>
    </div>
  )
}

interface AnswerProps extends ListAnswer {
  readonly label: string
  readonly countsLabel: string | undefined
}

function Answer({ label, sentence, tone, aside, countsLabel, counts = [], more }: AnswerProps) {
  return (
    <section className={styles.answer} aria-label={label}>
      <div className={styles.head}>
        <h1 data-tone={tone} aria-live="polite">
          {sentence}
        </h1>
        <p className="faint">{aside.filter(Boolean).join(' · ')}</p>
      </div>
      {counts.length > 0 && (
        <div role="group" aria-label={countsLabel} className={styles.counts}>
          {counts.map(({ id, icon, count, label: what, title, pressed, onClick }) => (
            <button
              key={id}
              type="button"
              className={styles.count}
              aria-pressed={pressed}
              title={title}
              onClick={onClick}
            >
              {icon}
              <b>{counted(count)}</b>
              {what}
            </button>
          ))}
        </div>
      )}
      {more}
    </section>
  )
}
