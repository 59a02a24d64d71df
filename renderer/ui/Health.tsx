import type { ShownVerdict } from '../../shared/identity/identity'
import styles from './Health.module.css'

interface HealthProps {
  /** Worst first. */
  readonly verdicts: readonly { readonly shown: ShownVerdict; readonly count: number }[]
  readonly wide?: boolean
  /** How many of a verdict would change by what is pending: their part is hatched. */
  readonly pending?: Pick<ReadonlyMap<ShownVerdict, number>, 'get'>
}

/** The verdicts of contexts as one bar; words and counts are always next to it. */
export function Health({ verdicts, wide = false, pending }: HealthProps) {
  return (
    <span className={styles.health} data-wide={wide || undefined} aria-hidden>
      {verdicts.flatMap(({ shown, count }) => {
        const changing = pending?.get(shown) ?? 0
        return [
          changing > 0 && (
            <i key={`${shown} pending`} data-verdict={shown} data-pending style={{ flexGrow: changing }} />
          ),
          count > changing && <i key={shown} data-verdict={shown} style={{ flexGrow: count - changing }} />,
        ]
      })}
    </span>
  )
}
