import { LogIn } from 'lucide-react'
import { type KeyboardEvent, memo, useMemo, useRef, useState } from 'react'
import { clusterAccount } from '../../shared/identity/eks-cluster'
import type { SignInOf } from '../../shared/identity/sign-in'
import { visible } from '../../shared/visible'
import {
  type ClusterColumn,
  cellId,
  type LookerGroup,
  type LookerLine,
  partsOfCell,
} from '../rows/sweep-matrix'
import { tick } from '../store/sweep-store'
import { sweepsText as text } from '../text/sweep-texts'
import { Button } from '../ui/Button'
import type { DrawnItem } from '../ui/drawn'
import { useHeldFocus } from '../ui/held-focus'
import { Mark } from '../ui/Mark'
import { useModel, useSweeps } from '../ui/model'
import { Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import { type Cell, cellOf } from './cell'
import styles from './Discover.module.css'
import { headsHeight, reveal, sizes, useDrawnColumns, useDrawnLines } from './matrix-drawn'
import { Sign } from './Sign'
import { type Found, usePendingNames } from './use-found'

/** Who may enter where: identities as lines, clusters as columns by account; of thousands of either, those are drawn that can be seen. */
export function Matrix({ found }: { readonly found: Found }) {
  const { sweeps } = useModel()
  const { accountName } = found
  const { groups, accounts, ways } = found.shown
  const ticked = useSweeps((state) => state.ticked)
  const pendingNames = usePendingNames()
  const held = useSweeps((state) => state.cursor)
  const grid = useRef<HTMLDivElement>(null)
  const columns = useMemo(() => accounts.flatMap((one) => one.columns), [accounts])
  const items = useMemo(() => groups.flatMap((group) => [group, ...group.lines]), [groups])
  const lines = useMemo(() => groups.flatMap((group) => group.lines), [groups])
  // Over one column an account's name would be cut to three letters.
  const placed = useMemo(
    () => new Set(accounts.flatMap(({ columns }) => (columns.length === 1 ? columns : []))),
    [accounts],
  )
  const heads = headsHeight(placed.size > 0)
  const firsts = useMemo(() => new Set(accounts.map((one) => one.columns[0])), [accounts])
  const place = placeOf(held, lines, columns)
  const cursor = cursorAt(lines, columns, place)
  const itemOf = useMemo(() => items.flatMap((item, at) => ('lines' in item ? [] : [at])), [items])
  const itemAt = (row: number) => itemOf[row] ?? 0
  const drawnColumns = useDrawnColumns({ scroll: grid, count: columns.length, held: place.column })
  const drawnLines = useDrawnLines({ scroll: grid, count: items.length, held: itemAt(place.row) }, heads)

  const cellAt = (line: LookerLine, column: ClusterColumn): Cell => {
    const id = cellId(line.id, column.cluster.arn)
    const pending = pendingNames.get(id) ?? null
    return cellOf({ way: ways.get(id), column, ticked: ticked.has(id), pending })
  }
  const show = ({ row, column }: CellPlace) => reveal(grid.current, { line: itemAt(row), column, heads })
  const { setCursor } = sweeps
  const hold = useHeldFocus(grid, { by: 'cell', held, cursor, setCursor, reveal: () => show(place) })
  function press(id: string): void {
    sweeps.setCursor(id)
    const { row, column } = placeOf(id, lines, columns)
    const [line, at] = [lines[row], columns[column]]
    if (line !== undefined && at !== undefined && cellAt(line, at).ticks) tick(sweeps, id, !ticked.has(id))
    else sweeps.inspect(true)
  }
  const latest = useRef(press)
  latest.current = press
  const [onPress] = useState(() => (id: string) => latest.current(id))
  function onKeyDown(event: KeyboardEvent): void {
    const { ctrlKey, metaKey, altKey, defaultPrevented } = event
    const far = ctrlKey || metaKey
    if (altKey || defaultPrevented || (far && event.key !== 'Home' && event.key !== 'End')) return
    if (event.target instanceof HTMLButtonElement) return
    const to = movedBy(event.key, place, { row: lines.length - 1, column: columns.length - 1 }, far)
    if (to !== null) hold(cursorAt(lines, columns, to), () => show(to))
    else if (event.key === ' ' || event.key === 'Enter') {
      if (cursor !== null) press(cursor)
    } else if (event.key !== 'Escape' || !sweeps.state.getState().inspecting) return
    else sweeps.inspect(false)
    event.preventDefault()
  }

  const here = held === null ? null : (columns[place.column]?.cluster.arn ?? null)
  const shownColumns = drawnColumns.drawn.flatMap(({ index, gap }): readonly ShownColumn[] => {
    const column = columns[index]
    if (column === undefined) return []
    return [{ column, index, gap, first: firsts.has(column), here: column.cluster.arn === here }]
  })
  const width = `calc(var(--who) + ${columns.length * sizes.column + sizes.end}px)`
  return (
    <div
      ref={grid}
      role="grid"
      aria-label={text.matrix}
      aria-colcount={columns.length + 1}
      aria-rowcount={items.length + 1}
      className={styles.matrix}
      data-placed={placed.size > 0 || undefined}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={styles.heads} style={{ width }}>
        <div role="row" aria-rowindex={1} className={styles.names}>
          <span role="columnheader" className={styles.corner}>
            {text.head}
          </span>
          {shownColumns.map((at) => (
            <Head
              key={at.column.cluster.arn}
              {...at}
              account={placed.has(at.column) ? accountName(clusterAccount(at.column.cluster)) : null}
            />
          ))}
        </div>
        <div aria-hidden className={styles.accounts}>
          <span className={styles.corner} />
          {accounts.map((one) => (
            <span
              key={one.account}
              className={styles.account}
              style={{ width: `calc(var(--column) * ${one.columns.length})` }}
              title={visible(accountName(one.account))}
            >
              {one.columns.length > 1 && <Shown as="span" className="cut" text={accountName(one.account)} />}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" style={{ width, paddingBottom: drawnLines.after }}>
        {drawnLines.drawn.map(({ index, gap }) => {
          const item = items[index]
          if (item === undefined) return null
          const at = { index, gap }
          if ('lines' in item) return <GroupHead key={`group ${item.session ?? ''}`} group={item} at={at} />
          const { id, who, state, account } = item
          return (
            <div
              key={id}
              role="row"
              aria-rowindex={index + 2}
              className={styles.line}
              style={{ marginTop: gap }}
              data-here={(here !== null && isOn(cursor, item)) || undefined}
            >
              <div role="rowheader" className={styles.who} data-state={state}>
                <Tile who={who} />
                <Shown as="b" className="cut strong" title={visible(who.arn ?? who.label)} text={who.label} />
                <Shown as="span" className="cut quiet" text={account === null ? '' : accountName(account)} />
              </div>
              {shownColumns.map(({ column, ...at }) => {
                const { cluster } = column
                const cell = cellAt(item, column)
                const cellOfLine = cellId(id, cluster.arn)
                return (
                  <Box
                    key={cellOfLine}
                    id={cellOfLine}
                    {...at}
                    {...cell}
                    says={visible(`${who.label}, ${cluster.name}: ${cell.says}`)}
                    focusable={cellOfLine === cursor}
                    onPress={onPress}
                  />
                )
              })}
            </div>
          )
        })}
      </div>
    </div>
  )
}

interface CellPlace {
  readonly row: number
  readonly column: number
}

/** Where the keyboard is; what was filtered away gives it to the first cell. */
function placeOf(
  held: string | null,
  lines: readonly LookerLine[],
  columns: readonly ClusterColumn[],
): CellPlace {
  const [line, arn] = held === null ? ['', ''] : partsOfCell(held)
  const row = lines.findIndex(({ id }) => id === line)
  const column = columns.findIndex(({ cluster }) => cluster.arn === arn)
  return row < 0 || column < 0 ? { row: 0, column: 0 } : { row, column }
}

/** Where a key moves the keyboard to; null: it is no key that moves it. `far`: with Control or Command. */
function movedBy(key: string, { row, column }: CellPlace, last: CellPlace, far: boolean): CellPlace | null {
  const places: ReadonlyMap<string, CellPlace> = new Map([
    ['ArrowDown', { row: row + 1, column }],
    ['ArrowUp', { row: row - 1, column }],
    ['ArrowRight', { row, column: column + 1 }],
    ['ArrowLeft', { row, column: column - 1 }],
    ['PageDown', { row: row + 10, column }],
    ['PageUp', { row: row - 10, column }],
    ['Home', { row: far ? 0 : row, column: 0 }],
    ['End', { row: far ? last.row : row, column: last.column }],
  ])
  const to = places.get(key)
  const within = (at: number, end: number) => Math.min(end, Math.max(0, at))
  return to ? { row: within(to.row, last.row), column: within(to.column, last.column) } : null
}

function cursorAt(
  lines: readonly LookerLine[],
  columns: readonly ClusterColumn[],
  { row, column }: CellPlace,
): string | null {
  const line = lines[row]
  const at = columns[column]
  return line === undefined || at === undefined ? null : cellId(line.id, at.cluster.arn)
}

interface ShownColumn extends DrawnItem {
  readonly column: ClusterColumn
  /** Of its account. */
  readonly first: boolean
  /** The keyboard is at its cluster. */
  readonly here: boolean
}

interface HeadProps extends ShownColumn {
  /** Of an account without other columns its name. */
  readonly account: string | null
}

function Head({ column: { cluster, notReady }, account, index, gap, first, here }: HeadProps) {
  const { name, region, version } = cluster
  const about = [visible(name), account && visible(account), region, version, notReady]
  return (
    <span
      role="columnheader"
      aria-colindex={index + 2}
      className={styles.name}
      style={gap === 0 ? undefined : { marginLeft: gap }}
      data-first={first || undefined}
      data-here={here || undefined}
      data-dead={notReady !== null || undefined}
      title={about.filter(Boolean).join(' · ')}
    >
      <span className="cut">
        <Shown text={name} />
        {account !== null && (
          <small>
            {' '}
            <Shown text={account} />
          </small>
        )}
      </span>
    </span>
  )
}

const tones = { looks: 'ok', 'sign-in-needed': 'warn', failed: 'bad', open: 'open' } as const

/** The head of those who sign in in one way, with what can be done where it has ended. */
function GroupHead({ group, at }: { readonly group: LookerGroup; readonly at: DrawnItem }) {
  const { session, state, lines } = group
  const model = useModel()
  const sessions = useSweeps((state) => state.known?.sessions)
  const waits = lines.filter(({ state }) => state === 'sign-in-needed')
  const [profile] = waits.flatMap(({ lookers }) => lookers.flatMap(({ looker }) => looker.profile ?? []))
  const of: SignInOf | null =
    session !== null && sessions?.includes(session)
      ? { kind: 'session', name: session }
      : profile === undefined
        ? null
        : { kind: 'profile', name: profile }
  return (
    <div role="row" aria-rowindex={at.index + 2} className={styles.group} style={{ marginTop: at.gap }}>
      <div role="rowheader" className={styles.groupCell}>
        <Shown as="b" text={session === null ? text.keys : text.session(session)} />
        {session !== null && <Mark tone={tones[state]}>{text.sessionStates[state]}</Mark>}
        {session !== null && (state === 'sign-in-needed' || waits.length > 0) && of !== null && (
          <Button small icon={LogIn} onClick={() => model.edits.open({ kind: 'sign-in', of, contexts: [] })}>
            {text.signIn}
          </Button>
        )}
      </div>
    </div>
  )
}

interface BoxProps extends Cell, Omit<ShownColumn, 'column'> {
  readonly id: string
  readonly focusable: boolean
  readonly onPress: (cell: string) => void
}

/** One cell; of thousands only those that are others now are drawn again. */
const Box = memo(function Box(props: BoxProps) {
  const { id, index, gap, says, kind, verdict, ticks, focusable, first, here, onPress } = props
  const { sweeps } = useModel()
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      role="gridcell"
      aria-colindex={index + 2}
      style={gap === 0 ? undefined : { marginLeft: gap }}
      data-cell={id}
      aria-label={says}
      aria-selected={ticks ? kind === 'ticked' : undefined}
      tabIndex={focusable ? 0 : -1}
      className={styles.cell}
      data-first={first || undefined}
      data-unknown={kind === 'unknown' || undefined}
      data-ticks={ticks || undefined}
      data-here={here || undefined}
      title={says}
      onFocus={() => sweeps.setCursor(id)}
      onClick={() => onPress(id)}
    >
      {kind !== 'unknown' && <Sign kind={kind} verdict={verdict} />}
    </div>
  )
})

const isOn = (cursor: string | null, { id }: LookerLine): boolean =>
  cursor?.startsWith(JSON.stringify([id]).slice(0, -1)) === true
