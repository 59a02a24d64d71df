import { ClipboardPaste, FolderOpen } from 'lucide-react'
import { useState } from 'react'
import type { ImportOffer } from '../../../shared/editing'
import type { Edit } from '../../../shared/edits'
import type { Fault } from '../../../shared/result'
import { shortPath } from '../../grid/path'
import { Button } from '../../ui/Button'
import { Choices } from '../../ui/Field'
import { useApp, useModel } from '../../ui/model'
import { Shown } from '../../ui/Shown'
import styles from '../Forms.module.css'
import { forms } from '../words'
import { FormWindow } from './FormWindow'

type OnConflict = 'rename' | 'skip' | 'fail'

/** A kubeconfig from the clipboard or a file: main reads it, here are its names and what would become of them. */
export function ImportDialog() {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const files = useApp((state) => state.snapshot?.files) ?? []
  const [offer, setOffer] = useState<ImportOffer | null>(null)
  const [fault, setFault] = useState<Fault | null>(null)
  const [onConflict, setOnConflict] = useState<OnConflict>('rename')
  const [file, setFile] = useState('')

  async function read(from: 'clipboard' | 'dialog'): Promise<void> {
    const answer = await model.edits.readImport(from, onConflict)
    setFault(answer.ok ? null : answer.fault)
    if (answer.ok && answer.value !== null) setOffer(answer.value)
  }

  const collisions = new Map(offer?.collisions.map(({ name, renamed }) => [name, renamed]))
  const count =
    offer === null
      ? 0
      : onConflict === 'skip'
        ? offer.contexts.filter((name) => !collisions.has(name)).length
        : offer.contexts.length
  return (
    <FormWindow
      wide
      title={forms.import.title}
      lead={forms.import.lead}
      edits={offer === null || count === 0 ? null : [editOf(offer, onConflict, file)]}
      done={forms.import.done(count)}
    >
      <div className={styles.buttons}>
        <Button icon={ClipboardPaste} onClick={() => void read('clipboard')}>
          {forms.import.clipboard}
        </Button>
        <Button icon={FolderOpen} onClick={() => void read('dialog')}>
          {forms.import.dialog}
        </Button>
      </div>
      {fault !== null && (
        <p className={styles.bad} role="alert">
          <Shown text={fault.message} /> <Shown text={fault.next} />
        </p>
      )}
      {offer !== null && (
        <>
          <h3 className={styles.heading}>
            <Shown
              text={
                offer.from === null
                  ? forms.import.fromClipboard
                  : forms.import.from(shortPath(offer.from, home))
              }
            />
          </h3>
          {offer.contexts.length === 0 && <p className={styles.quiet}>{forms.import.empty}</p>}
          <ul className={styles.list} tabIndex={0}>
            {offer.contexts.map((name) => (
              <li key={name}>
                <b>
                  <Shown text={name} />
                </b>
                {collisions.has(name) && (
                  <small className={styles.new}>
                    <Shown
                      text={
                        onConflict === 'rename'
                          ? forms.import.becomes(collisions.get(name) ?? '')
                          : forms.import.skipped
                      }
                    />
                  </small>
                )}
              </li>
            ))}
          </ul>
          {offer.problems.map((problem) => (
            <p key={problem} className={styles.warn}>
              <Shown text={problem} />
            </p>
          ))}
          {offer.collisions.length > 0 && (
            <Choices
              label={forms.import.conflict}
              value={onConflict}
              onChange={setOnConflict}
              options={(['rename', 'skip', 'fail'] as const).map((value) => ({
                value,
                label: forms.import.conflicts[value],
              }))}
            />
          )}
          {files.length > 1 && (
            <Choices
              label={forms.import.file}
              value={file}
              onChange={setFile}
              options={[
                { value: '', label: forms.import.usual },
                ...files.map(({ path }) => ({ value: path, label: <Shown text={shortPath(path, home)} /> })),
              ]}
            />
          )}
        </>
      )}
    </FormWindow>
  )
}

function editOf({ edit }: ImportOffer, onConflict: OnConflict, file: string): Edit {
  return edit.kind === 'import-entries' ? { ...edit, onConflict, file: file === '' ? null : file } : edit
}
