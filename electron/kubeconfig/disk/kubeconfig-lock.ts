/**
 * kubectl's own locks, taken with patience. kubectl creates `<file as listed>.lock` with O_EXCL for every file
 * of the list, sorted, and deletes it afterwards (facts: docs/editing.md). A program that does not take it loses
 * writes, or makes kubectl lose them. Ekscope's lock is created with its content, so that a killed process never leaves
 * one without an owner.
 */
import { randomBytes } from 'node:crypto'
import { lstatSync, readFileSync, unlinkSync } from 'node:fs'
import { lstat, realpath, rmdir, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { once } from '../../../shared/once'
import { type Fault, fail, fault, ok, type Result, refuse } from '../../../shared/result'
import { option } from '../../../shared/shell/offered-command'
import { codeOf, isFull } from '../../system/errno'
import {
  isThere,
  lockTextOf,
  makeLock,
  ownerIn,
  readLock,
  releaseLock,
  removeAbandoned,
  takenAgain,
} from '../../system/lock-file'
import { offered } from '../../system/offer'
import { pause } from '../../system/pause'
import { hasLeftover, ownerState, sweepFolderOf, temporaryName } from '../../system/process-owner'
import { abandonedNotes, noteLocks } from './kubeconfig-lock-notes'

export interface LockProgress {
  readonly path: string
  /** Age of the busy lock, ms. */
  readonly ageMs: number
  readonly waitedMs: number
  readonly holder: 'ekscope' | 'other'
}

export interface LockOptions {
  /** Files that will be written: their locks are required. The locks of others are taken where their folder allows it. */
  readonly writes: readonly string[]
  /** Every file of the list, as listed: kubectl locks them all. */
  readonly list: readonly string[]
  /** Bound of the whole wait, ms. */
  readonly waitMs?: number | undefined
  readonly onWait?: ((progress: LockProgress) => void) | undefined
  /** Where the folder of a written file takes no new files: continue without its lock (in-place writes only). */
  readonly withoutLockWhereImpossible?: boolean
  /** Ekscope's folder in which held locks are noted, for `releaseNoted` if this process is killed. */
  readonly notes?: string | undefined
}

export interface HeldLocks {
  /** False when one of them is no longer this process's: it was removed manually. */
  stillHeld(): Promise<boolean>
  release(): Promise<void>
}

const held = new Map<string, string>()
let exitHooked = false

function removeHeldAtExit(): void {
  for (const [path, content] of [...held].reverse()) {
    try {
      if (lstatSync(path).isFile() && readFileSync(path, 'utf8') === content) unlinkSync(path)
    } catch {
      // Gone already, or no longer this process's: either way there is nothing to remove.
    }
  }
}

const realPathOr = (path: string): Promise<string> => realpath(path).catch(() => path)

/** Where a file is, the same for each path that leads to its folder: a link, or a mount, which a real path does not show. */
async function placeOf(file: string): Promise<string> {
  const folder = dirname(file)
  const facts = await stat(folder, { bigint: true }).catch(() => null)
  const named = facts !== null && facts.ino > 0n
  return join(named ? `${facts.dev}:${facts.ino}` : await realPathOr(folder), basename(file))
}

/** The file of these whose lock is, or would be, at this real path; null for any other path. */
export async function fileLockedBy(realPath: string, files: readonly string[]): Promise<string | null> {
  if (!realPath.endsWith('.lock')) return null
  const place = await placeOf(realPath)
  for (const file of files)
    for (const name of [file, await realPathOr(file)])
      if ((await placeOf(`${name}.lock`)) === place) return file
  return null
}

/** The lock files for a list, in kubectl's order, without two names for one lock. */
async function lockPaths({ list, writes }: LockOptions): Promise<{ path: string; needed: boolean }[]> {
  const byPlace = new Map<string, { path: string; needed: boolean }>()
  for (const file of new Set([...list, ...writes]))
    for (const name of new Set([file, await realPathOr(file)])) {
      const path = `${name}.lock`
      const lock = once(byPlace, await placeOf(path), () => ({ path, needed: false }))
      lock.needed ||= writes.includes(file)
    }
  return [...byPlace.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

/** A busy lock. */
interface Busy extends Pick<LockProgress, 'path' | 'ageMs' | 'holder'> {
  /** There is a folder where the lock would be. */
  readonly folder: boolean
}

const temporaryBeside = (path: string): string => join(dirname(path), temporaryName(basename(path)))

/** Looks at a busy lock; removes it when it is Ekscope's and its process is certainly gone. */
async function inspect(path: string): Promise<Busy> {
  const found = await lstat(path).catch(() => null)
  const ageMs = Math.max(0, Date.now() - (found?.mtimeMs ?? Number.POSITIVE_INFINITY))
  // kubectl's locks are empty and have mode 0: only root could read them, and there is nothing to read.
  const text = found && found.size > 0 ? await readLock(path) : null
  const owner = ownerIn(text)
  if (text !== null && owner !== null && ownerState(owner) === 'gone')
    await removeAbandoned({
      path,
      text,
      claim: join(dirname(path), `.${basename(path)}.ekscope-takeover`),
      temporary: () => temporaryBeside(path),
    })
  return { path, ageMs, holder: owner === null ? 'other' : 'ekscope', folder: found?.isDirectory() === true }
}

/** How long the lock is held after renaming a file of this size, ms: kubectl reads before it locks, and would undo the change. */
export const lingerMs = (bytes: number): number => Math.min(300, Math.round(60 + (150 * bytes) / 1_000_000))

function ageInWords(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}

function lockedFault({ path, holder, ageMs, folder }: Busy): Fault {
  const whose = holder === 'ekscope' ? 'another Ekscope' : 'another program (kubectl uses this lock)'
  return fault(
    'locked',
    `${path} has been held by ${whose} for ${ageInWords(ageMs)}; nothing was written.`,
    `Wait until it is done. If no such program is running any more, remove the lock: ${offered(folder ? 'rmdir' : 'rm', path)}.`,
  )
}

function impossibleFault(path: string, code: string): Fault {
  if (isFull(code))
    return fault(
      'disk-full',
      `There is no space left for the lock ${path}; nothing was written.`,
      `Free some space on the file system of ${dirname(path)} and try again.`,
    )
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return fault(
      'not-writable',
      `The folder ${dirname(path)} does not exist; nothing was written.`,
      `Create it (${offered('mkdir', option('-p'), dirname(path))}) or choose another file.`,
    )
  return fault(
    'not-writable',
    `The lock ${path} cannot be created (${code || 'unknown error'}): the folder takes no new files; nothing was written.`,
    code === 'EROFS'
      ? 'The file system is read-only: choose another file, or mount it writable.'
      : `Make the folder writable for you (${offered('ls', option('-ld'), dirname(path))}), or write in place.`,
  )
}

/**
 * Takes the locks of a whole list, all or none, waiting at most `waitMs` (60 s by default). Faults: `locked`
 * with path, age and the `rm` to run; `cancelled`; `not-writable` and `disk-full` when a lock cannot be made.
 */
export async function acquireLocks(options: LockOptions, signal?: AbortSignal): Promise<Result<HeldLocks>> {
  const content = `${lockTextOf(randomBytes(8).toString('hex'))}\n`
  const { notes } = options
  const paths = notes === undefined ? [] : (await lockPaths(options)).map(({ path }) => path)
  const note = notes === undefined ? null : await noteLocks(notes, paths)
  if (note) held.set(note.path, note.content)
  const locks = await acquire(options, content, signal)
  // What could not be removed is found by its note, and removed by a later start.
  const forget = async (): Promise<void> => {
    if (note === null) return
    for (const path of paths)
      if ((await readLock(path)) === content || (await hasLeftover(dirname(path))))
        return void held.delete(note.path)
    await releaseAll(new Map([[note.path, note.content]]))
  }
  if (!locks.ok) {
    await forget()
    return locks
  }
  const { release } = locks.value
  return ok({ ...locks.value, release: () => release().then(forget) })
}

async function acquire(
  options: LockOptions,
  content: string,
  signal?: AbortSignal,
): Promise<Result<HeldLocks>> {
  const { waitMs = 60_000, onWait } = options
  const began = Date.now()
  for (let round = 0; ; round++) {
    if (signal?.aborted) return cancelled()
    const taken = new Map<string, string>()
    const stopped = await takeAll(options, content, taken)
    if (stopped === null) {
      if (!exitHooked) process.once('exit', removeHeldAtExit)
      exitHooked = true
      return ok({
        async stillHeld() {
          for (const [path, text] of taken) if ((await readLock(path)) !== text) return false
          return true
        },
        release: () => releaseAll(taken),
      })
    }
    await releaseAll(taken)
    if ('code' in stopped) return fail(stopped)
    const { folder: _, ...busy } = stopped
    const waitedMs = Date.now() - began
    if (waitedMs >= waitMs) return fail(lockedFault(stopped))
    onWait?.({ ...busy, waitedMs })
    // Longer the longer it takes, with jitter: many writers that collided do not collide again in step.
    const wait = Math.min(5 + round * 3, 120) * (0.5 + Math.random())
    if (!(await pause(Math.min(wait, waitMs - waitedMs), signal))) return cancelled()
  }
}

/**
 * Takes the locks in their order, into `taken`, each with its text. Returns the busy one, or why one cannot be made; null: all needed
 * are taken.
 */
async function takeAll(
  options: LockOptions,
  content: string,
  taken: Map<string, string>,
): Promise<Busy | Fault | null> {
  for (const { path, needed } of await lockPaths(options)) {
    try {
      const again = await takenAgain(path)
      // Cheap first: fifty waiters that each write a file to find the lock taken would slow its holder down.
      const isFree = again !== null || !(await isThere(path))
      if (!isFree || (again === null && !(await makeLock(path, content, temporaryBeside(path)))))
        return await inspect(path)
      taken.set(path, again ?? content)
      held.set(path, again ?? content)
    } catch (error) {
      const code = codeOf(error)
      if (needed && (!options.withoutLockWhereImpossible || isFull(code))) return impossibleFault(path, code)
    }
  }
  return null
}

const cancelled = (): Result<never> =>
  refuse('cancelled', 'Cancelled while waiting for a lock; nothing was written.', 'Apply again when ready.')

async function releaseAll(taken: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of [...taken].reverse()) if (await releaseLock(path, text)) held.delete(path)
}

/**
 * Releases what a killed Ekscope had noted in this folder before it took it. A note stays as long as one of its locks does
 * that no process holds any more.
 */
export async function releaseNoted(folder: string): Promise<void> {
  for (const { path: note, locks } of await abandonedNotes(folder)) {
    let left = false
    for (const path of locks) {
      if (await isThere(path)) await inspect(path)
      await sweepFolderOf(path)
      const owner = ownerIn(await readLock(path))
      left ||= owner !== null && ownerState(owner) === 'gone'
    }
    if (!left) await unlink(note).catch(() => undefined)
  }
}

/** A lock as the user is shown it. */
export interface LockSeen {
  readonly holder: string
  /** Differs from that of any other lock of that name. */
  readonly stamp: string
}

/** What is at the path of that lock now; null: nothing. */
export async function lockSeen(path: string, now: number): Promise<LockSeen | null> {
  const owner = ownerIn(await readLock(path))
  const found = await lstat(path, { bigint: true }).catch(() => null)
  if (found === null) return null
  const { dev, ino, mtimeNs } = found
  const who =
    owner === null ? 'another program, as kubectl' : `Ekscope, process ${owner.pid} on ${owner.host}`
  const seconds = Math.max(0, Math.round((now - Number(mtimeNs / 1_000_000n)) / 1_000))
  return { holder: `${who}, ${seconds} s old`, stamp: [dev, ino, mtimeNs].join(' ') }
}

/**
 * Removes a lock because the user decided so, having seen its path and age. The lock of a living Ekscope is refused
 * (`locked`): that process is in the middle of a write. So is another one than was shown (`changed-on-disk`).
 */
export async function removeLock(path: string, stamp: string): Promise<Result<null>> {
  const now = await lockSeen(path, 0)
  if (now !== null && now.stamp !== stamp)
    return refuse(
      'changed-on-disk',
      `${path} is not the lock that was shown.`,
      'Wait for that lock, or ask again.',
    )
  const owner = ownerIn(await readLock(path))
  if (owner && ownerState(owner) === 'alive')
    return refuse(
      'locked',
      `${path} is held by Ekscope, process ${owner.pid}, which is running: the lock was not removed.`,
      'Wait until that process is done, or end it.',
    )
  try {
    const folder = await lstat(path).then((found) => found.isDirectory())
    await (folder ? rmdir(path) : unlink(path))
    return ok(null)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return ok(null)
    return refuse(
      'not-writable',
      `The lock ${path} could not be removed (${code || 'unknown error'}).`,
      `Check what is there: ${offered('ls', option('-la'), path)}.`,
    )
  }
}
