/** Reading a file that others own: bounded, never from a pipe or device, every outcome a value. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { codeOf } from '../../system/errno'

export type BoundedRead =
  | { readonly state: 'read'; readonly bytes: Uint8Array }
  | { readonly state: 'missing' }
  /** It is there, but its permissions or a disk error keep us out. */
  | { readonly state: 'denied'; readonly why: string }
  | { readonly state: 'too-large' }

/** Reads at most `mostBytes` of a regular file; a folder or a pipe counts as missing, as os.path.isfile has it. */
export async function readBounded(path: string, mostBytes: number): Promise<BoundedRead> {
  if (path === '' || path.includes('\0')) return { state: 'missing' }
  try {
    // Without O_NONBLOCK opening a named pipe would wait for a writer for ever.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const stats = await file.stat()
      if (!stats.isFile()) return { state: 'missing' }
      if (stats.size > mostBytes) return { state: 'too-large' }
      // One byte more than its size, so that a file which grows meanwhile is cut, not followed.
      const bytes = new Uint8Array(stats.size + 1)
      let length = 0
      for (;;) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length, length)
        length += bytesRead
        if (bytesRead === 0) return { state: 'read', bytes: bytes.slice(0, length) }
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = codeOf(error) || 'error'
    return ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENXIO', 'ELOOP', 'ENAMETOOLONG'].includes(code)
      ? { state: 'missing' }
      : { state: 'denied', why: code }
  }
}

/** Of the small JSON files that aws keeps. */
const mostJson = 64 * 1024

/** A small JSON file of aws's own; undefined when it is missing, null when it is huge, broken or closed to us. */
export async function readJson(path: string): Promise<unknown> {
  const read = await readBounded(path, mostJson)
  if (read.state === 'missing') return undefined
  try {
    return read.state === 'read'
      ? JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(read.bytes))
      : null
  } catch {
    return null
  }
}
