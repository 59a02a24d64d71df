import { FileText } from 'lucide-react'
import { memo, useEffect, useMemo, useRef } from 'react'
import type { DiffHunk, DiffLine } from '../../shared/edits/diff'
import type { EntryLines, PlannedChange } from '../../shared/edits/plan'
import { type Piece, pairedLines, wordDiff } from '../../shared/edits/word-diff'
import { shortPath } from '../text/path'
import { review } from '../text/review-texts'
import { useApp } from '../ui/model'
import { Near, NearView } from '../ui/Near'
import { Shown } from '../ui/Shown'
import styles from './DiffView.module.css'

/** What is pointed at in the lines; `turn` makes the same place new when it is asked for again. */
export interface PointedAt {
  readonly path: string
  readonly entries: readonly EntryLines[]
  readonly turn: number
}

interface DiffViewProps {
  readonly change: Pick<PlannedChange, 'path' | 'diff'> & {
    readonly created?: boolean
    readonly removed?: boolean
  }
  readonly pointed?: PointedAt | null
}

/**
 * One file's exact lines: what goes, what comes, and what is around it; what is another word in them is marked. Ten thousand of
 * them are not gone through again because something else of the dialog changes.
 */
export const DiffView = memo(function DiffView({ change, pointed = null }: DiffViewProps) {
  const home = useApp((state) => state.app?.home ?? '')
  const { path, diff, created = false, removed = false } = change
  const at = pointed?.path === path ? pointed : null
  const file = useRef<HTMLElement>(null)
  const lines = useRef<HTMLElement>(null)
  const blocks = useMemo(() => blocksOf(diff.hunks), [diff])
  const pointedBlock =
    at && blocks.find(({ hunks }) => hunks.some((hunk) => hunk.lines.some(isIn(at.entries))))
  useEffect(() => {
    if (at === null) return
    lines.current?.querySelector('[data-pointed]')?.scrollIntoView({ block: 'center' })
    lines.current?.focus({ preventScroll: true })
  }, [at])
  return (
    <figure ref={file} className={styles.file}>
      <figcaption className={styles.head}>
        <FileText size={14} aria-hidden />
        <Shown as="span" className="cut fill" title={path} text={shortPath(path, home)} />
        {created && <span className="strong unsure">{review.created}</span>}
        {removed && <span className="strong unsure">{review.removed}</span>}
        <span className="quiet">{review.added(diff.added, diff.removed)}</span>
      </figcaption>
      {/* Long diffs scroll; the keyboard has to get there too. */}
      <section ref={lines} className={styles.lines} tabIndex={0} aria-label={shortPath(path, home)}>
        <div>
          {blocks.length > 1 ? (
            <NearView within={file}>
              {blocks.map((block) => (
                <Near
                  key={keyOf(block)}
                  estimate={block.length * lineHeight}
                  always={at !== null && block === pointedBlock}
                >
                  {() => <Hunks hunks={block.hunks} gap={block.gap} pointed={at?.entries ?? none} />}
                </Near>
              ))}
            </NearView>
          ) : (
            <Hunks hunks={diff.hunks} gap={false} pointed={at?.entries ?? none} />
          )}
        </div>
      </section>
    </figure>
  )
})

const none: readonly EntryLines[] = []

/** As high as a line is that does not wrap, in pixels (DiffView.module.css). */
const lineHeight = 21

/** Up to this many lines are drawn at once; of more, blocks of about so many as they come into view. */
const [mostAtOnce, linesOfBlock] = [1_200, 120]

/** Hunks that are drawn together. */
interface Block {
  readonly hunks: readonly DiffHunk[]
  /** Lines of the file are left out before it. */
  readonly gap: boolean
  readonly length: number
}

/** The hunks of a diff in blocks; a long hunk is cut where no changed lines would come apart. */
export function blocksOf(hunks: readonly DiffHunk[]): readonly Block[] {
  const total = hunks.reduce((sum, { lines }) => sum + lines.length, 0)
  if (total <= mostAtOnce) return [{ hunks, gap: false, length: total }]
  const blocks: { hunks: DiffHunk[]; gap: boolean; length: number }[] = []
  for (const [index, hunk] of hunks.entries())
    for (const [at, part] of partsOf(hunk).entries()) {
      const last = blocks.at(-1)
      // A hunk that goes on is no other hunk: between its parts nothing is left out.
      if (last === undefined || last.length >= linesOfBlock || at > 0)
        blocks.push({ hunks: [part], gap: index > 0 && at === 0, length: part.lines.length })
      else {
        last.hunks.push(part)
        last.length += part.lines.length
      }
    }
  return blocks
}

function partsOf(hunk: DiffHunk): readonly DiffHunk[] {
  const { lines } = hunk
  if (lines.length <= 2 * linesOfBlock) return [hunk]
  const parts: DiffHunk[] = []
  let from = 0
  for (const [at, { kind }] of lines.entries())
    if (at - from >= linesOfBlock && kind === 'same') {
      parts.push({ lines: lines.slice(from, at) })
      from = at
    }
  parts.push({ lines: lines.slice(from) })
  return parts
}

const keyOf = ({ hunks }: Block): string => {
  const line = hunks[0]?.lines[0]
  return `${line?.kind} ${line?.before} ${line?.after}`
}

const isIn =
  (entries: readonly EntryLines[]) =>
  (line: DiffLine): boolean =>
    line.kind !== 'same' &&
    entries.some(({ side, from, to }) => {
      const number = line[side]
      return number !== null && number >= from && number <= to
    })

interface HunksProps {
  readonly hunks: readonly DiffHunk[]
  readonly gap: boolean
  readonly pointed: readonly EntryLines[]
}

function Hunks({ hunks, gap, pointed }: HunksProps) {
  return hunks.map((hunk, index) => (
    <div key={hunk.lines[0]?.before ?? hunk.lines[0]?.after ?? index}>
      {(gap || index > 0) && (
        <div className={styles.gap} title={review.gap}>
          …
        </div>
      )}
      <HunkLines hunk={hunk} pointed={pointed} />
    </div>
  ))
}

/** More lines in a row than a person compares word by word. */
const mostPaired = 300

/** The pieces of each changed line that has one beside it. */
function markedIn({ lines }: DiffHunk): ReadonlyMap<DiffLine, readonly Piece[]> {
  const marked = new Map<DiffLine, readonly Piece[]>()
  for (let from = 0; from < lines.length; ) {
    const run = (kind: DiffLine['kind']) => {
      const start = from
      while (lines[from]?.kind === kind) from++
      return lines.slice(start, from)
    }
    const [removed, added] = [run('removed'), run('added')]
    if (removed.length + added.length === 0) from++
    if (removed.length === 0 || added.length === 0 || removed.length + added.length > mostPaired) continue
    const text = ({ text: said }: DiffLine) => said
    for (const [one, other] of pairedLines(removed.map(text), added.map(text))) {
      const [was, is] = [removed[one], added[other]]
      if (was === undefined || is === undefined) continue
      const [before, after] = wordDiff(was.text, is.text)
      marked.set(was, before)
      marked.set(is, after)
    }
  }
  return marked
}

function HunkLines({ hunk, pointed }: { readonly hunk: DiffHunk; readonly pointed: readonly EntryLines[] }) {
  const marked = useMemo(() => markedIn(hunk), [hunk])
  const isPointed = isIn(pointed)
  return hunk.lines.map((line) => (
    <Line
      key={`${line.kind} ${line.before} ${line.after}`}
      line={line}
      pieces={marked.get(line) ?? null}
      pointed={isPointed(line)}
    />
  ))
}

const sign = { same: ' ', removed: '−', added: '+' } as const

interface LineProps {
  readonly line: DiffLine
  readonly pieces: readonly Piece[] | null
  readonly pointed: boolean
}

function Line({ line, pieces, pointed }: LineProps) {
  return (
    <div className={styles.line} data-kind={line.kind} data-pointed={pointed || undefined}>
      <span className={styles.number}>{line.kind === 'removed' ? line.before : line.after}</span>
      <span className={styles.sign}>{sign[line.kind]}</span>
      <code className={styles.text}>
        {pieces === null ? (
          <Shown text={line.text} />
        ) : (
          [...pieces.entries()].map(([at, { text, changed }]) =>
            changed ? (
              <Shown as="mark" key={at} className={styles.word} text={text} />
            ) : (
              <Shown key={at} text={text} />
            ),
          )
        )}
      </code>
    </div>
  )
}
