import { Check, CircleDashed, Clock, Plus } from 'lucide-react'
import { sweepsText } from '../text/sweeps'
import { VerdictIcon } from '../ui/VerdictMark'
import type { CellSign } from './cell'
import styles from './Discover.module.css'

/** The sign of a cell; what it means stands in words beside it or in its name. */
export function Sign({ sign }: { readonly sign: CellSign }) {
  switch (sign.kind) {
    case 'works':
      return (
        <span className={styles.sign} data-sign="works">
          <Check size={12} strokeWidth={3} aria-hidden />
        </span>
      )
    case 'fails':
      return (
        <span className={styles.sign} data-sign="fails" data-verdict={sign.verdict}>
          <VerdictIcon shown={sign.verdict} size={13} />
        </span>
      )
    case 'unchecked':
      return (
        <span className={styles.sign} data-sign="unchecked">
          <CircleDashed size={13} strokeWidth={2.1} aria-hidden />
        </span>
      )
    case 'let-in':
      return (
        <span className={styles.sign} data-sign="let-in">
          <Plus size={13} strokeWidth={2.3} aria-hidden />
        </span>
      )
    case 'may':
      return (
        <span className={styles.sign} data-sign="may">
          <Plus size={13} strokeWidth={2.3} aria-hidden />
        </span>
      )
    case 'ticked':
      return (
        <span className={styles.sign} data-sign="ticked">
          <Check size={13} strokeWidth={3} aria-hidden />
        </span>
      )
    case 'pending':
      return (
        <span className={styles.sign} data-sign="pending">
          <Clock size={12} strokeWidth={2.3} aria-hidden />
        </span>
      )
    case 'may-not':
      return <span className={styles.dot} aria-hidden />
    case 'unknown':
      return (
        <span className={styles.unknown} aria-hidden>
          ?
        </span>
      )
    case 'dead':
      return null
  }
}

const text = sweepsText.legend

const legend: readonly { readonly signs: readonly CellSign[]; readonly says: string }[] = [
  { signs: [{ kind: 'works' }], says: text.works },
  {
    signs: [
      { kind: 'fails', verdict: 'mismatch' },
      { kind: 'fails', verdict: 'no-access' },
      { kind: 'fails', verdict: 'broken' },
      { kind: 'fails', verdict: 'unreachable' },
      { kind: 'fails', verdict: 'login-needed' },
      { kind: 'fails', verdict: 'expired' },
    ],
    says: text.fails,
  },
  { signs: [{ kind: 'unchecked' }], says: text.unchecked },
  { signs: [{ kind: 'let-in' }], says: text.letIn },
  { signs: [{ kind: 'may' }], says: text.may },
  { signs: [{ kind: 'ticked' }], says: text.ticked },
  { signs: [{ kind: 'may-not' }], says: text.mayNot },
  { signs: [{ kind: 'unknown' }], says: text.unknown },
]

/** What the signs mean. */
export function Legend() {
  return (
    <ul className={styles.legend} aria-label={text.label}>
      {legend.map(({ signs, says }) => (
        <li key={says}>
          {signs.map((sign) => (
            <Sign key={sign.kind === 'fails' ? sign.verdict : sign.kind} sign={sign} />
          ))}
          {says}
        </li>
      ))}
    </ul>
  )
}
