/**
 * What other programs undid of Ekscope's writes. Programs that take no lock (aws, editors) may at any later time write an older
 * copy that they had read over such a write. So the changes of each write of the minutes before are compared with the file now.
 */
import { stat } from 'node:fs/promises'
import { once } from '../../../shared/once'
import type { Result } from '../../../shared/result'
import type { KubeconfigDocument } from '../read/document'
import type { EditSource } from '../read/edit-model'
import { overwrittenWithin, ownIn } from './history-latest'
import { type HistoryFile, isOurs } from './history-record'
import { type OldStates, oldStatesOf } from './old-states'
import {
  type Change,
  changesBetween,
  changesRecorded,
  isAnother,
  isLegible,
  isLost,
  lostIn,
  type Overwritten,
  partKey,
  partOf,
  saidIn,
  saysSame,
} from './older-copy'
import { type KnownBytes, type KnownDocuments, readSources } from './read-sources'
import { readForWriting, realPathOf } from './replace'
import type { ApplyOutcome } from './write'
import { type History, othersWrote, type UnsureWrite } from './write-history'

/** A write of Ekscope, and what another program undid of it: `reapply` makes it again. */
export interface OverwrittenWrite {
  readonly id: string
  readonly items: readonly Overwritten[]
}

/** Reading old states of a very large file takes seconds: only so much is read of them, bytes. */
const mostCompared = 64_000_000

export interface OverwrittenFollower {
  /** What another program has undone since and no process has named yet; oldest write first. */
  find(): Promise<readonly OverwrittenWrite[]>
  /** Passes an outcome through: what it names already is not found once more. */
  noted(outcome: Result<ApplyOutcome>): Promise<Result<ApplyOutcome>>
}

/** A file of the list that Ekscope wrote before, as it is now. */
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
interface WritesOfOurs {
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
 * Reads the history that window and terminal share: each finds what the other wrote, and names what the other did not. `lost`
 * looks for it elsewhere.
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

/** What another program undid of Ekscope's latest writes, reported or not; oldest write first. */
export async function overwrittenNow(of: WritesOfOurs): Promise<readonly OverwrittenWrite[]> {
  const { history, now } = of
  const files = await ourFiles(of, now())
  if (files.size === 0) return []
  const since = Math.min(...[...files.values()].map((file) => file.since))
  const { records, unsure } = await history.part({ since })
  const past = pastOf(of)
  const found = new Map<string, Overwritten[]>()
  for (const ours of files.values()) {
    const written = records.filter(isOurs).flatMap(({ id, at, files, uncertain }) => {
      // A write that may never have been made cannot have been undone.
      const file = uncertain ? undefined : files.find(({ realPath }) => realPath === ours.realPath)
      // Only kubeconfigs have parts that can be distinguished.
      return file && file.of === undefined ? [{ ...file, id, at, path: ours.path }] : []
    })
    // By order, not by time: a clock set back makes a later write look older, and what it undid would seem another program's.
    const older = written.findIndex(({ at }) => at < ours.since)
    const lost = await lostOf(ours, older < 0 ? written : written.slice(0, older), past, unsure)
    for (const { id, ...item } of lost) found.set(id, [...(found.get(id) ?? []), partOf(item)])
  }
  return [...found].map(([id, items]) => ({ id, items })).sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Notes that a file of this revision undid nothing of Ekscope's writes up to one. This never changes. */
const nothingIn = (realPath: string, revision: string | null): string =>
  `${realPath} of ${revision} undid nothing`

/** Files that Ekscope wrote before, by real path, except those in which nothing is known to have been undone. */
async function ourFiles({ history, list, knownBytes }: WritesOfOurs, now: number) {
  const found = new Map<string, OurFile>()
  for (const path of list()) {
    const realPath = await realPathOf(path)
    const latest = await history.lastOf(realPath)
    const last = latest && ownIn(latest)
    if (last === null || found.has(realPath)) continue
    const state = await readForWriting(path, knownBytes?.(path) ?? undefined)
    const revision = state.ok ? state.value.revision : null
    // Where our last write is unchanged, an earlier one may have been overwritten before it; that is noticed within minutes.
    const changed = revision === last.revision ? now : await changedAt(realPath)
    if (await history.wasSaid(last.id, nothingIn(realPath, revision))) continue
    const since = Math.min(now, changed) - overwrittenWithin
    found.set(realPath, { path, realPath, revision, last: last.id, since })
  }
  return found
}

/** One of Ekscope's writes to one file; `path` as listed now. */
type Step = HistoryFile & { readonly id: string }
type Lost = Change & { readonly id: string }

type Past = ReturnType<typeof pastOf>

/** What Ekscope's writes changed in a file: from their records, or from the states before and after where a record lacks it. */
function pastOf({ history, states = oldStatesOf(history), known, knownBytes }: WritesOfOurs) {
  let budget = mostCompared
  const changesOf = new Map<string, Promise<readonly Change[] | null>>()

  /** Null where that is not known, or would take too long. `near`: one of which it may be a small change. */
  async function state(
    step: Step,
    side: 'before' | 'after',
    near: KubeconfigDocument,
  ): Promise<EditSource | null> {
    if (!states.has(step, side)) budget -= side === 'before' ? step.beforeBytes : step.afterBytes
    const read = budget < 0 ? null : await states.read(step, side, near)
    return read?.ok ? read.value : null
  }

  async function readChanges(step: Step, near: KubeconfigDocument): Promise<readonly Change[] | null> {
    const file = (await history.get(step.id))?.files.find(({ realPath }) => realPath === step.realPath)
    const recorded = file ? changesRecorded(step.path, file) : null
    if (recorded !== null) return recorded
    const after = await state(step, 'after', near)
    const before = after && (await state(step, 'before', after.document))
    return before && changesBetween(before, after, file?.entries)
  }

  return {
    history,
    state,
    present: async (path: string): Promise<EditSource | undefined> =>
      (await readSources([path], [], known, knownBytes)).sources[0],
    changes: (step: Step, near: KubeconfigDocument) =>
      once(changesOf, `${step.id} ${step.path}`, () => readChanges(step, near)),
  }
}

/** What older copies have undone of these writes to one file, newest first. */
async function lostOf(
  { path, realPath, revision, last }: OurFile,
  steps: readonly Step[],
  past: Past,
  unsure: readonly UnsureWrite[],
): Promise<readonly Lost[]> {
  const gaps = steps.flatMap((step, at) => {
    const next = steps[at - 1]
    const found = next ? { id: next.id, revision: next.before } : { id: null, revision }
    const gap = { at, next, id: step.id, nothing: nothingIn(realPath, found.revision) }
    return othersWrote(unsure, { id: step.id, uncertain: false, file: step }, found) ? [gap] : []
  })
  const present = gaps.length > 0 ? await past.present(path) : undefined
  const lost: Lost[] = []
  if (present === undefined) return lost
  for (const { at, next, id, nothing } of gaps) {
    if (await past.history.wasSaid(id, nothing)) continue
    const theirs = next ? await past.state(next, 'before', present.document) : present
    const items = theirs && (await undoneBy(theirs, steps.slice(at), past))
    if (items?.length === 0) await past.history.firstToSay(id, nothing)
    // What was put there again since, or became a third value, is settled.
    lost.push(...(items ?? []).filter((item) => isLost(item, present)))
  }
  if (lost.length === 0) await past.history.firstToSay(last, nothingIn(realPath, revision))
  return lost
}

/**
 * What `theirs` undid of these writes, newest first; nothing where it is no older copy. It may have been read before any of
 * them: the oldest state that explains it counts. Each part is reported for the last write that made it.
 */
async function undoneBy(theirs: EditSource, steps: readonly Step[], past: Past): Promise<readonly Lost[]> {
  if (!isLegible(theirs)) return []
  const near = theirs.document
  /** What each part was before the write under review; null where its last state was not left by Ekscope. */
  const made = new Map<string, Lost | null>()
  let found: readonly Lost[] = []
  /** What others left last between these writes. */
  let others: EditSource | null = null
  for (const [at, step] of steps.entries()) {
    const next = steps[at - 1]
    if (next && next.before !== step.after) {
      // What other programs wrote is in the stored states alone.
      const [left, ours] = [await past.state(next, 'before', near), await past.state(step, 'after', near)]
      if (!left || !ours) break
      others ??= left
      for (const [key, part] of made) if (part) made.set(key, { ...part, was: saidIn(ours, part) })
    }
    const changes = await past.changes(step, near)
    if (changes === null) break
    for (const change of changes) {
      const key = partKey(change)
      const later = made.get(key)
      const is = others ? saidIn(others, change) : change.is
      if (later) made.set(key, { ...later, was: change.was })
      // Where it was not as Ekscope had left it, what is gone was not Ekscope's.
      else if (later === undefined)
        made.set(key, saysSame(change, change.is, is) ? { ...change, id: step.id } : null)
    }
    const lost = lostIn(
      [...made.values()].flatMap((part) => part ?? []),
      theirs,
    )
    // People move current-context to and fro, and also give a name to another entry: neither alone is a sign of an older copy.
    if (!lost.every((item) => item.kind === 'current-context' || isAnother(item, theirs))) found = lost
  }
  return found
}

/** When the file was last changed or put there, ms since the epoch; an older one that is moved there counts from then. */
const changedAt = async (path: string): Promise<number> =>
  (await stat(path).catch(() => null))?.ctimeMs ?? Date.now()
