/** The JSON of `ekscope list`: a contract with scripts. Add to it, do not change it. */

import type { ContextIdentity } from '../../shared/findings/context-identity'
import type { Intended, Predicted, Problem, Proven, Seen } from '../../shared/identity/identity'
import type { ClusterEntry, ContextEntry, KubeconfigFile, Snapshot } from '../../shared/kubeconfig/entries'

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

export const problemJson = ({ code, message, next }: Problem) => ({ code, message, next })

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

/** The whole answer of `ekscope list --json`. */
export function listJson(snapshot: Snapshot, identities: readonly ContextIdentity[]) {
  const servers = new Map<string, ClusterEntry>()
  for (const cluster of snapshot.clusters) {
    if (cluster.origin.shadowedBy === null && !servers.has(cluster.name)) servers.set(cluster.name, cluster)
  }
  const used = new Set(effectiveContexts(snapshot).map(({ id }) => id))
  const byId = new Map(identities.map((identity) => [identity.context, identity]))
  return {
    files: snapshot.files.map(fileJson),
    currentContext: snapshot.currentContext,
    contexts: snapshot.contexts.flatMap((context) => {
      const identity = byId.get(context.id)
      if (!identity) return []
      const { meant } = identity
      return {
        context: context.name,
        current: context.name === snapshot.currentContext && used.has(context.id),
        file: context.origin.file,
        namespace: context.namespace,
        cluster: {
          entry: context.cluster,
          server: servers.get(context.cluster ?? '')?.server ?? null,
          name: meant.name,
          region: meant.region,
          account: meant.account,
          partition: meant.partition,
          tokenFor: meant.tokenFor,
        },
        user: context.user,
        sharedWith: identity.sharedWith,
        ...(identity.sharedMore === undefined ? {} : { sharedMore: identity.sharedMore }),
        auth: identity.auth,
        profile: identity.profile,
        profilePinnedBy: identity.profilePinnedBy,
        role: identity.role,
        expected: identity.expected,
        intended: intendedJson(identity.intended),
        predicted: predictedJson(identity.predicted),
        aws: identity.aws,
        findings: [...new Set(identity.findings.map(({ id }) => id))],
      }
    }),
  }
}
