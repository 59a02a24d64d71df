import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** To read what may be anything: opening a pipe does not wait for its writer. */
export const openWithoutWaiting = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Opens a file for some work, and always closes it. A new file is 0600. Throws system errors, and those of the work. */
export async function withFile<T>(
  path: string,
  flags: string | number,
  work: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(path, flags, 0o600)
  try {
    return await work(handle)
  } finally {
    await handle.close()
  }
}
