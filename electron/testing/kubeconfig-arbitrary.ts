/**
 * Kubeconfig files as hostile as they come, for generated tests: dialect traps as names and values, every quoting and
 * block or flow style, odd indentation, comments, anchors, merges, CRLF, BOM, JSON, duplicates, unknown keys, breaks.
 */
import fc from 'fast-check'

/** Words that some YAML reader takes for something else than text, or that need quoting with care. */
export const hostileNames: readonly string[] = [
  ...[
    'y',
    'n',
    'yes',
    'no',
    'on',
    'off',
    'true',
    'false',
    'Yes',
    'NO',
    'On',
    'oFF',
    'True',
    'tRUE',
    'null',
    'Null',
    '~',
    '~x',
  ],
  ...[
    '0',
    '00',
    '007',
    '08',
    '012',
    '0o17',
    '0o18',
    '0x1f',
    '0xg',
    '0b11',
    '0b12',
    '1',
    '-1',
    '+1',
    '1_000',
    '_1',
    '1__',
    '1e3',
  ],
  ...[
    '1E3',
    '1e',
    'e3',
    '1e400',
    '.5',
    '5.',
    '1.5',
    '.',
    '..',
    '.e5',
    '1.2.3',
    '10.0.0.1',
    '0x_1f',
    '1,000',
    '12:30',
    '190:20:30',
  ],
  ...[
    '.inf',
    '-.INF',
    '.nan',
    '.NaN',
    '+.Inf',
    'inf',
    'NaN',
    '2001-01-01',
    '2001-1-1',
    '2001-12-14 21:59:43.10 -5',
    '=',
    '<<',
    '<',
    '>',
  ],
  ...[
    '-',
    '--',
    '---',
    '...',
    '--- x',
    '-x',
    '- x',
    '?',
    '? x',
    '?x',
    ':',
    ': x',
    ':x',
    'a: b',
    'a:',
    'a:b',
    'a :b',
    'a #b',
    'a#b',
    '#a',
  ],
  ...[
    '!x',
    '! 12',
    '! "true"',
    '! ~',
    '!',
    '!!str x',
    '&a',
    '&a b',
    '*a',
    '|',
    '|x',
    '>-',
    '@x',
    '`x',
    '%x',
    '[a]',
    '{a}',
    ']',
    '}',
    ',',
    'a,b',
    '[',
    '{',
    '"',
    "'",
    '""',
  ],
  ...[
    "it's",
    'say "hi"',
    '\\',
    '\\n',
    'C:\\kube',
    'a\\"b',
    '/',
    'a/b',
    '//',
    'a b',
    ' a',
    'a ',
    '  ',
    'a  b',
    '\ta',
    'a\t',
    'a\tb',
    '\t',
  ],
  ...[
    'a\nb',
    '\n',
    'a\n',
    '\na',
    'a\n\nb',
    'a\r\nb',
    '\r',
    'a\u0085b',
    'a\u2028b',
    'a\u2029b',
    '\u0000',
    '\u0007',
    '\u001b[31m',
    '\u007f',
    '\u009f',
  ],
  ...[
    '\ufeff',
    '\ufeffa',
    'a\ufeff',
    '\u00a0',
    '\u200b',
    '\u202e',
    'é',
    'ß',
    '名前',
    '🙂',
    '👩‍🚀',
    'a🙂b',
    '\ufffd',
    '\u{10ffff}',
    '\u0130',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'name',
    'context',
    'users',
    'current-context',
    'kind',
    'Config',
    '',
  ],
  ...[
    'arn:aws:eks:us-west-2:123456789012:cluster/prod',
    'arn:aws-cn:eks:cn-north-1:123456789012:cluster/p',
    'admin@prod',
    'user/role',
    'a=b',
  ],
  ...[
    '-n',
    '--help',
    '--context=x',
    '$HOME',
    '$(id)',
    '`id`',
    '; rm -rf /',
    '&& x',
    '%PATH%',
    '*',
    '?*',
    '../x',
    './x',
    'x'.repeat(300),
  ],
  ...[
    'k8s_prod',
    'PROD',
    'prod.eu',
    'prod:eu',
    'prod: eu',
    'prod #1',
    'prod-01',
    '01-prod',
    '1prod',
    '1_prod',
    '0prod',
    'e1',
    '1e5x',
    'nul',
  ],
]

const ordinary = fc.constantFrom(
  'prod',
  'stage',
  'dev',
  'admin',
  'reader',
  'arn:aws:eks:eu-west-1:123456789012:cluster/prod',
)
const printable = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })

/** A name or value: mostly ordinary, often hostile. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: ordinary, weight: 4 },
  { arbitrary: fc.constantFrom(...hostileNames), weight: 5 },
  { arbitrary: printable, weight: 1 },
)

export interface ArbitraryOptions {
  /** Write some strings as they are, unquoted, also where that makes another thing of them (default true). */
  readonly traps?: boolean
  /** Let a name stand twice in a list (default true). */
  readonly duplicates?: boolean
  /** Mostly as kubectl and aws write: block style, no anchors, LF (default false). */
  readonly block?: boolean
  /** Values of wrong type, bad base64, odd keys (default true). */
  readonly wrong?: boolean
}

type Value = string | Raw | readonly Value[] | Fields
interface Raw {
  readonly raw: string
}
type Fields = readonly (readonly [string, Value])[]
const isRaw = (value: Value): value is Raw => typeof value === 'object' && 'raw' in value
const isFields = (value: readonly Value[] | Fields): value is Fields =>
  value.length > 0 &&
  value.every(
    (item) => Array.isArray(item) && item.length === 2 && typeof item[0] === 'string' && pairMark.has(item),
  )
/** Tells a pair from a list of two strings. */
const pairMark = new WeakSet<object>()
function pair(key: string, value: Value): readonly [string, Value] {
  const made: readonly [string, Value] = [key, value]
  pairMark.add(made)
  return made
}

/** Decisions of style, one after the other, from a generated list: rendering stays a function of the input. */
class Choices {
  private at = 0
  private readonly list: readonly number[]
  private readonly block: boolean
  constructor(list: readonly number[], block: boolean) {
    this.list = list
    this.block = block
  }
  /** A choice of style that only people make. */
  odd(oneIn: number): boolean {
    return this.chance(this.block ? oneIn * 40 : oneIn)
  }
  pick<T>(...options: readonly [T, ...T[]]): T {
    const number = this.list[this.at++ % this.list.length] ?? 0
    return options[number % options.length] ?? options[0]
  }
  chance(oneIn: number): boolean {
    return (this.list[this.at++ % this.list.length] ?? 0) % oneIn === 0
  }
}

/** One kubeconfig text. */
export function kubeconfigText(options: ArbitraryOptions = {}): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.array(fc.tuple(hostileText, hostileText, hostileText), { maxLength: 3 }),
      fc.array(fc.tuple(hostileText, hostileText, hostileText), { maxLength: 3 }),
      fc.array(fc.tuple(hostileText, hostileText, hostileText), { maxLength: 4 }),
      hostileText,
      fc.array(fc.nat({ max: 9_999 }), { minLength: 60, maxLength: 160 }),
    )
    .map(([clusters, users, contexts, current, style]) => {
      const choices = new Choices(style, options.block ?? false)
      const config = build(clusters, users, contexts, current, choices, options)
      return finish(render(config, choices, options), choices)
    })
}

/** Several files that share names: the first that has one wins. */
export function kubeconfigFiles(options: ArbitraryOptions = {}): fc.Arbitrary<readonly string[]> {
  return fc.array(kubeconfigText(options), { minLength: 1, maxLength: 4 })
}

/** A file that something happened to: cut off, a character too many, a line lost, doubled or moved in. */
export const brokenText: fc.Arbitrary<string> = fc
  .tuple(
    kubeconfigText(),
    fc.nat(),
    fc.nat({ max: 8 }),
    fc.constantFrom(...'\t :-#&*!|>\'"%@`[]{},?\n\r\u0001\ufeffx~<'),
  )
  // Cut in the middle of a pair, a string could not be written to a file as it is.
  .map(([text, at, how, mark]) => Buffer.from(breakText(text, at, how, mark)).toString())

function breakText(text: string, at: number, how: number, mark: string): string {
  const place = text.length === 0 ? 0 : at % text.length
  const lines = text.split('\n')
  const line = at % lines.length
  switch (how) {
    case 0:
      return text.slice(0, place)
    case 1:
    case 2:
      return text.slice(0, place) + mark + text.slice(place)
    case 3:
      return text.slice(0, place) + text.slice(place + 1)
    case 4:
      return lines.filter((_, index) => index !== line).join('\n')
    case 5:
      return lines.flatMap((each, index) => (index === line ? [each, each] : [each])).join('\n')
    case 6:
      return lines.map((each, index) => (index === line ? ` ${each}` : each)).join('\n')
    case 7:
      return lines.map((each, index) => (index === line ? each.slice(1) : each)).join('\n')
    default:
      return text.replace(/: /, `: ${mark}`)
  }
}

type Triple = readonly [string, string, string]

function build(
  clusters: readonly Triple[],
  users: readonly Triple[],
  contexts: readonly Triple[],
  current: string,
  choices: Choices,
  options: ArbitraryOptions,
): Fields {
  const wrong = options.wrong ?? true
  const twice = (options.duplicates ?? true) && choices.chance(6)
  const entry = (name: string, key: string, fields: Fields): Fields =>
    choices.pick<Fields>([pair('name', name), pair(key, fields)], [pair(key, fields), pair('name', name)])
  const top: (readonly [string, Value])[] = [
    pair('apiVersion', wrong && choices.chance(60) ? 'v2' : 'v1'),
    pair('kind', wrong && choices.chance(60) ? 'Pod' : 'Config'),
    pair('current-context', current),
    pair('preferences', choices.pick<Value>({ raw: '{}' }, { raw: '' }, [pair('colors', { raw: 'yes' })])),
    pair(
      'clusters',
      unique(clusters, twice).map(([name, a, b]) =>
        entry(name, 'cluster', clusterFields(a, b, choices, wrong)),
      ),
    ),
    pair(
      'users',
      unique(users, twice).map(([name, a, b]) => entry(name, 'user', userFields(a, b, choices, wrong))),
    ),
    pair(
      'contexts',
      unique(contexts, twice).map(([name, a, b]) =>
        entry(name, 'context', contextFields(a, b, choices, wrong)),
      ),
    ),
  ]
  if (choices.chance(4))
    top.push(pair('x-note', [pair('owner', current), pair('list', [current, { raw: '12' }])]))
  return choices.chance(3) ? top.reverse() : top
}

function unique(entries: readonly Triple[], keepDuplicates: boolean): readonly Triple[] {
  if (keepDuplicates) return entries
  const seen = new Set<string>()
  return entries.filter(([name]) => {
    const fresh = !seen.has(name)
    seen.add(name)
    return fresh
  })
}

function clusterFields(a: string, b: string, choices: Choices, wrong: boolean): Fields {
  const fields = [pair('server', choices.pick(`https://${a.length}.example:443`, a))]
  if (choices.chance(2)) {
    const bad = wrong && choices.chance(12)
    fields.push(pair('certificate-authority-data', bad ? 'not base64!' : Buffer.from(b).toString('base64')))
  }
  if (choices.chance(4))
    fields.push(
      pair('insecure-skip-tls-verify', {
        raw: wrong && choices.chance(9) ? '1' : choices.pick('true', 'no', 'Off', ''),
      }),
    )
  if (choices.chance(4)) fields.push(pair('tls-server-name', b))
  if (choices.chance(5)) fields.push(pair('x-unknown', [pair('deep', [a, b])]))
  if (choices.chance(5))
    fields.push(pair('extensions', [[pair('name', b), pair('extension', [pair('provider', a)])]]))
  return fields
}

function userFields(a: string, b: string, choices: Choices, wrong: boolean): Fields {
  if (choices.chance(4)) return [pair('token', a), pair('username', b)]
  if (choices.chance(6))
    return [pair('as', a), pair('as-groups', [a, b]), pair('as-user-extra', [pair(b === '' ? 'k' : b, [a])])]
  const exec = [
    pair('apiVersion', 'client.authentication.k8s.io/v1beta1'),
    pair('command', 'aws'),
    pair('args', ['--region', 'us-west-2', 'eks', 'get-token', '--cluster-name', a, b]),
  ]
  if (choices.chance(2)) exec.push(pair('env', [[pair('name', 'AWS_PROFILE'), pair('value', b)]]))
  if (choices.chance(4))
    exec.push(pair('provideClusterInfo', { raw: wrong && choices.chance(9) ? 'maybe' : 'false' }))
  if (choices.chance(5)) exec.push(pair('installHint', 'first line\n  second: line\n'))
  return [pair('exec', exec)]
}

function contextFields(a: string, b: string, choices: Choices, wrong: boolean): Fields {
  const fields = [pair('cluster', a), pair('user', b)]
  if (choices.chance(2)) fields.push(pair('namespace', wrong && choices.chance(15) ? { raw: '[x]' } : a))
  return choices.chance(4) ? fields.reverse() : fields
}

function render(config: Fields, choices: Choices, options: ArbitraryOptions): string {
  if (choices.odd(12)) return `${JSON.stringify(asJson(config), null, choices.pick(0, 2))}\n`
  const lines: string[] = []
  if (choices.chance(4)) lines.push('# a comment on top')
  if (choices.odd(9)) lines.push('---')
  const out = new Writer(choices, options)
  out.fields(config, 0, lines)
  if (choices.odd(8)) lines.push(choices.pick('...', '---', '...\nx: ['))
  return `${lines.join('\n')}\n`
}

function asJson(value: Value): unknown {
  if (typeof value === 'string') return value
  if (isRaw(value))
    return value.raw === ''
      ? null
      : value.raw === 'yes' || value.raw === 'true'
        ? true
        : value.raw === '{}'
          ? {}
          : false
  if (isFields(value)) return Object.fromEntries(value.map(([key, inner]) => [key, asJson(inner)]))
  return value.map(asJson)
}

class Writer {
  private anchors = 0
  private readonly choices: Choices
  private readonly options: ArbitraryOptions
  constructor(choices: Choices, options: ArbitraryOptions) {
    this.choices = choices
    this.options = options
  }

  fields(fields: Fields, indent: number, lines: string[], lead = ' '.repeat(indent)): void {
    let start = lead
    for (const [key, value] of fields) {
      if (this.choices.chance(14)) {
        if (start === ' '.repeat(indent))
          lines.push(this.choices.pick('', '# note', `${start}# note: [`, '  '))
      }
      this.value(`${start}${this.key(key)}:`, value, indent, lines)
      start = ' '.repeat(indent)
    }
  }

  private value(head: string, value: Value, indent: number, lines: string[]): void {
    if (typeof value === 'string') {
      this.text(head, value, indent, lines)
      return
    }
    if (isRaw(value)) {
      lines.push(`${head} ${value.raw}`)
      return
    }
    if (value.length === 0) {
      lines.push(`${head}${this.choices.pick(' []', '', ' null')}`)
      return
    }
    if (this.choices.odd(7)) {
      lines.push(`${head} ${this.flow(value)}`)
      return
    }
    if (isFields(value)) {
      lines.push(head + this.anchor())
      this.fields(value, indent + this.choices.pick(2, 4, 1), lines)
      return
    }
    lines.push(head + this.comment())
    const at = indent + this.choices.pick(0, 0, 2, 4)
    for (const item of value) this.item(item, at, lines)
  }

  private item(item: Value, at: number, lines: string[]): void {
    const dash = `${' '.repeat(at)}-`
    if (typeof item === 'string') this.text(dash, item, at, lines)
    else if (isRaw(item)) lines.push(`${dash} ${item.raw}`)
    else if (!isFields(item) || this.choices.odd(6)) lines.push(`${dash} ${this.flow(item)}`)
    else if (this.choices.odd(9)) {
      lines.push(dash)
      this.fields(item, at + 2, lines)
    } else {
      const gap = this.choices.odd(4) ? 3 : 1
      this.fields(item, at + 1 + gap, lines, dash + ' '.repeat(gap))
    }
  }

  private key(key: string): string {
    if (/^[a-z][A-Za-z-]*$/.test(key) && !this.choices.odd(12)) return key
    return this.choices.chance(2) && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(key)
      ? single(key)
      : double(key)
  }

  private anchor(): string {
    return this.choices.odd(9) ? ` &a${this.anchors++}` : this.comment()
  }

  private comment(): string {
    return this.choices.odd(3) ? '   # why' : ''
  }

  private text(head: string, text: string, indent: number, lines: string[]): void {
    if (this.anchors > 0 && this.choices.chance(25)) {
      lines.push(`${head} *a${this.anchors - 1}`)
      return
    }
    if (this.choices.chance(12) && /^[ -~]+(?:\n[ -~]+)*\n?$/.test(text) && !/^[ \n]|\n /.test(text)) {
      lines.push(
        `${head} ${this.choices.pick('|', '>', '|+')}${text.endsWith('\n') ? '' : '-'}`.replace('|+-', '|-'),
      )
      for (const line of text.replace(/\n$/, '').split('\n')) lines.push(' '.repeat(indent + 3) + line)
      return
    }
    lines.push(`${head} ${this.scalar(text, false)}${this.comment()}`)
  }

  private scalar(text: string, flow: boolean): string {
    const trap = (this.options.traps ?? true) && this.choices.chance(flow ? 40 : 14)
    if (trap && !/[\n\r]/.test(text)) return text
    if (
      /^[A-Za-z][\w./@-]*$/.test(text) &&
      !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text) &&
      !this.choices.chance(5)
    )
      return text
    const singular = !/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/.test(text)
    return singular && this.choices.chance(2) ? single(text) : double(text)
  }

  private flow(value: Value): string {
    if (typeof value === 'string') return this.scalar(value, true)
    if (isRaw(value)) return value.raw === '' ? '~' : value.raw
    const comma = this.choices.pick(', ', ',', ' , ', ',\n          ')
    if (!isFields(value)) return `[${value.map((item) => this.flow(item)).join(comma)}]`
    return `{${value.map(([key, inner]) => `${this.key(key)}: ${this.flow(inner)}`).join(comma)}}`
  }
}

function finish(text: string, choices: Choices): string {
  let done = text
  if (choices.odd(9)) done = done.replaceAll('\n', '\r\n')
  if (choices.odd(10)) done = `\ufeff${done}`
  if (choices.chance(10)) done = done.replace(/[\r\n]+$/, '')
  return done
}

function single(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Double quotes with the escapes that every YAML reader knows. */
function double(text: string): string {
  const escaped = [...text].map((letter) => {
    const point = letter.codePointAt(0) ?? 0
    if (letter === '"' || letter === '\\') return `\\${letter}`
    if (letter === '\n') return '\\n'
    if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return `\\x${point.toString(16).padStart(2, '0')}`
    if (point === 0x2028 || point === 0x2029 || point === 0xfeff || point >= 0xfff0) {
      return point > 0xffff
        ? `\\U${point.toString(16).padStart(8, '0')}`
        : `\\u${point.toString(16).padStart(4, '0')}`
    }
    return letter
  })
  return `"${escaped.join('')}"`
}
