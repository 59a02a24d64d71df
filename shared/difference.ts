/** Where two texts differ that begin and end alike. */

/** Characters that are compared at once: the engine compares the slices, rather than our code each character. */
const step = 1 << 16

/** A range of a text, `end` exclusive, and what takes its place. */
export type Difference = Readonly<ReturnType<typeof differenceOf>>

/** One range of the first text that makes it the second. */
export function differenceOf(before: string, after: string) {
  const start = sameStart(before, after)
  const end = sameEnd(before, after, start)
  return { start, end: before.length - end, text: after.slice(start, after.length - end) }
}

function sameStart(left: string, right: string): number {
  const most = Math.min(left.length, right.length)
  let at = 0
  while (at + step <= most && left.slice(at, at + step) === right.slice(at, at + step)) at += step
  while (at < most && left.charCodeAt(at) === right.charCodeAt(at)) at += 1
  return at
}

function sameEnd(left: string, right: string, start: number): number {
  const most = Math.min(left.length, right.length) - start
  let length = 0
  const tail = (text: string) => text.slice(text.length - length - step, text.length - length)
  while (length + step <= most && tail(left) === tail(right)) length += step
  while (
    length < most &&
    left.charCodeAt(left.length - 1 - length) === right.charCodeAt(right.length - 1 - length)
  )
    length += 1
  return length
}
