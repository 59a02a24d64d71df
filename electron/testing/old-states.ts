/** Both states of a file of a write, read as the history reads them: the one before near the one after. */
import { readNear } from '../kubeconfig/read/patched'

export function statesOf(path: string, before: string | null, after: string | null) {
  const document = readNear(null, path, after)
  return {
    before: { text: before, document: readNear(document, path, before) },
    after: { text: after, document },
  }
}
