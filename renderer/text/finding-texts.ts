/** Texts of the view of findings. */
import { counted, plural } from '../../shared/counted'
import type { Severity } from '../../shared/findings/define-rule'
import type { FindingGroup } from '../../shared/findings/finding-kinds'

const contexts = (count: number): string => plural(count, 'context')

export const findingsText = {
  title: 'Findings',
  loading: 'Looking through files and checks…',
  list: 'Findings by group',
  empty: 'Nothing is found in files, environment and checks',
  emptyLead: 'Verify the contexts to know whether AWS and the clusters agree.',
  nothingFits: 'No finding fits',
  filter: 'Filter findings',
  filterHint: 'Filter findings, contexts, files',
  clearFilter: 'Clear the filter of findings',
  counts: 'Findings by severity',
  onlyThese: (severity: string) => `Show only: ${severity}`,
  severities: { error: 'errors', warning: 'warnings', info: 'notes' } satisfies Readonly<
    Record<Severity, string>
  >,
  toFix: (things: number, of: number) => `${plural(things, 'thing')} to fix in ${contexts(of)}`,
  inFiles: (things: number) => `${plural(things, 'thing')} to fix`,
  notes: (count: number) => `Nothing to fix, ${plural(count, 'note')}`,
  noneUsed: 'kubectl uses no context',
  clean: (count: number) => `${contexts(count)} ${count === 1 ? 'has' : 'have'} no finding`,
  fixAll: (kinds: number) => `Fix ${kinds === 1 ? 'the one' : `those ${counted(kinds)}`}`,
  needNone: (kinds: number) => `${counted(kinds)} need${kinds === 1 ? 's' : ''} no decision`,
  groups: {
    'file-refused': 'kubectl refuses the whole file',
    'acts-as-another': 'Acts as somebody else',
    'cannot-work': 'Cannot work as written',
    'not-let-in': 'Not let in, or not the cluster that was meant',
    'not-as-it-looks': 'Works, but not as it looks',
    housekeeping: 'Housekeeping',
    muted: 'Muted',
  } satisfies Readonly<Record<FindingGroup | 'muted', string>>,
  muted: (count: number) => `${counted(count)} muted`,
  mute: {
    title: 'Mute',
    reason: 'Why it may stay',
    act: 'Mute…',
    again: 'Unmute',
    done: (title: string) => `Muted: ${title}`,
    undone: (title: string) => `No longer muted: ${title}`,
    because: (reason: string) => `Muted: ${reason}`,
  },
  outcome: {
    title: 'What became of the fix',
    judging: 'Written. Looking at what became of it…',
    gone: (kinds: readonly (readonly [title: string, of: number])[]) =>
      `Gone: ${kinds.map(([title, of]) => (of < 2 ? title : `${title} (${contexts(of)})`)).join(' · ')}`,
    left: (title: string, left: number, of: number) =>
      `Still there in ${left === of ? contexts(of) : `${counted(left)} of ${contexts(of)}`}: ${title}`,
    came: (title: string, of: number) => `New in ${contexts(of)}: ${title}`,
    unverified: (of: number) =>
      `This is what files say: ${contexts(of)} ${of === 1 ? 'is' : 'are'} not verified since.`,
    verify: 'Verify',
    dismiss: 'Dismiss',
  },
  columns: { what: 'What', contexts: 'Contexts', where: 'Where', act: 'Fix' },
  more: (count: number) => `+${counted(count)}`,
  place: (file: string, line: number | null) => (line === null ? file : `${file}:${line}`),
  detail: { label: 'Finding', nothing: 'Choose a finding' },
  about: (severity: string, of: number) => (of === 0 ? severity : `${contexts(of)} · ${severity}`),
  asked: 'Asked',
  saysSo: 'first answered so',
  since: {
    changed: 'last changed',
    by: { window: 'by Ekscope', terminal: 'by Ekscope', others: 'by another program' },
    seen: 'first seen',
    unchanged: 'unchanged since',
    notKnown: 'since when is not known',
  },
  why: 'Why',
  moreReasons: (count: number) => `${counted(count)} more`,
  fewerReasons: 'Fewer',
  doThis: 'What to do',
  showIn: (count: number) => `Show ${count === 1 ? 'it' : 'them'} in Contexts`,
  copyPage: 'Copy the address of its page',
  page: 'the address',
  noFix: 'There is a choice to make, or nothing in the files settles it.',
  review: (label: string) => `${label}, and review`,
} as const
