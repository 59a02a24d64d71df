/**
 * kubectl's own locks, taken with patience. kubectl creates `<file as listed>.lock` with O_EXCL for every file
 * of the list, sorted, and deletes it afterwards (facts: docs/editing.md). A program that does not take it loses
 * writes, or makes kubectl lose them. Our lock is born with its content, so that a killed process never leaves one
 * without an owner.
 */
import { randomBytes } from 'node:crypto'
import { lstatSync, readFileSync, unlinkSync } from 'node:fs'
import { lstat, realpath, rmdir, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Fault, fail, fault, ok, type Result, refuse } from '../../../shared/result'
import { option } from '../../../shared/shell/offer'
import { codeOf, isFull } from '../../system/errno'
import { isThere, lockTextOf, makeLock, ownerIn, readLock, removeAbandoned } from '../../system/lock-file'
import { offered } from '../../system/offer'
import { pause } from '../../system/pause'
import { hasLeftover, ownerState, sweepFolderOf, temporaryName } from '../../system/process-owner'
import { abandonedNotes, noteLocks } from './lock-notes'

export interface LockProgress {
  readonly path: string
  /** How long the lock in the way has existed, ms. */
  readonly ageMs: number
  readonly waitedMs: number
  readonly holder: 'ekscope' | 'other'
}

export interface LockOptions {
  /** Files that will be written: their lock must be had. The locks of others are taken where their folder allows it. */
  readonly writes: readonly string[]
  /** Every file of the list, as listed: kubectl locks them all. */
  readonly list: readonly string[]
  /** Bound of the whole wait, ms. */
  readonly waitMs?: number | undefined
  readonly onWait?: ((progress: LockProgress) => void) | undefined
  /** Where the folder of a written file takes no new files: go on without its lock (in-place writes only). */
  readonly withoutLockWhereImpossible?: boolean
  /** Our folder in which the locks are noted as long as they are held, for `releaseNoted` should we be killed. */
  readonly notes?: string | undefined
}

export interface HeldLocks {
  readonly paths: readonly string[]
  /** Locks that could not be had because their folder takes no new files or is not there. */
  readonly without: readonly string[]
  /** False when one of them is no longer ours: it was removed by hand. */
  stillHeld(): Promise<boolean>
  release(): Promise<void>
}

const held = new Map<string, string>()
/** What is in locks of this process that it has released and could not remove. */
const unremoved = new Set<string>()
let exitHooked = false

function removeHeldAtExit(): void {
  for (const [path, content] of [...held].reverse()) {
    try {
      if (lstatSync(path).isFile() && readFileSync(path, 'utf8') === content) unlinkSync(path)
    } catch {
      // Gone already, or no longer ours: either way there is nothing to remove.
    }
  }
}

/** Where a file is, whatever name leads to its folder: by a link, or by a mount, which no real path tells. */
async function placeOf(file: string): Promise<string> {
  const folder = dirname(file)
  const facts = await stat(folder, { bigint: true }).catch(() => null)
  const named = facts !== null && facts.ino > 0n
  return join(
    named ? `${facts.dev}:${facts.ino}` : await realpath(folder).catch(() => folder),
    basename(file),
  )
}

/** The file of these whose lock is, or would be, at this real path; null for any other path. */
export async function fileLockedBy(realPath: string, files: readonly string[]): Promise<string | null> {
  if (!realPath.endsWith('.lock')) return null
  const place = await placeOf(realPath)
  for (const file of files)
    for (const name of [file, await realpath(file).catch(() => file)])
      if ((await placeOf(`${name}.lock`)) === place) return file
  return null
}

/** The lock files for a list, in kubectl's order, without two names for one lock. */
async function lockPaths(options: LockOptions): Promise<{ path: string; needed: boolean }[]> {
  const writes = new Set(options.writes)
  const byPlace = new Map<string, { path: string; needed: boolean }>()
  const add = async (file: string, needed: boolean): Promise<void> => {
    const path = `${file}.lock`
    const place = await placeOf(path)
    const known = byPlace.get(place)
    byPlace.set(place, { path: known?.path ?? path, needed: needed || known?.needed === true })
  }
  for (const file of [...new Set([...options.list, ...options.writes])]) {
    const needed = writes.has(file)
    await add(file, needed)
    const real = await realpath(file).catch(() => file)
    if (real !== file) await add(real, needed)
  }
  return [...byPlace.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

interface Busy {
  readonly ageMs: number
  readonly holder: 'ekscope' | 'other'
  /** A folder stands where the lock would be. */
  readonly folder: boolean
}

type Attempt =
  | { readonly kind: 'had' }
  | ({ readonly kind: 'busy' } & Busy)
  | { readonly kind: 'impossible'; readonly code: string }

async function attempt(path: string, content: string): Promise<Attempt> {
  // Cheap first: fifty waiters that each write a file to find the lock taken would slow its holder down.
  if (await isThere(path)) return await inspect(path)
  try {
    return (await makeLock(path, content, temporaryBeside(path))) ? { kind: 'had' } : await inspect(path)
  } catch (error) {
    return { kind: 'impossible', code: codeOf(error) }
  }
}

const temporaryBeside = (path: string): string => join(dirname(path), temporaryName(basename(path)))

/** Looks at a lock in the way; takes it out of the way when it is ours and its process is certainly gone, or has released it. */
async function inspect(path: string): Promise<Attempt> {
  let text: string | null
  let ageMs: number
  let folder = false
  try {
    const found = await lstat(path)
    ageMs = Math.max(0, Date.now() - found.mtimeMs)
    folder = found.isDirectory()
    // kubectl's locks are empty and have mode 0: only root could read them, and there is nothing to read.
    text = found.size > 0 ? await readLock(path) : null
  } catch {
    return { kind: 'busy', ageMs: 0, holder: 'other', folder }
  }
  const owner = ownerIn(text)
  if (text === null || owner === null) return { kind: 'busy', ageMs, holder: 'other', folder }
  if (unremoved.has(text) || ownerState(owner) === 'gone') {
    await removeAbandoned({
      path,
      text,
      claim: join(dirname(path), `.${basename(path)}.ekscope-takeover`),
      temporary: () => temporaryBeside(path),
    })
  }
  return { kind: 'busy', ageMs, holder: 'ekscope', folder }
}

/** How long the lock is held on after a rename, ms: kubectl reads before it locks, and would delete our change. */
export function lingerMs(bytes: number): number {
  return Math.min(300, Math.round(neededLingerMs(bytes)))
}

/** What would be needed for a file of this size without the cap of `lingerMs`. */
export function neededLingerMs(bytes: number): number {
  return 60 + (150 * bytes) / 1_000_000
}

function ageInWords(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}

function lockedFault(path: string, busy: Busy): Fault {
  const whose = busy.holder === 'ekscope' ? 'another Ekscope' : 'another program (kubectl uses this lock)'
  return fault(
    'locked',
    `${path} has been held by ${whose} for ${ageInWords(busy.ageMs)}; nothing was written.`,
    `Wait until it is done. If no such program is running any more, remove the lock: ${offered(busy.folder ? 'rmdir' : 'rm', path)}.`,
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
  const paths = options.notes === undefined ? [] : (await lockPaths(options)).map(({ path }) => path)
  const note = options.notes === undefined ? null : await noteLocks(options.notes, paths)
  if (note) held.set(note.path, note.content)
  const locks = await acquire(options, content, signal)
  // What could not be removed is found by its note, and removed by a later start.
  const forget = async (): Promise<void> => {
    if (note === null) return
    for (const path of paths)
      if ((await readLock(path)) === content || (await hasLeftover(dirname(path))))
        return void held.delete(note.path)
    await releaseAll([note.path], note.content)
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
  const waitMs = options.waitMs ?? 60_000
  const began = Date.now()
  for (let round = 0; ; round++) {
    if (signal?.aborted) return fail(cancelled())
    const taken: string[] = []
    const without: string[] = []
    let busy: (Busy & { readonly path: string }) | null = null
    let refused: Fault | null = null
    for (const { path, needed } of await lockPaths(options)) {
      const result = await attempt(path, content)
      if (result.kind === 'had') {
        taken.push(path)
        held.set(path, content)
      } else if (result.kind === 'busy') {
        busy = { ...result, path }
        break
      } else if (needed && (!options.withoutLockWhereImpossible || isFull(result.code))) {
        refused = impossibleFault(path, result.code)
        break
      } else without.push(path)
    }
    if (!busy && !refused) {
      if (!exitHooked) {
        exitHooked = true
        process.once('exit', removeHeldAtExit)
      }
      return ok({
        paths: taken,
        without,
        stillHeld: async () => (await Promise.all(taken.map(readLock))).every((text) => text === content),
        release: () => releaseAll(taken, content),
      })
    }
    await releaseAll(taken, content)
    if (refused) return fail(refused)
    if (busy) {
      const waitedMs = Date.now() - began
      if (waitedMs >= waitMs) return fail(lockedFault(busy.path, busy))
      options.onWait?.({ path: busy.path, ageMs: busy.ageMs, holder: busy.holder, waitedMs })
      // Longer the longer it takes, with jitter: many writers that collided do not collide again in step.
      const wait = Math.min(5 + round * 3, 120) * (0.5 + Math.random())
      if (!(await pause(Math.min(wait, waitMs - waitedMs), signal))) return fail(cancelled())
    }
  }
}

function cancelled(): Fault {
  return fault(
    'cancelled',
    'Cancelled while waiting for a lock; nothing was written.',
    'Apply again when ready.',
  )
}

async function releaseAll(paths: readonly string[], content: string): Promise<void> {
  for (const path of [...paths].reverse()) {
    // One that was replaced by hand is no longer ours.
    const gone =
      (await readLock(path)) !== content ||
      (await unlink(path).then(
        () => true,
        () => false,
      ))
    if (gone) held.delete(path)
    else unremoved.add(content)
  }
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
  /** Another lock of that name has another. */
  readonly stamp: string
}

/** What is there in the place of that lock now; null: nothing, it is gone. */
export async function lockSeen(path: string, now: number): Promise<LockSeen | null> {
  const owner = ownerIn(await readLock(path))
  const stamp = await stampOf(path)
  if (stamp === null) return null
  const age = `, ${Math.max(0, Math.round((now - stamp.modified) / 1_000))} s old`
  const holder =
    owner === null
      ? `another program, as kubectl${age}`
      : `Ekscope, process ${owner.pid} on ${owner.host}${age}`
  return { holder, stamp: stamp.text }
}

async function stampOf(path: string): Promise<{ readonly text: string; readonly modified: number } | null> {
  const found = await lstat(path, { bigint: true }).catch(() => null)
  if (found === null) return null
  const { dev, ino, mtimeNs } = found
  return { text: [dev, ino, mtimeNs].join(' '), modified: Number(mtimeNs / 1_000_000n) }
}

/**
 * Removes a lock because the user decided so, having seen its path and age. The lock of a living Ekscope is refused
 * (`locked`): that process is in the middle of a write. So is another one than was shown (`changed-on-disk`).
 */
export async function removeLock(path: string, stamp: string): Promise<Result<null>> {
  const now = await stampOf(path)
  if (now !== null && now.text !== stamp)
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
