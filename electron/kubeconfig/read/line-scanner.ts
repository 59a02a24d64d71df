/**
 * Finds the entries of a kubeconfig in the block style that kubectl and aws write, by looking at the first characters
 * of each line: a fleet's file of 21 MB in some ten milliseconds. It claims a file only where line starts cannot
 * mislead. Every entry that is written otherwise than programs write is read by the full parser before it is believed;
 * that parser also verifies the others (document.oracle.test.ts).
 */
import { type EntryKind, entryKinds } from '../../../shared/kubeconfig/entries'
import type { ReadCluster, ReadContext } from './decode'
import {
  type CertainEntry,
  type GeneratedEntry,
  type GeneratedUser,
  generatedClusters,
  generatedContexts,
  generatedUsers,
  type Layout,
  type LineEnd,
  lineEndOf,
  longestLine,
  type ReadGenerated,
} from './generated-entry'

export interface ScannedEntry<G extends GeneratedEntry<unknown> = GeneratedEntry<unknown>> {
  /** Offset of its `-`. */
  readonly start: number
  /** Behind the last character of its last line, blanks too. */
  end: number
  /** Beginning of the line with the `-`, and of the first line that does not belong to it. */
  readonly from: number
  to: number
  /** Behind the blank lines that follow: a block text may keep them. */
  reach: number
  /** 1-based. */
  readonly line: number
  endLine: number
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
  readonly sections: readonly ScannedSection[]
}

/** Where the entries of one list are put, each found in one of two ways. */
export interface EntryFinders {
  /** An entry that is found by its first characters; its end moves with each of its lines. */
  push(entry: ScannedEntry<never>): void
  /** Takes the entry whose line begins at this offset in one step; null where it is in another form than programs write. */
  take(text: string, from: number, above: number, layout: Layout): Pick<ScannedEntry, 'to' | 'endLine'> | null
}

/** The reader of one list, made anew where its indentation changes. */
export function readerOf<G>(readIn: (layout: Layout) => ReadGenerated<G>) {
  let indentBefore = -1
  let read: ReadGenerated<G> = () => null
  return (text: string, at: number, layout: Layout): CertainEntry<G> | null => {
    if (indentBefore !== layout.indent) read = readIn(layout)
    indentBefore = layout.indent
    return read(text, at)
  }
}

function entryList<G extends GeneratedEntry<unknown>>(readIn: (layout: Layout) => ReadGenerated<G>) {
  const entries: ScannedEntry<G>[] = []
  const read = readerOf(readIn)
  return {
    entries,
    push: (entry: ScannedEntry<never>): void => {
      entries.push(entry)
    },
    take(text: string, from: number, above: number, layout: Layout): ScannedEntry<G> | null {
      const { indent, lineEnd } = layout
      const generated = read(text, from, layout)?.make()
      if (generated === undefined) return null
      const { to, lines } = generated
      const [line, endLine, end] = [above + 1, above + lines, to - lineEnd.length]
      const entry = { start: from + indent, end, from, to, reach: to, line, endLine, generated }
      entries.push(entry)
      return entry
    },
  }
}

/** The entries of a text in plain block style; null where only the full parser can tell. */
export function scan(text: string): Scanned | null {
  // With other line breaks a line is not what it seems; a CR is checked line by line.
  for (const mark of ['\u0085', '\u2028', '\u2029']) if (text.includes(mark)) return null
  const cluster = entryList(generatedClusters)
  const user = entryList(generatedUsers)
  const context = entryList(generatedContexts)
  const scanner = new LineScanner({ cluster, user, context }, lineEndOf(text))
  if (scanner.read(text, text.length) < 0) return null
  const lists = { cluster: cluster.entries, user: user.entries, context: context.entries }
  return { lists, sections: scanner.sections }
}

const mostIndent = 16

/** Goes through a text, or through one piece of it after the other. */
export class LineScanner {
  readonly sections: ScannedSection[] = []
  private text = ''
  private line = 0
  private readonly lists: Readonly<Record<EntryKind, EntryFinders>>
  private readonly seen = new Set<string>()
  private list: EntryFinders | null = null
  /** Of the list; -1 where its first entry is still to come. */
  private layout: Layout
  private entry: ScannedEntry<never> | null = null
  private section: ScannedSection | null = null
  /** Lines may end in CR and LF. */
  private readonly hasReturns: boolean
  private nextReturn = -1

  get lineEnd(): LineEnd {
    return this.layout.lineEnd
  }

  constructor(lists: Readonly<Record<EntryKind, EntryFinders>>, lineEnd: LineEnd) {
    this.lists = lists
    this.layout = { indent: -1, lineEnd }
    this.hasReturns = lineEnd === '\r\n'
  }

  /**
   * Reads lines and entries of this text as long as they begin before `until`, which is its end, or where the next piece of a
   * longer one begins if nothing reaches over it. Where the next begins; -1 where only the full parser can tell.
   */
  read(text: string, until: number): number {
    this.text = text
    this.nextReturn = -1
    const length = text.length
    let from = 0
    while (from < until) {
      const { list } = this
      const indent = list === null || this.layout.indent >= 0 ? this.layout.indent : indentAt(text, from)
      if (list !== null && text.charCodeAt(from + indent) === 0x2d) {
        // An entry that can be read in one step; nothing can belong to it that follows.
        const layout = this.indentedBy(indent)
        const taken = list.take(text, from, this.line, layout)
        if (taken !== null) {
          this.layout = layout
          this.line = taken.endLine
          from = taken.to
          this.entry = null
          continue
        }
      }
      let end = text.indexOf('\n', from)
      if (end < 0) {
        if (until < length) return -1
        end = length
      }
      const next = Math.min(end + 1, length)
      if (this.hasReturns) {
        end = this.beforeReturn(from, end)
        if (end < 0) return -1
      }
      this.line++
      // A value too long to be read is for the parser to name.
      if (end - from > longestLine) return -1
      const code = text.charCodeAt(from)
      if (code === 0x20 || code === 0x2d) {
        if (!this.inner(from, end, next, this.line)) return -1
      } else if (code === 0x23) {
        if (!isHarmlessComment(text, from, end)) return -1
      } else if (from === end) {
        if (this.entry !== null) this.entry.reach = next
      } else if (!this.top(from, end)) return -1
      from = next
      if (this.entry === null && this.section !== null) this.section.to = from
    }
    return from
  }

  private indentedBy(indent: number): Layout {
    return indent === this.layout.indent ? this.layout : { ...this.layout, indent }
  }

  /** The end of a line without the CR that belongs to its LF; -1 where the line contains another CR. */
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
    const kind = entryKinds.find((one) => `${one}s` === key)
    if (kind === undefined) {
      this.section = { key, from, to: end }
      this.sections.push(this.section)
      return true
    }
    const bare = value.replace(/^[ \t]+|[ \t]+$/g, '')
    if (bare === '') {
      this.list = this.lists[kind]
      this.layout = this.indentedBy(-1)
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
    const { indent } = this.layout
    if (code === 0x2d && text.charCodeAt(at + 1) === 0x20 && (indent < 0 || column === indent)) {
      this.layout = this.indentedBy(column)
      const key = at + 2
      if (key >= end || text.charCodeAt(key) === 0x20) return false
      this.entry = { start: at, end, from, to: next, reach: next, line, endLine: line, generated: null }
      this.list.push(this.entry)
      return true
    }
    const entry = this.entry
    // A comment may be anywhere; anything else too far left is for the parser to refuse.
    if (entry === null || column <= indent) return code === 0x23 && isHarmlessComment(text, at, end)
    entry.end = end
    entry.to = next
    entry.reach = next
    entry.endLine = line
    return true
  }
}

/** How many spaces a line begins with, counted up to `mostIndent`: no one writes more. */
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
