import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { counted } from '../../shared/counted'
import type { Fault } from '../../shared/result'
import { text as page } from '../text/page'
import { Button } from './Button'
import styles from './ListAnswer.module.css'
import list from './ListView.module.css'
import { Loading } from './Loading'
import { Phrase, Shown } from './Shown'
import { usePageFocus } from './use-page-focus'

/** Counts above a list; a click on one filters the list by it. */
interface ListCounts<K extends string> {
  readonly of: readonly (readonly [id: K, count: number])[]
  readonly icon: (id: K) => ReactNode
  readonly texts: {
    /** Of all of them. */
    readonly counts: string
    readonly onlyThese: (label: string) => string
  }
  readonly labels: Readonly<Record<K, string>>
  readonly chosen: K | null
  readonly onChoose: (id: K | null) => void
}

/** Above the list: a sentence, the facts behind it, and counts that filter. */
interface ListAnswer<K extends string> {
  readonly sentence: string
  readonly tone?: string
  /** Empty ones are left out. */
  readonly aside: readonly string[]
  readonly counts?: ListCounts<K>
  readonly more?: ReactNode
}

/** Content for an empty list. */
interface ListEmpty {
  readonly icon: LucideIcon
  readonly title: string
  readonly lead: string
  /** Actions that help. */
  readonly acts: ReactNode
}

interface ListPageProps<T> {
  readonly texts: Readonly<Record<'title' | 'loading', string>>
  /** The data from main; null until it is read. */
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

/** A page other than the contexts: a list with an answer above it, or why there is none. */
export function ListPage<T>({ texts: text, read, fault, load, empty, children, foot }: ListPageProps<T>) {
  const focused = usePageFocus()
  const nothing = read === null ? null : empty(read)
  return (
    <div className={list.page} ref={focused} tabIndex={-1}>
      {fault !== null ? (
        <div className="empty" role="alert">
          <h1>{text.title}</h1>
          <Shown as="p" text={`${fault.message} ${fault.next}`} />
          <Button onClick={() => void load()}>{page.retry}</Button>
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

interface ListedProps<K extends string> {
  readonly texts: Readonly<Record<'title' | 'nothingFits' | 'clearFilter', string>>
  readonly answer: ListAnswer<K>
  readonly onClear: () => void
  /** Null: nothing fits the filter. */
  readonly children: ReactNode | null
}

/** A list under its answer. */
export function Listed<K extends string>({ texts: text, answer, onClear, children }: ListedProps<K>) {
  return (
    <>
      <Answer {...answer} label={text.title} />
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
      <h1 tabIndex={-1}>{title}</h1>
      <Phrase as="p" text={lead} />
      <div className={styles.acts}>{acts}</div>
    </div>
  )
}

interface AnswerProps<K extends string> extends ListAnswer<K> {
  readonly label: string
}

function Answer<K extends string>({ label, sentence, tone, aside, counts, more }: AnswerProps<K>) {
  return (
    <section className={styles.answer} aria-label={label}>
      <div className={styles.head}>
        <h1 data-tone={tone} aria-live="polite">
          <Phrase text={sentence} />
        </h1>
        <p className="faint">{aside.filter(Boolean).join(' · ')}</p>
      </div>
      {counts !== undefined && counts.of.length > 0 && <Counts {...counts} />}
      {more}
    </section>
  )
}

function Counts<K extends string>({ of, icon, texts, labels, chosen, onChoose }: ListCounts<K>) {
  return (
    <div role="group" aria-label={texts.counts} className="wrap flex above-8 gap-5">
      {of.map(([id, count]) => (
        <button
          key={id}
          type="button"
          className={styles.count}
          aria-pressed={chosen === id}
          title={texts.onlyThese(labels[id])}
          onClick={() => onChoose(chosen === id ? null : id)}
        >
          {icon(id)}
          <b>{counted(count)}</b>
          {labels[id]}
        </button>
      ))}
    </div>
  )
}
