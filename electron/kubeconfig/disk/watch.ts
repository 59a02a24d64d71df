/** Watches the files of the list on disk: anything that another program does to them is announced as a change. */
import type { SnapshotChange } from '../../../shared/kubeconfig/entries'
import { watchFolders } from '../../system/watch-folders'
import { untilNext } from '../../system/watch-stamps'
import type { KubeconfigStore } from './kubeconfig-store'

export interface WatchOptions {
  readonly store: KubeconfigStore
  /** The paths of the list, as the store lists them now. */
  readonly paths: () => readonly string[]
  readonly announce: (change: SnapshotChange) => void
  /** A reading that failed although the store answers problems as data: a bug, to be logged. */
  readonly failed?: (error: unknown) => void
  /** ms without an event before the files are read: aws writes a large file in many small pieces. */
  readonly quiet?: number
  /** ms after the first event at which the current state is announced, torn or not. */
  readonly patience?: number
  /** ms between readings without any event: for network disks and folders that cannot be watched. */
  readonly poll?: number
}

/** Starts to watch the listed files, their folders and the folders of the links that they resolve through. */
export function watchKubeconfigs(options: WatchOptions) {
  const { store, paths, announce, quiet = 100, patience = 2_000, poll = 10_000 } = options
  const stop = new AbortController()
  let first: number | null = null
  let last = 0
  let timer: NodeJS.Timeout | undefined
  let reading = false

  const stir = () => {
    if (stop.signal.aborted) return
    last = Date.now()
    first ??= last
    plan(quiet)
  }

  const plan = (ms: number) => {
    if (reading) return
    clearTimeout(timer)
    timer = setTimeout(() => void read(), ms)
  }

  const folders = watchFolders(stir)
  const failed = (error: unknown) => options.failed?.(error)
  const follow = () => folders.follow(paths()).catch(failed)

  const read = async () => {
    timer = undefined
    const since = first ?? Date.now()
    const now = Date.now()
    const patient = now - since < patience
    if (patient && now - last < quiet) {
      plan(quiet - (now - last))
      return
    }
    reading = true
    const [seen, hasHeard] = [last, first !== null]
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
      // Folders may have been made, or gone.
      if (hasHeard || change !== null) await follow()
      // Events during the read are not lost.
      if (last > seen) stir()
    } catch (error) {
      if (!stop.signal.aborted) failed(error)
    } finally {
      reading = false
    }
  }

  let beat: NodeJS.Timeout
  const planBeat = () => {
    beat = setTimeout(() => {
      planBeat()
      if (timer === undefined && !reading) void read()
    }, untilNext(poll)).unref()
  }
  planBeat()
  void follow()

  return {
    /** Watches the folders of the files that are listed now: the first load reports these, and any load may change them. */
    follow: (): void => void follow(),
    /** Stops listening; nothing is announced afterwards. */
    close(): void {
      stop.abort()
      clearTimeout(beat)
      clearTimeout(timer)
      folders.close()
    },
  }
}
