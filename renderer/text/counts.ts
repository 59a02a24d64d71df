/** Numbers and lists of names as sentences have them. */

import { counted } from '../../shared/counted'

/** `1 context`, `12 contexts` */
export const plural = (count: number, one: string, many: string): string =>
  `${counted(count)} ${count === 1 ? one : many}`

/** Longer names would be more than two lines of a dialog. */
const longest = 64

/** A name in a sentence or a title: one that is very long loses its middle, as in the grid. */
export const shortened = (name: string): string => {
  if (name.length <= longest) return name
  const letters = [...name]
  return letters.length <= longest
    ? name
    : `${letters.slice(0, longest - 21).join('')}…${letters.slice(-20).join('')}`
}

/** Two names and how many more: short enough for one line. */
export const few = (names: readonly string[]): string =>
  names.length <= 3
    ? names.map(shortened).join(', ')
    : `${names.slice(0, 2).map(shortened).join(', ')} and ${counted(names.length - 2)} more`
