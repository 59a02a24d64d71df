/** Notices that files became different by comparing their stamps now and then: for a few small files, on any disk. */
import { stat } from 'node:fs/promises'

export interface StampWatchOptions {
  /** Asked each time: the files and folders that matter now. */
  readonly paths: () => readonly string[]
  readonly onChange: () => void
  /** Milliseconds between two comparisons. */
  readonly everyMs?: number
}

export interface StampWatch {
  stop(): void
  /** Settled once the files were looked at for the first time: what changes from then on is told. */
  readonly looked: Promise<void>
}

/** Starts at once. A file that appears or goes counts as a change. */
export function watchStamps({ paths, onChange, everyMs = 2_000 }: StampWatchOptions): StampWatch {
  let before: string | null = null
  let stopped = false
  const compare = async () => {
    const now = JSON.stringify(await Promise.all(paths().map(async (path) => [path, await stampOf(path)])))
    if (stopped) return
    if (before !== null && before !== now) onChange()
    before = now
    timer = setTimeout(() => void compare(), everyMs)
    timer.unref()
  }
  let timer: NodeJS.Timeout | null = null
  const looked = compare()
  return {
    looked,
    stop: () => {
      stopped = true
      if (timer) clearTimeout(timer)
    },
  }
}

async function stampOf(path: string): Promise<string | null> {
  return stat(path, { bigint: true }).then(
    ({ ino, size, mtimeNs }) => `${ino} ${size} ${mtimeNs}`,
    () => null,
  )
}
