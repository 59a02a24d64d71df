/**
 * Every write of Ekscope, kept so that it can be shown and undone: the byte ranges it replaced, with the
 * hashes before and after, and a whole compressed copy once a day, after each external change, and after some dozens of
 * writes, so that no state of a file is far from a copy. The files hold what the kubeconfig held, secrets too: 0600 in a
 * 0700 folder, emptied by `purge`.
 *
 * A write begins without a lock, because it waits for the disk while kubectl's lock is held. So that `prune` takes nothing
 * that a running write stands on, both go by this order: a write puts its pending record there first, then waits until no
 * process is pruning, and only then looks for the copy, or for the write before, that it stands on. Whoever prunes holds the
 * history's lock, and looks for pending records only then: it sees the record, or the write sees the lock.
 */
import { randomBytes } from 'node:crypto'
import {
  type BigIntStats,
  closeSync,
  fstatSync,
  constants as modes,
  openSync,
  readFileSync,
  statSync,
} from 'node:fs'
import { open, readdir, rename, rmdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { constants } from 'node:zlib'
import * as v from 'valibot'
import { plainTitle } from '../../../shared/edits/undone'
import type { UnreadWrite } from '../../../shared/ipc/payloads'
import { fail, fault, ok, type Result } from '../../../shared/result'
import { codeOf, ioFault } from '../../system/errno'
import { isOwn } from '../../system/exposure'
import { unzip, zip } from '../../system/gzip'
import { isThere, ownerIn, readLock } from '../../system/lock-file'
import { makeFolder } from '../../system/make-folder'
import { monotonicMs } from '../../system/monotonic'
import { bytesOfOwn, textOfOwn, writeOwnFile } from '../../system/own-file'
import { pause } from '../../system/pause'
import { ownerState, sweepFolderOf, sweepLeftovers, thisOwner } from '../../system/process-owner'
import { isKept, type KeptState, sumOf } from './history-base'
import { openHistoryIndex } from './history-index'
import {
  type Base,
  historyExposure,
  type Latest,
  latestFolder,
  latestPath,
  latestSchema,
  shortHash,
} from './history-latest'
import {
  backward,
  type FileOf,
  forward,
  type HistoryCurrent,
  type HistoryEntry,
  type HistoryFile,
  type HistoryLink,
  type HistoryRecord,
  recordSchema,
  summaryOf,
  summarySchema,
  type WholeFile,
  type WholeRecord,
} from './history-record'
import { acquireLocks } from './lock'
import { maxBytes, readForWriting, realTarget, revisionOf } from './replace'
import { noSections, type SectionsOf, type Standing, standingOf } from './write-stands'

const day = 86_400_000
/** A record holds what it replaced twice over as base64, of several files at most. */
const mostRecord = 8 * maxBytes
/** So many writes after a whole copy there is another one: a state is never far from one. */
const mostWithoutCopy = 40
/** So many records are read as fast one by one as by way of the index. */
const fewRecords = 300
/** Of records whose summaries are remembered, bytes. */
const mostRemembered = 16_000_000
/** So much, and twice the file, is read of records before a whole copy is cheaper. Bytes. */
const leastToRead = 1_000_000
/** How long a write waits for a process that prunes, ms. */
const pruneWait = 10_000

/** A file before and after a write. */
export interface WrittenFile {
  readonly path: string
  readonly realPath: string
  readonly before: Buffer | null
  /** Null: it is removed. */
  readonly after: Buffer | null
  /** SHA-256 of both, hex, where they are known already. */
  readonly revisions?: { readonly before: string | null; readonly after: string | null }
  /** Replaced ranges in bytes of `before`, ascending; one covering everything is allowed. */
  readonly changes: readonly { readonly start: number; readonly end: number; readonly inserted: Buffer }[]
  /** Where it is no kubeconfig. */
  readonly of?: FileOf | undefined
  /** What the write makes others. */
  readonly entries?: readonly HistoryEntry[] | undefined
}

export interface Draft {
  readonly by: 'window' | 'terminal'
  readonly titles: readonly string[]
  readonly undoes?: string | null
  readonly partial?: boolean
  readonly restores?: string | null
  readonly files: readonly WrittenFile[]
  readonly entries?: readonly HistoryLink[]
  readonly current?: HistoryCurrent | null
  readonly along?: HistoryRecord['along']
  readonly pointing?: HistoryRecord['pointing']
}

/** A write of ours of which it is not known whether, or how, it came to disk. */
export interface UnsureWrite {
  readonly id: string
  /** Real paths; null: it may be any. */
  readonly files: readonly string[] | null
}

/** A write of ours to one file. */
export interface OurWrite extends Pick<HistoryRecord, 'id' | 'uncertain'> {
  readonly file: Pick<HistoryFile, 'realPath' | 'before' | 'after'>
}

/**
 * Whether another program wrote a file after this write of ours and before what was found there next, by the write of that id or now
 * (null). Where a write of ours may have, none is blamed.
 */
export const othersWrote = (
  unsure: readonly UnsureWrite[],
  ours: OurWrite,
  found: { readonly id: string | null; readonly revision: string | null },
): boolean =>
  found.revision !== ours.file.after &&
  !(ours.uncertain && found.revision === ours.file.before) &&
  !unsure.some(
    ({ id, files }) =>
      id > ours.id &&
      (found.id === null || id < found.id) &&
      (files === null || files.includes(ours.file.realPath)),
  )

/** A write that is recorded but not done yet. */
export interface PendingWrite {
  readonly id: string
  commit(): Promise<void>
  cancel(): Promise<void>
}

/** What a journal says of a write; `left`: it will be settled later. */
export type Journaled = 'written' | 'rolled-back' | 'left'

export interface Retention {
  readonly minWrites: number
  readonly days: number
  readonly bytes: number
}
const defaultRetention: Retention = { minWrites: 50, days: 90, bytes: 200_000_000 }

export interface History {
  readonly folder: string
  /** Records a write before it happens; throws system errors (nothing has been written then). */
  begin(draft: Draft): Promise<PendingWrite>
  /** Newest first; records that cannot be read are left out. */
  list(): Promise<readonly HistoryRecord[]>
  /** Whether the folder can be looked into, and is the user's own work: else no list has anything. `unreadable`, `not-writable`. */
  readable(): Promise<Result<null>>
  /** How many there are; reads none. */
  count(): Promise<number>
  /** At most so many, newest first; a few are read without the others. */
  newest(most: number): Promise<readonly HistoryRecord[]>
  /** Those of the newest so many that cannot be read, newest first. */
  unread(most?: number): Promise<readonly UnreadWrite[]>
  /** Of the newest so many: these, those that are uncertain, and all that are pending. */
  unsure(most?: number): Promise<readonly UnsureWrite[]>
  get(id: string): Promise<WholeRecord | null>
  /** Those of the time since then (ms since the epoch), newest first; reads no more than these. */
  since(time: number): Promise<readonly HistoryRecord[]>
  /** What the last write to the file at this real path left there; null where none is known. */
  lastOf(realPath: string): Promise<{ readonly id: string; readonly revision: string | null } | null>
  /**
   * Notes that the user was told something of a write: true for the one process that is the first to ask. Where nothing can be
   * written it is always true.
   */
  firstToSay(id: string, what: string): Promise<boolean>
  wasSaid(id: string, what: string): Promise<boolean>
  /**
   * A file of a record before or after that write; null for a file that did not exist before. `records`: as `list` gave
   * them, where many are asked for. `after`: what the write left, where that is at hand: then no whole copy is read.
   */
  bytesOf(
    id: string,
    realPath: string,
    side: 'before' | 'after',
    records?: readonly HistoryRecord[],
    after?: Buffer | null,
  ): Promise<Result<Buffer | null>>
  /**
   * Settles records whose process was killed: kept if its write is on disk, dropped if it is not. `journaled`: what the
   * journal knows of writes by their ids. Drops old writes, too.
   */
  recover(journaled?: ReadonlyMap<string, Journaled>, sections?: SectionsOf): Promise<readonly WholeRecord[]>
  prune(retention?: Retention, now?: number): Promise<number>
  /** Removes every file that is ours; gives the number of writes forgotten. Faults of the lock: `locked`, `not-writable`. */
  purge(): Promise<Result<number>>
}

const newerRecordSchema = v.object({ version: v.pipe(v.number(), v.minValue(2)), id: v.string() })

/** SHA-256 of the files of whole copies, by revisions. */
type Sums = Map<string, string>

const isOneLine = (text: Buffer | null, from: number | undefined, to: number): boolean =>
  text !== null && from !== undefined && !text.subarray(from, to).includes('\n')

const recordName = /^\d{8}T\d{9}Z-[0-9a-f]{8}\.json$/
const idName = /^\d{8}T\d{9}Z-[0-9a-f]{8}(?:\.pending)?\.json$/
const pendingName = /^\d{8}T\d{9}Z-[0-9a-f]{8}\.pending\.json$/
const copyName = /^[0-9a-f]{64}\.gz$/
const saidName = /^(\d{8}T\d{9}Z-[0-9a-f]{8})-[0-9a-f]{32}$/
const latestName = /^[0-9a-f]{32}\.json$/
const indexName = 'index.jsonl'
/** What the system says of a folder whose own folder is none. */
const hasNoFolder: ReadonlySet<string> = new Set(['ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])
/** Of the last year that an id can name. */
const lastTime = Date.UTC(9999, 0)

/** The beginning of the ids of that time (ms since the epoch; none before 0). */
const idTime = (time: number): string => new Date(Math.max(0, time)).toISOString().replaceAll(/[-:.]/g, '')

/** The time in the name of a record, ms since the epoch; 0 where it is none. */
function timeOf(name: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(name)?.slice(1).map(Number) ?? []
  const [year = 0, month = 1, date = 1, hours = 0, minutes = 0, seconds = 0, ms = 0] = parts
  return Date.UTC(year, month - 1, date, hours, minutes, seconds, ms)
}

const fileStamp = ({ ino, size, mtimeNs }: BigIntStats): string => `${ino} ${size} ${mtimeNs}`

/** A record's text, at once: read by way of the thread pool, thousands of small files cost eight times as much. */
function textNow(path: string): string {
  const file = openSync(path, modes.O_RDONLY | (modes.O_NONBLOCK ?? 0))
  try {
    const found = fstatSync(file)
    return found.isFile() && found.size <= mostRecord && isOwn(found) ? readFileSync(file, 'utf8') : ''
  } finally {
    closeSync(file)
  }
}

/**
 * Where a file is now that a record names by its real path then: a file that was moved and left a link behind is the same
 * file.
 */
export async function placesNow(records: readonly HistoryRecord[]): Promise<(realPath: string) => string> {
  const now = new Map<string, string>()
  for (const { files } of records)
    for (const { realPath } of files) {
      if (now.has(realPath)) continue
      const real = await realTarget(realPath)
      now.set(realPath, real.ok ? real.value : realPath)
    }
  return (realPath) => now.get(realPath) ?? realPath
}

/** Opens the history in `folder` (made when first written). */
export function openHistory(folder: string): History {
  const copies = join(folder, 'copies')
  const copyPath = (revision: string): string => join(copies, `${revision}.gz`)
  const latestOf = (realPath: string): string => latestPath(folder, realPath)
  /** One empty file for each thing that was said of a write. */
  const saidFolder = join(folder, 'said')

  const exposed = () => historyExposure(folder)

  const recordPath = (id: string): string => join(folder, `${id}.json`)
  const lockPath = join(folder, 'history.lock')
  const index = openHistoryIndex<HistoryRecord>({
    path: join(folder, indexName),
    parse: (json) => {
      const parsed = v.safeParse(summarySchema, json)
      return parsed.success ? parsed.output : null
    },
    fits: ({ id, bytes }) => {
      const found = statSync(recordPath(id), { throwIfNoEntry: false })
      return found !== undefined && found.size === bytes && isOwn(found)
    },
    read: summaryAt,
  })

  /** Of those that were read or made here last: that of ten thousand changes takes as long as all else of its end. */
  const summaries = new Map<string, { readonly stamp: string; readonly record: HistoryRecord }>()

  function remember(id: string, stamp: string, record: HistoryRecord): HistoryRecord {
    summaries.delete(id)
    summaries.set(id, { stamp, record })
    let bytes = 0
    for (const [one, { record: of }] of [...summaries].reverse()) {
      bytes += of.bytes
      if (bytes > mostRemembered && one !== id) summaries.delete(one)
    }
    return record
  }

  function summaryAt(id: string): HistoryRecord | null {
    try {
      // Another process may have given it a copy of its own: then it is another file.
      const found = statSync(recordPath(id), { bigint: true })
      const stamp = fileStamp(found)
      const known = summaries.get(id)
      if (known?.stamp === stamp) return known.record
      const text = textNow(recordPath(id))
      const parsed = v.safeParse(recordSchema, JSON.parse(text))
      if (!parsed.success) return null
      return remember(id, stamp, summaryOf(parsed.output, Number(found.size), undidPart(parsed.output)))
    } catch {
      return null
    }
  }

  /** Earlier versions say it by the titles only: an undo of the whole write has all of them, with a word before each. */
  function undidPart({ partial, undoes, titles }: WholeRecord): boolean {
    if (partial !== undefined || undoes === null) return partial ?? false
    try {
      const undone = v.safeParse(
        v.object({ titles: v.array(v.string()) }),
        JSON.parse(textNow(recordPath(undoes))),
      )
      if (!undone.success) return false
      const whole = undone.output.titles.map(plainTitle)
      return titles.length !== whole.length || !titles.every((title, i) => plainTitle(title) === whole[i])
    } catch {
      return false
    }
  }

  async function readJson<S extends v.GenericSchema>(
    path: string,
    schema: S,
  ): Promise<v.InferOutput<S> | null> {
    if (exposed() !== null) return null
    try {
      const parsed = v.safeParse(schema, JSON.parse((await textOfOwn(path, mostRecord)) ?? ''))
      return parsed.success ? parsed.output : null
    } catch {
      return null
    }
  }

  const zippedCopy = (revision: string) => bytesOfOwn(copyPath(revision), 2 * maxBytes)

  /** Gives the SHA-256 of its file. */
  async function keepCopy(bytes: Buffer, revision: string): Promise<string> {
    const there = await zippedCopy(revision)
    // A damaged one is no way back.
    if (there !== null && (await unzipped(there, revision)) !== null) return sumOf(there)
    // Fast rather than small: this happens between lock and rename.
    const zipped = await zip(bytes, { level: constants.Z_BEST_SPEED })
    await writeOwnFile(copyPath(revision), zipped)
    return sumOf(zipped)
  }

  async function unzipped(zipped: Buffer, revision: string): Promise<Buffer | null> {
    const bytes = await unzip(zipped, { maxOutputLength: maxBytes }).catch(() => null)
    return bytes !== null && revisionOf(bytes) === revision ? bytes : null
  }

  /** The whole copy of that revision; null where it is missing or damaged. */
  async function copyOf(revision: string): Promise<Buffer | null> {
    const zipped = await zippedCopy(revision)
    return zipped === null ? null : await unzipped(zipped, revision)
  }

  /** Ids sort in the order of the writes, also where the clock was put back between two of them. */
  async function freshId(now: number): Promise<string> {
    let newest = ''
    for (const name of await readdir(folder).catch(() => []))
      if (name > newest && idName.test(name)) newest = name
    const last = timeOf(newest)
    const time = last >= now && last < lastTime ? last + 1 : now
    return `${idTime(time)}-${randomBytes(4).toString('hex')}`
  }

  /** Records of writes that were not made, which could not be removed: a later start would take the next write for theirs, too. */
  const cancelled = new Set<string>()

  async function forget(pending: string): Promise<void> {
    await unlink(pending).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error
    })
    cancelled.delete(pending)
  }

  async function begin(draft: Draft): Promise<PendingWrite> {
    for (const pending of cancelled) await forget(pending)
    const at = Date.now()
    const id = await freshId(at)
    const files: WholeFile[] = []
    for (const file of draft.files) {
      const before = file.revisions?.before ?? (file.before === null ? null : revisionOf(file.before))
      const base =
        before === null
          ? null
          : baseIn(await readJson(latestOf(file.realPath), latestSchema), file, before, at)
      files.push({
        path: file.path,
        realPath: file.realPath,
        before,
        after: file.after === null ? null : (file.revisions?.after ?? revisionOf(file.after)),
        beforeBytes: file.before?.length ?? 0,
        afterBytes: file.after?.length ?? 0,
        changes: file.changes.map((change, at) => ({
          start: change.start,
          removed: (file.before ?? Buffer.alloc(0)).subarray(change.start, change.end).toString('base64'),
          inserted: change.inserted.toString('base64'),
          ...(isOneLine(file.before, file.changes[at - 1]?.end, change.start) ? { sameLine: true } : {}),
        })),
        copy: before !== null && base === null,
        ...(base === null ? {} : { base }),
        ...(file.of === undefined ? {} : { of: file.of }),
        ...(file.entries === undefined ? {} : { entries: [...file.entries] }),
      })
    }
    const record: WholeRecord = {
      version: 1,
      id,
      at,
      by: draft.by,
      titles: [...draft.titles],
      undoes: draft.undoes ?? null,
      partial: draft.partial ?? false,
      restores: draft.restores ?? null,
      uncertain: false,
      owner: thisOwner(),
      files,
      ...(draft.entries && draft.entries.length > 0 ? { entries: [...draft.entries] } : {}),
      ...(draft.current ? { current: draft.current } : {}),
      ...(draft.along && draft.along.length > 0 ? { along: draft.along } : {}),
      ...(draft.pointing ? { pointing: draft.pointing } : {}),
    }
    const pending = join(folder, `${id}.pending.json`)
    const cancel = () =>
      forget(pending).catch(() => {
        cancelled.add(pending)
      })
    const recordNow = () => writeOwnFile(pending, JSON.stringify(record))
    /** Gives these files whole copies of what they were: true where one had none to come. */
    const copyAlone = (which: (file: WholeFile) => boolean): boolean => {
      const alone = files.filter((file) => !file.copy && file.before !== null && which(file))
      for (const file of alone) {
        file.copy = true
        file.base = undefined
      }
      return alone.length > 0
    }
    const sums: Sums = new Map()
    const keepCopies = async () => {
      for (const [at, { before, copy }] of files.entries()) {
        const bytes = draft.files[at]?.before ?? null
        if (copy && before !== null && bytes !== null) sums.set(before, await keepCopy(bytes, before))
      }
    }
    /** Which of them stand on something that is damaged, or gone. */
    const unkept = async (): Promise<ReadonlySet<string>> => {
      const found = new Set<string>()
      for (const { realPath, base } of files)
        if (base !== undefined && !(await isKept(keptState, realPath, base))) found.add(realPath)
      return found
    }
    await recordNow()
    try {
      await untilNotPruned()
      const alone = await unkept()
      if (copyAlone(({ realPath }) => alone.has(realPath))) {
        await recordNow()
        await untilNotPruned()
      }
      await keepCopies()
    } catch (error) {
      await cancel()
      throw error
    }
    return {
      id,
      async commit() {
        // All writes may have been forgotten meanwhile, the one before with them.
        const kept = new Set<string>()
        for (const { realPath } of files) if (await isThere(latestOf(realPath))) kept.add(realPath)
        if (copyAlone(({ realPath }) => !kept.has(realPath))) {
          await recordNow()
          await untilNotPruned()
          await keepCopies()
        }
        await settle(record, pending, sums)
      },
      cancel,
    }
  }

  const keptState: KeptState = { text: (id) => textNow(recordPath(id)), copy: zippedCopy }

  /** The record that a write is made on; null where a whole copy is due. */
  function baseIn(
    latest: Latest | null,
    { before: bytes }: Pick<WrittenFile, 'before'>,
    before: string,
    at: number,
  ): Base | null {
    if (latest?.revision !== before || latest.sum === undefined || latest.copy === undefined) return null
    const { id, sum, copy, copyDay, sinceCopy, bytes: toRead } = latest
    const near = sinceCopy < mostWithoutCopy && toRead <= leastToRead + 2 * (bytes?.length ?? 0)
    return near && copyDay === Math.floor(at / day) ? { id, sum, copy } : null
  }

  /** Waits while a living Ekscope prunes; throws where it does not end. */
  async function untilNotPruned(): Promise<void> {
    for (const until = monotonicMs() + pruneWait; await isThere(lockPath); await pause(5)) {
      const text = await readLock(lockPath)
      const owner = ownerIn(text)
      // Of another program, or of one that has ended: nothing is being pruned. An empty one may be just being made.
      if (text !== null && text !== '' && (owner === null || ownerState(owner) === 'gone')) return
      if (monotonicMs() > until) {
        if (owner === null) return
        throw new Error(
          `another Ekscope has been tidying the history for ${pruneWait / 1_000} s (${lockPath})`,
        )
      }
    }
  }

  /** Those of the copies that it was made with, where they are known. */
  async function settle(record: WholeRecord, pending: string, sums: Sums = new Map()): Promise<void> {
    // As it was written here: whoever writes it anew makes another file.
    const stamp = fileStamp(await stat(pending, { bigint: true }))
    await rename(pending, recordPath(record.id))
    const text = JSON.stringify(record)
    const bytes = Buffer.byteLength(text)
    for (const file of record.files) {
      const now = { revision: file.after, id: record.id, sum: sumOf(text) }
      await writeOwnFile(
        latestOf(file.realPath),
        JSON.stringify({ ...now, ...(await sinceCopyIn(record, file, bytes, sums)) }),
      )
    }
    const summary = summaryOf(record, bytes, undidPart(record))
    remember(record.id, stamp, summary)
    await index.add(summary)
  }

  async function sinceCopyIn(
    { at }: WholeRecord,
    { realPath, before, copy, base }: WholeFile,
    bytes: number,
    sums: Sums,
  ): Promise<Pick<Latest, 'copy' | 'copyDay' | 'sinceCopy' | 'bytes'>> {
    if (base !== undefined) {
      const latest = await readJson(latestOf(realPath), latestSchema)
      const { copyDay = 0, sinceCopy = 0, bytes: toRead = 0 } = latest ?? {}
      return { copy: base.copy, copyDay, sinceCopy: sinceCopy + 1, bytes: toRead + bytes }
    }
    const sum = before === null ? undefined : sums.get(before)
    const known = copy && before !== null && sum !== undefined ? { revision: before, sum } : undefined
    return { copy: before === null ? null : known, copyDay: Math.floor(at / day), sinceCopy: 0, bytes }
  }

  /** Oldest first. */
  async function names(): Promise<readonly string[]> {
    if (exposed() !== null) return []
    return (await readdir(folder).catch(() => [])).filter((name) => recordName.test(name)).sort()
  }

  async function list(): Promise<readonly HistoryRecord[]> {
    const ids = (await names()).map((name) => name.slice(0, -'.json'.length))
    return await index.of(ids.reverse())
  }

  async function readable(): Promise<Result<null>> {
    const foreign = exposed()
    if (foreign !== null) return fail(foreign)
    try {
      await readdir(folder)
      return ok(null)
    } catch (error) {
      const code = codeOf(error)
      // Below a file, or a link that leads nowhere, there can be none either.
      if (code === 'ENOENT' || (hasNoFolder.has(code) && !(await isThere(folder)))) return ok(null)
      return fail(
        fault(
          'unreadable',
          `The history in ${folder} cannot be read (${code || 'unknown error'}), so earlier writes are not shown.`,
          'Check its owner, its mode and what is there.',
        ),
      )
    }
  }

  const count = async (): Promise<number> => (await names()).length

  /** Those of these names, which are oldest first, newest first. */
  async function some(of: readonly string[]): Promise<readonly HistoryRecord[]> {
    const ids = of.map((name) => name.slice(0, -'.json'.length)).reverse()
    if (ids.length <= fewRecords) return ids.flatMap((id) => summaryAt(id) ?? [])
    const chosen = new Set(ids)
    return (await list()).filter(({ id }) => chosen.has(id))
  }

  const newest = async (most: number): Promise<readonly HistoryRecord[]> =>
    await some((await names()).slice(-most))

  async function unread(most = Number.POSITIVE_INFINITY): Promise<readonly UnreadWrite[]> {
    const of = (await names()).slice(-most)
    const read = new Set((await some(of)).map(({ id }) => id))
    if (read.size === of.length) return []
    return [...of].reverse().flatMap((name) => {
      const id = name.slice(0, -'.json'.length)
      return read.has(id) ? [] : [{ id, at: timeOf(id), why: isNewer(id) ? 'newer' : 'damaged' } as const]
    })
  }

  async function unsure(most = Number.POSITIVE_INFINITY): Promise<readonly UnsureWrite[]> {
    // First: what is settled meanwhile is among the others then.
    const pending = await running()
    const uncertain = (await some((await names()).slice(-most))).filter((one) => one.uncertain)
    return [
      ...[...pending, ...uncertain].map(({ id, files }) => ({
        id,
        files: files.map(({ realPath }) => realPath),
      })),
      ...(await unread(most)).map(({ id }) => ({ id, files: null })),
    ]
  }

  function isNewer(id: string): boolean {
    try {
      return v.is(newerRecordSchema, JSON.parse(textNow(recordPath(id))))
    } catch {
      return false
    }
  }

  async function since(time: number): Promise<readonly HistoryRecord[]> {
    // Names sort by their time.
    const first = idTime(time)
    return await some((await names()).filter((name) => name >= first))
  }

  const lastOf: History['lastOf'] = (realPath) => readJson(latestOf(realPath), latestSchema)

  const saidPath = (id: string, what: string) => join(saidFolder, `${id}-${shortHash(what)}`)
  const wasSaid: History['wasSaid'] = (id, what) => isThere(saidPath(id, what))

  async function firstToSay(id: string, what: string): Promise<boolean> {
    try {
      await makeFolder(saidFolder)
      const handle = await open(saidPath(id, what), 'wx', 0o600)
      await handle.close()
      return true
    } catch (error) {
      return codeOf(error) !== 'EEXIST'
    }
  }

  async function get(id: string): Promise<WholeRecord | null> {
    return /^[0-9A-Za-z-]+$/.test(id) ? await readJson(recordPath(id), recordSchema) : null
  }

  function lost(realPath: string): Result<never> {
    return fail(
      fault(
        'not-found',
        `What ${realPath} was before this write is no longer available: a copy or a record of the history is missing.`,
        'Choose a newer write, if there is one; else change the values back by hand.',
      ),
    )
  }

  async function bytesOf(
    id: string,
    realPath: string,
    side: 'before' | 'after',
    known?: readonly HistoryRecord[],
    after: Buffer | null = null,
  ): Promise<Result<Buffer | null>> {
    const near = after === null || side === 'after' ? null : await beforeOf(after, id, realPath)
    if (near !== null) return ok(near)
    const found = await bytesIn(known ?? (await list()), id, realPath, side)
    // Where another process pruned just then, this state stands on a copy of its own now.
    return found.ok ? found : await bytesIn(await list(), id, realPath, side)
  }

  /** What stood there before a write that left these bytes; null where they are not what it left. */
  async function beforeOf(after: Buffer, id: string, realPath: string): Promise<Buffer | null> {
    const file = (await get(id))?.files.find((one) => one.realPath === realPath)
    if (file === undefined || file.before === null) return null
    const bytes = forward(after, backward(file.changes))
    return revisionOf(bytes) === file.before ? bytes : null
  }

  async function bytesIn(
    records: readonly HistoryRecord[],
    id: string,
    realPath: string,
    side: 'before' | 'after',
  ): Promise<Result<Buffer | null>> {
    const chain: HistoryFile[] = []
    const ids: string[] = []
    let from = records.findIndex((record) => record.id === id)
    // Backwards to the nearest whole copy: without one, the write before left exactly these bytes.
    let base: Buffer | null = null
    for (; from >= 0 && from < records.length; from++) {
      const file = records[from]?.files.find((one) => one.realPath === realPath)
      if (!file) continue
      const next = chain[0]
      // What went between them is gone.
      if (next && next.before !== file.after) break
      chain.unshift(file)
      ids.unshift(records[from]?.id ?? '')
      if (file.before === null) break
      if (file.copy) base = await copyOf(file.before)
      if (base !== null) break
    }
    const first = chain[0]
    const last = chain.at(-1)
    if (!first || !last) return lost(realPath)
    // What went before it is gone; it was given a copy of its own then.
    if (first.before !== null) base ??= await copyOf(first.before)
    if (first.before !== null && base === null) return lost(realPath)
    let bytes = base ?? Buffer.alloc(0)
    for (const id of ids.slice(0, side === 'before' ? -1 : undefined)) {
      const file = (await get(id))?.files.find((one) => one.realPath === realPath)
      if (!file) return lost(realPath)
      bytes = forward(bytes, file.changes)
    }
    if (last[side] === null) return ok(null)
    return revisionOf(bytes) === last[side] ? ok(bytes) : lost(realPath)
  }

  async function recover(
    journaled: ReadonlyMap<string, Journaled> = new Map(),
    sections: SectionsOf = noSections,
  ): Promise<readonly WholeRecord[]> {
    const settled: WholeRecord[] = []
    if (exposed() !== null) return settled
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith('.pending.json')) continue
      const pending = join(folder, name)
      const record = await readJson(pending, recordSchema)
      // Of a newer Ekscope, or no record at all: not ours to settle.
      if (!record) continue
      const known = journaled.get(record.id)
      if (known === 'left' || ownerState(record.owner) !== 'gone') continue
      let written = 0
      let unwritten = 0
      for (const file of record.files) {
        // Its temporary files hold secrets, and the next write there may be far away.
        await sweepFolderOf(file.realPath)
        const state = await readForWriting(file.path)
        const revision = state.ok ? state.value.revision : null
        if (revision === file.after) written++
        else if (revision === file.before) unwritten++
        else if (state.ok) {
          const standing = await standingNow(record, file, state.value.bytes, sections)
          if (standing === 'made') written++
          if (standing === 'not-made') unwritten++
        }
      }
      if (known === 'rolled-back' || unwritten === record.files.length) {
        await unlink(pending).catch(() => undefined)
        continue
      }
      const kept = { ...record, uncertain: known !== 'written' && written !== record.files.length }
      await writeOwnFile(pending, JSON.stringify(kept))
      await settle(kept, pending)
      settled.push(kept)
    }
    await sweep()
    if (await mayBeLong()) await prune()
    return settled
  }

  /** Where another program has written the file since. */
  async function standingNow(
    record: WholeRecord,
    file: WholeFile,
    now: Buffer | null,
    sections: SectionsOf,
  ): Promise<Standing> {
    // It is in no list yet, and stands on what is.
    const records = [...(await list()), summaryOf(record, 0, false)].sort((a, b) => (a.id < b.id ? 1 : -1))
    const found = await bytesIn(records, record.id, file.realPath, 'before')
    if (!found.ok) return 'unknown'
    const before = found.value
    const after = file.after === null ? null : forward(before ?? Buffer.alloc(0), file.changes)
    return standingOf(file, { before, after, now }, sections, file.entries)
  }

  /** The temporary files of a killed process hold what a kubeconfig holds. */
  async function sweep(): Promise<void> {
    const pruning = ownerIn(await readLock(lockPath))
    if (pruning !== null && ownerState(pruning) === 'gone') await underLock(async () => 0)
    for (const one of [folder, copies, latestFolder(folder)]) await sweepLeftovers(one)
  }

  /** There are more than stay in any case, and old ones or a round number of them. An index that lacks many is made anew. */
  async function mayBeLong({ minWrites, days }: Retention = defaultRetention): Promise<boolean> {
    const all = await names()
    if (await index.isBehind(all.length)) await list()
    const old = Date.now() - timeOf(all[0] ?? '') > days * day
    return all.length > minWrites && (old || all.length % 16 === 0)
  }

  async function sizeOf(path: string): Promise<number> {
    return await stat(path).then(
      (s) => s.size,
      () => 0,
    )
  }

  async function underLock(work: () => Promise<number>): Promise<Result<number>> {
    const locks = await acquireLocks({ list: [], writes: [join(folder, 'history')], waitMs: 2_000 })
    if (!locks.ok) return locks
    try {
      return ok(await work())
    } finally {
      await locks.value.release()
    }
  }

  /** Writes that are going on, or whose process was killed. */
  async function running(): Promise<readonly WholeRecord[]> {
    const found: WholeRecord[] = []
    for (const name of await readdir(folder).catch(() => [])) {
      const record = pendingName.test(name) ? await readJson(join(folder, name), recordSchema) : null
      if (record) found.push(record)
    }
    return found
  }

  /** The records that running writes stand on: of each file those back to a whole copy. */
  function neededBy(pending: readonly WholeRecord[], records: readonly HistoryRecord[]): ReadonlySet<string> {
    const needed = new Set<string>()
    const open = new Set<string>()
    for (const { files } of pending) for (const file of files) if (!file.copy) open.add(file.realPath)
    for (const { id, files } of open.size > 0 ? records : [])
      for (const { realPath, copy } of files) {
        if (!open.has(realPath)) continue
        needed.add(id)
        if (copy) open.delete(realPath)
      }
    return needed
  }

  /** How many of the newest writes stay. */
  async function keptOf(
    records: readonly HistoryRecord[],
    retention: Retention,
    now: number,
  ): Promise<number> {
    let [bytes, kept] = [0, 0]
    const counted = new Set<string>()
    for (const record of records) {
      bytes += record.bytes
      for (const file of record.files) {
        if (!file.copy || file.before === null || counted.has(file.before)) continue
        counted.add(file.before)
        bytes += await sizeOf(copyPath(file.before))
      }
      const old = now - record.at > retention.days * day
      if (kept >= retention.minWrites && (old || bytes > retention.bytes)) break
      kept++
    }
    return kept
  }

  /** The smaller of days and bytes decides beyond the first `minWrites`; gives the number of writes dropped. */
  async function prune(retention: Retention = defaultRetention, now: number = Date.now()): Promise<number> {
    if ((await names()).length <= retention.minWrites) return 0
    const done = await underLock(async () => {
      const pending = await running()
      const records = await list()
      const unknown = await unread()
      // It may stand on a copy that only that Ekscope knows of.
      if (unknown.some(({ why }) => why === 'newer')) return 0
      const kept = await keptOf(records, retention, now)
      const needed = neededBy(pending, records)
      const dropped = records.slice(kept).filter(({ id }) => !needed.has(id))
      if (dropped.length === 0) return 0
      const gone = new Set(dropped)
      // What is kept and comes after what goes must stand on a copy of its own before that goes.
      const bases = new Set<string>()
      const previous = new Map<string, HistoryRecord>()
      for (const record of [...records].reverse())
        for (const file of record.files) {
          const before = previous.get(file.realPath)
          previous.set(file.realPath, record)
          if (gone.has(record) || file.before === null || (before && !gone.has(before))) continue
          bases.add(file.before)
          const state = file.copy ? null : await bytesOf(record.id, file.realPath, 'before', records)
          if (state?.ok && state.value !== null) await keepCopy(state.value, file.before)
        }
      const first = dropped[0]?.id ?? ''
      for (const { id } of [...dropped, ...unknown.filter(({ id }) => id < first)])
        await unlink(recordPath(id)).catch(() => undefined)
      // Beside the bases: whether a record has a copy may be read from a line of the index that is older than its copy.
      for (const { files } of [...(await list()), ...pending])
        for (const file of files) if (file.copy && file.before !== null) bases.add(file.before)
      await drop(copies, (name) => copyName.test(name) && !bases.has(name.slice(0, -'.gz'.length)))
      const ids = new Set(dropped.map(({ id }) => id))
      await drop(saidFolder, (name) => ids.has(saidName.exec(name)?.[1] ?? ''))
      return dropped.length
    })
    return done.ok ? done.value : 0
  }

  /** Files that are not ours stay, whatever folder this may be. */
  async function drop(of: string, which: (name: string) => boolean): Promise<void> {
    for (const name of await readdir(of).catch(() => [])) if (which(name)) await unlink(join(of, name))
  }

  async function purge(): Promise<Result<number>> {
    const there = await readable()
    if (!there.ok) return there
    if ((await readdir(folder).catch(() => [])).length === 0) return ok(0)
    const done = await underLock(async () => {
      const count = (await names()).length
      const needed = new Set(
        (await running()).flatMap(({ files }) => files.map(({ before }) => `${before}.gz`)),
      )
      await drop(copies, (name) => copyName.test(name) && !needed.has(name))
      await drop(latestFolder(folder), (name) => latestName.test(name))
      await drop(saidFolder, (name) => saidName.test(name))
      await drop(folder, (name) => name === indexName)
      // Last: as long as anything is left, records show that there is.
      await drop(folder, (name) => recordName.test(name))
      await sweep()
      // Folders that hold anything else stay.
      for (const one of [copies, latestFolder(folder), saidFolder]) await rmdir(one).catch(() => undefined)
      return count
    }).catch((error: unknown) => fail(ioFault(folder, error)))
    // Of the lock or of a file in it: which one says nothing to whoever wants all of them gone.
    return done.ok || done.fault.code === 'locked'
      ? done
      : fail(
          fault(
            done.fault.code,
            `The history was not emptied, because ${folder} cannot be written.`,
            'Check its owner and its mode, and whether its file system is read-only or full.',
          ),
        )
  }

  return {
    folder,
    begin,
    list,
    readable,
    count,
    newest,
    unread,
    unsure,
    get,
    since,
    lastOf,
    firstToSay,
    wasSaid,
    bytesOf,
    recover,
    prune,
    purge,
  }
}
