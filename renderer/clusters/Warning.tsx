import type { ReactNode } from 'react'
import answer from '../inspector/Answer.module.css'
import { Next } from '../inspector/Next'
import { Phrase } from '../ui/Shown'
import styles from './Access.module.css'

interface WarningProps {
  readonly tone?: 'warn' | 'bad'
  readonly title: ReactNode
  /** Empty: the title says it. */
  readonly why: string
  readonly next?: string
}

/** What is wrong about who may enter, why, and what to do. */
export const Warning = ({ tone = 'warn', title, why, next }: WarningProps) => (
  <div
    className={`${answer.answer} ${styles.unread}`}
    data-tone={tone}
    role={next === undefined ? 'note' : undefined}
  >
    <p>{title}</p>
    {why !== '' && <Phrase as="p" className={answer.body} text={why} />}
    {next !== undefined && <Next text={next} />}
  </div>
)
