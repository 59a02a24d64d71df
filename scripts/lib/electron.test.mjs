import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import {
  answers,
  appEnvironment,
  archiveUrl,
  cacheFolder,
  electronEnvironment,
  executableIn,
  proxyFor,
  sandboxSwitches,
} from './electron.mjs'

/** @type {(() => void)[]} */
const ends = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/**
 * A real server on loopback.
 * @param {import('node:http').RequestListener} listener
 * @returns {Promise<{ url: string, server: import('node:http').Server }>}
 */
async function serve(listener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return { url: `http://127.0.0.1:${address.port}/`, server }
}

test('the cache follows XDG_CACHE_HOME, but not when it is relative', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me' }, '/home/me')).toBe('/var/cache/me/ekscope')
  expect(cacheFolder({ XDG_CACHE_HOME: 'cache' }, '/home/me')).toBe('/home/me/.cache/ekscope')
  expect(cacheFolder({}, '/home/me')).toBe('/home/me/.cache/ekscope')
})

test('the archive is looked for where its own installer would fetch it, a mirror included', () => {
  const machine = { platform: 'linux', arch: 'x64' }
  expect(archiveUrl('45.4.1', { ...machine, env: {} })).toMatch(
    /\/v45\.4\.1\/electron-v45\.4\.1-linux-x64\.zip$/,
  )
  expect(archiveUrl('45.4.1', { ...machine, env: { ELECTRON_MIRROR: 'https://mirror.example/e' } })).toBe(
    'https://mirror.example/e/v45.4.1/electron-v45.4.1-linux-x64.zip',
  )
})

test('an address is reachable when it answers with the file or with where it is', async () => {
  const { url } = await serve((request, response) => {
    response.statusCode = request.url === '/moved' ? 302 : request.url === '/file' ? 200 : 404
    response.end()
  })
  const options = { timeout: 5000, env: {} }
  expect(await answers(`${url}file`, options)).toBe(true)
  expect(await answers(`${url}moved`, options)).toBe(true)
  expect(await answers(`${url}nothing`, options)).toBe(false)
})

test('a host that refuses, or that never answers, is not reachable, and asking does not hang', async () => {
  const { url, server } = await serve(() => {})
  expect(await answers(url, { timeout: 200, env: {} })).toBe(false)
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  expect(await answers(url, { timeout: 5000, env: {} })).toBe(false)
})

test('an https address is asked for through the proxy that the environment names', async () => {
  /** @type {(string | undefined)[]} */
  const asked = []
  const { url, server } = await serve(() => {})
  server.on('connect', (request, socket) => {
    asked.push(request.url, request.headers['proxy-authorization'])
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  const proxy = url.replace('//', '//me:secret@')
  expect(await answers('https://release.example/file', { timeout: 5000, env: { HTTPS_PROXY: proxy } })).toBe(
    false,
  )
  expect(asked).toEqual(['release.example:443', `Basic ${Buffer.from('me:secret').toString('base64')}`])
})

test('a proxy that lets us through to a host which speaks no TLS is not an answer', async () => {
  const { url: target } = await serve((_, response) => response.end())
  const { url, server } = await serve(() => {})
  server.on('connect', (_, socket) => {
    const onward = connect(Number(new URL(target).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  expect(await answers('https://release.example/file', { timeout: 5000, env: { HTTPS_PROXY: url } })).toBe(
    false,
  )
})

test('the proxy is the one for the scheme, with or without a scheme of its own', () => {
  expect(proxyFor('https://a.example/', {})).toBeNull()
  expect(proxyFor('https://a.example/', { https_proxy: 'proxy.example:3128' })?.host).toBe(
    'proxy.example:3128',
  )
  expect(proxyFor('http://a.example/', { HTTPS_PROXY: 'http://proxy.example' })).toBeNull()
})

test('a stand-in is named to the app and to the tools, and the official Electron is left to its own package', () => {
  const standIn = /** @type {const} */ ({
    kind: 'stand-in',
    dist: '/c/e',
    executable: '/c/e/electron',
    version: '25.1.1',
  })
  expect(electronEnvironment(standIn, { HOME: '/home/me' })).toEqual({
    HOME: '/home/me',
    ELECTRON_OVERRIDE_DIST_PATH: '/c/e',
    ELECTRON_EXEC_PATH: '/c/e/electron',
    EKSCOPE_STANDIN_ELECTRON: '25.1.1',
  })
  const official = electronEnvironment(
    { ...standIn, kind: 'official' },
    { EKSCOPE_STANDIN_ELECTRON: '25.1.1' },
  )
  expect(official).toEqual({ ELECTRON_EXEC_PATH: '/c/e/electron' })
})

test('the app is told what in its environment is of the launcher, and gets nothing of npm', () => {
  const electron = /** @type {const} */ ({
    kind: 'stand-in',
    dist: '/c/e',
    executable: '/c/e/electron',
    version: '25.1.1',
  })
  const variables = {
    HOME: '/home/me',
    PATH: '/tmp/p/node_modules/.bin:/tmp/node_modules/.bin:/node_modules/.bin:/n/node-gyp-bin:/usr/bin',
    ELECTRON_OVERRIDE_DIST_PATH: '/c/e',
    npm_execpath: '/n/npm-cli.js',
    npm_lifecycle_event: 'demo',
    INIT_CWD: '/home/me',
  }
  expect(appEnvironment(electron, { DISPLAY: ':99' }, variables)).toEqual({
    HOME: '/home/me',
    PATH: '/usr/bin',
    ELECTRON_OVERRIDE_DIST_PATH: '/c/e',
    ELECTRON_EXEC_PATH: '/c/e/electron',
    EKSCOPE_STANDIN_ELECTRON: '25.1.1',
    DISPLAY: ':99',
    EKSCOPE_LAUNCHER_SET: 'ELECTRON_EXEC_PATH EKSCOPE_STANDIN_ELECTRON DISPLAY',
  })
})

test('a variable that would turn Electron into a plain Node is not handed on', () => {
  const electron = /** @type {const} */ ({
    kind: 'official',
    dist: '/e',
    executable: '/e/electron',
    version: '45.4.1',
  })
  expect(electronEnvironment(electron, { ELECTRON_RUN_AS_NODE: '1' })).not.toHaveProperty(
    'ELECTRON_RUN_AS_NODE',
  )
})

test('only root on Linux goes without the sandbox', () => {
  expect(sandboxSwitches(0, 'linux')).toEqual(['--no-sandbox'])
  expect(sandboxSwitches(1000, 'linux')).toEqual([])
  expect(sandboxSwitches(0, 'darwin')).toEqual([])
  expect(sandboxSwitches(undefined, 'win32')).toEqual([])
})

test('the executable has the name that Electron gives it on each system', () => {
  expect(executableIn('linux')).toBe('electron')
  expect(executableIn('win32')).toBe('electron.exe')
  expect(executableIn('darwin')).toBe('Electron.app/Contents/MacOS/Electron')
})
