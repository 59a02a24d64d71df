/**
 * What a cluster answered in a check, also where something else decided the verdict: a context that acts as another identity may be let in as that
 * one, refused, or not be answered at all. Pure.
 */
import type { Check, Problem, ProblemCode } from './identity'

export type ClusterAnswer =
  /** It named the user that it sees (`named`), or let the identity in without a name. */
  | { readonly kind: 'let-in'; readonly named: boolean }
  /** It does not take the token (401). */
  | { readonly kind: 'refused'; readonly problem: Problem }
  /** Something answered, and the answer did not say which user the cluster sees. */
  | { readonly kind: 'not-said'; readonly problem: Problem }
  /** The token was not sent, so that it reaches no wrong server. */
  | { readonly kind: 'held-back'; readonly problem: Problem }
  /** No answer came. */
  | { readonly kind: 'not-reached'; readonly problem: Problem }
  /** The check ended before, or it was stored by a version that did not note it. */
  | { readonly kind: 'not-asked' }

const kindOf: Partial<Readonly<Record<ProblemCode, Exclude<ClusterAnswer['kind'], 'let-in' | 'not-asked'>>>> =
  {
    unauthorized: 'refused',
    'cluster-answer': 'not-said',
    throttled: 'not-said',
    'cluster-insecure': 'held-back',
    'file-not-trusted': 'held-back',
    'cluster-plain-http': 'held-back',
    'cluster-unreachable': 'not-reached',
    'cluster-dns': 'not-reached',
    'cluster-refused': 'not-reached',
    'cluster-timeout': 'not-reached',
    'cluster-tls': 'not-reached',
    'cluster-proxy': 'not-reached',
  }

/** The fields of a check that show it. */
export type CheckOfCluster = Pick<Check, 'seen' | 'problem' | 'clusterProblem' | 'steps'>

/** What the cluster answered to the identity of the context, before any impersonation. */
export function clusterAnswer(check: CheckOfCluster): ClusterAnswer {
  if (check.seen !== null) return { kind: 'let-in', named: true }
  const step = check.steps.find(({ kind }) => kind === 'cluster')
  const problem = check.clusterProblem ?? check.problem
  const kind = problem === null ? undefined : kindOf[problem.code]
  // STS may have been asked too often, and the cluster not at all.
  if (problem !== null && kind !== undefined && (problem.code !== 'throttled' || step !== undefined))
    return { kind, problem }
  return step?.outcome === 'ok' ? { kind: 'let-in', named: false } : { kind: 'not-asked' }
}

/** The cluster lets the identity in, and does not let it impersonate the user that the entry names. */
export const refusesImpersonation = ({
  problem,
  clusterProblem,
}: Pick<Check, 'problem' | 'clusterProblem'>): boolean =>
  (clusterProblem ?? problem)?.code === 'impersonation-refused'
