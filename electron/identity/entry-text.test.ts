import fc from 'fast-check'
import { expect, test } from 'vitest'
import { asWritten } from './entry-text'

/** The same said by JSON.stringify, slowly: kept checks have fingerprints of its texts. */
function judge(entry: object): string {
  return JSON.stringify({ ...entry, name: null }, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    const v1 = pairs.some(([key, one]) => key === 'apiVersion' && one === 'client.authentication.k8s.io/v1')
    const usual = (key: string, one: unknown) => key === 'interactiveMode' && one === 'IfAvailable' && !v1
    return Object.fromEntries(pairs.map(([key, one]) => [key, usual(key, one) ? null : one]))
  })
}

const key = fc.oneof(
  fc.constantFrom(
    'name',
    'apiVersion',
    'interactiveMode',
    'server',
    '10',
    '9',
    '007',
    'a\nb',
    '__proto__',
    'é',
  ),
  fc.string({ maxLength: 4 }),
)
const leaf = fc.oneof(
  fc.constantFrom(
    'IfAvailable',
    'client.authentication.k8s.io/v1',
    'client.authentication.k8s.io/v1beta1',
    undefined,
  ),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)
const { entry } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 4 }), tie('entry')),
  entry: fc.dictionary(key, tie('value'), { maxKeys: 6 }),
}))

test('an entry is written as it always was, so that fingerprints of checks stay what they are', () => {
  fc.assert(
    fc.property(entry, (one) => {
      expect(asWritten(Object(one))).toBe(judge(Object(one)))
    }),
    { numRuns: 400 },
  )
})

test('what an entry is called, and the order of its keys, is none of it', () => {
  expect(asWritten({ name: 'a', server: 's', proxyUrl: null })).toBe(
    asWritten({ proxyUrl: null, server: 's', name: 'b' }),
  )
  expect(asWritten({ server: 's' })).not.toBe(asWritten({ server: 't' }))
})
