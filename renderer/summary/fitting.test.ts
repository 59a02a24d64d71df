import { expect, test } from 'vitest'
import { shortened } from './fitting'

const wins = new Map([
  ['mismatch', 60],
  ['broken', 45],
  ['proven', 45],
  ['verified', 50],
  ['error', 70],
  ['warning', 80],
])

test('words go one after the other, that of what most contexts are among the last, and no more than has to', () => {
  expect([...shortened(0, wins)]).toEqual([])
  expect([...shortened(1, wins)]).toEqual(['warning'])
  expect([...shortened(81, wins)]).toEqual(['warning', 'error'])
  expect([...shortened(200, wins)]).toEqual(['warning', 'error', 'proven', 'broken'])
  expect([...shortened(10_000, wins)]).toEqual([
    'warning',
    'error',
    'proven',
    'broken',
    'verified',
    'mismatch',
  ])
})
