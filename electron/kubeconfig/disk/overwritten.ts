/**
 * What other programs undid of our writes. Programs that take no lock (aws, editors) may at any later time write the
 * older copy that they had read over our write: each write of the minutes before is compared with what is there now.
 */
import { stat } from 'node:fs/promises'
import type { Result } from '../../../shared/result'
import { modelOf, sourceOf } from '../read/edit-model'
import type { History, HistoryRecord } from './history'
import { readSources } from './read-sources'
import { readForWriting, realTarget } from './replace'
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
  /** What another program has undone since and no process has named yet; oldest write first. */
  find(): Promise<readonly OverwrittenWrite[]>
  /** Passes an outcome through: what it names already is not found once more. */
  noted(outcome: Result<ApplyOutcome>): Promise<Result<ApplyOutcome>>
}

/** A file of the list that we wrote before, as it is now. */
interface OurFile {
  readonly path: string
  readonly realPath: string
  readonly revision: string | null
  /** Our writes since then may have been overwritten by an older copy, ms since the epoch. */
  readonly since: number
}

/** Reads the history that window and terminal share: each finds what the other wrote, and names what the other did not. */
export function followOverwritten(options: {
  readonly history: History
  readonly list: () => readonly string[]
  readonly now: () => number
}): OverwrittenFollower {
  const { history, list, now } = options
  /** Overwritten entries that were reported already, also where nothing can be noted on disk. */
  const reported = new Set<string>()

  async function isNew(id: string, item: Overwritten): Promise<boolean> {
    const key = `${id} ${keyOf(item)}`
    if (reported.has(key)) return false
    reported.add(key)
    return await history.firstToSay(id, keyOf(item))
  }

  async function noted(outcome: Result<ApplyOutcome>): Promise<Result<ApplyOutcome>> {
    if (outcome.ok && outcome.value.kind === 'written')
      for (const item of outcome.value.overwritten) await isNew(outcome.value.historyId, item)
    return outcome
  }

  /** By real path. */
  async function ourFiles(): Promise<ReadonlyMap<string, OurFile>> {
    const found = new Map<string, OurFile>()
    for (const path of list()) {
      const real = await realTarget(path)
      const realPath = real.ok ? real.value : path
      const last = await history.lastOf(realPath)
      if (last === null || found.has(realPath)) continue
      const state = await readForWriting(path)
      const revision = state.ok ? state.value.revision : null
      // Where our last write stands, an earlier one may have been overwritten before it; of that we hear within minutes.
      const changed = revision === last.revision ? now() : await changedAt(realPath)
      found.set(realPath, { path, realPath, revision, since: Math.min(now(), changed) - overwrittenWithin })
    }
    return found
  }

  async function find(): Promise<readonly OverwrittenWrite[]> {
    const files = await ourFiles()
    if (files.size === 0) return []
    const since = Math.min(...[...files.values()].map((file) => file.since))
    const mayBe = ({ at, files: written }: HistoryRecord) =>
      written.some(({ realPath }) => at >= (files.get(realPath)?.since ?? Number.POSITIVE_INFINITY))
    const recent = (await history.since(since)).filter(mayBe)
    // Files that another program has written since, also between two writes of ours.
    const expected = new Map([...files].map(([realPath, { revision }]) => [realPath, revision]))
    const touched = new Set<string>()
    for (const { realPath, before, after } of recent.flatMap((record) => record.files)) {
      if (!files.has(realPath)) continue
      if (expected.get(realPath) !== after) touched.add(realPath)
      expected.set(realPath, before)
    }
    if (touched.size === 0) return []
    const paths = list()
    const present = modelOf((await readSources(paths)).sources)
    const found = new Map<string, Overwritten[]>()
    // The last write of ours to each thing; an older copy may go back to before several of them.
    const last = new Map<
      string,
      { readonly id: string; readonly item: Overwritten; readonly gone: boolean }
    >()
    let compared = 0
    for (const record of recent) {
      const open = record.files.flatMap((file) => {
        const ours = touched.has(file.realPath) ? files.get(file.realPath) : undefined
        return ours ? [{ ...file, path: ours.path }] : []
      })
      if (open.length === 0) continue
      if (compared > mostCompared) break
      compared += open.reduce((sum, { beforeBytes, afterBytes }) => sum + beforeBytes + afterBytes, 0)
      const side = async (which: 'before' | 'after') =>
        modelOf(
          await Promise.all(
            open.map(async ({ path, realPath }) => {
              const bytes = await history.bytesOf(record.id, realPath, which)
              const text = bytes.ok ? (bytes.value?.toString() ?? null) : null
              return sourceOf({ path, listed: paths.includes(path), text, fault: null })
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
        if (gone && (await isNew(id, item))) found.set(id, [...(found.get(id) ?? []), item])
      }
    }
    return [...found].map(([id, items]) => ({ id, items })).sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  return { find, noted }
}

/** When the file was last changed or put there, ms since the epoch; an older one that is moved there counts from then. */
const changedAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ ctimeMs }) => ctimeMs,
    () => Date.now(),
  )
