/**
 * The most harmful true sentence about one context: what was observed, else what files foretell, what is wrong, what to do. Heads
 * of the inspector and `ekscope explain` say it. Pure.
 */

import { ago } from '../age'
import { clusterAnswer, refusesImpersonation } from '../identity/cluster-answer'
import {
  type Check,
  type EnvironmentName,
  type Predicted,
  type Problem,
  type ProblemCode,
  signsInByAws,
} from '../identity/identity'
import { keyOwners, sameIntended, type Who, whoIntended } from '../identity/named-identity'
import { environmentInSentence } from '../identity/variable-places'
import { predictionHeld } from '../identity/verdict'
import { assertNever } from '../result'
import { named } from '../visible'
import {
  type ContextFacts,
  mayBePinned,
  mayDoEverything,
  signsInBy,
  tokenForOf,
  unusable,
  uselessFinding,
} from './context-facts'

export interface Sentence {
  readonly tone: 'ok' | 'bad' | 'warn' | 'no' | 'info'
  /** The identity that it is about, for the tile next to it; null where there is none. */
  readonly who: Who | null
  /** A headline: without a full stop, like those of every view and dialog. */
  readonly title: string
  /** The part of the title that says that the identity may do everything, such as `system:masters`; null: none. */
  readonly master: string | null
  readonly body: string
  /** What to do next, where no button says it; null when nothing needs doing. */
  readonly next: string | null
}

/** A sentence of its parts. */
export const sentenceOf = (
  tone: Sentence['tone'],
  title: string,
  body: string,
  more: Partial<Sentence> = {},
): Sentence => ({ tone, title, body, who: null, master: null, next: null, ...more })

/** A key's id alone says little in a sentence: `key AKIA…7QX2`. A profile has its quotes already. */
export function nameOf(who: Who | null): string {
  if (who === null) return 'no identity'
  if (/^A[KS]IA…/.test(who.label)) return `key ${who.label}`
  return who.label.startsWith('profile ') ? who.label : named(who.label)
}
const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1)

/** `AWS_ACCESS_KEY_ID of the login shell (~/.profile:7) wins over profile pay-ro, which only AWS_PROFILE names.` */
function overridden({ instead }: Predicted, row: ContextFacts): string | null {
  if (instead === null) return null
  const { profile = null, profilePinnedBy: pin = 'none' } = row.identity ?? {}
  if (profile === null) return `${instead} wins over what the entry names.`
  return `${instead} wins over profile ${named(profile)}${pin === 'env' ? ', which the entry names by a variable only' : ''}.`
}

/** The same for a check, where AWS proved what was predicted: a prediction that did not hold is no cause. */
function becauseHeld({ predicted, proven }: Check, row: ContextFacts): string | null {
  return proven !== null && predictionHeld(predicted, proven) === true ? overridden(predicted, row) : null
}

/** Where a prediction begins: `, by AWS_ACCESS_KEY_ID of the login shell`. */
const from = (predicted: Predicted | undefined): string =>
  predicted?.by[0] === undefined ? '' : `, by ${predicted.by[0]}`

/** A key is written in a file: what the entry names is the profile. */
function called(intended: Who | null, profile: string | null): string {
  const who = nameOf(intended)
  return profile !== null && who.startsWith('key ') ? `profile ${named(profile)} (${who})` : who
}

/** The cluster as a sentence calls it. */
const clusterName = (row: ContextFacts): string => {
  const { identity, entry } = row
  const name = identity?.meant.name ?? null
  return name !== null ? named(name) : entry.cluster ? `cluster entry ${named(entry.cluster)}` : 'the cluster'
}

/** Two identities with the same name are distinguished by their accounts. */
function notAs(proven: Who | null, intended: Who | null, masters: string): string {
  const [is, not] = [nameOf(proven), nameOf(intended)]
  const of = (who: Who | null) => (who?.account ? ` of ${who.account}` : '')
  return is === not
    ? `${is}${of(proven)}${masters}, not ${not}${of(intended)}`
    : `${is}${masters}, not ${not}`
}

/** The identity that the entry named when it was checked: old evidence is judged by the intention of its time. */
function intendedThen(row: ContextFacts, check: Check): Who | null {
  const now = row.identity?.intended
  return now !== undefined && sameIntended(now, check.intended)
    ? row.intended
    : whoIntended(check.intended, keyOwners([check]))
}

function signInTitle({ code, next }: { readonly code: ProblemCode; readonly next: string }): string {
  if (code === 'interactive-always') return 'A terminal is needed'
  if (code === 'mfa-code') return 'An MFA code is needed'
  const session = /--(?:sso-session|profile)[ =]([^\s`]+)/.exec(next)?.[1]
  return session === undefined ? 'A sign-in is needed' : `Sign in to ${session}`
}

const signIns: ReadonlySet<ProblemCode> = new Set([
  'sso-login',
  'aws-login',
  'mfa-code',
  'interactive-always',
])

const expectedOf = ({ identity }: ContextFacts) => identity?.expected ?? null

/** What the files predict for a context that was not checked yet. */
export function predictedSentence(row: ContextFacts, environment: EnvironmentName): Sentence {
  const where = environmentInSentence[environment]
  const predicted = row.identity?.predicted
  const problem = predicted?.problem ?? null
  const auth = row.identity?.auth ?? 'aws'
  const useless = uselessFinding(row)
  if (useless !== null) {
    return sentenceOf('bad', 'Not checked, but kubectl cannot use this context', useless.message, {
      next: useless.advice,
    })
  }
  if (!signsInByAws(auth) && auth !== 'exec') {
    return sentenceOf(
      'info',
      'Does not sign in with AWS',
      `The user entry signs in ${signsInBy[auth]}, so the context has no AWS identity.`,
    )
  }
  if (problem !== null) {
    return sentenceOf(
      'warn',
      signIns.has(problem.code)
        ? signInTitle(problem)
        : predicted?.certain
          ? 'Will fail as the entry stands'
          : 'Not checked, and likely to fail',
      problem.message,
      { next: problem.next },
    )
  }
  if (row.intended === null && row.predicted !== null) {
    return sentenceOf(
      'warn',
      'Not checked: the shell decides who acts',
      `The entry names no identity; in ${where} the context would act as ${nameOf(row.predicted)}${from(predicted)}.`,
      { who: row.predicted },
    )
  }
  if (row.predicted?.differs) {
    return sentenceOf(
      'bad',
      `Not checked, but would act as ${notAs(row.predicted, row.intended, '')}`,
      (predicted && overridden(predicted, row)) ??
        `In ${where} the files lead to ${nameOf(row.predicted)}${from(predicted)}.`,
      { who: row.predicted },
    )
  }
  if (tokenForOf(row) !== null) {
    return sentenceOf(
      'bad',
      `Not checked, but ${clusterName(row)} would refuse the token`,
      `The exec arguments sign for ${tokenForOf(row)}.`,
      { who: row.predicted ?? row.intended },
    )
  }
  if (row.predicted === null)
    return sentenceOf(
      'info',
      'Not checked yet',
      mayBePinned(row)
        ? `The entry names no identity, and ${where} gives none.`
        : 'The files do not say whom this context would act as.',
      { who: row.intended },
    )
  return sentenceOf(
    'info',
    `Not checked yet: the files say ${nameOf(row.predicted)}`,
    row.predicted.uncertain
      ? 'As far as files can tell; only a check proves that.'
      : 'Only a check proves that.',
    { who: row.predicted },
  )
}

/** The identity that the cluster sees without impersonation. */
function seenPhrase({ seen, actsAs }: Check): string {
  if (seen === null) return ''
  const username = named(seen.username)
  if (seen.fromDenial)
    return ` The cluster knows the identity as ${username}, but denies it a SelfSubjectReview.`
  // The same ARN once more says nothing.
  if (actsAs === null && seen.username.startsWith('arn:')) return ' The cluster sees the same.'
  return actsAs === null
    ? ` The cluster sees ${username}.`
    : ` Without impersonation the cluster sees ${username}.`
}

/** Verbs for the present state, and for the state when it was checked. */
const verbs = {
  present: { acts: 'Acts', signs: 'Signs', is: 'is', may: 'may not', refuses: 'refuses', sees: 'sees' },
  past: { acts: 'Acted', signs: 'Signed', is: 'was', may: 'was not let', refuses: 'refused', sees: 'saw' },
} as const

/** Where another problem decided the verdict: says that kubectl would fail there anyway; empty where it works or is not known. */
function turnedAway(row: ContextFacts, check: Check, verb: (typeof verbs)[keyof typeof verbs]): string {
  if (refusesImpersonation(check)) return `, and ${verb.may} act as ${impersonatedBy(row)}`
  if (clusterAnswer(check).kind !== 'refused') return ''
  return tokenForOf(row)
    ? `, and ${clusterName(row)} ${verb.refuses} the token`
    : `, and ${verb.is} not let into ${clusterName(row)}`
}

/** The result of asking a cluster that named no identity; without a result, that it could not be asked. */
const notAnswered: Partial<Readonly<Record<ReturnType<typeof clusterAnswer>['kind'], string>>> = {
  'not-said': 'did not say whom it sees',
  'held-back': 'was not asked',
}

const impersonatedBy = (row: ContextFacts): string => {
  const as = row.user?.impersonation?.as
  return as == null ? 'another user' : named(as)
}

/** Of a check that went by a code that was used once. */
export const withCodeMeaning =
  'The code was used once and nothing was kept, so kubectl asks for a code of its own. To avoid that, sign in again and keep what the code gives.'

/** What a check found; `tense`: whether that counts as true now. */
export function observedSentence(row: ContextFacts, check: Check, tense: keyof typeof verbs): Sentence {
  const found = observedBy(row, check, tense)
  if (check.withCode !== true || tense === 'past') return found
  // It is still true, but kubectl itself would not get this result.
  const body = [found.body, withCodeMeaning].filter(Boolean).join(' ')
  return { ...found, body }
}

function observedBy(row: ContextFacts, check: Check, tense: keyof typeof verbs): Sentence {
  const verb = verbs[tense]
  const { problem } = check
  const actsAs = check.actsAs && named(check.actsAs.username)
  const next = problem?.next ?? null
  const message = problem?.message ?? ''
  const intended = intendedThen(row, check)
  const proven = nameOf(row.proven)
  const who = row.impersonated ?? row.proven ?? row.seen
  const master = mayDoEverything(check)
  const masters = master === null ? '' : ` (${master})`
  const about = { who, master }
  const headline = (as: string) =>
    actsAs === null
      ? `${verb.acts} as ${proven}${masters}${as}`
      : `${verb.acts} as ${actsAs}${masters}, signed in as ${proven}`
  switch (check.verdict) {
    case 'verified':
      return sentenceOf(
        // The identity of the entry signs in, and another one acts: the user has to know that.
        actsAs === null ? 'ok' : 'warn',
        headline(
          expectedOf(row) === null
            ? ', as intended'
            : expectedOf(row)?.by === 'here'
              ? ', as you expect'
              : ', as the file expects',
        ),
        `AWS proved ${proven}${actsAs === null ? '' : `, whom ${expectedOf(row) === null ? 'the entry intends' : expectedOf(row)?.by === 'here' ? 'you expect' : 'the file expects'}`}.${seenPhrase(check)}`,
        about,
      )
    case 'proven': {
      const program = row.identity?.auth === 'exec' ? (row.user?.exec?.command ?? null) : null
      return sentenceOf(
        'info',
        headline(''),
        intended !== null
          ? `The entry names ${called(intended, check.intended.profile)}, and files do not say whose identity that is: there is nothing to compare ${proven} with.`
          : program === null
            ? `The entry names no identity: the shell that runs kubectl decides${from(check.predicted).replace(', by', ', here by')}.`
            : `The program ${named(program)} decides who acts: there is nothing to compare ${proven} with.`,
        about,
      )
    }
    case 'mismatch': {
      if (problem?.code === 'seen-differs')
        return sentenceOf(
          'bad',
          `AWS proved ${proven}, but the cluster ${verb.sees} ${nameOf(row.seen)}`,
          message,
          {
            ...about,
            next,
          },
        )
      const away = turnedAway(row, check, verb)
      const acts = away === '' ? verb.acts : `${verb.signs} in`
      return sentenceOf(
        'bad',
        intended === null
          ? headline(away)
          : actsAs === null
            ? `${acts} as ${notAs(row.proven, intended, masters)}${away}`
            : `${acts} as ${actsAs}${masters}, signed in as ${notAs(row.proven, intended, '')}`,
        [becauseHeld(check, row) ?? message, check.clusterProblem?.message].filter(Boolean).join(' '),
        { ...about, next },
      )
    }
    case 'no-access':
      return sentenceOf(
        'no',
        problem?.code === 'impersonation-refused'
          ? `${verb.signs} in as ${proven}, but ${verb.may} act as ${impersonatedBy(row)}`
          : tokenForOf(row)
            ? `${clusterName(row)} ${verb.refuses} the token of ${proven}`
            : `${proven} ${verb.is} not let into ${clusterName(row)}`,
        message,
        { who: row.proven, next },
      )
    case 'login-needed':
      return sentenceOf(
        'warn',
        tense === 'past'
          ? 'A sign-in was needed'
          : problem === null
            ? 'A sign-in is needed'
            : signInTitle(problem),
        message,
        { next },
      )
    case 'expired':
      return sentenceOf(
        'warn',
        `The temporary keys${(row.identity?.profile ?? null) === null ? '' : ` of profile ${named(row.identity?.profile ?? '')}`} ${tense === 'present' ? 'have' : 'had'} expired`,
        message,
        { next },
      )
    case 'broken':
      return sentenceOf('bad', ...brokenSaid(problem, tense), { next })
    case 'unreachable':
      return sentenceOf(
        'warn',
        row.proven === null
          ? 'AWS could not be asked'
          : `AWS proved ${proven}, but ${clusterName(row)} ${notAnswered[clusterAnswer(check).kind] ?? 'could not be asked'}`,
        message,
        { who: row.proven, next },
      )
    case 'unsupported':
      return sentenceOf(
        'info',
        check.seen === null
          ? `Does not sign in with AWS${turnedAway(row, check, verb)}`
          : `${verb.acts} as ${actsAs ?? named(check.seen.username)}${masters}, without AWS`,
        [message, check.clusterProblem?.message].filter(Boolean).join(' '),
        { ...about, next },
      )
    default:
      return assertNever(check.verdict, 'verdict')
  }
}

/** Title and body. */
function brokenSaid(problem: Problem | null, tense: keyof typeof verbs): readonly [string, string] {
  const now = tense === 'present'
  const code = problem?.code
  const body = problem?.message ?? ''
  if (code === 'command-not-allowed' || code === 'process-not-allowed')
    return [now ? 'Not proven: the command may not run yet' : 'The command was not allowed to run', body]
  if (code !== undefined && unusable.has(code))
    return [`kubectl ${now ? 'cannot' : 'could not'} use this context`, body]
  const [, who, what] = /^AWS says that \S+ (\S+) of \d+ may not assume role (\S+) of \d+\.$/.exec(body) ?? []
  // The short title says it all; the accounts are named in what to do next.
  if (now && code === 'assume-role-denied' && who !== undefined)
    return [`No identity: ${who} may not assume ${what}`, '']
  return [now ? 'This context yields no identity' : 'This context yielded no identity', body]
}

const whyStale = {
  changed: 'The entry, AWS files, sign-in, trust or environment changed since then.',
  expected: 'Whom the context should act as changed since then.',
  ended: 'The sign-in or the keys behind that have ended since.',
  old: 'That is too long ago to be taken as true.',
} as const

/** Why the entry yields nothing with the files as they are now, also when an old check found something else. Problems that a sign-in solves
 * have their own button. */
function failsNow(row: ContextFacts): { readonly message: string; readonly next: string | null } | null {
  const useless = uselessFinding(row)
  if (useless !== null) return { message: useless.message, next: useless.advice }
  const { problem = null, certain = false } = row.identity?.predicted ?? {}
  return problem !== null && certain && !signIns.has(problem.code) ? problem : null
}

/** The sentence for a context, seen from one environment at one time (milliseconds since the epoch). */
export function contextSentence(row: ContextFacts, environment: EnvironmentName, now: number): Sentence {
  const { check } = row
  if (check === null) return predictedSentence(row, environment)
  if (row.stale === null) return observedSentence(row, check, 'present')
  const then = observedSentence(row, check, 'past')
  const still = row.predicted?.differs
    ? ` ${capital(environmentInSentence[environment])} would now give ${nameOf(row.predicted)}${from(row.identity?.predicted)}.`
    : row.stale === 'changed' && row.predicted !== null
      ? ` The files now say ${nameOf(row.predicted)}.`
      : ''
  const fails = failsNow(row)
  // An old bad result does not count where the change may have fixed it: by the files it acts as intended now.
  const isRightNow =
    row.stale === 'expected' ||
    (row.stale === 'changed' && row.intended !== null && row.predicted?.differs === false)
  return {
    ...then,
    tone: then.tone === 'bad' && !isRightNow ? 'bad' : 'warn',
    title: `${then.title}, ${ago(check.at, now)}`,
    body: `${whyStale[row.stale]}${fails === null ? still : ` As the files are now, the context would fail. ${fails.message}`}`,
    next: fails?.next ?? null,
  }
}
