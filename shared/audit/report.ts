/**
 * The report: the audit as one document that can be handed on and compared with a later one. Its JSON is a contract with scripts:
 * fields are only added, and `report` changes if one must go. Pure.
 */
import * as v from 'valibot'
import { scopeOf } from '../findings/finding-kinds'
import type { Verdict } from '../identity/identity'
import type { Inferred } from '../inferred'
import type { Audit, AuditContext, AuditFinding } from './audit'
import { tally, type Worst, worstOf } from './worst'

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

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

/** The document of `ekscope report --format json`. Names in the place of keys of entries: a report outlives them. */
export function reportOf(audit: Audit, around: ReportAround) {
  const { title, version, where, programs, files, rowOf, since } = around
  const nameOf = new Map(audit.contexts.map(({ id, name }) => [id, name]))
  const contexts = audit.contexts.map((context, at) => {
    const { line, shadowed, checkedAt, stale, source, acts, by, should, cluster: on } = context
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
      shouldBe: should,
      on,
      signs,
      enters,
      admin,
      adminByLists,
      production,
    }
  })
  const findings = audit.findings.map(({ id, severity, contexts, file, line, message, advice, muted }) => ({
    id,
    severity,
    muted,
    contexts: [...new Set(contexts.flatMap((context) => nameOf.get(context) ?? []))],
    file,
    line,
    scope: scopeOf(id),
    message,
    fix: advice,
  }))
  const said: Worst = worstOf(audit)
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

/** What a comparison takes of a report. */
const earlierSchema = v.object({
  report: v.literal(1),
  at: v.string(),
  contexts: v.array(
    v.object({
      context: v.string(),
      identity: v.string(),
      identityBy: v.nullable(v.string()),
      on: v.string(),
      verdict: v.nullable(v.string()),
      /** Why the verdict does not count any more; absent in an audit, whose verdict says so itself. */
      stale: v.optional(v.nullable(v.string())),
      admin: v.nullable(v.boolean()),
    }),
  ),
  identities: v.array(v.object({ key: v.string(), name: v.string(), account: v.nullable(v.string()) })),
  clusters: v.array(v.object({ key: v.string(), name: v.string() })),
  findings: v.array(
    v.object({
      // Ours, and printed as it is.
      id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/)),
      severity: v.picklist(['error', 'warning', 'info']),
      contexts: v.array(v.string()),
      message: v.string(),
    }),
  ),
})
export type EarlierReport = Inferred<typeof earlierSchema>

/** What a finding says, and why it is muted where it is. */
export const whyFound = ({ message, muted }: Pick<AuditFinding, 'message' | 'muted'>): string =>
  muted === null ? message : `${message} Muted: ${muted.reason}`

/** A report that was written earlier; null where it is none, or one of a later form. */
export function readReport(document: unknown): EarlierReport | null {
  const read = v.safeParse(earlierSchema, document)
  return read.success ? read.output : null
}

const namesIn = ({ contexts }: Audit): ReadonlyMap<string, string> =>
  new Map(contexts.map(({ id, name }) => [id, name]))

/** What a comparison takes of an audit. */
export const comparableOf = (audit: Audit, nameOf = namesIn(audit)): EarlierReport => ({
  report: 1,
  at: new Date(audit.at).toISOString(),
  contexts: audit.contexts.map(({ name, acts, by, cluster, verdict, admin }) => ({
    context: name,
    identity: acts,
    identityBy: by,
    on: cluster,
    verdict,
    admin,
  })),
  identities: audit.identities,
  clusters: audit.clusters,
  findings: audit.findings.map(({ id, severity, contexts, message }) => ({
    id,
    severity,
    contexts: contexts.flatMap((context) => nameOf.get(context) ?? []),
    message,
  })),
})

/** What differs between two audits; contexts by their names. */
export interface Changes {
  /** When the earlier one was made. */
  readonly since: string
  readonly came: readonly string[]
  readonly went: readonly string[]
  /** Another identity acts, or on another cluster, or its verdict or its rights are others. */
  readonly changed: readonly {
    readonly context: string
    readonly what: 'identity' | 'cluster' | 'verdict' | 'admin'
    readonly was: string
    readonly is: string
  }[]
  readonly findings: {
    readonly came: readonly ChangedFinding[]
    readonly went: readonly ChangedFinding[]
  }
}
type ChangedFinding = Pick<EarlierReport['findings'][number], 'id' | 'severity' | 'contexts' | 'message'>

/** The one comparison of two audits: of reports, environments, kubeconfigs. The first of a name counts, as for kubectl. */
export function changesBetween(before: EarlierReport, now: EarlierReport): Changes {
  const first = ({ contexts }: EarlierReport) => {
    const found = new Map<string, EarlierReport['contexts'][number]>()
    for (const one of contexts) if (!found.has(one.context)) found.set(one.context, one)
    return found
  }
  const [was, is] = [first(before), first(now)]
  const changed: Changes['changed'][number][] = []
  for (const [context, then] of was) {
    const after = is.get(context)
    if (after === undefined) continue
    const note = (what: Changes['changed'][number]['what'], one: string, other: string) =>
      one === other ? null : changed.push({ context, what, was: one, is: other })
    const [who, whoNow] = [nameIn(before, then), nameIn(now, after)]
    // Two identities may have one name: a role and a user, say. Then their keys tell them apart.
    if (then.identity !== after.identity)
      note(
        'identity',
        ...(who === whoNow ? ([then.identity, after.identity] as const) : ([who, whoNow] as const)),
      )
    const [where, whereNow] = [clusterIn(before, then), clusterIn(now, after)]
    // Names say little of two clusters of which AWS has said more; all else has a name alone.
    const areKnown = [then.on, after.on].every((key) => key.startsWith('arn:'))
    note(
      'cluster',
      ...(where === whereNow && areKnown ? ([then.on, after.on] as const) : ([where, whereNow] as const)),
    )
    note('verdict', verdictIn(then), verdictIn(after))
    note('admin', rights(then.admin), rights(after.admin))
  }
  const [older, newer] = [pairsIn(before), pairsIn(now)]
  return {
    since: before.at,
    came: [...is.keys()].filter((name) => !was.has(name)),
    went: [...was.keys()].filter((name) => !is.has(name)),
    changed,
    findings: {
      came: now.findings.flatMap((one) => without(one, older)),
      went: before.findings.flatMap((one) => without(one, newer)),
    },
  }
}

/** What counts of a check. */
const verdictIn = ({ verdict, stale }: EarlierReport['contexts'][number]): string =>
  stale == null ? (verdict ?? 'not-checked') : 'stale'

const pairOf = (id: string, context: string | null): string => JSON.stringify([id, context])
const contextsOf = ({ contexts }: ChangedFinding) => (contexts.length === 0 ? [null] : contexts)
const pairsIn = ({ findings }: EarlierReport): ReadonlySet<string> =>
  new Set(findings.flatMap((one) => contextsOf(one).map((context) => pairOf(one.id, context))))

/** A finding with those of its contexts alone of which the other side does not say it. */
function without(finding: ChangedFinding, other: ReadonlySet<string>): readonly ChangedFinding[] {
  const left = contextsOf(finding).filter((context) => !other.has(pairOf(finding.id, context)))
  return left.length === 0 ? [] : [{ ...finding, contexts: left.flatMap((context) => context ?? []) }]
}

const rights = (admin: boolean | null): string =>
  admin === null ? 'not known' : admin ? 'everything' : 'not everything'

function nameIn({ identities }: EarlierReport, { identity: key }: EarlierReport['contexts'][number]): string {
  const found = identities.find((one) => one.key === key)
  return found === undefined ? key : [found.name || found.key, found.account].filter(Boolean).join(' of ')
}
const clusterIn = ({ clusters }: EarlierReport, { on }: EarlierReport['contexts'][number]): string =>
  clusters.find(({ key }) => key === on)?.name ?? on

export type ReportDocument = ReturnType<typeof reportOf>
