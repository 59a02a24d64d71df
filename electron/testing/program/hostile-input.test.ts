/** What a hostile page, file or pipe may try: the real router, handlers and services, and the real terminal program. */
import { type ChildProcess, execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as v from 'valibot'
import { beforeEach, describe, expect, test } from 'vitest'
import { editSchema } from '../../../shared/edits/edit'
import { requestChannel } from '../../../shared/ipc/channels'
import { type RequestName, requestNames } from '../../../shared/ipc/contract'
import { unpack } from '../../../shared/ipc/packed'
import { createHandlers } from '../../ipc/handlers'
import { createRouter, type IpcDoor, type IpcPage, type IpcSender } from '../../ipc/router'
import { useTerminal } from './terminal'

const offered = v.object({ value: v.object({ offers: v.array(v.object({ edit: editSchema })) }) })

const terminal = useTerminal()
beforeEach(() => {
  const evil = terminal.write('evil', `#!/bin/sh\ntouch ${terminal.home}/ran\n`, 0o755)
  terminal.write('.kube/config', config(evil))
})

const config = (command: string) => `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://127.0.0.1:1"}}
contexts:
- {name: a, context: {cluster: c, user: u}}
users:
- {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ${command}}}}
`
const fifo = (name: string) => {
  execFileSync('mkfifo', [path.join(terminal.home, name)])
  return path.join(terminal.home, name)
}
/** Until the process has that file open. */
const reads =
  (file: string) =>
  ({ pid }: ChildProcess): Promise<void> => {
    const folder = `/proc/${pid}/fd`
    const open = () => readdirSync(folder).some((fd) => readlinkSync(`${folder}/${fd}`) === file)
    return expect.poll(open, { timeout: 30_000, interval: 50 }).toBe(true)
  }
/** Until the process has used no more of the processor for a while: it has started, and waits for something. */
async function waiting({ pid }: ChildProcess): Promise<void> {
  const looks: string[] = []
  await expect
    .poll(
      () => {
        const [state = '', ...times] = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ')
        // Its user time and that in the system.
        looks.push(state === 'S' ? times.slice(10, 12).join(' ') : '')
        return looks.length > 4 && looks.at(-1) !== '' && new Set(looks.slice(-5)).size === 1
      },
      { timeout: 30_000, interval: 100 },
    )
    .toBe(true)
}

describe('a page', () => {
  let bugs: unknown[]
  let chosen: string | null
  let clipboard: string
  let allows: boolean
  const listeners = new Map<string, (asked: IpcSender, ...args: unknown[]) => Promise<unknown>>()
  const page: IpcPage = {
    id: 1,
    mainFrame: { url: 'app://ekscope/' },
    send: () => undefined,
    isDestroyed: () => false,
  }
  const ask = (name: RequestName, ...input: unknown[]) =>
    listeners.get(requestChannel)?.({ sender: page, senderFrame: page.mainFrame }, name, ...input)

  beforeEach(async () => {
    bugs = []
    chosen = null
    clipboard = ''
    allows = false
    const services = terminal.window()
    const ipc: IpcDoor = { handle: (channel, listener) => listeners.set(channel, listener) }
    const router = createRouter({ ipc, trusts: () => true, onBug: (_, error) => bugs.push(error) })
    const handlers = createHandlers(services, terminal.machine(), {
      facts: { version: '0', demo: null, standInElectron: null },
      copy: () => undefined,
      follow: () => undefined,
      updates: async () => ({ how: '', update: '', possible: false, said: null }),
      chooseFile: async () => chosen,
      chooseFolder: async () => null,
      chooseNewFile: async () => null,
      chooseTarget: async () => null,
      confirm: async () => false,
      readClipboard: async () => clipboard,
      edit: async () => null,
      askCode: async () => null,
      ask: async () => allows,
      showQuestion: () => undefined,
      browse: async () => false,
      openDemo: async () => ({ ok: true, value: null }),
    })
    router.room(handlers).admit(page)
    await ask('kubeconfig.load')
  })

  const deep = (depth: number): unknown => {
    let value: unknown = 1
    for (let at = 0; at < depth; at++) value = { a: [value] }
    return value
  }
  const polluting: unknown = JSON.parse(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"edits":[],"run":"r","contexts":[],"environment":"app"}',
  )
  test.each([
    ['deep', deep(5_000)],
    ['a hundred thousand words', Array.from({ length: 100_000 }, () => 'x')],
    ['a key called __proto__', polluting],
    ['a function’s worth of nothing', null],
    ['a number', Number.NaN],
    [
      'an import whose entry is deep',
      {
        edits: [
          {
            kind: 'import-entries',
            source: 's',
            from: null,
            file: null,
            onConflict: 'fail',
            clusters: [],
            contexts: [],
            users: [{ name: 'x', value: { exec: deep(20_000) } }],
          },
        ],
        environment: 'app',
      },
    ],
    [
      'edits of every wrong kind',
      { edits: Array.from({ length: 60_000 }, () => ({ kind: 'use-context', context: null })) },
    ],
  ])('that sends %s to every request gets a refusal or an answer, never a bug', async (_, input) => {
    for (const name of requestNames) {
      const answer = await ask(name, input)
      expect({ name, answer }).toMatchObject({ answer: { ok: expect.any(Boolean) } })
    }
    expect(bugs).toEqual([])
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  test('cannot bring entries of its own as an import that main never read', async () => {
    const edit = {
      kind: 'import-entries',
      source: 'made-up',
      from: null,
      file: null,
      onConflict: 'rename',
      clusters: [],
      users: [
        {
          name: 'x',
          value: { exec: { command: '/bin/evil', apiVersion: 'client.authentication.k8s.io/v1' } },
        },
      ],
      contexts: [{ name: 'x', value: { cluster: 'c', user: 'x' } }],
    }
    const before = await readFile(path.join(terminal.home, '.kube', 'config'), 'utf8')
    const more = { run: 'r', titles: [], revisions: [], sharedAllowed: true, inPlace: [] }
    for (const answer of [
      await ask('edits.preview', { edits: [edit], environment: 'app', compare: null }),
      await ask('edits.plan', { edits: [edit] }),
      await ask('edits.apply', { edits: [edit], ...more }),
    ])
      expect(answer).toMatchObject({ ok: false, fault: { code: 'not-found' } })
    expect(await readFile(path.join(terminal.home, '.kube', 'config'), 'utf8')).toBe(before)
  })

  test('of what it had read for imports the last fifty are kept, and no name of its own leads to one', async () => {
    const answerOf = v.object({
      value: v.object({ offers: v.array(v.object({ edit: v.object({ source: v.string() }) })) }),
    })
    const sources: string[] = []
    for (let at = 0; at < 52; at++) {
      clipboard = `apiVersion: v1\nkind: Config\ncontexts: [{name: c${at}, context: {cluster: c, user: u}}]\n`
      const { value } = v.parse(answerOf, await ask('import.read', { from: 'clipboard', edits: [] }))
      sources.push(value.offers[0]?.edit.source ?? '')
    }
    expect(new Set(sources).size).toBe(52)
    const kept = async (source: string) => {
      const answer = v.parse(
        v.object({ ok: v.boolean(), value: v.optional(v.array(v.unknown())) }),
        await ask('import.again', { sources: [source] }),
      )
      return answer.ok && (answer.value ?? []).length > 0
    }
    expect([await kept(sources[0] ?? ''), await kept(sources[1] ?? '')]).toEqual([false, false])
    expect([await kept(sources[2] ?? ''), await kept(sources[51] ?? ''), await kept('clipboard')]).toEqual([
      true,
      true,
      false,
    ])
  })

  test('cannot have a file made, written or read that is not open', async () => {
    const profile = path.join(terminal.home, '.bash_profile')
    const theirs = path.join(terminal.home, 'not-open')
    await writeFile(theirs, 'contexts: [{name: hidden, context: {cluster: c, user: u}}]\n')
    const snapshot = await ask('kubeconfig.load')
    const named = v.parse(
      v.object({ contexts: v.array(v.object({ id: v.string() })) }),
      unpack(v.parse(v.object({ value: v.string() }), snapshot).value),
    )
    const contexts = named.contexts.map(({ id }) => id)
    const user = {
      name: null,
      region: 'eu-west-1',
      cluster: { name: 'c' },
      role: null,
      profile: null,
      pin: 'none',
    }
    const cluster = { kind: 'new', name: '$(touch ran)', server: 'https://h' }
    const nothing = { certificateAuthorityData: null, proxyUrl: null, tlsServerName: null }
    const more = { run: 'r', titles: [], revisions: [], sharedAllowed: true, inPlace: [profile, theirs] }
    for (const file of [profile, theirs, '/etc/shadow'])
      for (const edit of [
        { kind: 'move-contexts', contexts, file },
        { kind: 'quote-misread', file },
        {
          kind: 'add-context',
          file,
          name: '$(touch ran)',
          namespace: null,
          cluster: { ...cluster, ...nothing },
          user,
          use: false,
        },
      ])
        for (const answer of [
          await ask('edits.plan', { edits: [edit] }),
          await ask('edits.apply', { edits: [edit], ...more }),
        ])
          expect(answer).toMatchObject({ ok: false, fault: { code: 'not-allowed' } })
    await expect(stat(profile)).rejects.toThrow('ENOENT')
  })

  test('an import of a pipe, a device or a folder is refused at once', async () => {
    for (const file of [fifo('pipe'), '/dev/zero', terminal.home]) {
      chosen = file
      const answer = await ask('import.read', { from: 'dialog', edits: [] })
      expect(answer).toMatchObject({ value: { offers: [], refused: [{ code: 'unreadable' }] } })
    }
  })

  test('an import with keys called like parts of an object keeps them as keys', async () => {
    clipboard =
      'contexts:\n- name: __proto__\n  context: {cluster: constructor, user: toString}\nusers:\n- name: toString\n  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, env: [{name: __proto__, value: x}]}}\nclusters:\n- name: constructor\n  cluster: {server: "https://h", extensions: [{name: x, extension: {__proto__: {polluted: yes}}}]}\n'
    const offer = await ask('import.read', { from: 'clipboard', edits: [] })
    expect(offer).toMatchObject({
      ok: true,
      value: { offers: [{ edit: { contexts: [{ name: '__proto__' }] } }] },
    })
    const { value } = v.parse(offered, offer)
    const edit = value.offers[0]?.edit
    const more = { run: 'r', titles: [], revisions: [], sharedAllowed: true, inPlace: [] }
    allows = true
    expect(await ask('edits.apply', { edits: [edit], ...more })).toMatchObject({
      ok: true,
      value: { kind: 'written' },
    })
    const written = await readFile(path.join(terminal.home, '.kube', 'config'), 'utf8')
    for (const word of ['__proto__', 'toString', 'constructor', 'polluted']) expect(written).toContain(word)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})

describe('the terminal', () => {
  test.each([
    ['that is no JSON', (file: string) => writeFile(file, '{bad')],
    ['that is another file by a link', (file: string) => symlink('/etc/passwd', file)],
    ['that is a device by a link', (file: string) => symlink('/dev/zero', file)],
    ['that is a pipe', async (file: string) => void execFileSync('mkfifo', [file])],
    [
      'of three gigabytes',
      async (file: string) => writeFile(file, '').then(() => truncate(file, 3 * 1024 ** 3)),
    ],
    [
      'of half a million brackets',
      (file: string) =>
        writeFile(file, `{"version":1,"content":${'['.repeat(250_000)}${']'.repeat(250_000)}}`),
    ],
  ])('takes a trust.json %s for no word at all, and runs nothing', async (_, make) => {
    mkdirSync(terminal.state, { mode: 0o700 })
    await make(path.join(terminal.state, 'trust.json'))
    const { status, stderr } = await terminal.ekscope(['whoami', 'a'])
    expect([1, 3]).toContain(status)
    expect(stderr).not.toMatch(/went wrong inside|at Object|\.cjs:/)
    await expect(stat(path.join(terminal.home, 'ran'))).rejects.toThrow()
  })

  test('imports what a pipe gives, up to a limit, and not longer than the user wishes', async () => {
    const command = `${process.execPath} ${terminal.program}`
    const sh = (script: string) => terminal.run('/bin/bash', ['-c', script])
    const given = await sh(
      `${command} import <(echo '${'contexts: [{name: z, context: {cluster: c, user: u}}]'}')`,
    )
    expect(given).toMatchObject({ status: 0 })
    const endless = await sh(`${command} import <(yes)`)
    expect(endless).toMatchObject({ status: 3, stderr: expect.stringContaining('larger than 64 MiB') })
    const never = fifo('never')
    // Somebody has it open and writes nothing; without that it is given up after a while.
    const writer = openSync(never, 'r+')
    try {
      for (const [from, waits] of [[never, reads(never)] as const, ['-', waiting] as const]) {
        const { child, ended } = terminal.start(['import', from])
        await waits(child)
        child.kill('SIGINT')
        const { status, signal, stderr } = await ended
        // By the signal itself, where it came first: what a shell calls 130.
        expect(signal === 'SIGINT' ? 130 : status).toBeGreaterThan(0)
        expect(stderr).not.toContain('went wrong')
      }
    } finally {
      closeSync(writer)
    }
  })
})
