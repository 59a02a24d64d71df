/** The findings of the fleet as lines of a list: by group, and in it one line for each kind. Pure. */
import type { Audit, AuditFinding } from '../../shared/audit/audit'
import type { Muted } from '../../shared/audit/muted'
import type { Severity } from '../../shared/findings/define-rule'
import { type FindingGroup, findingGroups, findingTitle, groupOf } from '../../shared/findings/finding-kinds'
import type { FindingId } from '../../shared/findings/finding-rules'
import { grouped } from '../../shared/grouped'
import type { EntryId } from '../../shared/kubeconfig/entries'
import type { Row } from './rows'
import { findable, wordsFit } from './word-match'

export interface FindingGroupLine {
  readonly line: 'group'
  readonly id: string
  readonly group: FindingGroup | 'muted'
  /** Kinds in it that match. */
  readonly count: number
  readonly open: boolean
}

/** All findings of one id and severity: what one act may settle. */
export interface FindingLine {
  readonly line: 'item'
  readonly id: string
  readonly finding: FindingId
  readonly severity: Severity
  readonly title: string
  readonly findings: readonly AuditFinding[]
  /** Why it is muted; null: it is not. */
  readonly muted: Muted | null
  /** Each once, in the order of the files; none: it is about files or the machine. */
  readonly contexts: readonly { readonly id: EntryId; readonly name: string }[]
  readonly open: null
  readonly depth: 0
  readonly above: string
}

export interface FindingFilter {
  readonly words: string
  readonly severity: Severity | null
}

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

/** `muted`: the reason; null: it is not. */
export const lineId = (severity: Severity, id: FindingId, muted: string | null): string =>
  `${severity} ${id}${muted === null ? '' : ` muted ${muted}`}`

/** Every kind that was found, in the order of the list. */
export function findingLines(audit: Audit): readonly FindingLine[] {
  const names = new Map(audit.contexts.map(({ id, name }) => [id, name]))
  const place = new Map(audit.contexts.map(({ id }, at) => [id, at]))
  const kinds = grouped(audit.findings, ({ id, severity, muted }) =>
    lineId(severity, id, muted?.reason ?? null),
  )
  return [...kinds]
    .flatMap(([key, findings]): readonly FindingLine[] => {
      const [first] = findings
      if (first === undefined) return []
      const ids = [...new Set(findings.flatMap(({ contexts }) => contexts))]
      return [
        {
          line: 'item',
          id: key,
          finding: first.id,
          severity: first.severity,
          title: findingTitle(first.id),
          findings,
          muted: first.muted,
          contexts: ids
            .sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0))
            .flatMap((id) => (names.has(id) ? [{ id, name: names.get(id) ?? '' }] : [])),
          open: null,
          depth: 0,
          above: groupId(groupIn({ ...first, finding: first.id })),
        },
      ]
    })
    .sort(
      (a, b) =>
        groups.indexOf(groupIn(a)) - groups.indexOf(groupIn(b)) ||
        order[a.severity] - order[b.severity] ||
        b.contexts.length - a.contexts.length,
    )
}

/** Muted findings are last. */
const groups = [...findingGroups, 'muted'] as const
type Group = (typeof groups)[number]

const groupIn = ({ muted, finding }: Pick<FindingLine, 'muted' | 'finding'>): Group =>
  muted !== null ? 'muted' : groupOf(finding)

const groupId = (group: Group): string => `group ${group}`

/** The lines that match a filter, below their groups. */
export function shownFindings(
  all: readonly FindingLine[],
  { words, severity }: FindingFilter,
  closed: ReadonlySet<string>,
): readonly (FindingGroupLine | FindingLine)[] {
  const fitting = all.filter(
    (line) => (severity === null || line.severity === severity) && wordsFit(words, () => said(line)),
  )
  return [...grouped(fitting, groupIn)].flatMap(([group, lines]) => {
    const id = groupId(group)
    const open = !closed.has(id)
    return [{ line: 'group', id, group, count: lines.length, open } as const, ...(open ? lines : [])]
  })
}

/** Everything by which a kind can be found. */
const said = ({ finding, title, severity, findings, contexts }: FindingLine): string =>
  findable([
    finding,
    title,
    severity,
    ...contexts.map(({ name }) => name),
    ...findings.flatMap(({ file, message }) => [file, message]),
  ])

/** How many kinds there are to fix, as the view counts them, and how severe the worst is; of none to fix, how many notes. */
export interface ToFix {
  readonly count: number
  readonly worst: Severity | null
}

/** `ofFiles`: findings of no context. */
export function toFixIn(
  rows: readonly Pick<Row, 'findings' | 'muted'>[],
  ofFiles: readonly Pick<AuditFinding, 'id' | 'severity'>[],
  mutedEverywhere: ReadonlySet<FindingId>,
): ToFix {
  const kinds = { error: new Set<FindingId>(), warning: new Set<FindingId>(), info: new Set<FindingId>() }
  const add = (found: typeof ofFiles, muted: ReadonlySet<FindingId>) => {
    for (const { id, severity } of found) if (!muted.has(id)) kinds[severity].add(id)
  }
  add(ofFiles, mutedEverywhere)
  for (const { findings, muted } of rows) add(findings, muted)
  const { error, warning, info } = kinds
  const count = error.size + warning.size
  if (count > 0) return { count, worst: error.size > 0 ? 'error' : 'warning' }
  return { count: info.size, worst: info.size > 0 ? 'info' : null }
}

/** How many kinds of each severity there are, and how many contexts have none that is their own or their file's. */
export function countFindings(lines: readonly FindingLine[], audit: Audit) {
  const all = lines.filter(({ muted }) => muted === null)
  const of = (severity: Severity) => all.filter((line) => line.severity === severity).length
  const had = new Set(
    all.flatMap(({ severity, contexts }) => (severity === 'info' ? [] : contexts.map(({ id }) => id))),
  )
  return {
    error: of('error'),
    warning: of('warning'),
    info: of('info'),
    /** With an error or a warning. */
    contexts: had.size,
    /** kubectl uses none of them where it refuses a file. */
    clean: audit.refused === null ? audit.contexts.length - had.size : 0,
    muted: lines.length - all.length,
  }
}
