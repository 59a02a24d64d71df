/**
 * The lock of Ekscope's own data folder: a file born with its content by link(2), so that a killed process never
 * leaves one without an owner. Held for milliseconds; whoever finds one whose process is gone takes it over.
 */
import { randomBytes } from 'node:crypto'
import { link, lstat, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { fail, fault, type Result } from '../../shared/result'

const owner = v.object({ host: v.string(), pid: v.number(), token: v.string() })

/** Nobody holds this lock longer than a small write takes: an older one belongs to a process that is no more. */
const abandonedAfterMs = 60_000

// Writers of one process queue here first: they share a pid, so the file alone could not tell them apart.
const queues = new Map<string, Promise<unknown>>()

/**
 * Runs `work` while holding `<folder>/lock`. Fault `locked` when it could not be had within `waitMs`;
 * whatever `work` throws passes through after the lock is released.
 */
export async function withFolderLock<T>(
  folder: string,
  waitMs: number,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const before = queues.get(folder) ?? Promise.resolve()
  const turn = before.then(() => locked(folder, waitMs, work))
  const settled = turn.catch(() => undefined)
  queues.set(folder, settled)
  try {
    return await turn
  } finally {
    if (queues.get(folder) === settled) queues.delete(folder)
  }
}

async function locked<T>(folder: string, waitMs: number, work: () => Promise<Result<T>>): Promise<Result<T>> {
  const lock = path.join(folder, 'lock')
  const token = randomBytes(12).toString('hex')
  const content = JSON.stringify({ host: os.hostname(), pid: process.pid, token })
  const born = `${lock}.${token}`
  await writeFile(born, content, { mode: 0o600, flag: 'wx' })
  try {
    // Not by the clock of the day, which may be set meanwhile.
    const until = performance.now() + waitMs
    for (let pause = 2; ; pause = Math.min(pause * 2, 50)) {
      if (await take(born, lock)) break
      if (performance.now() <= until && (await abandoned(lock))) continue
      if (performance.now() > until) {
        return fail(
          fault(
            'locked',
            `another Ekscope has been writing to ${folder} for more than ${Math.round(waitMs / 1000)} s`,
            `End it, or remove ${lock} if none is running.`,
          ),
        )
      }
      await new Promise((resolve) => setTimeout(resolve, pause + Math.random() * pause))
    }
    try {
      return await work()
    } finally {
      // Only ours: after a takeover the file there belongs to somebody else.
      if ((await text(lock)) === content) await unlink(lock).catch(() => undefined)
    }
  } finally {
    await unlink(born).catch(() => undefined)
  }
}

async function take(born: string, lock: string): Promise<boolean> {
  try {
    await link(born, lock)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Removes a lock whose owner is gone: renamed aside first, and put back if it was another's by then. */
async function abandoned(lock: string): Promise<boolean> {
  const found = await text(lock)
  // Given back just now; or something that is no lock of ours, which nobody will ever give back.
  if (found === null) return !(await exists(lock))
  if (!(await ownerIsGone(lock, found))) return false
  const aside = `${lock}.gone-${randomBytes(6).toString('hex')}`
  try {
    await rename(lock, aside)
  } catch {
    return true
  }
  if ((await text(aside)) !== found) await link(aside, lock).catch(() => undefined)
  await unlink(aside).catch(() => undefined)
  return true
}

async function ownerIsGone(lock: string, content: string): Promise<boolean> {
  const age = await stat(lock).then(
    (found) => Date.now() - found.mtimeMs,
    () => 0,
  )
  if (age > abandonedAfterMs) return true
  let json: unknown
  try {
    json = JSON.parse(content)
  } catch {
    return false
  }
  const parsed = v.safeParse(owner, json)
  if (!parsed.success || parsed.output.host !== os.hostname()) return false
  try {
    process.kill(parsed.output.pid, 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

const exists = (file: string) =>
  lstat(file).then(
    () => true,
    () => false,
  )

/** Null for what is no lock: a folder, a link or a pipe would keep us reading or fail. */
async function text(file: string): Promise<string | null> {
  try {
    const found = await lstat(file)
    return found.isFile() && found.size <= 4_096 ? await readFile(file, 'utf8') : null
  } catch {
    return null
  }
}
