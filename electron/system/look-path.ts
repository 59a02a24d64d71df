/**
 * Where a command's name leads: Go's exec.LookPath, because that is what kubectl runs exec plugins through, and
 * how safe the way there is. PATH is the parent's: `env: PATH` of an exec entry does not help (docs/identity.md).
 */
import { constants, type Stats } from 'node:fs'
import { access, lstat, realpath, stat } from 'node:fs/promises'
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path'

export type Lookup =
  /** `unsafe` says, as part of a sentence, what would let another user decide which program this is; null: nothing. */
  | { readonly kind: 'found'; readonly path: string; readonly unsafe: string | null }
  /** Go refuses a program that only a relative or empty PATH folder gives. */
  | { readonly kind: 'relative'; readonly path: string }
  | { readonly kind: 'not-executable'; readonly path: string }
  | { readonly kind: 'missing'; readonly searched: readonly string[] }

/** Looks a command up as kubectl would with these variables: a name in PATH, or a path (already resolved) as it is. */
export async function lookUp(
  command: string,
  variables: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = process.platform,
): Promise<Lookup> {
  const suffixes = platform === 'win32' ? windowsSuffixes(command, variables) : ['']
  if (command.includes('/') || (platform === 'win32' && /[\\:]/.test(command))) {
    for (const suffix of suffixes) {
      if (!(await executable(command + suffix))) continue
      const path = command + suffix
      return isAbsolute(path)
        ? { kind: 'found', path, unsafe: await unsafeProgram(path, platform) }
        : { kind: 'relative', path }
    }
    return (await exists(command))
      ? { kind: 'not-executable', path: command }
      : { kind: 'missing', searched: [] }
  }
  const folders = searchPath(variables, platform)
  let unsafe: string | null = null
  for (const folder of folders) {
    for (const suffix of suffixes) {
      const path = join(folder === '' ? '.' : folder, command + suffix)
      if (!(await executable(path))) continue
      if (!isAbsolute(path)) return { kind: 'relative', path }
      const way = unsafe ?? (await unsafeFolder(folder, platform)) ?? (await unsafeProgram(path, platform))
      return { kind: 'found', path, unsafe: way }
    }
    unsafe ??= await unsafeFolder(folder, platform)
  }
  return { kind: 'missing', searched: folders }
}

function searchPath(
  variables: Readonly<Record<string, string>>,
  platform: NodeJS.Platform,
): readonly string[] {
  const name =
    platform === 'win32' ? Object.keys(variables).find((key) => key.toUpperCase() === 'PATH') : 'PATH'
  const value = name === undefined ? undefined : variables[name]
  if (value === undefined || value === '') return []
  return value.split(platform === 'win32' ? ';' : delimiter)
}

function windowsSuffixes(command: string, variables: Readonly<Record<string, string>>): readonly string[] {
  const name = Object.keys(variables).find((key) => key.toUpperCase() === 'PATHEXT')
  const value = (name === undefined ? undefined : variables[name]) || '.COM;.EXE;.BAT;.CMD'
  const suffixes = value.toLowerCase().split(';').filter(Boolean)
  return suffixes.some((suffix) => command.toLowerCase().endsWith(suffix)) ? ['', ...suffixes] : suffixes
}

async function executable(path: string): Promise<boolean> {
  try {
    const found = await stat(path)
    if (!found.isFile()) return false
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

const worldWritable = (found: Stats): boolean => (found.mode & 0o002) !== 0
const sticky = (found: Stats): boolean => (found.mode & 0o1000) !== 0

/**
 * Why another user could put a program into this PATH folder: it is empty or relative, or it, or the folder that it would
 * be made in, is writable by every user. Null when it is as safe as modes can say (not judged on Windows).
 */
async function unsafeFolder(folder: string, platform: NodeJS.Platform): Promise<string | null> {
  if (folder === '') return 'PATH has an empty folder, which means wherever the command is started'
  if (!isAbsolute(folder)) return `PATH has the relative folder ${folder}`
  if (platform === 'win32') return null
  return unsafeWay(folder)
}

async function unsafeProgram(path: string, platform: NodeJS.Platform): Promise<string | null> {
  if (platform === 'win32') return null
  const found = await stat(path).catch(() => null)
  if (found && worldWritable(found)) return `${path} can be changed by every user`
  const real = await realpath(path).catch(() => path)
  return (await unsafeWay(dirname(path))) ?? (real === path ? null : unsafeWay(dirname(real)))
}

async function unsafeWay(folder: string): Promise<string | null> {
  // Both ways count: as written (a link on it could be replaced) and where it leads.
  const real = await realpath(folder).catch(() => folder)
  for (const way of new Set([folder, real])) {
    const unsafe = await unsafeChain(way)
    if (unsafe !== null) return unsafe
  }
  return null
}

async function unsafeChain(folder: string): Promise<string | null> {
  let made = true
  for (let at = folder; ; at = dirname(at)) {
    const found = await lstat(at).catch(() => null)
    if (found && !found.isSymbolicLink() && worldWritable(found)) {
      // In the folder itself any user may create a program; above it only what is there could be renamed away, which
      // the sticky bit of /tmp forbids, unless the folder does not exist yet and any user may make it.
      if (at === folder || !sticky(found) || !made)
        return `the PATH folder ${folder} can be written by every user`
    }
    made = found !== null
    if (at === dirname(at) || at === sep) return null
  }
}
