import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import type { Fault } from '../../shared/result'
import { shortPaths } from '../text/path'
import { review } from '../text/review-texts'
import { Button } from './Button'
import { useApp, useModel } from './model'
import styles from './ProblemLine.module.css'
import { Shown } from './Shown'

/** Why a form's action is not possible; screen readers announce it at once. */
export function ProblemLine({ text }: { readonly text: string }) {
  return (
    <p className={styles.line} role="alert">
      <CircleAlert size={14} aria-hidden />
      <Shown text={text} />
    </p>
  )
}

/** Removes a lock after the user confirms. */
export function useUnlock(path: string) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const [fault, setFault] = useState<Fault | null>(null)
  return {
    /** Whether the lock is gone. */
    unlock: async (): Promise<boolean> => {
      setFault(null)
      const answer = await model.edits.unlock(path)
      if (!answer.ok) setFault(answer.fault)
      return answer.ok
    },
    /** Why it is not gone, next to the button: a notice would be behind the dialog, out of reach. */
    refused: fault !== null && <ProblemLine text={shortPaths(`${fault.message} ${fault.next}`, home)} />,
  }
}

/** Actions for the lock of a file that a write waits for. */
export function LockActs({ path }: { readonly path: string }) {
  const model = useModel()
  const { unlock, refused } = useUnlock(path)
  return (
    <>
      <Button small onClick={() => void model.edits.cancelApply()}>
        {review.stopWaiting}
      </Button>
      <Button small kind="plain" onClick={() => void unlock()}>
        {review.removeLock}
      </Button>
      {refused}
    </>
  )
}
