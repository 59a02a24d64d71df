/** Which pending edits are about a context, so that they can be taken back for it alone. */
import type { Row } from '../rows'
import type { Pending } from './pending'

/** Edits that name one of the rows, the entries behind it, or that made it. */
export function slotsOf(pending: readonly Pending[], rows: readonly Row[]): ReadonlySet<number> {
  const ids = new Set<string>()
  const made = new Set<string>()
  for (const row of rows) {
    for (const one of [row, row.pending?.was ?? null]) if (one) ids.add(one.id)
    if (row.pending?.kind === 'added') made.add(row.name)
  }
  return new Set(
    pending.flatMap(({ id, edit }) => {
      const named = Object.values(edit).flat()
      const makes = (edit.kind === 'add-context' || edit.kind === 'clone-context') && made.has(edit.name)
      return makes || named.some((value) => typeof value === 'string' && ids.has(value)) ? [id] : []
    }),
  )
}
