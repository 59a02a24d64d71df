/** The names of contexts, for shell completion, which needs nothing else of them. */
import { openPieces } from '../kubeconfig/disk/file-pieces'
import type { ListedFile } from '../kubeconfig/disk/locate'
import { readKubeconfig } from '../kubeconfig/disk/read-file'
import { type KubeconfigDocument, readDocument } from '../kubeconfig/read/document'
import { generatedRows, largeFile } from '../kubeconfig/read/generated-rows'

/** The names in all of these files, each once; of a file that cannot be read, none. */
export async function contextNamesIn(
  list: readonly Pick<ListedFile, 'path'>[],
): Promise<ReadonlySet<string>> {
  const names = new Set<string>()
  for (const { path } of list) {
    const large = namesInLarge(path)
    const read = large === null ? (await readKubeconfig(path)).content : null
    for (const name of large ?? (read === null ? [] : namesIn(readDocument(path, read.text)))) names.add(name)
  }
  return names
}

const namesIn = (document: KubeconfigDocument): readonly string[] =>
  Array.from({ length: document.count('context') }, (_, index) => document.name('context', index))

/** Null where all of it has to be read. */
function namesInLarge(path: string): readonly string[] | null {
  const pieces = openPieces(path, largeFile)
  if (pieces === null) return null
  try {
    const names: string[] = []
    const rows = generatedRows(pieces, (kind, name) => {
      if (kind === 'context') names.push(name)
    })
    const rest = rows && readDocument(path, rows.text(new Set()))
    return rest?.readable && pieces.isSame() ? [...names, ...namesIn(rest)] : null
  } finally {
    pieces.close()
  }
}
