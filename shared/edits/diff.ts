/** The exact lines that a change removes and adds, from the replaced ranges themselves; nothing is guessed. */
import { differenceOf } from '../difference'

/** A replaced range of a text, in UTF-16 units; as electron/kubeconfig/rewrite/splice.ts makes them. */
export interface Change {
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  /** 1-based numbers in the old and the new text; null on the side where the line is not. */
  readonly before: number | null
  readonly after: number | null
  /** Without its line end; secrets masked. */
  readonly text: string
  /** It ends with a carriage return and a line feed. */
  readonly crlf?: true
}

export interface DiffHunk {
  readonly lines: readonly DiffLine[]
}

export interface FileDiff {
  readonly added: number
  readonly removed: number
  readonly hunks: readonly DiffHunk[]
  /** Number of the last line where it has no line end; null where it has one. */
  readonly unended: { readonly before: number | null; readonly after: number | null }
}

/** Masks what must not be shown of a line; offsets are those of the old or the new text. */
export type Redact = (side: 'before' | 'after', start: number, text: string) => string

interface Region {
  /** Lines of the old text, 0-based, end exclusive. */
  from: number
  to: number
  changes: Change[]
}

class Lines {
  readonly starts: number[] = [0]
  readonly text: string
  constructor(text: string) {
    this.text = text
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1)
    // What follows a last line end is no line.
    if (this.starts.length > 1 && this.starts.at(-1) === text.length) this.starts.pop()
    if (text === '') this.starts.pop()
  }
  get count(): number {
    return this.starts.length
  }
  /** Offset at which a line begins; the text's end after the last. */
  start(line: number): number {
    return this.starts[line] ?? this.text.length
  }
  /** 0-based line of an offset. */
  at(offset: number): number {
    return Math.max(0, placeAmong(this.starts.length, (at) => (this.starts[at] ?? 0) <= offset) - 1)
  }
  line(line: number): string {
    return this.text.slice(this.start(line), this.start(line + 1)).replace(/\r?\n$/, '')
  }
  /** How the line ends, for a line of a diff. */
  end(line: number): Pick<DiffLine, 'crlf'> {
    return this.text.startsWith('\r\n', this.start(line + 1) - 2) ? { crlf: true } : {}
  }
}

/** How many of `count` items, in their order, come before a place. */
function placeAmong(count: number, isBefore: (at: number) => boolean): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}

/** How many of two series are the same at their beginning, and how many of the others at their end. */
export function sameEnds(
  olds: number,
  news: number,
  isSame: (old: number, next: number) => boolean,
): readonly [number, number] {
  const shorter = Math.min(olds, news)
  let [head, tail] = [0, 0]
  while (head < shorter && isSame(head, head)) head++
  while (tail < shorter - head && isSame(olds - 1 - tail, news - 1 - tail)) tail++
  return [head, tail]
}

/** The lines of `before` that a change touches; none for whole lines put in at the beginning of one. */
function touched(lines: Lines, change: Change): { from: number; to: number } {
  const { text } = lines
  const opens = change.start === 0 || text[change.start - 1] === '\n'
  const closes = change.end === 0 || text[change.end - 1] === '\n' || change.end === text.length
  const whole = change.text === '' || change.text.endsWith('\n')
  const from = change.start >= text.length && opens ? lines.count : lines.at(change.start)
  if (opens && closes && (whole || change.end === text.length)) {
    const to = change.end >= text.length ? lines.count : lines.at(change.end)
    return { from, to: Math.max(from, to) }
  }
  const last =
    change.end > change.start && text[change.end - 1] === '\n' && whole ? change.end - 1 : change.end
  return { from, to: Math.max(from, Math.min(lines.count, lines.at(last) + 1)) }
}

/** The diff of replaced ranges (ascending, not overlapping) with `context` unchanged lines around each. */
export function diffOf(
  before: string,
  changes: readonly Change[],
  redact: Redact = (_side, _start, text) => text,
  context = 3,
): FileDiff {
  const old = new Lines(before)
  const regions: Region[] = []
  for (const change of changes) {
    const { from, to } = touched(old, change)
    const last = regions.at(-1)
    if (last && from <= last.to) {
      last.to = Math.max(last.to, to)
      last.changes.push(change)
    } else regions.push({ from, to, changes: [change] })
  }
  let after = ''
  let position = 0
  for (const change of changes) {
    after += before.slice(position, change.start) + change.text
    position = change.end
  }
  after += before.slice(position)
  const next = new Lines(after)
  const hunks: DiffLine[][] = []
  let [shift, shown, grown] = [0, 0, 0]
  const lineOf = (kind: DiffLine['kind'], line: number): DiffLine => {
    const [of, side] = kind === 'added' ? ([next, 'after'] as const) : ([old, 'before'] as const)
    return {
      kind,
      before: kind === 'added' ? null : line + 1,
      after: kind === 'removed' ? null : line + 1 + (kind === 'same' ? shift : 0),
      text: redact(side, of.start(line), of.line(line)),
      ...of.end(line),
    }
  }
  regions.forEach((region, i) => {
    for (const { start, end, text } of region.changes) grown += text.length - (end - start)
    const newStart = region.from + shift
    const newEndOffset = old.start(region.to) + grown
    const newEnd = newEndOffset >= after.length ? next.count : next.at(newEndOffset)
    const [olds, news] = [region.to - region.from, newEnd - newStart]
    const [head, tail] = sameEnds(olds, news, (a, b) => sameLine(old, region.from + a, next, newStart + b))
    const [from, to] = [region.from + head, region.to - tail]
    const near = Math.max(shown, from - context)
    // A line left out would take as much room as the line.
    const begin = hunks.length > 0 && near === shown + 1 ? shown : near
    if (hunks.length === 0 || begin > shown) hunks.push([])
    const add = (kind: DiffLine['kind'], first: number, end: number): void => {
      for (let line = first; line < end; line++) hunks.at(-1)?.push(lineOf(kind, line))
    }
    add('same', begin, from)
    add('removed', from, to)
    add('added', newStart + head, newEnd - tail)
    shift += news - olds
    const following = regions[i + 1]
    shown = Math.min(old.count, to + context, following ? Math.max(to, following.from) : old.count)
    add('same', to, shown)
  })
  const count = (kind: DiffLine['kind']) => hunks.flat().filter((line) => line.kind === kind).length
  return {
    added: count('added'),
    removed: count('removed'),
    hunks: hunks.filter((lines) => lines.length > 0).map((lines) => ({ lines })),
    unended: {
      before: before === '' || before.endsWith('\n') ? null : old.count,
      after: after === '' || after.endsWith('\n') ? null : next.count,
    },
  }
}

/** Equal with its line end. */
function sameLine(a: Lines, i: number, b: Lines, j: number): boolean {
  return a.text.slice(a.start(i), a.start(i + 1)) === b.text.slice(b.start(j), b.start(j + 1))
}

/** The diff as `diff -u` prints it. */
export function unified(path: string, diff: FileDiff): string {
  if (diff.hunks.length === 0) return ''
  const out = [`--- ${path}`, `+++ ${path}`]
  diff.hunks.forEach(({ lines }) => {
    const olds = lines.filter((line) => line.kind !== 'added')
    const news = lines.filter((line) => line.kind !== 'removed')
    const first = (numbers: readonly (number | null)[]): number => numbers.find((n) => n !== null) ?? 0
    out.push(
      `@@ -${first(olds.map((line) => line.before))},${olds.length} +${first(news.map((line) => line.after))},${news.length} @@`,
    )
    for (const line of lines) {
      out.push(
        `${line.kind === 'same' ? ' ' : line.kind === 'removed' ? '-' : '+'}${line.text}${line.crlf ? '\r' : ''}`,
      )
      const { before, after } = diff.unended
      const ends =
        (line.before !== null && line.before === before) || (line.after !== null && line.after === after)
      if (ends) out.push('\\ No newline at end of file')
    }
  })
  return `${out.join('\n')}\n`
}

/** Least line changes from one text to another, for texts whose changes are not known as ranges. */
export function changesBetween(before: string, after: string): readonly Change[] {
  // Of a large text only the lines around what differs are split.
  const { start, end, text } = differenceOf(before, after)
  const from = start === 0 ? 0 : before.lastIndexOf('\n', start - 1) + 1
  const behind = before.indexOf('\n', end) + 1 || before.length
  const [a, b] = [
    linesOf(before.slice(from, behind)),
    linesOf(after.slice(from, start + text.length + behind - end)),
  ]
  const [head, tail] = sameEnds(a.length, b.length, (i, j) => a[i] === b[j])
  const changes: Change[] = []
  const lengthOf = (lines: readonly string[]) => lines.reduce((sum, line) => sum + line.length, 0)
  let offset = from + lengthOf(a.slice(0, head))
  for (const run of pairUp(a.slice(head, a.length - tail), b.slice(head, b.length - tail), deepest)) {
    const { olds, news } = run
    const length = lengthOf(olds)
    if (olds.length !== news.length || olds.some((line, i) => line !== news[i]))
      changes.push({ start: offset, end: offset + length, text: news.join('') })
    offset += length
  }
  return changes
}

const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

interface Run {
  readonly olds: readonly string[]
  readonly news: readonly string[]
}

/** How often what differs is looked at by itself: a text that is made for it costs no more than so many times its length. */
const deepest = 8

/**
 * Runs of equal and of different lines: lines that occur once on both sides hold them together. Between two of these, lines that
 * occur once there do: the arguments of two users are the same lines.
 */
function pairUp(a: readonly string[], b: readonly string[], depth: number): readonly Run[] {
  const once = (lines: readonly string[]): Map<string, number> => {
    const places = new Map<string, number>()
    for (const [i, line] of lines.entries()) places.set(line, places.has(line) ? -1 : i)
    return places
  }
  const [inA, inB] = [once(a), once(b)]
  const anchors: { i: number; j: number }[] = []
  for (const [line, i] of inA) {
    const j = inB.get(line)
    if (i >= 0 && j !== undefined && j >= 0) anchors.push({ i, j })
  }
  const runs: Run[] = []
  let [i, j] = [0, 0]
  const between = (olds: readonly string[], news: readonly string[]) => {
    const within = depth > 0 && anchors.length > 0 && olds.length > 0 && news.length > 0
    if (within) for (const run of pairUp(olds, news, depth - 1)) runs.push(run)
    else runs.push({ olds, news })
  }
  for (const anchor of rising(anchors)) {
    if (anchor.i < i || anchor.j < j) continue
    // Grow the anchor backwards over equal lines that occur more often.
    let back = 0
    while (anchor.i - back > i && anchor.j - back > j && a[anchor.i - back - 1] === b[anchor.j - back - 1])
      back++
    between(a.slice(i, anchor.i - back), b.slice(j, anchor.j - back))
    let length = back + 1
    const [fromA, fromB] = [anchor.i - back, anchor.j - back]
    while (fromA + length < a.length && fromB + length < b.length && a[fromA + length] === b[fromB + length])
      length++
    runs.push({ olds: a.slice(fromA, fromA + length), news: b.slice(fromB, fromB + length) })
    i = fromA + length
    j = fromB + length
  }
  between(a.slice(i), b.slice(j))
  return runs
}

/** The longest series whose places rise on both sides. */
function rising(anchors: readonly { i: number; j: number }[]): readonly { i: number; j: number }[] {
  const tails: number[] = []
  const before: number[] = []
  anchors.forEach((anchor, n) => {
    const low = placeAmong(tails.length, (at) => (anchors[tails[at] ?? 0]?.j ?? 0) < anchor.j)
    before[n] = low > 0 ? (tails[low - 1] ?? -1) : -1
    tails[low] = n
  })
  const series: { i: number; j: number }[] = []
  for (let n = tails.at(-1) ?? -1; n >= 0; n = before[n] ?? -1) {
    const anchor = anchors[n]
    if (anchor) series.push(anchor)
  }
  return series.reverse()
}
