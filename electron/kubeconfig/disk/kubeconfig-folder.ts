/** A folder of kubeconfigs, as many keep them, or a pattern of paths: which of its files are some. */
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { codeOf } from '../../system/errno'
import { slots } from '../../system/slots'
import { openWithoutWaiting, withFile } from '../../system/with-file'

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
    return await withFile(file, openWithoutWaiting, async (handle) => {
      if (!(await handle.stat()).isFile()) return false
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
      return bytesRead === 0 || saysSo.test(buffer.toString('utf8', 0, bytesRead))
    })
  } catch (error) {
    return codeOf(error) === 'EACCES'
  }
}

/** What editors, locks and copies leave beside a file. */
const leftBeside = ['**/*~', '**/*.lock', '**/*.bak']

/** Longest search for the files of a pattern: one that begins at `/` could go through the whole disk. */
const longestSearchMs = 5_000

/** The files that a pattern of tinyglobby names, such as `/srv/clusters/**`; null: it is none, or the search takes too long. */
async function filesOfPattern(place: string): Promise<readonly string[] | null> {
  if (!isPattern.test(place)) return null
  const { glob } = await import('tinyglobby')
  const cwd = placeBefore(place)
  const pattern = path.relative(cwd, place).split(path.sep).join('/')
  const signal = AbortSignal.timeout(longestSearchMs)
  const how = { cwd, absolute: true, expandDirectories: false, ignore: leftBeside, signal }
  const found = await glob(pattern, how).catch(() => null)
  return signal.aborted ? null : found
}

const isPattern = /[*?[\]{}()]/

/** The folder in which a pattern begins: what comes before its first part with a sign of patterns. A folder is its own. */
export function placeBefore(place: string): string {
  const parts = place.split(path.sep)
  const first = parts.findIndex((part) => isPattern.test(part))
  return first < 0 ? place : parts.slice(0, first).join(path.sep) || path.sep
}

/**
 * The paths of the kubeconfigs right in a folder, or of those that a pattern names, sorted; null for anything else, also for a
 * pattern that names none: it is taken for the name of a file.
 */
export async function kubeconfigsIn(place: string): Promise<readonly string[] | null> {
  try {
    const names = (await readdir(place)).filter(isNamedSo)
    return await kubeconfigsOf(names.map((name) => path.join(place, name)))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return null
    const found = await kubeconfigsOf((await filesOfPattern(place)) ?? [])
    return found.length === 0 ? null : found
  }
}

async function kubeconfigsOf(files: readonly string[]): Promise<readonly string[]> {
  const inTurn = slots(16)
  const sorted = [...files].sort()
  const are = await Promise.all(sorted.map((file) => inTurn(() => isKubeconfig(file))))
  return sorted.filter((_, at) => are[at])
}
