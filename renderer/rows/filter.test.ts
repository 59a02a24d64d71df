import { expect, test } from 'vitest'
import { fleetRows } from '../testing/rows'
import { fits, parseFilter, suggest, valueCounts } from './filter'

const rows = fleetRows()
const found = (query: string, from = rows) =>
  from.filter((row) => fits(row, parseFilter(query))).map((row) => row.name)

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

test('verdicts are found by their words and by their ids', () => {
  expect(found('verdict:"sign-in needed"')).toEqual(['lake-spark', 'lake-notebooks'])
  expect(found('verdict:login-needed')).toEqual(['lake-spark', 'lake-notebooks'])
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

test('suggestions complete a column, then its values', () => {
  expect(suggest('acc', rows, 5).map((one) => one.query)).toEqual(['account:'])
  expect(suggest('prod verdict:mis', rows, 5).map((one) => one.query)).toEqual(['prod verdict:mismatch '])
  expect(suggest('-region:cn', rows, 5).map((one) => one.query)).toEqual(['-region:cn-north-1 '])
})

test('the values of a column come with how many rows have each, the most frequent first, and each query finds them', () => {
  for (const id of ['verdict', 'cluster', 'profile', 'region', 'account', 'file']) {
    const values = valueCounts(id, rows, 50)
    expect([id, values.length]).not.toEqual([id, 0])
    const counts = values.map(({ count }) => count)
    expect(counts).toEqual([...counts].sort((one, other) => other - one))
    for (const { query, count } of values) {
      const found = rows.filter((row) => fits(row, parseFilter(query))).length
      // A value may be part of another one: then its filter finds those, too.
      expect([query, found]).toEqual([query, Math.max(found, count)])
      expect(found).toBeGreaterThan(0)
    }
  }
  expect(valueCounts('checked', rows, 5)).toEqual([])
})
