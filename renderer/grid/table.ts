/**
 * The column model of the grid: which columns, in what order, how wide, pinned and sorted. TanStack Table keeps
 * it; rows are arranged by arrange.ts, because they redraw one by one.
 */
import {
  columnOrderingFeature,
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useMemo } from 'react'
import { type ColumnId, columnIds, columns, fixedColumn } from '../rows/columns'
import type { Row } from '../rows/rows'
import { type View, withFixed } from '../store/view'
import { useApp, useModel } from '../ui/model'

const features = tableFeatures({
  columnVisibilityFeature,
  columnOrderingFeature,
  columnSizingFeature,
  columnResizingFeature,
  columnPinningFeature,
  rowSortingFeature,
})
const helper = createColumnHelper<typeof features, Row>()
const definitions = helper.columns(
  columns.map((column) =>
    helper.accessor(column.value, {
      id: column.id,
      header: column.title,
      size: column.size,
      minSize: 56,
      maxSize: 900,
      sortDescFirst: false,
    }),
  ),
)
const noRows: Row[] = []

const isColumnId = (id: string): id is ColumnId => columnIds.some((known) => known === id)
const known = (ids: readonly string[]): ColumnId[] => ids.filter(isColumnId)

type Updater<T> = T | ((before: T) => T)
const update = <T extends object>(updater: Updater<T>, before: T): T =>
  typeof updater === 'function' ? updater(before) : updater

const visibilityOf = (view: View, comparing: boolean): Record<string, boolean> => ({
  ...Object.fromEntries(view.hidden.map((id) => [id, false])),
  ...(comparing ? {} : { compared: false }),
})

/** The table over the view that is kept in settings; every change goes back there. */
export function useColumns() {
  const model = useModel()
  const view = useApp((state) => state.view)
  const comparing = useApp((state) => state.compare !== null)
  const sizing = { ...view.sizes }
  const order: string[] = [...view.order]
  const pinning: { start: string[]; end: string[] } = { start: [...view.pinned], end: [] }
  const sorting = view.sort.map((sort) => ({ id: sort.column, desc: sort.descending }))
  return useTable({
    features,
    columns: definitions,
    data: noRows,
    manualSorting: true,
    enableMultiSort: true,
    columnResizeMode: 'onChange',
    state: {
      columnVisibility: visibilityOf(view, comparing),
      columnOrder: order,
      columnSizing: sizing,
      columnPinning: pinning,
      sorting,
    },
    onColumnVisibilityChange: (updater) => {
      const after = update(updater, visibilityOf(view, comparing))
      model.setView({
        hidden: columnIds.filter((id) => after[id] === false && (id !== 'compared' || comparing)),
      })
    },
    onColumnOrderChange: (updater) => model.setView({ order: known(update(updater, order)) }),
    onColumnSizingChange: (updater) =>
      model.setView({ sizes: update(updater, { ...model.state.getState().view.sizes }) }),
    onColumnPinningChange: (updater) =>
      model.setView({ pinned: withFixed(known(update(updater, pinning).start)) }),
    onSortingChange: (updater) =>
      model.setView({
        sort: update(updater, sorting).map((sort) => ({ column: sort.id, descending: sort.desc })),
      }),
  })
}

export type ColumnTable = ReturnType<typeof useColumns>
export type GridColumn = ReturnType<ColumnTable['getVisibleLeafColumns']>[number]

/** Which columns stand where; the same object while nothing about them changes. */
export interface Layout {
  readonly ids: readonly ColumnId[]
  readonly pinned: number
}

/** The columns that are shown, from left to right, and their widths as the grid's CSS takes them. */
export function useLayout(table: ColumnTable) {
  const pinnedColumns = table.getStartVisibleLeafColumns()
  const columns: readonly GridColumn[] = [...pinnedColumns, ...table.getCenterVisibleLeafColumns()]
  const key = columns.map((column) => column.id).join(' ')
  const pinned = pinnedColumns.length
  const layout = useMemo<Layout>(() => ({ ids: known(key.split(' ')), pinned }), [key, pinned])
  // Only the left edges of pinned columns need adding up; widths go to CSS, so that resizing redraws no row.
  const widths: Record<`--${string}`, string> = {
    '--columns': `${columns.map((column) => `${column.getSize()}px`).join(' ')} 1fr`,
  }
  let offset = 0
  for (const [at, column] of pinnedColumns.entries()) {
    widths[`--pin-${at}`] = `${offset}px`
    offset += column.getSize()
  }
  return { columns, layout, widths }
}

/** Moves a column before or behind its neighbour within its region (pinned or not); none of it goes past the fixed one. */
export function moveColumn(
  view: View,
  visible: readonly ColumnId[],
  id: ColumnId,
  by: -1 | 1,
): Partial<View> {
  const inPinned = view.pinned.includes(id)
  const region = visible.filter((other) => view.pinned.includes(other) === inPinned)
  const neighbour = region[region.indexOf(id) + by]
  if (neighbour === undefined) return {}
  return placeColumn(view, id, neighbour, by === 1)
}

/** Puts a column beside another one; it is pinned when that one is. The fixed one stays, and nothing comes before it. */
export function placeColumn(view: View, id: ColumnId, beside: ColumnId, after: boolean): Partial<View> {
  if (id === beside || id === fixedColumn || (beside === fixedColumn && !after)) return {}
  const put = (ids: readonly ColumnId[]): ColumnId[] => {
    const rest = ids.filter((other) => other !== id)
    const at = rest.indexOf(beside)
    if (at < 0) return rest
    rest.splice(at + (after ? 1 : 0), 0, id)
    return rest
  }
  return { order: put(view.order), pinned: put(view.pinned) }
}

/** A column's width by the keyboard, in pixels, within what a mouse could do. */
export function widened(view: View, id: ColumnId, current: number, by: number): Partial<View> {
  return { sizes: { ...view.sizes, [id]: Math.min(900, Math.max(56, current + by)) } }
}
