/** What a command reads from a file, a pipe or standard input. */
import { open, stat } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { lazy } from '../../shared/once'
import { type FileReading, readingOfBytes } from '../kubeconfig/disk/read-file'
import { codeOf } from '../system/errno'
import { pause } from '../system/pause'
import { openWithoutWaiting } from '../system/with-file'
import { Refusal } from './command'

/** Larger input is no kubeconfig. Bytes. */
const longest = 64 * 1024 * 1024

/** `--kubeconfig -`: standard input, read once, as the one file of the list. */
export function readsStandardInput(signal: AbortSignal): (path: string) => Promise<FileReading> {
  const bytes = lazy(() => bytesOfInput(null, signal))
  return async (path) => readingOfBytes(path, await bytes())
}

/** The bytes of a file or pipe (`<(command)`), or of standard input (null), up to the limit; stops when the user interrupts. */
export async function bytesOfInput(path: string | null, signal: AbortSignal): Promise<Buffer> {
  const what = path ?? 'standard input'
  const refused = (message: string, next: string) => new Refusal({ message: `${what} ${message}`, next })
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of path === null ? addAbortSignal(signal, process.stdin) : partsOf(path, signal)) {
      const bytes = Buffer.isBuffer(part) ? part : Buffer.from(String(part))
      length += bytes.length
      if (length > longest) throw refused('is larger than 64 MiB.', 'Name a kubeconfig.')
      parts.push(bytes)
    }
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (signal.aborted) throw refused('was not read to its end.', 'Try again.')
    if (path === null) throw error
    const code = codeOf(error)
    const why = code === 'ENOENT' ? 'does not exist.' : `could not be read (${code}).`
    throw refused(why, 'Check the path and its permissions.')
  }
  return Buffer.concat(parts)
}

/** How long to wait for a pipe that no process writes to, ms. */
const pipeWaitMs = 5_000

/** Opens without blocking: a blocking open of a pipe without a writer could not be cancelled, not even to quit. */
async function* partsOf(path: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const facts = await stat(path)
  if (!facts.isFile() && !facts.isFIFO())
    throw new Refusal({
      message: `${path} is not a file.`,
      next: 'Name a kubeconfig, or - for standard input.',
    })
  const handle = await open(path, openWithoutWaiting)
  try {
    const pipe = !(await handle.stat()).isFile()
    let silentSince = Date.now()
    let begun = false
    for (;;) {
      signal.throwIfAborted()
      const buffer = Buffer.alloc(64 * 1024)
      // Null: nothing there yet.
      const read = await handle.read(buffer).then(
        ({ bytesRead }) => bytesRead,
        (error: unknown) => {
          if (codeOf(error) === 'EAGAIN') return null
          throw error
        },
      )
      if (read) {
        begun = true
        yield buffer.subarray(0, read)
        continue
      }
      if (read === null) silentSince = Date.now()
      else if (begun || !pipe || Date.now() - silentSince > pipeWaitMs) return
      await pause(10, signal)
    }
  } finally {
    await handle.close()
  }
}
