/**
 * What a lock file says of its owner, and how one whose owner has ended is taken out of the way. Used by the locks of
 * kubeconfig files (kubeconfig/disk/kubeconfig-lock.ts) and of the data folder (data-folder-lock.ts).
 */
import { link, lstat, rename, unlink, utimes, writeFile } from 'node:fs/promises'
import * as v from 'valibot'
import { codeOf } from './errno'
import { textOfAny } from './own-file'
import { type Owner, ownerSchema, ownerState, thisOwner } from './process-owner'
import { withRetries } from './windows'

/** Strict: what has anything else in it is not only a lock, and removing it would lose that. */
const schema = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({ program: v.literal('ekscope'), id: v.string(), owner: ownerSchema }),
)

/** The text of a lock that belongs to this process. */
export const lockTextOf = (id: string): string =>
  JSON.stringify({ program: 'ekscope', id, owner: thisOwner() })

/** The owner that such a text names; null for any other text. */
export function ownerIn(text: string | null): Owner | null {
  const parsed = v.safeParse(schema, text)
  return parsed.success ? parsed.output.owner : null
}

/** The text of the lock at `path`; null where there is none, or something that is no lock: a folder, a link, a pipe. */
export async function readLock(path: string): Promise<string | null> {
  const found = await lstat(path).catch(() => null)
  return found?.isFile() ? await textOfAny(path, 4_096) : null
}

/** The text of each lock, by its path, that this process has released and could not remove, as on a full disk. */
const unremoved = new Map<string, string>()

/** Releases a lock of this process: removes it, or keeps it in mind for `takenAgain`. False: it could not be removed. */
export async function releaseLock(path: string, text: string): Promise<boolean> {
  // A lock that was taken over, or replaced manually, is no longer this process's.
  if ((await readLock(path)) !== text) return true
  try {
    await withRetries(() => unlink(path))
    return true
  } catch {
    unremoved.set(path, text)
    return false
  }
}

/**
 * Takes a lock again that this process has released and could not remove: to all others it was held meanwhile. Gives its text;
 * null: there is none at this path. Of two that ask at once one gets it.
 */
export async function takenAgain(path: string): Promise<string | null> {
  const text = unremoved.get(path)
  if (text === undefined) return null
  unremoved.delete(path)
  if ((await readLock(path)) !== text) return null
  // It is not older than what is done under it now.
  await utimes(path, new Date(), new Date()).catch(() => undefined)
  return text
}

/** Whether anything is at `path`, also a link to nothing. */
export const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/** Errors of link(2) on a file system without hard links. */
export const noHardLinks: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
])

/** A lock that was judged abandoned by its text. */
export interface AbandonedLock {
  readonly path: string
  readonly text: string
  /** The file that lets one process at a time remove this lock. */
  readonly claim: string
  /** A fresh name for a file next to the lock. */
  readonly temporary: () => string
}

/**
 * Removes an abandoned lock: one process at a time, and only while it still is that very lock. (Its owner may have
 * released it and ended between our look at the lock and our look at the process; then a living process holds the lock
 * that is there now.) The lock is renamed aside and read once more; a living one is put back. False when another
 * process is at it.
 */
export async function removeAbandoned({ path, text, claim, temporary }: AbandonedLock): Promise<boolean> {
  if (!(await takeClaim(claim, temporary()))) return false
  try {
    // The owner is gone, so this lock is still there only if it was never released; and nothing else may remove it now.
    if ((await readLock(path)) !== text) return true
    const aside = temporary()
    await rename(path, aside)
    if ((await readLock(aside)) !== text) await link(aside, path).catch(() => undefined)
    await unlink(aside).catch(() => undefined)
  } catch {
    // The lock went away by itself: the next attempt finds out.
  } finally {
    await unlink(claim).catch(() => undefined)
  }
  return true
}

/** One process at a time; a claim whose process has ended goes, for the next attempt. */
async function takeClaim(claim: string, temporary: string): Promise<boolean> {
  if (await makeLock(claim, lockTextOf('takeover'), temporary).catch(() => false)) return true
  const other = ownerIn(await readLock(claim))
  if (other && ownerState(other) === 'gone') await unlink(claim).catch(() => undefined)
  return false
}

/**
 * Creates a lock together with its content, so that a killed process never leaves one without an owner. Where the file system
 * has no hard links, as kubectl does it, with the content right after. False where anything is at `path`. Throws other system
 * errors.
 */
export async function makeLock(path: string, text: string, temporary: string): Promise<boolean> {
  const born = { mode: 0o600, flag: 'wx' }
  try {
    // Within: on a full disk there is the file, and nothing in it.
    await writeFile(temporary, text, born)
    await link(temporary, path).catch((error: unknown) => {
      if (!noHardLinks.has(codeOf(error))) throw error
      return writeFile(path, text, born)
    })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}
