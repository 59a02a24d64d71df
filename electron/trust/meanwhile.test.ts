/** What a command leads to changes while the question about it is open: the answer is for what was shown, or for nothing. */
import { chmod, mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createKubeconfigStore } from '../kubeconfig/disk/kubeconfig-store'
import { openDataFolder } from '../system/data-folder'
import { environmentOf } from '../system/environment'
import { removeFolder } from '../testing/bundle'
import { openDecisions, trustFile } from './decisions'
import { examineProcess, lookupsOf } from './examine'
import { openPrompts } from './prompts'

let home: string
const at = (...names: readonly string[]) => join(home, ...names)
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'ekscope-meanwhile-')))
  await chmod(home, 0o755)
  for (const folder of ['first', 'second', 'open', 'real']) {
    await mkdir(at(folder))
    // Set explicitly, not by the umask: a folder of PATH that others may write to is another question.
    await chmod(at(folder), 0o755)
  }
  await program('real', 'good')
  await program('real', 'evil')
  await symlink(at('real', 'good'), at('second', 'corp'))
})
afterEach(() => removeFolder(home))

async function program(folder: string, name: string): Promise<void> {
  await writeFile(at(folder, name), '#!/bin/sh\n')
  await chmod(at(folder, name), 0o755)
}

const config = (args = 'login') => `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://c.example"}}]
contexts:
- {name: corp, context: {cluster: c, user: corp}}
- {name: plain, context: {cluster: c, user: plain}}
users:
- {name: corp, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: corp, args: [${args}], provideClusterInfo: true}}}
- {name: plain, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token, --cluster-name, prod]}}}
`

async function open() {
  const file = at('config')
  await writeFile(file, config())
  const store = createKubeconfigStore({
    list: () => [{ path: file, own: true, source: 'default' }],
    trustedFile: () => true,
  })
  await store.load()
  const decisions = openDecisions(openDataFolder(at('state')).file(trustFile))
  let PATH = [at('first'), at('second'), '/usr/bin'].join(':')
  const prompts = openPrompts({
    decisions,
    store,
    environment: async () => environmentOf('app', { PATH }),
    commands: async (contexts, { variables }) => {
      const process = { command: 'corp --json', file: at('aws'), line: 1, profile: 'p' }
      return Promise.all(
        store
          .inView()
          .view.resolved()
          .filter(({ id }) => contexts.includes(id))
          .map(async (resolved) => ({
            resolved,
            processes:
              resolved.context.name === 'corp' ? [await examineProcess(process, lookupsOf(variables))] : [],
          })),
      )
    },
    onChange: async () => undefined,
  })
  return {
    prompts,
    decisions,
    ids: store.snapshot().contexts.map(({ id }) => id),
    setPath: (path: string) => {
      PATH = path
    },
    write: async (text: string) => {
      await writeFile(file, text)
      await store.load()
    },
  }
}
type Opened = Awaited<ReturnType<typeof open>>

/** While the question stands; `about`: the kinds of questions that it changes. */
const changes: readonly (readonly [
  name: string,
  change: (opened: Opened) => Promise<void>,
  about: readonly string[],
])[] = [
  ['nothing', async () => undefined, []],
  [
    'another program of that name comes to stand before it',
    () => program('first', 'corp'),
    ['exec', 'credential-process'],
  ],
  [
    'the link leads elsewhere',
    async () => {
      await symlink(at('real', 'evil'), at('second', 'next'))
      await rename(at('second', 'next'), at('second', 'corp'))
    },
    ['exec', 'credential-process'],
  ],
  [
    'what the link leads to is a link itself now',
    async () => {
      await rm(at('real', 'good'))
      await symlink(at('real', 'evil'), at('real', 'good'))
    },
    ['exec', 'credential-process'],
  ],
  ['it is gone', () => rm(at('second', 'corp')), ['exec', 'credential-process']],
  [
    'PATH is another one',
    async ({ setPath }) => {
      await program('open', 'corp')
      setPath(`${at('open')}:/usr/bin`)
    },
    ['exec', 'credential-process'],
  ],
  ['the entry has another argument', ({ write }) => write(config('logout')), ['exec']],
  [
    'the command is told of another server',
    ({ write }) => write(config().replace('c.example', 'evil.example')),
    ['exec'],
  ],
]

test.each(changes)('%s', async (_, change, about) => {
  const opened = await open()
  const { prompts, decisions, ids } = opened
  const questions = await prompts.ask(ids, 'app')
  expect(questions.map(({ kind }) => kind)).toEqual(['exec', 'credential-process'])
  await change(opened)
  for (const { kind, context, fingerprint } of questions) {
    const answered = await prompts.allow(context, 'app', fingerprint)
    expect([kind, answered]).toMatchObject([
      kind,
      about.includes(kind) ? { ok: false, fault: { code: 'not-found' } } : { ok: true },
    ])
  }
  expect((await decisions.list()).map(({ kind }) => kind)).toEqual(
    ['exec', 'credential-process'].filter((kind) => !about.includes(kind)),
  )
})

test('one about PATH holds for the folders that it named, and the program that it led to', async () => {
  await program('open', 'aws')
  for (const [how, change] of [
    ['nothing', async () => undefined],
    ['one more folder is open to others', async () => chmod(at('first'), 0o777)],
    [
      'the open folder comes to stand elsewhere',
      async ({ setPath }: Opened) => setPath(`${at('second')}:${at('open')}`),
    ],
    ['another aws comes before it', async () => program('first', 'aws')],
  ] as const) {
    await chmod(at('open'), 0o777)
    await chmod(at('first'), 0o755)
    await rm(at('first', 'aws'), { force: true })
    await removeFolder(at('state'))
    const opened = await open()
    opened.setPath([at('first'), at('open'), at('second')].join(':'))
    const [question] = (await opened.prompts.ask(opened.ids, 'app')).filter(({ kind }) => kind === 'program')
    if (question === undefined) throw new Error('nothing is asked about PATH')
    await change(opened)
    const answered = await opened.prompts.allow(question.context, 'app', question.fingerprint)
    const holds = how === 'nothing' || how === 'the open folder comes to stand elsewhere'
    expect([how, answered.ok, (await opened.decisions.list()).length]).toEqual([how, holds, holds ? 1 : 0])
    if (answered.ok)
      expect((await opened.prompts.ask(opened.ids, 'app')).map(({ kind }) => kind)).not.toContain('program')
  }
})
