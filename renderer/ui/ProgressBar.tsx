import { Progress } from '@base-ui/react/progress'
import styles from './ProgressBar.module.css'

interface ProgressBarProps {
  /** Null: the progress is not known. */
  readonly done: number | null
  readonly total: number
  readonly label: string
  /** Sets its width. */
  readonly className: string | undefined
}

/** The progress of something; the numbers are next to it. */
export function ProgressBar({ done, total, label, className }: ProgressBarProps) {
  return (
    <Progress.Root value={done} max={total} aria-label={label} className={className}>
      <Progress.Track className={styles.track}>
        <Progress.Indicator className={styles.indicator} />
      </Progress.Track>
    </Progress.Root>
  )
}
