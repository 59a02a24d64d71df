/**
 * The tokens of a YAML text, by the rules of the Go library inside kubectl (YAML 1.1 with libyaml's idea of simple
 * keys, indentation and flow), so that a file is accepted here exactly where kubectl accepts it. Offsets are UTF-16
 * units of the text. Tokens come one by one: nothing after the first document is read.
 */

export type TokenKind =
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence'
  | 'block-mapping'
  | 'block-end'
  | 'flow-sequence'
  | 'flow-sequence-end'
  | 'flow-mapping'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar'

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded'

export interface Token {
  readonly kind: TokenKind
  readonly start: number
  readonly end: number
  /** Scalar's value, anchor's or alias's name, tag's suffix. */
  readonly value: string
  /** Tag's handle (`!`, `!!`, `!x!`, empty for a verbatim one). */
  readonly handle: string
  readonly style: ScalarStyle | null
}

/** Why the text is no YAML, as kubectl words it, and where. */
export class YamlError extends Error {
  readonly problem: string
  readonly offset: number

  constructor(problem: string, offset: number) {
    super(problem)
    this.problem = problem
    this.offset = offset
  }
}

/** What may turn out to be a key, until its colon is found. */
interface SimpleKey {
  readonly required: boolean
  readonly number: number
  readonly offset: number
  readonly line: number
  readonly column: number
}

const space = 0x20
const tab = 0x09
const dash = 0x2d
const colon = 0x3a
const hash = 0x23
const question = 0x3f

const isBlank = (code: number) => code === space || code === tab
const isBreak = (code: number) =>
  code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029
/** End of the text is NaN, as charCodeAt gives it. */
const isEnd = (code: number) => Number.isNaN(code)
const isBreakOrEnd = (code: number) => isBreak(code) || isEnd(code)
const isBlankOrEnd = (code: number) => isBlank(code) || isBreak(code) || isEnd(code)
const isDigit = (code: number) => code >= 0x30 && code <= 0x39
const isWord = (code: number) => /[\w-]/.test(String.fromCharCode(code))

/** Visible ASCII without special meaning between quotes: most of the text there is a certificate. */
const isOrdinary = new Uint8Array(128)
for (let code = 0x21; code < 0x7f; code++) isOrdinary[code] = /['"\\]/.test(String.fromCharCode(code)) ? 0 : 1

function behindOrdinary(text: string, from: number, end: number): number {
  let at = from
  while (at < end && isOrdinary[text.charCodeAt(at)] === 1) at++
  return at
}

/** Characters that cannot begin a plain scalar: `-?:,[]{}#&*!|>'"%@` and the backtick. */
const codesOf = (marks: string): ReadonlySet<number> => new Set([...marks].map((mark) => mark.charCodeAt(0)))
const indicators = codesOf('-?:,[]{}#&*!|>\'"%@`')
/** Characters that end a plain scalar inside a flow collection. */
const flowStops = codesOf(',?[]{}')
/** Characters after a backslash, and at the same index of `meant` what each means. */
const escaped = '0abt\tnvfre "\'\\N_LP'
const meant = '\0\x07\b\t\t\n\v\f\r\x1b "\'\\\x85\xa0\u2028\u2029'
const escapeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }
/** Longest scalar, characters of the text: no certificate comes near it, and a longer one would be held many times over. */
const scalarLimit = 4 * 1024 * 1024
/** Longest distance between a simple key and its colon, as libyaml limits it: so many characters, of which some are two of ours. */
const simpleKeyLimit = 1024
const withinKey = (text: string, start: number, end: number): boolean =>
  end - start <= simpleKeyLimit ||
  (end - start <= 2 * simpleKeyLimit && [...text.slice(start, end)].length <= simpleKeyLimit)

/** How far the Go reader has decoded a text of which it was asked for this much: whole characters of 512 bytes at a time. */
function decodedTo(text: string, wanted: number): number {
  const block = new Uint8Array(512)
  const encoder = new TextEncoder()
  let at = 0
  while (at < Math.min(wanted, text.length)) at += encoder.encodeInto(text.slice(at, at + 512), block).read
  return at
}

export class Tokens {
  private position: number
  private lineStart: number
  private line = 0
  private indent = -1
  private readonly indents: number[] = []
  private flowLevel = 0
  private keyAllowed = true
  /** One of each level of flow. */
  private readonly keys: (SimpleKey | null)[] = [null]
  private queue: Token[] = []
  private head = 0
  private taken = 0
  private ended = false
  private readonly text: string
  private readonly end: number
  private readonly refusedAfter: boolean

  /**
   * Reads `text` from `start` up to `end`; `start` must be the beginning of a line. `refusedAfter`: at `end` is a character
   * that kubectl refuses.
   */
  constructor(text: string, start = 0, end = text.length, refusedAfter = false) {
    this.text = text
    this.end = end
    this.refusedAfter = refusedAfter
    const behindMark = start === 0 && text.charCodeAt(0) === 0xfeff ? 1 : start
    this.position = behindMark
    this.lineStart = behindMark
  }

  /** The next token, not yet taken. */
  peek(): Token {
    for (;;) {
      const token = this.queue[this.head]
      if (token !== undefined && !this.keyMayComeBefore()) return token
      this.fetch()
    }
  }

  take(): Token {
    const token = this.peek()
    this.head++
    this.taken++
    if (this.head > 512) {
      this.queue = this.queue.slice(this.head)
      this.head = 0
    }
    return token
  }

  /**
   * The end of the document was taken: the Go parser looks one token ahead there, and stumbles over what it cannot read. Its
   * reader by then has decoded whole blocks, so that it refuses what is behind this token, too.
   */
  endDocument(): void {
    this.peek()
    const last = this.queue.at(-1)
    if (!this.refusedAfter || last === undefined) return
    // It looks at four characters wherever a token may begin, and where a plain one may go on.
    const looked = Math.max(last.start + 4, this.position + (last.style === 'plain' ? 4 : 1))
    if (decodedTo(this.text, looked) > this.end) this.fail('control characters are not allowed', this.end)
  }

  private code(ahead = 0): number {
    const at = this.position + ahead
    return at < this.end ? this.text.charCodeAt(at) : Number.NaN
  }

  private get column(): number {
    return this.position - this.lineStart
  }

  private fail(problem: string, offset = this.position): never {
    throw new YamlError(problem, Math.min(offset, this.end))
  }

  /** Whether the token at the head could still turn out to be a key: then a KEY token is inserted before it. */
  private keyMayComeBefore(): boolean {
    const place = this.keys.findIndex((key) => key?.number === this.taken)
    return place >= 0 && this.validKey(place) !== null
  }

  /** The key at this level, where it still may be one. */
  private validKey(place = this.keys.length - 1): SimpleKey | null {
    const key = this.keys[place] ?? null
    if (key === null || (key.line >= this.line && withinKey(this.text, key.offset, this.position))) return key
    if (key.required) this.fail("could not find expected ':'")
    this.keys[place] = null
    return null
  }

  private setKey(key: SimpleKey | null): void {
    if (this.keys.at(-1)?.required) this.fail("could not find expected ':'")
    this.keys[this.keys.length - 1] = key
  }

  /** The token that begins here may be a key; the one after it is none. */
  private saveKey(): void {
    if (!this.keyAllowed) return
    const { column, line, coming: number, position: offset } = this
    this.setKey({ required: this.flowLevel === 0 && this.indent === column, number, offset, line, column })
    this.keyAllowed = false
  }

  /** The token before is no key; `allowed`: the one that follows may be one. */
  private removeKey(allowed: boolean): void {
    this.setKey(null)
    this.keyAllowed = allowed
  }

  /** Adds a token that ends here. */
  private push(kind: TokenKind, start: number, value = '', handle = ''): void {
    this.queue.push({ kind, start, end: this.position, value, handle, style: null })
  }

  private pushScalar(style: ScalarStyle, start: number, end: number, value: string): void {
    this.queue.push({ kind: 'scalar', start, end, value, handle: '', style })
  }

  private insert(number: number, kind: TokenKind, at: number): void {
    const token = { kind, start: at, end: at, value: '', handle: '', style: null }
    this.queue.splice(this.head + number - this.taken, 0, token)
  }

  /** Opens a block at this column, its token before that of this number. */
  private roll(kind: TokenKind, column = this.column, number = this.coming, at = this.position): void {
    if (this.flowLevel > 0 || this.indent >= column) return
    this.indents.push(this.indent)
    this.indent = column
    this.insert(number, kind, at)
  }

  /** The number of the token that is inserted next. */
  private get coming(): number {
    return this.taken + this.queue.length - this.head
  }

  /** Inside an open block, a token of this kind may begin only where a key may. */
  private beginInBlock(kind: TokenKind, what: string): void {
    if (this.flowLevel > 0) return
    if (!this.keyAllowed) this.fail(`${what} are not allowed in this context`)
    this.roll(kind)
  }

  private unroll(column: number): void {
    if (this.flowLevel > 0) return
    while (this.indent > column) {
      this.push('block-end', this.position)
      this.indent = this.indents.pop() ?? -1
    }
  }

  private skipBreak(): void {
    if (this.code() === 0x0d && this.code(1) === 0x0a) this.position++
    this.position++
    this.line++
    this.lineStart = this.position
  }

  /** Takes a line break and returns what it means in a scalar: LS and PS stay, all others are `\n`. */
  private readBreak(): string {
    const code = this.code()
    this.skipBreak()
    return code === 0x2028 ? '\u2028' : code === 0x2029 ? '\u2029' : '\n'
  }

  private skipToToken(): void {
    for (;;) {
      let code = this.code()
      while (code === space || (code === tab && (this.flowLevel > 0 || !this.keyAllowed))) {
        this.position++
        code = this.code()
      }
      if (code === hash) {
        while (!isBreakOrEnd(code)) {
          this.position++
          code = this.code()
        }
      }
      if (!isBreak(code)) return
      this.skipBreak()
      if (this.flowLevel === 0) this.keyAllowed = true
    }
  }

  private fetch(): void {
    this.skipToToken()
    this.unroll(this.column)
    const code = this.code()
    if (isEnd(code)) this.fetchEnd()
    else if (this.column === 0 && code === 0x25) this.fetchDirective()
    else if (this.column === 0 && this.atMarker(dash)) this.fetchMarker('document-start')
    else if (this.column === 0 && this.atMarker(0x2e)) this.fetchMarker('document-end')
    else if (code === 0x5b) this.fetchFlowStart('flow-sequence')
    else if (code === 0x7b) this.fetchFlowStart('flow-mapping')
    else if (code === 0x5d) this.fetchFlowEnd('flow-sequence-end')
    else if (code === 0x7d) this.fetchFlowEnd('flow-mapping-end')
    else if (code === 0x2c) this.fetchFlowEntry()
    else if (code === 0x2a) this.fetchName('alias')
    else if (code === 0x26) this.fetchName('anchor')
    else if (code === 0x21) this.fetchTag()
    else if (code === 0x27) this.fetchQuoted(true)
    else if (code === 0x22) this.fetchQuoted(false)
    else this.fetchBySurroundings(code, this.code(1))
  }

  /** Marks that are indicators only before white space or in flow; any other begins a plain scalar. */
  private fetchBySurroundings(code: number, next: number): void {
    const flow = this.flowLevel > 0
    if (code === dash && isBlankOrEnd(next)) this.fetchBlockEntry()
    else if (code === question && (flow || isBlankOrEnd(next))) this.fetchKey()
    else if (code === colon && (flow || isBlankOrEnd(next))) this.fetchValue()
    else if (code === 0x7c && !flow) this.fetchBlockScalar(true)
    else if (code === 0x3e && !flow) this.fetchBlockScalar(false)
    else if (
      !(isBlank(code) || indicators.has(code)) ||
      (code === dash && !isBlank(next)) ||
      (!flow && (code === question || code === colon) && !isBlankOrEnd(next))
    ) {
      this.fetchPlain()
    } else this.fail('found character that cannot start any token')
  }

  private atMarker(code: number): boolean {
    return (
      this.code() === code && this.code(1) === code && this.code(2) === code && isBlankOrEnd(this.code(3))
    )
  }

  private pushMark(kind: TokenKind, length = 1): void {
    this.position += length
    this.push(kind, this.position - length)
  }

  /** Nothing is open after this. */
  private endBlocks(): void {
    this.unroll(-1)
    this.removeKey(false)
  }

  private fetchEnd(): void {
    if (this.refusedAfter) this.fail('control characters are not allowed')
    if (this.ended) throw new Error('read past the end of the stream')
    if (this.column !== 0) {
      this.line++
      this.lineStart = this.position
    }
    this.endBlocks()
    this.ended = true
    this.push('stream-end', this.position)
  }

  private fetchMarker(kind: 'document-start' | 'document-end'): void {
    this.endBlocks()
    this.pushMark(kind, 3)
  }

  private fetchDirective(): void {
    this.endBlocks()
    const start = this.position
    const stop = this.lineEnd()
    const line = this.text.slice(start, stop)
    const version = /^%YAML[ \t]+([0-9]{1,9})\.([0-9]{1,9})[ \t]*(?:#.*)?$/.exec(line)
    const handle = /^%TAG[ \t]+(!|!!|![\w-]+!)[ \t]+([^ \t]+)[ \t]*(?:#[\s\S]*)?$/.exec(line)
    const named = /^%([\w-]*)/.exec(line)?.[1] ?? ''
    if (named !== 'YAML' && named !== 'TAG') this.fail('found unknown directive name')
    if (!version && !handle) this.fail('did not find expected directive value')
    if (version && (version[1] !== '1' || version[2] !== '1')) this.fail('found incompatible YAML document')
    this.position = stop
    this.push(version ? 'version-directive' : 'tag-directive', start, handle?.[2], handle?.[1])
    if (isBreak(this.code())) this.skipBreak()
  }

  private lineEnd(): number {
    let at = this.position
    while (at < this.end && !isBreak(this.text.charCodeAt(at))) at++
    return at
  }

  private fetchFlowStart(kind: TokenKind): void {
    this.saveKey()
    this.keys.push(null)
    this.flowLevel++
    this.keyAllowed = true
    this.pushMark(kind)
  }

  private fetchFlowEnd(kind: TokenKind): void {
    this.removeKey(false)
    if (this.flowLevel > 0) {
      this.flowLevel--
      this.keys.pop()
    }
    this.pushMark(kind)
  }

  private fetchFlowEntry(): void {
    this.removeKey(true)
    this.pushMark('flow-entry')
  }

  private fetchBlockEntry(): void {
    this.beginInBlock('block-sequence', 'block sequence entries')
    this.removeKey(true)
    this.pushMark('block-entry')
  }

  private fetchKey(): void {
    this.beginInBlock('block-mapping', 'mapping keys')
    this.removeKey(this.flowLevel === 0)
    this.pushMark('key')
  }

  private fetchValue(): void {
    const key = this.validKey()
    if (key !== null) {
      this.insert(key.number, 'key', key.offset)
      this.roll('block-mapping', key.column, key.number, key.offset)
      this.keys[this.keys.length - 1] = null
      this.keyAllowed = false
    } else {
      this.beginInBlock('block-mapping', 'mapping values')
      this.keyAllowed = this.flowLevel === 0
    }
    this.pushMark('value')
  }

  private fetchName(kind: 'alias' | 'anchor'): void {
    this.saveKey()
    const start = this.position
    this.position++
    while (isWord(this.code())) this.position++
    const after = this.code()
    const closes = isBlankOrEnd(after) || '?:,]}%@`'.includes(String.fromCharCode(after))
    if (this.position === start + 1 || !closes) {
      this.fail('did not find expected alphabetic or numeric character')
    }
    this.push(kind, start, this.text.slice(start + 1, this.position))
  }

  private fetchTag(): void {
    this.saveKey()
    const start = this.position
    let handle = ''
    let suffix: string
    if (this.code(1) === 0x3c) {
      this.position += 2
      suffix = this.tagUri(true)
      if (this.code() !== 0x3e) this.fail("did not find the expected '>'")
      this.position++
    } else {
      this.position++
      while (isWord(this.code())) this.position++
      if (this.code() === 0x21) {
        this.position++
        handle = this.text.slice(start, this.position)
        suffix = this.tagUri(true)
      } else {
        suffix = this.text.slice(start + 1, this.position) + this.tagUri()
        // A lone `!` is a suffix without a handle.
        if (suffix === '') suffix = '!'
        else handle = '!'
      }
    }
    if (!isBlankOrEnd(this.code())) this.fail('did not find expected whitespace or line break')
    this.push('tag', start, suffix, handle)
  }

  private tagUri(needed = false): string {
    const start = this.position
    // Commas and brackets belong to it, also in flow.
    while (this.position < this.end && /[\w;/?:@&=+$,.!~*'()[\]%-]/.test(this.text.charAt(this.position))) {
      this.position++
    }
    const raw = this.text.slice(start, this.position)
    if (needed && raw === '') this.fail('did not find expected tag URI')
    try {
      return decodeURIComponent(raw)
    } catch {
      return this.fail('did not find URI escaped octet', start)
    }
  }

  private limit(start: number): void {
    if (this.position - start > scalarLimit) this.fail('a value longer than 4 MiB is not read', start)
  }

  private fetchQuoted(single: boolean): void {
    this.saveKey()
    const start = this.position
    const quote = single ? 0x27 : 0x22
    this.position++
    let value = ''
    for (;;) {
      if (this.column === 0 && (this.atMarker(dash) || this.atMarker(0x2e))) {
        this.fail('found unexpected document indicator')
      }
      if (isEnd(this.code())) {
        if (this.refusedAfter) this.fail('control characters are not allowed')
        this.fail('found unexpected end of stream', start)
      }
      let leading = false
      let code = this.code()
      let from = this.position
      while (!isBlankOrEnd(code)) {
        if (code === quote) {
          if (!(single && this.code(1) === 0x27)) break
          value += `${this.text.slice(from, this.position)}'`
          this.position += 2
          from = this.position
        } else if (!single && code === 0x5c) {
          value += this.text.slice(from, this.position)
          if (isBreak(this.code(1))) {
            this.position++
            this.skipBreak()
            from = this.position
            leading = true
            break
          }
          value += this.escape()
          from = this.position
        } else this.position = behindOrdinary(this.text, this.position + 1, this.end)
        code = this.code()
      }
      this.limit(start)
      if (this.position > from) value += this.text.slice(from, this.position)
      if (this.code() === quote) break
      value += this.fold(leading)
    }
    this.position++
    this.pushScalar(single ? 'single' : 'double', start, this.position, value)
  }

  private escape(): string {
    const mark = this.text.charAt(this.position + 1)
    const within = mark !== '' && this.position + 1 < this.end
    const plain = within ? escaped.indexOf(mark) : -1
    if (plain >= 0) {
      this.position += 2
      return meant.charAt(plain)
    }
    const length = within ? escapeLengths[mark] : undefined
    if (length === undefined) this.fail('found unknown escape character')
    const digits = this.text.slice(this.position + 2, Math.min(this.end, this.position + 2 + length))
    if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits)) {
      this.fail('did not find expected hexdecimal number')
    }
    const point = Number.parseInt(digits, 16)
    if ((point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff) {
      this.fail('found invalid Unicode character escape code')
    }
    this.position += 2 + length
    return String.fromCodePoint(point)
  }

  /** White space and line breaks inside a scalar: kept on one line, folded over several. `leading`: a line has begun. */
  private fold(begun: boolean, indent = 0): string {
    let leading = begun
    let blanks = ''
    let first = ''
    let more = ''
    for (let code = this.code(); ; code = this.code()) {
      if (isBlank(code)) {
        if (leading && this.column < indent && code === tab)
          this.fail('found a tab character that violates indentation')
        if (!leading) blanks += this.text.charAt(this.position)
        this.position++
      } else if (!isBreak(code)) break
      else if (leading) more += this.readBreak()
      else {
        first = this.readBreak()
        leading = true
      }
    }
    if (!leading) return blanks
    return first === '\n' ? more || ' ' : first + more
  }

  private fetchPlain(): void {
    this.saveKey()
    const start = this.position
    const indent = this.indent + 1
    let end = start
    let value = ''
    /** What the white space before this place means where the scalar goes on. */
    let between = ''
    let leading = false
    for (;;) {
      if (this.column === 0 && (this.atMarker(dash) || this.atMarker(0x2e))) break
      let code = this.code()
      if (code === hash) break
      const from = this.position
      while (!isBlankOrEnd(code)) {
        if (code === colon && isBlankOrEnd(this.code(1))) break
        if (this.flowLevel > 0 && flowStops.has(code)) break
        this.position++
        code = this.code()
      }
      this.limit(start)
      if (this.position > from) {
        value += between + this.text.slice(from, this.position)
        end = this.position
        leading = false
      }
      if (!(isBlank(code) || isBreak(code))) break
      const { line } = this
      between = this.fold(false, indent)
      leading = this.line > line
      if (this.flowLevel === 0 && this.column < indent) break
    }
    this.pushScalar('plain', start, end, value)
    if (leading) this.keyAllowed = true
  }

  private fetchBlockScalar(literal: boolean): void {
    this.removeKey(true)
    const start = this.position
    this.position++
    let chomp = 0
    let increment = 0
    for (let round = 0; round < 2; round++) {
      const code = this.code()
      if (chomp === 0 && (code === 0x2b || code === dash)) chomp = code === dash ? -1 : 1
      else if (increment === 0 && isDigit(code)) {
        increment = code - 0x30
        if (increment === 0) this.fail('found an indentation indicator equal to 0')
      } else break
      this.position++
    }
    while (isBlank(this.code())) this.position++
    if (this.code() === hash) this.position = this.lineEnd()
    if (!isBreakOrEnd(this.code())) this.fail('did not find expected comment or line break')
    if (isBreak(this.code())) this.skipBreak()
    let indent = increment > 0 ? Math.max(this.indent, 0) + increment : 0
    let breaks = this.blockBreaks(indent)
    indent = breaks.indent
    let value = ''
    let leadingBreak = ''
    let leadingBlank = false
    while (this.column === indent && !isEnd(this.code())) {
      this.limit(start)
      const blank = isBlank(this.code())
      if (!literal && !leadingBlank && !blank && leadingBreak === '\n') {
        if (breaks.text === '') value += ' '
      } else value += leadingBreak
      value += breaks.text
      leadingBlank = blank
      const stop = this.lineEnd()
      value += this.text.slice(this.position, stop)
      this.position = stop
      leadingBreak = isBreak(this.code()) ? this.readBreak() : ''
      breaks = this.blockBreaks(indent)
    }
    if (chomp !== -1) value += leadingBreak
    if (chomp === 1) value += breaks.text
    this.pushScalar(literal ? 'literal' : 'folded', start, breaks.end, value)
  }

  private blockBreaks(known: number): { text: string; indent: number; end: number } {
    let text = ''
    let end = this.position
    let deepest = 0
    for (;;) {
      while ((known === 0 || this.column < known) && this.code() === space) this.position++
      deepest = Math.max(deepest, this.column)
      if ((known === 0 || this.column < known) && this.code() === tab) {
        this.fail('found a tab character where an indentation space is expected')
      }
      if (!isBreak(this.code())) break
      text += this.readBreak()
      end = this.position
    }
    return { text, indent: known === 0 ? Math.max(deepest, this.indent + 1, 1) : known, end }
  }
}
