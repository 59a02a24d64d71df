import { ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { editText } from '../text/edits'
import styles from './Inspector.module.css'

interface ChangedProps {
  readonly was: ReactNode
  readonly now: ReactNode
}

/** What is on disk and what pending edits make of it, as in the grid, in lines that wrap. */
export function Changed({ was, now }: ChangedProps) {
  return (
    <span className={styles.changed}>
      <span className="visually-hidden">{editText.was} </span>
      <s>{was ?? editText.none}</s>
      <ArrowRight size={12} aria-hidden />
      <span className="visually-hidden"> {editText.now} </span>
      <b>{now ?? editText.none}</b>
    </span>
  )
}
