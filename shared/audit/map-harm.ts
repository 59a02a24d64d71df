/** Which contexts of a map are wrong, and how wrong: what is named, drawn first and coloured. Pure. */
import { grouped } from '../grouped'
import { verdictRank } from '../identity/verdict-words'
import type { AuditContext, EvidenceLevel } from './audit'
import type { StandingVerdict } from './judged'

const wrongSteps: ReadonlySet<EvidenceLevel> = new Set(['another', 'claimed-another'])

/** The cluster has said so, or its lists do and it was not asked. */
export const mayDoEverything = ({
  admin,
  adminByLists,
}: Pick<AuditContext, 'admin' | 'adminByLists'>): boolean => admin ?? adminByLists

/** It acts, or would act, as another than it should; or may do everything, and nothing says who it should be. */
export const isWrong = (
  context: Pick<AuditContext, 'signs' | 'enters' | 'admin' | 'adminByLists'>,
): boolean =>
  wrongSteps.has(context.signs) ||
  wrongSteps.has(context.enters) ||
  (context.enters === 'nobody-says' && mayDoEverything(context))

/** The worse, the higher. */
export function harmOf(context: AuditContext): number {
  if (context.enters === 'another') return mayDoEverything(context) ? 6 : 5
  if (context.enters === 'claimed-another') return 4
  if (context.enters === 'refused') return 3
  return context.enters === 'nobody-says' ? 2 : 0
}

/** The worst first: by the worst context, how many are as bad, and how many there are. */
export function byHarm<T extends { readonly contexts: readonly AuditContext[] }>(
  all: readonly T[],
): readonly T[] {
  const ranked = all.map((one) => {
    const harms = one.contexts.map(harmOf)
    const worst = harms.reduce((most, harm) => Math.max(most, harm), 0)
    return { one, worst, asBad: harms.filter((harm) => harm === worst).length, count: harms.length }
  })
  return [...ranked]
    .sort((a, b) => b.worst - a.worst || b.asBad - a.asBad || b.count - a.count)
    .map(({ one }) => one)
}

/** How many have which verdict, the most harmful one first. */
export function countsOf(contexts: readonly AuditContext[]): readonly (readonly [StandingVerdict, number])[] {
  const groups = grouped(contexts, ({ verdict }) => verdict)
  return [...groups]
    .map(([verdict, group]) => [verdict, group.length] as const)
    .sort(([a], [b]) => verdictRank(a) - verdictRank(b))
}
