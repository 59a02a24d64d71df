/**
 * The names of a list by their characters in the text. A map of strings would need each of thirty thousand names made,
 * and again each that a context gives, to find out that they are the same fifty characters; here both are two offsets.
 */
import type { Offsets } from './offsets'

/** The place of the first entry of each name. */
export interface Names {
  /** How many different ones there are. */
  readonly size: number
  first(name: string): number | undefined
  /** The same of a name that stands in the text; -1 where no entry has it. `guess`: which it may be. */
  firstAt(from: number, to: number, guess: number): number
}

/** Names that are strings already: in a text with aliases and escapes they stand nowhere. */
export class NamesInStrings implements Names {
  private readonly text: string
  private readonly firsts = new Map<string, number>()

  constructor(text: string, length: number, name: (index: number) => string) {
    this.text = text
    for (let index = length - 1; index >= 0; index--) this.firsts.set(name(index), index)
  }

  get size(): number {
    return this.firsts.size
  }

  first(name: string): number | undefined {
    return this.firsts.get(name)
  }

  firstAt(from: number, to: number): number {
    return this.firsts.get(this.text.slice(from, to)) ?? -1
  }
}

/** Steps for each name after which its text is one that was made to be slow. */
const mostSteps = 8

/**
 * Null where the names were chosen so that they fall together: a map of strings cannot be led so. `codes`: the text's characters, if
 * they are at hand.
 */
export function namesAt(offsets: Offsets, length: number, codes: Uint8Array | null = null): Names | null {
  let slots = 16
  while (slots < length * 2) slots *= 2
  const names = new NamesAt(offsets.text, new Int32Array(slots), length)
  let steps = 1_000 + mostSteps * length
  for (let index = 0; index < length; index++) {
    const from = offsets.beginOf(index, 0)
    const to = offsets.endOf(index, 0)
    steps -= names.add(
      index,
      from,
      to,
      codes === null ? hashOf(offsets.text, from, to) : hashIn(codes, from, to),
    )
    if (steps < 0) return null
  }
  return names
}

class NamesAt implements Names {
  private readonly text: string
  /** Index and one; 0 where nothing is. */
  private readonly slots: Int32Array
  private readonly froms: Int32Array
  private readonly tos: Int32Array
  private readonly hashes: Int32Array
  size = 0

  constructor(text: string, slots: Int32Array, length: number) {
    this.text = text
    this.slots = slots
    this.froms = new Int32Array(length)
    this.tos = new Int32Array(length)
    this.hashes = new Int32Array(length)
  }

  /** Gives how many slots were looked at. */
  add(index: number, from: number, to: number, hash: number): number {
    const { slots } = this
    const mask = slots.length - 1
    this.froms[index] = from
    this.tos[index] = to
    this.hashes[index] = hash
    let steps = 1
    for (let at = hash & mask; ; at = (at + 1) & mask, steps++) {
      const other = (slots[at] ?? 0) - 1
      if (other < 0) {
        slots[at] = index + 1
        this.size++
        return steps
      }
      if (this.hashes[other] === hash && this.stands(other, this.text, from, to)) return steps
    }
  }

  first(name: string): number | undefined {
    const found = this.find(name, 0, name.length)
    return found < 0 ? undefined : found
  }

  firstAt(from: number, to: number, guess: number): number {
    const { text, froms, size } = this
    // Where no name comes twice, any entry of that name is the first.
    if (size === froms.length && guess < size && this.stands(guess, text, from, to)) return guess
    return this.find(text, from, to)
  }

  private find(within: string, from: number, to: number): number {
    const { slots, hashes } = this
    const mask = slots.length - 1
    const hash = hashOf(within, from, to)
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const other = (slots[at] ?? 0) - 1
      if (other < 0) return -1
      if (hashes[other] === hash && this.stands(other, within, from, to)) return other
    }
  }

  /** Whether an entry has the name that stands there. */
  private stands(index: number, within: string, from: number, to: number): boolean {
    const { text } = this
    const own = this.froms[index] ?? 0
    if ((this.tos[index] ?? 0) - own !== to - from) return false
    // Where names differ, most do in their last sign. The rest V8 compares at once.
    if (text.charCodeAt(own + to - from - 1) !== within.charCodeAt(to - 1)) return false
    return within.startsWith(text.slice(own, own + to - from), from)
  }
}

/** FNV-1a, its high bits mixed into those that choose the slot. */
export function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash ^ (hash >>> 15)
}

/** The same of characters that stand in an array, which is twice as quick. */
function hashIn(codes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (codes[at] ?? 0), 0x01000193)
  return hash ^ (hash >>> 15)
}
