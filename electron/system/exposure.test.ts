import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exposureOf } from './exposure'
import { textOfOwn } from './own-file'

const [nobody, other] = [65_534, 65_533]
const isRoot = process.getuid?.() === 0
let base = ''
const data = () => join(base, 'data')
const history = () => join(data(), 'history')
const record = () => join(history(), 'one.json')
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'ekscope-exposure-'))
  for (const folder of [data(), history()]) mkdirSync(folder, { mode: 0o700 })
  writeFileSync(record(), 'text', { mode: 0o600 })
})
afterEach(() => rmSync(base, { recursive: true, force: true }))
const exposed = () => exposureOf(history(), [data(), history()])

const moveOut = () => {
  mkdirSync(join(base, 'open'))
  renameSync(history(), join(base, 'open', 'history'))
  symlinkSync(join(base, 'open', 'history'), history())
}
const cases: readonly (readonly [string, boolean, () => void, RegExp])[] = [
  ['a data folder that others may write', false, () => chmodSync(data(), 0o777), /chmod 700 .*data`/],
  [
    'a folder in it that the group may write',
    false,
    () => chmodSync(history(), 0o770),
    /chmod 700 .*history`/,
  ],
  [
    'a link into a folder that others may write',
    false,
    () => [moveOut(), chmodSync(join(base, 'open'), 0o777)],
    /chmod 700 .*open`/,
  ],
  ["another user's data folder", true, () => chownSync(data(), nobody, nobody), /EKSCOPE_HOME/],
  ["another user's folder in it", true, () => chownSync(history(), other, other), /^Move it away.*chown -R/],
]
test.each(cases.filter(([, needsRoot]) => isRoot || !needsRoot))('%s', (_, __, expose, remedy) => {
  expect(exposed()).toBeNull()
  expose()
  expect(exposed()).toMatchObject({
    code: 'not-writable',
    message: expect.stringContaining(`so ${history()} does not count.`),
    next: expect.stringMatching(remedy),
  })
})

test('what others may only read is the own work, what is reached by an own link too, and what is not there is nobody’s', () => {
  for (const folder of [data(), history()]) chmodSync(folder, 0o755)
  expect(exposed()).toBeNull()
  moveOut()
  expect(exposed()).toBeNull()
  rmSync(history())
  chmodSync(data(), 0o777)
  expect(exposed()).toBeNull()
})

test('a file that others may write, or that another user owns, is not read', async () => {
  expect(await textOfOwn(record(), 100)).toBe('text')
  chmodSync(record(), 0o602)
  expect(await textOfOwn(record(), 100)).toBeNull()
  chmodSync(record(), 0o600)
  expect(await textOfOwn(record(), 100)).toBe('text')
  if (!isRoot) return
  chownSync(record(), nobody, nobody)
  expect(await textOfOwn(record(), 100)).toBeNull()
})
