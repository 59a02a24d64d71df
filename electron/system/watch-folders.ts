/** Hears at once what happens in the folders of some files, where the system tells. What it does not tell is for who polls. */
import { type FSWatcher, watch } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

export interface FolderWatch {
  /** Watches exactly the folders of these files, and of the links behind them, from now on. */
  follow(paths: readonly string[]): Promise<void>
  close(): void
}

/** `onEvent`: something happened in one of them. Nothing is watched before `follow`. */
export function watchFolders(onEvent: () => void): FolderWatch {
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
    async follow(paths) {
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
    close() {
      closed = true
      for (const watcher of folders.values()) watcher.close()
      folders.clear()
    },
  }
}

/** The folder of a file and of every link behind it; for a folder that is not there yet, the nearest one that is. */
async function foldersOf(path: string): Promise<readonly string[]> {
  const folders: string[] = []
  let at = path
  for (let links = 0; links < 40; links++) {
    folders.push(await nearestFolder(dirname(at)))
    const target = await linkTarget(at)
    if (target === null) break
    at = resolve(dirname(at), target)
  }
  return folders
}

async function linkTarget(path: string): Promise<string | null> {
  try {
    return await readlink(path)
  } catch {
    return null
  }
}

async function nearestFolder(folder: string): Promise<string> {
  let at = folder
  for (;;) {
    try {
      await lstat(at)
      return at
    } catch {
      const above = dirname(at)
      if (above === at) return at
      at = above
    }
  }
}
