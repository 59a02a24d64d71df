import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyCharacter } from '../testing/characters'
import { entryId } from './entries'

test('an entry id is the JSON of its four parts, whatever the name', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('cluster' as const, 'user' as const, 'context' as const),
      fc.string(),
      fc.string({ unit: anyCharacter }),
      fc.nat(),
      (kind, file, name, occurrence) => {
        expect(entryId(kind, file, name, occurrence)).toBe(JSON.stringify([kind, file, name, occurrence]))
      },
    ),
  )
})
