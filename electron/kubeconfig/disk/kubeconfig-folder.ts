/** A folder of kubeconfigs, as many keep them: which of its files are some. */
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../../system/errno'
import { slots } from '../../system/slots'
import { carefully, withFile } from '../../system/with-file'

/** As kubeconfigs are called: `config`, `prod.yaml`, `eu.kubeconfig`. What editors and locks leave beside them is none. */
const isNamedSo = (name: string): boolean =>
  !name.startsWith('.') && /^(?:\.(?:ya?ml|json|conf|config|kubeconfig))?$/.test(path.extname(name))

/** What tells a kubeconfig from other YAML, as a line of its own or in JSON. */
const saysSo = /(?:^|[{,]\s*)["']?(?:clusters|contexts|users|current-context|kind["']?\s*:\s*["']?Config\b)/m

/** One of these keys is among the first that kubectl, aws and people write. Bytes. */
const headBytes = 65_536

/** False for a file that says otherwise; one that cannot be read, or is empty, may be one, and is shown with what is wrong. */
async function isKubeconfig(file: string): Promise<boolean> {
  try {
    return await withFile(file, carefully, async (handle) => {
      if (!(await handle.stat()).isFile()) return false
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
      return bytesRead === 0 || saysSo.test(buffer.toString('utf8', 0, bytesRead))
    })
  } catch (error) {
    return codeOf(error) === 'EACCES'
  }
}

/**
 * The paths of the kubeconfigs right in a folder, by name; null where it is no folder. `isMeant`: of these file names, instead of
 * those that kubeconfigs usually have.
 */
export async function kubeconfigsIn(
  folder: string,
  isMeant: (name: string) => boolean = isNamedSo,
): Promise<readonly string[] | null> {
  const names = await readdir(folder).catch(() => null)
  if (names === null) return null
  const inTurn = slots(16)
  const found = names
    .filter(isMeant)
    .sort()
    .map((name) => path.join(folder, name))
  const are = await Promise.all(found.map((file) => inTurn(() => isKubeconfig(file))))
  return found.filter((_, at) => are[at])
}
