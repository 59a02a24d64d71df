/**
 * What other programs undid of our writes. Programs that take no lock (aws, editors) may at any later time write the
 * older copy that they had read over our write: each write of the minutes before is compared with what is there now.
 */
import { stat } from 'node:fs/promises'
import type { Result } from '../../../shared/result'
import type { NamedEntry } from '../read/named-entries'
import { type History, othersWrote, type UnsureWrite } from './history'
import { overwrittenWithin } from './history-latest'
import type { HistoryFile } from './history-record'
import { OldStates } from './old-states'
import {
  FileParts,
  isAlike,
  isAnother,
  isLost,
  lostIn,
  type Overwritten,
  partKey,
  partsBetween,
} from './older-copy'
import { type KnownBytes, type KnownDocuments, readSources } from './read-sources'
import { readForWriting, realTarget } from './replace'
import type { ApplyOutcome } from './write'

/** A write of ours, and what another program undid of it: `reapply` makes it once more. */
export interface OverwrittenWrite {
  readonly id: string
  readonly items: readonly Overwritten[]
}

/** Reading old states of a very large file takes seconds: only so many of its last writes are compared, bytes. */
const mostCompared = 64_000_000

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
  /** Our last write to it. */
  readonly last: string
  /** Our writes since then may have been overwritten by an older copy, ms since the epoch. */
  readonly since: number
}

/** Where to look for them. */
export interface WritesOfOurs {
  readonly history: History
  readonly list: () => readonly string[]
  readonly now: () => number
  /** What was read of these files already. */
  readonly known?: KnownDocuments | undefined
  readonly knownBytes?: KnownBytes | undefined
  /** Where what is read of the history is of use afterwards. */
  readonly states?: OldStates | undefined
}

/**
 * Reads the history that window and terminal share: each finds what the other wrote, and names what the other did not. `lost` looks
 * for it elsewhere.
 */
export function followOverwritten(
  of: WritesOfOurs,
  lost: () => Promise<readonly OverwrittenWrite[]> = () => overwrittenNow(of),
): OverwrittenFollower {
  const { history } = of
  /** Overwritten entries that were reported already, also where nothing can be noted on disk. */
  const reported = new Set<string>()

  async function isNew(id: string, item: Overwritten): Promise<boolean> {
    const key = `${id} ${partKey(item)}`
    if (reported.has(key)) return false
    reported.add(key)
    return await history.firstToSay(id, partKey(item))
  }

  return {
    async find() {
      const found: OverwrittenWrite[] = []
      for (const { id, items } of await lost()) {
        const unsaid: Overwritten[] = []
        for (const item of items) if (await isNew(id, item)) unsaid.push(item)
        if (unsaid.length > 0) found.push({ id, items: unsaid })
      }
      return found
    },
    async noted(outcome) {
      if (outcome.ok && outcome.value.kind === 'written')
        for (const item of outcome.value.overwritten) await isNew(outcome.value.historyId, item)
      return outcome
    },
  }
}

/** What another program has undone of our latest writes, said or not; oldest write first. */
export async function overwrittenNow(of: WritesOfOurs): Promise<readonly OverwrittenWrite[]> {
  const { history, now, states = new OldStates(history) } = of
  const files = await ourFiles(of, now())
  if (files.size === 0) return []
  const since = Math.min(...[...files.values()].map((file) => file.since))
  // Before the others: what is settled meanwhile is among these.
  const unsure = await history.unsure()
  const recent = await history.since(since)
  const past = pastOf(history, states)
  const found = new Map<string, Overwritten[]>()
  for (const ours of files.values()) {
    const written = recent.flatMap(({ id, at, files, uncertain }) => {
      // Of one that may never have been made nobody can have undone anything.
      const file = uncertain ? undefined : files.find(({ realPath }) => realPath === ours.realPath)
      // Only kubeconfigs have parts that can be told apart.
      return file && file.of === undefined ? [{ ...file, id, at, path: ours.path }] : []
    })
    // By order, not by clock: one that was put back makes a later write look older, and what that undid would seem another's doing.
    const older = written.findIndex(({ at }) => at < ours.since)
    const steps = older < 0 ? written : written.slice(0, older)
    const lost = await lostOf(ours, steps, past, unsure, of)
    if (lost?.length === 0) await history.firstToSay(ours.last, nothingIn(ours))
    for (const { id, ...item } of lost ?? []) found.set(id, [...(found.get(id) ?? []), item])
  }
  return [...found].map(([id, items]) => ({ id, items })).sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** That a file of this revision undid nothing of our writes up to the last: of this nothing can become another. */
const nothingIn = ({ realPath, revision }: Pick<OurFile, 'realPath' | 'revision'>): string =>
  `${realPath} of ${revision} undid nothing`

/** Those that we wrote before, by real path, but for those of which it is known that nothing was undone in them. */
async function ourFiles(
  { history, list, knownBytes }: WritesOfOurs,
  now: number,
): Promise<ReadonlyMap<string, OurFile>> {
  const found = new Map<string, OurFile>()
  for (const path of list()) {
    const real = await realTarget(path)
    const realPath = real.ok ? real.value : path
    const last = await history.lastOf(realPath)
    if (last === null || found.has(realPath)) continue
    const state = await readForWriting(path, knownBytes?.(path) ?? undefined)
    const revision = state.ok ? state.value.revision : null
    // Where our last write stands, an earlier one may have been overwritten before it; of that we hear within minutes.
    const changed = revision === last.revision ? now : await changedAt(realPath)
    if (await history.wasSaid(last.id, nothingIn({ realPath, revision }))) continue
    found.set(realPath, {
      path,
      realPath,
      revision,
      last: last.id,
      since: Math.min(now, changed) - overwrittenWithin,
    })
  }
  return found
}

/** One of our writes to one file; `path` as listed now. */
type Step = HistoryFile & { readonly id: string }
type Lost = Overwritten & { readonly id: string }
/** A file before or after one of our writes; null where that is not known, or would take too long. */
interface Past {
  /** `near`: a state that was read, of which it may be a small change. */
  state(step: Step, side: 'before' | 'after', near: FileParts): Promise<FileParts | null>
  /** What the record names; a record of an earlier version does not. */
  named(step: Step): Promise<readonly NamedEntry[] | undefined>
}

function pastOf(history: History, states: OldStates): Past {
  let budget = mostCompared
  return {
    async state(step, side, near) {
      if (!states.has(step, side)) budget -= side === 'before' ? step.beforeBytes : step.afterBytes
      const read = budget < 0 ? null : await states.read(step, side, near.document)
      return read?.ok ? new FileParts(read.value) : null
    },
    async named({ id, realPath }) {
      return (await history.get(id))?.files.find((file) => file.realPath === realPath)?.entries
    },
  }
}

/** What older copies have undone of these writes to one file, newest first; null where nobody wrote between them, or since. */
async function lostOf(
  { path, revision }: OurFile,
  steps: readonly Step[],
  past: Past,
  unsure: readonly UnsureWrite[],
  { known, knownBytes }: WritesOfOurs,
): Promise<readonly Lost[] | null> {
  const gaps = steps.flatMap((step, at) => {
    const next = steps[at - 1]
    const found = next ? { id: next.id, revision: next.before } : { id: null, revision }
    return othersWrote(unsure, { id: step.id, uncertain: false, file: step }, found) ? [{ at, next }] : []
  })
  if (gaps.length === 0) return null
  const [source] = (await readSources([path], [], known, knownBytes)).sources
  if (source === undefined) return null
  const present = new FileParts(source)
  const lost: Lost[] = []
  for (const { at, next } of gaps) {
    const theirs = next ? await past.state(next, 'before', present) : present
    const copied = theirs && (await undoneBy(theirs, steps.slice(at), past))
    if (!copied) continue
    const { items, before, after } = copied
    // What was put there again since, or became a third value, is settled.
    lost.push(...items.filter((item) => isLost(item, before, after, present)))
  }
  return lost
}

/** What an older copy undid of the writes before it: it was made of `before` and written over `after`. */
interface Copied {
  readonly items: readonly Lost[]
  readonly before: FileParts
  readonly after: FileParts
}

/**
 * What `theirs` undid of these writes, newest first; null where it is no older copy. It may have been read before any of
 * them: the oldest state that explains it counts. Each part is told of the last write that made it.
 */
async function undoneBy(theirs: FileParts, steps: readonly Step[], past: Past): Promise<Copied | null> {
  const [newest] = steps
  const ours = newest ? await past.state(newest, 'after', theirs) : null
  if (!ours || !theirs.legible) return null
  const made = new Map<string, Lost | null>()
  let found: Copied | null = null
  for (const step of steps) {
    const [before, after] = [await past.state(step, 'before', ours), await past.state(step, 'after', ours)]
    if (!before || !after) break
    for (const part of partsBetween(before, after, await past.named(step))) {
      const key = partKey(part)
      // Where it was not as we had left it, what is gone was not ours.
      if (!made.has(key)) made.set(key, isAlike(part, after, ours) ? { ...part, id: step.id } : null)
    }
    const parts = [...made.values()].flatMap((part) => part ?? [])
    const items = lostIn(parts, before, ours, theirs)
    // current-context alone is moved to and fro by people, who also give a name to another entry: neither alone tells.
    const byPerson = (item: Overwritten) =>
      item.kind === 'current-context' || isAnother(item, before, ours, theirs)
    if (items.every(byPerson)) continue
    const gone = new Set(items.map(partKey))
    found = { items: parts.filter((part) => gone.has(partKey(part))), before, after: ours }
  }
  return found
}

/** When the file was last changed or put there, ms since the epoch; an older one that is moved there counts from then. */
const changedAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ ctimeMs }) => ctimeMs,
    () => Date.now(),
  )
