/**
 * What is known of one context in one environment: the identity that its entry means, that files predict, that AWS proved, that
 * the cluster saw, and the verdict that holds now. Grid, findings, map, report and gate all take it from here.
 */
import type { ContextIdentity } from '../findings/context-identity'
import type { Finding, FindingId } from '../findings/finding-rules'
import { sameArn } from '../identity/arn'
import { clusterAnswer, refusesImpersonation } from '../identity/cluster-answer'
import type { Check, Intended, Verdict } from '../identity/identity'
import {
  type KeyOwners,
  keyOwners,
  type Who,
  whoImpersonated,
  whoIntended,
  whoPredicted,
  whoProven,
  whoSeen,
} from '../identity/named-identity'
import { rejudged, type StaleReason, shortName, staleness } from '../identity/verdict'
import type { EntryId, Snapshot } from '../kubeconfig/entries'
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
  const against = contradicting(identity, stale === null ? kept : null, owners)
  const check = kept && checkJudged(identity, kept, stale, owners)
  const meant = against ?? identity?.intended
  const intended = meant ? whoIntended(meant, owners) : null
  const proven = check ? whoProven(check, meant) : null
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

/** A check judged by the identity that is expected now, or against what a foreign file says. */
export function checkJudged(
  identity: ContextIdentity | null,
  kept: Check,
  stale: StaleReason | null,
  owners: KeyOwners,
): Check {
  const against = contradicting(identity, stale === null ? kept : null, owners)
  return against === null ? checkNow(kept, identity) : judgedBy(kept, against)
}

/** What a foreign file says of a context, where another identity acts: it counts against the context, never for it. */
function contradicting(
  identity: ContextIdentity | null,
  check: Check | null,
  owners: KeyOwners,
): Intended | null {
  const said = identity?.against ?? null
  if (identity === null || said === null || said.arn === null) return null
  if (check?.proven) return sameArn(said.arn, check.proven.canonicalArn) ? null : said
  const predicted = whoPredicted(identity.predicted, whoIntended(said, owners), owners)
  return predicted?.differs ? said : null
}

/** Returns the same object for the same check and identity: rows are compared by their inputs. */
const judgements = new WeakMap<Intended, WeakMap<Check, Check>>()

const judgedBy = (check: Check, intended: Intended): Check =>
  once(
    once(judgements, intended, () => new WeakMap()),
    check,
    () => rejudged(check, intended) ?? check,
  )

/** A check judged by the identity that is expected of the context now; unchanged where it cannot be judged again. */
export function checkNow(check: Check, identity: ContextIdentity | null): Check {
  if (identity === null || (!check.intended.expected && identity.expected === null)) return check
  return judgedBy(check, identity.intended)
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
 * The findings of a context that hold. Keys that take a profile's place are no finding where they yield the identity that the
 * user expects: files do not say whose keys they are, and checks have shown it. `file`: the one of the context.
 */
export function findingsNow(
  identity: ContextIdentity | null,
  judged: Pick<Judged, 'check' | 'proven' | 'predicted' | 'intended' | 'stale'>,
  file: string,
): readonly Finding[] {
  const { findings = noFindings } = identity ?? {}
  if (identity === null) return findings
  const own = [...notAllowed(identity, judged, file), ...anotherIdentity(identity, judged, file)]
  if (own.length > 0) return [...own, ...findings]
  if (!identity.expected || !actsAsExpected(judged) || identity.predicted.instead === null) return findings
  return findings.filter(({ id }) => id !== 'env-keys-win')
}

/** A check that holds did not run the command, because the user has not allowed it. */
function notAllowed(
  { context }: ContextIdentity,
  { check, stale }: Parameters<typeof findingsNow>[1],
  file: string,
): readonly Finding[] {
  if (check === null || stale !== null || check.problem?.code !== 'command-not-allowed') return []
  const { message, next: advice } = check.problem
  return [{ id: 'command-not-allowed', severity: 'info', contexts: [context], file, message, advice }]
}

/** A check that holds proved another identity than the context should have, or files and environment give one. */
function anotherIdentity(
  identity: ContextIdentity,
  { check, stale, proven, predicted, intended }: Parameters<typeof findingsNow>[1],
  file: string,
): readonly Finding[] {
  const { context, findings } = identity
  const finding = { id: 'unexpected-identity', severity: 'error', contexts: [context], file } as const
  // Without an expected identity, keys that win are the cause, and their finding says so.
  const isExpected = identity.expected !== null || identity.against !== undefined
  if (!isExpected && findings.some(({ id }) => id === 'env-keys-win')) return []
  if (check !== null && stale === null) {
    const { verdict, problem } = check
    if (verdict === 'mismatch' && problem !== null)
      return [
        {
          ...finding,
          message: problem.message,
          advice: problem.next,
          askedAt: check.at,
          since: check.since ?? check.at,
        },
      ]
    if (proven !== null && !proven.differs) return []
  }
  if (!isExpected || intended === null || !predicted?.differs) return []
  const likely = predicted.uncertain ? ' most likely' : ''
  return [
    {
      ...finding,
      message: `The expected identity is ${described(intended)}, but by files and environment the context would${likely} act as ${described(predicted)}.`,
      advice:
        'Change the role or profile in the entry. Only if this identity is the one that should act here, expect it from now on.',
    },
  ]
}

const described = ({ arn, label }: Who): string => (arn === null ? label : shortName(arn))

/** What is known of each context of some files in one environment. */
export interface JudgedInput {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** After how many hours a check is stale. */
  readonly staleHours: number
  readonly snapshot: Pick<Snapshot, 'contexts'>
  readonly identities: readonly ContextIdentity[]
  /** Of whole files, too. */
  readonly findings: readonly Finding[]
  /** Of this environment. */
  readonly checks: readonly Check[]
}

/** Each context of the files, judged; in their order. */
export function judgedContexts({ snapshot, identities, checks, now, staleHours }: JudgedInput) {
  const owners = keyOwners(checks)
  const identityOf = new Map(identities.map((one) => [one.context, one]))
  const checkOf = new Map(checks.map((one) => [one.context, one]))
  const contexts = snapshot.contexts.map((entry) => {
    const identity = identityOf.get(entry.id) ?? null
    const kept = checkOf.get(entry.id) ?? null
    const stale = kept && staleness(kept, identity, now, staleHours)
    const judged = judge(identity, kept, stale, owners)
    return { entry, identity, kept, judged, findings: findingsNow(identity, judged, entry.origin.file) }
  })
  return { owners, contexts }
}

/** Those that the judge of one context finds: whether there is a check that counts decides with what. */
export const byChecks: ReadonlySet<string> = new Set<FindingId>([
  'unexpected-identity',
  'command-not-allowed',
])

/** The findings that hold of these contexts and their files: none is said of a context in which it is settled. */
export function allFindingsNow(
  contexts: ReturnType<typeof judgedContexts>['contexts'],
  findings: readonly Finding[],
): readonly Finding[] {
  const made = contexts.flatMap(({ findings: now }) => now.filter(({ id }) => byChecks.has(id)))
  const settled = new Set(
    contexts.flatMap(({ entry, identity, findings: now }) =>
      now.length < (identity?.findings.length ?? 0) ? [entry.id] : [],
    ),
  )
  return [...made, ...(settled.size === 0 ? findings : findings.flatMap((one) => unsettled(one, settled)))]
}

/** Without contexts in which exported keys yield the identity that the user expects; none where no other is left. */
function unsettled(finding: Finding, settled: ReadonlySet<EntryId>): readonly Finding[] {
  if (finding.id !== 'env-keys-win') return [finding]
  const contexts = finding.contexts.filter((id) => !settled.has(id))
  return contexts.length === 0 ? [] : [{ ...finding, contexts }]
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
