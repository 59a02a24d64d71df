import {
  CalendarClock,
  CalendarX2,
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
import type { ClusterMark } from '../text/clusters'
import styles from './Clusters.module.css'

const marks: Readonly<Record<ClusterMark, { readonly icon: LucideIcon; readonly tone: string }>> = {
  gone: { icon: CircleX, tone: 'bad' },
  recreated: { icon: Repeat2, tone: 'warn' },
  stale: { icon: ShieldAlert, tone: 'warn' },
  'not-described': { icon: CircleQuestionMark, tone: 'warn' },
  unready: { icon: Hourglass, tone: 'warn' },
  silent: { icon: Unplug, tone: 'warn' },
  ended: { icon: CalendarX2, tone: 'bad' },
  extended: { icon: CalendarClock, tone: 'warn' },
  'no-context': { icon: Unlink, tone: '' },
  'not-asked': { icon: CircleDashed, tone: '' },
}

/** The icon of what there is to look at, in its colour, where a word stands beside it. */
export function MarkIcon({ mark, size }: { readonly mark: ClusterMark; readonly size: number }) {
  const { icon: Icon, tone } = marks[mark]
  return (
    <span className={styles.mark} data-tone={tone || undefined}>
      <Icon size={size} aria-hidden strokeWidth={2.1} />
    </span>
  )
}
