/** The parts of a flow collection (`[a, b]`, `{a: b}`) and the commas between them. */

export interface FlowPart {
  readonly gone: boolean
  readonly start: number
  readonly end: number
}

interface Range {
  readonly start: number
  readonly end: number
}

/** Each removed part goes with one comma: the one behind it, or before it where it was the last. */
export function removedRanges(parts: readonly FlowPart[]): readonly Range[] {
  return parts.flatMap((part, i): Range[] => {
    if (!part.gone) return []
    const next = parts[i + 1]
    if (next) return [{ start: part.start, end: next.start }]
    let last = i
    while (last > 0 && parts[last - 1]?.gone) last--
    const before = parts[last - 1]
    const own = { start: before && last === i ? before.end : part.start, end: part.end }
    // Several at the end: their own commas are gone already, only the one before the first is left.
    if (!before || last === i) return [own]
    return [own, { start: before.end, end: parts[last]?.start ?? part.start }]
  })
}

/** Text between two parts of a flow collection: `, `, or the line break and indentation that its neighbours have. */
export function separator(text: string, parts: readonly FlowPart[], open: number): string {
  const [last, before] = [parts.at(-1), parts.at(-2)]
  if (last && before) {
    const between = text.slice(before.end, last.start)
    if (/^\s*,\s*$/.test(between)) return between.replace(/^\s*,/, ',')
  }
  const lead = last ? text.slice(open + 1, last.start) : ''
  return last && parts.length === 1 && /^\s*[\r\n]\s*$/.test(lead) ? `,${lead}` : ', '
}
