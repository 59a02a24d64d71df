/** A large kubeconfig read in pieces, each into the same memory: for who keeps hardly anything of it. */
import { isAscii } from 'node:buffer'
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { TextPieces } from '../read/generated-rows'
import { maxBytes } from './read-file'

export interface FilePieces extends TextPieces {
  /** Whether it is as it was when it was opened. */
  isSame(): boolean
  close(): void
}

/** Null for what is no file of at least so many bytes, or is read in another way only. */
export function openPieces(path: string, least: number): FilePieces | null {
  let handle: number
  try {
    // Opening another kind of file could wait for a program that writes to it.
    if (!statSync(path).isFile()) return null
    handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch {
    return null
  }
  const stamp = () => {
    const { size, mtimeNs, ctimeNs } = fstatSync(handle, { bigint: true })
    return `${size} ${mtimeNs} ${ctimeNs}`
  }
  const before = stamp()
  const found = fstatSync(handle)
  if (!found.isFile() || found.size < least || found.size > maxBytes) {
    closeSync(handle)
    return null
  }
  let buffer = Buffer.alloc(0)
  return {
    length: found.size,
    text(from, to) {
      const size = to - from
      if (buffer.length < size) buffer = Buffer.allocUnsafe(size * 2)
      for (let at = 0; at < size; ) {
        const read = readSync(handle, buffer, at, size - at, from + at)
        if (read === 0) return null
        at += read
      }
      const bytes = buffer.subarray(0, size)
      return isAscii(bytes) ? bytes.toString('latin1') : null
    },
    isSame: () => stamp() === before,
    close: () => closeSync(handle),
  }
}
