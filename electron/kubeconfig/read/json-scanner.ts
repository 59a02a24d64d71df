/**
 * Finds the entries of a kubeconfig in JSON, as `kubectl config view --raw -o json` and every program that knows no YAML writes it,
 * in one line or in many. kubectl reads JSON as YAML in flow style, and so did the full parser here: a tree of 500,000 values for
 * ten thousand contexts, which cost six times what the same file in lines does.
 *
 * It claims a text only where JSON and YAML surely mean the same: white space between tokens that moves no key from its colon, no
 * comment, no comma too many, no key of the file twice. An entry of words without escapes becomes a row of offsets, a user the
 * number of its form, as in lines (generated-entry.ts); any other one is read by its keys (`JsonReader`), and what is in it besides
 * (an escape, a number, a letter beyond ASCII, a key twice) by the full parser, which gets that entry alone. It is also the judge
 * of all of this (json-scanner.test.ts). A text that is anything else is left to it whole.
 */
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import { isBase64 } from '../yaml/scalars'
import { codesOf, UsualClusters, UsualContexts, UsualUsers } from './generated-entry'
import { longestLine, Offsets, sign } from './offsets'
import {
  listKind,
  type Scanned,
  type ScannedEntry,
  ScannedList,
  type ScannedLists,
  type ScannedSection,
} from './scanned'
import { attempt, FieldReader, unsure } from './simple-entry'

const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c] as const
const [openMap, closeMap, openList, closeList] = [0x7b, 0x7d, 0x5b, 0x5d] as const

/** To YAML a key must stand this near to its colon, and on its line; nobody writes a longer one. */
const longestKey = 200
/** Nothing that kubectl writes is nested half as deep, and a stack has to hold it. */
const deepest = 40

/** The entries of a text in JSON; null where only another way of reading can tell. `bytes`: of the text, if at hand. */
export function scanJson(text: string, most: number, bytes: Uint8Array | null = null): Scanned | null {
  if (text.charCodeAt(0) !== openMap) return null
  const scanner = new JsonScanner(text, most, codesOf(text, bytes))
  return scanner.run()
    ? { foundBy: 'json', lists: scanner.lists, sections: scanner.sections, beyond: null }
    : null
}

/** By character code: 1 for what stands for itself between quotes, 2 for what the full parser has to look at. */
const inQuotes = new Uint8Array(256)
inQuotes.fill(1, 0x20, 0x7f).fill(2, 0x7f)
inQuotes[quote] = 0
inQuotes[backslash] = 0

/** What stands for itself is read as it stands: visible ASCII and spaces. */
const plainText = /^[ !#-[\]-~]*$/
const ending = /(?: |\r?\n)*$/y
const literal = /(?:true|false|null|-?(?:0|[1-9]\d{0,17})(?:\.\d{1,17})?)(?=[\s,\]}])/y

class JsonScanner {
  readonly lists: ScannedLists
  readonly sections: ScannedSection[] = []
  private readonly text: string
  private readonly codes: Uint8Array
  private readonly most: number
  /** Passes what stands between tokens, and counts the lines of it. */
  private readonly walk: JsonOffsets
  /** So far every string stands for itself. */
  private isPlain = true

  constructor(text: string, most: number, codes: Uint8Array) {
    this.text = text
    this.codes = codes
    this.most = most
    this.walk = new JsonOffsets(text, codes)
    this.lists = {
      cluster: new ScannedList(new JsonClusters(new JsonOffsets(text, codes))),
      user: new ScannedList(new JsonUsers(new JsonOffsets(text, codes))),
      context: new ScannedList(new JsonContexts(new JsonOffsets(text, codes))),
    }
  }

  run(): boolean {
    const { lists, text } = this
    const seen = new Set<string>()
    const end = this.pairs(0, (key, keyAt, at) => {
      // A key that an escape is in may be any.
      if (seen.has(key) || key.includes('\\')) return -1
      seen.add(key)
      const kind = listKind(key)
      if (kind !== undefined) return this.list(kind, at)
      const to = this.value(at, 1)
      this.sections.push({ key, from: keyAt, to, value: at })
      return to
    })
    for (const { usual } of Object.values(lists)) usual.close()
    // Of what stands behind its end YAML would look at the first token, and a tab could not indent that.
    ending.lastIndex = end
    return end > 0 && ending.test(text)
  }

  /** The list of these entries, or null; gives the offset behind it, -1 where it is another thing. */
  private list(kind: EntryKind, at: number): number {
    const { codes, walk, most } = this
    const list = this.lists[kind]
    if (codes[at] !== openList) return this.text.startsWith('null', at) ? this.value(at, 1) : -1
    let next = walk.behindBlank(at + 1)
    if (codes[next] === closeList) return next + 1
    for (;;) {
      if (list.length === most) return -1
      if (list.take(next, walk.breaks, 0)) {
        next = list.usual.offsets.to
        walk.breaks += list.usual.offsets.lines - 1
      } else {
        next = this.entry(list, next)
        if (next < 0) return -1
      }
      next = walk.behindBlank(next)
      if (codes[next] === closeList) return next + 1
      if (codes[next] !== comma) return -1
      next = walk.behindBlank(next + 1)
    }
  }

  /** An entry in no usual form. */
  private entry(list: ScannedList, at: number): number {
    const { walk, codes } = this
    const line = walk.breaks + 1
    /** Null: one that is no string. */
    const names: ({ readonly from: number; readonly to: number } | null)[] = []
    this.isPlain = true
    const end = this.pairs(at, (key, _keyAt, from) => {
      const to = this.value(from, 1)
      if (key === 'name') names.push(codes[from] === quote ? { from: from + 1, to: to - 1 } : null)
      return to
    })
    if (end < 0) return -1
    const [name, another] = names
    const found: ScannedEntry = {
      start: at,
      end,
      from: at,
      to: end,
      line,
      endLine: walk.breaks + 1,
      column: 0,
      name: another !== undefined || name === null ? -2 : (name?.from ?? -1),
      nameEnd: name?.to ?? -1,
      last: at,
      simple: this.isPlain,
    }
    list.push(found)
    return end
  }

  /** The pairs of a map; `read` gives the offset behind the value that it is shown, -1 where it is none for sure. */
  private pairs(at: number, read: (key: string, keyAt: number, at: number) => number): number {
    const { walk, codes } = this
    if (codes[at] !== openMap) return -1
    let next = walk.behindBlank(at + 1)
    if (codes[next] === closeMap) return next + 1
    for (;;) {
      if (codes[next] !== quote) return -1
      const end = this.string(next)
      const from = end < 0 || end - next > longestKey ? -1 : walk.behindColon(end)
      const to = from < 0 ? -1 : read(this.text.slice(next + 1, end - 1), next, from)
      if (to < 0) return -1
      next = walk.behindBlank(to)
      if (codes[next] === closeMap) return next + 1
      if (codes[next] !== comma) return -1
      next = walk.behindBlank(next + 1)
    }
  }

  /** Behind a value of any kind; -1 where it is none for sure. */
  private value(at: number, depth: number): number {
    const { codes, text, walk } = this
    if (depth > deepest) return -1
    const code = codes[at]
    if (code === quote) return this.string(at)
    if (code === openMap) return this.pairs(at, (_key, _keyAt, from) => this.value(from, depth + 1))
    if (code === openList) {
      let next = walk.behindBlank(at + 1)
      if (codes[next] === closeList) return next + 1
      for (;;) {
        next = this.value(next, depth + 1)
        if (next < 0) return -1
        next = walk.behindBlank(next)
        if (codes[next] === closeList) return next + 1
        if (codes[next] !== comma) return -1
        next = walk.behindBlank(next + 1)
      }
    }
    literal.lastIndex = at
    return literal.test(text) ? literal.lastIndex : -1
  }

  /** Behind the string that begins here; -1 where it is none for sure. */
  private string(at: number): number {
    const { codes } = this
    let end = at + 1
    for (;;) {
      while (inQuotes[codes[end] ?? 0] === 1) end++
      const code = codes[end] ?? 0
      if (code === quote) break
      // What the escape means is not looked at here; a control character, a line break among them, it cannot be.
      if (code !== backslash && inQuotes[code] !== 2) return -1
      if (code === backslash && (codes[end + 1] ?? 0) < 0x20) return -1
      this.isPlain = false
      end += code === backslash ? 2 : 1
    }
    return end - at > longestLine ? -1 : end + 1
  }
}

/** The place that the value of a key of an entry's own map has. */
type Places = ReadonlyMap<string, number>
/** Beyond all places: the bit of the key of that map. */
const itself = 8

/** Places in JSON, and how they are found token by token. */
class JsonOffsets extends Offsets {
  /** Line breaks that were passed. */
  breaks = 0
  /** A bit for each key that was found. */
  private seen = 0

  constructor(text: string, codes: Uint8Array) {
    super(text, codes, '\n')
    this.behindIt = 0
  }

  /** What follows is for the scanner to see. */
  protected override isBoundary(): boolean {
    return true
  }

  /** At the next token. A CR without its LF is none. */
  behindBlank(from: number): number {
    const { codes } = this
    for (let at = from; ; at++) {
      const code = codes[at]
      if (code === 0x20 || code === 0x09) continue
      if (code === 0x0a) this.breaks++
      else if (code !== 0x0d || codes[at + 1] !== 0x0a) return at
    }
  }

  /** From behind a key to its value; -1 where no colon follows on its line. */
  behindColon(from: number): number {
    const { codes } = this
    let at = from
    while (codes[at] === 0x20) at++
    return codes[at] === colon && at - from < longestKey ? this.behindBlank(at + 1) : -1
  }

  /** At the quote that ends the word that begins behind this one, of which every character has this bit of `sign`; -1 for any other. */
  endOfWord(at: number, bit: number): number {
    const { codes } = this
    if (codes[at] !== quote) return -1
    let end = at + 1
    while (((sign[codes[end] ?? 0] ?? 0) & bit) !== 0) end++
    return codes[end] === quote && end > at + 1 ? end : -1
  }

  /** Begins with an entry of which nothing was found yet. */
  begin(): void {
    this.breaks = 0
    this.seen = 0
    for (let place = 0; place < 4; place++) this.put(place, -1, -1)
  }

  /** Keeps the word that stands here as the value of a place. */
  word(place: number, at: number): number {
    const end = this.endOfWord(at, place === 0 ? 2 : 1)
    if (end < 0 || !this.once(place)) return -1
    this.put(place, at + 1, end)
    return end + 1
  }

  once(place: number): boolean {
    const bit = 1 << place
    if ((this.seen & bit) !== 0) return false
    this.seen |= bit
    return true
  }

  hasFound(...places: readonly number[]): boolean {
    return places.every((place) => (this.seen & (1 << place)) !== 0)
  }

  /** The pairs of a map that has some; `read` gives the offset behind the value that it is shown, -1 where it is in no usual form. */
  pairs(at: number, read: (key: string, at: number) => number): number {
    const { codes, text } = this
    if (codes[at] !== openMap) return -1
    for (let next = at; ; ) {
      next = this.behindBlank(next + 1)
      const end = this.endOfWord(next, 2)
      const from = end < 0 || end - next > longestKey ? -1 : this.behindColon(end + 1)
      const to = from < 0 ? -1 : read(text.slice(next + 1, end), from)
      if (to < 0) return -1
      next = this.behindBlank(to)
      if (codes[next] === closeMap) return next + 1
      if (codes[next] !== comma) return -1
    }
  }

  /** An entry with its name and a map of words under the key of its kind. `other` reads what `places` has not. */
  entry(at: number, kind: EntryKind, places: Places, other: (key: string, at: number) => number): number {
    this.begin()
    const inner = (key: string, from: number): number => {
      const place = places.get(key)
      return place === undefined ? other(key, from) : this.word(place, from)
    }
    const end = this.pairs(at, (key, from) => {
      if (key === 'name') return this.word(0, from)
      return key === kind && this.once(itself) ? this.pairs(from, inner) : -1
    })
    this.lines = this.breaks + 1
    return end
  }
}

const none = () => -1

class JsonContexts extends UsualContexts {
  private readonly json: JsonOffsets
  private static readonly places: Places = new Map([
    ['cluster', UsualContexts.cluster],
    ['user', UsualContexts.user],
    ['namespace', UsualContexts.namespace],
  ])

  constructor(offsets: JsonOffsets) {
    super(offsets)
    this.json = offsets
  }

  protected override look(at: number): number {
    const { json } = this
    const end = json.entry(at, 'context', JsonContexts.places, none)
    return end > 0 && json.hasFound(0, UsualContexts.cluster, UsualContexts.user) ? end : -1
  }
}

class JsonClusters extends UsualClusters {
  private readonly json: JsonOffsets
  private static readonly places: Places = new Map([
    ['server', UsualClusters.server],
    ['tls-server-name', UsualClusters.tlsServerName],
  ])

  constructor(offsets: JsonOffsets) {
    super(offsets)
    this.json = offsets
  }

  private readonly authority = (key: string, at: number): number => {
    const { json } = this
    const { codes, text } = json
    if (key !== 'certificate-authority-data' || codes[at] !== quote || !json.once(UsualClusters.data))
      return -1
    const end = text.indexOf('"', at + 1)
    if (end < 0 || end - at > longestLine || !this.isData(at + 1, end)) return -1
    json.put(UsualClusters.data, at + 1, end)
    return end + 1
  }

  protected override look(at: number): number {
    const { json } = this
    const end = json.entry(at, 'cluster', JsonClusters.places, this.authority)
    return end > 0 && json.hasFound(0, UsualClusters.server, UsualClusters.data) ? end : -1
  }
}

/** Users whose name comes first: what follows is compared with the forms that were read. */
class JsonUsers extends UsualUsers {
  private readonly json: JsonOffsets

  constructor(offsets: JsonOffsets) {
    super(offsets)
    this.json = offsets
  }

  protected override look(at: number): number {
    const { json } = this
    json.begin()
    if (json.codes[at] !== openMap) return -1
    const key = json.behindBlank(at + 1)
    if (!json.text.startsWith('"name"', key)) return -1
    const from = json.behindColon(key + 6)
    const body = from < 0 ? -1 : json.word(0, from)
    const above = json.breaks
    const end = body < 0 ? -1 : this.behindBody(body)
    // Of the form; those before the name are its own.
    json.lines += above
    return end
  }

  protected override inAnyForm(body: number): number {
    const { text } = this.json
    const reader = new JsonReader(text, body, text.length, '')
    const exec = attempt(() => {
      const read = reader.execBehindName()
      // A path would depend on where the file lies.
      if (!/^[A-Za-z0-9._-]+$/.test(read.command ?? '')) throw unsure
      return read
    })
    if (exec === null) return -1
    const end = reader.position
    const wordAt = (place: number): number => {
      // No other two strings stand behind each other with nothing but a comma between them.
      const [flag, word] = [exec.args[place - 1] ?? '', exec.args[place] ?? '']
      const pair = new RegExp(`"${flag}"\\s*,\\s*"(?=${word}")`)
      const found = /^[\w-]+$/.test(flag + word) ? pair.exec(text.slice(body, end)) : null
      return found === null ? -1 : body + found.index + found[0].length
    }
    return this.inNewForm({ body, end, exec, wordAt, lines: text.slice(body, end).split('\n').length })
  }
}

/** One entry of JSON without escapes, read from its beginning to its end. */
export class JsonReader extends FieldReader {
  protected readonly outmost = 0
  /** Behind what was read last. */
  position: number
  private readonly text: string
  private readonly limit: number

  constructor(text: string, start: number, end: number, file: string) {
    super(file)
    this.text = text
    this.position = start
    this.limit = end
  }

  /** What a user runs that has nothing else, from behind its name on. */
  execBehindName() {
    this.sign(',')
    if (this.key() !== 'user') throw unsure
    this.sign('{')
    if (this.key() !== 'exec') throw unsure
    const exec = this.exec()
    this.sign('}')
    this.sign('}')
    return exec
  }

  map(_column: number, read: (key: string) => void): void {
    const keys: string[] = []
    this.sign('{')
    if (this.has('}')) return
    do {
      const key = this.key()
      if (keys.includes(key)) throw unsure
      keys.push(key)
      read(key)
    } while (this.has(','))
    this.sign('}')
  }

  mapBelow(read: (key: string) => void): void {
    this.map(0, read)
  }

  items(read: (column: number) => void): void {
    if (this.has('null')) return
    this.sign('[')
    if (this.has(']')) return
    do read(0)
    while (this.has(','))
    this.sign(']')
  }

  value(): string {
    const value = this.string()
    // Of what is empty another rule tells what it counts as.
    if (value === '' || !plainText.test(value)) throw unsure
    return value
  }

  data(): string {
    const value = this.string()
    if (value === '' || !plainText.test(value) || !isBase64(value)) throw unsure
    return value
  }

  bool(): boolean {
    if (this.has('true')) return true
    if (this.has('false')) return false
    throw unsure
  }

  protected isAtEnd(): boolean {
    return this.position === this.limit
  }

  private key(): string {
    const key = this.string()
    const { text } = this
    while (text.charCodeAt(this.position) === 0x20) this.position++
    if (!plainText.test(key) || text.charCodeAt(this.position) !== colon) throw unsure
    this.position++
    return key
  }

  private string(): string {
    this.sign('"')
    const { text, position } = this
    const end = text.indexOf('"', position)
    if (end < 0 || end >= this.limit) throw unsure
    this.position = end + 1
    return text.slice(position, end)
  }

  private sign(sign: string): void {
    if (!this.has(sign)) throw unsure
  }

  /** Passes what stands here, if it is that. */
  private has(word: string): boolean {
    const { text } = this
    let at = this.position
    for (; at < this.limit; at++) {
      const code = text.charCodeAt(at)
      if (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a) throw unsure
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break
    }
    if (!text.startsWith(word, at)) return false
    this.position = at + word.length
    return true
  }
}
