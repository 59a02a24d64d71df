/** The two forms in which equality is asked for are one rule; kubectl judges it in equivalence.oracle.test.ts. */
import '../testing/seed'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { entryPair } from '../testing/entry-pairs'
import { isUnchanged, meaning, meaningKey, sameMeaning } from './equivalence'

const runs = process.env.EKSCOPE_FULL === '1' ? 20_000 : 300
const file = '/home/me/.kube/config'

test('two values mean the same exactly when their keys are the same', () => {
  const tally = { same: 0, other: 0 }
  fc.assert(
    fc.property(entryPair, ({ kind, one, other }) => {
      const same = sameMeaning(kind, one, other)
      tally[same ? 'same' : 'other']++
      expect(meaningKey(kind, one) === meaningKey(kind, other)).toBe(same)
      expect(sameMeaning(kind, other, one)).toBe(same)
      expect(sameMeaning(kind, one, other, file)).toBe(same)
      expect(isUnchanged(kind, one, other, file)).toBe(same)
      expect(sameMeaning(kind, one, meaning(kind, one))).toBe(true)
      expect(sameMeaning(kind, one, { ...other, 'x-unknown': 1 })).toBe(false)
      expect(isUnchanged(kind, { ...one, 'x-unknown': 1 }, other, file)).toBe(same)
    }),
    { numRuns: runs },
  )
  expect(Math.min(tally.same, tally.other)).toBeGreaterThan(runs / 10)
})
