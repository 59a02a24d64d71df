import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { idTime, latestFolder, latestPath } from './history-latest'
import { wroteLately } from './recent-writes'

let folder = ''
let history = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-recent-'))
  history = join(folder, 'history')
  file = join(folder, 'config')
  writeFileSync(file, 'x')
})
afterEach(() => rmSync(folder, { recursive: true }))

const minutes = 60_000

const idOf = (ago: number) => `${idTime(Date.now() - ago * minutes)}-00000000`

/** A history whose last write, of `file` to `revision`, was so many minutes ago. `more`: of what others wrote since. */
function wrote(revision: string | null, ago: number, where = file, more = {}) {
  mkdirSync(latestFolder(history), { recursive: true })
  writeFileSync(latestPath(history, where), JSON.stringify({ revision, copyDay: 1, id: idOf(ago), ...more }))
  const at = (Date.now() - ago * minutes) / 1_000
  for (const one of [history, latestFolder(history)]) utimesSync(one, at, at)
}

const lately = (revision: string | null, now = Date.now()) =>
  wroteLately(history, [{ path: file, realPath: file, revision }], now)

test('without a history nothing was written', async () => {
  expect(await lately('b')).toBe(false)
})

test.each([
  // The file is a moment old in each of them.
  { what: 'it is as we left it an hour ago', revision: 'a', ago: 60, looks: false },
  { what: 'it is as we left it, but another write was five minutes ago', revision: 'a', ago: 5, looks: true },
  { what: 'another program changed it five minutes after our write', revision: 'b', ago: 5, looks: true },
  { what: 'another program changed it an hour after our write', revision: 'b', ago: 60, looks: false },
  { what: 'it cannot be read', revision: null, ago: 5, looks: true },
])('$what: $looks', async ({ revision, ago, looks }) => {
  wrote('a', ago)
  expect(await lately(revision)).toBe(looks)
})

test('another program’s change counts from when it came, however long ago that was', async () => {
  wrote('a', 5)
  expect(await lately('b', Date.now() + 600 * minutes)).toBe(true)
  expect(await lately('a', Date.now() + 600 * minutes)).toBe(false)
})

test('a file that we never wrote is as we left it', async () => {
  wrote('a', 5, join(folder, 'other'))
  expect(await lately('b', Date.now() + 600 * minutes)).toBe(false)
})

test('what is there and says nothing makes us look', async () => {
  wrote('a', 5)
  writeFileSync(latestPath(history, file), '{"revision":')
  expect(await lately('a', Date.now() + 600 * minutes)).toBe(true)
})

test.each([
  { what: 'our write was five minutes before', own: 5, looks: true },
  { what: 'our write was an hour before', own: 60, looks: false },
  { what: 'we never wrote', own: null, looks: false },
])('what others wrote a minute ago was seen, and $what: $looks', async ({ own, looks }) => {
  wrote('b', 1, file, { own: own === null ? null : { id: idOf(own), revision: 'a' } })
  expect(await lately('b')).toBe(looks)
})
