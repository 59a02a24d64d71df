import { expect, test } from 'vitest'
import { toTsv } from './tsv'

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
