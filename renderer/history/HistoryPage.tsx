import { History as HistoryIcon, RotateCcw, Terminal, TriangleAlert, Undo2, Users } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import type { HistoryEntry, ShownDiff } from '../../shared/editing'
import type { Fault, Result } from '../../shared/result'
import { ago } from '../age'
import { words } from '../edits/words'
import { shortPath } from '../grid/path'
import { DiffView } from '../review/DiffView'
import { review } from '../review/words'
import { Button } from '../ui/Button'
import { Loading } from '../ui/Loading'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './History.module.css'
import { PurgeDialog } from './PurgeDialog'
import { TakeBackDialog } from './TakeBackDialog'
import { history } from './words'

interface Asked {
  readonly entry: HistoryEntry
  readonly way: 'undo' | 'restore'
}

/** Every write with its lines, and the way back. */
export function HistoryPage() {
  const model = useModel()
  const [entries, setEntries] = useState<readonly HistoryEntry[] | null>(null)
  const [fault, setFault] = useState<Fault | null>(null)
  const [open, setOpen] = useState<string | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const [purging, setPurging] = useState(false)
  // A change of the files may be a write of the terminal.
  const revision = useApp((state) => state.snapshot?.revision)
  const load = useCallback(async () => {
    void revision
    const answer = await model.bridge.request('history.list')
    if (answer.ok) {
      setEntries(answer.value)
      setFault(null)
    } else setFault(answer.fault)
  }, [model, revision])
  useEffect(() => void load(), [load])
  const undone = new Set(entries?.flatMap(({ undoes }) => (undoes === null ? [] : [undoes])))
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1>{history.title}</h1>
        {entries !== null && entries.length > 0 && (
          <Button small kind="plain" onClick={() => setPurging(true)}>
            {history.purge}
          </Button>
        )}
      </header>
      {fault !== null ? (
        <p className={styles.fault} role="alert">
          <Shown text={`${fault.message} ${fault.next}`} />
        </p>
      ) : entries === null ? (
        <Loading label={history.loading} />
      ) : entries.length === 0 ? (
        <div className={styles.empty}>
          <HistoryIcon size={28} aria-hidden />
          <h2>{history.empty}</h2>
          <p>{history.emptyLead}</p>
        </div>
      ) : (
        <>
          <p className={styles.lead}>{history.lead}</p>
          <ol className={styles.list}>
            {entries.map((entry) => (
              <Write
                key={entry.id}
                entry={entry}
                undone={undone.has(entry.id)}
                open={open === entry.id}
                onToggle={() => setOpen(open === entry.id ? null : entry.id)}
                onAsk={(way) => setAsked({ entry, way })}
              />
            ))}
          </ol>
        </>
      )}
      {asked !== null && (
        <TakeBackDialog
          {...asked}
          onClose={() => {
            setAsked(null)
            void load()
          }}
        />
      )}
      {purging && (
        <PurgeDialog
          onClose={() => {
            setPurging(false)
            void load()
          }}
        />
      )}
    </div>
  )
}

interface WriteProps {
  readonly entry: HistoryEntry
  readonly undone: boolean
  readonly open: boolean
  readonly onToggle: () => void
  readonly onAsk: (way: 'undo' | 'restore') => void
}

/** How many titles a write shows before it is opened. */
const shownTitles = 3

function Write({ entry, undone, open, onToggle, onAsk }: WriteProps) {
  const home = useApp((state) => state.app?.home ?? '')
  const now = useApp((state) => state.now)
  const all = [...new Set(entry.titles)]
  const titles = open ? all : all.slice(0, shownTitles)
  const more = all.length - titles.length
  const added = entry.files.reduce((sum, file) => sum + file.added, 0)
  const removed = entry.files.reduce((sum, file) => sum + file.removed, 0)
  return (
    <li className={styles.write} data-undone={undone || undefined}>
      <div className={styles.when}>
        <time dateTime={new Date(entry.at).toISOString()} title={new Date(entry.at).toLocaleString()}>
          {ago(entry.at, Math.max(now, entry.at))}
        </time>
        <span className={styles.by}>
          {entry.by === 'terminal' && <Terminal size={12} aria-hidden />}
          {history.by[entry.by]}
        </span>
      </div>
      <div className={styles.what}>
        <ul className={styles.titles}>
          {titles.length === 0 && <li>{history.untitled}</li>}
          {titles.map((title) => (
            <li key={title}>
              <Shown text={title} />
            </li>
          ))}
          {more > 0 && <li className={styles.quiet}>{history.more(more)}</li>}
        </ul>
        <p className={styles.quiet}>
          <Shown text={words.few(entry.files.map(({ path }) => shortPath(path, home)))} />
          {` · ${review.added(added, removed)}`}
          {entry.undoes !== null && ` · ${history.undoes}`}
          {entry.restores !== null && ` · ${history.restores}`}
          {undone && ` · ${history.undone}`}
        </p>
        {entry.files.some(({ othersBefore }) => othersBefore) && (
          <p className={styles.note}>
            <Users size={13} aria-hidden />
            {history.others}
          </p>
        )}
        {entry.uncertain && (
          <p className={styles.note}>
            <TriangleAlert size={13} aria-hidden />
            {history.uncertain}
          </p>
        )}
        {open && <Lines id={entry.id} />}
      </div>
      <div className={styles.buttons}>
        <Button small kind="plain" aria-expanded={open} onClick={onToggle}>
          {history.diff}
        </Button>
        <Button small icon={Undo2} title={history.undoTitle} onClick={() => onAsk('undo')}>
          {history.undo}
        </Button>
        <Button
          small
          kind="plain"
          icon={RotateCcw}
          title={history.restoreTitle}
          onClick={() => onAsk('restore')}
        >
          {history.restore}
        </Button>
      </div>
    </li>
  )
}

function Lines({ id }: { readonly id: string }) {
  const { bridge } = useModel()
  const [answer, setAnswer] = useState<Result<ShownDiff> | null>(null)
  useEffect(() => {
    let current = true
    void bridge.request('history.show', { id }).then((result) => {
      if (current) setAnswer(result)
    })
    return () => {
      current = false
    }
  }, [bridge, id])
  if (answer === null) return null
  if (!answer.ok)
    return (
      <p className={styles.quiet}>
        <Shown text={`${answer.fault.message} ${answer.fault.next}`} />
      </p>
    )
  return answer.value.files.map((file) => <DiffView key={file.path} change={file} />)
}
