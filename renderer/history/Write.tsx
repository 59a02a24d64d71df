import { Redo2, RotateCcw, Terminal, TriangleAlert, Undo2, Users } from 'lucide-react'
import type { HistoryEntry } from '../../shared/ipc/payloads'
import type { UndoWay } from '../pending/state'
import { ago } from '../rows/age'
import { few } from '../text/counts'
import { history } from '../text/history'
import { shortPath } from '../text/path'
import { review } from '../text/review'
import { Button } from '../ui/Button'
import { useApp } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './History.module.css'
import { Lines } from './Lines'

interface WriteProps {
  readonly entry: HistoryEntry
  readonly undone: boolean
  /** It is an undo: it can be redone. */
  readonly undo: boolean
  readonly open: boolean
  readonly onToggle: () => void
  readonly onAsk: (way: UndoWay) => void
}

/** How many titles a write shows before it is opened. */
const shownTitles = 3

/** One write: when, by whom, what, its lines on a word, and the ways back. */
export function Write({ entry, undone, undo, open, onToggle, onAsk }: WriteProps) {
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
          <Shown text={few(entry.files.map(({ path }) => shortPath(path, home)))} />
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
        {open && <Lines of={{ id: entry.id }} />}
      </div>
      <div className={styles.buttons}>
        <Button small kind="plain" aria-expanded={open} onClick={onToggle}>
          {history.diff}
        </Button>
        {undone && !undo && (
          <Button small icon={Redo2} title={history.titles.reapply} onClick={() => onAsk('reapply')}>
            {history.reapply}
          </Button>
        )}
        {undo ? (
          <Button small icon={Redo2} title={history.titles.redo} onClick={() => onAsk('redo')}>
            {history.redo}
          </Button>
        ) : (
          <Button small icon={Undo2} title={history.titles.undo} onClick={() => onAsk('undo')}>
            {history.undo}
          </Button>
        )}
        <Button
          small
          kind="plain"
          icon={RotateCcw}
          title={history.titles.restore}
          onClick={() => onAsk('restore')}
        >
          {history.restore}
        </Button>
      </div>
    </li>
  )
}
