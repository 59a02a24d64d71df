/**
 * Every identity that a cluster names, row by row: what each may do, and whether the row counts, which it does where the
 * identity that it names is let in by just that row. Values only.
 */
import {
  type AccessEntry,
  type AccessPlace,
  type AccessPolicy,
  type AccessSource,
  type AwsAuthLine,
  type ClusterAccess,
  defaultUsername,
  type Entrant,
  entranceOf,
  isForNodes,
  isNode,
  listsThatCount,
  rowsOf,
  type SessionName,
  withoutSession,
} from './access-entries'
import { type PrincipalKind, parsePrincipal, permissionSetOf } from './arn'

/** What groups and policies allow. */
export type Permissions = Readonly<ReturnType<typeof mayOf>>

/** What EKS's own access policies allow. Source: EKS user guide, "Review access policy permissions". */
const policyWords: Readonly<Record<string, string>> = {
  AmazonEKSClusterAdminPolicy: 'everything',
  AmazonEKSAdminPolicy: 'edit all, roles and role bindings too',
  AmazonEKSAdminViewPolicy: 'read all, secrets too',
  AmazonEKSEditPolicy: 'edit, secrets too',
  AmazonEKSViewPolicy: 'read, without secrets',
  AmazonEKSSecretReaderPolicy: 'read secrets',
}
const masters = 'system:masters'

/** What an entry lets its principal do, as far as that is known from outside of the cluster. */
export function mayOf(groups: readonly string[], policies: readonly AccessPolicy[]) {
  const everywhere = policies.some(
    ({ name, namespaces }) => name === 'AmazonEKSClusterAdminPolicy' && namespaces === null,
  )
  if (groups.includes(masters) || everywhere) return { everything: true, says: ['everything'] }
  const byPolicy = policies.map(({ name, namespaces }) => {
    const words = policyWords[name] ?? `what ${name} allows`
    return namespaces === null ? words : `${words} in ${namespaces.join(', ')}`
  })
  const byGroup = groups.map((group) => `what is bound to group ${group}`)
  const says = [...byPolicy, ...byGroup]
  return { everything: false, says: says.length > 0 ? says : ['what is bound to its username'] }
}

/** One principal that a cluster lets in, or a line that lets no identity in. */
export interface PrincipalRow {
  readonly from: AccessSource
  /** Of a line of aws-auth, its place in the list. */
  readonly place: number | null
  /** As it is written: an ARN, in mapAccounts an account; null where the line names none. */
  readonly principal: string | null
  readonly kind: PrincipalKind | 'account' | null
  /** The last part of the ARN; of an SSO role its permission set. */
  readonly name: string | null
  readonly account: string | null
  readonly username: string | null
  readonly groups: readonly string[]
  readonly policies: readonly AccessPolicy[]
  readonly may: Permissions
  /** For nodes, not for people. */
  readonly node: boolean
  /** Why it counts for nothing; null: it counts. */
  readonly passedOver: string | null
  /** What is wrong with it; null: nothing. */
  readonly problem: string | null
}

/** Every identity that a cluster names, access entries first; a row that lets no identity in says why. */
export function principalsOf(access: ClusterAccess): readonly PrincipalRow[] {
  return [
    ...(access.entries.state === 'read' ? access.entries.value : []).map((entry) => entryRow(entry, access)),
    ...(access.awsAuth.state === 'read' ? access.awsAuth.value.lines : []).map((line) =>
      lineRow(line, access),
    ),
  ]
}

function entryRow(entry: AccessEntry, access: ClusterAccess): PrincipalRow {
  const { principalArn, username, groups, policies, problem } = entry
  const known = username ?? (entry.problem === null ? defaultUsername(principalArn) : null)
  return {
    from: 'access-entry',
    place: null,
    principal: principalArn,
    ...namesOf(principalArn),
    username: known,
    groups,
    policies,
    may: mayOf(groups, policies),
    node: isForNodes(entry),
    problem,
    ...standing({ from: 'access-entry', place: null, principal: principalArn }, access),
  }
}

function lineRow(line: AwsAuthLine, access: ClusterAccess): PrincipalRow {
  const { list, place, subject, groups, problem } = line
  const account = list === 'mapAccounts'
  return {
    from: list,
    place,
    principal: subject,
    ...(account ? { kind: 'account' as const, name: subject, account: subject } : namesOf(subject)),
    username: account ? 'the ARN of whoever it is' : line.username,
    groups,
    policies: [],
    may: subject === null ? { everything: false, says: ['nothing: names no identity'] } : mayOf(groups, []),
    node: isNode(line.username),
    problem,
    passedOver: null,
    ...(subject === null ? {} : standing({ from: list, place, principal: subject }, access)),
  }
}

function namesOf(arn: string | null): Pick<PrincipalRow, 'kind' | 'name' | 'account'> {
  const principal = arn === null ? null : parsePrincipal(arn)
  if (principal === null) return { kind: null, name: arn, account: null }
  const { kind, name, account } = principal
  return { kind, name: permissionSetOf(name) ?? name, account }
}

/**
 * Whether a row counts, and else why not. It does if and only if the principal that it names, as STS writes it, is let in by
 * just this row.
 */
function standing(
  row: AccessPlace,
  access: ClusterAccess,
): Pick<PrincipalRow, 'passedOver'> & Partial<Pick<PrincipalRow, 'problem'>> {
  const { from, place, principal: written } = row
  const passedOver = (why: string) => ({ passedOver: why })
  const counts = listsThatCount(access.mode)
  if (from === 'access-entry' ? !counts.entries : !counts.awsAuth) {
    const what = from === 'access-entry' ? 'access entries' : 'aws-auth'
    return passedOver(`The cluster’s authentication mode does not look at ${what}.`)
  }
  if (from === 'mapAccounts')
    return /^\d{12}$/.test(written)
      ? { passedOver: null }
      : passedOver('An account has twelve digits, so the line names none.')
  const arn = stsWrites(written)
  const entrance = arn === null ? null : entranceOf({ ...nobody, arn, session: anInstance }, access)
  const by = entrance === null ? [] : rowsOf(entrance)
  if (by.some((one) => one.from === from && one.place === place)) {
    const several = entrance?.kind === 'enters' && by.length > 1 ? entrance.doubt : null
    const problem = entrance?.kind === 'not-known' ? entrance.why : several
    return { passedOver: null, ...(problem !== null && { problem }) }
  }
  const misspelt = misspellings.find(([how]) => how.test(written))?.[1]
  if (misspelt !== undefined) return passedOver(misspelt)
  if (arn === null)
    return passedOver('AWS gives no user and no role such an ARN, so the line lets no identity in.')
  const [first] = by
  if (first === undefined)
    return passedOver(
      entrance?.kind === 'refused'
        ? entrance.why
        : `No cluster of partition ${access.partition} takes a token of that one’s partition.`,
    )
  return passedOver(
    first.from === 'access-entry'
      ? 'An access entry of the same principal wins.'
      : `${first.from} names the same ARN again in line ${first.place}, which wins.`,
  )
}

const nobody: Entrant = {
  arn: null,
  account: null,
  permissionSet: null,
  session: { kind: 'not-known' },
  accessKeyId: null,
}
/** A session of the name that lets it in wherever its role does. */
const anInstance: SessionName = { kind: 'named', name: 'i-0123456789abcdef0' }

/** The principal of a row as STS writes it, of a session its role; null: STS writes no such ARN. Letter case does not matter. */
function stsWrites(written: string): string | null {
  const arn = [written, written.toLowerCase()].find((one) => parsePrincipal(one) !== null)
  return arn === undefined ? null : withoutSession(arn)
}

/** How a line of aws-auth writes an identity that STS writes otherwise. Source: RoleMapping.Matches and UserMapping.Matches. */
const misspellings: readonly (readonly [RegExp, string])[] = [
  [
    /[*?]/,
    'aws-iam-authenticator takes * and ? as they stand, in all its versions up to 0.7.18: the line lets no identity in. A change that reads them as patterns in mapRoles is proposed, and not in any version.',
  ],
  [/^\s|\s$/, 'The blank before or behind the ARN counts as a part of it, so the line lets no identity in.'],
  [/^(?!arn:)/i, 'Whole ARNs are compared, so a name lets no identity in.'],
  [/\/$/, 'The ARN ends with a slash, which no principal’s does, so the line lets no identity in.'],
  [
    /:assumed-role\//i,
    'The line names a session as STS does; a session is looked for by its role: as arn:…:iam::…:role/NAME the line would count.',
  ],
  [
    /:role\/.*\//i,
    'The line names the role with its path, which no session’s ARN has: without the path, the line would count.',
  ],
]
