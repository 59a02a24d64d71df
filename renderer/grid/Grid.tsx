import { SearchX } from 'lucide-react'
import { type FocusEvent, useMemo, useRef } from 'react'
import { visible } from '../../shared/visible'
import { contextsIn, orderDependsOnChecks } from '../rows/arrange'
import { text } from '../text/page'
import { Button } from '../ui/Button'
import { rowHeights } from '../ui/heights'
import { usePointMenu } from '../ui/menus'
import { useApp, useModel } from '../ui/model'
import { usePageItself } from '../ui/use-page-focus'
import { CellEditor } from './CellEditor'
import { usePaste } from './clipboard'
import styles from './Grid.module.css'
import { GridBar, SelectionBar } from './GridBar'
import { GridRows } from './GridRow'
import type { GridContext } from './grid-at-event'
import { onGridKey } from './grid-keys'
import { Headers } from './HeaderCell'
import { headerHeight } from './header-height'
import { headerItem } from './keyboard'
import { useMouse } from './mouse'
import { RowMenu } from './RowMenu'
import { useRangeEnd } from './range'
import { useFromTop, useHeldInSight, useScrolling } from './scrolling'
import { useLayout } from './table'
import { useArranged, useHeldPlace, useShownList } from './visible-contexts'

/** Checks of so few contexts end before the user could want an order sooner. */
const soonDone = 20

/** All contexts, arranged; the ARIA grid with its keyboard. */
export function Grid() {
  const model = useModel()
  const filter = useApp((state) => state.filter)
  const only = useApp((state) => state.only)
  const view = useApp((state) => state.view)
  const cursor = useApp((state) => state.cursor)
  const rowHeight = rowHeights[useApp((state) => state.settings.density)]
  const { layout, sizes, widths } = useLayout()
  const { fitting, items, index, byItself, checking } = useArranged()
  const ids = useMemo(() => contextsIn(items), [items])
  const many = useApp((state) => state.runs.some(({ kind, total }) => kind === 'check' && total > soonDone))
  const selecting = useApp((state) => state.selected.size > 0)
  const scroll = useRef<HTMLDivElement>(null)
  const grid = useRef<HTMLDivElement>(null)
  const follow = useRef(false)
  const anchor = useRef<string | null>(null)

  const { scrolled, reveal } = useScrolling({ scroll, layout, sizes, index, rowHeight, cursor })
  useHeldInSight({ scroll, index, rowHeight, cursor, follow }, byItself)
  useFromTop(scroll, [filter])
  useFromTop(scroll, [view.grouping, view.sort], () => {
    if (cursor !== null) reveal(cursor.item, cursor.column)
  })
  const page = () =>
    Math.max(1, Math.floor(((scroll.current?.clientHeight ?? 400) - headerHeight) / rowHeight) - 1)

  const toLeftEdge = () => {
    if (scroll.current !== null) scroll.current.scrollLeft = 0
  }
  const now: GridContext = {
    model,
    items,
    index,
    layout,
    follow,
    anchor,
    page,
    reveal,
    toLeftEdge,
  }
  const context = useRef(now)
  context.current = now
  useShownList(ids, context, grid)
  useHeldPlace(now)
  useRangeEnd(items, layout.ids)
  usePaste(grid, context)
  const mouse = useMouse(context)
  const [rowMenu, openRowMenu] = usePointMenu()

  const cursorThere = cursor !== null && (cursor.item === headerItem || index.has(cursor.item))
  return (
    <>
      {selecting ? (
        <SelectionBar ids={ids} />
      ) : (
        <GridBar
          waits={checking && many && orderDependsOnChecks(view.sort, view.grouping)}
          found={
            filter.trim() === '' && only === null ? null : text.filter.found(fitting.length, model.rows.size)
          }
        />
      )}
      <div ref={scroll} className={styles.scroll} data-scrolled={scrolled || undefined}>
        {fitting.length === 0 ? (
          <NothingFits />
        ) : (
          <div
            ref={grid}
            role="grid"
            aria-label={text.grid.label}
            aria-rowcount={items.length + 1}
            aria-colcount={layout.ids.length}
            aria-multiselectable
            className={styles.grid}
            style={widths}
            onKeyDown={(event) => onGridKey(event, now)}
            onFocus={(event) => onFocus(event, now)}
            onBlur={(event) => {
              if (!event.currentTarget.contains(event.relatedTarget)) follow.current = false
            }}
          >
            <Headers layout={layout} follow={follow} entry={!cursorThere} ids={ids} />
            <GridRows
              scroll={scroll}
              context={now}
              rowHeight={rowHeight}
              mono={view.grouping === 'account'}
              order={JSON.stringify([view.grouping, view.sort])}
              {...mouse}
              onContextMenu={(event) => {
                mouse.onContextMenu(event)
                openRowMenu(event)
              }}
            />
          </div>
        )}
      </div>
      <RowMenu place={rowMenu} />
      <CellEditor grid={grid} index={index} />
    </>
  )
}

/** By Tab or by a click: the cursor is where the focus is, so that a row is not held in sight instead. */
function onFocus({ target }: FocusEvent<HTMLElement, Element>, { model, follow }: GridContext): void {
  follow.current = true
  if (!(target instanceof HTMLElement)) return
  const { column } = target.dataset
  if (column === undefined || target.getAttribute('role') !== 'columnheader') return
  const { cursor } = model.state.getState()
  if (cursor?.item !== headerItem || cursor.column !== column) model.setCursor({ item: headerItem, column })
}

/** In the place of the rows while no context fits the filter. */
function NothingFits() {
  const model = useModel()
  const filter = useApp((state) => state.filter)
  const place = usePageItself()
  return (
    <div className={`empty ${styles.nothing}`} role="status" ref={place} tabIndex={-1}>
      <SearchX size={28} aria-hidden />
      <h2>{text.filter.none}</h2>
      <p>{text.filter.noneHint(visible(filter.trim()))}</p>
      <Button
        onClick={() => {
          model.setFilter('')
          // This button goes away with its place, and the keyboard with it.
          model.list.focusFilter()
        }}
      >
        {text.filter.clear}
      </Button>
    </div>
  )
}
