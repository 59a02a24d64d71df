import { useState } from 'react'
import { Button } from '../../ui/Button'
import { Tick } from '../../ui/Field'
import { useModel } from '../../ui/model'
import { Shown } from '../../ui/Shown'
import { Window } from '../../ui/Window'
import dialog from '../../ui/Window.module.css'
import styles from '../Forms.module.css'
import { forms, words } from '../words'

/** Contexts as a kubeconfig of their own; secrets only on a word. */
export function ExportDialog({ ids }: { readonly ids: readonly string[] }) {
  const model = useModel()
  const [secrets, setSecrets] = useState(false)
  const rows = ids.flatMap((id) => model.rows.get(id) ?? [])
  const close = () => model.edits.open(null)
  return (
    <Window
      open
      onOpenChange={(open) => {
        if (!open) close()
      }}
      title={forms.export.title(rows.length)}
      lead={forms.export.lead}
      footer={
        <>
          <span className={dialog.footerNote} />
          <Button onClick={close}>{words.cancel}</Button>
          <Button
            kind="primary"
            onClick={() => {
              // An edited context is on disk under the id that it had before.
              const onDisk = rows.map((row) => row.pending?.was?.id ?? row.id)
              void model.edits.exportContexts(onDisk, secrets).then((saved) => {
                if (saved) close()
              })
            }}
          >
            {forms.export.done}
          </Button>
        </>
      }
    >
      <div className={dialog.body}>
        <ul className={styles.list} tabIndex={0}>
          {rows.map((row) => (
            <li key={row.id}>
              <b>
                <Shown text={row.name} />
              </b>
            </li>
          ))}
        </ul>
        <Tick checked={secrets} onChange={setSecrets}>
          {forms.export.secrets}
          <small>{secrets ? forms.export.secretsNote : forms.export.noSecrets}</small>
        </Tick>
      </div>
    </Window>
  )
}
