import fc from 'fast-check'
import { expect, test } from 'vitest'
import { counted } from './counted'

test('a count is written as English has it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(2_000), fc.maxSafeNat()), (count) => {
      expect(counted(count)).toBe(count.toLocaleString('en-US'))
    }),
  )
})
