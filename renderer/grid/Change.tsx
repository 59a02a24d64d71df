import { ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { editText } from '../text/edits'
import styles from './Change.module.css'

/** A value that would change: struck out what it was, and what it becomes. */
export function Change({ was, now }: { readonly was: ReactNode; readonly now: ReactNode }) {
  return (
    <span className={styles.change}>
      <span className="visually-hidden">{editText.was} </span>
      <s className={styles.was}>{was}</s>
      <ArrowRight className={styles.arrow} size={12} aria-hidden />
      <span className="visually-hidden"> {editText.now} </span>
      <b className={styles.now}>{now}</b>
    </span>
  )
}
