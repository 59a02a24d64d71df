// Whether out/ is what the sources say: a hash of their contents, kept beside what was built from them.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inProject, readJson, root, say } from './project.mjs'

/** @typedef {import('./target.mjs').Target} Target */

/** The terminal program by each of its names, in a build. */
export const terminalPrograms = ['cli.cjs', 'kubectl-ekscope.cjs', 'kubectl_complete-ekscope.cjs']

/** The programs that a finished build has. */
export const outputs = [
  'main/main.cjs',
  'main/planning.cjs',
  'preload/preload.cjs',
  'renderer/index.html',
  ...terminalPrograms,
  'demo/aws.cjs',
]

const folders = ['shared', 'electron', 'renderer']
const files = [
  'package.json',
  'package-lock.json',
  'electron.vite.config.ts',
  'vite.cli.config.ts',
  'tsconfig.base.json',
  // The app takes the first in, and its texts go through the second.
  'scripts/lib/before-npm.mjs',
  'scripts/lib/ascii.mjs',
  'scripts/lib/bundled.mjs',
]
const stampFile = 'built-from.json'

/**
 * Whether a file in a source folder goes into the build.
 * @param {string} path relative to the project, with forward slashes
 */
export function isSource(path) {
  return !/\.test\.tsx?$|(^|\/)(testing|fixtures)\/|(^|\/)tsconfig[^/]*\.json$/.test(path)
}

/**
 * One hash over everything that a build is made from: names and contents. About 10 ms for a few hundred files; contents
 * and not times, because a clone, a checkout or a restore sets times at will.
 * @param {string} [folder] the project's folder
 * @returns {string}
 */
export function sourcesHash(folder = root) {
  const hash = createHash('sha256')
  const paths = [...files.filter((file) => existsSync(join(folder, file)))]
  for (const name of folders) collect(folder, name, paths)
  for (const path of paths) {
    hash.update(`${path}\0`)
    hash.update(readFileSync(join(folder, path)))
    hash.update('\0')
  }
  return hash.digest('hex')
}

/**
 * @param {string} folder
 * @param {string} under
 * @param {string[]} paths grows
 */
function collect(folder, under, paths) {
  if (!existsSync(join(folder, under))) return
  const entries = readdirSync(join(folder, under), { withFileTypes: true })
  // readdir's order is the file system's; a hash needs one order.
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${under}/${entry.name}`
    if (entry.isDirectory()) collect(folder, path, paths)
    else if (entry.isFile() && isSource(path)) paths.push(path)
  }
}

/**
 * Whether a build is complete, was built from these sources and, where one is given, for this target. The terminal program is the
 * same for all of them.
 * @param {string} hash
 * @param {Target} [target]
 * @param {string} [folder]
 */
export function isBuilt(hash, target, folder = inProject('out')) {
  try {
    const { sources, chrome, node } = readJson(join(folder, stampFile))
    return (
      sources === hash &&
      (target === undefined || (chrome === target.chrome && node === target.node)) &&
      outputs.every((file) => existsSync(join(folder, file)))
    )
  } catch {
    return false
  }
}

/**
 * Notes what was built from what and for what; the last thing that a build does.
 * @param {string} hash
 * @param {Target} target
 * @param {string} folder
 */
export function stampBuild(hash, target, folder) {
  writeFileSync(join(folder, stampFile), `${JSON.stringify({ sources: hash, ...target })}\n`)
}

/**
 * Does something while no other launcher builds in this folder: two `ekscope` at once in a fresh clone would write the
 * same files. A lock whose process is gone is taken over.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function whileBuilding(work) {
  const lock = inProject('node_modules', '.ekscope-building')
  for (let waited = false; ; waited = true) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    if (isAbandoned(lock)) {
      rmSync(lock, { recursive: true, force: true })
      continue
    }
    if (!waited) say('another launcher is building; waiting …')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const release = () => rmSync(lock, { recursive: true, force: true })
  process.once('exit', release)
  try {
    writeFileSync(join(lock, 'pid'), String(process.pid))
    return await work()
  } finally {
    release()
    process.removeListener('exit', release)
  }
}

/** @param {string} lock */
function isAbandoned(lock) {
  try {
    const age = Date.now() - statSync(lock).mtimeMs
    const file = join(lock, 'pid')
    // Between making the folder and writing the number its owner is still there.
    if (!existsSync(file)) return age > 5000
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'ENOENT')
  }
}
