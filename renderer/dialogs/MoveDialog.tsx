import { useState } from 'react'
import { editText, forms } from '../text/edits'
import { shortPath } from '../text/path'
import { Choices } from '../ui/Field'
import { FormWindow } from '../ui/FormWindow'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'

/** Contexts into another of the files that are open. */
export function MoveDialog({ ids }: { readonly ids: readonly string[] }) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const files = useApp((state) => state.snapshot?.files) ?? []
  const rows = ids.flatMap((id) => model.rows.get(id) ?? [])
  const from = new Set(rows.map(({ entry }) => entry.origin.file))
  const others = files.filter(({ path }) => from.size > 1 || !from.has(path))
  const [file, setFile] = useState(others[0]?.path ?? '')
  return (
    <FormWindow
      title={forms.move.title(rows.length)}
      lead={forms.move.lead}
      edits={file === '' ? null : [{ kind: 'move-contexts', contexts: rows.map(({ id }) => id), file }]}
      done={forms.move.done}
    >
      <Choices
        label={forms.move.file}
        value={file}
        onChange={setFile}
        options={others.map(({ path, contexts }) => ({
          value: path,
          label: <Shown text={shortPath(path, home)} />,
          hint: editText.contexts(contexts),
        }))}
      />
    </FormWindow>
  )
}
