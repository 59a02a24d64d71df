/** The title of each pending edit, for the review, the history and screen readers. */
import { applyEdits } from '../../shared/edits/apply-edits'
import { type EditDescription, editLine } from '../../shared/edits/describe'
import { Draft } from '../../shared/edits/draft'
import type { Edit } from '../../shared/edits/edit'
import { describeEdit, idsOf } from '../../shared/edits/kinds'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import type { Snapshot } from '../../shared/kubeconfig/entries'

/** Describes edits with old values from the files; for entries that other edits create, with the values after earlier edits. */
export function descriptionsOf(snapshot: Snapshot, edits: readonly Edit[]): readonly EditDescription[] {
  const model = modelOfSnapshot(snapshot)
  const files = new Draft(model)
  const inFiles = edits.map((edit) => idsOf(edit).every(({ id }) => files.get(id) !== null))
  const descriptions = edits.map((edit) => describeEdit(edit, files))
  if (inFiles.includes(false))
    applyEdits(model, edits, (at, entries) => {
      const edit = edits[at]
      const before = descriptions[at]
      if (!edit || !before || inFiles[at] !== false) return
      const described = describeEdit(edit, entries)
      // The context that kubectl uses now is the one in the files, not a pending one.
      descriptions[at] = edit.kind === 'use-context' ? { ...described, was: before.was } : described
    })
  return descriptions
}

/** The index of the edit that creates the entry of another edit; null where the entry is in the files. */
export function makerOf(snapshot: Snapshot, edits: readonly Edit[], of: number): number | null {
  const edit = edits[of]
  if (edit === undefined) return null
  const model = modelOfSnapshot(snapshot)
  const files = new Draft(model)
  const missing = idsOf(edit).filter(({ id }) => files.get(id) === null)
  if (missing.length === 0) return null
  let there: number | null = null
  applyEdits(model, edits.slice(0, of + 1), (at, entries) => {
    if (at === 0) there = null
    if (there === null && missing.some(({ id }) => entries.get(id) !== null)) there = at
  })
  return there === null ? null : there - 1
}

/** One line per edit. */
export function titlesOf(snapshot: Snapshot, edits: readonly Edit[]): readonly string[] {
  return descriptionsOf(snapshot, edits).map(editLine)
}
