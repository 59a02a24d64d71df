/**
 * What the next start does about what killed processes left: interrupted writes are settled, first by the journals, then
 * by the history; their locks are released, those of files outside the list too.
 */
import { stat } from 'node:fs/promises'

import type { History } from './history'
import { recoverHistory } from './history-clean'
import { type Recovery, recoverJournals } from './journal'
import { acquireLocks, releaseNoted } from './lock'
import type { SectionsOf } from './write-stands'

export interface KeptWrite {
  readonly id: string
  readonly titles: readonly string[]
  /** Other programs have written since, so that nothing tells whether it was made. */
  readonly uncertain: boolean
}

export interface Recovered {
  readonly writes: readonly Recovery[]
  /** Writes that are on disk, or may have been, although their process ended before it could record so: in the history now. */
  readonly kept: readonly KeptWrite[]
}

/** `journal` is the journal's folder. To be called once at start, before anything is written; the user is shown every item. */
export async function recoverWrites(
  journal: string,
  history: History,
  sections: SectionsOf,
  signal?: AbortSignal,
): Promise<Recovered> {
  const writes = await recoverJournals(journal, sections, signal)
  const journaled = new Map(
    writes.flatMap(({ write, outcome }) => (write === null ? [] : [[write, outcome] as const])),
  )
  const kept = await recoverHistory(history, journaled, sections)
  await releaseNoted(journal)
  return { writes, kept: kept.map(({ id, titles, uncertain }) => ({ id, titles, uncertain })) }
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
