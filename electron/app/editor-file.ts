/** Which files the system may be asked to open in an editor. */
import { realpath, stat } from 'node:fs/promises'
import path from 'node:path'

/** Endings of text that no system runs when it is opened. A kubeconfig may be called anything: `team.bat`, `x.command`. */
const textEndings: ReadonlySet<string> = new Set([
  '',
  '.cfg',
  '.conf',
  '.config',
  '.json',
  '.kubeconfig',
  '.txt',
  '.yaml',
  '.yml',
])

/**
 * Whether opening a file by the system's way cannot run it: a regular file whose names, as listed and behind links, end as text
 * does, and which no user may execute (macOS runs such a file in a terminal).
 */
export async function opensAsText(file: string): Promise<boolean> {
  try {
    const real = await realpath(file)
    const facts = await stat(real)
    // Windows passes over dots and blanks at the end of a name and ends it at a colon.
    const isText = (name: string) =>
      /^[^:]*[^. :]$/.test(path.basename(name)) && textEndings.has(path.extname(name).toLowerCase())
    return facts.isFile() && (facts.mode & 0o111) === 0 && isText(file) && isText(real)
  } catch {
    return false
  }
}
