/**
 * Where the entries are that programs wrote, of a large file of which hardly any is asked for: the others are as certain, and are
 * left out of the text that is read. Nothing is made or kept of each, so that takes a third of finding them (line-scanner.ts).
 */
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import {
  generatedClusters,
  generatedContexts,
  generatedUsers,
  type Layout,
  lineEndOf,
  type ReadGenerated,
} from './generated-entry'
import { type EntryFinders, LineScanner, readerOf } from './line-scanner'
import { maxEntries } from './tree-reader'

/** From so many bytes on a file is worth it. */
export const largeFile = 256 * 1024

/** A text is read in pieces of so many bytes, which V8 does not have to move. */
const usualPiece = 96 * 1024

/** The entries of one list: their names as numbers, and the place of each in `bounds`. */
interface Rows extends EntryFinders {
  readonly names: number[]
  readonly places: number[]
}

/** A text of which pieces are read; null for one with anything but ASCII, or that is not there any more. */
export interface TextPieces {
  readonly length: number
  text(from: number, to: number): string | null
}

export type GeneratedRows = NonNullable<ReturnType<typeof generatedRows>>

/**
 * The rows of a text; null where only the full parser can tell, and where two of a list seem to have one name. `onName`: is told the
 * name of each.
 */
export function generatedRows(
  pieces: TextPieces,
  onName: ((kind: EntryKind, name: string) => void) | null = null,
  piece = usualPiece,
) {
  const { length } = pieces
  /** Where each begins, and the next line after it, in their order. */
  const bounds: number[] = []
  // An entry or line that begins so near to the end of a piece is read with the next one.
  const margin = Math.floor(piece / 6)
  let start = 0
  const rowsOf = (kind: EntryKind, readIn: (layout: Layout) => ReadGenerated<unknown>): Rows => {
    const read = readerOf(readIn)
    const [names, places]: [number[], number[]] = [[], []]
    return {
      names,
      places,
      push: () => {},
      take(text, from, above, layout) {
        const found = read(text, from, layout)
        if (found === null) return null
        onName?.(kind, found.name)
        names.push(numberOf(found.name))
        places.push(bounds.length)
        bounds.push(start + from, start + found.to)
        return { to: found.to, endLine: above }
      },
    }
  }
  const lists = {
    cluster: rowsOf('cluster', generatedClusters),
    user: rowsOf('user', generatedUsers),
    context: rowsOf('context', generatedContexts),
  }
  let scanner: LineScanner | null = null
  while (start < length) {
    const end = Math.min(start + piece, length)
    const whole = pieces.text(start, end)
    if (whole === null) return null
    // Where a piece would seem to end with a line, what follows could belong to that.
    const text = end < length ? whole.trimEnd() : whole
    scanner ??= new LineScanner(lists, lineEndOf(whole))
    // A CR that comes later is for the parser.
    if (scanner.lineEnd === '\n' && whole.includes('\r')) return null
    const read = scanner.read(text, text.length - (end < length ? margin : 0))
    if (read <= 0) return null
    start += read
  }
  for (const { names } of Object.values(lists)) if (names.length > maxEntries || hasTwice(names)) return null
  return {
    /** The place of an entry of this name, if there is any. */
    place(kind: EntryKind, name: string): number | undefined {
      const { names, places } = lists[kind]
      return places[names.indexOf(numberOf(name))]
    },
    /** The text without these entries but for those of these places. */
    text(wanted: ReadonlySet<number>): string {
      const parts: string[] = []
      let from = 0
      for (let place = 0; place < bounds.length; place += 2) {
        if (wanted.has(place)) continue
        const to = bounds[place] ?? 0
        if (from < to) parts.push(pieces.text(from, to) ?? '')
        from = bounds[place + 1] ?? 0
      }
      return parts.join('') + (pieces.text(from, length) ?? '')
    },
  }
}

/** Sorted as plain numbers, which is faster than a set of them. */
function hasTwice(numbers: readonly number[]): boolean {
  const sorted = Float64Array.from(numbers).sort()
  return sorted.some((number, at) => number === sorted[at + 1])
}

/** A number of 53 bits of a name: two names that have the same are taken for one, which the full parser then sees. */
function numberOf(name: string): number {
  let [high, low] = [0x811c9dc5, 0x9e3779b9]
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ code, 0x85ebca6b) ^ (low >>> 13)
  }
  return (high >>> 11) * 0x1_0000_0000 + (low >>> 0)
}
