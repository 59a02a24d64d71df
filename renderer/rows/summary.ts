/** What the inspector says first: what was observed, what is wrong, what to do. Pure. */

import { sameExpected } from '../../shared/identity/expected'
import {
  type Check,
  type EnvironmentName,
  environmentInSentence,
  type Predicted,
  type ProblemCode,
} from '../../shared/identity/identity'
import { predictionHeld } from '../../shared/identity/verdict'
import { assertNever } from '../../shared/result'
import { authText, environmentText } from '../text/page'
import { linesOf } from '../text/path'
import { ago } from './age'
import type { Row } from './rows'
import type { Who } from './who'

export interface Sentence {
  readonly tone: 'ok' | 'bad' | 'warn' | 'no' | 'info'
  readonly title: string
  readonly body: string
  /** What to do next; null when nothing needs doing. */
  readonly next: string | null
}

/** A key's id alone says little in a sentence: `key AKIA…7QX2`. */
const name = (who: Who | null): string =>
  who === null ? 'no identity' : /^A[KS]IA…/.test(who.label) ? `key ${who.label}` : who.label
const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1)

/** `, because of AWS_ACCESS_KEY_ID of the login shell, instead of profile pay`: where the prediction begins. */
function because(predicted: Predicted | undefined): string {
  const by = predicted?.by ?? []
  const [first] = by
  if (first === undefined) return ''
  const instead = by.find((source) => source.startsWith('instead of '))
  return `, because of ${first}${instead === undefined || instead === first ? '' : `, ${instead.replace(/ \(.*\)$/, '')}`}`
}

/** The same for a check, where AWS proved what was predicted: a prediction that did not hold is no cause. */
function becauseHeld({ predicted, proven }: Check): string {
  return proven !== null && predictionHeld(predicted, proven) === true ? because(predicted) : ''
}

/** A key stands in a file: what the entry names is the profile. */
function intendedName(row: Row): string {
  const who = name(row.intended)
  const profile = row.identity?.intended.profile ?? null
  return profile !== null && who.startsWith('key ') ? `profile ${profile} (${who})` : who
}

/** The cluster as a sentence calls it. */
function clusterName(row: Row): string {
  const called = row.identity?.meant.name ?? row.entry.cluster
  return called === null ? 'the cluster' : `cluster ${called}`
}

/** Two identities of one name are told apart by their accounts. */
function notAs(proven: Who | null, intended: Who | null): string {
  const [is, not] = [name(proven), name(intended)]
  const of = (who: Who | null) => (who?.account ? ` of ${who.account}` : '')
  return is === not ? `${is}${of(proven)}, not as ${not}${of(intended)}` : `${is}, not as ${not}`
}

/** kubectl itself makes nothing of these, whoever would act. */
const unusable: ReadonlySet<ProblemCode> = new Set([
  'deprecated-api-version',
  'api-version-mismatch',
  'missing-interactive-mode',
  'impersonates-nobody',
  'dangling-cluster',
  'dangling-user',
])

function brokenTitle(code: ProblemCode | undefined): string {
  if (code === 'command-not-allowed' || code === 'process-not-allowed')
    return 'Not proven: the command of this context may not run yet.'
  return code !== undefined && unusable.has(code)
    ? 'kubectl cannot use this context.'
    : 'This context gives no identity.'
}

function signInTitle(code: ProblemCode | undefined): string {
  if (code === 'interactive-always') return 'This context needs a terminal.'
  return code === 'mfa-code' ? 'An MFA code is needed.' : 'A sign-in is needed.'
}

function intendedPhrase(row: Row): string {
  const { expected } = row
  if (expected === null) return `The entry names ${intendedName(row)}`
  return `${expected.by === 'here' ? 'You expect' : 'The file says to expect'} ${name(row.intended)}`
}

/** What the files let expect, for a context that was not checked yet. */
function expected(row: Row, environment: EnvironmentName): Sentence {
  const where = environmentInSentence[environment]
  const problem = row.identity?.predicted.problem ?? null
  const auth = row.identity?.auth ?? 'aws'
  if (auth !== 'aws' && auth !== 'aws-iam-authenticator' && auth !== 'exec') {
    return {
      tone: 'info',
      title: 'This context does not sign in with AWS.',
      body: `Its user entry signs in by ${authText[auth]}, so the context has no AWS identity.`,
      next: null,
    }
  }
  if (problem !== null) {
    return {
      tone: 'warn',
      title: 'Not checked, and likely to fail.',
      body: problem.message,
      next: problem.next,
    }
  }
  if (row.intended === null && row.predicted !== null) {
    return {
      tone: 'warn',
      title: 'Not checked. The environment decides the identity.',
      body: `${intendedPhrase(row)}; in ${where} the context would act as ${name(row.predicted)}${because(row.identity?.predicted)}.`,
      next: 'Verify the context, or pin it to a profile.',
    }
  }
  if (row.predicted?.differs) {
    return {
      tone: 'bad',
      title: `Not checked, but the context would act as ${name(row.predicted)}.`,
      body: `${intendedPhrase(row)}, yet in ${where} the context would act as ${name(row.predicted)}${because(row.identity?.predicted)}.`,
      next: 'Verify the context so that AWS proves its identity.',
    }
  }
  const likely = row.predicted?.uncertain ? ', as far as files can tell' : ''
  return {
    tone: 'info',
    title: 'Not checked yet.',
    body:
      row.predicted === null
        ? `${intendedPhrase(row)}; the files do not say whom the context would act as.`
        : `${intendedPhrase(row)}, and in ${where} the context would act as ${name(row.predicted)}${likely}.`,
    next: 'Verify the context so that AWS proves its identity.',
  }
}

/** Whom the cluster sees without impersonation. */
function seenPhrase({ seen, actsAs }: Check): string {
  if (seen === null) return ''
  const who = actsAs === null ? 'The cluster' : 'Without impersonation the cluster'
  return seen.fromDenial
    ? ` ${who} knows the identity as ${seen.username}, but denies it a SelfSubjectReview.`
    : ` ${who} sees ${seen.username}.`
}

/** What the last check found, said as of now. */
function observed(row: Row): Sentence {
  const check = row.check
  if (check === null) return { tone: 'info', title: 'Not checked yet.', body: '', next: null }
  const problem = check.problem
  const next = problem?.next ?? null
  const proven = name(row.proven)
  const program = row.identity?.auth === 'exec' ? (row.user?.exec?.command ?? null) : null
  const acts = check.actsAs === null ? '' : ` Through impersonation it then acts as ${check.actsAs.username}.`
  const headline = (as: string) =>
    check.actsAs === null
      ? `This context acts as ${proven}${as}.`
      : `This context signs in as ${proven}${as === '' ? '' : `${as},`} and acts as ${check.actsAs.username}.`
  switch (check.verdict) {
    case 'verified':
      return {
        tone: 'ok',
        title: headline(
          row.expected === null
            ? ', as it should'
            : row.expected.by === 'here'
              ? ', as you expect'
              : ', as the file says to expect',
        ),
        body: `AWS proved the identity by the context’s own token.${seenPhrase(check)}`,
        next: null,
      }
    case 'proven':
      return {
        tone: 'info',
        title: headline(''),
        body:
          row.intended === null
            ? `${
                program === null
                  ? `${intendedPhrase(row)}, so this holds only while the environment stays as it is.`
                  : `The program ${program} decides who acts, so there is nobody to compare ${proven} with.`
              }${seenPhrase(check)}`
            : `${intendedPhrase(row)}, and files do not say whose identity that is, so there is nobody to compare with.${seenPhrase(check)}`,
        next:
          row.intended === null && program === null
            ? `Pin the context to a profile, or expect ${proven} from now on, if that is who should act.`
            : `Expect ${proven} from now on, if that is who should act: any other is a mismatch then.`,
      }
    case 'mismatch':
      if (problem?.code === 'seen-differs') {
        return {
          tone: 'bad',
          title: 'The cluster sees another identity.',
          body: `AWS says that the context is ${proven}, but the cluster answers for ${name(row.seen)}. ${problem.message}`,
          next,
        }
      }
      return {
        tone: 'bad',
        title:
          row.stale === null && row.intended !== null
            ? `This context acts as ${notAs(row.proven, row.intended)}.`
            : 'This context acts as another identity.',
        // The entry may name another identity now than when it was checked.
        body: `${row.stale === null ? `${intendedPhrase(row)}, but ` : ''}AWS proved that the context is ${proven}${becauseHeld(check)}.${
          check.seen === null ? '' : ` The cluster sees ${check.seen.username}.`
        }${acts}`,
        next,
      }
    case 'no-access':
      return {
        tone: 'no',
        title:
          problem?.code === 'impersonation-refused'
            ? 'The cluster refuses what this context impersonates.'
            : row.identity?.meant.tokenFor
              ? `${capital(clusterName(row))} refuses the token of this context.`
              : `${capital(clusterName(row))} does not let ${proven} in.`,
        body: `AWS proved that the context is ${proven}. ${problem?.message ?? ''}`.trim(),
        next,
      }
    case 'login-needed':
      return {
        tone: 'warn',
        title: signInTitle(problem?.code),
        body: problem?.message ?? `${intendedPhrase(row)}, which is not signed in.`,
        next,
      }
    case 'expired':
      return {
        tone: 'warn',
        title: 'The keys of this context have expired.',
        body: problem?.message ?? '',
        next,
      }
    case 'broken':
      return {
        tone: 'bad',
        title: brokenTitle(problem?.code),
        body: problem?.message ?? 'No identity can be obtained with this context.',
        next,
      }
    case 'unreachable':
      return {
        tone: 'warn',
        title:
          row.proven === null
            ? 'AWS could not be asked.'
            : `AWS knows this context as ${proven}, but ${clusterName(row)} did not say whom it sees.`,
        body: problem?.message ?? '',
        next,
      }
    case 'unsupported':
      return {
        tone: 'info',
        title: 'This context does not sign in with AWS.',
        body: `${problem?.message ?? ''}${check.seen === null ? '' : ` The cluster sees ${check.seen.username}.`}`.trim(),
        next,
      }
    default:
      return assertNever(check.verdict, 'verdict')
  }
}

/** `Login shell: carol · Clean: ReadOnly`; null when nothing is compared. */
export function comparisonSentence(row: Row, environment: EnvironmentName): string | null {
  if (row.comparison === null) return null
  const best =
    row.proven !== null && row.stale === null && row.comparison.proven !== null ? row.proven : row.predicted
  return `${environmentText[environment]}: ${name(best)} · ${environmentText[row.comparison.environment]}: ${name(row.comparison.who)}`
}

const applyFirst = 'Apply the change, then verify.'
const expectFirst = 'Apply the change: until it is written, the context is judged as before.'
const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1)

/** What the last check found, of a context that pending edits change. */
function beforeChange(row: Row, then: Sentence): Sentence {
  const becomes =
    row.predicted !== null && row.predicted.key !== (row.pending?.was?.predicted?.key ?? null)
      ? ` With the change the context would act as ${name(row.predicted)}.`
      : ''
  return {
    tone: 'warn',
    title: 'A change is pending.',
    body: `Before the change: ${lower(then.title)} ${then.body}${becomes}`.trim(),
    next: applyFirst,
  }
}

/** A step as a sentence: its detail may be one itself, or a path or a name. */
const step = (title: string, detail: string): string =>
  detail === '' ? `${title}.` : /[.!?]$/.test(detail) ? `${title}. ${detail}` : `${title}: ${detail}.`

/** The sentence for a row, seen from one environment at one time (milliseconds since the epoch). */
export function sentence(row: Row, environment: EnvironmentName, now: number): Sentence {
  if (row.running) {
    const last = row.live.at(-1)
    return {
      tone: 'info',
      title: 'Being checked now.',
      body: last === undefined ? 'Waiting for its turn.' : step(last.title, linesOf(last.detail).join(' ')),
      next: null,
    }
  }
  if (row.pending?.kind === 'added') return { ...expected(row, environment), next: applyFirst }
  if (row.check === null) return expected(row, environment)
  if (row.stale === null) {
    const now = observed(row)
    const was = row.pending?.kind === 'changed' ? row.pending.was : row
    // Whom to expect counts once it is written, which main asks about.
    return sameExpected(was.expected?.principal ?? null, row.expected?.principal ?? null)
      ? now
      : { ...now, next: expectFirst }
  }
  if (row.pending?.kind === 'changed') return beforeChange(row, observed(row.pending.was))
  const then = observed(row)
  const why =
    row.stale === 'changed'
      ? 'The entry, AWS files, sign-in, trust or the environment changed since'
      : row.stale === 'expected'
        ? 'Whom the context should be changed since'
        : row.stale === 'ended'
          ? 'The sign-in or the keys behind it have ended since'
          : 'That is too long ago to be taken as true'
  const still = row.predicted?.differs
    ? ` ${capital(environmentInSentence[environment])} would now give ${name(row.predicted)}${because(row.identity?.predicted)}.`
    : ''
  return {
    tone: then.tone === 'bad' ? 'bad' : 'warn',
    title: `Stale: checked ${ago(row.check.at, now)}.`,
    body: `${why}. Then: ${lower(then.title)} ${then.body}${still}`.trim(),
    next: 'Verify the context again.',
  }
}
