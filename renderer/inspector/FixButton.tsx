import { Wrench } from 'lucide-react'
import type { FixFinding } from '../../shared/findings/findings'
import { isOpened } from '../pending/fields'
import type { Row } from '../rows/rows'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { fixOfRow } from './fixes'
import styles from './Inspector.module.css'

/** Makes the edits of a finding's fix pending; no button where the finding has no fix. */
export function FixButton({ finding, row }: { readonly finding: FixFinding; readonly row: Row }) {
  const model = useModel()
  const snapshot = useApp((state) => state.snapshot)
  const fix = fixOfRow(finding, row)
  if (fix === null || (snapshot !== null && isOpened(snapshot, row.entry))) return null
  return (
    <Button small icon={Wrench} className={styles.act} onClick={() => model.edits.add(fix.edits)}>
      <span>{fix.label}</span>
    </Button>
  )
}
