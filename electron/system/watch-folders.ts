/** Hears at once what happens in the folders of some files, where the system tells. What it does not tell is for who polls. */
import { type FSWatcher, watch } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** `onEvent`: something happened in one of them. Nothing is watched before `follow`. */
export function watchFolders(onEvent: () => void) {
  const folders = new Map<string, FSWatcher>()
  let closed = false
  let asked = 0

  const open = (folder: string) => {
    try {
      const watcher = watch(folder, { persistent: false })
      folders.set(folder, watcher)
      watcher.on('change', onEvent)
      watcher.on('error', () => {
        watcher.close()
        folders.delete(folder)
      })
    } catch {
      // No permission, too many watches, no such feature on that disk.
    }
  }

  return {
    /** Watches exactly the folders of these files, and of the links behind them, from now on. */
    async follow(paths: readonly string[]): Promise<void> {
      const turn = ++asked
      const wanted = new Set<string>()
      for (const path of paths) for (const folder of await foldersOf(path)) wanted.add(folder)
      if (closed || turn !== asked) return
      for (const [folder, watcher] of folders) {
        if (wanted.has(folder)) continue
        watcher.close()
        folders.delete(folder)
      }
      for (const folder of wanted) if (!folders.has(folder)) open(folder)
    },
    close(): void {
      closed = true
      for (const watcher of folders.values()) watcher.close()
      folders.clear()
    },
  }
}

/** The folder of a file and of every link behind it; for a folder that is not there yet, the nearest one that is. */
async function foldersOf(path: string): Promise<readonly string[]> {
  const folders: string[] = []
  let at: string | null = path
  for (let links = 0; at !== null && links < 40; links++) {
    const folder = dirname(at)
    folders.push(await nearestFolder(folder))
    const target: string | null = await readlink(at).catch(() => null)
    at = target === null ? null : resolve(folder, target)
  }
  return folders
}

async function nearestFolder(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    const isThere = await lstat(at).catch(() => null)
    if (isThere !== null || at === dirname(at)) return at
  }
}
