import type { ReactNode } from 'react'
import { inspectorWidths } from '../store/view'
import { useApp, useModel } from '../ui/model'
import styles from './Inspector.module.css'
import { Resize } from './Resize'

interface SidePanelProps {
  readonly label: string
  readonly close: () => void
  readonly children: ReactNode
}

/** What stands to the right of a list and tells of its row: one width for all of them, closed by Escape. */
export function SidePanel({ label, close, children }: SidePanelProps) {
  const model = useModel()
  const width = useApp((state) => state.view.inspectorWidth)
  return (
    <aside
      className={styles.inspector}
      aria-label={label}
      style={{ width }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        close()
      }}
    >
      <Resize
        width={width}
        onResize={(next) =>
          model.setView({
            inspectorWidth: Math.min(inspectorWidths.max, Math.max(inspectorWidths.min, next)),
          })
        }
      />
      {children}
    </aside>
  )
}
