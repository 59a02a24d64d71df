import type { RangeCells } from '../actions/action'
import type { GridGround } from './grid-at-event'

/** The cells of the range, out of what is shown. */
export function rangeCells({ model, items, layout }: GridGround): RangeCells | null {
  const { range } = model.state.getState()
  if (range === null) return null
  return {
    rows: items
      .slice(range.top, range.bottom + 1)
      .flatMap((item) => (item.kind === 'row' ? (model.rows.get(item.id) ?? []) : [])),
    columns: layout.ids.slice(range.left, range.right + 1),
  }
}
