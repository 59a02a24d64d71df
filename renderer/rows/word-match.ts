/** Whether the text contains all words, in any order and case. Without words everything matches. */
export function wordsFit(words: string, said: () => string): boolean {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return true
  const all = said()
  return wanted.every((word) => all.includes(word))
}

/** All searchable values of something, as one text. */
export const findable = (said: readonly (string | null | undefined)[]): string =>
  said.filter(Boolean).join('\n').toLowerCase()
