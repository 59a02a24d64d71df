/**
 * From what was observed to the verdict: a pure function. What each step of a check found out is a value here;
 * how it was found out is electron/whoami. The order of the lines is docs/identity.md's, "Verdict".
 */

import { named } from '../visible'
import { parsePrincipal, permissionSetOf, sameArn, samePrincipal, uniqueIdOf } from './arn'
import { firstWithLogin } from './aws-version'
import {
  type Check,
  type Intended,
  type Predicted,
  type Problem,
  type Proven,
  type Seen,
  type Verdict,
  verdictOfCode,
  verdictOrder,
} from './identity'
import { inEntry } from './variable-places'

/** What the entry is, before anything runs. */
export type EntryObservation =
  /** An exec entry that kubectl would run. */
  | { readonly kind: 'runs-command' }
  /** Signs in without AWS: certificate, token, basic, auth-provider, nothing. The problem says which. */
  | { readonly kind: 'other-credentials'; readonly problem: Problem }
  /** kubectl would refuse the entry, or the entry needs the user at the keyboard. */
  | { readonly kind: 'refused'; readonly problem: Problem }

/** What became of the context's own command. */
export type CommandObservation =
  | { readonly kind: 'aws-token'; readonly accessKeyId: string }
  /** The command answered with something that is no AWS token: a certificate or another provider's token. */
  | { readonly kind: 'other-token'; readonly problem: Problem }
  | { readonly kind: 'no-token'; readonly problem: Problem }
  | { readonly kind: 'not-run' }

/** What AWS answered when the token was replayed. */
export type StsObservation =
  | { readonly kind: 'proven'; readonly proven: Proven }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'not-asked' }

/** What the cluster answered to SelfSubjectReview, asked without impersonation. */
export type ClusterObservation =
  | { readonly kind: 'seen'; readonly seen: Seen }
  /** 403 whose message names no user: the identity was let in, but not said as which user. */
  | { readonly kind: 'let-in' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'not-asked' }

/** An access key that environment or entry carry, which the command takes before the profile that the entry names. */
export interface WinningKey {
  readonly accessKeyId: string
  /** As a sentence calls it: `AWS_ACCESS_KEY_ID in exec env`. */
  readonly from: string
}

/** Everything that the verdict depends on. */
export interface Observation {
  readonly intended: Intended
  readonly predicted: Predicted
  readonly winningKey: WinningKey | null
  readonly entry: EntryObservation
  readonly command: CommandObservation
  readonly sts: StsObservation
  readonly cluster: ClusterObservation
  /** The same question with the impersonation that the entry names. */
  readonly actsAs: ClusterObservation
}

/**
 * The verdict of one context in one environment, and the problem that decided it. Every problem observed has its line in the
 * table; the first line wins, and within a line the step that came first. Only `verified` and `proven` have no problem.
 */
export function verdictOf(observation: Observation): Pick<Check, 'verdict' | 'problem'> {
  const problems = problemsOf(observation)
  for (const verdict of verdictOrder) {
    const problem = problems.find(({ code }) => verdictOfCode(code) === verdict)
    if (problem) return { verdict, problem }
  }
  return { verdict: canBeCompared(observation.intended) ? 'verified' : 'proven', problem: null }
}

/** Whether files or the user say which identity to expect: without one to compare with, no proof makes a context right. */
export function canBeCompared({ arn, accessKeyId, account, permissionSet }: Intended): boolean {
  return arn !== null || accessKeyId !== null || account !== null || permissionSet !== null
}

function problemsOf(observation: Observation): readonly Problem[] {
  const { entry, command, sts, cluster, actsAs } = observation
  const problems: Problem[] = []
  if (entry.kind !== 'runs-command') problems.push(entry.problem)
  if (command.kind === 'other-token' || command.kind === 'no-token') problems.push(command.problem)
  if (sts.kind === 'failed') problems.push(sts.problem)
  if (sts.kind === 'proven') {
    const other = otherPrincipal(observation, sts.proven)
    if (other) problems.push(other)
    if (cluster.kind === 'seen') {
      const differs = seenDiffers(sts.proven, cluster.seen)
      if (differs) problems.push(differs)
    }
  }
  if (cluster.kind === 'failed') problems.push(cluster.problem)
  if (actsAs.kind === 'failed') problems.push(actsAs.problem)
  return problems
}

/**
 * Why the proven principal is not the intended one; null when it is, or when none is intended. An ARN decides
 * by `samePrincipal`, a key by its id, an SSO profile by account and permission set; of a profile that cannot be
 * known from files only one thing can be certain: that something else was used in its place.
 */
export function otherPrincipal(
  { intended, predicted, winningKey }: Pick<Observation, 'intended' | 'predicted' | 'winningKey'>,
  proven: Proven,
): Problem | null {
  const used =
    winningKey?.accessKeyId === proven.accessKeyId
      ? winningKey.from
      : predictionHeld(predicted, proven)
        ? predicted.instead
        : null
  const passedOver =
    used === null && predictionHeld(predicted, proven) ? (predicted.passedOver ?? null) : null
  const why =
    used !== null
      ? `, because ${used} is used instead`
      : passedOver === null
        ? ''
        : `, because the profile has ${passedOver}`
  const says = (wanted: string): Problem => ({
    code: 'other-principal',
    message: `${intended.expected ? 'The expected identity is' : 'The entry names'} ${wanted}, but AWS says that the command acts as ${shortName(proven.arn)}${why}.`,
    next:
      passedOver === null
        ? nextOf(used, predicted, proven, intended.expected)
        : `Use an aws of version ${firstWithLogin} or newer, and leave the entry as it is.`,
  })
  if (intended.arn !== null) {
    const provenSide = { arn: proven.arn, uniqueId: uniqueIdOf(proven.userId) }
    return samePrincipal({ arn: intended.arn, uniqueId: null }, provenSide)
      ? null
      : says(shortName(intended.arn))
  }
  if (intended.accessKeyId !== null) {
    return intended.accessKeyId === proven.accessKeyId ? null : says(`access key ${intended.accessKeyId}`)
  }
  if (intended.account !== null || intended.permissionSet !== null) {
    return sameAccountAndSet(intended, proven) ? null : says(describeSso(intended))
  }
  return intended.profile !== null && used !== null ? says(`profile ${named(intended.profile)}`) : null
}

/** Whether a check is of other facts than this fingerprint, undefined: of none; empty: it is not known. */
export const isOfOthers = (check: Pick<Check, 'fingerprint'>, fingerprint: string | undefined): boolean =>
  fingerprint !== '' && fingerprint !== check.fingerprint

/**
 * A check as it reads where another identity is intended now than when it was made: the expected identity decides nothing of
 * what was observed. Null where the stored check does not show that: a mismatch of the principal may hide more, and for a context
 * whose expectation is gone a new check is needed.
 */
export function rejudged(check: Check, intended: Intended): Check | null {
  const was = check.intended
  if (!was.expected && !intended.expected) return check
  if (was.expected === intended.expected && was.arn === intended.arn) return check
  const { verdict, problem, predicted, proven } = check
  const again = { ...check, intended }
  const decided = problem === null ? verdict : verdictOfCode(problem.code)
  if (proven === null || isBefore(decided, 'mismatch')) return again
  if (!intended.expected) return null
  const other = otherPrincipal({ intended, predicted, winningKey: null }, proven)
  if (other !== null) return { ...again, ...clusterProblemBehind(check), verdict: 'mismatch', problem: other }
  if (problem?.code === 'other-principal') return null
  if (problem !== null) return again
  return { ...again, verdict: 'verified' }
}

/** Where an identity was proven, the problem behind the mismatch is the cluster's: that it acts as another now decides first. */
function clusterProblemBehind({ problem, clusterProblem }: Check): Pick<Check, 'clusterProblem'> {
  const behind = clusterProblem ?? problem
  return behind === null || !isBefore('mismatch', verdictOfCode(behind.code))
    ? {}
    : { clusterProblem: behind }
}

const lines: readonly Verdict[] = verdictOrder
const isBefore = (verdict: Verdict, line: (typeof verdictOrder)[number]): boolean =>
  lines.includes(verdict) && lines.indexOf(verdict) < lines.indexOf(line)

/** Why a check is stale. */
export type StaleReason = 'changed' | 'expected' | 'ended' | 'old'

/** Whether and why a check is not to be taken as true now; times in milliseconds since the epoch. */
export function staleness(
  check: Check,
  identity: { readonly fingerprint: string; readonly intended: Intended } | null,
  now: number,
  staleHours: number,
): StaleReason | null {
  if (identity === null) return 'changed'
  // Empty until the report after a check: main makes it for contexts that have one (renderer/store/verifying.ts asks for that report).
  if (isOfOthers(check, identity.fingerprint)) return 'changed'
  if (rejudged(check, identity.intended) === null) return 'expected'
  if (check.until !== null && check.until <= now) return 'ended'
  return now - check.at > staleHours * 3_600_000 ? 'old' : null
}

/** What to do about a context that acts as another identity; `used`: what took the place of what the entry names. */
function nextOf(used: string | null, predicted: Predicted, proven: Proven, expected: boolean): string {
  if (used !== null) {
    const own = inEntry(used)
    if (own !== null) return `Remove ${own}.`
    const variable = used.replace(/ of .*$/, '')
    return variable === 'DEFAULT_ROLE'
      ? 'Unset DEFAULT_ROLE, or name the role with -r in the exec arguments.'
      : `Unset ${used}, or pin the profile with --profile in the exec arguments (of aws: aws-iam-authenticator has no such option).`
  }
  if (expected)
    return 'Change the role or profile in the entry. Only if this identity is the one that should act here, expect it from now on.'
  return predictionHeld(predicted, proven) === false
    ? `Files and environment predicted ${predictedName(predicted)}, which was wrong here: look at the program that runs, its version and its configuration, before you change the entry.`
    : 'Compare intended and predicted, then change the role or profile in the entry, or the AWS config that it names.'
}

/**
 * Whether AWS proved the very identity that was predicted; null where none was predicted by name or key. A prediction that
 * did not hold is never a cause.
 */
export function predictionHeld(predicted: Predicted, proven: Proven): boolean | null {
  if (predicted.arn !== null) {
    const provenSide = { arn: proven.arn, uniqueId: uniqueIdOf(proven.userId) }
    return samePrincipal({ arn: predicted.arn, uniqueId: null }, provenSide)
  }
  if (predicted.accessKeyId !== null) return predicted.accessKeyId === proven.accessKeyId
  if (predicted.permissionSet !== null) return sameAccountAndSet(predicted, proven)
  return null
}

function predictedName({ arn, accessKeyId, permissionSet, account, profile }: Predicted): string {
  if (arn !== null) return shortName(arn)
  if (accessKeyId !== null) return `access key ${accessKeyId}`
  if (permissionSet !== null) return `permission set ${permissionSet} in account ${account ?? '?'}`
  return `profile ${named(profile ?? 'default')}`
}

/**
 * Whether the identity that files name is this principal; null where files do not show that, as which user owns a key.
 */
export function namedIs(
  named: Pick<Intended, 'arn' | 'accessKeyId' | 'account' | 'partition' | 'permissionSet'>,
  arn: string,
): boolean | null {
  if (named.arn !== null) return sameArn(named.arn, arn)
  if (named.permissionSet !== null) return sameAccountAndSet(named, { arn })
  // A key that lasts is no role's.
  if (named.accessKeyId?.startsWith('AKIA') && parsePrincipal(arn)?.kind === 'role') return false
  return null
}

function sameAccountAndSet(
  intended: Pick<Intended, 'account' | 'partition' | 'permissionSet'>,
  proven: Pick<Proven, 'arn'>,
): boolean {
  const principal = parsePrincipal(proven.arn)
  if (!principal) return false
  if (intended.partition !== null && intended.partition !== principal.partition) return false
  if (intended.account !== null && intended.account !== principal.account) return false
  if (intended.permissionSet === null) return true
  const set = principal.kind === 'role' ? permissionSetOf(principal.name) : null
  return set?.toLowerCase() === intended.permissionSet.toLowerCase()
}

function describeSso(intended: Intended): string {
  const set = intended.permissionSet === null ? 'an identity' : `permission set ${intended.permissionSet}`
  return intended.account === null ? set : `${set} in account ${intended.account}`
}

/**
 * Why the identity that the cluster says it saw is not the one that AWS proved for the same token; null when they
 * agree. Only what the authenticator says is compared: arn and accessKeyId in `extra`, account and unique id in uid.
 */
export function seenDiffers(proven: Proven, seen: Seen): Problem | null {
  const says = (what: string, theirs: string, ours: string): Problem => ({
    code: 'seen-differs',
    message: `AWS proved ${ours}, but the cluster says it saw ${what} ${named(theirs)} for the same token.`,
    next: 'Something between here and the cluster answers in place of the cluster: check server, proxy-url and certificate authority of the entry.',
  })
  const uniqueId = uniqueIdOf(proven.userId)
  for (const arn of [seen.extra.arn?.[0], seen.extra.canonicalArn?.[0]]) {
    if (arn === undefined || arn === '') continue
    if (!samePrincipal({ arn, uniqueId: null }, { arn: proven.arn, uniqueId })) {
      return says('principal', shortName(arn), shortName(proven.arn))
    }
  }
  const key = seen.extra.accessKeyId?.[0]
  if (key !== undefined && key !== '' && key !== proven.accessKeyId) {
    return says('access key', key, proven.accessKeyId)
  }
  const uid = /^aws-iam-authenticator:(\d{12}):([A-Z0-9]+)/.exec(seen.uid ?? '')
  if (uid) {
    const [, account = '', id = ''] = uid
    if (account !== proven.account) return says('account', account, proven.account)
    if (uniqueId !== null && id !== uniqueId) return says('unique id', id, uniqueId)
  }
  return null
}

/** `role Admin of 111122223333`; the ARN itself where it is of no known kind. */
export function shortName(arn: string): string {
  const principal = parsePrincipal(arn)
  if (!principal) return named(arn)
  const { account, kind, name } = principal
  return kind === 'root'
    ? `the root user of ${account}`
    : `${kind.replace('-', ' ')} ${named(name)} of ${account}`
}
