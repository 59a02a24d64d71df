/**
 * kubectl's own locks, taken with patience. kubectl creates `<file as listed>.lock` with O_EXCL for every file
 * of the list, sorted, and deletes it afterwards (facts: docs/editing.md); who does not take the same lock loses
 * writes, or makes kubectl lose them. Ours is born with its content, so that a kill never leaves one that
 * nobody can explain.
 */
import { createHash, randomBytes } from 'node:crypto'
import { lstatSync, readFileSync, readlinkSync, unlinkSync } from 'node:fs'
import { link, lstat, open, readdir, realpath, rename, rmdir, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as v from 'valibot'
import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import { textOfOwn } from '../../system/own-file'

/** The process that holds a lock, a journal or a temporary file: enough to say later whether it still runs. */
export interface Owner {
  readonly host: string
  /** Differs after every start of the machine; empty where the system tells none. */
  readonly bootId: string
  /** The pid namespace (containers share host name and boot id, not pids); empty where there is none. */
  readonly namespace: string
  readonly pid: number
  /** Clock ticks since boot as /proc tells, because pids are used again; empty where not known. */
  readonly startTime: string
}

const ownerSchema = v.object({
  host: v.string(),
  bootId: v.string(),
  namespace: v.string(),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  startTime: v.string(),
})
const lockSchema = v.object({ program: v.literal('ekscope'), id: v.string(), owner: ownerSchema })

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

/** When the process started, in ticks since boot (field 22 of /proc/PID/stat); empty if it is gone or not known. */
function startTimeOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`)
  // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[19] ?? ''
}

let self: Owner | null = null

/** This process as an owner; the same value for its whole life. */
export function thisOwner(): Owner {
  self ??= {
    host: hostname(),
    bootId: read('/proc/sys/kernel/random/boot_id'),
    namespace: pidNamespace(),
    pid: process.pid,
    startTime: startTimeOf(process.pid),
  }
  return self
}

/** `gone` only when that is certain; another host's or container's process is `unknown`. */
export function ownerState(owner: Owner): 'alive' | 'gone' | 'unknown' {
  const me = thisOwner()
  if (owner.host !== me.host) return 'unknown'
  if (owner.bootId !== '' && me.bootId !== '' && owner.bootId !== me.bootId) return 'gone'
  if (owner.namespace !== me.namespace) return 'unknown'
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return 'gone'
  }
  const started = startTimeOf(owner.pid)
  if (owner.startTime !== '' && started !== '' && owner.startTime !== started) return 'gone'
  return 'alive'
}

export { ownerSchema }

/** The errno name of a thrown system error; empty for anything else. */
export function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code
  return ''
}

/** One argument of a POSIX shell command line. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

export interface LockProgress {
  readonly path: string
  /** How long the lock in the way has existed, ms. */
  readonly ageMs: number
  readonly waitedMs: number
  readonly holder: 'ekscope' | 'other'
}

export interface LockOptions {
  /** Files that will be written: their lock must be had. Of others it is taken where their folder lets us. */
  readonly writes: readonly string[]
  /** Every file of the list, as listed: kubectl locks them all. */
  readonly list: readonly string[]
  /** Bound of the whole wait, ms. */
  readonly waitMs?: number
  readonly onWait?: (progress: LockProgress) => void
  /** A folder of a written file that takes no new files: go on without its lock (in-place writes only). */
  readonly withoutLockWhereImpossible?: boolean
}

export interface HeldLocks {
  readonly paths: readonly string[]
  /** Locks that could not be had because their folder takes no new files or is not there. */
  readonly without: readonly string[]
  /** False when one of them is no longer ours: somebody removed it by hand. */
  stillHeld(): Promise<boolean>
  release(): Promise<void>
}

const held = new Map<string, string>()
let exitHooked = false

function removeHeldAtExit(): void {
  for (const [path, content] of held) {
    try {
      if (lstatSync(path).isFile() && readFileSync(path, 'utf8') === content) unlinkSync(path)
    } catch {
      // Gone already, or not ours any more: either way nothing to remove.
    }
  }
}

/** The lock files for a list, in kubectl's order, without two names for one lock. */
async function lockPaths(options: LockOptions): Promise<{ path: string; needed: boolean }[]> {
  const writes = new Set(options.writes)
  const byPlace = new Map<string, { path: string; needed: boolean }>()
  const add = async (file: string, needed: boolean): Promise<void> => {
    const path = `${file}.lock`
    const folder = await realpath(dirname(path)).catch(() => dirname(path))
    const place = join(folder, basename(path))
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

/** A lock's content; empty where there is none, or something that is no lock of ours. */
const lockText = async (path: string): Promise<string> => (await textOfOwn(path, 4_096)) ?? ''

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/** A file system that knows no hard links. */
const noHardLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

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
  // Cheap first: fifty waiters that each write a file to find the lock taken would keep its holder from its work.
  if (await isThere(path)) return await inspect(path)
  const temporary = join(dirname(path), temporaryName(basename(path)))
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(content)
    } finally {
      await handle.close()
    }
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    return { kind: 'impossible', code: codeOf(error) }
  }
  try {
    await link(temporary, path)
    return { kind: 'had' }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return await inspect(path)
    if (noHardLinks.has(code)) return await createExclusively(path, content)
    return { kind: 'impossible', code }
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}

/** Where the file system knows no hard links: as kubectl does it, and the content right after. */
async function createExclusively(path: string, content: string): Promise<Attempt> {
  try {
    const handle = await open(path, 'wx', 0o600)
    try {
      await handle.writeFile(content)
    } finally {
      await handle.close()
    }
    return { kind: 'had' }
  } catch (error) {
    const code = codeOf(error)
    return code === 'EEXIST' ? await inspect(path) : { kind: 'impossible', code }
  }
}

function parseLock(content: string): v.InferOutput<typeof lockSchema> | null {
  try {
    const parsed = v.safeParse(lockSchema, JSON.parse(content))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}

/** Looks at a lock in the way; takes it out of the way when it is ours and its process is certainly gone. */
async function inspect(path: string): Promise<Attempt> {
  let content: string
  let ageMs: number
  let folder = false
  try {
    const stat = await lstat(path)
    ageMs = Math.max(0, Date.now() - stat.mtimeMs)
    // kubectl's locks are empty and have mode 0: only root could read them, and there is nothing to read.
    folder = stat.isDirectory()
    content = stat.isFile() && stat.size > 0 ? await lockText(path) : ''
  } catch {
    return { kind: 'busy', ageMs: 0, holder: 'other', folder }
  }
  const lock = parseLock(content)
  if (!lock) return { kind: 'busy', ageMs, holder: 'other', folder }
  if (ownerState(lock.owner) === 'gone') await moveAside(path, content)
  return { kind: 'busy', ageMs, holder: 'ekscope', folder }
}

/**
 * Removes a lock that was judged stale: one process at a time, and only while it still is that very lock. (Its owner
 * may have released it and ended between our look at the lock and our look at the process; then somebody else's
 * living lock stands there.) It is renamed aside and what was moved is read: a living one would be put back.
 */
async function moveAside(path: string, judged: string): Promise<void> {
  const claim = join(dirname(path), `.${basename(path)}.ekscope-takeover`)
  if (!(await takeClaim(claim))) return
  try {
    // The owner is gone, so it is still there only if it was never released; and nobody else may take it over now.
    if ((await lockText(path)) !== judged) return
    const aside = join(dirname(path), temporaryName(basename(path)))
    await rename(path, aside)
    const moved = await lockText(aside)
    if (moved !== judged) await link(aside, path).catch(() => undefined)
    await unlink(aside).catch(() => undefined)
  } catch {
    // It went away by itself: the next attempt finds out.
  } finally {
    await unlink(claim).catch(() => undefined)
  }
}

async function takeClaim(claim: string): Promise<boolean> {
  const content = JSON.stringify({ program: 'ekscope', id: 'takeover', owner: thisOwner() })
  const temporary = join(dirname(claim), temporaryName('takeover'))
  try {
    await writeFile(temporary, content, { flag: 'wx', mode: 0o600 })
    await link(temporary, claim)
    return true
  } catch (error) {
    if (noHardLinks.has(codeOf(error))) return true
    const other = parseLock(await lockText(claim))
    if (other && ownerState(other.owner) === 'gone') await unlink(claim).catch(() => undefined)
    return false
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
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
    `${path} is held by ${whose} since ${ageInWords(busy.ageMs)}; nothing was written.`,
    `Wait until it is done; if no such program runs any more, remove the lock: ${busy.folder ? 'rmdir' : 'rm'} ${shellWord(path)}`,
  )
}

const isFull = (code: string): boolean => code === 'ENOSPC' || code === 'EDQUOT'

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
      `Create it (mkdir -p ${shellWord(dirname(path))}) or choose another file.`,
    )
  return fault(
    'not-writable',
    `The lock ${path} cannot be created (${code || 'unknown error'}): the folder takes no new files; nothing was written.`,
    code === 'EROFS'
      ? 'The file system is read-only: choose another file, or mount it writable.'
      : `Make the folder writable for you (ls -ld ${shellWord(dirname(path))}), or write in place.`,
  )
}

/**
 * Takes the locks of a whole list, all or none, waiting at most `waitMs` (60 s by default). Faults: `locked`
 * with path, age and the `rm` to run; `cancelled`; `not-writable` and `disk-full` when a lock cannot be made.
 */
export async function acquireLocks(options: LockOptions, signal?: AbortSignal): Promise<Result<HeldLocks>> {
  const waitMs = options.waitMs ?? 60_000
  const content = `${JSON.stringify({ program: 'ekscope', id: randomBytes(8).toString('hex'), owner: thisOwner() })}\n`
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
      return ok(heldLocks(taken, without, content))
    }
    await releaseAll(taken, content)
    if (refused) return fail(refused)
    if (busy) {
      const waitedMs = Date.now() - began
      if (waitedMs >= waitMs) return fail(lockedFault(busy.path, busy))
      options.onWait?.({ path: busy.path, ageMs: busy.ageMs, holder: busy.holder, waitedMs })
      // Longer the longer it takes, with jitter: many writers that collided do not collide again in step.
      const pause = Math.min(5 + round * 3, 120) * (0.5 + Math.random())
      try {
        await sleep(Math.min(pause, waitMs - waitedMs), undefined, signal ? { signal } : {})
      } catch {
        return fail(cancelled())
      }
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

function heldLocks(paths: readonly string[], without: readonly string[], content: string): HeldLocks {
  return {
    paths,
    without,
    stillHeld: async () => {
      for (const path of paths) if ((await lockText(path)) !== content) return false
      return true
    },
    release: () => releaseAll(paths, content),
  }
}

async function releaseAll(paths: readonly string[], content: string): Promise<void> {
  for (const path of [...paths].reverse()) {
    held.delete(path)
    // One that was replaced by hand belongs to somebody else now.
    if ((await lockText(path)) === content) await unlink(path).catch(() => undefined)
  }
}

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8)

/**
 * A name for a temporary file beside `name` that tells its owner, so that what a killed process left behind is
 * recognised by `sweepLeftovers`.
 */
export function temporaryName(name: string): string {
  const me = thisOwner()
  const place = `${short(me.host)}${short(me.namespace)}-${short(me.bootId)}`
  return `.${name.slice(0, 120)}.ekscope-${place}-${me.pid}-${me.startTime || '0'}-${randomBytes(6).toString('hex')}.tmp`
}

const leftover = /\.ekscope-([0-9a-f]{16})-([0-9a-f]{8})-(\d+)-(\d+)-[0-9a-f]{12}\.tmp$/

/** Removes our temporary files in a folder whose process is certainly gone; gives the names removed. */
export async function sweepLeftovers(folder: string): Promise<readonly string[]> {
  const me = thisOwner()
  const removed: string[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const found = leftover.exec(name)
    if (!found) continue
    const [, place = '', boot = '', pid = '', startTime = ''] = found
    if (place !== `${short(me.host)}${short(me.namespace)}`) continue
    const owner = { ...me, pid: Number(pid), startTime: startTime === '0' ? '' : startTime }
    if (boot === short(me.bootId) && ownerState(owner) !== 'gone') continue
    const done = await unlink(join(folder, name)).then(
      () => true,
      () => false,
    )
    if (done) removed.push(name)
  }
  return removed
}

/** Waits; the only clock that the write path needs. */
export async function pause(ms: number): Promise<void> {
  await sleep(ms)
}

/** Sweeps the folder of a file that is about to be written. */
export async function sweepFolderOf(path: string): Promise<void> {
  await sweepLeftovers(dirname(path))
}

/**
 * Removes a lock because the user said so, after having been shown its path and age. One of a living Ekscope is
 * refused (`locked`): that process is in the middle of a write.
 */
export async function removeLock(path: string): Promise<Result<null>> {
  const content = await lockText(path)
  const lock = parseLock(content)
  if (lock && ownerState(lock.owner) === 'alive')
    return fail(lockedFault(path, { ageMs: 0, holder: 'ekscope', folder: false }))
  try {
    const folder = await lstat(path).then((found) => found.isDirectory())
    await (folder ? rmdir(path) : unlink(path))
    return ok(null)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return ok(null)
    return fail(
      fault(
        'not-writable',
        `The lock ${path} could not be removed (${code || 'unknown error'}).`,
        `Look at what stands there: ls -la ${shellWord(path)}`,
      ),
    )
  }
}
