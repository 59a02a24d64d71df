/**
 * Which identities may enter an EKS cluster, and as which user: access entries and the aws-auth ConfigMap, as the cluster's
 * authentication mode counts them. These values are what the entries claim; what a cluster answered is stored apart. Values only.
 * Facts: docs/discovery.md.
 */
import * as v from 'valibot'
import { grouped } from '../grouped'
import type { Inferred } from '../inferred'
import { once } from '../once'
import { canonicalArn, parsePrincipal, partitionOf, permissionSetOf, withoutPath } from './arn'

const accessPolicy = v.object({
  arn: v.string(),
  /** `AmazonEKSViewPolicy` */
  name: v.string(),
  /** Null: in the whole cluster. */
  namespaces: v.nullable(v.array(v.string())),
})
/** An EKS access policy that an entry is associated with. */
export type AccessPolicy = Inferred<typeof accessPolicy>

/** One access entry, as DescribeAccessEntry and ListAssociatedAccessPolicies give it. */
export const accessEntrySchema = v.object({
  principalArn: v.string(),
  /** STANDARD for people and programs; the others are for nodes. */
  type: v.string(),
  /** With its templates; EKS gives its default too. Null where it could not be read. */
  username: v.nullable(v.string()),
  groups: v.array(v.string()),
  policies: v.array(accessPolicy),
  /** Milliseconds since the epoch. */
  modifiedAt: v.nullable(v.number()),
  /** Why a part of it is missing; null: it was read whole. */
  problem: v.nullable(v.string()),
})
export type AccessEntry = Inferred<typeof accessEntrySchema>

/** The three lists of aws-auth. */
export type AwsAuthList = 'mapRoles' | 'mapUsers' | 'mapAccounts'

/** One item of a list of aws-auth. */
export interface AwsAuthLine {
  readonly list: AwsAuthList
  /** Its place in that list, from 1. */
  readonly place: number
  /** An ARN; in mapAccounts an account. Null where it names none: then it lets no identity in. */
  readonly subject: string | null
  /** With its templates; null where it names none. */
  readonly username: string | null
  readonly groups: readonly string[]
  /** What the cluster ignores in it; null: nothing. */
  readonly problem: string | null
}

/** aws-auth, line by line. No lines where there is no such ConfigMap. */
export interface AwsAuth {
  readonly lines: readonly AwsAuthLine[]
  /** Lists that cannot be read at all: the others count nevertheless. */
  readonly problems: readonly { readonly list: AwsAuthList; readonly message: string }[]
}

/** Something that was requested, or why it could not be read. */
export type Readable<T> =
  | { readonly state: 'read'; readonly value: T }
  | { readonly state: 'not-read'; readonly why: string; readonly next: string }
/** Why something could not be read, and what to do about it. */
export const notRead = (why: string, next: string): Extract<Readable<unknown>, { state: 'not-read' }> => ({
  state: 'not-read',
  why,
  next,
})

/** The same as a file stores it. */
export const readableSchema = <T>(value: v.GenericSchema<unknown, T>) =>
  v.variant('state', [
    v.object({ state: v.literal('read'), value }),
    v.object({ state: v.literal('not-read'), why: v.string(), next: v.string() }),
  ])

/** What a cluster says of who may enter. */
export interface ClusterAccess {
  /** Its own: no token of another partition counts there. Null where it is not known. */
  readonly partition: string | null
  /** CONFIG_MAP | API_AND_CONFIG_MAP | API, or what comes later; null where it is not known. */
  readonly mode: string | null
  readonly entries: Readable<readonly AccessEntry[]>
  readonly awsAuth: Readable<AwsAuth>
}

/** A cluster for which it was never read who may enter. */
export function nothingRead(cluster: string | null, mode: string | null): ClusterAccess {
  const unread = notRead('Not asked for yet.', 'Read who may enter.')
  return { partition: partitionOf(cluster ?? ''), mode, entries: unread, awsAuth: unread }
}

/** Which of the two an authentication mode looks at. What is not known counts. */
export function listsThatCount(mode: string | null): {
  readonly entries: boolean
  readonly awsAuth: boolean
} {
  return { entries: mode !== 'CONFIG_MAP', awsAuth: mode !== 'API' }
}

/** What is known of the name of a session. It belongs to the way to a role, a profile say, and not to the role. */
export type SessionName =
  | { readonly kind: 'named'; readonly name: string }
  /** The program that asks makes one up each time: it never is that of an instance. */
  | { readonly kind: 'made-up' }
  | { readonly kind: 'not-known' }

/** An IAM identity that would enter a cluster, as far as it is known: by its ARN, or by the account and permission set of SSO. */
export interface Entrant {
  readonly arn: string | null
  readonly account: string | null
  readonly permissionSet: string | null
  /** Of the next session; that of one that was is in its ARN, which says nothing of the next. A user has none. */
  readonly session: SessionName
  readonly accessKeyId: string | null
}

/** A username or a group whose templates are filled in; `whole` is false where one of them stays, because it is not known. */
export interface FilledTemplate {
  readonly text: string
  readonly whole: boolean
}

export type AccessSource = 'access-entry' | AwsAuthList

/** One row of who may enter. */
export interface AccessPlace {
  readonly from: AccessSource
  /** Of a line of aws-auth, its place in the list. */
  readonly place: number | null
  /** As it is written there. */
  readonly principal: string
}

export type Entrance =
  /** Of several rows that it may be the first. */
  | (AccessPlace & {
      readonly kind: 'enters'
      /** The others of those: what is said holds for all of them. */
      readonly others: readonly AccessPlace[]
      /** Null where aws-auth names none, or several each another. */
      readonly username: FilledTemplate | null
      readonly groups: readonly FilledTemplate[]
      readonly policies: readonly AccessPolicy[]
      /** The row is for nodes, not for people. */
      readonly node: boolean
      /** Why it may enter as another user; null: nothing speaks against it. */
      readonly doubt: string | null
    })
  /** It is named, and refused nevertheless. */
  | (AccessPlace & { readonly kind: 'refused'; readonly why: string })
  | { readonly kind: 'not-named' }
  /** What would say it could not be read, or the identity is not known. `by`: rows by which it may enter nevertheless. */
  | {
      readonly kind: 'not-known'
      readonly why: string
      readonly next: string
      readonly by?: readonly AccessPlace[]
    }

/** The rows by which it enters, or may. */
export function rowsOf(entrance: Entrance): readonly AccessPlace[] {
  if (entrance.kind === 'enters') return [entrance, ...entrance.others]
  return entrance.kind === 'not-known' ? (entrance.by ?? []) : []
}

/** Whether this identity enters, and as which user, by what the cluster says of it. */
export function entranceOf(identity: Entrant, access: ClusterAccess): Entrance {
  if (identity.arn === null && identity.permissionSet === null)
    return {
      kind: 'not-known',
      why: 'Files do not say which user or role this is.',
      next: 'Ask AWS: `ekscope discover` does, and keeps the answer.',
    }
  if (identity.arn === null) {
    const roles = rolesOfSet(identity, access)
    if (roles.length > 0)
      return oneOf(
        roles.map((arn) => entranceOf({ ...identity, arn }, access)),
        `It is one of ${roles.length} roles of permission set ${identity.permissionSet}, and files do not say which`,
        'Prove the identity: AWS says which role it is.',
      )
  }
  const own = parsePrincipal(identity.arn ?? '')?.partition ?? access.partition
  if (access.partition !== null && own !== access.partition) return { kind: 'not-named' }
  const { entries, awsAuth } = listsThatCount(access.mode)
  const unread = entries && access.entries.state === 'not-read' ? access.entries : null
  if (entries && access.entries.state === 'read') {
    const entry = entryOf(identity, access.entries.value)
    if (entry !== undefined) return byEntry(identity, entry)
  }
  if (awsAuth) {
    if (access.awsAuth.state === 'not-read') return { ...access.awsAuth, kind: 'not-known' }
    const lines = linesOf(identity, access.awsAuth.value)
    if (lines.length > 0) {
      const entrance = oneOf(
        lines.map((line) => byLine(identity, line)),
        `${lines.length} lines of mapUsers name it in other letter case, and which of them counts is up to chance`,
        'Leave one of them.',
      )
      return entrance.kind === 'enters' && unread !== null
        ? {
            ...entrance,
            doubt: `An access entry would win over aws-auth, and these are not known: ${unread.why}`,
          }
        : entrance
    }
  }
  return unread === null ? { kind: 'not-named' } : { kind: 'not-known', why: unread.why, next: unread.next }
}

/** The roles of its permission set that count at the cluster: files do not say which of them it is. */
function rolesOfSet({ account, permissionSet }: Entrant, access: ClusterAccess): readonly string[] {
  const counts = listsThatCount(access.mode)
  const key = setKey(account, permissionSet ?? '')
  const { entries, awsAuth } = access
  const byEntries = counts.entries && entries.state === 'read' ? entriesBySet(entries.value).get(key) : null
  const byLines = counts.awsAuth && awsAuth.state === 'read' ? linesBySet(awsAuth.value.lines).get(key) : null
  const roles = [...(byEntries ?? []), ...(byLines ?? [])]
  return [...new Map(roles.map((arn) => [principalKey(arn), arn])).values()]
}

/** What is true of each of these, with the doubt where there are several. */
function oneOf(all: readonly Entrance[], doubt: string, next: string): Entrance {
  const enters = all.flatMap((one) => (one.kind === 'enters' ? [one] : []))
  const [first, ...others] = enters
  const [any] = all
  if (first === undefined || all.length === 1) return any ?? { kind: 'not-named' }
  const by = all.flatMap(rowsOf).map(({ from, place, principal }) => ({ from, place, principal }))
  if (enters.length < all.length)
    return { kind: 'not-known', why: `${doubt}, and not all of them enter.`, next, by }
  const inAll = <T>(of: (one: Entered) => readonly T[]) =>
    of(first).filter((item) =>
      others.every((other) => of(other).some((there) => JSON.stringify(there) === JSON.stringify(item))),
    )
  return {
    ...first,
    others: by.slice(1),
    username: others.every(({ username }) => username?.text === first.username?.text) ? first.username : null,
    groups: inAll(({ groups }) => groups),
    policies: inAll(({ policies }) => policies),
    doubt: [`${doubt}. ${next}`, ...new Set(enters.flatMap((one) => one.doubt ?? []))].join(' '),
  }
}

type Entered = Extract<Entrance, { kind: 'enters' }>

/** Lists are long where hundreds may enter, and every identity and line is compared with them: each is indexed once. */
function remembered<Item, Found>(
  make: (items: readonly Item[]) => ReadonlyMap<string, Found>,
): (items: readonly Item[]) => ReadonlyMap<string, Found> {
  const made = new WeakMap<readonly Item[], ReadonlyMap<string, Found>>()
  return (items) => once(made, items, () => make(items))
}

/** By the principal that they name; the first of each counts. */
const entriesByName = remembered(
  (entries: readonly AccessEntry[]) =>
    new Map([...entries].reverse().map((entry) => [principalKey(entry.principalArn), entry])),
)

/** Roles of IAM Identity Center by their permission sets. */
const bySet = (arns: readonly string[]): ReadonlyMap<string, readonly string[]> =>
  grouped(arns, (arn) => {
    const principal = parsePrincipal(arn)
    const set = principal?.kind === 'role' ? permissionSetOf(principal.name) : null
    return principal === null || set === null ? null : setKey(principal.account, set)
  })

const entriesBySet = remembered((entries: readonly AccessEntry[]) =>
  bySet(entries.map(({ principalArn }) => principalArn)),
)
/** A line that names a role with its path matches no identity. */
const linesBySet = remembered((lines: readonly AwsAuthLine[]) =>
  bySet(
    lines.flatMap(({ subject }) =>
      subject !== null && withoutSession(subject) === subject ? [subject] : [],
    ),
  ),
)

/**
 * What an ARN and the one that an access entry names have in common where they are the same identity. STS shows no path, and EKS
 * matches by the unique id behind the ARN, so role and path count as AWS itself distinguishes them: a role's name is unique in
 * its account.
 */
function principalKey(arn: string): string {
  const principal = parsePrincipal(arn)
  if (principal === null) return JSON.stringify([arn])
  const { partition, account, kind, name } = principal
  return JSON.stringify([partition, account, kind, name.toLowerCase()])
}

/** Of a role of IAM Identity Center whose ARN is not known. */
const setKey = (account: string | null, permissionSet: string): string =>
  JSON.stringify([account, permissionSet.toLowerCase()])

const entryOf = ({ arn }: Entrant, entries: readonly AccessEntry[]): AccessEntry | undefined =>
  arn === null ? undefined : entriesByName(entries).get(principalKey(arn))

/**
 * By list and subject, those that count. aws-iam-authenticator compares whole ARNs, of a role the one without path, and ignores
 * letter case. Of two lines of one ARN the last counts; of users, since its version 0.6.30, only where both are spelt alike, and
 * else either.
 */
const linesBySubject = remembered((lines: readonly AwsAuthLine[]) => {
  const found = new Map<string, readonly AwsAuthLine[]>()
  for (const line of lines) {
    const { list, subject } = line
    if (subject === null) continue
    const key = lineKey(list, subject)
    const others = list === 'mapUsers' ? (found.get(key) ?? []).filter((one) => one.subject !== subject) : []
    found.set(key, [...others, line])
  }
  return found
})

const lineKey = (list: AwsAuthList, subject: string): string => JSON.stringify([list, subject.toLowerCase()])

/** The line of aws-auth that counts for an identity, or those of which one does: roles before users before accounts. */
function linesOf(identity: Entrant, { lines }: AwsAuth): readonly AwsAuthLine[] {
  const { arn } = identity
  const found = linesBySubject(lines)
  const of = (list: AwsAuthList) => (arn === null ? undefined : found.get(lineKey(list, withoutSession(arn))))
  const own = accountOf(identity)
  return (
    of('mapRoles') ?? of('mapUsers') ?? (own === null ? null : found.get(lineKey('mapAccounts', own))) ?? []
  )
}

/** The ARN by which aws-auth knows an identity: a role's has neither session nor path. */
export function withoutSession(arn: string): string {
  const canonical = canonicalArn(arn)
  return withoutPath(canonical) ?? canonical
}

const accountOf = ({ arn, account }: Entrant): string | null => parsePrincipal(arn ?? '')?.account ?? account

function byEntry(identity: Entrant, entry: AccessEntry): Entrance {
  const { principalArn: principal, policies } = entry
  const base = { from: 'access-entry', place: null, principal } as const
  const username = entry.username ?? defaultUsername(principal)
  const { groups, problem: doubt } = entry
  return filledIn(identity, base, { username, groups, policies, node: isForNodes(entry), doubt })
}

function byLine(identity: Entrant, line: AwsAuthLine): Entrance {
  const base = { from: line.list, place: line.place, principal: line.subject ?? '' }
  const { list, username: written, groups, problem: doubt } = line
  if (list !== 'mapAccounts')
    return filledIn(identity, base, { username: written, groups, policies: [], node: isNode(written), doubt })
  // An account lets its identities in under their own ARNs, in no group.
  const { arn } = identity
  const username = arn === null ? null : { text: withoutSession(arn), whole: true }
  return { kind: 'enters', ...base, others: [], username, groups: [], policies: [], node: false, doubt: null }
}

function filledIn(
  identity: Entrant,
  base: AccessPlace,
  written: Pick<Entered, 'policies' | 'node' | 'doubt'> & Pick<AwsAuthLine, 'username' | 'groups'>,
): Entrance {
  const { username: template, groups, ...said } = written
  const session = sessionOf(identity)
  if ([template ?? '', ...groups].some((one) => one.includes(privateName))) {
    const why = `The entry is for nodes: its ${privateName} needs a session that is named after an EC2 instance`
    if (session.kind === 'not-known')
      return {
        kind: 'not-known',
        why: `${why}, and the name of the session is not known.`,
        next: 'A check of a context that acts as this identity shows it.',
        by: [base],
      }
    if (session.kind === 'made-up' || !instanceId.test(session.name))
      return { kind: 'refused', ...base, why: `${why}.` }
  }
  return {
    kind: 'enters',
    ...base,
    others: [],
    username: template === null ? null : fillTemplate(template, identity),
    groups: groups.map((group) => fillTemplate(group, identity)),
    ...said,
  }
}

const privateName = '{{EC2PrivateDNSName}}'
const instanceId = /^i-(?:\w{8}|\w{17})$/

/** What a user has in place of a session name is empty. */
function sessionOf({ arn, session }: Entrant): SessionName {
  const kind = parsePrincipal(arn ?? '')?.kind ?? 'role'
  return kind === 'role' ? session : { kind: 'named', name: '' }
}

/** Fills in what is known of an identity; what is not stays as it is written. */
export function fillTemplate(template: string, identity: Entrant): FilledTemplate {
  const known = sessionOf(identity)
  const session = known.kind === 'named' ? known.name : null
  const values: Readonly<Record<string, string | null>> = {
    AccountID: accountOf(identity),
    SessionName: session?.replaceAll('@', '-') ?? null,
    SessionNameRaw: session,
    AccessKeyID: identity.accessKeyId,
    // Only EC2 knows it.
    EC2PrivateDNSName: null,
  }
  let whole = true
  const text = template.replace(/\{\{(\w+)\}\}/g, (written, name: string) => {
    if (!Object.hasOwn(values, name)) return written
    const value = values[name] ?? null
    if (value === null) whole = false
    return value ?? written
  })
  return { text, whole }
}

/** EKS's username for an entry that names none: the user's ARN, or that of the role's session. */
export function defaultUsername(principalArn: string): string {
  const principal = parsePrincipal(principalArn)
  if (principal?.kind !== 'role') return principalArn
  return `arn:${principal.partition}:sts::${principal.account}:assumed-role/${principal.name}/{{SessionName}}`
}

/** Whether it is for nodes, not for people. */
export const isForNodes = ({ type, username }: AccessEntry): boolean =>
  type !== 'STANDARD' || isNode(username)
export const isNode = (username: string | null): boolean => username?.startsWith('system:node:') ?? false
