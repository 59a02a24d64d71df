import { CircleAlert } from 'lucide-react'
import styles from './ProblemLine.module.css'
import { Shown } from './Shown'

/** Why what a form would do cannot be done, told to screen readers at once. */
export function ProblemLine({ text }: { readonly text: string }) {
  return (
    <p className={styles.line} role="alert">
      <CircleAlert size={14} aria-hidden />
      <Shown text={text} />
    </p>
  )
}
