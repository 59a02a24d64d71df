/**
 * Each identity at each cluster: whether it has a context, whether that works by past checks, and whether the identity may enter,
 * by the cluster's access entries. What entries claim and what was seen are separate.
 */

import type { EntryId } from '../kubeconfig/entries'
import {
  type AccessSource,
  type ClusterAccess,
  type Entrance,
  type Entrant,
  entranceOf,
  type FilledTemplate,
  listsThatCount,
  notRead,
  type SessionName,
} from './access-entries'
import { partitionOf, sameArn } from './arn'
import { isBelieved, notBelieved } from './asked-by'
import type { AwsAuthRead } from './aws-auth-answers'
import type { Verdict } from './identity'
import type { Swept, SweptCluster, SweptLooker } from './search-results'
import type { Candidate, Looker } from './sweep'
import { sessionIn } from './who-may-enter'

/** A context at a cluster, and the identity that it acts as, as far as is known. */
export interface WayIn {
  readonly name: string
  /** The profile and the role that its entry names. */
  readonly profile: string | null
  readonly role: string | null
  /** The identity that AWS proved, else the one that files predict; null where neither says. */
  readonly arn: string | null
  /** Of the last check; null: never checked, or checked when something was different. */
  readonly verdict: Verdict | null
  /** The user that the cluster saw it as. */
  readonly username: string | null
  /** The identity that AWS proved in that check, which may be another than the entry names. */
  readonly proven: string | null
  /** What the cluster answered to that one; null: it was not asked, or did not answer that. */
  readonly answered: 'let-in' | 'refused' | null
}

/** What a cluster answered to an identity with the tokens of contexts that act as it and name another. */
export interface SeenIn {
  readonly answered: 'let-in' | 'refused'
  readonly contexts: readonly string[]
  readonly username: string | null
}

/** A context, with the cluster that it means. */
export interface ContextAt extends WayIn {
  readonly id: EntryId
  /** The cluster's ARN as entry or command say it; null where they do not say all of it. */
  readonly arnOfCluster: string | null
  readonly server: string | null
  readonly region: string | null
  readonly nameOfCluster: string | null
  readonly account: string | null
}

/** Those of a cluster: by its ARN, or by its endpoint. */
export const contextsOf = <T extends Pick<ContextAt, 'arnOfCluster' | 'server'>>(
  all: readonly T[],
  { arn, endpoint }: { readonly arn: string; readonly endpoint: string | null },
): readonly T[] =>
  all.filter((one) => one.arnOfCluster === arn || (endpoint !== null && one.server === endpoint))

/** An identity with the profile and role by which a context would act as it. */
export interface WayOf extends Entrant {
  readonly profile: string | null
  readonly role: string | null
}

export type Way =
  /** A context of it works, by its last check. `intended`: it is meant to act as this identity, by its entry or by the user. */
  | {
      readonly kind: 'works'
      readonly contexts: readonly string[]
      readonly username: string | null
      readonly intended: boolean
    }
  /** It has contexts, and none of them works, or none was checked. `seen`: what others' contexts showed. */
  | {
      readonly kind: 'does-not'
      readonly contexts: readonly string[]
      readonly verdict: Verdict | null
      readonly seen: SeenIn | null
    }
  /** It has no context, and the cluster answered it nevertheless. */
  | { readonly kind: 'seen'; readonly seen: SeenIn }
  /** It has no context, and what is written there lets it in. */
  | {
      readonly kind: 'may'
      readonly username: FilledTemplate | null
      readonly from: AccessSource
      /** Why it may enter as another user; null: nothing speaks against it. */
      readonly doubt: string | null
    }
  /** Nothing of what that cluster looks at names it, or what does refuses it. */
  | { readonly kind: 'may-not' }
  | { readonly kind: 'not-known'; readonly why: string }

/** What is known of one identity at one cluster; `access`: null where it was not asked for. */
export function wayOf(identity: WayOf, contexts: readonly WayIn[], access: ClusterAccess | null): Way {
  const own = contexts.filter((context) => isOf(identity, context))
  // `proven`: the cluster let in the identity that acts, and the entry names none to compare with.
  const works = own.filter(({ verdict }) => verdict === 'verified' || verdict === 'proven')
  if (works.length > 0) {
    const username = works.find((one) => one.username !== null)?.username ?? null
    // No file says which identity a profile with its own program gives: the entry names it all the same.
    const intended = works.some(
      ({ verdict, profile, role }) => verdict === 'verified' || profile !== null || role !== null,
    )
    return { kind: 'works', contexts: works.map(({ name }) => name), username, intended }
  }
  const seen = seenIn(
    identity,
    contexts.filter((context) => !own.includes(context)),
  )
  if (own.length > 0) {
    const verdict = own.find((one) => one.verdict !== null)?.verdict ?? null
    return { kind: 'does-not', contexts: own.map(({ name }) => name), verdict, seen }
  }
  // What was seen comes before what is claimed.
  if (seen !== null) return { kind: 'seen', seen }
  if (access === null) return { kind: 'not-known', why: 'Who may enter was not read yet.' }
  return byEntrance(entranceOf(identity, access))
}

/** One that was let in counts before one that was not: what is at fault there may be the context. */
function seenIn({ arn }: WayOf, others: readonly WayIn[]): SeenIn | null {
  if (arn === null) return null
  const asThis = others.filter(
    ({ proven, answered }) => answered !== null && proven !== null && sameArn(arn, proven),
  )
  for (const answered of ['let-in', 'refused'] as const) {
    const by = asThis.filter((one) => one.answered === answered)
    const username = by.find((one) => one.username !== null)?.username ?? null
    if (by.length > 0) return { answered, contexts: by.map(({ name }) => name), username }
  }
  return null
}

function byEntrance(entrance: Entrance): Way {
  switch (entrance.kind) {
    case 'enters':
      return { kind: 'may', username: entrance.username, from: entrance.from, doubt: entrance.doubt }
    case 'refused':
    case 'not-named':
      return { kind: 'may-not' }
    case 'not-known':
      return { kind: 'not-known', why: entrance.why }
  }
}

/** Whether a context belongs to this identity: by the ARN that acts where both have one, else by profile and role. */
function isOf(identity: WayOf, { arn, profile, role, verdict }: WayIn): boolean {
  const named = identity.profile !== null && identity.profile === profile && identity.role === role
  // It acts as another identity: it is a context of the identity that it names, and it does not work.
  if (verdict === 'mismatch') {
    if (role === null || identity.arn === null) return named
    return sameArn(identity.arn, role)
  }
  if (identity.arn !== null && arn !== null) return sameArn(identity.arn, arn)
  return named
}

/**
 * The session name of a context that acts as this looker: one name by aws where the entry has the role, else as the profile says.
 * The looker itself had a session of its own.
 */
function sessionFor(
  looker: Looker,
  seen: string | null,
  files: Pick<Candidate, 'called'> | null,
): SessionName {
  if (looker.kind === 'profile' && looker.role !== null) return { kind: 'named', name: 'EKSGetTokenAuth' }
  const called = files?.called ?? (looker.kind === 'sso' ? 'as-before' : { kind: 'not-known' })
  return called === 'as-before' ? sessionIn(seen) : called
}

/** What a looker can do at one cluster; `contexts`: those of this cluster, `files`: the identity of the looker by files. */
export function wayOfLooker(
  { looker, state }: Pick<SweptLooker, 'looker' | 'state'>,
  access: ClusterAccess | null,
  contexts: readonly WayIn[],
  files: Pick<Candidate, 'arn' | 'account' | 'permissionSet' | 'called'> | null,
): Way {
  const sso = looker.kind === 'sso' ? looker : null
  const known = state?.kind === 'known' ? state : null
  return wayOf(
    {
      arn: known?.arn ?? files?.arn ?? null,
      account: sso?.account ?? files?.account ?? null,
      permissionSet: sso?.permissionSet ?? files?.permissionSet ?? null,
      session: sessionFor(looker, known?.arn ?? null, files),
      accessKeyId: known?.accessKeyId ?? null,
      profile: looker.profile,
      role: looker.kind === 'profile' ? looker.role : null,
    },
    contexts,
    access,
  )
}

/** Who may enter each cluster by what was read, of AWS and of the clusters themselves; null where nothing was asked for. */
export function accessesOf(
  { access }: Pick<Swept, 'access'>,
  awsAuths: ReadonlyMap<string, AwsAuthRead>,
): (cluster: Pick<SweptCluster, 'arn' | 'authenticationMode'>) => ClusterAccess | null {
  const read = new Map(access.map((one) => [one.cluster, isBelieved(one) ? one.entries : unproven]))
  return ({ arn, authenticationMode: mode }) => {
    const entries = read.get(arn)
    const awsAuth = awsAuths.get(arn)
    if (entries === undefined && awsAuth === undefined) return null
    const partition = partitionOf(arn)
    return { partition, mode, entries: entries ?? noEntries(mode), awsAuth: awsAuth?.value ?? noAwsAuth }
  }
}

const searchAgain = 'Search again: `ekscope discover --access`.'
const unproven = notRead(notBelieved, searchAgain)
const noEntries = (mode: string | null): ClusterAccess['entries'] =>
  listsThatCount(mode).entries
    ? notRead('AWS was not asked for the access entries of the cluster.', searchAgain)
    : { state: 'read', value: [] }
const noAwsAuth = notRead(
  'aws-auth is kept in the cluster, which was not asked.',
  'Ask for it: `ekscope discover --aws-auth`.',
)
