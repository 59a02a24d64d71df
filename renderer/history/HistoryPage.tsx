import { History as HistoryIcon } from 'lucide-react'
import { Fragment, useEffect, useState } from 'react'
import { redoIn, rootsOf, undoneIn, undosIn } from '../../shared/edits/undone'
import type { HistoryEntry, UnreadWrite } from '../../shared/ipc/payloads'
import { history } from '../text/history-texts'
import { Ago } from '../ui/Ago'
import { Button } from '../ui/Button'
import { Loading } from '../ui/Loading'
import { useApp, useModel } from '../ui/model'
import { Shown } from '../ui/Shown'
import { useAnswer } from '../ui/use-answer'
import { usePageFocus } from '../ui/use-page-focus'
import styles from './History.module.css'
import { Write } from './Write'

/** Every write with its lines, and its undo. */
export function HistoryPage() {
  const model = useModel()
  const { bridge } = model
  const [open, setOpen] = useState<string | null>(null)
  // A change of the files may be a write by the terminal command.
  const revision = useApp((state) => state.snapshot?.revision)
  // Neither writes to AWS files nor states that are kept change the kubeconfigs.
  const [anew, setAnew] = useState(0)
  useEffect(() => {
    const again = () => setAnew((before) => before + 1)
    const ends = [bridge.on('identity.changed', again), bridge.on('history.kept', again)]
    return () => {
      for (const end of ends) end()
    }
  }, [bridge])
  const listed = useAnswer(bridge, () => bridge.request('history.list'), [revision, anew])
  const others = useAnswer(bridge, () => bridge.request('history.unread'), [revision, anew])
  const entries = listed?.ok ? listed.value : null
  const fault = listed?.ok === false ? listed.fault : null
  const unread = others?.ok ? others.value : []
  const purge = async () => {
    await model.emptyHistory()
    setAnew((before) => before + 1)
  }
  const page = usePageFocus()
  const all = entries ?? []
  const [undone, undos, redo, roots] = [undoneIn(all), undosIn(all), redoIn(all), rootsOf(all)]
  /** A redo counts as undone, too, once the write that it redid is undone. */
  const undoneNow = (id: string) => {
    const root = undos.has(id) ? undefined : roots.get(id)
    return undone.get(root ?? id) === 'whole' ? 'whole' : (undone.get(id) ?? null)
  }
  /** One redo per change: at the original write, and at an undo only where that write has none. */
  const redoAt = ({ id, undoes }: HistoryEntry): string | null => {
    const by = redo.get(id) ?? null
    if (!undos.has(id)) return undoes === null && undoneNow(id) === 'whole' ? by : null
    const root = roots.get(id) ?? id
    const atRoot =
      redo.get(root) === id && undoneNow(root) === 'whole' && all.some((entry) => entry.id === root)
    return by !== id || atRoot ? null : by
  }
  /** Ids sort by time. */
  const unreadIn = (newer: string | undefined, older = '') =>
    unread.filter(({ id }) => id > older && (newer === undefined || id < newer))
  const toggle = (key: string) => setOpen(open === key ? null : key)
  return (
    <div className={styles.page} ref={page} tabIndex={-1}>
      <header className={styles.header}>
        <h1>{history.title}</h1>
        {entries !== null && entries.length + unread.length > 0 && (
          <Button small kind="plain" onClick={() => void purge()}>
            {history.purge}
          </Button>
        )}
      </header>
      {fault !== null ? (
        <Shown as="p" className="above-12 wrong" role="alert" text={`${fault.message} ${fault.next}`} />
      ) : entries === null ? (
        <Loading label={history.loading} />
      ) : entries.length + unread.length === 0 ? (
        <div className="empty">
          <HistoryIcon size={28} aria-hidden />
          <h2>{history.empty}</h2>
          <p>{history.emptyLead}</p>
        </div>
      ) : (
        <>
          <p className={styles.lead}>{history.lead}</p>
          <ol className={styles.list}>
            {entries.map((entry, at) => (
              <Fragment key={entry.id}>
                <Unread writes={unreadIn(entries[at - 1]?.id, entry.id)} />
                <Write
                  entry={entry}
                  undone={undoneNow(entry.id)}
                  undo={undos.has(entry.id)}
                  redo={redoAt(entry)}
                  open={open === entry.id}
                  onToggle={() => toggle(entry.id)}
                  onAsk={(way) => model.edits.open({ kind: 'undo-write', id: entry.id, way })}
                />
              </Fragment>
            ))}
            <Unread writes={unreadIn(entries.at(-1)?.id)} />
          </ol>
        </>
      )}
    </div>
  )
}

/** Writes whose record cannot be read, at their places. */
function Unread({ writes }: { readonly writes: readonly UnreadWrite[] }) {
  return writes.map(({ id, at, why }) => (
    <li className={styles.write} key={id} data-outside="">
      <div>
        <Ago at={at} />
      </div>
      <p className={styles.quiet}>{history.unread[why]}</p>
    </li>
  ))
}
