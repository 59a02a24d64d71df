/** Numbers and lists of names as sentences have them. */

/** `12,345` */
export const number = (count: number): string => count.toLocaleString('en-US')

/** `1 context`, `12 contexts` */
export const plural = (count: number, one: string, many: string): string =>
  `${number(count)} ${count === 1 ? one : many}`

/** Two names and how many more: short enough for one line. */
export const few = (names: readonly string[]): string =>
  names.length <= 3
    ? names.join(', ')
    : `${names.slice(0, 2).join(', ')} and ${number(names.length - 2)} more`
