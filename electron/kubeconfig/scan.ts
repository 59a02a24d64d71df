/**
 * Finds the entries of a kubeconfig in the block style that kubectl and aws write, by looking at the first characters
 * of each line: a fleet's file of 21 MB in some ten milliseconds. It claims a file only where line starts cannot
 * mislead; every entry that could hide something (quotes, flow, comments, block text) is marked to be read before it
 * is believed. The full parser is the judge (outline-scan.oracle.test.ts).
 */
import type { EntryKind } from '../../shared/kubeconfig'

export interface ScannedEntry {
  /** Offset of its `-`. */
  readonly start: number
  /** Behind its last character: exact for a simple entry, for others the end of its last line. */
  end: number
  /** Beginning of the line with the `-`, and of the first line that does not belong to it. */
  readonly from: number
  to: number
  /** 1-based. */
  readonly line: number
  endLine: number
  /** Column of its keys, from 0. */
  readonly column: number
  /** Where the text of `name:` begins; -1 when there is no such line, -2 when there are several. */
  name: number
  nameEnd: number
  /** Nothing in it but `key:`, `key: plain` and `- plain`: its range and name are certain as they are. */
  simple: boolean
}

/** A top-level key that is no list of entries, with its lines. */
export interface ScannedSection {
  readonly key: string
  readonly from: number
  to: number
}

export interface Scanned {
  readonly lists: Readonly<Record<EntryKind, readonly ScannedEntry[]>>
  readonly sections: readonly ScannedSection[]
}

const listKeys: Readonly<Record<string, EntryKind>> = {
  clusters: 'cluster',
  users: 'user',
  contexts: 'context',
}

/** The entries of a text in plain block style; null where only the full parser can tell. */
export function scan(text: string): Scanned | null {
  // Other line breaks, anchors, aliases, tags and merges make lines depend on each other.
  for (const mark of ['\r', '\u0085', '\u2028', '\u2029', '<<']) if (text.includes(mark)) return null
  if (hasReference(text)) return null
  const scanner = new LineScanner(text)
  return scanner.run() ? { lists: scanner.lists, sections: scanner.sections } : null
}

function hasReference(text: string): boolean {
  for (const mark of '&*!') {
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
      if (at === 0 || ' \t\n,[{:-'.includes(text.charAt(at - 1))) return true
    }
  }
  return false
}

class LineScanner {
  readonly lists: Record<EntryKind, ScannedEntry[]> = { cluster: [], user: [], context: [] }
  readonly sections: ScannedSection[] = []
  private readonly text: string
  private readonly seen = new Set<string>()
  private list: ScannedEntry[] | null = null
  private indent = -1
  private entry: ScannedEntry | null = null
  private section: ScannedSection | null = null
  /** The line before, of this entry, was its name's. */
  private afterName = false

  constructor(text: string) {
    this.text = text
  }

  run(): boolean {
    const { text } = this
    const length = text.length
    let line = 0
    for (let from = 0; from < length; ) {
      let end = text.indexOf('\n', from)
      if (end < 0) end = length
      line++
      const code = text.charCodeAt(from)
      if (code === 0x20 || code === 0x2d) {
        if (!this.inner(from, end, line)) return false
      } else if (code === 0x23) {
        if (!isHarmlessComment(text, from, end)) return false
      } else if (from < end && !this.top(from, end)) return false
      from = end + 1
      if (this.entry === null && this.section !== null) this.section.to = from
    }
    this.mark()
    return true
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
    const kind = Object.hasOwn(listKeys, key) ? listKeys[key] : undefined
    if (kind === undefined) {
      this.section = { key, from, to: end }
      this.sections.push(this.section)
      return true
    }
    const bare = value.trim()
    if (bare === '') {
      this.list = this.lists[kind]
      this.indent = -1
      return true
    }
    return bare === '[]' || bare === 'null'
  }

  /** A line that begins with a space or a dash. */
  private inner(from: number, end: number, line: number): boolean {
    const { text } = this
    let at = from
    while (at < end && text.charCodeAt(at) === 0x20) at++
    if (at === end) return true
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
      this.entry = {
        start: at,
        end,
        from,
        to: end + 1,
        line,
        endLine: line,
        column: column + 2,
        name: -1,
        nameEnd: -1,
        simple: true,
      }
      this.list.push(this.entry)
      this.afterName = false
      this.named(key, end)
      return true
    }
    const entry = this.entry
    if (entry === null || column <= this.indent) {
      // A comment may stand anywhere; what else stands too far left is for the parser to refuse.
      return code === 0x23 && isHarmlessComment(text, at, end)
    }
    if (code === 0x23) {
      entry.simple = false
    }
    // A line further right than its key goes on with the name.
    if (column > entry.column && this.afterName) entry.name = -2
    this.afterName = false
    entry.end = end
    entry.to = end + 1
    entry.endLine = line
    if (column === entry.column) this.named(at, end)
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

  /** Marks the entries in which a line could mean something else than it seems to. */
  private mark(): void {
    const all = [...this.lists.cluster, ...this.lists.user, ...this.lists.context].sort(
      (a, b) => a.from - b.from,
    )
    for (const sign of '"\'{[|>#?\t') {
      let index = 0
      for (let at = this.text.indexOf(sign); at >= 0; ) {
        while (index < all.length && (all[index]?.to ?? 0) <= at) index++
        const entry = all[index]
        if (entry === undefined) break
        if (entry.from <= at) {
          entry.simple = false
          at = this.text.indexOf(sign, entry.to)
        } else at = this.text.indexOf(sign, entry.from)
      }
    }
    const { text } = this
    for (const entry of all) {
      while (entry.end > entry.start && text.charCodeAt(entry.end - 1) === 0x20) entry.end--
      if (entry.to > text.length) entry.to = text.length
    }
  }
}

function isHarmlessComment(text: string, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at)
    // Only what is surely allowed: NEL and the line separators would end the comment.
    if (
      code !== 0x09 &&
      (code < 0x20 || code > 0x7e) &&
      (code < 0xa0 || code === 0x2028 || code === 0x2029 || code > 0xd7ff)
    ) {
      return false
    }
  }
  return true
}
