import { useEffect, useState } from 'react'
import type { ShownDiff } from '../../shared/ipc/payloads'
import type { Result } from '../../shared/result'
import { DiffView } from '../review/DiffView'
import { useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './History.module.css'

interface LinesProps {
  /** A write of Ekscope, or what others wrote to a file after it. */
  readonly of: { readonly id: string; readonly outside?: string }
}

/** The lines of one write, as they were then. */
export function Lines({ of: { id, outside } }: LinesProps) {
  const { bridge } = useModel()
  const [answer, setAnswer] = useState<Result<ShownDiff> | null>(null)
  useEffect(() => {
    let current = true
    const asked =
      outside === undefined
        ? bridge.request('history.show', { id })
        : bridge.request('history.externalChange', { after: id, path: outside })
    void asked.then((result) => {
      if (current) setAnswer(result)
    })
    return () => {
      current = false
    }
  }, [bridge, id, outside])
  if (answer === null) return null
  if (!answer.ok)
    return <Shown as="p" className={styles.quiet} text={`${answer.fault.message} ${answer.fault.next}`} />
  return answer.value.files.map((file) => <DiffView key={file.path} change={file} />)
}
