// Runs the builds: window (main, preload, page), terminal program, the demo's own aws.
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isBuilt, outputs, sourcesHash, stampBuild, terminalPrograms, whileBuilding } from './build-state.mjs'
import { electronHere } from './electron.mjs'
import { run } from './process.mjs'
import { inProject, Stop, say } from './project.mjs'
import { declaredTarget, forTarget, targetOf } from './target.mjs'

/**
 * @typedef {import('./electron.mjs').FoundElectron} FoundElectron
 * @typedef {import('./target.mjs').Target} Target
 */

const vite = inProject('node_modules', 'vite', 'bin', 'vite.js')
const electronVite = inProject('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
const out = inProject('out')

/** @type {readonly { what: string, args: readonly string[] }[]} */
const builds = [
  { what: 'the window', args: [electronVite, 'build'] },
  {
    what: "the terminal program, with the demo's stand-in for the aws CLI",
    args: [vite, 'build', '--config', 'vite.cli.config.ts'],
  },
]

/** Builds everything into out/ anew, for the Electron that is here. */
export async function build() {
  const target = await targetHere()
  await whileBuilding(() => buildInto(out, target))
}

/**
 * Builds when out/ is not what the sources say, or is for another Electron. A few milliseconds when all is there.
 * @param {FoundElectron} [electron] who only wants the terminal program needs none
 */
export async function ensureBuild(electron) {
  const target = electron && (await targetOf(electron))
  if (!isBuilt(sourcesHash(), target)) await ensureIn(out, target ?? (await targetHere()))
}

/**
 * The folder of a build for this target: out/ where that is one, else one of its own.
 * @param {Target} target
 */
export async function buildFor(target) {
  const folder = isBuilt(sourcesHash(), target) ? out : inProject('dist', `for-electron-${target.electron}`)
  await ensureIn(folder, target)
  return folder
}

/** Nothing is fetched for it: who starts a window later builds for what is there then. */
async function targetHere() {
  const electron = electronHere()
  return electron === null ? declaredTarget : targetOf(electron)
}

/**
 * @param {string} folder
 * @param {Target} target
 */
async function ensureIn(folder, target) {
  const isThere = () => isBuilt(sourcesHash(), target, folder)
  if (isThere()) return
  await whileBuilding(async () => {
    // Another process may have built while this one waited.
    if (!isThere()) await buildInto(folder, target)
  })
}

/**
 * @param {string} folder
 * @param {Target} target
 */
async function buildInto(folder, target) {
  const started = Date.now()
  // Taken before: what is saved while we build makes the build stale, not current.
  const hash = sourcesHash()
  say(`building for Electron ${target.electron}: Chrome ${target.chrome}, Node ${target.node} …`)
  rmSync(folder, { recursive: true, force: true })
  const env = {
    ...process.env,
    ...forTarget(target),
    NODE_ENV: 'production',
    // Silences a word about a future vite, which would load the TypeScript configuration by Node itself.
    VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true',
  }
  const common = ['--logLevel', 'warn', '--outDir', folder]
  const statuses = await Promise.all(
    builds.map(({ args }) => run(process.execPath, [...args, ...common], { env, output: 'quiet' })),
  )
  const failed = builds.filter((_, index) => statuses[index] !== 0)
  if (failed.length > 0) {
    throw new Stop(
      `the build of ${failed.map(({ what }) => what).join(' and ')} failed; its errors are above.`,
      1,
    )
  }
  for (const program of [...terminalPrograms, 'demo/aws.cjs']) chmodSync(join(folder, program), 0o755)
  stampBuild(hash, target, folder)
  if (!isBuilt(hash, target, folder)) throw new Stop(`the build left out one of ${outputs.join(', ')}.`, 1)
  say(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
