import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { nothingPermitted, type Obstacle, type Permitted, permitting } from '../../shared/edits/obstacle'
import type { ApplyAnswer, LockWait } from '../../shared/ipc/payloads'
import type { Fault, Result } from '../../shared/result'
import type { Applying } from '../pending/state'
import { review } from '../text/review'
import { listen } from '../ui/listen'
import { useEdits, useModel } from '../ui/model'
import { LockLeft, LockWaiting, Obstructed } from './Applying'
import { Problems } from './Notes'
import styles from './Review.module.css'

export interface WriteOptions {
  /** There is something to write, and nothing against it. */
  readonly ready: boolean
  /** What stood in the way already when this began. */
  readonly obstacles?: readonly Obstacle[] | undefined
  readonly write: (permitted: Permitted) => Promise<Result<ApplyAnswer>>
  /** It is written, or there was nothing to write. `verify`: that was asked for in the same go. */
  readonly onDone: (verify: boolean) => void
  readonly onLeave?: () => void
}

function saidOf(applying: Applying | null, stopped: boolean): string {
  if (applying === null) return stopped ? review.stopped : ''
  if (applying.asking) return review.asking
  return applying.wait === null ? review.writing : ''
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
  const [stopped, setStopped] = useState(false)
  const lock = useRef<LockWait | null>(null)
  const wait = applying?.wait ?? null
  if (wait !== null) lock.current = wait
  const able = ready && applying === null

  async function run(allowed: Permitted): Promise<void> {
    setFault(null)
    setRefused(null)
    setStopped(false)
    lock.current = null
    const answer = await write(allowed)
    if (!answer.ok) {
      if (answer.fault.code === 'cancelled') setStopped(true)
      else setFault(answer.fault)
    } else if (answer.value.kind === 'obstructed') setRefused(answer.value.obstacles)
    else onDone(verifies.current)
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
  const ended = fault !== null || refused !== null
  useLayoutEffect(() => {
    if (waiting || ended) troubleAt.current?.focus()
  }, [waiting, ended])

  const left = fault?.code === 'locked' ? lock.current : null
  return {
    writing: applying !== null,
    /** It waits for a lock. */
    waiting,
    /** In a few words beside the buttons: that it is being written, or that nothing was because the user ended that. */
    said: saidOf(applying, stopped),
    /** Something stands in the way of replacing a file. */
    refused: refused !== null,
    /** Of the dialog's own button: with something in the way, the way on is the button there, and this one would only ask again. */
    kind: refused === null ? ('primary' as const) : ('outline' as const),
    /** `ready`, and no write runs yet. */
    able,
    run: (verify = false) => start.current(verify),
    /** Ends the wait for a lock, or else closes. */
    leave: () => {
      if (applying === null) (onLeave ?? (() => onDone(false)))()
      else void model.edits.cancelApply()
    },
    /** Where the dialog begins: at what stood in the way already. */
    focus: obstacles.length === 0 ? undefined : troubleAt,
    /** What stands in the way of the write, with what can be done about it. */
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
