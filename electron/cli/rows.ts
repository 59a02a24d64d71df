/** What the JSON of `list`, `whoami` and others has in common: a contract with scripts. Add to it, do not change it. */

import type { Readable } from '../../shared/identity/access'
import type { Intended, Predicted, Problem, Proven, Seen } from '../../shared/identity/identity'
import type { ContextEntry, KubeconfigFile, Snapshot } from '../../shared/kubeconfig/entries'

export const intendedJson = ({ arn, accessKeyId, profile, account, by }: Intended) => ({
  arn,
  accessKeyId,
  profile,
  account,
  by,
})

export const predictedJson = ({ arn, accessKeyId, account, by, certain, problem }: Predicted) => ({
  arn,
  accessKeyId,
  account,
  by,
  certain,
  problem: problem && problemJson(problem),
})

export const problemJson = <Code>({
  code,
  message,
  next,
}: Omit<Problem, 'code'> & { readonly code: Code }) => ({
  code,
  message,
  next,
})

/** What was asked for, or why it was not read. */
export const readJson = <T, V extends object>(one: Readable<T>, of: (value: T) => V) =>
  one.state === 'read' ? { read: true, ...of(one.value) } : { read: false, why: one.why, next: one.next }

export const provenJson = ({ arn, canonicalArn, account, userId, accessKeyId, ms }: Proven) => ({
  arn,
  canonicalArn,
  account,
  userId,
  accessKeyId,
  ms,
})

export const seenJson = ({ username, uid, groups, extra, ms }: Seen) => ({ username, uid, groups, extra, ms })

export const fileJson = ({ path, problems }: KubeconfigFile) => ({
  path,
  problems: problems.map(({ code, severity, message, next, at }) => ({
    code,
    severity,
    message,
    next,
    line: at?.line ?? null,
    column: at?.column ?? null,
  })),
})

/** Whether kubectl would use this context: the first of its name over all files. */
export function effectiveContexts(snapshot: Snapshot): readonly ContextEntry[] {
  const taken = new Set<string>()
  return snapshot.contexts.filter(({ name, origin }) => {
    if (origin.shadowedBy !== null || taken.has(name)) return false
    taken.add(name)
    return true
  })
}
