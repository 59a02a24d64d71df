/** What settles a kind of finding, by edits. */
import { fixOfAll } from '../../shared/findings/finding-causes'
import { isOpened } from '../pending/editable-fields'
import type { FindingLine } from '../rows/finding-lines'
import type { Model } from '../store/window-model'

/** The edits for all contexts of these kinds that need no decision, with what the button says; null where there are none. */
export function fixOfLine(model: Model, line: FindingLine) {
  const { snapshot } = model.state.getState()
  if (snapshot === null) return null
  const found = line.contexts.flatMap(({ id }) => {
    const row = model.rows.get(id)
    const finding = row?.findings.find((one) => one.id === line.finding && one.severity === line.severity)
    return row && finding ? [{ row, finding }] : []
  })
  return fixOfAll(found, (row) => row.pending?.kind === 'removed' || isOpened(snapshot, row.entry))
}

/** Makes them pending and opens the review, which says who acts before and after, and tries them. */
export function reviewFixes(model: Model, lines: readonly FindingLine[]): void {
  const edits = lines.flatMap((line) => fixOfLine(model, line)?.edits ?? [])
  if (edits.length === 0) return
  model.edits.add(edits)
  model.edits.open({ kind: 'review' })
}
