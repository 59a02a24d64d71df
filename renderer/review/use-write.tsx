import { HardDrive, LockKeyhole } from 'lucide-react'
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import {
  nothingPermitted,
  type Obstacle,
  type Permitted,
  permitting,
  remedies,
} from '../../shared/edits/obstacle'
import type { ApplyAnswer, HeldEdits, LockWait } from '../../shared/ipc/payloads'
import type { Fault, Result } from '../../shared/result'
import type { Applying } from '../pending/editing-state'
import { editText } from '../text/edits'
import { shortPath } from '../text/path'
import { review } from '../text/review-texts'
import { Button } from '../ui/Button'
import { Keys } from '../ui/Keys'
import { LockActs, useUnlock } from '../ui/LockActs'
import { listen } from '../ui/listen'
import { useApp, useEdits, useModel } from '../ui/model'
import { Exact, Shown } from '../ui/Shown'
import { Note, Problems } from './Notes'
import styles from './Review.module.css'

export interface WriteOptions {
  /** There is something to write, and nothing against it. */
  readonly ready: boolean
  /** What stood in the way already when this began. */
  readonly obstacles?: readonly Obstacle[] | undefined
  readonly write: (permitted: Permitted) => Promise<Result<ApplyAnswer>>
  /** It is written, or there was nothing to write. `verify`: that was asked for in the same go; `rest`: edits were left out. */
  readonly onDone: (verify: boolean, rest: boolean) => void
  readonly onLeave?: () => void
}

function saidOf(applying: Applying | null, stopped: string | null): string {
  if (applying === null) return stopped ?? ''
  if (applying.asking) return review.asking
  if (applying.wait !== null) return ''
  return applying.checks === 0 ? review.writing : review.proving(applying.checks)
}

/** A write from a dialog: its button and Ctrl+Enter, the wait for a lock, and the ways out when it cannot be. */
export function useWrite({ ready, obstacles = [], write, onDone, onLeave }: WriteOptions) {
  const model = useModel()
  const applying = useEdits((state) => state.applying)
  const [refused, setRefused] = useState<readonly Obstacle[] | null>(
    obstacles.length === 0 ? null : obstacles,
  )
  const [permitted, setPermitted] = useState(nothingPermitted)
  const [fault, setFault] = useState<Fault | null>(null)
  const [held, setHeld] = useState<readonly HeldEdits[]>([])
  const [stopped, setStopped] = useState<string | null>(null)
  const lock = useRef<LockWait | null>(null)
  const wait = applying?.wait ?? null
  if (wait !== null) lock.current = wait
  const able = ready && applying === null

  async function run(allowed: Permitted): Promise<void> {
    setFault(null)
    setHeld([])
    setRefused(null)
    setStopped(null)
    lock.current = null
    const answer = await write(allowed)
    if (!answer.ok) {
      if (answer.fault.code === 'cancelled') setStopped(review.stopped)
      else if (answer.fault.code === 'declined') setStopped(answer.fault.message)
      else setFault(answer.fault)
    } else if (answer.value.kind === 'obstructed') setRefused(answer.value.obstacles)
    else {
      const rest = (answer.value.kind === 'written' && answer.value.held) || []
      setHeld(rest)
      onDone(verifies.current, rest.length > 0)
    }
  }

  // What was asked for holds, too, where the write goes on after a question.
  const verifies = useRef(false)
  const start = useRef<(verify: boolean) => void>(() => undefined)
  start.current = (verify) => {
    if (!able) return
    verifies.current = verify
    void run(permitted)
  }
  // The dialog's own shortcut, wherever the keyboard is in it.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      start.current(event.shiftKey)
    }
    return listen(['keydown'], onKeyDown)
  }, [])

  // The button that started it was disabled meanwhile: the keyboard goes to what is asked, and so does the view. With what is drawn,
  // so that a key for what is seen comes there.
  const troubleAt = useRef<HTMLDivElement>(null)
  const waiting = wait !== null
  const ended = fault !== null || refused !== null || held.length > 0
  useLayoutEffect(() => {
    if (waiting || ended) troubleAt.current?.focus()
  }, [waiting, ended])

  const left = fault?.code === 'locked' ? lock.current : null
  return {
    writing: applying !== null,
    /** Something is in the way of replacing a file. */
    refused: refused !== null,
    /** `ready`, and no write runs yet. */
    able,
    run: (verify = false) => start.current(verify),
    /** The dialog's window: it begins at what was in the way already. */
    frame: {
      wide: true,
      focus: obstacles.length === 0 ? undefined : troubleAt,
      // Ends the wait for a lock, or else closes.
      onClose() {
        if (applying === null) (onLeave ?? (() => onDone(false, false)))()
        else void model.edits.cancelApply()
      },
      // That it is being written, or that nothing was because the user ended that.
      note: <span role="status">{saidOf(applying, stopped)}</span>,
      cancel: waiting ? review.stopWaiting : editText.cancel,
    },
    /**
     * The dialog's own button, which `leads` where no other does. With something in the way, the way on is the button there, and
     * this one would only ask again.
     */
    button: (label: string, leads = true) => (
      <Button
        kind={leads && refused === null ? 'primary' : 'outline'}
        disabled={!able}
        onClick={() => start.current(false)}
      >
        {label}
        <Keys shortcut="Mod+Enter" />
      </Button>
    ),
    /** What is in the way of the write, with what can be done about it. */
    trouble: (
      <div ref={troubleAt} tabIndex={-1} className={styles.trouble}>
        {refused !== null && (
          <Obstructed
            obstacles={refused}
            ready={able}
            onAllow={() => {
              const allowed = permitting(permitted, refused)
              setPermitted(allowed)
              void run(allowed)
            }}
          />
        )}
        {wait !== null && <LockWaiting wait={wait} />}
        <Problems title={review.leftOut} tone="bad" problems={held} />
        {fault !== null && <Problems title={review.blocked} tone="bad" problems={[fault]} />}
        {left !== null && (
          <LockLeft
            wait={left}
            ready={able}
            // Asked of the plan that is shown by then, as the dialog's own button asks.
            onRemoved={() => start.current(verifies.current)}
          />
        )}
      </div>
    ),
  }
}

interface Answerable {
  /** What would be written is known: not while the files have just changed and it is worked out anew. */
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

/** A lock that another program holds: where, how old, and what can be done. */
const LockWaiting = ({ wait }: { readonly wait: LockWait }) => (
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
function Obstructed({ obstacles, ready, onAllow }: ObstructedProps) {
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
