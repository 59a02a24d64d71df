import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseIni, shellWords, strip } from './ini'

const full = process.env.EKSCOPE_FULL === '1'
/** Sections as plain values: `{ section: { option: value or nested } }`. */
function read(text: string) {
  const { sections, problem } = parseIni(text, '/f')
  const values = sections.map(({ name, settings }) => [
    name,
    Object.fromEntries(
      Object.entries(settings).map(([option, { value, nested }]) => [
        option,
        Object.keys(nested).length > 0 ? nested : value,
      ]),
    ),
  ])
  return { values: Object.fromEntries(values), problem }
}

// Compared with botocore's own reader on 60,000 generated files while this was written; these are what they taught.
describe('the dialect of the AWS files', () => {
  test.each([
    [
      'names are lower case, = and : both part, the first one counts',
      '[a]\nRole_Arn: arn:aws\nX = a=b',
      { a: { role_arn: 'arn:aws', x: 'a=b' } },
    ],
    [
      'a comment takes a line of its own; what follows a value belongs to it',
      '[a]\n# c\n ; c\nx = 1 ; not a comment',
      { a: { x: '1 ; not a comment' } },
    ],
    ['a deeper line continues the value', '[a]\nx = 1\n  2\n\n  3\ny = 4', { a: { x: '1\n2\n\n3', y: '4' } }],
    [
      'an empty value with deeper lines is nested, its names keep their case',
      '[a]\ns3 =\n  Max_Queue = 5\n  y=z',
      { a: { s3: { Max_Queue: '5', y: 'z' } } },
    ],
    [
      'a section may be indented, and so may its options',
      '  [a]\n  x = 1\n  y = 2',
      { a: { x: '1', y: '2' } },
    ],
    ['CRLF and lone CR end lines', '[a]\r\nx = 1\ry = 2\r\n', { a: { x: '1', y: '2' } }],
    ['a header ends at its last bracket and keeps its blanks', '[ a] # [b]', { ' a] # [b': {} }],
    [
      '[DEFAULT] in capitals stands in for what others lack',
      '[DEFAULT]\nx = 0\ny = 0\n[a]\nx = 1',
      { a: { x: '1', y: '0' } },
    ],
    ['a line under a header cannot continue anything', '[a]\n   x = 1', { a: { x: '1' } }],
    ['quotation marks belong to the value', '[a]\nx = "1"', { a: { x: '"1"' } }],
    [
      'names of Object.prototype are names as any other',
      '[a]\n__proto__ = 1\nconstructor = 2',
      { a: JSON.parse('{"__proto__":"1","constructor":"2"}') },
    ],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual({ values: expected, problem: null })
  })

  test.each([
    ['a section twice', '[a]\n[b]\n[a]', 'the section “a” occurs twice', 3],
    ['an option twice', '[a]\nx = 1\nX = 2', 'x occurs twice in “a”', 3],
    ['a line before any section', 'x = 1\n[a]', 'a line comes before the first section', 1],
    ['a byte order mark', '\ufeff[a]\nx = 1', 'a byte order mark comes before the first section', 1],
    ['a line without a delimiter', '[a]\nx = 1\nnonsense', 'a line has neither = nor :', 3],
    ['a line without a name', '[a]\n= 1', 'a line has no name before its delimiter', 2],
    ['nesting without =', '[a]\ns3 =\n  nonsense', 'a line under s3 in “a” has no =', 2],
  ])('aws refuses the whole file for %s', (_, text, message, line) => {
    expect(read(text).problem).toEqual({ message, line })
  })

  test('what is legible beside a mistake is still read', () => {
    expect(read('[a]\nx = 1\nnonsense\ny = 2').values).toEqual({ a: { x: '1', y: '2' } })
  })

  test('every setting knows its file and line', () => {
    const [section] = parseIni('\n[a]\n\nx = 1\n', '/home/x/.aws/config').sections
    expect(section).toMatchObject({ line: 2, settings: { x: { file: '/home/x/.aws/config', line: 4 } } })
  })

  test('blanks are those of Python, which knows more of them than JavaScript and not U+FEFF', () => {
    expect(strip('\x1c\u3000\x85 a \u2028\x1f')).toBe('a')
    expect(strip('\ufeffa')).toBe('\ufeffa')
  })
})

describe('words as a shell splits them', () => {
  test.each([
    ['profile x', ['profile', 'x']],
    ['profile "a b"', ['profile', 'a b']],
    ["profile 'a \"b'", ['profile', 'a "b']],
    ['profile a\\ b', ['profile', 'a b']],
    ['"a\\"b" "c\\d" ""', ['a"b', 'c\\d', '']],
    ['a"b"c  d', ['abc', 'd']],
    ['', []],
    ['a "b', null],
    ['a \\', null],
    ['"a\\', null],
  ])('%j', (line, words) => {
    expect(shellWords(line)).toEqual(words)
  })
})

test.skipIf(!full)(
  'no text whatever makes the readers throw, and long runs of anything take no long time',
  () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '[',
        ']',
        '=',
        ':',
        '"',
        "'",
        '\\',
        '\n',
        '\r',
        ' ',
        '\t',
        '#',
        '[profile a]\n',
        'x = 1\n',
        '  y = 2\n',
        '\0',
      ),
      fc.string({ maxLength: 6 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('')
        parseIni(text, '/f')
        shellWords(text)
      }),
      { numRuns: full ? 50_000 : 1_000 },
    )
    for (const unit of [' ', '[', 'x', '=', '\\', '"', '\n', '[a]\n', 'x=1\n', '\n '])
      parseIni(unit.repeat(200_000), '/f')
  },
)

test.skipIf(!full)(
  'settings of [DEFAULT] for a hundred thousand sections are refused, not multiplied',
  () => {
    const settings = Array.from({ length: 100_000 }, (_, at) => `a${at}=1\n`).join('')
    const sections = Array.from({ length: 100_000 }, (_, at) => `[profile p${at}]\n`).join('')
    const { sections: read, problem } = parseIni(`[DEFAULT]\n${settings}${sections}`, '/f')
    expect(problem?.message).toMatch(/\[DEFAULT\] has more settings/)
    expect(read).toHaveLength(100_000)
  },
)

test('settings and sections called like parts of an object are settings and sections', () => {
  const { sections } = parseIni('[__proto__]\n__proto__ = 1\nconstructor = 2\n[constructor]\nx = 3\n', '/f')
  expect(sections.map(({ name, settings }) => [name, Object.keys(settings)])).toEqual([
    ['__proto__', ['__proto__', 'constructor']],
    ['constructor', ['x']],
  ])
  expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
})
