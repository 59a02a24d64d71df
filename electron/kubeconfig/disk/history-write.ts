/**
 * A write is added to the history before it happens.
 *
 * It begins without a lock, because it waits for the disk while kubectl's lock is held. `pruneHistory` must remove nothing that
 * a running write is based on, so both follow this order. A write first puts its pending record there, then waits until no
 * process is pruning, and only then looks for the copy, or the earlier write, that it is based on. The pruning process holds
 * the history's lock and only then looks for pending records: it sees the record, or the write sees the lock.
 *
 * Before a write is made it is proven that it can be undone: the records back to a whole copy, and that copy, are byte for byte
 * as they were when each was added. That reads kilobytes, not the states.
 */
import { randomBytes } from 'node:crypto'
import { rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { codeOf } from '../../system/errno'
import { isThere, ownerIn, readLock } from '../../system/lock-file'
import { monotonicMs } from '../../system/monotonic'
import { writeOwnFile } from '../../system/own-file'
import { pause } from '../../system/pause'
import { ownerState, thisOwner } from '../../system/process-owner'
import { withRetries } from '../../system/windows'
import { addSummary, recordPath, textOfRecord } from './history-index'
import {
  type HistoryBase,
  idTime,
  jsonText,
  type Latest,
  latestPath,
  ownIn,
  sumOf,
  timeOf,
} from './history-latest'
import {
  type ByteSplice,
  type FileOf,
  fileSchema,
  type HistoryEntry,
  type HistoryFile,
  isOurs,
  type WholeFile,
  type WholeRecord,
} from './history-record'
import type { FileState } from './replace'
import type { History } from './write-history'

const day = 86_400_000
/** So many writes after a whole copy there is another one: a state is never far from one. */
const mostWithoutCopy = 40
/** The same before a state that others made: the next such state is compared with what came after it. */
const mostBeforeOthers = 8
/** So much, and twice the file, is read of records before a whole copy is cheaper. Bytes. */
const leastToRead = 1_000_000
/** How long a write waits for a process that prunes, ms. */
const pruneWait = 10_000
/** Of the last year that an id can name. */
const lastTime = Date.UTC(9999, 0)

/** A file as it was read, with what it is to be. */
export interface WrittenFile {
  readonly state: Pick<FileState, 'path' | 'realPath' | 'bytes' | 'revision'>
  /** Null: it is removed. */
  readonly bytes: Buffer | null
  /** Of `bytes`. */
  readonly revision: string | null
  /** Replaced ranges in bytes of the file as it was, ascending; one covering everything is allowed. */
  readonly changes: readonly ByteSplice[]
  /** Where it is no kubeconfig. */
  readonly of?: FileOf | undefined
  /** What the write makes others. */
  readonly entries?: readonly HistoryEntry[] | undefined
  readonly currentContext?: HistoryFile['currentContext']
  readonly unreadable?: HistoryFile['unreadable']
}

/** What is remembered of a write in addition to the bytes of its files. */
export type FilesRecord = Pick<WholeRecord, 'titles' | 'along' | 'pointing' | 'current' | 'entries'> &
  Partial<Pick<WholeRecord, 'undoes' | 'partial' | 'restores' | 'uncertain'>>

export interface Draft extends FilesRecord, Pick<WholeRecord, 'by'> {
  readonly files: readonly WrittenFile[]
}

/** A write that is recorded but not done yet. */
export interface PendingWrite {
  readonly id: string
  commit(): Promise<void>
  cancel(): Promise<void>
}

/** SHA-256 of the files of whole copies, by revisions. */
type Sums = Map<string, string>

/** Records a write before it happens; throws system errors (nothing has been written then). */
export async function beginWrite(history: History, draft: Draft): Promise<PendingWrite> {
  for (const pending of history.cancelled) await forget(history, pending)
  const at = Date.now()
  const id = await freshId(history, at)
  const { entries, along } = draft
  let record: WholeRecord = {
    version: 1,
    id,
    at,
    undoes: null,
    partial: false,
    restores: null,
    uncertain: false,
    owner: thisOwner(),
    ...draft,
    files: await Promise.all(draft.files.map((file) => recordedFile(history, file, { at, by: draft.by }))),
    entries: entries?.length ? entries : undefined,
    along: along?.length ? along : undefined,
  }
  const pending = history.pendingPath(id)
  const cancel = () => forget(history, pending).catch(() => void history.cancelled.add(pending))
  const recordNow = async () => {
    await writeOwnFile(pending, JSON.stringify(record))
    await untilNotPruned(history)
  }
  const sums: Sums = new Map()
  const keepCopies = async () => {
    for (const [place, { before, copy }] of record.files.entries()) {
      const bytes = draft.files[place]?.state.bytes ?? null
      if (copy && before !== null && bytes !== null) sums.set(before, await history.keepCopy(bytes, before))
    }
  }
  /** Gives a whole copy of the former state to each file whose base is missing. */
  const copyAlone = async (isBaseThere: (file: WholeFile) => Promise<boolean>): Promise<boolean> => {
    const files = await Promise.all(
      record.files.map(async (file) => {
        const stays = file.copy || file.before === null || (await isBaseThere(file))
        return stays ? file : { ...file, copy: true, base: undefined }
      }),
    )
    const alone = files.some((file, place) => file !== record.files[place])
    record = { ...record, files }
    if (alone) await recordNow()
    return alone
  }
  try {
    await recordNow()
    await copyAlone(
      async ({ realPath, base }) => base !== undefined && (await isKept(history, realPath, base)),
    )
    await keepCopies()
  } catch (error) {
    await cancel()
    throw error
  }
  return {
    id,
    async commit() {
      // All writes may have been forgotten meanwhile, the one before with them.
      if (await copyAlone(({ realPath }) => isThere(latestPath(history.folder, realPath)))) await keepCopies()
      await settleWrite(history, record, sums)
    },
    cancel,
  }
}

async function recordedFile(
  history: History,
  { state, bytes, revision, changes, of, entries, currentContext, unreadable }: WrittenFile,
  { at, by }: Pick<WholeRecord, 'at' | 'by'>,
): Promise<WholeFile> {
  const { path, realPath, revision: before } = state
  const old = state.bytes ?? Buffer.alloc(0)
  const base = before === null ? null : baseIn(await history.lastOf(realPath), old.length, before, { at, by })
  const isOneLine = (from: number | undefined, to: number) =>
    from !== undefined && !old.subarray(from, to).includes('\n')
  return {
    path,
    realPath,
    before,
    after: revision,
    beforeBytes: old.length,
    afterBytes: bytes?.length ?? 0,
    changes: changes.map(({ start, end, text }, place) => ({
      start,
      removed: old.subarray(start, end).toString('base64'),
      inserted: Buffer.from(text).toString('base64'),
      sameLine: isOneLine(changes[place - 1]?.end, start) || undefined,
    })),
    copy: before !== null && base === null,
    base: base ?? undefined,
    of,
    entries,
    currentContext,
    unreadable,
  }
}

/** Ids sort in the order of the writes, also where the clock was set back between two of them. */
async function freshId(history: History, now: number): Promise<string> {
  const newest = [...(await history.ids()), ...(await history.ids('pending'))].sort().at(-1) ?? ''
  const last = timeOf(newest)
  const time = last >= now && last < lastTime ? last + 1 : now
  return `${idTime(time)}-${randomBytes(4).toString('hex')}`
}

async function forget({ cancelled }: History, pending: string): Promise<void> {
  await unlink(pending).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
  cancelled.delete(pending)
}

/** The record that a write of this file, which is so long, is made on; null where a whole copy is due. */
function baseIn(
  latest: Latest | null,
  length: number,
  before: string,
  { at, by }: Pick<WholeRecord, 'at' | 'by'>,
): HistoryBase | null {
  if (latest?.revision !== before || latest.sum === undefined || latest.copy === undefined) return null
  const { id, sum, copy, copyDay, sinceCopy, bytes } = latest
  const near =
    sinceCopy < (isOurs({ by }) ? mostWithoutCopy : mostBeforeOthers) && bytes <= leastToRead + 2 * length
  return near && copyDay === Math.floor(at / day) ? { id, sum, copy } : null
}

const recordOfBase = jsonText(
  v.object({ files: v.array(v.pick(fileSchema, ['realPath', 'before', 'copy', 'base'])) }),
)

/** Whether what the write of this base left in the file at `realPath` can be made again. */
async function isKept(history: History, realPath: string, base: HistoryBase): Promise<boolean> {
  const { copy } = base
  if (copy !== null) {
    const bytes = await history.zippedCopy(copy.revision)
    if (bytes === null || sumOf(bytes) !== copy.sum) return false
  }
  for (let at: Pick<HistoryBase, 'id' | 'sum'> | undefined = base; at !== undefined; ) {
    const text = textOfRecord(history.folder, at.id)
    const record = v.safeParse(recordOfBase, text)
    // No record, none that we know, or another one.
    if (!record.success || sumOf(text) !== at.sum) return false
    const file = record.output.files.find((one) => one.realPath === realPath)
    if (file?.before === null || file?.copy) return file.before === (copy?.revision ?? null)
    at = file?.base
  }
  return false
}

/** Waits while a living Ekscope prunes; throws where it does not end. */
async function untilNotPruned({ folder }: History): Promise<void> {
  const lockPath = join(folder, 'history.lock')
  for (const until = monotonicMs() + pruneWait; await isThere(lockPath); await pause(5)) {
    const text = await readLock(lockPath)
    const owner = ownerIn(text)
    // Of another program, or of one that has ended: nothing is being pruned. An empty one may be just being made.
    if (text !== null && text !== '' && (owner === null || ownerState(owner) === 'gone')) return
    if (monotonicMs() > until) {
      if (owner === null) return
      throw new Error(`another Ekscope has been tidying the history for ${pruneWait / 1_000} s (${lockPath})`)
    }
  }
}

/** Makes a pending record one of the history. `sums`: of the copies that it was made with, where they are known. */
export async function settleWrite(
  history: History,
  record: WholeRecord,
  sums: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const { folder } = history
  const text = JSON.stringify(record)
  await withRetries(() => rename(history.pendingPath(record.id), recordPath(folder, record.id)))
  const bytes = Buffer.byteLength(text)
  for (const { realPath, before, after, copy, base, unreadable } of record.files) {
    const known = await history.lastOf(realPath)
    // Of one that was settled late.
    if (known !== null && known.id > record.id) continue
    const last = base === undefined ? null : known
    const sum = before === null ? undefined : sums.get(before)
    const own = before === null ? null : copy && sum !== undefined ? { revision: before, sum } : undefined
    const latest: Latest = {
      revision: after,
      id: record.id,
      sum: sumOf(text),
      copy: base === undefined ? own : base.copy,
      copyDay: base === undefined ? Math.floor(record.at / day) : (last?.copyDay ?? 0),
      sinceCopy: base === undefined ? 0 : (last?.sinceCopy ?? 0) + 1,
      bytes: bytes + (last?.bytes ?? 0),
      unreadable: unreadable?.after ?? undefined,
      own: isOurs(record) ? undefined : known && ownIn(known),
    }
    await writeOwnFile(latestPath(folder, realPath), JSON.stringify(latest))
  }
  await addSummary(folder, text, record)
}
