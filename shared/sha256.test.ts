import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sha256 } from './sha256'
import { anyCharacter } from './testing/characters'

test('it is what node’s own is, of every length and character', () => {
  const text = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 200 }),
    fc.nat(200).map((length) => 'a'.repeat(length)),
    fc.constantFrom('', '\ud800x'),
  )
  fc.assert(
    fc.property(text, (of) => {
      expect(sha256(of)).toBe(createHash('sha256').update(of, 'utf8').digest('hex'))
    }),
    { numRuns: 300 },
  )
})
