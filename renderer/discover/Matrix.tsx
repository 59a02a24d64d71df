import { LogIn } from 'lucide-react'
import { type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from 'react'
import type { ShownVerdict } from '../../shared/identity/identity'
import type { SignInOf } from '../../shared/identity/sign-in'
import { visible } from '../../shared/visible'
import type { ShownList } from '../actions/action'
import {
  type AccountColumns,
  type ClusterColumn,
  cellId,
  type LookerGroup,
  type LookerLine,
} from '../rows/sweeps'
import { sweepsText as text } from '../text/sweeps'
import { Button } from '../ui/Button'
import { useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { Tile } from '../ui/Tile'
import { useEdits } from '../ui/use-edits'
import { useSweeps } from '../ui/use-sweeps'
import { type Cell, type CellSign, cellOf } from './cell'
import styles from './Discover.module.css'
import { Sign } from './Sign'
import type { Found } from './use-found'

/** So many clusters are drawn at once. */
const most = 150

/** Who may enter where: identities as lines, clusters as columns by account. */
export function Matrix({ found, shown }: { readonly found: Found; readonly shown: ShownList }) {
  const model = useModel()
  const { sweeps } = model
  const { accountName } = found
  const { groups, accounts, ways } = found.shown
  const ticked = useSweeps((state) => state.ticked)
  const pendingNames = usePendingNames()
  const held = useSweeps((state) => state.cursor)
  const grid = useRef<HTMLDivElement>(null)
  const cut = useMemo(() => cutTo(accounts, most), [accounts])
  const columns = useMemo(() => cut.accounts.flatMap((one) => one.columns), [cut])
  const lines = useMemo(() => groups.flatMap((group) => group.lines), [groups])
  const firsts = useMemo(() => new Set(cut.accounts.map((one) => one.columns[0])), [cut])
  const place = placeOf(held, lines, columns)
  const cursor = cursorAt(lines, columns, place)

  const cellAt = (line: LookerLine, column: ClusterColumn): Cell => {
    const id = cellId(line.id, column.cluster.arn)
    const pending = pendingNames.get(id) ?? null
    return cellOf({ way: ways.get(id), column, ticked: ticked.has(id), pending })
  }
  const focusOn = (id: string | null) => {
    const cell = [...(grid.current?.querySelectorAll<HTMLElement>('[data-cell]') ?? [])].find(
      ({ dataset }) => dataset.cell === id,
    )
    cell?.focus()
    cell?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' })
  }
  useEffect(() => {
    shown.focusGrid = () => {
      if (cursor !== null) sweeps.setCursor(cursor)
      focusOn(cursor)
    }
  })
  function press(id: string): void {
    sweeps.setCursor(id)
    const { row, column } = placeOf(id, lines, columns)
    const [line, at] = [lines[row], columns[column]]
    if (line !== undefined && at !== undefined && cellAt(line, at).ticks) sweeps.tick(id, !ticked.has(id))
    else sweeps.inspect(true)
  }
  const latest = useRef(press)
  latest.current = press
  const [onPress] = useState(() => (id: string) => latest.current(id))
  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (event.target instanceof HTMLButtonElement) return
    const { row, column } = place
    const move = (toRow: number, toColumn: number) => {
      const to = cursorAt(lines, columns, {
        row: Math.min(lines.length - 1, Math.max(0, toRow)),
        column: Math.min(columns.length - 1, Math.max(0, toColumn)),
      })
      sweeps.setCursor(to)
      focusOn(to)
    }
    const line = lines[row]
    const at = columns[column]
    switch (event.key) {
      case 'ArrowDown':
        move(row + 1, column)
        break
      case 'ArrowUp':
        move(row - 1, column)
        break
      case 'ArrowRight':
        move(row, column + 1)
        break
      case 'ArrowLeft':
        move(row, column - 1)
        break
      case 'PageDown':
        move(row + 10, column)
        break
      case 'PageUp':
        move(row - 10, column)
        break
      case 'Home':
        move(row, 0)
        break
      case 'End':
        move(row, columns.length - 1)
        break
      case ' ':
      case 'Enter':
        if (line !== undefined && at !== undefined) press(cellId(line.id, at.cluster.arn))
        break
      default:
        return
    }
    event.preventDefault()
  }

  const here = columns[place.column]?.cluster.arn ?? null
  return (
    <div
      ref={grid}
      role="grid"
      aria-label={text.matrix}
      aria-colcount={columns.length + 1}
      className={styles.matrix}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={styles.heads}>
        <div role="row" className={styles.names}>
          <span role="columnheader" className={styles.corner}>
            {text.head}
          </span>
          {columns.map((column) => (
            <Head
              key={column.cluster.arn}
              column={column}
              first={firsts.has(column)}
              here={held !== null && column.cluster.arn === here}
            />
          ))}
          {cut.left > 0 && <span className={styles.more}>{text.more(cut.left)}</span>}
        </div>
        <div aria-hidden className={styles.accounts}>
          <span className={styles.corner} />
          {cut.accounts.map((one) => (
            <span
              key={one.account}
              className={styles.account}
              data-columns={one.columns.length}
              style={{ width: `calc(var(--column) * ${one.columns.length})` }}
              title={visible(accountName(one.account))}
            >
              <Shown text={accountName(one.account)} />
            </span>
          ))}
        </div>
      </div>
      {groups.map((group) => (
        <div role="rowgroup" key={group.session ?? ''}>
          <GroupHead group={group} />
          {group.lines.map((line) => (
            <Line
              key={line.id}
              line={line}
              place={line.account === null ? '' : accountName(line.account)}
              columns={columns}
              firsts={firsts}
              cells={columns.map((column) => cellAt(line, column))}
              cursor={cursor}
              here={held === null ? null : here}
              onPress={onPress}
            />
          ))}
        </div>
      ))}
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
  for (const [row, line] of lines.entries())
    for (const [column, { cluster }] of columns.entries())
      if (held === cellId(line.id, cluster.arn)) return { row, column }
  return { row: 0, column: 0 }
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

/** Contexts that were added from here and are pending still, by their cells. */
function usePendingNames(): ReadonlyMap<string, string> {
  const added = useSweeps((state) => state.added)
  const pending = useEdits((state) => state.pending)
  return useMemo(() => {
    const names = new Set(pending.flatMap(({ edit }) => (edit.kind === 'add-context' ? [edit.name] : [])))
    return new Map([...added].filter(([, name]) => names.has(name)))
  }, [added, pending])
}

/** The first so many clusters. */
function cutTo(accounts: readonly AccountColumns[], count: number) {
  const cut: AccountColumns[] = []
  let left = count
  let all = 0
  for (const { account, columns } of accounts) {
    all += columns.length
    const some = columns.slice(0, left)
    left -= some.length
    if (some.length > 0) cut.push({ account, columns: some })
  }
  return { accounts: cut, left: Math.max(0, all - count) }
}

interface HeadProps {
  readonly column: ClusterColumn
  readonly first: boolean
  readonly here: boolean
}

function Head({ column: { cluster, notReady }, first, here }: HeadProps) {
  const { name, region, version } = cluster
  return (
    <span
      role="columnheader"
      className={styles.name}
      data-first={first || undefined}
      data-here={here || undefined}
      data-dead={notReady !== null || undefined}
      title={[visible(name), region, version, notReady].filter(Boolean).join(' · ')}
    >
      <span>
        <Shown text={name} />
      </span>
    </span>
  )
}

/** The head of those who sign in in one way, with what can be done where it has ended. */
function GroupHead({ group: { session, state, lines } }: { readonly group: LookerGroup }) {
  const model = useModel()
  const sessions = useSweeps((state) => state.known?.sessions)
  const waits = lines.filter(({ state }) => state === 'sign-in-needed')
  const profile = waits.flatMap(({ lookers }) => lookers.flatMap(({ looker }) => looker.profile ?? []))[0]
  const of: SignInOf | null =
    session !== null && sessions?.includes(session)
      ? { kind: 'session', name: session }
      : profile === undefined
        ? null
        : { kind: 'profile', name: profile }
  return (
    <div role="row" className={styles.group}>
      <div role="rowheader" className={styles.groupCell}>
        <b>
          <Shown text={session === null ? text.keys : text.session(session)} />
        </b>
        {session !== null && (
          <span className={styles.groupState} data-state={state}>
            {text.sessionStates[state]}
          </span>
        )}
        {session !== null && (state === 'sign-in-needed' || waits.length > 0) && of !== null && (
          <Button
            small
            icon={LogIn}
            className={styles.signIn}
            onClick={() => model.edits.open({ kind: 'sign-in', of, contexts: [] })}
          >
            {text.signIn}
          </Button>
        )}
      </div>
    </div>
  )
}

interface LineProps {
  readonly line: LookerLine
  readonly place: string
  readonly columns: readonly ClusterColumn[]
  readonly firsts: ReadonlySet<ClusterColumn | undefined>
  readonly cells: readonly Cell[]
  readonly cursor: string | null
  /** The cluster that the keyboard is at. */
  readonly here: string | null
  readonly onPress: (cell: string) => void
}

function Line({ line, place, columns, firsts, cells, cursor, here, onPress }: LineProps) {
  const { who, state } = line
  return (
    <div role="row" className={styles.line} data-here={(here !== null && isOn(cursor, line)) || undefined}>
      <div role="rowheader" className={styles.who} data-state={state}>
        <Tile who={who} />
        <b title={visible(who.arn ?? who.label)}>
          <Shown text={who.label} />
        </b>
        <span className={styles.place}>
          <Shown text={place} />
        </span>
      </div>
      {columns.map((column, at) => {
        const cell = cells[at]
        if (cell === undefined) return null
        const id = cellId(line.id, column.cluster.arn)
        return (
          <Box
            key={id}
            id={id}
            name={visible(`${who.label}, ${column.cluster.name}: ${cell.says}`)}
            kind={cell.sign.kind}
            verdict={cell.sign.kind === 'fails' ? cell.sign.verdict : null}
            ticks={cell.ticks}
            focusable={id === cursor}
            first={firsts.has(column)}
            here={column.cluster.arn === here}
            onPress={onPress}
          />
        )
      })}
    </div>
  )
}

interface BoxProps {
  readonly id: string
  readonly name: string
  readonly kind: CellSign['kind']
  readonly verdict: ShownVerdict | null
  readonly ticks: boolean
  readonly focusable: boolean
  readonly first: boolean
  readonly here: boolean
  readonly onPress: (cell: string) => void
}

/** One cell; of thousands only those that are others now are drawn again. */
const Box = memo(function Box(props: BoxProps) {
  const { id, name, kind, verdict, ticks, focusable, first, here, onPress } = props
  const { sweeps } = useModel()
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
    <div
      role="gridcell"
      data-cell={id}
      aria-label={name}
      aria-selected={ticks ? kind === 'ticked' : undefined}
      tabIndex={focusable ? 0 : -1}
      className={styles.cell}
      data-first={first || undefined}
      data-dead={kind === 'dead' || undefined}
      data-ticks={ticks || undefined}
      data-here={here || undefined}
      title={name}
      onFocus={() => sweeps.setCursor(id)}
      onClick={() => onPress(id)}
    >
      <Sign sign={kind === 'fails' ? { kind, verdict: verdict ?? 'broken' } : { kind }} />
    </div>
  )
})

const isOn = (cursor: string | null, { id }: LookerLine): boolean =>
  cursor?.startsWith(JSON.stringify([id]).slice(0, -1)) === true
