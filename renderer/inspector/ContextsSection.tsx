import { visible } from '../../shared/visible'
import { goToContext } from '../actions/go-to'
import { clusterText } from '../rows/columns'
import { shownOnDisk } from '../rows/on-disk'
import { LongList } from '../ui/LongList'
import { useModel, useRow } from '../ui/model'
import { Named, Shown } from '../ui/Shown'
import { VerdictOf } from '../ui/VerdictMark'
import styles from './ContextsSection.module.css'
import { Section } from './Frame'
import frame from './Inspector.module.css'

interface ContextLineProps {
  readonly id: string
  readonly name: string
  /** False where all contexts refer to one cluster. */
  readonly where?: boolean
}

/** A context in the panel of a cluster or an identity: its verdict, and a click that goes to it. */
function ContextLine({ id, name, where = true }: ContextLineProps) {
  const model = useModel()
  const row = useRow(id)
  return (
    <button
      type="button"
      className={styles.context}
      disabled={row === undefined}
      onClick={() => goToContext(model, id)}
    >
      <Named as="b" className="cut strong" title={visible(name)} name={name} />
      {row !== undefined && (
        <>
          {where && <Shown as="span" className={styles.where} text={clusterText(row)} />}
          <VerdictOf row={shownOnDisk(row)} />
        </>
      )}
    </button>
  )
}

interface ContextsSectionProps extends Pick<ContextLineProps, 'where'> {
  readonly title: string
  readonly of: readonly { readonly id: string; readonly name: string }[]
  /** The text where there are none. */
  readonly none?: string
}

/** The contexts in the panel of a cluster or an identity, however many there are. */
export function ContextsSection({ title, of, none, ...line }: ContextsSectionProps) {
  return (
    <Section title={title} aside={of.length}>
      {of.length === 0 && none !== undefined ? (
        <p className={frame.quiet}>{none}</p>
      ) : (
        <LongList
          label={title}
          of={of}
          estimate={27}
          item={({ id, name }) => <ContextLine {...line} id={id} name={name} />}
        />
      )}
    </Section>
  )
}
