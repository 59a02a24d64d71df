/**
 * The proof of a row as four nodes: the identity that the entry intends, the one that the files predict, the one that AWS
 * proved, the one that the cluster saw. And the identity that the context acts as, by the best of them.
 */
import { mayBePinned, mayDoEverything, uselessFinding } from '../../shared/audit/context-facts'
import { actsBy } from '../../shared/audit/judged'
import { clusterAnswer, refusesImpersonation } from '../../shared/identity/cluster-answer'
import type { ProblemCode } from '../../shared/identity/identity'
import type { Who } from '../../shared/identity/named-identity'
import { type NodeName, type NodeState, text } from '../text/page'
import type { Row } from './rows'

const node = (name: NodeName, state: NodeState, who: Who | null) => ({ name, state, who })
export type Node = Readonly<ReturnType<typeof node>>

const stops: ReadonlySet<ProblemCode> = new Set(['sso-login', 'aws-login', 'mfa-code', 'expired-keys'])

/** The four nodes of a row. */
export function proofOf(row: Row) {
  return {
    nodes: [
      node('intended', intendedState(row), row.intended),
      node('predicted', predictedState(row), row.predicted),
      node('proven', provenState(row), row.proven),
      node('seen', seenState(row), row.impersonated ?? row.seen),
    ],
    /** From a stale check. */
    old: row.stale !== null || row.running,
  }
}

const intendedState = (row: Row): NodeState =>
  row.intended !== null ? 'claimed' : mayBePinned(row) ? 'open' : 'none'

function predictedState({ predicted, identity, check }: Row): NodeState {
  if (predicted !== null) return predicted.differs ? 'other' : 'claimed'
  const code = identity?.predicted.problem?.code
  if (code === undefined) return 'none'
  if (stops.has(code)) return 'stopped'
  // Where a source outside the files may still yield keys, only a check shows a failure.
  return identity?.predicted.certain || check?.verdict === 'broken' ? 'failed' : 'none'
}

function provenState({ check, proven, predicted }: Row): NodeState {
  if (proven !== null) return proven.differs ? 'other' : 'observed'
  switch (check?.verdict) {
    case 'broken':
    case 'expired':
    case 'login-needed':
      // Without a predicted identity, the predicted node shows the failure already.
      if (predicted === null) return 'none'
      return check.verdict === 'broken' ? 'failed' : 'stopped'
    case 'unreachable':
      return 'stopped'
    default:
      return 'none'
  }
}

function seenState({ check, proven, seen, impersonated }: Row): NodeState {
  if (check === null) return 'none'
  const answer = clusterAnswer(check)
  if (answer.kind === 'refused' || refusesImpersonation(check)) return 'refused'
  if (impersonated !== null) return 'observed'
  if (seen !== null) return seen.differs ? 'other' : 'observed'
  if (answer.kind === 'let-in') return proven?.differs ? 'other' : 'observed'
  return answer.kind !== 'not-asked' && proven !== null ? 'stopped' : 'none'
}

/** Shown in place of an identity where none is known: a shell may decide, or the context yields no AWS identity. */
export const nobodyText = (row: Row): string =>
  row.identity !== null && mayBePinned(row) ? text.grid.whoever : text.noIdentity

/** The problem that the files predict for an unchecked context; null for none. */
export type Foretold = 'sign-in' | 'fails' | 'other' | 'shell'

export function foretoldOf(row: Row): Foretold | null {
  const { predicted, identity } = row
  const problem = identity?.predicted.problem ?? null
  if (uselessFinding(row) !== null) return 'fails'
  if (problem !== null && stops.has(problem.code)) return 'sign-in'
  if (problem !== null && identity?.predicted.certain) return 'fails'
  if (predicted?.differs && !predicted.uncertain) return 'other'
  return row.intended === null && mayBePinned(row) ? 'shell' : null
}

/** The order of predictions, worst first. */
export const foretoldRank: Readonly<Record<Foretold, number>> = { other: 0, fails: 1, 'sign-in': 2, shell: 3 }

/** The identity that a context acts as, as far as known, and by which evidence. */
const actsAs = (who: Who, by: NodeName, instead: Who | null, master: string | null = null) => ({
  who,
  by,
  /** The intended identity, where it differs. */
  instead: who.differs ? instead : null,
  /** Why it may do everything in the cluster, in words; null where it may not, or that is not known. */
  master,
  /** The identity results from the entry's impersonation in the cluster. */
  impersonated: false,
})
export type Acts = ReturnType<typeof actsAs>

/** By the best of the four nodes that is still current; null where none is known. */
export function actsOf(row: Row): Acts | null {
  const holds = row.stale === null && !row.running
  const acts = actsBy(row, holds)
  if (acts === null) return null
  const { who, by } = acts
  const master = holds && (by === 'proven' || by === 'seen') ? mayDoEverything(row.check) : null
  if (who === row.impersonated) return { ...actsAs(who, by, null, master), impersonated: true }
  return actsAs(who, by, by === 'intended' ? null : row.intended, master)
}
