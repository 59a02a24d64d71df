/** Replaced ranges of a text, and a text that remembers its original through several rounds of them. */

/** Offsets in UTF-16 units, end exclusive; `start === end` inserts. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** In order of place; insertions at one place keep their order. Null when two of them overlap. */
export function inOrder(splices: readonly Splice[]): readonly Splice[] | null {
  const sorted = splices
    .map((splice, order) => ({ splice, order }))
    .sort((a, b) => a.splice.start - b.splice.start || a.splice.end - b.splice.end || a.order - b.order)
    .map(({ splice }) => splice)
  for (let i = 1; i < sorted.length; i++) {
    const [before, after] = [sorted[i - 1], sorted[i]]
    if (before && after && after.start < before.end) return null
  }
  return sorted
}

/** A piece of a text that was there before: where it is, and where it was. */
export interface KeptPiece {
  readonly start: number
  readonly end: number
  readonly was: number
}

type Piece = { readonly start: number; readonly end: number } | { readonly text: string }

const lengthOf = (piece: Piece): number => ('text' in piece ? piece.text.length : piece.end - piece.start)

/** A text under change, as pieces of the original and of inserted text. */
export class SplicedText {
  private pieces: Piece[]
  readonly original: string

  constructor(original: string) {
    this.original = original
    this.pieces = original === '' ? [] : [{ start: 0, end: original.length }]
  }

  toString(): string {
    return this.pieces
      .map((piece) => ('text' in piece ? piece.text : this.original.slice(piece.start, piece.end)))
      .join('')
  }

  /** Applies splices whose offsets are of the present text; false (and nothing is changed) when they overlap. */
  apply(splices: readonly Splice[]): boolean {
    const sorted = inOrder(splices)
    if (!sorted) return false
    const next: Piece[] = []
    let index = 0
    let offset = 0
    /** Moves pieces up to a place of the present text into `next`, or drops them. */
    const advance = (to: number, keep: boolean): void => {
      while (offset < to) {
        const piece = this.pieces[index]
        if (!piece) return
        const length = lengthOf(piece)
        const take = Math.min(length, to - offset)
        if (keep) next.push(cut(piece, 0, take))
        if (take === length) index++
        else this.pieces[index] = cut(piece, take, length)
        offset += take
      }
    }
    for (const splice of sorted) {
      advance(splice.start, true)
      advance(splice.end, false)
      if (splice.text !== '') next.push({ text: splice.text })
    }
    next.push(...this.pieces.slice(index))
    this.pieces = next
    return true
  }

  /** The pieces of the original in `text`, each compared letter for letter: a piece that is not there is left out. */
  kept(text: string): readonly KeptPiece[] {
    const kept: KeptPiece[] = []
    let start = 0
    for (const piece of this.pieces) {
      const end = start + lengthOf(piece)
      if (!('text' in piece) && text.slice(start, end) === this.original.slice(piece.start, piece.end))
        kept.push({ start, end, was: piece.start })
      start = end
    }
    return kept
  }

  /** The changes of the original: maximal replaced ranges, ascending, none touching another. */
  changes(): readonly Splice[] {
    const changes: Splice[] = []
    let position = 0
    let text = ''
    const close = (start: number): void => {
      if (start > position || text !== '') {
        const removed = this.original.slice(position, start)
        if (removed !== text) changes.push(trimmed({ start: position, end: start, text }, removed))
      }
      text = ''
    }
    for (const piece of this.pieces) {
      if ('text' in piece) text += piece.text
      else {
        if (text !== '' || piece.start !== position) close(piece.start)
        position = piece.end
      }
    }
    close(this.original.length)
    return changes
  }
}

function cut(piece: Piece, from: number, to: number): Piece {
  if ('text' in piece) return { text: piece.text.slice(from, to) }
  return { start: piece.start + from, end: piece.start + to }
}

/** Without what both sides have in common at their ends. */
function trimmed(splice: Splice, removed: string): Splice {
  const { text } = splice
  const most = Math.min(text.length, removed.length)
  let head = 0
  while (head < most && text[head] === removed[head]) head++
  // Never between the two halves of a surrogate pair: both sides become bytes.
  if (head > 0 && /[\ud800-\udbff]/.test(text[head - 1] ?? '')) head--
  let tail = 0
  while (tail < most - head && text[text.length - 1 - tail] === removed[removed.length - 1 - tail]) tail++
  if (tail > 0 && /[\udc00-\udfff]/.test(text[text.length - tail] ?? '')) tail--
  return { start: splice.start + head, end: splice.end - tail, text: text.slice(head, text.length - tail) }
}

/** The text after splices that do not overlap. */
export function splice(text: string, splices: readonly Splice[]): string {
  let result = ''
  let position = 0
  for (const one of inOrder(splices) ?? []) {
    result += text.slice(position, one.start) + one.text
    position = one.end
  }
  return result + text.slice(position)
}
