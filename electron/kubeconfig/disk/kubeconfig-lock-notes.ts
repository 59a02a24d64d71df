/**
 * Which locks a process is about to take, noted in our own folder until they are released: those of a process that was
 * killed are found again also beside files that no list names.
 */
import { randomBytes } from 'node:crypto'
import { readdir, rename, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { exposureOf } from '../../system/exposure'
import { makeFolder } from '../../system/make-folder'
import { textOfOwn } from '../../system/own-file'
import { ownerSchema, ownerState, temporaryName, thisOwner } from '../../system/process-owner'
import { withRetries } from '../../system/windows'
import { jsonText } from './history-latest'

const ending = '.locks'
const schema = jsonText(v.object({ version: v.literal(1), owner: ownerSchema, locks: v.array(v.string()) }))

export interface LockNote {
  readonly path: string
  readonly content: string
}

/** Null where Ekscope's folder is not writable: the write reports that. Not synced: for killed processes, not power cuts. */
export async function noteLocks(folder: string, locks: readonly string[]): Promise<LockNote | null> {
  const name = `${randomBytes(8).toString('hex')}${ending}`
  const [path, temporary] = [join(folder, name), join(folder, temporaryName(name))]
  const content = JSON.stringify({ version: 1, owner: thisOwner(), locks })
  try {
    await makeFolder(folder)
    await writeFile(temporary, content, { flag: 'wx', mode: 0o600 })
    await withRetries(() => rename(temporary, path))
    return { path, content }
  } catch {
    await unlink(temporary).catch(() => undefined)
    return null
  }
}

/** Notes of processes that are certainly gone. */
export async function abandonedNotes(folder: string) {
  const found: { readonly path: string; readonly locks: readonly string[] }[] = []
  if (exposureOf(folder, [dirname(folder), folder]) !== null) return found
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith(ending)) continue
    const path = join(folder, name)
    const note = v.safeParse(schema, await textOfOwn(path, 1_000_000))
    if (note.success && ownerState(note.output.owner) === 'gone')
      found.push({ path, locks: note.output.locks })
  }
  return found
}
