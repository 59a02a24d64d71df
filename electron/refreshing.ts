/** What AWS says about the clusters of contexts now, as the edits that bring their entries up to date. */
import { readFile } from 'node:fs/promises'
import { parseClusterArn } from '../shared/aws'
import type { Edit } from '../shared/edits'
import type { EntryId } from '../shared/kubeconfig'
import { type Fault, fail, fault, ok, type Result } from '../shared/result'
import { type EksCluster, notReady } from './aws/clusters'
import type { Looker } from './aws/looking'
import type { ResolvedContext } from './kubeconfig/entries'
import { execMeaning, meantCluster } from './kubeconfig/exec'

export type LookAtCluster = (
  looker: Looker,
  region: string,
  name: string,
  signal: AbortSignal,
) => Promise<Result<EksCluster>>

export interface Refreshed {
  /** One per cluster entry whose endpoint or CA is another. */
  readonly edits: readonly Edit[]
  /** Contexts whose cluster entry is as AWS says. */
  readonly same: readonly EntryId[]
  readonly problems: readonly RefreshProblem[]
}

export interface RefreshProblem {
  readonly context: EntryId
  readonly fault: Fault
  /** The entry names no EKS cluster at all: AWS was not asked. */
  readonly notEks: boolean
}

export interface RefreshOptions {
  readonly look: LookAtCluster
  /** Who looks instead of the profile that the entry names. */
  readonly looker?: Looker
}

/**
 * Asks once per cluster entry and looker. A context whose entry is named by another cluster's ARN than the one that
 * AWS describes (another account's of the same name) is a problem, never an edit.
 */
export async function refreshedClusters(
  contexts: readonly ResolvedContext[],
  { look, looker }: RefreshOptions,
  signal: AbortSignal,
): Promise<Refreshed> {
  const edits = new Map<EntryId, Edit>()
  const same: EntryId[] = []
  const problems: RefreshProblem[] = []
  const asked = new Map<string, Result<EksCluster>>()
  /** Cluster entries that somebody could look at: nobody else need be asked. */
  const known = new Map<EntryId, Result<EksCluster>>()
  for (const { id, cluster, user } of contexts) {
    if (signal.aborted) break
    const meaning = user?.raw.exec ? execMeaning(user.raw.exec) : null
    const found = cluster === null ? noCluster() : placeOf(meaning, cluster.raw)
    if (cluster === null || 'code' in found) {
      problems.push({ context: id, fault: 'code' in found ? found : noCluster(), notEks: true })
      continue
    }
    const who = looker ?? { profile: meaning?.profile ?? null, role: null }
    const key = JSON.stringify([who, found])
    const answer =
      known.get(cluster.id) ?? asked.get(key) ?? (await look(who, found.region, found.name, signal))
    asked.set(key, answer)
    const fitting = answer.ok ? fits(answer.value, cluster.raw.name) : answer
    if (!fitting.ok) {
      problems.push({ context: id, fault: fitting.fault, notEks: false })
      continue
    }
    known.set(cluster.id, fitting)
    const { endpoint } = fitting.value
    const certificateAuthorityData = await newData(fitting.value.certificateAuthorityData, cluster.raw)
    if (endpoint === cluster.raw.server && certificateAuthorityData === null) same.push(id)
    else
      edits.set(cluster.id, {
        kind: 'refresh-cluster',
        cluster: cluster.id,
        server: endpoint ?? '',
        certificateAuthorityData,
      })
  }
  // Whoever could not look at a cluster that another context's identity could is no problem.
  const settled = new Set(
    contexts.flatMap((one) => (one.cluster && known.has(one.cluster.id) ? [one.id] : [])),
  )
  return {
    edits: [...edits.values()],
    same,
    problems: problems.filter(({ context }) => !settled.has(context)),
  }
}

type Place = { readonly region: string; readonly name: string }

/** The entry's own ARN decides over what the exec arguments say: it is the entry that is refreshed. */
function placeOf(
  meaning: ReturnType<typeof execMeaning> | null,
  cluster: { readonly name: string; readonly server: string | null },
): Place | Fault {
  const arn = parseClusterArn(cluster.name)
  const meant = meantCluster(meaning, cluster.name, cluster.server)
  const name = arn?.name ?? meant.name
  const region = arn?.region ?? meant.region
  return name === null || region === null ? noCluster() : { name, region }
}

function fits(found: EksCluster, entry: string): Result<EksCluster> {
  const why = notReady(found)
  if (why !== null) return fail(fault('aws', `${why}.`, 'Refresh again once it is active.'))
  const arn = parseClusterArn(entry)
  if (arn === null || arn.arn === found.arn) return ok(found)
  return fail(
    fault(
      'conflict',
      `AWS describes ${found.arn} here, and the entry is for ${arn.arn}: another account's cluster of the same name.`,
      'Look with an identity of that account (--profile).',
    ),
  )
}

/** The CA to write; null where the entry has it already, in itself or in a file beside. */
async function newData(
  data: string | null,
  cluster: { readonly certificateAuthority: string | null; readonly certificateAuthorityData: string | null },
): Promise<string | null> {
  if (data === null) return null
  const { certificateAuthority: path } = cluster
  const now = cluster.certificateAuthorityData ?? (path === null ? null : await base64Of(path))
  return now === data ? null : data
}

const base64Of = (path: string): Promise<string | null> => readFile(path, 'base64').catch(() => null)

const noCluster = (): Fault =>
  fault(
    'not-found',
    'It cannot be told which EKS cluster this context means.',
    'Only entries with get-token arguments, a cluster ARN or an EKS server address can be refreshed.',
  )
