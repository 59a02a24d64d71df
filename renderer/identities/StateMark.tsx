import {
  CircleCheck,
  CircleDashed,
  CircleX,
  Clock,
  Hourglass,
  KeyRound,
  LoaderCircle,
  LogIn,
  type LucideIcon,
  SquareTerminal,
} from 'lucide-react'
import type { KnownIdentity } from '../../shared/identity/tree'
import type { StateKind } from '../rows/identities'
import { identitiesText as text } from '../text/identities'
import styles from './Identities.module.css'

const icons: Readonly<Record<StateKind, LucideIcon>> = {
  valid: CircleCheck,
  expired: Hourglass,
  'sign-in-needed': LogIn,
  refused: CircleX,
  broken: CircleX,
  unknown: CircleDashed,
}

/** The icon of a state in its colour, where a word stands beside it. */
export function StateIcon({ kind, size }: { readonly kind: StateKind; readonly size: number }) {
  const Icon = icons[kind]
  return (
    <span className={styles.stateIcon} data-state={kind}>
      <Icon size={size} aria-hidden strokeWidth={2.1} />
    </span>
  )
}

/** A state: icon, colour and word; what is to be done where it is no sign-in of SSO. */
export function StateMark({
  state,
  running = null,
}: {
  readonly state: KnownIdentity['state']
  /** Of one that is to be proven: whether others come first. */
  readonly running?: 'waiting' | 'proving' | null
}) {
  // Nothing turns where nothing runs yet.
  if (running === 'waiting')
    return (
      <span className={styles.state} title={text.waitingMeaning}>
        <Clock size={14} aria-hidden strokeWidth={2.1} />
        <span>{text.waiting}</span>
      </span>
    )
  if (running === 'proving')
    return (
      <span className={styles.state} data-state="proving">
        <LoaderCircle size={14} aria-hidden strokeWidth={2.1} />
        <span>{text.proving}</span>
      </span>
    )
  const code = state.kind === 'sign-in-needed' ? state.problem?.code : undefined
  const Icon = code === 'mfa-code' ? KeyRound : code === 'aws-login' ? SquareTerminal : icons[state.kind]
  return (
    <span
      className={styles.state}
      data-state={state.kind}
      title={state.problem?.message ?? text.stateMeanings[state.kind]}
    >
      <Icon size={14} aria-hidden strokeWidth={2.1} />
      <span>
        {code === 'mfa-code'
          ? text.needsCode
          : code === 'aws-login'
            ? text.needsLogin
            : text.states[state.kind]}
      </span>
    </span>
  )
}
