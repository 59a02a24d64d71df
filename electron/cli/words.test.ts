/** The manner of all texts, held where they are written: those of main and terminal have no room of their own. */
import { expect, test } from 'vitest'
import { productSources, productTexts } from '../testing/texts'

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

test('a name is put into a text by the functions that set it apart', () => {
  // `lineName` writes records, which programs read again; keys and thrown errors are no text for a user.
  const own =
    /^(?:shared\/edits\/|shared\/profiles\/profile-edit\.ts|shared\/visible\.ts|electron\/editing\/pending-store\.ts)|\b(?:key|id|roleKey)(?:=\{|: | = )|\bError\(/
  const put =
    /“\$\{|\b(?:profile|context|cluster|user|sso-session|role|program|namespace|source_profile) \$\{(?!verb\.|(?:named|quoted|readable|shown|shortName|few|allNamed)\()/i
  const lines = productSources().flatMap(([file, source]) =>
    source.split('\n').map((line, at) => `${file}:${at + 1}: ${line.trim()}`),
  )
  expect(lines.filter((line) => put.test(line) && !own.test(line))).toEqual([])
  for (const text of ['no profile §{name}', 'context “§{name}”']) expect(text.replace('§', '$')).toMatch(put)
})
