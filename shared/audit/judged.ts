/**
 * What is known of one context in one environment: the identity that its entry means, that files predict, that AWS proved, that
 * the cluster saw, and the verdict that holds now. Grid, findings, map, report and gate all take it from here.
 */
import type { ContextIdentity } from '../findings/context-identity'
import type { Finding } from '../findings/finding-rules'
import { clusterAnswer, refusesImpersonation } from '../identity/cluster-answer'
import type { Check, Verdict } from '../identity/identity'
import { rejudged, type StaleReason } from '../identity/verdict'
import {
  type KeyOwners,
  type Who,
  whoImpersonated,
  whoIntended,
  whoPredicted,
  whoProven,
  whoSeen,
} from '../identity/who'
import { once } from '../once'

export type Judged = Readonly<ReturnType<typeof judge>>

/** A verdict that holds now, or why there is none. */
export type StandingVerdict = Verdict | 'not-checked' | 'stale'

/** `stale`: why the check does not count as true now (`staleness`); null where it does. */
export function judge(
  identity: ContextIdentity | null,
  kept: Check | null,
  stale: StaleReason | null,
  owners: KeyOwners,
) {
  const check = kept && checkNow(kept, identity)
  const intended = identity ? whoIntended(identity.intended, owners) : null
  const proven = check ? whoProven(check, identity?.intended) : null
  const verdict: StandingVerdict = check === null ? 'not-checked' : stale !== null ? 'stale' : check.verdict
  return {
    /** Judged by the identity that is expected now. */
    check,
    intended,
    predicted: identity ? whoPredicted(identity.predicted, intended, owners) : null,
    proven,
    seen: check ? whoSeen(check, proven) : null,
    /** The identity that the cluster sees with the entry's impersonation, and so the one that kubectl acts as. */
    impersonated: check?.actsAs ? whoImpersonated(check.actsAs) : null,
    stale,
    verdict,
  }
}

/** Returns the same object for the same check and identity: rows are compared by their inputs. */
const judgements = new WeakMap<ContextIdentity, WeakMap<Check, Check>>()

/** A check judged by the identity that is expected of the context now; unchanged where it cannot be judged again. */
export function checkNow(check: Check, identity: ContextIdentity | null): Check {
  if (identity === null || (!check.intended.expected && identity.expected === null)) return check
  const known = once(judgements, identity, () => new WeakMap())
  return once(known, check, () => rejudged(check, identity.intended) ?? check)
}

/** The step of the proof that says as which identity a context acts, the best last. */
export type ActsBy = 'intended' | 'predicted' | 'proven' | 'seen'

/** The identity that a context acts as by the best evidence that holds, and that evidence; null where none is known. */
export function actsBy(
  judged: Pick<Judged, 'impersonated' | 'proven' | 'seen' | 'predicted' | 'intended'>,
  holds: boolean,
): { readonly who: Who; readonly by: ActsBy } | null {
  const { impersonated, proven, seen, predicted, intended } = judged
  if (holds) {
    if (impersonated !== null) return { who: impersonated, by: 'seen' }
    if (proven !== null) return { who: proven, by: seen === null ? 'proven' : 'seen' }
    if (seen !== null) return { who: seen, by: 'seen' }
  }
  if (predicted !== null) return { who: predicted, by: 'predicted' }
  return intended && { who: intended, by: 'intended' }
}

const masters = 'system:masters'

/** Why the identity that kubectl acts as may do everything in the cluster; null where it may not, or is not known to. */
export function everythingBy(
  check: Pick<Check, 'seen' | 'actsAs' | 'problem' | 'clusterProblem'> | null,
): 'masters' | 'allowed' | null {
  // Where the cluster refuses the entry's impersonation, kubectl may do nothing with it.
  if (check !== null && refusesImpersonation(check)) return null
  const seen = check?.actsAs ?? check?.seen ?? null
  if (seen === null) return null
  if (seen.groups.includes(masters)) return 'masters'
  return seen.everything === true ? 'allowed' : null
}

/**
 * Whether the identity that kubectl acts as may do everything in the cluster, as the cluster answered to a check that holds; null
 * where it did not. What its lists claim is no answer.
 */
export function adminNow(check: Check | null, holds: boolean): boolean | null {
  if (!holds || check === null) return null
  if (everythingBy(check) !== null) return true
  const seen = check.actsAs ?? check.seen
  return seen?.everything === false || clusterAnswer(check).kind === 'refused' || refusesImpersonation(check)
    ? false
    : null
}

const noFindings: readonly Finding[] = []

/**
 * The findings that hold. Keys that take a profile's place are no finding where they yield the identity that the user expects:
 * files do not say whose keys they are, and checks have shown it.
 */
export function findingsNow(
  identity: ContextIdentity | null,
  judged: Pick<Judged, 'proven' | 'predicted' | 'intended' | 'stale'>,
): readonly Finding[] {
  const { findings = noFindings } = identity ?? {}
  if (!identity?.expected || !actsAsExpected(judged)) return findings
  return identity.predicted.instead === null ? findings : findings.filter(({ id }) => id !== 'env-keys-win')
}

function actsAsExpected({
  proven,
  predicted,
  intended,
  stale,
}: Pick<Judged, 'proven' | 'predicted' | 'intended' | 'stale'>): boolean {
  if (proven !== null && stale === null) return !proven.differs
  return predicted !== null && predicted.key !== null && predicted.key === intended?.key
}
