/**
 * Files of our own: read so that anything else in their place (a pipe, a folder, something huge) cannot hold us
 * up, and written so that they are always the old or the new one.
 */
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isOwn } from './exposure'
import { makeFolder, syncFolder } from './make-folder'
import { temporaryName } from './process-owner'
import { withRetries } from './windows'
import { openWithoutWaiting, withFile } from './with-file'

/** The bytes of a file of at most `most` bytes that only the caller and root could write; null for anything else. */
export async function bytesOfOwn(path: string, most: number, counts = isOwn): Promise<Buffer | null> {
  return withFile(path, openWithoutWaiting, async (handle) => {
    const found = await handle.stat()
    return found.isFile() && found.size <= most && counts(found) ? await handle.readFile() : null
  }).catch(() => null)
}

/** The same as text. */
export const textOfOwn = async (path: string, most: number): Promise<string | null> =>
  (await bytesOfOwn(path, most))?.toString() ?? null

/** The text of a regular file of at most `most` bytes, also of another user; null for anything else or unreadable files. */
export const textOfAny = async (path: string, most: number): Promise<string | null> =>
  (await bytesOfOwn(path, most, () => true))?.toString() ?? null

/** Writes a file whole: 0600, a temporary file next to it first, then renamed; `synced`: to outlive a power cut. Throws system errors. */
export async function writeOwnFile(
  path: string,
  bytes: Uint8Array | string,
  { synced = true } = {},
): Promise<void> {
  await makeFolder(dirname(path))
  const temporary = join(dirname(path), temporaryName(basename(path)))
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    if (synced) await handle.sync()
    await handle.close()
    await withRetries(() => rename(temporary, path))
  } catch (error) {
    await discard(handle, temporary)
    throw error
  }
  if (synced) await syncFolder(dirname(path))
}

/** Closes and removes a temporary file that is not needed after all. */
export async function discard(handle: FileHandle | null, temporary: string): Promise<void> {
  await handle?.close().catch(() => undefined)
  await unlink(temporary).catch(() => undefined)
}
