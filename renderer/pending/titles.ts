/** What each pending edit says, for the review, the history and screen readers. */
import { applyEdits } from '../../shared/edits/apply'
import { type EditDescription, editLine } from '../../shared/edits/describe'
import { Draft } from '../../shared/edits/draft'
import type { Edit } from '../../shared/edits/edit'
import { describeEdit, idsOf } from '../../shared/edits/kinds'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import type { Snapshot } from '../../shared/kubeconfig/entries'

/** Values as they are in the files; of entries that other edits make, as the edits before have made them. */
export function descriptionsOf(snapshot: Snapshot, edits: readonly Edit[]): readonly EditDescription[] {
  const model = modelOfSnapshot(snapshot)
  const files = new Draft(model)
  const inFiles = edits.map((edit) => idsOf(edit).every(({ id }) => files.get(id) !== null))
  const descriptions = edits.map((edit) => describeEdit(edit, files))
  if (inFiles.includes(false))
    applyEdits(model, edits, (at, entries) => {
      const edit = edits[at]
      if (edit && inFiles[at] === false) descriptions[at] = describeEdit(edit, entries)
    })
  return descriptions
}

/** One line an edit. */
export function titlesOf(snapshot: Snapshot, edits: readonly Edit[]): readonly string[] {
  return descriptionsOf(snapshot, edits).map(editLine)
}
