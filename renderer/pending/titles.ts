/** Each pending edit in words, for the review, the history and screen readers. */
import { applyEdits } from '../../shared/edits/apply'
import { describeIn, type EditDescription, editLine } from '../../shared/edits/describe'
import { Draft } from '../../shared/edits/draft'
import type { Edit } from '../../shared/edits/edit'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import type { Snapshot } from '../../shared/kubeconfig/entries'

/** Words for each edit: values as they are in the files, names of entries that edits make as these make them. */
export function descriptionsOf(snapshot: Snapshot, edits: readonly Edit[]): readonly EditDescription[] {
  const model = modelOfSnapshot(snapshot)
  const before = new Draft(model)
  const makes = edits.some(({ kind }) => kind === 'clone-context' || kind === 'move-contexts')
  const after = makes ? new Draft(applyEdits(model, edits).model) : before
  return edits.map((edit) => {
    const known = Object.values(edit).every(
      (value) => typeof value !== 'string' || !value.startsWith('["') || before.get(value) !== null,
    )
    return describeIn(known ? before : after, edit)
  })
}

/** One line an edit. */
export function titlesOf(snapshot: Snapshot, edits: readonly Edit[]): readonly string[] {
  return descriptionsOf(snapshot, edits).map(editLine)
}
