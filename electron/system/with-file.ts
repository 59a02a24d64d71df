import { type FileHandle, open } from 'node:fs/promises'

/** Opens a file for some work, and closes it whatever becomes of that. One that is made by it is 0600. Throws system errors, and those of the work. */
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
