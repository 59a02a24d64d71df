import { Square } from 'lucide-react'
import type { Run, RunKind } from '../store/app-state'
import { stop } from '../store/run'
import { text } from '../text/page'
import { Button } from './Button'
import { useModel } from './model'

interface StopRunProps {
  readonly run: Run
  readonly small?: true
  readonly title?: string
  /** Of all runs that end; by default of this one alone. */
  readonly kinds?: readonly RunKind[]
  /** By default how far it is. */
  readonly children?: string
}

/** Ends what main does for the page. */
export function StopRun({ run, small, title, kinds = [run.kind], children }: StopRunProps) {
  const model = useModel()
  return (
    <Button
      icon={Square}
      {...(small ? { small } : { className: 'figures' })}
      title={title}
      onClick={() => stop(model, ...kinds)}
    >
      {children ?? text.stop(run.done, run.total)}
    </Button>
  )
}
