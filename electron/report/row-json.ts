/** The common JSON of `list`, `whoami` and others: a contract with scripts. Add to it, do not change it. */

import { adminNow } from '../../shared/audit/judged'
import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { Finding } from '../../shared/findings/finding-rules'
import type { Readable } from '../../shared/identity/access-entries'
import type { Check, Intended, Predicted, Problem, Proven, Seen } from '../../shared/identity/identity'
import type { ContextEntry, KubeconfigFile, Snapshot } from '../../shared/kubeconfig/entries'
import { entriesNamed, isCurrentIn, placedName } from '../../shared/kubeconfig/named-by'
import type { IdentityRow } from '../identity/assemble'

/** These fields of a value, in this order. */
export const fieldsOf = <T, K extends keyof T & string>(of: T, ...names: readonly K[]) =>
  Object.fromEntries(names.map((name) => [name, of[name]]))

export const intendedJson = (intended: Intended) =>
  fieldsOf(intended, 'arn', 'accessKeyId', 'profile', 'account', 'by')

export const predictedJson = ({ problem, ...predicted }: Predicted) => ({
  ...fieldsOf(predicted, 'arn', 'accessKeyId', 'account', 'by', 'certain'),
  problem: problem && problemJson(problem),
})

type Coded<Code> = Omit<Problem, 'code'> & { readonly code: Code }
export const problemJson = <Code>({ code, message, next }: Coded<Code>) => ({ code, message, next })

/** The requested value, or why it was not read. */
export const readJson = <T, V extends object>(one: Readable<T>, of: (value: T) => V) =>
  one.state === 'read' ? { read: true, ...of(one.value) } : { read: false, why: one.why, next: one.next }

export const provenJson = (proven: Proven) =>
  fieldsOf(proven, 'arn', 'canonicalArn', 'account', 'userId', 'accessKeyId', 'ms')

export const seenJson = (seen: Seen) => fieldsOf(seen, 'username', 'uid', 'groups', 'extra', 'ms')

export const fileJson = ({ path, problems }: KubeconfigFile) => ({
  path,
  problems: problems.map(({ at, code, severity, message, next }) => ({
    ...{ code, severity, message, next },
    line: at?.line ?? null,
    column: at?.column ?? null,
  })),
})

/** The contexts that kubectl would use: the first of a name over all files that it merges, and in each that is read alone. */
export function effectiveContexts(snapshot: Snapshot): readonly ContextEntry[] {
  const taken = new Set<string>()
  const placed = placedName(snapshot.files)
  return snapshot.contexts.filter((context) => {
    const key = placed(context.name, context)
    if (context.origin.shadowedBy !== null || taken.has(key)) return false
    taken.add(key)
    return true
  })
}

/** The command that kubectl would run for a context; null: none. */
export function commandsIn(snapshot: Snapshot): (context: ContextEntry) => string | null {
  const named = entriesNamed(snapshot.files, () => snapshot.users.filter(({ origin }) => !origin.duplicate))
  return (context) => named(context.user, context)?.exec?.command ?? null
}

/** One row, as it is in the document. */
export const rowJson = (row: IdentityRow, snapshot: Snapshot) => ({
  ...ownJson(row, snapshot),
  ...commonJson(row),
  findings: row.findingIds,
})

/** The fields of this context alone. */
export function ownJson(row: IdentityRow, snapshot: Snapshot) {
  const { name, context, path } = row.resolved
  const { name: eks, region, account, partition, tokenFor } = row.meant
  const { cluster: entry, user } = context
  return {
    context: name,
    current: row.effective && isCurrentIn(snapshot, { name, origin: { file: path, shadowedBy: null } }),
    file: path,
    namespace: row.namespace,
    cluster: {
      entry,
      server: row.server,
      name: eks,
      region,
      account,
      partition,
      tokenFor,
    },
    user,
    ...row.others,
  }
}

/** The fields that follow from the user entry, and from the identity that is expected. */
export const commonJson = (row: IdentityRow) => ({
  ...fieldsOf(row, 'auth', 'profile', 'profilePinnedBy', 'role', 'expected'),
  intended: intendedJson(row.intended),
  predicted: predictedJson(row.predicted),
  aws: row.aws,
})

/** The next step with its terminal command; the window has a button for it. */
export const inTerminal = (problem: Problem): Problem =>
  problem.code === 'file-not-trusted'
    ? { ...problem, next: `${problem.next} Here: whoami with \`--trust-file\`.` }
    : problem

/** A result of `whoami` as JSON: a contract with scripts. Add to it, do not change it. */
export function checkJson(
  check: Check,
  known: ContextIdentity | undefined,
  environmentProblem: string | null,
  findings: readonly Finding[] = known?.findings ?? [],
) {
  const { contextName, verdict, intended, predicted, proven, seen, actsAs, problem, clusterProblem, aws } =
    check
  return {
    context: contextName,
    verdict,
    expected: known?.expected ?? null,
    intended: intendedJson(intended),
    predicted: predictedJson(predicted),
    proven: proven && provenJson(proven),
    seen: seen && seenJson(seen),
    actsAs: actsAs && seenJson(actsAs),
    admin: adminNow(check, true),
    problem: problem && problemJson(inTerminal(problem)),
    clusterProblem: clusterProblem ? problemJson(inTerminal(clusterProblem)) : null,
    aws,
    environmentProblem,
    sharedWith: known?.sharedWith ?? [],
    findings: [...new Set(findings.map(({ id }) => id))],
  }
}
