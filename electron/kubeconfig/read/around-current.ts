/** What files say of kubectl's current context: of a large one only that is read, where the rest is as programs write it. */
import { type EntryKind, entryKinds } from '../../../shared/kubeconfig/entries'
import { type KubeconfigDocument, readDocument } from './document'
import type { GeneratedRows } from './generated-rows'
import { mergeDocuments } from './merge'

/** `rows`: those that are left out of its text, as far as nobody asks for them. */
export type FileOfList = { readonly path: string } & (
  | { readonly rows: GeneratedRows }
  | { readonly rows: null; readonly text: string }
)

/**
 * The current context of files in their order, and the texts that say the same of it, its cluster and its user as the whole ones.
 * Null where there is none, or where a file is not as it should be: then the whole says why.
 */
export function aroundCurrent(files: readonly FileOfList[]) {
  const parts = files.map((file) => {
    const { path, rows } = file
    const wanted = new Set<number>()
    const read = () => readDocument(path, file.rows === null ? file.text : file.rows.text(wanted))
    return { path, rows, wanted, read, document: read() }
  })
  const merged = () => mergeDocuments(parts.map(({ document }) => document))
  /** Reads the first entry of this name, too, where it is one that was left out; false where it then is none. */
  const take = (kind: EntryKind, name: string): boolean => {
    for (const part of parts) {
      const place = part.rows?.place(kind, name)
      if (place !== undefined) {
        part.wanted.add(place)
        part.document = part.read()
      }
      const isThere = part.document.first(kind, name) !== undefined
      if (isThere || place !== undefined) return isThere
    }
    return true
  }
  const name = merged().currentContext?.name ?? null
  if (name === null || !take('context', name)) return null
  const found = merged().place('context', name)
  if (found === null) return null
  const { cluster, user } = found.document.context(found.index)
  // kubectl takes the entries without a name for a context that names none.
  const names = { cluster: cluster ?? '', user: user ?? '' }
  if (!take('cluster', names.cluster) || !take('user', names.user)) return null
  const sound = parts.every(
    ({ document, rows, wanted }) =>
      document.readable &&
      (rows === null || entryKinds.every((kind) => isApart(document, kind, rows, wanted))),
  )
  if (!sound) return null
  const rawOf = <T>(kind: EntryKind, name: string, raw: (document: KubeconfigDocument, at: number) => T) => {
    const place = merged().place(kind, name)
    return place && raw(place.document, place.index)
  }
  return {
    file: found.document.file,
    context: found.document.context(found.index),
    cluster: rawOf('cluster', names.cluster, (document, at) => document.cluster(at)),
    user: rawOf('user', names.user, (document, at) => document.user(at)),
    texts: parts.map(({ document }) => document.text),
  }
}

/** No entry of this document has the name of one that was left out. */
function isApart(
  document: KubeconfigDocument,
  kind: EntryKind,
  rows: GeneratedRows,
  wanted: ReadonlySet<number>,
): boolean {
  for (let index = 0, count = document.count(kind); index < count; index++) {
    const place = rows.place(kind, document.name(kind, index))
    if (place !== undefined && !wanted.has(place)) return false
  }
  return true
}
