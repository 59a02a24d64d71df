import { HardDrive, LockKeyhole } from 'lucide-react'
import type { ReactNode } from 'react'
import { type Obstacle, remedies } from '../../shared/edits/obstacle'
import type { LockWait } from '../../shared/ipc/payloads'
import { shortPath } from '../text/path'
import { review } from '../text/review'
import { Button } from '../ui/Button'
import { LockActs, useUnlock } from '../ui/LockActs'
import { useApp } from '../ui/model'
import { Exact, Shown } from '../ui/Shown'
import { Note } from './Notes'

interface Answerable {
  /** What would be written stands there: not while the files have just changed and it is worked out anew. */
  readonly ready: boolean
}

interface LockNoteProps {
  readonly wait: LockWait
  readonly title: string
  readonly role?: 'status'
  readonly children: ReactNode
}

function LockNote({ wait, title, role, children }: LockNoteProps) {
  const home = useApp((state) => state.app?.home ?? '')
  return (
    <Note tone="warn" icon={LockKeyhole} title={title} role={role}>
      {/* Its age goes on every second, which is not to be read out each time. */}
      <p aria-live="off">
        <Exact as="code" text={shortPath(wait.path, home)} /> {review.age(wait.ageMs)}
      </p>
      <p>{review.waitNote}</p>
      <div className="row wrap">{children}</div>
    </Note>
  )
}

/** A lock that somebody holds: where, how old, and what can be done. */
export const LockWaiting = ({ wait }: { readonly wait: LockWait }) => (
  <LockNote wait={wait} title={review.waitTitle} role="status">
    <LockActs key={wait.path} path={wait.path} />
  </LockNote>
)

interface LockLeftProps extends Answerable {
  readonly wait: LockWait
  readonly onRemoved: () => void
}

/** The wait for a lock ended without it. On the user's word it is removed and the write tried again. */
export function LockLeft({ wait, ready, onRemoved }: LockLeftProps) {
  const { unlock, refused } = useUnlock(wait.path)
  return (
    <LockNote wait={wait} title={review.leftTitle}>
      <Button small disabled={!ready} onClick={() => void unlock().then((gone) => gone && onRemoved())}>
        {review.removeAndApply}
      </Button>
      {refused}
    </LockNote>
  )
}

interface ObstructedProps extends Answerable {
  readonly obstacles: readonly Obstacle[]
  readonly onAllow: () => void
}

/** Files that cannot simply be replaced: why each, and the way that is left for all of them. Nothing was written yet. */
export function Obstructed({ obstacles, ready, onAllow }: ObstructedProps) {
  const home = useApp((state) => state.app?.home ?? '')
  const needed = (['in-place', 'force'] as const).filter((remedy) =>
    obstacles.some(({ reason }) => remedies[reason] === remedy),
  )
  const files = new Set(obstacles.map(({ path }) => path)).size
  return (
    <Note tone="warn" icon={HardDrive} title={review.obstructedTitle(files, needed)} role="alert">
      {obstacles.map(({ path, reason }) => (
        <p key={`${reason} ${path}`}>
          <Exact as="code" text={shortPath(path, home)} /> <Shown text={review.obstacles[reason]} />
        </p>
      ))}
      {needed.map((remedy) => (
        <p key={remedy}>{review.remedies[remedy]}</p>
      ))}
      <Button small kind="primary" disabled={!ready} onClick={onAllow}>
        {needed.length === 1 && needed[0] === 'in-place' ? review.inPlace : review.writeAnyway}
      </Button>
    </Note>
  )
}
