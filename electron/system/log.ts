/** What went wrong, one line each, redacted by form and by value before anything is written. */
import { appendFile, rename, stat } from 'node:fs/promises'
import path from 'node:path'
import { redact } from './redact-output'

export type Log = ReturnType<typeof createLog>

/**
 * A log that `write` takes line by line. Lines never hold a secret, a control character or a line feed.
 * @param secrets values that must never appear: those of all environments known so far
 */
export function createLog(write: (line: string) => void | Promise<void>, secrets: () => readonly string[]) {
  let last: Promise<void> = Promise.resolve()
  return {
    /** A bug or a refusal worth knowing of; the error's stack goes along, redacted. */
    error(message: string, error?: unknown): void {
      const more =
        error instanceof Error ? (error.stack ?? error.message) : error === undefined ? '' : String(error)
      const text = redact(more ? `${message}: ${more}` : message, secrets(), 4_000).replaceAll('\n', ' ⏎ ')
      const line = `${new Date().toISOString()} error ${text}\n`
      last = last.then(() => write(line)).catch(() => undefined)
    },
    /** Resolves when all is written. */
    flush: (): Promise<void> => last,
  }
}

/** Bytes after which the log is set aside as `.1`, of which there is one. */
const logLimit = 1024 * 1024

/** Appends to `ekscope.log` of the data folder (0600). The folder is the caller's to make. */
export function logFile(folder: string): (line: string) => Promise<void> {
  const file = path.join(folder, 'ekscope.log')
  return async (line) => {
    const found = await stat(file).catch(() => null)
    // A pipe would keep what writes to it waiting.
    if (found?.isFile() === false) return
    const size = found?.size ?? 0
    if (size > logLimit) await rename(file, `${file}.1`).catch(() => undefined)
    await appendFile(file, line, { mode: 0o600 })
  }
}
