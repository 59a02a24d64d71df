/** Node's own compile cache, in Ekscope's data folder. */
import { mkdirSync, statSync } from 'node:fs'
import module from 'node:module'
import path from 'node:path'

/**
 * Lets Node store its compiled code of the modules that are loaded from now on, and use it at the next start (Node 22 and
 * later). Code that runs is read from this cache, so it is where only the user can write. Where the data folder is missing, or
 * open to others, nothing is stored; the folder is not created, because reading leaves no trace.
 */
export function useCompileCache(dataFolder: string): void {
  const enable: unknown = Reflect.get(module, 'enableCompileCache')
  if (typeof enable !== 'function' || !isPrivate(dataFolder)) return
  const folder = path.join(dataFolder, 'compiled')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch {
    return
  }
  if (isPrivate(folder)) Reflect.apply(enable, module, [folder])
}

/** Whether the caller alone can write to this folder. Windows keeps no mode: there the user's own folder is private. */
function isPrivate(folder: string): boolean {
  try {
    const { uid, mode } = statSync(folder)
    return process.getuid === undefined || (uid === process.getuid() && (mode & 0o077) === 0)
  } catch {
    return false
  }
}
