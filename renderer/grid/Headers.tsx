import type { RefObject } from 'react'
import { ColumnMenu } from './ColumnMenu'
import styles from './Grid.module.css'
import { HeaderCell } from './HeaderCell'
import type { ColumnTable, Layout } from './table'

interface HeadersProps {
  readonly table: ColumnTable
  readonly layout: Layout
  readonly follow: RefObject<boolean>
  /** No cell has the cursor yet: Tab comes in at the first header. */
  readonly entry: boolean
  /** Every context that is shown, for the box that selects them all. */
  readonly ids: readonly string[]
  /** Goes on in the filter with one that is begun. */
  readonly onBegin: (filter: string) => void
}

/** The row of headers, with their menu. */
export function Headers({ table, layout, follow, entry, ids, onBegin }: HeadersProps) {
  const headers = new Map(table.getFlatHeaders().map((header) => [header.column.id, header]))
  return (
    <ColumnMenu table={table} layout={layout} onBegin={onBegin}>
      <div role="row" aria-rowindex={1} className={styles.headers}>
        {layout.ids.map((id, at) => {
          const header = headers.get(id)
          return header === undefined ? null : (
            <HeaderCell
              key={id}
              header={header}
              index={at}
              pinned={at < layout.pinned}
              last={at === layout.pinned - 1}
              follow={follow}
              entry={at === 0 && entry}
              ids={id === 'context' ? ids : null}
            />
          )
        })}
      </div>
    </ColumnMenu>
  )
}
