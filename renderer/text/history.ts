/** The words of the history. */
import { words } from './edits'

export const history = {
  title: 'History',
  lead: 'Every write of Ekscope, from this window and from the terminal. Each can be taken back while it still fits, or its files put back as they were before it.',
  empty: 'Nothing was written yet',
  emptyLead:
    'Once you apply changes, each write is kept here with its exact lines, and can be taken back from here.',
  loading: 'Reading the history…',
  by: { window: 'window', terminal: 'terminal' },
  undo: 'Undo',
  restore: 'Restore',
  again: 'Make it again',
  titles: {
    undo: 'Undo this write',
    restore: 'Put the files back as they were before this write',
    again: 'Make this write again',
  },
  leads: {
    undo: 'Only what this write changed is taken back; what came later stays.',
    restore: 'Everything that was written since is lost too, by whomever. It can itself be undone.',
    again: 'Only what this write changed is made once more; what came later stays.',
  },
  cannot: {
    undo: 'It cannot be taken back alone',
    restore: 'It cannot be put back',
    again: 'It cannot be made again',
  },
  restoreInstead: 'Put the whole files back instead…',
  undoes: 'took back an earlier write',
  restores: 'put back files of an earlier write',
  undone: 'taken back',
  uncertain: 'It was interrupted, and others wrote before Ekscope looked again.',
  others: 'Others wrote before this one; their changes were kept.',
  outside: 'Wrote',
  outsideBy: 'others',
  outsideUnknown: 'What was there then is not known any more, or could not be read.',
  outsideText: 'only text around the entries',
  verbs: { removed: 'removed', changed: 'changed', added: 'added' },
  named: (kind: string, name: string) => (name === '' ? `no ${kind}` : `${kind} ${name}`),
  diff: 'Lines',
  nothing: {
    undo: 'Nothing would change: it is as it was before already.',
    restore: 'Nothing would change: the files are as they were before already.',
    again: 'Nothing would change: what it wrote is there.',
  },
  more: (count: number) => `and ${words.changes(count)} more`,
  untitled: 'A write',
  planning: 'Looking whether it still fits…',
  cancel: 'Cancel',
  purge: 'Empty the history…',
  purgeNow: 'Empty it',
  purgeDone: 'Empty the history',
  purgeTitle: 'Empty the history?',
  purgeLead:
    'Earlier writes can then no longer be undone or restored. Your kubeconfig files stay as they are. The history holds what was replaced, secrets included, readable by you alone.',
  purged: (count: number) => `Removed ${count.toLocaleString('en-US')} entries`,
} as const
