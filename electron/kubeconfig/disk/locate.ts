/** Which kubeconfig files there are, by client-go's loading rules (docs/editing.md, "What kubectl makes of a kubeconfig"). */
import { posix, win32 } from 'node:path'
import type { FileSource } from '../../../shared/kubeconfig/entries'

/** One file of the list, absolute; it may not exist. */
export interface ListedFile {
  readonly path: string
  readonly source: FileSource
  /** The folder or pattern that it was found by. */
  readonly foundBy?: string
  /** The user's own: named by KUBECONFIG, or the default. */
  readonly own: boolean
}

export interface EntryPlace {
  /** Value of `--kubeconfig`; null or empty when not given. */
  readonly explicit: string | null
  /** The kubeconfigs of the folder or pattern that `--kubeconfig` names; null or absent where it names none. */
  readonly folder?: readonly string[] | null
  /** Of the environment whose KUBECONFIG and HOME count. */
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly cwd: string
  readonly platform: NodeJS.Platform
  /** Files that the user opened in addition to the list, also by a folder or pattern, in that order. */
  readonly opened: readonly Omit<ListedFile, 'own'>[]
  /** Files to be created in addition to the list. */
  readonly toMake?: readonly string[]
}

/**
 * `--kubeconfig` alone when given, each file of it where it is a folder or pattern; else the files of KUBECONFIG, empty names skipped, none twice; else
 * ~/.kube/config. As in kubectl, `~` inside a name is not the home folder, and a KUBECONFIG of nothing but separators
 * names no file at all. Opened files come last.
 */
export function locateKubeconfigs(where: EntryPlace): readonly ListedFile[] {
  const path = where.platform === 'win32' ? win32 : posix
  const own = ownFiles(where)
  const explicit = where.explicit ?? ''
  const isOwn = (name: string): boolean => own.some((file) => same(file.path, name, where))
  const main: readonly ListedFile[] = where.folder
    ? where.folder.map((name) => ({ path: name, source: 'folder', own: isOwn(name) }))
    : explicit === ''
      ? own
      : [{ path: explicit, source: 'option', own: isOwn(explicit) }]
  const seen = new Set<string>()
  const all = [
    ...main,
    ...where.opened.map((file): ListedFile => ({ ...file, own: false })),
    ...(where.toMake ?? []).map((name): ListedFile => ({ path: name, source: 'to-make', own: false })),
  ]
  return all.flatMap((file) => {
    const absolute = path.resolve(where.cwd, file.path)
    if (seen.has(absolute)) return []
    seen.add(absolute)
    return [{ ...file, path: absolute }]
  })
}

/** The user's own list: of KUBECONFIG, else the default. */
function ownFiles(where: EntryPlace): readonly ListedFile[] {
  const path = where.platform === 'win32' ? win32 : posix
  const list = where.variables.KUBECONFIG ?? ''
  if (list === '') {
    return [{ path: path.join(where.home, '.kube', 'config'), source: 'default', own: true }]
  }
  return splitList(list, where.platform).map((name) => ({ path: name, source: 'KUBECONFIG', own: true }))
}

function same(a: string, b: string, where: EntryPlace): boolean {
  const path = where.platform === 'win32' ? win32 : posix
  return path.resolve(where.cwd, a) === path.resolve(where.cwd, b)
}

/** As Go's filepath.SplitList: on Windows double quotes protect a semicolon and are dropped. */
function splitList(list: string, platform: NodeJS.Platform): readonly string[] {
  if (platform !== 'win32') return list.split(':').filter((name) => name !== '')
  const names: string[] = []
  let quoted = false
  let name = ''
  for (const letter of list) {
    if (letter === '"') quoted = !quoted
    else if (letter === ';' && !quoted) {
      names.push(name)
      name = ''
    } else name += letter
  }
  names.push(name)
  return names.filter((each) => each !== '')
}
