import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ProfileField } from '../../shared/identity/tree'
import { unpack } from '../../shared/ipc/packed'
import type { IdentityProved } from '../../shared/ipc/payloads'
import type { PageProfileEdit } from '../../shared/profiles/edit'
import type { ShownQuestion } from '../../shared/trust/shown'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import { createAsking } from '../trust/asking'
import { createIdentityHandlers } from './identity-handlers'
import type { Call } from './router'

let home: string
let services: Services

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-identities-'))
  await mkdir(path.join(home, '.aws'))
  await mkdir(path.join(home, 'bin'))
  const process = path.join(home, 'bin', 'credentials')
  await writeFile(
    path.join(home, '.aws', 'config'),
    `[profile batch]\nregion = eu-west-1\ncredential_process = ${process}\n[profile plain]\nregion = eu-west-1\n`,
  )
  // Gets no token, and takes its time where it is told to.
  await program('aws', `[ -e ${home}/slow ] && exec sleep 60\nexit 3`)
  await program('credentials', 'exit 3')
  services = createServices({
    variables: { HOME: home, PATH: `${home}/bin:/usr/bin:/bin`, AWS_EC2_METADATA_DISABLED: 'true' },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'data')),
    filesOf: 'app',
  })
})
afterEach(async () => {
  await services.close()
  await removeFolder(home)
})

async function program(name: string, text: string): Promise<void> {
  const file = path.join(home, 'bin', name)
  await writeFile(file, `#!/bin/sh\n${text}\n`)
  await chmod(file, 0o755)
}

/** A page, with what main asked it and told it. */
function page(answers: readonly boolean[]) {
  const asked: ShownQuestion[] = []
  const told: IdentityProved[] = []
  const show = async (_page: number, question: ShownQuestion) => answers[asked.push(question) - 1] ?? false
  const handlers = createIdentityHandlers(
    services,
    createAsking({ trust: services.trust, nameOf: () => null, show }),
  )
  const emit: Call['emit'] = (name, payload) => {
    // Each event has its own payload, which its name alone says.
    if (name === 'identities.proved') told.push(JSON.parse(JSON.stringify(payload)))
  }
  const call: Call = { signal: new AbortController().signal, page: 1, emit, dropped: () => [] }
  return { handlers, asked, told, call }
}

test('the tree crosses; a program is asked about once, again on a click, and what came out is told and kept', async () => {
  const { handlers, asked, told, call } = page([false, true])
  const load = async () => {
    const answer = await handlers['identities.load']({ environment: 'app' }, call)
    if (!answer.ok) throw new Error(answer.fault.message)
    return unpack(answer.value)
  }
  const { identities, settingsOnly } = await load()
  expect(settingsOnly.map(({ name }) => name)).toEqual(['plain'])
  const batch = identities.find(({ kind }) => kind === 'process')
  expect(batch).toMatchObject({ name: 'credentials', provable: true, state: { kind: 'unknown' } })
  const id = batch?.id ?? ''
  const prove = (run: string, again: boolean) =>
    handlers['identities.prove']({ run, environment: 'app', ids: [id, '0000000000000000'], again }, call)
  const once = { done: 1, total: 1, cancelled: false }

  // Whom the tree does not know is nobody to ask about.
  expect(await prove('one', false)).toEqual({ ok: true, value: { ...once, refused: 1 } })
  expect(asked).toHaveLength(1)
  expect(JSON.stringify(asked[0])).toContain('batch')
  expect(told).toMatchObject([
    { run: 'one', id, arn: null, problem: { code: 'process-not-allowed' }, done: 1 },
  ])
  expect(await prove('two', false)).toMatchObject({ value: { refused: 1 } })
  expect(asked).toHaveLength(1)
  expect(await prove('three', true)).toEqual({ ok: true, value: { ...once, refused: 0 } })
  expect(asked).toHaveLength(2)
  expect(told.at(-1)).toMatchObject({ run: 'three', arn: null, total: 1 })
  expect(told.at(-1)?.problem?.code).not.toBe('process-not-allowed')

  // A run that is stopped answers with what it has.
  await writeFile(path.join(home, 'slow'), '')
  const slow = prove('four', false)
  setTimeout(() => void handlers['identities.cancel']({ run: 'four' }, call), 300)
  expect(await slow).toMatchObject({ ok: true, value: { cancelled: true, total: 1 } })
})

test('a profile is edited as a page may: planned, asked about where its role is new, written, and in the history', async () => {
  const config = path.join(home, '.aws', 'config')
  const ours = 'arn:aws:iam::111122223333:role/Ours'
  const strange = 'arn:aws:iam::999988887777:role/Strange'
  await writeFile(
    config,
    `[profile one]\nrole_arn = ${ours}\nsource_profile = two\n[profile two]\nregion = eu-west-1\n`,
  )
  const { handlers, call, asked } = page([false, true])
  const set = (profile: string, key: ProfileField, value: string | null) =>
    ({ kind: 'set-profile-key', profile, key, value }) as const
  const write = (...edits: PageProfileEdit[]) =>
    handlers['identities.writeProfiles']({ run: 'w', environment: 'app', edits, shown: null }, call)
  // Nothing that would lead a request elsewhere, or that aws refuses.
  for (const edit of [
    set('two', 'region', 'evil.example/x'),
    set('two', 'role_arn', 'arn:aws:iam::1:user/x'),
  ])
    expect(await write(edit)).toMatchObject({ ok: false, fault: { code: 'bad-request' } })
  const rename = { kind: 'rename-profile', profile: 'two', name: 'base' } as const
  const edits = [set('two', 'region', 'us-west-2'), rename]
  expect(await handlers['identities.planProfiles']({ environment: 'app', edits }, call)).toMatchObject({
    ok: true,
    value: { titles: ['profile two: region eu-west-1 → us-west-2', 'profile two: renamed to base'] },
  })
  expect(await write(...edits, set('one', 'role_arn', ours))).toMatchObject({ ok: true })
  expect(asked).toEqual([])
  expect(await readFile(config, 'utf8')).toBe(
    `[profile one]\nrole_arn = ${ours}\nsource_profile = base\n[profile base]\nregion = us-west-2\n`,
  )
  const before = await readFile(config, 'utf8')
  expect(await write(set('one', 'role_arn', strange))).toMatchObject({
    ok: false,
    fault: { code: 'not-allowed' },
  })
  expect(await readFile(config, 'utf8')).toBe(before)
  expect(await write(set('one', 'role_arn', strange))).toMatchObject({ ok: true })
  expect(asked.map(({ parts }) => parts)).toEqual(
    Array.from({ length: 2 }, () => [
      [
        { label: 'profile', value: 'one' },
        { label: 'role until now', value: ours },
        { label: 'role', value: strange },
      ],
    ]),
  )
  expect(await readFile(config, 'utf8')).toContain(strange)
  expect(await services.editing.history.count()).toBe(2)
})

test('what is written of profiles is what was shown: where the file, or who follows, is another by then nothing is', async () => {
  const config = path.join(home, '.aws', 'config')
  const kube = path.join(home, '.kube', 'config')
  const context = (name: string) =>
    `- {name: ${name}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--profile, plain, eks, get-token, --cluster-name, c]}}}\n`
  const entries = (...names: string[]) =>
    `apiVersion: v1\nkind: Config\ncontexts:\n${names.map((name) => `- {name: ${name}, context: {cluster: c, user: ${name}}}\n`).join('')}clusters:\n- {name: c, cluster: {server: "https://c.test"}}\nusers:\n${names.map(context).join('')}`
  await mkdir(path.dirname(kube))
  await writeFile(kube, entries('one'), { mode: 0o600 })
  const { handlers, call } = page([])
  const edits = [{ kind: 'rename-profile', profile: 'plain', name: 'fancy' }] as const
  const shown = async () => {
    const planned = await handlers['identities.planProfiles']({ environment: 'app', edits: [...edits] }, call)
    return planned.ok ? planned.value.shown : planned.fault.message
  }
  const write = (of: string) =>
    handlers['identities.writeProfiles']({ run: 'w', environment: 'app', edits: [...edits], shown: of }, call)
  const changed = { ok: false, fault: { code: 'changed-on-disk' } }
  const alone = await shown()
  const seen = await handlers['identities.planProfiles']({ environment: 'app', edits: [...edits] }, call)
  // With the lines of who follows.
  expect(seen.ok && seen.value.files.map((file) => file.path)).toEqual([config, kube])
  await writeFile(kube, entries('one', 'two'), { mode: 0o600 })
  expect(await write(alone)).toMatchObject(changed)
  const both = await shown()
  await writeFile(config, `${await readFile(config, 'utf8')}[profile late]\nsource_profile = plain\n`)
  expect(await write(both)).toMatchObject(changed)
  expect([await readFile(kube, 'utf8'), await services.editing.history.count()]).toEqual([
    entries('one', 'two'),
    0,
  ])
  expect(await write(await shown())).toMatchObject({ ok: true })
  expect((await readFile(kube, 'utf8')).match(/--profile, fancy/g)).toHaveLength(2)
  expect(await readFile(config, 'utf8')).toContain('source_profile = fancy')
})
