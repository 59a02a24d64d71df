import { useMemo } from 'react'
import type { Edit } from '../../shared/edits/edit'
import type { Pending } from '../../shared/ipc/stored-edits'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { EditEffect } from '../pending/effects'
import type { PredictedAfterEdits } from '../pending/memory'
import { useModel } from '../ui/model'
import { useAnswer } from '../ui/use-answer'

/** What a write of these edits makes of contexts, by what main foresees. */
export function useTouched(
  foreseen: PredictedAfterEdits | null,
  written: readonly Edit[],
  pending: readonly Pending[],
  effects: ReadonlyMap<number, EditEffect>,
) {
  const model = useModel()
  const change = useAnswer(foreseen, foreseen && (() => model.edits.changing(written)), [written])
  return useMemo(() => {
    if (change === null) return null
    const { edited, identities: changing } = change
    const others = new Set(changing)
    const unknown = edited.filter((id) => {
      const row = model.rows.get(id)
      const is = row?.pending?.was ?? row
      return !others.has(id) && (is?.check == null || is.stale !== null)
    })
    const shownAt = new Map<number, EntryId[]>()
    const placed = new Set<EntryId>()
    const place = (edit: number, contexts: readonly EntryId[]) => {
      for (const id of contexts) {
        if (!others.has(id) || placed.has(id)) continue
        placed.add(id)
        shownAt.set(edit, [...(shownAt.get(edit) ?? []), id])
      }
    }
    for (const [edit, { contexts }] of [...effects].reverse()) place(edit, contexts)
    // Those that act by a profile stand at its edit; by one that comes from it, at the last edit of a profile.
    const along = foreseen?.alsoChanges.filter(({ through }) => through === 'profile') ?? []
    const ids = (of: typeof along) => of.map(({ context }) => context)
    const profiles = pending.filter(({ id, edit }) => edit.kind === 'edit-profile' && effects.has(id))
    for (const { id, edit } of profiles) place(id, ids(along.filter(({ entry }) => isAbout(edit, entry))))
    for (const { id } of profiles.slice(-1)) place(id, ids(along))
    return {
      /** Contexts whose identity could be another afterwards, as far as what decides that is another. */
      changing,
      /** These, and those that are edited and whose last check says nothing of them now. */
      verify: [...changing, ...unknown],
      /** The last edit about each of those that change: there it is shown. */
      shownAt,
    }
  }, [effects, change, foreseen, pending, model])
}

const isAbout = (edit: Edit, profile: string): boolean =>
  edit.kind === 'edit-profile' && 'profile' in edit.edit && edit.edit.profile === profile
