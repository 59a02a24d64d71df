/** Undo of a part of a write on disk, and what undo and redo without an id take after it. (Through the program: undo.test.ts there.) */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { afterAll, expect, test } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import { nextToRedo, nextToUndo } from '../../../shared/edits/undone'
import { entryId } from '../../../shared/kubeconfig/entries'
import { removeFolder } from '../../testing/bundle'
import { applyToDisk } from './apply'
import { openHistory } from './history'
import { undoWrite } from './undo'

const folder = mkdtempSync(path.join(tmpdir(), 'ekscope-undo-'))
afterAll(() => removeFolder(folder))

const names = ['a', 'b', 'c']
const each = (line: (name: string) => string) => names.map(line).join('')
const text = `apiVersion: v1
kind: Config
contexts:
${each((name) => `- {name: ${name}, context: {cluster: k, user: ${name}}}\n`)}users:
${each((name) => `- {name: ${name}, user: {token: t}}\n`)}clusters:
- {name: k, cluster: {server: "https://k.test"}}
`

let count = 0
/** One write of three contexts, and steps back and forward. */
async function written() {
  count += 1
  const file = path.join(folder, `config-${count}`)
  writeFileSync(file, text, { mode: 0o600 })
  const history = openHistory(path.join(folder, `history-${count}`))
  const options = {
    list: [file],
    by: 'terminal' as const,
    history,
    journal: path.join(folder, 'journal'),
    lockWaitMs: 0,
  }
  const edits = names.map((name) => ({
    kind: 'set-namespace' as const,
    context: entryId('context', file, name, 0),
    namespace: 'web',
  }))
  await applyToDisk({ ...options, edits, titles: ['three'], revisions: null })
  const undo = async (id: string | undefined, contexts: readonly string[] | null = null) => {
    const done = await undoWrite(options, { way: 'undo', id: id ?? '', contexts })
    if (!done.ok || done.value.kind !== 'written') throw new Error(JSON.stringify(done))
    return done.value.historyId
  }
  const [write] = await history.list()
  const apply = async (edits: readonly Edit[], title: string, list = [file]) => {
    await applyToDisk({ ...options, list, edits, titles: [title], revisions: null })
    return (await history.list())[0]?.id
  }
  const move = async (context: string, to: string, from = file) => {
    const contexts = [entryId('context', from, context, 0)]
    await apply([{ kind: 'move-contexts', contexts, file: to }], 'move', [from])
  }
  return {
    file,
    records: path.join(folder, `history-${count}`),
    write: write?.id,
    apply,
    move,
    undo,
    undoNext: async () => undo(nextToUndo(await history.list())?.id),
    redoNext: async () => undo(nextToRedo(await history.list())?.id),
    left: async () => nextToUndo(await history.list())?.id,
    text: () => readFileSync(file, 'utf8'),
    titles: async () => (await history.list())[0]?.titles,
    /** The contexts of which the write stands. */
    standing: () =>
      names.filter((name) => readFileSync(file, 'utf8').includes(`user: ${name}, namespace: web`)),
  }
}

test('after an undo of a part the next undo does the rest, and redo takes back one after the other', async () => {
  const { write, undo, undoNext, redoNext, left, standing, titles, text: now } = await written()
  await undo(write, ['b'])
  expect([standing(), await left()]).toEqual([['a', 'c'], write])
  await undoNext()
  expect([now(), await left()]).toEqual([text, undefined])
  expect(await titles()).toEqual(['Undo of: three (the rest)'])
  await redoNext()
  expect(standing()).toEqual(['a', 'c'])
  await redoNext()
  expect(standing()).toEqual(['a', 'b', 'c'])
})

test('a write that was undone part by part is undone: the next undo goes to the write before it', async () => {
  const { write, undo, undoNext, redoNext, left, standing } = await written()
  await undo(write, ['b'])
  await undo(write, ['a', 'c'])
  expect([standing(), await left()]).toEqual([[], undefined])
  await redoNext()
  expect([standing(), await left()]).toEqual([['a', 'c'], write])
  await undoNext()
  expect([standing(), await left()]).toEqual([[], undefined])
})

test('an undo of a part by an earlier version, which said it in the titles only, leaves the rest to be undone', async () => {
  const { write, undo, left, records } = await written()
  const byEarlier = (id: string) => {
    const place = path.join(records, `${id}.json`)
    const { partial: _, ...record } = v.parse(v.looseObject({}), JSON.parse(readFileSync(place, 'utf8')))
    writeFileSync(place, JSON.stringify(record).replace(' (the rest)', ''))
    rmSync(path.join(records, 'index.jsonl'))
  }
  byEarlier(await undo(write, ['b']))
  expect(await left()).toBe(write)
  byEarlier(await undo(write))
  expect(await left()).toBeUndefined()
})

test('after a redo of a part the next redo does the rest, and undo what was redone', async () => {
  const { undo, undoNext, redoNext, left, standing, write } = await written()
  const all = await undoNext()
  await undo(all, ['a'])
  expect([standing(), await left()]).toEqual([['a'], write])
  await redoNext()
  expect(standing()).toEqual(['a', 'b', 'c'])
  await undoNext()
  expect([standing(), await left()]).toEqual([[], undefined])
})

test('a file that a move had made and its undo removed is not wanted by the undo of an earlier write', async () => {
  const { file, move, undoNext, text: now } = await written()
  const fresh = `${file}-fresh`
  await move('a', fresh)
  expect(existsSync(fresh)).toBe(true)
  await undoNext()
  expect(existsSync(fresh)).toBe(false)
  // Whoever holds it: no lock is needed for a file that is not there.
  writeFileSync(`${fresh}.lock`, '')
  await undoNext()
  expect(now()).toBe(text)
})

test('what later moves took to a third file is found there, though the file between is gone', async () => {
  const { file, move, undo, write, text: now } = await written()
  const [between, third] = [`${file}-between`, `${file}-third`]
  await move('a', between)
  await move('a', third, between)
  rmSync(between)
  await undo(write)
  expect(now()).not.toContain('namespace')
  expect(readFileSync(third, 'utf8')).toContain('user: a')
  expect(readFileSync(third, 'utf8')).not.toContain('namespace')
})

test('names are not swapped back where current-context, which kept its name, would lead to a cluster that came since', async () => {
  const { file, apply, undo } = await written()
  const config = readFileSync(file, 'utf8')
  writeFileSync(file, `current-context: a\n${config.slice(0, config.indexOf('clusters:'))}`)
  const rename = (from: string, name: string) => ({
    kind: 'rename-context' as const,
    context: entryId('context', file, from, 0),
    name,
    cascade: false,
  })
  const use = { kind: 'use-context' as const, context: entryId('context', file, 'b', 0) }
  const swap = await apply([rename('a', 'b'), rename('b', 'a'), use], 'swap')
  expect(readFileSync(file, 'utf8')).toContain('current-context: a\n')
  writeFileSync(file, readFileSync(file, 'utf8') + config.slice(config.indexOf('clusters:')))
  await expect(undo(swap)).rejects.toThrow('current-context would lead elsewhere than it did')
})

test('a write that is undone part by part gives every byte back, and a file that it made goes', async () => {
  const { file, apply, undo } = await written()
  const fresh = `${file}-fresh`
  const cluster = (name: string) => `- {name: ${name}, cluster: {server: "https://${name}.test"}}\n`
  const own = text.replaceAll(/cluster: k, user: (.)/g, 'cluster: $1, user: $1')
  const before = `${own.slice(0, own.indexOf('- {name: k'))}${each(cluster)}current-context: 'a' # mine\n`
  writeFileSync(file, before)
  const contexts = ['a', 'b'].map((name) => entryId('context', file, name, 0))
  const move = await apply([{ kind: 'move-contexts', contexts, file: fresh }], 'move')
  const after = [readFileSync(file, 'utf8'), readFileSync(fresh, 'utf8')]
  const part = await undo(move, ['a'])
  const rest = await undo(move)
  expect([readFileSync(file, 'utf8'), existsSync(fresh)]).toEqual([before, false])
  await expect(undo(move)).rejects.toThrow('nothing')
  expect(existsSync(fresh)).toBe(false)
  await undo(rest)
  await undo(part)
  expect([readFileSync(file, 'utf8'), readFileSync(fresh, 'utf8')]).toEqual(after)
  for (const name of ['b', 'a']) await undo(move, [name])
  // Parts leave current-context alone: that is the rest.
  await undo(move)
  expect([readFileSync(file, 'utf8'), existsSync(fresh)]).toEqual([before, false])
})
