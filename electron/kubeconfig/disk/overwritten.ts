/**
 * What other programs undid of our writes. Programs that take no lock (aws, editors) may at any later time write the
 * older copy that they had read over our write: each write of the last minutes is compared with what is there now.
 */
import type { Result } from '../../../shared/result'
import { modelOf, sourceOf } from '../read/edit-model'
import type { History } from './history'
import { readSources } from './read-sources'
import { type ApplyOutcome, type Overwritten, overwrittenIn } from './write'

/** A write of ours, and what another program undid of it: `reapply` makes it once more. */
export interface OverwrittenWrite {
  readonly id: string
  readonly items: readonly Overwritten[]
}

/** An external change that comes later than this after our write is no older copy, ms. */
const overwrittenWithin = 10 * 60_000

/** Reading old states of a very large file takes seconds: only so many of its last writes are compared, bytes. */
const mostCompared = 64_000_000

/** current-context is one thing, whatever it names. */
const keyOf = ({ path, kind, name }: Overwritten) =>
  JSON.stringify([path, kind, kind === 'current-context' ? null : name])

export interface OverwrittenFollower {
  /** What another program has undone since, each once; oldest write first. */
  find(): Promise<readonly OverwrittenWrite[]>
  /** Passes an outcome through: what it names already is not found once more. */
  noted(outcome: Result<ApplyOutcome>): Result<ApplyOutcome>
}

/** Reads the history that window and terminal share, so a window also finds what the terminal wrote. */
export function followOverwritten(options: {
  readonly history: History
  readonly list: () => readonly string[]
  readonly now: () => number
}): OverwrittenFollower {
  const { history, list, now } = options
  /** Overwritten entries that were reported already. */
  const reported = new Set<string>()

  function noted(outcome: Result<ApplyOutcome>): Result<ApplyOutcome> {
    if (outcome.ok && outcome.value.kind === 'written')
      for (const item of outcome.value.overwritten) reported.add(`${outcome.value.historyId} ${keyOf(item)}`)
    return outcome
  }

  async function find(): Promise<readonly OverwrittenWrite[]> {
    const records = await history.list()
    const recent = records.filter(({ at }) => now() - at <= overwrittenWithin)
    if (recent.length === 0) return []
    const files = list()
    const { sources, states } = await readSources(files)
    const present = modelOf(sources)
    // Files that another program has written since, also between two writes of ours.
    const expected = new Map(states.flatMap((state) => (state ? [[state.path, state.revision]] : [])))
    const touched = new Set<string>()
    for (const { path, before, after } of recent.flatMap((record) => record.files)) {
      if (expected.get(path) !== after) touched.add(path)
      expected.set(path, before)
    }
    const found = new Map<string, Overwritten[]>()
    // The last write of ours to each thing; an older copy may go back to before several of them.
    const last = new Map<
      string,
      { readonly id: string; readonly item: Overwritten; readonly gone: boolean }
    >()
    let compared = 0
    for (const record of recent) {
      const open = record.files.filter(({ path }) => touched.has(path))
      if (open.length === 0) continue
      if (compared > mostCompared) break
      compared += open.reduce((sum, { beforeBytes, afterBytes }) => sum + beforeBytes + afterBytes, 0)
      const side = async (which: 'before' | 'after') =>
        modelOf(
          await Promise.all(
            open.map(async ({ path, realPath }) => {
              const bytes = await history.bytesOf(record.id, realPath, which, records)
              const text = bytes.ok ? (bytes.value?.toString() ?? null) : null
              return sourceOf({ path, listed: files.includes(path), text, fault: null })
            }),
          ),
        )
      const [before, after] = [await side('before'), await side('after')]
      const differs = new Set(overwrittenIn(present, after, present).map(keyOf))
      for (const item of overwrittenIn(before, after, before))
        if (!last.has(keyOf(item)))
          last.set(keyOf(item), { id: record.id, item, gone: differs.has(keyOf(item)) })
      for (const undone of overwrittenIn(before, after, present)) {
        const { id, item, gone } = last.get(keyOf(undone)) ?? { id: record.id, item: undone, gone: true }
        const key = `${id} ${keyOf(item)}`
        if (!gone || reported.has(key)) continue
        reported.add(key)
        found.set(id, [...(found.get(id) ?? []), item])
      }
    }
    return [...found].map(([id, items]) => ({ id, items })).sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  return { find, noted }
}
