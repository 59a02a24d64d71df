import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitsPattern, isProduction, markOf, type ProductionMark } from './production'

const meant = { name: 'pay', region: 'eu-west-1', account: '111122223333', partition: 'aws' }
const entry = { name: 'prod-admin', cluster: 'entry-of-pay' }
const marked = (kind: ProductionMark['kind'], pattern: string) =>
  isProduction([{ kind, pattern }], entry, meant)

test('nothing is production until it is marked: by name, cluster or account, whole or by pattern', () => {
  expect(isProduction([], entry, meant)).toBe(false)
  expect(['prod-admin', 'prod-*', '*', 'prod', 'Prod-*', 'pay'].map((one) => marked('context', one))).toEqual(
    [...[true, true, true, false, false, false]],
  )
  const clusters = [
    'pay',
    'entry-*',
    'arn:aws:eks:*:111122223333:cluster/*',
    'arn:aws:eks:us-*',
    'prod-admin',
  ]
  expect(clusters.map((one) => marked('cluster', one))).toEqual([true, true, true, false, false])
  expect(['111122223333', '1111*', '999900001111'].map((one) => marked('account', one))).toEqual([
    ...[true, true, false],
  ])
  const none = { name: null, region: null, account: null, partition: null }
  expect(isProduction([{ kind: 'account', pattern: '*' }], entry, none)).toBe(false)
  expect(isProduction([{ kind: 'cluster', pattern: 'entry-of-pay' }], entry, null)).toBe(true)
  const [first, second] = [
    { kind: 'account', pattern: '1*' },
    { kind: 'context', pattern: '*' },
  ] as const
  expect(markOf([first, second], { name: 'a', entry: null, meant })).toBe(first)
})

test('a pattern fits as the expression of the same meaning does, and takes no time where that would', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', '\n'), maxLength: 8 })
  fc.assert(
    fc.property(word, word, (pattern, text) => {
      const parts = pattern.split('*').map((part) => part.replaceAll('.', '\\.'))
      expect(fitsPattern(pattern, text)).toBe(new RegExp(`^${parts.join('.*')}$`, 's').test(text))
    }),
  )
  expect(fitsPattern('*a'.repeat(256), `${'a'.repeat(8_000)}b`)).toBe(false)
})
