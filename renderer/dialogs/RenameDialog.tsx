import { useRef, useState } from 'react'
import { othersOf } from '../pending/fields'
import { shortName } from '../text/counts'
import { forms } from '../text/edits'
import { Field, Tick } from '../ui/Field'
import { FormWindow } from '../ui/FormWindow'
import { useModel } from '../ui/model'

/** A new name for a context, with its user and cluster where no other context uses them. */
export function RenameDialog({ id }: { readonly id: string }) {
  const model = useModel()
  const row = model.rows.get(id)
  const [name, setName] = useState(row?.name ?? '')
  const [cascade, setCascade] = useState(true)
  const input = useRef<HTMLInputElement>(null)
  if (row === undefined) return null
  const rows = model.rows.all()
  const kept = [
    ...(row.sharedWith.length > 0 ? [`user ${shortName(row.entry.user ?? '')}`] : []),
    ...(othersOf('server', row, rows).length > 0 ? [`cluster ${shortName(row.entry.cluster ?? '')}`] : []),
  ]
  return (
    <FormWindow
      title={forms.rename.title(shortName(row.name))}
      focus={input}
      edits={name === '' ? null : [{ kind: 'rename-context', context: id, name, cascade }]}
      done={forms.rename.done}
    >
      <Field label={forms.name} value={name} onChange={setName} input={input} />
      <Tick checked={cascade} onChange={setCascade}>
        {forms.rename.cascade}
        <small>{cascade ? forms.rename.cascadeNote(kept) : forms.rename.plain}</small>
      </Tick>
    </FormWindow>
  )
}
