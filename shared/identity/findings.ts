/**
 * The table of rules: what is wrong or risky in a context, why in one sentence, where, and what would mend it.
 * Pure over one snapshot and what is known of one environment. Ids and severities: the contract of `ekscope lint`.
 */

import type { ClusterEntry, ContextEntry, EntryId, Snapshot, UserEntry } from '../kubeconfig/entries'
import type {
  AuthKind,
  Finding,
  FindingId,
  Intended,
  MeantCluster,
  Predicted,
  ProblemCode,
  ProfilePin,
  Severity,
} from './identity'

/** A context with what it points at and what is derived of it. */
export interface FindingRow {
  readonly context: ContextEntry
  readonly cluster: ClusterEntry | null
  readonly user: UserEntry | null
  readonly auth: AuthKind
  readonly meant: MeantCluster
  readonly profile: string | null
  readonly profilePinnedBy: ProfilePin
  readonly role: string | null
  readonly intended: Intended
  readonly predicted: Predicted
  /** What the AWS files say of the profile that the entry names. */
  readonly profileState: ProfileState
}

export type ProfileState =
  | { readonly kind: 'none' | 'known' }
  | { readonly kind: 'unknown' }
  /** A loop, a missing source, a missing sso-session: `why` says which. */
  | { readonly kind: 'broken'; readonly why: string }
  /** Fine, and it assumes this role itself. */
  | { readonly kind: 'assumes-role'; readonly role: string; readonly source: string | null }

export interface FindingInput {
  readonly snapshot: Snapshot
  /** One row per context of the snapshot, in its order. */
  readonly rows: readonly FindingRow[]
  /** The environment holds a non-empty AWS_ACCESS_KEY_ID. */
  readonly keysInEnvironment: boolean
  /** How the environment is called in a sentence: `the login shell`. */
  readonly environment: string
}

interface FoundFinding {
  readonly contexts: readonly EntryId[]
  readonly file: string
  readonly message: string
  readonly fix: string | null
  /** Where it differs from the rule's own. */
  readonly severity?: Severity
}

interface Rule {
  readonly id: FindingId
  readonly severity: Severity
  readonly find: (input: Indexed) => Iterable<FoundFinding>
}

/** What several rules ask for, found once. */
interface Indexed extends FindingInput {
  /** Rows that kubectl would use: neither shadowed nor a second of its name. */
  readonly effective: readonly FindingRow[]
  readonly byUser: ReadonlyMap<EntryId, readonly FindingRow[]>
}

const isAws = (row: FindingRow) => row.auth === 'aws' || row.auth === 'aws-iam-authenticator'
const ids = (rows: readonly FindingRow[]) => rows.map((row) => row.context.id)

/** A rule that looks at one context at a time. */
function each(
  id: FindingId,
  severity: Severity,
  look: (row: FindingRow, input: Indexed) => FindingText | null,
): Rule {
  return {
    id,
    severity,
    *find(input) {
      for (const row of input.effective) {
        const told = look(row, input)
        if (told) yield { contexts: [row.context.id], file: told.file ?? row.context.origin.file, ...told }
      }
    },
  }
}
type FindingText = {
  readonly message: string
  readonly fix: string | null
  readonly severity?: Severity
  readonly file?: string
}

/** How many names a sentence holds before it only counts. */
const namesInWords = 4
function named(names: readonly string[]): string {
  const shown = names.slice(0, namesInWords).map((name) => `“${name}”`)
  const more = names.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(shown.length === 2 ? ' and ' : ', ')
}

export const rules: readonly Rule[] = [
  {
    id: 'shared-user',
    severity: 'warning',
    *find({ byUser }) {
      for (const rows of byUser.values()) {
        const [first] = rows
        if (!first?.user || rows.length < 2) continue
        yield {
          contexts: ids(rows),
          file: first.user.origin.file,
          message: `${rows.length} contexts share the user “${first.user.name}” (${named(rows.map((row) => row.context.name))}): a change of role or profile for one changes all of them.`,
          fix: 'Give each context a user entry of its own.',
        }
      }
    },
  },
  {
    id: 'same-identity',
    severity: 'warning',
    *find({ effective }) {
      const twins = new Map<string, FindingRow[]>()
      for (const row of effective) {
        const key = twinKey(row)
        if (key === null) continue
        const known = twins.get(key)
        if (known) known.push(row)
        else twins.set(key, [row])
      }
      for (const rows of twins.values()) {
        const [first] = rows
        if (!first || rows.length < 2) continue
        const namespaces = new Set(rows.map((row) => row.context.namespace ?? 'default'))
        const apart = namespaces.size > 1 ? ' They differ in their namespace.' : ''
        yield {
          contexts: ids(rows),
          file: first.context.origin.file,
          message: `${named(rows.map((row) => row.context.name))} are the same identity in the same cluster, so their names promise a difference that is not there.${apart}`,
          fix: 'Delete the ones that are not needed, or give each the role or profile that its name says.',
        }
      }
    },
  },
  each('env-keys-win', 'warning', (row, { keysInEnvironment, environment }) => {
    if (!isAws(row) || row.profilePinnedBy !== 'env' || row.profile === null) return null
    const own =
      row.user?.exec?.env.some(({ name, value }) => name === 'AWS_ACCESS_KEY_ID' && value !== '') ?? false
    const now = own || keysInEnvironment
    const where = own ? "the entry's own env" : environment
    return {
      severity: now ? 'error' : 'warning',
      message: now
        ? `Profile “${row.profile}” is pinned by AWS_PROFILE only, and the access keys in ${where} beat it: the context acts as the owner of those keys.`
        : `Profile “${row.profile}” is pinned by AWS_PROFILE only: access keys exported in a shell would beat it.`,
      fix: `Pin the profile by argument: --profile ${row.profile}.`,
    }
  }),
  each('unpinned', 'info', (row) => {
    const { intended } = row
    if (!isAws(row) || intended.expected) return null
    if (row.profile !== null || row.role !== null || intended.arn !== null || intended.accessKeyId !== null)
      return null
    return {
      message:
        'The entry names no profile, role or keys: the context is whoever the shell that runs kubectl is.',
      fix: 'Pin it to a profile.',
    }
  }),
  each('double-assume', 'warning', (row) => {
    if (!isAws(row) || row.role === null || row.profileState.kind !== 'assumes-role') return null
    const { role, source } = row.profileState
    return {
      message: `Profile “${row.profile ?? ''}” already assumes ${role}, and the entry assumes ${row.role} on top of it: the second role must trust the first.`,
      fix:
        source === null
          ? 'Remove the role from the entry, or name a profile that assumes none.'
          : `Use the profile's source “${source}” with this role, or remove the role.`,
    }
  }),
  each('deprecated-api-version', 'error', (row) => {
    const exec = row.user?.exec
    if (!exec || exec.apiVersion === 'client.authentication.k8s.io/v1') return null
    if (exec.apiVersion === 'client.authentication.k8s.io/v1beta1') return null
    const old = exec.apiVersion === 'client.authentication.k8s.io/v1alpha1'
    return {
      message: old
        ? 'The exec entry asks for client.authentication.k8s.io/v1alpha1, which kubectl refuses since 1.24.'
        : `The exec entry asks for the API version “${exec.apiVersion ?? ''}”, which kubectl does not know.`,
      fix: 'Set apiVersion to client.authentication.k8s.io/v1beta1.',
      ...inFileOf(row.user),
    }
  }),
  each('unknown-profile', 'error', (row) =>
    row.profileState.kind === 'unknown'
      ? {
          message: `Profile “${row.profile ?? ''}” is in neither the AWS config nor the credentials file: aws fails, even where keys would win.`,
          fix: 'Name a profile that exists, or add this one to the AWS config file.',
        }
      : null,
  ),
  each('broken-profile', 'error', (row) =>
    row.profileState.kind === 'broken'
      ? {
          message: `Profile “${row.profile ?? ''}” cannot work: ${row.profileState.why}.`,
          fix: 'Mend the profile in the AWS config file, or name another.',
        }
      : null,
  ),
  each('dangling-cluster', 'error', (row) => {
    if (row.cluster) return null
    const { cluster } = row.context
    return {
      message: cluster ? `Cluster “${cluster}” is in none of the files.` : 'The context names no cluster.',
      fix: 'Point the context at a cluster that exists, or delete it.',
    }
  }),
  each('dangling-user', 'error', (row) => {
    if (row.user) return null
    const { user } = row.context
    return {
      message: user ? `User “${user}” is in none of the files.` : 'The context names no user.',
      fix: 'Point the context at a user that exists, or delete it.',
    }
  }),
  {
    id: 'dangling-current',
    severity: 'warning',
    *find({ snapshot, effective }) {
      const { currentContext, currentContextFile } = snapshot
      if (!currentContext || effective.some((row) => row.context.name === currentContext)) return
      yield {
        contexts: [],
        file: currentContextFile ?? '',
        message: `The current-context is “${currentContext}”, and there is no such context: kubectl fails without --context.`,
        fix: 'Make another context the current one.',
      }
    },
  },
  {
    id: 'duplicate-name',
    severity: 'error',
    *find({ snapshot }) {
      yield* duplicates('context', snapshot.contexts, true)
      yield* duplicates('cluster', snapshot.clusters, false)
      yield* duplicates('user', snapshot.users, false)
    },
  },
  {
    id: 'shadowed',
    severity: 'warning',
    *find({ snapshot }) {
      for (const entry of snapshot.contexts) {
        if (entry.origin.shadowedBy === null) continue
        yield {
          contexts: [entry.id],
          file: entry.origin.file,
          message: `Context “${entry.name}” is never used: ${entry.origin.shadowedBy} comes first and has one of that name.`,
          fix: 'Rename or delete one of the two.',
        }
      }
      yield* shadowedParts('Cluster', snapshot.clusters, snapshot.contexts, (context) => context.cluster)
      yield* shadowedParts('User', snapshot.users, snapshot.contexts, (context) => context.user)
    },
  },
  each('impersonation', 'warning', (row) => {
    const acting = row.user?.impersonation
    if (!acting) return null
    const as = acting.as ?? acting.uid ?? acting.groups.join(', ')
    return {
      message: `The user entry impersonates “${as}”: the cluster sees that name, not the AWS identity.`,
      fix: 'Remove as, as-uid, as-groups and as-user-extra from the user entry.',
      ...inFileOf(row.user),
    }
  }),
  each('exec-suppressed', 'warning', (row) => {
    const user = row.user
    if (!user?.exec) return null
    const other = suppressedBy(user)
    return other === null
      ? null
      : {
          message: `The user entry has ${other} beside its exec command, so kubectl never runs the command.`,
          fix: `Remove ${other} from the user entry.`,
          ...inFileOf(user),
        }
  }),
]

const inFileOf = (entry: UserEntry | null) => (entry ? { file: entry.origin.file } : {})

/** client-go's order: a token, basic auth or a client certificate on the same user keep exec from being used. */
function suppressedBy(user: UserEntry): string | null {
  if (user.secrets.includes('token') || user.tokenFile !== null) return 'a token'
  if (user.username !== null) return 'a user name and password'
  if (user.clientCertificate !== null) return 'a client certificate'
  return null
}

/** Same cluster and same identity; null where either is not known. */
function twinKey(row: FindingRow): string | null {
  const cluster = clusterKey(row)
  if (cluster === null || !isAws(row)) return null
  const who = actingKey(row)
  if (who === null) return null
  // Somebody impersonated is somebody else to the cluster.
  const impersonation = row.user?.impersonation ?? null
  return `${cluster.length} ${who.length} ${cluster}${who}${impersonation === null ? '' : ` ${JSON.stringify(impersonation)}`}`
}

function clusterKey({ meant, cluster }: FindingRow): string | null {
  if (cluster?.server) return cluster.server.replace(/(?<!\/)\/+$/, '').toLowerCase()
  return meant.name && meant.region && meant.account ? `${meant.account}/${meant.region}/${meant.name}` : null
}

/** Outcomes that say who it would be after a sign-in; behind any other problem there is nobody. */
const afterSignIn: ReadonlySet<ProblemCode> = new Set(['sso-login', 'aws-login', 'mfa-code', 'expired-keys'])

function actingKey({ predicted, intended }: FindingRow): string | null {
  const { problem } = predicted
  if (problem !== null && !afterSignIn.has(problem.code)) return null
  return identityKey(predicted) ?? identityKey(intended)
}

function identityKey(who: Intended | Predicted): string | null {
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

function* duplicates(what: string, entries: readonly NamedEntry[], told: boolean): Iterable<FoundFinding> {
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
      contexts: told ? group.map((entry) => entry.id) : [],
      file: first.origin.file,
      message: `The ${what} “${first.name}” is there ${group.length > 1 ? `${group.length} times (lines ${lines})` : 'more than once'}: kubectl refuses the whole file.`,
      fix: 'Rename or delete all but one.',
    }
  }
}

/** A context of the later file silently gets the earlier file's entry: told with the contexts that it happens to. */
function* shadowedParts(
  what: string,
  entries: readonly NamedEntry[],
  contexts: readonly ContextEntry[],
  refers: (context: ContextEntry) => string | null,
): Iterable<FoundFinding> {
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
      message: `${what} “${entry.name}” of this file is never used: kubectl takes the one in ${entry.origin.shadowedBy ?? ''}, which comes first.`,
      fix: 'Rename one of the two.',
    }
  }
}

/** Everything that the rules find, in the table's order. Takes time linear in contexts. */
export function findAll(input: FindingInput): readonly Finding[] {
  const effective = effectiveRows(input.rows)
  const byUser = new Map<EntryId, FindingRow[]>()
  for (const row of effective) {
    if (!row.user) continue
    const known = byUser.get(row.user.id)
    if (known) known.push(row)
    else byUser.set(row.user.id, [row])
  }
  const indexed: Indexed = { ...input, effective, byUser }
  const found: Finding[] = []
  for (const rule of rules) {
    for (const { contexts, file, message, fix, severity = rule.severity } of rule.find(indexed)) {
      found.push({ id: rule.id, severity, contexts, file, message, fix })
    }
  }
  return found
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
