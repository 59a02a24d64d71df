/** What every way of finding a kubeconfig's entries gives: where each stands, and how to read it. */
import type { EntryKind, QuoteStyle, SourceRange } from '../../../shared/kubeconfig/entries'
import type { ShapeProblem } from '../yaml/fields'
import type { YamlNode } from '../yaml/tree'
import type { ReadCluster, ReadContext, ReadUser } from './decode'
import type { UserForm } from './entries'

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
  readonly quote: QuoteStyle
  /** From its `-` (or `{`) to behind its last character; comments and the line break behind are outside. */
  readonly range: SourceRange
  /** 1-based. */
  readonly line: number
  readonly endLine: number
}

/** By the scanner of lines, or by the full parser. */
export type FoundBy = 'scan' | 'parse'

/** The part of a document that depends on how its entries were found. */
export interface Outline {
  readonly foundBy: FoundBy
  /** Aliases occur: what stands in one entry may be part of another. */
  readonly entangled: boolean
  readonly currentContext: string | null
  readonly lists: Readonly<Record<EntryKind, OutlineList>>
  /** The place of the first entry of each name. */
  readonly names: Readonly<Record<EntryKind, ReadonlyMap<string, number>>>
  /** It holds nothing but keys of the schema in plain lines: its fields are all that it says. */
  saysOnlyFields(kind: EntryKind, index: number): boolean
  context(index: number): ReadContext
  generatedContext(index: number): ReadContext | null
  cluster(index: number): ReadCluster
  user(index: number): ReadUser
  /** What a user has in common with others; null where that is not known. */
  form(index: number): UserForm | null
  /** The word in which it differs from them. */
  word(index: number): string | null
  node(kind: EntryKind, index: number): YamlNode
  root(): YamlNode | null
  /** The root, for a scanned text without its lists; null when nothing could be read. */
  top(): YamlNode | null
  /** All problems; reads what has not been read yet. */
  problems(): readonly ShapeProblem[]
}

/** The entries of one list; each is made when it is asked for. */
export interface OutlineList {
  readonly length: number
  name(index: number): string
  entry(index: number): OutlineEntry
}

export interface OutlineEntry {
  readonly name: string
  readonly quote: QuoteStyle
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
  return { cluster: firsts(lists.cluster), user: firsts(lists.user), context: firsts(lists.context) }
}
