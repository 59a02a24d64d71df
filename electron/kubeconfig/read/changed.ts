/**
 * What changed between two readings of the same files, without building the unchanged entries: where one value of a fleet
 * changed, one entry is compared instead of 60,000. That is done only where lines of single entries changed and all names are
 * where they were. Anything else is compared entry by entry (shared/kubeconfig/change.ts), which also verifies this
 * (changed.test.ts).
 */

import { changeBetween } from '../../../shared/kubeconfig/change'
import type {
  ClusterEntry,
  ContextEntry,
  EntryKind,
  SnapshotChange,
  UserEntry,
} from '../../../shared/kubeconfig/entries'
import type { KubeconfigDocument } from './document'
import type { KubeconfigView } from './kubeconfig-view'
import type { DocumentEntry } from './outline'
import { breaksIn, changedSince } from './patched'
import type { ReadFile } from './project-snapshot'

/** Files as they were read, and what they give together. */
export interface FilesInView {
  readonly files: readonly ReadFile[]
  readonly view: KubeconfigView
}

/** The change that leads from one reading to the other. */
export const changeOfFiles = (before: FilesInView, after: FilesInView): SnapshotChange =>
  changeInPlaces(before, after) ?? changeBetween(before.view.snapshot, after.view.snapshot)

/** The same where only values of some entries are others; null where all entries have to be made and compared. */
export function changeInPlaces(before: FilesInView, after: FilesInView): SnapshotChange | null {
  const places = changedPlaces(before.files, after.files)
  if (places === null) return null
  const [from, to] = [before.view, after.view]
  const contexts: ContextEntry[] = []
  const clusters: ClusterEntry[] = []
  const users: UserEntry[] = []
  for (const { was, is, kind, index } of places) {
    const note = <T>(
      list: T[],
      partIn: (view: KubeconfigView) => (document: KubeconfigDocument, entry: DocumentEntry) => T,
    ) => {
      const entry = partIn(to)(is, is.entry(kind, index))
      const old = partIn(from)(was, was.entry(kind, index))
      if (JSON.stringify(old) !== JSON.stringify(entry)) list.push(entry)
    }
    if (kind === 'context') note(contexts, ({ parts }) => parts.context)
    else if (kind === 'cluster') note(clusters, ({ parts }) => parts.cluster)
    else note(users, ({ parts }) => parts.user)
  }
  const { revision, files, currentContext, currentContextFile } = to.snapshot
  return {
    from: from.snapshot.revision,
    revision,
    files,
    currentContext,
    currentContextFile,
    changed: { contexts, clusters, users },
    removed: [],
    order: null,
  }
}

interface ChangedPlace {
  readonly was: KubeconfigDocument
  readonly is: KubeconfigDocument
  readonly kind: EntryKind
  readonly index: number
}

/** Every entry that can be another one, in the order of files and lists; null where more than values may differ. */
function changedPlaces(before: readonly ReadFile[], after: readonly ReadFile[]) {
  const documentsOf = (files: readonly ReadFile[]) => files.flatMap(({ document }) => document ?? [])
  const [old, now] = [documentsOf(before), documentsOf(after)]
  if (old.length !== now.length) return null
  const places: ChangedPlace[] = []
  for (const [at, is] of now.entries()) {
    const was = old[at]
    if (was === undefined || was.file !== is.file) return null
    if (was === is) continue
    const found = changedIn(was, is)
    if (found === null) return null
    places.push(...found)
  }
  return places
}

function changedIn(was: KubeconfigDocument, is: KubeconfigDocument): readonly ChangedPlace[] | null {
  const changed = changedSince(was, is)
  if (changed === null) return null
  const places: ChangedPlace[] = []
  for (const { kind, index, from, to, text } of changed) {
    // Where lines were added or removed, all entries below have other line numbers.
    if (breaksIn(was.text, from, to) !== breaksIn(text, 0)) return null
    if (kind === 'current') continue
    if (was.name(kind, index) !== is.name(kind, index)) return null
    places.push({ was, is, kind, index })
  }
  return places
}
