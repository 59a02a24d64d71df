/**
 * What kept identities from seeing all that is there, by what looking for clusters has found: each reason, and the same reason of
 * many as one.
 */
import { capital } from '../capital'
import { counted } from '../counted'
import { grouped } from '../grouped'
import type { Fault } from '../result'
import type { Readable } from './access-entries'
import type { Swept } from './search-results'
import { type Looker, lookerInSentence, lookerName } from './sweep'

/** Accounts that did not say what they were asked, with the reason of the first. */
export interface UnansweredAccounts {
  readonly accounts: readonly string[]
  readonly why: string
  readonly next: string
}

/** What accounts were asked and did not say: where all regions were looked at in place of those that are enabled, and aliases. */
export function unansweredAccounts({ aliases, enabled }: Pick<Swept, 'aliases' | 'enabled'>): {
  readonly aliases: UnansweredAccounts | null
  readonly enabled: UnansweredAccounts | null
} {
  return {
    aliases: unsaidOf(aliases, ({ alias }) => alias),
    enabled: unsaidOf(enabled, ({ regions }) => regions),
  }
}

function unsaidOf<T extends { readonly account: string }>(
  all: readonly T[],
  answerOf: (one: T) => Readable<unknown>,
): UnansweredAccounts | null {
  const some = all.flatMap((one) => {
    const answer = answerOf(one)
    return answer.state === 'not-read' ? [{ account: one.account, ...answer }] : []
  })
  const [first] = some
  return first === undefined
    ? null
    : { accounts: some.map(({ account }) => account), why: first.why, next: first.next }
}

/** Something that kept an identity from seeing all that is there. */
export interface SweepProblem {
  /** The looker's id; null: of none in particular. */
  readonly looker: string | null
  readonly session: string | null
  readonly region: string | null
  /** A cluster's name, which is listed and may not be described. */
  readonly cluster: string | null
  /** `denied`, `throttled`, `not-enabled`, `sign-in-needed`, else the fault's. */
  readonly code: string
  readonly fault: Fault
}

const codeOf = (state: { readonly kind: string }, { code }: Fault): string =>
  ['denied', 'throttled', 'not-enabled', 'sign-in-needed'].includes(state.kind) ? state.kind : code

/** Everything that kept something from being seen; what keeps an identity from looking at all is not repeated for each region. */
export function sweepProblems({
  lookers,
  places,
  problems,
}: Pick<Swept, 'lookers' | 'places' | 'problems'>): readonly SweepProblem[] {
  const failed = new Set(
    lookers.flatMap(({ id, state }) =>
      state?.kind === 'failed' || state?.kind === 'sign-in-needed' ? [id] : [],
    ),
  )
  const nowhere = { session: null, region: null, cluster: null }
  return [
    ...lookers.flatMap(({ id, state }) =>
      state !== null && 'fault' in state
        ? [{ ...nowhere, looker: id, code: codeOf(state, state.fault), fault: state.fault }]
        : [],
    ),
    ...places.flatMap(({ looker, region, state }) =>
      'fault' in state && state.kind !== 'waiting' && !(state.kind === 'failed' && failed.has(looker))
        ? [{ ...nowhere, looker, region, code: codeOf(state, state.fault), fault: state.fault }]
        : [],
    ),
    ...problems.map(({ signIn, ...problem }) => ({
      ...problem,
      code: signIn ? 'sign-in-needed' : problem.fault.code,
    })),
  ]
}

/** What is the same of many, as one. */
export interface ProblemGroup {
  /** Where it names who it is about and these are many, with their number instead. */
  readonly fault: Fault
  readonly of: readonly SweepProblem[]
  /** Which identity and place it is about, without what the fault says of all of them: `pay eu-west-1`. */
  readonly where: readonly string[]
}

/**
 * The same problem of many identities is one group, with all of them. A problem that names the refused identity is one group for
 * each region with many of them, and one for each identity with many regions: the one that makes fewer groups.
 */
export function groupedProblems(
  problems: readonly SweepProblem[],
  lookers: Swept['lookers'],
): readonly ProblemGroup[] {
  const byId = new Map(lookers.map(({ id, looker }) => [id, looker]))
  const regions = new Set(problems.flatMap(({ region }) => region ?? []))
  const alike = grouped(problems, (problem) => {
    const { cluster, fault } = problem
    const own = sentenceName(problem, byId)
    // Words alone: a name may be a part of one.
    const words = (own === null ? fault.message : fault.message.replaceAll(own, '…')).split(/([\w-]+)/)
    const said = words.map((word) => (word === cluster || regions.has(word) ? '…' : word)).join('')
    // A command that is for one of them alone is advice for no other.
    return own === null ? said : `${said}\n${fault.next}`
  })
  return [...alike.values()].flatMap((of) => {
    const named = of.slice(0, 1).some((one) => sentenceName(one, byId) !== null)
    return (named ? inFewest(of) : [of]).flatMap((part) => groupOf(part, named, byId))
  })
}

function groupOf(of: readonly SweepProblem[], named: boolean, lookers: ReadonlyMap<string, Looker>) {
  const [first] = of
  if (first === undefined) return []
  const all = <T>(part: (problem: SweepProblem) => T) => new Set(of.map(part))
  const many = all(({ looker }) => looker).size
  const own = named ? sentenceName(first, lookers) : null
  const message =
    own === null || many === 1
      ? first.fault.message
      : first.fault.message.replaceAll(own, `${counted(many)} identities`)
  const saysWho = own !== null && many === 1
  const saysWhere = all(({ region }) => region).size === 1 && message.includes(first.region ?? '')
  const looking = new Set(of.flatMap(({ looker, region }) => (region === null ? [] : [looker])))
  const where = all(({ looker, session, region, cluster }) => {
    // Where it also kept an identity from being named, that is said with where it looks.
    if (region === null && looking.has(looker)) return ''
    const known = lookers.get(looker ?? '')
    const name = known === undefined ? session : lookerName(known)
    return [saysWho ? null : name, saysWhere ? null : region, cluster].filter(Boolean).join(' ')
  })
  const fault = message === first.fault.message ? first.fault : { ...first.fault, message }
  return [{ fault, of, where: [...where].filter(Boolean) }]
}

/** The name in its sentence of the identity that it is about, with a role on top or before that; null: it names none. */
function sentenceName({ looker, fault: { message } }: SweepProblem, lookers: ReadonlyMap<string, Looker>) {
  const known = lookers.get(looker ?? '')
  if (known === undefined) return null
  const names = [known, known.kind === 'profile' ? { ...known, role: null } : known].map(lookerInSentence)
  // At the beginning of a sentence with a capital letter.
  const said = names.flatMap((name) => (name === null ? [] : [name, capital(name)]))
  return said.find((name) => message.includes(name)) ?? null
}

/** By regions or by refused identities: always the one that most of what is left has in common. */
function inFewest(of: readonly SweepProblem[]): readonly (readonly SweepProblem[])[] {
  const parts: (readonly SweepProblem[])[] = []
  let left = of
  while (left.length > 0) {
    const by = [biggest(left, ({ region }) => region), biggest(left, ({ looker }) => looker)] as const
    const part = by[0].length >= by[1].length ? by[0] : by[1]
    parts.push(part)
    const taken = new Set(part)
    left = left.filter((one) => !taken.has(one))
  }
  return parts
}

function biggest(of: readonly SweepProblem[], by: (problem: SweepProblem) => string | null) {
  const parts = grouped(of, (problem) => by(problem) ?? '')
  return [...parts.values()].reduce((most, part) => (part.length > most.length ? part : most))
}
