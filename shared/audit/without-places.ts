/** A document without the names of places: for a report that leaves the company. Pure. */

/** A path in a sentence: absolute, below the home folder, or of Windows. No part of an ARN or of an address. */
const path = /(^|[\s"'“”‘’(=,`])(?:~|[A-Za-z]:)?[\\/][^\s"'“”‘’,;()`]+/g

/** Every text of the document without these places, each with what is said instead, and without any other path. */
export function withoutPlaces<T>(document: T, places: ReadonlyMap<string, string>): T {
  const longestFirst = [...places].filter(([place]) => place !== '').sort(([a], [b]) => b.length - a.length)
  const said = (text: string): string => {
    let left = text
    for (const [place, instead] of longestFirst) left = left.replaceAll(place, instead)
    return left.replace(path, (_, before: string) => `${before}(a path)`)
  }
  return JSON.parse(JSON.stringify(document), (_, value: unknown) =>
    typeof value === 'string' ? said(value) : value,
  )
}
