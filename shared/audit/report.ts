/**
 * The report: the audit as one document that can be handed on and compared with a later one. Its JSON is a contract with scripts:
 * fields are only added, and `report` changes if one must go. Pure.
 */
import { scopeOf } from '../findings/finding-kinds'
import type { Verdict } from '../identity/identity'
import type { Audit, AuditContext, AuditFinding } from './audit'
import { type Changes, changesBetween, comparableOf, type EarlierReport } from './compare'
import { type Headline, tally, worstOf } from './worst'

/** Fields of `list` and `whoami` that the other formats take; in the JSON there are all of them. */
export interface ReportedRow {
  readonly context: string
  readonly file: string
  readonly verdict: Verdict | null
  /** The user entry, and the other contexts that use it. */
  readonly user: string | null
  readonly sharedWith: readonly string[]
  readonly findings: readonly string[]
}

/** A kubeconfig, and what is wrong with it. */
export interface ReportedFile {
  readonly path: string
  readonly problems: readonly { readonly message: string; readonly line: number | null }[]
}

/** What a report says beside the audit. */
export interface ReportAround {
  readonly title: string
  readonly version: string
  /** Null with `--private`. */
  readonly where: { readonly host: string; readonly user: string; readonly home: string } | null
  readonly programs: {
    readonly aws: { readonly path: string; readonly version: string | null } | null
    readonly kubectl: { readonly path: string; readonly version: string | null } | null
  }
  readonly files: readonly ReportedFile[]
  /** What `list` and `whoami` say of a context, by its place in the files. */
  readonly rowOf: (context: AuditContext, at: number) => ReportedRow
  /** The report to compare with; null: none. */
  readonly since: EarlierReport | null
}

/** A time as JSON has it. */
export const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** The document of `ekscope report --format json`. Names in the place of keys of entries: a report outlives them. */
export function reportOf(audit: Audit, around: ReportAround) {
  const { title, version, where, programs, files, rowOf, since } = around
  const nameOf = new Map(audit.contexts.map(({ id, name }) => [id, name]))
  const contexts = audit.contexts.map((context, at) => {
    const { line, shadowed, checkedAt, stale, source, acts, by, foretold, should, cluster: on } = context
    const { signs, enters, admin, adminByLists, production } = context
    return {
      ...rowOf(context, at),
      line,
      shadowed,
      checkedAt: isoOf(checkedAt),
      stale,
      source,
      identity: acts,
      identityBy: by,
      foretold,
      shouldBe: should,
      on,
      signs,
      enters,
      admin,
      adminByLists,
      production,
    }
  })
  const findings = audit.findings.map(
    ({ id, severity, contexts, file, line, message, advice, muted, askedAt, since }) => ({
      id,
      severity,
      muted,
      contexts: [...new Set(contexts.flatMap((context) => nameOf.get(context) ?? []))],
      file,
      line,
      scope: scopeOf(id),
      message,
      fix: advice,
      askedAt: isoOf(askedAt),
      since: isoOf(since),
    }),
  )
  const said: Headline = worstOf(audit)
  const document = {
    report: 1 as const,
    at: new Date(audit.at).toISOString(),
    by: { program: 'ekscope', version },
    title,
    where,
    environment: audit.environment,
    programs,
    answer: [said.title, ...said.more],
    counts: tally(audit.contexts),
    files,
    sources: audit.sources,
    identities: audit.identities,
    clusters: audit.clusters.map((cluster) => ({ ...cluster, askedAt: isoOf(cluster.askedAt) })),
    contexts,
    findings,
    changes: null as Changes | null,
  }
  return since === null
    ? document
    : { ...document, changes: changesBetween(since, comparableOf(audit, nameOf)) }
}

/** What a finding says, and why it is muted where it is. */
export const whyFound = ({ message, muted }: Pick<AuditFinding, 'message' | 'muted'>): string =>
  muted === null ? message : `${message} Muted: ${muted.reason}`

export type ReportDocument = ReturnType<typeof reportOf>
