import { expect, test } from 'vitest'
import { fromTsv, toTsv } from './tsv'

test('cells are separated by tabs and rows by line feeds', () => {
  expect(
    toTsv([
      ['Context', 'Account'],
      ['prod', '111122223333'],
    ]),
  ).toBe('Context\tAccount\nprod\t111122223333')
})

test('what a spreadsheet would run as a formula is kept a text', () => {
  for (const bad of ['=cmd|calc', '+1', '-1+2', '@SUM(A1)', ' =1', '\uff1d1']) {
    expect(toTsv([[bad]]).replaceAll('"', '')).toBe(`'${bad}`)
  }
  expect(toTsv([['a=b', 'x-y']])).toBe('a=b\tx-y')
})

test('tabs, quotes and line breaks stay inside their cell', () => {
  expect(toTsv([['a\tb', 'c"d', 'e\nf']])).toBe('"a\tb"\t"c""d"\t"e\nf"')
})

test('what was copied comes back the same, guard and quotes included', () => {
  const table = [
    ['Context', 'a\tb', ''],
    ['=cmd|calc', 'c"d', "it's"],
    ['x', 'e\nf', '-1'],
  ]
  expect(fromTsv(toTsv(table))).toEqual(table)
})

test('a spreadsheet ends its lines as Windows does and with one more', () => {
  expect(fromTsv('a\tb\r\nc\td\r\n')).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
  expect(fromTsv('one')).toEqual([['one']])
  expect(fromTsv('')).toEqual([])
})
