import { type KeyboardEvent, type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { inspectorWidths, leftBeside, panelWidth, widestPanel } from '../store/view'
import { onResize } from '../ui/listen'
import { useApp, useModel } from '../ui/model'
import styles from './Inspector.module.css'
import { Resize } from './Resize'

interface SidePanelProps {
  readonly label: string
  readonly close: () => void
  /** Pixels that it leaves to the list beside it. */
  readonly leaves?: number
  readonly children: ReactNode
}

/** Ctrl+A, where it is not a field's own. */
const selectsAll = ({ key, ctrlKey, metaKey, shiftKey, altKey, target }: KeyboardEvent): boolean =>
  key.toLowerCase() === 'a' &&
  (ctrlKey || metaKey) &&
  !shiftKey &&
  !altKey &&
  !(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)

/** What stands to the right of a list and tells of its row: one width for all of them, closed by Escape. */
export function SidePanel({ label, close, leaves = leftBeside.list, children }: SidePanelProps) {
  const model = useModel()
  const kept = useApp((state) => state.view.inspectorWidth)
  const panel = useRef<HTMLElement>(null)
  const room = useRoom(panel)
  const most = room === null ? inspectorWidths.max : widestPanel(room, leaves)
  // What was wished stays kept for a window that has the room.
  const width = room === null ? kept : panelWidth(kept, room, leaves)
  // Messages lie beside it (Notices.module.css).
  useLayoutEffect(() => {
    const { style } = document.documentElement
    style.setProperty('--beside', `${width}px`)
    return () => {
      style.removeProperty('--beside')
    }
  }, [width])
  return (
    <aside
      ref={panel}
      className={styles.inspector}
      aria-label={label}
      style={{ width }}
      onKeyDown={(event) => {
        if (event.defaultPrevented) return
        if (event.key === 'Escape') close()
        // What the panel says, not every word of the window.
        else if (selectsAll(event)) window.getSelection()?.selectAllChildren(event.currentTarget)
        else return
        event.preventDefault()
      }}
    >
      <Resize
        width={width}
        most={most}
        onResize={(next) => {
          const wished = Math.min(most, Math.max(inspectorWidths.min, next))
          // The usual width stands for one that nobody dragged.
          const isUsual = wished === inspectorWidths.default
          model.setView({ inspectorWidth: isUsual ? wished + 1 : wished })
        }}
        onReset={() => model.setView({ inspectorWidth: inspectorWidths.default })}
      />
      {children}
    </aside>
  )
}

/** Pixels of what the panel and the list share; null before it is drawn. */
function useRoom(panel: RefObject<HTMLElement | null>): number | null {
  const [room, setRoom] = useState<number | null>(null)
  useLayoutEffect(() => {
    const shared = panel.current?.parentElement ?? null
    if (shared === null) return
    const look = () => setRoom(shared.clientWidth === 0 ? null : shared.clientWidth)
    look()
    return onResize(shared, look)
  }, [panel])
  return room
}
