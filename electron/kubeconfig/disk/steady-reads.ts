/** Waiting for programs that write in place, as kubectl and aws do: for a moment their file is empty or torn. */
import { type FileHandle, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds. */
const settles = 2_000
const pause = 50

/**
 * Reads again until every file that looks empty or torn has been unchanged for two seconds, and for no longer than two seconds.
 * `doubted`: the paths of the files that look so in what was read.
 */
export async function whenSettled<T>(
  read: () => Promise<T>,
  doubted: (found: T) => readonly string[],
): Promise<T> {
  for (const began = Date.now(); ; await sleep(pause)) {
    const found = await read()
    if (Date.now() - began >= settles || !(await anyFresh(doubted(found)))) return found
  }
}

async function anyFresh(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    const changed = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    )
    if (Date.now() - changed < settles) return true
  }
  return false
}

/** How often a file is read that another program shortens or extends meanwhile. */
const readings = 4

/** The whole open file, read again where its length changed meanwhile; `read` gives null for a file that is too large. */
export async function readSteadily(
  handle: FileHandle,
  read: (size: number) => Promise<Buffer | null>,
): Promise<Buffer | null> {
  for (let left = readings; ; left--) {
    const { size } = await handle.stat()
    const bytes = await read(size)
    if (bytes === null || bytes.length === size || left === 1) return bytes
  }
}
