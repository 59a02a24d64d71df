/** The home folder by which kubectl finds ~/.kube (client-go's homedir). */
import { statSync } from 'node:fs'
import { join } from 'node:path'

type Look = (path: string) => { readonly mode: number; isDirectory(): boolean }

/**
 * HOME; on Windows the first of HOME, HOMEDRIVE with HOMEPATH, and USERPROFILE that has a kubeconfig, else the first of HOME,
 * USERPROFILE, and HOMEDRIVE with HOMEPATH that takes new files, else that is there, else that is set. Empty: none is.
 */
export function kubectlHome(
  {
    HOME = '',
    HOMEDRIVE = '',
    HOMEPATH = '',
    USERPROFILE = '',
  }: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
  look: Look = statSync,
): string {
  if (platform !== 'win32') return HOME
  const onDrive = HOMEDRIVE && HOMEPATH && HOMEDRIVE + HOMEPATH
  const facts = (path: string) => {
    try {
      return look(path)
    } catch {
      return null
    }
  }
  const set = [HOME, USERPROFILE, onDrive].filter(Boolean)
  const there = set.filter((folder) => facts(folder) !== null)
  return (
    [HOME, onDrive, USERPROFILE].find(
      (folder) => folder && facts(join(folder, '.kube', 'config')) !== null,
    ) ??
    there.find((folder) => {
      const found = facts(folder)
      return found?.isDirectory() && (found.mode & 0o200) !== 0
    }) ??
    there[0] ??
    set[0] ??
    ''
  )
}
