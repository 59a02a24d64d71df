/** Texts of comparisons. */

import type { Comparison } from '../../shared/audit/compare'
import type { SideNames } from '../../shared/audit/compare-lines'
import { plural } from '../../shared/counted'
import { environmentInSentence } from '../../shared/identity/variable-places'
import { shortPath } from './path'

const contexts = (count: number): string => plural(count, 'context')

export const compareText = {
  title: 'Compare',
  lead: 'Only what differs, each line with what it rests on. Neither AWS nor a cluster is asked.',
  with: 'Compare now with',
  pending: 'What is pending, once it is written',
  file: 'Choose a file…',
  /** In place of a name, where it could not be read. */
  lastFile: 'The chosen file',
  fileMeaning: 'Another kubeconfig, or a report that was saved as JSON',
  lines: 'What differs',
  waiting: 'Comparing…',
  nothing: 'Nothing differs.',
  close: 'Close',
  show: (count: number) => `Show ${contexts(count)}`,
  shown: 'What differs',
  /** The button of the review. */
  before: 'Before and after',
  beforeMeaning: 'Who acts in each context before and after these changes: only what differs',
  arrow: ' → ',
  /** Who acts as another first: the answer, before its lines. */
  headline({ b, changes: { changed, unchecked } }: Comparison): string {
    const count = (of: 'identity' | 'evidence') =>
      new Set(changed.flatMap(({ what, context }) => (what === of ? [context] : []))).size
    const [others, evidence] = [count('identity'), count('evidence')]
    const known = evidence === 0 ? '' : `, ${evidence} by other evidence alone`
    const would = b.kind === 'pending' || unchecked.length > 0
    const acts = would ? 'would act' : others > 1 ? 'act' : 'acts'
    return `${others === 0 ? 'No context' : contexts(others)} ${acts} as another identity${known}`
  },
} as const

/** The time alone, for what is of today. */
export function timeOf(iso: string, now: number): string {
  const time = new Date(iso)
  const isToday = time.toDateString() === new Date(now).toDateString()
  return isToday
    ? time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : time.toLocaleString([], { dateStyle: 'short', timeStyle: 'short' })
}

/** What the two sides are called in a sentence. */
export function sidesOf({ a, b }: Comparison, home: string): SideNames {
  if (b.kind === 'pending') return { was: 'the files as they are', is: 'the files with these changes' }
  const name = ({ kind, name: of }: Comparison['a']) =>
    kind === 'environment' ? environmentName(of) : shortPath(of, home)
  return { was: name(a), is: a.kind === 'environment' ? name(b) : `${name(b)} now` }
}

const environmentName = (name: string): string => {
  const known = Object.entries(environmentInSentence).find(([one]) => one === name)
  return known?.[1] ?? name
}
