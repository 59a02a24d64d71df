import { type ComponentType, type ReactNode, useRef } from 'react'
import { useStore } from 'zustand'
import type { List, ListState, ReadableStore } from '../store/list'
import { useDrawn } from './drawn'
import { rowHeights } from './heights'
import list from './ListView.module.css'
import { useApp } from './model'
import { Toggle } from './Toggle'
import { useTreeKeys } from './use-tree-keys'

/** The head of those below it. */
interface Head {
  readonly line: 'group'
  readonly id: string
  readonly open: boolean
}

/** A row with a cell in each column. */
interface Item {
  readonly line: 'item'
  readonly id: string
  /** Null: nothing is below it. */
  readonly open: boolean | null
  /** 0 directly below a head. */
  readonly depth: number
  /** Where left leads from it. */
  readonly above: string
}

/** A column, and what stands in it; a cell that is costly to draw is memoized by its line. */
export interface TreeColumn<I> {
  readonly id: string
  readonly title: string
  readonly Cell: ComponentType<{ readonly line: I }>
}

/** A list of the store, whatever it is narrowed by. */
interface TreeModel extends Pick<List<never>, 'toggle' | 'setCursor' | 'inspect'> {
  readonly state: ReadableStore<ListState<unknown>>
}

interface TreeGridProps<H extends Head, I extends Item> {
  readonly label: string
  readonly model: TreeModel
  readonly lines: readonly (H | I)[]
  /** Who brings the keyboard back to the list asks this. */
  readonly shown: { focusGrid: () => void }
  readonly columns: readonly TreeColumn<I>[]
  /** The class that lays the columns out, by their `data-column`. */
  readonly layout: string | undefined
  readonly head: (line: H) => ReactNode
  /** A head that is something to look at itself. */
  readonly isInspected?: (line: H) => boolean
}

/** Pixels of the titles with the line below them, as ListView.module.css has them. */
const headers = 33

/**
 * A list as a tree grid: a line has the keyboard, the arrows walk, left and right close and open, and the panel follows. Of thousands
 * of lines those are drawn that can be seen.
 */
export function TreeGrid<H extends Head, I extends Item>(props: TreeGridProps<H, I>) {
  const { label, model, lines, shown, columns, layout, head, isInspected = () => false } = props
  const { toggle, setCursor, inspect } = model
  const cursor = useStore(model.state, (state) => state.cursor)
  const inspecting = useStore(model.state, (state) => state.inspecting)
  const scroll = useRef<HTMLDivElement>(null)
  const height = rowHeights[useApp((state) => state.settings.density)]
  const opens = (line: H | I) => line.line === 'item' || isInspected(line)
  const { at: held, onKeyDown } = useTreeKeys(
    scroll,
    {
      lines,
      held: cursor,
      shown,
      setCursor,
      toggle,
      above: (line) => (line.line === 'item' ? line.above : null),
      enter(line) {
        if (!opens(line)) toggle(line.id)
        else {
          setCursor(line.id)
          inspect(!inspecting)
        }
      },
      putAway() {
        if (inspecting) inspect(false)
        return inspecting
      },
    },
    (at) => reveal(scroll.current, at, height),
  )
  const { drawn, after } = useDrawn(
    { scroll, count: lines.length, held },
    { horizontal: false, size: height, overscan: 20, scrollMargin: headers },
  )
  return (
    <div
      ref={scroll}
      role="treegrid"
      aria-label={label}
      aria-colcount={columns.length}
      aria-rowcount={lines.length + 1}
      className={list.scroll}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={list.headers}>
        <div role="row" aria-rowindex={1} className={layout}>
          {columns.map((column) => (
            <span key={column.id} role="columnheader" className={list.header} data-column={column.id}>
              {column.title}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" style={{ paddingBottom: after }}>
        {drawn.map(({ index, gap }) => {
          const line = lines[index]
          if (line === undefined) return null
          const { id, open } = line
          const hasCursor = index === held
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
            <div
              key={id}
              role="row"
              aria-rowindex={index + 2}
              style={gap === 0 ? undefined : { marginTop: gap }}
              aria-level={line.line === 'group' ? 1 : line.depth + 2}
              aria-expanded={open ?? undefined}
              aria-selected={hasCursor}
              tabIndex={hasCursor ? 0 : -1}
              data-line={id}
              data-inspected={(line.line === 'item' && hasCursor && inspecting) || undefined}
              className={line.line === 'group' ? list.group : `${list.row} ${layout}`}
              onFocus={() => setCursor(id)}
              onClick={() => (opens(line) ? inspect(true) : toggle(id))}
            >
              {line.line === 'group' ? (
                <div role="gridcell" aria-colspan={columns.length} className={list.groupCell}>
                  <Toggle open={line.open} onToggle={() => toggle(id)} />
                  {head(line)}
                </div>
              ) : (
                columns.map(({ id: column, Cell }) => (
                  <div key={column} role="gridcell" className={list.cell} data-column={column}>
                    <Cell line={line} />
                  </div>
                ))
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Scrolls so far that a line can be seen, between the titles and what is said below. */
function reveal(element: HTMLElement | null, at: number, height: number): void {
  if (element === null) return
  const top = at * height
  const covered = Number.parseFloat(getComputedStyle(element).paddingBottom) || 0
  const bottom = top + height + headers + covered - element.clientHeight
  if (top < element.scrollTop) element.scrollTop = top
  else if (bottom > element.scrollTop) element.scrollTop = bottom
}
