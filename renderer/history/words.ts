/** The words of the history. */
import { words } from '../edits/words'

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
  undoTitle: 'Undo this write',
  restoreTitle: 'Put the files back as they were before this write',
  undoLead: 'Only what this write changed is taken back; what came later stays.',
  restoreLead: 'Everything that was written since is lost too, by whomever. It can itself be undone.',
  undoes: 'took back an earlier write',
  restores: 'put back files of an earlier write',
  undone: 'taken back',
  uncertain: 'It was interrupted, and others wrote before Ekscope looked again.',
  others: 'Others wrote before this one; their changes were kept.',
  diff: 'Lines',
  nothing: 'Nothing would change: it is as it was before already.',
  more: (count: number) => `and ${words.changes(count)} more`,
  untitled: 'A write',
  files: (names: string) => names,
  planning: 'Looking whether it still fits…',
  cancel: 'Cancel',
  purge: 'Empty the history…',
  purgeTitle: 'Empty the history?',
  purgeLead:
    'Earlier writes can then no longer be undone or restored. Your kubeconfig files stay as they are. The history holds what was replaced, secrets included, readable by you alone.',
  purged: (count: number) => `Removed ${count.toLocaleString('en-US')} entries`,
} as const
