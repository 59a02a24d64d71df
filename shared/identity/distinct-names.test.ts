import fc from 'fast-check'
import { expect, test } from 'vitest'
import { full } from '../testing/counts'
import { distinctText, fitted, nameAlone, tellApart, withoutRest } from './distinct-names'

const arn = (region: string, account: string, cluster: string) =>
  `arn:aws:eks:${region}:${account}:cluster/${cluster}`
const shown = (names: readonly string[], said?: readonly string[]) => {
  const tell = tellApart(names)
  return names.map((name) => distinctText(tell(name, said)))
}
const atMost = (letters: number) => (text: string) => text.length <= letters

test('what all begin or end with is hidden, and never a word in which they differ', () => {
  expect(shown(['acme-platform-web-eu', 'acme-platform-api-eu', 'acme-platform-web-us'])).toEqual([
    '…-web-eu',
    '…-api-eu',
    '…-web-us',
  ])
  expect(shown(['core-a-euw1-111122223333', 'core-b-use1-111122223333'])).toEqual([
    'core-a-euw1-…',
    'core-b-use1-…',
  ])
  // Within a word nothing is hidden, and little is not worth it.
  expect(shown(['production', 'productive'])).toEqual(['production', 'productive'])
  expect(shown(['prod-a', 'prod-b'])).toEqual(['prod-a', 'prod-b'])
  expect(shown(['payments-prod', 'payments-prod-admin'])).toEqual(['…-prod', '…-prod-admin'])
})

test('a heading says its part for the names below it', () => {
  expect(
    shown(['payments-prod-web-us-east-1', 'prod-payments-prod'], ['payments-prod', 'us-east-1']),
  ).toEqual(['…-web-…', 'prod-…'])
})

test('an ARN is shown by its end, with what tells it from others that end alike', () => {
  const names = [
    arn('eu-west-1', '111122223333', 'web'),
    arn('us-east-1', '111122223333', 'web'),
    arn('eu-west-1', '111122223333', 'api'),
  ]
  expect(shown(names)).toEqual(['…/web eu-west-1', '…/web us-east-1', '…/api'])
  expect(distinctText(nameAlone(names[2] ?? ''))).toBe('…/api eu-west-1 111122223333')
  // One that is called as another is shown.
  expect(shown([...names.slice(2), '…/api'])).toEqual([names[2], '…/api'])
})

test('where there is no room the part goes that others have too', () => {
  const tell = tellApart(['pay-prod-web-us-east-1', 'pay-prod-api-us-east-1', 'edge-prod-api-us-west-2'])
  expect(fitted(tell('pay-prod-web-us-east-1'), atMost(16))).toBe('pay-prod-web-us…')
  expect(fitted(tell('edge-prod-api-us-west-2'), atMost(8))).toBe('edge-pr…')
  const ends = tellApart(['111122223333-web-a', '111122223333-web-b', '444455556666-web'])
  expect(fitted(ends('111122223333-web-a'), atMost(8))).toBe('111122…a')
})

const word = fc.constantFrom(
  'prod',
  'payments',
  'web',
  'eu',
  'a',
  '1',
  'us-west-2',
  '🚀',
  'é',
  '\u202e',
  'x y',
)
const name = fc.oneof(
  fc
    .tuple(fc.array(word, { minLength: 1, maxLength: 6 }), fc.constantFrom('-', '/', '.', ''))
    .map(([words, by]) => words.join(by)),
  fc
    .tuple(
      fc.constantFrom('eu-west-1', 'us-east-1'),
      fc.constantFrom('111122223333', '444455556666'),
      fc.constantFrom('web', 'web-2', 'api'),
    )
    .map((parts) => arn(...parts)),
)

test('no two names are shown alike, however little room there is', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(name, { minLength: 1, maxLength: 30 }),
      fc.constantFrom('', 'acme-platform-', 'x-'),
      fc.integer({ min: 0, max: 40 }),
      (made, before, room) => {
        const names = [...new Set(made.map((one) => (one.startsWith('arn:') ? one : `${before}${one}`)))]
        const tell = tellApart(names)
        for (const of of [
          distinctText,
          withoutRest,
          (told: ReturnType<typeof tell>) => [fitted(told, atMost(room)), ...told.where].join(' '),
        ])
          expect(new Set(names.map((one) => of(tell(one)))).size).toBe(names.length)
      },
    ),
    { numRuns: full ? 20_000 : 500 },
  )
})
