import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { applyChange } from '../../../shared/kubeconfig/change'
import type { SnapshotChange } from '../../../shared/kubeconfig/entries'
import { createKubeconfigStore } from './kubeconfig-store'
import type { ListedFile } from './locate'
import { watchKubeconfigs } from './watch'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ekscope-store-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const at = (name: string) => join(folder, name)
const listed = (...names: string[]): ListedFile[] =>
  names.map((name) => ({ path: at(name), source: 'KUBECONFIG', own: true }))
// As a window reads a large fleet; the tests of what asks a store read at once.
const store = (...names: string[]) =>
  createKubeconfigStore({ list: () => listed(...names), trustedFile: () => false, lateFrom: 0 })
const config = (context: string, user = 'u') =>
  `contexts:\n- name: ${context}\n  context: {cluster: c, user: ${user}}\nclusters:\n- name: c\n  cluster: {server: "https://${context}"}\nusers:\n- name: ${user}\n  user: {exec: {command: ./bin/login}}\ncurrent-context: ${context}\n`

test('what cannot be read is a problem of its file, beside the files that can', async () => {
  await writeFile(at('good'), config('a'))
  await writeFile(at('bad'), 'contexts: [')
  await writeFile(at('binary'), Buffer.from([0xc3, 0x28]))
  await mkdir(at('folder'))
  execFileSync('mkfifo', [at('pipe')])
  await writeFile(at('huge'), '')
  await truncate(at('huge'), 64 * 1024 * 1024 + 1)
  await symlink('circle', at('circle'))
  const snapshot = await store('missing', 'bad', 'binary', 'folder', 'pipe', 'huge', 'circle', 'good').load()
  expect(snapshot.files.map(({ problems }) => problems[0]?.code ?? null)).toEqual([
    'missing',
    'bad-yaml',
    'not-utf8',
    'is-folder',
    'not-regular',
    'too-large',
    'io',
    null,
  ])
  expect(snapshot.files[0]?.problems[0]?.severity).toBe('warning')
  expect(snapshot.contexts.map(({ name }) => name)).toEqual(['a'])
})

test('what is expected of the list counts once the list is known, also where somebody asks for changes before that', async () => {
  await writeFile(at('config'), config('a'))
  await writeFile(at('other'), config('b'))
  // Long enough ago that nobody can have written it again in the same moment.
  for (const name of ['config', 'other']) await utimes(at(name), 1_000_000_000, 1_000_000_000)
  let list: readonly ListedFile[] = []
  const early = createKubeconfigStore({
    list: () => list,
    trustedFile: () => false,
  })
  early.expect(listed('config', 'other'))
  // Who only follows has no list to read, and nobody is told that there is nothing: a login shell may take its time to name the files.
  expect([await early.refresh(), await early.follow(), early.snapshot().revision]).toEqual([null, null, 0])
  list = listed('config')
  expect((await early.load()).contexts.map(({ name }) => name)).toEqual(['a'])
  expect([early.announced() === early.inView(), early.snapshot().revision]).toEqual([true, 1])
  list = listed('config', 'other')
  expect((await early.load()).contexts.map(({ name }) => name)).toEqual(['a', 'b'])
})

test('a file that is as it was read is not read again', async () => {
  const path = at('config')
  await writeFile(path, config('a'))
  await utimes(path, 1_000_000_000, 1_000_000_000)
  const kept = createKubeconfigStore({
    list: () => listed('config'),
    trustedFile: () => false,
    keepsBytes: true,
  })
  // Only the first reading keeps them.
  const bytes = async () => {
    await kept.load()
    return kept.bytes(path)?.bytes.toString() ?? null
  }
  expect([await bytes(), await bytes()]).toEqual([config('a'), config('a')])
  await writeFile(path, config('b'))
  expect(await bytes()).toBe(null)
})

test('a file without permission is named', async () => {
  await writeFile(at('secret'), config('a'))
  await chmod(at('secret'), 0)
  await chmod(folder, 0o755)
  // Root may read everything: this reading is done as nobody.
  const root = process.geteuid?.() === 0
  if (root) process.seteuid?.(65_534)
  try {
    expect((await store('secret').load()).files[0]?.problems[0]?.code).toBe('permission')
  } finally {
    if (root) process.seteuid?.(0)
  }
})

test('the first file that has a name wins, and the loser knows by whom', async () => {
  await writeFile(at('one'), config('a', 'first'))
  await writeFile(at('two'), config('a', 'second').replace('current-context: a', 'current-context: z'))
  const kubeconfigs = store('one', 'two')
  const snapshot = await kubeconfigs.load()
  expect(snapshot.currentContext).toBe('a')
  expect(snapshot.contexts.map(({ origin }) => origin.shadowedBy)).toEqual([null, at('one')])
  const [winner, shadowed] = kubeconfigs.inView().view.resolved()
  expect(winner?.user?.raw.exec?.command).toBe(join(folder, 'bin/login'))
  // A shadowed context names what kubectl would take for it: entries of all files by name.
  expect(shadowed?.user?.file).toBe(at('two'))
  expect(shadowed?.cluster?.file).toBe(at('one'))
  expect(kubeconfigs.inView().view.resolve('nobody')).toBeNull()
})

test('a refresh gives exactly what became different, and nothing when nothing did', async () => {
  await writeFile(at('one'), config('a'))
  await writeFile(at('two'), config('b'))
  const kubeconfigs = store('one', 'two')
  const before = await kubeconfigs.load()
  expect(await kubeconfigs.refresh()).toBeNull()
  await writeFile(at('two'), config('longer'))
  const change = await kubeconfigs.refresh()
  expect(change?.changed.contexts.map(({ name }) => name)).toEqual(['longer'])
  expect(change && applyChange(before, change)).toEqual(kubeconfigs.snapshot())
})

test('who follows is told of what a load has found first, of the way back, too, and not of what it was told otherwise', async () => {
  await writeFile(at('one'), config('a'))
  const kubeconfigs = store('one')
  const before = await kubeconfigs.load()
  await writeFile(at('one'), config('longer'))
  // Another view asks in between.
  const between = await kubeconfigs.load()
  const change = await kubeconfigs.follow()
  if (change === null || change === 'unsettled') throw new Error('nothing was told')
  expect(applyChange(before, change)).toEqual(between)
  expect(await kubeconfigs.follow()).toBeNull()

  await writeFile(at('one'), config('a'))
  await kubeconfigs.load()
  await writeFile(at('one'), config('longer'))
  const back = await kubeconfigs.refresh()
  // Alike, and of another revision than a load in between.
  expect(back?.changed.contexts).toEqual([])
  expect(back?.revision).toBe(kubeconfigs.snapshot().revision)

  await writeFile(at('one'), config('a'))
  await kubeconfigs.load()
  kubeconfigs.announce()
  expect(await kubeconfigs.refresh()).toBeNull()
})

test('a torn state that a load has shown is announced as ever: only once it is whole', async () => {
  await writeFile(at('one'), config('a'))
  const kubeconfigs = store('one')
  await kubeconfigs.load()
  await writeFile(at('one'), 'contexts:\n- name: b\n  context: {clu')
  await kubeconfigs.load()
  expect(await kubeconfigs.follow()).toBe('unsettled')
  await writeFile(at('one'), config('b'))
  const change = await kubeconfigs.follow()
  expect(change !== null && change !== 'unsettled' && names([change])).toEqual(['b'])
})

test('the text of a context comes with its cluster and user, each from its own file', async () => {
  await writeFile(at('one'), 'contexts:\n- name: a\n  context: {cluster: c, user: u}\n')
  await writeFile(at('two'), config('b'))
  const kubeconfigs = store('one', 'two')
  const { contexts } = await kubeconfigs.load()
  const text = kubeconfigs.inView().view.text(contexts[0]?.id ?? '')
  expect(text).toMatchObject({
    file: at('one'),
    line: 2,
    cluster: { file: at('two'), line: 5 },
    user: { file: at('two') },
  })
})

test('secrets never get into a snapshot', async () => {
  await writeFile(
    at('one'),
    'users:\n- name: u\n  user:\n    token: s3cret-a\n    password: s3cret-b\n    client-key-data: czNjcmV0\n    exec:\n      command: aws\n      args: [--token, s3cret-c]\n      env: [{name: X, value: s3cret-d}]\nclusters:\n- name: c\n  cluster: {server: "https://me:s3cret-e@x", proxy-url: "http://s3cret-f@p"}\n',
  )
  const snapshot = await store('one').load()
  expect(JSON.stringify(snapshot)).not.toMatch(/s3cret|czNjcmV0/)
  expect(snapshot.users[0]?.secrets).toEqual(['token', 'password', 'client-key-data'])
})

/** Watches until `done` says that enough was announced. */
async function watching(
  names: string[],
  act: () => Promise<void>,
  done: (changes: SnapshotChange[]) => boolean,
) {
  const kubeconfigs = store(...names)
  await kubeconfigs.load()
  const changes: SnapshotChange[] = []
  const failures: unknown[] = []
  const watch = watchKubeconfigs({
    store: kubeconfigs,
    paths: () => names.map(at),
    announce: (change) => changes.push(change),
    failed: (error) => failures.push(error),
    poll: 200,
  })
  try {
    await act()
    for (let round = 0; round < 200 && !done(changes); round++)
      await new Promise((resolve) => setTimeout(resolve, 50))
  } finally {
    watch.close()
  }
  expect(failures).toEqual([])
  expect(done(changes)).toBe(true)
  return { changes, snapshot: kubeconfigs.snapshot() }
}
const names = (changes: SnapshotChange[]) =>
  changes.flatMap(({ changed }) => changed.contexts.map(({ name }) => name))

test('a file that is made later, renamed over, or behind a link is followed', async () => {
  await mkdir(at('real'))
  await writeFile(at('real/config'), config('linked'))
  await symlink('real/config', at('link'))
  const { snapshot } = await watching(
    ['link', 'new/config'],
    async () => {
      await mkdir(at('new'))
      await writeFile(at('new/config'), config('created'))
      await writeFile(at('real/next'), config('renamed'))
      await rename(at('real/next'), at('real/config'))
    },
    (changes) => names(changes).includes('created') && names(changes).includes('renamed'),
  )
  expect(snapshot.contexts.map(({ name }) => name)).toEqual(['renamed', 'created'])
})

test('a file seen empty and torn in the middle of a write is announced only when it is whole', async () => {
  await writeFile(at('one'), config('a'))
  const { changes } = await watching(
    ['one'],
    async () => {
      await writeFile(at('one'), '')
      await new Promise((resolve) => setTimeout(resolve, 300))
      await writeFile(at('one'), 'contexts:\n- name: b\n  context: {clu')
      await new Promise((resolve) => setTimeout(resolve, 300))
      // A beginning that kubectl would read, with entries missing.
      await writeFile(at('one'), 'contexts:\n- name: b\n  context: {}\nusers')
      await new Promise((resolve) => setTimeout(resolve, 300))
      await writeFile(at('one'), 'contexts:\n- name: b\n  context: {}\n- name: c')
      await new Promise((resolve) => setTimeout(resolve, 300))
      await writeFile(at('one'), config('b'))
    },
    (seen) => names(seen).includes('b'),
  )
  expect(changes).toHaveLength(1)
  expect(changes[0]?.files[0]?.problems).toEqual([])
})

test('a file that stays torn is announced as torn', async () => {
  await writeFile(at('one'), config('a'))
  const { changes } = await watching(
    ['one'],
    () => writeFile(at('one'), 'contexts: ['),
    (seen) => seen.length > 0,
  )
  expect(changes[0]?.files[0]?.problems[0]?.code).toBe('bad-yaml')
})
