import { counted } from '../../shared/counted'
import type { Verdict } from '../../shared/identity/identity'
import { verdictText } from '../text/page'
import { verdictRank } from './columns'

/** How many came out how, the worst first: `1 broken, 2 verified`. */
export function tally(verdicts: readonly Verdict[]): string {
  const counts = new Map<Verdict, number>()
  for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  return [...counts]
    .sort(([one], [other]) => verdictRank[one] - verdictRank[other])
    .map(([verdict, count]) => `${counted(count)} ${verdictText[verdict]}`)
    .join(', ')
}
