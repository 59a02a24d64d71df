/** Follows the files of the list on disk: whatever another program does to them is announced as a change. */
import { type FSWatcher, watch } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { SnapshotChange } from '../../../shared/kubeconfig/entries'
import type { KubeconfigStore } from './store'

export interface WatchOptions {
  readonly store: KubeconfigStore
  /** The paths of the list, as the store lists them now. */
  readonly paths: () => readonly string[]
  readonly announce: (change: SnapshotChange) => void
  /** A reading that failed although the store answers problems as data: a bug, to be logged. */
  readonly failed?: (error: unknown) => void
  /** ms without an event before the files are read: aws writes a large file in many small pieces. */
  readonly quiet?: number
  /** ms after the first event at which whatever is there is announced, torn or not. */
  readonly patience?: number
  /** ms between readings without any event: for network disks and folders that cannot be watched. */
  readonly poll?: number
}

export interface KubeconfigWatch {
  /** Stops listening; nothing is announced afterwards. */
  close(): void
}

/** Starts to watch the listed files, their folders and the folders of the links behind them. */
export function watchKubeconfigs(options: WatchOptions): KubeconfigWatch {
  const { store, paths, announce, quiet = 100, patience = 2_000, poll = 2_000 } = options
  const folders = new Map<string, FSWatcher>()
  const stop = new AbortController()
  let first: number | null = null
  let last = 0
  let timer: NodeJS.Timeout | null = null
  let reading = false

  const stir = () => {
    if (stop.signal.aborted) return
    last = Date.now()
    first ??= last
    plan(quiet)
  }

  const plan = (ms: number) => {
    if (reading) return
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => void read(), ms)
  }

  const read = async () => {
    timer = null
    const since = first ?? Date.now()
    const now = Date.now()
    const patient = now - since < patience
    if (patient && now - last < quiet) {
      plan(quiet - (now - last))
      return
    }
    reading = true
    const seen = last
    try {
      const change = patient ? await store.follow(stop.signal) : await store.refresh(stop.signal)
      if (stop.signal.aborted) return
      reading = false
      if (change === 'unsettled') {
        first = since
        plan(quiet)
        return
      }
      first = null
      if (change !== null) announce(change)
      await follow()
      // What came in while we read is not lost.
      if (last > seen) stir()
    } catch (error) {
      if (!stop.signal.aborted) options.failed?.(error)
    } finally {
      reading = false
    }
  }

  /** Watches exactly the folders that matter now. */
  const follow = async () => {
    const wanted = new Set<string>()
    for (const path of paths()) for (const folder of await foldersOf(path)) wanted.add(folder)
    if (stop.signal.aborted) return
    for (const [folder, watcher] of folders) {
      if (wanted.has(folder)) continue
      watcher.close()
      folders.delete(folder)
    }
    for (const folder of wanted) if (!folders.has(folder)) open(folder)
  }

  const open = (folder: string) => {
    try {
      const watcher = watch(folder, { persistent: false })
      folders.set(folder, watcher)
      watcher.on('change', stir)
      watcher.on('error', () => {
        watcher.close()
        folders.delete(folder)
      })
    } catch {
      // No permission, too many watches, no such feature on that disk: the poll sees it.
    }
  }

  const beat = setInterval(() => {
    if (timer === null && !reading) stir()
  }, poll)
  beat.unref()
  follow().catch((error: unknown) => options.failed?.(error))

  return {
    close: () => {
      stop.abort()
      clearInterval(beat)
      if (timer !== null) clearTimeout(timer)
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
