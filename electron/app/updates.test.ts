import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NsisUpdater } from 'electron-updater'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dialledAgents } from '../net/agents'
import { notSameSigner } from '../system/same-signer'
import { createUpdates } from './updates'

const installer = Buffer.from('the new program')
let folder: string
let server: Server
let asked: string[]
let latest: { version: string; bytes: Buffer }
let port: number

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-updates-'))
  asked = []
  latest = { version: '9.0.0', bytes: installer }
  server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '')
    asked.push(path)
    if (path === '/new.exe') return void response.end(installer)
    if (!path.endsWith('.yml') || latest.version === 'none') return void response.writeHead(404).end()
    const sha512 = createHash('sha512').update(latest.bytes).digest('base64')
    const files = `files:\n  - url: new.exe\n    sha512: ${sha512}\n    size: ${installer.length}\n`
    response.end(
      `version: ${latest.version}\n${files}path: new.exe\nsha512: ${sha512}\nreleaseDate: '2030-01-01'\n`,
    )
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  port = address.port
})
afterEach(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The updater of Windows, of a program of version 1.0.0; `signer`: what PowerShell prints of the two signatures. */
function opened(signer: string, status = 0) {
  let updaters = 0
  const failures: unknown[] = []
  const configuration = join(folder, 'app-update.yml')
  const settings = `provider: generic\nurl: http://127.0.0.1:${port}\nupdaterCacheDirName: ekscope\n`
  writeFileSync(configuration, settings)
  const powershell = join(folder, 'powershell')
  const seen = join(folder, 'seen')
  writeFileSync(
    powershell,
    `#!/bin/sh\necho "$EKSCOPE_PROGRAM $EKSCOPE_UPDATE" > '${seen}'\necho '${signer}'\nexit ${status}\n`,
  )
  chmodSync(powershell, 0o755)
  const updates = createUpdates({
    async open() {
      updaters += 1
      return new NsisUpdater(null, {
        ...{ version: '1.0.0', name: 'ekscope', isPackaged: true, appUpdateConfigPath: configuration },
        ...{ userDataPath: join(folder, 'data'), baseCachePath: join(folder, 'cache') },
        whenReady: async () => undefined,
        relaunch: () => undefined,
        quit: () => undefined,
        onQuit: () => undefined,
      })
    },
    agents: async () => dialledAgents({ ca: '', proxyFor: () => null, connectMs: 5_000, mostSockets: 4 }),
    refuses: (update) => notSameSigner({ program: '/own program', update }, powershell),
    failed: (error) => failures.push(error),
  })
  return {
    updates,
    failures,
    updaters: () => updaters,
    seen: () => (existsSync(seen) ? readFileSync(seen, 'utf8') : ''),
  }
}

test('before it is turned on nothing is loaded, and no server is asked', async () => {
  const { updates, updaters } = opened('same')
  await updates.turn(false)
  await updates.end()
  expect([updates.said(), updaters(), asked]).toEqual([null, 0, []])
})

test('a newer version is fetched, compared with its hash and its signer, and said', async () => {
  const { updates, seen, failures } = opened('same')
  await updates.turn(true)
  expect(failures).toEqual([])
  expect(updates.said()).toBe('Ekscope 9.0.0 is downloaded, and is installed when Ekscope ends.')
  expect(seen()).toMatch(/^\/own program .*new\.exe\n$/)
  await updates.turn(true)
  expect(asked.filter((path) => path === '/new.exe')).toHaveLength(1)
  await updates.turn(false)
  expect(updates.said()).toBe(null)
})

test('what is not signed as this program is, or could not be checked, is not installed', async () => {
  const { updates } = opened('the update is not signed: NotSigned')
  await updates.turn(true)
  expect(updates.said()).toBe(
    'Ekscope 9.0.0 was downloaded and is not installed: the update is not signed: NotSigned.',
  )
  for (const unchecked of [opened('same', 1), opened('')]) {
    await unchecked.updates.turn(true)
    expect(unchecked.updates.said()).toContain('is not installed: its signature could not be checked')
  }
})

test('a file that is not the one that was announced is refused before anything looks at it', async () => {
  latest.bytes = Buffer.from('another program')
  const { updates, seen, failures } = opened('same')
  await updates.turn(true)
  expect(updates.said()).toMatch(/^There was no answer about updates: sha512 checksum mismatch/)
  expect(seen()).toBe('')
  expect(failures).not.toEqual([])
})

test('no newer version, and a server that does not answer, are said', async () => {
  latest.version = '1.0.0'
  const same = opened('same')
  await same.updates.turn(true)
  expect(same.updates.said()).toBe('There is no newer version.')
  latest.version = 'none'
  const silent = opened('same')
  await silent.updates.turn(true)
  expect(silent.updates.said()).toMatch(/^There was no answer about updates: /)
})
