import { Menu } from '@base-ui/react/menu'
import { Check, Columns3 } from 'lucide-react'
import { groupings } from '../rows/arrange'
import { columnOf, columns } from '../rows/columns'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import menu from '../ui/Menu.module.css'
import { useApp, useModel } from '../ui/model'
import { usePopups } from '../ui/popups'
import styles from './Grid.module.css'
import type { ColumnTable } from './table'

interface GridBarProps {
  readonly table: ColumnTable
  /** `12 of 57 contexts` while a filter stands. */
  readonly found: string | null
}

/** Above the grid: what it is grouped by, and which columns it has. */
export function GridBar({ table, found }: GridBarProps) {
  const model = useModel()
  const grouping = useApp((state) => state.view.grouping)
  return (
    <div className={styles.bar}>
      <span className={styles.barLabel} id="group-by">
        {text.grid.groupBy}
      </span>
      <div role="group" aria-labelledby="group-by">
        {groupings.map((name) => (
          <button
            key={name}
            type="button"
            className={styles.segment}
            aria-pressed={grouping === name}
            data-pressed={grouping === name || undefined}
            onClick={() => model.setView({ grouping: name })}
          >
            {text.grid.groups[name]}
          </button>
        ))}
      </div>
      <span className={styles.space} />
      <span className={styles.found} role="status">
        {found}
      </span>
      <ColumnChooser table={table} />
    </div>
  )
}

function ColumnChooser({ table }: { readonly table: ColumnTable }) {
  const model = useModel()
  const comparing = useApp((state) => state.compare !== null)
  const popups = usePopups()
  const all = columns.filter((column) => column.id !== 'compared' || comparing)
  return (
    <Menu.Root>
      <Menu.Trigger render={<Button small icon={Columns3} />}>{text.grid.columns}</Menu.Trigger>
      <Menu.Portal container={popups}>
        <Menu.Positioner className={menu.positioner} align="end" sideOffset={6}>
          <Menu.Popup className={menu.popup}>
            <Menu.Group>
              <Menu.GroupLabel className={menu.group}>{text.grid.columnsTitle}</Menu.GroupLabel>
              {all.map(({ id }) => {
                const column = table.getColumn(id)
                return (
                  <Menu.CheckboxItem
                    key={id}
                    className={menu.item}
                    checked={column?.getIsVisible() ?? false}
                    onCheckedChange={(checked) => column?.toggleVisibility(checked)}
                    closeOnClick={false}
                    disabled={id === 'context'}
                  >
                    <span className={menu.tick}>
                      <Menu.CheckboxItemIndicator>
                        <Check size={14} />
                      </Menu.CheckboxItemIndicator>
                    </span>
                    <span className={menu.label}>{columnOf(id)?.title}</span>
                  </Menu.CheckboxItem>
                )
              })}
            </Menu.Group>
            <Menu.Separator className={menu.separator} />
            <Menu.Item className={menu.item} onClick={() => model.resetColumns()}>
              <span className={menu.tick} />
              <span className={menu.label}>{text.grid.resetColumns}</span>
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
