/** Folders that may not be there yet. */
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from './errno'

/**
 * Makes a folder (0700) with those above it; gives the first that was made, undefined where all were there. Throws system
 * errors. Node's own `recursive` never ends where a folder that is there takes none (ENOENT in /proc).
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, 0o700)
    return folder
  } catch (error) {
    const code = codeOf(error)
    const above = dirname(folder)
    if (code === 'EEXIST' && (await isFolder(folder))) return undefined
    if (code !== 'ENOENT' || above === folder || (await isFolder(above))) throw error
    const first = await makeFolder(above)
    const last = await makeFolder(folder)
    return first ?? last
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
