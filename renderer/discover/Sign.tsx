import { Check, CircleDashed, Clock, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { sweepsText } from '../text/sweep-texts'
import { VerdictIcon } from '../ui/VerdictMark'
import type { CellSign } from './cell'
import styles from './Discover.module.css'

/** Of those without an icon the style sheet draws what there is. */
const icons: Partial<Readonly<Record<CellSign['kind'], ReactNode>>> = {
  works: <Check size={12} strokeWidth={3} />,
  unchecked: <CircleDashed size={13} strokeWidth={2.1} />,
  'let-in': <Plus size={13} strokeWidth={2.3} />,
  may: <Plus size={13} strokeWidth={2.3} />,
  ticked: <Check size={13} strokeWidth={3} />,
  pending: <Clock size={12} strokeWidth={2.3} />,
}

/** The sign of a cell; its meaning is in the words next to it or in the accessible name. */
export function Sign({ kind, verdict }: CellSign) {
  if (kind === 'dead') return null
  return (
    <span className={styles.sign} data-sign={kind} data-verdict={verdict} aria-hidden>
      {verdict !== undefined && <VerdictIcon shown={verdict} size={13} />}
      {icons[kind]}
    </span>
  )
}

const text = sweepsText.legend

const failing = ['mismatch', 'no-access', 'broken', 'unreachable', 'login-needed', 'expired'] as const

const legend: readonly (readonly [says: string, ...signs: CellSign[]])[] = [
  [text.works, { kind: 'works' }],
  [text.fails, ...failing.map((verdict) => ({ kind: 'fails', verdict }) as const)],
  [text.unchecked, { kind: 'unchecked' }],
  [text.letIn, { kind: 'let-in' }],
  [text.may, { kind: 'may' }],
  [text.ticked, { kind: 'ticked' }],
  [text.mayNot, { kind: 'may-not' }],
  [text.unknown, { kind: 'unknown' }],
]

/** What the signs mean. */
export function Legend() {
  return (
    <ul className={styles.legend} aria-label={text.label}>
      {legend.map(([says, ...signs]) => (
        <li key={says} className="spare">
          {signs.map((sign) => (
            <Sign key={sign.verdict ?? sign.kind} {...sign} />
          ))}
          {says}
        </li>
      ))}
    </ul>
  )
}
