// npm ci, when node_modules is missing or is not what package-lock.json says.
import { existsSync } from 'node:fs'
import { npm, run, unattended } from './process.mjs'
import { inProject, readJson, Stop, say } from './project.mjs'

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }} Locked
 * @typedef {{ packages: Record<string, Locked> }} Lock
 */

/**
 * Whether what npm recorded as installed is what the lock file asks for. npm writes its record (`.package-lock.json`
 * in node_modules) last, so an interrupted install has none. Optional packages may be absent: they are those of other
 * platforms.
 * @param {Lock} wanted package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json
 * @returns {boolean}
 */
export function isInstalled(wanted, installed) {
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (path === '') continue
    const present = installed.packages[path]
    if (present === undefined) {
      if (entry.optional === true || entry.devOptional === true) continue
      return false
    }
    if (present.version !== entry.version || present.integrity !== entry.integrity) return false
  }
  // Something installed by hand beside the lock would be built against by accident.
  return Object.keys(installed.packages).every((path) => wanted.packages[path] !== undefined)
}

/** Installs the pinned packages when they are not there. A few milliseconds when they are. */
export async function ensureDependencies() {
  const record = inProject('node_modules', '.package-lock.json')
  if (existsSync(record) && isInstalled(readJson(inProject('package-lock.json')), readJson(record))) return
  say('installing the pinned packages (npm ci) …')
  // Errors only: build tools warn that they are tested with newer Nodes than the one they run well on.
  const { command, args } = npm()
  const status = await run(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    env: unattended(process.env),
    output: 'quiet',
  })
  if (status !== 0) {
    throw new Stop(
      `npm ci failed with status ${status} (its reason is above). Ekscope's packages come from the npm registry: check the network or npm's proxy and registry settings, then try again.`,
    )
  }
}
