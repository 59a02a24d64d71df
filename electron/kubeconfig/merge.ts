/** Several files as one, as client-go merges them: the first file that has a name wins, the whole entry. */
import type { EntryKind } from '../../shared/kubeconfig'
import type { DocumentEntry, KubeconfigDocument } from './document'

export const entryKinds: readonly EntryKind[] = ['context', 'cluster', 'user']

/** The entries of one kind in a document. */
export function entriesOf(document: KubeconfigDocument, kind: EntryKind): readonly DocumentEntry[] {
  switch (kind) {
    case 'context':
      return document.contexts
    case 'cluster':
      return document.clusters
    case 'user':
      return document.users
  }
}

export interface Winner {
  readonly document: KubeconfigDocument
  readonly entry: DocumentEntry
}

export interface Merged {
  /** The entry that counts for a name over all files; undefined when no file has it. */
  winner(kind: EntryKind, name: string): Winner | undefined
  /** The earlier file that wins over this document's entry of that name; null when this document's counts. */
  shadowedBy(kind: EntryKind, name: string, document: KubeconfigDocument): string | null
  /** The first that is not empty, and its file. */
  readonly currentContext: { readonly name: string; readonly file: string } | null
}

/** Merges documents in the order of the list. */
export function mergeDocuments(documents: readonly KubeconfigDocument[]): Merged {
  const winners: Record<EntryKind, Map<string, Winner>> = {
    context: new Map(),
    cluster: new Map(),
    user: new Map(),
  }
  let currentContext: { name: string; file: string } | null = null
  for (const document of documents) {
    if (currentContext === null && document.currentContext !== null) {
      currentContext = { name: document.currentContext, file: document.file }
    }
    for (const kind of entryKinds) {
      const known = winners[kind]
      for (const entry of entriesOf(document, kind)) {
        if (!known.has(entry.name)) known.set(entry.name, { document, entry })
      }
    }
  }
  return {
    winner: (kind, name) => winners[kind].get(name),
    shadowedBy: (kind, name, document) => {
      if (document === documents[0]) return null
      const winner = winners[kind].get(name)
      return winner === undefined || winner.document === document ? null : winner.document.file
    },
    currentContext,
  }
}
