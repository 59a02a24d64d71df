/** JSON as a program reads it and a terminal may print it. */
import { sentencesAsCalled } from '../system/offer'

// Controls beyond ASCII, format and ignorable characters, line separators: JSON leaves them raw, and a terminal obeys.
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Where such may be, which is far quicker to find than what of Unicode is unseen. DEL is no graphic character. */
const other = /[^\n\x20-\x7e]+/g

/** One JSON document and nothing else, without a character that would do something to a terminal. */
export const json = (value: unknown): string =>
  `${escapedJson(sentencesAsCalled ? JSON.stringify(value, sentencesAsCalled, 2) : JSON.stringify(value, null, 2))}\n`

/** A JSON text in which such characters are escaped. */
export function escapedJson(text: string): string {
  return text.replace(other, (run) =>
    run.replace(unseen, (character) =>
      [...Array(character.length).keys()]
        .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join(''),
    ),
  )
}
