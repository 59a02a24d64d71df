/** What AWS says of clusters that speaks against contexts. Only answers that are believed and young make a finding. Pure. */
import type { ContextIdentity } from '../findings/context-identity'
import type { Severity } from '../findings/define-rule'
import type { Finding, FindingId } from '../findings/finding-rules'
import { type ClusterAccess, entranceOf, listsThatCount } from '../identity/access-entries'
import { canonicalArn, parsePrincipal, samePrincipal } from '../identity/arn'
import { isBelieved } from '../identity/asked-by'
import type { ShownCluster } from '../identity/known-clusters'
import type { Who } from '../identity/named-identity'
import type { ClusterEntry, ContextEntry } from '../kubeconfig/entries'
import { named, quoted } from '../visible'

/** The ids that rest on what AWS says of a cluster. */
export const clusterFindingIds = [
  'stale-cluster',
  'cluster-gone',
  'service-role',
  'no-access-entry',
] as const satisfies readonly FindingId[]

/** A known cluster with the lists of who may enter; null: they were never read. */
export interface ClusterFacts {
  readonly cluster: ShownCluster
  readonly access: ClusterAccess | null
  /** When AWS listed its access entries, ms since the epoch; null: it did not yet. */
  readonly accessAt: number | null
}

/** A context at a known cluster. */
export interface AtCluster {
  readonly entry: ContextEntry
  readonly identity: ContextIdentity | null
  readonly known: ClusterFacts
  readonly clusterEntry: ClusterEntry | null
  /** Who acts there, by what counts now. */
  readonly acts: Who | null
  /** The cluster let it in, in a check that counts. */
  readonly isLetIn: boolean
}

interface ClusterFinding {
  readonly id: (typeof clusterFindingIds)[number]
  readonly severity: Severity
  /** When AWS said so, ms since the epoch. */
  readonly at: number
  readonly message: string
  readonly advice: string
  /** Where it is about the cluster entry. */
  readonly of?: ClusterEntry
}

/**
 * One finding for each thing that is said, with all contexts that it is said of.
 * @param since answers before this say nothing, ms since the epoch
 */
export function clusterFindings(contexts: readonly AtCluster[], since: number): readonly Finding[] {
  const found = new Map<string, Finding & { readonly contexts: string[] }>()
  for (const context of contexts)
    for (const { at: askedAt, of, ...told } of [
      stale(context),
      gone(context),
      serviceRole(context),
      noEntry(context),
    ].flatMap((one) => one ?? [])) {
      if (askedAt < since) continue
      const { file, line } = of?.origin ?? context.entry.origin
      const message = `${told.message} AWS said so at ${time(askedAt)}.`
      const key = `${told.id} ${file} ${message}`
      const known = found.get(key)
      if (known !== undefined) known.contexts.push(context.entry.id)
      else found.set(key, { ...told, message, askedAt, file, line, contexts: [context.entry.id] })
    }
  return [...found.values()]
}

const time = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

const placeOf = ({ cluster: { region } }: ClusterFacts): string => (region === null ? '' : ` in ${region}`)

/** Its entry leads to another endpoint than AWS says, or trusts another authority. */
function stale({ known, clusterEntry }: AtCluster): ClusterFinding | null {
  const { entries, described } = known.cluster
  if (clusterEntry === null || described === null) return null
  const { name, origin } = clusterEntry
  const state = entries.find((one) => one.name === name && one.file === origin.file)?.state
  if (state !== 'recreated' && state !== 'stale') return null
  return {
    id: 'stale-cluster',
    severity: 'warning',
    at: described.at,
    of: clusterEntry,
    message:
      state === 'recreated'
        ? `The cluster entry ${quoted(name)} leads to another server than the endpoint of ${named(known.cluster.name ?? '')}${placeOf(known)}, which was made anew or is another one.`
        : `The cluster entry ${quoted(name)} trusts another certificate authority than that of ${named(known.cluster.name ?? '')}${placeOf(known)}.`,
    advice: 'Take endpoint and CA from AWS: `ekscope refresh` does.',
  }
}

/** AWS knows no such cluster any more. */
function gone({ known }: AtCluster): ClusterFinding | null {
  const { goneAt } = known.cluster
  if (goneAt === null) return null
  return {
    id: 'cluster-gone',
    severity: 'error',
    at: goneAt,
    message: `There is no cluster ${named(known.cluster.name ?? '')}${placeOf(known)} any more.`,
    advice: 'Delete the context, or give it another cluster.',
  }
}

/** It would act as the role with which EKS itself runs the cluster. */
function serviceRole({ known, identity }: AtCluster): ClusterFinding | null {
  const { described } = known.cluster
  const meant = identity?.intended.arn ?? null
  if (meant === null || described?.serviceRole == null || !isBelieved(described)) return null
  const side = (arn: string) => ({ arn: canonicalArn(arn), uniqueId: null })
  if (!samePrincipal(side(described.serviceRole), side(meant))) return null
  return {
    id: 'service-role',
    severity: 'warning',
    at: described.at,
    message: `The role ${named(meant)} is that with which EKS runs ${named(known.cluster.name ?? '')}${placeOf(known)}: people and programs cannot assume it.`,
    advice: 'Name a role that has an access entry: `ekscope access` lists them.',
  }
}

/** Complete lists name nobody who acts so. */
function noEntry({ known, acts, isLetIn }: AtCluster): ClusterFinding | null {
  const { access, accessAt, cluster } = known
  if (
    isLetIn ||
    acts === null ||
    acts.uncertain ||
    access === null ||
    accessAt === null ||
    !isComplete(access)
  )
    return null
  const { arn, account } = acts
  if (arn === null || parsePrincipal(arn) === null) return null
  const whoever = {
    arn,
    account,
    permissionSet: null,
    accessKeyId: null,
    session: { kind: 'not-known' },
  } as const
  if (entranceOf(whoever, access).kind !== 'not-named') return null
  return {
    id: 'no-access-entry',
    severity: 'error',
    at: accessAt,
    message: `Nothing lets ${named(arn)} into ${named(known.cluster.name ?? '')}${placeOf(known)}: ${listsThatCount(access.mode).awsAuth ? 'neither an access entry nor aws-auth names it' : 'no access entry names it'}.`,
    advice: `Let it in, or act as somebody who is: \`ekscope access\` of a context of ${quoted(cluster.name ?? '')} has the commands.`,
  }
}

/** All that counts was read. With aws-auth alone the maker of the cluster enters too, and no list names it. */
const isComplete = ({ mode, entries, awsAuth }: ClusterAccess): boolean => {
  const counts = listsThatCount(mode)
  return counts.entries && entries.state === 'read' && (!counts.awsAuth || awsAuth.state === 'read')
}
