/** What a key does to the cursor of the grid. Pure: the grid moves the focus. */
import type { Item, Places } from '../rows/arrange'
import type { Cursor } from '../store/app-state'

/** The header's place in the cursor; it is above the first item. */
export const headerItem = 'header'

export interface CellPlace {
  readonly items: readonly Item[]
  /** By item id. */
  readonly index: Places
  readonly columns: readonly string[]
  readonly cursor: Cursor | null
  /** Rows that fit on the screen. */
  readonly page: number
}

type Moving = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>

/** Where the cursor goes; null when the key moves nothing. Groups span all columns and keep the one they were in. */
export function moved(event: Moving, place: CellPlace): Cursor | null {
  const { items, columns, cursor } = place
  const first = columns[0] ?? 'context'
  const column = cursor === null || cursor.column === 'group' ? first : cursor.column
  const row = cursor === null ? -1 : cursor.item === headerItem ? -1 : (place.index.get(cursor.item) ?? 0)
  const across = columns.indexOf(column)
  const to = (index: number): Cursor => {
    if (index < 0) return { item: headerItem, column }
    const item = items[Math.min(index, items.length - 1)]
    return item === undefined ? { item: headerItem, column } : { item: item.id, column }
  }
  const along = (index: number): Cursor | null => {
    const next = columns[Math.max(0, Math.min(index, columns.length - 1))]
    return next === undefined ? null : { item: cursor?.item ?? headerItem, column: next }
  }
  const far = event.ctrlKey || event.metaKey
  switch (event.key) {
    case 'ArrowDown':
      return to(far ? items.length - 1 : row + 1)
    case 'ArrowUp':
      return to(far ? 0 : row - 1)
    case 'ArrowRight':
      return far ? along(columns.length - 1) : along(across + 1)
    case 'ArrowLeft':
      return far ? along(0) : along(across - 1)
    case 'Home':
      return far ? { item: items[0]?.id ?? headerItem, column: first } : along(0)
    case 'End':
      return far
        ? { item: items.at(-1)?.id ?? headerItem, column: columns.at(-1) ?? first }
        : along(columns.length - 1)
    case 'PageDown':
      return to(Math.min(items.length - 1, row + place.page))
    case 'PageUp':
      return to(Math.max(0, row - place.page))
    default:
      return null
  }
}

/** The rows between two items, both included; groups between them are skipped. */
export function between(
  place: Pick<CellPlace, 'items' | 'index'>,
  from: string,
  to: string,
): readonly string[] {
  const start = place.index.get(from)
  const end = place.index.get(to)
  if (start === undefined || end === undefined) return []
  return place.items
    .slice(Math.min(start, end), Math.max(start, end) + 1)
    .flatMap((item) => (item.kind === 'row' ? [item.id] : []))
}
