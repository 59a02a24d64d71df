import { GitCompareArrows, TriangleAlert } from 'lucide-react'
import { editText } from '../text/edits'
import { useEdits, useModel } from '../ui/model'
import styles from './PendingButton.module.css'

/** How many edits wait, and the way to their review; conflicts first. Nothing while nothing waits. */
export function PendingButton() {
  const model = useModel()
  const count = useEdits((state) => state.pending.length)
  const conflicts = useEdits((state) => state.conflicts.length)
  const blocked = useEdits((state) => state.problems.some(({ blocks }) => blocks))
  if (count === 0) return null
  return (
    <span className="row">
      {conflicts > 0 && (
        <button
          type="button"
          className={styles.pending}
          data-tone="bad"
          onClick={() => model.edits.open({ kind: 'conflicts' })}
        >
          <TriangleAlert size={14} aria-hidden />
          {editText.pending.conflicts(conflicts)}
        </button>
      )}
      <button
        type="button"
        className={styles.pending}
        data-tone={blocked ? 'bad' : 'warn'}
        aria-label={editText.pending.label(count)}
        aria-keyshortcuts="Control+S"
        onClick={() => model.edits.open({ kind: 'review' })}
      >
        <GitCompareArrows size={15} aria-hidden />
        <span>{editText.pending.count(count)}</span>
        <span className={styles.line} aria-hidden />
        <span className={styles.review}>{editText.pending.review}</span>
      </button>
    </span>
  )
}
