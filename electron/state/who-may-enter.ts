/**
 * Who may enter each cluster: what is known, what is read anew, and which user the cluster sees for each identity. Access
 * entries are stored on disk with what looking found; aws-auth and what was seen for as long as this process lives.
 */
import {
  type ClusterAccess,
  listsThatCount,
  nothingRead,
  notRead,
  type Readable,
} from '../../shared/identity/access-entries'
import type { DiscoveryIdentity } from '../../shared/identity/eks-cluster'
import type { Check, EnvironmentName } from '../../shared/identity/identity'
import type { MayDo, MayDoBy, MayDoThere } from '../../shared/identity/may-do'
import { type Migration, migrationOf } from '../../shared/identity/migration'
import { ownEntrances } from '../../shared/identity/own-entrances'
import { nothingSwept } from '../../shared/identity/search-results'
import {
  askableAt,
  type ReadState,
  rowsWithYou,
  type SeenThere,
  type WhoMayEnter,
  whoIs,
} from '../../shared/identity/who-may-enter'
import type { EntryId } from '../../shared/kubeconfig/entries'
import { once } from '../../shared/once'
import { fail, fault, ok, type Result } from '../../shared/result'
import type { EntriesProgress } from '../aws/api/access-entries'
import type { AdmitServer } from '../trust/named-servers'
import {
  type AskedInside,
  askAsIdentity,
  askAws,
  askByContext,
  askCluster,
  type ClusterRequest,
  describedNow,
  mostLookers,
  placeOf,
} from './ask-access'
import { type AccessRead, answersIn, type Clusters, noteAwsAuth } from './cluster-answers'
import { knownClusters } from './clusters-shown'
import type { KnownCluster } from './fleet-clusters'
import { enterAs, openTree } from './identity-trees'

const readOf = (clusters: Clusters, environment: EnvironmentName, id: string): AccessRead =>
  once(answersIn(clusters, environment).access, id, () => ({
    ...{ mode: null, entries: null, by: null, fault: null },
    seen: new Map(),
  }))

/** From earlier answers; sends no request. Null: no such cluster is known. */
export async function whoMayEnter(
  clusters: Clusters,
  environment: EnvironmentName,
  id: string,
): Promise<WhoMayEnter | null> {
  const [known] = await knownClusters(clusters, environment, [id])
  return known === undefined ? null : whoEnters(clusters, environment, known.cluster)
}

async function whoEnters(
  clusters: Clusters,
  environment: EnvironmentName,
  cluster: KnownCluster,
): Promise<WhoMayEnter> {
  const read = readOf(clusters, environment, cluster.id)
  const kept = (await clusters.discovered.load(environment)).access.find((one) => one.cluster === cluster.arn)
  const entries = read.entries ?? (kept === undefined ? null : { value: kept.entries, at: kept.at })
  const mode = modeNow(read, cluster)
  const { tree, enterable } = await openTree(clusters, environment)
  const awsAuth = answersIn(clusters, environment).awsAuths.get(cluster.id) ?? null
  const unread = nothingRead(cluster.arn, mode)
  const access: ClusterAccess = {
    ...unread,
    entries: entries?.value ?? unread.entries,
    awsAuth: awsAuth?.value ?? unread.awsAuth,
  }
  const mine = ownEntrances(tree.identities, access)
  const looked = listsThatCount(mode)
  return {
    cluster: cluster.id,
    mode,
    entries: { ...stateOf(entries?.value ?? null, looked.entries), at: entries?.at ?? null },
    awsAuth: {
      ...stateOf(awsAuth?.value ?? null, looked.awsAuth),
      at: awsAuth?.at ?? null,
      problems: awsAuth?.value.state === 'read' ? awsAuth.value.value.problems : [],
    },
    by: read.by,
    fault: read.fault,
    rows: rowsWithYou(access, mine),
    mine: mine.map(({ identity, by, entrance }) => ({ who: whoIs(identity), by, entrance })),
    migration:
      mode === 'API' || (entries === null && awsAuth === null)
        ? null
        : linesOf(migrationOf(access, tree.identities, cluster.contexts)),
    seen: [...read.seen.values()],
    askable: askableAt(tree.identities, enterable, cluster.arn),
  }
}

/** Entries without a line are among the rows, and there may be thousands. */
const linesOf = (all: Migration): Migration => ({
  ...all,
  rows: all.rows.filter(({ line }) => line !== null),
})

/** A cluster that AWS can be asked about, and the identities to ask with. */
async function placed(clusters: Clusters, environment: EnvironmentName, id: string) {
  const [known] = await knownClusters(clusters, environment, [id])
  if (known === undefined) return fail(noCluster)
  const { cluster, lookers } = known
  const place = placeOf(cluster)
  return place.ok ? ok({ cluster, lookers: withoutRoles(lookers), place: place.value }) : place
}

/**
 * Asks AWS, and where the mode looks at aws-auth also the cluster, with one token of this context; null: AWS alone. Stopped while
 * entries are read, it answers with those read so far and does not ask the cluster. This process alone keeps them.
 */
export async function readAccess(
  clusters: Clusters,
  environment: EnvironmentName,
  id: string,
  context: EntryId | null,
  signal: AbortSignal,
  onProgress?: EntriesProgress,
): Promise<Result<WhoMayEnter>> {
  const { asking, checker, discovered, now } = clusters
  const found = await placed(clusters, environment, id)
  if (!found.ok) return found
  const { cluster, lookers, place } = found.value
  if (context !== null && !cluster.contexts.some((one) => one.id === context)) return fail(noContext)
  const asked = await asking(environment, (by) => askAws(by, place, lookers, signal, onProgress))
  const some = asked.entries.state === 'read' && asked.entries.value.length > 0
  if (signal.aborted && !some) return fail(cancelled)
  const read = readOf(clusters, environment, cluster.id)
  const authenticationMode = asked.cluster?.authenticationMode ?? null
  if (authenticationMode !== null) read.mode = { value: authenticationMode, at: now() }
  read.fault = asked.fault
  if (asked.cluster !== null || read.entries === null) read.entries = { value: asked.entries, at: now() }
  const by = !signal.aborted && listsThatCount(modeNow(read, cluster)).awsAuth ? context : null
  if (by !== null) {
    const { awsAuth } = await askCluster(checker, by, environment, accessNow(read, cluster), signal)
    if (signal.aborted) return fail(cancelled)
    noteAwsAuth(clusters, environment, cluster.id, awsAuth)
  }
  const name = cluster.contexts.find((one) => one.id === by)?.name ?? null
  read.by = { looker: asked.looker, context: name }
  if (asked.cluster !== null && !signal.aborted) {
    const { problems } = await discovered.load(environment)
    const { arn, askedBy } = asked.cluster
    const access = [{ cluster: arn, askedBy, entries: asked.entries, at: now() }]
    // Results that cannot be stored are shown all the same.
    await discovered.keep(environment, { ...nothingSwept, problems, access }).catch(() => undefined)
  }
  return ok(await whoEnters(clusters, environment, cluster))
}

/**
 * What an identity of the user, or a context of that cluster, may do in a namespace, as the cluster answers: one token, sent
 * where `readAccess` and `enterCluster` send theirs.
 */
export async function mayDoAt(
  clusters: Clusters,
  environment: EnvironmentName,
  id: string,
  by: MayDoBy,
  namespace: string,
  admit: AdmitServer,
  signal: AbortSignal,
): Promise<Result<MayDoThere>> {
  const found = await placed(clusters, environment, id)
  if (!found.ok) return found
  const { cluster, lookers, place } = found.value
  const { readMayDo } = await import('../whoami/read-may-do')
  const inside: ClusterRequest<MayDo> = (request, ask, running) =>
    readMayDo(request, namespace, clusters.now, ask, running)
  const asked = await askAs()
  if (signal.aborted) return fail(cancelled)
  if (!asked.ok) return asked
  const { check, value } = asked.value
  const why = check?.problem ?? null
  return ok({
    cluster: cluster.id,
    by,
    username: check?.actsAs?.username ?? check?.seen?.username ?? null,
    answer:
      value === null
        ? notRead(why?.message ?? 'The cluster did not answer.', why?.next ?? 'Try again.')
        : { state: 'read', value },
  })

  async function askAs(): Promise<Result<AskedInside<MayDo>>> {
    if (by.kind === 'context')
      return cluster.contexts.some((one) => one.id === by.id)
        ? ok(await askByContext(clusters.checker, by.id, environment, inside, signal))
        : fail(noContext)
    const proving = await openTree(clusters, environment)
    if (!askableAt(proving.tree.identities, proving.enterable, cluster.arn).includes(by.id))
      return fail(noIdentity)
    return clusters.asking(environment, (discovery) =>
      askAsIdentity(proving, by.id, { place, lookers, discovery, admit }, inside, signal),
    )
  }
}

/**
 * Asks the cluster which user it sees for each of these identities: one token each, sent only to the endpoint that AWS gives. An
 * identity that would need a question to the user is left out; each answer is reported as soon as it arrives.
 */
export async function enterCluster(
  clusters: Clusters,
  environment: EnvironmentName,
  id: string,
  identities: readonly string[],
  admit: AdmitServer,
  onSeen: (seen: SeenThere, done: number, total: number) => void,
  signal: AbortSignal,
): Promise<Result<{ readonly done: number; readonly total: number }>> {
  const found = await placed(clusters, environment, id)
  if (!found.ok) return found
  const { cluster, lookers, place } = found.value
  const asked = await clusters.asking(environment, (by) => describedNow(by, place, lookers, signal))
  if (signal.aborted) return fail(cancelled)
  if (!asked.ok) return asked
  const described = asked.value
  const proving = await openTree(clusters, environment)
  const askable = new Set(askableAt(proving.tree.identities, proving.enterable, described.arn))
  const wanted = identities.filter((one) => askable.has(one))
  const read = readOf(clusters, environment, cluster.id)
  let done = 0
  const entered = await enterAs(
    proving,
    { ...described, access: accessNow(read, cluster) },
    wanted,
    admit,
    (identity, check) => {
      done += 1
      const seen = seenOf(identity, check)
      read.seen.set(identity, seen)
      onSeen(seen, done, wanted.length)
    },
    signal,
  )
  return entered.ok ? ok({ done, total: wanted.length }) : entered
}

/** What was read of it since this process began: it says why an identity is not let in. */
const accessNow = (read: AccessRead, cluster: KnownCluster): ClusterAccess => {
  const unread = nothingRead(cluster.arn, modeNow(read, cluster))
  return { ...unread, entries: read.entries?.value ?? unread.entries }
}

/** As AWS gave it last, here or where the cluster was asked about. */
function modeNow({ mode }: Pick<AccessRead, 'mode'>, { described }: KnownCluster): string | null {
  const said = described?.authenticationMode ?? null
  return said !== null && (mode === null || (described?.at ?? 0) > mode.at) ? said : (mode?.value ?? null)
}

function stateOf(read: Readable<unknown> | null, looked: boolean): ReadState {
  if (!looked) return { state: 'not-looked-at' }
  if (read === null) return { state: 'not-asked' }
  return read.state === 'read' ? { state: 'read' } : read
}

/** A role that may not describe the cluster may have a profile that does. */
function withoutRoles(lookers: readonly DiscoveryIdentity[]): readonly DiscoveryIdentity[] {
  const more = lookers.flatMap(({ profile, role }) => (role === null ? [] : [{ profile, role: null }]))
  return [...lookers, ...more].slice(0, mostLookers)
}

function seenOf(identity: string, { at, seen, problem }: Check): SeenThere {
  return {
    identity,
    at,
    username: seen?.username ?? null,
    groups: seen?.groups ?? [],
    everything: seen?.everything ?? false,
    refused: problem?.code === 'unauthorized',
    problem: seen === null ? problem : null,
  }
}

const noCluster = fault('not-found', 'That cluster is not known any more.', 'Look at the clusters again.')
const noContext = fault(
  'not-found',
  'No context of that id leads to the cluster.',
  'Look at the clusters again.',
)
const noIdentity = fault(
  'not-found',
  'No command acts as that identity, so it has no token.',
  'Ask as another one, or with a context.',
)
const cancelled = fault('cancelled', 'The request was stopped.', 'Ask again.')
