import { existsSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import type { Plan } from '../../shared/edits/plan'
import type { ProfileEdit } from '../../shared/edits/profile-edit'
import { unpack } from '../../shared/ipc/packed'
import { packedSteps, type StoredEdits } from '../../shared/ipc/stored-edits'
import { fail, fault, ok } from '../../shared/result'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import { createEditingHandlers } from './edit-handlers'
import type { Call } from './router'
import { createWrites } from './writes'

const nothingAsked = async () => ({ contexts: [], ask: async () => ok({ refused: 0 }) })

let home: string
let services: Services
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-edits-'))
  await mkdir(path.join(home, '.kube'))
  await writeFile(path.join(home, '.kube', 'config'), 'apiVersion: v1\nkind: Config\n')
  await start()
})
/** The services of another process with this home. */
async function start(filesOf: 'app' | 'login-shell' = 'app'): Promise<void> {
  services = createServices({
    variables: { HOME: home, PATH: '/usr/bin:/bin' },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'data')),
    filesOf,
  })
  await services.kubeconfig.load()
}
afterEach(async () => {
  await services.close()
  await removeFolder(home)
})

const call: Call = {
  signal: new AbortController().signal,
  page: 1,
  emit: () => undefined,
  dropped: () => [],
}

/** A desktop on which nothing is chosen. */
const desktop = {
  readClipboard: async () => '',
  copy: () => undefined,
  chooseFile: async () => null,
  chooseFolder: async () => null,
  chooseTarget: async () => null,
  confirm: async () => false,
}

test('the removal of a lock asks who holds it, and nothing once it is gone', async () => {
  const asked: string[] = []
  let allows = false
  const asking = {
    once: async ({ title }: { readonly title: string }) => {
      asked.push(title)
      return ok(allows)
    },
    commands: nothingAsked,
  }
  const handlers = createEditingHandlers(services, asking, desktop, createWrites(services, asking))
  const lock = path.join(home, '.kube', 'config.lock')
  const unlock = async () => handlers['edits.unlock']({ path: lock }, call)
  await writeFile(lock, '')
  expect(await unlock()).toMatchObject({ ok: false, fault: { code: 'declined' } })
  expect(existsSync(lock)).toBe(true)
  allows = true
  expect(await unlock()).toEqual(ok(null))
  expect(existsSync(lock)).toBe(false)
  expect(asked).toEqual(['Remove this lock?', 'Remove this lock?'])
  allows = false
  expect(await unlock()).toEqual(ok(null))
  expect(asked).toHaveLength(2)
})

test('a page is told that its write waits for an answer, and when it does no longer, also where asking fails', async () => {
  const told: unknown[] = []
  const emit: Call['emit'] = (name, payload) => told.push([name, payload])
  const answers = [ok(true), new Error('the window is gone')]
  const asking = {
    async once() {
      told.push('asked')
      const answer = answers.shift()
      if (answer instanceof Error || answer === undefined) throw answer
      return answer
    },
  }
  const write = (run: string) =>
    createWrites(services, asking).write({ ...call, emit }, run, async ({ consent }) => {
      if (consent.kind === 'ask') await consent.ask({ parts: [] })
      return fail(fault('cancelled', 'It was stopped.', 'Apply again.'))
    })
  await write('a')
  await write('b').catch(() => undefined)
  const around = (run: string) => [
    ['edits.asking', { run, asking: true }],
    'asked',
    ['edits.asking', { run, asking: false }],
  ]
  expect(told).toEqual([...around('a'), ...around('b')])
})

const guest = (name: string) => `apiVersion: v1
kind: Config
clusters: [{name: ${name}, cluster: {server: "https://${name}.example"}}]
users: [{name: ${name}, user: {token: canaryOfAnImport}}]
contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}}}]
`

test('an import is pending again after a restart where its file is the very same, and named where it is not', async () => {
  const [same, other, gone] = ['same', 'other', 'gone'].map((name) => path.join(home, name))
  if (!same || !other || !gone) throw new Error('three files')
  for (const file of [same, other, gone]) await writeFile(file, guest(path.basename(file)))
  const files = [same, other, gone]
  const desktop = {
    readClipboard: async () => guest('pasted'),
    copy: () => undefined,
    chooseFile: async () => files.shift() ?? null,
    chooseFolder: async () => null,
    chooseTarget: async () => null,
    confirm: async () => false,
  }
  const asking = { once: async () => ok(false), commands: nothingAsked }
  const handlersNow = () => createEditingHandlers(services, asking, desktop, createWrites(services, asking))
  const first = handlersNow()
  const edits: Edit[] = []
  for (const from of ['dialog', 'dialog', 'dialog', 'clipboard'] as const) {
    const read = await first['import.read']({ from, edits }, call)
    if (!read.ok || !read.value?.offers[0]) throw new Error('nothing was offered')
    const { edit } = read.value.offers[0]
    edits.push(edit.kind === 'import-entries' ? { ...edit, clusters: [], users: [], contexts: [] } : edit)
  }
  // A file that only the page names is no source of an import.
  const madeUp: Edit = {
    kind: 'import-entries',
    source: 'made up',
    from: path.join(home, '.kube', 'config'),
    file: null,
    onConflict: 'rename',
    clusters: [],
    users: [],
    contexts: [],
  }
  const pending = [...edits, madeUp].map((edit, id) => ({ id, edit }))
  const steps = packedSteps({ pending, past: [[]], future: [] })
  const json = JSON.stringify({ ...steps, before: [], decided: [] })
  expect(await first['edits.keep']({ json }, call)).toEqual(ok(null))
  expect(await readFile(path.join(home, 'data', 'pending.json'), 'utf8')).not.toContain('canaryOfAnImport')
  await services.close()

  await appendFile(other, '# one line more\n')
  await rm(gone)
  await start()
  const next = handlersNow()
  const answer = await next['edits.kept'](undefined, call)
  if (!answer.ok) throw new Error(answer.fault.message)
  const kept = unpack<StoredEdits>(answer.value)
  expect(kept.fromBefore).toBe(true)
  expect(kept.lost).toEqual([
    { kind: 'file', from: other, contexts: ['other'] },
    { kind: 'file', from: gone, contexts: ['gone'] },
    { kind: 'clipboard', contexts: ['pasted'] },
  ])
  const sources = edits.flatMap((edit) => (edit.kind === 'import-entries' ? [edit.source] : []))
  const again = await next['import.again']({ sources: [...sources, 'made up'] }, call)
  expect(again).toMatchObject({ ok: true, value: [{ source: sources[0], contexts: [{ name: 'same' }] }] })
  // Main has it whole again: it would be written with its token, and what is shown of it is masked.
  const [first1] = edits
  const plan = first1 && (await next['edits.plan']({ edits: [first1] }, call))
  if (!plan?.ok) throw new Error('it cannot be planned')
  expect(plan.value).toContain('https://same.example')
  expect(plan.value).not.toContain('canaryOfAnImport')
  expect(JSON.stringify(again)).not.toContain('canaryOfAnImport')
  expect(await next['edits.plan']({ edits: [madeUp] }, call)).toMatchObject({ fault: { code: 'not-found' } })
})

test('what is no pending edit is not kept', async () => {
  const asking = { once: async () => ok(false), commands: nothingAsked }
  const handlers = createEditingHandlers(services, asking, desktop, createWrites(services, asking))
  const edit = { id: 1, edit: { kind: 'rm -rf' } }
  const steps = { edits: [edit], lists: [[0, 0, 0]], at: 0, before: [], decided: [] }
  for (const json of ['{}', '[]', '{', JSON.stringify(steps), JSON.stringify({ ...steps, edits: [], at: 7 })])
    expect(await handlers['edits.keep']({ json }, call)).toMatchObject({
      fault: { code: 'bad-request' },
    })
  expect(existsSync(path.join(home, 'data', 'pending.json'))).toBe(false)
})

test('a page writes profiles of the AWS config file as it writes contexts: in whatever order they were made, and no value that leads elsewhere', async () => {
  const config = path.join(home, '.aws/config')
  await mkdir(path.dirname(config))
  const text = '[profile pay]\nregion = eu-west-1\n[profile old]\nregion = eu-west-1\n'
  await writeFile(config, text)
  await services.close()
  // Of a window: in the terminal the user typed the value.
  await start('login-shell')
  const asking = { once: async () => ok(true), commands: nothingAsked }
  const handlers = createEditingHandlers(services, asking, desktop, createWrites(services, asking))
  const of = (...all: readonly ProfileEdit[]) =>
    all.map((edit): Edit => ({ kind: 'edit-profile', environment: 'app', edit, was: 'eu-west-1' }))
  const plan = async (edits: Edit[]) => {
    const planned = await handlers['edits.plan']({ edits }, call)
    if (!planned.ok) throw new Error(planned.fault.message)
    return unpack(planned.value)
  }
  const apply = (edits: Edit[], revisions: Plan['revisions']) => {
    const how = { run: 'w', titles: edits.map(() => 'ours'), sharedAllowed: false, inPlace: [] }
    return handlers['edits.apply']({ ...how, edits, revisions: [...revisions] }, call)
  }
  const region = (profile: string, value: string) =>
    ({ kind: 'set-profile-key', profile, key: 'region', value }) as const
  const evil = of(region('pay', 'evil.example/'))
  expect(await plan(evil)).toMatchObject({ blocked: true })
  expect(await apply(evil, [])).toMatchObject({ ok: false, fault: { code: 'bad-request' } })
  const edits = of(
    { kind: 'delete-profile', profile: 'old' },
    { kind: 'rename-profile', profile: 'pay', name: 'payments' },
    region('pay', 'us-east-1'),
    region('copy', 'us-east-2'),
    { kind: 'clone-profile', profile: 'pay', name: 'copy' },
  )
  const { revisions, files } = await plan(edits)
  expect(files.map((file) => file.path)).toEqual([config])
  // Another program writes it after it was shown.
  await writeFile(config, `# theirs\n${text}`)
  expect(await apply(edits, revisions)).toMatchObject({ ok: false, fault: { code: 'changed-on-disk' } })
  const written = await apply(edits, (await plan(edits)).revisions)
  expect(written).toMatchObject({ ok: true, value: { kind: 'written', files: [{ path: config }] } })
  expect(await readFile(config, 'utf8')).toBe(
    '# theirs\n[profile payments]\nregion = us-east-1\n\n[profile copy]\nregion = us-east-2\n',
  )
  const [newest] = await services.editing.history.list()
  expect(newest?.titles).toEqual([
    'profile copy: added as a copy of pay',
    'profile pay: region eu-west-1 → us-east-1',
    'profile copy: region eu-west-1 → us-east-2',
    'profile pay: renamed to payments',
    'profile old: deleted',
  ])
})
