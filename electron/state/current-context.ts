/** kubectl's current context as the files of a list say it, in a hurry: for a prompt. */
import { createHash } from 'node:crypto'
import { saysCluster } from '../../shared/identity/cluster-entry-name'
import { entryId, isNothing } from '../../shared/kubeconfig/entries'
import { asWritten } from '../identity/entry-text'
import { type FilePieces, openPieces } from '../kubeconfig/disk/file-pieces'
import type { ListedFile } from '../kubeconfig/disk/locate'
import { type FileReading, readingOfBytes, readKubeconfig } from '../kubeconfig/disk/read-file'
import { aroundCurrent, type FileOfList } from '../kubeconfig/read/around-current'
import { generatedRows, largeFile } from '../kubeconfig/read/generated-rows'

/** The current context of files that are as they should be. */
export type Current = NonNullable<Awaited<ReturnType<typeof currentIn>>>

/**
 * The current context, and the files as they say of it what the whole ones say; null where one of them is not as it should be, or
 * there is none.
 */
export async function currentIn(list: readonly ListedFile[]) {
  const opened: FilePieces[] = []
  try {
    const files: FileOfList[] = []
    for (const { path, source } of list) {
      const pieces = openPieces(path, largeFile)
      if (pieces !== null) opened.push(pieces)
      const rows = pieces && generatedRows(pieces)
      if (rows !== null) {
        files.push({ path, rows })
        continue
      }
      const { problem, content } = await readKubeconfig(path)
      if (problem === null) files.push({ path, rows, text: content.text })
      else if (!isNothing(problem) || source === 'option') return null
    }
    const found = aroundCurrent(files)
    if (found === null || !opened.every((one) => one.isSame())) return null
    const { file, context, cluster, user } = found
    const texts = new Map(files.map(({ path }, at) => [path, found.texts[at] ?? '']))
    /**
     * Whether these entries alone decide a check: the name of the cluster entry says which EKS cluster it is (else another entry of
     * its server may), and every file is the user's own (what a foreign file may do depends on its whole text).
     */
    const areEnough = (cluster === null || saysCluster(cluster.name)) && list.every(({ own }) => own)
    const read = async (path: string): Promise<FileReading> => {
      const text = texts.get(path)
      return text === undefined ? readKubeconfig(path) : readingOfBytes(path, Buffer.from(text))
    }
    const said = () => [file, context.expected, ...[cluster, user].map((one) => one && asWritten(one))]
    return {
      name: context.name,
      id: entryId('context', file, context.name, 0),
      /** A hash of what a check depends on in these files; null where that is more than three entries. */
      entries: () => (areEnough ? createHash('sha256').update(JSON.stringify(said())).digest('hex') : null),
      /** Reads them as they are here; null where that is not enough for a check. */
      read: areEnough ? read : null,
    }
  } finally {
    for (const one of opened) one.close()
  }
}
