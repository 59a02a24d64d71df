/** What the inspector says first: what was observed, what is wrong, what to do. Pure. */

import { clusterAnswer, refusesImpersonation } from '../../shared/identity/cluster-answer'
import { sameExpected } from '../../shared/identity/expected'
import {
  type Check,
  type EnvironmentName,
  environmentInSentence,
  type Predicted,
  type Problem,
  type ProblemCode,
} from '../../shared/identity/identity'
import { predictionHeld } from '../../shared/identity/verdict'
import { keyOwners, sameIntended, type Who, whoIntended } from '../../shared/identity/who'
import { assertNever } from '../../shared/result'
import { named } from '../../shared/visible'
import { signsInBy } from '../text/inspector'
import { text } from '../text/page'
import { linesOf } from '../text/path'
import { ago } from './age'
import { unusable, uselessFinding } from './chain-links'
import { actsOf, mayDoEverything } from './proof'
import { mayBePinned, type Row } from './rows'

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

const said = (
  tone: Sentence['tone'],
  title: string,
  body: string,
  more: Partial<Sentence> = {},
): Sentence => ({ tone, title, body, who: null, master: null, next: null, ...more })

/** A key's id alone says little in a sentence: `key AKIA…7QX2`. A profile has its quotes already. */
function name(who: Who | null): string {
  if (who === null) return 'no identity'
  if (/^A[KS]IA…/.test(who.label)) return `key ${who.label}`
  return who.label.startsWith('profile ') ? who.label : named(who.label)
}
const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1)

/** `AWS_ACCESS_KEY_ID of the login shell (~/.profile:7) wins over profile pay-ro, which only AWS_PROFILE names.` */
function overridden({ instead }: Predicted, row: Row): string | null {
  if (instead === null) return null
  const { profile, pin } = row
  if (profile === null) return `${instead} wins over what the entry names.`
  return `${instead} wins over profile ${named(profile)}${pin === 'env' ? ', which the entry names by a variable only' : ''}.`
}

/** The same for a check, where AWS proved what was predicted: a prediction that did not hold is no cause. */
function becauseHeld({ predicted, proven }: Check, row: Row): string | null {
  return proven !== null && predictionHeld(predicted, proven) === true ? overridden(predicted, row) : null
}

/** Where a prediction begins: `, by AWS_ACCESS_KEY_ID of the login shell`. */
const from = (predicted: Predicted | undefined): string =>
  predicted?.by[0] === undefined ? '' : `, by ${predicted.by[0]}`

/** A key is written in a file: what the entry names is the profile. */
function called(intended: Who | null, profile: string | null): string {
  const who = name(intended)
  return profile !== null && who.startsWith('key ') ? `profile ${named(profile)} (${who})` : who
}

/** The cluster as a sentence calls it. */
const clusterName = (row: Row): string => {
  const { clusterName: name, entry } = row
  return name !== null ? named(name) : entry.cluster ? `cluster entry ${named(entry.cluster)}` : 'the cluster'
}

/** Two identities with the same name are distinguished by their accounts. */
function notAs(proven: Who | null, intended: Who | null, masters: string): string {
  const [is, not] = [name(proven), name(intended)]
  const of = (who: Who | null) => (who?.account ? ` of ${who.account}` : '')
  return is === not
    ? `${is}${of(proven)}${masters}, not ${not}${of(intended)}`
    : `${is}${masters}, not ${not}`
}

/** The identity that the entry named when it was checked: old evidence is judged by the intention of its time. */
function intendedThen(row: Row, check: Check): Who | null {
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

/** What the files predict for a context that was not checked yet. */
function expected(row: Row, environment: EnvironmentName): Sentence {
  const where = environmentInSentence[environment]
  const predicted = row.identity?.predicted
  const problem = predicted?.problem ?? null
  const auth = row.identity?.auth ?? 'aws'
  const useless = uselessFinding(row)
  if (useless !== null) {
    return said('bad', 'Not checked, but kubectl cannot use this context', useless.message, {
      next: useless.advice,
    })
  }
  if (auth !== 'aws' && auth !== 'aws-iam-authenticator' && auth !== 'exec') {
    return said(
      'info',
      'Does not sign in with AWS',
      `The user entry signs in ${signsInBy[auth]}, so the context has no AWS identity.`,
    )
  }
  if (problem !== null) {
    return said(
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
    return said(
      'warn',
      'Not checked: the shell decides who acts',
      `The entry names no identity; in ${where} the context would act as ${name(row.predicted)}${from(predicted)}.`,
      { who: row.predicted },
    )
  }
  if (row.predicted?.differs) {
    return said(
      'bad',
      `Not checked, but would act as ${notAs(row.predicted, row.intended, '')}`,
      (predicted && overridden(predicted, row)) ??
        `In ${where} the files lead to ${name(row.predicted)}${from(predicted)}.`,
      { who: row.predicted },
    )
  }
  if (row.tokenFor !== null) {
    return said(
      'bad',
      `Not checked, but ${clusterName(row)} would refuse the token`,
      `The exec arguments sign for ${row.tokenFor}.`,
      { who: row.predicted ?? row.intended },
    )
  }
  if (row.predicted === null)
    return said(
      'info',
      'Not checked yet',
      mayBePinned(row)
        ? `The entry names no identity, and ${where} gives none.`
        : 'The files do not say whom this context would act as.',
      { who: row.intended },
    )
  return said(
    'info',
    `Not checked yet: the files say ${name(row.predicted)}`,
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
function turnedAway(row: Row, check: Check, verb: (typeof verbs)[keyof typeof verbs]): string {
  if (refusesImpersonation(check)) return `, and ${verb.may} act as ${impersonatedBy(row)}`
  if (clusterAnswer(check).kind !== 'refused') return ''
  return row.identity?.meant.tokenFor
    ? `, and ${clusterName(row)} ${verb.refuses} the token`
    : `, and ${verb.is} not let into ${clusterName(row)}`
}

/** The result of asking a cluster that named no identity; without a result, that it could not be asked. */
const notAnswered: Partial<Readonly<Record<ReturnType<typeof clusterAnswer>['kind'], string>>> = {
  'not-said': 'did not say whom it sees',
  'held-back': 'was not asked',
}

const impersonatedBy = (row: Row): string => {
  const as = row.user?.impersonation?.as
  return as == null ? 'another user' : named(as)
}

/** What a check found; `tense`: whether that counts as true now. */
function observed(row: Row, check: Check, tense: keyof typeof verbs): Sentence {
  const found = observedBy(row, check, tense)
  if (check.withCode !== true || tense === 'past') return found
  // It is still true, but kubectl itself would not get this result.
  const body = [found.body, text.verify.withCodeMeaning].filter(Boolean).join(' ')
  return { ...found, body }
}

function observedBy(row: Row, check: Check, tense: keyof typeof verbs): Sentence {
  const verb = verbs[tense]
  const { problem } = check
  const actsAs = check.actsAs && named(check.actsAs.username)
  const next = problem?.next ?? null
  const message = problem?.message ?? ''
  const intended = intendedThen(row, check)
  const proven = name(row.proven)
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
      return said(
        // The identity of the entry signs in, and another one acts: the user has to know that.
        actsAs === null ? 'ok' : 'warn',
        headline(
          row.expected === null
            ? ', as intended'
            : row.expected.by === 'here'
              ? ', as you expect'
              : ', as the file expects',
        ),
        `AWS proved ${proven}${actsAs === null ? '' : `, whom ${row.expected === null ? 'the entry intends' : row.expected.by === 'here' ? 'you expect' : 'the file expects'}`}.${seenPhrase(check)}`,
        about,
      )
    case 'proven': {
      const program = row.identity?.auth === 'exec' ? (row.user?.exec?.command ?? null) : null
      return said(
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
        return said('bad', `AWS proved ${proven}, but the cluster ${verb.sees} ${name(row.seen)}`, message, {
          ...about,
          next,
        })
      const away = turnedAway(row, check, verb)
      const acts = away === '' ? verb.acts : `${verb.signs} in`
      return said(
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
      return said(
        'no',
        problem?.code === 'impersonation-refused'
          ? `${verb.signs} in as ${proven}, but ${verb.may} act as ${impersonatedBy(row)}`
          : row.identity?.meant.tokenFor
            ? `${clusterName(row)} ${verb.refuses} the token of ${proven}`
            : `${proven} ${verb.is} not let into ${clusterName(row)}`,
        message,
        { who: row.proven, next },
      )
    case 'login-needed':
      return said(
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
      return said(
        'warn',
        `The temporary keys${row.profile === null ? '' : ` of profile ${named(row.profile)}`} ${tense === 'present' ? 'have' : 'had'} expired`,
        message,
        { next },
      )
    case 'broken':
      return said('bad', ...brokenSaid(problem, tense), { next })
    case 'unreachable':
      return said(
        'warn',
        row.proven === null
          ? 'AWS could not be asked'
          : `AWS proved ${proven}, but ${clusterName(row)} ${notAnswered[clusterAnswer(check).kind] ?? 'could not be asked'}`,
        message,
        { who: row.proven, next },
      )
    case 'unsupported':
      return said(
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

const applyFirst = 'Apply the change, then verify.'

const sameExpectation = (row: Row, was: Row): boolean =>
  sameExpected(was.expected?.principal ?? null, row.expected?.principal ?? null)

/** Only the window uses a pending expectation already; nothing else does. */
const expectFirst = (row: Row, was: Row): string =>
  `Apply the change: until then only this window ${row.expected === null ? `no longer expects ${name(was.intended)}` : `expects ${name(row.intended)}`}.`

/** Only the expectation changes: the identity that the files yield is the same. */
const onlyExpects = (row: Row, was: Row): boolean =>
  !sameExpectation(row, was) &&
  row.predicted?.key === was.predicted?.key &&
  name(row.predicted) === name(was.predicted) &&
  row.identity?.predicted.problem?.code === was.identity?.predicted.problem?.code &&
  row.tokenFor === was.tokenFor

interface SaidBy {
  readonly who: Who | null
  readonly says: string
}

const byFiles = (row: Row): SaidBy => ({ who: row.predicted, says: 'the files then say' })

/** The identity that a pending change is about, and its source: which identity to expect is set by the user. */
function saidBy(row: Row, was: Row): SaidBy {
  if (row.predicted?.key !== was.predicted?.key || sameExpectation(row, was)) return byFiles(row)
  return row.expected === null
    ? { who: row.intended, says: 'you then expect whom the entry names,' }
    : { who: row.intended, says: 'you then expect' }
}

/** What the last check found, of a context that pending edits change. */
function beforeChange(row: Row, was: Row): Sentence {
  const before = was.check === null ? '' : observed(was, was.check, 'past').title
  const { who, says } = saidBy(row, was)
  return said(
    'warn',
    who === null ? 'A change is pending' : `A change is pending: ${says} ${name(who)}`,
    before === ''
      ? ''
      : `Last check: ${before.replace(/^(?:Acted|Signed|This|The|A) /, (word) => word.toLowerCase())}.`,
    { who, next: applyFirst },
  )
}

const plain = 'Not checked yet: the files say '

/** A title without saying that nothing was checked, within a sentence. */
const withinSentence = (title: string): string =>
  title.replace(
    /^Not checked(?:, but |, and |: )|^(?:Acts|Acted|Will|Does|Sign|Signs|Signed|This|The|A|An|Not) /,
    (word) => (word.startsWith('Not checked') ? '' : word.toLowerCase()),
  )

/** What the files predict for an unchecked context that differs on disk: what is pending, and what holds until it is applied. */
function expectedThen(row: Row, was: Row | null, environment: EnvironmentName): Sentence {
  const then = expected(row, environment)
  const is = was === null ? null : expected(was, environment)
  if (is !== null && is.title === then.title && was?.predicted?.key === row.predicted?.key) return then
  if (was !== null && onlyExpects(row, was)) return { ...then, next: expectFirst(row, was) }
  const [what, until] = [then, is].map(
    (one) => one && (one.title.startsWith(plain) ? one.title.slice(plain.length) : null),
  )
  const alike = what !== null && what === until
  const of = (who: Who | null) => (alike && who?.account ? ` of ${who.account}` : '')
  const before =
    is === null
      ? ''
      : until
        ? `Until then they say ${until}${of(was?.predicted ?? null)}.`
        : `Until then: ${withinSentence(is.title)}.`
  const { who, says } = was === null ? byFiles(row) : saidBy(row, was)
  return {
    ...then,
    title: what
      ? `${is === null ? 'Not written yet' : 'A change is pending'}: ${says} ${who === row.predicted ? what : name(who)}${of(who)}`
      : `${is === null ? 'Once written' : 'After the change'}: ${withinSentence(then.title)}`,
    body: [what && is !== null ? '' : then.body, before].filter(Boolean).join(' '),
    next: applyFirst,
  }
}

/** A step as a sentence: its detail may be one itself, or a path or a name. */
const step = (title: string, detail: string): string =>
  detail === '' ? `${title}.` : /[.!?]$/.test(detail) ? `${title}. ${detail}` : `${title}: ${detail}.`

const whyStale = {
  changed: 'The entry, AWS files, sign-in, trust or environment changed since then.',
  expected: 'Whom the context should act as changed since then.',
  ended: 'The sign-in or the keys behind that have ended since.',
  old: 'That is too long ago to be taken as true.',
} as const

/** Why the entry yields nothing with the files as they are now, whatever an old check found. Problems that a sign-in solves
 * have their own button. */
function failsNow(row: Row): { readonly message: string; readonly next: string | null } | null {
  const useless = uselessFinding(row)
  if (useless !== null) return { message: useless.message, next: useless.advice }
  const { problem = null, certain = false } = row.identity?.predicted ?? {}
  return problem !== null && certain && !signIns.has(problem.code) ? problem : null
}

/** The sentence for a row, seen from one environment at one time (milliseconds since the epoch). */
export function sentence(row: Row, environment: EnvironmentName, now: number): Sentence {
  const is = sentenceNow(row, environment, now)
  if (row.pending?.kind !== 'removed' || row.running) return is
  const until = is.title.startsWith(plain)
    ? `Until then the files say ${is.title.slice(plain.length)}.`
    : `Until then: ${withinSentence(is.title)}.`
  return said('warn', 'This context will be deleted', [until, is.body].filter(Boolean).join(' '), {
    who: is.who,
  })
}

function sentenceNow(row: Row, environment: EnvironmentName, now: number): Sentence {
  if (row.running) {
    const last = row.live.at(-1)
    return said(
      'info',
      row.waiting ? 'Waiting to be checked' : 'Being checked now',
      last === undefined || row.waiting ? '' : step(last.title, linesOf(last.detail).join(' ')),
      { who: actsOf(row)?.who ?? null },
    )
  }
  const { check } = row
  if (row.pending?.kind === 'added') return expectedThen(row, null, environment)
  if (check === null)
    return row.pending?.kind === 'changed'
      ? expectedThen(row, row.pending.was, environment)
      : expected(row, environment)
  if (row.stale === null) {
    const now = observed(row, check, 'present')
    const was = row.pending?.kind === 'changed' ? row.pending.was : row
    return sameExpectation(row, was) ? now : { ...now, next: expectFirst(row, was) }
  }
  if (row.pending?.kind === 'changed') return beforeChange(row, row.pending.was)
  const then = observed(row, check, 'past')
  const still = row.predicted?.differs
    ? ` ${capital(environmentInSentence[environment])} would now give ${name(row.predicted)}${from(row.identity?.predicted)}.`
    : row.stale === 'changed' && row.predicted !== null
      ? ` The files now say ${name(row.predicted)}.`
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
