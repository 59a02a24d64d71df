/**
 * Which files no kubeconfig may be created in or written over, by whatever path: those of AWS, and Ekscope's own. One decision
 * for all code that writes a file at a path that the user chose.
 */
import { lstat, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Fault, fault } from '../../shared/result'
import { roleCacheFolder, ssoCacheFolder } from '../aws/files/cache-files'
import { awsPaths, type Variables } from '../aws/files/paths'
import { realTarget } from '../kubeconfig/disk/replace'
import { isOwnName } from '../system/data-folder'
import { codeOf } from '../system/errno'

export interface Protecting {
  /** Of every environment whose AWS files are in use. */
  readonly variables: readonly Variables[]
  readonly home: string
  readonly platform: NodeJS.Platform
  readonly dataFolder: string
}

/** Why no kubeconfig is written at `path`; null where one may be. */
export async function protectedFile(path: string, of: Protecting): Promise<Fault | null> {
  const { files, folders } = awsPlaces(of)
  const real = await realTarget(path)
  /** The file and every folder above it, by their places on disk. */
  const names: string[] = []
  for (let at = real.ok ? real.value : path; at !== names.at(-1); at = dirname(at)) names.push(at)
  const chain = await Promise.all(names.map((name) => placeOf(name)))
  const [file = ''] = chain
  const isIn = (folder: string) => chain.indexOf(folder, 1)
  for (const one of files) if ((await placeOf(one)) === file) return belongsTo(path, `aws (${one})`)
  for (const one of folders) if (isIn(await placeOf(one)) > 0) return belongsTo(path, `aws (${one})`)
  const own = belongsTo(path, `Ekscope itself (${of.dataFolder})`)
  const above = isIn(await placeOf(of.dataFolder))
  if (above > 0 && isKept(basename(names[above - 1] ?? ''))) return own
  // A second name of a file is not below the folder of the first.
  const links = await stat(path).then(
    ({ nlink }) => nlink > 1,
    () => false,
  )
  if (!links) return null
  for (const one of folders) if (await holds(one, file)) return belongsTo(path, `aws (${one})`)
  for (const name of await readdir(of.dataFolder).catch(() => []))
    if (isKept(name) && (await holds(join(of.dataFolder, name), file))) return own
  return null
}

/** A session's kubeconfig is in `sessions` and may be written. */
const isKept = (name: string): boolean => isOwnName(name) && name !== 'sessions'

/** The files that aws uses with these variables, and those it would use without the variables that name files. */
function awsPlaces({ variables, home, platform }: Protecting) {
  const all = variables.flatMap(({ HOME, USERPROFILE, ...rest }) => {
    const only = {
      ...(HOME === undefined ? {} : { HOME }),
      ...(USERPROFILE === undefined ? {} : { USERPROFILE }),
    }
    return [awsPaths({ ...only, ...rest }, home, platform), awsPaths(only, home, platform)]
  })
  return {
    files: new Set(
      all.flatMap(({ config, credentials }) => [config, credentials]).filter((one) => one !== ''),
    ),
    folders: new Set(
      all.flatMap(({ home: own, loginCache }) => [ssoCacheFolder(own), roleCacheFolder(own), loginCache]),
    ),
  }
}

/**
 * The identity of what is at a path, through any links, mounts or letter case; where nothing is, its place in the folder above.
 */
export async function placeOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => null)
  if (found !== null && found.ino > 0n) return `${found.dev}:${found.ino}`
  const [above, name] = [dirname(path), basename(path)]
  if (above === path) return path
  return `${await placeOf(above)}/${process.platform === 'linux' ? name : name.toLowerCase()}`
}

/** Whether one of the files at or below `path` is the file of that place. */
async function holds(path: string, file: string): Promise<boolean> {
  if ((await placeOf(path)) === file) return true
  for (const name of await readdir(path).catch(() => [])) if (await holds(join(path, name), file)) return true
  return false
}

const belongsTo = (path: string, whom: string): Fault =>
  fault(
    'not-allowed',
    `${path} belongs to ${whom}, so no kubeconfig is written there.`,
    'Choose another name.',
  )

/** Whether a place is as it was looked at: nothing (null), or a file of this text that is no link. Throws system errors. */
export async function isStill(path: string, before: string | null): Promise<boolean> {
  try {
    const found = await lstat(path)
    return found.isFile() && before !== null && (await readFile(path, 'utf8')) === before
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return before === null
    throw error
  }
}
