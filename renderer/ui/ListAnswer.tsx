import type { ReactNode } from 'react'
import { counted } from '../../shared/counted'
import list from './ListView.module.css'

/** One count above a list, which narrows it to what it counts. */
export interface ListCount {
  readonly id: string
  readonly icon: ReactNode
  readonly count: number
  readonly label: string
  /** What a click does. */
  readonly title: string
  readonly pressed: boolean
  readonly onClick: () => void
}

interface ListAnswerProps {
  readonly label: string
  /** The answer. */
  readonly sentence: string
  readonly tone?: string
  /** What it rests on; empty ones are left out. */
  readonly aside: readonly string[]
  readonly countsLabel: string
  readonly counts: readonly ListCount[]
  readonly children?: ReactNode
}

/** The answer above the lists beside the contexts: a sentence, what it rests on, and counts that filter. */
export function ListAnswer({ label, sentence, tone, aside, countsLabel, counts, children }: ListAnswerProps) {
  return (
    <section className={list.summary} aria-label={label}>
      <div className={list.line}>
        <h1 data-tone={tone}>{sentence}</h1>
        <p className={list.aside}>{aside.filter(Boolean).join(' · ')}</p>
      </div>
      {counts.length > 0 && (
        <div role="group" aria-label={countsLabel} className={list.counts}>
          {counts.map(({ id, icon, count, label: what, title, pressed, onClick }) => (
            <button
              key={id}
              type="button"
              className={list.count}
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
      {children}
    </section>
  )
}
