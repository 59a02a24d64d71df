import { DiffView } from '../review/DiffView'
import { useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import styles from './History.module.css'

interface LinesProps {
  /** A write of Ekscope, or what others wrote to a file after it. */
  readonly of: { readonly id: string; readonly outside?: string }
}

/** The lines of one write, as they were then. */
export function Lines({ of: { id, outside } }: LinesProps) {
  const { bridge } = useModel()
  const answer = useAnswer(
    bridge,
    () =>
      outside === undefined
        ? bridge.request('history.show', { id })
        : bridge.request('history.externalChange', { after: id, path: outside }),
    [id, outside],
  )
  if (answer === null) return null
  if (!answer.ok)
    return <Shown as="p" className={styles.quiet} text={`${answer.fault.message} ${answer.fault.next}`} />
  return answer.value.files.map((file) => <DiffView key={file.path} change={file} />)
}
