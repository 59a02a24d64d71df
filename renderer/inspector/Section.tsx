import { type ReactNode, useId } from 'react'
import styles from './Inspector.module.css'

interface SectionProps {
  /** Left out where the tab says it already. */
  readonly title?: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** One part of the inspector under its heading. */
export function Section({ title, aside, children }: SectionProps) {
  const id = useId()
  if (title === undefined) return <div className={styles.section}>{children}</div>
  return (
    <section aria-labelledby={id} className={styles.section}>
      <h3 id={id} className={styles.heading}>
        {title}
        {aside !== undefined && <span className={styles.aside}>{aside}</span>}
      </h3>
      {children}
    </section>
  )
}
