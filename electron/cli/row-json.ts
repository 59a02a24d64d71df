/** The common JSON of `list`, `whoami` and others: a contract with scripts. Add to it, do not change it. */

import type { Readable } from '../../shared/identity/access-entries'
import type { Intended, Predicted, Problem, Proven, Seen } from '../../shared/identity/identity'
import type { ContextEntry, KubeconfigFile, Snapshot } from '../../shared/kubeconfig/entries'

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
  problems: problems.map(({ at, ...problem }) => ({
    ...fieldsOf(problem, 'code', 'severity', 'message', 'next'),
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

/** The command that kubectl would run for a context; null: none. */
export function commandsIn({ users }: Snapshot): (context: ContextEntry) => string | null {
  const used = users.filter(({ origin }) => origin.shadowedBy === null && !origin.duplicate)
  const commands = new Map(used.map(({ name, exec }) => [name, exec?.command ?? null]))
  return ({ user }) => (user === null ? null : (commands.get(user) ?? null))
}
