/**
 * `12,345`, as all sentences and cells have counts. Written out here: the first number that the language's own formatter formats
 * takes 11 ms of a program's start, to load its data of languages.
 */
export const counted = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')

/** `1 context`, `12 contexts` */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${counted(count)} ${count === 1 ? one : many}`
