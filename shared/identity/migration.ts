/**
 * From aws-auth to access entries: what either says of each principal, where they differ, and which identities could not enter
 * any more if its authentication mode became API. What was not read is claimed of nobody. Values only.
 */

import { grouped } from '../grouped'
import { few } from '../name-lists'
import { type Offer, option, type Word } from '../shell/offered-command'
import { type ClusterAccess, defaultUsername, fillTemplate, listsThatCount } from './access-entries'
import { type PrincipalRow, principalsOf } from './access-rows'
import { isRoleArn, parsePrincipal, permissionSetOf } from './arn'
import type { KnownIdentity } from './identity-tree'
import { type LetInCluster, type LetInStep, stepsBy } from './let-in'
import { principalKey } from './named-identity'
import { ownEntrances } from './own-entrances'

/** Where a principal is named; `not-known`: the other list was not read. */
export type NamedIn = 'entry' | 'aws-auth' | 'both' | 'not-known'

/** In what an entry and a line of one principal differ, and what each of them says. */
export interface Difference {
  readonly what: 'username' | 'groups' | 'rights' | 'kind'
  readonly entry: string
  readonly awsAuth: string
}

/** One principal that access entries or aws-auth name. */
export interface MigrationRow extends Pick<PrincipalRow, 'kind' | 'name' | 'account' | 'node'> {
  /** As it is written: by its entry, else by its line. */
  readonly principal: string
  readonly in: NamedIn
  readonly entry: PrincipalRow | null
  /** The line that counts. */
  readonly line: PrincipalRow | null
  /** Empty: entry and line agree, or there is only one of them. Null: the entry was not read whole. */
  readonly differences: readonly Difference[] | null
  /** Whether it enters as the mode is, and whether it would by access entries alone; null: not known. */
  readonly enters: boolean | null
  readonly wouldEnter: boolean | null
  /** The ARN that an access entry of it has; null: aws-auth does not say it, IAM does. */
  readonly arn: string | null
}

/** Both lists of a cluster side by side. */
export interface Migration {
  readonly rows: readonly MigrationRow[]
  /** Lines that let nobody in, each with the reason: there is nothing to take over. */
  readonly ignored: readonly PrincipalRow[]
  /** What of them was not read, and why. Empty: what is said of who is missing is whole. */
  readonly unread: readonly string[]
  /** Contexts that enter by what is written now and would not by access entries alone; null: not known. */
  readonly contexts: readonly { readonly id: string; readonly name: string }[] | null
}

/** A cluster that has no entries yet because its mode looks at none is not one whose entries were not read. */
const withEntries = (access: ClusterAccess): ClusterAccess =>
  listsThatCount(access.mode).entries ? access : { ...access, entries: { state: 'read', value: [] } }

/** Compares both lists. `identities`: the user's own; `contexts`: those that lead to the cluster. */
export function migrationOf(
  of: ClusterAccess,
  identities: readonly KnownIdentity[],
  contexts: readonly { readonly id: string; readonly name: string }[],
): Migration {
  const access = withEntries(of)
  const { mode, entries, awsAuth } = access
  const counts = listsThatCount(mode)
  const alone = { entries: { ...access, mode: 'API' }, awsAuth: { ...access, mode: 'CONFIG_MAP' } }
  const lines = principalsOf(alone.awsAuth).filter(({ from }) => from !== 'access-entry')
  const counted = lines.filter(({ passedOver, principal }) => passedOver === null && principal !== null)
  const rows = principalsOf(alone.entries).filter(({ from }) => from === 'access-entry')
  const unread = [
    ...(entries.state === 'not-read' ? [`Access entries were not read: ${entries.why}`] : []),
    ...(awsAuth.state === 'not-read'
      ? [`aws-auth was not read: ${awsAuth.why}`]
      : awsAuth.value.problems.map(({ list, message }) => `${list} of aws-auth was not read: ${message}`)),
  ]
  const [hasEntries, hasLines] = [
    entries.state === 'read',
    awsAuth.state === 'read' && awsAuth.value.problems.length === 0,
  ]
  const known = new Map(identities.flatMap(({ arn }) => (arn === null ? [] : [[keyOf(arn), arn] as const])))
  const byKey = grouped([...rows, ...counted], ({ principal }) => keyOf(principal ?? ''))
  const merged = [...byKey].flatMap(([key, both]): readonly MigrationRow[] => {
    const entry = both.find(({ from }) => from === 'access-entry') ?? null
    const line = both.find(({ from }) => from !== 'access-entry') ?? null
    const one = entry ?? line
    if (one === null || one.principal === null) return []
    const inEntries = entry === null ? (hasEntries ? false : null) : entry.passedOver === null
    const inLines = line === null ? (hasLines ? false : null) : true
    const only = entry === null ? hasEntries : hasLines
    return [
      {
        principal: one.principal,
        kind: one.kind,
        name: one.name,
        account: one.account,
        node: one.node,
        in: both.length > 1 && entry && line ? 'both' : !only ? 'not-known' : entry ? 'entry' : 'aws-auth',
        entry,
        line,
        differences: differencesOf(entry, line),
        enters: either(counts.entries ? inEntries : false, counts.awsAuth ? inLines : false),
        wouldEnter: inEntries,
        arn: entry?.principal ?? wholeArn(line, known.get(key) ?? null),
      },
    ]
  })
  return {
    rows: merged,
    ignored: lines.filter((line) => !counted.includes(line)),
    unread,
    contexts: unread.length > 0 ? null : lockedOut(access, alone.entries, identities, contexts),
  }
}

/** Of an account, which no ARN names, its digits. */
const keyOf = (principal: string): string => {
  const parsed = parsePrincipal(principal)
  // Two roles of one permission set are two principals.
  if (parsed?.kind === 'role')
    return JSON.stringify([parsed.partition, parsed.account, parsed.name.toLowerCase()])
  return principalKey(principal) ?? principal.toLowerCase()
}

const either = (one: boolean | null, other: boolean | null): boolean | null =>
  one === true || other === true ? true : one === null || other === null ? null : false

/** aws-auth names roles without their path, and AWS takes the whole ARN alone. */
function wholeArn(line: PrincipalRow | null, known: string | null): string | null {
  const { principal = null, kind = null, name = null } = line ?? {}
  if (principal === null || kind === 'account') return null
  if (known !== null && (kind !== 'role' || isRoleArn(known))) return known
  const isOfSso = kind === 'role' && permissionSetOf(parsePrincipal(principal)?.name ?? name ?? '') !== null
  return isOfSso ? null : principal
}

/** What a line gives by name: a name with the account filled in is the same written otherwise. */
function nameBy({ username, principal }: PrincipalRow): string {
  const { account = null } = parsePrincipal(principal ?? '') ?? {}
  const session = { kind: 'not-known' } as const
  return fillTemplate(username ?? '', { arn: null, account, permissionSet: null, session, accessKeyId: null })
    .text
}

/** Everybody is in it without being told. */
const everybody = 'system:authenticated'
const groupsOf = ({ groups }: PrincipalRow): string =>
  groups
    .filter((group) => group !== everybody)
    .sort()
    .join(', ') || 'none'
const kindOf = ({ node }: PrincipalRow): string => (node ? 'for nodes' : 'for people')

function differencesOf(entry: PrincipalRow | null, line: PrincipalRow | null): readonly Difference[] | null {
  if (entry === null || line === null) return []
  if (entry.problem !== null) return null
  const said = (what: Difference['what'], of: (row: PrincipalRow) => string): readonly Difference[] =>
    of(entry) === of(line) ? [] : [{ what, entry: of(entry), awsAuth: of(line) }]
  if (entry.node || line.node) return said('kind', kindOf)
  const rights = (row: PrincipalRow) => row.may.says.join('; ')
  // An administrator stays one with any groups.
  const all = entry.may.everything && line.may.everything
  const other = entry.may.everything !== line.may.everything || entry.policies.length > 0
  return [
    ...said('username', nameBy),
    ...(all ? [] : other ? said('rights', rights) : said('groups', groupsOf)),
  ]
}

/** The contexts of identities that these lists let in and that entries alone do not. */
function lockedOut(
  access: ClusterAccess,
  entriesAlone: ClusterAccess,
  identities: readonly KnownIdentity[],
  contexts: readonly { readonly id: string; readonly name: string }[],
) {
  const then = new Map(
    ownEntrances(identities, entriesAlone).map((mine) => [`${mine.identity.id} ${mine.by}`, mine]),
  )
  const out = new Set(
    ownEntrances(identities, access).flatMap((mine) => {
      const after = then.get(`${mine.identity.id} ${mine.by}`)?.entrance.kind ?? 'not-named'
      const isOut = mine.entrance.kind === 'enters' && (after === 'not-named' || after === 'refused')
      return isOut ? mine.identity.contexts.map(({ id }) => id) : []
    }),
  )
  return contexts.flatMap(({ id, name }) => (out.has(id) ? [{ id, name }] : []))
}

/** `Reader (role)` */
export const namedBy = ({
  name,
  principal,
  kind,
}: Pick<MigrationRow, 'name' | 'principal' | 'kind'>): string =>
  `${name ?? principal}${kind === null ? '' : ` (${kind})`}`

/** It enters by a list now, and would not by access entries alone. */
export const isLockedOut = ({ enters, wouldEnter }: Pick<MigrationRow, 'enters' | 'wouldEnter'>): boolean =>
  enters === true && wouldEnter === false

/** What a comparison says, a sentence each; `mode`: of the cluster. */
export function migrationSays(
  { rows, ignored, unread, contexts }: Migration,
  mode: string | null,
): readonly string[] {
  const out = few(rows.filter(isLockedOut).map(namedBy), 12).join(', ')
  const mine = few(contexts?.map(({ name }) => name) ?? [], 12).join(', ')
  return [
    ...unread.map((why) => `${why} Who is missing there is not said.`),
    ...(unread.length > 0
      ? []
      : out === ''
        ? ['Access entries alone would let in everybody who enters by a list now.']
        : [`If access entries alone decided, these would be locked out: ${out}.`]),
    ...(contexts === null
      ? []
      : mine === ''
        ? ['No context of yours that enters by a list would be locked out.']
        : [`Of your contexts these would be locked out: ${mine}.`]),
    ...(mode === 'API' ? ['Access entries alone decide already: aws-auth counts for nothing.'] : []),
    ...(mode === 'CONFIG_MAP'
      ? ['Whoever created the cluster is its administrator too, and is in no list.']
      : []),
    ...ignored.map(({ from, place, principal, passedOver, problem }) => {
      const whose = principal === null ? '' : ` (${principal})`
      return `Line ${place} of ${from}${whose} lets nobody in: ${passedOver ?? problem ?? 'it names no identity.'}`
    }),
  ]
}

/** The steps that make an access entry of a line, and what of the line no entry can have. */
export interface MigrationSteps {
  readonly steps: readonly LetInStep[]
  readonly left: readonly string[]
}

type Offering = (program: string, ...words: readonly Word[]) => Offer

/** The first step of all where the mode looks at no entries yet. */
export const bothModes = (
  { name, region, mode }: Omit<LetInCluster, 'partition'>,
  offer: Offering,
): LetInStep | null =>
  mode === 'CONFIG_MAP'
    ? stepsBy(offer)(
        'before any of them: access entries count beside aws-auth, which cannot be taken back',
        'aws',
        ...['eks', 'update-cluster-config'],
        ...[option('--name', name), option('--region', region)],
        option('--access-config', 'authenticationMode=API_AND_CONFIG_MAP'),
      )
    : null

/** What EKS lets neither a username nor a group of an entry begin with. Source: EKS user guide, "Create access entries". */
const kept = /^(?:system|eks|aws|amazon|iam):/
const hasTemplate = /\{\{/

/** How a line of aws-auth alone is taken over: commands for an administrator. */
export function moveOf(
  { name, region, partition }: LetInCluster,
  row: Pick<MigrationRow, 'in' | 'line' | 'arn' | 'kind' | 'name' | 'account'>,
  offer: Offering,
): MigrationSteps | null {
  const { line, arn } = row
  if (row.in !== 'aws-auth' || line === null) return null
  if (row.kind === 'account')
    return {
      steps: [],
      left: ['No entry is for an account: each of its users and roles takes one of its own.'],
    }
  if (row.kind !== 'role' && row.kind !== 'user')
    return { steps: [], left: ['Only a user or a role can have an access entry.'] }
  const step = stepsBy(offer)
  const whole = arn ?? 'ROLE_ARN'
  const of = [option('--cluster-name', name), option('--region', region), option('--principal-arn', whole)]
  const needsArn = arn === null ? '; ROLE_ARN is the whole ARN of the role, with its path: IAM shows it' : ''
  if (line.node) {
    const does = `an access entry for nodes${needsArn}; of managed node groups and Fargate profiles EKS makes it itself, so list the entries first`
    const type = option('--type', nodeType(line))
    return { steps: [step(does, 'aws', 'eks', 'create-access-entry', ...of, type)], left: [] }
  }
  const [username, unnamed] = usernameOf(line, whole)
  const groups = line.groups.filter(
    (group) => !kept.test(group) && !hasTemplate.test(group) && !group.startsWith('-'),
  )
  const lost = line.groups.filter(
    (group) => !groups.includes(group) && group !== everybody && group !== 'system:masters',
  )
  const [first, ...more] = groups
  return {
    steps: [
      step(
        `an access entry${needsArn}`,
        ...['aws', 'eks', 'create-access-entry'],
        ...of,
        ...(username === null ? [] : [option('--username', username)]),
        ...(first === undefined ? [] : [option('--kubernetes-groups', first), ...more]),
      ),
      ...(line.may.everything
        ? [
            step(
              'everything in the whole cluster, as system:masters gives it: no entry can have that group',
              ...['aws', 'eks', 'associate-access-policy'],
              ...of,
              option(
                '--policy-arn',
                `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
              ),
              option('--access-scope', 'type=cluster'),
            ),
          ]
        : []),
    ],
    left: [
      ...unnamed,
      ...lost.map((group) => `Group ${group} is left out: no access entry can be given it.`),
    ],
  }
}

/** The username to ask for; null: the one that EKS gives is the same, or is the only one to be had. */
function usernameOf(line: PrincipalRow, arn: string): readonly [string | null, readonly string[]] {
  const username = nameBy(line)
  if (username === defaultUsername(arn)) return [null, []]
  const why =
    username === ''
      ? 'The line gives no username'
      : kept.test(username)
        ? `No access entry can be given the username ${username}`
        : /\{\{(?!SessionName(?:Raw)?\}\})/.test(username)
          ? `No access entry fills in all that is in the username ${username}`
          : /^[^:]*\{\{/.test(username)
            ? `The username ${username} has no colon before its session name, which EKS asks for`
            : null
  return why === null ? [username, []] : [null, [`${why}: the entry gets ${defaultUsername(arn)}.`]]
}

/** By what aws-auth gives nodes of each kind. Source: EKS user guide, "aws-auth" and "Create access entries". */
function nodeType({ groups, username }: PrincipalRow): string {
  if (groups.includes('system:node-proxier')) return 'FARGATE_LINUX'
  if (groups.includes('eks:kube-proxy-windows')) return 'EC2_WINDOWS'
  return username?.includes('{{SessionName') ? 'HYBRID_LINUX' : 'EC2_LINUX'
}
