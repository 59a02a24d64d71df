/** Texts of the review and of writing. */

import { counted, plural } from '../../shared/counted'
import type { ObstacleReason, Remedy } from '../../shared/edits/obstacle'
import type { CurrentContextChange } from '../../shared/edits/resolution'
import { besideLetters } from '../../shared/kubeconfig/secrets'
import { shortName, toldApart } from './counts'
import { editText } from './edits'

export const review = {
  title: (count: number) => `Review ${editText.changes(count)}`,
  /** `along`: contexts that the user did not edit change, too. */
  lead: (files: number, along: boolean) =>
    files === 0
      ? 'Nothing would change on disk'
      : along
        ? `${editText.files(files)} · these lines and no others change`
        : `${editText.files(files)} · nothing else in ${files === 1 ? 'it' : 'them'} changes`,
  planning: 'Working out the exact lines…',
  nothingTicked: 'Nothing is ticked, so nothing would be written.',
  edits: 'Changes',
  added: (added: number, removed: number) => `+${added} −${removed}`,
  created: 'new file',
  removed: 'file goes away',
  gap: 'lines between are not shown',
  blocked: 'This cannot be written',
  /** For a ticked change that depends on a change that is not ticked. */
  needs: (title: string) => `This change needs another one that is not ticked: ${title}.`,
  needsNext: 'Tick that one, too, or leave this one out.',
  doubtful: 'Worth a look first',
  also: (count: number) =>
    count === 1
      ? '1 context that you did not edit changes too'
      : `${editText.contexts(count)} that you did not edit change too`,
  through: (kind: string, entry: string) => `through the ${kind} ${entry}`,
  splitFirst: 'Split first',
  splitNote: 'Each edited context gets an entry of its own; the others stay as they are.',
  provesFirst:
    'Both commands are run first. A context is switched only where AWS proves the same identity by each; the others stay pending.',
  leftOut: 'Not written, and still pending',
  promise: 'kubectl’s lock, atomic write, backup. Undo at any time in History.',
  conflicts: (count: number) =>
    `${count === 1 ? 'A value was' : 'Values were'} changed on both sides. Decide that first.`,
  decide: 'Decide…',
  discard: 'Discard all',
  apply: 'Apply',
  applyAlso: 'Apply to all of them',
  applyVerify: 'Apply and verify',
  applyVerifyMeaning: (count: number) =>
    count === 0
      ? 'Writes. No identity changes, so there is nothing to verify.'
      : `Writes, then verifies ${editText.contexts(count)} that this may have changed.`,
  tryAll: (count: number) => `Try ${count === 1 ? 'it' : `all ${counted(count)}`} first`,
  tryMeaning:
    'Asks AWS and the clusters who these contexts would be. Nothing is written, and no verdict changes.',
  /** `came`: the result, `1 broken, 2 verified`. */
  tried: (done: number, count: number, came: string) =>
    `${done === count ? 'Tried' : `Tried ${counted(done)} of ${counted(count)}`}: ${came}.`,
  identityStays: 'No identity changes.',
  identityChanges: (count: number) =>
    count === 1
      ? 'The identity of 1 context may change.'
      : `The identities of ${editText.contexts(count)} may change.`,
  splits: (kind: string, name: string, from: string) => `own ${kind} ${name}, split from ${from}`,
  lines: 'Lines',
  showLines: (title: string) => `Show the lines of: ${title}`,
  applySome: (count: number) => `Apply ${counted(count)}`,
  remove: (title: string) => `Take out: ${title}`,
  writing: 'Applying…',
  proving: (checks: number) => `Proving that nobody acts as another by it: ${plural(checks, 'check')} made`,
  asking: 'Waits for your answer; nothing is written yet.',
  stopped: 'Nothing was written.',
  waitTitle: 'Another program holds the lock',
  waitsToWrite: 'Waiting to write: another program holds the lock',
  age: (ms: number | null) =>
    ms === null
      ? 'its age cannot be told'
      : ms < 90_000
        ? `${Math.round(ms / 1000)} s old`
        : ms < 5_400_000
          ? `${Math.round(ms / 60_000)} min old`
          : `${counted(Math.round(ms / 3_600_000))} h old`,
  waitNote:
    'kubectl and Ekscope wait for one another by such a file. If no program is writing any more (it was killed), it can be removed.',
  removeLock: 'Remove the lock',
  leftTitle: 'The lock is still there',
  removeAndApply: 'Remove the lock and write',
  stopWaiting: 'Stop waiting',
  obstructedTitle: (files: number, remedies: readonly Remedy[]) => {
    const these = files === 1 ? 'This file' : 'These files'
    return remedies.includes('in-place')
      ? `${these} cannot simply be replaced`
      : `${these} ${files === 1 ? 'is' : 'are'} write-protected`
  },
  obstacles: {
    'hard-link': 'has a second name (hard link), which would go on showing the old content.',
    'mount-point': 'is mounted by itself, so nothing can be renamed onto it.',
    'folder-not-writable': 'is in a folder in which nothing may be created.',
    'other-owner': 'belongs to another user or group, which a new file would not.',
    rights: 'has an access control list or attributes that a new file would not have.',
    'rename-refused': 'cannot be replaced by a rename: the system refused.',
    'open-elsewhere': 'is open in another program, so Windows puts no other file in its place.',
    'write-protected': 'is write-protected: its mode does not let its owner write it.',
  } satisfies Record<ObstacleReason, string>,
  remedies: {
    'in-place':
      'The file can be written in place, as kubectl does: a program that reads at that moment may see half of it. After a crash, the next start completes the write or puts back what was there.',
    force: 'A write-protected file can be written anyway. Its mode stays as it is.',
  } satisfies Record<Remedy, string>,
  inPlace: 'Write in place',
  writeAnyway: 'Write anyway',
} as const

/** Says that the current-context of another file is emptied too, although no deleted context is in that file. */
export const currentContextEmptied = (path: string, name: string): string =>
  `${path} has current-context ${shortName(name)}, which is emptied, too: else kubectl could come to use what that names.`

/** An unwritten change of current-context in words, with its effect on kubectl where the title does not say it. Null where only
 * the names of entries behind it change. */
export function currentContextSaid(change: CurrentContextChange) {
  const { before, after, resolvesTo } = change
  const [was = '', is = ''] = toldApart([before ?? '', after ?? ''])
  const [from, to] = [before === null ? editText.none : was, after === null ? editText.none : is]
  if (before !== after)
    return {
      title: `current-context: ${from} → ${to}`,
      note: after === null ? 'kubectl then needs --context until another context is made current.' : null,
    }
  const [old, now] = [resolvesTo.before?.server ?? null, resolvesTo.after?.server ?? null]
  if (old === now) return null
  return {
    title: 'current-context leads to another server',
    note: `${after === null ? '' : to}: ${old === null ? editText.none : besideLetters(old)} → ${now === null ? editText.none : besideLetters(now)}`,
  }
}
