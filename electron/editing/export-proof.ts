/** The proof of a kubeconfig that is made of entries: what it would be read as. */
import { type JsonMap, sameJson } from '../../shared/json'
import { type EntryKind, entryKinds } from '../../shared/kubeconfig/entries'
import { readDocument } from '../kubeconfig/read/document'
import { entryValueOf } from '../kubeconfig/read/edit-model'
import { entriesOf } from '../kubeconfig/read/merge'

/** Reads the text again and compares entry by entry, as every write of Ekscope does. */
export function meansEntries(
  text: string,
  entries: Readonly<Record<EntryKind, ReadonlyMap<string, JsonMap>>>,
): boolean {
  const document = readDocument('/', text)
  return (
    document.readable &&
    entryKinds.every((kind) => {
      const read = entriesOf(document, kind)
      return (
        read.length === entries[kind].size &&
        read.every(({ name, index }) =>
          sameJson(entryValueOf(document, kind, index), entries[kind].get(name)),
        )
      )
    })
  )
}
