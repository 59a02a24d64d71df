/**
 * The table of rules: what is wrong or risky in a context or a file, why, what to do about it, and the edits that fix
 * it. A finding is an id in the list below, its rule in the table and its row in finding-kinds.ts. Pure over one
 * snapshot and what is known of one environment.
 */
import { type Flaw, flawIds, flawOfCluster, flawSentence, writeOutputJson } from '../exec/flaws'
import { meantCluster } from '../exec/parse'
import { partitionOfRegion } from '../identity/regions'
import { shortName } from '../identity/verdict'
import {
  type EntryId,
  type FileProblemCode,
  isMendable,
  type KubeconfigFile,
  type UserEntry,
} from '../kubeconfig/entries'
import { parseShown } from '../kubeconfig/secrets'
import { named, quoted } from '../visible'
import {
  eachUser,
  type FindingDetails,
  type FindingText,
  type Fix,
  type FixContext,
  type Fixes,
  fixTo,
  inFileOf,
  type MendedBy,
  namedAll,
  perContext,
  type Rule,
  type Severity,
} from './define-rule'
import { envKeysWin } from './environment-keys-rule'
import { looseFiles, orphans, plainSecrets, uncheckedCertificates } from './file-rules'
import { commandsNotFound, otherAws, refusedByKuberc, slowTokens } from './program-rules'
import {
  clusterOf,
  type FindingRow,
  getsToken,
  hasCluster,
  hasUser,
  isAws,
  nameOf,
  type ProfileUse,
} from './rule-input'
import { twins } from './same-identity-rule'
import { duplicates, shadowedParts } from './same-name-rules'

/** Something wrong or risky in a context, or in a whole file: then `contexts` is empty. */
export interface Finding extends FindingDetails {
  readonly id: FindingId
  readonly severity: Severity
  readonly contexts: readonly EntryId[]
}

/** What a fix takes from its finding. */
export type FixFinding = Pick<Finding, 'id'> & MendedBy

export const madeIds = [
  'shared-user',
  'same-identity',
  'env-keys-win',
  'unpinned',
  'double-assume',
  'cluster-mismatch',
  'deprecated-api-version',
  'missing-interactive-mode',
  'command-not-found',
  'partition-mismatch',
  'region-mismatch',
  'missing-output-json',
  'audit-name-lost',
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
  'insecure-skip-tls',
  'plain-secret',
  'open-permissions',
  'orphan-cluster',
  'orphan-user',
  'unreadable-file',
  'slow-token',
  ...flawIds,
] as const

/** Ids that no rule of one file finds: the judge of a context does, what AWS says of clusters, or the lines of an expect file (shared/audit). */
export const judgedIds = [
  'unexpected-identity',
  'unexpected-cluster',
  'unexpected-pin',
  'unexpected-context',
  'missing-context',
  'command-not-allowed',
  'stale-cluster',
  'cluster-gone',
  'service-role',
  'no-access-entry',
] as const

export type MadeId = (typeof madeIds)[number]
export type FindingId = MadeId | (typeof judgedIds)[number]
/** Ids and severities are a contract with scripts: ids are only ever added. */
export const findingIds: readonly FindingId[] = [...madeIds, ...judgedIds]
const allIds: ReadonlySet<unknown> = new Set(findingIds)
export const isFindingId = (value: unknown): value is FindingId => allIds.has(value)

const flawsIn = ({ meaning }: Pick<FindingRow, 'meaning'>, id: Flaw['id']): readonly Flaw[] =>
  meaning?.flaws.filter((flaw) => flaw.id === id) ?? []

/** Rules about a profile: also run for entries that an edit would write (electron/identity/edit-warnings.ts). */
export const profileRules = {
  'double-assume'(use: ProfileUse): FindingText | null {
    if (!isAws(use) || use.role === null || use.profileState.kind !== 'assumes-role') return null
    const { role, source } = use.profileState
    const profile = `Profile ${quoted(use.profile ?? '')} already assumes ${named(role)}`
    const instead = source === null ? {} : { instead: source }
    if (role === use.role)
      return {
        message: `${profile}, and the entry names that role too: the role is assumed twice.`,
        advice: 'Remove the role from the entry, or name a profile that does not assume it.',
        ...instead,
      }
    return {
      message: `${profile}, and the entry assumes ${named(use.role)} on top of it: the second role is assumed by the first, not with the profile’s own credentials, and must trust the first.`,
      advice:
        source === null
          ? 'Leave it if this chain is meant and a check proves it; else remove the role from the entry, or name a profile that assumes no role.'
          : `Leave it if this chain is meant and a check proves it; else remove the role, or use profile ${quoted(source)}, its source, where the role trusts that.`,
      ...instead,
    }
  },
  'unknown-profile': ({ profile, profileState }: ProfileUse): FindingText | null =>
    profileState.kind === 'unknown'
      ? {
          message: `Profile ${quoted(profile ?? '')} is in neither the AWS config nor the credentials file: aws fails, even where access keys would win over the profile.`,
          advice: 'Name a profile that exists, or add this one to the AWS config file.',
        }
      : null,
} as const

export const rules: Readonly<Record<MadeId, Rule>> = {
  'shared-user': {
    severity: 'warning',
    *find({ sharing }) {
      for (const rows of sharing) {
        const [first] = rows
        if (!first?.user) continue
        yield {
          rows,
          file: first.user.origin.file,
          message: `${rows.length} contexts share the user ${quoted(first.user.name)} (${namedAll(rows.map(nameOf))}): changing the role or profile of one changes all of them.`,
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
    if (!isAws(row) || row.meaning?.given || intended.expected) return null
    if (row.profile !== null || row.role !== null || intended.arn !== null || intended.accessKeyId !== null)
      return null
    return {
      message:
        'The entry names no profile, role or keys: the context acts as whatever identity the shell that runs kubectl has.',
      advice: 'Pin the context to a profile.',
    }
  }),
  'double-assume': eachUser('warning', profileRules['double-assume'], {
    fix: fixTo(
      (profile) => `Use the profile ${named(profile)} instead`,
      (context, profile) => ({ kind: 'set-profile', context, profile, pin: null, scope: 'split' }),
    ),
  }),
  'cluster-mismatch': perContext(
    'error',
    (row) => {
      const { name, tokenFor } = row.meant
      if (tokenFor === null || name === null || !isAws(row)) return null
      return {
        message: `The token is for cluster ${quoted(tokenFor)}, but the context’s cluster entry is that of ${quoted(name)}, which refuses such a token.`,
        advice: `Name ${quoted(name)} in the exec arguments, or point the context at the cluster entry of ${quoted(tokenFor)}.`,
        instead: name,
        ...inFileOf(row.user),
      }
    },
    {
      fix: fixTo(
        (name) => `Sign for ${named(name)}`,
        (context, name) => ({ kind: 'set-eks-name', context, name, scope: 'split' }),
      ),
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
          : `The exec entry asks for the API version ${quoted(exec.apiVersion ?? '')}, which kubectl does not know.`,
        advice: 'Set apiVersion to client.authentication.k8s.io/v1beta1.',
        unusable: true,
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
  'missing-interactive-mode': eachUser(
    'error',
    ({ user }) =>
      user?.exec?.apiVersion === 'client.authentication.k8s.io/v1' && !user.exec.interactiveMode
        ? {
            message:
              'The exec entry asks for client.authentication.k8s.io/v1 and has no interactiveMode: kubectl refuses it.',
            advice: 'Set interactiveMode to IfAvailable.',
            unusable: true,
            ...inFileOf(user),
          }
        : null,
    {
      fix: ({ id }) => ({
        label: 'Set interactiveMode',
        edits: [{ kind: 'set-api-version', context: id, version: 'v1', scope: 'split' }],
      }),
    },
  ),
  'command-not-found': { severity: 'error', find: commandsNotFound },
  'partition-mismatch': perContext('error', (row) => {
    const { partition } = row.meant
    const whom = row.entryNames ?? row.intended
    if (!isAws(row) || whom.partition === null || partition === null || whom.partition === partition)
      return null
    const who = whom.arn === null ? `profile ${quoted(whom.profile ?? '')}` : shortName(whom.arn)
    return {
      message: `The entry names ${who}, which is of partition ${whom.partition}, and its cluster is of ${partition}: a cluster lets in identities of its own partition alone.`,
      advice: `Name a role or profile of partition ${partition}, or point the context at a cluster of ${whom.partition}.`,
      ...inFileOf(row.user),
    }
  }),
  'region-mismatch': perContext(
    'warning',
    (row) => {
      const signed = row.meaning?.region
      const cluster = clusterOf(row)
      if (!isAws(row) || !signed || cluster === null) return null
      const { region } = meantCluster(null, cluster.name, cluster.server)
      if (region === null || region === signed) return null
      const apart = partitionOfRegion(signed) !== partitionOfRegion(region)
      return {
        ...(apart ? { severity: 'error' } : {}),
        message: `The token is signed in ${signed}, and the cluster is in ${region}${apart ? ', another partition, which refuses it' : ': it depends on STS of both, and who asks AWS by the entry finds another cluster or none'}.`,
        advice: `Name ${region} as the region of the command.`,
        instead: region,
        ...inFileOf(row.user),
      }
    },
    {
      fix: fixTo(
        (region) => `Set the region ${region}`,
        (context, region) => ({ kind: 'set-region', context, region, scope: 'split' }),
      ),
    },
  ),
  'missing-output-json': eachUser(
    'info',
    ({ meaning, predicted, user }) => {
      if (meaning?.gets !== 'aws' || meaning.output === 'json') return null
      const advice = writeOutputJson
      return meaning.output !== null || !meaning.understood || predicted.problem?.next === advice
        ? null
        : {
            message:
              'The entry names no --output: kubectl cannot read what aws prints once AWS_DEFAULT_OUTPUT or output of a profile says text or table.',
            advice,
            ...inFileOf(user),
          }
    },
    {
      fix: ({ id }) => ({
        label: 'Add --output json',
        edits: [{ kind: 'set-output-json', context: id, scope: 'split' }],
      }),
    },
  ),
  'unusable-output': eachUser(
    'error',
    (row) => {
      const { problem } = row.predicted
      const found = flawed(flawsIn(row, 'unusable-output'), row)
      const ofFiles =
        row.meaning?.gets === 'aws' && problem?.next === writeOutputJson
          ? { message: problem.message, advice: problem.next, ...inFileOf(row.user) }
          : null
      const text = found ?? ofFiles
      return text && (text.advice.includes(writeOutputJson) ? { ...text, instead: 'json' } : text)
    },
    {
      fix: fixTo(
        () => 'Write --output json',
        (context) => ({ kind: 'set-output-json', context, scope: 'split' }),
      ),
    },
  ),
  'unsafe-request': eachUser('warning', (row) => flawed(flawsIn(row, 'unsafe-request'), row)),
  'misspelt-variable': eachUser('warning', (row) => flawed(flawsIn(row, 'misspelt-variable'), row)),
  'impossible-cluster-name': perContext('error', (row) => {
    const gets = getsToken(row)
    const flaw = gets === null ? null : flawOfCluster(gets, row.meant.tokenFor ?? row.meant.name)
    return flaw && flawed([flaw], row)
  }),
  'audit-name-lost': eachUser('info', (row) =>
    getsToken(row) === 'aws' && row.role !== null
      ? {
          message: `Whoever assumes ${shortName(row.role)} by this entry is session EKSGetTokenAuth, as aws calls it: the cluster’s audit log tells no more.`,
          advice: 'Let a profile with a role_session_name assume the role, and name that profile instead.',
          ...inFileOf(row.user),
        }
      : null,
  ),
  'unknown-profile': eachUser('error', profileRules['unknown-profile']),
  'broken-profile': eachUser('error', (row) =>
    row.profileState.kind === 'broken'
      ? {
          message: `Profile ${quoted(row.profile ?? '')} cannot work: ${row.profileState.why}.`,
          advice: 'Correct the profile in the AWS config file, or name another one.',
        }
      : null,
  ),
  'dangling-cluster': perContext('error', (row) => {
    if (hasCluster(row)) return null
    const { cluster } = row.context
    return {
      message: cluster
        ? `Cluster ${quoted(cluster)} is in none of the files.`
        : 'The context names no cluster.',
      advice: 'Point the context at a cluster that exists, or delete the context.',
      unusable: true,
    }
  }),
  'dangling-user': perContext('error', (row) => {
    if (hasUser(row)) return null
    const { user } = row.context
    return {
      message: user ? `User ${quoted(user)} is in none of the files.` : 'The context names no user.',
      advice: 'Point the context at a user that exists, or delete the context.',
      unusable: true,
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
        message: `The current-context is ${quoted(currentContext)}, but no context has that name: kubectl fails without --context.`,
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
          message: `Context ${quoted(entry.name)} in ${entry.origin.file} is never used: ${entry.origin.shadowedBy} comes first and has a context of that name.`,
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
        const problem = problems.find(({ code }) => code === 'misread-string')
        if (!problem) continue
        yield {
          contexts: [],
          file: path,
          ...(problem.at && { line: problem.at.line }),
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
      message: `The user entry impersonates ${quoted(as ?? uid ?? groups.join(', '))}: the cluster sees that name, not the AWS identity.`,
      advice: `If that is not meant, remove ${keys.join(' and ')} from the user entry.`,
      ...inFileOf(row.user),
    }
  }),
  'exec-suppressed': {
    ...eachUser('warning', (row) => {
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
    *find({ effective }) {
      // A user and password in the address win over all that the user entry says.
      for (const row of effective)
        if (row.auth === 'basic' && row.user?.exec && row.cluster?.server && holdsLogin(row.cluster.server))
          yield {
            rows: [row],
            file: row.cluster.origin.file,
            line: row.cluster.origin.line,
            message:
              'The server of the cluster entry has a user name and password in it: kubectl sends these, and not the token that the exec command gives.',
            advice: 'Take them out of the server.',
          }
    },
  },
  'other-aws': { severity: 'warning', find: otherAws },
  kuberc: { severity: 'error', find: refusedByKuberc },
  'slow-token': {
    severity: 'info',
    find: slowTokens,
    fix: ({ id }) => ({
      label: 'Let Ekscope make its tokens',
      edits: [{ kind: 'set-token-by', context: id, by: 'ekscope', scope: 'shared' }],
    }),
  },
  'insecure-skip-tls': { severity: 'warning', find: uncheckedCertificates },
  'plain-secret': eachUser('warning', ({ user }) => {
    const holds = user === null ? [] : plainSecrets(user)
    return holds.length === 0
      ? null
      : {
          message: `The user entry holds ${holds.join(' and ')} in plain text: whoever reads the file can use it.`,
          advice: 'Get tokens by a command, or keep the secret in a file of its own that only you may read.',
          ...inFileOf(user),
        }
  }),
  'open-permissions': { severity: 'warning', find: looseFiles },
  'orphan-cluster': { severity: 'info', find: (input) => orphans('cluster', input) },
  'orphan-user': { severity: 'info', find: (input) => orphans('user', input) },
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
          ...(problem.at && { line: problem.at.line }),
          message: `No context can be used: kubectl refuses ${path}${at}. ${problem.message}`,
          advice: problem.next,
        }
      }
    },
  },
}

/** What is wrong with a command line, each thing once; null: nothing. */
function flawed(flaws: readonly Flaw[], row: Pick<FindingRow, 'user'>): FindingText | null {
  if (flaws.length === 0) return null
  const once = (texts: readonly string[]) => [...new Set(texts)].join(' ')
  const advice = once(flaws.map((flaw) => flaw.advice))
  return { message: once(flaws.map(flawSentence)), advice, ...inFileOf(row.user) }
}

/** Problems of files that other rules report. */
const toldOtherwise: ReadonlySet<FileProblemCode> = new Set(['missing', 'misread-string', 'duplicate-name'])

/** Go's net/http sends them before any token. */
function holdsLogin(server: string): boolean {
  const parsed = server.includes('@') ? parseShown(server) : null
  return parsed?.ok === true && parsed.value.login !== null
}

/** client-go's order: a token, basic auth or a client certificate on the same user keep exec from being used. */
function suppressedBy(user: UserEntry): string | null {
  if (user.secrets.includes('token') || user.tokenFile !== null) return 'a token'
  if (user.username !== null) return 'a user name and password'
  if (user.clientCertificate !== null) return 'a client certificate'
  return null
}

/** By any id of a finding: looked up for each of ten thousand contexts. */
const fixes: ReadonlyMap<FindingId, Fixes> = new Map(madeIds.map((id) => [id, rules[id]]))

/** What fixes a finding in one of its contexts; null where the user has to choose, or nothing is left to fix. */
export function fixOf(finding: FixFinding, context: FixContext): Fix | null {
  return fixes.get(finding.id)?.fix?.(context, finding) ?? null
}

/** What fixes a finding in a whole file; null where nothing is to fix, or edits alone cannot. */
export function fixOfFile(id: FindingId, file: KubeconfigFile): Fix | null {
  return fixes.get(id)?.fixFile?.(file) ?? null
}

/** Findings that are fixed context by context. */
export const contextFixIds: readonly FindingId[] = madeIds.filter((id) => rules[id].fix !== undefined)
/** Findings that are fixed in whole files. */
export const fileFixIds: readonly FindingId[] = madeIds.filter((id) => rules[id].fixFile !== undefined)
