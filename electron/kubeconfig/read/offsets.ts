/**
 * Offsets of the entries of one list that were read in one step, and the lines in which they are found. One class for all
 * lists: what V8 has made of its methods for ten thousand clusters holds for the users that follow.
 */
import { isPlainString, isSimpleName } from '../yaml/scalars'

/** A value too long to be read is for the parser to name. */
export const longestLine = 1024 * 1024

/** By character code, those beyond ASCII as one. Bit 0: a sign in which nothing of YAML can hide; bit 1: one of a simple name; bit 2: of a cluster's name in AWS. */
export const sign = new Uint8Array(256)
for (const one of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-')
  sign[one.charCodeAt(0)] = 7
for (const one of './@:+=~') sign[one.charCodeAt(0)] = 3
sign['$'.charCodeAt(0)] = 1
/** Offsets of one entry, `width` numbers each: its place, its name, and where its values begin and end. */
const width = 12
const [startAt, toAt, lineAt, linesAt] = [0, 1, 2, 3] as const
/** Of up to four values: from here on, two numbers each. */
const values = 4

const noCodes = new Uint8Array(0)

export type LineEnd = '\n' | '\r\n'

/** What ends the lines of a text in which each CR belongs to an LF. */
export const lineEndOf = (text: string): LineEnd => (text.includes('\r') ? '\r\n' : '\n')

export class Offsets {
  readonly text: string
  readonly lineEnd: LineEnd
  /** The first character of it. */
  private readonly ending: number
  /** How many spaces stand before the dashes of the list. */
  indent = 0
  /** The text's characters (`codesOf`), until the last entry is found. */
  codes: Uint8Array
  private marks = new Int32Array(64 * width)
  /** Of the entry that was kept last: behind the line break of its last line, and how many lines it has. */
  to = 0
  lines = 0
  /** How much of what lies in front of `to` is no part of the entry: its line break. */
  protected behindIt: number
  /** Where its values stand, while it is looked at; the first is its name. */
  private readonly found = new Int32Array(width - values)

  constructor(text: string, codes: Uint8Array, lineEnd = lineEndOf(text)) {
    this.text = text
    this.codes = codes
    this.lineEnd = lineEnd
    this.ending = lineEnd.charCodeAt(0)
    this.behindIt = lineEnd.length
  }

  /** Nothing more is looked for. */
  close(): void {
    this.codes = noCodes
  }

  /** Keeps what was found of an entry that ends there; false where something may go on behind it, or is too long. */
  keep(index: number, at: number, end: number, above: number): boolean {
    if (end - at > longestLine || !this.isBoundary(end)) return false
    const base = index * width
    if (base >= this.marks.length) {
      const more = new Int32Array(Math.max(base + width, this.marks.length * 2))
      more.set(this.marks)
      this.marks = more
    }
    this.to = end
    const { marks, found } = this
    marks[base + startAt] = at + this.indent
    marks[base + toAt] = end
    marks[base + lineAt] = above + 1
    marks[base + linesAt] = this.lines
    marks.set(found, base + values)
    return true
  }

  has(index: number): boolean {
    return this.mark(index, toAt) > 0
  }

  /** Where the value at this place begins and ends; the first is its name. */
  beginOf(index: number, place: number): number {
    return this.mark(index, values + 2 * place)
  }

  endOf(index: number, place: number): number {
    return this.mark(index, values + 2 * place + 1)
  }

  /** The line of an entry, from 1. */
  line(index: number): number {
    return this.mark(index, lineAt)
  }

  place(index: number): { start: number; end: number; line: number; endLine: number } {
    const line = this.mark(index, lineAt)
    return {
      start: this.mark(index, startAt),
      end: this.mark(index, toAt) - this.behindIt,
      line,
      endLine: line + this.mark(index, linesAt) - 1,
    }
  }

  /** The value at this place of those that were found; null for one that is not there. */
  value(index: number, place: number): string | null {
    const begin = this.beginOf(index, place)
    return begin < 0 ? null : this.text.slice(begin, this.endOf(index, place))
  }

  protected mark(index: number, which: number): number {
    return this.marks[index * width + which] ?? 0
  }

  /** These words as they stand in this text: in its lines, and as far in as its list. */
  laid(words: string): string {
    const pad = ' '.repeat(this.indent)
    return pad + words.replaceAll('\n', this.lineEnd + pad)
  }

  /** Where the line ends in which this stands, -1 where it ends in another way than the others. */
  endOfLine(at: number): number {
    const end = this.text.indexOf('\n', at) + 1 - this.lineEnd.length
    return this.text.charCodeAt(end) === this.ending ? end : -1
  }

  /** Behind the end of a line that is here, -1 where none is. */
  private behindEnd(at: number): number {
    const { codes, ending, lineEnd } = this
    if (codes[at] !== ending) return -1
    return lineEnd === '\n' ? at + 1 : codes[at + 1] === 0x0a ? at + 2 : -1
  }

  put(place: number, from: number, to: number): void {
    this.found[2 * place] = from
    this.found[2 * place + 1] = to
  }

  /** A value behind words that stand here; gives the offset of the next line, -1 where it is none for sure. */
  lineWith(at: number, words: string, place: number): number {
    const { text, codes } = this
    if (!text.startsWith(words, at)) return -1
    const from = at + words.length
    let to = from
    while (((sign[codes[to] ?? 0] ?? 0) & 1) === 1) to++
    const next = this.behindEnd(to)
    if (next < 0 || !isPlainAt(text, from, to)) return -1
    this.put(place, from, to)
    return next
  }

  /** The same of a name, which comes first of the values. */
  nameLine(at: number, words: string): number {
    const { text, codes } = this
    if (!text.startsWith(words, at)) return -1
    const from = at + words.length
    let to = from
    while (((sign[codes[to] ?? 0] ?? 0) & 2) === 2) to++
    const next = this.behindEnd(to)
    if (next < 0) return -1
    const certain = to - from > 5 && isLetter(text.charCodeAt(from)) && text.charCodeAt(to - 1) !== 0x3a
    if (!certain && !isSimpleName(text.slice(from, to))) return -1
    this.put(0, from, to)
    return next
  }

  /** Nothing goes on behind it: another entry, a key of the file, or its end. */
  protected isBoundary(at: number): boolean {
    const { text, indent } = this
    if (at === text.length) return true
    const next = text.charCodeAt(at)
    if (indent === 0) return next === 0x2d || isLetter(next)
    if (isLetter(next)) return true
    for (let column = 0; column < indent; column++) if (text.charCodeAt(at + column) !== 0x20) return false
    return text.charCodeAt(at + indent) === 0x2d
  }
}

export const isLetter = (code: number) => (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)

/** A value of plain signs that is text to kubectl. */
function isPlainAt(text: string, from: number, to: number): boolean {
  if (text.charCodeAt(to - 1) === 0x3a || to === from) return false
  // No word that means something else is longer than five letters.
  return (to - from > 5 && isLetter(text.charCodeAt(from))) || isPlainString(text.slice(from, to))
}
