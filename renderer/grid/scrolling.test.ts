import { expect, test } from 'vitest'
import { leftFor } from './scrolling'

const widths = [200, 150, 80, 200, 150, 170, 110]
const at = (where: number, left: number, room: number) => leftFor({ widths, pinned: 1, where, left, room })

test('a column that is cut at the right comes into sight whole, and none is cut by the pinned ones then', () => {
  // Thirty pixels would do: the first column of them would be cut.
  expect(at(6, 0, 1_030)).toBe(150)
  expect(at(5, 0, 940)).toBe(150)
  expect(at(6, 0, 800)).toBe(430)
})

test('a column that is seen moves nothing, one that is covered comes out from below, and pinned ones always are seen', () => {
  expect(at(6, 0, 1_060)).toBe(0)
  expect(at(5, 150, 1_030)).toBe(150)
  expect(at(1, 100, 1_030)).toBe(0)
  expect(at(0, 100, 1_030)).toBe(100)
})

test('of a column with less room than it takes its beginning is seen', () => {
  expect(at(3, 0, 350)).toBe(230)
  expect(at(3, 230, 350)).toBe(230)
})
