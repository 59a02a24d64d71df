/** Settles what killed processes left in the history, and forgets old writes, or all. */
import { readdir, rmdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, ok, type Result, refuse } from '../../../shared/result'
import { ioFault } from '../../system/errno'
import { ownerIn, readLock } from '../../system/lock-file'
import { writeOwnFile } from '../../system/own-file'
import { ownerState, sweepFolderOf, sweepLeftovers } from '../../system/process-owner'
import { indexName, recordPath } from './history-index'
import { historyExposure, latestFolder, timeOf } from './history-latest'
import {
  applyChanges,
  type HistoryRecord,
  isOurs,
  summaryOf,
  type WholeFile,
  type WholeRecord,
} from './history-record'
import { settleWrite } from './history-write'
import type { Recovery } from './journal'
import { acquireLocks } from './kubeconfig-lock'
import { readForWriting } from './replace'
import { settleSeen } from './seen-states'
import type { History } from './write-history'
import { noSections, type SectionsOf, type Standing, standingOf } from './write-stands'

const day = 86_400_000

interface Retention {
  readonly minWrites: number
  readonly days: number
  readonly bytes: number
}
const defaultRetention: Retention = { minWrites: 50, days: 90, bytes: 200_000_000 }

const copyName = /^[0-9a-f]{64}\.gz$/
const saidName = /^(\d{8}T\d{9}Z-[0-9a-f]{8})-[0-9a-f]{32}$/
const latestName = /^[0-9a-f]{32}\.json$/

/**
 * Settles records whose process was killed: kept if its write is on disk, dropped if it is not. `journaled`: what the
 * journal knows of writes by their ids. Drops old writes, too.
 */
export async function recoverHistory(
  history: History,
  journaled: ReadonlyMap<string, Recovery['outcome']> = new Map(),
  sections: SectionsOf = noSections,
): Promise<readonly WholeRecord[]> {
  const settled: WholeRecord[] = []
  if (historyExposure(history.folder) !== null) return settled
  // A record of a newer Ekscope, or a file that is no record, is not for this version to settle, and not among these.
  for (const record of await history.running()) {
    const pending = history.pendingPath(record.id)
    const known = journaled.get(record.id)
    if (known === 'left' || ownerState(record.owner) !== 'gone' || (await settleSeen(history, record)))
      continue
    const standings: Standing[] = []
    for (const file of record.files) {
      // Its temporary files hold secrets, and the next write there may be far away.
      await sweepFolderOf(file.realPath)
      standings.push(await standingNow(history, record, file, sections))
    }
    const all = (wanted: Standing) => standings.every((one) => one === wanted)
    if (known === 'rolled-back' || known === 'not-begun' || all('not-made')) {
      await unlink(pending).catch(() => undefined)
      continue
    }
    const isMade = known === 'complete' || known === 'completed' || all('made')
    const kept = { ...record, uncertain: !isMade }
    await writeOwnFile(pending, JSON.stringify(kept))
    await settleWrite(history, kept)
    settled.push(kept)
  }
  await sweep(history)
  if (await mayBeLong(history)) await pruneHistory(history)
  return settled
}

async function standingNow(
  history: History,
  record: WholeRecord,
  file: WholeFile,
  sections: SectionsOf,
): Promise<Standing> {
  const now = await readForWriting(file.path)
  const revision = now.ok ? now.value.revision : null
  if (revision === file.after) return 'made'
  if (revision === file.before) return 'not-made'
  if (!now.ok) return 'unknown'
  // Another program has written the file since. The record is in no list yet, and is based on the records that are.
  const records = [...(await history.list()), summaryOf(record, 0, false)].sort((a, b) =>
    a.id < b.id ? 1 : -1,
  )
  const before = await history.bytesIn(records, record.id, file.realPath, 'before')
  if (!before.ok) return 'unknown'
  const after = file.after === null ? null : applyChanges(before.value ?? Buffer.alloc(0), file.changes)
  return standingOf(file, { before: before.value, after, now: now.value.bytes }, sections)
}

/** The temporary files of a killed process hold what a kubeconfig holds. */
async function sweep({ folder, copies }: History): Promise<void> {
  const pruning = ownerIn(await readLock(join(folder, 'history.lock')))
  if (pruning !== null && ownerState(pruning) === 'gone') await underLock(folder, async () => 0)
  for (const one of [folder, copies, latestFolder(folder)]) await sweepLeftovers(one)
}

/** There are more than stay in any case, and old ones or a round number of them. */
async function mayBeLong(history: History): Promise<boolean> {
  const ids = await history.ids()
  const old = Date.now() - timeOf(ids[0] ?? '') > defaultRetention.days * day
  return ids.length > defaultRetention.minWrites && (old || ids.length % 16 === 0)
}

async function underLock(folder: string, work: () => Promise<number>): Promise<Result<number>> {
  const locks = await acquireLocks({ list: [], writes: [join(folder, 'history')], waitMs: 2_000 })
  if (!locks.ok) return locks
  try {
    return ok(await work())
  } finally {
    await locks.value.release()
  }
}

/** The smaller of days and bytes decides beyond the first `minWrites`; gives the number of writes dropped. */
export async function pruneHistory(
  history: History,
  retention: Retention = defaultRetention,
  now: number = Date.now(),
): Promise<number> {
  if ((await history.count()) <= retention.minWrites) return 0
  const { folder } = history
  const done = await underLock(folder, async () => {
    const pending = await history.running()
    const { records, unread } = await history.part()
    // It may be based on a copy that only that newer Ekscope knows of.
    if (unread.some(({ why }) => why === 'newer')) return 0
    const kept = await keptOf(history, records, retention, now)
    const needed = neededBy(pending, records)
    const dropped = records.filter((record) => !kept.has(record) && !needed.has(record.id))
    if (dropped.length === 0) return 0
    const gone = new Set(dropped)
    // A kept record that follows a dropped one needs a whole copy of its own before that one is removed.
    const bases = new Set<string>()
    const previous = new Map<string, HistoryRecord>()
    for (const record of [...records].reverse())
      for (const file of record.files) {
        const before = previous.get(file.realPath)
        previous.set(file.realPath, record)
        if (gone.has(record) || file.before === null || (before && !gone.has(before))) continue
        bases.add(file.before)
        const state = file.copy ? null : await history.bytesOf(record.id, file.realPath, 'before', records)
        if (state?.ok && state.value !== null) await history.keepCopy(state.value, file.before)
      }
    const first = dropped.find(isOurs)?.id ?? ''
    for (const { id } of [...dropped, ...unread.filter(({ id }) => id < first)])
      await unlink(recordPath(folder, id)).catch(() => undefined)
    // Beside the bases: whether a record has a copy may be read from a line of the index that is older than its copy.
    for (const { files } of [...(await history.list()), ...pending])
      for (const file of files) if (file.copy && file.before !== null) bases.add(file.before)
    await drop(history.copies, (name) => copyName.test(name) && !bases.has(name.slice(0, -'.gz'.length)))
    const ids = new Set(dropped.map(({ id }) => id))
    await drop(history.said, (name) => ids.has(saidName.exec(name)?.[1] ?? ''))
    return dropped.length
  })
  return done.ok ? done.value : 0
}

/** The records that running writes are based on: of each file those back to a whole copy. */
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

/** Which records stay: of Ekscope's writes the newest, and of what others wrote as much as there is room for beside them. */
async function keptOf(
  history: History,
  records: readonly HistoryRecord[],
  { minWrites, days, bytes: mostBytes }: Retention,
  now: number,
): Promise<ReadonlySet<HistoryRecord>> {
  let bytes = 0
  const kept = new Set<HistoryRecord>()
  const counted = new Set<string>()
  for (const own of [true, false]) {
    const least = own ? minWrites : 0
    for (const record of records.filter((one) => isOurs(one) === own)) {
      bytes += record.bytes
      for (const file of record.files) {
        if (!file.copy || file.before === null || counted.has(file.before)) continue
        counted.add(file.before)
        bytes += (await stat(history.copyPath(file.before)).catch(() => null))?.size ?? 0
      }
      if (kept.size >= least && (now - record.at > days * day || bytes > mostBytes)) break
      kept.add(record)
    }
  }
  return kept
}

/** Files that are not Ekscope's stay, whatever folder this may be. */
async function drop(folder: string, which: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) if (which(name)) await unlink(join(folder, name))
}

/** Removes every file of Ekscope; returns the number of writes forgotten. Faults of the lock: `locked`, `not-writable`. */
export async function purgeHistory(history: History): Promise<Result<number>> {
  const { folder, copies, said } = history
  const there = await history.readable()
  if (!there.ok) return there
  if ((await readdir(folder).catch(() => [])).length === 0) return ok(0)
  const done = await underLock(folder, async () => {
    const count = await history.count()
    const needed = new Set(
      (await history.running()).flatMap(({ files }) => files.map(({ before }) => `${before}.gz`)),
    )
    await drop(copies, (name) => copyName.test(name) && !needed.has(name))
    await drop(latestFolder(folder), (name) => latestName.test(name))
    await drop(said, (name) => saidName.test(name))
    await drop(folder, (name) => name === indexName)
    // Last: as long as anything is left, records show that there is.
    for (const id of await history.ids()) await unlink(recordPath(folder, id))
    await sweep(history)
    // Folders that hold anything else stay.
    for (const one of [copies, latestFolder(folder), said]) await rmdir(one).catch(() => undefined)
    return count
  }).catch((error: unknown) => fail(ioFault(folder, error)))
  // A fault of the lock or of a file in the folder: which file it is does not help a user who wants all of them removed.
  return done.ok || done.fault.code === 'locked'
    ? done
    : refuse(
        done.fault.code,
        `The history was not emptied, because ${folder} cannot be written.`,
        'Check its owner and its mode, and whether its file system is read-only or full.',
      )
}
