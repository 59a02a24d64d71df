import { ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { editText } from '../text/edits'
import styles from './Then.module.css'

/** What pending edits make of a value that stands before it and holds until they are written. */
export function Then({ children }: { readonly children: ReactNode }) {
  return (
    <span className={styles.then} data-then>
      <ArrowRight size={11} aria-hidden />
      <span className="visually-hidden"> {editText.now} </span>
      {children}
    </span>
  )
}
