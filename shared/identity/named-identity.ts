/** An identity as it is shown everywhere: a name, the key that gives its colour, and where it comes from. */

import { once } from '../once'
import { named } from '../visible'
import { canonicalArn, parsePrincipal, permissionSetOf, samePrincipal, uniqueIdOf } from './arn'
import type { Check, Intended, Predicted, Proven, Seen } from './identity'
import type { KnownIdentity } from './identity-tree'

export interface Who {
  /** What the cell says: `Admin`, `carol`, `AKIA…7QX2`. */
  readonly label: string
  /** The same for the same principal; null for an identity that cannot be known (a profile's credential_process). */
  readonly key: string | null
  readonly arn: string | null
  readonly account: string | null
  /** It differs from the intended identity. */
  readonly differs: boolean
  /** Only likely: something outside files and environment decides. */
  readonly uncertain: boolean
}

/** Which principal a long-term access key belongs to, as STS said in an earlier check. */
export type KeyOwners = ReadonlyMap<string, string>

/** Learns the owner of each access key from checks, so that a key in a file has a name afterwards. */
export function keyOwners(checks: Iterable<Check>): Map<string, string> {
  const owners = new Map<string, string>()
  for (const { proven } of checks) {
    // A temporary key belongs to a session, not to a person.
    if (proven?.accessKeyId.startsWith('AKIA')) owners.set(proven.accessKeyId, proven.canonicalArn)
  }
  return owners
}

/**
 * The key by which two names are the same identity: partition, account, kind and name, letter case ignored. A role that
 * Identity Center created is named by its permission set, so that the profile (which knows no suffix) has the same
 * key. Null for anything but a principal's ARN.
 */
export function principalKey(arn: string): string | null {
  const who = parsePrincipal(arn)
  if (!who) return null
  const set = who.kind === 'role' ? permissionSetOf(who.name) : null
  if (set !== null) return permissionSetKey(who.partition, who.account, set)
  return [who.partition, who.account, who.kind, who.name.toLowerCase()].join(' ')
}

/** The key of an SSO profile's identity, whose role is known except for its suffix. */
export function permissionSetKey(partition: string, account: string, set: string): string {
  return [partition, account, 'sso', set.toLowerCase()].join(' ')
}

/** The key by which two places are the same identity while only the access key is known. */
export const keyOfAccessKey = (id: string): string => `key ${id}`

/** The access key that is all that is known of an identity, whole; null: more is known, or nothing. */
export const accessKeyOf = ({ key }: Pick<Who, 'key'>): string | null =>
  key?.startsWith(keyOfAccessKey('')) ? key.slice(keyOfAccessKey('').length) : null

/** `AKIA…7QX2`: enough to recognise a key by. */
export const shortKey = (id: string): string => (id.length <= 10 ? id : `${id.slice(0, 4)}…${id.slice(-4)}`)

/** A name as a reader has it: a whole key id says nothing, and its end tells it from others. */
export const keyShortened = (name: string): string =>
  /^A[KS]IA[A-Z0-9]+$/.test(name) ? shortKey(name) : name

/** `…7QX2`: the same where there is little room, and a name next to it says that this is the intended identity. */
export const endOfKey = (label: string): string => label.replace(/^A[A-Z]{3}(?=…)/, '')

/** The name by which a person knows a principal: permission set, role or user name; the ARN if it is none. */
export function principalName(arn: string): string {
  const who = parsePrincipal(arn)
  if (!who) return arn
  return (who.kind === 'role' ? permissionSetOf(who.name) : null) ?? who.name
}

/** An identity of which no more is known than this. */
const called = (label: string, more: Partial<Who> = {}): Who => ({
  label,
  key: null,
  arn: null,
  account: null,
  differs: false,
  uncertain: false,
  ...more,
})

const byArn = (arn: string): Who =>
  called(principalName(arn), { key: principalKey(arn), arn, account: parsePrincipal(arn)?.account ?? null })

/** Contexts whose user entries have the same form share one object: its identity is computed once for all of them. */
const intendedOnce = new WeakMap<KeyOwners, WeakMap<Intended, Who | null>>()
const predictedOnce = new WeakMap<
  Predicted,
  { readonly owners: KeyOwners; readonly intended: Who | null; readonly who: Who | null }
>()

type Named = Pick<Intended, 'arn' | 'accessKeyId' | 'profile' | 'account' | 'partition' | 'permissionSet'>

function fromFiles(identity: Named, owners: KeyOwners): Who | null {
  const { arn, permissionSet, accessKeyId, profile, account, partition } = identity
  if (arn !== null) return byArn(arn)
  if (permissionSet !== null) {
    const key = account === null ? null : permissionSetKey(partition ?? 'aws', account, permissionSet)
    return called(permissionSet, { key, account })
  }
  if (accessKeyId !== null) {
    const owner = owners.get(accessKeyId)
    if (owner !== undefined) return byArn(owner)
    return called(shortKey(accessKeyId), { key: keyOfAccessKey(accessKeyId), account })
  }
  return profile === null ? null : called(`profile ${named(profile)}`, { account })
}

/** A role or user by its ARN; null where it is neither. */
export const whoPrincipal = (arn: string): Who | null => (parsePrincipal(arn) === null ? null : byArn(arn))

/** The identity that the entry names; null when the entry names none. */
export const whoIntended = (intended: Intended, owners: KeyOwners): Who | null =>
  once(
    once(intendedOnce, owners, () => new WeakMap()),
    intended,
    () => fromFiles(intended, owners),
  )

/** One of the tree of identities: as AWS named it, else as files do. */
export function whoKnown(
  identity: Pick<KnownIdentity, 'name' | 'arn' | 'accessKeyId' | 'account' | 'permissionSet'>,
  owners: KeyOwners,
): Who {
  const { name, arn, accessKeyId, account, permissionSet } = identity
  const said = fromFiles({ arn, accessKeyId, profile: null, account, partition: null, permissionSet }, owners)
  return said ?? called(name, { arn, account })
}

/** The identity that the files and the environment would give; null when they give none. */
export function whoPredicted(predicted: Predicted, intended: Who | null, owners: KeyOwners): Who | null {
  if (predicted.problem !== null) return null
  const known = predictedOnce.get(predicted)
  if (known?.owners === owners && known.intended === intended) return known.who
  const said = fromFiles(predicted, owners)
  // A profile without a known identity may be the intended one as well, unless it is certainly not used.
  const differs =
    intended !== null &&
    (intended.key === null
      ? predicted.instead !== null
      : said !== null && said.key !== null && said.key !== intended.key)
  const who = said && { ...said, differs, uncertain: !predicted.certain }
  predictedOnce.set(predicted, { owners, intended, who })
  return who
}

/** Whether the proven principal is another than the entry names, as far as the entry can be known. */
function provenDiffers(intended: Intended, proven: Proven): boolean {
  if (intended.arn !== null) {
    return !samePrincipal(
      { arn: intended.arn, uniqueId: null },
      { arn: proven.canonicalArn, uniqueId: uniqueIdOf(proven.userId) },
    )
  }
  if (intended.permissionSet !== null && intended.account !== null) {
    const key = permissionSetKey(intended.partition ?? 'aws', intended.account, intended.permissionSet)
    return principalKey(proven.canonicalArn) !== key
  }
  if (intended.accessKeyId !== null) return intended.accessKeyId !== proven.accessKeyId
  return false
}

/** Whether both intend the same identity for a context. */
export const sameIntended = (one: Intended, other: Intended): boolean =>
  one.arn === other.arn &&
  one.accessKeyId === other.accessKeyId &&
  one.profile === other.profile &&
  one.permissionSet === other.permissionSet &&
  one.account === other.account

/**
 * The identity that AWS proved, compared with the one that the context should have now. Where the files do not say (a profile
 * that names no ARN), the verdict decides: it compares with the identity that was intended when it was checked.
 */
export function whoProven(check: Check, intended: Intended | null = null): Who | null {
  if (check.proven === null) return null
  const now = intended !== null && !sameIntended(intended, check.intended) ? intended : null
  const other = now === null && check.verdict === 'mismatch' && check.problem?.code === 'other-principal'
  return {
    ...byArn(check.proven.canonicalArn),
    differs: other || provenDiffers(now ?? check.intended, check.proven),
  }
}

/** The ARN that the cluster's authenticator put into `extra`; null when it did not. */
export function seenArn(seen: Seen): string | null {
  const arn = seen.extra.canonicalArn?.[0] ?? seen.extra.arn?.[0] ?? null
  if (arn !== null) return canonicalArn(arn)
  return parsePrincipal(seen.username) === null ? null : canonicalArn(seen.username)
}

/** A name in the cluster that is impersonated: no AWS identity. */
export const whoImpersonated = ({ username }: Pick<Seen, 'username'>): Who => called(username)

/** The identity that the cluster saw. Without `extra` it is the proven one under the cluster's name: the same token was sent. */
export function whoSeen(check: Check, proven: Who | null): Who | null {
  if (check.seen === null) return null
  const arn = seenArn(check.seen)
  const seenOther = check.verdict === 'mismatch' && check.problem?.code === 'seen-differs'
  if (arn !== null) {
    const who = byArn(arn)
    const another = proven !== null && proven.key !== null && who.key !== null && proven.key !== who.key
    return { ...who, differs: seenOther || another || (proven?.differs ?? false) }
  }
  const { key = null, account = null, differs = false } = proven ?? {}
  return called(check.seen.username, { key, account, differs: seenOther || differs })
}
