import { ScrollList } from '../ui/ScrollList'
import { Named, Shown } from '../ui/Shown'
import styles from './Forms.module.css'

export interface ListedName {
  readonly id: string
  readonly name: string
  /** Its kind, before the name; without one the name is bold. */
  readonly kind?: string
  readonly note?: string | null
}

interface NameListProps {
  readonly of: readonly ListedName[]
  /** They are removed. */
  readonly struck?: boolean
}

/** The subjects of a dialog by name, in a scrolling box. */
export const NameList = ({ of, struck = false }: NameListProps) => (
  <ScrollList className={styles.list}>
    {of.map(({ id, kind, name, note }) => {
      const Name = kind === undefined ? 'b' : 'span'
      return (
        <li key={id}>
          {kind !== undefined && <small>{kind}</small>}
          <Name className={struck ? 'gone' : ''}>
            <Named name={name} where />
          </Name>
          {note != null && <Shown as="small" className={styles.right} text={note} />}
        </li>
      )
    })}
  </ScrollList>
)
