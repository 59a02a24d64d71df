/** The word that was most likely meant where another one was typed. */
import { quoted } from '../../shared/visible'

/** How many letters are wrong, missing, too many, or changed places with the next. */
function distance(one: string, other: string): number {
  let before: readonly number[] = []
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let row = 1; row <= one.length; row += 1) {
    const now = [row]
    for (let at = 1; at <= other.length; at += 1) {
      const [left = 0, above = 0, corner = 0] = [now[at - 1], last[at], last[at - 1]]
      const swapped = one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1]
      now.push(
        Math.min(
          left + 1,
          above + 1,
          corner + (one[row - 1] === other[at - 1] ? 0 : 1),
          swapped ? (before[at - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    ;[before, last] = [last, now]
  }
  return last.at(-1) ?? 0
}

/** The nearest of these, at most two letters off (of up to four letters: one); else the only one that begins so; else null. */
export function nearest(word: string, known: readonly string[]): string | null {
  const most = word.length > 4 ? 2 : 1
  const [best] = known
    .filter((name) => Math.abs(name.length - word.length) <= most)
    .map((name) => ({ name, off: distance(word, name) }))
    .filter(({ off }) => off <= most)
    .sort((a, b) => a.off - b.off)
  if (best !== undefined) return best.name
  const [first, second] = known.filter((name) => word.length > 2 && name.startsWith(word))
  return second === undefined ? (first ?? null) : null
}

export const didYouMean = (near: string | null): string =>
  near === null ? '' : `Did you mean ${quoted(near)}? `
