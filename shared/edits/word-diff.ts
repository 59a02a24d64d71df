/** Which words of a line changed: what the user has to look at in a line of a hundred characters. */
import { sameEnds } from './diff'

export interface Piece {
  readonly text: string
  readonly changed: boolean
}

/** Words, blanks and signs; names with hyphens, slashes or colons in them count word by word. */
const tokens = (line: string): readonly string[] => line.match(/[\p{L}\p{N}_]+|\s+|./gu) ?? []

/** Longer lines are marked as a whole: they are not read word by word. */
const mostTokens = 600

/** How long two lines agree, by tokens, from 0 to 1. */
export function similarity(before: string, after: string): number {
  const [a, b] = [tokens(before.trim()), tokens(after.trim())]
  if (a.length === 0 || b.length === 0 || a.length > mostTokens || b.length > mostTokens) return 0
  const common = commonOf(a, b).filter(([at]) => isWord(a[at] ?? '')).length
  const words = (list: readonly string[]) => list.filter(isWord).length
  return (2 * common) / Math.max(1, words(a) + words(b))
}

/** Both lines in pieces, with those marked that the other one does not have. */
export function wordDiff(before: string, after: string): readonly [readonly Piece[], readonly Piece[]] {
  const [a, b] = [tokens(before), tokens(after)]
  if (a.length > mostTokens || b.length > mostTokens)
    return [[{ text: before, changed: true }], [{ text: after, changed: true }]]
  const common = commonOf(a, b)
  return [pieces(a, new Set(common.map(([at]) => at))), pieces(b, new Set(common.map(([, at]) => at)))]
}

/** Places of a longest common part; what both begin and end with belongs to it, so that a mark is in one piece. */
function commonOf(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const [head, tail] = sameEnds(a.length, b.length, (i, j) => a[i] === b[j])
  const ends = (at: number): readonly [number, number] => [a.length - tail + at, b.length - tail + at]
  return [
    ...Array.from({ length: head }, (_, at) => [at, at] as const),
    ...commonWithin(a.slice(head, a.length - tail), b.slice(head, b.length - tail)).map(
      ([one, other]) => [one + head, other + head] as const,
    ),
    ...Array.from({ length: tail }, (_, at) => ends(at)),
  ]
}

/** A word that stays counts for more than the commas around it. */
const weight = (token: string): number => (isWord(token) ? 8 : 1)

function commonWithin(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i]
      const next = lengths[i + 1]
      if (row && next)
        row[j] =
          a[i] === b[j] ? (next[j + 1] ?? 0) + weight(a[i] ?? '') : Math.max(next[j] ?? 0, row[j + 1] ?? 0)
    }
  const found: (readonly [number, number])[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) found.push([i++, j++])
    else if ((lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)) i++
    else j++
  }
  return found
}

const isWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text)

function pieces(list: readonly string[], common: ReadonlySet<number>): readonly Piece[] {
  const runs = joined(list.map((text, at) => ({ text, changed: !common.has(at) })))
  // A comma that stayed between two changed words is no place where the eye should stop.
  return joined(
    runs.map((run, at) => {
      const between = runs[at - 1]?.changed && runs[at + 1]?.changed
      return { text: run.text, changed: run.changed || (between === true && !isWord(run.text)) }
    }),
  )
}

function joined(list: readonly Piece[]): readonly Piece[] {
  const found: Piece[] = []
  for (const piece of list) {
    const last = found.at(-1)
    if (last?.changed === piece.changed) found[found.length - 1] = { ...last, text: last.text + piece.text }
    else found.push(piece)
  }
  return found
}

/** Removed lines next to the lines that replace them: which belong together, by their places in the two lists. */
export function pairedLines(
  removed: readonly string[],
  added: readonly string[],
): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>()
  // As many come as go: each in its place, as a list of arguments is written.
  const same = removed.length === added.length
  let from = 0
  removed.forEach((line, at) => {
    if (same) {
      if (similarity(line, added[at] ?? '') > 0) pairs.set(at, at)
      return
    }
    for (let to = from; to < Math.min(added.length, from + 40); to++) {
      if (similarity(line, added[to] ?? '') < 0.5) continue
      pairs.set(at, to)
      from = to + 1
      return
    }
  })
  return pairs
}
