/**
 * What the next start does about what killed processes left: interrupted writes are settled, first by the journals, then
 * by the history; their locks are released, those of files outside the list too.
 */
import { stat } from 'node:fs/promises'

import { fewTitles } from '../../../shared/edits/undone'
import { recoverHistory } from './history-clean'
import { isOurs, type WholeRecord } from './history-record'
import { recoverJournals } from './journal'
import { acquireLocks, releaseNoted } from './kubeconfig-lock'
import type { History } from './write-history'
import type { SectionsOf } from './write-stands'

export type KeptWrite = Pick<WholeRecord, 'id' | 'titles' | 'uncertain'>

/** `journal` is the journal's folder. To be called once at start, before anything is written; the user is shown every item. */
export async function recoverWrites(
  journal: string,
  history: History,
  sections: SectionsOf,
  signal?: AbortSignal,
) {
  const running = await history.running()
  const writes = await recoverJournals(journal, sections, signal)
  const journaled = new Map(
    writes.flatMap(({ write, outcome }) => (write === null ? [] : [[write, outcome] as const])),
  )
  // Writes that are on disk, or may have been, although their process ended before it could record so: in the history now.
  const kept: readonly KeptWrite[] = (await recoverHistory(history, journaled, sections)).filter(isOurs)
  // A journal names files alone, and a write that is not in the history can be seen nowhere else.
  const unkept = running.filter((run) => isOurs(run) && kept.every((one) => one.id !== run.id))
  const said = writes.map((one) => {
    const record = unkept.find(({ id }) => id === one.write)
    return record ? { ...one, message: `${one.message} It was: ${fewTitles(record.titles)}.` } : one
  })
  await releaseNoted(journal)
  return { writes: said, kept }
}

/** Takes over the locks that a killed Ekscope left, which keep kubectl out, and releases them. Others' stay untouched. */
export async function releaseDeadLocks(list: readonly string[], signal: AbortSignal): Promise<void> {
  const left = await Promise.all(list.map((path) => stat(`${path}.lock`).catch(() => null)))
  if (left.every((one) => one === null)) return
  const locks = await acquireLocks(
    { list, writes: list, waitMs: 0, withoutLockWhereImpossible: true },
    signal,
  )
  if (locks.ok) await locks.value.release()
}
