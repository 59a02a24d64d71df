import type { Fact } from '../../shared/trust/command-question'
import styles from './FactValue.module.css'

/**
 * The value of a line of a question. Each name stays in one piece as long as it fits into a line: it does not break at
 * its hyphens. A name that contains a comma is in quotation marks, with blanks shown as `␣`, so no name is split here.
 */
export function FactValue({ label, value }: Pick<Fact, 'label' | 'value'>) {
  if (label !== 'for') return <bdi>{value}</bdi>
  const names = value.split(', ')
  return (
    <bdi>
      {[...names.entries()].map(([at, name]) => (
        <span key={at}>
          {at > 0 && ' '}
          <span className={styles.name}>{at < names.length - 1 ? `${name},` : name}</span>
        </span>
      ))}
    </bdi>
  )
}
