import { Check } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { counted } from '../../shared/counted'
import { visible } from '../../shared/visible'
import { type ColumnId, columnIds, columnOf, fixedColumn } from '../rows/columns'
import { begunFilter, besides, hasTerm, toggledTerm, valueCounts } from '../rows/filter'
import { text } from '../text/page'
import menu from '../ui/Menu.module.css'
import { type MenuParts, PointMenu, usePointMenu } from '../ui/menus'
import { useApp, useModel } from '../ui/model'
import { Named } from '../ui/Named'
import styles from './Grid.module.css'
import { type ColumnTable, type Layout, moveColumn, widened } from './table'

interface ColumnMenuProps {
  readonly table: ColumnTable
  readonly layout: Layout
  /** Goes on in the filter with one that is begun. */
  readonly onBegin: (filter: string) => void
  /** The row of headers. */
  readonly children: ReactNode
}

/** The menu of a header (right click, or Alt+Down on it): everything a mouse can do to a column. */
export function ColumnMenu({ table, layout, onBegin, children }: ColumnMenuProps) {
  const model = useModel()
  const [place, open] = usePointMenu()
  const [id, setId] = useState<ColumnId>('context')
  const toFilter = useRef(false)
  const column = table.getColumn(id)
  const first = columnOf(id)?.first ?? 'name'
  const change = (make: (view: Parameters<typeof moveColumn>[0]) => Parameters<typeof model.setView>[0]) =>
    model.setView(make(model.state.getState().view))
  const canMove = (by: -1 | 1) => {
    const { view } = model.state.getState()
    return moveColumn(view, layout.ids, id, by).order !== undefined
  }
  type Entry = readonly [label: string, run: () => void, possible: boolean]
  const groups: readonly (readonly Entry[])[] = [
    [
      [text.columnMenu.up[first], () => column?.toggleSorting(false), column?.getIsSorted() !== 'asc'],
      [text.columnMenu.down[first], () => column?.toggleSorting(true), column?.getIsSorted() !== 'desc'],
      [text.columnMenu.unsort, () => column?.clearSorting(), column?.getIsSorted() !== false],
    ],
    [
      column?.getIsPinned()
        ? [text.columnMenu.unpin, () => column.pin(false), id !== fixedColumn]
        : [text.columnMenu.pin, () => column?.pin('start'), true],
      [text.columnMenu.left, () => change((view) => moveColumn(view, layout.ids, id, -1)), canMove(-1)],
      [text.columnMenu.right, () => change((view) => moveColumn(view, layout.ids, id, 1)), canMove(1)],
      [text.columnMenu.wider, () => change((view) => widened(view, id, column?.getSize() ?? 100, 40)), true],
      [
        text.columnMenu.narrower,
        () => change((view) => widened(view, id, column?.getSize() ?? 100, -40)),
        true,
      ],
    ],
    [[text.columnMenu.hide, () => column?.toggleVisibility(false), id !== fixedColumn]],
  ]
  return (
    <>
      <div
        role="rowgroup"
        className={styles.contents}
        onContextMenu={(event) => {
          if (!(event.target instanceof Element)) return
          const at = event.target.closest<HTMLElement>('[data-column]')?.dataset.column
          const known = columnIds.find((one) => one === at)
          if (known !== undefined) setId(known)
          open(event)
        }}
      >
        {children}
      </div>
      <PointMenu
        place={place}
        // The keyboard goes on in the filter, where its values are; else it goes back to the header.
        finalFocus={() => {
          if (!toFilter.current) return true
          toFilter.current = false
          onBegin(begunFilter(id))
          return false
        }}
        items={({ ContextMenu }) => (
          <>
            <Values
              ContextMenu={ContextMenu}
              column={id}
              onMore={() => {
                toFilter.current = true
              }}
            />
            {groups.map((group, at) => (
              <ContextMenu.Group key={group[0]?.[0]}>
                {at > 0 && <ContextMenu.Separator className={menu.separator} />}
                {group.map(([label, run, possible]) => (
                  <ContextMenu.Item key={label} className={menu.item} onClick={run} disabled={!possible}>
                    {label}
                  </ContextMenu.Item>
                ))}
              </ContextMenu.Group>
            ))}
          </>
        )}
      />
    </>
  )
}

/** So many values are offered; the filter itself suggests the others. */
const offeredValues = 8

interface ValuesProps extends Pick<MenuParts, 'ContextMenu'> {
  readonly column: ColumnId
  /** The others are asked for: the menu closes. */
  readonly onMore: () => void
}

/**
 * What stands in the column, with how many rows have it beside what is asked of the others: a click filters by it, too. Nothing where
 * a filter makes no sense.
 */
function Values({ ContextMenu, column, onMore }: ValuesProps) {
  const model = useModel()
  const filter = useApp((state) => state.filter)
  const only = useApp((state) => state.only)
  const all = model.rows.all()
  const rows = besides(filter, column, only === null ? all : all.filter(({ id }) => only.ids.has(id)))
  const { offered, more } = valueCounts(column, rows, offeredValues)
  if (offered.length < 2) return null
  return (
    <ContextMenu.Group>
      <ContextMenu.GroupLabel className={menu.group}>{text.columnMenu.values}</ContextMenu.GroupLabel>
      {offered.map(({ value, query, count }) => (
        <ContextMenu.CheckboxItem
          key={value}
          className={menu.item}
          aria-label={`${text.columnMenu.only(visible(value))}, ${text.contexts(count)}`}
          checked={hasTerm(filter, query)}
          onCheckedChange={() => model.setFilter(toggledTerm(filter, query))}
          closeOnClick
        >
          <Named as="span" className={`fill ${styles.value}`} name={value} />
          <span className={menu.tick}>
            <ContextMenu.CheckboxItemIndicator>
              <Check size={14} />
            </ContextMenu.CheckboxItemIndicator>
          </span>
          <span className={menu.keys}>{counted(count)}</span>
        </ContextMenu.CheckboxItem>
      ))}
      {more > 0 && (
        <ContextMenu.Item className={menu.item} onClick={onMore}>
          {text.columnMenu.more(more)}
        </ContextMenu.Item>
      )}
      <ContextMenu.Separator className={menu.separator} />
    </ContextMenu.Group>
  )
}
