/**
 * What other programs did to a kubeconfig between two writes of Ekscope, entry by entry: a program that takes no lock,
 * or read before it locked, may have taken away what Ekscope wrote, and that must be nameable afterwards.
 */
import { readFile } from 'node:fs/promises'
import { sameJson } from '../shared/edit-model'
import type { EntryKind } from '../shared/kubeconfig'
import { type KubeconfigDocument, readDocument } from './kubeconfig/document'
import type { History, HistoryRecord } from './kubeconfig/history'
import { entriesOf, entryKinds } from './kubeconfig/merge'
import { revisionOf } from './kubeconfig/replace'
import { entryValueOf } from './kubeconfig/source'

export interface NamedEntry {
  readonly kind: EntryKind | 'current-context'
  readonly name: string
}

/** What others did to one file after a write of Ekscope and before its next one (or now). */
export interface OutsideWrite {
  /** The write of Ekscope after which it happened. */
  readonly after: string
  readonly path: string
  readonly removed: readonly NamedEntry[]
  readonly changed: readonly NamedEntry[]
  readonly added: readonly NamedEntry[]
  /** What they left could not be read by kubectl, or the bytes are no longer known. */
  readonly unknown: boolean
}

/** How many gaps are looked into, newest first: each costs two readings of the file. */
const mostGaps = 50

/** `records`: newest first, as the history lists them. */
export async function outsideWrites(
  history: Pick<History, 'bytesOf'>,
  records: readonly HistoryRecord[],
): Promise<readonly OutsideWrite[]> {
  const found: OutsideWrite[] = []
  /** Real path → the state that followed: its revision, and how to get its bytes. */
  const next = new Map<string, { revision: string | null; bytes: () => Promise<Buffer | null> }>()
  for (const { id, files } of records) {
    for (const { path, realPath, before, after } of files) {
      const following = next.get(realPath) ?? (await present(realPath))
      next.set(realPath, {
        revision: before,
        bytes: async () => {
          const bytes = await history.bytesOf(id, realPath, 'before')
          return bytes.ok ? bytes.value : null
        },
      })
      if (following.revision === after || found.length >= mostGaps) continue
      const ours = await history.bytesOf(id, realPath, 'after')
      const theirs = await following.bytes()
      const none = { after: id, path, removed: [], changed: [], added: [] }
      if (!ours.ok || ours.value === null || theirs === null) found.push({ ...none, unknown: true })
      else found.push({ ...none, ...difference(path, ours.value, theirs) })
    }
  }
  return found
}

async function present(path: string) {
  const bytes = await readFile(path).catch(() => null)
  return { revision: bytes === null ? null : revisionOf(bytes), bytes: async () => bytes }
}

function difference(path: string, before: Buffer, after: Buffer) {
  const [old, now] = [readDocument(path, before.toString()), readDocument(path, after.toString())]
  const removed: NamedEntry[] = []
  const changed: NamedEntry[] = []
  const added: NamedEntry[] = []
  if (old.currentContext !== now.currentContext)
    changed.push({ kind: 'current-context', name: now.currentContext ?? '' })
  for (const kind of entryKinds) {
    const [was, is] = [byName(old, kind), byName(now, kind)]
    for (const [name, index] of was) {
      const here = is.get(name)
      if (here === undefined) removed.push({ kind, name })
      else if (!sameJson(entryValueOf(old, kind, index), entryValueOf(now, kind, here)))
        changed.push({ kind, name })
    }
    for (const name of is.keys()) if (!was.has(name)) added.push({ kind, name })
  }
  return { removed, changed, added, unknown: !now.readable }
}

const byName = (document: KubeconfigDocument, kind: EntryKind): ReadonlyMap<string, number> =>
  new Map(entriesOf(document, kind).map(({ name, index }) => [name, index]))
