/** The text of a kubeconfig built from entries, and its proof: the text is read again and compared. */
import { type Json, type JsonMap, sameJson } from '../../shared/json'
import { type EntryId, type EntryKind, entryKinds } from '../../shared/kubeconfig/entries'
import { readDocument } from '../kubeconfig/read/document'
import { entryValueOf } from '../kubeconfig/read/edit-model'
import { entriesOf } from '../kubeconfig/read/merge'
import { idOf, type ReadFile } from '../kubeconfig/read/project-snapshot'
import { defaultStyle, writeBlock } from '../kubeconfig/rewrite/style'

/** By name, in the order in which they are written. */
export type EntriesByKind = Readonly<Record<EntryKind, ReadonlyMap<string, JsonMap>>>

/** Null where the text, read again and compared entry by entry as every write of Ekscope is, would not mean the same. */
export function kubeconfigOf(entries: EntriesByKind, current: string | undefined): string | null {
  const listOf = (kind: EntryKind): Json =>
    [...entries[kind]].map(([name, value]) => ({ name, [kind]: value }))
  const whole: JsonMap = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: listOf('cluster'),
    contexts: listOf('context'),
    ...(current === undefined ? {} : { 'current-context': current }),
    users: listOf('user'),
  }
  const text = `${writeBlock(whole, 0, defaultStyle)}\n`
  return meansEntries(text, entries) ? text : null
}

function meansEntries(text: string, entries: EntriesByKind): boolean {
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

/** Entries of these files by their ids; one that is in none of them is empty. */
export function valuesById(files: readonly ReadFile[]): (id: EntryId) => JsonMap {
  const places = new Map<EntryId, () => JsonMap>()
  for (const { document } of files) {
    if (document === null) continue
    for (const kind of entryKinds)
      for (const entry of entriesOf(document, kind))
        places.set(idOf(document, entry), () => entryValueOf(document, kind, entry.index))
  }
  return (id) => places.get(id)?.() ?? {}
}
