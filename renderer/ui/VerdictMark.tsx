import type { LucideIcon } from 'lucide-react'
import * as icon from 'lucide-react'
import { withCodeMeaning } from '../../shared/audit/context-sentence'
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
  /** The verdict of a stale check. */
  readonly was?: Verdict | null
  /** It is to be checked, and waits for others, or for the user's answer. */
  readonly waiting?: 'others' | 'answer' | null
  /** The result used a sign-in code that works once. */
  readonly withCode?: boolean | undefined
}

/** A verdict's icon in its colour, for use next to a word. */
export function VerdictIcon({ shown, size }: { readonly shown: ShownVerdict; readonly size: number }) {
  const Icon = icons[shown]
  return (
    <span className={`whole ${styles.icon}`} data-verdict={shown}>
      <Icon size={size} aria-hidden strokeWidth={2.1} />
    </span>
  )
}

/** A verdict: icon, colour and word. A stale one says what it was; a waiting one does not turn yet. */
export function VerdictMark({ shown, was = null, waiting = null, withCode = false }: VerdictMarkProps) {
  const Icon =
    waiting === null ? icons[shown] : waiting === 'answer' ? icon.MessageCircleQuestion : icon.Clock
  const stale = shown === 'stale' && was !== null
  const once = withCode && shown === was
  const title =
    waiting !== null
      ? text.verify.waits[waiting].meaning
      : stale
        ? `${text.grid.staleWas(verdictText[was])}. ${verdictMeaning.stale}`
        : `${verdictMeaning[shown]}${once ? ` ${withCodeMeaning}` : ''}`
  return (
    <span
      className={styles.verdict}
      data-verdict={waiting === null ? shown : waiting === 'answer' ? 'asks' : 'waiting'}
      title={title}
    >
      <Icon
        className={shown === 'checking' && waiting === null ? 'turning' : undefined}
        size={14}
        aria-hidden
        strokeWidth={2.1}
      />
      <span className="whole">{waiting === null ? verdictText[shown] : text.verify.waits[waiting].word}</span>
      {waiting === null && stale && <span className={styles.was}>{verdictCount[was]}</span>}
      {waiting === null && once && <span className={styles.was}>{text.verify.withCode}</span>}
    </span>
  )
}

/** The verdict of a context. */
export const VerdictOf = ({ row }: { readonly row: Row }) => (
  <VerdictMark
    shown={row.shown}
    was={row.verdict}
    waiting={row.asks ? 'answer' : row.waiting ? 'others' : null}
    withCode={row.check?.withCode}
  />
)
