/** What the grid reports to other components: which contexts it shows, and where its focus is. */
import { type RefObject, useEffect, useMemo, useRef } from 'react'
import { type Arranged, arrangeAgain } from '../rows/arrange'
import { useApp, useModel } from '../ui/model'
import { copyCells } from './clipboard'
import { type GridContext, goTo, rangeCells } from './grid-at-event'
import { headerItem } from './keyboard'

/** Keeps the list of what is shown true to the grid, and the selection within it. */
export function useShownList(
  ids: readonly string[],
  context: RefObject<GridContext>,
  grid: RefObject<HTMLElement | null>,
): void {
  const { model } = context.current
  useEffect(() => {
    model.list.ids = ids
    // A selection does not outlive what is seen: filtered out, closed away with its group or gone from the files.
    const { selected } = model.state.getState()
    if (selected.size === 0) return
    const seen = new Set(ids)
    const left = [...selected].filter((id) => seen.has(id))
    if (left.length < selected.size) model.select(new Set(left))
  }, [ids, model])
  model.list.copyCells = () => copyCells(context.current)
  model.list.focusGrid = () => focus(context.current, grid)
  model.list.place = {
    rows: () => {
      const { model, items } = context.current
      return items.flatMap((item) => (item.kind === 'row' ? (model.rows.get(item.id) ?? []) : []))
    },
    columns: () => context.current.layout.ids,
    range: () => rangeCells(context.current),
    moveTo(to) {
      goTo(context.current, to)
      // The cell that was edited may be the one to go to: the cursor did not move then.
      queueMicrotask(() => model.list.focusGrid())
    },
  }
}

function focus(
  { model, items, index, layout, follow, reveal }: GridContext,
  grid: RefObject<HTMLElement | null>,
) {
  const { cursor } = model.state.getState()
  const first = items.find((item) => item.kind === 'row') ?? items[0]
  // With no row to go to the keyboard stays in the filter: a row that comes back later would take it away while the user types.
  if (first === undefined) return
  follow.current = true
  if (cursor === null || !index.has(cursor.item)) {
    model.setCursor({ item: first.id, column: layout.ids[0] ?? 'context' })
    return
  }
  reveal(cursor.item, cursor.column)
  grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
}

/** The row that has the keyboard may go away: then the one in its place has it. */
export function useHeldPlace({ model, items, index, follow }: GridContext): void {
  const cursor = useApp((state) => state.cursor)
  const stood = useRef(0)
  useEffect(() => {
    if (cursor === null || cursor.item === headerItem) return
    const at = index.get(cursor.item)
    const next = items[Math.min(stood.current, items.length - 1)]
    if (at !== undefined) stood.current = at
    else if (follow.current && next) model.setCursor({ item: next.id, column: cursor.column }, true)
  }, [cursor, index, items, follow, model])
}

/**
 * The rows that fit the filter, sorted and grouped as the view says; `index` has their places by id. Both are the very same while
 * only values change that decide no place, and while contexts are checked.
 */
export function useArranged() {
  const model = useModel()
  const filter = useApp((state) => state.filter)
  const only = useApp((state) => state.only)
  const version = useApp((state) => state.listVersion)
  const { sort, grouping } = useApp((state) => state.view)
  const closed = useApp((state) => state.closed)
  const environment = useApp((state) => state.environment)
  const compare = useApp((state) => state.compare)
  const checking = useApp(({ runs, environment, compare }) =>
    runs.some((run) => run.kind === 'check' && [environment, compare].includes(run.environment)),
  )
  const last = useRef<Arranged | null>(null)
  const fitting = useMemo(() => {
    void version
    void filter
    void only
    return model.fitting()
  }, [model, version, filter, only])
  const asked = useMemo(() => {
    void filter
    void only
    void environment
    void compare
    return { by: sort, grouping }
  }, [sort, grouping, filter, only, environment, compare])
  const arranged = useMemo(
    () => arrangeAgain(last.current, fitting, asked, closed, checking),
    [fitting, asked, closed, checking],
  )
  last.current = arranged
  return { fitting, items: arranged.items, index: arranged.index, byItself: arranged.byItself, checking }
}
