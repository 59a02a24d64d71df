/** Makes the audit of what files, checks and earlier answers say in one environment. Pure. */
import { bySeverity, findingsAbout, linesOf } from '../findings/finding-kinds'
import type { Finding, FindingId } from '../findings/finding-rules'
import { type EntryId, refusalOf, type Snapshot } from '../kubeconfig/entries'
import type { Audit, AuditContext, AuditInput } from './audit'
import { clustersOf } from './audit-clusters'
import { identitiesOf, sourcesOf } from './audit-identities'
import { countsOf, type Index, indexOf, type Path, pathOf } from './audit-paths'
import { type AtCluster, clusterFindings } from './cluster-findings'
import { allFindingsNow, judgedContexts } from './judged'
import { mutedHere } from './muted'

/** Everything at once; contexts in the order of the files. */
export function audit(input: AuditInput): Audit {
  const { environment, now, tree } = input
  const judged = judgedContexts(input)
  const lineOf = linesOf(input.snapshot)
  const isMuted = mutedHere(input.mutes, input.snapshot.contexts)
  const index = indexOf(input, judged)
  const paths = judged.contexts.map((one) => pathOf(one, index))
  const ofClusters = findingsOfClusters(paths, index)
  const contexts = withFindings(
    paths.map(({ context }) => context),
    ofClusters,
  )
  return {
    environment,
    at: now,
    sources: sourcesOf(contexts, tree),
    identities: identitiesOf(paths, index),
    clusters: clustersOf(paths, index),
    contexts,
    findings: [...allFindingsNow(judged.contexts, input.findings), ...ofClusters]
      .sort(bySeverity)
      .map(({ askedAt = null, since = null, ...finding }) => ({
        ...finding,
        ...{ askedAt, since, line: lineOf(finding), muted: isMuted(finding) },
      })),
    refused: refusalIn(input.snapshot.files),
  }
}

/** The findings of the same that rest on what AWS says of clusters, and no others. */
export function findingsFromAws(input: AuditInput): readonly Finding[] {
  const judged = judgedContexts(input)
  const index = indexOf(input, judged)
  return findingsOfClusters(
    judged.contexts.map((one) => pathOf(one, index)),
    index,
  )
}

/** What AWS says of clusters that speaks against contexts: as old an answer counts as a check does. */
function findingsOfClusters(paths: readonly Path[], { input, identity, cluster, clusterEntry }: Index) {
  const at = paths.flatMap(({ context: { id, enters }, acts }, place): readonly AtCluster[] => {
    const [entry, known] = [input.snapshot.contexts[place], cluster.get(id)]
    if (entry === undefined || known === undefined) return []
    return [
      {
        entry,
        identity: identity.get(id) ?? null,
        known,
        clusterEntry: clusterEntry(entry.cluster, entry),
        acts,
        isLetIn: enters === 'let-in',
      },
    ]
  })
  return clusterFindings(at, input.now - input.staleHours * 3_600_000)
}

function withFindings(
  contexts: readonly AuditContext[],
  findings: readonly Finding[],
): readonly AuditContext[] {
  const more = new Map<EntryId, FindingId[]>()
  for (const { id, contexts: of } of findings)
    for (const context of of) more.set(context, [...(more.get(context) ?? []), id])
  return contexts.map((context) => {
    const found = more.get(context.id)
    return found === undefined ? context : { ...context, findings: [...context.findings, ...found] }
  })
}

function refusalIn(files: Snapshot['files']): Audit['refused'] {
  const refusal = refusalOf(files)
  return refusal && { path: refusal.path, why: refusal.message }
}

/** These contexts alone, with what they lead through; who uses an identity is still a matter of the whole fleet. */
export function narrowed(audit: Audit, ids: ReadonlySet<EntryId>): Audit {
  const contexts = audit.contexts.filter(({ id }) => ids.has(id))
  const count = (keyOf: (context: AuditContext) => string | null) =>
    countsOf(contexts.flatMap((context) => keyOf(context) ?? []))
  const [sources, acting, missing, clusters] = [
    count(({ source }) => source),
    count(({ acts }) => acts),
    count(({ should }) => should),
    count(({ cluster }) => cluster),
  ]
  const of = <T extends { readonly key: string }>(all: readonly T[], counts: ReadonlyMap<string, number>) =>
    all.flatMap((one) => {
      const contexts = counts.get(one.key)
      return contexts === undefined ? [] : [{ ...one, contexts }]
    })
  return {
    ...audit,
    sources: of(audit.sources, sources),
    identities: audit.identities.flatMap((one) => {
      const [acts = 0, should = 0] = [acting.get(one.key), missing.get(one.key)]
      return acts + should === 0 ? [] : [{ ...one, contexts: acts, missing: should }]
    }),
    clusters: of(audit.clusters, clusters),
    contexts,
    findings: findingsAbout(audit.findings, contexts).map((finding) => ({
      ...finding,
      contexts: finding.contexts.filter((id) => ids.has(id)),
    })),
  }
}
