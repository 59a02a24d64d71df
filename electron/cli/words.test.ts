/** The manner of all texts, held where they are written: those of main and terminal have no room of their own. */
import { expect, test } from 'vitest'
import { productTexts } from '../testing/texts'

const all = productTexts()
const found = (manner: RegExp) => all.filter(([, text]) => manner.test(text))

test('a text names the context or the identity, and no unnamed person does or is anything', () => {
  expect(all.length).toBeGreaterThan(2_000)
  expect(found(/(?:^|[.;:,]\s+)(?:somebody|nobody|anybody|someone|everybody)\b/i)).toEqual([])
  expect(found(/\bnames? (?:nobody|anybody|somebody)\b/i)).toEqual([])
})

test('one word for one thing: clusters are searched for, a finding is fixed, an entry is in a file', () => {
  expect(found(/\blook(?:ed|s)? (?:as|for clusters|with)\b|\blooking (?:as|for)\b/i)).toEqual([])
  expect(found(/\bmend(?:s|ed)?\b/i)).toEqual([])
  expect(found(/\bstands? (?:in|at|on|twice|here|there)\b/i)).toEqual([])
})

test('what something is not is said as in English', () => {
  expect(found(/(?<!\bthere )\bis none\b|(?<!\bthere )\bis no (?!longer\b)/i)).toEqual([])
})
