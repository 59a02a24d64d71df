import { createHmac } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDataFolder } from '../system/data-folder'
import { openDecisions, trustFile, wasAddedIn } from './decisions'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ekscope-trust-'))
  await chmod(folder, 0o700)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = () => openDecisions(openDataFolder(folder).file(trustFile), () => 1_700_000_000_000)
const fingerprint = 'ab'.repeat(32)
const at = (server: string) => ({ server, tlsServerName: null, proxyUrl: null })
const file = { path: '/home/u/download.yaml', realPath: '/home/u/download.yaml', revision: 'r1' }

test('at first nothing is allowed and no file is trusted', async () => {
  const trust = await open().load()
  expect(trust.allows(fingerprint)).toBe(false)
  expect(trust.trustsFile(file)).toBe(false)
  expect(trust.trustsInsecure('/f', at('https://x'))).toBe(false)
  expect(await open().list()).toEqual([])
})

test('a decision made in one process counts in another, in a file that only the user can read', async () => {
  const first = open()
  expect((await first.allow('exec', fingerprint, 'plugin --x')).ok).toBe(true)
  expect((await open().load()).allows(fingerprint)).toBe(true)
  expect(await open().list()).toEqual([
    { kind: 'exec', fingerprint, what: 'plugin --x', at: 1_700_000_000_000 },
  ])
  expect((await stat(join(folder, 'trust.json'))).mode & 0o777).toBe(0o600)
})

test('the key of a question shown before the first decision is the key that the decision is kept under', async () => {
  const decisions = open()
  const before = await decisions.load()
  await decisions.allow('exec', fingerprint, 'x')
  expect((await open().load()).key).toBe(before.key)
})

test('a foreign file is trusted as it was then: when its content changes, the decision lapses', async () => {
  const decisions = open()
  await decisions.trustFile(file)
  const trust = await open().load()
  expect(trust.trustsFile(file)).toBe(true)
  expect(trust.trustsFile({ ...file, revision: 'r2' })).toBe(false)
  expect(trust.trustsFile({ ...file, revision: null })).toBe(false)
  expect(trust.trustsFile({ ...file, realPath: '/home/u/other.yaml' })).toBe(false)
  expect(trust.allows((await decisions.list())[0]?.fingerprint ?? '')).toBe(false)
})

test('a server without certificate check is trusted for one file, address, server name and proxy', async () => {
  const decisions = open()
  await decisions.trustInsecure('/f', at('https://user:pw@a:443'))
  await decisions.trustInsecure('/f', { ...at('https://b'), proxyUrl: 'http://user:pw@proxy' })
  const trust = await decisions.load()
  expect(trust.trustsInsecure('/f', at('https://user:pw@a:443'))).toBe(true)
  expect(trust.trustsInsecure('/f', { ...at('https://b'), proxyUrl: 'http://user:pw@proxy' })).toBe(true)
  expect(trust.trustsInsecure('/f', at('https://b'))).toBe(false)
  expect(trust.trustsInsecure('/f', { ...at('https://user:pw@a:443'), tlsServerName: 'x' })).toBe(false)
  expect(trust.trustsInsecure('/f', { ...at('https://user:pw@a:443'), proxyUrl: 'http://x' })).toBe(false)
  expect(trust.trustsInsecure('/f', at('https://c'))).toBe(false)
  expect(trust.trustsInsecure('/g', at('https://user:pw@a:443'))).toBe(false)
  expect(await readFile(join(folder, 'trust.json'), 'utf8')).not.toContain('pw')
})

test('what was decided about a server is found by what earlier versions kept of it', async () => {
  const decisions = open()
  await decisions.trustInsecure('/f', at('https://x'))
  const { key } = await decisions.load()
  expect((await decisions.list())[0]?.fingerprint).toBe(
    createHmac('sha256', key).update('["insecure","/f","https://x",null,null]').digest('hex'),
  )
})

test('a decision can be forgotten, and is never kept twice', async () => {
  const decisions = open()
  await decisions.allow('exec', fingerprint, 'a')
  await decisions.allow('exec', fingerprint, 'a')
  expect(await decisions.list()).toHaveLength(1)
  await decisions.forget(fingerprint)
  expect((await open().load()).allows(fingerprint)).toBe(false)
})

test('decisions of version 1, which questions that hid something were answered with, allow nothing', async () => {
  await open().allow('exec', fingerprint, 'x')
  await open().trustFile(file)
  const path = join(folder, 'trust.json')
  const text = await readFile(path, 'utf8')
  expect(text).toMatch(/^{"version":2,/)
  await writeFile(path, text.replace('"version":2', '"version":1'), { mode: 0o600 })
  const trust = await open().load()
  expect([trust.allows(fingerprint), trust.trustsFile(file)]).toEqual([false, false])
})

test('the key that a question was shown under is kept when it is shown, and holds in another process', async () => {
  const first = open()
  await first.keepKey()
  const { key } = await first.load()
  expect((await open().load()).key).toBe(key)
  await open().keepKey()
  expect((await open().load()).key).toBe(key)
})

test('a torn or hostile trust.json allows nothing', async () => {
  for (const text of [
    '{',
    '[]',
    'null',
    '{"version":1,"value":{"key":"","decisions":[{"kind":"exec"}]}}',
    '{"decisions":"*"}',
  ]) {
    await writeFile(join(folder, 'trust.json'), text, { mode: 0o600 })
    const trust = await open().load()
    expect(trust.allows(fingerprint)).toBe(false)
    expect(trust.trustsFile(file)).toBe(false)
  }
})

test('twenty decisions from two processes at once are all kept', async () => {
  const [a, b] = [open(), open()]
  await a.allow('exec', '0'.repeat(64), 'first')
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      (i % 2 ? a : b).allow('exec', String(10 + i).padStart(64, '0'), `n${i}`),
    ),
  )
  expect(await open().list()).toHaveLength(21)
})

test('forgetting leaves what only adds questions: what a write brought', async () => {
  const decisions = open()
  await decisions.keepAdded(['place', 'exact'])
  await decisions.trustFile(file)
  for (const { fingerprint: named } of await decisions.list()) await decisions.forget(named)
  await decisions.forget('place')
  const trust = await open().load()
  expect(trust.trustsFile(file)).toBe(false)
  expect(['place', 'exact', 'elsewhere'].map(wasAddedIn(trust.added))).toEqual([true, true, false])
})

test('forgetting only takes permissions away, whatever is named, so a page may ask for it', async () => {
  const decisions = open()
  const insecure = at('https://x')
  await decisions.trustFile(file)
  await decisions.trustInsecure('/f', insecure)
  await decisions.allow('exec', fingerprint, 'plugin')
  await decisions.allow('credential-process', 'cd'.repeat(32), 'process')
  const holds = async () => {
    const trust = await open().load()
    return [
      trust.trustsFile(file),
      trust.trustsInsecure('/f', insecure),
      trust.allows(fingerprint),
      trust.allows('cd'.repeat(32)),
    ]
  }
  const { key } = await decisions.load()
  expect(await holds()).toEqual([true, true, true, true])
  for (const named of ['', 'ef'.repeat(32), '__proto__', key]) {
    await decisions.forget(named)
    expect(await holds()).toEqual([true, true, true, true])
  }
  let left = 4
  for (const { fingerprint: named } of await decisions.list()) {
    const before = await holds()
    await decisions.forget(named)
    const now = await holds()
    left -= 1
    expect(now.filter(Boolean)).toHaveLength(left)
    expect(now.every((held, index) => !held || before[index])).toBe(true)
  }
  // The key stays, so that what is asked next has the same fingerprint.
  expect((await open().load()).key).toBe(key)
})
