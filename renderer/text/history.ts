/** Texts of the history. */

import { number } from './counts'
import { editText } from './edits'

export const history = {
  title: 'History',
  lead: 'Every write of Ekscope, from this window and from the terminal. Each can be undone while it still fits, or its files restored to what they were before it.',
  empty: 'Nothing was written yet',
  emptyLead:
    'Once you apply changes, each write is kept here with its exact lines, and can be undone from here.',
  loading: 'Reading the history…',
  by: { window: 'window', terminal: 'terminal' },
  undo: 'Undo',
  restore: 'Restore',
  reapply: 'Reapply',
  titles: {
    undo: 'Undo this write',
    restore: 'Restore the files to what they were before this write',
    reapply: 'Reapply this write',
  },
  leads: {
    undo: 'Only what this write changed is undone; what came later stays.',
    restore: 'Everything written since is lost too, whoever wrote it. The restore can itself be undone.',
    reapply: 'Only what this write changed is written again; what came later stays.',
  },
  cannot: {
    undo: 'This write cannot be undone alone',
    restore: 'The files cannot be restored',
    reapply: 'This write cannot be reapplied',
  },
  restoreInstead: 'Restore the whole files instead…',
  undoes: 'undid an earlier write',
  restores: 'restored the files to before an earlier write',
  undone: 'undone',
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
    reapply: 'Nothing would change: what it wrote is there.',
  },
  more: (count: number) => `and ${editText.changes(count)} more`,
  untitled: 'A write',
  planning: 'Checking whether it still fits…',
  cancel: 'Cancel',
  purge: 'Empty the history…',
  purgeNow: 'Empty it',
  purgeDone: 'Empty the history',
  purgeTitle: 'Empty the history?',
  purgeLead:
    'Earlier writes can then no longer be undone or restored. Your kubeconfig files stay as they are. The history holds what was replaced, secrets included, readable by you alone.',
  purged: (count: number) => `Removed ${number(count)} entries`,
} as const
