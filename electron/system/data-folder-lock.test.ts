import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ok } from '../../shared/result'
import { withFolderLock } from './data-folder-lock'
import { thisOwner } from './process-owner'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(os.tmpdir(), 'ekscope-folder-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const lock = () => join(folder, 'lock')
const of = (pid: number) =>
  JSON.stringify({ program: 'ekscope', id: 'another', owner: { ...thisOwner(), pid, startTime: '' } })

test('the lock is there while it is worked under, also where that fails, and nothing is left', async () => {
  const seen: boolean[] = []
  const look = async () => ok(seen.push(existsSync(lock())))
  await Promise.all([withFolderLock(folder, 0, look), withFolderLock(folder, 0, look)])
  const failing = withFolderLock(folder, 0, async () => {
    await look()
    throw new Error('it went wrong')
  })
  await expect(failing).rejects.toThrow('it went wrong')
  expect(seen).toEqual([true, true, true])
  expect(readdirSync(folder)).toEqual([])
})

test('a lock that another process has taken over stays its', async () => {
  await withFolderLock(folder, 0, async () => {
    writeFileSync(lock(), of(1))
    return ok(null)
  })
  expect(readFileSync(lock(), 'utf8')).toBe(of(1))
})

test('a lock whose process has ended is taken over, that of a living one is waited for', async () => {
  writeFileSync(lock(), of(2 ** 22 + 1))
  expect(await withFolderLock(folder, 1_000, async () => ok('done'))).toEqual(ok('done'))
  writeFileSync(lock(), of(process.ppid))
  expect(await withFolderLock(folder, 20, async () => ok('done'))).toMatchObject({
    fault: { code: 'locked' },
  })
  expect(readdirSync(folder)).toEqual(['lock'])
  // What is no lock of Ekscope's, or one of an earlier form, nobody takes before it is older than any write.
  for (const text of ['mine', JSON.stringify({ host: os.hostname(), pid: 2 ** 22 + 1, token: 'x' })]) {
    writeFileSync(lock(), text)
    expect(await withFolderLock(folder, 20, async () => ok('done'))).toMatchObject({
      fault: { code: 'locked' },
    })
    utimesSync(lock(), new Date(0), new Date(0))
    expect(await withFolderLock(folder, 1_000, async () => ok('done'))).toEqual(ok('done'))
  }
})
