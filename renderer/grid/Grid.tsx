import { ContextMenu } from '@base-ui/react/context-menu'
import { SearchX } from 'lucide-react'
import { type KeyboardEvent, type MouseEvent, useEffect, useMemo, useRef } from 'react'
import { visible } from '../../shared/visible'
import type { Action, GridPlace, ShownList } from '../actions/action'
import { paste, startEditing } from '../actions/cell-actions'
import { fieldOf } from '../pending/fields'
import { arrange } from '../rows/arrange'
import { type Column, columnIds, columnOf } from '../rows/columns'
import type { Row } from '../rows/rows'
import { toTsv } from '../rows/tsv'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { CellEditor } from './CellEditor'
import { ColumnMenu } from './ColumnMenu'
import { useDoubleClick } from './double-click'
import { editingKey, leaveRow } from './editing-keys'
import styles from './Grid.module.css'
import { GridBar } from './GridBar'
import type { Layout } from './GridRow'
import { GridRows } from './GridRows'
import { HeaderCell } from './HeaderCell'
import { headerHeight, rowHeights } from './heights'
import { between, headerItem, moved } from './keyboard'
import { RowMenu } from './RowMenu'
import { useFromTop, useScrolling } from './scrolling'
import { moveColumn, useColumns, widened } from './table'

interface GridProps {
  /** The grid keeps it true to what it shows, for actions that mean “all shown”. */
  readonly shown: ShownList
  readonly actions: readonly Action[]
}

/** All contexts, arranged; the ARIA grid with its keyboard. */
export function Grid({ shown, actions }: GridProps) {
  const model = useModel()
  const table = useColumns()
  const filter = useApp((state) => state.filter)
  const version = useApp((state) => state.listVersion)
  const view = useApp((state) => state.view)
  const closed = useApp((state) => state.closed)
  const density = useApp((state) => state.settings.density)
  const cursor = useApp((state) => state.cursor)
  const rowHeight = rowHeights[density]
  const scroll = useRef<HTMLDivElement>(null)
  const grid = useRef<HTMLDivElement>(null)
  const follow = useRef(false)
  const anchor = useRef<string | null>(null)

  const fitting = useMemo(() => {
    void version
    void filter
    return model.fitting()
  }, [model, version, filter])
  const items = useMemo(
    () => arrange(fitting, view.sort, view.grouping, closed),
    [fitting, view.sort, view.grouping, closed],
  )
  const index = useMemo(() => new Map(items.map((item, at) => [item.id, at])), [items])

  const visibleColumns = [...table.getStartVisibleLeafColumns(), ...table.getCenterVisibleLeafColumns()]
  const key = visibleColumns.map((column) => column.id).join(' ')
  const pinned = table.getStartVisibleLeafColumns().length
  const layout = useMemo<Layout>(() => {
    const names = key.split(' ')
    return { ids: names.flatMap((name) => columnIds.filter((id) => id === name)), pinned }
  }, [key, pinned])

  useEffect(() => {
    shown.ids = fitting.map((row) => row.id)
  }, [shown, fitting])

  const { place, reveal } = useScrolling({
    scroll,
    columns: visibleColumns,
    pinned,
    index,
    rowHeight,
    cursor,
  })
  useFromTop(scroll, [filter])
  useFromTop(scroll, [view.grouping, view.sort], () => {
    if (cursor !== null) reveal(cursor.item, cursor.column)
  })

  // The row that has the keyboard may go away: then the one in its place has it.
  const stood = useRef(0)
  useEffect(() => {
    if (cursor === null || cursor.item === headerItem) return
    const at = index.get(cursor.item)
    const next = items[Math.min(stood.current, items.length - 1)]
    if (at !== undefined) stood.current = at
    else if (follow.current && next) model.setCursor({ item: next.id, column: cursor.column })
  }, [cursor, index, items, model])

  function copyCells(): void {
    const { selected, cursor: at } = model.state.getState()
    const shownColumns = layout.ids.flatMap((id) => columnOf(id) ?? [])
    const rows = items.flatMap((item) =>
      item.kind === 'row' && selected.has(item.id) ? [model.rows.get(item.id)] : [],
    )
    if (rows.length > 0) {
      const lines = rows.flatMap((row) => (row ? [shownColumns.map((column) => copied(column, row))] : []))
      void model.copy(
        toTsv([shownColumns.map((column) => column.title), ...lines]),
        text.grid.copiedRows(lines.length),
      )
      return
    }
    const row = at === null ? undefined : model.rows.get(at.item)
    const column = at === null ? undefined : columnOf(at.column)
    if (row && column) void model.copy(toTsv([[copied(column, row)]]), text.grid.copiedCell)
  }
  const walk: GridPlace = {
    rows: () => items.flatMap((item) => (item.kind === 'row' ? (model.rows.get(item.id) ?? []) : [])),
    columns: () => layout.ids,
    moveTo(to) {
      follow.current = true
      reveal(to.item, to.column)
      model.setCursor({ ...to })
      // The cell that was edited may be the one to go to: the cursor did not move then.
      queueMicrotask(() => shown.focusGrid())
    },
  }
  shown.place = walk
  shown.copyCells = copyCells
  shown.focusGrid = () => {
    const { cursor: at } = model.state.getState()
    follow.current = true
    const first = items.find((item) => item.kind === 'row') ?? items[0]
    // With no row to go to, a header that comes back later would take the keyboard from the filter.
    if (first === undefined) return
    if (at === null || !index.has(at.item)) {
      model.setCursor({ item: first.id, column: layout.ids[0] ?? 'context' })
    } else {
      reveal(at.item, at.column)
      const held = grid.current?.querySelector<HTMLElement>('[tabindex="0"]')
      held?.focus()
    }
  }

  function toggle(id: string): void {
    const selected = new Set(model.state.getState().selected)
    if (!selected.delete(id)) selected.add(id)
    model.select(selected)
    anchor.current = id
  }

  function onKeyDown(event: KeyboardEvent): void {
    const state = model.state.getState()
    const at = state.cursor
    const row = at === null ? undefined : model.rows.get(at.item)
    const mod = event.ctrlKey || event.metaKey
    if (editingKey(model, event, at)) {
      // The editor has the keyboard from here on.
    } else if (mod && !event.shiftKey && event.key.toLowerCase() === 'a') {
      model.select(new Set(shown.ids))
    } else if (mod && event.key.toLowerCase() === 'c' && !event.shiftKey) {
      copyCells()
    } else if (event.key === ' ' && at !== null) {
      if (row) toggle(row.id)
      else model.toggleGroup(at.item)
    } else if (event.key === 'Enter' && !mod && at !== null) {
      if (row) model.inspect(row.id)
      else model.toggleGroup(at.item)
    } else if (event.key === 'Escape') {
      if (state.selected.size > 0) model.select(new Set())
      else if (state.inspected !== null) model.inspect(null)
      else return
    } else if (at !== null && at.item === headerItem && event.altKey && event.key.startsWith('Arrow')) {
      const id = layout.ids.find((one) => one === at.column)
      if (id === undefined) return
      if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
        const by = event.key === 'ArrowLeft' ? -1 : 1
        const current = visibleColumns.find((one) => one.id === id)?.getSize() ?? 100
        model.setView(
          event.shiftKey
            ? widened(state.view, id, current, by * 16)
            : moveColumn(state.view, layout.ids, id, by),
        )
      } else if (event.target instanceof HTMLElement) {
        const box = event.target.getBoundingClientRect()
        event.target.dispatchEvent(
          new window.MouseEvent('contextmenu', {
            bubbles: true,
            cancelable: true,
            clientX: box.left + 12,
            clientY: box.bottom,
          }),
        )
      }
    } else if (
      at?.item.startsWith('group:') &&
      ((event.key === 'ArrowLeft' && !state.closed.has(at.item)) ||
        (event.key === 'ArrowRight' && state.closed.has(at.item)))
    ) {
      model.toggleGroup(at.item)
    } else {
      const page = Math.max(
        1,
        Math.floor(((scroll.current?.clientHeight ?? 400) - headerHeight) / rowHeight) - 1,
      )
      const next = moved(event, { items, index, columns: layout.ids, cursor: at, page })
      if (next === null) return
      follow.current = true
      leaveRow(model)
      if (event.shiftKey && at !== null && next.item !== at.item) {
        anchor.current ??= at.item
        model.select(new Set(between({ items, index }, anchor.current, next.item)))
      } else if (!event.shiftKey) anchor.current = null
      reveal(next.item, next.column)
      model.setCursor(next)
      if (state.inspected !== null && model.rows.get(next.item)) model.inspect(next.item)
    }
    event.preventDefault()
  }

  function hit(event: MouseEvent): { item: string; column: string } | null {
    if (!(event.target instanceof Element)) return null
    const item = event.target.closest<HTMLElement>('[data-item]')?.dataset.item
    const column = event.target.closest<HTMLElement>('[data-column]')?.dataset.column
    return item === undefined ? null : { item, column: column ?? layout.ids[0] ?? 'context' }
  }

  function onClick(event: MouseEvent): void {
    const at = hit(event)
    if (at === null) return
    follow.current = true
    const before = model.state.getState().cursor
    leaveRow(model)
    model.setCursor(at)
    if (at.item.startsWith('group:')) {
      if (event.detail === 2) model.toggleGroup(at.item)
      return
    }
    const onCheck = event.target instanceof Element && event.target.closest('[data-check]') !== null
    if (event.shiftKey) {
      const from = anchor.current ?? before?.item ?? at.item
      anchor.current = from
      model.select(new Set(between({ items, index }, from, at.item)))
    } else if (event.ctrlKey || event.metaKey || onCheck) toggle(at.item)
    else {
      firstClick.current = at
      anchor.current = at.item
      if (model.state.getState().selected.size > 0) model.select(new Set())
      model.inspect(at.item)
    }
  }

  const firstClick = useDoubleClick((at) => {
    if (model.rows.get(at.item) === undefined) return
    reveal(at.item, at.column)
    startEditing(model, at, null)
  })

  // A paste comes to the body, not to the cell that has the keyboard: nothing here is editable by itself.
  const onPaste = useRef<(text: string) => void>(() => undefined)
  onPaste.current = (pasted) => paste(model, pasted, walk)
  useEffect(() => {
    const hear = (event: ClipboardEvent) => {
      const inGrid = grid.current?.contains(document.activeElement) === true
      const { dialog, editing } = model.edits.state.getState()
      if (!inGrid || dialog !== null || editing !== null) return
      event.preventDefault()
      onPaste.current(event.clipboardData?.getData('text/plain') ?? '')
    }
    window.addEventListener('paste', hear)
    return () => window.removeEventListener('paste', hear)
  }, [model])

  function onContextMenu(event: MouseEvent): void {
    const at = hit(event)
    if (at === null || at.item.startsWith('group:')) return
    model.setCursor(at)
    const { selected } = model.state.getState()
    if (selected.size > 0 && !selected.has(at.item)) model.select(new Set())
  }

  // Only the left edges of pinned columns need adding up; widths go to CSS, so that resizing redraws no row.
  const style: React.CSSProperties = {
    '--columns': `${visibleColumns.map((column) => `${column.getSize()}px`).join(' ')} 1fr`,
    '--viewport': `${place.viewport}px`,
  }
  let offset = 0
  for (const [at, column] of visibleColumns.slice(0, pinned).entries()) {
    style[`--pin-${at}`] = `${offset}px`
    offset += column.getSize()
  }

  const headers = new Map(table.getFlatHeaders().map((header) => [header.column.id, header]))
  const cursorThere = cursor !== null && (cursor.item === headerItem || index.has(cursor.item))

  return (
    <>
      <GridBar
        table={table}
        found={filter.trim() === '' ? null : text.filter.found(fitting.length, model.rows.size)}
      />
      <div ref={scroll} className={styles.scroll} data-scrolled={place.scrolled || undefined}>
        {fitting.length === 0 ? (
          <div className={styles.empty} role="status">
            <SearchX size={28} aria-hidden />
            <h2>{text.filter.none}</h2>
            <p>{text.filter.noneHint(visible(filter.trim()))}</p>
            <Button onClick={() => model.setFilter('')}>{text.filter.clear}</Button>
          </div>
        ) : (
          <div
            ref={grid}
            role="grid"
            aria-label={text.grid.label}
            aria-rowcount={items.length + 1}
            aria-colcount={layout.ids.length}
            aria-multiselectable
            className={styles.grid}
            style={style}
            onKeyDown={onKeyDown}
            onFocus={(event) => {
              follow.current = true
              // By Tab or by a click: the cursor is where the focus is, so that a row is not held in sight instead.
              if (!(event.target instanceof HTMLElement)) return
              const column = event.target.dataset.column
              if (column === undefined || event.target.getAttribute('role') !== 'columnheader') return
              const at = model.state.getState().cursor
              if (at?.item !== headerItem || at.column !== column)
                model.setCursor({ item: headerItem, column })
            }}
            onBlur={(event) => {
              if (!event.currentTarget.contains(event.relatedTarget)) follow.current = false
            }}
          >
            <ColumnMenu table={table} layout={layout}>
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
                      entry={at === 0 && !cursorThere}
                    />
                  )
                })}
              </div>
            </ColumnMenu>
            <ContextMenu.Root>
              <GridRows
                scroll={scroll}
                items={items}
                index={index}
                rowHeight={rowHeight}
                layout={layout}
                follow={follow}
                mono={view.grouping === 'account'}
                onClick={onClick}
                onContextMenu={onContextMenu}
              />
              <RowMenu actions={actions} />
            </ContextMenu.Root>
          </div>
        )}
      </div>
      <CellEditor grid={grid} place={walk} />
    </>
  )
}

/** A cell as a spreadsheet takes it and gives it back: what an editor would start with. */
const copied = (column: Column, row: Row): string => fieldOf(column.id)?.text(row) ?? column.value(row)
