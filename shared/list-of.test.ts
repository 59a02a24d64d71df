import * as v from 'valibot'
import { expect, test } from 'vitest'
import { listOf } from './list-of'

test('a list is counted before any of what is in it is looked at', () => {
  let looked = 0
  const item = v.pipe(
    v.unknown(),
    v.check(() => {
      looked++
      return true
    }),
  )
  const takes = (length: number) => v.safeParse(listOf(item, 3, 1), new Array(length).fill('x')).success
  expect([takes(0), takes(4), takes(1_000_000), looked]).toEqual([false, false, false, 0])
  expect([takes(1), takes(3), looked]).toEqual([true, true, 4])
})
