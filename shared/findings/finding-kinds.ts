/** What each finding is about, in which group and by which title it is listed, and on which line of its file it is. Pure. */
import type { EntryId, Snapshot } from '../kubeconfig/entries'
import { entriesNamed } from '../kubeconfig/named-by'
import { lazy } from '../once'
import type { Severity } from './define-rule'
import type { Finding, FindingId } from './finding-rules'

/** What a finding is about. Findings of a context or its entry count in its row; all others are reported once. */
export const findingScopes = ['context', 'entry', 'file', 'profile', 'machine', 'fleet'] as const
export type FindingScope = (typeof findingScopes)[number]

/** Groups of findings, the most harmful first. */
export const findingGroups = [
  'file-refused',
  'acts-as-another',
  'cannot-work',
  'not-let-in',
  'not-as-it-looks',
  'housekeeping',
] as const
export type FindingGroup = (typeof findingGroups)[number]

type FindingKind = readonly [scope: FindingScope, group: FindingGroup, title: string]

const kinds: Readonly<Record<FindingId, FindingKind>> = {
  'shared-user': ['entry', 'not-as-it-looks', 'Several contexts share one user entry'],
  'same-identity': ['fleet', 'not-as-it-looks', 'Several names for one identity and cluster'],
  'env-keys-win': ['entry', 'acts-as-another', 'Exported keys win over AWS_PROFILE'],
  unpinned: ['entry', 'not-as-it-looks', 'The entry names no identity'],
  'double-assume': ['entry', 'not-as-it-looks', 'A role is assumed on top of a role'],
  'cluster-mismatch': ['entry', 'not-let-in', 'The token is for another cluster'],
  'deprecated-api-version': ['entry', 'cannot-work', 'kubectl refuses the exec apiVersion'],
  'missing-interactive-mode': ['entry', 'cannot-work', 'exec v1 without interactiveMode'],
  'command-not-found': ['entry', 'cannot-work', 'The command is not found'],
  'partition-mismatch': ['entry', 'cannot-work', 'Identity and cluster differ in partition'],
  'region-mismatch': ['entry', 'not-let-in', 'The region differs from that of the cluster'],
  'missing-output-json': ['entry', 'housekeeping', 'The output format is left to the AWS files'],
  'audit-name-lost': ['entry', 'housekeeping', 'Sessions have the default name in audit logs'],
  'unknown-profile': ['entry', 'cannot-work', 'The profile is in neither AWS file'],
  'broken-profile': ['profile', 'cannot-work', 'The profile cannot work'],
  'dangling-cluster': ['context', 'cannot-work', 'Its cluster entry is not there'],
  'dangling-user': ['context', 'cannot-work', 'Its user entry is not there'],
  'dangling-current': ['file', 'cannot-work', 'current-context names nothing that is there'],
  'duplicate-name': ['file', 'file-refused', 'A name is there twice in one file'],
  shadowed: ['context', 'not-as-it-looks', 'An earlier file has a context of that name'],
  'unsafe-name': ['file', 'file-refused', 'kubectl would misread a name without quotes'],
  impersonation: ['entry', 'acts-as-another', 'The entry impersonates another name'],
  'exec-suppressed': ['entry', 'acts-as-another', 'kubectl takes a token or certificate instead'],
  'other-aws': ['machine', 'not-as-it-looks', 'The aws that would run lacks something'],
  kuberc: ['machine', 'cannot-work', 'A kuberc makes kubectl refuse the command'],
  'insecure-skip-tls': ['entry', 'not-as-it-looks', 'The certificate of the cluster is not checked'],
  'plain-secret': ['entry', 'housekeeping', 'The file holds a secret'],
  'open-permissions': ['file', 'housekeeping', 'Others may read or write the file'],
  'orphan-cluster': ['file', 'housekeeping', 'No context names these clusters'],
  'orphan-user': ['file', 'housekeeping', 'No context names these users'],
  'slow-token': ['fleet', 'housekeeping', 'Each kubectl command waits for aws'],
  'unreadable-file': ['file', 'file-refused', 'kubectl cannot read the file'],
  'unusable-output': ['entry', 'cannot-work', 'aws would print what kubectl cannot read'],
  'unsafe-request': ['entry', 'not-as-it-looks', 'The request is not protected as usual'],
  'misspelt-variable': ['entry', 'not-as-it-looks', 'A variable is misspelt, and does nothing'],
  'impossible-cluster-name': ['entry', 'cannot-work', 'No cluster can have that name'],
  'service-role': ['entry', 'cannot-work', 'The role is the cluster’s own'],
  'command-not-allowed': ['entry', 'housekeeping', 'The command may not run yet'],
  'stale-cluster': ['entry', 'not-let-in', 'Endpoint or CA differ from what AWS says'],
  'cluster-gone': ['entry', 'not-let-in', 'AWS knows no such cluster any more'],
  'no-access-entry': ['context', 'not-let-in', 'No access entry lets the identity in'],
  'unexpected-identity': ['context', 'acts-as-another', 'The identity is not the one that is expected'],
  'unexpected-cluster': ['context', 'not-let-in', 'The cluster is not the one that is expected'],
  'unexpected-pin': ['entry', 'not-as-it-looks', 'Profile or role are not named by argument'],
  'unexpected-context': ['context', 'housekeeping', 'No line of the expect file fits the context'],
  'missing-context': ['fleet', 'housekeeping', 'A line of the expect file fits no context'],
}

export const scopeOf = (id: FindingId): FindingScope => kinds[id][0]
export const groupOf = (id: FindingId): FindingGroup => kinds[id][1]
/** What a finding says of a context or cluster that has it, in a few words. */
export const findingTitle = (id: FindingId): string => kinds[id][2]

const severities: readonly Severity[] = ['error', 'warning', 'info']

/** The order of a list of findings: by severity, and of one severity the most harmful group first. */
export const bySeverity = (
  a: Pick<Finding, 'id' | 'severity'>,
  b: Pick<Finding, 'id' | 'severity'>,
): number =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  findingGroups.indexOf(groupOf(a.id)) - findingGroups.indexOf(groupOf(b.id))

/** Whether a finding counts in the rows of its contexts: else it is reported once for all of them. */
export const isOfRow = ({ id }: Pick<Finding, 'id'>): boolean =>
  scopeOf(id) === 'context' || scopeOf(id) === 'entry'

/**
 * The line of each finding in its file: of the entry that it is about. Of several contexts, the line of the first. Null: it is
 * about the file as a whole, or the entry is in another file.
 */
export function linesOf({ files, contexts, users }: Pick<Snapshot, 'files' | 'contexts' | 'users'>) {
  const contextOf = lazy(() => new Map(contexts.map((context) => [context.id, context])))
  const userOf = entriesNamed(files, () => users)
  return ({ id, file, line, contexts: [first] }: Finding): number | null => {
    if (line !== undefined) return line
    const context = first === undefined ? undefined : contextOf().get(first)
    if (context === undefined) return null
    const scope = scopeOf(id)
    const user = scope === 'context' || scope === 'fleet' ? null : userOf(context.user, context)
    const entry = [user, context].find((one) => one?.origin.file === file)
    return entry?.origin.line ?? null
  }
}

/** Those of these contexts, and those of their files. */
export function findingsAbout<F extends Pick<Finding, 'contexts' | 'file'>>(
  findings: readonly F[],
  of: readonly { readonly id: EntryId; readonly file: string }[],
): readonly F[] {
  const [ids, files] = [new Set(of.map(({ id }) => id)), new Set(of.map(({ file }) => file))]
  return findings.filter(({ contexts, file }) =>
    contexts.length === 0 ? files.has(file) : contexts.some((id) => ids.has(id)),
  )
}

/** Where the page of a finding is. */
export const pageOf = (id: FindingId): string =>
  `https://github.com/ekscope/ekscope/blob/main/docs/findings/${id}.md`
