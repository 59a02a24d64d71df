import { ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { visible } from '../../shared/visible'
import { editText } from '../text/edits'
import styles from './Change.module.css'

interface ChangeProps {
  readonly was: ReactNode
  readonly now: ReactNode
  /** The same in words, which say both whole on hover, however narrow the cell is. */
  readonly said: { readonly was: string; readonly now: string }
}

/** A value that would change: struck out what it was, and what it becomes; below each other where a line has no room for both. */
export function Change({ was, now, said }: ChangeProps) {
  return (
    <span
      className={styles.change}
      title={`${visible(said.was) || editText.none} → ${visible(said.now) || editText.none}`}
    >
      <span className="visually-hidden">{editText.was} </span>
      <s className={styles.was}>{was}</s>
      <span className={styles.becomes}>
        <ArrowRight className="faint" size={12} aria-hidden />
        <span className="visually-hidden"> {editText.now} </span>
        <b className={styles.now}>{now}</b>
      </span>
    </span>
  )
}
