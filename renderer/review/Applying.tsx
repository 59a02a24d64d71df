import { HardDrive, LockKeyhole } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ApplyAnswer, LockWait } from '../../shared/ipc/payloads'
import { shortPath } from '../text/path'
import { review } from '../text/review'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { Exact, Shown } from '../ui/Shown'
import styles from './Review.module.css'

interface LockNoteProps {
  readonly wait: LockWait
  readonly title: string
  readonly live?: boolean
  readonly children: ReactNode
}

function LockNote({ wait, title, live = false, children }: LockNoteProps) {
  const home = useApp((state) => state.app?.home ?? '')
  return (
    <section className={styles.note} data-tone="warn" role={live ? 'status' : undefined}>
      <LockKeyhole size={16} aria-hidden />
      <div>
        <h3>{title}</h3>
        <p>
          <code>
            <Exact text={shortPath(wait.path, home)} />
          </code>{' '}
          {review.age(wait.ageMs)}
        </p>
        <p>{review.waitNote}</p>
        <div className={styles.buttons}>{children}</div>
      </div>
    </section>
  )
}

/** A lock that somebody holds: where, how old, and what can be done. */
export function LockWaiting({ wait }: { readonly wait: LockWait }) {
  const model = useModel()
  return (
    <LockNote wait={wait} title={review.waitTitle} live>
      <Button small onClick={() => void model.edits.cancelApply()}>
        {review.stopWaiting}
      </Button>
      <Button small kind="plain" onClick={() => void model.edits.unlock(wait.path)}>
        {review.removeLock}
      </Button>
    </LockNote>
  )
}

/** The wait for a lock ended without it. On the user's word it is removed and the write tried again. */
export function LockLeft({ wait, onRemove }: { readonly wait: LockWait; readonly onRemove: () => void }) {
  return (
    <LockNote wait={wait} title={review.leftTitle}>
      <Button small onClick={onRemove}>
        {review.removeAndApply}
      </Button>
    </LockNote>
  )
}

interface CannotRenameProps {
  readonly answer: Extract<ApplyAnswer, { kind: 'cannot-rename' }>
  readonly onAllow: () => void
}

/** A file that cannot be replaced by rename: why, and the way that is left. Nothing was written yet. */
export function CannotRename({ answer, onAllow }: CannotRenameProps) {
  const home = useApp((state) => state.app?.home ?? '')
  return (
    <section className={styles.note} data-tone="warn" role="alert">
      <HardDrive size={16} aria-hidden />
      <div>
        <h3>{review.inPlaceTitle}</h3>
        <p>
          <code>
            <Exact text={shortPath(answer.path, home)} />
          </code>
        </p>
        <p>
          <Shown text={`${review.ways[answer.reason]} ${review.inPlaceNote}`} />
        </p>
        <Button small onClick={onAllow}>
          {review.inPlace}
        </Button>
      </div>
    </section>
  )
}
