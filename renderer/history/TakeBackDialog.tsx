import { useEffect, useState } from 'react'
import type { HistoryEntry } from '../../shared/editing'
import type { Plan } from '../../shared/plan'
import type { Result } from '../../shared/result'
import { useEdits } from '../edits/use-edits'
import { LockWaiting } from '../review/Applying'
import { DiffView } from '../review/DiffView'
import { Problems } from '../review/Notes'
import styles from '../review/Review.module.css'
import { review } from '../review/words'
import { Button } from '../ui/Button'
import { useModel } from '../ui/model'
import { Window } from '../ui/Window'
import dialog from '../ui/Window.module.css'
import { history } from './words'

interface TakeBackDialogProps {
  readonly entry: HistoryEntry
  readonly way: 'undo' | 'restore'
  readonly onClose: () => void
}

/** What an undo or a restore would do now, exactly, before it does it. */
export function TakeBackDialog({ entry, way, onClose }: TakeBackDialogProps) {
  const model = useModel()
  const applying = useEdits((state) => state.applying)
  const [answer, setAnswer] = useState<Result<Plan> | null>(null)
  const { id } = entry
  useEffect(() => {
    let current = true
    void model.bridge.request('history.plan', { id, way }).then((result) => {
      if (current) setAnswer(result)
    })
    return () => {
      current = false
    }
  }, [model, id, way])
  const plan = answer?.ok ? answer.value : null
  const ready = plan !== null && !plan.blocked && plan.files.length > 0 && applying === null
  return (
    <Window
      open
      wide
      onOpenChange={(open) => {
        if (!open) onClose()
      }}
      title={way === 'undo' ? history.undoTitle : history.restoreTitle}
      lead={way === 'undo' ? history.undoLead : history.restoreLead}
      footer={
        <>
          <span className={dialog.footerNote} />
          <Button onClick={onClose}>{history.cancel}</Button>
          <Button
            kind="primary"
            disabled={!ready}
            onClick={() => {
              void model.edits.takeBack(id, way).then((done) => {
                if (done.ok && done.value.kind !== 'cannot-rename') onClose()
              })
            }}
          >
            {history[way]}
          </Button>
        </>
      }
    >
      <div className={dialog.body}>
        {answer === null && <p className={styles.more}>{history.planning}</p>}
        {applying?.wait && <LockWaiting wait={applying.wait} />}
        {answer !== null && !answer.ok && (
          <Problems title={review.blocked} tone="bad" problems={[answer.fault]} />
        )}
        {plan !== null && (
          <>
            <Problems
              title={review.blocked}
              tone="bad"
              problems={plan.problems.filter(({ blocks }) => blocks)}
            />
            {plan.files.length === 0 && <p className={styles.more}>{history.nothing}</p>}
            {plan.files.map((change) => (
              <DiffView key={change.path} change={change} />
            ))}
          </>
        )}
      </div>
    </Window>
  )
}
