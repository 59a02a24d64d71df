/**
 * Names come from files that any person or program may have written. What would hide, reorder or imitate text is shown as its
 * code point, in the window and in the terminal alike.
 */

// Controls (C0, C1, DEL), format characters (bidi, zero-width, tags), lone surrogates, private use, what is drawn
// as nothing (fillers, variation selectors), noncharacters, and every space that is not U+0020.
const hidden =
  /(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/u

/** A run of text as it is, or one character that is shown by its code point. */
export interface Piece {
  readonly text: string
  readonly escaped: boolean
}

export const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** Takes text apart into what may be drawn as it is and what is drawn as a code point. Empty text gives no piece. */
export function pieces(text: string): readonly Piece[] {
  if (!hidden.test(text)) return text === '' ? [] : [{ text, escaped: false }]
  const found: Piece[] = []
  let plain = ''
  for (const character of text) {
    if (!hidden.test(character)) {
      plain += character
      continue
    }
    if (plain !== '') found.push({ text: plain, escaped: false })
    plain = ''
    found.push({ text: codePoint(character), escaped: true })
  }
  if (plain !== '') found.push({ text: plain, escaped: false })
  return found
}

/** The text with every hidden character as `⟨U+202E⟩`: for titles, labels and the terminal. */
export function visible(text: string): string {
  // Nearly all text is this, and it is found out faster.
  if (/^[ -~]*$/.test(text) || !hidden.test(text)) return text
  return pieces(text)
    .map((piece) => (piece.escaped ? `⟨${piece.text}⟩` : piece.text))
    .join('')
}

/**
 * A name as sentences show it. It cannot end its quotes, and holds no backtick, because sentences have commands between
 * backticks: text of a file is never read as text of Ekscope.
 */
export const quoted = (name: string): string =>
  `“${visible(name).replace(/[“”„‟`]/g, (mark) => `⟨${codePoint(mark)}⟩`)}”`

/** The same, of one plain word without the quotes: where most names are short and many. */
export const named = (name: string): string =>
  /^[\p{L}\p{M}\p{N}_.:/@+=~…-]+$/u.test(name) && visible(name) === name ? name : quoted(name)

/** Like `visible`, for text of several lines (an entry's YAML): line feeds stay. */
export function visibleLines(text: string): string {
  return text
    .split('\n')
    .map((line) => visible(line.replace(/\r$/, '')))
    .join('\n')
}
