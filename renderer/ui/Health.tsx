import type { ShownVerdict } from '../../shared/identity/identity'
import styles from './Health.module.css'

interface HealthProps {
  /** Worst first. */
  readonly verdicts: readonly { readonly shown: ShownVerdict; readonly count: number }[]
  readonly wide?: boolean
}

/** The verdicts of contexts as one bar; words and counts are always next to it. */
export function Health({ verdicts, wide = false }: HealthProps) {
  return (
    <span className={styles.health} data-wide={wide || undefined} aria-hidden>
      {verdicts.map(({ shown, count }) => (
        <i key={shown} data-verdict={shown} style={{ flexGrow: count }} />
      ))}
    </span>
  )
}
