/**
 * The table of rules: what is wrong or risky in a context or a file, why, what to do about it, and the edits that mend
 * it. A finding is an id in the list below and its rule in the table; nothing else has to know of it. Pure over one
 * snapshot and what is known of one environment.
 */

import type { Edit } from '../edits/edit'
import { isMendable } from '../edits/project'
import type { AwsProgram } from '../exec/arguments'
import { inside } from '../exec/inside'
import type { ExecMeaning } from '../exec/parse'
import { firstWithLogin, hasSignIn, isVersion1 } from '../identity/aws-version'
import type {
  AuthKind,
  Intended,
  MeantCluster,
  Predicted,
  Problem,
  ProblemCode,
  ProfilePin,
  UsedProgram,
} from '../identity/identity'
import { inEntry, shortName } from '../identity/verdict'
import type {
  ClusterEntry,
  ContextEntry,
  EntryId,
  FileProblemCode,
  KubeconfigFile,
  Snapshot,
  UserEntry,
} from '../kubeconfig/entries'

export type Severity = 'error' | 'warning' | 'info'

/** Something wrong or risky in a context, or in a whole file: then `contexts` is empty. */
export interface Finding {
  readonly id: FindingId
  readonly severity: Severity
  readonly contexts: readonly EntryId[]
  readonly file: string
  /** What is wrong and why that matters, one sentence. */
  readonly message: string
  /** What to do about it, one sentence; null when nothing in the file can be done. `fix` in the JSON of `lint`. */
  readonly advice: string | null
  /** What its fix writes, where only the rule knows it: the profile to name instead. */
  readonly instead?: string
}

/** What a fix takes from its finding. */
export type FixFinding = Pick<Finding, 'id' | 'instead'>

export const madeIds = [
  'shared-user',
  'same-identity',
  'env-keys-win',
  'unpinned',
  'double-assume',
  'cluster-mismatch',
  'deprecated-api-version',
  'unknown-profile',
  'broken-profile',
  'dangling-cluster',
  'dangling-user',
  'dangling-current',
  'duplicate-name',
  'shadowed',
  'unsafe-name',
  'impersonation',
  'exec-suppressed',
  'other-aws',
  'kuberc',
  'unreadable-file',
] as const

/** Ids of the contract of `ekscope lint` that no rule finds yet. Whoever makes one moves its id into the list above. */
const notMadeYet = [
  'audit-name-lost',
  'missing-interactive-mode',
  'missing-output-json',
  'service-role',
  'partition-mismatch',
  'region-mismatch',
  'command-not-found',
  'command-not-allowed',
  'orphan-cluster',
  'orphan-user',
  'insecure-skip-tls',
  'plain-secret',
  'open-permissions',
  'stale-cluster',
  'cluster-gone',
  'no-access-entry',
] as const

type MadeId = (typeof madeIds)[number]
export type FindingId = MadeId | (typeof notMadeYet)[number]
/** Ids and severities are a contract with scripts: ids are only ever added. */
export const findingIds: readonly FindingId[] = [...madeIds, ...notMadeYet]

/** The edits that mend a finding, and what the button that makes them pending says. */
export interface Fix {
  readonly label: string
  readonly edits: readonly Edit[]
}

/** What a fix has to know of its context, pending edits included; rows of the grid are this. */
export interface FixContext {
  readonly id: EntryId
  readonly profile: string | null
  readonly sharedWith: readonly string[]
}

/** A context with what it points at and what is derived of it. */
export interface FindingRow {
  readonly context: ContextEntry
  readonly cluster: ClusterEntry | null
  readonly user: UserEntry | null
  readonly auth: AuthKind
  /** Where its command is another: the program that gets the token inside it, and whether that is given its credentials. */
  readonly wraps?: Pick<ExecMeaning, 'gets' | 'given'> | undefined
  readonly meant: MeantCluster
  readonly profile: string | null
  readonly profilePinnedBy: ProfilePin
  readonly role: string | null
  readonly intended: Intended
  readonly predicted: Predicted
  /** What the AWS files say of the profile that the entry names. */
  readonly profileState: ProfileState
  /** The session name of the role that the entry or its profile ends in; null where aws makes one up, or there is none. */
  readonly session: string | null
  /** The aws or authenticator that its command leads to; null where none was looked up, or found. */
  readonly aws: UsedProgram | null
  /** Another aws on PATH, of version 2, where this one lacks something. */
  readonly newerAws: UsedProgram | null
  /** The profile that is used signs in by `aws login`, which this aws does not know. */
  readonly lacksLogin: boolean
  /** What kubectl refuses by its kuberc, or some kubectl would where which it is cannot be told; null or absent: nothing. */
  readonly kubectlRefusal?: { readonly problem: Problem; readonly certain: boolean } | null
  /** What is known without making its entries; absent: they are looked at. */
  readonly known?: KnownOfRow
}

/** Of ten thousand rows nobody makes the entries only to see that there are some. */
export interface KnownOfRow {
  /** Of the context, as its file. */
  readonly id: EntryId
  readonly name: string
  readonly file: string
  readonly hasCluster: boolean
  readonly hasUser: boolean
  /** What tells its user entry from others. */
  readonly userKey: unknown
  /** Rows with the same are alike in all that rules about a user look at; null: this one is like no other. */
  readonly alike: object | null
}

// Not taken apart in the parameter: that would make the entries.
const idOf = (row: FindingRow): EntryId => (row.known ? row.known.id : row.context.id)
const fileOf = (row: FindingRow): string => (row.known ? row.known.file : row.context.origin.file)
const nameOf = (row: FindingRow): string => (row.known ? row.known.name : row.context.name)
const hasCluster = (row: FindingRow): boolean => (row.known ? row.known.hasCluster : row.cluster !== null)
const hasUser = (row: FindingRow): boolean => (row.known ? row.known.hasUser : row.user !== null)
const userKeyOf = (row: FindingRow): unknown => (row.known ? row.known.userKey : row.user?.id)

export type ProfileState =
  | { readonly kind: 'none' | 'known' }
  | { readonly kind: 'unknown' }
  /** A loop, a missing source, a missing sso-session: `why` says which. */
  | { readonly kind: 'broken'; readonly why: string }
  /** Sound, and the profile itself assumes this role. */
  | { readonly kind: 'assumes-role'; readonly role: string; readonly source: string | null }

export interface FindingInput {
  readonly snapshot: Snapshot
  /** One row per context of the snapshot, in its order. */
  readonly rows: readonly FindingRow[]
  /** Names of profiles, roles, permission sets and accounts in the AWS files, in lower case, each with what it is. */
  readonly known: ReadonlyMap<string, string>
  /** The profile that each access key id in the AWS files stands in. */
  readonly keyProfiles: ReadonlyMap<string, string>
  /** No list of any file has a name twice, and no file one of an earlier file: rules about that find nothing. */
  readonly namesOnce?: boolean
  /** The rows that kubectl would use, where that is known. */
  readonly effective?: readonly FindingRow[]
  /** Every user has one context at most, where that is known. */
  readonly sharesNothing?: boolean
}

/** In these contexts, or in those of these rows. */
type Found = Omit<Finding, 'id' | 'severity' | 'contexts'> & {
  /** Where it differs from the rule's own. */
  readonly severity?: Severity
} & ({ readonly contexts: readonly EntryId[] } | { readonly rows: readonly FindingRow[] })

interface Fixes {
  /**
   * What mends the finding in one of its contexts; absent where the user has to choose. Made when asked for, by page
   * and terminal alike: a finding of a thousand contexts carries no thousand edits, and pending edits are respected.
   */
  readonly fix?: (context: FixContext, finding: FixFinding) => Fix | null
  /** The same for a finding of a whole file. */
  readonly fixFile?: (file: KubeconfigFile) => Fix | null
}

type Look = (row: FindingRow, input: Indexed) => FindingText | null

interface Rule extends Fixes {
  readonly severity: Severity
  /** What it finds beside or instead of what `look` does. */
  readonly find?: (input: Indexed) => Iterable<Found>
  /** Looks at one context at a time. */
  readonly look?: Look
  /** It looks at nothing but the user and what follows from it: of rows that are alike at one. */
  readonly ofUser?: boolean
}

/** What several rules ask for, found once. */
interface Indexed extends FindingInput {
  /** Rows that kubectl would use: neither shadowed nor a second of its name. */
  readonly effective: readonly FindingRow[]
  /** Of rows that are alike in all that rules about a user look at, the first. */
  readonly unlike: readonly FindingRow[]
  /** The rows of each user entry that several share. */
  readonly sharing: readonly (readonly FindingRow[])[]
}

/** The program that gets the token, be it the entry's own command or inside it; null where neither is known. */
function getsToken({ auth, wraps }: Pick<FindingRow, 'auth' | 'wraps'>): AwsProgram | null {
  if (auth === 'aws' || auth === 'aws-iam-authenticator') return auth
  return auth === 'exec' ? (wraps?.gets ?? null) : null
}
const isAws = (row: Pick<FindingRow, 'auth' | 'wraps'>) => getsToken(row) !== null
const ids = (rows: readonly FindingRow[]) => rows.map(idOf)

type FindingText = Pick<Found, 'message' | 'severity' | 'instead'> & {
  readonly advice: string
  readonly file?: string
}

/** A rule that looks at one context at a time. */
const each = (severity: Severity, look: Look, fixes: Fixes = {}): Rule => ({ severity, look, ...fixes })

/** One that looks at its user alone, and at what follows from that in one environment. */
const eachUser = (severity: Severity, look: Look, fixes: Fixes = {}): Rule => ({
  severity,
  look,
  ofUser: true,
  ...fixes,
})

/** How many names a sentence lists before it counts the rest. */
const mostNamed = 4
/** Names as a sentence lists them: `“a”, “b”, “c”, “d” and 2 more`. */
export function named(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).map((name) => `“${name}”`)
  const more = names.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(shown.length === 2 ? ' and ' : ', ')
}

/** What the rules about a profile ask of an entry, be it in the files or what an edit would make. */
export type ProfileUse = Pick<FindingRow, 'auth' | 'wraps' | 'profile' | 'role' | 'profileState'>

/** Rules about a profile: also asked of entries that an edit would write (electron/identity/edit-warnings.ts). */
export const profileRules = {
  'double-assume'(use: ProfileUse): FindingText | null {
    if (!isAws(use) || use.role === null || use.profileState.kind !== 'assumes-role') return null
    const { role, source } = use.profileState
    const profile = `Profile “${use.profile ?? ''}” already assumes ${role}`
    const instead = source === null ? {} : { instead: source }
    if (role === use.role)
      return {
        message: `${profile}, and the entry names that role too: it is assumed twice.`,
        advice: 'Remove the role from the entry, or name a profile that does not assume it.',
        ...instead,
      }
    return {
      message: `${profile}, and the entry assumes ${use.role} on top of it: the second role is assumed by the first, not with the profile’s own credentials, and must trust the first.`,
      advice:
        source === null
          ? 'Leave it if this chain is meant and a check proves it; else remove the role from the entry, or name a profile that assumes no role.'
          : `Leave it if this chain is meant and a check proves it; else remove the role, or use profile “${source}”, its source, where the role trusts that.`,
      ...instead,
    }
  },
  'unknown-profile': ({ profile, profileState }: ProfileUse): FindingText | null =>
    profileState.kind === 'unknown'
      ? {
          message: `Profile “${profile ?? ''}” is in neither the AWS config nor the credentials file: aws fails, even where access keys would win over the profile.`,
          advice: 'Name a profile that exists, or add this one to the AWS config file.',
        }
      : null,
} as const

const rules: Readonly<Record<MadeId, Rule>> = {
  'shared-user': {
    severity: 'warning',
    *find({ sharing }) {
      for (const rows of sharing) {
        const [first] = rows
        if (!first?.user) continue
        yield {
          rows,
          file: first.user.origin.file,
          message: `${rows.length} contexts share the user “${first.user.name}” (${named(rows.map(nameOf))}): changing the role or profile of one changes all of them.`,
          advice: 'Give each context a user entry of its own.',
        }
      }
    },
    fix: ({ id, sharedWith }) =>
      sharedWith.length === 0
        ? null
        : {
            label: 'Give the context its own user',
            edits: [{ kind: 'split-user', context: id, name: null }],
          },
  },
  'same-identity': { severity: 'warning', find: twins },
  'env-keys-win': eachUser('warning', (row, { keyProfiles }) => envKeysWin(row, keyProfiles), {
    fix: ({ id, profile }, { instead }) =>
      profile === null || instead === undefined
        ? null
        : {
            label: 'Pin by --profile',
            edits: [{ kind: 'set-profile', context: id, profile, pin: 'arg', scope: 'split' }],
          },
  }),
  unpinned: eachUser('info', (row) => {
    const { intended } = row
    if (!isAws(row) || row.wraps?.given || intended.expected) return null
    if (row.profile !== null || row.role !== null || intended.arn !== null || intended.accessKeyId !== null)
      return null
    return {
      message:
        'The entry names no profile, role or keys: the context acts as whatever identity the shell that runs kubectl has.',
      advice: 'Pin the context to a profile.',
    }
  }),
  'double-assume': eachUser('warning', profileRules['double-assume'], {
    fix: ({ id }, { instead: profile }) =>
      profile === undefined
        ? null
        : {
            label: `Use the profile ${profile} instead`,
            edits: [{ kind: 'set-profile', context: id, profile, pin: null, scope: 'split' }],
          },
  }),
  'cluster-mismatch': each(
    'error',
    (row) => {
      const { name, tokenFor } = row.meant
      if (tokenFor === null || name === null || !isAws(row)) return null
      return {
        message: `The token is for cluster “${tokenFor}”, but the context’s cluster entry is that of “${name}”, which refuses such a token.`,
        advice: `Name “${name}” in the exec arguments, or point the context at the cluster entry of “${tokenFor}”.`,
        instead: name,
        ...inFileOf(row.user),
      }
    },
    {
      fix: ({ id }, { instead: name }) =>
        name === undefined
          ? null
          : {
              label: `Sign for ${name}`,
              edits: [{ kind: 'set-eks-name', context: id, name, scope: 'split' }],
            },
    },
  ),
  'deprecated-api-version': eachUser(
    'error',
    (row) => {
      const exec = row.user?.exec
      if (!exec || exec.apiVersion === 'client.authentication.k8s.io/v1') return null
      if (exec.apiVersion === 'client.authentication.k8s.io/v1beta1') return null
      const old = exec.apiVersion === 'client.authentication.k8s.io/v1alpha1'
      return {
        message: old
          ? 'The exec entry asks for client.authentication.k8s.io/v1alpha1, which kubectl refuses since 1.24.'
          : `The exec entry asks for the API version “${exec.apiVersion ?? ''}”, which kubectl does not know.`,
        advice: 'Set apiVersion to client.authentication.k8s.io/v1beta1.',
        ...inFileOf(row.user),
      }
    },
    {
      fix: ({ id }) => ({
        label: 'Set v1beta1',
        edits: [{ kind: 'set-api-version', context: id, version: 'v1beta1', scope: 'split' }],
      }),
    },
  ),
  'unknown-profile': eachUser('error', profileRules['unknown-profile']),
  'broken-profile': eachUser('error', (row) =>
    row.profileState.kind === 'broken'
      ? {
          message: `Profile “${row.profile ?? ''}” cannot work: ${row.profileState.why}.`,
          advice: 'Correct the profile in the AWS config file, or name another one.',
        }
      : null,
  ),
  'dangling-cluster': each('error', (row) => {
    if (hasCluster(row)) return null
    const { cluster } = row.context
    return {
      message: cluster ? `Cluster “${cluster}” is in none of the files.` : 'The context names no cluster.',
      advice: 'Point the context at a cluster that exists, or delete the context.',
    }
  }),
  'dangling-user': each('error', (row) => {
    if (hasUser(row)) return null
    const { user } = row.context
    return {
      message: user ? `User “${user}” is in none of the files.` : 'The context names no user.',
      advice: 'Point the context at a user that exists, or delete the context.',
    }
  }),
  'dangling-current': {
    severity: 'warning',
    *find({ snapshot, effective }) {
      const { currentContext, currentContextFile } = snapshot
      if (!currentContext || effective.some((row) => nameOf(row) === currentContext)) return
      yield {
        contexts: [],
        file: currentContextFile ?? '',
        message: `The current-context is “${currentContext}”, but no context has that name: kubectl fails without --context.`,
        advice: 'Make another context the current one.',
      }
    },
  },
  'duplicate-name': {
    severity: 'error',
    *find({ snapshot, namesOnce }) {
      if (namesOnce) return
      yield* duplicates('context', snapshot.contexts, true)
      yield* duplicates('cluster', snapshot.clusters, false)
      yield* duplicates('user', snapshot.users, false)
    },
  },
  shadowed: {
    severity: 'warning',
    *find({ snapshot, namesOnce }) {
      if (namesOnce) return
      for (const entry of snapshot.contexts) {
        if (entry.origin.shadowedBy === null) continue
        yield {
          contexts: [entry.id],
          file: entry.origin.file,
          message: `Context “${entry.name}” in ${entry.origin.file} is never used: ${entry.origin.shadowedBy} comes first and has a context of that name.`,
          advice: 'Rename or delete one of the two contexts.',
        }
      }
      yield* shadowedParts('cluster', snapshot.clusters, snapshot.contexts, (context) => context.cluster)
      yield* shadowedParts('user', snapshot.users, snapshot.contexts, (context) => context.user)
    },
  },
  'unsafe-name': {
    severity: 'error',
    *find({ snapshot }) {
      for (const { path, problems } of snapshot.files) {
        if (!problems.some(({ code }) => code === 'misread-string')) continue
        yield {
          contexts: [],
          file: path,
          message:
            'Without quotes kubectl reads text in this file as a number or a truth value, and refuses the whole file.',
          advice: 'Put quotes around the text that kubectl misreads.',
        }
      }
    },
    fixFile: (file) =>
      isMendable(file)
        ? { label: 'Quote these names…', edits: [{ kind: 'quote-misread', file: file.path }] }
        : null,
  },
  impersonation: eachUser('warning', (row) => {
    const acting = row.user?.impersonation
    if (!acting) return null
    const { as, uid, groups, extra } = acting
    const keys = [
      ...(as ? ['as'] : []),
      ...(uid ? ['as-uid'] : []),
      ...(groups.length > 0 ? ['as-groups'] : []),
      ...(Object.keys(extra).length > 0 ? ['as-user-extra'] : []),
    ]
    return {
      message: `The user entry impersonates “${as ?? uid ?? groups.join(', ')}”: the cluster sees that name, not the AWS identity.`,
      advice: `If that is not meant, remove ${keys.join(' and ')} from the user entry.`,
      ...inFileOf(row.user),
    }
  }),
  'exec-suppressed': eachUser('warning', (row) => {
    const user = row.user
    if (!user?.exec) return null
    const other = suppressedBy(user)
    return other === null
      ? null
      : {
          message: `The user entry has ${other} beside its exec command, so kubectl never runs the command.`,
          advice: `Remove ${other.replace(/^an? /, 'the ')} from the user entry.`,
          ...inFileOf(user),
        }
  }),
  'other-aws': { severity: 'warning', find: otherAws },
  kuberc: { severity: 'error', find: refusedByKuberc },
  'unreadable-file': {
    severity: 'error',
    *find({ snapshot }) {
      for (const { path, problems } of snapshot.files) {
        const problem = problems.find(
          ({ severity, code }) => severity === 'error' && !toldOtherwise.has(code),
        )
        if (!problem) continue
        const at = problem.at ? ` line ${problem.at.line}` : ''
        yield {
          contexts: [],
          file: path,
          message: `No context can be used: kubectl refuses ${path}${at}. ${problem.message}`,
          advice: problem.next,
        }
      }
    },
  },
}

/** What a rule of its own tells of a file. */
const toldOtherwise: ReadonlySet<FileProblemCode> = new Set(['missing', 'misread-string', 'duplicate-name'])

function inFileOf(entry: UserEntry | null): { file?: string } {
  return entry ? { file: entry.origin.file } : {}
}

/** client-go's order: a token, basic auth or a client certificate on the same user keep exec from being used. */
function suppressedBy(user: UserEntry): string | null {
  if (user.secrets.includes('token') || user.tokenFile !== null) return 'a token'
  if (user.username !== null) return 'a user name and password'
  if (user.clientCertificate !== null) return 'a client certificate'
  return null
}

/** The variables that the entry gives the command that gets the token. */
function variablesOf(user: UserEntry | null): ReadonlyMap<string, string> {
  const exec = user?.exec ?? null
  const found = exec === null ? null : inside(exec)
  const env = found?.ok ? found.value.command.env : (exec?.env ?? [])
  return new Map(env.map(({ name, value }) => [name, value]))
}

/** One finding for each aws of version 1, and one for each profile that another lacks something for. */
function* otherAws({ effective, unlike }: Indexed): Iterable<Found> {
  const lacks = (row: FindingRow): boolean =>
    getsToken(row) === 'aws' &&
    Boolean(row.aws?.version) &&
    (isVersion1(row.aws?.version ?? '') || row.lacksLogin)
  if (!unlike.some(lacks)) return
  const groups = new Map<string, FindingRow[]>()
  for (const row of effective) {
    if (getsToken(row) !== 'aws' || row.aws === null || row.aws.version === null) continue
    const old = isVersion1(row.aws.version)
    if (!old && !row.lacksLogin) continue
    const key = JSON.stringify([row.aws.path, row.aws.version, old ? null : row.predicted.profile])
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  for (const rows of groups.values()) {
    const [first] = rows
    if (!first?.aws) continue
    const { aws, newerAws, predicted } = first
    const which = `aws ${aws.version} (${aws.path})`
    const old = isVersion1(aws.version)
    yield {
      rows,
      file: first.context.origin.file,
      message: old
        ? `${rows.length === 1 ? 'The context runs' : `${rows.length} contexts run`} ${which}: version 1 takes AWS_DEFAULT_PROFILE before AWS_PROFILE, reads no AWS_REGION and no SSO role that version 2 has cached, and has neither aws sso login nor aws login.`
        : `Profile “${predicted.profile ?? 'default'}” signs in by aws login, and ${which} passes over that: it takes other credentials of the profile, or none.`,
      advice: adviceFor(first, newerAws, old),
    }
  }
}

/** One finding for each command, and for each file that stops kubectl altogether. */
function* refusedByKuberc({ effective }: Indexed): Iterable<Found> {
  const groups = new Map<string, FindingRow[]>()
  for (const row of effective) {
    const message = row.kubectlRefusal?.problem.message
    if (message === undefined) continue
    const group = groups.get(message)
    if (group) group.push(row)
    else groups.set(message, [row])
  }
  for (const rows of groups.values()) {
    const [first] = rows
    const refusal = first?.kubectlRefusal
    if (!first || !refusal) continue
    yield {
      rows,
      file: first.context.origin.file,
      message: refusal.problem.message,
      advice: refusal.problem.next,
      ...(refusal.certain ? {} : { severity: 'warning' }),
    }
  }
}

function adviceFor({ user, aws }: FindingRow, newer: UsedProgram | null, old: boolean): string {
  const byPath = user?.exec?.command?.includes('/') ?? false
  const least = old ? '2' : firstWithLogin
  const enough = newer !== null && hasSignIn(old ? 'sso login' : 'login', newer.version)
  if (!enough)
    return `Install the AWS CLI of version ${least} or newer${byPath ? ' there' : ' first on PATH'}.`
  return byPath
    ? `Name aws, or ${newer.path} (${newer.version}), in the entry in place of ${aws?.path ?? ''}.`
    : `Let the folder of ${newer.path} (${newer.version}) come before that of ${aws?.path ?? ''} in PATH.`
}

/** A profile that is named by a variable only: what is used in its place now, or would be. */
function envKeysWin(row: FindingRow, keyProfiles: FindingInput['keyProfiles']): FindingText | null {
  const { profile, predicted, role } = row
  if (!isAws(row) || row.profilePinnedBy !== 'env' || profile === null) return null
  const env = variablesOf(row.user)
  const isAuthenticator = getsToken(row) === 'aws-iam-authenticator'
  // Version 1 of aws reads the two in the other order.
  const inOtherOrder = !isAuthenticator && isVersion1(row.aws?.version ?? null)
  const first = inOtherOrder ? 'AWS_DEFAULT_PROFILE' : 'AWS_PROFILE'
  const second = first === 'AWS_PROFILE' ? 'AWS_DEFAULT_PROFILE' : 'AWS_PROFILE'
  const by = env.get(first) ? first : second
  const pinned = `Profile “${profile}” is pinned by ${by} only`
  const can = isAuthenticator ? {} : { instead: profile }
  const pin = isAuthenticator
    ? 'aws-iam-authenticator has no --profile'
    : `Pin the profile by argument: --profile ${profile}`
  const { instead, problem } = predicted
  if (instead === null) {
    // An empty key id counts as none, so that keys of a shell cannot win: the known way to protect such an entry.
    const protectedFromKeys = env.get('AWS_ACCESS_KEY_ID') === ''
    if (protectedFromKeys && by === first) return null
    const winners = [
      ...(protectedFromKeys ? [] : ['access keys exported in a shell']),
      ...(by === first ? [] : [`${first} of a shell`]),
    ]
    return {
      message: `${pinned}: ${winners.join(' and ')} would win over it.`,
      advice: isAuthenticator
        ? `${pin}: use aws eks get-token, or an empty AWS_ACCESS_KEY_ID in its env.`
        : `${pin}.`,
      ...can,
    }
  }
  const own = inEntry(instead)
  const advice =
    own !== null
      ? `Remove ${own}${isAuthenticator ? '' : `, or pin by --profile ${profile}`}.`
      : `${isAuthenticator ? `${pin}: unset` : `${pin}, or unset`} ${instead.replace(/ of .*$/, '')}.`
  if (problem !== null && !afterSignIn.has(problem.code))
    return {
      message: `${pinned}, and ${instead} is used instead: ${asClause(problem.message)}`,
      advice,
      ...can,
    }
  if (role !== null)
    return {
      message: `${pinned}, and ${instead} is used instead: its identity has to assume ${role}, not the profile’s.`,
      advice,
      ...can,
    }
  return {
    severity: 'error',
    message: `${pinned}, and ${instead} is used instead: the context acts as ${whoIs(predicted, keyProfiles)}.`,
    advice,
    ...can,
  }
}

const asClause = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1)

function whoIs(
  { arn, accessKeyId, permissionSet, account, profile }: Predicted,
  keyProfiles: FindingInput['keyProfiles'],
): string {
  if (arn !== null) return shortName(arn)
  if (accessKeyId !== null) {
    const owner = keyProfiles.get(accessKeyId)
    return `the owner of access key ${accessKeyId}${owner === undefined ? '' : ` (profile “${owner}”)`}`
  }
  if (permissionSet !== null) return `permission set ${permissionSet} in account ${account ?? '?'}`
  return profile === null ? 'an identity that files do not name' : `whom profile “${profile}” gives`
}

/** Differently named contexts that are one thing. Whom a shell would make of them today does not count. */
function* twins({ effective, known }: Indexed): Iterable<Found> {
  const groups = new Map<string, FindingRow | FindingRow[]>()
  // Who acts is the same few for all rows: a number for each.
  const numbers = new Map<string, number>()
  const ofAlike = new Map<object, number | null>()
  for (const row of perhapsTwins(effective)) {
    const alike = row.known?.alike ?? null
    let who = alike === null ? undefined : ofAlike.get(alike)
    if (who === undefined) {
      const acting = actingKey(row)
      who = acting === null ? null : (numbers.get(acting) ?? numbers.size)
      if (acting !== null && who !== null) numbers.set(acting, who)
      if (alike !== null) ofAlike.set(alike, who)
    }
    const cluster = who === null || row.meant.tokenFor !== null ? null : clusterKey(row)
    if (cluster === null) continue
    const key = `${who} ${cluster}`
    const before = groups.get(key)
    if (before === undefined) groups.set(key, row)
    else if (Array.isArray(before)) before.push(row)
    else groups.set(key, [before, row])
  }
  for (const group of groups.values()) {
    if (!Array.isArray(group)) continue
    // Contexts that share their user are told of once, as that: the first of them stands for all.
    const users = new Set<unknown>()
    const rows = group.filter((row) => users.size < users.add(userKeyOf(row)).size)
    const [first] = rows
    if (!first || rows.length < 2) continue
    const found = {
      rows,
      file: first.context.origin.file,
    }
    const same = `${named(rows.map(nameOf))} are the same identity in the same cluster`
    const apart = routes.filter(([, of]) => new Set(rows.map(of)).size > 1).map(([what]) => what)
    const promise = apart.length > 0 ? null : promisedDifference(rows, known)
    yield promise === null
      ? {
          ...found,
          severity: 'info',
          message: `${same}${apart.length > 0 ? `; they differ in ${apart.join(', ')}` : ', by two names'}.`,
          advice: 'Nothing to do if that is meant.',
        }
      : {
          ...found,
          message: `${same}, although “${promise.word}”, a ${promise.what}, stands in the name of one only.`,
          advice: 'Give each context the role or profile that its name says.',
        }
  }
}

/** Rows whose cluster has the name of another's, or none that is whole: in a fleet few, and no key is made for the rest. */
function perhapsTwins(effective: readonly FindingRow[]): readonly FindingRow[] {
  const once = new Map<string, boolean>()
  for (const { meant } of effective) {
    const { name } = meant
    if (name) once.set(name, !once.has(name))
  }
  return effective.filter(
    ({ meant: { name, region, account } }) => !(name && region && account && once.get(name)),
  )
}

/** What may tell two contexts of one identity apart on purpose. */
const routes: readonly (readonly [what: string, of: (row: FindingRow) => unknown])[] = [
  ['namespace', ({ context }) => context.namespace || 'default'],
  ['server', ({ cluster }) => cluster?.server?.replace(/(?<!\/)\/+$/, '').toLowerCase()],
  ['proxy-url', ({ cluster }) => cluster?.proxyUrl || null],
  ['tls-server-name', ({ cluster }) => cluster?.tlsServerName || null],
  ['the check of its certificate', ({ cluster }) => cluster?.insecureSkipTlsVerify ?? false],
]

/** The word of some names and not of others that names a role, a profile, a permission set or an account. */
function promisedDifference(
  rows: readonly FindingRow[],
  known: ReadonlyMap<string, string>,
): { readonly word: string; readonly what: string } | null {
  const words = rows.map(({ context }) => new Set(context.name.toLowerCase().split(/[^\p{L}\p{N}]+/u)))
  for (const word of new Set(words.flatMap((of) => [...of]))) {
    const what = words.every((of) => of.has(word)) ? undefined : known.get(word)
    if (what !== undefined) return { word, what }
  }
  return null
}

/** Whom the cluster sees, by what follows from the user entry alone; null where one cannot act at all. */
function actingKey(row: FindingRow): string | null {
  const who = identityKey(row.intended)
  if (who === null || !isAws(row) || !canAct(row)) return null
  // To the cluster an impersonated user, and a session of another name, is somebody else.
  return JSON.stringify([who, row.session, row.user?.impersonation ?? null])
}

/** Neither kubectl nor the AWS files refuse it, whatever a shell holds. */
function canAct({ user, profileState, predicted }: FindingRow): boolean {
  const exec = user?.exec
  const version = exec?.apiVersion?.replace(/^client\.authentication\.k8s\.io\//, '')
  const run = version === 'v1beta1' || (version === 'v1' && Boolean(exec?.interactiveMode))
  const env = variablesOf(user)
  const halfAKey = Boolean(env.get('AWS_ACCESS_KEY_ID')) && !env.get('AWS_SECRET_ACCESS_KEY')
  const sound = !halfAKey && profileState.kind !== 'unknown' && profileState.kind !== 'broken'
  return run && sound && predicted.problem?.code !== 'command-failed'
}

function clusterKey(row: FindingRow): string | null {
  const { name, region, account } = row.meant
  if (name && region && account) return `${account}/${region}/${name}`
  const { cluster } = row
  return cluster?.server ? cluster.server.replace(/(?<!\/)\/+$/, '').toLowerCase() : null
}

/** With these problems a sign-in alone is missing: the prediction still names an identity. With others it names none. */
const afterSignIn: ReadonlySet<ProblemCode> = new Set(['sso-login', 'aws-login', 'mfa-code', 'expired-keys'])

function identityKey(who: Intended): string | null {
  if (who.arn !== null) return who.arn.toLowerCase()
  if (who.accessKeyId !== null) return who.accessKeyId
  if (who.account !== null && who.permissionSet !== null)
    return `${who.partition ?? ''}/${who.account}/${who.permissionSet}`
  return who.profile === null ? null : `profile ${who.profile}`
}

interface NamedEntry {
  readonly id: EntryId
  readonly name: string
  readonly origin: ContextEntry['origin']
}

function* duplicates(what: string, entries: readonly NamedEntry[], named: boolean): Iterable<Found> {
  const groups = new Map<string, NamedEntry[]>()
  for (const entry of entries) {
    if (!entry.origin.duplicate) continue
    const key = JSON.stringify([entry.origin.file, entry.name])
    const known = groups.get(key)
    if (known) known.push(entry)
    else groups.set(key, [entry])
  }
  for (const group of groups.values()) {
    const [first] = group
    if (!first) continue
    const lines = group.map((entry) => entry.origin.line).join(' and ')
    yield {
      contexts: named ? group.map((entry) => entry.id) : [],
      file: first.origin.file,
      message: `The ${what} “${first.name}” occurs ${group.length > 1 ? `${group.length} times (lines ${lines})` : 'more than once'}: kubectl refuses the whole file.`,
      advice: 'Rename or delete all but one of them.',
    }
  }
}

/** A context of the later file silently gets the earlier file's entry: the finding names the contexts that do. */
function* shadowedParts(
  what: 'cluster' | 'user',
  entries: readonly NamedEntry[],
  contexts: readonly ContextEntry[],
  refers: (context: ContextEntry) => string | null,
): Iterable<Found> {
  const shadowed = new Map<string, NamedEntry>()
  for (const entry of entries) {
    if (entry.origin.shadowedBy !== null) shadowed.set(JSON.stringify([entry.origin.file, entry.name]), entry)
  }
  if (shadowed.size === 0) return
  const users = new Map<NamedEntry, EntryId[]>()
  for (const context of contexts) {
    if (context.origin.shadowedBy !== null) continue
    const entry = shadowed.get(JSON.stringify([context.origin.file, refers(context)]))
    if (!entry) continue
    const known = users.get(entry)
    if (known) known.push(context.id)
    else users.set(entry, [context.id])
  }
  for (const [entry, affected] of users) {
    yield {
      contexts: affected,
      file: entry.origin.file,
      message: `${what === 'user' ? 'User' : 'Cluster'} “${entry.name}” in ${entry.origin.file} is never used: kubectl takes the ${what} of that name in ${entry.origin.shadowedBy ?? ''}, which comes first.`,
      advice: `Rename one of the two ${what}s.`,
    }
  }
}

/** Everything that the rules find, in the order of the ids. Takes time linear in contexts. */
export const findAll = (input: FindingInput): readonly Finding[] => lookAll(input).all

/** What the rules find: which rules in which row at once, and the findings themselves when they are asked for. */
export function lookAll(input: FindingInput): FoundByRules {
  return new FoundByRules(input)
}

/** Everything that the rules find in one input. */
export class FoundByRules {
  private readonly effective: readonly FindingRow[]
  private readonly found: readonly { readonly id: MadeId; readonly rule: Rule; readonly of: Of }[]
  private readonly input: FindingInput
  private made: readonly Finding[] | null = null
  private marks: ReadonlyMap<FindingRow, number> | null = null
  private readonly lists = new Map<number, readonly FindingId[]>()

  constructor(input: FindingInput) {
    this.input = input
    this.effective = input.effective ?? effectiveRows(input.rows)
    const { effective } = this
    const indexed: Indexed = {
      ...input,
      effective,
      unlike: unlike(effective),
      sharing: input.sharesNothing ? [] : sharingRows(effective),
    }
    this.found = madeIds.map((id) => {
      const rule = rules[id]
      const texts = rule.look ? looked(rule.look, rule.ofUser ?? false, indexed) : null
      return { id, rule, of: { texts, found: rule.find ? [...rule.find(indexed)] : [] } }
    })
  }

  get all(): readonly Finding[] {
    if (this.made !== null) return this.made
    const all: Finding[] = []
    for (const { id, rule, of } of this.found) {
      const { severity } = rule
      for (const one of of.found) {
        if ('contexts' in one) all.push({ id, severity, ...one })
        else {
          const { rows, ...rest } = one
          all.push({ id, severity, contexts: ids(rows), ...rest })
        }
      }
      of.texts?.forEach((text, at) => {
        const row = this.effective[at]
        if (!text || !row) return
        all.push({ id, severity, contexts: [idOf(row)], file: fileOf(row), ...text })
      })
    }
    this.made = all
    return all
  }

  /** The ids of the findings of a row, in their order: the findings need not be made for that. */
  idsOf(row: FindingRow): readonly FindingId[] {
    this.marks ??= this.markRows()
    const mark = this.marks.get(row) ?? 0
    const known = this.lists.get(mark)
    if (known !== undefined) return known
    const list = madeIds.filter((_, bit) => (mark & (1 << bit)) !== 0)
    this.lists.set(mark, list)
    return list
  }

  /** A bit for each rule that found something in a row; of rows without any nothing. */
  private markRows(): ReadonlyMap<FindingRow, number> {
    const marks = new Map<FindingRow, number>()
    const add = (row: FindingRow, bit: number) => marks.set(row, (marks.get(row) ?? 0) | (1 << bit))
    let byId: ReadonlyMap<EntryId, FindingRow> | null = null
    this.found.forEach(({ of }, bit) => {
      of.texts?.forEach((text, at) => {
        const row = this.effective[at]
        if (text && row) add(row, bit)
      })
      for (const one of of.found) {
        if ('rows' in one) for (const row of one.rows) add(row, bit)
        else if (one.contexts.length > 0) {
          byId ??= new Map(this.input.rows.map((row) => [idOf(row), row]))
          for (const id of one.contexts) {
            const row = byId.get(id)
            if (row) add(row, bit)
          }
        }
      }
    })
    return marks
  }
}

/** What one rule found: by the place of each row that kubectl would use, and beside that. */
interface Of {
  /** Null where it found nothing in any. */
  readonly texts: readonly (FindingText | null)[] | null
  readonly found: readonly Found[]
}

/** The first of all rows that are alike to rules about a user, and every row that is like no other. */
function unlike(effective: readonly FindingRow[]): readonly FindingRow[] {
  const seen = new Set<object>()
  return effective.filter((row) => {
    const alike = row.known?.alike ?? null
    if (alike === null) return true
    if (seen.has(alike)) return false
    seen.add(alike)
    return true
  })
}

/** What a rule finds in each row; of rows that are alike to it the first is looked at. */
function looked(look: Look, ofUser: boolean, input: Indexed): readonly (FindingText | null)[] | null {
  if (!ofUser) {
    const texts = input.effective.map((row) => look(row, input))
    return texts.some((text) => text !== null) ? texts : null
  }
  const known = new Map<object, FindingText | null>()
  let any = false
  for (const row of input.unlike) {
    const text = look(row, input)
    known.set(row.known?.alike ?? row, text)
    if (text !== null) any = true
  }
  return any ? input.effective.map((row) => known.get(row.known?.alike ?? row) ?? null) : null
}

function sharingRows(effective: readonly FindingRow[]): Indexed['sharing'] {
  // Most users have one context: no list is made of one row.
  const groups = new Map<unknown, FindingRow | FindingRow[]>()
  for (const row of effective) {
    if (!hasUser(row)) continue
    const key = userKeyOf(row)
    const before = groups.get(key)
    if (before === undefined) groups.set(key, row)
    else if (Array.isArray(before)) before.push(row)
    else groups.set(key, [before, row])
  }
  return [...groups.values()].filter((group) => Array.isArray(group))
}

/** The rows that kubectl would use: the first of each name over all files and lists. */
function effectiveRows(rows: readonly FindingRow[]): readonly FindingRow[] {
  const taken = new Set<string>()
  return rows.filter(({ context }) => {
    if (context.origin.shadowedBy !== null || taken.has(context.name)) return false
    taken.add(context.name)
    return true
  })
}

/** The findings of each context, by its id; those of a whole file are under no id. */
export function findingsByContext(findings: readonly Finding[]): ReadonlyMap<EntryId, readonly Finding[]> {
  const byContext = new Map<EntryId, Finding[]>()
  for (const finding of findings) {
    for (const id of finding.contexts) {
      const known = byContext.get(id)
      if (known) known.push(finding)
      else byContext.set(id, [finding])
    }
  }
  return byContext
}

const ruleOf = (id: FindingId): Fixes => {
  const made = madeIds.find((one) => one === id)
  return made === undefined ? {} : rules[made]
}

/** What mends a finding in one of its contexts; null where the user has to choose, or nothing is left to mend. */
export function fixOf(finding: FixFinding, context: FixContext): Fix | null {
  return ruleOf(finding.id).fix?.(context, finding) ?? null
}

/** What mends a finding in a whole file; null where nothing is to mend, or edits alone cannot. */
export function fixOfFile(id: FindingId, file: KubeconfigFile): Fix | null {
  return ruleOf(id).fixFile?.(file) ?? null
}

/** Findings that are mended context by context. */
export const contextFixIds: readonly FindingId[] = madeIds.filter((id) => rules[id].fix !== undefined)
/** Findings that are mended in whole files. */
export const fileFixIds: readonly FindingId[] = madeIds.filter((id) => rules[id].fixFile !== undefined)
