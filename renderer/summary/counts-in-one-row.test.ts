import { expect, test } from 'vitest'
import { leftOut } from './counts-in-one-row'

const widths = new Map([
  ['mismatch', 90],
  ['broken', 70],
  ['proven', 70],
  ['verified', 80],
  ['error', 110],
  ['warning', 120],
])

test('counts go whole, one after the other, and no more than has to; the button with the rest fits, too', () => {
  const left = (room: number) => [...leftOut(room, widths, 50)]
  expect(left(540)).toEqual([])
  expect(left(539)).toEqual(['warning'])
  expect(left(470)).toEqual(['warning'])
  expect(left(469)).toEqual(['warning', 'proven'])
  expect(left(220)).toEqual(['warning', 'proven', 'error', 'broken'])
  expect(left(0)).toHaveLength(6)
})
