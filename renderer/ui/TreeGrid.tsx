import { type ComponentType, type KeyboardEvent, type ReactNode, type RefObject, useRef } from 'react'
import { useStore } from 'zustand'
import type { List, ListState, ReadableStore } from '../store/list-state'
import { revealLine, useDrawn } from './drawn'
import { rowHeights } from './heights'
import { useHeldFocus } from './held-focus'
import list from './ListView.module.css'
import { useApp } from './model'
import { Toggle } from './Toggle'

/** The heading of the lines below it. */
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
  /** The line that the left arrow goes to. */
  readonly above: string
}

/** A column, and its cells; a cell that is costly to draw is memoized by its line. */
export interface TreeColumn<I> {
  readonly id: string
  readonly title: string
  readonly Cell: ComponentType<{ readonly line: I }>
}

/** A list of the store, with any filter. */
interface TreeModel extends Pick<List<never>, 'toggle' | 'setCursor' | 'inspect'> {
  readonly state: ReadableStore<ListState<unknown>>
}

interface TreeGridProps<H extends Head, I extends Item> {
  readonly label: string
  readonly model: TreeModel
  readonly lines: readonly (H | I)[]
  readonly columns: readonly TreeColumn<I>[]
  /** The class that lays the columns out, by their `data-column`. */
  readonly layout: string | undefined
  readonly head: (line: H) => ReactNode
  /** Whether a head itself has details in the panel. */
  readonly isInspected?: (line: H) => boolean
}

/** Pixels of the titles with the line below them, as ListView.module.css has them. */
const headers = 33

/**
 * A list as a tree grid: a line has the keyboard, the arrows move it, left and right close and open, and the panel follows. Of
 * thousands of lines only the visible ones are drawn.
 */
export function TreeGrid<H extends Head, I extends Item>(props: TreeGridProps<H, I>) {
  const { label, model, lines, columns, layout, head, isInspected = () => false } = props
  const { toggle, setCursor, inspect } = model
  const inspecting = useStore(model.state, (state) => state.inspecting)
  const scroll = useRef<HTMLDivElement>(null)
  const height = rowHeights[useApp((state) => state.settings.density)]
  const opens = (line: H | I) => line.line === 'item' || isInspected(line)
  const { at: held, onKeyDown } = useTreeKeys(scroll, model, lines, opens, height)
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
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list handles the keys
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

/** How many lines Page Up and Page Down move. */
const pageOf = 10

/** The keyboard of a tree grid; `opens`: whether a line has details in the panel. */
function useTreeKeys<L extends Head | Item>(
  ref: RefObject<HTMLElement | null>,
  { state, setCursor, toggle, inspect }: TreeModel,
  lines: readonly L[],
  opens: (line: L) => boolean,
  height: number,
) {
  // The line that had the keyboard last.
  const held = useStore(state, ({ cursor }) => cursor)
  const inspecting = useStore(state, (now) => now.inspecting)
  const reveal = (at: number) => revealLine(ref.current, at, height, headers)
  const places = useRef<{ readonly of: readonly L[]; readonly byId: ReadonlyMap<string, number> }>(undefined)
  if (places.current?.of !== lines)
    places.current = { of: lines, byId: new Map(lines.map(({ id }, at) => [id, at])) }
  const { byId } = places.current
  // A line that was filtered out or closed cannot have the keyboard: the first line takes it.
  const at = byId.get(held ?? '') ?? 0
  const cursor = lines[at]?.id ?? null

  const hold = useHeldFocus(ref, { by: 'line', held, cursor, setCursor, reveal: () => reveal(at) })
  function moveTo(to: number): void {
    const id = lines[to]?.id
    if (id !== undefined) hold(id, () => reveal(to))
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    // A button in a line handles its own keys.
    if (event.target instanceof HTMLButtonElement) return
    const line = lines[at]
    if (line === undefined) return
    const step = (to: number) => moveTo(Math.min(lines.length - 1, Math.max(0, to)))
    const open = line.open === true
    if (event.key === 'ArrowDown') step(at + 1)
    else if (event.key === 'ArrowUp') step(at - 1)
    else if (event.key === 'PageDown') step(at + pageOf)
    else if (event.key === 'PageUp') step(at - pageOf)
    else if (event.key === 'Home') step(0)
    else if (event.key === 'End') step(lines.length - 1)
    else if (event.key === 'ArrowRight') {
      if (line.open === false) toggle(line.id, true)
      else if (open) step(at + 1)
    } else if (event.key === 'ArrowLeft') {
      if (open) toggle(line.id, false)
      else moveTo(byId.get(line.line === 'item' ? line.above : '') ?? at)
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (!opens(line)) toggle(line.id)
      else {
        setCursor(line.id)
        inspect(!inspecting)
      }
    } else if (event.key === 'Escape' && inspecting) inspect(false)
    else return
    event.preventDefault()
  }
  // The place of the line that has the keyboard now.
  return { at, onKeyDown }
}
