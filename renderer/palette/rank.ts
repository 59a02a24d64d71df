/** Finds by what a person types: every letter in order, the better the more it stands at beginnings of words. */

/** Higher is better; null when a letter is missing. */
function score(query: string, title: string): number | null {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, '')
  const text = title.toLowerCase()
  const whole = text.indexOf(query.trim().toLowerCase())
  if (whole >= 0) return 1_000 - whole - title.length / 1_000
  let from = 0
  let sum = 0
  let before = -2
  for (const letter of wanted) {
    const at = text.indexOf(letter, from)
    if (at < 0) return null
    sum += at === before + 1 ? 3 : /[\s\-_:/.]/.test(text.charAt(at - 1)) || at === 0 ? 5 : 0
    sum -= (at - from) * 0.1
    before = at
    from = at + 1
  }
  return sum - title.length / 1_000
}

/** What fits the query, best first; everything in its own order when nothing is asked. */
export function ranked<T>(query: string, items: readonly T[], title: (item: T) => string): readonly T[] {
  if (query.trim() === '') return items
  return items
    .flatMap((item) => {
      const points = score(query, title(item))
      return points === null ? [] : [{ item, points }]
    })
    .sort((left, right) => right.points - left.points)
    .map(({ item }) => item)
}
