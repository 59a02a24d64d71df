/** The path of one context, from how one signs in to its cluster, and what each step of it is worth. Pure. */
import type { ContextIdentity } from '../findings/context-identity'
import { clusterAnswer, refusesImpersonation } from '../identity/cluster-answer'
import type { ProblemCode } from '../identity/identity'
import type { KnownIdentity } from '../identity/identity-tree'
import { accessKeyOf, type Who, whoKnown } from '../identity/named-identity'
import { isProduction } from '../identity/production'
import type { ContextEntry, EntryId } from '../kubeconfig/entries'
import { entriesNamed, isCurrentIn } from '../kubeconfig/named-by'
import type { AuditContext, AuditIdentity, AuditInput, EvidenceLevel } from './audit'
import { actsBy, adminNow, everythingBy, type Judged, type judgedContexts } from './judged'

/** What is looked up for each context. */
export type Index = Readonly<ReturnType<typeof indexOf>>

export function indexOf(input: AuditInput, { owners, contexts }: ReturnType<typeof judgedContexts>) {
  const { snapshot, tree, clusters } = input
  const byId = new Map(tree.identities.map((identity) => [identity.id, identity]))
  const node = new Map<EntryId, KnownIdentity>()
  const byKey = new Map<string, KnownIdentity>()
  for (const identity of tree.identities) {
    for (const { id } of [...identity.contexts, ...identity.shadowed]) node.set(id, identity)
    const { key } = whoKnown(identity, owners)
    if (key !== null && !byKey.has(key)) byKey.set(key, identity)
  }
  return {
    input,
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
    clusterEntry: entriesNamed(snapshot.files, () => snapshot.clusters),
    /** The lists let these in, by cluster and key, with everything or less. */
    entering: new Map(
      clusters.map(({ cluster }) => [
        cluster.id,
        new Map(cluster.enters.map((one) => [whoKnown(one, owners).key, one.everything])),
      ]),
    ),
  }
}

export interface Path {
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

export function pathOf(of: ReturnType<typeof judgedContexts>['contexts'][number], index: Index): Path {
  const { input } = index
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
    current: isCurrentIn(input.snapshot, entry),
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
    production: isProduction(input.production, entry, identity?.meant ?? null),
    findings: [...new Set(findings.map((finding) => finding.id))],
  }
  return { context, acts, should, actsKind, entered: holds ? enteredBy(judged) : null }
}

/** What it may do as an impersonated user, it may not do itself. */
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

export function kindOf(who: Who | null, identity: ContextIdentity | null): AuditIdentity['kind'] {
  if (who?.key) return 'principal'
  if (identity !== null && notAws.has(identity.auth)) return 'not-aws'
  return who === null ? 'nobody' : 'not-named'
}

/** All that are not AWS are one, as all that nothing is known of. */
export const identityKey = (who: Who | null, kind: AuditIdentity['kind']): string =>
  who?.key ?? (who === null || kind === 'not-aws' ? kind : `${kind} ${who.label}`)

/** Two keys may look the same where they are shortened. */
export const nameOf = (who: Who): string => accessKeyOf(who) ?? who.label

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
  const signs: EvidenceLevel = proven?.differs
    ? 'another'
    : open
      ? 'nobody-says'
      : proven !== null
        ? 'proved'
        : check.problem !== null && refusedByAws.has(check.problem.code)
          ? 'refused'
          : 'claimed'
  const refused = answer.kind === 'refused' || refusesImpersonation(check)
  const enters: EvidenceLevel = another
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

interface Place {
  readonly key: string
  /** Of a cluster that is no known one of EKS. */
  readonly name: string
}

/** The known cluster that a context leads to; else its cluster entry. */
export function placeOf(entry: ContextEntry, identity: ContextIdentity | null, index: Index): Place {
  const known = index.cluster.get(entry.id)
  if (known !== undefined) return { key: known.cluster.id, name: known.cluster.name ?? known.cluster.id }
  const cluster = index.clusterEntry(entry.cluster, entry)
  if (cluster === null) return { key: 'no cluster', name: entry.cluster ?? '' }
  return {
    key: JSON.stringify([cluster.origin.file, cluster.name]),
    name: identity?.meant.name ?? cluster.name,
  }
}

export function countsOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const count = new Map<string, number>()
  for (const key of keys) count.set(key, (count.get(key) ?? 0) + 1)
  return count
}
