/** In every spelling of YAML: what kubectl would read as a new command or server is asked about as in plain words. */
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import { entryId } from '../../shared/kubeconfig/entries'
import { ok } from '../../shared/result'
import { full } from '../../shared/testing/counts'
import { shownWrite } from '../../shared/trust/question-text'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import { importEdit } from '../testing/import-edit'
import type { Consent } from './consent'

const signal = new AbortController().signal
const text = `apiVersion: v1
kind: Config
clusters:
- {name: own, cluster: {server: "https://own.example"}}
contexts:
- {name: own, context: {cluster: own, user: own}}
users:
- {name: own, user: {token: t}}
`
let home: string
let file: string
let services: Services
let asked: (readonly string[])[]
let answer: boolean

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-spellings-'))
  await mkdir(path.join(home, '.kube'))
  file = path.join(home, '.kube', 'config')
  asked = []
  answer = false
  await start(text)
})
afterEach(async () => {
  services.close()
  await removeFolder(home)
})

/** The file has this text, and the app has just been started. */
async function start(content: string): Promise<void> {
  await writeFile(file, content)
  services = createServices({
    variables: { HOME: home, PATH: '/usr/bin:/bin' },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'state')),
    filesOf: 'app',
  })
  await services.kubeconfig.load()
}

const consent: Consent = {
  kind: 'ask',
  ask: async (brought) => {
    asked.push(
      shownWrite(brought).parts.flatMap((part) => part.map(({ label, value }) => `${label} ${value}`)),
    )
    return ok(answer)
  },
}
const apply = (edit: Edit) =>
  services.editing.apply(
    { edits: [edit], titles: [''], revisions: null, sharedAllowed: true, consent },
    signal,
  )
const notAllowed = { ok: false, fault: { code: 'declined' } }

const importing = (entries: string) => importEdit(services, home, entries)

const version = 'apiVersion: client.authentication.k8s.io/v1beta1'
const runs = `exec: {${version}, command: corp, args: [login, now], env: [{name: CORP, value: x}]}`
const plain = `clusters: [{name: e, cluster: {server: "https://e.example", proxy-url: "http://p.example:1"}}]
contexts: [{name: x, context: {cluster: e, user: x}}]
users: [{name: x, user: {${runs}}}]
`
/** What kubectl reads as the same. */
const spellings: readonly (readonly [name: string, text: string])[] = [
  [
    'anchors and aliases',
    `things: [&u {${runs}}, &s "https://e.example"]
clusters: [{name: e, cluster: {server: *s, proxy-url: "http://p.example:1"}}]
contexts: [{name: x, context: {cluster: e, user: x}}]
users: [{name: x, user: *u}]
`,
  ],
  [
    'an alias for an argument, a name and a variable',
    `things: [&c corp, &l login, &v {name: CORP, value: x}, &n x]
clusters: [{name: e, cluster: {server: "https://e.example", proxy-url: "http://p.example:1"}}]
contexts: [{name: *n, context: {cluster: e, user: *n}}]
users: [{name: *n, user: {exec: {${version}, command: *c, args: [*l, now], env: [*v]}}}]
`,
  ],
  [
    'merge keys',
    `things: [&u {${runs}}, &c {server: "https://good.example", proxy-url: "http://p.example:1"}]
clusters: [{name: e, cluster: {<<: *c, server: "https://e.example"}}]
contexts: [{name: x, context: {cluster: e, user: x}}]
users: [{name: x, user: {<<: *u}}]
`,
  ],
  [
    'merge keys within the command, of several maps',
    `things: [&a {command: corp, args: [good]}, &b {args: [login, now], command: good, env: [{name: CORP, value: x}]}]
clusters: [{name: e, cluster: {server: "https://e.example", proxy-url: "http://p.example:1"}}]
contexts: [{name: x, context: {cluster: e, user: x}}]
users: [{name: x, user: {exec: {<<: [*a, *b], args: [login, now], ${version}}}}]
`,
  ],
  [
    'a key twice',
    `clusters: [{name: e, cluster: {server: "https://good.example", server: "https://e.example", proxy-url: "http://p.example:1"}}]
contexts: [{name: x, context: {cluster: e, user: x}}]
users: [{name: x, user: {exec: {command: good}, ${runs}}}]
`,
  ],
  [
    'escapes and blocks',
    `clusters: [{"n\\u0061me": e, cluster: {server: "https://\\x65.example", proxy-url: "http://p.example:1"}}]
contexts: [{name: x, context: {cluster: e, user: x}}]
users:
- name: x
  user:
    exec:
      ${version}
      command: >-
        corp
      args:
      - "log\\
        in"
      - |-
        now
      env: [{name: "CO\\u0052P", value: x}]
`,
  ],
]

test.skipIf(!full)(
  'an import in every spelling is asked about as the plain one is, and kubectl reads the same',
  async () => {
    const view = () =>
      execFileSync('kubectl', ['config', 'view', '--raw', '-o', 'json', `--kubeconfig=${file}`], {
        encoding: 'utf8',
      })
    let expected: { readonly lines: readonly string[]; readonly view: string } | null = null
    for (const [name, spelt] of [['plain', plain] as const, ...spellings]) {
      await start(text)
      asked.length = 0
      answer = false
      expect([name, await apply(importing(spelt))]).toMatchObject([name, notAllowed])
      const [lines = []] = asked
      answer = true
      expect([name, await apply(importing(spelt))]).toMatchObject([name, { ok: true }])
      expected ??= { lines, view: view() }
      expect([name, lines]).toEqual([name, expected.lines])
      expect([name, view()]).toEqual([name, expected.view])
      services.close()
    }
    expect(expected?.lines).toEqual(
      expect.arrayContaining(['command corp', 'argument login', 'argument now', 'variable CORP=x']),
    )
  },
)

test('an entry whose lines stay, and whose anchor stands for something else after a restore, is asked about', async () => {
  const anchored = (of: string) =>
    `apiVersion: v1\nthings: [&u {${of}}, &s "https://${of.length}.example"]\n${text
      .replace('apiVersion: v1\n', '')
      .replace('user: {token: t}', 'user: *u')
      .replace('"https://own.example"', '*s')}`
  await start(anchored(runs))
  const written = await apply({
    kind: 'set-namespace',
    context: entryId('context', file, 'own', 0),
    namespace: 'n',
  })
  if (!written.ok || written.value.kind !== 'written') throw new Error(JSON.stringify(written))
  services.close()
  // By hand it is made harmless; in another session the page wants the old file back.
  await start(anchored('token: t'))
  const before = await readFile(file, 'utf8')
  const undo = { id: written.value.historyId, way: 'restore', contexts: null, revisions: null } as const
  expect(await services.editing.undo({ ...undo, sharedAllowed: true, consent }, signal)).toMatchObject(
    notAllowed,
  )
  expect(asked).toEqual([
    expect.arrayContaining(['command corp', 'argument login', `server https://${runs.length}.example`]),
  ])
  expect(await readFile(file, 'utf8')).toBe(before)
})
