/**
 * Finds the entries of a kubeconfig in the block style that kubectl and aws write, by looking at the first characters
 * of each line: a fleet's file of 21 MB in some ten milliseconds. It claims a file only where line starts cannot
 * mislead; every entry that could hide something (quotes, flow, comments, block text) is marked to be read before it
 * is believed. The full parser is the judge (document.oracle.test.ts).
 */
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import { isKeyLetter } from '../yaml/scalars'
import type { ReadCluster, ReadContext } from './decode'
import {
  type GeneratedEntry,
  type GeneratedUser,
  generatedClusters,
  generatedContexts,
  generatedUsers,
  type Layout,
  type LineEnd,
  lineEndOf,
  longestLine,
} from './generated-entry'

export interface ScannedEntry<G extends GeneratedEntry<unknown> = GeneratedEntry<unknown>> {
  /** Offset of its `-`. */
  readonly start: number
  /** Behind its last character: exact for a simple entry, for others the end of its last line. */
  end: number
  /** Beginning of the line with the `-`, and of the first line that does not belong to it. */
  readonly from: number
  to: number
  /** Behind the blank lines that follow: a block text may keep them. */
  reach: number
  /** 1-based. */
  readonly line: number
  endLine: number
  /** Column of its keys, from 0. */
  readonly column: number
  /** Where the name's text begins; -1 when there is no such line, -2 when there are several. */
  name: number
  nameEnd: number
  /** Beginning of its last line with content. */
  last: number
  /** Nothing in it but `key:`, `key: plain` and `- plain`: its range and name are certain as they are. */
  simple: boolean
  /** What it says, where it was read in one step. */
  readonly generated: G | null
}

export interface ScannedLists {
  readonly cluster: readonly ScannedEntry<GeneratedEntry<ReadCluster>>[]
  readonly user: readonly ScannedEntry<GeneratedUser>[]
  readonly context: readonly ScannedEntry<GeneratedEntry<ReadContext>>[]
}

/** A top-level key that is no list of entries, with its lines. */
export interface ScannedSection {
  readonly key: string
  readonly from: number
  to: number
}

export interface Scanned {
  readonly lists: ScannedLists
  /** Where the first list goes on beyond `most` entries: nothing from there on is in the lists. */
  readonly beyond: { readonly kind: EntryKind; readonly offset: number } | null
  readonly sections: readonly ScannedSection[]
  /** Something may be an anchor, an alias or a tag: entries that were not read in one step may depend on each other. */
  readonly entangled: boolean
}

const kinds: ReadonlyMap<string, EntryKind> = new Map([
  ['clusters', 'cluster'],
  ['users', 'user'],
  ['contexts', 'context'],
])

/** The entries of one list, each found in one of two ways. */
class EntryList<G extends GeneratedEntry<unknown>> {
  readonly entries: ScannedEntry<G>[] = []
  private readonly readIn: (layout: Layout) => (at: number) => G | null
  private indent = -1
  private read: (at: number) => G | null = () => null

  constructor(readIn: (layout: Layout) => (at: number) => G | null) {
    this.readIn = readIn
  }

  /** Takes the entry whose line begins at this offset in one step; null where it is in another form than programs write. */
  take(from: number, above: number, layout: Layout): ScannedEntry<G> | null {
    const { indent, lineEnd } = layout
    if (this.indent !== indent) this.read = this.readIn(layout)
    this.indent = indent
    const generated = this.read(from)
    if (generated === null) return null
    const start = from + indent
    const { to, lines } = generated
    const [line, endLine, end] = [above + 1, above + lines, to - lineEnd.length]
    const places = { start, end, from, to, reach: to, line, endLine, column: indent + 2, last: start }
    const entry = { ...places, name: -1, nameEnd: -1, simple: true, generated }
    this.entries.push(entry)
    return entry
  }

  push(entry: ScannedEntry<never>): void {
    this.entries.push(entry)
  }
}

/** The entries of a text in plain block style; null where only the full parser can tell. */
export function scan(text: string, most = 100_000): Scanned | null {
  // With other line breaks a line is not what it seems; a CR is looked at line by line.
  for (const mark of ['\u0085', '\u2028', '\u2029']) if (text.includes(mark)) return null
  const scanner = new LineScanner(text, most)
  if (!scanner.run()) return null
  const { lists, sections, beyond, entangled } = scanner
  const { cluster, user, context } = lists
  return {
    lists: { cluster: cluster.entries, user: user.entries, context: context.entries },
    sections,
    beyond,
    entangled,
  }
}

/** What may begin a key or value that reaches beyond its line, or is no plain text. */
const opening = new Uint8Array(65_536)
for (const sign of '"\'{[|>#?<%@`,]}\t') opening[sign.charCodeAt(0)] = 1
/** What makes entries depend on each other: anchors, aliases, and tags that a directive may define. */
for (const sign of '&*!') opening[sign.charCodeAt(0)] = 2

const mostIndent = 16

class LineScanner {
  readonly lists = {
    cluster: new EntryList(generatedClusters),
    user: new EntryList(generatedUsers),
    context: new EntryList(generatedContexts),
  }
  readonly sections: ScannedSection[] = []
  private kind: EntryKind = 'cluster'
  private readonly text: string
  private readonly seen = new Set<string>()
  private list: EntryList<GeneratedEntry<unknown>> | null = null
  private indent = -1
  private entry: ScannedEntry<never> | null = null
  private section: ScannedSection | null = null
  /** The line before, of this entry, was its name's. */
  private afterName = false

  /** Lines may end in CR and LF. */
  private readonly lineEnd: LineEnd
  private readonly hasReturns: boolean
  private nextReturn = -1

  beyond: Scanned['beyond'] = null
  entangled = false
  private readonly most: number

  constructor(text: string, most: number) {
    this.text = text
    this.most = most
    this.lineEnd = lineEndOf(text)
    this.hasReturns = this.lineEnd === '\r\n'
  }

  run(): boolean {
    const { text } = this
    const length = text.length
    let line = 0
    for (let from = 0; from < length; ) {
      const { list } = this
      const indent = list === null || this.indent >= 0 ? this.indent : indentAt(text, from)
      if (list !== null && text.charCodeAt(from + indent) === 0x2d) {
        // An entry that can be read in one step; nothing can belong to it that follows.
        const { text, lineEnd } = this
        const taken =
          list.entries.length < this.most ? list.take(from, line, { text, indent, lineEnd }) : null
        if (taken !== null) {
          line = taken.endLine
          from = taken.to
          this.indent = indent
          this.afterName = false
          this.entry = null
          continue
        }
      }
      let end = text.indexOf('\n', from)
      if (end < 0) end = length
      const next = end + 1
      if (this.hasReturns) {
        end = this.beforeReturn(from, end)
        if (end < 0) return false
      }
      line++
      // A value too long to be read is for the parser to name.
      if (end - from > longestLine) return false
      if (this.beyond !== null) break
      const code = text.charCodeAt(from)
      if (code === 0x20 || code === 0x2d) {
        if (!this.inner(from, end, next, line)) return false
      } else if (code === 0x23) {
        if (!isHarmlessComment(text, from, end)) return false
        if (this.entry !== null) this.entry.simple = false
      } else if (from === end) {
        if (this.entry !== null) this.entry.reach = next
      } else if (!this.top(from, end)) return false
      from = next
      if (this.entry === null && this.section !== null) this.section.to = from
    }
    this.trim()
    return true
  }

  /** The end of a line without the CR that belongs to its LF; -1 where another one stands in it. */
  private beforeReturn(from: number, end: number): number {
    const { text } = this
    if (this.nextReturn < from) {
      const found = text.indexOf('\r', from)
      this.nextReturn = found < 0 ? text.length : found
    }
    if (this.nextReturn >= end) return end
    return this.nextReturn === end - 1 && end < text.length ? end - 1 : -1
  }

  /** A line with a top-level key. */
  private top(from: number, end: number): boolean {
    const found = /^([A-Za-z][A-Za-z-]*):(?: (.*))?$/.exec(this.text.slice(from, Math.min(end, from + 4096)))
    if (found === null || end - from > 4096) return false
    const [, key = '', value = ''] = found
    if (this.seen.has(key)) return false
    this.seen.add(key)
    this.entry = null
    this.list = null
    this.section = null
    const kind = kinds.get(key)
    if (kind === undefined) {
      this.section = { key, from, to: end }
      this.sections.push(this.section)
      return true
    }
    const bare = value.replace(/^[ \t]+|[ \t]+$/g, '')
    if (bare === '') {
      this.list = this.lists[kind]
      this.kind = kind
      this.indent = -1
      return true
    }
    return bare === '[]' || bare === 'null'
  }

  /** A line that begins with a space or a dash. */
  private inner(from: number, end: number, next: number, line: number): boolean {
    const { text } = this
    let at = from
    while (at < end && text.charCodeAt(at) === 0x20) at++
    if (at === end) {
      if (this.entry !== null) this.entry.reach = next
      return true
    }
    if (this.list === null) {
      // Of another section; a dash in the first column is its list, or `---`, which only the parser understands.
      return this.section !== null && (at > from || text.charCodeAt(at + 1) === 0x20)
    }
    const code = text.charCodeAt(at)
    const column = at - from
    if (code === 0x2d && text.charCodeAt(at + 1) === 0x20 && (this.indent < 0 || column === this.indent)) {
      this.indent = column
      const key = at + 2
      if (key >= end || text.charCodeAt(key) === 0x20) return false
      if (this.list.entries.length >= this.most) {
        this.beyond = { kind: this.kind, offset: key }
        return true
      }
      this.entry = {
        start: at,
        end,
        from,
        to: next,
        reach: next,
        line,
        endLine: line,
        column: column + 2,
        name: -1,
        nameEnd: -1,
        last: from,
        simple: true,
        generated: null,
      }
      this.list.push(this.entry)
      this.afterName = false
      this.named(key, end)
      this.look(this.entry, key, end)
      return true
    }
    const entry = this.entry
    if (entry === null || column <= this.indent) {
      // A comment may stand anywhere; what else stands too far left is for the parser to refuse.
      if (entry !== null) entry.simple = false
      return code === 0x23 && isHarmlessComment(text, at, end)
    }
    // A line further right than its key goes on with the name.
    if (column > entry.column && this.afterName) entry.name = -2
    this.afterName = false
    entry.end = end
    entry.last = from
    entry.to = next
    entry.reach = next
    entry.endLine = line
    if (column === entry.column) this.named(at, end)
    this.look(entry, at, end)
    return true
  }

  private named(at: number, end: number): void {
    const { text, entry } = this
    if (entry === null || text.charCodeAt(at) !== 0x6e || !text.startsWith('name', at)) return
    const plain = text.charCodeAt(at + 4) === 0x3a && text.charCodeAt(at + 5) === 0x20
    entry.name = plain && entry.name === -1 ? at + 6 : -2
    entry.nameEnd = end
    this.afterName = true
  }

  /** Looks at what begins in a line of an entry, at its key and at its value; nothing can open anywhere else. */
  private look(entry: ScannedEntry, from: number, end: number): void {
    const { text } = this
    let at = from
    while (text.charCodeAt(at) === 0x2d && text.charCodeAt(at + 1) === 0x20) {
      at += 2
      while (at < end && text.charCodeAt(at) === 0x20) at++
    }
    if (at >= end) entry.simple = false
    else if (!this.opens(entry, at)) this.lookBehindKey(entry, at, end)
  }

  /** Whether something opens at this place. */
  private opens(entry: ScannedEntry, at: number): boolean {
    const sign = opening[this.text.charCodeAt(at)] ?? 0
    if (sign === 0) return false
    entry.simple = false
    if (sign === 2) this.entangled = true
    return true
  }

  private lookBehindKey(entry: ScannedEntry, at: number, end: number): void {
    const { text } = this
    let colon = at
    while (colon < end && isKeyLetter(text.charCodeAt(colon))) colon++
    if (colon === end) return
    if (text.charCodeAt(colon) === 0x3a) {
      if (colon + 1 === end) return
      if (text.charCodeAt(colon + 1) === 0x20) {
        let value = colon + 2
        while (value < end && text.charCodeAt(value) === 0x20) value++
        if (value < end) this.opens(entry, value)
        return
      }
    }
    // Another sort of key, or a plain item: simple if no sign stands in it at all.
    const stop = Math.min(end, colon + 256)
    if (stop < end) entry.simple = false
    for (let rest = colon; rest < stop; rest++) {
      const sign = opening[text.charCodeAt(rest)] ?? 0
      if (sign === 0) continue
      entry.simple = false
      // A key that is no plain word may still carry an anchor behind it.
      if (sign === 2 && ' :'.includes(text.charAt(rest - 1))) this.entangled = true
    }
  }

  /** Sets the ends of entries behind their last character. */
  private trim(): void {
    const { text } = this
    for (const { entries } of [this.lists.cluster, this.lists.user, this.lists.context]) {
      for (const entry of entries) {
        if (entry.generated !== null) continue
        while (entry.end > entry.start && text.charCodeAt(entry.end - 1) === 0x20) entry.end--
        entry.to = Math.min(entry.to, text.length)
        entry.reach = Math.min(entry.reach, text.length)
        // A comment or tab behind the last value is no part of the entry, and only the parser knows where that ends.
        const last = text.slice(entry.last, entry.end)
        if (entry.simple && (last.includes('#') || last.endsWith('\t'))) entry.simple = false
      }
    }
  }
}

/** How many spaces a line begins with; of more than anybody writes no matter how many. */
function indentAt(text: string, from: number): number {
  let at = from
  while (at - from < mostIndent && text.charCodeAt(at) === 0x20) at++
  return at - from
}

function isHarmlessComment(text: string, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x09 || (code >= 0x20 && code <= 0x7e)) continue
    // Only what is surely allowed: NEL and the line separators would end the comment.
    if (code < 0xa0 || code === 0x2028 || code === 0x2029) return false
    if (code <= 0xd7ff) continue
    // Two halves of one sign, as of an emoji.
    const next = text.charCodeAt(at + 1)
    const isPair = code < 0xdc00 && at + 1 < end && next >= 0xdc00 && next < 0xe000
    if (!isPair && (code < 0xe000 || code === 0xfeff || code > 0xfffd)) return false
    if (isPair) at++
  }
  return true
}
