import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fleetRows } from '../testing/rows'
import { verdictRank } from '../text/page'
import { arrange, arrangeAgain, type Grouping, groupings, type Sort, sorted, worstFirst } from './arrange'
import { worstRank } from './columns'
import { foretoldOf } from './proof'

const rows = fleetRows()
const none = new Set<string>()

test('without grouping and sorting, rows stand as in the files', () => {
  expect(arrange(rows, [], 'none', none).map((item) => item.id)).toEqual(rows.map((row) => row.id))
})

test('names sort as people count: core-2 before core-10', () => {
  const [one] = rows
  if (!one) throw new Error('the fleet is empty')
  const named = ['core-10', 'core-2', 'Core-1'].map((name) => ({ ...one, name }))
  const by = [{ column: 'context', descending: false }]
  expect(sorted(named, by).map((row) => row.name)).toEqual(['Core-1', 'core-2', 'core-10'])
})

test('verdicts sort from what needs a look to what does not', () => {
  const shown = sorted(rows, [{ column: 'verdict', descending: false }]).map((row) => row.shown)
  expect(shown[0]).toBe('mismatch')
  expect(shown.at(-1)).toBe('verified')
})

test('rows without a value come last', () => {
  const namespaces = sorted(rows, [{ column: 'namespace', descending: false }]).map(
    (row) => row.entry.namespace,
  )
  const first = namespaces.indexOf(null)
  expect(namespaces.slice(first).every((namespace) => namespace === null)).toBe(true)
})

test('groups stand in order, what belongs to none last, every row once', () => {
  const items = arrange(rows, [], 'account', none)
  const groups = items.flatMap((item) => (item.kind === 'group' ? [item] : []))
  expect(groups[0]?.label).toBe('1111 2222 3333')
  expect(groups.at(-1)?.key).toBe('')
  expect(items.filter((item) => item.kind === 'row').length).toBe(rows.length)
})

test('where all is stale, what was found worst comes first, and so do the groups', () => {
  const stale = rows.flatMap((row) =>
    row.check === null ? [] : [{ ...row, stale: 'old' as const, shown: 'stale' as const }],
  )
  const found = sorted(stale, worstFirst).flatMap(({ check }) => check?.verdict ?? [])
  expect(new Set(found).size).toBeGreaterThan(2)
  expect(found).toEqual([...found].sort((one, other) => verdictRank(one) - verdictRank(other)))
  const [first, second] = arrange(stale, worstFirst, 'account', none)
  const verdictOf = (id = '') => stale.find((row) => row.id === id)?.check?.verdict
  expect([first?.kind, verdictOf(second?.id)]).toEqual(['group', found[0]])
  // They are no worse than what is known to be wrong now, nor better than what was never checked.
  for (const row of stale) {
    expect(worstRank(row)).toBeGreaterThan(verdictRank('unreachable'))
    expect(worstRank(row)).toBeLessThan(verdictRank('unsupported'))
  }
})

test('sorted by verdict, the group of the worst row is the first, and what belongs to none still the last', () => {
  const items = arrange(rows, worstFirst, 'account', none)
  const groups = items.flatMap((item) => (item.kind === 'group' ? [item] : []))
  const rowOf = new Map(rows.map((row) => [row.id, row]))
  const ranks = groups.map((group) => {
    const first = rowOf.get(group.rows[0] ?? '')
    return first ? worstRank(first) : -1
  })
  expect(ranks.slice(0, -1)).toEqual([...ranks.slice(0, -1)].sort((one, other) => one - other))
  expect(new Set(ranks).size).toBeGreaterThan(1)
  expect(groups.at(-1)?.key).toBe('')
  const names = arrange(rows, [{ column: 'context', descending: false }], 'account', none)
  expect(names.find((item) => item.kind === 'group')?.id).toBe(arrange(rows, [], 'account', none)[0]?.id)
})

test('before any check what the files foretell stands on top, and a check that has begun moves nothing', () => {
  const unchecked = fleetRows().map((row) => ({ ...row, check: null, shown: 'not-checked' as const }))
  const ranks = sorted(unchecked, worstFirst).map(worstRank)
  expect(new Set(ranks).size).toBeGreaterThan(2)
  const [foretold] = sorted(unchecked, worstFirst)
  if (!foretold) throw new Error('the fleet is empty')
  expect(foretoldOf(foretold)).toBe('other')
  expect(worstRank({ ...foretold, shown: 'checking' })).toBe(worstRank(foretold))
})

test('a partition of its own is named beside the account', () => {
  const cn = arrange(rows, [], 'account', none).find(
    (item) => item.kind === 'group' && item.detail === 'aws-cn',
  )
  expect(cn).toBeDefined()
})

test('a closed group leaves its header, with its count', () => {
  const open = arrange(rows, [], 'file', none)
  const [group] = open
  if (group?.kind !== 'group') throw new Error('no group comes first')
  const items = arrange(rows, [], 'file', new Set([group.id]))
  expect(items.length).toBe(open.length - group.rows.length)
  expect(items[0]).toMatchObject({ kind: 'group', open: false, rows: { length: group.rows.length } })
})

test('grouped by identity, whoever acts as one person stands together', () => {
  const items = arrange(rows, [], 'identity', none)
  const carol = items.find((item) => item.kind === 'group' && item.label === 'carol')
  if (carol?.kind !== 'group') throw new Error('carol has no group')
  expect(carol.rows.map((id) => rows.find((row) => row.id === id)?.name)).toEqual([
    'prod-readonly',
    'sandbox-7',
    'sandbox-8',
  ])
})

test('other values leave what is arranged the very same, as long as they decide no place', () => {
  const by = [{ column: 'context', descending: false }]
  const asked = { by, grouping: 'account' as const }
  const first = arrangeAgain(null, rows, asked, none)
  const changed = rows.map((row, at) =>
    at === 3 ? { ...row, entry: { ...row.entry, namespace: 'another' } } : row,
  )
  const again = arrangeAgain(first, changed, asked, none)
  expect(again.items).toBe(first.items)
  expect(again.index).toBe(first.index)
  expect(again.rows).toBe(changed)
})

test('whatever decides a place arranges anew, and gives what arranging all of them would', () => {
  const others = [
    (row: (typeof rows)[number]) => ({ ...row, name: `zz-${row.name}` }),
    (row: (typeof rows)[number]) => ({ ...row, account: '999988887777' }),
    (row: (typeof rows)[number]) => ({ ...row, accountName: 'named anew' }),
    (row: (typeof rows)[number]) => ({ ...row, shown: 'checking' as const }),
    (row: (typeof rows)[number]) => ({ ...row, clusterName: 'another' }),
    (row: (typeof rows)[number]) => ({ ...row, proven: null, predicted: null, intended: null }),
    (row: (typeof rows)[number]) => ({ ...row, entry: { ...row.entry, namespace: 'aaa' } }),
  ]
  const sorts: (readonly Sort[])[] = [
    [],
    [{ column: 'context', descending: true }],
    [{ column: 'namespace', descending: false }],
  ]
  for (const grouping of groupings satisfies readonly Grouping[])
    for (const by of sorts) {
      const asked = { by, grouping }
      const first = arrangeAgain(null, rows, asked, none)
      for (const other of others) {
        const changed = rows.map((row, at) => (at === 2 ? other(row) : row))
        expect(arrangeAgain(first, changed, asked, none).items).toEqual(arrange(changed, by, grouping, none))
      }
      const fewer = rows.slice(1)
      expect(arrangeAgain(first, fewer, asked, none).items).toEqual(arrange(fewer, by, grouping, none))
    }
})

test('while contexts are checked rows keep their places, whatever is found, and are ordered anew once at the end', () => {
  const unchecked = fleetRows({ checks: [] })
  // What the checks find, one half after the other.
  const half = rows.map((row, at) => (at % 2 === 0 ? row : (unchecked[at] ?? row)))
  for (const grouping of groupings) {
    const asked = { by: worstFirst, grouping }
    const first = arrangeAgain(null, unchecked, asked, none)
    const begun = arrangeAgain(first, unchecked, asked, none, true)
    const halfway = arrangeAgain(begun, half, asked, none, true)
    const nearly = arrangeAgain(halfway, rows, asked, none, true)
    expect([nearly.items, nearly.index]).toEqual([first.items, first.index])
    expect(nearly.items).toBe(first.items)
    const ended = arrangeAgain(nearly, rows, asked, none)
    expect(ended.items).toEqual(arrange(rows, worstFirst, grouping, none))
    expect(ended.items).not.toEqual(first.items)
    expect(ended.byItself).toBe(true)
    // Once: what the same rows give then is the very same.
    expect(arrangeAgain(ended, [...rows], asked, none).items).toBe(ended.items)
  }
})

test('what the user asks for while contexts are checked is ordered by what is known then, and holds from there', () => {
  const unchecked = fleetRows({ checks: [] })
  const byName = { by: [{ column: 'context', descending: false }], grouping: 'none' as const }
  const before = arrangeAgain(null, unchecked, byName, none, true)
  const half = rows.map((row, at) => (at % 2 === 0 ? row : (unchecked[at] ?? row)))
  const asked = { by: worstFirst, grouping: 'verdict' as const }
  const sortedNow = arrangeAgain(before, half, asked, none, true)
  expect(sortedNow.items).toEqual(arrange(half, worstFirst, 'verdict', none))
  expect(sortedNow.byItself).toBe(false)
  expect(arrangeAgain(sortedNow, rows, asked, none, true).items).toBe(sortedNow.items)
})

test('while contexts are checked a filter takes rows out and in, a group closes and a name is another; the others stay', () => {
  const unchecked = fleetRows({ checks: [] })
  const asked = { by: worstFirst, grouping: 'account' as const }
  const ids = (arranged: { readonly items: readonly { readonly id: string }[] }) =>
    arranged.items.map(({ id }) => id)
  const first = arrangeAgain(null, unchecked, asked, none, true)
  const left = rows.filter(({ shown }) => shown !== 'verified')
  const stays = new Set(left.map(({ id }) => id))
  const fewer = arrangeAgain(first, left, asked, none, true)
  expect(fewer.byItself).toBe(true)
  const rowsIn = (all: readonly string[]) => all.filter((id) => stays.has(id))
  expect(rowsIn(ids(fewer))).toEqual(rowsIn(ids(first)))
  // One that comes to fit stands where what is known of it says.
  const again = arrangeAgain(fewer, rows, asked, none, true)
  expect(rowsIn(ids(again))).toEqual(rowsIn(ids(first)))
  const header = ids(first).find((id) => id.startsWith('group:')) ?? ''
  const closed = new Set([header])
  const shut = arrangeAgain(first, rows, asked, closed, true)
  expect(ids(shut)).toEqual(arrange(unchecked, worstFirst, 'account', closed).map(({ id }) => id))
  expect(shut.byItself).toBe(false)
  const named = { by: [...worstFirst, { column: 'context', descending: false }], grouping: 'none' as const }
  const start = arrangeAgain(null, unchecked, named, none, true)
  const [one] = unchecked
  const renamed = rows.map((row) => (row.id === one?.id ? { ...row, name: 'zzz' } : row))
  const unnamed = unchecked.map((row) => (row.id === one?.id ? { ...row, name: 'zzz' } : row))
  expect(ids(arrangeAgain(start, renamed, named, none, true))).toEqual(
    arrange(unnamed, named.by, 'none', none).map(({ id }) => id),
  )
})

test('a check that has begun again moves no row: until it is answered it stands as it was found last', () => {
  const names = rows.map(({ name }) => name)
  const again = fleetRows({ running: names })
  expect(again.map(worstRank)).toEqual(rows.map(worstRank))
})

test('a sort is that of each row beside each other, ties in the order of the files', () => {
  const by = fc.array(
    fc.record({
      column: fc.constantFrom('context', 'verdict', 'namespace', 'findings', 'profile'),
      descending: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  )
  fc.assert(
    fc.property(by, fc.shuffledSubarray([...rows], { minLength: 0, maxLength: 12 }), (sort, some) => {
      const told = sorted(some, sort)
      const again = sorted(told, sort)
      expect(new Set(told)).toEqual(new Set(some))
      // What is in order stays the very list.
      expect(again).toBe(told)
      for (const [at, row] of told.entries()) {
        const next = told[at + 1]
        if (next === undefined) continue
        const pair = some.filter((one) => one === row || one === next)
        expect(sorted(pair, sort)).toEqual([row, next])
      }
    }),
    { numRuns: 100 },
  )
})
