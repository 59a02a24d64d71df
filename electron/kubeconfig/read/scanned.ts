/** What the scanner of lines finds in a text. */
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import type { UsualClusters, UsualContexts, UsualEntries, UsualUsers } from './generated-entry'

export interface ScannedEntry {
  /** Offset of its `-`. */
  readonly start: number
  /** Behind its last character: exact for a simple entry, for others the end of its last line. */
  end: number
  /** Beginning of the line with the `-`, and of the first line that does not belong to it. */
  readonly from: number
  to: number
  /** 1-based. */
  readonly line: number
  endLine: number
  /** Column of its keys, from 0. */
  readonly column: number
  /** Where the name's text begins; -1 when there is no such line, -2 when there are several. */
  name: number
  nameEnd: number
  /** Beginning of its last line with content. */
  last: number
  /** Nothing in it but `key:`, `key: plain` and `- plain`: its range and name are certain as they are. */
  simple: boolean
}

/** The entries of one list, each found in one of two ways. */
export class ScannedList<U extends UsualEntries<unknown> = UsualEntries<unknown>> {
  readonly usual: U
  /** By index; nothing where an entry is in `usual`. */
  readonly others: (ScannedEntry | undefined)[] = []
  length = 0

  constructor(usual: U) {
    this.usual = usual
  }

  /** Takes the entry whose line begins at this offset in one step, if it is a usual one with its dash that far in. */
  take(from: number, above: number, indent: number): boolean {
    if (!this.usual.take(this.length, from, above, indent)) return false
    this.length++
    return true
  }

  push(entry: ScannedEntry): void {
    this.others[this.length++] = entry
  }

  /** Any entry as one of its lines. */
  at(index: number): ScannedEntry {
    const other = this.others[index]
    if (other !== undefined) return other
    if (!this.usual.has(index)) throw new RangeError(`no entry ${index}`)
    const { indent, lineEnd } = this.usual.offsets
    const { start, end, line, endLine } = this.usual.offsets.place(index)
    const lines = { from: start - indent, to: end + lineEnd.length, line, endLine }
    return { start, end, ...lines, column: indent + 2, last: start, name: -1, nameEnd: -1, simple: true }
  }
}

export interface ScannedLists extends Readonly<Record<EntryKind, ScannedList>> {
  readonly cluster: ScannedList<UsualClusters>
  readonly user: ScannedList<UsualUsers>
  readonly context: ScannedList<UsualContexts>
}

/** A top-level key that is no list of entries, with its lines. */
export interface ScannedSection {
  readonly key: string
  readonly from: number
  to: number
}

const kinds: ReadonlyMap<string, EntryKind> = new Map([
  ['clusters', 'cluster'],
  ['users', 'user'],
  ['contexts', 'context'],
])

/** The entries that stand under a top-level key; of another key undefined. */
export const listKind = (key: string): EntryKind | undefined => kinds.get(key)

export interface Scanned {
  readonly lists: ScannedLists
  /** Where the first list goes on beyond `most` entries: nothing from there on is in the lists. */
  readonly beyond: { readonly kind: EntryKind; readonly offset: number } | null
  readonly sections: readonly ScannedSection[]
}
