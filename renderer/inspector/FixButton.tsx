import { Wrench } from 'lucide-react'
import { type Fix, type FixFinding, fixOf } from '../../shared/findings/findings'
import { isOpened } from '../pending/fields'
import type { Row } from '../rows/rows'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'

/** A finding's fix for a row. A context that is not in the files yet, or would go, is mended by undoing that. */
export function fixOfRow(finding: FixFinding, row: Row): Fix | null {
  return row.pending === null || row.pending.kind === 'changed' ? fixOf(finding, row) : null
}

/** Makes the edits of a finding's fix pending; no button where the finding has no fix. */
export function FixButton({
  finding,
  row,
  primary = false,
}: {
  readonly finding: FixFinding
  readonly row: Row
  readonly primary?: boolean
}) {
  const model = useModel()
  const snapshot = useApp((state) => state.snapshot)
  const fix = fixOfRow(finding, row)
  if (fix === null || (snapshot !== null && isOpened(snapshot, row.entry))) return null
  return (
    <Button
      small
      kind={primary ? 'primary' : 'outline'}
      icon={Wrench}
      onClick={(event) => {
        // The button goes with the finding; the keyboard stays where it stood.
        event.currentTarget.closest<HTMLElement>('section[tabindex]')?.focus()
        model.edits.add(fix.edits)
      }}
    >
      {fix.label}
    </Button>
  )
}
