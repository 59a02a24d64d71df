import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { temporaryName } from '../../system/process-owner'
import { backward, forward, type History, openHistory } from './history'

let folder = ''
let file = ''
let history: History
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-history-'))
  file = join(folder, 'config')
  history = openHistory(join(folder, 'history'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Writes `after` over the file as apply does: recorded, written, committed. */
async function write(after: string, commit = true): Promise<string> {
  const before = readFileSync(file)
  const pending = await history.begin({
    by: 'terminal',
    titles: [`to ${after.length} bytes`],
    files: [
      {
        path: file,
        realPath: file,
        before,
        after: Buffer.from(after),
        changes: [{ start: 0, end: before.length, inserted: Buffer.from(after) }],
      },
    ],
  })
  if (commit) {
    writeFileSync(file, after)
    await pending.commit()
  }
  return pending.id
}
const text = async (id: string, side: 'before' | 'after') => {
  const bytes = await history.bytesOf(id, file, side)
  return bytes.ok ? (bytes.value?.toString() ?? null) : bytes.fault.code
}

test('every state of a file can be had back from ranges and the day’s whole copy', async () => {
  writeFileSync(file, 'zero')
  const ids = [await write('one'), await write('two, longer'), await write('')]
  expect(await Promise.all(ids.map((id) => text(id, 'before')))).toEqual(['zero', 'one', 'two, longer'])
  expect(await Promise.all(ids.map((id) => text(id, 'after')))).toEqual(['one', 'two, longer', ''])
  expect((await history.list()).map((record) => record.id)).toEqual([...ids].reverse())
  expect(readdirSync(join(folder, 'history', 'copies'))).toHaveLength(1)
})

test('when others wrote in between, their text is kept whole', async () => {
  writeFileSync(file, 'zero')
  const first = await write('one')
  writeFileSync(file, 'theirs')
  const second = await write('two')
  expect([await text(first, 'after'), await text(second, 'before')]).toEqual(['one', 'theirs'])
  expect(readdirSync(join(folder, 'history', 'copies'))).toHaveLength(2)
})

test('no other user can read it', async () => {
  writeFileSync(file, 'secret')
  await write('x')
  const root = join(folder, 'history')
  expect(statSync(root).mode & 0o777).toBe(0o700)
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const facts = statSync(join(root, name))
    expect(facts.mode & 0o077).toBe(0)
  }
})

test('a write that was recorded but never done is forgotten at the next start, one that was done is kept', async () => {
  writeFileSync(file, 'zero')
  const lost = await write('one', false)
  const age = (id: string) => {
    const path = join(folder, 'history', `${id}.pending.json`)
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"bootId":"[^"]*"/, '"bootId":"earlier"'))
  }
  expect(await history.recover()).toEqual([])
  expect(readdirSync(join(folder, 'history'))).toContain(`${lost}.pending.json`)
  age(lost)
  await history.recover()
  expect(readdirSync(join(folder, 'history')).filter((name) => name.startsWith(lost))).toEqual([])
  const kept = await write('two', false)
  writeFileSync(file, 'two')
  age(kept)
  expect((await history.recover()).map((record) => [record.id, record.uncertain])).toEqual([[kept, false]])
  expect(await text(kept, 'before')).toBe('zero')
})

test('what a killed process was writing here goes at the next start, and with the rest', async () => {
  const copies = join(folder, 'history/copies')
  mkdirSync(copies, { recursive: true })
  // A process of this machine that ended, by its name as a temporary file has it.
  const dead = temporaryName('x.gz').replace(/-\d+-\d+-([0-9a-f]{12}\.tmp)$/, '-4194303-1-$1')
  const place = () => writeFileSync(join(copies, dead), 'secret')
  place()
  await history.recover()
  expect(readdirSync(copies)).toEqual([])
  place()
  await history.purge()
  expect(readdirSync(join(folder, 'history'))).toEqual([])
})

test('the last 50 writes stay whatever their age; beyond them old and large ones go, and the rest stays whole', async () => {
  writeFileSync(file, 'start')
  const ids: string[] = []
  for (let i = 0; i < 8; i++) ids.push(await write(`text ${i}`))
  const later = Date.now() + 100 * 86_400_000
  expect(await history.prune({ minWrites: 50, days: 90, bytes: 200_000_000 }, later)).toBe(0)
  expect(await history.prune({ minWrites: 3, days: 90, bytes: 200_000_000 }, Date.now())).toBe(0)
  expect(await history.prune({ minWrites: 3, days: 90, bytes: 200_000_000 }, later)).toBe(5)
  expect((await history.list()).map((record) => record.id)).toEqual(ids.slice(5).reverse())
  expect(await text(ids[5] ?? '', 'before')).toBe('text 4')
  expect(await text(ids[7] ?? '', 'after')).toBe('text 7')
  expect(await text(ids[0] ?? '', 'after')).toBe('not-found')
  expect(await history.prune({ minWrites: 1, days: 90, bytes: 1 })).toBe(2)
  expect(await history.purge()).toEqual({ ok: true, value: 1 })
  expect(await history.list()).toEqual([])
})

test('recorded changes go forward and backward', () => {
  const before = Buffer.from('the quick brown fox')
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const changes = [
    { start: 4, removed: base64('quick'), inserted: base64('slow') },
    { start: 10, removed: base64('brown '), inserted: '' },
    { start: 19, removed: '', inserted: base64('es') },
  ]
  const after = forward(before, changes)
  expect(after.toString()).toBe('the slow foxes')
  expect(forward(after, backward(changes)).toString()).toBe(before.toString())
})
