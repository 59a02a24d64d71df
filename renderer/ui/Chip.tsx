import { EqualNot } from 'lucide-react'
import type { Who } from '../../shared/identity/named-identity'
import { visible } from '../../shared/visible'
import { text } from '../text/page'
import styles from './Chip.module.css'
import { Cut } from './Shown'
import { Tile } from './Tile'

interface ChipProps {
  readonly who: Who | null
  /** From a stale check. */
  readonly old?: boolean
  /** Shown instead of a dash where there is no identity. */
  readonly none?: string
}

/** An identity: its tile, its name, and in words when it is not the intended one. */
export function Chip({ who, old = false, none }: ChipProps) {
  if (who === null) {
    return <span className="faint">{none ?? text.nothing}</span>
  }
  const title = [
    visible(who.arn ?? who.label),
    who.differs ? text.grid.differs : '',
    who.uncertain ? text.grid.uncertain : '',
  ]
    .filter(Boolean)
    .join(' · ')
  return (
    <span
      className={[styles.chip, who.differs ? styles.differs : '', old ? styles.old : '']
        .filter(Boolean)
        .join(' ')}
      title={title}
    >
      <Tile who={who} />
      <Cut as="span" className={styles.label} text={who.label} />
      {who.differs && <EqualNot className={styles.not} size={12} strokeWidth={2.6} aria-hidden />}
      {who.differs && <span className="visually-hidden">{text.grid.differs}</span>}
      {who.uncertain && !who.differs && <span className={styles.likely}>{text.grid.uncertain}</span>}
    </span>
  )
}
