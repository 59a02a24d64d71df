// Where things are, how the launchers speak, and how they end. Node built-ins only: this runs before `npm ci` did.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeNpm } from './before-npm.mjs'

/** The project's folder, absolute. */
export const root = resolve(fileURLToPath(new URL('../..', import.meta.url)))

/**
 * A path inside the project.
 * @param {string[]} parts
 */
export const inProject = (...parts) => join(root, ...parts)

/**
 * A refusal with a reason that a person can act on; shown without a stack trace.
 */
export class Stop extends Error {
  /**
   * @param {string} message what happened, why, and what to do next
   * @param {number} [exitCode] 3: it could not be done · 2: wrong usage
   */
  constructor(message, exitCode = 3) {
    super(message)
    this.exitCode = exitCode
  }
}

/**
 * Tells the person at the terminal something. Always on standard error: standard output belongs to the program
 * that is launched (`npm run -s ekscope -- list --json` must be one JSON document and nothing else).
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`ekscope: ${text}\n`)
}

/**
 * A few lines in a frame, for what must not be overlooked.
 * @param {string[]} lines
 */
export function sayLoudly(lines) {
  const width = Math.max(...lines.map((line) => line.length))
  const bar = '─'.repeat(width + 2)
  const body = lines.map((line) => `│ ${line.padEnd(width)} │`)
  process.stderr.write(['', `┌${bar}┐`, ...body, `└${bar}┘`, '', ''].join('\n'))
}

/**
 * Runs a launcher: its number becomes the exit status, a Stop its message, anything else a stack trace.
 * @param {() => Promise<number>} launcher
 */
export async function main(launcher) {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    say(`Node ${process.versions.node} is too old: Ekscope needs Node 20 or newer.`)
    process.exitCode = 3
    return
  }
  // From a clone in a folder that everybody may write, npm searches folders first that everybody may make. The rest of
  // what npm put there (where it is, the caller's folder, its settings) is needed until something is started.
  for (const [name, value] of Object.entries(beforeNpm(process.env)))
    if (/^path$/i.test(name)) process.env[name] = value
  try {
    process.exitCode = await launcher()
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    say(error.message)
    process.exitCode = error.exitCode
  }
}

/**
 * The exact version that package.json pins for a development dependency.
 * @param {string} name
 * @returns {string}
 */
export function pinnedVersion(name) {
  const version = readJson(inProject('package.json')).devDependencies[name]
  if (typeof version !== 'string') throw new Error(`package.json pins no version of ${name}`)
  return version
}

/**
 * A JSON file's value; throws when there is none or it does not parse.
 * @param {string} path
 */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/**
 * The folder that paths on the command line are meant from. `npm run` changes to the project's folder and leaves the
 * caller's in INIT_CWD; that variable is inherited by everything below, so it counts only right under npm.
 * @param {string} script the name of the npm script that this launcher belongs to
 */
export function callersFolder(script) {
  const { INIT_CWD, npm_lifecycle_event: event } = process.env
  return INIT_CWD !== undefined && event === script && process.cwd() === root ? INIT_CWD : process.cwd()
}
