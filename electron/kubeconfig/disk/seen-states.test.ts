/** States that other programs made are records like our own: shown, undone, restored, and never broken by writes in between. */
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { entryId } from '../../../shared/kubeconfig/entries'
import { full } from '../../../shared/testing/counts'
import { removeFolder } from '../../testing/bundle'
import { applyToDisk } from './apply-to-disk'
import { pruneHistory, recoverHistory } from './history-clean'
import { beginWrite } from './history-write'
import { followOverwritten } from './overwritten-writes'
import { readForWriting, revisionOf } from './replace'
import { keepSeenFiles } from './seen-states'
import { undoWrite } from './undo'
import { openHistory } from './write-history'

const folder = mkdtempSync(path.join(tmpdir(), 'ekscope-seen-'))
afterAll(() => removeFolder(folder))

const text = `# mine
apiVersion: v1
kind: Config
current-context: one
clusters:
- {name: c, cluster: {server: https://c.example}}
users:
- {name: u, user: {token: t}}
contexts:
- {name: one, context: {cluster: c, user: u}}   # the first
- {name: two, context: {cluster: c, user: u}}
`

let count = 0
function world() {
  count += 1
  const at = path.join(folder, String(count))
  mkdirSync(at)
  const file = path.join(at, 'config')
  writeFileSync(file, text, { mode: 0o600 })
  const history = openHistory(path.join(at, 'history'))
  const options = { list: [file], by: 'terminal' as const, history, journal: path.join(at, 'journal') }
  const written = (outcome: Awaited<ReturnType<typeof applyToDisk>>) => {
    if (!outcome.ok || outcome.value.kind !== 'written') throw new Error(JSON.stringify(outcome))
    return outcome.value.historyId
  }
  return {
    file,
    history,
    read: () => readFileSync(file, 'utf8'),
    see: async () => (await keepSeenFiles(history, [file])).kept,
    kubectl: (...args: readonly string[]) =>
      execFileSync('kubectl', ['--kubeconfig', file, 'config', ...args], { stdio: 'pipe' }),
    ours: async (context: string, namespace: string) =>
      written(
        await applyToDisk({
          ...options,
          edits: [{ kind: 'set-namespace', context: entryId('context', file, context, 0), namespace }],
          titles: [`${context}: namespace ${namespace}`],
          revisions: null,
        }),
      ),
    back: async (way: 'undo' | 'restore', id: string) => written(await undoWrite(options, { way, id })),
    overwritten: () => followOverwritten({ history, list: () => [file], now: Date.now }).find(),
    line: async () => (await history.list()).map(({ by, titles }) => [by, ...titles]),
  }
}

test('what kubectl removed is one step, which is undone by its values, and a state that can be restored', async () => {
  const { history, see, kubectl, line, back, read, ours } = world()
  expect(await see()).toBe(1)
  kubectl('delete-context', 'two')
  kubectl('set-context', 'one', '--namespace=theirs')
  expect(await see()).toBe(1)
  expect(await see()).toBe(0)
  expect(await line()).toEqual([
    ['others', 'one: changed', 'two: removed'],
    ['others', 'the file as Ekscope found it'],
  ])
  const [step, found] = await history.list()
  // Something of ours comes later, and stays.
  await ours('one', 'ours')
  kubectl('set-cluster', 'new', '--server=https://new.example')
  kubectl('set-context', 'one', '--namespace=theirs')
  await back('undo', step?.id ?? '')
  expect(kubectl('get-contexts', '-o', 'name').toString().trim().split('\n').sort()).toEqual(['one', 'two'])

  expect(
    kubectl('view', '-o', `jsonpath={.contexts[*].context.namespace}{.clusters[*].name}`).toString(),
  ).toBe('c new')
  await back('restore', found?.id ?? '')
  expect(read()).toBe(text)
})

test('a write of ours keeps what came before it as a step of its own, and undo without a name is of ours', async () => {
  const { ours, kubectl, line } = world()
  await ours('one', 'a')
  kubectl('use-context', 'two')
  await ours('one', 'b')
  expect(await line()).toEqual([
    ['terminal', 'one: namespace b'],
    ['others', 'current-context: one → two'],
    ['terminal', 'one: namespace a'],
  ])
})

test('an older copy that undid a write of ours is still named after its state was kept', async () => {
  const { file, ours, see, overwritten, read } = world()
  const older = read()
  const id = await ours('one', 'a')
  writeFileSync(file, older.replace('# mine', '# theirs'))
  await see()
  expect((await overwritten()).map((one) => one.id)).toEqual([id])
})

test('of many that see one state at once one keeps it', async () => {
  const { file, history, see, kubectl, line } = world()
  await see()
  kubectl('use-context', 'two')
  await Promise.all(Array.from({ length: 12 }, () => keepSeenFiles(openHistory(history.folder), [file])))
  expect(await line()).toHaveLength(2)
  expect(readdirSync(history.folder).filter((name) => name.endsWith('.lock'))).toEqual([])
})

test('while a write of Ekscope may be making it, a state is nobody’s', async () => {
  const { file, history, see, line } = world()
  await see()
  const state = await readForWriting(file)
  if (!state.ok) throw new Error(state.fault.message)
  const bytes = Buffer.from(text.replace('# mine', '# ours'))
  const change = { start: 0, end: 6, text: '# ours' }
  const files = [{ state: state.value, bytes, revision: revisionOf(bytes), changes: [change] }]
  const running = await beginWrite(history, { by: 'window', titles: ['ours'], files })
  writeFileSync(file, bytes)
  expect(await see()).toBe(0)
  await running.commit()
  expect(await see()).toBe(0)
  expect(await line()).toHaveLength(2)
})

test('a state whose keeping was killed is settled by the next start, and its text is there', async () => {
  const { file, history, line, see } = world()
  const state = await readForWriting(file)
  if (!state.ok) throw new Error(state.fault.message)
  const { bytes, revision } = state.value
  await beginWrite(history, {
    by: 'others',
    titles: ['found'],
    files: [{ state: state.value, bytes, revision, changes: [] }],
  })
  const [pending = ''] = readdirSync(history.folder).filter((name) => name.endsWith('.pending.json'))
  const record = path.join(history.folder, pending)
  // As of a process that is gone.
  writeFileSync(record, readFileSync(record, 'utf8').replace(/"pid":\d+/, '"pid":999999999'))
  await recoverHistory(history)
  expect(await line()).toEqual([['others', 'found']])
  expect(await see()).toBe(0)
})

test('where there is not room for all, what others wrote goes first', async () => {
  const { file, history, ours, see, read } = world()
  await ours('one', 'a')
  for (const word of ['x', 'y', 'z']) {
    writeFileSync(file, `${read()}# ${word}\n`)
    await see()
  }
  await ours('one', 'b')
  await pruneHistory(history, { minWrites: 2, days: 90, bytes: 0 })
  const [last, first, ...more] = await history.list()
  expect([last?.by, first?.by, more.length]).toEqual(['terminal', 'terminal', 0])
  for (const record of [last, first]) {
    const bytes = await history.bytesOf(record?.id ?? '', file, 'before')
    expect(bytes.ok && bytes.value?.toString()).toContain('# mine')
  }
})

const torn = `${text.slice(0, text.indexOf('users:'))}- [`
const tornWhy = expect.stringMatching(/^cannot be read: line 7: Not readable as YAML/)

test('a torn state is a row that says why, and so is each repair, which says what differs from before the tear', async () => {
  const { file, see, line } = world()
  await see()
  const states = [torn, `${torn}[`, text, torn, text.replace('name: two', 'name: three')]
  for (const state of states) {
    writeFileSync(file, state)
    expect(await see()).toBe(1)
    expect(await see()).toBe(0)
  }
  expect(await line()).toEqual([
    ['others', 'can be read again', 'two: removed', 'three: added'],
    ['others', tornWhy],
    ['others', 'can be read again, as it was before'],
    ['others', tornWhy],
    ['others', tornWhy],
    ['others', 'the file as Ekscope found it'],
  ])
})

test('a step whose one end cannot be read has no values to undo; what was before a tear is restored whole', async () => {
  const { file, history, see, back, read } = world()
  await see()
  for (const state of [torn, text.replace('name: two', 'name: three')]) {
    writeFileSync(file, state)
    await see()
  }
  const [repair = '', tear = ''] = (await history.list()).map(({ id }) => id)
  for (const [id, when] of [
    [repair, 'before'],
    [tear, 'after'],
  ] as const)
    await expect(back('undo', id)).rejects.toThrow(
      new RegExp(`What .* was ${when} this write cannot be read \\(line 7`),
    )
  await expect(back('restore', repair)).rejects.toThrow('would be a file that kubectl cannot read')
  expect(read()).toContain('name: three')
  writeFileSync(file, torn)
  await back('restore', tear)
  expect(read()).toBe(text)
  // Our own write over what cannot be read has no values either.
  const [own = ''] = (await history.list()).map(({ id }) => id)
  await expect(back('undo', own)).rejects.toThrow('was before this write cannot be read')
})

/** What takes the place of a file, and what its row says. */
const replaced: readonly (readonly [string, (file: string) => void, string])[] = [
  ['a folder', (file) => mkdirSync(file), 'cannot be read: the file is a folder, not a file.'],
  ['a pipe', (file) => execFileSync('mkfifo', [file]), 'cannot be read: the file is not a regular file but'],
  ['a link to itself', (file) => symlinkSync(file, file), 'cannot be read: The symbolic links of'],
  [
    '100 MB',
    (file) => {
      writeFileSync(file, '')
      truncateSync(file, 100_000_000)
    },
    'cannot be read: the file is larger than 64 MiB',
  ],
]

test.each(replaced)(
  '%s in the place of the file: a row that says so, and what was there can be restored',
  async (_, put, says) => {
    const { file, history, see, line, back, read } = world()
    await see()
    rmSync(file)
    put(file)
    expect(await see()).toBe(1)
    expect(await see()).toBe(0)
    const [tear] = await history.list()
    // Nothing is written over what cannot be read, and that is said.
    await expect(back('restore', tear?.id ?? '')).rejects.toThrow('Move away what is there')
    rmSync(file, { recursive: true })
    writeFileSync(file, text, { mode: 0o600 })
    expect(await see()).toBe(1)
    expect(await line()).toEqual([
      ['others', 'can be read again, as it was before'],
      ['others', expect.stringContaining(says)],
      ['others', 'the file as Ekscope found it'],
    ])
    writeFileSync(file, '# other\n')
    await back('restore', tear?.id ?? '')
    expect(read()).toBe(text)
  },
)

test.each([
  ['emptied', Buffer.alloc(0), 'the file was emptied'],
  ['of NUL', Buffer.alloc(300), 'cannot be read: '],
  ['with a NUL at its end', Buffer.from(`${text}\0`), 'cannot be read: '],
  ['no text', Buffer.from([0x61, 0xff, 0x0a]), 'cannot be read: it is not UTF-8 text'],
  ['in UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le'), 'cannot be read: it is UTF-16'],
  ['with a BOM', Buffer.from(`\ufeff${text}`), 'only text around the entries'],
  ['removed', null, 'the file was removed'],
])(
  'a file %s: its bytes are kept, with the sentence for it, and what was before comes back',
  async (_, bytes, says) => {
    const { file, history, see, line, back, read } = world()
    await see()
    if (bytes === null) rmSync(file)
    else writeFileSync(file, bytes)
    expect(await see()).toBe(1)
    expect(await see()).toBe(0)
    const [row] = await history.list()
    const kept = await history.bytesOf(row?.id ?? '', file, 'after')
    expect(kept.ok && kept.value).toEqual(bytes)
    expect((await line())[0]).toEqual(['others', expect.stringContaining(says)])
    await back('restore', row?.id ?? '')
    expect(read()).toBe(text)
  },
)

test('a state whose keeping was killed after its record is no other state, and the next one is kept', async () => {
  const { file, history, see, line } = world()
  await see()
  const latest = path.join(history.folder, 'latest')
  const [name = ''] = readdirSync(latest)
  for (const before of [readFileSync(path.join(latest, name)), null]) {
    writeFileSync(file, `${before === null}\n${text}`.replace(/^/, '# '))
    expect(await see()).toBe(1)
    // As a process leaves it that is killed before it notes the last state.
    if (before === null) rmSync(path.join(latest, name))
    else writeFileSync(path.join(latest, name), before)
    expect(await see()).toBe(0)
  }
  writeFileSync(file, `# next\n${text}`)
  expect(await see()).toBe(1)
  expect(await line()).toHaveLength(4)
})

type Act = readonly ['ours' | 'theirs' | 'see' | 'undo', number]
const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.tuple(fc.constantFrom('ours' as const, 'theirs' as const, 'see' as const, 'undo' as const), fc.nat(5)),
  { minLength: 4, maxLength: 14 },
)

test('whatever we, others and the looks do in turn: each record has the bytes before and after it, in one line', async () => {
  const numRuns = full ? 100 : 5
  await fc.assert(
    fc.asyncProperty(acts, async (turns) => {
      const { file, history, ours, see, back, read } = world()
      const seen = new Set<string>()
      for (const [act, n] of turns) {
        if (act === 'ours') await ours('one', `n${n}-${seen.size}`)
        else if (act === 'theirs') writeFileSync(file, `${read()}# ${n}\n`)
        else if (act === 'see') await see()
        else {
          const one = (await history.list()).find(({ files: [f] }) => f?.before !== f?.after)
          if (one) await back('undo', one.id).catch(() => undefined)
        }
        if (act !== 'theirs') seen.add(revisionOf(Buffer.from(read())))
      }
      await see()
      const records = await history.list()
      let next: string | null | undefined
      for (const { id, files } of records) {
        const [one] = files
        if (next !== undefined) expect(one?.after).toBe(next)
        next = one?.before
        for (const side of ['before', 'after'] as const) {
          const bytes = await history.bytesOf(id, file, side)
          expect(bytes.ok && bytes.value && revisionOf(bytes.value)).toBe(one?.[side])
        }
      }
      expect(records[0]?.files[0]?.after).toBe(revisionOf(Buffer.from(read())))
    }),
    { numRuns },
  )
})
