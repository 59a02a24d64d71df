import { expect, test } from 'vitest'
import { fleetRows, rowNamed } from '../testing/rows'
import { sorted } from './arrange'
import { badges, columnOf, ownFindings } from './columns'
import {
  hasTerm,
  matchesTerms,
  parseFilter,
  rowsForColumnMenu,
  suggest,
  toggledTerm,
  valueCounts,
  withTerm,
} from './filter'
import { fleetOf } from './fleet-summary'
import type { Row } from './rows'

const rows = fleetRows()
const found = (query: string, from = rows) =>
  from.filter((row) => matchesTerms(row, parseFilter(query))).map((row) => row.name)

test('words look everywhere, and all of them must be there', () => {
  expect(found('prod readonly eu-west')).toEqual(['prod-readonly'])
  expect(found('carol')).toContain('prod-readonly')
})

test('column:value looks in one column only', () => {
  expect(found('verdict:mismatch')).toEqual(['prod-readonly'])
  expect(found('proven:carol')).toEqual(['prod-readonly', 'sandbox-7'])
  expect(found('ns:argocd')).toEqual(['platform-tools'])
  expect(found('finding:double-assume')).toEqual(['stage-admin'])
})

test('who may do everything is found by what clusters answered, and each context is in one of three', () => {
  expect(found('admin:yes')).toContain('prod-admin')
  expect(found('admin:yes')).toContain('prod-readonly')
  const all = ['yes', 'no', '""'].flatMap((word) => found(`admin:${word}`))
  expect([...all].sort()).toEqual(rows.map(({ name }) => name).sort())
  const stale = rows.map((row) => ({ ...row, stale: 'changed' as const }))
  expect(found('admin:""', stale).length).toBe(stale.length)
})

test('production is found by what the user marked, and by nothing before', () => {
  expect(found('production:yes')).toEqual([])
  const marked = fleetRows({ production: [{ kind: 'context', pattern: 'prod-u*' }] })
  expect(found('production:yes', marked)).toEqual(['prod-us-admin', 'prod-us-viewer'])
  expect(found('production:no', marked).length).toBe(marked.length - 2)
  expect(sorted(marked, [{ column: 'production', descending: false }])[0]?.production).toBe(true)
})

test('what a badge shows is asked with yes and no, counted above the grid, and sorted by', () => {
  const production = [{ kind: 'context', pattern: 'prod-*' }] as const
  const compared = fleetRows({ compare: 'clean', production })
  const [first, second] = compared
  const expects = { principal: 'arn:aws:iam::111122223333:role/Yes', by: 'file', inFile: null } as const
  const all = compared.map((row) =>
    row === first ? { ...row, expected: expects } : row === second ? { ...row, sharedWith: ['yes'] } : row,
  )
  const { badges: counts } = fleetOf(all, () => false)
  for (const [id, has] of badges) {
    const name = columnOf(id)?.names.at(-1)
    const there = found(`${name}:yes`, all)
    expect([id, there]).toEqual([id, all.filter((row) => has(row) === true).map((row) => row.name)])
    expect([id, there.length]).toEqual([id, counts[id]])
    expect([id, there.length > 0 && there.length < all.length]).toEqual([id, true])
    const no = found(`${name}:no`, all)
    expect([id, no.filter((one) => there.includes(one))]).toEqual([id, []])
    const [most] = sorted(all, [{ column: id, descending: false }])
    expect([id, there.includes(most?.name ?? '')]).toEqual([id, true])
  }
  expect(found('expected:file', all)).toEqual([first?.name])
  expect(found('findings:yes').sort()).toEqual(found('-findings:no').sort())
  expect(found('findings:2')).toEqual(
    rows.filter((row) => ownFindings(row).length === 2).map(({ name }) => name),
  )
})

test('verdicts are found by their words and by their ids', () => {
  expect(found('verdict:"sign-in needed"')).toEqual(['lake-spark', 'lake-notebooks'])
  for (const word of ['login-needed', 'sign-in-needed', 'sign-in-n'])
    expect(found(`verdict:${word}`)).toEqual(['lake-spark', 'lake-notebooks'])
  // They are one: a count that is pressed stays so, however it is said.
  for (const word of ['login-needed', '"sign-in needed"'])
    expect(hasTerm(`verdict:${word}`, 'verdict:sign-in-needed')).toBe(true)
})

test('an account is found as it is written and as it is drawn', () => {
  expect(found('account:1111')).toEqual(found('account:"1111 2222"'))
  expect(found('account:1111').length).toBe(6)
})

test('words find an account by the name that its heading has', () => {
  const named = rows.map((row) => ({
    ...row,
    accountName: row.account === '111122223333' ? 'payments' : null,
  }))
  expect(found('payments', named)).toEqual(found('account:1111'))
})

test('a minus turns a word round', () => {
  expect(found('account:1111 -verdict:verified')).toEqual(['prod-readonly', 'prod-audit'])
})

test('quotes keep spaces, and escape quotes', () => {
  expect(parseFilter('user:"a \\"b\\" c"')[0]?.value).toBe('a "b" c')
})

test('column:"" means that there is nothing', () => {
  expect(found('namespace:"" account:1111')).toEqual([
    'prod-us-admin',
    'prod-us-viewer',
    'prod-audit',
    'prod-admin-copy',
  ])
  expect(found('-namespace:"" account:1111')).toEqual(['prod-admin', 'prod-readonly'])
})

test('a colon after what is no column belongs to what is looked for', () => {
  expect(found('arn:aws:iam::111122223333:user/carol')).toContain('prod-readonly')
})

test('a column without a value filters nothing yet', () => {
  expect(found('verdict:').length).toBe(rows.length)
  expect(found('-').length).toBe(rows.length)
})

test('differs:yes finds what is another in the compared environment', () => {
  const names = found('differs:yes', fleetRows({ compare: 'clean' }))
  expect(names).toContain('prod-readonly')
  expect(names).not.toContain('prod-admin')
})

test('asking again is no other answer: until there is one a context is found by its last verdict, and as being checked', () => {
  const again = fleetRows({ running: rows.map(({ name }) => name) })
  for (const query of [
    'verdict:mismatch',
    'verdict:trouble',
    '-verdict:verified',
    'mismatch',
    'verdict:"login needed"',
  ])
    expect([query, found(query, again)]).toEqual([query, found(query)])
  expect(found('verdict:checking', again)).toHaveLength(rows.length)
})

const queries = (typed: string, limit = 5) => suggest(typed, rows, limit).offered.map((one) => one.query)

test('suggestions complete a column, then its values', () => {
  expect(queries('acc')).toEqual(['account:'])
  expect(queries('prod verdict:mis')).toEqual(['prod verdict:mismatch '])
  expect(queries('-region:cn')).toEqual(['-region:cn-north-1 '])
})

test('a suggested value says how many rows it would find beside what is asked for already, the most frequent first', () => {
  for (const typed of [
    'region:',
    'prod cluster:',
    '-account:',
    'verdict:',
    'has:',
    'acts:',
    'region:eu user:',
  ]) {
    const { offered } = suggest(typed, rows, 50)
    expect([typed, offered.length]).not.toEqual([typed, 0])
    for (const { query, count } of offered)
      expect([query, count]).toEqual([
        query,
        rows.filter((row) => matchesTerms(row, parseFilter(query))).length,
      ])
    const counts = offered.map(({ count }) => count ?? 0)
    // Verdicts stand in an order of their own, and those that find nothing below.
    const order = typed.includes('verdict') ? counts.map((count) => Math.min(count, 1)) : counts
    expect(order).toEqual([...order].sort((one, other) => other - one))
  }
  expect(suggest('region:', rows, 50).offered[0]).toMatchObject({ label: 'eu-west-1', hint: '' })
  // A verdict by the words of the grid.
  const signIn = suggest('verdict:', rows, 50).offered.find(({ label }) => label === 'sign-in-needed')
  expect(signIn?.hint).toBe('You have to sign in first')
  // Before there is a value, nothing is counted.
  expect(suggest('ver', rows, 5).offered[0]?.count).toBeNull()
})

test('of more values than there is room for it is said how many more there are, and typing narrows them', () => {
  const all = suggest('cluster:', rows, 500)
  expect(all.more).toBe(0)
  const some = suggest('cluster:', rows, 3)
  expect([some.offered.length, some.more]).toEqual([3, all.offered.length - 3])
  expect(valueCounts('cluster', rows, 3).more).toBe(all.offered.length - 3)
  expect(suggest(`cluster:${all.offered[4]?.label ?? ''}`.slice(0, -1), rows, 3).more).toBe(0)
})

test('the values of a column come with how many rows each finds, the most frequent first', () => {
  for (const id of ['verdict', 'cluster', 'profile', 'region', 'account', 'file']) {
    const { offered, more } = valueCounts(id, rows, 50)
    expect([id, offered.length, more]).not.toEqual([id, 0, 0])
    const counts = offered.map(({ count }) => count)
    expect(counts).toEqual([...counts].sort((one, other) => other - one))
    for (const { query, count } of offered)
      expect([query, count]).toEqual([
        query,
        rows.filter((row) => matchesTerms(row, parseFilter(query))).length,
      ])
  }
  expect(valueCounts('checked', rows, 5)).toEqual({ offered: [], more: 0 })
})

test('a value that is chosen is asked for beside the other columns, and in place of what was asked of its own', () => {
  const chosen = (query: string, term: string) => withTerm(query, term)
  expect(chosen('', 'verdict:broken ')).toBe('verdict:broken ')
  expect(chosen('account:1111 ', 'verdict:broken ')).toBe('account:1111 verdict:broken ')
  expect(chosen('-is:verified prod  account:1111', 'verdict:broken ')).toBe(
    'prod account:1111 verdict:broken ',
  )
  // What is only begun asks nothing, and a quote without an end would take in what follows.
  expect(chosen('cluster: verdict:', 'verdict:broken ')).toBe('verdict:broken ')
  expect(chosen('user:"a b', 'verdict:broken ')).toBe('user:"a b" verdict:broken ')
  expect(chosen('prod verdict:broken', 'verdict:')).toBe('prod verdict:')
})

test('a value that is chosen again is no longer asked for', () => {
  expect(hasTerm('account:1111 Verdict:broken', 'verdict:broken ')).toBe(true)
  expect(hasTerm('account:1111 -verdict:broken broken', 'verdict:broken ')).toBe(false)
  const once = toggledTerm('account:1111', 'verdict:broken')
  expect(once).toBe('account:1111 verdict:broken ')
  expect(toggledTerm(once, 'verdict:broken')).toBe('account:1111 ')
  expect(toggledTerm('verdict:broken ', 'verdict:broken')).toBe('')
})

test('the values of a column are those beside what is asked of the other columns', () => {
  const query = 'account:1111 verdict:verified'
  const { offered } = valueCounts('verdict', rowsForColumnMenu(query, 'verdict', rows), 50)
  expect(offered.length).toBeGreaterThan(1)
  for (const { query: term, count } of offered) expect(found(withTerm(query, term))).toHaveLength(count)
})

test('while the letters of a value are typed, each of thousands of rows is looked at once', () => {
  const [one] = rows
  if (one === undefined) throw new Error('the fleet is empty')
  let looked = 0
  const many = Array.from({ length: 4_000 }, (_, at) => ({
    ...one,
    entry: {
      ...one.entry,
      get user() {
        looked++
        return `admin-of-${(at * 7919) % 4_000}`
      },
    },
  }))
  suggest('user:a', many, 24)
  const once = looked
  expect(once).toBeGreaterThanOrEqual(many.length)
  expect(once).toBeLessThanOrEqual(3 * many.length)
  for (const typed of ['user:ad', 'user:adm', 'user:admi', 'user:admin']) suggest(typed, many, 24)
  expect(looked).toBe(once)
})

test('a file is asked for as it is shown, not by a folder above the home folder, or by its whole path', () => {
  const row = rowNamed('prod-admin')
  const path = '/tmp/ekscope-demo-a/home/.kube/Legacy'
  const there: Row = {
    ...row,
    file: '~/.kube/Legacy',
    entry: { ...row.entry, origin: { ...row.entry.origin, file: path } },
  }
  const found = (query: string) => matchesTerms(there, parseFilter(query))
  expect(['file:~/.kube/legacy', 'file:legacy', 'file:kube/leg', `file:${path}`].map(found)).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(['file:eks', 'file:home', 'file:/kube/other'].map(found)).toEqual([false, false, false])
})
