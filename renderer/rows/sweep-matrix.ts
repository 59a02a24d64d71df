/** What a search as many identities found: identities as lines, clusters as columns, and what is known where they meet. Pure. */

import { grouped } from '../../shared/grouped'
import { canonicalArn } from '../../shared/identity/arn'
import type { AwsAuthRead } from '../../shared/identity/aws-auth-answers'
import { clusterAccount } from '../../shared/identity/eks-cluster'
import { type KeyOwners, whoKnown } from '../../shared/identity/named-identity'
import { partitionOfRegion } from '../../shared/identity/regions'
import { groupedProblems, sweepProblems } from '../../shared/identity/search-problems'
import type { Swept, SweptCluster, SweptLooker } from '../../shared/identity/search-results'
import {
  type Candidate,
  type Looker,
  lookerId,
  lookerName,
  type PlaceState,
} from '../../shared/identity/sweep'
import { accessesOf, contextsOf, type Way, wayOfLooker } from '../../shared/identity/who-enters-where'
import type { SweepsKnown } from '../../shared/ipc/payloads'
import { spacedAccount } from '../text/counts'
import { findable, wordsFit } from './word-match'

/** One searching identity, by however many profiles. */
export type LookerLine = ReturnType<typeof linesOf>[number]

export interface ClusterColumn {
  readonly cluster: SweptCluster
  /** Why no context can be created for it now; null when one can. */
  readonly notReady: string | null
}

/** The state of a sign-in: of its identities, and of the session itself. */
type SessionState = 'looks' | 'sign-in-needed' | 'failed' | 'open'
export type LookerGroup = ReturnType<typeof groupsOf>[number]
/** The searching identities, and what was found. */
export type Matrix = ReturnType<typeof matrixOf>

export const cellId = (line: string, cluster: string): string => JSON.stringify([line, cluster])
export const partsOfCell = (id: string): readonly [line: string, cluster: string] => JSON.parse(id)

/** The status in which aws accepts no context for a cluster, as far as known without the certificate; null: it does. */
function notReadyAs({ status, endpoint }: SweptCluster): string | null {
  if (status !== 'ACTIVE' && status !== 'UPDATING') return status
  return endpoint === null ? status : null
}

const best: readonly Way['kind'][] = ['works', 'does-not', 'seen', 'may', 'may-not', 'not-known']

const wasSeen: ReadonlySet<Way['kind']> = new Set(['works', 'does-not', 'seen'])

export interface MatrixInputs extends Pick<SweepsKnown, 'candidates' | 'sessions' | 'contexts'> {
  readonly swept: Swept
  /** What clusters themselves said about who may enter, by cluster ARN. */
  readonly awsAuths: ReadonlyMap<string, AwsAuthRead>
  readonly owners: KeyOwners
}

/** All that is known now, in display order. */
export function matrixOf({ swept, candidates, sessions, contexts, awsAuths, owners }: MatrixInputs) {
  const byId = new Map(candidates.map((one) => [lookerId(one.looker), one]))
  // For a role that was assumed on top, the files know only the profile.
  const filesOf = (looker: Looker): Candidate | null => byId.get(lookerId(looker)) ?? null
  const isThere = ({ looker }: SweptLooker): boolean =>
    looker.kind === 'sso' ? sessions.includes(looker.session) : byId.has(lookerId({ ...looker, role: null }))
  const withProfile = (one: SweptLooker): SweptLooker => {
    const { looker } = one
    if (looker.kind !== 'sso' || looker.profile !== null) return one
    // Its profile may have been written since.
    const written = candidates.find(
      ({ session, account, permissionSet }) =>
        session === looker.session && account === looker.account && permissionSet === looker.permissionSet,
    )
    return written === undefined ? one : { ...one, looker: { ...looker, profile: written.looker.profile } }
  }
  const clusters = swept.clusters.filter(({ goneAt }) => goneAt === null)
  const accessOf = accessesOf(swept, awsAuths)
  const at = clusters.map((cluster) => ({
    cluster,
    access: accessOf(cluster),
    leading: contextsOf(contexts, cluster),
  }))
  const lines = linesOf(swept.lookers.filter(isThere).map(withProfile), filesOf, owners)
  /** By line and cluster. */
  const ways = new Map<string, Way>()
  /** Ways in that have no context yet, by entries or as shown by another identity's context. */
  let open = 0
  const shown = lines.filter((line) => {
    const row = at.map(({ cluster, access, leading }) => {
      const all = line.lookers.map((looker) => wayOfLooker(looker, access, leading, filesOf(looker.looker)))
      const way = best.flatMap((kind) => all.find((one) => one.kind === kind) ?? [])[0]
      return { cluster, way }
    })
    // An identity that cannot search, has no context and was not seen in another's is named above: its line would be empty.
    if (line.state === 'failed' && !row.some(({ way }) => way !== undefined && wasSeen.has(way.kind)))
      return false
    for (const { cluster, way } of row) {
      if (way === undefined) continue
      ways.set(cellId(line.id, cluster.arn), way)
      const mayEnter = way.kind === 'may' || (way.kind === 'seen' && way.seen.answered === 'let-in')
      if (mayEnter && notReadyAs(cluster) === null) open += 1
    }
    return true
  })
  return { accounts: accountsOf(clusters), groups: groupsOf(shown, sessions, swept), ways, open }
}

function accountsOf(clusters: readonly SweptCluster[]) {
  const all = clusters.map((cluster): ClusterColumn => ({ cluster, notReady: notReadyAs(cluster) }))
  const accounts = grouped(all, ({ cluster }) => clusterAccount(cluster))
  const foreign = ([, [first]]: readonly [string, readonly ClusterColumn[]]) =>
    Number(first?.cluster.partition !== 'aws')
  return [...accounts]
    .sort((a, b) => foreign(a) - foreign(b) || (a[0] < b[0] ? -1 : 1))
    .map(([account, columns]) => ({
      account,
      // Clusters that can be used come before those that cannot.
      columns: [...columns].sort((a, b) => Number(a.notReady !== null) - Number(b.notReady !== null)),
    }))
}

function groupsOf(lines: readonly LookerLine[], sessions: readonly string[], { problems }: Swept) {
  const groups = [null, ...sessions].map((session) => {
    const own = lines.filter((line) => line.session === session)
    // With credentials that aws has cached, an identity can still search although its sign-in has ended.
    const ended = problems.some((one) => one.session !== null && one.session === session && one.signIn)
    const state: SessionState = ended
      ? 'sign-in-needed'
      : ((['looks', 'sign-in-needed', 'failed'] as const).find((kind) =>
          own.some((line) => line.state === kind),
        ) ?? 'open')
    // Null: keys, and the roles that they assume.
    return { session, state, lines: own }
  })
  return groups.filter((group) => group.lines.length > 0)
}

function linesOf(
  lookers: readonly SweptLooker[],
  filesOf: (looker: Looker) => Candidate | null,
  owners: KeyOwners,
) {
  const looking = lookers.map((looker) => ({ looker, ...whoLooks(looker, filesOf(looker.looker), owners) }))
  return [...grouped(looking, ({ who, looker }) => who.key ?? looker.id)].flatMap(([id, of]) => {
    const [first] = of
    if (first === undefined) return []
    const { who, account } = first
    const all = of.map(({ looker }) => looker)
    const ordered = [...all].sort((a, b) => rank(a, who.label) - rank(b, who.label))
    const session = all.flatMap(({ looker }) => sessionOf(looker, filesOf(looker)) ?? [])[0] ?? null
    // Contexts are created with the first looker; without a session they have keys, or roles that these assume.
    return [{ id, who, account, lookers: ordered, session, state: stateOf(all) }]
  })
}

function sessionOf(looker: Looker, files: Candidate | null): string | null {
  return looker.kind === 'sso' ? looker.session : (files?.session ?? null)
}

/** Which looker is best to create a context with (lower is better): one that AWS named, with a profile for just this identity. */
function rank({ looker, state }: SweptLooker, label: string): number {
  const known = state?.kind === 'known' ? 0 : 100
  if (looker.kind === 'sso') return known + (looker.profile === null ? 40 : 5)
  if (looker.profile === null) return known + 30
  if (looker.role !== null) return known + 20
  return known + (looker.profile === label ? 0 : looker.profile === 'default' ? 10 : 2)
}

function stateOf(all: readonly SweptLooker[]): SessionState {
  const kinds = all.map(({ state }) => state?.kind ?? null)
  if (kinds.some((kind) => kind === 'known' || kind === 'nameless')) return 'looks'
  if (kinds.includes('sign-in-needed')) return 'sign-in-needed'
  return kinds.every((kind) => kind === 'failed') ? 'failed' : 'open'
}

/** The identity as AWS named it, else as files do. */
function whoLooks({ looker, state }: SweptLooker, files: Candidate | null, owners: KeyOwners) {
  const known = state?.kind === 'known' ? state : null
  const sso = looker.kind === 'sso' ? looker : null
  const role = looker.kind === 'profile' ? looker.role : null
  const account = known?.account ?? sso?.account ?? files?.account ?? null
  const who = whoKnown(
    {
      name: lookerName(looker),
      arn: known === null ? (role ?? files?.arn ?? null) : canonicalArn(known.arn),
      accessKeyId: null,
      account,
      permissionSet: sso?.permissionSet ?? (role === null ? (files?.permissionSet ?? null) : null),
    },
    owners,
  )
  return { who, account: account ?? who.account }
}

/** The state of an account in a region, over all lookers there; the first that holds. */
export const placeKinds = [
  'clusters',
  'looking',
  'waiting',
  'denied',
  'throttled',
  'failed',
  'nothing',
  'off',
  'stopped',
] as const
export type PlaceKind = (typeof placeKinds)[number]

export type Places = ReturnType<typeof placesOf>
export type PlaceSquare = NonNullable<Places['accounts'][number]['squares'][number]>

/** Where the search looked, as accounts by regions. */
export function placesOf(swept: Swept, accountOf: (looker: SweptLooker) => string | null) {
  const lookers = new Map(swept.lookers.map((one) => [one.id, one]))
  const looked = swept.places.flatMap(({ looker: id, region, state }) => {
    const looker = lookers.get(id)
    const account = looker === undefined ? null : accountOf(looker)
    return looker === undefined || account === null ? [] : [{ looker, account, region, state }]
  })
  const squares = grouped(looked, ({ account, region }) => `${account} ${region}`)
  const regions = new Set(looked.map(({ region }) => region))
  const accounts = new Set(looked.map(({ account }) => account))
  const foreign = (region: string) => Number(partitionOfRegion(region) !== 'aws')
  const ordered = [...regions].sort((a, b) => foreign(a) - foreign(b) || (a < b ? -1 : 1))
  const found = (account: string, region: string) =>
    swept.clusters.filter(
      (one) => clusterAccount(one) === account && one.region === region && one.goneAt === null,
    ).length
  return {
    regions: ordered,
    accounts: [...accounts].sort().map((account) => ({
      account,
      squares: ordered.map((region) => {
        const square = squares.get(`${account} ${region}`)
        // That region was not searched there.
        if (square === undefined) return null
        const clusters = found(account, region)
        const kinds = square.map(({ state }) => placeKind(state, clusters))
        const kind = placeKinds.find((one) => kinds.includes(one)) ?? 'stopped'
        const state = square[kinds.indexOf(kind)]?.state
        // Why it was not seen, or is not yet; null where it was.
        const fault = state !== undefined && 'fault' in state ? state.fault : null
        return { region, kind, clusters, lookers: square.map(({ looker }) => looker), fault }
      }),
    })),
  }
}

function placeKind(state: PlaceState, clusters: number): PlaceKind {
  switch (state.kind) {
    case 'found':
      return clusters > 0 ? 'clusters' : 'nothing'
    case 'not-enabled':
      return 'off'
    default:
      return state.kind
  }
}

/** What the search could not see, each fault once. A region that is not enabled is not reported. */
export function unseenOf(swept: Swept) {
  const byId = new Map(swept.lookers.map((one) => [one.id, one.looker]))
  const problems = sweepProblems(swept).filter(({ code }) => code !== 'not-enabled')
  return groupedProblems(problems, swept.lookers).map(({ fault, of, where }) => ({
    fault,
    code: of[0]?.code ?? '',
    /** The looker and the region, without what the fault says of all of them: `pay eu-west-1`. */
    where,
    /** To search again: the refused lookers and their regions; no regions: wherever they search. */
    lookers: [...new Set(of.flatMap(({ looker }) => byId.get(looker ?? '') ?? []))],
    regions: [...new Set(of.flatMap(({ region }) => region ?? []))],
  }))
}

/** Results without the regions and profiles that the user left out. */
export function leftIn(
  swept: Swept,
  { profiles, regions }: { readonly profiles: readonly string[]; readonly regions: readonly string[] },
): Swept {
  if (profiles.length + regions.length === 0) return swept
  const [noProfiles, noRegions] = [new Set(profiles), new Set(regions)]
  const lookers = swept.lookers.filter(
    ({ looker }) => looker.kind !== 'profile' || !noProfiles.has(looker.profile ?? ''),
  )
  const ids = new Set(lookers.map(({ id }) => id))
  const there = ({ looker, region }: { readonly looker: string | null; readonly region: string | null }) =>
    (looker === null || ids.has(looker)) && (region === null || !noRegions.has(region))
  return {
    ...swept,
    lookers,
    places: swept.places.filter(there),
    problems: swept.problems.filter(there),
    clusters: swept.clusters.filter(
      ({ region, foundBy }) => !noRegions.has(region) && foundBy.some((id) => ids.has(id)),
    ),
  }
}

/** What matches: lines by their identities, else clusters by their facts, so that the user can search for either. */
export function matchingParts(
  matrix: Matrix,
  words: string,
  accountName: (account: string) => string,
): Matrix {
  if (words.trim() === '') return matrix
  const line = ({ who, account, lookers, session }: LookerLine) =>
    wordsFit(words, () =>
      findable([
        who.label,
        account,
        account === null ? null : accountName(account),
        session,
        ...lookers.map(({ looker }) => lookerName(looker)),
      ]),
    )
  const column = ({ cluster }: ClusterColumn) =>
    wordsFit(words, () => {
      const { name, region, version } = cluster
      const account = clusterAccount(cluster)
      return findable([name, region, account, accountName(account), version])
    })
  const groups = matrix.groups.flatMap((group) => {
    const lines = group.lines.filter(line)
    return lines.length === 0 ? [] : [{ ...group, lines }]
  })
  const accounts = matrix.accounts.flatMap((one) => {
    const columns = one.columns.filter(column)
    return columns.length === 0 ? [] : [{ ...one, columns }]
  })
  return {
    ...matrix,
    // If no line (or no cluster) matches, all of them are shown: the words were about the other.
    groups: groups.length === 0 && accounts.length > 0 ? matrix.groups : groups,
    accounts: accounts.length === 0 && groups.length > 0 ? matrix.accounts : accounts,
  }
}

/** The display name of an account. */
export const accountText = (names: ReadonlyMap<string, string>, account: string): string =>
  names.get(account) ?? spacedAccount(account)
