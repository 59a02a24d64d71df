/** Notices changes of a few small files: by events of their folders, and by comparing their stamps at intervals, on any disk. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { watchFolders } from './watch-folders'

/**
 * Milliseconds until what is done every so many milliseconds is due by the clock: so all that watch look at their files at once,
 * and an idle processor is woken once.
 */
export const untilNext = (everyMs: number): number => everyMs - (Date.now() % everyMs)

/**
 * Starts at once. A file that appears or goes counts as a change.
 * @param files asked each time
 * @param quietMs from an event to the comparison: a program writes in several steps
 * @param everyMs between two comparisons where nothing happens
 */
export function watchStamps(
  files: () => readonly string[],
  onChange: () => void,
  { quietMs = 100, everyMs = 10_000 } = {},
) {
  let before: string | null = null
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let isSoon = false
  const plan = (ms: number, soon: boolean) => {
    clearTimeout(timer)
    if (stopped) return
    isSoon = soon
    timer = setTimeout(() => void compare(), ms)
    timer.unref()
  }
  // Events that go on put nothing off.
  const folders = watchFolders(() => isSoon || plan(quietMs, true))
  const compare = async () => {
    const wasTold = isSoon
    isSoon = false
    const stamps = () => Promise.all(files().map(async (path) => [path, await stampOf(path)]))
    let now = JSON.stringify(await stamps())
    if (wasTold || now !== before) {
      // Folders may have been made, or gone. Where a file is a folder, what happens in it counts, too.
      await folders.follow(files().flatMap((file) => [file, join(file, 'any')]))
      now = JSON.stringify(await stamps())
    }
    if (stopped) return
    if (before !== null && before !== now) onChange()
    before = now
    if (!isSoon) plan(untilNext(everyMs), false)
  }
  const looked = compare()
  return {
    /** Settled once the files were looked at for the first time: what changes from then on is noticed. */
    looked,
    stop(): void {
      stopped = true
      clearTimeout(timer)
      folders.close()
    },
  }
}

async function stampOf(path: string): Promise<string | null> {
  return stat(path, { bigint: true }).then(
    ({ ino, size, mtimeNs }) => `${ino} ${size} ${mtimeNs}`,
    () => null,
  )
}
