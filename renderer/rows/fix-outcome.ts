/** What became of findings for which edits were made and written. Pure. */
import type { Audit, AuditContext } from '../../shared/audit/audit'
import type { Severity } from '../../shared/findings/define-rule'
import { findingTitle } from '../../shared/findings/finding-kinds'
import type { FindingId } from '../../shared/findings/finding-rules'
import { grouped } from '../../shared/grouped'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { FindingLine } from './finding-lines'

/** Kinds for which edits were made, and what was found by then. */
export interface Fixing {
  readonly lines: readonly FindingLine[]
  readonly before: Audit
}

export interface FixOutcome {
  readonly of: readonly {
    readonly line: FindingLine
    /** Where it is still found. */
    readonly left: readonly EntryId[]
    /** Each reason once. */
    readonly why: readonly string[]
  }[]
  /** What is found in these contexts that was not found before. */
  readonly came: readonly {
    readonly title: string
    readonly severity: Severity
    readonly contexts: number
  }[]
  /** Those of these contexts whose identity nobody has proven since. */
  readonly unverified: readonly EntryId[]
}

/** Looks for them in the audit of the files after the write. */
export function fixOutcome({ lines, before }: Fixing, now: Audit): FixOutcome {
  const touched = new Set(lines.flatMap(({ contexts }) => contexts.map(({ id }) => id)))
  const isTouched = ({ id }: AuditContext) => touched.has(id)
  const had = new Map(before.contexts.filter(isTouched).map(({ id, findings }) => [id, new Set(findings)]))
  const after = now.contexts.filter(isTouched)
  const newIn = after.flatMap(({ id, findings }) =>
    findings
      .filter((one) => had.get(id)?.has(one) === false)
      .map((finding): [FindingId, EntryId] => [finding, id]),
  )
  return {
    of: lines.map((line) => {
      const own = new Set(line.contexts.map(({ id }) => id))
      const found = now.findings.filter(
        ({ id, muted, contexts }) =>
          id === line.finding && muted === null && contexts.some((context) => own.has(context)),
      )
      const left = new Set(found.flatMap(({ contexts }) => contexts.filter((context) => own.has(context))))
      return { line, left: [...left], why: [...new Set(found.map(({ message }) => message))] }
    }),
    came: [...grouped(newIn, ([finding]) => finding)].map(([finding, of]) => {
      const there = new Set(of.map(([, context]) => context))
      const worst = now.findings.find(
        ({ id, contexts }) => id === finding && contexts.some((context) => there.has(context)),
      )
      return {
        title: findingTitle(finding),
        severity: worst?.severity ?? 'info',
        contexts: there.size,
      }
    }),
    unverified: after
      .filter(({ verdict }) => verdict === 'not-checked' || verdict === 'stale')
      .map(({ id }) => id),
  }
}
