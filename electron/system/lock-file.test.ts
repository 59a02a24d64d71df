import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AbandonedLock, lockTextOf, ownerIn, readLock, removeAbandoned } from './lock-file'
import { temporaryName, thisOwner } from './process-owner'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-lock-file-'))
  path = join(folder, 'lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const dead = JSON.stringify({
  program: 'ekscope',
  id: 'dead',
  owner: { ...thisOwner(), bootId: 'another' },
})
const abandoned = (text: string): AbandonedLock => ({
  path,
  text,
  claim: `${path}.claim`,
  temporary: () => join(folder, temporaryName('lock')),
})

test('an abandoned lock is removed, and nothing else is left', async () => {
  writeFileSync(path, dead)
  expect(await removeAbandoned(abandoned(dead))).toBe(true)
  expect(readdirSync(folder)).toEqual([])
})

test('the lock of a living process that took the place of the judged one stays', async () => {
  const living = lockTextOf('living')
  writeFileSync(path, living)
  expect(await removeAbandoned(abandoned(dead))).toBe(true)
  expect(readFileSync(path, 'utf8')).toBe(living)
  expect(readdirSync(folder)).toEqual(['lock'])
})

test('one process at a time: a living claim is waited for, a dead one is dropped', async () => {
  writeFileSync(path, dead)
  writeFileSync(`${path}.claim`, lockTextOf('takeover'))
  expect(await removeAbandoned(abandoned(dead))).toBe(false)
  expect(readdirSync(folder)).toEqual(['lock', 'lock.claim'])
  writeFileSync(`${path}.claim`, dead)
  expect(await removeAbandoned(abandoned(dead))).toBe(false)
  expect(existsSync(`${path}.claim`)).toBe(false)
  expect(await removeAbandoned(abandoned(dead))).toBe(true)
  expect(readdirSync(folder)).toEqual([])
})

test('many that judge the same lock abandoned leave the next holder’s alone', async () => {
  writeFileSync(path, dead)
  const next = lockTextOf('next')
  await Promise.all(
    Array.from({ length: 30 }, async () => {
      await removeAbandoned(abandoned(dead))
      try {
        writeFileSync(path, next, { flag: 'wx' })
      } catch {
        // Another was first.
      }
    }),
  )
  expect(readFileSync(path, 'utf8')).toBe(next)
})

test('a lock to which other things were added is none of ours', () => {
  const lock: unknown = JSON.parse(lockTextOf('some'))
  expect(ownerIn(JSON.stringify(lock))).not.toBeNull()
  expect(ownerIn(JSON.stringify(Object.assign({}, lock, { contexts: [] })))).toBeNull()
})

test('only a lock of ours names an owner, and a link is no lock', async () => {
  expect(ownerIn(lockTextOf('x'))).toEqual(thisOwner())
  for (const text of [null, '', '{}', dead.replace('ekscope', 'other'), dead.replace(/"pid":\d+/, '"pid":0')])
    expect(ownerIn(text)).toBeNull()
  writeFileSync(join(folder, 'elsewhere'), dead)
  symlinkSync('elsewhere', path)
  expect(await readLock(path)).toBeNull()
})
