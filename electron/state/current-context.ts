/** kubectl's current context as the files of a list say it, in a hurry: for a prompt. */
import { createHash } from 'node:crypto'
import { saysCluster } from '../../shared/identity/cluster-entry-name'
import { entryId, isNothing } from '../../shared/kubeconfig/entries'
import { asWritten } from '../identity/as-written'
import type { ListedFile } from '../kubeconfig/disk/locate'
import { type FileReading, readKubeconfig } from '../kubeconfig/disk/read-file'
import { aroundCurrent } from '../kubeconfig/read/around-current'

/** The current context of files that are as they should be. */
export type Current = NonNullable<Awaited<ReturnType<typeof currentIn>>>

/**
 * The current context, and the files as they say of it what the whole ones say; null where one of them is not as it should be, or
 * there is none.
 */
export async function currentIn(list: readonly ListedFile[]) {
  const readings = new Map<string, FileReading>()
  const files = []
  for (const { path, source } of list) {
    const reading = await readKubeconfig(path)
    readings.set(path, reading)
    if (reading.problem === null) files.push({ path, reading, content: reading.content })
    else if (!isNothing(reading.problem) || source === 'option') return null
  }
  const found = aroundCurrent(files)
  if (found === null) return null
  const { file, context, cluster, user, texts } = found
  for (const [at, { path, reading }] of files.entries()) {
    const { bytes, ascii, encoding } = reading.content
    readings.set(path, { ...reading, content: { bytes, ascii, encoding, text: texts[at] ?? '' } })
  }
  /** Which EKS cluster an entry is may be said by another entry of its server, and what a foreign file may by all that it says. */
  const isApart = (cluster === null || saysCluster(cluster.name)) && list.every(({ own }) => own)
  return {
    name: context.name,
    id: entryId('context', file, context.name, 0),
    /** A hash of what a check depends on in these files; null where that is more than three entries. */
    entries: () =>
      isApart
        ? createHash('sha256')
            .update(
              JSON.stringify([
                file,
                context.expected,
                ...[cluster, user].map((one) => one && asWritten(one)),
              ]),
            )
            .digest('hex')
        : null,
    /** Reads them as they are here; null where that is not enough for a check. */
    read: isApart
      ? async (path: string): Promise<FileReading> => readings.get(path) ?? readKubeconfig(path)
      : null,
  }
}
