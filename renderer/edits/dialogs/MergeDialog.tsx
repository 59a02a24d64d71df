import { useState } from 'react'
import { Tick } from '../../ui/Field'
import { useModel } from '../../ui/model'
import { Shown } from '../../ui/Shown'
import { duplicatesIn } from '../duplicates'
import styles from '../Forms.module.css'
import { forms } from '../words'
import { FormWindow } from './FormWindow'

/** Entries that say the same under several names become one. */
export function MergeDialog() {
  const model = useModel()
  const snapshot = model.edits.edited()
  const groups = snapshot === null ? [] : duplicatesIn(snapshot)
  // Users that are one are shared from then on, which is seldom wished: only clusters are ticked at first.
  const [out, setOut] = useState<ReadonlySet<string>>(
    new Set(groups.flatMap(({ kind, keep }) => (kind === 'user' ? [keep.id] : []))),
  )
  const chosen = groups.filter(({ keep }) => !out.has(keep.id))
  return (
    <FormWindow
      wide
      title={forms.merge.title}
      lead={groups.length === 0 ? forms.merge.none : forms.merge.lead}
      edits={chosen.map(({ keep, others }) => ({
        kind: 'merge-duplicates',
        keep: keep.id,
        remove: others.map(({ id }) => id),
      }))}
      done={forms.merge.done}
    >
      {groups.map(({ kind, keep, others, likely }) => (
        <Tick
          key={keep.id}
          checked={!out.has(keep.id)}
          onChange={(checked) => {
            const next = new Set(out)
            if (checked) next.delete(keep.id)
            else next.add(keep.id)
            setOut(next)
          }}
        >
          <b>
            <Shown text={forms.merge.into(kind, keep.name)} />
          </b>{' '}
          <Shown text={forms.merge.takes(others.map(({ name }) => name))} />
          {likely && <small className={styles.quiet}>{forms.merge.authority}</small>}
        </Tick>
      ))}
    </FormWindow>
  )
}
