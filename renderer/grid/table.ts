/** The columns of the grid, by the view stored in settings: their order, width, pinning and sorting. */
import { useMemo } from 'react'
import { type ColumnId, columnIds, columnOf, fixedColumn } from '../rows/columns'
import { isNameColumn } from '../rows/distinct-names'
import { type Arrangement, withFixed } from '../store/arrangement'
import type { Model } from '../store/window-model'
import { useApp, useModel } from '../ui/model'

/** The columns from left to right; the same object until one of them changes. */
export interface Layout {
  readonly ids: readonly ColumnId[]
  readonly pinned: number
}

/** The columns that are shown, the pinned ones first, and their widths as the grid's CSS takes them. */
export function useLayout() {
  const model = useModel()
  const view = useApp((state) => state.view)
  const comparing = useApp((state) => state.compare !== null)
  // Names decide widths, and whether the cluster is said twice.
  useApp((state) => state.listVersion)
  const all = [...view.pinned, ...view.order.filter((id) => !view.pinned.includes(id))]
  const repeats = view.grouping !== 'cluster' && model.distinct.saysCluster()
  const shown = all.filter(
    (id) => isVisible(view, id) && (comparing || id !== 'compared') && !(repeats && id === 'cluster'),
  )
  const pinned = shown.filter((id) => view.pinned.includes(id)).length
  const key = shown.join(' ')
  const layout = useMemo<Layout>(
    () => ({ ids: key.split(' ').flatMap((id) => columnIds.find((known) => known === id) ?? []), pinned }),
    [key, pinned],
  )
  const sizes = shown.map((id) => widthOf(view, id, model.distinct))
  const others = sizes.reduce((sum, size) => sum + size, 0) - (sizes[0] ?? 0)
  // The names take the room that the other columns leave, as far as they need it.
  const whole =
    view.sizes[fixedColumn] === undefined ? model.distinct.widths('context', view.grouping).whole : 0
  const first = sizes[0] ?? 0
  const tracks = [
    `max(${first}px, min(${whole}px, 100cqw - ${others + besideRows}px))`,
    ...sizes.slice(1).map((size) => `${size}px`),
  ]
  // Only the left edges of pinned columns need adding up; widths go to CSS, so that resizing redraws no row.
  const widths: Record<`--${string}`, string> = { '--columns': `${tracks.join(' ')} 1fr` }
  for (let at = 0; at < pinned; at += 1)
    widths[`--pin-${at}`] = `calc(${['0px', ...tracks.slice(0, at)].join(' + ')})`
  return { layout, sizes, widths }
}

/** Pixels of the scroll bar beside the rows. */
const besideRows = 14

export const isVisible = (view: Arrangement, id: ColumnId): boolean => !view.hidden.includes(id)

export const shownOrHidden = (view: Arrangement, id: ColumnId, shown: boolean): Partial<Arrangement> => ({
  hidden: [...view.hidden.filter((other) => other !== id), ...(shown ? [] : [id])],
})

export const pinnedOrNot = (view: Arrangement, id: ColumnId, pinned: boolean): Partial<Arrangement> => ({
  pinned: withFixed([...view.pinned.filter((other) => other !== id), ...(pinned ? [id] : [])]),
})

/** How a column is sorted; undefined: it is not. */
export const sortOf = ({ sort }: Arrangement, id: ColumnId) => sort.find(({ column }) => column === id)

/**
 * The rows sorted by a column: up, then down, then not at all, or in the requested direction. `beside`: other sort columns stay,
 * and come first.
 */
export function sortedBy(
  view: Arrangement,
  id: ColumnId,
  way: 'next' | 'up' | 'down' = 'next',
  beside = false,
): Partial<Arrangement> {
  const { sort } = view
  const was = sortOf(view, id)
  const now = { column: id, descending: way === 'next' ? was?.descending === false : way === 'down' }
  if (was === undefined || !(beside || was === sort.at(-1))) return { sort: beside ? [...sort, now] : [now] }
  return way === 'next' && was.descending
    ? unsorted(view, id)
    : { sort: sort.map((one) => (one === was ? now : one)) }
}

export const unsorted = ({ sort }: Arrangement, id: ColumnId): Partial<Arrangement> => ({
  sort: sort.filter(({ column }) => column !== id),
})

/** Moves a column before or behind its neighbour within its region (pinned or not); none of it goes past the fixed one. */
export function moveColumn(
  view: Arrangement,
  visible: readonly ColumnId[],
  id: ColumnId,
  by: -1 | 1,
): Partial<Arrangement> {
  const inPinned = view.pinned.includes(id)
  const region = visible.filter((other) => view.pinned.includes(other) === inPinned)
  const neighbour = region[region.indexOf(id) + by]
  if (neighbour === undefined) return {}
  return placeColumn(view, id, neighbour, by === 1)
}

/** Puts a column next to another one; it is pinned if that one is. The fixed one stays, and nothing comes before it. */
export function placeColumn(
  view: Arrangement,
  id: ColumnId,
  beside: ColumnId,
  after: boolean,
): Partial<Arrangement> {
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

const within = (width: number): number => Math.min(900, Math.max(56, width))

/** Pixels, at the least: names have room for what tells them apart. */
export function widthOf(
  { sizes, grouping }: Arrangement,
  id: ColumnId,
  names: Pick<Model['distinct'], 'widths'>,
): number {
  const usual = columnOf(id)?.size ?? 100
  return within(
    sizes[id] ?? (isNameColumn(id) ? Math.max(usual, Math.ceil(names.widths(id, grouping).kept)) : usual),
  )
}

/** Pixels of a column as it is drawn, from its header or a part of that. */
export function drawnWidth(header: EventTarget | null): number | null {
  const cell = header instanceof Element ? header.closest<HTMLElement>('[role="columnheader"]') : null
  return cell === null || cell.offsetWidth === 0 ? null : cell.offsetWidth
}

/** Sets a column's width, within readable limits; null: the default. */
export function sized(view: Arrangement, id: ColumnId, width: number | null): Partial<Arrangement> {
  const { [id]: _, ...others } = view.sizes
  return { sizes: width === null ? others : { ...others, [id]: within(width) } }
}
