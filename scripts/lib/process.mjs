// Child processes of the launchers: finding a program, running one to its end, handing signals on.
import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { setPriority } from 'node:os'
import { delimiter, join } from 'node:path'
import { root } from './project.mjs'

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * The absolute path of a program on PATH, or null.
 * @param {string} name
 * @param {string | undefined} [path] the value of PATH
 * @returns {string | null}
 */
export function which(name, path = process.env.PATH) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : ['']
  for (const folder of (path ?? '').split(delimiter)) {
    if (folder === '') continue
    for (const ending of endings) {
      const file = join(folder, name + ending)
      try {
        accessSync(file, constants.X_OK)
        if (statSync(file).isFile()) return file
      } catch {
        // Not here; the next folder may have it.
      }
    }
  }
  return null
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] the project's folder when absent
 * @property {NodeJS.ProcessEnv} [env] this process's when absent
 * @property {'ours' | 'quiet' | 'if it fails'} [output] `ours` (when absent): inherited; `quiet`: both streams go to
 *   standard error, so that a launcher's own standard output stays empty; `if it fails`: so too, but only then
 * @property {boolean} [input] hand standard input on
 * @property {boolean} [apart] out of reach of a signal for all programs of the terminal: it gets the one that is handed on
 * @property {boolean} [patient] others come first where processors are wanting
 */

/**
 * Runs a program to its end and gives its exit status. Signals that reach this process are handed on, and this process
 * waits for the child to end by itself: so a Ctrl+C never leaves a window or a server behind.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<number>} 128 + n after signal n, as a shell says it
 */
export function run(
  command,
  args,
  { cwd = root, env = process.env, output = 'ours', input = false, apart = false, patient = false } = {},
) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: [
        input ? 'inherit' : 'ignore',
        output === 'ours' ? 'inherit' : output === 'quiet' ? 2 : 'pipe',
        output === 'if it fails' ? 'pipe' : 'inherit',
      ],
      detached: apart && process.platform !== 'win32',
      windowsHide: true,
    })
    if (patient && child.pid !== undefined) setPriority(child.pid, 5)
    /** @type {Buffer[]} */
    const held = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => held.push(part))
    /** @type {(signal: NodeJS.Signals) => void} */
    const handOn = (signal) => void child.kill(signal)
    for (const signal of signals) process.on(signal, handOn)
    const done = () => {
      for (const signal of signals) process.removeListener(signal, handOn)
    }
    child.once('error', (error) => {
      done()
      reject(error)
    })
    child.once('close', (code, signal) => {
      done()
      if (code !== 0) process.stderr.write(Buffer.concat(held))
      resolve(code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 1))
    })
  })
}

/**
 * Runs a short program and gives what it printed; never throws for a program that fails or is missing.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<{ status: number, stdout: string, stderr: string }>} status 127 when it could not be started
 */
export function ask(command, args, { env = process.env, cwd = root } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.once('error', (error) => resolve({ status: 127, stdout, stderr: String(error.message) }))
    child.once('close', (code) => resolve({ status: code ?? 1, stdout, stderr }))
  })
}

/**
 * How to call npm: the one that started us if one did, so that its version and settings stay the same.
 * @returns {{ command: string, args: string[] }}
 */
export function npm() {
  const started = process.env.npm_execpath
  if (started?.endsWith('.js')) return { command: process.execPath, args: [started] }
  const found = which('npm')
  // On Windows npm is a .cmd file, which node does not spawn without a shell.
  if (process.platform === 'win32') return { command: 'cmd.exe', args: ['/d', '/s', '/c', 'npm'] }
  return { command: found ?? 'npm', args: [] }
}

/**
 * Standard input closed, nothing to answer: tools must not ask.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function unattended(env) {
  return { ...env, DEBIAN_FRONTEND: 'noninteractive', npm_config_yes: 'true' }
}
