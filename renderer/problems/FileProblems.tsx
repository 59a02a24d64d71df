import { ChevronDown, CircleAlert, FileText, History, Quote, TriangleAlert } from 'lucide-react'
import type { Fix } from '../../shared/findings/define-rule'
import { fixOfFile } from '../../shared/findings/finding-rules'
import { isIllegible } from '../../shared/kubeconfig/entries'
import { editText } from '../text/edits'
import { text } from '../text/page'
import { shortPath, shortPaths } from '../text/path'
import { Button } from '../ui/Button'
import { useApp, useModel } from '../ui/model'
import { ScrollList } from '../ui/ScrollList'
import { Shown } from '../ui/Shown'
import styles from './FileProblems.module.css'

interface Line {
  readonly path: string
  /** What is the same in all that one line is about. */
  readonly cause: string
  readonly where: string | null
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly next: string | null
  readonly editable: boolean
  /** What mends the whole file, at the first of its problems that this mends. */
  readonly fix: Fix | null
  /** The first reason for which nothing is known of the file: what it was before is offered. */
  readonly torn: boolean
}

/** What is wrong with files, each with its place, beside everything that could be read. */
export function FileProblems() {
  const model = useModel()
  const files = useApp((state) => state.snapshot?.files)
  const report = useApp((state) => state.reports[state.environment])
  const home = useApp((state) => state.app?.home ?? '')
  const open = useApp((state) => state.view.problemsOpen)
  const lines: readonly Line[] = [
    ...(files ?? [])
      // A file of the list that is not there is no trouble to kubectl either; the sidebar says so.
      .flatMap((file) =>
        file.problems.filter((problem) => problem.code !== 'missing').map((problem) => ({ file, problem })),
      )
      .map(({ file, problem }) => ({
        path: file.path,
        cause: `${problem.severity} ${problem.code} ${withoutNames(problem.message)}`,
        where: problem.at === null ? null : text.fileProblems.at(problem.at.line, problem.at.column),
        severity: problem.severity,
        message: problem.message,
        next: problem.next,
        editable: problem.code !== 'is-folder',
        fix:
          problem === file.problems.find(({ code }) => code === 'misread-string')
            ? fixOfFile('unsafe-name', file)
            : null,
        torn: isIllegible(file) && problem === file.problems.find(({ severity }) => severity === 'error'),
      })),
    ...(report?.problems ?? []).map((problem) => ({
      path: problem.file,
      cause: problem.message,
      where: problem.line === null ? null : text.fileProblems.line(problem.line),
      severity: 'warning' as const,
      message: problem.message,
      next: null,
      editable: false,
      fix: null,
      torn: false,
    })),
  ]
  if (lines.length === 0) return null
  const folded = fold(lines)
  const mend = ({ edits }: Fix) => {
    model.edits.add(edits)
    model.edits.open({ kind: 'review' })
  }
  const worst = lines.some((line) => line.severity === 'error') ? 'error' : 'warning'
  return (
    <section className={styles.problems} data-severity={worst} aria-labelledby="file-problems">
      <h2 id="file-problems">
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={open}
          onClick={() => model.setView({ problemsOpen: !open })}
        >
          {worst === 'error' ? (
            <CircleAlert size={15} aria-hidden />
          ) : (
            <TriangleAlert size={15} aria-hidden />
          )}
          {text.fileProblems.title(folded.length)}
          <ChevronDown size={14} aria-hidden className={styles.arrow} data-open={open || undefined} />
        </button>
      </h2>
      {open && (
        <ScrollList className={styles.list}>
          {folded.map(({ path, where, message, next, fix, torn, editable, more }) => (
            <li key={`${path} ${where} ${message}`} className={styles.problem}>
              <div className="fill breaks selectable">
                <span className={styles.place}>
                  <Shown text={shortPath(path, home)} />
                  {where !== null && <span>, {where}</span>}
                  {more.length > 0 && <span title={few(more)}>, {text.fileProblems.more(more.length)}</span>}
                </span>
                <p>
                  <Shown text={shortPaths(message, home)} />
                  {next !== null && (
                    <span className="soft">
                      {' '}
                      <Shown text={next} />
                    </span>
                  )}
                </p>
              </div>
              {fix !== null && (
                <Button small icon={Quote} onClick={() => mend(fix)}>
                  {fix.label}
                </Button>
              )}
              {torn && (
                <Button small icon={History} onClick={() => void model.edits.showLegible(path)}>
                  {editText.external.legible}
                </Button>
              )}
              {editable && (
                <Button small icon={FileText} onClick={() => void model.ask('kubeconfig.edit', { path })}>
                  {text.fileProblems.edit}
                </Button>
              )}
            </li>
          ))}
        </ScrollList>
      )}
    </section>
  )
}

/** One cause in one file, at its first place; `more`: where else it is. */
interface Folded extends Line {
  readonly more: readonly string[]
}

/** What a message says, without the entry that it is about. */
const withoutNames = (message: string): string =>
  message.replace(/"[^"]*"|“[^”]*”/g, '…').replace(/\d+/g, '0')

/** Two hundred lines that say the same are one thing to mend. */
function fold(lines: readonly Line[]): readonly Folded[] {
  const found = new Map<string, Folded & { more: string[] }>()
  for (const line of lines) {
    const key = JSON.stringify([line.path, line.cause])
    const first = found.get(key)
    if (first === undefined) found.set(key, { ...line, more: [] })
    else first.more.push(line.where ?? '')
  }
  return [...found.values()]
}

/** For a title: so many that one can still read them. */
function few(places: readonly string[]): string {
  const named = places.slice(0, 12).filter(Boolean).join('; ')
  return places.length > 12 ? `${named}; …` : named
}
