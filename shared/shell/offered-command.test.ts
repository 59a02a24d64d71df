import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyCharacter } from '../testing/characters'
import { evalOf, offerOn, option, partsOf, shownWord, type Word } from './offered-command'

const line = (...words: Word[]) => offerOn('linux', 'ekscope', words).command
const text = (...words: Word[]) => offerOn('linux', 'ekscope', words).text

test('a word of letters, digits and _ . / : - stands as it is, every other in single quotes', () => {
  expect(line('use', 'arn:aws:eks:eu-west-1:111122223333:cluster/prod_1')).toBe(
    'ekscope use arn:aws:eks:eu-west-1:111122223333:cluster/prod_1',
  )
  expect(line('use', 'a b; touch x #')).toBe("ekscope use 'a b; touch x #'")
  expect(line('use', 'größe')).toBe("ekscope use 'größe'")
  // nushell takes three points for two folders up.
  expect(line('use', 'a/.../b')).toBe("ekscope use 'a/.../b'")
})

test('what would be an option stands behind -- and behind all options, or in one word with its own', () => {
  expect(line('use', '-x')).toBe("ekscope use -- '-x'")
  expect(line('expect', '-x', option('--proven'), 'y')).toBe("ekscope expect --proven -- '-x' y")
  expect(line('login', option('--profile', '-x'))).toBe("ekscope login '--profile=-x'")
})

test('a name that shells read apart is in no command, and the text says why', () => {
  for (const name of [
    "it's",
    'a"b',
    'a`b',
    'a\\',
    'a!b',
    '$a',
    '%a%',
    'a^b',
    'a\nb',
    'a\u202eb',
    '‘',
    '‚a',
    '“a',
    '＂',
    '',
    'a\u00a0b',
  ])
    expect([name, line('use', name)]).toEqual([name, null])
  expect(text('use', "x'y")).toBe(
    "ekscope use (not offered as a command: not every shell reads “x'y” as one word)",
  )
  expect(text('x', option('--p', 'a`b'))).toBe(
    'ekscope x (not offered as a command: not every shell reads “a⟨U+0060⟩b” as one word)',
  )
  expect(text('use', `${'x'.repeat(200)}'`)).toContain(`“${'x'.repeat(60)}…”`)
  expect(evalOf(offerOn('linux', 'ekscope', ['env', "x'y"]))).toBe(text('env', "x'y"))
})

test('a program whose path needs quotes is not offered: in quotes it is a text to some shells', () => {
  expect(offerOn('linux', '/opt/my tools/aws', ['sso', 'login']).text).toBe(
    'aws sso login (not offered as a command: not every shell reads “/opt/my tools/aws” as one word)',
  )
  expect(offerOn('linux', '/opt/aws', ['sso', 'login']).command).toBe('/opt/aws sso login')
})

test('on Windows only plain words are offered: its shells do not agree on single quotes', () => {
  expect(offerOn('win32', 'ekscope', ['use', 'prod']).command).toBe('ekscope use prod')
  expect(offerOn('win32', 'ekscope', ['use', 'a b'])).toEqual({
    command: null,
    text: 'ekscope use (not offered as a command: on Windows not every shell reads “a b” as one word)',
  })
})

test('whatever the names are: a line is made of plain and of quoted words, a text never holds a command that is none', () => {
  const name = fc.string({
    unit: fc.oneof(anyCharacter, fc.constantFrom(...`'"\`$!%^\\;-. a`)),
    maxLength: 6,
  })
  const word = fc.oneof(
    name,
    name.map((value) => option('--option', value)),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (words) => {
      const { command, text } = offerOn('linux', 'aws', words)
      if (command === null) expect(text).not.toContain('`')
      else {
        expect(text).toBe(`\`${command}\``)
        expect(command).toMatch(
          /^aws(?: (?:-{0,2}[\w./:-]*|'[^'"`\\!$%^\p{Cc}\p{Cf}\p{Quotation_Mark}]+'))*$/u,
        )
      }
    }),
    { numRuns: 1_000 },
  )
})

test('a sentence is taken apart into what is said and what can be copied; a name in quotes is said', () => {
  expect(partsOf("Run `aws sso login --profile 'a b'`.")).toEqual([
    { kind: 'words', text: 'Run ' },
    { kind: 'command', text: "aws sso login --profile 'a b'" },
    { kind: 'words', text: '.' },
  ])
  expect(partsOf('Add `interactiveMode: IfAvailable`')[1]?.kind).toBe('word')
  // Somebody forgot to write it as a name.
  const hostile = 'The hint of “x `aws configure set y`” and `aws x; touch y`.'
  expect(partsOf(hostile)).toEqual([
    { kind: 'words', text: 'The hint of “x `aws configure set y`” and ' },
    { kind: 'word', text: 'aws x; touch y' },
    { kind: 'words', text: '.' },
  ])
})

test('a word that is shown and not offered is the one writing, or a name', () => {
  expect(['a', 'a b', "it's"].map((word) => shownWord('linux', word))).toEqual(['a', "'a b'", "“it's”"])
})
