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

test('words go one after the other, what is no trouble first, and no more than has to', () => {
  expect([...shortened(0, wins)]).toEqual([])
  expect([...shortened(1, wins)]).toEqual(['verified'])
  expect([...shortened(51, wins)]).toEqual(['verified', 'warning'])
  expect([...shortened(200, wins)]).toEqual(['verified', 'warning', 'proven', 'error'])
  expect([...shortened(10_000, wins)]).toEqual([
    'verified',
    'warning',
    'proven',
    'error',
    'broken',
    'mismatch',
  ])
})
