/** Many tokens at once of one role: one process asks AWS for it, the others wait for what it keeps. */
import { join } from 'node:path'
import { openDataFolder } from '../../system/data-folder'
import { takenLock } from '../../system/data-folder-lock'

/** What one call to AWS takes at most, ms, with some of what comes before. */
const mostWait = 25_000

/** Waits for its turn at what is called `name`, by a lock in Ekscope's data folder; at once where there can be none. */
export async function turnIn(
  folder: string,
  name: string,
  needed: () => Promise<boolean>,
): Promise<() => Promise<unknown>> {
  const none = async () => undefined
  try {
    const ready = await openDataFolder(folder).ensure()
    return (ready.ok ? await takenLock(join(folder, `lock.${name}`), mostWait, needed) : null) ?? none
  } catch {
    return none
  }
}
