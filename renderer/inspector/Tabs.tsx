import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { counted } from '../../shared/counted'
import styles from './Inspector.module.css'

const tabId = (of: string, name: string): string => `${of}-tab-${name}`
const panelId = (of: string): string => `${of}-panel`

interface TabsProps<N extends string> {
  /** Whose tabs they are: their ids begin with it. */
  readonly of: string
  /** In their order. */
  readonly names: readonly N[]
  readonly titles: Readonly<Record<N | 'label', string>>
  readonly chosen: N
  readonly counts: Partial<Readonly<Record<N, number>>>
  readonly onChoose: (tab: N) => void
}

/** The tabs of a panel; the arrows go from one to the next, and around. */
export function Tabs<N extends string>({ of, names, titles, chosen, counts, onChoose }: TabsProps<N>) {
  const list = useRef<HTMLDivElement>(null)

  function onKeyDown(event: KeyboardEvent): void {
    const at = names.indexOf(chosen)
    const last = names.length - 1
    const to =
      event.key === 'ArrowRight'
        ? (at + 1) % names.length
        : event.key === 'ArrowLeft'
          ? (at + last) % names.length
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? last
              : null
    const name = to === null ? undefined : names[to]
    if (name === undefined) return
    event.preventDefault()
    onChoose(name)
    list.current?.querySelector<HTMLElement>(`#${tabId(of, name)}`)?.focus()
  }

  return (
    <div ref={list} role="tablist" aria-label={titles.label} className={styles.tabs} onKeyDown={onKeyDown}>
      {names.map((name) => {
        const count = counts[name] ?? 0
        return (
          <button
            key={name}
            type="button"
            role="tab"
            id={tabId(of, name)}
            aria-selected={name === chosen}
            aria-controls={panelId(of)}
            tabIndex={name === chosen ? 0 : -1}
            className={styles.tab}
            onClick={() => onChoose(name)}
          >
            {titles[name]}
            {count > 0 && <span className={styles.count}> {counted(count)}</span>}
          </button>
        )
      })}
    </div>
  )
}

/** What the chosen tab shows. */
export function TabPanel({
  of,
  name,
  children,
}: {
  readonly of: string
  readonly name: string
  readonly children: ReactNode
}) {
  return (
    <div role="tabpanel" id={panelId(of)} aria-labelledby={tabId(of, name)} className={styles.panel}>
      {children}
    </div>
  )
}
