// A display where there is none: an Xvfb of our own, seen by nobody, ended with the program that needed it.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { which } from './process.mjs'
import { Stop } from './project.mjs'

/**
 * Whether a window could be opened here without our help.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 */
export function hasDisplay(env = process.env, platform = process.platform) {
  if (platform !== 'linux') return true
  return Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY)
}

/**
 * An X authority file with one cookie that holds for every host and display. With it nobody else on the machine can
 * look into the window or type into it; and no `xauth` program is needed.
 * @param {Buffer} cookie 16 bytes
 * @returns {Buffer}
 */
export function authority(cookie) {
  /** @param {Buffer} bytes */
  const counted = (bytes) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
  return Buffer.concat([
    Buffer.from([0xff, 0xff]), // FamilyWild: any address
    counted(Buffer.alloc(0)),
    counted(Buffer.alloc(0)),
    counted(Buffer.from('MIT-MAGIC-COOKIE-1')),
    counted(cookie),
  ])
}

/**
 * Starts Xvfb on the first free display.
 * @returns {Promise<{ env: { DISPLAY: string, XAUTHORITY: string }, stop: () => Promise<void> }>} `env` is to be laid
 *   over the environment of the program that opens windows; `stop` ends the display and waits until it has ended
 */
export async function startDisplay() {
  const xvfb = which('Xvfb')
  if (xvfb === null)
    throw new Stop('There is no display and no Xvfb to make one (Debian: apt-get install xvfb).')
  const folder = mkdtempSync(join(tmpdir(), 'ekscope-display-'))
  const file = join(folder, 'authority')
  writeFileSync(file, authority(randomBytes(16)), { mode: 0o600 })
  const server = spawn(
    xvfb,
    // -displayfd: the server itself takes a free number and writes it to descriptor 3, so two never fight for one.
    ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset', '-auth', file],
    // A session of its own: Ctrl+C in the terminal must end the window first, the display after it.
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], detached: true },
  )
  const gone = new Promise((resolve) => server.once('close', resolve).once('error', resolve))
  const end = () => {
    server.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  const stop = async () => {
    process.removeListener('exit', end)
    server.ref()
    end()
    await gone
  }
  process.once('exit', end)
  try {
    const number = await announced(server)
    // The server must not keep this process alive once the program in front of it has ended.
    server.unref()
    return { env: { DISPLAY: `:${number}`, XAUTHORITY: file }, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * The display number that Xvfb writes when it is ready.
 * @param {import('node:child_process').ChildProcess} server
 * @returns {Promise<number>}
 */
function announced(server) {
  return new Promise((resolve, reject) => {
    let complaint = ''
    let text = ''
    server.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ part) => {
      // Bounded: Xvfb goes on complaining about keymaps for as long as it lives.
      if (complaint.length < 4096) complaint += part
    })
    const numbers = server.stdio[3]
    if (!numbers || !('setEncoding' in numbers)) throw new Error('descriptor 3 is a pipe by construction')
    numbers.setEncoding('utf8').on('data', (/** @type {string} */ part) => {
      text += part
      const line = /^(\d+)\n/.exec(text)
      if (line === null) return
      for (const stream of [server.stderr, numbers]) if (stream && 'unref' in stream) unrefStream(stream)
      resolve(Number(line[1]))
    })
    server.once('error', (error) => reject(new Stop(`Xvfb could not be started: ${error.message}`)))
    server.once('exit', (status) => {
      reject(new Stop(`Xvfb ended at once with status ${status}: ${complaint.trim() || 'it gave no reason'}`))
    })
  })
}

/** @param {object} stream a pipe to a child, which node would otherwise wait for */
function unrefStream(stream) {
  if ('unref' in stream && typeof stream.unref === 'function') stream.unref()
}
