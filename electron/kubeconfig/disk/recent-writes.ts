/**
 * What another program undid of our writes, for a command that only reads: where no write is recent enough, which times and the
 * files' revisions tell, what reads the history is not even loaded.
 */
import { stat } from 'node:fs/promises'
import * as v from 'valibot'
import type { KubeconfigFile } from '../../../shared/kubeconfig/entries'
import { textOfOwn } from '../../system/own-file'
import { jsonText, latestFolder, latestPath, latestSchema, overwrittenWithin } from './history-latest'
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
 * False only where the history has no record of the time that counts for one of these files: the ten minutes before now, or
 * before the last change where another program made that. Every write puts its record into the history's folder, which is
 * therefore as new as the newest of them.
 */
export async function wroteLately(history: string, files: readonly ReadNow[], now: number): Promise<boolean> {
  const [folder, latest] = await Promise.all([history, latestFolder(history)].map(timesOf))
  const wrote = Math.max(folder?.mtimeMs ?? 0, latest?.mtimeMs ?? 0)
  if (wrote === 0) return false
  if (wrote + slack >= now - overwrittenWithin) return true
  for (const file of files)
    if (!(await isAsWeLeftIt(history, file))) {
      const changed = (await timesOf(file.path))?.ctimeMs ?? now
      if (wrote + slack >= changed - overwrittenWithin) return true
    }
  return false
}

/** Also where Ekscope never wrote it. */
async function isAsWeLeftIt(history: string, { path, realPath, revision }: ReadNow): Promise<boolean> {
  const text = await textOfOwn(latestPath(history, realPath ?? path), mostLatest)
  const last = v.safeParse(jsonText(latestSchema), text)
  return text === null || (last.success && last.output.revision === revision)
}

const timesOf = (path: string): Promise<{ readonly mtimeMs: number; readonly ctimeMs: number } | null> =>
  stat(path).catch(() => null)
