/**
 * Which changes of other programs are called an older copy written over ours, and which are later changes on purpose: both
 * made by the real kubectl, which writes the whole file anew either way.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import { type EntryKind, entryId } from '../../../shared/kubeconfig/entries'
import { removeFolder } from '../../testing/bundle'
import { realProgram, runProgram } from '../../testing/real-programs'
import { applyToDisk } from './apply-to-disk'
import { followOverwritten, type OverwrittenFollower } from './overwritten-writes'
import type { StepHook } from './replace'
import { undoWrite } from './undo'
import { History, openHistory } from './write-history'

const folder = mkdtempSync(path.join(tmpdir(), 'ekscope-overwritten-'))
afterAll(() => removeFolder(folder))
let count = 0

const user = (name: string, role: string) => `- name: ${name}
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, prod, --role, ${role}]}}
`
const text = `# ours
apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.test"}}
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: c, user: v}}
- {name: three, context: {cluster: c, user: v}}
current-context: one
users:
${user('u', 'arn:aws:iam::123456789012:role/old')}${user('v', 'arn:aws:iam::123456789012:role/old')}`

/** A file that Ekscope writes, and what is said of it afterwards. */
function writer() {
  count += 1
  const file = path.join(folder, `config-${count}`)
  writeFileSync(file, text, { mode: 0o600 })
  const history = openHistory(path.join(folder, `history-${count}`))
  const follower = followOverwritten({ history, list: () => [file], now: Date.now })
  const options = { list: [file], by: 'terminal' as const, history, journal: path.join(folder, 'journal') }
  const id = (kind: EntryKind, name: string) => entryId(kind, file, name, 0)
  const idOf = (outcome: Awaited<ReturnType<typeof applyToDisk>>) => {
    if (!outcome.ok || outcome.value.kind !== 'written') throw new Error(JSON.stringify(outcome))
    return outcome.value.historyId
  }
  const written = (edit: (id: Id) => Edit, hook?: StepHook) =>
    applyToDisk({ ...options, edits: [edit(id)], titles: ['ours'], revisions: null, ...(hook && { hook }) })
  return {
    file,
    history,
    text: () => readFileSync(file, 'utf8'),
    written,
    write: async (edit: (id: Id) => Edit) => idOf(await written(edit)),
    undo: async (write: string) => idOf(await undoWrite(options, { way: 'undo', id: write })),
    kubectl: async (...args: readonly string[]) => {
      const run = await runProgram(realProgram('kubectl'), ['config', ...args, '--kubeconfig', file], {})
      expect([run.status, run.stderr]).toEqual([0, ''])
    },
    /** `WRITE KIND NAME`, each write by its place among `ids`. */
    named: (...ids: readonly string[]) => namedBy(follower, ids),
    /** The same, of the records as an earlier version wrote them, which do not say what entries said. */
    namedByEarlier: async (...ids: readonly string[]) => {
      const earlier = `${history.folder}-earlier`
      cpSync(history.folder, earlier, { recursive: true })
      rmSync(path.join(earlier, 'said'), { recursive: true, force: true })
      for (const record of (await history.list()).map(({ id }) => path.join(earlier, `${id}.json`)))
        writeFileSync(
          record,
          JSON.stringify(JSON.parse(readFileSync(record, 'utf8')), (key, value) =>
            ['value', 'currentContext'].includes(key) ? undefined : value,
          ),
        )
      return namedBy(
        followOverwritten({ history: openHistory(earlier), list: () => [file], now: Date.now }),
        ids,
      )
    },
  }
}

const namedBy = async (follower: OverwrittenFollower, ids: readonly string[]) =>
  (await follower.find()).flatMap((write) =>
    write.items.map(({ path: _, kind, name, ...more }) => {
      // What it said may be secret.
      expect(more).toEqual({})
      return `${ids.indexOf(write.id)} ${kind} ${name}`
    }),
  )

type Id = (kind: EntryKind, name: string) => string
const use = (name: string) => (id: Id) => ({ kind: 'use-context', context: id('context', name) }) as const
const namespace = (name: string, value: string | null) => (id: Id) =>
  ({ kind: 'set-namespace', context: id('context', name), namespace: value }) as const
const role = (name: string, arn: string) => (id: Id) =>
  ({ kind: 'set-role', context: id('context', name), role: arn, scope: 'shared' }) as const
const rename = (name: string, to: string) => (id: Id) =>
  ({ kind: 'rename-context', context: id('context', name), name: to, cascade: false }) as const
const clone = (name: string, to: string) => (id: Id) =>
  ({ kind: 'clone-context', context: id('context', name), name: to, pin: null, userName: null }) as const
const remove =
  (name: string) =>
  (id: Id): Edit => ({ kind: 'delete-contexts', contexts: [id('context', name)], keepOrphans: false })
const removeAll = [
  (id: Id): Edit => ({
    kind: 'delete-contexts',
    contexts: ['one', 'two', 'three'].map((name) => id('context', name)),
    keepOrphans: false,
  }),
]
const split =
  (name: string) =>
  (id: Id): Edit => ({ kind: 'split-user', context: id('context', name), name: null })
const [admin, old] = ['arn:aws:iam::123456789012:role/admin', 'arn:aws:iam::123456789012:role/old']
const execOf = (arn: string) => `--exec-arg=eks,get-token,--cluster-name,prod,--role,${arn}`

test.each<readonly [string, readonly ((id: Id) => Edit)[], readonly (readonly string[])[]]>([
  ['another context is used', [use('two')], [['use-context', 'three']]],
  ['the context of before is used again', [use('two')], [['use-context', 'one']]],
  ['the one before the last is used again', [use('two'), use('three')], [['use-context', 'one']]],
  [
    'used again, beside a namespace that stays',
    [namespace('two', 'web'), use('two')],
    [['use-context', 'one']],
  ],
  ['another namespace is set', [namespace('one', 'web')], [['set-context', 'one', '--namespace=db']]],
  [
    'one of two namespaces is taken back',
    [namespace('one', 'web'), namespace('two', 'web')],
    [['set-context', 'one', '--namespace=']],
  ],
  ['what we changed is renamed', [namespace('one', 'web')], [['rename-context', 'one', 'uno']]],
  ['what we renamed is renamed', [rename('two', 'due')], [['rename-context', 'due', 'zwei']]],
  ['what we changed is deleted', [namespace('three', 'web')], [['delete-context', 'three']]],
  ['what we cloned is deleted', [clone('one', 'copy')], [['delete-context', 'copy']]],
  ['what we deleted is made anew', [remove('one')], [['set-context', 'one', '--cluster=c', '--user=v']]],
  ['a user of that name is made anew', [remove('one')], [['set-credentials', 'u', '--token=x']]],
  ['a cluster of that name is made anew', removeAll, [['set-cluster', 'c', '--server=https://other.test']]],
  [
    'a context gets the name that we took from another',
    [rename('two', 'due')],
    [['set-context', 'two', '--cluster=c', '--user=u']],
  ],
  ['what we split is renamed', [split('two')], [['rename-context', 'two', 'pp']]],
  ['what we cloned gets a namespace', [clone('one', 'copy')], [['set-context', 'copy', '--namespace=x']]],
  ['another role is set', [role('one', admin)], [['set-credentials', 'u', execOf(`${old}er`)]]],
  ['a cluster is deleted', [namespace('one', 'web'), use('two')], [['delete-cluster', 'c']]],
  [
    'the name of a context that we changed is given to another',
    [namespace('one', 'web')],
    [
      ['delete-context', 'three'],
      ['rename-context', 'one', 'three'],
      ['set-context', 'one', '--cluster=c', '--user=v'],
    ],
  ],
  [
    'a user that we changed is made anew for another EKS cluster',
    [role('one', admin)],
    [
      ['delete-user', 'u'],
      [
        ...['set-credentials', 'u', '--exec-command=aws', execOf(old).replace('prod', 'dev')],
        '--exec-api-version=client.authentication.k8s.io/v1beta1',
      ],
    ],
  ],
])('%s by a program that has read our write: that is no older copy', async (_, edits, commands) => {
  const { write, kubectl, named } = writer()
  for (const edit of edits) await write(edit)
  for (const words of commands) await kubectl(...words)
  expect(await named()).toEqual([])
})

test.each<
  readonly [
    string,
    readonly ((id: Id) => Edit)[],
    { readonly since: number },
    readonly string[],
    readonly string[],
  ]
>([
  ['a namespace', [namespace('one', 'web')], { since: 0 }, [], ['0 context one']],
  ['a role', [role('one', admin)], { since: 0 }, ['set-context', 'x', '--cluster=c'], ['0 user u']],
  [
    'a namespace, beside another of the same context',
    [role('one', admin), namespace('one', 'web')],
    { since: 0 },
    ['set-context', 'one', '--user=v'],
    ['0 user u', '1 context one'],
  ],
  [
    'a clone',
    [clone('one', 'copy')],
    { since: 0 },
    ['use-context', 'two'],
    ['0 user copy', '0 context copy'],
  ],
  [
    'a new name',
    [rename('two', 'due')],
    { since: 0 },
    ['use-context', 'three'],
    ['0 context due', '0 context two'],
  ],
  [
    'what we deleted',
    [remove('one')],
    { since: 0 },
    ['delete-context', 'three'],
    ['0 user u', '0 context one', '0 current-context one'],
  ],
  [
    'current-context with something else',
    [use('two'), namespace('one', 'web')],
    { since: 0 },
    ['set-context', 'x', '--cluster=c'],
    ['0 current-context two', '1 context one'],
  ],
  [
    'only the second write',
    [namespace('one', 'web'), namespace('two', 'db')],
    { since: 1 },
    ['set-context', 'x', '--cluster=c'],
    ['1 context two'],
  ],
  [
    'the last value of several',
    [namespace('one', 'a'), namespace('one', 'b'), use('two')],
    { since: 0 },
    ['set-context', 'x', '--cluster=c'],
    ['1 context one', '2 current-context two'],
  ],
])('an older copy of kubectl undoes %s: that is named', async (_, edits, { since }, words, expected) => {
  const { file, write, kubectl, named, namedByEarlier, text: now } = writer()
  const ids: string[] = []
  let read = now()
  for (const [at, edit] of edits.entries()) {
    if (at === since) read = now()
    ids.push(await write(edit))
  }
  // What a kubectl writes that had read then.
  writeFileSync(file, read)
  if (words.length > 0) await kubectl(...words)
  expect((await named(...ids)).sort()).toEqual([...expected].sort())
  expect(await named(...ids)).toEqual([])
  expect((await namedByEarlier(...ids)).sort()).toEqual([...expected].sort())
})

test.each([
  ['at last', false],
  ['before a write of ours', true],
])('what was overwritten %s and is there again, or is a third value since, is not named', async (_, more) => {
  const { file, write, kubectl, named, text: now } = writer()
  await write(namespace('one', 'web'))
  await write(namespace('two', 'db'))
  writeFileSync(file, text)
  if (more) await write(namespace('three', 'x'))
  await kubectl('set-context', 'one', '--namespace=web')
  await kubectl('set-context', 'two', '--namespace=other')
  expect(now()).toContain('namespace: web')
  expect(await named()).toEqual([])
})

test('current-context alone at its old value is an older copy right after unlocking, a switch later', async () => {
  const { file, write, written, named } = writer()
  const outcome = await written(use('two'), (step) => {
    if (step === 'unlocked') writeFileSync(file, text)
  })
  expect(outcome).toMatchObject({ value: { overwritten: [{ kind: 'current-context', name: 'two' }] } })
  const again = await write(use('two'))
  writeFileSync(file, text)
  expect(await named(again)).toEqual([])
})

test.each<readonly [string, (file: string) => void]>([
  ['gone', rmSync],
  ['torn', (file) => writeFileSync(file, 'contexts: [')],
])('a file that is %s is no older copy, though what came with our write is not in it', async (_, spoil) => {
  const { file, write, named } = writer()
  await write(clone('one', 'copy'))
  spoil(file)
  expect(await named()).toEqual([])
})

test('what we undid ourselves is no older copy; what was undone between two of our writes is named', async () => {
  const { file, write, undo, named, text: now } = writer()
  const first = await write(namespace('one', 'web'))
  await undo(first)
  const read = now()
  const second = await write(role('two', admin))
  writeFileSync(file, read)
  const third = await write(namespace('three', 'x'))
  expect(await named(first, second, third)).toEqual(['1 user v'])
})

test('what we undid ourselves with a clock that was put back is not named either', async () => {
  const { write, undo, named } = writer()
  const first = await write(namespace('one', 'web'))
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 86_400_000 })
  try {
    await undo(first)
  } finally {
    vi.useRealTimers()
  }
  expect(await named(first)).toEqual([])
})

test('what writes of single entries made others is found without any earlier state of the file', async () => {
  const { file, history, write, kubectl } = writer()
  class Unread extends History {
    override bytesOf(): never {
      throw new Error('a whole state was read')
    }
  }
  for (const edit of [
    namespace('one', 'a'),
    use('two'),
    role('one', admin),
    clone('one', 'copy'),
    remove('three'),
  ])
    await write(edit)
  await kubectl('set-context', 'two', '--namespace=db')
  const unread = { history: new Unread(history.folder), list: () => [file], now: Date.now }
  expect(await followOverwritten(unread).find()).toEqual([])
  writeFileSync(file, text)
  expect(await followOverwritten(unread).find()).toHaveLength(5)
})

test('a file in which nothing of ours was undone is looked at once', async () => {
  const { file, history, write, kubectl } = writer()
  let read = 0
  class Counted extends History {
    override get(id: string) {
      read += 1
      return super.get(id)
    }
  }
  const counted = new Counted(history.folder)
  const looked = async () => {
    const before = read
    // As the next process would.
    expect(await followOverwritten({ history: counted, list: () => [file], now: Date.now }).find()).toEqual(
      [],
    )
    return read > before
  }
  await write(namespace('one', 'web'))
  await kubectl('set-context', 'two', '--namespace=db')
  expect([await looked(), await looked()]).toEqual([true, false])
  await kubectl('set-context', 'two', '--namespace=x')
  expect([await looked(), await looked()]).toEqual([true, false])
  await write(namespace('three', 'web'))
  await kubectl('set-context', 'two', '--namespace=y')
  expect(await looked()).toBe(true)
})
