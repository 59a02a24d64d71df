import { expect, test } from 'vitest'
import { parseArguments, splitCommand, UsageError } from './arguments'
import { json, sentence, table, widthOf } from './output'

test('columns stand under each other also with wide and combining characters', () => {
  const text = table(
    ['NAME', 'X'],
    [
      ['plain', '1'],
      ['平成', '2'],
      ['e\u0301', '3'],
    ],
  )
  expect(text).toBe('NAME    X\nplain   1\n平成    2\ne\u0301       3\n')
  expect(widthOf('平成a')).toBe(5)
})

test('a cell or a sentence never carries a control or bidirectional character to the terminal', () => {
  const hostile = 'a\u001b]0;title\u0007\u202eb\nc\r'
  const hidden = /[\u0000-\u0009\u000b-\u001f\u202e]/
  expect(table(['X'], [[hostile]])).not.toMatch(hidden)
  expect(table(['X'], [[hostile]]).split('\n')).toHaveLength(3)
  expect(sentence(hostile, hostile)).not.toMatch(hidden)
  expect(sentence(hostile).match(/\n/g)).toHaveLength(1)
})

test('JSON says every character, and writes none that a terminal would obey', () => {
  const hostile = 'a\u001b[31m\u009b1m\u202e\u200b\u2028\ufeff\u{e0041}\u007fz\n'
  const written = json({ [hostile]: [hostile] })
  expect(JSON.parse(written)).toEqual({ [hostile]: [hostile] })
  expect(written).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\u2028\u200b]/u)
  expect(json({ a: 'é 平' })).toBe('{\n  "a": "é 平"\n}\n')
})

test('the command is the first argument that is no option and no value of a global one', () => {
  expect(splitCommand(['--json', '--kubeconfig', 'list', 'whoami', '--', '-x'])).toEqual({
    name: 'whoami',
    rest: ['--json', '--kubeconfig', 'list', '--', '-x'],
  })
  expect(splitCommand(['--environment=clean', 'list']).name).toBe('list')
  expect(splitCommand(['--', 'list']).name).toBeNull()
  expect(splitCommand([]).name).toBeNull()
})

test('after -- every argument is a name, and how many came before it is known', () => {
  const args = parseArguments(['a', '--json', '--', '--b', '-c'], {})
  expect(args.positionals).toEqual(['a', '--b', '-c'])
  expect(args.beforeEnd).toBe(1)
  expect(args.globals.json).toBe(true)
})

test('an unknown option is named in one sentence', () => {
  expect(() => parseArguments(['--wrong'], {})).toThrow(UsageError)
  expect(() => parseArguments(['--wrong'], {})).toThrow(
    'unknown option “--wrong”; a name that begins with - goes after --: -- --wrong',
  )
  expect(() => parseArguments(['--kubeconfig'], {})).toThrow(/^--kubeconfig takes a value$/)
})
