/** Undo of a part of a write on disk, and what undo and redo without an id take after it. (Through the program: undo.test.ts there.) */
import {
  existsSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { afterAll, expect, test } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import type { Plan } from '../../../shared/edits/plan'
import { nextToRedo, nextToUndo } from '../../../shared/edits/undone'
import { entryId } from '../../../shared/kubeconfig/entries'
import { fault } from '../../../shared/result'
import { full } from '../../../shared/testing/counts'
import { removeFolder } from '../../testing/bundle'
import { applyToDisk } from './apply-to-disk'
import { planUndo, undoWrite } from './undo'
import { openHistory } from './write-history'

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
  const reapply = async (id: string | undefined) => {
    const done = await undoWrite(options, { way: 'reapply', id: id ?? '' })
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
    history,
    undo,
    reapply,
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

test('a write that is made again after its undo is redone, and stands; where another program overwrote it, it is made once more', async () => {
  const { file, write, undo, undoNext, reapply, left, standing, titles, text: now, history } = await written()
  const all = await undo(write)
  const redone = await reapply(write)
  expect(await titles()).toEqual(['Redo of: three'])
  expect((await history.get(redone))?.undoes).toBe(all)
  expect([standing(), await left()]).toEqual([['a', 'b', 'c'], write])
  await undoNext()
  expect(await titles()).toEqual(['Undo of: three'])
  expect([standing(), await left()]).toEqual([[], undefined])
  await reapply(write)
  writeFileSync(file, text)
  const again = await reapply(write)
  expect(await titles()).toEqual(['Reapply of: three'])
  expect((await history.get(again))?.undoes).toBeNull()
  expect(now()).not.toBe(text)
})

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

test.skipIf(!full)(
  'an undo of a part by an earlier version, which said it in the titles only, leaves the rest to be undone',
  async () => {
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
  },
)

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
  // Another process may hold it: no lock is needed for a file that is not there.
  writeFileSync(`${fresh}.lock`, '')
  await undoNext()
  expect(now()).toBe(text)
})

test.skipIf(!full)(
  'a file that a move made, and whose name is a link since, is emptied by its undo, so that redo finds the way',
  async () => {
    const { file, move, undo, undoNext, redoNext, records, text: now } = await written()
    const [fresh, behind] = [`${file}-linked`, `${file}-behind`]
    const before = now()
    await move('a', fresh)
    const moved = readFileSync(fresh, 'utf8')
    renameSync(fresh, behind)
    symlinkSync(behind, fresh)
    await undoNext()
    expect([now(), readFileSync(behind, 'utf8')]).toEqual([before, expect.not.stringContaining('name: a')])
    await redoNext()
    expect(readFileSync(fresh, 'utf8')).toBe(moved)
    const history = openHistory(records)
    const id = (await history.list()).find(({ titles }) => titles[0] === 'move')?.id ?? ''
    const options = { list: [file], by: 'terminal' as const, history, journal: path.join(folder, 'journal') }
    await undoWrite(options, { way: 'restore', id })
    expect([now(), readFileSync(fresh, 'utf8')]).toEqual([before, ''])
    await undo((await history.list())[0]?.id)
    expect(readFileSync(behind, 'utf8')).toBe(moved)
  },
)

test('two files of a write that are one by now are told, and nothing goes back, comes again or is restored there', async () => {
  const { file, move, records, text: now } = await written()
  const fresh = `${file}-linked`
  await move('a', fresh)
  const history = openHistory(records)
  const id = (await history.list())[0]?.id ?? ''
  const left = now()
  const options = { list: [file], by: 'terminal' as const, history, journal: path.join(folder, 'journal') }
  for (const linked of [() => symlinkSync(file, fresh), () => linkSync(file, fresh)]) {
    rmSync(fresh)
    linked()
    for (const way of ['undo', 'reapply', 'restore'] as const) {
      const done = await undoWrite({ ...options, inPlace: [file, fresh] }, { way, id })
      const said = done.ok ? done.value.kind : done.fault.message
      expect([way, said]).toEqual([
        way,
        expect.stringMatching(/-\d+(-linked)? is .*-\d+(-linked)? by another name now/),
      ])
      expect(now()).toBe(left)
    }
  }
})

test('what a later move took behind a link goes back by the name of the link', async () => {
  const { file, move, write, history } = await written()
  const [link, behind] = [`${file}-link`, `${file}-behind`]
  writeFileSync(behind, '', { mode: 0o600 })
  symlinkSync(behind, link)
  await move('a', link)
  const plan = await planUndo({ list: [file], history }, { way: 'undo', id: write ?? '' })
  expect(plan.ok && plan.value.files.map(({ path }) => path)).toEqual([file, link])
})

test('a title says of each context its own name of now', async () => {
  const { file, apply, undo, titles } = await written()
  const rename = (from: string, to: string) =>
    ({
      kind: 'rename-context',
      context: entryId('context', file, from, 0),
      name: to,
      cascade: false,
    }) as const
  const id = await apply([rename('a', 'a1'), rename('b', 'b1')], 'b: renamed to b1')
  await apply([rename('a1', 'a2')], 'later')
  await undo(id, ['b1'])
  expect(await titles()).toEqual(['Undo of: b: renamed to b1 (only b1)'])
})

test.skipIf(!full)(
  'what later moves took to a third file is found there, though the file between is gone',
  async () => {
    const { file, move, undo, write, text: now } = await written()
    const [between, third] = [`${file}-between`, `${file}-third`]
    await move('a', between)
    await move('a', third, between)
    rmSync(between)
    await undo(write)
    expect(now()).not.toContain('namespace')
    expect(readFileSync(third, 'utf8')).toContain('user: a')
    expect(readFileSync(third, 'utf8')).not.toContain('namespace')
  },
)

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
  await expect(undo(swap)).rejects.toThrow('current-context would lead somewhere else than before')
})

test.skipIf(!full)(
  'a write that is undone part by part gives every byte back, and a file that it made goes',
  async () => {
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
  },
)

test('what comes back part by part stands where it stood, with every remark in its place', async () => {
  const { file, apply, undo } = await written()
  const remarked = text
    .replaceAll(/^(- \{name: (.), .*)$/gm, '# above $2\n$1 # beside $2')
    .replace('contexts:\n', 'contexts: # all\n\n')
  const remove = (...gone: string[]) =>
    apply([{ kind: 'delete-contexts', contexts: gone.map(id), keepOrphans: false }], 'delete')
  const id = (name: string) => entryId('context', file, name, 0)
  const left = async (...gone: string[]) => {
    writeFileSync(file, remarked)
    const write = await remove(...gone)
    return { write, text: readFileSync(file, 'utf8') }
  }
  const withB = await left('a', 'c')
  const withBc = await left('a')
  const { write } = await left('a', 'b', 'c')
  for (const [name, then] of [
    ['b', withB.text],
    ['c', withBc.text],
    ['a', remarked],
  ] as const) {
    await undo(write, [name])
    expect(readFileSync(file, 'utf8')).toBe(then)
  }
})

test.skipIf(!full)('of contexts that were moved with what they share, each goes back alone', async () => {
  const { file, apply, undo, standing } = await written()
  const fresh = `${file}-fresh`
  const before = text.replaceAll(/user: [bc]/g, 'user: a').replaceAll(/- \{name: [bc], user.*\n/g, '')
  writeFileSync(file, before)
  const contexts = names.map((name) => entryId('context', file, name, 0))
  const move = await apply([{ kind: 'move-contexts', contexts, file: fresh }], 'move')
  const after = [readFileSync(file, 'utf8'), readFileSync(fresh, 'utf8')]
  const b = await undo(move, ['b'])
  expect(readFileSync(file, 'utf8')).toBe(before.replaceAll(/- \{name: [ac], context.*\n/g, ''))
  expect(readFileSync(fresh, 'utf8')).toContain('user: {token: t}')
  const a = await undo(move, ['a'])
  const rest = await undo(move)
  expect([readFileSync(file, 'utf8'), existsSync(fresh), standing()]).toEqual([before, false, []])
  for (const one of [rest, a, b]) await undo(one)
  expect([readFileSync(file, 'utf8'), readFileSync(fresh, 'utf8')]).toEqual(after)
})

/** A list of files, writes to it, and undos that permit nothing to change along. */
async function listOf(...texts: readonly string[]) {
  count += 1
  const list = texts.map((_, at) => path.join(folder, `list-${count}-${at}`))
  for (const [at, file] of list.entries()) writeFileSync(file, texts[at] ?? '', { mode: 0o600 })
  const history = openHistory(path.join(folder, `history-${count}`))
  const journal = path.join(folder, 'journal')
  const options = { list, by: 'terminal' as const, history, journal, lockWaitMs: 0 }
  return {
    list,
    apply: async (edit: Edit) => {
      await applyToDisk({ ...options, edits: [edit], titles: ['it'], revisions: null })
      return (await history.list())[0]?.id ?? ''
    },
    undo: async (id: string, contexts: readonly string[] | null = null) => {
      let along: readonly string[] = []
      const accept = ({ alsoChanges }: Plan) => {
        along = alsoChanges.map(({ name }) => name)
        return along.length > 0 ? fault('conflict', 'others change along', '') : null
      }
      const done = await undoWrite(options, { way: 'undo', id, contexts, accept })
      return done.ok ? (await history.list())[0]?.id : along.length > 0 ? along : done.fault.message
    },
  }
}

const exec =
  'user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token]}}'
const set = (file: string, name: string) =>
  ({
    kind: 'set-role',
    context: entryId('context', file, name, 0),
    role: 'arn:aws:iam::111122223333:role/R',
    scope: 'shared',
  }) as const

test('what was changed through contexts of another file goes back without permission, and by their names', async () => {
  const [contexts = '', users = ''] = text.replaceAll(/user: [ab]/g, 'user: c').split('users:\n')
  const before = `users:\n${users.replaceAll('user: {token: t}', exec)}`
  const { list, apply, undo } = await listOf(contexts, before)
  const [theirs = '', ours = ''] = list
  const now = () => readFileSync(ours, 'utf8')
  for (const part of [null, ['a', 'b', 'c']]) {
    const id = await apply(set(theirs, 'a'))
    expect(now()).toContain('role/R')
    await undo(id, part)
    expect(now()).toBe(before)
  }
  const id = await apply(set(theirs, 'a'))
  expect(await undo(id, ['a'])).toEqual(['b', 'c'])
  expect(await undo(id, ['d'])).toContain('did not change the context “d”')
  writeFileSync(theirs, `${contexts}- {name: d, context: {cluster: k, user: c}}\n`)
  // It was not there when that was permitted.
  expect(await undo(id)).toEqual(['d'])
})

test('a current-context that does not count goes back with a rename where it was chosen since, else it stays', async () => {
  const current = (name: string) => `current-context: ${name}\n`
  const { list, apply, undo } = await listOf(current('c'), current('b'), text)
  const [, between = '', ours = ''] = list
  const rename = () =>
    apply({ kind: 'rename-context', context: entryId('context', ours, 'a', 0), name: 'z', cascade: false })
  for (const [then, since, after] of [
    ['b', 'z', 'a'],
    // It named what was not there.
    ['z', 'z', 'z'],
  ] as const) {
    writeFileSync(between, current(then))
    const id = await rename()
    writeFileSync(between, current(since))
    await undo(id)
    expect([readFileSync(between, 'utf8'), readFileSync(ours, 'utf8')]).toEqual([current(after), text])
  }
})

test('a record names the entries that its write made others, and the bytes in which they stand', async () => {
  const { history, write = '', text: now } = await written()
  const [record] = (await history.get(write))?.files ?? []
  expect(record?.entries?.map(({ kind, before }) => [kind, before?.name])).toEqual(
    names.map((name) => ['context', name]),
  )
  for (const { after: place } of record?.entries ?? [])
    expect(now().slice(place?.start, place?.end)).toBe(
      `- {name: ${place?.name}, context: {cluster: k, user: ${place?.name}, namespace: web}}`,
    )
})

const named = (name: string, start: number) => {
  const side = { name, start, end: start + 10 }
  return [{ kind: 'context', before: side, after: side }]
}
test.each<[string, (kept: readonly unknown[]) => readonly unknown[] | undefined]>([
  ['names none, as one of an earlier version', () => undefined],
  ['has them in other bytes', () => named('a', 3)],
  ['has one that never was', () => named('never', 3)],
  ['names nothing of what it changed', () => []],
  ['leaves one out of which the value alone changed', (kept) => kept.slice(1)],
])('a record that %s is undone all the same', async (_, entries) => {
  const { file, records, undo, write = '', text: now } = await written()
  const after = now()
  const kept = path.join(records, `${write}.json`)
  const older = v.parse(
    v.looseObject({ files: v.array(v.looseObject({ entries: v.array(v.unknown()) })) }),
    JSON.parse(readFileSync(kept, 'utf8')),
  )
  const files = older.files.map((one) => ({ ...one, entries: entries(one.entries) }))
  writeFileSync(kept, JSON.stringify({ ...older, files }))
  // Another program wrote since, so that values go back and not the bytes.
  writeFileSync(file, `# theirs\n${after}`)
  await undo(write)
  expect(now()).toBe(`# theirs\n${text}`)
})
