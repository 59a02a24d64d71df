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
  MessageCircleQuestion,
  SquareTerminal,
  TriangleAlert,
} from 'lucide-react'
import type { KnownIdentity } from '../../shared/identity/identity-tree'
import type { StateKind } from '../rows/identity-rows'
import { identitiesText as text } from '../text/identity-texts'
import { text as page } from '../text/page'
import { Mark, type Tone } from '../ui/Mark'

const states: Readonly<Record<StateKind, { readonly icon: LucideIcon; readonly tone: Tone }>> = {
  valid: { icon: CircleCheck, tone: 'ok' },
  expired: { icon: Hourglass, tone: 'warn' },
  'sign-in-needed': { icon: LogIn, tone: 'warn' },
  refused: { icon: CircleX, tone: 'bad' },
  broken: { icon: CircleX, tone: 'bad' },
  unknown: { icon: CircleDashed, tone: 'open' },
}

export const toneOfState = (kind: StateKind): Tone => states[kind].tone

/** The icon of a state in its colour, for use next to a word. */
export const StateIcon = ({ kind, size }: { readonly kind: StateKind; readonly size: number }) => (
  <Mark {...states[kind]} size={size} />
)

const runs = {
  waiting: { icon: Clock, tone: 'open', title: text.waitingMeaning, children: text.waiting },
  asks: {
    icon: MessageCircleQuestion,
    tone: 'warn',
    title: page.verify.waits.answer.meaning,
    children: page.verify.waits.answer.word,
  },
  proving: { icon: LoaderCircle, tone: 'running', children: text.proving },
} as const

interface StateMarkProps {
  readonly state: KnownIdentity['state']
  /** For an identity that is to be proven: what it waits for. */
  readonly running?: keyof typeof runs | null
  /** In so many contexts it acts in place of the profile that these name. */
  readonly takesOver?: number
}

/** A state: icon, colour and word; the remedy where that is not an SSO sign-in. That an identity can act is no good news where it should not. */
export function StateMark({ state: { kind, problem }, running = null, takesOver = 0 }: StateMarkProps) {
  // The icon of a waiting one does not turn yet.
  if (running !== null) return <Mark {...runs[running]} />
  if (takesOver > 0 && (kind === 'valid' || kind === 'unknown'))
    return (
      <Mark
        icon={TriangleAlert}
        tone="warn"
        title={`${text.takesOver(takesOver)} ${text.stateMeanings[kind]}`}
      >
        {text.beatsProfile}
      </Mark>
    )
  const code = kind === 'sign-in-needed' ? problem?.code : undefined
  const [icon, says] =
    code === 'mfa-code'
      ? [KeyRound, text.needsCode]
      : code === 'aws-login'
        ? [SquareTerminal, text.needsLogin]
        : [states[kind].icon, text.states[kind]]
  return (
    <Mark icon={icon} tone={states[kind].tone} title={problem?.message ?? text.stateMeanings[kind]}>
      {says}
    </Mark>
  )
}
