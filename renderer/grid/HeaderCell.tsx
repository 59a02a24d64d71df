import { ArrowDown, ArrowUp, Check, Minus } from 'lucide-react'
import { type DragEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import { counted } from '../../shared/counted'
import { actionText } from '../../shared/ipc/actions'
import { visible } from '../../shared/visible'
import { type ColumnId, columnIds, columnOf, fixedColumn } from '../rows/columns'
import { begunFilter, besides, hasTerm, toggledTerm, valueCounts } from '../rows/filter'
import { environmentText, text } from '../text/page'
import menu from '../ui/Menu.module.css'
import { type MenuParts, PointMenu, usePointMenu } from '../ui/menus'
import { useApp, useModel } from '../ui/model'
import { Named } from '../ui/Named'
import styles from './Grid.module.css'
import { headerItem } from './keyboard'
import { type ColumnTable, type Layout, moveColumn, placeColumn, widened } from './table'

type Header = ReturnType<ColumnTable['getFlatHeaders']>[number]

const dragType = 'application/x-ekscope-column'

interface HeaderCellProps {
  readonly header: Header
  readonly index: number
  readonly pinned: boolean
  /** The rightmost of the pinned ones draws the edge over what scrolls. */
  readonly last: boolean
  readonly follow: React.RefObject<boolean>
  /** No row has the cursor yet: the first header is where Tab comes in. */
  readonly entry: boolean
  /** Every context that is shown, where the box stands that selects them all. */
  readonly ids: readonly string[] | null
}

/** A column's header: sorts on click or Enter, is dragged to its place, widens at its edge. */
export function HeaderCell({ header, index, pinned, last, follow, entry, ids }: HeaderCellProps) {
  const model = useModel()
  const id = header.column.id
  const column = columnOf(id)
  const sort = header.column.getIsSorted()
  const cursor = useApp((state) => state.cursor?.item === headerItem && state.cursor.column === id)
  const compare = useApp((state) => state.compare)
  const unproven = useApp((state) => state.fleet.checked === 0)
  const cell = useRef<HTMLDivElement>(null)
  const [drop, setDrop] = useState<'before' | 'after' | null>(null)
  useEffect(() => {
    if (cursor && follow.current) cell.current?.focus({ preventScroll: true })
  }, [cursor, follow])
  if (column === undefined) return null

  const fixed = id === fixedColumn

  function side(event: DragEvent): 'before' | 'after' {
    // Nothing comes before the one that stays first: whatever is dropped there comes right behind it.
    if (fixed) return 'after'
    const box = event.currentTarget.getBoundingClientRect()
    return event.clientX < box.left + box.width / 2 ? 'before' : 'after'
  }

  return (
    <div
      ref={cell}
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={sort === 'asc' ? 'ascending' : sort === 'desc' ? 'descending' : 'none'}
      data-column={id}
      tabIndex={cursor || entry ? 0 : -1}
      className={styles.header}
      data-pinned={pinned ? (last ? 'last' : 'yes') : undefined}
      data-end={column.align === 'end' || undefined}
      data-drop={drop ?? undefined}
      style={pinned ? { left: `var(--pin-${index})` } : undefined}
      title={column.hint}
      draggable={!fixed}
      onClick={(event) => header.column.toggleSorting(undefined, event.shiftKey)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        if (event.ctrlKey || event.metaKey) return
        event.preventDefault()
        event.stopPropagation()
        header.column.toggleSorting(undefined, event.shiftKey)
      }}
      onDragStart={(event) => {
        event.dataTransfer.setData(dragType, id)
        event.dataTransfer.effectAllowed = 'move'
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(dragType)) return
        event.preventDefault()
        setDrop(side(event))
      }}
      onDragLeave={() => setDrop(null)}
      onDrop={(event) => {
        const dragged = columnIds.find((known) => known === event.dataTransfer.getData(dragType))
        setDrop(null)
        if (dragged === undefined) return
        event.preventDefault()
        model.setView(placeColumn(model.state.getState().view, dragged, column.id, side(event) === 'after'))
      }}
    >
      {ids !== null && <SelectAll ids={ids} />}
      <span className="cut">
        {column.id === 'compared' && compare !== null
          ? text.grid.inEnvironment(environmentText[compare])
          : column.id === 'acts' && unproven
            ? text.grid.wouldAct
            : column.title}
      </span>
      {sort !== false &&
        (sort === 'asc' ? <ArrowUp size={13} aria-hidden /> : <ArrowDown size={13} aria-hidden />)}
      <ColumnEdge header={header} />
    </div>
  )
}

/** The box of all rows, for the mouse; the keyboard has Ctrl+A and the palette. */
function SelectAll({ ids }: { readonly ids: readonly string[] }) {
  const model = useModel()
  const selected = useApp((state) => state.selected.size)
  const all = selected > 0 && selected >= ids.length
  return (
    <span
      aria-hidden
      className={styles.check}
      data-all={selected > 0 ? (all ? 'all' : 'some') : 'none'}
      title={all ? actionText('select-none').title : text.selection.all(ids.length)}
      onClick={(event) => {
        event.stopPropagation()
        model.select(all ? new Set() : new Set(ids))
      }}
    >
      {selected > 0 && (all ? <Check size={12} strokeWidth={3} /> : <Minus size={12} strokeWidth={3} />)}
    </span>
  )
}

/** The edge that widens a column; a double click takes the width it started with. Keyboards use the column's menu. */
function ColumnEdge({ header }: { readonly header: Header }) {
  const resize = header.getResizeHandler()
  return (
    // The edge must not start a drag of the whole header.
    <span
      aria-hidden
      className={styles.edge}
      data-active={header.column.getIsResizing() || undefined}
      title={text.grid.resize(columnOf(header.column.id)?.title ?? '')}
      draggable
      onDragStart={(event) => {
        event.preventDefault()
        event.stopPropagation()
      }}
      onMouseDown={(event) => {
        event.stopPropagation()
        event.preventDefault()
        resize(event)
      }}
      onTouchStart={resize}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => {
        event.stopPropagation()
        header.column.resetSize()
      }}
    />
  )
}

interface HeadersProps {
  readonly table: ColumnTable
  readonly layout: Layout
  readonly follow: RefObject<boolean>
  /** No cell has the cursor yet: Tab comes in at the first header. */
  readonly entry: boolean
  /** Every context that is shown, for the box that selects them all. */
  readonly ids: readonly string[]
  /** Goes on in the filter with one that is begun. */
  readonly onBegin: (filter: string) => void
}

/** The row of headers, with their menu. */
export function Headers({ table, layout, follow, entry, ids, onBegin }: HeadersProps) {
  const headers = new Map(table.getFlatHeaders().map((header) => [header.column.id, header]))
  return (
    <ColumnMenu table={table} layout={layout} onBegin={onBegin}>
      <div role="row" aria-rowindex={1} className={styles.headers}>
        {layout.ids.map((id, at) => {
          const header = headers.get(id)
          return header === undefined ? null : (
            <HeaderCell
              key={id}
              header={header}
              index={at}
              pinned={at < layout.pinned}
              last={at === layout.pinned - 1}
              follow={follow}
              entry={at === 0 && entry}
              ids={id === 'context' ? ids : null}
            />
          )
        })}
      </div>
    </ColumnMenu>
  )
}

interface ColumnMenuProps {
  readonly table: ColumnTable
  readonly layout: Layout
  /** Goes on in the filter with one that is begun. */
  readonly onBegin: (filter: string) => void
  /** The row of headers. */
  readonly children: ReactNode
}

/** The menu of a header (right click, or Alt+Down on it): everything a mouse can do to a column. */
function ColumnMenu({ table, layout, onBegin, children }: ColumnMenuProps) {
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
