import { X } from 'lucide-react'
import { actionText } from '../../shared/ipc/actions'
import type { Action } from '../actions/action'
import { titleOf } from '../actions/targets'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import { useApp, useEdits, useModel } from '../ui/model'
import styles from './Grid.module.css'

/** What is done to many at once, in this order; the rest is in the menu of a row and in the palette. */
const offered = [
  'verify-target',
  'edit-selected',
  'replace',
  'names',
  'split-user',
  'move',
  'export',
  'delete',
] as const

/** Left out while they mean nothing for what is selected. */
const rare: ReadonlySet<string> = new Set(['edit-selected', 'split-user', 'move'])

interface SelectionBarProps {
  readonly actions: readonly Action[]
  /** Every context that the grid shows. */
  readonly ids: readonly string[]
}

/** In the place of grouping and sorting while rows are selected: how many, and what can be done to all of them. */
export function SelectionBar({ actions, ids }: SelectionBarProps) {
  const model = useModel()
  const count = useApp((state) => state.selected.size)
  // What can be done depends on the cell that has the keyboard and on what waits.
  useApp((state) => state.cursor)
  useEdits((state) => state.pending)
  return (
    <div className={styles.bar} role="toolbar" aria-label={text.selection.label}>
      <b className={styles.selectedCount} role="status">
        {text.status.selected(count)}
      </b>
      {offered.map((id) => {
        const action = actions.find((one) => one.id === id)
        if (action === undefined || (rare.has(id) && !action.enabled(model))) return null
        const title = titleOf(action, model)
        return (
          <Button
            key={id}
            small
            kind={id === 'delete' ? 'danger-plain' : 'plain'}
            icon={action.icon}
            title={action.blockedBy?.(model) ?? title}
            aria-label={title}
            disabled={!action.enabled(model)}
            onClick={() => action.run(model)}
          >
            <span className={styles.selectionWord}>{text.selection.short[id]}</span>
          </Button>
        )
      })}
      <span className="space" />
      {count < ids.length && (
        <Button small kind="plain" onClick={() => model.select(new Set(ids))}>
          {text.selection.all(ids.length)}
        </Button>
      )}
      <Button
        small
        kind="plain"
        icon={X}
        aria-label={actionText('select-none').title}
        title={`${actionText('select-none').title} (Esc)`}
        onClick={() => model.select(new Set())}
      />
    </div>
  )
}
