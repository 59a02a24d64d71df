import { ClipboardCopy } from 'lucide-react'
import { useRef, useState } from 'react'
import type { ExportAnswer } from '../../shared/ipc/payloads'
import type { Fault } from '../../shared/result'
import { shortName } from '../text/counts'
import { editText, forms } from '../text/edits'
import { shortPath, shortPaths } from '../text/path'
import { Button } from '../ui/Button'
import { Tick } from '../ui/Field'
import { ProblemLine } from '../ui/LockActs'
import { useApp, useEdits, useModel } from '../ui/model'
import { ScrollList } from '../ui/ScrollList'
import { Shown } from '../ui/Shown'
import { Window } from '../ui/Window'
import styles from './Forms.module.css'
import { NameList } from './NameList'

/** Exports contexts as a separate kubeconfig, to a file or the clipboard; with secrets only if the user requests them. */
export function ExportDialog({ ids }: { readonly ids: readonly string[] }) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const pending = useEdits((state) => state.pending)
  const [secrets, setSecrets] = useState(false)
  const [made, setMade] = useState<ExportAnswer | null>(null)
  const [fault, setFault] = useState<Fault | null>(null)
  const all = ids.flatMap((id) => model.rows.get(id) ?? [])
  const rows = all.filter(({ pending }) => pending?.kind !== 'added')
  const left = all.filter(({ pending }) => pending?.kind === 'added').map(({ name }) => name)
  const close = () => model.edits.open(null)
  // The only field exports secrets, so the focus starts at this button, which asks for the file first.
  const save = useRef<HTMLButtonElement>(null)
  async function make(to: 'file' | 'clipboard'): Promise<void> {
    // An edited context is on disk under the id that it had before.
    const onDisk = rows.map((row) => row.pending?.was?.id ?? row.id)
    setFault(null)
    const answer = await model.edits.exportContexts(onDisk, secrets, to)
    if (!answer.ok) setFault(answer.fault)
    if (!answer.ok || answer.value === null) return
    // The user has to read what was left out, because the file does not say it.
    if (answer.value.notes.length > 0) setMade(answer.value)
    else close()
  }
  return (
    <Window
      focus={save}
      title={forms.export.title(rows.map(({ name }) => shortName(name)))}
      lead={forms.export.lead(rows.length)}
      {...(made === null ? { cancel: editText.cancel } : {})}
      acts={
        made === null ? (
          <>
            <Button icon={ClipboardCopy} onClick={() => void make('clipboard')}>
              {forms.export.copy}
            </Button>
            <Button ref={save} kind="primary" onClick={() => void make('file')}>
              {forms.export.done}
            </Button>
          </>
        ) : (
          <Button kind="primary" onClick={close}>
            {editText.close}
          </Button>
        )
      }
    >
      <div className="dialog-body" aria-live="polite">
        {made === null ? (
          <>
            <NameList of={rows.map(({ id, name, clusterName: note }) => ({ id, name, note }))} />
            {left.length > 0 && (
              <Shown as="p" className="said warn above-10" role="status" text={forms.export.left(left)} />
            )}
            {pending.length > left.length && <p className={styles.quiet}>{forms.export.asOnDisk}</p>}
            <Tick checked={secrets} onChange={setSecrets}>
              {forms.export.secrets}
              <small>{secrets ? forms.export.secretsNote : forms.export.noSecrets}</small>
            </Tick>
            {fault !== null && <ProblemLine text={shortPaths(`${fault.message} ${fault.next}`, home)} />}
          </>
        ) : (
          <>
            <Shown
              as="h3"
              className={styles.heading}
              text={
                made.path === null
                  ? editText.notices.copied(rows.length)
                  : editText.notices.exported(shortPath(made.path, home))
              }
            />
            <ScrollList className={styles.list}>
              {made.notes.map((note) => (
                <Shown as="li" key={note} text={note} />
              ))}
            </ScrollList>
          </>
        )}
      </div>
    </Window>
  )
}
