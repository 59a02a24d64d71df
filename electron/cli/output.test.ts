import { expect, test } from 'vitest'
import { json } from '../report/json-text'
import { parseArguments, splitCommand, UsageError } from './arguments'
import { coloured, sentence, showsColours, table, widthOf } from './output'

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

test('a table fits the terminal: of the widest columns most is cut, of a single word both ends stay', () => {
  const rows = [
    [
      'short',
      'arn:aws:eks:eu-north-1:777788889999:cluster/runners',
      'a sentence of many words, one after the other',
    ],
    ['平成平成平成平成平成', 'x', 'y'],
  ]
  for (const columns of [20, 40, 60, 80, 100]) {
    const lines = table(['NAME', 'ARN', 'SAYS'], rows, { columns, colours: false }).trimEnd().split('\n')
    expect(lines.map((line) => widthOf(line) <= columns)).toEqual([true, true, true])
    if (columns < 40) continue
    expect(lines[1]).toMatch(/arn:.*….*ers/)
    expect(lines[1]).toMatch(/a senten.*…$/)
  }
  expect(table(['NAME', 'ARN', 'SAYS'], rows, { columns: 200, colours: false })).toBe(
    table(['NAME', 'ARN', 'SAYS'], rows),
  )
  const wide = [['x'.repeat(30), 'y'.repeat(30), 'z']]
  const narrow = table(['A', 'B', 'C'], wide, { columns: 30, colours: false }, ['C', 'B'])
  expect(narrow).toBe(`A\n${'x'.repeat(30)}\n\nNo room for C, B: \`--json\` shows all.\n`)
  expect(table(['A', 'B', 'C'], wide, { columns: null, colours: false }, ['C', 'B'])).not.toContain('No room')
})

test('colours are on a terminal, unless NO_COLOR; they change no width, and a cell brings none of its own', () => {
  const on = (variables: Record<string, string>, isTerminal = true) => showsColours(variables, isTerminal)
  expect([on({}), on({ NO_COLOR: '' }), on({ NO_COLOR: '1' }), on({ TERM: 'dumb' }), on({}, false)]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  expect([
    on({ FORCE_COLOR: '1' }, false),
    on({ CLICOLOR_FORCE: '1' }, false),
    on({ FORCE_COLOR: '0' }, false),
    on({ FORCE_COLOR: '1', NO_COLOR: '1' }),
  ]).toEqual([true, true, false, false])
  const cell = { text: 'broken\u001b[31m', tone: 'bad' } as const
  const shown = table(['V', 'X'], [[cell, 'x']], { columns: null, colours: true })
  expect(shown).toContain(`\u001b[31mbroken⟨U+001B⟩[31m\u001b[39m   x\n`)
  expect(coloured('x', 'good', false)).toBe('x')
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
