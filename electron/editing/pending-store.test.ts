import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import type { ProfileEdit } from '../../shared/edits/profile-edit'
import { type KeptSteps, packedSteps, unpackedSteps } from '../../shared/ipc/stored-edits'
import { mask } from '../../shared/kubeconfig/entries'
import type { Fault } from '../../shared/result'
import { full } from '../../shared/testing/counts'
import { openDataFolder } from '../system/data-folder'
import { bundled, removeFolder } from '../testing/bundle'
import { createKeptEdits } from './pending-store'

let folder: string
let said: Fault[] = []
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-pending-'))
  said = []
})
afterEach(() => removeFolder(folder))

const file = () => path.join(folder, 'pending.json')
/** The store of another process. */
const opened = () => createKeptEdits(openDataFolder(folder, { onExposed: (fault) => said.push(fault) }))
const id = (name: string) => JSON.stringify(['context', '/home/ana/.kube/config', name, 0])
const namespace = (name: string, namespace: string): Edit => ({
  kind: 'set-namespace',
  context: id(name),
  namespace,
})
function contexts(...edits: readonly Edit[]): KeptSteps {
  const pending = edits.map((edit, at) => ({ id: at + 1, edit }))
  return { ...packedSteps({ pending, past: [[]], future: [] }), before: [], decided: [] }
}
const ofProfile = (edit: ProfileEdit): Edit => ({
  kind: 'edit-profile',
  environment: 'login-shell',
  edit,
  was: null,
})
const pendingOf = (kept: KeptSteps | null) =>
  ((kept && unpackedSteps(kept)?.pending) ?? []).map(({ edit }) => edit)

test('what is kept is there for the next process, with its steps, under 0600, and this one is told that it is from before', async () => {
  const first = opened()
  expect(await first.of(1)).toMatchObject({ steps: null, fromBefore: false })
  const kept = contexts(namespace('a', 'x'), ofProfile({ kind: 'delete-profile', profile: 'old' }))
  const imports = [{ source: 's', from: '/tmp/other', revision: 'r', contexts: ['c'] }]
  expect(await first.keep(1, { steps: kept, imports })).toEqual({ ok: true, value: null })
  expect((await stat(file())).mode & 0o777).toBe(0o600)
  const next = opened()
  expect(await next.waiting()).toBe(1)
  expect(await next.of(7)).toMatchObject({ steps: kept, imports, fromBefore: true })
  // A reload of its page is no other window.
  expect(await next.of(7)).toMatchObject({ steps: kept, fromBefore: false })
  expect(await next.waiting()).toBe(0)
})

test('each window has edits of its own, and each is given to one window afterwards', async () => {
  const first = opened()
  await Promise.all([
    first.keep(1, { steps: contexts(namespace('a', 'one')), imports: [] }),
    first.keep(2, { steps: contexts(namespace('a', 'two')), imports: [] }),
    // Undone: there is a way forward, and nothing pending.
    first.keep(3, { steps: { ...contexts(namespace('a', 'three')), at: 0 }, imports: [] }),
  ])
  const next = opened()
  expect(await next.waiting()).toBe(2)
  const given = await Promise.all([next.of(1), next.of(2), next.of(3), next.of(4)])
  expect(given.map(({ steps }) => pendingOf(steps))).toEqual([
    [namespace('a', 'one')],
    [namespace('a', 'two')],
    [],
    [],
  ])
  expect(given.map(({ steps, fromBefore }) => [steps !== null, fromBefore])).toEqual([
    [true, true],
    [true, true],
    [true, true],
    [false, false],
  ])
})

test('the next window has what one left that closed, unless nothing was pending in it', async () => {
  const store = opened()
  await store.keep(1, { steps: contexts(namespace('a', 'x')), imports: [] })
  store.leave(1)
  expect(pendingOf((await store.of(2)).steps)).toEqual([namespace('a', 'x')])
  await store.keep(2, { steps: { ...contexts(namespace('a', 'x')), at: 0 }, imports: [] })
  store.leave(2)
  expect(await store.of(3)).toMatchObject({ steps: null, fromBefore: false })
  store.leave(3)
  await store.settled()
  expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ content: { windows: [] } })
})

test('what holds a secret is not written, is named, and goes from every step', async () => {
  const secrets: readonly Edit[] = [
    {
      kind: 'set-proxy-url',
      context: id('a'),
      proxyUrl: 'http://ana:hunter2hunter2@proxy:3128',
      scope: 'split',
    },
    { kind: 'set-server', context: id('b'), server: 'https://ana:hunter2hunter2@b.example', scope: 'shared' },
    {
      kind: 'add-context',
      file: null,
      name: 'new',
      namespace: null,
      cluster: {
        kind: 'new',
        name: 'new',
        server: 'https://new.example',
        certificateAuthorityData: 'QQ==',
        proxyUrl: 'socks5://ana:hunter2hunter2@proxy',
        tlsServerName: null,
      },
      user: {
        name: null,
        region: 'eu-west-1',
        cluster: { name: 'new' },
        role: null,
        profile: null,
        pin: 'arg',
      },
      use: false,
    },
    {
      kind: 'clone-context',
      context: id('a'),
      name: 'copy',
      profile: 'token=hunter2hunter2',
      pin: 'arg',
      userName: null,
    },
  ]
  const plain: readonly Edit[] = [
    namespace('a', 'x'),
    // As the page has what the file says, and what has the look of an address without a secret in it.
    { kind: 'set-proxy-url', context: id('c'), proxyUrl: `http://${mask}@proxy:3128`, scope: 'split' },
    {
      kind: 'set-expected',
      context: id('ana@corp.example'),
      principal: 'arn:aws:sts::111122223333:assumed-role/Admin/ana@corp.example',
    },
  ]
  const process = 'credential_process'
  const withSecret: ProfileEdit = {
    kind: 'add-profile',
    profile: 'tool',
    settings: [{ key: process, value: '/opt/tool --password hunter2hunter2 --json' }],
  }
  const plainProfile: ProfileEdit = {
    kind: 'add-profile',
    profile: 'role',
    settings: [
      { key: 'role_arn', value: 'arn:aws:iam::111122223333:role/token-reader' },
      { key: 'source_profile', value: 'base' },
      { key: process, value: '/opt/token --json' },
    ],
  }
  const store = opened()
  const all = contexts(...plain, ofProfile(plainProfile), ...secrets, ofProfile(withSecret))
  await store.keep(1, { steps: all, imports: [] })
  expect(await readFile(file(), 'utf8')).not.toContain('hunter2')
  // A reload loses nothing.
  expect((await store.of(1)).steps).toEqual(all)
  const names = ['a: proxy-url', 'b: server', 'new: new context', `copy: clone of a, profile token=${mask}`]
  expect(store.closing(1)?.detail).toBe(
    `Closing this window loses ${[...names, 'profile tool: added'].map((name) => `${name} (it holds a secret)`).join('; ')}. The next window has the others again.`,
  )
  const given = await opened().of(1)
  expect(pendingOf(given.steps)).toEqual([...plain, ofProfile(plainProfile)])
  expect(given.secrets).toEqual([...names, 'profile tool: added'])
})

test('a window that closes says once that it keeps what is pending, and asks where something would be lost', async () => {
  const store = opened()
  expect(store.closing(1)).toBeNull()
  await store.of(1)
  expect(store.closing(1)).toBeNull()
  await store.keep(1, { steps: contexts(namespace('a', 'x')), imports: [] })
  expect(store.closing(1)).toMatchObject({
    message: 'One change is not written yet.',
    detail: expect.stringMatching(/^They are kept/),
    yes: 'Close',
  })
  expect(store.closing(1)).toBeNull()
  await store.settled()
  const next = opened()
  await next.of(1)
  expect(next.closing(1)).toBeNull()
  const source = { source: 's', revision: 'r', contexts: ['guest', 'visitor'] }
  const brings: Edit = {
    kind: 'import-entries',
    source: 's',
    from: null,
    file: null,
    onConflict: 'rename',
    clusters: [],
    users: [],
    contexts: [],
  }
  const pending = contexts(namespace('a', 'x'), brings)
  await next.keep(1, { steps: pending, imports: [{ ...source, from: '/tmp/file' }] })
  expect(next.closing(1)).toBeNull()
  await next.keep(1, { steps: pending, imports: [{ ...source, from: null }] })
  expect(next.closing(1)).toEqual({
    message: '2 changes are not written yet.',
    detail:
      'Closing this window loses the import of guest, visitor from the clipboard. The next window has the others again.',
    yes: 'Close without writing',
  })
})

test('where nothing can be kept, that is said with why, and closing asks', async () => {
  await writeFile(file(), '{"version":99,"content":{"windows":"of tomorrow"}}')
  const store = opened()
  expect(await store.of(1)).toMatchObject({ steps: null, fromBefore: false })
  expect(said).toMatchObject([
    { message: expect.stringMatching(/was written by a newer Ekscope and stays as it is\. Changes/) },
  ])
  const kept = await store.keep(1, { steps: contexts(namespace('a', 'x')), imports: [] })
  expect(kept).toMatchObject({
    ok: false,
    fault: {
      code: 'conflict',
      message: expect.stringMatching(/^What is pending is lost if Ekscope ends now: /),
    },
  })
  expect(await readFile(file(), 'utf8')).toContain('of tomorrow')
  expect(store.closing(1)?.detail).toMatch(/discards them; .* They cannot be kept: .*newer Ekscope/)
  // The demo's files go with it.
  const demo = createKeptEdits(null)
  expect((await demo.keep(1, { steps: contexts(namespace('a', 'x')), imports: [] })).ok).toBe(true)
  expect(demo.closing(1)?.detail).toBe('Closing this window discards them; the files stay as they are.')
})

test('a file that cannot be understood is set aside and said, and what is pending now is kept', async () => {
  await writeFile(file(), '{"version":1,"content":{"told":true,"windows":[{"id":"1","contexts":{"edits":[]')
  const store = opened()
  expect(await store.of(1)).toMatchObject({ steps: null })
  expect(said).toMatchObject([{ message: expect.stringMatching(/set aside as pending\.json\.broken-/) }])
  await store.keep(1, { steps: contexts(namespace('a', 'x')), imports: [] })
  expect(await opened().waiting()).toBe(1)
})

let writer: string
beforeAll(async () => {
  writer = await bundled('electron/testing/pending-writer.ts')
}, 60_000)

test.skipIf(!full)(
  'a process that is ended at any moment loses nothing that was kept, and on a signal nothing at all',
  async () => {
    const kills = full ? 150 : 10
    const signals = ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGINT'] as const
    const delays = fc.sample(fc.integer({ min: 0, max: 120 }), kills)
    for (const [turn, delay] of delays.entries()) {
      const signal = signals[turn % signals.length] ?? 'SIGKILL'
      const child = spawn(process.execPath, [writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
      let out = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text
      })
      child.stdout.once('data', () => setTimeout(() => child.kill(signal), delay))
      await new Promise((resolve) => child.once('close', resolve))
      const last = (mark: string) =>
        Math.max(
          0,
          ...out.split('\n').flatMap((line) => (line.startsWith(mark) ? [Number(line.slice(2))] : [])),
        )
      const there = pendingOf((await opened().of(1)).steps)
      expect(there).toEqual(
        there.map((_, at) => ({
          kind: 'set-namespace',
          context: `context ${at + 1}`,
          namespace: `n${at + 1}`,
        })),
      )
      expect(there.length).toBeGreaterThanOrEqual(signal === 'SIGKILL' ? last('=') : last('+'))
      expect(there.length).toBeLessThanOrEqual(last('+'))
      expect(last('!')).toBe(0)
    }
    // The next process leaves nothing of those that were killed.
    const next = opened()
    await next.of(1)
    await next.keep(1, { steps: null, imports: [] })
    expect(await readdir(folder)).toEqual(['pending.json'])
  },
  120_000,
)
