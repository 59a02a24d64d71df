import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './Mark.module.css'

/** The tone of a state; `running`: its icon turns. */
export type Tone = 'ok' | 'warn' | 'bad' | 'no' | 'calm' | 'open' | 'running'

interface MarkProps {
  readonly icon?: LucideIcon
  readonly tone?: Tone | undefined
  readonly size?: number
  readonly title?: string | undefined
  /** Words next to it; left out where they are there already. */
  readonly children?: ReactNode
}

/** A state at a glance: an icon and a few words in the colour of their tone. */
export function Mark({ icon: Icon, tone, size = 14, title, children }: MarkProps) {
  return (
    <span className={styles.mark} data-tone={tone} title={title}>
      {Icon !== undefined && <Icon size={size} aria-hidden strokeWidth={2.1} />}
      {children !== undefined && <span>{children}</span>}
    </span>
  )
}
