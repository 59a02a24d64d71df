/** Long lists in sentences and answers: the first names, and how many more there are. */
import { counted } from './counted'

/** At most these, the last of them saying how many more. Eight, so that texts stay short with any files. */
export const few = (names: readonly string[], most = 8): readonly string[] =>
  names.length <= most ? names : [...names.slice(0, most), `${names.length - most} more`]

/** The first `most` of these as a part of a sentence, each as `say` writes it: `a, b and 3 more`. */
export function firstOf(names: readonly string[], most: number, say = (name: string) => name): string {
  const shown = names.slice(0, most).map(say).join(', ')
  return names.length <= most ? shown : `${shown} and ${counted(names.length - most)} more`
}

/** `one, two or three`. */
export const anyOf = (names: readonly string[]): string =>
  [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' or ')
