import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { lockTextOf } from '../../system/lock-file'
import { temporaryName } from '../../system/process-owner'
import { pruneHistory, purgeHistory, recoverHistory } from './history-clean'
import { applyChanges, inverseChanges } from './history-record'
import { beginWrite } from './history-write'
import { revisionOf } from './replace'
import { type History, openHistory } from './write-history'

const full = process.env.EKSCOPE_FULL === '1'
const range = (count: number) => Array.from({ length: count }, (_, i) => i)

let folder = ''
let file = ''
let history: History
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ekscope-history-'))
  file = join(folder, 'config')
  history = openHistory(join(folder, 'history'))
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})
/** As if so many days had gone by. */
const daysLater = (days: number) =>
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * 86_400_000 })

/** Records that `after` will be written over a file. */
const begin = (path: string, before: Buffer, after: string, by = history) =>
  beginWrite(by, {
    by: 'terminal',
    titles: [`to ${after.length} bytes`],
    files: [replaced(path, before, after)],
  })
const replaced = (path: string, before: Buffer, after: string) => ({
  state: { path, realPath: path, bytes: before, revision: revisionOf(before) },
  bytes: Buffer.from(after),
  revision: revisionOf(Buffer.from(after)),
  changes: [{ start: 0, end: before.length, text: after }],
})

/** Writes `after` over the file as apply does: recorded, written, committed. */
async function write(after: string, commit = true): Promise<string> {
  const pending = await begin(file, readFileSync(file), after)
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
  const copies = join(folder, 'history', 'copies')
  expect(readdirSync(copies)).toHaveLength(1)
  daysLater(1)
  const next = await write('of the next day')
  expect(readdirSync(copies)).toHaveLength(2)
  // A damaged copy is no way back.
  for (const name of readdirSync(copies)) writeFileSync(join(copies, name), 'cut')
  expect([await text(ids[1] ?? '', 'before'), await text(next, 'before')]).toEqual(['not-found', 'not-found'])
})

test('a record that another process has written anew is read anew', async () => {
  writeFileSync(file, 'zero')
  const id = await write('one\n')
  const record = join(folder, 'history', `${id}.json`)
  writeFileSync(`${record}.new`, readFileSync(record, 'utf8').replace('"copy":true', '"copy":false'))
  renameSync(`${record}.new`, record)
  expect((await history.list())[0]?.files[0]).toMatchObject({ copy: false })
  rmSync(record)
  expect(await history.list()).toEqual([])
})

describe('every later write can be undone', () => {
  const root = () => join(folder, 'history')
  const records = () => readdirSync(root()).filter((name) => /^\d.*\.json$/.test(name))
  const change = (at: number, how: (text: string) => string) => {
    const path = join(root(), records().at(at) ?? '')
    writeFileSync(path, how(readFileSync(path, 'utf8')))
  }
  const copies = (how: (path: string) => void) => {
    for (const name of readdirSync(join(root(), 'copies'))) how(join(root(), 'copies', name))
  }
  const onRecord: readonly (readonly [string, (text: string) => string])[] = [
    ['cut short', (text) => text.slice(0, 300)],
    ['empty', () => ''],
    ['of a newer Ekscope', (text) => text.replace('"version":1', '"version":2.0')],
    ['without its titles', (text) => text.replace(/"titles":\[[^\]]*\]/, '"titles":null')],
    // It can be read still, and says other bytes.
    [
      'with a byte that is another',
      (text) => text.replace(/("inserted":")(.)/, (_, key, byte) => `${key}${byte === 'A' ? 'B' : 'A'}`),
    ],
  ]
  const damages: readonly (readonly [string, () => void])[] = [
    ...[0, 1, 2].flatMap((at) =>
      onRecord.map(([what, how]) => [`record ${at + 1} of 3 is ${what}`, () => change(at, how)] as const),
    ),
    ['the copy is gone', () => copies((path) => rmSync(path))],
    ['the copy is cut short', () => copies((path) => truncateSync(path, 20))],
    ['the copy is something else', () => copies((path) => writeFileSync(path, 'junk'))],
    [
      'what the last write left is noted by an earlier version',
      () => {
        const path = join(root(), 'latest', readdirSync(join(root(), 'latest'))[0] ?? '')
        const { revision, copyDay, id, sinceCopy } = JSON.parse(readFileSync(path, 'utf8'))
        writeFileSync(path, JSON.stringify({ revision, copyDay, id, sinceCopy }))
      },
    ],
  ]

  test.each(damages)(
    '%s: the next write keeps a whole copy, and the one after it needs none',
    async (_what, damage) => {
      writeFileSync(file, 'zero')
      for (const after of ['one', 'two', 'three']) await write(after)
      damage()
      // Another process, which has proven nothing yet.
      history = openHistory(root())
      const ids = [await write('four'), await write('five')]
      expect(await Promise.all(ids.map((id) => text(id, 'before')))).toEqual(['three', 'four'])
      const kept = await Promise.all(ids.map(async (id) => (await history.get(id))?.files[0]?.copy))
      expect(kept).toEqual([true, false])
    },
  )

  test('nothing is copied where all is whole, and what is damaged or of a newer Ekscope is told apart', async () => {
    writeFileSync(file, 'zero')
    const ids = []
    for (const after of ['one', 'two', 'three']) ids.push(await write(after))
    expect(readdirSync(join(root(), 'copies'))).toHaveLength(1)
    expect((await history.part()).unread).toEqual([])
    change(0, (text) => text.replace('"version":1', '"version":2.0'))
    change(1, () => '{}')
    const [newer, damaged, last] = ids
    expect((await history.part()).unread).toMatchObject([
      { id: damaged, why: 'damaged' },
      { id: newer, why: 'newer' },
    ])
    expect((await history.part({ newest: 2 })).unread).toMatchObject([{ id: damaged }])
    expect((await history.list()).map(({ id }) => id)).toEqual([last])
    // Through the index, too.
    expect((await openHistory(root()).list()).map(({ id }) => id)).toEqual([last])
  })

  test('a damaged record goes with those of its time; with one of a newer Ekscope all stay', async () => {
    writeFileSync(file, 'zero')
    for (const n of range(3)) await write(`${n}`)
    change(1, () => 'damaged')
    for (const n of range(3)) await write(`${n + 3}`)
    change(0, (text) => text.replace('"version":1', '"version":2.0'))
    const keep = { minWrites: 2, days: 0, bytes: 0 }
    expect(await pruneHistory(history, keep, Date.now() + 1_000)).toBe(0)
    change(0, () => 'damaged')
    expect(await pruneHistory(history, keep, Date.now() + 1_000)).toBe(2)
    expect(records()).toHaveLength(2)
    const [last, before] = await history.list()
    expect([await text(before?.id ?? '', 'before'), await text(last?.id ?? '', 'before')]).toEqual(['3', '4'])
  })
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
  expect(await recoverHistory(history)).toEqual([])
  expect(readdirSync(join(folder, 'history'))).toContain(`${lost}.pending.json`)
  age(lost)
  await recoverHistory(history)
  expect(readdirSync(join(folder, 'history')).filter((name) => name.startsWith(lost))).toEqual([])
  const kept = await write('two', false)
  writeFileSync(file, 'two')
  age(kept)
  expect((await recoverHistory(history)).map((record) => [record.id, record.uncertain])).toEqual([
    [kept, false],
  ])
  expect(await text(kept, 'before')).toBe('zero')
  // Its journal says that it was rolled back, and another program has written since.
  const back = await write('three', false)
  writeFileSync(file, 'theirs')
  age(back)
  expect(await recoverHistory(history, new Map([[back, 'rolled-back']]))).toEqual([])
  expect(readdirSync(join(folder, 'history')).filter((name) => name.startsWith(back))).toEqual([])
})

test('a whole copy that is there is not written anew', async () => {
  writeFileSync(file, 'zero')
  await write('one')
  const copies = join(folder, 'history', 'copies')
  const inodes = () => readdirSync(copies).map((name) => statSync(join(copies, name)).ino)
  const before = inodes()
  await (await begin(join(folder, 'other'), Buffer.from('zero'), 'one')).commit()
  expect(inodes()).toEqual(before)
})

test('what is to be said once is said to one of those who ask', async () => {
  const said = [await history.firstToSay('id', 'one'), await history.firstToSay('id', 'one')]
  expect([...said, await history.firstToSay('id', 'two')]).toEqual([true, false, true])
})

test('what a killed process was writing here goes at the next start, and with the rest', async () => {
  const copies = join(folder, 'history/copies')
  mkdirSync(copies, { recursive: true })
  // A process of this machine that ended, by its name as a temporary file has it.
  const dead = temporaryName('x.gz').replace(/-\d+-\d+-([0-9a-f]{12}\.tmp)$/, '-4194303-1-$1')
  const place = () => writeFileSync(join(copies, dead), 'secret')
  place()
  await recoverHistory(history)
  expect(readdirSync(copies)).toEqual([])
  place()
  await purgeHistory(history)
  expect(readdirSync(join(folder, 'history'))).toEqual([])
})

test('where the folder cannot be looked into that is said: there may be writes in it', async () => {
  const place = join(folder, 'history')
  expect(await history.readable()).toEqual({ ok: true, value: null })
  writeFileSync(place, 'in the way')
  const unreadable = {
    ok: false,
    fault: {
      code: 'unreadable',
      message: `The history in ${place} cannot be read (ENOTDIR), so earlier writes are not shown.`,
    },
  }
  expect(await history.readable()).toMatchObject(unreadable)
  expect(await purgeHistory(history)).toMatchObject(unreadable)
  // Where not even its folder can be, there is none.
  writeFileSync(file, 'no folder')
  for (const below of ['config/history', `${'x'.repeat(300)}/history`])
    expect(await openHistory(join(folder, below)).readable()).toEqual({ ok: true, value: null })
})

test('the last 50 writes stay whatever their age; beyond them old and large ones go, and the rest stays whole', async () => {
  writeFileSync(file, 'start')
  const ids: string[] = []
  for (let i = 0; i < 8; i++) ids.push(await write(`text ${i}`))
  const later = Date.now() + 100 * 86_400_000
  expect(await pruneHistory(history, { minWrites: 50, days: 90, bytes: 200_000_000 }, later)).toBe(0)
  expect(await pruneHistory(history, { minWrites: 3, days: 90, bytes: 200_000_000 }, Date.now())).toBe(0)
  expect(await pruneHistory(history, { minWrites: 3, days: 90, bytes: 200_000_000 }, later)).toBe(5)
  expect((await history.list()).map((record) => record.id)).toEqual(ids.slice(5).reverse())
  expect(await text(ids[5] ?? '', 'before')).toBe('text 4')
  expect(await text(ids[7] ?? '', 'after')).toBe('text 7')
  expect(await text(ids[0] ?? '', 'after')).toBe('not-found')
  expect(await pruneHistory(history, { minWrites: 1, days: 90, bytes: 1 })).toBe(2)
  expect(await purgeHistory(history)).toEqual({ ok: true, value: 1 })
  expect(await history.list()).toEqual([])
})

test('a line of the index that is older than a copy takes that copy from no state', async () => {
  writeFileSync(file, 'start')
  for (let i = 0; i < 6; i++) await write(`text ${i}`)
  const index = join(folder, 'history/index.jsonl')
  const older = readFileSync(index, 'utf8')
  let pruning = true
  // As by another process that read the records before the copy was made, and writes what it read afterwards.
  const behind = (async () => {
    for (; pruning; await setTimeout(0)) appendFileSync(index, older)
  })()
  for (const minWrites of [4, 3, 2]) {
    expect(await pruneHistory(history, { minWrites, days: 0, bytes: 0 }, Date.now() + 1e9)).toBeGreaterThan(0)
    const kept = await openHistory(join(folder, 'history')).list()
    expect(await Promise.all(kept.map(({ id }) => text(id, 'before')))).toEqual(
      kept.map((_, i) => `text ${4 - i}`),
    )
  }
  pruning = false
  await behind
})

test('a record of an earlier version, which says of all its files at once what they are, says it of each', async () => {
  writeFileSync(file, 'start')
  const id = await write('[profile a]')
  const path = join(folder, 'history', `${id}.json`)
  writeFileSync(path, readFileSync(path, 'utf8').replace('"version":1', '"version":1,"of":"aws-config"'))
  const index = join(folder, 'history/index.jsonl')
  const line = readFileSync(index, 'utf8').replace('"version":1', '"version":1,"of":"aws-config"')
  for (const indexed of [true, false]) {
    if (indexed) writeFileSync(index, line)
    else rmSync(index)
    const [one] = await openHistory(join(folder, 'history')).list()
    expect([one?.id, one?.files.map(({ of }) => of)]).toEqual([id, ['aws-config']])
  }
  expect((await history.get(id))?.files.map(({ of }) => of)).toEqual(['aws-config'])
  expect(await text(id, 'before')).toBe('start')
})

test('a write of several files that is kept for one of them costs the later writes to the others nothing', async () => {
  const other = join(folder, 'other')
  const both = await beginWrite(history, {
    by: 'terminal',
    titles: ['both'],
    files: [file, other].map((path) => replaced(path, Buffer.from('zero'), 'one')),
  })
  await both.commit()
  await (await begin(other, Buffer.from('one'), 'two')).commit()
  await (await begin(other, Buffer.from('two'), 'three')).commit()
  const going = await begin(file, Buffer.from('one'), 'two')
  expect(await pruneHistory(history, { minWrites: 1, days: 0, bytes: 0 }, Date.now() + 1e9)).toBe(1)
  await going.commit()
  const states = []
  for (const { id, files } of await history.list())
    for (const { realPath } of files) {
      const bytes = await history.bytesOf(id, realPath, 'before')
      states.push(bytes.ok && bytes.value?.toString())
    }
  expect(states).toEqual(['one', 'two', 'zero', 'zero'])
})

test('recorded changes go forward and backward', () => {
  const before = Buffer.from('the quick brown fox')
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const changes = [
    { start: 4, removed: base64('quick'), inserted: base64('slow') },
    { start: 10, removed: base64('brown '), inserted: '' },
    { start: 19, removed: '', inserted: base64('es') },
  ]
  const after = applyChanges(before, changes)
  expect(after.toString()).toBe('the slow foxes')
  expect(applyChanges(after, inverseChanges(changes)).toString()).toBe(before.toString())
})

describe('what a running write stands on', () => {
  const all = { minWrites: 1, days: 0, bytes: 0 }
  const later = () => Date.now() + 1e9

  test('its whole copy stays, whoever prunes or forgets everything meanwhile', async () => {
    writeFileSync(file, 'zero')
    for (const text of ['one', 'two', 'three']) await write(text)
    const other = join(folder, 'other')
    const going = [
      await begin(other, Buffer.from('theirs'), 'ours'),
      await begin(`${other}-2`, Buffer.from('x'), 'y'),
    ]
    const another = openHistory(join(folder, 'history'))
    expect(await pruneHistory(another, all, later())).toBe(2)
    await purgeHistory(another)
    for (const one of going) await one.commit()
    expect(await history.bytesOf(going[0]?.id ?? '', other, 'before')).toEqual({
      ok: true,
      value: Buffer.from('theirs'),
    })
    expect(await history.bytesOf(going[1]?.id ?? '', `${other}-2`, 'after')).toEqual({
      ok: true,
      value: Buffer.from('y'),
    })
  })

  test.each([
    ['prune', (by: History) => pruneHistory(by, all, later())],
    ['purge', (by: History) => purgeHistory(by)],
  ])(
    'the writes before it that its state is made of stay, or it gets a copy of its own: %s',
    async (_, forget) => {
      writeFileSync(file, 'zero')
      await write('one')
      const going = await begin(file, Buffer.from('one'), 'two')
      const other = join(folder, 'other')
      for (const text of ['a', 'b', 'c'])
        await (await begin(other, Buffer.from(text), `${text}${text}`)).commit()
      await forget(openHistory(join(folder, 'history')))
      await going.commit()
      expect([await text(going.id, 'before'), await text(going.id, 'after')]).toEqual(['one', 'two'])
    },
  )

  test('a write that begins while another process prunes waits for it, not for what is no living Ekscope', async () => {
    writeFileSync(file, 'zero')
    await write('one')
    const lock = join(folder, 'history/history.lock')
    writeFileSync(lock, lockTextOf('prunes'))
    let begun = false
    const going = begin(file, Buffer.from('one'), 'two').then((pending) => {
      begun = true
      return pending
    })
    await setTimeout(300)
    expect(begun).toBe(false)
    // What that process took away: the write before.
    for (const name of readdirSync(join(folder, 'history')))
      if (/^\d.*[0-9a-f]\.json$/.test(name)) rmSync(join(folder, 'history', name))
    rmSync(lock)
    const pending = await going
    await pending.commit()
    expect(await text(pending.id, 'before')).toBe('one')
    writeFileSync(lock, 'of another program')
    await (await begin(file, Buffer.from('two'), 'three')).commit()
    writeFileSync(lock, lockTextOf('x').replace(/"bootId":"[^"]*"/, '"bootId":"earlier"'))
    await (await begin(file, Buffer.from('three'), 'four')).commit()
  })

  test.each(range(full ? 30 : 2))(
    'many histories that write and prune at once lose no state that stands (%i)',
    async () => {
      const histories = range(4).map(() => openHistory(join(folder, 'history')))
      let pruning = true
      const pruner = (async () => {
        for (let i = 0; pruning; i++)
          await pruneHistory(histories[i % 2] ?? history, { minWrites: 2, days: 0, bytes: 0 }, later())
      })()
      await Promise.all(
        histories.map(async (one, at) => {
          const path = join(folder, `config-${at}`)
          for (let i = 0; i < 12; i++) {
            const pending = await begin(path, Buffer.from(`${i}`), `${i + 1}`, one)
            await pending.commit()
            // While a process prunes, a reading may have to begin anew; and the write may have been pruned since, but as a whole.
            const read = async () => {
              const before = await one.bytesOf(pending.id, path, 'before')
              return before.ok || !(await one.get(pending.id)) ? 'whole or gone' : 'lost'
            }
            await expect.poll(read, { timeout: 10_000 }).toBe('whole or gone')
          }
        }),
      )
      pruning = false
      await pruner
      for (const { id, files } of await history.list())
        for (const { realPath } of files)
          expect((await history.bytesOf(id, realPath, 'before')).ok).toBe(true)
    },
  )
})

describe('the index', () => {
  const index = () => join(folder, 'history/index.jsonl')
  const listed = async () =>
    (await openHistory(join(folder, 'history')).list()).map(({ id, titles, files }) => ({
      id,
      titles,
      files,
    }))
  const place = (other: () => unknown) => {
    rmSync(index())
    other()
  }
  const some = async () => {
    writeFileSync(file, 'zero')
    for (const text of ['one', 'two', 'three', '']) await write(text)
    return await listed()
  }

  test.each([
    ['missing', () => rmSync(index())],
    ['empty', () => writeFileSync(index(), '')],
    ['of zeros after a power cut', () => writeFileSync(index(), Buffer.alloc(4_096))],
    ['cut in the middle of a line', () => truncateSync(index(), statSync(index()).size - 20)],
    [
      'older than the records',
      () => writeFileSync(index(), readFileSync(index(), 'utf8').split('\n').slice(0, 2).join('\n')),
    ],
    [
      'of records that are gone',
      () => appendFileSync(index(), readFileSync(index(), 'utf8').replaceAll('"id":"2', '"id":"1')),
    ],
    ['of lines that say nothing', () => writeFileSync(index(), '\n{}\n[]\nnull\n7\n{"id":"x"}')],
    ['a folder', () => place(() => mkdirSync(index()))],
    ['a pipe', () => place(() => execFileSync('mkfifo', [index()]))],
  ])('%s: the records are the truth, and it is made anew', async (_, damage) => {
    const before = await some()
    damage()
    expect(await listed()).toEqual(before)
    const id = await write('more')
    expect((await listed()).map((one) => one.id)).toEqual([id, ...before.map((one) => one.id)])
    expect((await history.list()).map((one) => one.id)).toEqual([id, ...before.map((one) => one.id)])
  })

  test('is read in place of the records, and grows by one line a write', async () => {
    const before = await some()
    const [last] = before
    // A record that only the index can have known so.
    const path = join(folder, 'history', `${last?.id}.json`)
    writeFileSync(path, readFileSync(path, 'utf8').replace('to 0 bytes', 'to 9 bytes'))
    expect(await listed()).toEqual(before)
    expect(readFileSync(index(), 'utf8').split('\n')).toHaveLength(5)
    expect((await history.get(last?.id ?? ''))?.titles).toEqual(['to 9 bytes'])
  })

  test('what many writers add at once is all there', async () => {
    const histories = range(20).map(() => openHistory(join(folder, 'history')))
    const ids = await Promise.all(
      histories.map(async (one, at) => {
        const pending = await begin(join(folder, `${at}`), Buffer.from('a'), 'b', one)
        await pending.commit()
        return pending.id
      }),
    )
    expect((await listed()).map(({ id }) => id).sort()).toEqual(ids.sort())
  })
})

test('no state is far from a whole copy, so that one is had back from a few records however long the history', async () => {
  writeFileSync(file, 'text 0')
  const ids: string[] = []
  for (let i = 1; i <= 85; i++) ids.push(await write(`text ${i}`))
  expect(readdirSync(join(folder, 'history/copies'))).toHaveLength(3)
  for (const at of [0, 39, 40, 41, 84]) expect(await text(ids[at] ?? '', 'before')).toBe(`text ${at}`)
  // The next start drops what is older than 90 days, but of the last 50 none.
  for (const [days, left] of [
    [89, 85],
    [2, 50],
  ] as const) {
    daysLater(days)
    await recoverHistory(history)
    expect(await history.list()).toHaveLength(left)
  }
  // The records of the first day's first writes are not needed for a later state.
  for (const id of ids.slice(35, 40)) rmSync(join(folder, 'history', `${id}.json`))
  expect(await text(ids[84] ?? '', 'after')).toBe('text 85')
})

test.skipIf(!full)(
  'beyond the last 50 writes a start keeps 200 MB, whole copies with them, and looks at that once in 16 writes',
  async () => {
    const copies = join(folder, 'history/copies')
    const written = async (i: number) => {
      // Another program has written before each.
      const theirs = Buffer.from(`theirs ${i}`)
      await (await begin(file, theirs, `ours ${i}`)).commit()
      return join(copies, `${revisionOf(theirs)}.gz`)
    }
    const made: string[] = []
    for (let i = 0; i < 63; i++) made.push(await written(i))
    // Those of the oldest 14 take 99 MB each, in holes.
    for (const copy of made.slice(0, 14)) truncateSync(copy, 99_000_000)
    await recoverHistory(history)
    expect(await history.count()).toBe(63)
    await written(63)
    await recoverHistory(history)
    expect(await history.count()).toBe(52)
    const sizes = readdirSync(copies).map((name) => statSync(join(copies, name)).size)
    expect([sizes.length, sizes.filter((size) => size === 99_000_000).length]).toEqual([52, 2])
  },
)
