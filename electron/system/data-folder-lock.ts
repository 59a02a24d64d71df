/**
 * The lock of Ekscope's own data folder: a file created with its content by link(2), where there are hard links, so that a
 * killed process never leaves one without an owner. It is held for milliseconds; a lock whose process has ended is taken over.
 */
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { once } from '../../shared/once'
import { type Result, refuse } from '../../shared/result'
import {
  isThere,
  lockTextOf,
  makeLock,
  ownerIn,
  readLock,
  releaseLock,
  removeAbandoned,
  takenAgain,
} from './lock-file'
import { monotonicMs } from './monotonic'
import { pause } from './pause'
import { ownerState, sweepLeftovers, temporaryName } from './process-owner'
import { slots } from './slots'

/** No write takes this long: an older lock belongs to a process that has ended. */
const abandonedAfterMs = 60_000

// Writers of one process wait here first: they share a pid, so the file alone could not tell them apart.
const writers = new Map<string, ReturnType<typeof slots>>()

/**
 * Runs `work` while holding `<folder>/lock`. Fault `locked` when it could not be had within `waitMs`;
 * what `work` throws passes through after the lock is released.
 */
export const withFolderLock = <T>(
  folder: string,
  waitMs: number,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> => once(writers, folder, () => slots(1))(() => locked(folder, waitMs, work))

async function locked<T>(folder: string, waitMs: number, work: () => Promise<Result<T>>): Promise<Result<T>> {
  const lock = path.join(folder, 'lock')
  const release = await takenLock(lock, waitMs)
  if (release === null)
    return refuse(
      'locked',
      `another Ekscope has been writing to ${folder} for more than ${Math.round(waitMs / 1000)} s`,
      `End that Ekscope, or remove ${lock} if none is running.`,
    )
  try {
    return await work()
  } finally {
    await release()
  }
}

/**
 * Takes a lock by its path, once its owner has released it or ended; gives what releases it. Null where it could not be had within
 * `waitMs`, or is needed no more. Throws system errors.
 */
export async function takenLock(
  lock: string,
  waitMs: number,
  needed: () => Promise<boolean> = async () => true,
): Promise<(() => Promise<unknown>) | null> {
  const content = lockTextOf(randomBytes(12).toString('hex'))
  // Not by wall-clock time, which may be set meanwhile.
  const until = monotonicMs() + waitMs
  for (let wait = 2; ; wait = Math.min(wait * 2, 50)) {
    const again = await takenAgain(lock)
    if (again !== null) return () => releaseLock(lock, again)
    if (!(await isThere(lock)) && (await makeLock(lock, content, besideLock(lock))))
      return () => releaseLock(lock, content)
    if (monotonicMs() <= until && (await madeWay(lock))) continue
    if (monotonicMs() > until) return null
    await pause(wait + Math.random() * wait)
    if (!(await needed())) return null
  }
}

const besideLock = (lock: string): string => path.join(path.dirname(lock), temporaryName('lock'))

/** True when the lock is gone by now, also because it was abandoned and has been removed. */
async function madeWay(lock: string): Promise<boolean> {
  const text = await readLock(lock)
  // Released just now; or something that is no lock of ours, which no process will ever release.
  if (text === null) return !(await isThere(lock))
  if (!(await ownerIsGone(lock, text))) return false
  return await removeAbandoned({
    path: lock,
    text,
    claim: `${lock}.takeover`,
    temporary: () => besideLock(lock),
  })
}

/** Removes what killed processes left: their temporary files in the folder, and its lock. */
export async function tidyFolder(folder: string): Promise<void> {
  await sweepLeftovers(folder)
  await madeWay(path.join(folder, 'lock')).catch(() => false)
}

async function ownerIsGone(lock: string, text: string): Promise<boolean> {
  const age = await stat(lock).then(
    (found) => Date.now() - found.mtimeMs,
    () => 0,
  )
  const owner = ownerIn(text)
  return age > abandonedAfterMs || (owner !== null && ownerState(owner) === 'gone')
}
