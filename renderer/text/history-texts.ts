/** Texts of the history. */

import { counted, plural } from '../../shared/counted'

/** A sentence with all its times in the user's time zone and format. */
export const inLocalTime = (sentence: string): string =>
  sentence.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => new Date(time).toLocaleString())

/** A text for each kind of undo; restoring whole files has a separate one. */
const each = <T>(say: (does: string, done: string) => T, restore: T) => ({
  undo: say('Undo', 'undone'),
  redo: say('Redo', 'redone'),
  'redo-write': say('Redo', 'redone'),
  restore,
  reapply: say('Reapply', 'reapplied'),
})

export const history = {
  title: 'History',
  lead: 'Every state of your kubeconfigs that Ekscope saw, whoever made it. Each step can be undone as long as nothing is in the way, and the files can be restored to what they were before it.',
  empty: 'No state has been kept yet',
  emptyLead:
    'Each write is kept here with its exact lines, also of other programs, and can be undone from here.',
  loading: 'Reading the history…',
  by: { window: 'window', terminal: 'terminal', others: 'other programs' },
  does: each((does) => does, 'Restore'),
  titles: {
    ...each((does) => `${does} this write`, 'Restore the files to what they were before this write'),
    redo: 'Redo what this undid',
  },
  leads: {
    undo: 'Only what this write changed is undone; what came later stays.',
    redo: 'Only what this undo changed is written again; what came later stays.',
    'redo-write': 'Only what this write changed is written again; what came later stays.',
    restore: 'Everything written since is lost too, whoever wrote it. The restore can itself be undone.',
    reapply: 'Only what this write changed is written again; what came later stays.',
  },
  restoreTorn:
    'What is there now cannot be read. The history keeps it, to be looked at; it cannot be put back by an undo.',
  cannot: each((_, done) => `This is in the way, so nothing can be ${done}`, 'The files cannot be restored'),
  /** For when only a part of it can be done. */
  cannotAll: each(
    (_, done) => `This is in the way, so not all of it can be ${done} at once`,
    'The files cannot be restored',
  ),
  also: each((does) => `${does} for all of them`, 'Restore'),
  wayOn: 'Change that back first, or restore the whole files.',
  free: (names: string) => `Nothing is in the way of ${names}.`,
  onlyFree: each(
    (does) => (names: string) => `${does} only ${names}…`,
    (names) => `Restore only ${names}…`,
  ),
  these: (count: number) => `these ${counted(count)}`,
  only: (names: string) => `Only what belongs to ${names}.`,
  restoreInstead: 'Restore the whole files instead…',
  undoes: 'undid an earlier write',
  restores: 'restored the files to before an earlier write',
  undone: 'undone',
  partlyUndone: 'partly undone',
  redone: 'redone',
  uncertain: 'This write was interrupted, and other programs wrote before Ekscope looked again.',
  unread: {
    damaged: 'The record of this write is damaged: what it wrote cannot be shown or undone.',
    newer: 'Written by a newer Ekscope, which can show and undo it.',
  },
  diff: 'Lines',
  nothing: {
    undo: 'Nothing would change: the files are already as before.',
    redo: 'Nothing would change: the files are already as before that undo.',
    'redo-write': 'Nothing would change: what that write wrote is there.',
    restore: 'Nothing would change: the files are as they were before already.',
    reapply: 'Nothing would change: what that write wrote is there.',
  },
  more: (count: number) => `and ${plural(count, 'more change')}`,
  untitled: 'A write',
  planning: 'Checking what is in the way…',
  purge: 'Empty the history…',
  purged: (count: number) => `Removed ${counted(count)} entries`,
} as const
