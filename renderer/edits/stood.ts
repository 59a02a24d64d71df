/** What entries were when edits were made on them: kept over a reload of the page while a conflict stands. */
import { applyEdits } from '../../shared/edits/apply'
import { type EditModel, entryKinds, type ModelEntry } from '../../shared/edits/model'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import type { EntryKind, Snapshot } from '../../shared/kubeconfig/entries'
import type { Pending } from '../pending/pending'

/** An entry as it was when edits were made on it, and the file that it stood in. */
export interface EntryBefore extends Pick<ModelEntry, 'id' | 'kind' | 'name' | 'value'> {
  readonly file: string
}

/** The entries that edits change, as they were before: enough to tell the same conflicts again after a reload. */
export function entriesBefore(base: EditModel, pending: readonly Pending[]): readonly EntryBefore[] {
  const { model } = applyEdits(
    base,
    pending.map(({ edit }) => edit),
  )
  const untouched = new Set(model.files.flatMap((file) => entryKinds.flatMap((kind) => file[kind])))
  return base.files.flatMap(({ path, ...lists }) =>
    entryKinds.flatMap((of) =>
      lists[of].flatMap((entry) => {
        const { id, kind, name, value } = entry
        return untouched.has(entry) ? [] : [{ file: path, id, kind, name, value }]
      }),
    ),
  )
}

/** What edits were made on, as far as they are concerned: the files as they are now, with these entries as they were. */
export function modelBefore(now: Snapshot, stood: readonly EntryBefore[]): EditModel {
  const were = new Map(stood.map((entry) => [entry.id, entry]))
  const model = modelOfSnapshot(now)
  const there = new Set(
    model.files.flatMap((file) => entryKinds.flatMap((kind) => file[kind].map(({ id }) => id))),
  )
  return {
    files: model.files.map((file) => {
      const listOf = (kind: EntryKind): readonly ModelEntry[] => [
        ...file[kind].map((entry) => {
          const was = were.get(entry.id)
          return was === undefined ? entry : { ...entry, name: was.name, value: was.value }
        }),
        ...stood.flatMap((entry) =>
          entry.file === file.path && entry.kind === kind && !there.has(entry.id)
            ? [{ id: entry.id, kind, name: entry.name, value: entry.value, from: null }]
            : [],
        ),
      ]
      return { ...file, cluster: listOf('cluster'), user: listOf('user'), context: listOf('context') }
    }),
  }
}
