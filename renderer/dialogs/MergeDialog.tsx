import { useState } from 'react'
import type { Duplicates } from '../../shared/edits/duplicates'
import { visible } from '../../shared/visible'
import type { Row } from '../rows/rows'
import { forms } from '../text/edits'
import { Tick } from '../ui/Field'
import { FormWindow } from '../ui/FormFrame'
import { useEdits, useModel } from '../ui/model'
import { Named, Shown } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import styles from './Forms.module.css'

/**
 * Whether merging users of separate contexts creates a shared user, which is a finding: the app should not offer here what it
 * warns of elsewhere. Users that hardly any context uses are left-overs.
 */
function wouldShare({ kind, keep, others }: Duplicates, rows: readonly Row[]): boolean {
  if (kind === 'cluster') return false
  const users = new Set([keep.id, ...others.map(({ id }) => id)])
  return rows.filter(({ user }) => user !== null && users.has(user.id)).length > 1
}

/** Merges entries that are the same under several names. Main compares them, because the page does not have their secrets. */
export function MergeDialog() {
  const model = useModel()
  const pending = useEdits((state) => state.pending)
  // A merged user is shared from then on, which is rarely wanted: only clusters are ticked by default.
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set())
  const groups = useAnswer(
    model,
    async () => (await model.edits.duplicates()).filter((group) => !wouldShare(group, model.rows.all())),
    [pending],
  )
  const ticked = ({ kind, keep }: Duplicates) => (kind === 'cluster') !== turned.has(keep.id)
  const chosen = (groups ?? []).filter(ticked)
  return (
    <FormWindow
      wide
      title={forms.merge.title}
      lead={groups === null ? forms.merge.looking : groups.length === 0 ? forms.merge.none : forms.merge.lead}
      edits={chosen.map(({ keep, others }) => ({
        kind: 'merge-duplicates',
        keep: keep.id,
        remove: others.map(({ id }) => id),
      }))}
      done={forms.merge.done}
    >
      {groups?.map((group) => (
        <Tick
          key={group.keep.id}
          checked={ticked(group)}
          onChange={() => {
            const next = new Set(turned)
            if (!next.delete(group.keep.id)) next.add(group.keep.id)
            setTurned(next)
          }}
        >
          <b>
            {group.kind} <Named name={group.keep.name} />
          </b>{' '}
          <span title={group.others.map(({ name }) => visible(name)).join('\n')}>
            <Shown text={forms.merge.takes(group.others.map(({ name }) => name))} />
          </span>
          {group.kind === 'user' && <small className={styles.quiet}>{forms.merge.shared}</small>}
        </Tick>
      ))}
    </FormWindow>
  )
}
