/**
 * Standard output and standard error. Node's own streams for them take milliseconds to load, and a command that writes a few
 * lines into a pipe or a file needs none of what they can do. Where the direct way ends (terminals, Windows, a pipe that is
 * full and does not wait), they take over.
 */
import { fstatSync, writeSync } from 'node:fs'
import { codeOf } from './errno'

/** Of this process. Nothing is loaded before something is asked for. */
export function standardOutput(name: 'stdout' | 'stderr') {
  const fd = name === 'stdout' ? 1 : 2
  let direct: boolean | null = null
  let stream: NodeJS.WriteStream | null = null
  let failure: string | null = null
  const failed = (error: Error): string => codeOf(error) || error.message

  function asStream(): NodeJS.WriteStream {
    if (stream !== null) return stream
    direct = false
    stream = process[name]
    // Neither a reader that has gone (`ekscope list | head`) nor a full disk ends a command before it has done its work.
    stream.on('error', (error) => {
      failure ??= failed(error)
    })
    return stream
  }

  const isDirect = (): boolean => {
    direct ??= process.platform !== 'win32' && isPlain(fd)
    return direct
  }

  return {
    get isTerminal(): boolean {
      return !isDirect() && asStream().isTTY === true
    },
    /** Of the terminal; null where it is none, or one without a size, which says 0. */
    get columns(): number | null {
      return (!isDirect() && asStream().isTTY && asStream().columns) || null
    },
    /** Null when it was written; else the name of the error. Never throws. */
    write(text: string): Promise<string | null> {
      let left = bytesOf(text)
      try {
        while (isDirect() && left.length > 0) left = left.subarray(writeSync(fd, left))
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN')
          return Promise.resolve(error instanceof Error ? failed(error) : 'unknown')
      }
      if (left.length === 0) return Promise.resolve(null)
      // What waits there may not be written over by the next.
      const kept = Buffer.from(left)
      return new Promise((resolve) => {
        asStream().write(kept, (error) => resolve(error ? failed(error) : failure))
      })
    },
  }
}

/** Used again for each text of usual size: new memory for each would cost more than what is put into it. */
let room: Buffer | null = null

function bytesOf(text: string): Buffer {
  const most = 256 * 1024
  if (text.length * 3 > most) return Buffer.from(text)
  room ??= Buffer.allocUnsafeSlow(most)
  return room.subarray(0, room.write(text))
}

/** A pipe, a socket or a file: what is written there needs no one to translate it. */
function isPlain(fd: number): boolean {
  try {
    const found = fstatSync(fd)
    return found.isFIFO() || found.isSocket() || found.isFile()
  } catch {
    return false
  }
}
