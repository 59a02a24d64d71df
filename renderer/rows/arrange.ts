/** Rows in the order of the screen: sorted, then gathered under group headers, some of them closed. Pure. */

import { clusterLabel } from '../../shared/exec/parse'
import type { ShownVerdict } from '../../shared/identity/identity'
import type { Who } from '../../shared/identity/named-identity'
import { spacedAccount } from '../text/counts'
import { text, verdictText } from '../text/page'
import { type Column, collated, columnOf, worstRank } from './columns'
import { shownOnDisk } from './on-disk'
import { actsAs, type Row } from './rows'

export const groupings = ['account', 'verdict', 'cluster', 'identity', 'file', 'none'] as const
export type Grouping = (typeof groupings)[number]

export interface Sort {
  readonly column: string
  readonly descending: boolean
}

/** A group, as its first row names it. */
type GroupName = ReturnType<typeof groupName>

export interface GroupItem extends GroupName {
  readonly kind: 'group'
  /** `group:` and the key: never the id of a row. */
  readonly id: string
  readonly key: string
  /** Its contexts, in their order. */
  readonly rows: readonly string[]
  /** What the account is called, of groups by it; null where it has no name. */
  readonly accountName: string | null
  readonly open: boolean
}

/** The row itself is looked up by its id: a changed value in a row does not change this item. */
interface RowItem {
  readonly kind: 'row'
  readonly id: string
}

export type Item = GroupItem | RowItem

/** The sort key of a row: a number, or a text; empty text comes last. */
type SortKey = number | string

const keyOf = (column: Column, row: Row): SortKey => (column.sort ? column.sort(row) : column.value(row))

function compareKeys(a: SortKey, b: SortKey): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  // Empty values come last.
  if (a === '' || b === '') return (a === '' ? 1 : 0) - (b === '' ? 1 : 0)
  return collated(String(a), String(b))
}

const compare = (column: Column, left: Row, right: Row): number =>
  compareKeys(keyOf(column, left), keyOf(column, right))

/**
 * A row as it has its place: as on disk, so that no pending edit moves it; while contexts are checked, as it was when the rows
 * were last sorted, so that no result does.
 */
type Stood = (row: Row) => Row

const asItIs: Stood = shownOnDisk

/** Sorted by the given columns, ties left in the order of the files. Does not change its input. */
export function sorted(rows: readonly Row[], by: readonly Sort[], stood = asItIs): readonly Row[] {
  const known = by.flatMap((sort) => {
    const column = columnOf(sort.column)
    return column ? [{ column, sign: sort.descending ? -1 : 1 }] : []
  })
  if (known.length === 0) return rows
  // Sort keys are computed once per row, not once per comparison.
  const keys = known.map(({ column }) =>
    rows.map((row) => keyOf(column, column.fromCheck === true ? stood(row) : asItIs(row))),
  )
  const inOrder = (left: number, right: number): number => {
    for (let at = 0; at < known.length; at++) {
      const order = compareKeys(keys[at]?.[left] ?? '', keys[at]?.[right] ?? '')
      if (order !== 0) return order * (known[at]?.sign ?? 1)
    }
    return 0
  }
  // An unchecked fleet is mostly in this order already.
  if (rows.every((_, at) => at === 0 || inOrder(at - 1, at) <= 0)) return rows
  const places = rows.map((_, at) => at).sort(inOrder)
  return places.flatMap((at) => rows[at] ?? [])
}

/** In these groupings a check result can move a row to another group. */
const groupingsByCheck: ReadonlySet<Grouping> = new Set(['verdict', 'identity'])

const groupName = (
  label: string,
  /** Partition of an account, region of a cluster. */
  beside: readonly (string | null)[] = [],
  /** The identity, account number or verdict of the group, where it is grouped by that. */
  of: { readonly who?: Who; readonly account?: string; readonly verdict?: ShownVerdict } = {},
) => ({ label, detail: beside.filter(Boolean).join(' · '), who: null, account: null, verdict: null, ...of })

/** What rows of one group have in common, empty for those that belong to none, and how the group is called. */
const groupsBy: Readonly<
  Record<
    Exclude<Grouping, 'none'>,
    { readonly key: (row: Row) => string; readonly name: (row: Row) => GroupName }
  >
> = {
  account: {
    key: ({ account, partition }) => (account === null ? '' : `${partition ?? 'aws'} ${account}`),
    name: ({ account, accountName, partition }) =>
      account === null
        ? groupName(text.grid.noAccount)
        : groupName(
            accountName ?? spacedAccount(account),
            [accountName === null ? '' : spacedAccount(account), partition === 'aws' ? '' : partition],
            { account },
          ),
  },
  cluster: {
    // A space is in no name of a cluster, and in each label of an entry.
    key: ({ clusterName, entry, region, account }) =>
      clusterName === null
        ? clusterLabel(null, entry.cluster)
        : `${clusterName} ${region ?? ''} ${account ?? ''}`,
    name: ({ clusterName, entry, region, account, accountName }) =>
      clusterName === null
        ? groupName(clusterLabel(null, entry.cluster) || text.grid.noCluster)
        : groupName(clusterName, [region, accountName ?? (account && spacedAccount(account))]),
  },
  verdict: {
    key: ({ shown }) => shown,
    name: ({ shown }) => groupName(verdictText[shown], [], { verdict: shown }),
  },
  identity: {
    key: (row) => actsAs(row)?.key ?? actsAs(row)?.label ?? '',
    name(row) {
      const who = actsAs(row)
      if (who === null) return groupName(text.grid.noIdentity)
      const ofCluster = who.account === row.account ? row.accountName : null
      return groupName(who.label, [who.account && (ofCluster ?? spacedAccount(who.account))], { who })
    },
  },
  file: {
    key: ({ entry }) => entry.origin.file,
    name: ({ entry }) => groupName(entry.origin.file),
  },
}

/** What the header of its group says: names below it need not say it again. */
export function saidAbove(row: Row, grouping: Grouping): readonly string[] {
  if (grouping === 'none') return []
  const { label, detail, account } = groupsBy[grouping].name(row)
  return [label, ...detail.split(' · '), account ?? '']
}

/** The default order: problems on top. */
export const worstFirst: readonly Sort[] = [{ column: 'verdict', descending: false }]

/**
 * What the grid draws from top to bottom. Groups are ordered by name (files in their own order). Where rows are sorted by verdict
 * first, groups are ordered by their first rows. Rows without a group come last. Closed groups give only their header.
 */
export function arrange(
  rows: readonly Row[],
  by: readonly Sort[],
  grouping: Grouping,
  closed: ReadonlySet<string>,
  stood = asItIs,
): readonly Item[] {
  const ordered = sorted(rows, by, stood)
  if (grouping === 'none') return ordered.map(({ id }) => ({ kind: 'row', id }))
  const { key: keyOfGroup, name } = groupsBy[grouping]
  const groups = new Map<string, { readonly key: string; readonly name: GroupName; readonly rows: Row[] }>()
  const grouped = groupingsByCheck.has(grouping) ? stood : asItIs
  for (const row of ordered) {
    const key = keyOfGroup(grouped(row))
    const group = groups.get(key)
    if (group) group.rows.push(row)
    else groups.set(key, { key, name: name(grouped(row)), rows: [row] })
  }
  const list = [...groups.values()]
  if (grouping === 'file') {
    // By the list of files, which is the order of the unsorted rows.
    const order = [...new Set(rows.map((row) => row.entry.origin.file))]
    list.sort((left, right) => order.indexOf(left.key) - order.indexOf(right.key))
  } else {
    const descends = by[0]?.column === 'verdict' && by[0].descending
    const ranked = by[0]?.column === 'verdict' || grouping === 'verdict'
    list.sort((left, right) => {
      if (left.key === '' || right.key === '') return (left.key === '' ? 1 : 0) - (right.key === '' ? 1 : 0)
      const [one, other] = [left.rows[0], right.rows[0]]
      const worse =
        ranked && one && other ? (worstRank(stood(one)) - worstRank(stood(other))) * (descends ? -1 : 1) : 0
      return worse || collated(left.name.label, right.name.label) || collated(left.key, right.key)
    })
  }
  const items: Item[] = []
  for (const { key, name, rows } of list) {
    const id = `group:${key}`
    const open = !closed.has(id)
    const accountName = name.account === null ? null : (rows[0]?.accountName ?? null)
    items.push({ kind: 'group', id, key, ...name, accountName, rows: rows.map((row) => row.id), open })
    if (open) for (const { id: row } of rows) items.push({ kind: 'row', id: row })
  }
  return items
}

/** The contexts among items, in their order. */
export const contextsIn = (items: readonly Item[]): readonly string[] =>
  items.flatMap(({ kind, id }) => (kind === 'row' ? [id] : []))

/** The order and grouping that the user chose. */
export interface Ordering {
  readonly by: readonly Sort[]
  readonly grouping: Grouping
}

/** How rows were arranged, and the result. */
export interface Arranged {
  readonly rows: readonly Row[]
  readonly asked: Ordering
  readonly closed: ReadonlySet<string>
  /** While contexts are being checked: the rows as they were when they were last sorted; null while none are. */
  readonly stood: readonly Row[] | null
  /** The new order results from check results: the user did not request it at this moment. */
  readonly byItself: boolean
  readonly items: readonly Item[]
  readonly index: Places
}

/** Places of items by id. */
export type Places = Pick<ReadonlyMap<string, number>, 'get' | 'has'>

/**
 * The same, reusing the last result where no changed row can have another place.
 *
 * `checking`: rows keep their places while check results arrive, so that nothing jumps under the pointer. They are sorted once
 * after the last result, or as soon as the user requests another order (`asked` is another object then). This does not cover
 * which rows there are: a filter is applied to current values, and a row that no longer matches is removed.
 */
export function arrangeAgain(
  last: Arranged | null,
  rows: readonly Row[],
  asked: Ordering,
  closed: ReadonlySet<string>,
  checking = false,
): Arranged {
  const { by, grouping } = asked
  const since = last !== null && last.asked === asked ? last : null
  const held = checking && since !== null
  const kept =
    since !== null &&
    since.closed === closed &&
    // Places that were kept end with the check.
    (held || since.stood === null) &&
    since.rows.length === rows.length &&
    rows.every((row, at) => {
      const was = since.rows[at]
      return was === row || (was !== undefined && standsAs(was, row, asked, held))
    })
  if (kept) return { ...since, rows, stood: held ? (since.stood ?? since.rows) : null }
  const stood = held ? asTheyStood(since.stood ?? since.rows) : asItIs
  const items = arrange(rows, by, grouping, closed, stood)
  const index = new Map(items.map(({ id }, at) => [id, at]))
  const byItself = since !== null && since.closed === closed && (held || since.stood !== null)
  return { rows, asked, closed, stood: checking ? rows.map(stood) : null, byItself, items, index }
}

/** Rows as they were then; new rows as they are now. */
function asTheyStood(then: readonly Row[]): Stood {
  const before = new Map(then.map((row) => [row.id, row]))
  return (row) => asItIs(before.get(row.id) ?? row)
}

/** Whether the changed row has the same place as before. `held`: columns that come from checks are left out of the comparison. */
function standsAs(before: Row, after: Row, { by, grouping }: Ordering, held: boolean): boolean {
  if (before.id !== after.id) return false
  const [was, is] = [asItIs(before), asItIs(after)]
  const moved = by.some(({ column }) => {
    const of = columnOf(column)
    return of !== undefined && !(held && of.fromCheck === true) && compare(of, was, is) !== 0
  })
  if (moved || grouping === 'none') return !moved
  if (was.accountName !== is.accountName || was.file !== is.file) return false
  if (held && groupingsByCheck.has(grouping) && was.account === is.account) return true
  const { key, name } = groupsBy[grouping]
  const [then, now] = [name(was), name(is)]
  // Groups by verdict are ordered by what their rows show, which is their key.
  return (
    key(was) === key(is) &&
    then.label === now.label &&
    then.detail === now.detail &&
    then.who?.key === now.who?.key
  )
}

/** Whether a row in a group still belongs to it. While contexts are checked, rows that do not belong keep their places. */
export const belongsTo = (group: GroupItem, row: Row, grouping: Grouping): boolean =>
  grouping === 'none' || groupsBy[grouping].key(asItIs(row)) === group.key

/** The account whose group header an item is; null for any other item. */
export const accountOfGroup = (item: string): string | null => /^group:\S+ (\d{12})$/.exec(item)?.[1] ?? null

/** Whether a check that arrives can move rows. */
export function orderDependsOnChecks(by: readonly Sort[], grouping: Grouping): boolean {
  return groupingsByCheck.has(grouping) || by.some((sort) => columnOf(sort.column)?.fromCheck === true)
}
