import { ClipboardPaste, FolderOpen } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { applyEdits } from '../../shared/edits/apply'
import type { ImportEdit } from '../../shared/edits/edit'
import { importedContexts } from '../../shared/edits/import'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import type { ImportAnswer, ImportFrom } from '../../shared/ipc/payloads'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'
import { connectionOf } from '../pending/imports'
import type { Dialog } from '../pending/state'
import { forms } from '../text/edits'
import { shortPath } from '../text/path'
import { Button } from '../ui/Button'
import { Choices } from '../ui/Field'
import { FormWindow } from '../ui/FormWindow'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { useEdits } from '../ui/use-edits'
import styles from './Forms.module.css'

type OnConflict = 'rename' | 'skip'

/** How many of one file are shown; more would only slow the window down. */
const mostShown = 200

/** Kubeconfigs from the clipboard, a file or a drop: main reads them, here is what would become of their contexts. */
export function ImportDialog({ dialog }: { readonly dialog: Extract<Dialog, { kind: 'import' }> }) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  const files = useApp((state) => state.snapshot?.files) ?? []
  // Other pending edits take and free names.
  useEdits((state) => state.pending)
  const [answer, setAnswer] = useState<ImportAnswer | null>(null)
  const [fault, setFault] = useState<Fault | null>(null)
  const [onConflict, setOnConflict] = useState<OnConflict>('rename')
  const [file, setFile] = useState('')

  const read = useCallback(
    async (from: ImportFrom): Promise<void> => {
      const read = await model.edits.readImport(from)
      setFault(read.ok ? null : read.fault)
      if (read.ok && read.value !== null) setAnswer(read.value)
    },
    [model],
  )
  // What was dropped is given once: a second render must not ask again.
  const asked = useRef<object | null>(null)
  useEffect(() => {
    if (asked.current === dialog) return
    asked.current = dialog
    if (dialog.from !== null) void read(dialog.from)
  }, [dialog, read])

  const snapshot = model.edits.edited()
  const { edits, found, collisions } = useMemo(
    () => outcomeOf(snapshot, answer, onConflict, file === '' ? null : file),
    [snapshot, answer, onConflict, file],
  )
  const count = found
    .flatMap(({ contexts }) => contexts)
    .filter(({ now, here }) => now !== null && !here).length
  const useful = found.some(({ added }) => added)
  return (
    <FormWindow
      wide
      title={forms.import.title}
      lead={forms.import.lead}
      edits={useful ? edits.filter((_, index) => found[index]?.added) : null}
      done={forms.import.done(count)}
    >
      <div className={styles.buttons}>
        <Button icon={ClipboardPaste} onClick={() => void read('clipboard')}>
          {forms.import.clipboard}
        </Button>
        <Button icon={FolderOpen} onClick={() => void read('dialog')}>
          {forms.import.dialog}
        </Button>
        <span className={styles.quiet}>{forms.import.drop}</span>
      </div>
      {[...(fault === null ? [] : [fault]), ...(answer?.refused ?? [])].map(({ message, next }) => (
        <p key={message} className={styles.bad} role="alert">
          <Shown text={message} /> <Shown text={next} />
        </p>
      ))}
      {answer?.offers.map(({ edit, from, problems }, index) => (
        <section key={edit.source}>
          <h3 className={styles.heading}>
            <Shown
              text={from === null ? forms.import.fromClipboard : forms.import.from(shortPath(from, home))}
            />
          </h3>
          {edit.contexts.length === 0 && <p className={styles.quiet}>{forms.import.empty}</p>}
          <ul className={styles.list} tabIndex={0}>
            {found[index]?.contexts.slice(0, mostShown).map(({ name, now, here }, at) => {
              const { server, signsIn } = connectionOf(edit, at)
              return (
                <li key={name} className={styles.brought}>
                  <b className={now === null ? styles.strike : ''}>
                    <Shown text={name} />
                  </b>
                  {(here || now !== name) && (
                    <small className={here ? '' : styles.new}>
                      <Shown
                        text={
                          here
                            ? forms.import.here
                            : now === null
                              ? forms.import.skipped
                              : forms.import.becomes(now)
                        }
                      />
                    </small>
                  )}
                  <small>
                    <Shown text={[server, signsIn].filter(Boolean).join(' · ')} />
                  </small>
                </li>
              )
            })}
            {edit.contexts.length > mostShown && (
              <li className={styles.quiet}>{forms.import.more(edit.contexts.length - mostShown)}</li>
            )}
          </ul>
          {problems.slice(0, mostShown).map((problem) => (
            <p key={problem} className={styles.warn}>
              <Shown text={problem} />
            </p>
          ))}
        </section>
      ))}
      {answer !== null && answer.offers.length > 0 && !useful && (
        <p className={styles.quiet}>{forms.import.nothing}</p>
      )}
      {collisions > 0 && (
        <Choices
          label={forms.import.conflict}
          value={onConflict}
          onChange={setOnConflict}
          options={(['rename', 'skip'] as const).map((value) => ({
            value,
            label: forms.import.conflicts[value],
          }))}
        />
      )}
      {answer !== null && answer.offers.length > 0 && files.length > 1 && (
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
    </FormWindow>
  )
}

interface ImportPart {
  readonly contexts: readonly { readonly name: string; readonly now: string | null; readonly here: boolean }[]
  /** It would add anything at all. */
  readonly added: boolean
}

interface Outcome {
  readonly edits: readonly ImportEdit[]
  readonly found: readonly ImportPart[]
  /** Names that are taken by something else. */
  readonly collisions: number
}

function outcomeOf(
  snapshot: Snapshot | null,
  answer: ImportAnswer | null,
  onConflict: OnConflict,
  file: string | null,
): Outcome {
  const edits = (answer?.offers ?? []).map(({ edit }): ImportEdit => ({ ...edit, onConflict, file }))
  if (snapshot === null || edits.length === 0) return { edits, found: [], collisions: 0 }
  const renamed = foundIn(
    snapshot,
    edits.map((edit) => ({ ...edit, onConflict: 'rename' })),
  )
  return {
    edits,
    found: onConflict === 'rename' ? renamed : foundIn(snapshot, edits),
    collisions: renamed
      .flatMap(({ contexts }) => contexts)
      .filter(({ name, now, here }) => !here && now !== name).length,
  }
}

/** What becomes of the contexts of each import, one after the other. */
function foundIn(snapshot: Snapshot, edits: readonly ImportEdit[]): readonly ImportPart[] {
  let now = modelOfSnapshot(snapshot)
  const size = () =>
    now.files.reduce(
      (sum, { cluster, user, context }) => sum + cluster.length + user.length + context.length,
      0,
    )
  return edits.map((edit) => {
    const contexts =
      importedContexts(now, edit) ?? edit.contexts.map(({ name }) => ({ name, now: null, here: false }))
    const before = size()
    now = applyEdits(now, [edit]).model
    return { contexts, added: size() > before }
  })
}
