import { visible } from '../../shared/visible'
import type { ShownList } from '../actions/action'
import { goToContext } from '../actions/go-to'
import { clusterText } from '../rows/columns'
import { useModel, useRow } from '../ui/model'
import { Named } from '../ui/Named'
import { Shown } from '../ui/Shown'
import { VerdictMark } from '../ui/VerdictMark'
import styles from './ContextLine.module.css'

interface ContextLineProps {
  readonly id: string
  readonly name: string
  readonly shown: ShownList
  /** False where all lead to one cluster. */
  readonly where?: boolean
}

/** A context in the panel of something else: its verdict, and a click that goes to it. */
export function ContextLine({ id, name, shown, where = true }: ContextLineProps) {
  const model = useModel()
  const row = useRow(id)
  return (
    <button
      type="button"
      className={styles.context}
      disabled={row === undefined}
      onClick={() => goToContext(model, shown, id)}
    >
      <b title={visible(name)}>
        <Named name={name} />
      </b>
      {row !== undefined && (
        <>
          {where && (
            <span className={styles.where}>
              <Shown text={clusterText(row)} />
            </span>
          )}
          <VerdictMark
            shown={row.shown}
            was={row.verdict}
            waiting={row.waiting}
            withCode={row.check?.withCode}
          />
        </>
      )}
    </button>
  )
}
