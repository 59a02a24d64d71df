import type { LucideIcon } from 'lucide-react'
import * as icon from 'lucide-react'
import type { ShownVerdict, Verdict } from '../../shared/identity/identity'
import type { Row } from '../rows/rows'
import { text, verdictCount, verdictMeaning, verdictText } from '../text/page'
import styles from './VerdictMark.module.css'

const icons: Readonly<Record<ShownVerdict, LucideIcon>> = {
  verified: icon.CircleCheck,
  proven: icon.UserCheck,
  mismatch: icon.TriangleAlert,
  'no-access': icon.Ban,
  'login-needed': icon.LogIn,
  expired: icon.Hourglass,
  broken: icon.CircleX,
  unreachable: icon.Unplug,
  unsupported: icon.CircleOff,
  'not-checked': icon.CircleDashed,
  checking: icon.LoaderCircle,
  stale: icon.History,
}

interface VerdictMarkProps {
  readonly shown: ShownVerdict
  /** What a stale check had found. */
  readonly was?: Verdict | null
  /** It is to be checked, and others come first. */
  readonly waiting?: boolean
  /** It came out by a code that was used once. */
  readonly withCode?: boolean | undefined
}

/** A verdict's icon in its colour, where a word stands beside it. */
export function VerdictIcon({ shown, size }: { readonly shown: ShownVerdict; readonly size: number }) {
  const Icon = icons[shown]
  return (
    <span className={`whole ${styles.icon}`} data-verdict={shown}>
      <Icon size={size} aria-hidden strokeWidth={2.1} />
    </span>
  )
}

/** A verdict: icon, colour and word. A stale one says what it was. */
export function VerdictMark({ shown, was = null, waiting = false, withCode = false }: VerdictMarkProps) {
  if (waiting) return <Waiting />
  const Icon = icons[shown]
  const stale = shown === 'stale' && was !== null
  const once = withCode && shown === was
  return (
    <span
      className={styles.verdict}
      data-verdict={shown}
      title={
        stale
          ? `${text.grid.staleWas(verdictText[was])}. ${verdictMeaning.stale}`
          : once
            ? `${verdictMeaning[shown]} ${text.verify.withCodeMeaning}`
            : verdictMeaning[shown]
      }
    >
      <Icon
        className={shown === 'checking' ? 'turning' : undefined}
        size={14}
        aria-hidden
        strokeWidth={2.1}
      />
      <span className="whole">{verdictText[shown]}</span>
      {stale && <span className={styles.was}>{verdictCount[was]}</span>}
      {once && <span className={styles.was}>{text.verify.withCode}</span>}
    </span>
  )
}

/** The verdict of a context. */
export const VerdictOf = ({ row }: { readonly row: Row }) => (
  <VerdictMark shown={row.shown} was={row.verdict} waiting={row.waiting} withCode={row.check?.withCode} />
)

/** Nothing turns: nothing runs yet. */
function Waiting() {
  return (
    <span className={styles.verdict} data-verdict="waiting" title={text.verify.waitingMeaning}>
      <icon.Clock size={14} aria-hidden strokeWidth={2.1} />
      <span className="whole">{text.verify.waiting}</span>
    </span>
  )
}
