import { Pencil, Check as Tick } from 'lucide-react'
import {
  type MouseEventHandler,
  memo,
  type PointerEventHandler,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { visible } from '../../shared/visible'
import { accountNamesOf } from '../pending/commit'
import { fieldOf } from '../pending/editable-fields'
import { belongsTo, type GroupItem } from '../rows/arrange'
import { cellTitle, columnOf, healthOf } from '../rows/columns'
import { onDisk } from '../rows/on-disk'
import type { Row } from '../rows/rows'
import { text, verdictText } from '../text/page'
import { shortPath } from '../text/path'
import { useDrawn } from '../ui/drawn'
import { Health } from '../ui/Health'
import { useApp, useModel, useRow } from '../ui/model'
import { Named } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import { Toggle } from '../ui/Toggle'
import { VerdictIcon } from '../ui/VerdictMark'
import { cellOf, Doubt } from './cells'
import styles from './Grid.module.css'
import type { GridContext } from './grid-at-event'
import { headerHeight } from './header-height'
import { acrossRow, edgesAt } from './range'
import type { Layout } from './table'

interface PlacedProps {
  readonly id: string
  /** Its number among all. */
  readonly at: number
  /** Pixels. */
  readonly height: number
  readonly layout: Layout
  /** The focus is in the grid: the cell that the cursor moves to takes it. */
  readonly follow: RefObject<boolean>
}

/** The header is 1, the first item 2. */
const placeOf = (at: number, height: number) => ({
  'aria-rowindex': at + 2,
  style: { height, transform: `translateY(${at * height}px)` },
})

function useCursorFocus(column: string | null, follow: RefObject<boolean>) {
  const row = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (column === null || !follow.current) return
    for (const cell of row.current?.children ?? []) {
      if (cell instanceof HTMLElement && cell.dataset.column === column) cell.focus({ preventScroll: true })
    }
  }, [column, follow])
  return row
}

/** The name says which context the other cells of the row are about. */
const naming = { role: 'rowheader' } as const

/** One context. It subscribes only to its row, so a check that arrives redraws this row and no other. */
export const GridRow = memo(function GridRow({ id, at, height, layout, follow }: PlacedProps) {
  const row = useRow(id)
  const selected = useApp((state) => state.selected.has(id))
  const inspected = useApp((state) => state.inspected === id)
  const cursor = useApp((state) => (state.cursor?.item === id ? state.cursor.column : null))
  const range = useApp((state) => acrossRow(state.range, at))
  const element = useCursorFocus(cursor, follow)
  if (row === undefined) return null
  return (
    <div
      ref={element}
      role="row"
      {...placeOf(at, height)}
      aria-selected={selected}
      className={styles.row}
      data-item={id}
      data-inspected={inspected || undefined}
      data-cursor={cursor !== null || undefined}
      data-pending={row.pending?.kind}
      data-production={row.production || undefined}
    >
      {layout.ids.map((columnId, index) => {
        const column = columnOf(columnId)
        const edges = edgesAt(range, index)
        return (
          <div
            key={columnId}
            role="gridcell"
            aria-colindex={index + 1}
            aria-selected={edges !== undefined || undefined}
            data-range={edges}
            data-column={columnId}
            tabIndex={cursor === columnId ? 0 : -1}
            className={styles.cell}
            data-pinned={index < layout.pinned ? (index === layout.pinned - 1 ? 'last' : 'yes') : undefined}
            aria-readonly={fieldOf(columnId) === undefined || undefined}
            data-end={column?.align === 'end' || undefined}
            style={index < layout.pinned ? { left: `var(--pin-${index})` } : undefined}
            title={column?.titled ? cellTitle(column, row) || undefined : undefined}
            {...(columnId === 'context' ? naming : {})}
          >
            {columnId === 'context' && (
              <span aria-hidden className={styles.check} data-check={id}>
                {selected && <Tick size={12} strokeWidth={3} />}
              </span>
            )}
            {row.pending !== null && <Doubt id={id} column={columnId} />}
            {cellOf(columnId, row)}
            {edges?.includes('bottom') && edges.includes('right') && (
              <span aria-hidden className={styles.handle} data-fill title={text.grid.fill} />
            )}
          </div>
        )
      })}
    </div>
  )
})

const quiet: ReadonlySet<Row['shown']> = new Set([
  'verified',
  'proven',
  'not-checked',
  'checking',
  'unsupported',
])

interface GroupRowProps extends PlacedProps {
  readonly group: GroupItem
  readonly mono: boolean
}

/** The header of a group: name, count, and what is wrong inside. */
export function GroupRow({ id, at, height, layout, follow, group, mono }: GroupRowProps) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const cursor = useApp((state) => state.cursor?.item === id)
  const naming = useApp((state) => state.naming)
  // Counts follow the checks at the pace of the summary, while the rows stay where they are.
  useApp((state) => state.fleet)
  const rows = group.rows.flatMap((row) => model.rows.get(row) ?? [])
  const verdicts = healthOf(rows.flatMap((row) => onDisk(row) ?? []))
  const grouping = useApp((state) => state.view.grouping)
  // While contexts are checked they keep their places: the header says that its name is of before, and its counts are current.
  const moves = rows.some((row) => !belongsTo(group, row, grouping))
  const mixed = group.verdict === null || moves
  const detail = [group.detail, moves ? text.grid.beforeCheck : ''].filter(Boolean).join(' · ')
  const trouble = verdicts.filter(({ shown }) => !quiet.has(shown))
  const checked = verdicts.some(({ shown }) => shown !== 'not-checked' && shown !== 'checking')
  const said = trouble.map(({ shown, count }) => `${count} ${verdictText[shown]}`).join(' · ')
  const element = useCursorFocus(cursor ? 'group' : null, follow)
  const label =
    group.key.startsWith('/') || group.key.includes('\\') ? shortPath(group.label, home) : group.label
  return (
    <div
      ref={element}
      role="row"
      {...placeOf(at, height)}
      className={styles.group}
      data-item={id}
      // The context menu applies to contexts, not to groups.
      onContextMenu={(event) => {
        event.preventDefault()
        event.stopPropagation()
      }}
    >
      <div
        role="gridcell"
        aria-colindex={1}
        aria-colspan={layout.ids.length}
        aria-expanded={group.open}
        data-column="group"
        tabIndex={cursor ? 0 : -1}
        className={styles.groupCell}
        aria-label={`${visible(label)} ${detail} ${text.contexts(group.rows.length)}, ${said}`}
        title={group.open ? text.grid.collapse(visible(label)) : text.grid.expand(visible(label))}
      >
        <Toggle open={group.open} onToggle={() => model.toggleGroup(id)} />
        {group.who !== null && (
          <span className={styles.groupTile}>
            <Tile who={group.who} />
          </span>
        )}
        {group.verdict !== null && (
          <span className={styles.groupTile}>
            <VerdictIcon shown={group.verdict} size={14} />
          </span>
        )}
        {group.account !== null && naming === group.account ? (
          <AccountName
            group={id}
            account={group.account}
            before={accountNamesOf(model).get(group.account) ?? ''}
          />
        ) : (
          <Named as="b" className={mono && /^[\d ]+$/.test(label) ? 'mono' : 'cut'} name={label} cut />
        )}
        {detail !== '' && (
          <span className={`${styles.groupDetail} ${/^\d/.test(detail) ? 'mono' : ''}`}>{detail}</span>
        )}
        <span className={styles.groupCount}>{group.rows.length}</span>
        {/* In a group of one verdict the counts would repeat its name. */}
        {checked && mixed && (
          <span className={styles.groupHealth}>
            <Health verdicts={verdicts} />
          </span>
        )}
        {group.account !== null && naming !== group.account && (
          <button
            type="button"
            tabIndex={-1}
            aria-hidden
            className={styles.rename}
            title={text.grid.nameAccountHint}
            onClick={() => model.startNaming(group.account)}
          >
            <Pencil size={12} />
          </button>
        )}
        {mixed && (
          <span className={styles.groupTrouble} title={said}>
            {trouble.map(({ shown, count }) => (
              <span key={shown}>
                <VerdictIcon shown={shown} size={13} />
                {count}
              </span>
            ))}
          </span>
        )}
      </div>
    </div>
  )
}

interface AccountNameProps {
  /** The item of its header. */
  readonly group: string
  readonly account: string
  readonly before: string
}

/** The field for the name of an account: Enter and leaving accept it, Escape does not. */
function AccountName({ group, account, before }: AccountNameProps) {
  const model = useModel()
  const done = useRef(false)
  const end = (name: string | null) => {
    if (done.current) return
    done.current = true
    model.startNaming(null)
    if (name !== null && name.trim() !== before) void model.nameAccount(account, name)
  }
  return (
    <input
      type="text"
      className={styles.accountName}
      aria-label={text.grid.nameAccount(account)}
      placeholder={account}
      defaultValue={before}
      maxLength={64}
      spellCheck={false}
      // biome-ignore lint/a11y/noAutofocus: it is where the keyboard focus was
      autoFocus
      onFocus={(event) => event.currentTarget.select()}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onMouseDown={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key !== 'Enter' && event.key !== 'Escape') return
        event.preventDefault()
        end(event.key === 'Enter' ? event.currentTarget.value : null)
        // The field is about to disappear; the focus stays at its header.
        model.setCursor({ item: group, column: 'group' })
        event.currentTarget.closest<HTMLElement>('[role="gridcell"]')?.focus()
      }}
      onBlur={(event) => end(event.currentTarget.value)}
    />
  )
}

interface GridRowsProps {
  readonly scroll: RefObject<HTMLDivElement | null>
  readonly context: GridContext
  /** Pixels. */
  readonly rowHeight: number
  /** Group names are numbers. */
  readonly mono: boolean
  /** How they are sorted and grouped. */
  readonly order: string
  readonly onClick: MouseEventHandler
  readonly onContextMenu: MouseEventHandler
  readonly onPointerDown: PointerEventHandler
}

/** Rows that are drawn above and below the visible part, so that scrolling shows no gap. */
const around = 10

/** Until the first picture has surely been painted, in milliseconds. */
const afterFirst = 100

/** No such rows in the first picture of an order, which draws only the visible part; they follow after it. */
function useAround(order: string): number {
  const [drawn, setDrawn] = useState<string | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setDrawn(order), afterFirst)
    return () => clearTimeout(timer)
  }, [order])
  return drawn === order ? around : 0
}

/** The visible rows; scrolling redraws these and nothing else of the grid. */
export function GridRows({ scroll, context, rowHeight, mono, order, ...mouse }: GridRowsProps) {
  const { items, index, layout, follow } = context
  // The focused cell stays in the page, or the grid would lose the focus.
  const held = useApp((state) => (state.cursor === null ? undefined : index.get(state.cursor.item))) ?? null
  const { drawn } = useDrawn(
    { scroll, count: items.length, held },
    { horizontal: false, size: rowHeight, overscan: useAround(order), scrollMargin: headerHeight },
  )

  return (
    <div role="rowgroup" className="relative" style={{ height: items.length * rowHeight }} {...mouse}>
      {drawn.map(({ index: at }) => {
        const item = items[at]
        if (item === undefined) return null
        const placed = { id: item.id, at, height: rowHeight, layout, follow }
        return item.kind === 'group' ? (
          <GroupRow key={item.id} {...placed} group={item} mono={mono} />
        ) : (
          <GridRow key={item.id} {...placed} />
        )
      })}
    </div>
  )
}
