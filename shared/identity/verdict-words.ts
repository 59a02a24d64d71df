/** What a verdict is called, in the window and on paper, from bad to good. */
import type { ShownVerdict } from './identity'

export const verdictText: Readonly<Record<ShownVerdict, string>> = {
  mismatch: 'mismatch',
  broken: 'broken',
  'no-access': 'no access',
  expired: 'expired',
  'login-needed': 'sign-in needed',
  unreachable: 'unreachable',
  stale: 'stale',
  unsupported: 'unsupported',
  'not-checked': 'not checked',
  checking: 'checking',
  proven: 'proven',
  verified: 'verified',
}

const ranks: ReadonlyMap<string, number> = new Map(
  Object.keys(verdictText).map((verdict, at) => [verdict, at]),
)

/** Its place among them: what needs attention most is first. */
export const verdictRank = (verdict: ShownVerdict): number => ranks.get(verdict) ?? ranks.size

/** A short form for a row of counts, where all of them have to fit. */
export const verdictCount: Readonly<Record<ShownVerdict, string>> = {
  ...verdictText,
  'login-needed': 'sign-in',
}
