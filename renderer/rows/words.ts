/** Words that must all be somewhere in what is said of a thing, in any order and case. Nothing to look for fits everything. */
export function wordsFit(words: string, said: () => string): boolean {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return true
  const all = said()
  return wanted.every((word) => all.includes(word))
}

/** All that something can be found by, as one text. */
export const findable = (said: readonly (string | null | undefined)[]): string =>
  said.filter(Boolean).join('\n').toLowerCase()
