import { ClipboardPaste, FolderOpen } from 'lucide-react'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { applyEdits } from '../../shared/edits/apply'
import type { ImportEdit } from '../../shared/edits/edit'
import { importedContexts } from '../../shared/edits/import'
import { modelOfSnapshot } from '../../shared/edits/snapshot'
import type { ImportAnswer, ImportFrom, ImportOffer } from '../../shared/ipc/payloads'
import type { Snapshot } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'
import { clusterFacts, userFacts } from '../../shared/trust/imported'
import { type Fact, leadsElsewhere } from '../../shared/trust/question'
import { type Connection, connectionsOf } from '../pending/imports'
import type { Dialog } from '../pending/state'
import { forms } from '../text/edits'
import { shortPath, shortPaths } from '../text/path'
import { Button } from '../ui/Button'
import { FactValue } from '../ui/FactValue'
import { Choices } from '../ui/Field'
import { FormWindow } from '../ui/FormWindow'
import { LongList } from '../ui/LongList'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { useEdits } from '../ui/use-edits'
import styles from './Forms.module.css'
import imported from './ImportDialog.module.css'

type OnConflict = 'rename' | 'skip'

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
      {answer?.offers.map((offer, index) => (
        <Offered key={offer.edit.source} offer={offer} contexts={found[index]?.contexts ?? []} home={home} />
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

interface OfferedProps {
  readonly offer: ImportOffer
  readonly contexts: ImportPart['contexts']
  readonly home: string
}

/** All of one file: what becomes of its contexts, and every cluster and user that it brings or uses, whole. */
function Offered({ offer: { edit, from, entries, problems }, contexts, home }: OfferedProps) {
  const words = forms.import
  const connection = useMemo(() => connectionsOf(entries), [entries])
  const { clusters, users } = entries
  return (
    <section>
      <h3 className={styles.heading}>
        <Shown text={from === null ? words.fromClipboard : words.from(shortPath(from, home))} />
      </h3>
      {edit.contexts.length === 0 && <p className={styles.quiet}>{words.empty}</p>}
      {contexts.length > 0 && (
        <Part title={words.contexts(contexts.length)}>
          <LongList
            label={words.contexts(contexts.length)}
            count={contexts.length}
            estimate={48}
            short
            item={(at) => {
              const context = contexts[at]
              return context && <Brought {...context} connection={connection(context.name)} home={home} />
            }}
          />
        </Part>
      )}
      <Entries
        title={words.clusters(clusters.length)}
        entries={clusters.map((one) => ({ facts: clusterFacts(one), own: one.whose === 'own' }))}
      />
      <Entries
        title={words.users(users.length)}
        entries={users.map((one) => ({ facts: userFacts(one), own: one.whose === 'own' }))}
      />
      {problems.length > 0 && (
        <Part title={words.problems}>
          <LongList
            label={words.problems}
            count={problems.length}
            estimate={32}
            item={(at) => <Shown text={problems[at] ?? ''} />}
          />
        </Part>
      )}
    </section>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <>
      <h4 className={imported.title}>{title}</h4>
      {children}
    </>
  )
}

/** A context by its name, what becomes of it, and where it leads. */
function Brought({
  name,
  now,
  here,
  connection: { line, telling: differs },
  home,
}: ImportPart['contexts'][number] & { readonly connection: Connection; readonly home: string }) {
  const { becomes, here: known, skipped } = forms.import
  const outcome = here ? known : now === null ? skipped : now === name ? null : becomes(now)
  return (
    <div className={imported.context}>
      <b className={now === null ? styles.strike : ''}>
        <Shown text={name} />
      </b>
      {outcome !== null && (
        <small className={here ? '' : imported.differs}>
          <Shown text={outcome} />
        </small>
      )}
      {line !== '' && (
        <small className={imported.connection} data-telling={differs}>
          <Shown text={shortPaths(line, home)} />
        </small>
      )}
    </div>
  )
}

interface EntriesProps {
  readonly title: string
  readonly entries: readonly { readonly facts: readonly Fact[]; readonly own: boolean }[]
}

/** Clusters, or users, each with all that it says. */
function Entries({ title, entries }: EntriesProps) {
  if (entries.length === 0) return null
  return (
    <Part title={title}>
      <LongList
        label={title}
        count={entries.length}
        estimate={108}
        item={(at) => {
          const { facts = [], own = false } = entries[at] ?? {}
          return (
            <dl>
              {[...facts.entries()].map(([line, { label, value }]) => (
                <div
                  key={line}
                  className={imported.fact}
                  data-telling={telling(label, value) || (own && line === 0)}
                >
                  <dt>{label}</dt>
                  <dd>
                    <FactValue label={label} value={value} />
                  </dd>
                </div>
              ))}
            </dl>
          )
        }}
      />
    </Part>
  )
}

/** What makes a token go, or be taken from, elsewhere than its server's name says. */
const telling = (label: Fact['label'], value: string): boolean =>
  leadsElsewhere(label, value) ||
  ['token file', 'variable', 'acts as', 'in group', 'with uid', 'with extra'].includes(label)

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
