/** JSON as a program reads it and a terminal may print it. */
import { sentencesAsCalled } from '../system/offer'

// Controls beyond ASCII, format and ignorable characters, line separators: JSON leaves them raw, and a terminal obeys.
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Nearly every document, and far quicker to tell than what of Unicode is unseen. DEL is no graphic character. */
const plain = /^[\n\x20-\x7e]*$/

/** One JSON document and nothing else, without a character that would do something to a terminal. */
export const json = (value: unknown): string =>
  `${seen(sentencesAsCalled ? JSON.stringify(value, sentencesAsCalled, 2) : JSON.stringify(value, null, 2))}\n`

/** A JSON text in which such characters are escaped. */
export function seen(text: string): string {
  if (plain.test(text)) return text
  return text.replace(unseen, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}
