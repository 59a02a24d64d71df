/** The parts of a flow collection (`[a, b]`, `{a: b}`), the commas between them, and the comments there. */
import { blanksBefore } from './style'

interface Range {
  readonly start: number
  readonly end: number
}

/**
 * What is removed with removed parts: for each one comma (the one after it; before the last kept one where there is none), and
 * its line where nothing but a comment is left on it. Comments on lines of their own stay.
 */
export function removedRanges(
  text: string,
  parts: readonly (Range & { readonly gone: boolean })[],
): readonly Range[] {
  return parts.flatMap((part, i): Range[] => {
    if (!part.gone) return []
    const comma = commaBehind(text, part.end)
    if (comma !== null) return [withLine(text, part.start, comma + 1)]
    // The last one, and no comma after it: the comma after the last kept one would stay.
    let kept = i - 1
    while (parts[kept]?.gone) kept--
    const before = parts[kept]
    const separator = before ? commaBehind(text, before.end) : null
    if (!before || separator === null) return [withLine(text, part.start, part.end)]
    if (kept === i - 1 && isBlank(text, separator + 1, part.start))
      return [{ start: before.end, end: part.end }]
    const next = parts[kept + 1]?.start ?? part.start
    const end = isBlank(text, separator + 1, next) && !opensLine(text, next) ? next : separator + 1
    const start = isBlank(text, before.end, separator) ? before.end : separator
    return [{ start, end }, withLine(text, part.start, part.end)]
  })
}

const isBlank = (text: string, start: number, end: number): boolean => !/\S/.test(text.slice(start, end))

/** The comma after a part, also after line ends and comments; null where the collection ends. */
function commaBehind(text: string, from: number): number | null {
  const skipped = /[\s\ufeff]*(?:#[^\r\n]*[\s\ufeff]*)*/y
  skipped.lastIndex = from
  skipped.exec(text)
  return text.charAt(skipped.lastIndex) === ',' ? skipped.lastIndex : null
}

function opensLine(text: string, offset: number): boolean {
  return /(?:^|[\r\n])[ \t]*$/.test(text.slice(Math.max(0, offset - 1_000), offset))
}

/** Up to the next part on the line; where there is none, the whole line with its comment, or the part's share of the line. */
function withLine(text: string, start: number, end: number): Range {
  const rest = /[ \t]*(#[^\r\n]*)?(\r\n|\n|\r)?/y
  rest.lastIndex = end
  const [, remark, newline] = rest.exec(text) ?? []
  const opens = opensLine(text, start)
  if (opens && newline !== undefined) {
    return { start: blanksBefore(text, start), end: rest.lastIndex }
  }
  if (remark !== undefined || newline !== undefined) return { start, end }
  const spaces = /[ \t]*/y
  spaces.lastIndex = end
  spaces.exec(text)
  return { start, end: /[\]}]/.test(text.charAt(spaces.lastIndex)) ? end : spaces.lastIndex }
}

/** Text between two parts of a flow collection: `, `, or the line break and indentation that its neighbours have. */
export function separator(text: string, parts: readonly Range[], open: number): string {
  const [last, before] = [parts.at(-1), parts.at(-2)]
  if (last && before) {
    const between = text.slice(before.end, last.start)
    if (/^\s*,\s*$/.test(between)) return between.replace(/^\s*,/, ',')
  }
  const lead = last ? text.slice(open + 1, last.start) : ''
  return last && parts.length === 1 && lead.trim() === '' && /[\r\n]/.test(lead) ? `,${lead}` : ', '
}
