import { type ReactNode, useRef } from 'react'
import { useDrawn } from './drawn'
import { rowHeights } from './heights'
import list from './ListView.module.css'
import { useApp } from './model'
import { type KeyedLine, type TreeKeysOptions, useTreeKeys } from './use-tree-keys'

/** What the element of a line says of where it stands. */
export interface LinePlace {
  readonly ariaIndex: number
  /** Pixels of the lines before it that are not drawn. */
  readonly gap: number
  /** It has the keyboard. */
  readonly cursor: boolean
}

interface TreeGridProps<L extends KeyedLine> extends TreeKeysOptions<L> {
  readonly label: string
  /** The titles of the columns by their names. */
  readonly columns: Readonly<Record<string, string>>
  /** The classes that lay the columns out, and what is special about a header. */
  readonly columnsClass: string | undefined
  readonly headerClass: string | undefined
  readonly row: (line: L, place: LinePlace) => ReactNode
}

/** Pixels of the titles with the line below them, as ListView.module.css has them. */
const headers = 33

/**
 * A list as a tree grid: a line has the keyboard, the arrows walk, left and right close and open. Of thousands of lines those are
 * drawn that can be seen.
 */
export function TreeGrid<L extends KeyedLine>(props: TreeGridProps<L>) {
  const { label, columns, columnsClass, headerClass, row, lines } = props
  const titles = Object.entries(columns)
  const scroll = useRef<HTMLDivElement>(null)
  const height = rowHeights[useApp((state) => state.settings.density)]
  const { at: held, onKeyDown } = useTreeKeys(scroll, props, (at) => reveal(scroll.current, at, height))
  const { drawn, after } = useDrawn(
    { scroll, count: lines.length, held },
    { horizontal: false, size: height, overscan: 20, scrollMargin: headers },
  )
  return (
    <div
      ref={scroll}
      role="treegrid"
      aria-label={label}
      aria-colcount={titles.length}
      aria-rowcount={lines.length + 1}
      className={list.scroll}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={list.headers}>
        <div role="row" aria-rowindex={1} className={columnsClass}>
          {titles.map(([id, title]) => (
            <span key={id} role="columnheader" className={`${list.header} ${headerClass}`} data-column={id}>
              {title}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" style={{ paddingBottom: after }}>
        {drawn.map(({ index, gap }) => {
          const line = lines[index]
          return line && row(line, { ariaIndex: index + 2, gap, cursor: index === held })
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
