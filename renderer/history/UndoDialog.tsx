import { useEffect, useState } from 'react'
import type { Plan } from '../../shared/edits/plan'
import type { Result } from '../../shared/result'
import { DiffView } from '../review/DiffView'
import { Problems } from '../review/Notes'
import styles from '../review/Review.module.css'
import { useWrite } from '../review/use-write'
import { history } from '../text/history'
import { review } from '../text/review'
import { Button } from '../ui/Button'
import { Keys } from '../ui/Keys'
import { useApp, useModel } from '../ui/model'
import { Window } from '../ui/Window'
import dialog from '../ui/Window.module.css'

interface UndoDialogProps {
  /** Of the write. */
  readonly id: string
  readonly way: 'undo' | 'restore' | 'reapply'
}

/** What an undo, a restore or a second time would do now, exactly, before it does it. */
export function UndoDialog({ id, way }: UndoDialogProps) {
  const model = useModel()
  const snapshot = useApp((state) => state.snapshot)
  const [answer, setAnswer] = useState<Result<Plan> | null>(null)
  // Asked anew when the files change: what is written is what was looked at.
  useEffect(() => {
    void snapshot
    let current = true
    setAnswer(null)
    void model.bridge.request('history.plan', { id, way, contexts: null }).then((result) => {
      if (current) setAnswer(result)
    })
    return () => {
      current = false
    }
  }, [model, id, way, snapshot])
  const plan = answer?.ok ? answer.value : null
  const write = useWrite({
    ready: plan !== null && !plan.blocked && plan.files.length > 0,
    write: (permitted) =>
      model.edits.undoWrite({ id, way, revisions: plan?.revisions ?? null, ...permitted }),
    onDone: () => model.edits.open(null),
  })
  const unfit = way !== 'restore' && answer !== null && !answer.ok && answer.fault.code === 'conflict'
  return (
    <Window
      open
      wide
      onOpenChange={(open) => {
        if (!open) write.leave()
      }}
      title={history.titles[way]}
      lead={history.leads[way]}
      footer={
        <>
          <span className={dialog.footerNote} role="status">
            {write.writing ? review.writing : ''}
          </span>
          <Button onClick={write.leave}>{write.writing ? review.stopWaiting : history.cancel}</Button>
          <Button kind="primary" disabled={!write.able} onClick={write.run}>
            {history[way]}
            <Keys shortcut="Mod+Enter" className={styles.keys} />
          </Button>
        </>
      }
    >
      <div className={dialog.body}>
        {answer === null && <p className={styles.more}>{history.planning}</p>}
        {write.trouble}
        {answer !== null && !answer.ok && (
          <Problems title={history.cannot[way]} tone="bad" problems={[answer.fault]} />
        )}
        {unfit && (
          <p className={styles.more}>
            <Button small onClick={() => model.edits.open({ kind: 'undo-write', id, way: 'restore' })}>
              {history.restoreInstead}
            </Button>
          </p>
        )}
        {plan !== null && (
          <>
            <Problems
              title={review.blocked}
              tone="bad"
              problems={plan.problems.filter(({ blocks }) => blocks)}
            />
            {plan.files.length === 0 && <p className={styles.more}>{history.nothing[way]}</p>}
            {plan.files.map((change) => (
              <DiffView key={change.path} change={change} />
            ))}
          </>
        )}
      </div>
    </Window>
  )
}
