import { expect, test } from 'vitest'
import { toldApart } from './account-names'

test('accounts of one name say their numbers, each of them, and nobody else does', () => {
  expect([
    ...toldApart([
      ['111122223333', 'payments'],
      ['222233334444', 'Payments'],
      ['333344445555', 'sandbox'],
    ]),
  ]).toEqual([
    ['111122223333', 'payments (111122223333)'],
    ['222233334444', 'Payments (222233334444)'],
    ['333344445555', 'sandbox'],
  ])
  // Said already: nothing is said twice.
  const once = toldApart([
    ['1', 'a'],
    ['2', 'a'],
  ])
  expect(toldApart(once)).toEqual(once)
})
