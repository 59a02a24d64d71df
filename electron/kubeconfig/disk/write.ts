/**
 * The one path on which a kubeconfig is written: locks, read, compute, history, journal, replace, linger, unlock,
 * compare. An apply of edits, an undo and a restore differ only in what they compute.
 */

import { sameMeaning } from '../../../shared/edits/equivalence'
import { type LinkedPlace, linksBetween } from '../../../shared/edits/links'
import type { EditModel } from '../../../shared/edits/model'
import type { Plan } from '../../../shared/edits/plan'
import { sameJson } from '../../../shared/json'
import { type EntryKind, entryKinds } from '../../../shared/kubeconfig/entries'
import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import { codeOf, isFull } from '../../system/errno'
import { pause } from '../../system/pause'
import { sweepFolderOf } from '../../system/process-owner'
import { type EditSource, modelOf } from '../read/edit-model'
import type { PlannedFile } from '../rewrite/plan'
import type { Splice } from '../rewrite/splice'
import type { History, HistoryLink, WrittenFile } from './history'
import { type OpenJournal, openJournal } from './journal'
import { acquireLocks, type LockProgress, lingerMs, neededLingerMs } from './lock'
import { type KnownDocuments, readSources } from './read-sources'
import {
  type FileState,
  type NoRename,
  readForWriting,
  removeFile,
  replaceFile,
  revisionOf,
  type StepHook,
} from './replace'
import { type OldFile, untilReadersEnd } from './stale-readers'

/** Where to write and how; the same for every kind of write. */
export interface WriteOptions {
  /** Every file of the list, absolute, as listed, in order. */
  readonly list: readonly string[]
  readonly by: 'window' | 'terminal'
  readonly history: History
  /** Folder of the journal for several files and in-place writes. */
  readonly journal: string
  /** Files that may be written in place because no rename can be; of others the outcome says why not. */
  readonly inPlace?: readonly string[] | undefined
  /** A minute by default. */
  readonly lockWaitMs?: number | undefined
  readonly onWait?: ((progress: LockProgress) => void) | undefined
  readonly hook?: StepHook
  /** Documents that were read before: not read once more where the bytes under the lock have their hash. */
  readonly known?: KnownDocuments
}

/** A change of ours that another program's older copy has undone. */
export interface Overwritten {
  readonly path: string
  readonly kind: EntryKind | 'current-context'
  readonly name: string
}

export interface WrittenNow {
  readonly path: string
  readonly before: string | null
  /** Null: it was removed. */
  readonly after: string | null
  readonly way: 'rename' | 'in-place' | 'created' | 'removed'
}

export type ApplyOutcome =
  | {
      readonly kind: 'written'
      readonly plan: Plan
      readonly files: readonly WrittenNow[]
      /** Names the write in the history: what `undo` and `restore` take. */
      readonly historyId: string
      readonly overwritten: readonly Overwritten[]
    }
  /** Everything is already as asked. */
  | { readonly kind: 'nothing'; readonly plan: Plan }
  /** Nothing was written: ask the user, then again with `inPlace`. */
  | {
      readonly kind: 'cannot-rename'
      readonly path: string
      readonly reason: NoRename
      readonly fault: Fault
    }

export interface Computed {
  readonly plan: Plan
  readonly files: readonly PlannedFile[]
  readonly before: EditModel
  readonly after: EditModel
}

export interface Job {
  readonly targets: readonly string[]
  readonly titles: readonly string[]
  readonly undoes?: string
  readonly restores?: string
  compute(sources: readonly EditSource[], states: readonly FileState[]): Promise<Result<Computed>>
}

export async function write(
  options: WriteOptions,
  job: Job,
  signal?: AbortSignal,
): Promise<Result<ApplyOutcome>> {
  const { hook } = options
  const targets = [...new Set(job.targets)]
  const locks = await acquireLocks(
    {
      list: options.list,
      writes: targets.length > 0 ? targets : options.list,
      waitMs: options.lockWaitMs,
      onWait: options.onWait,
      // A folder that takes no lock file takes no temporary file either: the write itself says so, and how else.
      withoutLockWhereImpossible: true,
    },
    signal,
  )
  if (!locks.ok) return locks
  let bytes = 0
  let files: readonly Ready[] = []
  let done: Result<ApplyOutcome>
  let computed: Computed | null = null
  try {
    await hook?.('locked', options.list[0] ?? '')
    const { sources, states } = await readSources(options.list, targets, options.known)
    await hook?.('read', options.list[0] ?? '')
    const present = states.filter((state) => state !== null)
    const result = await job.compute(sources, present)
    if (!result.ok) return result
    computed = result.value
    if (computed.files.length === 0) return ok({ kind: 'nothing', plan: computed.plan })
    if (signal?.aborted)
      return fail(fault('cancelled', 'Cancelled before anything was written.', 'Apply again when ready.'))
    if (!(await locks.value.stillHeld()))
      return fail(fault('locked', 'The lock was removed by hand; nothing was written.', 'Apply again.'))
    const ready = readyFiles(options, computed, present)
    if (!ready.ok) return ready
    files = ready.value
    bytes = Math.max(...files.map((file) => file.bytes?.length ?? 0))
    done = await writeAll(options, job, computed, files)
    if (!done.ok || done.value.kind !== 'written') return done
    // A kubectl that read the old file before us fails aloud while we hold the lock, instead of deleting our change.
    await pause(lingerMs(bytes))
    await hook?.('lingered', options.list[0] ?? '')
  } finally {
    await locks.value.release()
  }
  await hook?.('unlocked', options.list[0] ?? '')
  const wait = waitAfterUnlock(bytes)
  // A window keeps watching; the terminal's program ends with its answer.
  if (wait && options.by === 'terminal') await untilReadersEnd(files.map(oldFile), wait)
  const overwritten = await overwrittenSince(options.list, files, computed)
  return ok({ ...done.value, overwritten })
}

interface Ready {
  readonly file: PlannedFile
  readonly state: FileState
  /** Null: the file is removed. */
  readonly bytes: Buffer | null
  /** Of `bytes`. */
  readonly revision: string | null
  readonly way: 'rename' | 'in-place'
}

/** Files that only gain entries first: between two writes of a move an entry is twice there, never nowhere. */
function inOrder(files: readonly PlannedFile[]): readonly PlannedFile[] {
  const grown = (file: PlannedFile): number => (file.after?.length ?? 0) - (file.before?.length ?? 0)
  return [...files].sort((a, b) => grown(b) - grown(a))
}

function readyFiles(
  options: WriteOptions,
  computed: Computed,
  states: readonly FileState[],
): Result<readonly Ready[]> {
  const files: Ready[] = []
  for (const file of inOrder(computed.files)) {
    const state = states.find((one) => one.path === file.path)
    if (!state) return fail(fault('unreadable', `${file.path} cannot be read.`, 'Check its permissions.'))
    const way = options.inPlace?.includes(file.path) ? 'in-place' : 'rename'
    const bytes = file.after === null ? null : Buffer.from(file.after)
    files.push({ file, state, bytes, revision: bytes === null ? null : revisionOf(bytes), way })
  }
  return ok(files)
}

/** How long to wait after unlocking for programs that the linger was too short for, ms; null where it was long enough. */
export function waitAfterUnlock(bytes: number): { readonly mostMs: number; readonly blindMs: number } | null {
  const more = Math.round(neededLingerMs(bytes)) - lingerMs(bytes)
  return more > 0 ? { mostMs: 3_000, blindMs: Math.min(3_000, more) } : null
}

const oldFile = ({ state: { realPath, bytes, uid, mode } }: Ready): OldFile => ({
  realPath,
  bytes: bytes?.length ?? 0,
  uid,
  mode,
})

async function writeAll(
  options: WriteOptions,
  job: Job,
  computed: Computed,
  files: readonly Ready[],
): Promise<Result<ApplyOutcome>> {
  const { hook } = options
  let pending: Awaited<ReturnType<History['begin']>> | null = null
  let journal: OpenJournal | null = null
  const written: WrittenNow[] = []
  const first = files[0]?.file.path ?? ''
  try {
    pending = await options.history.begin({
      by: options.by,
      titles: job.titles,
      undoes: job.undoes ?? null,
      restores: job.restores ?? null,
      files: files.map(recorded),
      entries: linksIn(computed, files),
    })
    await hook?.('history-written', first)
    if (files.length > 1 || files.some(({ way }) => way === 'in-place')) {
      journal = await openJournal(options.journal, files)
      await hook?.('journal-written', first)
    }
  } catch (error) {
    await pending?.cancel()
    const code = codeOf(error)
    return fail(
      fault(
        isFull(code) ? 'disk-full' : 'not-writable',
        `Ekscope's own folder could not be written (${code || String(error)}); the kubeconfig is as it was.`,
        isFull(code)
          ? 'Free some space there, or point EKSCOPE_HOME to another folder.'
          : 'Check its owner, its mode and what is there, or point EKSCOPE_HOME to another folder.',
      ),
    )
  }
  for (const { file, state, bytes, revision, way } of files) {
    await sweepFolderOf(state.realPath)
    const result =
      bytes === null || revision === null
        ? await removeFile(state, hook ? { hook } : {})
        : await replaceFile(state, bytes, { way, revision, ...(hook ? { hook } : {}) })
    if (result.ok && result.value.kind === 'replaced') {
      written.push({
        path: file.path,
        before: state.revision,
        after: result.value.revision,
        way: result.value.way,
      })
      continue
    }
    const undone = await rollback(files, written)
    if (undone) await journal?.close()
    // What could not be rolled back stays in the journal: the next start settles it.
    if (undone) await pending.cancel()
    if (!result.ok) return result
    return result.value.kind === 'cannot-rename'
      ? ok({ kind: 'cannot-rename', path: file.path, reason: result.value.reason, fault: result.value.fault })
      : fail(fault('internal', 'A file was neither written nor refused.', 'Report this as a bug.'))
  }
  // Our own folder may be full or gone by now: what is written stays reported, and the next start settles the record.
  await pending.commit().catch(() => undefined)
  await hook?.('history-committed', first)
  await journal?.close()
  if (journal) await hook?.('journal-removed', first)
  return ok({ kind: 'written', plan: computed.plan, files: written, historyId: pending.id, overwritten: [] })
}

/** One of several files could not be written: the ones before it get their old bytes back. */
async function rollback(files: readonly Ready[], written: readonly WrittenNow[]): Promise<boolean> {
  let all = true
  for (const { path, after } of [...written].reverse()) {
    const original = files.find(({ file }) => file.path === path)
    const now = await readForWriting(path)
    if (!original?.state.bytes || !now.ok || now.value.revision !== after) {
      all = false
      continue
    }
    const result = await replaceFile(now.value, original.state.bytes, { way: original.way })
    all &&= result.ok && result.value.kind === 'replaced'
  }
  return all
}

function recorded({ file, state, bytes, revision }: Ready): WrittenFile {
  return {
    path: file.path,
    realPath: state.realPath,
    before: state.bytes,
    after: bytes,
    revisions: { before: state.revision, after: revision },
    changes: inBytes(file.before ?? '', file.changes),
  }
}

/** How the entries of the written files were called and where they stood, for whoever undoes this after later writes. */
function linksIn({ before, after }: Computed, files: readonly Ready[]): readonly HistoryLink[] {
  const places = new Map(files.map(({ file }, place) => [file.path, place]))
  const inRecord = (place: LinkedPlace | null) => {
    const file = place === null ? undefined : places.get(place.file)
    return place === null || file === undefined ? null : { ...place, file }
  }
  return linksBetween(before, after).map(({ kind, before: was, after: is }) => ({
    kind,
    before: inRecord(was),
    after: inRecord(is),
  }))
}

/** Replaced ranges of a text as ranges of its bytes. */
function inBytes(before: string, changes: readonly Splice[]): WrittenFile['changes'] {
  let [offset, position] = [0, 0]
  return changes.map((change) => {
    offset += Buffer.byteLength(before.slice(position, change.start))
    const start = offset
    offset += Buffer.byteLength(before.slice(change.start, change.end))
    position = change.end
    return { start, end: offset, inserted: Buffer.from(change.text) }
  })
}

/** Which of our changes are no longer there: kubectl and aws may have written an older copy back. */
async function overwrittenSince(
  list: readonly string[],
  written: readonly Ready[],
  computed: Computed,
): Promise<readonly Overwritten[]> {
  const paths = written.map(({ file }) => file.path)
  let changed = false
  for (const { file, bytes, revision } of written) {
    const now = await readForWriting(file.path, { bytes, revision })
    changed ||= now.ok && now.value.revision !== revision
  }
  if (!changed) return []
  const { sources } = await readSources(list, paths)
  return overwrittenIn(computed.before, computed.after, modelOf(sources))
}

/** Entries that were changed from `before` to `after` and are in `now` as they were before, or missing. */
export function overwrittenIn(before: EditModel, after: EditModel, now: EditModel): readonly Overwritten[] {
  const found: Overwritten[] = []
  for (const file of after.files) {
    const was = before.files.find((one) => one.path === file.path)
    const is = now.files.find((one) => one.path === file.path)
    if (!is || is.unreadable !== null) continue
    if (was?.currentContext !== file.currentContext && is.currentContext === was?.currentContext)
      found.push({ path: file.path, kind: 'current-context', name: file.currentContext ?? '' })
    for (const kind of entryKinds) {
      const old = new Map(was?.[kind].map((entry) => [entry.name, entry]) ?? [])
      const present = new Map(is[kind].map((entry) => [entry.name, entry]))
      for (const entry of file[kind]) {
        const then = old.get(entry.name)
        if (then === entry || (then && sameJson(then.value, entry.value))) continue
        const here = present.get(entry.name)
        const gone = !here || (then && sameMeaning(here.value, then.value))
        if (gone && !(here && sameMeaning(here.value, entry.value)))
          found.push({ path: file.path, kind, name: entry.name })
      }
      const names = new Set(file[kind].map((entry) => entry.name))
      for (const name of old.keys())
        if (!names.has(name) && present.has(name)) found.push({ path: file.path, kind, name })
    }
  }
  return found
}
