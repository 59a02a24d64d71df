import { Redo2, RotateCcw, Terminal, TriangleAlert, Undo2, Users } from 'lucide-react'
import type { HistoryEntry } from '../../shared/ipc/payloads'
import type { UndoWay } from '../pending/editing-state'
import { fewOf } from '../text/counts'
import { history } from '../text/history-texts'
import { shortPath } from '../text/path'
import { review } from '../text/review-texts'
import { Ago } from '../ui/Ago'
import { Button } from '../ui/Button'
import { useApp } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './History.module.css'
import { Lines, LinesButton, Titles } from './Lines'

interface WriteProps {
  readonly entry: HistoryEntry
  readonly undone: 'whole' | 'part' | null
  readonly undo: boolean
  /** The undo whose redo is offered here, which restores what was undone; null: none, or it is offered elsewhere. */
  readonly redo: string | null
  readonly open: boolean
  readonly onToggle: () => void
  readonly onAsk: (way: UndoWay) => void
}

/** One write: when, by which program, what, its lines after the user opens them, and its undo actions. */
export function Write({ entry, undone, undo, redo, open, onToggle, onAsk }: WriteProps) {
  const home = useApp((state) => state.app?.home ?? '')
  const added = entry.files.reduce((sum, file) => sum + file.added, 0)
  // One button for undo and redo: after the action the focus is still on it.
  const removed = entry.files.reduce((sum, file) => sum + file.removed, 0)
  // A file as it was found changes nothing, and can only be restored.
  const changes = added + removed > 0
  const isLegible = entry.files.every(({ unreadable }) => unreadable === null)
  const undoes = undone !== 'whole' && !undo && changes && isLegible
  const restorable = entry.files.every(({ unreadable }) => unreadable === null || unreadable.before === null)
  const way = redo !== null ? (undo ? 'redo' : 'redo-write') : undoes ? 'undo' : null
  return (
    <li className={styles.write} data-undone={undone === 'whole' || undefined}>
      <div>
        <Ago at={entry.at} />
        <span className={styles.by}>
          {entry.by === 'terminal' && <Terminal size={12} aria-hidden />}
          {entry.by === 'others' && <Users size={12} aria-hidden />}
          {history.by[entry.by]}
        </span>
      </div>
      <div>
        <Titles titles={entry.titles} open={open} />
        <p className={styles.quiet}>
          <Shown text={fewOf(entry.files.map(({ path }) => shortPath(path, home)))} />
          {changes && ` · ${review.added(added, removed)}`}
          {entry.undoes !== null && ` · ${history.undoes}`}
          {entry.restores !== null && ` · ${history.restores}`}
          {undone !== null &&
            ` · ${undone === 'part' ? history.partlyUndone : undo ? history.redone : history.undone}`}
        </p>
        {entry.uncertain && (
          <p className={styles.aside} data-tone="warn">
            <TriangleAlert size={13} aria-hidden />
            {history.uncertain}
          </p>
        )}
      </div>
      <div className="top gap-4">
        {changes && <LinesButton open={open} onToggle={onToggle} />}
        {way !== null && (
          <Button
            small
            icon={way === 'undo' ? Undo2 : Redo2}
            title={history.titles[way]}
            onClick={() => onAsk(way)}
          >
            {history.does[way]}
          </Button>
        )}
        {restorable && (
          <Button
            small
            kind="plain"
            icon={RotateCcw}
            title={history.titles.restore}
            onClick={() => onAsk('restore')}
          >
            {history.does.restore}
          </Button>
        )}
      </div>
      {open && (
        <div className={styles.lines}>
          <Lines id={entry.id} />
        </div>
      )}
    </li>
  )
}
