/** Several files as one, as client-go merges them: the first file that has a name wins, the whole entry. A file beside the list is read alone. */
import type { EntryKind } from '../../../shared/kubeconfig/entries'
import type { KubeconfigDocument } from './document'
import type { DocumentEntry } from './outline'

const lists = { cluster: 'clusters', user: 'users', context: 'contexts' } as const

/** The entries of one kind in a document. */
export function entriesOf(document: KubeconfigDocument, kind: EntryKind): readonly DocumentEntry[] {
  return document[lists[kind]]
}

export interface Winner {
  readonly document: KubeconfigDocument
  readonly entry: DocumentEntry
}

/** A place in a list of one document. */
export interface EntryPlace {
  readonly document: KubeconfigDocument
  readonly index: number
}

export type Merged = ReturnType<typeof mergeDocuments>

/** Merges documents in the order of the list; nothing is merged with one of `alone`. */
export function mergeDocuments(
  all: readonly KubeconfigDocument[],
  alone: ReadonlySet<KubeconfigDocument> = new Set(),
) {
  const documents = all.filter((document) => !alone.has(document))
  const [first, second] = documents
  const tables = new Map<EntryKind, ReadonlyMap<string, EntryPlace>>()
  /** Built once: otherwise each of many files would be searched for each name of all. */
  const table = (kind: EntryKind): ReadonlyMap<string, EntryPlace> => {
    const known = tables.get(kind)
    if (known !== undefined) return known
    const made = new Map<string, EntryPlace>()
    for (const document of documents)
      for (let index = 0, count = document.count(kind); index < count; index++) {
        const name = document.name(kind, index)
        if (!made.has(name)) made.set(name, { document, index })
      }
    tables.set(kind, made)
    return made
  }
  const placeIn = (document: KubeconfigDocument | undefined, kind: EntryKind, name: string) => {
    const index = document?.first(kind, name)
    return document === undefined || index === undefined ? null : { document, index }
  }
  /** The place of the entry that counts for a name: over all files of the list, or in `by`, which names it, where that is alone. */
  const place = (kind: EntryKind, name: string, by?: KubeconfigDocument): EntryPlace | null => {
    if (by !== undefined && alone.has(by)) return placeIn(by, kind, name)
    return second === undefined ? placeIn(first, kind, name) : (table(kind).get(name) ?? null)
  }
  return {
    /** Those that are merged. */
    documents,
    alone,
    place,
    /** The entry that counts for a name, as `place` has it; undefined when no file has it. */
    winner(kind: EntryKind, name: string, by?: KubeconfigDocument): Winner | undefined {
      const found = place(kind, name, by)
      return found ? { document: found.document, entry: found.document.entry(kind, found.index) } : undefined
    },
    /** The earlier file that wins over this document's entry of that name; null when this document's counts. */
    shadowedBy(kind: EntryKind, name: string, document: KubeconfigDocument): string | null {
      if (document === first || alone.has(document)) return null
      const winner = place(kind, name)?.document
      return winner === undefined || winner === document ? null : winner.file
    },
    /** The first that is not empty, and its file. */
    get currentContext(): { readonly name: string; readonly file: string } | null {
      for (const { currentContext: name, file } of documents) if (name !== null) return { name, file }
      return null
    },
  }
}
