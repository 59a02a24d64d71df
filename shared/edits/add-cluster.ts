/** Contexts for EKS clusters, as edits: one plan for window and terminal. */

import { canonicalArn, isClusterArn, parsePrincipal, samePrincipal } from '../identity/arn'
import { type DiscoveryIdentity, type EksCluster, notReady } from '../identity/eks-cluster'
import { tunnelOf } from '../identity/eks-endpoint'
import { at, textOf } from '../json'
import type { EntryId } from '../kubeconfig/entries'
import { named, quoted } from '../visible'
import { Draft } from './draft'
import type { Edit, EditOf } from './edit'
import { carryOut } from './kinds'
import type { EditModel, ModelEntry } from './model'
import { orRefusal, Refusal } from './refusal'

type AddContext = EditOf<'add-context'>

/** One context to add, as its edit says it. */
export interface AddRequest
  extends Readonly<Pick<AddContext, 'name' | 'namespace' | 'file' | 'use'>>,
    Readonly<Pick<AddContext['user'], 'profile' | 'role' | 'pin'>> {
  /** As AWS describes it now. */
  readonly cluster: EksCluster
  /** Cluster entries that have the CA which AWS gives, or check none. Main says it: here values are masked. */
  readonly sameAuthority: readonly EntryId[]
  /** The identity that found the cluster, and its canonical ARN where AWS gave it. */
  readonly foundBy: DiscoveryIdentity
  readonly caller: string | null
  /** Null: the context's name, made unique. */
  readonly userName: string | null
  /** Null: the cluster's ARN. */
  readonly clusterEntry: string | null
  /** Null: as the reused entry has it, none for a new one. */
  readonly proxyUrl: string | null
  /** An entry that is reused gets AWS's endpoint also where its server is no EKS endpoint. */
  readonly tunnels: boolean
}

/** Why a context cannot be added. */
export interface AddProblem {
  readonly code: 'not-ready' | 'service-role' | 'context-taken' | 'cluster-entry-taken' | 'edit'
  readonly cluster: EksCluster
  readonly message: string
  /** Null where window and terminal each offer their own next step. */
  readonly next: string | null
}

/** What is done in addition to the request, or is doubtful. */
export interface AddNote {
  readonly code: 'refreshed' | 'tunnel' | 'second-entry' | 'other-partition'
  readonly message: string
}

export type AddPlan = ReturnType<typeof planAdd>

interface Part {
  readonly edits: readonly Edit[]
  readonly notes: readonly AddNote[]
  readonly clusterEntry: string
}

/** The edits that add these contexts, each on the result of those before it; none at all where one cannot be added. */
export function planAdd(model: EditModel, requests: readonly AddRequest[]) {
  const draft = new Draft(model)
  const parts: Part[] = []
  for (const request of requests) {
    const part = partOf(draft, request)
    if ('code' in part) return refused(part)
    parts.push(part)
    const why = orRefusal(() => {
      for (const edit of part.edits) carryOut(draft, edit, { warn: () => undefined, targets: new Set() })
    })
    if (why instanceof Refusal)
      return refused({ code: 'edit', cluster: request.cluster, message: why.message, next: why.next })
  }
  return {
    kind: 'planned' as const,
    edits: parts.flatMap(({ edits }) => edits),
    notes: parts.flatMap(({ notes }) => notes),
    /** Of each request, the name of its cluster entry. */
    clusterEntries: parts.map(({ clusterEntry }) => clusterEntry),
    /** Entries that get another server or authority, by the ARN of their cluster. */
    refreshed: new Map<string, EntryId>(
      parts.flatMap(({ edits }, at) =>
        edits.flatMap((edit) =>
          edit.kind === 'refresh-cluster' ? [[requests[at]?.cluster.arn ?? '', edit.cluster] as const] : [],
        ),
      ),
    ),
  }
}

const refused = (problem: AddProblem) => ({ kind: 'refused' as const, problem })

function partOf(draft: Draft, request: AddRequest): Part | AddProblem {
  const { cluster, name, file } = request
  const problem = (code: AddProblem['code'], message: string): AddProblem => ({
    code,
    cluster,
    message,
    next: null,
  })
  const why = notReady(cluster)
  if (why !== null) return problem('not-ready', `${why}.`)
  if (actsAsService(request))
    return problem(
      'service-role',
      `${cluster.serviceRole} is the service role of cluster ${named(cluster.name)}: EKS itself acts as this role; people and programs cannot use the cluster through it.`,
    )
  const target = file === null ? draft.defaultFile() : draft.file(file)
  const scope = target === null ? draft.list : draft.scopeAt(target.path)
  if (scope.taken('context', name))
    return problem('context-taken', `There is a context ${quoted(name)} already.`)
  const wanted = request.clusterEntry ?? cluster.arn
  const there = scope.winner('cluster', wanted)
  const part = (
    edits: readonly Edit[],
    clusterEntry: string,
    code?: AddNote['code'],
    message = '',
  ): Part => ({
    edits,
    notes: [...(code ? [{ code, message }] : []), ...partitionNotes(request)],
    clusterEntry,
  })
  const other = there === null ? null : whyNotReused(there, request)
  if (there !== null && other === null) {
    const add = contextEdit(request, { kind: 'reuse', cluster: there.id })
    const { server, authority } = asAwsGives(there, request)
    if (server && authority) return part([add], there.name)
    const entry = `cluster entry ${quoted(there.name)}`
    const tunnel = server || request.tunnels ? null : tunnelOf(routeOf(there), cluster.endpoint)
    if (tunnel !== null)
      return part([add], there.name, 'tunnel', `The ${entry} ${tunnel}, so the entry is used as it is.`)
    const message = `The endpoint or CA of the ${entry} is out of date and is brought up to date.`
    return part([refreshEdit(there, cluster, authority), add], there.name, 'refreshed', message)
  }
  if (other !== null && request.clusterEntry !== null)
    return problem(
      'cluster-entry-taken',
      `There is a cluster entry ${quoted(wanted)} already, and it ${other}.`,
    )
  // A number after an ARN would make it another cluster's.
  const second = isClusterArn(name) ? cluster.name : name
  const entry = there === null ? wanted : scope.freeName('cluster', second)
  const add = contextEdit(request, {
    kind: 'new',
    name: entry,
    server: cluster.endpoint ?? '',
    certificateAuthorityData: cluster.certificateAuthorityData,
    proxyUrl: request.proxyUrl,
    tlsServerName: null,
  })
  if (other === null) return part([add], entry)
  const message = `The cluster entry ${quoted(wanted)} ${other}, so a second one is made: ${quoted(entry)}.`
  return part([add], entry, 'second-entry', message)
}

/** Whether the context would act as the role with which EKS runs the cluster. */
function actsAsService({ cluster, foundBy, caller, profile, role }: AddRequest): boolean {
  const asCaller = foundBy.role === null && foundBy.profile === profile
  const acts = role ?? (asCaller ? caller : null)
  if (acts === null || cluster.serviceRole === null) return false
  const side = (arn: string) => ({ arn: canonicalArn(arn), uniqueId: null })
  return samePrincipal(side(cluster.serviceRole), side(acts))
}

/** What speaks against an entry that is there, as the end of a sentence; null when the context can use it. */
function whyNotReused(entry: ModelEntry, request: AddRequest): string | null {
  const { cluster, proxyUrl } = request
  if (entry.name !== cluster.arn && textOf(at(entry.value, 'server')) !== cluster.endpoint)
    return 'is another cluster'
  if (proxyUrl !== null && textOf(at(entry.value, 'proxy-url')) !== proxyUrl) return 'has another proxy-url'
  return null
}

const routeOf = ({ value }: ModelEntry) => ({
  server: textOf(at(value, 'server')),
  tlsServerName: textOf(at(value, 'tls-server-name')),
})

/** Whether an entry's endpoint and CA are those that AWS gives. */
function asAwsGives(entry: ModelEntry, { cluster, sameAuthority }: AddRequest) {
  // What a pending edit wrote is not masked, and main does not know it.
  const data = textOf(at(entry.value, 'certificate-authority-data'))
  return {
    server: textOf(at(entry.value, 'server')) === cluster.endpoint,
    authority: sameAuthority.includes(entry.id) || data === cluster.certificateAuthorityData,
  }
}

/** A CA that is right already stays, since it may be in a file of its own. */
function refreshEdit({ id }: ModelEntry, cluster: EksCluster, authority: boolean): Edit {
  return {
    kind: 'refresh-cluster',
    cluster: id,
    contexts: [],
    server: cluster.endpoint ?? '',
    certificateAuthorityData: authority ? null : cluster.certificateAuthorityData,
  }
}

function partitionNotes({ cluster, role }: AddRequest): readonly AddNote[] {
  const partition = role === null ? null : (parsePrincipal(role)?.partition ?? null)
  if (partition === null || partition === cluster.partition) return []
  return [
    {
      code: 'other-partition',
      message: `The role is in partition ${partition} and the cluster in ${cluster.partition}: neither knows the identities of the other.`,
    },
  ]
}

function contextEdit(request: AddRequest, cluster: AddContext['cluster']): AddContext {
  const { name, namespace, file, use, userName, role, cluster: found } = request
  const profile = request.pin === 'none' ? null : request.profile
  return {
    kind: 'add-context',
    file,
    name,
    namespace,
    cluster,
    user: {
      name: userName,
      region: found.region,
      cluster: found.outpostClusterId === null ? { name: found.name } : { id: found.outpostClusterId },
      role,
      profile,
      pin: profile === null ? 'none' : request.pin,
    },
    use,
  }
}
