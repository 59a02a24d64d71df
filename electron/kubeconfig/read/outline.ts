/** What every way of finding a kubeconfig's entries returns: where each entry is, and how to read it. */
import { type EntryKind, ofEachKind, type SourceRange } from '../../../shared/kubeconfig/entries'
import type { ShapeProblem } from '../yaml/shapes'
import type { YamlNode } from '../yaml/yaml-tree'
import type { ReadCluster, ReadContext, ReadUser } from './decode'
import type { Scanned } from './line-scanner'
import type { UserForm } from './raw-entries'

/** One element of `clusters`, `users` or `contexts` and its place. */
export interface DocumentEntry {
  readonly kind: EntryKind
  /** Its place in its list, from 0. */
  readonly index: number
  readonly name: string
  /** Counts entries of this name in this list, from 0. */
  readonly occurrence: number
  /** Another entry of this list has the same name. */
  readonly duplicate: boolean
  /** From its `-` (or `{`) to after its last character; comments and the line break after it are outside. */
  readonly range: SourceRange
  /** 1-based. */
  readonly line: number
  readonly endLine: number
}

/** By the scanner of lines, or by the full parser. */
export type FoundBy = 'scan' | 'parse'

/** The part of a document that depends on how its entries were found. */
export interface Outline {
  /** How the entries were found. */
  readonly foundBy: FoundBy
  /** Where the scanner found them, even if the parser read some; null where it read them all. For reading a changed text. */
  readonly scan: Scanned | null
  /** Aliases occur: text in one entry, or in none, may be part of another. */
  readonly entangled: boolean
  /** Null when absent or empty. */
  readonly currentContext: string | null
  readonly lists: Readonly<Record<EntryKind, OutlineList>>
  /** The place of the first entry of each name. */
  readonly names: Readonly<Record<EntryKind, ReadonlyMap<string, number>>>
  /** It is written as programs write it: its fields are all that it says. */
  isGenerated(kind: EntryKind, index: number): boolean
  /** By place in the list; throws a RangeError for an index that is not there. */
  context(index: number): ReadContext
  cluster(index: number): ReadCluster
  user(index: number): ReadUser
  /** What a user has in common with others of this file; null where that is not known. */
  form(index: number): UserForm | null
  /** The word in which it differs from them. */
  word(index: number): string | null
  /** The entry's tree, with the place of every value: for the rewriter. Offsets are those of the whole text. */
  node(kind: EntryKind, index: number): YamlNode
  /** The root of the whole file's tree; null when it is empty or cannot be read at all. */
  root(): YamlNode | null
  /** The root; of a file that was scanned without its lists, which costs nothing. */
  top(): YamlNode | null
  /** All problems; reads what has not been read yet. */
  problems(): readonly ShapeProblem[]
}

/** The entries of one list; each is built when it is needed. */
export interface OutlineList {
  readonly length: number
  name(index: number): string
  entry(index: number): OutlineEntry
}

export interface OutlineEntry {
  readonly name: string
  readonly range: SourceRange
  /** Where they are known already. */
  readonly line?: number
  readonly endLine?: number
}

/** The place of the first entry of each name in each list. */
export function firstOfEach(lists: Outline['lists']): Outline['names'] {
  const firsts = ({ length, name }: OutlineList) => {
    const found = new Map<string, number>()
    for (let index = length - 1; index >= 0; index--) found.set(name(index), index)
    return found
  }
  return ofEachKind((kind) => firsts(lists[kind]))
}
