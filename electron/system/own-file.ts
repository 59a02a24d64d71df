/** Files of our own, read so that whatever else stands in their place cannot hold us up: a pipe, a folder, something huge. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** The bytes of a regular file of at most `most` bytes; null for anything else, and where it cannot be read. */
export async function bytesOfOwn(path: string, most: number): Promise<Buffer | null> {
  try {
    // Without O_NONBLOCK, opening a pipe waits for its writer.
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const found = await handle.stat()
      return found.isFile() && found.size <= most ? await handle.readFile() : null
    } finally {
      await handle.close()
    }
  } catch {
    return null
  }
}

/** The same as text. */
export async function textOfOwn(path: string, most: number): Promise<string | null> {
  return (await bytesOfOwn(path, most))?.toString() ?? null
}
