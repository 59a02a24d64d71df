import {
  CalendarClock,
  CalendarX2,
  CircleCheck,
  CircleDashed,
  CircleQuestionMark,
  CircleX,
  Hourglass,
  type LucideIcon,
  Repeat2,
  ShieldAlert,
  Unlink,
  Unplug,
} from 'lucide-react'
import type { ClusterMark } from '../text/cluster-texts'
import { Mark, type Tone } from '../ui/Mark'

const marks: Readonly<Record<ClusterMark | 'good', { readonly icon: LucideIcon; readonly tone?: Tone }>> = {
  good: { icon: CircleCheck, tone: 'ok' },
  gone: { icon: CircleX, tone: 'bad' },
  recreated: { icon: Repeat2, tone: 'warn' },
  stale: { icon: ShieldAlert, tone: 'warn' },
  'not-described': { icon: CircleQuestionMark, tone: 'warn' },
  unready: { icon: Hourglass, tone: 'warn' },
  silent: { icon: Unplug, tone: 'warn' },
  ended: { icon: CalendarX2, tone: 'bad' },
  extended: { icon: CalendarClock, tone: 'warn' },
  'no-context': { icon: Unlink },
  'not-asked': { icon: CircleDashed },
}

/** How bad it is; left out where nothing is wrong. */
export const toneOfMark = (mark: ClusterMark | null): Tone | undefined => marks[mark ?? 'good'].tone

/** The icon of the cluster's most important condition, in its colour, for use next to a word. */
export const MarkIcon = ({ mark, size }: { readonly mark: ClusterMark | null; readonly size: number }) => (
  <Mark {...marks[mark ?? 'good']} size={size} />
)
