/**
 * Every write of Ekscope, stored so that it can be shown and undone: the byte ranges it replaced, with the
 * hashes before and after, and a whole compressed copy once a day, after each external change, and after some dozens of
 * writes, so that no state of a file is far from a copy. The files hold what the kubeconfig held, secrets too: 0600 in a
 * 0700 folder, emptied by `purgeHistory`. This reads it; `history-write.ts` adds to it, `history-clean.ts` settles and forgets.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { constants } from 'node:zlib'
import * as v from 'valibot'
import type { UnreadWrite } from '../../../shared/ipc/payloads'
import { fail, ok, type Result, refuse } from '../../../shared/result'
import { codeOf } from '../../system/errno'
import { unzip, zip } from '../../system/gzip'
import { isThere } from '../../system/lock-file'
import { makeFolder } from '../../system/make-folder'
import { bytesOfOwn, textOfOwn, writeOwnFile } from '../../system/own-file'
import { withFile } from '../../system/with-file'
import { mostRecord, recordPath, summariesOf, textOfRecord } from './history-index'
import {
  historyExposure,
  idTime,
  jsonText,
  type Latest,
  latestPath,
  latestSchema,
  shortHash,
  sumOf,
  timeOf,
} from './history-latest'
import {
  applyChanges,
  type HistoryFile,
  type HistoryRecord,
  inverseChanges,
  recordSchema,
  type WholeRecord,
} from './history-record'
import { maxBytes } from './read-file'
import { realPathOf, revisionOf } from './replace'

/** A write of Ekscope of which it is unknown whether, or how, it reached the disk. */
export interface UnsureWrite {
  readonly id: string
  /** Real paths; null: it may be any. */
  readonly files: readonly string[] | null
}

/** A part of the history, newest first. */
export interface HistoryPart {
  readonly records: readonly HistoryRecord[]
  /** Those that cannot be read. */
  readonly unread: readonly UnreadWrite[]
  /** These writes, the uncertain ones, and all pending ones. */
  readonly unsure: readonly UnsureWrite[]
}

/** A write of Ekscope to one file. */
export interface OurWrite extends Pick<HistoryRecord, 'id' | 'uncertain'> {
  readonly file: Pick<HistoryFile, 'realPath' | 'before' | 'after'>
}

/**
 * Whether another program wrote a file after this write of Ekscope and before the next state, which was found by the write of
 * that id or now (null). Where a write of Ekscope may have made that state, no other program is blamed.
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

const newerRecordSchema = jsonText(v.object({ version: v.pipe(v.number(), v.minValue(2)), id: v.string() }))
const recordName = /^(\d{8}T\d{9}Z-[0-9a-f]{8})\.json$/
const pendingName = /^(\d{8}T\d{9}Z-[0-9a-f]{8})\.pending\.json$/
/** System errors for a folder whose parent is not a folder. */
const hasNoFolder: ReadonlySet<string> = new Set(['ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])

/**
 * Where a file is now that a record names by its former real path: a file that was moved, with a link left in its place, is
 * the same file.
 */
export async function placesNow(records: readonly HistoryRecord[]): Promise<(realPath: string) => string> {
  const now = new Map<string, string>()
  for (const { files } of records)
    for (const { realPath } of files) if (!now.has(realPath)) now.set(realPath, await realPathOf(realPath))
  return (realPath) => now.get(realPath) ?? realPath
}

/** Opens the history in `folder` (made when first written). */
export const openHistory = (folder: string): History => new History(folder)

export class History {
  readonly folder: string
  /** Records, not removable, of writes that were not made: a later start would take the next write for theirs, too. */
  readonly cancelled = new Set<string>()
  private recent: WeakRef<WholeRecord> | null = null

  constructor(folder: string) {
    this.folder = folder
  }

  get copies(): string {
    return join(this.folder, 'copies')
  }

  /** One empty file for each notification about a write. */
  get said(): string {
    return join(this.folder, 'said')
  }

  pendingPath(id: string): string {
    return join(this.folder, `${id}.pending.json`)
  }

  /** Of all records, or of all that are pending, oldest first. */
  async ids(which: 'made' | 'pending' = 'made'): Promise<readonly string[]> {
    if (historyExposure(this.folder) !== null) return []
    const name = which === 'made' ? recordName : pendingName
    return (await readdir(this.folder).catch(() => [])).flatMap((one) => name.exec(one)?.[1] ?? []).sort()
  }

  /** How many there are; reads none. */
  async count(): Promise<number> {
    return (await this.ids()).length
  }

  /** Newest first; records that cannot be read are left out. */
  async list(): Promise<readonly HistoryRecord[]> {
    return await summariesOf(this.folder, [...(await this.ids())].reverse(), true)
  }

  /** At most so many of the newest, and none before `since` (ms since the epoch); reads no others. */
  async part({ newest = Number.POSITIVE_INFINITY, since = 0 } = {}): Promise<HistoryPart> {
    // First: what is settled meanwhile is among the others then.
    const pending = await this.running()
    // Ids sort by their time.
    const from = idTime(since)
    const all = await this.ids()
    const ids = all
      .slice(-newest)
      .filter((id) => id >= from)
      .reverse()
    const records = await summariesOf(this.folder, ids, ids.length === all.length)
    const read = new Set(records.map(({ id }) => id))
    const unread = ids.flatMap((id): readonly UnreadWrite[] =>
      read.has(id)
        ? []
        : [
            {
              id,
              at: timeOf(id),
              why: v.is(newerRecordSchema, textOfRecord(this.folder, id)) ? 'newer' : 'damaged',
            },
          ],
    )
    const unsure = [...pending, ...records.filter(({ uncertain }) => uncertain)].map(({ id, files }) => ({
      id,
      files: files.map(({ realPath }) => realPath),
    }))
    return { records, unread, unsure: [...unsure, ...unread.map(({ id }) => ({ id, files: null }))] }
  }

  /** Writes that are running, or whose process was killed. */
  async running(): Promise<readonly WholeRecord[]> {
    const found: WholeRecord[] = []
    for (const id of await this.ids('pending')) {
      const record = await this.readJson(this.pendingPath(id), recordSchema)
      if (record) found.push(record)
    }
    return found
  }

  /** Whether the folder can be read and is the user's own work: else every list is empty. `unreadable`, `not-writable`. */
  async readable(): Promise<Result<null>> {
    const { folder } = this
    const foreign = historyExposure(folder)
    if (foreign !== null) return fail(foreign)
    try {
      await readdir(folder)
      return ok(null)
    } catch (error) {
      const code = codeOf(error)
      // Below a file, or a dangling link, there can be none either.
      if (code === 'ENOENT' || (hasNoFolder.has(code) && !(await isThere(folder)))) return ok(null)
      return refuse(
        'unreadable',
        `The history in ${folder} cannot be read (${code || 'unknown error'}), so earlier writes are not shown.`,
        'Check its owner, its mode and what is there.',
      )
    }
  }

  async get(id: string): Promise<WholeRecord | null> {
    return /^[0-9A-Za-z-]+$/.test(id) ? await this.readJson(recordPath(this.folder, id), recordSchema) : null
  }

  /** What the last write to the file at this real path left there; null where none is known. */
  async lastOf(realPath: string): Promise<Latest | null> {
    return await this.readJson(latestPath(this.folder, realPath), latestSchema)
  }

  private async readJson<S extends v.GenericSchema>(
    path: string,
    schema: S,
  ): Promise<v.InferOutput<S> | null> {
    if (historyExposure(this.folder) !== null) return null
    const parsed = v.safeParse(jsonText(schema), await textOfOwn(path, mostRecord))
    return parsed.success ? parsed.output : null
  }

  /**
   * Records that the user was notified of something about a write: true for the one process that asks first. Always true where
   * nothing can be written.
   */
  async firstToSay(id: string, what: string): Promise<boolean> {
    try {
      await makeFolder(this.said)
      await withFile(this.saidPath(id, what), 'wx', async () => undefined)
      return true
    } catch (error) {
      return codeOf(error) !== 'EEXIST'
    }
  }

  wasSaid(id: string, what: string): Promise<boolean> {
    return isThere(this.saidPath(id, what))
  }

  private saidPath(id: string, what: string): string {
    return join(this.said, `${id}-${shortHash(what)}`)
  }

  copyPath(revision: string): string {
    return join(this.copies, `${revision}.gz`)
  }

  zippedCopy(revision: string): Promise<Buffer | null> {
    return bytesOfOwn(this.copyPath(revision), 2 * maxBytes)
  }

  /** Stores a whole copy; returns the SHA-256 of its file. */
  async keepCopy(bytes: Buffer, revision: string): Promise<string> {
    const there = await this.zippedCopy(revision)
    // A damaged copy is of no use to an undo.
    if (there !== null && (await unzipped(there, revision)) !== null) return sumOf(there)
    // Fast rather than small: this happens between lock and rename.
    const zipped = await zip(bytes, { level: constants.Z_BEST_SPEED })
    await writeOwnFile(this.copyPath(revision), zipped)
    return sumOf(zipped)
  }

  /** The whole copy of that revision; null where it is missing or damaged. */
  private async copyOf(revision: string): Promise<Buffer | null> {
    const zipped = await this.zippedCopy(revision)
    return zipped === null ? null : await unzipped(zipped, revision)
  }

  /**
   * A file of a record before or after that write; null for a file that did not exist before. `records`: as `list` returned
   * them, where many are read. `after`: what the write left, where the caller has it: then no whole copy is read.
   */
  async bytesOf(
    id: string,
    realPath: string,
    side: 'before' | 'after',
    records?: readonly HistoryRecord[],
    after: Buffer | null = null,
  ): Promise<Result<Buffer | null>> {
    const near = after === null || side === 'after' ? null : await this.beforeOf(after, id, realPath)
    if (near !== null) return ok(near)
    const found = await this.bytesIn(records ?? (await this.list()), id, realPath, side)
    // Where another process pruned just then, this state has a whole copy of its own now.
    return found.ok ? found : await this.bytesIn(await this.list(), id, realPath, side)
  }

  /** A file of a record. The record that was read last is kept, because its files are asked for one after the other. */
  private async fileOf(id: string, realPath: string): Promise<WholeRecord['files'][number] | undefined> {
    const known = this.recent?.deref()
    const record = known?.id === id ? known : await this.get(id)
    this.recent = record && new WeakRef(record)
    return record?.files.find((one) => one.realPath === realPath)
  }

  /** The bytes before a write that left these bytes; null where the write left others. */
  private async beforeOf(after: Buffer, id: string, realPath: string): Promise<Buffer | null> {
    const file = await this.fileOf(id, realPath)
    if (file === undefined || file.before === null) return null
    const bytes = applyChanges(after, inverseChanges(file.changes))
    return revisionOf(bytes) === file.before ? bytes : null
  }

  async bytesIn(
    records: readonly HistoryRecord[],
    id: string,
    realPath: string,
    side: 'before' | 'after',
  ): Promise<Result<Buffer | null>> {
    const chain: { readonly id: string; readonly file: HistoryFile }[] = []
    // Backwards to the nearest whole copy: without one, the write before left exactly these bytes.
    let base: Buffer | null = null
    const from = records.findIndex((record) => record.id === id)
    for (const record of from < 0 ? [] : records.slice(from)) {
      const file = record.files.find((one) => one.realPath === realPath)
      if (!file) continue
      const next = chain[0]?.file
      // The records between them were removed.
      if (next && next.before !== file.after) break
      chain.unshift({ id: record.id, file })
      if (file.before === null) break
      if (file.copy) base = await this.copyOf(file.before)
      if (base !== null) break
    }
    const [first, last] = [chain[0]?.file, chain.at(-1)?.file]
    if (!first || !last) return lost(realPath)
    // The records before it were removed; it got a whole copy of its own then.
    if (first.before !== null) base ??= await this.copyOf(first.before)
    if (first.before !== null && base === null) return lost(realPath)
    let bytes = base ?? Buffer.alloc(0)
    for (const { id } of side === 'before' ? chain.slice(0, -1) : chain) {
      const file = await this.fileOf(id, realPath)
      if (!file) return lost(realPath)
      bytes = applyChanges(bytes, file.changes)
    }
    if (last[side] === null) return ok(null)
    return revisionOf(bytes) === last[side] ? ok(bytes) : lost(realPath)
  }
}

async function unzipped(zipped: Buffer, revision: string): Promise<Buffer | null> {
  const bytes = await unzip(zipped, { maxOutputLength: maxBytes }).catch(() => null)
  return bytes !== null && revisionOf(bytes) === revision ? bytes : null
}

const lost = (realPath: string): Result<never> =>
  refuse(
    'not-found',
    `What ${realPath} was before this write is no longer available: a copy or a record of the history is missing.`,
    'Choose a newer write, if there is one; else change the values back by hand.',
  )
