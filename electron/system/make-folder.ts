/** Folders that may not be there yet, and what is in them synced. */
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from './errno'
import { withFile } from './with-file'

/**
 * Makes a folder (0700) with those above it, each synced into the one above; gives the first that was made, undefined where
 * all were there. Throws system errors. Node's own `recursive` never ends where a folder that is there takes none (ENOENT in
 * /proc).
 */
export async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    return await makeIn(folder)
  } catch (error) {
    const above = dirname(folder)
    if (codeOf(error) !== 'ENOENT' || above === folder) throw error
    // Where another process has made that one meanwhile, this one can be made now.
    const first = (await isFolder(above)) ? undefined : await makeFolder(above)
    const last = await makeIn(folder)
    return first ?? last
  }
}

/** In a folder that is there. */
async function makeIn(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, 0o700)
    // What is written there and synced would go with it.
    await syncFolder(dirname(folder))
    return folder
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await isFolder(folder))) return undefined
    throw error
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/** Makes a rename outlive a power cut. Where the system cannot sync a folder, the rename stays as it is. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows and some network file systems refuse this.
  await withFile(folder, 'r', (handle) => handle.sync()).catch(() => undefined)
}
