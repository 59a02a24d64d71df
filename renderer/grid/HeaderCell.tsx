import { ArrowDown, ArrowUp, Check, Minus } from 'lucide-react'
import { type DragEvent, type RefObject, useEffect, useRef, useState } from 'react'
import { actionText } from '../../shared/ipc/actions-and-views'
import { visible } from '../../shared/visible'
import { type ColumnId, columnIds, columnOf, fixedColumn } from '../rows/columns'
import { begunFilter, hasTerm, rowsForColumnMenu, toggledTerm, valueCounts } from '../rows/filter'
import type { Arrangement } from '../store/arrangement'
import { environmentText, text } from '../text/page'
import menu from '../ui/Menu.module.css'
import { type MenuParts, PointMenu, usePointMenu } from '../ui/menus'
import { useApp, useModel } from '../ui/model'
import { Named } from '../ui/Shown'
import styles from './Grid.module.css'
import { headerItem } from './keyboard'
import {
  drawnWidth,
  type Layout,
  moveColumn,
  pinnedOrNot,
  placeColumn,
  shownOrHidden,
  sized,
  sortedBy,
  sortOf,
  unsorted,
  widthOf,
} from './table'

const dragType = 'application/x-ekscope-column'

interface HeadersProps {
  readonly layout: Layout
  readonly follow: RefObject<boolean>
  /** No row has the cursor yet: the first header is where Tab comes in. */
  readonly entry: boolean
  /** Every context that is shown, for the box that selects them all. */
  readonly ids: readonly string[]
}

interface HeaderCellProps extends HeadersProps {
  readonly id: ColumnId
  readonly index: number
}

/** Changes the view by what is made of it as it is then. */
function useArranging() {
  const model = useModel()
  return (change: (view: Arrangement) => Partial<Arrangement>) =>
    model.setView(change(model.state.getState().view))
}

/** A column's header: sorts on click or Enter, is dragged to its place, widens at its edge. */
function HeaderCell({ id, index, layout, follow, entry, ids }: HeaderCellProps) {
  const arrange = useArranging()
  const column = columnOf(id)
  const sort = useApp(({ view }) => sortOf(view, id))
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
  const pinned = index < layout.pinned
  const sortOn = (beside: boolean) => arrange((view) => sortedBy(view, id, 'next', beside))

  function side(event: DragEvent): 'before' | 'after' {
    // Nothing comes before the column that stays first: a column dropped there comes right behind it.
    if (fixed) return 'after'
    const box = event.currentTarget.getBoundingClientRect()
    return event.clientX < box.left + box.width / 2 ? 'before' : 'after'
  }

  return (
    <div
      ref={cell}
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={sort === undefined ? 'none' : sort.descending ? 'descending' : 'ascending'}
      data-column={id}
      tabIndex={cursor || (entry && index === 0) ? 0 : -1}
      className={styles.header}
      // The rightmost of the pinned ones draws the edge over what scrolls.
      data-pinned={pinned ? (index === layout.pinned - 1 ? 'last' : 'yes') : undefined}
      data-end={column.align === 'end' || undefined}
      data-drop={drop ?? undefined}
      style={pinned ? { left: `var(--pin-${index})` } : undefined}
      title={column.hint}
      draggable={!fixed}
      onClick={(event) => sortOn(event.shiftKey)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        if (event.ctrlKey || event.metaKey) return
        event.preventDefault()
        event.stopPropagation()
        sortOn(event.shiftKey)
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
        arrange((view) => placeColumn(view, dragged, id, side(event) === 'after'))
      }}
    >
      {id === 'context' && <SelectAll ids={ids} />}
      <span className="cut">
        {id === 'compared' && compare !== null
          ? text.grid.inEnvironment(environmentText[compare])
          : id === 'acts' && unproven
            ? text.grid.wouldAct
            : column.title}
      </span>
      {sort !== undefined &&
        (sort.descending ? <ArrowDown size={13} aria-hidden /> : <ArrowUp size={13} aria-hidden />)}
      <ColumnEdge id={id} />
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
function ColumnEdge({ id }: { readonly id: ColumnId }) {
  const arrange = useArranging()
  const [start, setStart] = useState<number | null>(null)
  return (
    // The edge must not start a drag of the whole header, which would take the pointer.
    <span
      aria-hidden
      className={styles.edge}
      data-active={start !== null || undefined}
      title={text.grid.resize(columnOf(id)?.title ?? '')}
      draggable
      onDragStart={(event) => {
        event.preventDefault()
        event.stopPropagation()
      }}
      onMouseDown={(event) => event.preventDefault()}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        setStart((drawnWidth(event.currentTarget) ?? 0) - event.clientX)
      }}
      onPointerMove={({ clientX }) => start !== null && arrange((view) => sized(view, id, start + clientX))}
      onLostPointerCapture={() => setStart(null)}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => {
        event.stopPropagation()
        arrange((view) => sized(view, id, null))
      }}
    />
  )
}

/** The row of headers, with their menu (right click, or Alt+Down on one): everything a mouse can do to a column. */
export function Headers(props: HeadersProps) {
  const { layout, follow } = props
  const model = useModel()
  const arrange = useArranging()
  const [place, open] = usePointMenu()
  const [id, setId] = useState<ColumnId>('context')
  const toFilter = useRef(false)
  const view = useApp((state) => state.view)
  const sort = sortOf(view, id)
  const pinned = view.pinned.includes(id)
  const first = columnOf(id)?.first ?? 'name'
  const move = (by: -1 | 1): Entry => {
    const moved = moveColumn(view, layout.ids, id, by)
    const label = by < 0 ? text.columnMenu.left : text.columnMenu.right
    return [label, () => moved, moved.order !== undefined]
  }
  const headers = useRef<HTMLDivElement>(null)
  const widen = (by: number) => (now: Arrangement) => {
    const header = headers.current?.children[layout.ids.indexOf(id)] ?? null
    return sized(now, id, (drawnWidth(header) ?? widthOf(now, id, model.distinct)) + by)
  }
  type Entry = readonly [label: string, change: (now: Arrangement) => Partial<Arrangement>, possible: boolean]
  const groups: readonly (readonly Entry[])[] = [
    [
      [text.columnMenu.up[first], (now) => sortedBy(now, id, 'up'), sort?.descending !== false],
      [text.columnMenu.down[first], (now) => sortedBy(now, id, 'down'), sort?.descending !== true],
      [text.columnMenu.unsort, (now) => unsorted(now, id), sort !== undefined],
    ],
    [
      [
        pinned ? text.columnMenu.unpin : text.columnMenu.pin,
        (now) => pinnedOrNot(now, id, !pinned),
        id !== fixedColumn,
      ],
      move(-1),
      move(1),
      [text.columnMenu.wider, widen(40), true],
      [text.columnMenu.narrower, widen(-40), true],
    ],
    [[text.columnMenu.hide, (now) => shownOrHidden(now, id, false), id !== fixedColumn]],
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
        <div ref={headers} role="row" aria-rowindex={1} className={styles.headers}>
          {layout.ids.map((column, index) => (
            <HeaderCell key={column} id={column} index={index} {...props} />
          ))}
        </div>
      </div>
      <PointMenu
        place={place}
        // The keyboard goes on in the filter, where its values are; else it goes back to the header.
        finalFocus={() => {
          if (!toFilter.current) return true
          toFilter.current = false
          // The menu, which had the keyboard last, went without saying so.
          follow.current = false
          model.list.focusFilter(begunFilter(id))
          return false
        }}
        items={({ ContextMenu, Ticked }) => (
          <>
            <Values
              ContextMenu={ContextMenu}
              Ticked={Ticked}
              column={id}
              onMore={() => {
                toFilter.current = true
              }}
            />
            {groups.map((group, at) => (
              <ContextMenu.Group key={group[0]?.[0]}>
                {at > 0 && <ContextMenu.Separator className={menu.separator} />}
                {group.map(([label, change, possible]) => (
                  <ContextMenu.Item
                    key={label}
                    className={menu.item}
                    onClick={() => arrange(change)}
                    disabled={!possible}
                  >
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

interface ValuesProps extends Pick<MenuParts, 'ContextMenu' | 'Ticked'> {
  readonly column: ColumnId
  /** The others are asked for: the menu closes. */
  readonly onMore: () => void
}

/**
 * The values of the column, with how many rows have it beside what is asked of the others: a click filters by it, too. Nothing where
 * a filter makes no sense.
 */
function Values({ ContextMenu, Ticked, column, onMore }: ValuesProps) {
  const model = useModel()
  const filter = useApp((state) => state.filter)
  const only = useApp((state) => state.only)
  const all = model.rows.all()
  const rows = rowsForColumnMenu(
    filter,
    column,
    only === null ? all : all.filter(({ id }) => only.ids.has(id)),
  )
  const { offered, more } = valueCounts(column, rows, offeredValues)
  if (offered.length < 2) return null
  return (
    <ContextMenu.Group>
      <ContextMenu.GroupLabel className={menu.group}>{text.columnMenu.values}</ContextMenu.GroupLabel>
      {offered.map(({ value, query, count }) => (
        <Ticked
          key={value}
          count={count}
          aria-label={`${text.columnMenu.only(visible(value))}, ${text.contexts(count)}`}
          checked={hasTerm(filter, query)}
          onCheckedChange={() => model.setFilter(toggledTerm(filter, query))}
          closeOnClick
        >
          <Named as="span" className={`block ${styles.value}`} name={value} />
        </Ticked>
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
