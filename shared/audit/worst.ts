/**
 * The most harmful true sentence about a fleet, an identity or a cluster, and the counts behind it. Proven and predicted are never
 * mixed up. That about one context: context-sentence.ts. Pure.
 */
import { plural } from '../counted'
import { grouped } from '../grouped'
import { toldApart } from '../identity/distinct-names'
import { keyShortened } from '../identity/named-identity'
import { untilFixed } from '../kubeconfig/entries'
import { few } from '../name-lists'
import { named, visible } from '../visible'
import type { Audit, AuditContext } from './audit'

/** Every context is in one of these. */
export const tallies = ['another', 'refused', 'without-identity', 'not-answered', 'works'] as const
export type TallyId = (typeof tallies)[number]

/** What each of them is called, and what is meant. */
export const tallyWords: Readonly<Record<TallyId, readonly [name: string, meaning: string]>> = {
  another: ['act as another', 'than the identity that they should act as'],
  refused: ['refused by the cluster', 'the identity is right, access is not'],
  'without-identity': ['without an identity now', 'broken, expired or signed out'],
  'not-answered': ['not asked or not answered', 'never checked, checked before a change, or unreachable'],
  works: ['let in', 'verified, proven with nobody to compare, or without AWS'],
}

/** In which of the counts a context is. */
export function tallyOf({ verdict, enters }: Pick<AuditContext, 'verdict' | 'enters'>): TallyId {
  switch (verdict) {
    case 'mismatch':
      return 'another'
    case 'no-access':
      return 'refused'
    case 'broken':
    case 'expired':
    case 'login-needed':
      return 'without-identity'
    case 'verified':
    case 'proven':
      return 'works'
    case 'unsupported':
      return enters === 'let-in' ? 'works' : 'not-answered'
    default:
      return 'not-answered'
  }
}

export function tally(contexts: readonly AuditContext[]): Readonly<Record<TallyId, number>> {
  const count = { another: 0, refused: 0, 'without-identity': 0, 'not-answered': 0, works: 0 }
  for (const context of contexts) count[tallyOf(context)] += 1
  return count
}

/** A headline without a full stop, and more sentences of it. */
export interface Headline {
  readonly tone: 'bad' | 'warn' | 'ok'
  readonly title: string
  readonly more: readonly string[]
}

type Names = Pick<Audit, 'identities' | 'clusters'>

/** What one has to know first of all contexts. */
export function worstOf(audit: Audit): Headline {
  const { refused } = audit
  const worst = worstOfContexts(audit)
  if (refused === null) return worst
  const left = audit.contexts.length === 0 ? [] : [`Of what could be read: ${worst.title}.`, ...worst.more]
  return { tone: 'bad', title: untilFixed(visible(refused.path)), more: [visible(refused.why), ...left] }
}

/**
 * What one has to know first of an identity or a cluster: the harm in the contexts that lead, or should lead, through it; null:
 * none is known.
 */
export function worstAt(
  audit: Audit,
  at: { readonly identity: string } | { readonly cluster: string },
): Headline | null {
  // kubectl does not reach those that an earlier file shadows, and the panels list them apart.
  const contexts = audit.contexts.filter(
    ({ acts, should, cluster, shadowed }) =>
      !shadowed &&
      ('cluster' in at ? cluster === at.cluster : acts === at.identity || should === at.identity),
  )
  return harmIn({ ...audit, contexts })
}

function worstOfContexts(audit: Audit): Headline {
  const { contexts } = audit
  if (contexts.length === 0) return { tone: 'warn', title: 'There is no context', more: [] }
  const harm = harmIn(audit)
  if (harm !== null) return harm
  const checked = contexts.filter(({ checkedAt }) => checkedAt !== null)
  if (checked.length === 0)
    return { tone: 'warn', title: 'No context was checked: this is what files say', more: [] }
  const left = tally(contexts)['not-answered']
  const working = contexts.length - left
  if (left > 0)
    return {
      tone: 'warn',
      title: `${ofAll(left, contexts.length)} ${left === 1 ? 'was' : 'were'} not asked, or did not answer`,
      more:
        working === 0
          ? []
          : [working === 1 ? 'The other one works.' : `The other ${plural(working, 'context')} work.`],
    }
  const title =
    working === 1 ? 'The context works as it should' : `All ${working} contexts work as they should`
  return { tone: 'ok', title, more: [] }
}

/** The worst that was proven, then what files foretell, then what is open or refused; null: nothing of it. */
function harmIn(audit: Audit): Headline | null {
  const { contexts } = audit
  const another = contexts.filter(({ verdict }) => verdict === 'mismatch')
  if (another.length > 0) return wrongly(audit, another, contexts.length, 'act')
  const foretold = contexts.filter(({ signs }) => signs === 'claimed-another')
  if (foretold.length > 0) return wrongly(audit, foretold, contexts.length, 'would act')
  const open = contexts.filter(({ verdict, admin }) => verdict === 'proven' && admin === true)
  if (open.length > 0) {
    const who = few([...new Set(open.map(({ acts }) => nameOfIdentity(audit, acts)))], 3).join(', ')
    return {
      tone: 'warn',
      title: `${plural(open.length, 'context')} may do everything as ${who}, and nothing says who should`,
      more: [`The contexts are ${namesOf(open)}.`],
    }
  }
  const count = tally(contexts)
  const bad: readonly (readonly [TallyId, string])[] = [
    ['refused', 'refused by the cluster'],
    ['without-identity', 'without an identity now'],
  ]
  for (const [id, words] of bad)
    if (count[id] > 0) {
      const which = contexts.filter((one) => tallyOf(one) === id)
      const is = count[id] === 1 ? 'is' : 'are'
      return {
        tone: 'bad',
        title: `${ofAll(count[id], contexts.length)} ${is} ${words}`,
        more: [`${namesOf(which)}.`],
      }
    }
  return null
}

function wrongly(
  names: Names,
  all: readonly AuditContext[],
  total: number,
  act: 'act' | 'would act',
): Headline {
  const groups = [...grouped(all, ({ acts }) => acts)].sort(
    ([, one], [, other]) => admins(other).length - admins(one).length || other.length - one.length,
  )
  const [worst] = groups
  const [key, group] = worst ?? ['', all]
  const who = nameOfIdentity(names, key)
  const verb = act === 'act' && group.length === 1 ? 'acts' : act
  const files = act === 'act' ? '' : ', as files say'
  const harmed = admins(group)
  const thereby =
    harmed.length === 0
      ? []
      : [
          `${namesOf(harmed)} ${harmed.length === 1 ? 'is' : 'are'} thereby administrator of ${clustersOf(names, harmed)}.`,
        ]
  const others = all.length - group.length
  return {
    tone: act === 'act' ? 'bad' : 'warn',
    title: `${ofAll(group.length, total)} ${verb} as ${who}, not as the identity that ${group.length === 1 ? 'it names' : 'they name'}${files}`,
    more: [
      ...thereby,
      ...(harmed.length === group.length ? [] : [`The contexts are ${namesOf(group)}.`]),
      ...(others === 0
        ? []
        : [`${plural(others, 'more context')} ${others === 1 ? 'acts' : 'act'} as others.`]),
    ],
  }
}

const admins = (contexts: readonly AuditContext[]) => contexts.filter(({ admin }) => admin === true)

const ofAll = (count: number, total: number): string =>
  count === total
    ? `${count === 1 ? 'The one' : `All ${count}`} ${count === 1 ? 'context' : 'contexts'}`
    : `${count} of ${plural(total, 'context')}`

/** Names of contexts as a sentence lists them. */
const namesOf = (contexts: readonly Pick<AuditContext, 'name'>[]): string =>
  few(toldApart(contexts.map(({ name }) => name)), 6).join(', ')

const clustersOf = ({ clusters }: Names, contexts: readonly AuditContext[]): string => {
  const byKey = new Map(clusters.map((one) => [one.key, one.name]))
  return few(toldApart([...new Set(contexts.map(({ cluster }) => byKey.get(cluster) ?? cluster))]), 4).join(
    ', ',
  )
}

/** An identity as a sentence names it. */
export function nameOfIdentity({ identities }: Pick<Audit, 'identities'>, key: string): string {
  const identity = identities.find((one) => one.key === key)
  if (identity === undefined || identity.kind === 'nobody') return 'nobody'
  if (identity.kind === 'not-aws') return 'an identity outside AWS'
  const name = keyShortened(identity.name)
  return name === identity.name ? named(name) : `the owner of key ${name}`
}
