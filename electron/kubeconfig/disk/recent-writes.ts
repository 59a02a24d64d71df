/**
 * What another program undid of our writes, for a command that only reads: where no write is recent enough, which times and the
 * files' revisions tell, what reads the history is not even loaded.
 */
import { stat } from 'node:fs/promises'
import * as v from 'valibot'
import type { KubeconfigFile } from '../../../shared/kubeconfig/entries'
import { textOfOwn } from '../../system/own-file'
import {
  jsonText,
  latestFolder,
  latestPath,
  latestSchema,
  overwrittenWithin,
  ownIn,
  timeOf,
} from './history-latest'
import type { OverwrittenWrite } from './overwritten-writes'

/** How far clocks of file systems may lag, ms. */
const slack = 60_000

/** No such file is longer. Bytes. */
const mostLatest = 10_000

/** A file as it was just read. */
export type ReadNow = Pick<KubeconfigFile, 'path' | 'realPath' | 'revision'>

/** The writes in the history of this folder that were overwritten, as `OverwrittenFollower.find` has them. */
export async function overwrittenIn(
  history: string,
  files: readonly ReadNow[],
  now: () => number,
): Promise<readonly OverwrittenWrite[]> {
  if (!(await wroteLately(history, files, now()))) return []
  const [{ followOverwritten }, { openHistory }] = await Promise.all([
    import('./overwritten-writes'),
    import('./write-history'),
  ])
  const list = files.map(({ path }) => path)
  return followOverwritten({ history: openHistory(history), list: () => list, now }).find()
}

/**
 * False only where Ekscope wrote to none of these files in the time that counts: the ten minutes before now, or before the last
 * change where another program made that. What the history saw of others is no write.
 */
export async function wroteLately(history: string, files: readonly ReadNow[], now: number): Promise<boolean> {
  const [folder, latest] = await Promise.all([history, latestFolder(history)].map(timesOf))
  if (!folder) return false
  // The last record of its file may not be noted as that yet.
  const isNoted = (latest?.mtimeMs ?? 0) >= folder.mtimeMs - slack
  if (!isNoted && folder.mtimeMs + slack >= now - overwrittenWithin) return true
  for (const { path, realPath, revision } of files) {
    const text = await textOfOwn(latestPath(history, realPath ?? path), mostLatest)
    if (text === null) continue
    const last = v.safeParse(jsonText(latestSchema), text)
    if (!last.success) return true
    const own = ownIn(last.output)
    if (own === null) continue
    const changed = own.revision === revision ? now : ((await timesOf(path))?.ctimeMs ?? now)
    if (timeOf(own.id) + slack >= Math.min(now, changed) - overwrittenWithin) return true
  }
  return false
}

const timesOf = (path: string): Promise<{ readonly mtimeMs: number; readonly ctimeMs: number } | null> =>
  stat(path).catch(() => null)
