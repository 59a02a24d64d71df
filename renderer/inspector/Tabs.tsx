import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { type TabName, tabNames, inspectorText as text } from '../text/inspector'
import styles from './Inspector.module.css'

const tabId = (name: TabName): string => `inspector-tab-${name}`
const panelId = 'inspector-panel'

interface TabsProps {
  readonly chosen: TabName
  readonly counts: Partial<Readonly<Record<TabName, number>>>
  readonly onChoose: (tab: TabName) => void
}

/** The tabs of the inspector; the arrows go from one to the next, and around. */
export function Tabs({ chosen, counts, onChoose }: TabsProps) {
  const list = useRef<HTMLDivElement>(null)

  function onKeyDown(event: KeyboardEvent): void {
    const at = tabNames.indexOf(chosen)
    const last = tabNames.length - 1
    const to =
      event.key === 'ArrowRight'
        ? (at + 1) % tabNames.length
        : event.key === 'ArrowLeft'
          ? (at + last) % tabNames.length
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? last
              : null
    const name = to === null ? undefined : tabNames[to]
    if (name === undefined) return
    event.preventDefault()
    onChoose(name)
    list.current?.querySelector<HTMLElement>(`#${tabId(name)}`)?.focus()
  }

  return (
    <div ref={list} role="tablist" aria-label={text.tabs.label} className={styles.tabs} onKeyDown={onKeyDown}>
      {tabNames.map((name) => {
        const count = counts[name] ?? 0
        return (
          <button
            key={name}
            type="button"
            role="tab"
            id={tabId(name)}
            aria-selected={name === chosen}
            aria-controls={panelId}
            tabIndex={name === chosen ? 0 : -1}
            className={styles.tab}
            onClick={() => onChoose(name)}
          >
            {text.tabs[name]}
            {count > 0 && <span className={styles.count}> {count.toLocaleString('en-US')}</span>}
          </button>
        )
      })}
    </div>
  )
}

/** What the chosen tab shows. */
export function TabPanel({ name, children }: { readonly name: TabName; readonly children: ReactNode }) {
  return (
    <div role="tabpanel" id={panelId} aria-labelledby={tabId(name)} className={styles.panel}>
      {children}
    </div>
  )
}
