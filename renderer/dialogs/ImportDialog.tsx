import { ClipboardPaste, FolderOpen } from 'lucide-react'
import { type ComponentProps, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ImportAnswer, ImportFrom, ImportOffer } from '../../shared/ipc/payloads'
import type { Fault } from '../../shared/result'
import { clusterFacts, userFacts } from '../../shared/trust/added-by-write'
import { type Fact, isTelling } from '../../shared/trust/command-question'
import { showMade } from '../actions/go-to'
import type { Dialog } from '../pending/editing-state'
import { type OnTaken, type Wish, type Wishes, wishedImports, wishKey } from '../pending/import-wishes'
import { connectionsOf } from '../pending/imports'
import { few, shortName } from '../text/counts'
import { forms } from '../text/edits'
import { shortPath } from '../text/path'
import { IntoFile } from '../ui/AddedAs'
import { Button } from '../ui/Button'
import { FactValue } from '../ui/FactValue'
import { Choices } from '../ui/Field'
import { FormWindow } from '../ui/FormFrame'
import { LongList } from '../ui/LongList'
import { useApp, useEdits, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './Forms.module.css'
import { ImportContexts } from './ImportContexts'
import imported from './ImportDialog.module.css'

interface ImportDialogProps {
  readonly dialog: Extract<Dialog, { kind: 'import' }>
}

/** Imports kubeconfigs from the clipboard, a file or a drop: main reads them, this dialog shows the result for their contexts. */
export function ImportDialog({ dialog }: ImportDialogProps) {
  const model = useModel()
  const home = useApp((state) => state.app?.home ?? '')
  // Other pending edits can take or free names.
  useEdits((state) => state.pending)
  const [answer, setAnswer] = useState<ImportAnswer | null>(null)
  const [fault, setFault] = useState<Fault | null>(null)
  const [onTaken, setOnTaken] = useState<OnTaken>('rename')
  const [wishes, setWishes] = useState<Wishes>(new Map())
  const [file, setFile] = useState('')
  const clipboard = useRef<HTMLButtonElement>(null)

  const read = useCallback(
    async (from: ImportFrom): Promise<void> => {
      const read = await model.edits.readImport(from)
      setFault(read.ok ? null : read.fault)
      if (read.ok && read.value !== null) setAnswer(read.value)
    },
    [model],
  )
  // Main returns dropped files only once: a second render must not ask again.
  const asked = useRef<object | null>(null)
  useEffect(() => {
    if (asked.current === dialog) return
    asked.current = dialog
    if (dialog.from !== null) void read(dialog.from)
  }, [dialog, read])

  const snapshot = model.edits.edited()
  const found = useMemo(
    () =>
      snapshot === null || answer === null
        ? []
        : wishedImports(
            snapshot,
            answer.offers.map(({ edit }) => edit),
            wishes,
            { onTaken, file: file === '' ? null : file },
          ),
    [snapshot, answer, wishes, onTaken, file],
  )
  const contexts = found.flatMap((one) => one.contexts)
  const coming = contexts.filter(({ now, here }) => now !== null && !here)
  const refused = contexts.filter((one) => one.refused !== null)
  const useful = found.filter((one) => one.useful)
  const possible =
    useful.length > 0 &&
    refused.length === 0 &&
    // Entries without contexts are not imported alone where the user wants none of the contexts.
    (coming.length > 0 || contexts.every(({ how }) => how !== 'leave'))
  const wish = (source: string, of: ReadonlyMap<string, Wish | null>) =>
    setWishes((now) => {
      const next = new Map(now)
      for (const [name, one] of of) {
        if (one === null) next.delete(wishKey(source, name))
        else next.set(wishKey(source, name), one)
      }
      return next
    })
  /** Reports what was imported and where, and scrolls to its rows. */
  function showCome(): void {
    const names = new Set(coming.map(({ now }) => now))
    const rows = model.rows.all().filter((row) => row.pending !== null && names.has(row.name))
    if (rows.length === 0) return
    const hidden = showMade(
      model,
      rows.map(({ id }) => id),
    )
    const places = new Set(rows.map(({ entry }) => shortPath(entry.origin.file, home)))
    const said = forms.import.came(
      rows.map((row) => shortName(row.name)),
      few([...places]),
    )
    model.edits.sayOfPending(hidden ? `${said} ${forms.import.shown}` : said)
  }
  return (
    <FormWindow
      wide
      onMade={showCome}
      focus={dialog.from === null ? clipboard : undefined}
      title={forms.import.title}
      lead={forms.import.lead}
      edits={possible ? useful.map(({ edit }) => edit) : null}
      done={forms.import.done(coming.length)}
      foot={() =>
        refused.length > 0 && (
          <p className="said bad above-10">
            {refused.map(({ name, refused: to }) => (
              <Shown key={name} text={`${forms.import.giveOther(name, to ?? '')} `} />
            ))}
          </p>
        )
      }
    >
      <div className={styles.buttons}>
        <Button ref={clipboard} icon={ClipboardPaste} onClick={() => void read('clipboard')}>
          {forms.import.clipboard}
        </Button>
        <Button icon={FolderOpen} onClick={() => void read('dialog')}>
          {forms.import.dialog}
        </Button>
        <span className={styles.quiet}>{forms.import.drop}</span>
      </div>
      {[...(fault === null ? [] : [fault]), ...(answer?.refused ?? [])].map(({ message, next }) => (
        <p key={message} className="said bad above-10" role="alert">
          <Shown text={message} /> <Shown text={next} />
        </p>
      ))}
      {contexts.some(({ taken }) => taken !== null) && (
        <Choices
          label={forms.import.conflict}
          value={onTaken}
          onChange={setOnTaken}
          options={(['rename', 'skip', 'replace'] as const).map((value) => ({
            value,
            label: forms.import.conflicts[value],
          }))}
        />
      )}
      {answer?.offers.map((offer, index) => (
        <Offered
          key={offer.edit.source}
          offer={offer}
          contexts={found[index]?.contexts ?? []}
          onWish={(of) => wish(offer.edit.source, of)}
          skips={onTaken === 'skip'}
        />
      ))}
      {answer !== null && answer.offers.length > 0 && useful.length === 0 && (
        <p className={styles.quiet}>{forms.import.nothing}</p>
      )}
      {answer !== null && answer.offers.length > 0 && <IntoFile value={file} onChange={setFile} />}
    </FormWindow>
  )
}

interface OfferedProps extends Omit<ComponentProps<typeof ImportContexts>, 'connection'> {
  readonly offer: ImportOffer
}

/** One file: the results for its contexts, and every cluster and user that it adds or uses, in full. */
function Offered({ offer: { edit, from, entries, problems }, ...list }: OfferedProps) {
  const { contexts } = list
  const home = useApp((state) => state.app?.home ?? '')
  const words = forms.import
  const connection = useMemo(() => connectionsOf(entries), [entries])
  // Entries that only left-out contexts need are not imported.
  const out = new Set(contexts.flatMap(({ name, how }) => (how === 'leave' ? [name] : [])))
  const comes = (one: { readonly contexts: readonly string[] }) =>
    one.contexts.length === 0 || one.contexts.some((name) => !out.has(name))
  const clusters = entries.clusters.filter(comes)
  const users = entries.users.filter(comes)
  return (
    <section>
      <Shown
        as="h3"
        className={styles.heading}
        text={from === null ? words.fromClipboard : words.from(shortPath(from, home))}
      />
      {edit.contexts.length === 0 && <p className={styles.quiet}>{words.empty}</p>}
      {contexts.length > 0 && <ImportContexts {...list} connection={connection} />}
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
            of={problems}
            estimate={32}
            item={(problem) => <Shown text={problem} />}
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

interface EntriesProps {
  readonly title: string
  readonly entries: readonly { readonly facts: readonly Fact[]; readonly own: boolean }[]
}

/** Clusters, or users, each with all its values. */
function Entries({ title, entries }: EntriesProps) {
  if (entries.length === 0) return null
  return (
    <Part title={title}>
      <LongList
        label={title}
        of={entries}
        estimate={108}
        item={({ facts, own }) => (
          <dl className={imported.facts}>
            {[...facts.entries()].map(([line, { label, value }]) => (
              <div key={line} data-telling={telling(label, value) || (own && line === 0)}>
                <dt>{label}</dt>
                <dd>
                  <FactValue label={label} value={value} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      />
    </Part>
  )
}

/** Values by which a token is sent to, or read from, another place than its server's name says. */
const telling = (label: Fact['label'], value: string): boolean =>
  isTelling(label, value) ||
  ['token file', 'variable', 'acts as', 'in group', 'with uid', 'with extra'].includes(label)
