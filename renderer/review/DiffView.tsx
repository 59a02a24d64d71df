import { FileText } from 'lucide-react'
import type { DiffLine } from '../../shared/edits/diff'
import type { PlannedChange } from '../../shared/edits/plan'
import { shortPath } from '../text/path'
import { review } from '../text/review'
import { useApp } from '../ui/model'
import { Shown } from '../ui/Shown'
import styles from './DiffView.module.css'

/** One file's exact lines: what goes, what comes, and what stands around it. */
export function DiffView({
  change,
}: {
  readonly change: Pick<PlannedChange, 'path' | 'diff'> & {
    readonly created?: boolean
    readonly removed?: boolean
  }
}) {
  const home = useApp((state) => state.app?.home ?? '')
  const { path, diff, created = false, removed = false } = change
  return (
    <figure className={styles.file}>
      <figcaption className={styles.head}>
        <FileText size={14} aria-hidden />
        <span className={styles.path} title={path}>
          <Shown text={shortPath(path, home)} />
        </span>
        {created && <span className={styles.created}>{review.created}</span>}
        {removed && <span className={styles.created}>{review.removed}</span>}
        <span className={styles.count}>{review.added(diff.added, diff.removed)}</span>
      </figcaption>
      {/* Long diffs scroll; the keyboard has to get there too. */}
      <section className={styles.lines} tabIndex={0} aria-label={shortPath(path, home)}>
        <div className={styles.table}>
          {diff.hunks.map((hunk, at) => (
            <div key={hunk.lines[0]?.before ?? hunk.lines[0]?.after ?? at} className={styles.hunk}>
              {at > 0 && (
                <div className={styles.gap} title={review.gap}>
                  …
                </div>
              )}
              {hunk.lines.map((line) => (
                <Line key={`${line.kind} ${line.before} ${line.after}`} line={line} />
              ))}
            </div>
          ))}
        </div>
      </section>
    </figure>
  )
}

const sign = { same: ' ', removed: '−', added: '+' } as const

function Line({ line }: { readonly line: DiffLine }) {
  return (
    <div className={styles.line} data-kind={line.kind}>
      <span className={styles.number}>{line.kind === 'removed' ? line.before : line.after}</span>
      <span className={styles.sign}>{sign[line.kind]}</span>
      <code className={styles.text}>
        <Shown text={line.text} />
      </code>
    </div>
  )
}
