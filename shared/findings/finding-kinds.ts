/** What each finding is about, in which group it is listed, and on which line of its file it is. Pure. */
import type { Snapshot } from '../kubeconfig/entries'
import { lazy } from '../once'
import type { Finding, FindingId } from './finding-rules'

/** What a finding is about. Findings of a context or its entry count in its row; all others are reported once. */
export const findingScopes = ['context', 'entry', 'file', 'profile', 'machine', 'fleet'] as const
export type FindingScope = (typeof findingScopes)[number]

/** Groups of findings, the most harmful first. */
export const findingGroups = [
  'acts-as-another',
  'cannot-work',
  'not-let-in',
  'not-as-it-looks',
  'housekeeping',
] as const
export type FindingGroup = (typeof findingGroups)[number]

type FindingKind = readonly [scope: FindingScope, group: FindingGroup]

const kinds: Readonly<Record<FindingId, FindingKind>> = {
  'shared-user': ['entry', 'not-as-it-looks'],
  'same-identity': ['fleet', 'not-as-it-looks'],
  'env-keys-win': ['entry', 'acts-as-another'],
  unpinned: ['entry', 'not-as-it-looks'],
  'double-assume': ['entry', 'not-as-it-looks'],
  'cluster-mismatch': ['entry', 'not-let-in'],
  'deprecated-api-version': ['entry', 'cannot-work'],
  'missing-interactive-mode': ['entry', 'cannot-work'],
  'command-not-found': ['entry', 'cannot-work'],
  'partition-mismatch': ['entry', 'cannot-work'],
  'region-mismatch': ['entry', 'not-let-in'],
  'missing-output-json': ['entry', 'housekeeping'],
  'audit-name-lost': ['entry', 'housekeeping'],
  'unknown-profile': ['entry', 'cannot-work'],
  'broken-profile': ['profile', 'cannot-work'],
  'dangling-cluster': ['context', 'cannot-work'],
  'dangling-user': ['context', 'cannot-work'],
  'dangling-current': ['file', 'cannot-work'],
  'duplicate-name': ['file', 'cannot-work'],
  shadowed: ['context', 'not-as-it-looks'],
  'unsafe-name': ['file', 'cannot-work'],
  impersonation: ['entry', 'acts-as-another'],
  'exec-suppressed': ['entry', 'acts-as-another'],
  'other-aws': ['machine', 'not-as-it-looks'],
  kuberc: ['machine', 'cannot-work'],
  'insecure-skip-tls': ['entry', 'not-as-it-looks'],
  'plain-secret': ['entry', 'housekeeping'],
  'open-permissions': ['file', 'housekeeping'],
  'orphan-cluster': ['file', 'housekeeping'],
  'orphan-user': ['file', 'housekeeping'],
  'unreadable-file': ['file', 'cannot-work'],
  'unusable-output': ['entry', 'cannot-work'],
  'unsafe-request': ['entry', 'not-as-it-looks'],
  'misspelt-variable': ['entry', 'not-as-it-looks'],
  'impossible-cluster-name': ['entry', 'cannot-work'],
  'service-role': ['entry', 'cannot-work'],
  'command-not-allowed': ['entry', 'housekeeping'],
  'stale-cluster': ['entry', 'not-let-in'],
  'cluster-gone': ['entry', 'not-let-in'],
  'no-access-entry': ['context', 'not-let-in'],
  'unexpected-identity': ['context', 'acts-as-another'],
  'unexpected-cluster': ['context', 'not-let-in'],
  'unexpected-pin': ['entry', 'not-as-it-looks'],
  'unexpected-context': ['context', 'housekeeping'],
  'missing-context': ['fleet', 'housekeeping'],
}

export const scopeOf = (id: FindingId): FindingScope => kinds[id][0]
export const groupOf = (id: FindingId): FindingGroup => kinds[id][1]

/** Whether a finding counts in the rows of its contexts: else it is reported once for all of them. */
export const isOfRow = ({ id }: Pick<Finding, 'id'>): boolean =>
  scopeOf(id) === 'context' || scopeOf(id) === 'entry'

/**
 * The line of each finding in its file: of the entry that it is about. Of several contexts, the line of the first. Null: it is
 * about the file as a whole, or the entry is in another file.
 */
export function linesOf({ contexts, users }: Pick<Snapshot, 'contexts' | 'users'>) {
  const contextOf = lazy(() => new Map(contexts.map((context) => [context.id, context])))
  const userOf = lazy(
    () =>
      new Map(
        users
          .flatMap((user) => (user.origin.shadowedBy === null ? [[user.name, user] as const] : []))
          .reverse(),
      ),
  )
  return ({ id, file, line, contexts: [first] }: Finding): number | null => {
    if (line !== undefined) return line
    const context = first === undefined ? undefined : contextOf().get(first)
    if (context === undefined) return null
    const scope = scopeOf(id)
    const user =
      scope === 'context' || scope === 'fleet' || context.user === null ? null : userOf().get(context.user)
    const entry = [user, context].find((one) => one?.origin.file === file)
    return entry?.origin.line ?? null
  }
}

/** Where the page of a finding is. */
export const pageOf = (id: FindingId): string =>
  `https://github.com/ekscope/ekscope/blob/main/docs/findings/${id}.md`
