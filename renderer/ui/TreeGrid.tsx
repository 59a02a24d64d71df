import type { KeyboardEvent, ReactNode, RefObject } from 'react'
import list from './ListView.module.css'

interface TreeGridProps {
  readonly label: string
  /** The titles of the columns by their names. */
  readonly columns: Readonly<Record<string, string>>
  /** The classes that lay the columns out, and what is special about a header. */
  readonly columnsClass: string | undefined
  readonly headerClass: string | undefined
  /** What `useTreeKeys` gives. */
  readonly keys: {
    readonly ref: RefObject<HTMLDivElement | null>
    readonly onKeyDown: (event: KeyboardEvent<HTMLDivElement>) => void
  }
  /** Its lines. */
  readonly children: ReactNode
}

/** A list as a tree grid: a line has the keyboard, the arrows walk, left and right close and open. */
export function TreeGrid({ label, columns, columnsClass, headerClass, keys, children }: TreeGridProps) {
  const titles = Object.entries(columns)
  return (
    <div
      ref={keys.ref}
      role="treegrid"
      aria-label={label}
      aria-colcount={titles.length}
      className={list.scroll}
      onKeyDown={keys.onKeyDown}
    >
      <div role="rowgroup" className={list.headers}>
        <div role="row" className={columnsClass}>
          {titles.map(([id, title]) => (
            <span key={id} role="columnheader" className={`${list.header} ${headerClass}`} data-column={id}>
              {title}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup">{children}</div>
    </div>
  )
}
