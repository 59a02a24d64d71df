/**
 * Names come from files that anybody may have written. What would hide, reorder or imitate text is shown as its
 * code point, in the window and in the terminal alike.
 */

// Controls (C0, C1, DEL), format characters (bidi, zero-width, tags), lone surrogates, private use, what is drawn
// as nothing (fillers, variation selectors), noncharacters, and every space that is not U+0020.
const hidden =
  /(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/gu

/** The text with every hidden character as `⟨U+202E⟩`. */
export function visible(text: string): string {
  return text.replace(
    hidden,
    (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  )
}
