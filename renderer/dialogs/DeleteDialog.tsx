import { useMemo, useState } from 'react'
import { overlayOf } from '../pending/overlay'
import { shortName } from '../text/counts'
import { forms } from '../text/edits'
import { Tick } from '../ui/Field'
import { FormWindow } from '../ui/FormFrame'
import { useApp, useEdits, useModel } from '../ui/model'
import styles from './Forms.module.css'
import { NameList } from './NameList'

/** Contexts to delete, with the entries that no context uses afterwards. Entries that others use stay and are named. */
export function DeleteDialog({ ids }: { readonly ids: readonly string[] }) {
  const model = useModel()
  const snapshot = useApp((state) => state.snapshot)
  const pending = useEdits((state) => state.pending)
  const [orphans, setOrphans] = useState(true)
  const rows = ids.flatMap((id) => model.rows.get(id) ?? [])
  const { gone, stay } = useMemo(() => {
    const before = model.edits.edited()
    if (snapshot === null || before === null) return { gone: [], stay: [] }
    const after = overlayOf(snapshot, [
      ...pending.map(({ edit }) => edit),
      { kind: 'delete-contexts', contexts: [...ids], keepOrphans: false },
    ]).snapshot
    const left = new Set([...after.users, ...after.clusters].map(({ id }) => id))
    const all = [
      ...before.users.map(({ id, name }) => ({ kind: 'user', id, name })),
      ...before.clusters.map(({ id, name }) => ({ kind: 'cluster', id, name })),
    ]
    const chosen = ids.flatMap((id) => model.rows.get(id) ?? [])
    const mine = new Set(chosen.flatMap(({ user, cluster }) => [user?.id, cluster?.id]))
    return {
      gone: all.filter(({ id }) => !left.has(id)),
      stay: all.filter(({ id }) => left.has(id) && mine.has(id)),
    }
  }, [model, snapshot, pending, ids])
  return (
    <FormWindow
      title={forms.delete.title(rows.map(({ name }) => shortName(name)))}
      lead={forms.delete.lead}
      edits={[{ kind: 'delete-contexts', contexts: rows.map(({ id }) => id), keepOrphans: !orphans }]}
      done={forms.delete.done}
      danger
    >
      <NameList of={rows.map(({ id, name, clusterName: note }) => ({ id, name, note }))} />
      {gone.length > 0 ? (
        <>
          <Tick checked={orphans} onChange={setOrphans}>
            {forms.delete.orphans(gone.length)}
          </Tick>
          <NameList of={gone} struck={orphans} />
        </>
      ) : (
        <p className={styles.quiet}>{forms.delete.noOrphans}</p>
      )}
      {gone.length > 0 && stay.length > 0 && (
        <>
          <p className={styles.quiet}>{forms.delete.stays(stay.length)}</p>
          <NameList of={stay} />
        </>
      )}
    </FormWindow>
  )
}
