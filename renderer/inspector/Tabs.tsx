import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'
import { counted } from '../../shared/counted'
import styles from './Inspector.module.css'

interface TabsProps<N extends string> {
  /** In their order. */
  readonly names: readonly N[]
  readonly titles: Readonly<Record<N | 'label', string>>
  readonly chosen: N
  readonly counts: Partial<Readonly<Record<N, number>>>
  readonly onChoose: (tab: N) => void
  /** The content of the chosen tab. */
  readonly children: ReactNode
}

/** The tabs of a panel; the arrow keys go from one to the next, and wrap around. */
export function Tabs<N extends string>({ names, titles, chosen, counts, onChoose, children }: TabsProps<N>) {
  return (
    <Base.Root value={chosen} onValueChange={(name: N) => onChoose(name)}>
      <Base.List activateOnFocus aria-label={titles.label} className={styles.tabs}>
        {names.map((name) => {
          const count = counts[name] ?? 0
          return (
            <Base.Tab key={name} value={name} className={styles.tab}>
              {titles[name]}
              {count > 0 && <span className="figures faint normal"> {counted(count)}</span>}
            </Base.Tab>
          )
        })}
      </Base.List>
      {/* The scrolling element around it takes the focus. */}
      <Base.Panel value={chosen} tabIndex={undefined} className={styles.panel}>
        {children}
      </Base.Panel>
    </Base.Root>
  )
}
