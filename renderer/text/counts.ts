/** Numbers and lists of names, formatted for sentences. */

import { toldApart } from '../../shared/identity/distinct-names'
import { firstOf } from '../../shared/name-lists'

export {
  placedName,
  shortened,
  shortName,
  spacedAccount,
  toldApart,
} from '../../shared/identity/distinct-names'

/** Two names and how many more: short enough for one line. */
export const few = (names: readonly string[]): string => fewOf(toldApart(names))

/** The same for texts that are not names: titles, places. */
export const fewOf = (texts: readonly string[]): string =>
  texts.length <= 3 ? texts.join(', ') : firstOf(texts, 2)
