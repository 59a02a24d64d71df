/** What the next start does about writes that were interrupted: journals first, then the history that told of them. */
import type { History } from './history'
import { type Recovery, recoverJournals } from './journal'

export interface Recovered {
  readonly writes: readonly Recovery[]
  /** Writes that are on disk although their process died before it could say so: in the history now. */
  readonly kept: readonly { readonly id: string; readonly titles: readonly string[] }[]
}

/** `journal` is the journal's folder. To be called once at start, before anything is written; each item is to be told to the user. */
export async function recoverWrites(
  journal: string,
  history: History,
  signal?: AbortSignal,
): Promise<Recovered> {
  const writes = await recoverJournals(journal, signal)
  const kept = await history.recover()
  return { writes, kept: kept.map(({ id, titles }) => ({ id, titles })) }
}
