/** A change of lines made on a text that others have changed since: as far as they left those lines alone. Pure. */
import { type Change, changesBetween } from '../../../shared/edits/diff'

/** `now` with what leads from `from` to `to`; or the line of `now` (1-based) at which others changed the same. */
export function mergedChange(
  from: string,
  to: string,
  now: string,
): { readonly text: string } | { readonly inTheWay: number } {
  if (now === from) return { text: to }
  const theirs = changesBetween(from, now)
  let text = ''
  let position = 0
  for (const ours of changesBetween(from, to)) {
    if (theirs.some((one) => sameChange(one, ours))) continue
    const start = moved(ours.start, theirs)
    const blocking = theirs.find((one) => overlap(one, ours))
    if (blocking !== undefined) return { inTheWay: lineAt(now, moved(blocking.start, theirs)) }
    text += now.slice(position, start) + ours.text
    position = start + (ours.end - ours.start)
  }
  return { text: text + now.slice(position) }
}

const sameChange = (a: Change, b: Change): boolean =>
  a.start === b.start && a.end === b.end && a.text === b.text

/** A place between two lines is in the way of nothing at its edge. */
const overlap = (a: Change, b: Change): boolean => a.start < b.end && b.start < a.end

/** An offset of the old text in the new one: behind what was put in right there. */
function moved(offset: number, changes: readonly Change[]): number {
  let shift = 0
  for (const { start, end, text } of changes) {
    if (end > offset) break
    shift += text.length - (end - start)
  }
  return offset + shift
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length
