import { review } from '../text/review'
import { Button } from './Button'
import { useModel } from './model'

/** What can be done about the lock of a file that a write waits for. */
export function LockActs({ path }: { readonly path: string }) {
  const model = useModel()
  return (
    <>
      <Button small onClick={() => void model.edits.cancelApply()}>
        {review.stopWaiting}
      </Button>
      <Button small kind="plain" onClick={() => void model.edits.unlock(path)}>
        {review.removeLock}
      </Button>
    </>
  )
}
