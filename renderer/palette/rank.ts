/** Fuzzy search: every letter in order; matches at the beginnings of words rank higher. */

/** The least average score per letter, where the text does not contain the query as typed: any long text has any few letters. */
const least = 2

/** Higher is better; null when a letter is missing, or hardly any letter starts a word or follows another match. */
function score(query: string, title: string): number | null {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, '')
  const text = title.toLowerCase()
  const whole = text.indexOf(query.trim().toLowerCase())
  if (whole >= 0) return 1_000 - whole - title.length / 1_000
  let from = 0
  let sum = 0
  let said = 0
  let before = -2
  for (const letter of wanted) {
    const at = text.indexOf(letter, from)
    if (at < 0) return null
    const points = at === before + 1 ? 3 : /[\s\-_:/.]/.test(text.charAt(at - 1)) || at === 0 ? 5 : 0
    said += points
    sum += points - (at - from) * 0.1
    before = at
    from = at + 1
  }
  return said < least * wanted.length ? null : sum - title.length / 1_000
}

/** Items that match the query by one of their names, best first; all in their own order for an empty query. */
export function ranked<T>(
  query: string,
  items: readonly T[],
  names: (item: T) => readonly string[],
): readonly T[] {
  if (query.trim() === '') return items
  return items
    .flatMap((item) => {
      const points = names(item).flatMap((name) => score(query, name) ?? [])
      return points.length === 0 ? [] : [{ item, points: Math.max(...points) }]
    })
    .sort((left, right) => right.points - left.points)
    .map(({ item }) => item)
}
