/**
 * Every write of Ekscope, kept so that it can be shown and undone: the byte ranges it replaced, with the
 * hashes before and after, and a whole compressed copy once a day and after each external change. The
 * files hold what the kubeconfig held, secrets too: 0600 in a 0700 folder, emptied by `purge`.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readdir, rename, rmdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, gunzip, gzip } from 'node:zlib'
import * as v from 'valibot'
import { entryKinds } from '../../../shared/kubeconfig/entries'
import { fail, fault, ok, type Result } from '../../../shared/result'
import { ioFault } from '../../system/errno'
import { bytesOfOwn, textOfOwn, writeOwnFile } from '../../system/own-file'
import { ownerSchema, ownerState, sweepFolderOf, sweepLeftovers, thisOwner } from '../../system/process-owner'
import { acquireLocks } from './lock'
import { maxBytes, readForWriting, revisionOf } from './replace'

const zip = promisify(gzip)
const unzip = promisify(gunzip)
const day = 86_400_000
/** A record holds what it replaced twice over as base64, of several files at most. */
const mostRecord = 8 * maxBytes

/** One replaced range: offsets in bytes of the file before; both texts base64. */
const changeSchema = v.object({
  start: v.number(),
  removed: v.string(),
  inserted: v.string(),
  /** On the line of the range before it. */
  sameLine: v.optional(v.boolean()),
})
const fileSchema = v.object({
  path: v.string(),
  realPath: v.string(),
  before: v.nullable(v.string()),
  /** Null: the write removed it. */
  after: v.nullable(v.string()),
  beforeBytes: v.number(),
  afterBytes: v.number(),
  changes: v.array(changeSchema),
  /** The file before this write is also kept whole. */
  copy: v.boolean(),
})
/** `file` is an index into the files of the record. */
const placeSchema = v.nullable(v.object({ file: v.number(), name: v.string(), twin: v.boolean() }))
/** An entry that came, went, or got another name or file. */
const linkSchema = v.object({ kind: v.picklist(entryKinds), before: placeSchema, after: placeSchema })
const recordSchema = v.object({
  version: v.literal(1),
  id: v.string(),
  at: v.number(),
  by: v.picklist(['window', 'terminal']),
  /** What was done, one line an edit. */
  titles: v.array(v.string()),
  undoes: v.nullable(v.string()),
  restores: v.nullable(v.string()),
  /** It was interrupted, and another program wrote before the next start: it may or may not have been written. */
  uncertain: v.boolean(),
  owner: ownerSchema,
  files: v.array(fileSchema),
  /** Not in records of earlier versions. */
  entries: v.optional(v.array(linkSchema)),
})
const latestSchema = v.object({ revision: v.nullable(v.string()), copyDay: v.number(), id: v.string() })

export type HistoryRecord = v.InferOutput<typeof recordSchema>
export type HistoryFile = v.InferOutput<typeof fileSchema>
export type HistoryLink = v.InferOutput<typeof linkSchema>
export type HistoryChange = v.InferOutput<typeof changeSchema>

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
}

export interface Draft {
  readonly by: 'window' | 'terminal'
  readonly titles: readonly string[]
  readonly undoes?: string | null
  readonly restores?: string | null
  readonly files: readonly WrittenFile[]
  readonly entries?: readonly HistoryLink[]
}

/** A write that is recorded but not done yet. */
export interface PendingWrite {
  readonly id: string
  commit(): Promise<void>
  cancel(): Promise<void>
}

export interface Retention {
  readonly minWrites: number
  readonly days: number
  readonly bytes: number
}
const defaultRetention: Retention = { minWrites: 50, days: 90, bytes: 200_000_000 }

export interface History {
  /** Records a write before it happens; throws system errors (nothing has been written then). */
  begin(draft: Draft): Promise<PendingWrite>
  /** Newest first; records that cannot be read are left out. */
  list(): Promise<readonly HistoryRecord[]>
  get(id: string): Promise<HistoryRecord | null>
  /**
   * A file of a record before or after that write; null for a file that did not exist before. `records`: as `list` gave
   * them, where many are asked for.
   */
  bytesOf(
    id: string,
    realPath: string,
    side: 'before' | 'after',
    records?: readonly HistoryRecord[],
  ): Promise<Result<Buffer | null>>
  /** Settles records whose process was killed: kept if its write is on disk, dropped if it is not. Drops old writes, too. */
  recover(): Promise<readonly HistoryRecord[]>
  prune(retention?: Retention, now?: number): Promise<number>
  /** Removes every file that is ours; gives the number of writes forgotten. Faults of the lock: `locked`, `not-writable`. */
  purge(): Promise<Result<number>>
}

const isOneLine = (text: Buffer | null, from: number | undefined, to: number): boolean =>
  text !== null && from !== undefined && !text.subarray(from, to).includes('\n')

/** Applies recorded changes to the bytes before them. */
export function forward(before: Buffer, changes: readonly HistoryChange[]): Buffer {
  const parts: Buffer[] = []
  let position = 0
  for (const change of changes) {
    parts.push(before.subarray(position, change.start), Buffer.from(change.inserted, 'base64'))
    position = change.start + Buffer.byteLength(change.removed, 'base64')
  }
  parts.push(before.subarray(position))
  return Buffer.concat(parts)
}

/** The changes that undo recorded changes, in offsets of the bytes after them. */
export function backward(changes: readonly HistoryChange[]): readonly HistoryChange[] {
  let shift = 0
  return changes.map((change) => {
    const start = change.start + shift
    shift += Buffer.byteLength(change.inserted, 'base64') - Buffer.byteLength(change.removed, 'base64')
    return { start, removed: change.inserted, inserted: change.removed }
  })
}

const recordName = /^\d{8}T\d{9}Z-[0-9a-f]{8}\.json$/
const idName = /^\d{8}T\d{9}Z-[0-9a-f]{8}(?:\.pending)?\.json$/
const copyName = /^[0-9a-f]{64}\.gz$/
const latestName = /^[0-9a-f]{32}\.json$/
/** Of the last year that an id can name. */
const lastTime = Date.UTC(9999, 0)

/** The time in the name of a record, ms since the epoch; 0 where it is none. */
function timeOf(name: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(name)?.slice(1).map(Number) ?? []
  const [year = 0, month = 1, date = 1, hours = 0, minutes = 0, seconds = 0, ms = 0] = parts
  return Date.UTC(year, month - 1, date, hours, minutes, seconds, ms)
}

/** Opens the history in `folder` (made when first written). */
export function openHistory(folder: string): History {
  const copies = join(folder, 'copies')
  const copyPath = (revision: string): string => join(copies, `${revision}.gz`)
  const latestPath = (realPath: string): string =>
    join(folder, 'latest', `${createHash('sha256').update(realPath).digest('hex').slice(0, 32)}.json`)

  async function readJson<S extends v.GenericSchema>(
    path: string,
    schema: S,
  ): Promise<v.InferOutput<S> | null> {
    try {
      const parsed = v.safeParse(schema, JSON.parse((await textOfOwn(path, mostRecord)) ?? ''))
      return parsed.success ? parsed.output : null
    } catch {
      return null
    }
  }

  async function keepCopy(bytes: Buffer, revision: string): Promise<void> {
    // A damaged one is no way back.
    if ((await copyOf(revision)) !== null) return
    // Fast rather than small: this happens between lock and rename.
    await writeOwnFile(copyPath(revision), await zip(bytes, { level: constants.Z_BEST_SPEED }))
  }

  /** The whole copy of that revision; null where it is missing or damaged. */
  async function copyOf(revision: string): Promise<Buffer | null> {
    const zipped = await bytesOfOwn(copyPath(revision), 2 * maxBytes)
    const bytes = zipped && (await unzip(zipped, { maxOutputLength: maxBytes }).catch(() => null))
    return bytes !== null && revisionOf(bytes) === revision ? bytes : null
  }

  /** Ids sort in the order of the writes, also where the clock was put back between two of them. */
  async function freshId(now: number): Promise<string> {
    const last = (await readdir(folder).catch(() => []))
      .flatMap((name) => (idName.test(name) ? [timeOf(name)] : []))
      .reduce((a, b) => Math.max(a, b), 0)
    const time = new Date(last >= now && last < lastTime ? last + 1 : now)
    return `${time.toISOString().replaceAll(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`
  }

  async function begin(draft: Draft): Promise<PendingWrite> {
    const at = Date.now()
    const id = await freshId(at)
    const files: HistoryFile[] = []
    for (const file of draft.files) {
      const before = file.revisions?.before ?? (file.before === null ? null : revisionOf(file.before))
      const latest = await readJson(latestPath(file.realPath), latestSchema)
      const known = latest !== null && latest.revision === before && latest.copyDay === Math.floor(at / day)
      const copy = before !== null && !known
      if (file.before !== null && before !== null && copy) await keepCopy(file.before, before)
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
        copy,
      })
    }
    const record: HistoryRecord = {
      version: 1,
      id,
      at,
      by: draft.by,
      titles: [...draft.titles],
      undoes: draft.undoes ?? null,
      restores: draft.restores ?? null,
      uncertain: false,
      owner: thisOwner(),
      files,
      ...(draft.entries && draft.entries.length > 0 ? { entries: [...draft.entries] } : {}),
    }
    const pending = join(folder, `${id}.pending.json`)
    await writeOwnFile(pending, JSON.stringify(record))
    return {
      id,
      commit: () => settle(record, pending),
      cancel: () => unlink(pending).catch(() => undefined),
    }
  }

  async function settle(record: HistoryRecord, pending: string): Promise<void> {
    await rename(pending, join(folder, `${record.id}.json`))
    for (const file of record.files) {
      const copyDay = file.copy
        ? Math.floor(record.at / day)
        : ((await readJson(latestPath(file.realPath), latestSchema))?.copyDay ?? 0)
      await writeOwnFile(
        latestPath(file.realPath),
        JSON.stringify({ revision: file.after, copyDay, id: record.id }),
      )
    }
  }

  async function names(): Promise<readonly string[]> {
    return (await readdir(folder).catch(() => [])).filter((name) => recordName.test(name))
  }

  async function list(): Promise<readonly HistoryRecord[]> {
    const records: HistoryRecord[] = []
    for (const name of [...(await names())].sort().reverse()) {
      const record = await readJson(join(folder, name), recordSchema)
      if (record) records.push(record)
    }
    return records
  }

  async function get(id: string): Promise<HistoryRecord | null> {
    return /^[0-9A-Za-z-]+$/.test(id) ? await readJson(join(folder, `${id}.json`), recordSchema) : null
  }

  function lost(realPath: string): Result<never> {
    return fail(
      fault(
        'not-found',
        `The copy of ${realPath} that this write was made on is no longer kept.`,
        'Choose a newer write.',
      ),
    )
  }

  async function bytesOf(
    id: string,
    realPath: string,
    side: 'before' | 'after',
    known?: readonly HistoryRecord[],
  ): Promise<Result<Buffer | null>> {
    const records = known ?? (await list())
    const chain: HistoryFile[] = []
    let from = records.findIndex((record) => record.id === id)
    // Backwards to the nearest whole copy: without one, the write before left exactly these bytes.
    let base: Buffer | null = null
    for (; from >= 0 && from < records.length; from++) {
      const file = records[from]?.files.find((one) => one.realPath === realPath)
      if (!file) continue
      const next = chain[0]
      if (next && next.before !== file.after) return lost(realPath)
      chain.unshift(file)
      if (file.before === null) break
      if (file.copy) {
        base = await copyOf(file.before)
        if (base === null) return lost(realPath)
        break
      }
    }
    const first = chain[0]
    const last = chain.at(-1)
    if (!first || !last || (first.before !== null && base === null)) return lost(realPath)
    let bytes = base ?? Buffer.alloc(0)
    for (const file of chain) {
      if (file === last && side === 'before') return ok(file.before === null ? null : bytes)
      bytes = forward(bytes, file.changes)
      if (file.after !== null && revisionOf(bytes) !== file.after) return lost(realPath)
    }
    return ok(last.after === null ? null : bytes)
  }

  async function recover(): Promise<readonly HistoryRecord[]> {
    const settled: HistoryRecord[] = []
    for (const name of await readdir(folder).catch(() => [])) {
      if (!name.endsWith('.pending.json')) continue
      const pending = join(folder, name)
      const record = await readJson(pending, recordSchema)
      // Of a newer Ekscope, or no record at all: not ours to settle.
      if (!record) continue
      if (ownerState(record.owner) !== 'gone') continue
      let written = 0
      let unwritten = 0
      for (const file of record.files) {
        // Its temporary files hold secrets, and the next write there may be far away.
        await sweepFolderOf(file.realPath)
        const state = await readForWriting(file.path)
        const revision = state.ok ? state.value.revision : null
        if (revision === file.after) written++
        else if (revision === file.before) unwritten++
      }
      if (unwritten === record.files.length) {
        await unlink(pending).catch(() => undefined)
        continue
      }
      const kept = { ...record, uncertain: written !== record.files.length }
      await writeOwnFile(pending, JSON.stringify(kept))
      await settle(kept, pending)
      settled.push(kept)
    }
    await sweep()
    if (await mayBeLong()) await prune()
    return settled
  }

  /** The temporary files of a killed process hold what a kubeconfig holds. */
  async function sweep(): Promise<void> {
    for (const one of [folder, copies, join(folder, 'latest')]) await sweepLeftovers(one)
  }

  /** Without reading the records: there are more than stay in any case, and old ones or a round number of them. */
  async function mayBeLong({ minWrites, days }: Retention = defaultRetention): Promise<boolean> {
    const all = [...(await names())].sort()
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

  /** The smaller of days and bytes decides beyond the first `minWrites`; gives the number of writes dropped. */
  async function prune(retention: Retention = defaultRetention, now: number = Date.now()): Promise<number> {
    if ((await names()).length <= retention.minWrites) return 0
    const done = await underLock(async () => {
      const records = await list()
      // One of a newer Ekscope may stand on a copy that only it knows of.
      if (records.length < (await names()).length) return 0
      let bytes = 0
      let kept = 0
      const counted = new Set<string>()
      for (const record of records) {
        bytes += await sizeOf(join(folder, `${record.id}.json`))
        for (const file of record.files) {
          if (!file.copy || file.before === null || counted.has(file.before)) continue
          counted.add(file.before)
          bytes += await sizeOf(copyPath(file.before))
        }
        const old = now - record.at > retention.days * day
        if (kept >= retention.minWrites && (old || bytes > retention.bytes)) break
        kept++
      }
      const dropped = records.slice(kept)
      if (dropped.length === 0) return 0
      // The oldest kept write of each file must stand on a copy of its own before its predecessors go.
      const seen = new Set<string>()
      for (const record of records.slice(0, kept).reverse()) {
        let changed = false
        const files: HistoryFile[] = []
        for (const file of record.files) {
          if (seen.has(file.realPath) || file.copy || file.before === null) files.push(file)
          else {
            const before = await bytesOf(record.id, file.realPath, 'before')
            if (before.ok && before.value) await keepCopy(before.value, file.before)
            changed ||= before.ok
            files.push({ ...file, copy: before.ok })
          }
          seen.add(file.realPath)
        }
        if (changed)
          await writeOwnFile(join(folder, `${record.id}.json`), JSON.stringify({ ...record, files }))
      }
      for (const record of dropped) await unlink(join(folder, `${record.id}.json`)).catch(() => undefined)
      const needed = new Set<string>()
      for (const record of await list())
        for (const file of record.files)
          if (file.copy && file.before !== null) needed.add(`${file.before}.gz`)
      await drop(copies, (name) => copyName.test(name) && !needed.has(name))
      return dropped.length
    })
    return done.ok ? done.value : 0
  }

  /** Files that are not ours stay, whatever folder this may be. */
  async function drop(of: string, which: (name: string) => boolean): Promise<void> {
    for (const name of await readdir(of).catch(() => [])) if (which(name)) await unlink(join(of, name))
  }

  async function purge(): Promise<Result<number>> {
    if ((await readdir(folder).catch(() => [])).length === 0) return ok(0)
    return await underLock(async () => {
      const count = (await names()).length
      await drop(folder, (name) => recordName.test(name))
      await drop(copies, (name) => copyName.test(name))
      await drop(join(folder, 'latest'), (name) => latestName.test(name))
      await sweep()
      // Folders that hold anything else stay.
      for (const one of [copies, join(folder, 'latest')]) await rmdir(one).catch(() => undefined)
      return count
    }).catch((error: unknown) => fail(ioFault(folder, error)))
  }

  return { begin, list, get, bytesOf, recover, prune, purge }
}
