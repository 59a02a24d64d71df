import { Progress } from '@base-ui/react/progress'
import styles from './ProgressBar.module.css'

interface ProgressBarProps {
  /** Null: how far is not known. */
  readonly done: number | null
  readonly total: number
  readonly label: string
  /** Says how wide it is. */
  readonly className: string | undefined
}

/** How far something has come; the numbers are beside it. */
export function ProgressBar({ done, total, label, className }: ProgressBarProps) {
  return (
    <Progress.Root value={done} max={total} aria-label={label} className={className}>
      <Progress.Track className={styles.track}>
        <Progress.Indicator className={styles.indicator} />
      </Progress.Track>
    </Progress.Root>
  )
}
