// The terminal program as one executable with a Node in it, for machines that have none.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './electron.mjs'
import { ensureJudge, judges } from './judges.mjs'
import { run } from './process.mjs'
import { inProject, Stop, say } from './project.mjs'

/** Where it is made, with the list of what is bundled in it. */
export const singleFolder = inProject('dist', 'single')
export const singleExecutable = join(singleFolder, process.platform === 'win32' ? 'ekscope.exe' : 'ekscope')

/**
 * The Node that goes into it: the newest with long-term support, pinned; where that is not carried for this system, the one that
 * runs this, if it can make one (since 25.5).
 * @returns {Promise<{ path: string, version: string }>}
 */
async function nodeToEmbed() {
  if (process.platform === 'linux' && process.arch === 'x64') {
    const { program, version } = judges['node-26']
    return { path: join(await ensureJudge('node-26', cacheFolder()), program), version }
  }
  const { node: version } = process.versions
  if (Number(version.split('.')[0]) < 26)
    throw new Stop(`the single executable is made by Node 26 or newer; this is Node ${version}.`)
  return { path: process.execPath, version }
}

/**
 * Makes it in dist/.
 * @returns {Promise<{ nodeVersion: string }>}
 */
export async function makeSingleExecutable() {
  const { path, version } = await nodeToEmbed()
  say(`making the single executable with Node ${version} …`)
  rmSync(singleFolder, { recursive: true, force: true })
  mkdirSync(singleFolder, { recursive: true })
  const node = join(singleFolder, 'node')
  copyFileSync(path, node)
  const settings = join(singleFolder, 'settings.json')
  const script = join(singleFolder, 'single-executable.cjs')
  writeFileSync(
    settings,
    JSON.stringify({
      main: script,
      executable: node,
      output: singleExecutable,
      disableExperimentalSEAWarning: true,
      useCodeCache: true,
    }),
  )
  const vite = inProject('node_modules', 'vite', 'bin', 'vite.js')
  const env = { ...process.env, NODE_ENV: 'production', VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true' }
  const words = ['build', '--config', 'vite.cli.config.ts', '--mode', 'single', '--logLevel', 'warn']
  await done(process.execPath, [vite, ...words], env)
  // What only debuggers read: a fifth. A signed program of macOS must stay as it is.
  if (process.platform === 'linux') await done('strip', [node])
  await done(path, ['--build-sea', settings])
  for (const file of [node, settings, script]) rmSync(file)
  return { nodeVersion: version }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
async function done(command, args, env = process.env) {
  const status = await run(command, args, { env, output: 'if it fails' })
  if (status !== 0)
    throw new Stop(`${[command, ...args].join(' ')} ended with status ${status}; its reason is above.`, 1)
}
