/** What the line scanner finds in a text. */
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import type { ReadCluster, ReadContext, ReadUser } from './decode'
import type { DocumentEntry } from './outline'

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
  /** Where the text of `name:` begins; -1 when there is no such line, -2 when there are several. */
  name: number
  nameEnd: number
  /** Beginning of its last line with content. */
  last: number
  /** Nothing in it but `key:`, `key: plain` and `- plain`: its range and name are certain as they are. */
  simple: boolean
}

/** An entry that was read at once, as one of its lines. */
export function scannedFrom({ range, line, endLine }: DocumentEntry): ScannedEntry {
  const { start, end } = range
  const place = { start, end, from: start, to: end + 1, line, endLine, column: 2, last: start }
  return { ...place, name: -1, nameEnd: -1, simple: true }
}

/** A top-level key that is no list of entries, with its lines. */
export interface ScannedSection {
  readonly key: string
  readonly from: number
  to: number
}

export interface Scanned {
  /** Null for an entry that was read at once. */
  readonly lists: Readonly<Record<EntryKind, readonly (ScannedEntry | null)[]>>
  readonly usual: Usual
  /** Where the first list goes on beyond `most` entries: nothing from there on is in the lists. */
  readonly beyond: { readonly kind: EntryKind; readonly offset: number } | null
  readonly sections: readonly ScannedSection[]
}

/** By place in the list: entries that were read at once; nothing where an entry is in no usual form. */
export interface Usual {
  readonly listed: Readonly<Record<EntryKind, readonly (DocumentEntry | undefined)[]>>
  readonly cluster: readonly (ReadCluster | undefined)[]
  readonly user: readonly (ReadUser | undefined)[]
  readonly context: readonly (ReadContext | undefined)[]
}
