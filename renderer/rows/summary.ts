/** What the inspector says first: what was observed, what is wrong, what to do. Pure. */

import {
  contextSentence,
  nameOf,
  observedSentence,
  predictedSentence,
  type Sentence,
  sentenceOf,
} from '../../shared/audit/context-sentence'
import { sameExpected } from '../../shared/identity/expected'
import type { EnvironmentName } from '../../shared/identity/identity'
import type { Who } from '../../shared/identity/named-identity'
import { linesOf } from '../text/path'
import { actsOf } from './proof'
import type { Row } from './rows'

const applyFirst = 'Apply the change, then verify.'

const sameExpectation = (row: Row, was: Row): boolean =>
  sameExpected(was.expected?.principal ?? null, row.expected?.principal ?? null)

/** Only the window uses a pending expectation already; nothing else does. */
const expectFirst = (row: Row, was: Row): string =>
  `Apply the change: until then only this window ${row.expected === null ? `no longer expects ${nameOf(was.intended)}` : `expects ${nameOf(row.intended)}`}.`

/** Only the expectation changes: the identity that the files yield is the same. */
const onlyExpects = (row: Row, was: Row): boolean =>
  !sameExpectation(row, was) &&
  row.predicted?.key === was.predicted?.key &&
  nameOf(row.predicted) === nameOf(was.predicted) &&
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
  const before = was.check === null ? '' : observedSentence(was, was.check, 'past').title
  const { who, says } = saidBy(row, was)
  return sentenceOf(
    'warn',
    who === null ? 'A change is pending' : `A change is pending: ${says} ${nameOf(who)}`,
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
  const then = predictedSentence(row, environment)
  const is = was === null ? null : predictedSentence(was, environment)
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
      ? `${is === null ? 'Not written yet' : 'A change is pending'}: ${says} ${who === row.predicted ? what : nameOf(who)}${of(who)}`
      : `${is === null ? 'Once written' : 'After the change'}: ${withinSentence(then.title)}`,
    body: [what && is !== null ? '' : then.body, before].filter(Boolean).join(' '),
    next: applyFirst,
  }
}

/** A step as a sentence: its detail may be one itself, or a path or a name. */
const step = (title: string, detail: string): string =>
  detail === '' ? `${title}.` : /[.!?]$/.test(detail) ? `${title}. ${detail}` : `${title}: ${detail}.`

/** The sentence for a row, seen from one environment at one time (milliseconds since the epoch). */
export function sentence(row: Row, environment: EnvironmentName, now: number): Sentence {
  const is = sentenceNow(row, environment, now)
  if (row.pending?.kind !== 'removed' || row.running) return is
  const until = is.title.startsWith(plain)
    ? `Until then the files say ${is.title.slice(plain.length)}.`
    : `Until then: ${withinSentence(is.title)}.`
  return sentenceOf('warn', 'This context will be deleted', [until, is.body].filter(Boolean).join(' '), {
    who: is.who,
  })
}

function sentenceNow(row: Row, environment: EnvironmentName, now: number): Sentence {
  if (row.running) {
    const last = row.live.at(-1)
    return sentenceOf(
      'info',
      row.asks ? 'Waits for your answer' : row.waiting ? 'Waiting to be checked' : 'Being checked now',
      last === undefined || row.waiting ? '' : step(last.title, linesOf(last.detail).join(' ')),
      { who: actsOf(row)?.who ?? null },
    )
  }
  const { check } = row
  if (row.pending?.kind === 'added') return expectedThen(row, null, environment)
  if (check === null)
    return row.pending?.kind === 'changed'
      ? expectedThen(row, row.pending.was, environment)
      : predictedSentence(row, environment)
  if (row.stale === null) {
    const found = contextSentence(row, environment, now)
    const was = row.pending?.kind === 'changed' ? row.pending.was : row
    return sameExpectation(row, was) ? found : { ...found, next: expectFirst(row, was) }
  }
  if (row.pending?.kind === 'changed') return beforeChange(row, row.pending.was)
  return contextSentence(row, environment, now)
}
