/**
 * The audit: how one signs in, which identity results, on which cluster it acts, by which context, who else may enter, and what
 * each step of that is worth. Findings view, map, report and gate are views of it: nothing is worked out twice. Pure.
 */
import type { ContextIdentity } from '../findings/context-identity'
import { bySeverity, linesOf } from '../findings/finding-kinds'
import type { Finding, FindingId } from '../findings/finding-rules'
import { grouped } from '../grouped'
import { type ClusterAccess, counting } from '../identity/access-entries'
import { type PrincipalRow, principalsOf } from '../identity/access-rows'
import { clusterAnswer, refusesImpersonation } from '../identity/cluster-answer'
import type { EnvironmentName, Problem, ProblemCode } from '../identity/identity'
import type { IdentityKind, IdentityState, IdentityTree, KnownIdentity } from '../identity/identity-tree'
import { stateOf } from '../identity/known-clusters'
import { isProduction, type ProductionMark } from '../identity/production'
import type { StaleReason } from '../identity/verdict'
import { accessKeyOf, principalKey, type Who, whoKnown } from '../identity/who'
import { type ContextEntry, type EntryId, refusalOf, type Snapshot } from '../kubeconfig/entries'
import { once } from '../once'
import { type AtCluster, type ClusterGround, clusterFindings } from './cluster-findings'
import {
  type ActsBy,
  actsBy,
  adminNow,
  allFindingsNow,
  everythingBy,
  type Judged,
  type JudgedGround,
  judgedContexts,
  type StandingVerdict,
} from './judged'
import { type Mute, type Muted, mutedHere } from './muted'

/** What the audit is made of: what files, checks and earlier answers say in one environment. */
export interface AuditGround extends JudgedGround {
  readonly environment: EnvironmentName
  readonly snapshot: Snapshot
  readonly tree: IdentityTree
  readonly clusters: readonly ClusterGround[]
  readonly accountNames: Readonly<Record<string, string>>
  /** What the user has muted. */
  readonly mutes: readonly Mute[]
  /** What the user marked as production. */
  readonly production: readonly ProductionMark[]
}

/**
 * What a step of the proof is worth:
 * - `another`: AWS or the cluster proved another identity than the intended one
 * - `refused`: AWS or the cluster refused it
 * - `claimed-another`: files say that it is another identity than the intended one
 * - `nobody-says`: proven, and nothing says which identity it should be
 * - `proved`: AWS proved the intended identity
 * - `let-in`: the cluster let it in
 * - `claimed`: files say so, and no answer holds
 */
export const worths = [
  'another',
  'refused',
  'claimed-another',
  'nobody-says',
  'proved',
  'let-in',
  'claimed',
] as const
export type Worth = (typeof worths)[number]

/** `nowhere`: what is named gives no credentials. `not-aws`: a certificate, a token. `program`: no file says whose identity it gives. */
export type SourceKind = Exclude<IdentityKind, 'nobody'> | 'nowhere' | 'not-aws' | 'program' | 'not-known'

/** How one signs in: where a chain of credentials begins. */
export interface AuditSource {
  readonly key: string
  readonly kind: SourceKind
  /** `corp`, `alice`, `AKIA…`; null where the kind says it all. */
  readonly name: string | null
  /** Where it is written: `/home/x/.aws/credentials:7`, `AWS_ACCESS_KEY_ID of the login shell`. */
  readonly from: readonly string[]
  readonly state: IdentityState['kind']
  readonly contexts: number
}

/** An identity that contexts act as, or should. */
export interface AuditIdentity {
  readonly key: string
  readonly kind: 'principal' | 'not-named' | 'not-aws' | 'nobody'
  readonly name: string
  readonly arn: string | null
  readonly account: string | null
  readonly accountName: string | null
  /** Long-term access keys that checks have shown to be its own. */
  readonly accessKeys: readonly string[]
  /** May do everything in a cluster of one of its contexts; null: not known of any. */
  readonly admin: boolean | null
  /** How many act as it. */
  readonly contexts: number
  /** How many should and do not. */
  readonly missing: number
}

/** Who may enter a cluster by its lists, or was let in by it. */
export interface AuditPrincipal
  extends Pick<PrincipalRow, 'principal' | 'name' | 'account' | 'username' | 'node' | 'problem'> {
  /** `seen`: a check that holds was let in as it, and no list that was read names it. */
  readonly from: PrincipalRow['from'] | 'seen'
  readonly key: string | null
  readonly accountName: string | null
  /** What it may do, in words. */
  readonly may: readonly string[]
  readonly everything: boolean
  /** A context of the whole fleet acts as it. */
  readonly used: boolean
}

/** A cluster that contexts lead to, or that is known otherwise. */
export interface AuditCluster {
  readonly key: string
  readonly arn: string | null
  readonly name: string
  readonly region: string | null
  readonly account: string | null
  readonly accountName: string | null
  /** `ACTIVE`, `gone`, `recreated`, `stale`, `not asked`; null: no cluster of EKS that is known. */
  readonly state: string | null
  readonly contexts: number
  /** Those that its lists let in, as far as these were read, and those that it was seen to let in. */
  readonly mayEnter: readonly AuditPrincipal[]
  /** Why not all of it was read; null: all was. */
  readonly unread: string | null
  /** When AWS last described it, ms since the epoch. */
  readonly askedAt: number | null
}

/** One context with its path from sign-in to cluster. */
export interface AuditContext {
  readonly id: EntryId
  readonly name: string
  readonly file: string
  readonly line: number
  readonly current: boolean
  readonly shadowed: boolean
  readonly verdict: StandingVerdict
  /** Milliseconds since the epoch; null: never. */
  readonly checkedAt: number | null
  readonly stale: StaleReason | null
  /** Why it is not verified, by the check that holds, else by files. */
  readonly problem: Problem | null
  /** Keys. */
  readonly source: string
  readonly acts: string
  readonly by: ActsBy | null
  /** The identity that files and environment give, where AWS or the cluster proved another one. */
  readonly foretold: Pick<AuditIdentity, 'key' | 'name' | 'account'> | null
  /** The identity that it should act as, where that is another one, or none acts. */
  readonly should: string | null
  readonly cluster: string
  readonly signs: Worth
  readonly enters: Worth
  /** The user that the cluster saw. */
  readonly username: string | null
  /** The identity that acts may do everything there, as the cluster answered; null: it was not asked, or did not say. */
  readonly admin: boolean | null
  /** It may by the cluster’s lists, as far as these were read: a claim. */
  readonly adminByLists: boolean
  /** The user marked it. */
  readonly production: boolean
  readonly findings: readonly FindingId[]
}

/** A finding with its line and when it was asked about, where that is known, and why it is muted, where it is. */
export interface AuditFinding extends Omit<Finding, 'line' | 'askedAt' | 'since'> {
  readonly line: number | null
  /** Null: nobody was asked, it rests on files. */
  readonly askedAt: number | null
  /** Null: not known. */
  readonly since: number | null
  readonly muted: Muted | null
}

export interface Audit {
  readonly environment: EnvironmentName
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly sources: readonly AuditSource[]
  readonly identities: readonly AuditIdentity[]
  readonly clusters: readonly AuditCluster[]
  readonly contexts: readonly AuditContext[]
  readonly findings: readonly AuditFinding[]
  /** The first file of kubectl's list that it refuses, and with it every context; null: there is none. */
  readonly refused: { readonly path: string; readonly why: string } | null
}

/** Everything at once; contexts in the order of the files. */
export function audit(ground: AuditGround): Audit {
  const { environment, now, tree } = ground
  const judged = judgedContexts(ground)
  const lineOf = linesOf(ground.snapshot)
  const isMuted = mutedHere(ground.mutes, ground.snapshot.contexts)
  const index = indexOf(ground, judged)
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
    findings: [...allFindingsNow(judged.contexts, ground.findings), ...ofClusters]
      .sort(bySeverity)
      .map(({ askedAt = null, since = null, ...finding }) => ({
        ...finding,
        ...{ askedAt, since, line: lineOf(finding), muted: isMuted(finding) },
      })),
    refused: refusalIn(ground.snapshot.files),
  }
}

/** The findings of the same that rest on what AWS says of clusters, and no others. */
export function findingsFromAws(ground: AuditGround): readonly Finding[] {
  const judged = judgedContexts(ground)
  const index = indexOf(ground, judged)
  return findingsOfClusters(
    judged.contexts.map((one) => pathOf(one, index)),
    index,
  )
}

/** What AWS says of clusters that speaks against contexts: as old an answer counts as a check does. */
function findingsOfClusters(paths: readonly Path[], { ground, identity, cluster, clusterEntries }: Index) {
  const at = paths.flatMap(({ context: { id, enters }, acts }, place): readonly AtCluster[] => {
    const [entry, known] = [ground.snapshot.contexts[place], cluster.get(id)]
    if (entry === undefined || known === undefined) return []
    return [
      {
        entry,
        identity: identity.get(id) ?? null,
        ground: known,
        clusterEntry: clusterEntries.get(entry.cluster ?? '') ?? null,
        acts,
        isLetIn: enters === 'let-in',
      },
    ]
  })
  return clusterFindings(at, ground.now - ground.staleHours * 3_600_000)
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
    counted(contexts.flatMap((context) => keyOf(context) ?? []))
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
    findings: audit.findings.flatMap((finding) => {
      const contexts = finding.contexts.filter((id) => ids.has(id))
      return contexts.length === 0 ? [] : [{ ...finding, contexts }]
    }),
  }
}

/** What is looked up for each context. */
type Index = Readonly<ReturnType<typeof indexOf>>

function indexOf(ground: AuditGround, { owners, contexts }: ReturnType<typeof judgedContexts>) {
  const { snapshot, tree, clusters } = ground
  const byId = new Map(tree.identities.map((identity) => [identity.id, identity]))
  const node = new Map<EntryId, KnownIdentity>()
  const byKey = new Map<string, KnownIdentity>()
  for (const identity of tree.identities) {
    for (const { id } of [...identity.contexts, ...identity.shadowed]) node.set(id, identity)
    const { key } = whoKnown(identity, owners)
    if (key !== null && !byKey.has(key)) byKey.set(key, identity)
  }
  return {
    ground,
    owners,
    identity: new Map(contexts.map(({ entry, identity }) => [entry.id, identity])),
    /** The identity of the tree that files predict for a context. */
    node,
    /** The first of the tree that is this principal. */
    byKey,
    byId,
    notSaid: new Set(tree.notSaid.map(({ id }) => id)),
    cluster: new Map(
      clusters.flatMap((one) =>
        [...one.cluster.contexts, ...one.cluster.shadowed].map(({ id }) => [id, one] as const),
      ),
    ),
    clusterEntries: new Map(
      [...snapshot.clusters]
        .reverse()
        .flatMap((entry) => (entry.origin.shadowedBy === null ? [[entry.name, entry]] : [])),
    ),
    /** The lists let these in, by cluster and key, with everything or less. */
    entering: new Map(
      clusters.map(({ cluster }) => [
        cluster.id,
        new Map(cluster.enters.map((one) => [whoKnown(one, owners).key, one.everything])),
      ]),
    ),
  }
}

interface Path {
  readonly context: AuditContext
  readonly acts: Who | null
  readonly should: Who | null
  readonly actsKind: AuditIdentity['kind']
  /** The identity that the cluster let in, by a check that holds. */
  readonly entered: {
    readonly who: Who
    readonly username: string | null
    readonly everything: boolean
  } | null
}

function pathOf(of: ReturnType<typeof judgedContexts>['contexts'][number], index: Index): Path {
  const { ground } = index
  const { entry, identity, kept, judged, findings } = of
  const { id, name, origin } = entry
  const { stale } = judged
  const holds = judged.check !== null && stale === null
  const acting = actsBy(judged, holds)
  const actsKind = kindOf(acting?.who ?? null, identity)
  const acts = acting?.who ?? null
  const should = shouldBe(judged, acting, holds)
  const worth = worthOf(judged, holds)
  const place = placeOf(entry, identity, index)
  const context: AuditContext = {
    id,
    name,
    file: origin.file,
    line: origin.line,
    current: name === ground.snapshot.currentContext && origin.shadowedBy === null,
    shadowed: origin.shadowedBy !== null,
    verdict: judged.verdict,
    checkedAt: kept?.at ?? null,
    stale,
    problem: (holds ? judged.check?.problem : identity?.predicted.problem) ?? null,
    source: sourceKey(id, identity, acts, holds ? judged.proven : null, index),
    acts: identityKey(acts, actsKind),
    by: acting?.by ?? null,
    foretold: holds ? foretoldBy(judged, acts, identity) : null,
    should: should && identityKey(should, kindOf(should, identity)),
    cluster: place.key,
    ...worth,
    username: holds ? ((judged.check?.actsAs ?? judged.check?.seen)?.username ?? null) : null,
    admin: adminNow(judged.check, holds),
    adminByLists: acts?.key != null && index.entering.get(place.key)?.get(acts.key) === true,
    production: isProduction(ground.production, entry, identity?.meant ?? null),
    findings: [...new Set(findings.map((finding) => finding.id))],
  }
  return { context, acts, should, actsKind, entered: holds ? enteredBy(judged) : null }
}

/** What it may do as another user, whom kubectl impersonates, it may not do itself. */
function enteredBy({ check, proven, seen }: Judged): Path['entered'] {
  const who = proven ?? seen
  if (check === null || who === null || clusterAnswer(check).kind !== 'let-in') return null
  const everything = everythingBy({ ...check, actsAs: null }) !== null
  return { who, username: check.seen?.username ?? null, everything }
}

const notAws: ReadonlySet<ContextIdentity['auth']> = new Set([
  'client-certificate',
  'token',
  'basic',
  'auth-provider',
])

function kindOf(who: Who | null, identity: ContextIdentity | null): AuditIdentity['kind'] {
  if (who?.key) return 'principal'
  if (identity !== null && notAws.has(identity.auth)) return 'not-aws'
  return who === null ? 'nobody' : 'not-named'
}

/** All that are not AWS are one, as all that nothing is known of. */
const identityKey = (who: Who | null, kind: AuditIdentity['kind']): string =>
  who?.key ?? (who === null || kind === 'not-aws' ? kind : `${kind} ${who.label}`)

/** Whether a key is of an identity of which files say no name. */
export const isNotNamed = (key: string): boolean => key.startsWith('not-named ')

/** Two keys may look the same where they are shortened. */
const nameOf = (who: Who): string => accessKeyOf(who) ?? who.label

function foretoldBy(
  judged: Judged,
  acts: Who | null,
  identity: ContextIdentity | null,
): AuditContext['foretold'] {
  const who = actsBy(judged, false)?.who ?? null
  const key = identityKey(who, kindOf(who, identity))
  if (key === identityKey(acts, kindOf(acts, identity))) return null
  return { key, name: who === null ? '' : nameOf(who), account: who?.account ?? null }
}

/** The intended identity where another acts or would act, or where the context does not get to act at all. */
function shouldBe(judged: Judged, acting: ReturnType<typeof actsBy>, holds: boolean): Who | null {
  const { intended, proven, predicted } = judged
  if (intended === null || acting === null || acting.by === 'intended') return null
  const compared = holds && proven !== null ? proven : predicted
  return compared?.differs ? intended : null
}

/** What AWS says of the identity itself, not of the way to ask. */
const refusedByAws: ReadonlySet<ProblemCode> = new Set([
  'assume-role-denied',
  'access-denied',
  'keys-unknown',
  'bad-signature',
  'expired-keys',
  'sts-refused',
])

function worthOf(judged: Judged, holds: boolean): Pick<AuditContext, 'signs' | 'enters'> {
  const { check, proven, predicted } = judged
  if (!holds || check === null) {
    const worth = predicted?.differs && !predicted.uncertain ? 'claimed-another' : 'claimed'
    return { signs: worth, enters: worth }
  }
  const answer = clusterAnswer(check)
  const another = proven?.differs || check.verdict === 'mismatch'
  const open = check.verdict === 'proven'
  const signs: Worth = proven?.differs
    ? 'another'
    : open
      ? 'nobody-says'
      : proven !== null
        ? 'proved'
        : check.problem !== null && refusedByAws.has(check.problem.code)
          ? 'refused'
          : 'claimed'
  const refused = answer.kind === 'refused' || refusesImpersonation(check)
  const enters: Worth = another
    ? 'another'
    : refused
      ? 'refused'
      : answer.kind !== 'let-in'
        ? 'claimed'
        : open
          ? 'nobody-says'
          : 'let-in'
  return { signs, enters }
}

/** The beginning of the chain by which the identity is got that acts; a prediction that did not hold says nothing of it. */
function sourceKey(
  id: EntryId,
  identity: ContextIdentity | null,
  acts: Who | null,
  proven: Who | null,
  index: Index,
): string {
  if (identity !== null && notAws.has(identity.auth)) return 'not-aws'
  const predicted = index.node.get(id) ?? null
  const held = predicted === null || proven === null || isOf(predicted, proven, index)
  const node = held ? predicted : (index.byKey.get(proven?.key ?? '') ?? null)
  if (node !== null) {
    const root = rootOf(node, index)
    return root.kind === 'nobody' ? 'nowhere' : root.id
  }
  if (identity?.auth === 'none') return 'nowhere'
  return index.notSaid.has(id) ? 'program' : acts === null ? 'nowhere' : 'not-known'
}

function isOf(node: KnownIdentity, proven: Who, { owners }: Index): boolean {
  const { key } = whoKnown(node, owners)
  return key === null || key === proven.key
}

/** Where its chain begins. */
function rootOf(node: KnownIdentity, { byId }: Index): KnownIdentity {
  let root = node
  for (let above = byId.get(root.parent ?? ''); above !== undefined; above = byId.get(root.parent ?? ''))
    root = above
  return root
}

/** Sources of which there is one for all contexts, last. */
const common = ['program', 'not-aws', 'nowhere', 'not-known'] as const satisfies readonly SourceKind[]

function sourcesOf(contexts: readonly AuditContext[], { identities }: IdentityTree): readonly AuditSource[] {
  const count = counted(contexts.map(({ source }) => source))
  const ofTree = identities.flatMap(({ id: key, kind, name, from, state }): readonly AuditSource[] => {
    const contexts = count.get(key)
    if (contexts === undefined || kind === 'nobody') return []
    return [{ key, kind, name, from, state: state.kind, contexts }]
  })
  const others = common.flatMap((kind): readonly AuditSource[] => {
    const contexts = count.get(kind)
    const state = kind === 'nowhere' ? 'broken' : 'unknown'
    return contexts === undefined ? [] : [{ key: kind, kind, name: null, from: [], state, contexts }]
  })
  return [...ofTree, ...others]
}

function counted(keys: readonly string[]): ReadonlyMap<string, number> {
  const count = new Map<string, number>()
  for (const key of keys) count.set(key, (count.get(key) ?? 0) + 1)
  return count
}

function identitiesOf(
  paths: readonly Path[],
  { ground: { accountNames }, owners }: Index,
): readonly AuditIdentity[] {
  const keysOf = grouped(owners, ([, arn]) => principalKey(arn))
  const found = new Map<string, { -readonly [K in keyof AuditIdentity]: AuditIdentity[K] }>()
  const at = (key: string, kind: AuditIdentity['kind'], who: Who | null) =>
    once(found, key, () => {
      const { arn, account } = who ?? { arn: null, account: null }
      const name = who === null ? '' : nameOf(who)
      const accountName = account === null ? null : (accountNames[account] ?? null)
      const accessKeys = (keysOf.get(key) ?? []).map(([id]) => id)
      return { key, kind, name, arn, account, accountName, accessKeys, admin: null, contexts: 0, missing: 0 }
    })
  for (const { context, acts, actsKind, should } of paths) {
    const identity = at(context.acts, actsKind, acts)
    identity.contexts += 1
    identity.arn ??= acts?.arn ?? null
    if (context.admin !== null) identity.admin = identity.admin === true || context.admin
    if (context.should !== null)
      at(context.should, should?.key ? 'principal' : 'not-named', should).missing += 1
  }
  return [...found.values()]
}

interface Place {
  readonly key: string
  /** Of a cluster that is no known one of EKS. */
  readonly name: string
}

/** The known cluster that a context leads to; else its cluster entry. */
function placeOf(entry: ContextEntry, identity: ContextIdentity | null, index: Index): Place {
  const known = index.cluster.get(entry.id)
  if (known !== undefined) return { key: known.cluster.id, name: known.cluster.name ?? known.cluster.id }
  const cluster = index.clusterEntries.get(entry.cluster ?? '')
  if (cluster === undefined) return { key: 'no cluster', name: entry.cluster ?? '' }
  return {
    key: JSON.stringify([cluster.origin.file, cluster.name]),
    name: identity?.meant.name ?? cluster.name,
  }
}

function clustersOf(paths: readonly Path[], index: Index): readonly AuditCluster[] {
  const contexts = paths.map(({ context }) => context)
  const count = counted(contexts.map(({ cluster }) => cluster))
  const acting = new Set(contexts.map(({ acts }) => acts))
  const through = grouped(paths, ({ context }) => context.cluster)
  const withSeen = (cluster: AuditCluster): AuditCluster => ({
    ...cluster,
    mayEnter: withEntered(cluster.mayEnter, through.get(cluster.key) ?? [], index),
  })
  const { clusters, snapshot } = index.ground
  const known = clusters.map(
    (one): AuditCluster => ({
      ...knownCluster(one, acting, index),
      contexts: count.get(one.cluster.id) ?? 0,
    }),
  )
  const others = new Map<string, AuditCluster>()
  for (const [at, { cluster: key }] of contexts.entries()) {
    const entry = snapshot.contexts[at]
    if (entry === undefined || index.cluster.has(entry.id)) continue
    const { name } = placeOf(entry, index.identity.get(entry.id) ?? null, index)
    once(others, key, () => ({ ...unknownCluster, key, name, contexts: count.get(key) ?? 0 }))
  }
  return [...known, ...others.values()].map(withSeen)
}

/** With those that the cluster let in, each once: before its lists, where these do not name it, and with what it was seen to be allowed. */
function withEntered(
  listed: readonly AuditPrincipal[],
  paths: readonly Path[],
  { ground: { accountNames } }: Index,
): readonly AuditPrincipal[] {
  const found = new Map<string, AuditPrincipal>()
  for (const { entered } of paths) {
    if (entered === null) continue
    const { who, username, everything } = entered
    const id = who.key ?? username ?? who.label
    found.set(id, {
      ...{
        from: 'seen',
        principal: who.arn,
        name: nameOf(who),
        account: who.account,
        username,
        key: who.key,
      },
      accountName: who.account === null ? null : (accountNames[who.account] ?? null),
      ...{ node: false, problem: null, used: true },
      ...(everything || found.get(id)?.everything === true
        ? { may: ['everything, as the cluster answered'], everything: true }
        : { may: ['what the cluster lets it do'], everything: false }),
    })
  }
  if (found.size === 0) return listed
  const merged = listed.map((row) => {
    const id = row.key ?? row.username ?? ''
    const seen = found.get(id)
    if (seen === undefined) return row
    found.delete(id)
    return row.everything || !seen.everything
      ? row
      : { ...row, may: [...row.may, ...seen.may], everything: true }
  })
  return [...found.values(), ...merged]
}

const unknownCluster: Omit<AuditCluster, 'key' | 'name' | 'contexts'> = {
  arn: null,
  region: null,
  account: null,
  accountName: null,
  state: null,
  mayEnter: [],
  unread: 'It is not a known cluster of EKS.',
  askedAt: null,
}

function knownCluster(
  { cluster, access }: ClusterGround,
  acting: ReadonlySet<string>,
  { ground }: Index,
): Omit<AuditCluster, 'contexts'> {
  const { id, arn, name, region, account, accountName, described } = cluster
  return {
    key: id,
    arn,
    name: name ?? id,
    region,
    account,
    accountName,
    state: stateOf(cluster),
    mayEnter: access === null ? [] : principals(access, acting, ground.accountNames),
    unread: access === null ? 'Who may enter was not read yet.' : unreadIn(access),
    askedAt: described?.at ?? null,
  }
}

/** Why not all of it was read. */
function unreadIn({ mode, entries, awsAuth }: ClusterAccess): string | null {
  const counts = counting(mode)
  if (counts.entries && entries.state === 'not-read') return entries.why
  return counts.awsAuth && awsAuth.state === 'not-read' ? awsAuth.why : null
}

const principals = (
  access: ClusterAccess,
  acting: ReadonlySet<string>,
  accountNames: AuditGround['accountNames'],
): readonly AuditPrincipal[] =>
  principalsOf(access).flatMap((row) => {
    if (row.passedOver !== null || row.principal === null) return []
    const { from, principal, name, account, username, node, problem, may } = row
    const key = principalKey(principal)
    return [
      {
        ...{ from, principal, name, account, username, node, problem, key },
        accountName: account === null ? null : (accountNames[account] ?? null),
        may: may.says,
        everything: may.everything,
        used: key !== null && acting.has(key),
      },
    ]
  })
