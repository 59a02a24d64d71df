import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ProfileEdit } from '../../shared/edits/profile-edit'
import type { ProfileField } from '../../shared/identity/identity-tree'
import { unpack } from '../../shared/ipc/packed'
import type { ApplyAnswer, IdentityProved, LockWait } from '../../shared/ipc/payloads'
import { ok, type Result } from '../../shared/result'
import { full } from '../../shared/testing/counts'
import { type ShownQuestion, shownWrite } from '../../shared/trust/question-text'
import { planningHere } from '../editing/planning'
import { revisionOf } from '../kubeconfig/disk/replace'
import { createServices, type Services } from '../services'
import { openDataFolder } from '../system/data-folder'
import { removeFolder } from '../testing/bundle'
import { createAsking } from '../trust/asking'
import type { Consent } from '../trust/consent'
import { createIdentityHandlers } from './identity-handlers'
import type { Call } from './router'
import { createWrites } from './writes'

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
  services = servicesOf('app')
})
/** A window's have the files of the login shell. */
const servicesOf = (
  filesOf: 'app' | 'login-shell',
  planning = planningHere,
  more: Readonly<Record<string, string>> = {},
) =>
  createServices({
    variables: { HOME: home, PATH: `${home}/bin:/usr/bin:/bin`, AWS_EC2_METADATA_DISABLED: 'true', ...more },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'data')),
    filesOf,
    planning,
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

const set = (profile: string, key: ProfileField, value: string | null) =>
  ({ kind: 'set-profile-key', profile, key, value }) as const

const idOf = (answer: Result<ApplyAnswer>) =>
  answer.ok && answer.value.kind === 'written' ? answer.value.id : ''

/** A page, with what main asked it and told it. */
function page(answers: readonly boolean[]) {
  const asked: ShownQuestion[] = []
  const told: IdentityProved[] = []
  const begun: unknown[] = []
  const waits: LockWait[] = []
  let onWait: () => void = () => undefined
  const show = async (_page: number, question: ShownQuestion) => answers[asked.push(question) - 1] ?? false
  const asking = createAsking({ trust: services.trust, nameOf: () => null, show })
  const handlers = createIdentityHandlers(services, asking, createWrites(services, asking))
  const emit: Call['emit'] = (name, payload) => {
    // Each event has its own payload, which its name alone says.
    if (name === 'identities.proved') told.push(JSON.parse(JSON.stringify(payload)))
    if (name === 'identities.begun') begun.push(payload)
    if (name === 'edits.waiting') {
      waits.push(JSON.parse(JSON.stringify(payload)).wait)
      onWait()
    }
  }
  const call: Call = { signal: new AbortController().signal, page: 1, emit, dropped: () => [] }
  const whileWaiting = (act: () => void) => {
    onWait = act
  }
  return { handlers, asked, told, begun, call, waits, whileWaiting }
}

test('the tree crosses; a program is asked about once, again on a click, and what came out is told and kept', async () => {
  const { handlers, asked, told, begun, call } = page([false, true])
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
  const prove = (run: string, again: boolean, { signal }: Pick<Call, 'signal'> = call) =>
    handlers['identities.prove'](
      { run, environment: 'app', ids: [id, '0000000000000000'], again },
      { ...call, signal },
    )
  const once = { done: 1, total: 1, cancelled: false }

  // An identity that is not in the tree is not asked about.
  expect(await prove('one', false)).toEqual({ ok: true, value: { ...once, refused: 1 } })
  expect(asked).toHaveLength(1)
  expect(JSON.stringify(asked[0])).toContain('batch')
  expect(told).toMatchObject([
    { run: 'one', id, arn: null, problem: { code: 'process-not-allowed' }, done: 1 },
  ])
  expect(await prove('two', false)).toMatchObject({ value: { refused: 1 } })
  expect(asked).toHaveLength(1)
  // What may not run does not begin.
  expect(begun).toEqual([])
  expect(await prove('three', true)).toEqual({ ok: true, value: { ...once, refused: 0 } })
  expect(asked).toHaveLength(2)
  expect(begun).toEqual([{ run: 'three', id }])
  expect(told.at(-1)).toMatchObject({ run: 'three', arn: null, total: 1 })
  expect(told.at(-1)?.problem?.code).not.toBe('process-not-allowed')

  // A run that is stopped answers with what it has.
  await writeFile(path.join(home, 'slow'), '')
  const stopping = new AbortController()
  const slow = prove('four', false, stopping)
  setTimeout(() => stopping.abort(), 300)
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
  await services.close()
  services = servicesOf('login-shell')
  const { handlers, call, asked } = page([false, true])
  const write = (...edits: ProfileEdit[]) =>
    handlers['identities.writeProfiles'](
      { run: 'w', environment: 'app', edits, shown: null, inPlace: [] },
      call,
    )
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
    fault: { code: 'declined' },
  })
  expect(await readFile(config, 'utf8')).toBe(before)
  expect(await write(set('one', 'role_arn', strange))).toMatchObject({ ok: true })
  expect(asked.map(({ parts }) => parts)).toEqual(
    Array.from({ length: 2 }, () => [
      [
        { label: 'section', value: 'profile one' },
        { label: 'role until now', value: ours },
        { label: 'role', value: strange },
        { label: 'written in', value: config },
      ],
    ]),
  )
  expect(await readFile(config, 'utf8')).toContain(strange)
  expect(await services.editing.history.count()).toBe(2)
  // Back the same way: an undo that brings back a role which no section names any more asks as the edit did.
  const undo = async () => {
    const [last] = await services.editing.history.list()
    return services.editing.undo(
      {
        id: last?.id ?? '',
        way: 'undo',
        contexts: null,
        revisions: null,
        sharedAllowed: true,
        consent: {
          kind: 'ask',
          ask: async (brought) => {
            asked.push(shownWrite(brought))
            return ok(asked.length > 3)
          },
        },
      },
      call.signal,
    )
  }
  expect(await undo()).toMatchObject({ ok: false, fault: { code: 'declined' } })
  expect(asked.at(-1)).toMatchObject({
    title: 'Let this profile assume another role?',
    parts: [[{}, { label: 'role until now', value: strange }, { label: 'role', value: ours }, {}]],
  })
  expect(await readFile(config, 'utf8')).toContain(strange)
  expect(await undo()).toMatchObject({ ok: true })
  expect(await readFile(config, 'utf8')).toBe(before)
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
  const { handlers, call, whileWaiting } = page([])
  const edits = [{ kind: 'rename-profile', profile: 'plain', name: 'fancy' }] as const
  const shown = async () => {
    const planned = await handlers['identities.planProfiles']({ environment: 'app', edits: [...edits] }, call)
    return planned.ok ? planned.value.shown : planned.fault.message
  }
  const write = (of: string) =>
    handlers['identities.writeProfiles'](
      { run: 'w', environment: 'app', edits: [...edits], shown: of, inPlace: [] },
      call,
    )
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
  // Also where another program has the lock when it is applied, and writes before it lets go.
  const unseen = entries('one', 'two').replace('--profile, plain', '--profile, batch')
  await writeFile(`${kube}.lock`, '')
  whileWaiting(() => {
    writeFileSync(kube, unseen)
    rmSync(`${kube}.lock`, { force: true })
  })
  expect(await write(await shown())).toMatchObject(changed)
  expect([await readFile(kube, 'utf8'), await services.editing.history.count()]).toEqual([unseen, 0])
  await writeFile(kube, entries('one', 'two'))
  expect(await write(await shown())).toMatchObject({ ok: true })
  expect((await readFile(kube, 'utf8')).match(/--profile, fancy/g)).toHaveLength(2)
  expect(await readFile(config, 'utf8')).toContain('source_profile = fancy')
})

test('a context that names another profile by the time that one is renamed keeps it, also where that was read already', async () => {
  const kube = path.join(home, '.kube', 'config')
  const user = (profile: string) =>
    `contexts:\n- {name: one, context: {cluster: c, user: u}}\nclusters:\n- {name: c, cluster: {server: "https://c.test"}}\nusers:\n- {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--profile, ${profile}, eks, get-token, --cluster-name, c]}}}\n`
  await mkdir(path.dirname(kube))
  await writeFile(kube, user('plain'), { mode: 0o600 })
  await services.close()
  services = servicesOf('app', {
    ...planningHere,
    async naming(...asked) {
      const found = await planningHere.naming(...asked)
      await writeFile(kube, user('batch'))
      await services.kubeconfig.load()
      return found
    },
  })
  const { handlers, call } = page([])
  const edits: ProfileEdit[] = [{ kind: 'rename-profile', profile: 'plain', name: 'fancy' }]
  expect(
    await handlers['identities.writeProfiles'](
      { run: 'w', environment: 'app', edits, shown: null, inPlace: [] },
      call,
    ),
  ).toMatchObject({ ok: true })
  expect(await readFile(kube, 'utf8')).toBe(user('batch'))
})

test('a context of a file that was only opened follows with its user of the list, and keeps no rename', async () => {
  const kube = path.join(home, '.kube', 'config')
  const opened = path.join(home, 'opened')
  const text =
    'contexts:\n- {name: one, context: {cluster: c, user: u}}\nclusters:\n- {name: c, cluster: {server: "https://c.test"}}\nusers:\n- {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--profile, plain, eks, get-token, --cluster-name, c]}}}\n'
  await mkdir(path.dirname(kube))
  await writeFile(kube, text, { mode: 0o600 })
  await writeFile(opened, 'contexts:\n- {name: other, context: {cluster: c, user: u}}\n', { mode: 0o600 })
  await services.close()
  services = servicesOf('login-shell')
  expect(await services.kubeconfig.open(opened)).toMatchObject({ ok: true })
  const { handlers, call } = page([])
  const edits = [{ kind: 'rename-profile', profile: 'plain', name: 'fancy' }] as const
  const planned = await handlers['identities.planProfiles']({ environment: 'app', edits: [...edits] }, call)
  if (!planned.ok) throw new Error(planned.fault.message)
  expect(planned.value).toMatchObject({ follow: [expect.stringContaining('one')], doubts: [] })
  const written = await handlers['identities.writeProfiles'](
    { run: 'w', environment: 'app', edits: [...edits], shown: planned.value.shown, inPlace: [] },
    call,
  )
  expect(written).toMatchObject({ ok: true, value: { kind: 'written' } })
  expect(await readFile(kube, 'utf8')).toBe(text.replace('plain', 'fancy'))
})

test('a context that an earlier file shadows follows, too: kubectl takes it where its own file is named', async () => {
  const [first, second] = [path.join(home, 'first'), path.join(home, 'second')]
  const text = (user: string) =>
    `contexts:\n- {name: one, context: {cluster: c, user: ${user}}}\nclusters:\n- {name: c, cluster: {server: "https://c.test"}}\nusers:\n- {name: ${user}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--profile, plain, eks, get-token, --cluster-name, c]}}}\n`
  await writeFile(first, text('u'), { mode: 0o600 })
  await writeFile(second, text('v'), { mode: 0o600 })
  await services.close()
  services = servicesOf('app', planningHere, { KUBECONFIG: `${first}:${second}` })
  const { handlers, call } = page([])
  const edits: ProfileEdit[] = [{ kind: 'rename-profile', profile: 'plain', name: 'fancy' }]
  const planned = await handlers['identities.planProfiles']({ environment: 'app', edits }, call)
  if (!planned.ok) throw new Error(planned.fault.message)
  expect(planned.value).toMatchObject({
    contexts: [{ name: 'one' }, { name: 'one of ~/second' }],
    follow: [
      expect.stringMatching(/^one: profile plain/),
      expect.stringMatching(/^one of ~\/second: profile plain/),
    ],
  })
  const { shown } = planned.value
  const written = await handlers['identities.writeProfiles'](
    { run: 'w', environment: 'app', edits, shown, inPlace: [] },
    call,
  )
  expect(written).toMatchObject({ ok: true, value: { kind: 'written' } })
  expect(await readFile(first, 'utf8')).toBe(text('u').replace('plain', 'fancy'))
  expect(await readFile(second, 'utf8')).toBe(text('v').replace('plain', 'fancy'))
})

test.skipIf(!full)(
  'a protected file is written on the user’s word alone, a lock is waited for and told, and the answer says what was written',
  async () => {
    const config = path.join(home, '.aws', 'config')
    const kube = path.join(home, '.kube', 'config')
    await mkdir(path.dirname(kube))
    const follower =
      'contexts:\n- {name: one, context: {cluster: c, user: u}}\nclusters:\n- {name: c, cluster: {server: "https://c.test"}}\nusers:\n- {name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--profile, plain, eks, get-token, --cluster-name, c]}}}\n'
    await writeFile(kube, follower, { mode: 0o600 })
    const { handlers, call, waits, whileWaiting } = page([])
    const write = (run: string, permitted: { inPlace: string[]; force?: string[] }) =>
      handlers['identities.writeProfiles'](
        {
          run,
          environment: 'app',
          edits: [{ kind: 'rename-profile', profile: 'plain', name: 'fancy' }],
          shown: null,
          ...permitted,
        },
        call,
      )
    await chmod(config, 0o444)
    expect(await write('one', { inPlace: [] })).toEqual({
      ok: true,
      value: { kind: 'obstructed', obstacles: [{ path: config, reason: 'write-protected' }] },
    })
    expect([await readFile(kube, 'utf8'), await services.editing.history.count()]).toEqual([follower, 0])

    const lock = `${kube}.lock`
    await writeFile(lock, '')
    whileWaiting(() => rmSync(lock, { force: true }))
    const written = await write('two', { inPlace: [], force: [config] })
    expect(waits[0]).toMatchObject({ path: lock })
    const files = [config, kube].map((file) => ({ path: file, revision: revisionOf(readFileSync(file)) }))
    if (!written.ok || written.value.kind !== 'written') throw new Error(JSON.stringify(written))
    expect(written.value.files.map(({ path: file, revision }) => ({ path: file, revision }))).toEqual(
      expect.arrayContaining(files),
    )
    expect(await readFile(kube, 'utf8')).toContain('--profile, fancy')
    // What was written is known to this process at once.
    expect(services.kubeconfig.store.snapshot().files[0]?.revision).toBe(files[1]?.revision)
  },
)

test('profiles are added, cloned and deleted as one write; what aws would run is asked about, and an undo of it, too', async () => {
  const config = path.join(home, '.aws', 'config')
  const before = await readFile(config, 'utf8')
  const role = 'arn:aws:iam::111122223333:role/Ops'
  const command = path.join(home, 'bin', 'other')
  const edits: ProfileEdit[] = [
    {
      kind: 'add-profile',
      profile: 'ops',
      settings: [
        { key: 'source_profile', value: 'batch' },
        { key: 'role_arn', value: role },
      ],
    },
    {
      kind: 'add-profile',
      profile: 'night shift',
      settings: [{ key: 'credential_process', value: command }],
    },
    // Its program is one that the file names already.
    { kind: 'clone-profile', profile: 'batch', name: 'batch-2' },
    { kind: 'delete-profile', profile: 'plain' },
  ]
  await services.close()
  services = servicesOf('login-shell')
  const { handlers, asked, call } = page([false, true])
  const write = (shown: string | null = null) =>
    handlers['identities.writeProfiles']({ run: 'w', environment: 'app', edits, shown, inPlace: [] }, call)
  const planned = await handlers['identities.planProfiles']({ environment: 'app', edits }, call)
  expect(planned).toMatchObject({
    ok: true,
    value: {
      titles: [
        'profile ops: added',
        'profile night shift: added',
        'profile batch-2: added as a copy of batch',
        'profile plain: deleted',
      ],
      left: [],
      doubts: [],
    },
  })
  const shown = planned.ok ? planned.value.shown : ''
  expect(await write(shown)).toMatchObject({ ok: false, fault: { code: 'declined' } })
  expect([await readFile(config, 'utf8'), await services.editing.history.count()]).toEqual([before, 0])
  const written = await write(shown)
  expect(written).toMatchObject({ ok: true })
  expect(asked.map(({ title }) => title)).toEqual([
    'Write what aws then runs, reads or asks, and as which role?',
    'Write what aws then runs, reads or asks, and as which role?',
  ])
  expect(asked[1]?.parts).toEqual([
    [
      { label: 'section', value: 'profile ops' },
      { label: 'role', value: role },
      { label: 'written in', value: config },
    ],
    [
      { label: 'section', value: "profile 'night shift'" },
      { label: 'command', value: command },
      { label: 'written in', value: config },
    ],
  ])
  const program = `credential_process = ${path.join(home, 'bin', 'credentials')}`
  expect(await readFile(config, 'utf8')).toBe(
    `[profile batch]\nregion = eu-west-1\n${program}\n\n[profile batch-2]\nregion = eu-west-1\n${program}\n` +
      `[profile ops]\nsource_profile = batch\nrole_arn = ${role}\n\n[profile 'night shift']\ncredential_process = ${command}\n`,
  )
  const undo = (id: string) => {
    const consent: Consent = {
      kind: 'ask',
      ask: async (brought) => {
        asked.push(shownWrite(brought))
        return ok(true)
      },
    }
    const request = {
      id,
      way: 'undo',
      contexts: null,
      revisions: null,
      sharedAllowed: true,
      consent,
    } as const
    return services.editing.undo(request, call.signal)
  }
  expect(await undo(idOf(written))).toMatchObject({ ok: true })
  expect(await readFile(config, 'utf8')).toBe(before)
  // It only took away: nobody is asked.
  expect(asked).toHaveLength(2)
  const gone = await handlers['identities.writeProfiles'](
    {
      run: 'w',
      environment: 'app',
      edits: [{ kind: 'delete-profile', profile: 'batch' }],
      shown: null,
      inPlace: [],
    },
    call,
  )
  expect(await readFile(config, 'utf8')).toBe('[profile plain]\nregion = eu-west-1\n')
  expect(await undo(idOf(gone))).toMatchObject({ ok: true })
  expect(asked[2]?.parts[0]).toContainEqual({
    label: 'command',
    value: path.join(home, 'bin', 'credentials'),
  })
  expect(await readFile(config, 'utf8')).toBe(before)
})

test.skipIf(!full)(
  'an sso-session is added with a profile of it: asked about where its start URL is new, and only https',
  async () => {
    const config = path.join(home, '.aws', 'config')
    const before = await readFile(config, 'utf8')
    await services.close()
    services = servicesOf('login-shell')
    const { handlers, asked, call } = page([false, true])
    const session = (name: string, url: string, region = 'eu-west-1'): ProfileEdit => ({
      kind: 'add-sso-session',
      session: name,
      settings: [
        { key: 'sso_start_url', value: url },
        { key: 'sso_region', value: region },
      ],
    })
    const profileOf = (name: string): ProfileEdit => ({
      kind: 'add-profile',
      profile: `of-${name}`,
      settings: [
        { key: 'sso_session', value: name },
        { key: 'sso_account_id', value: '111122223333' },
        { key: 'sso_role_name', value: 'Reader' },
      ],
    })
    const plan = (edits: ProfileEdit[]) =>
      handlers['identities.planProfiles']({ environment: 'app', edits }, call)
    const write = (edits: ProfileEdit[]) =>
      handlers['identities.writeProfiles'](
        { run: 'w', environment: 'app', edits, shown: null, inPlace: [] },
        call,
      )
    const url = 'https://d-1234567890.awsapps.com/start'
    for (const bad of [
      session('corp', 'http://d-1234567890.awsapps.com/start'),
      session('corp', 'https://d-1234567890.awsapps.com@elsewhere.example/start'),
      session('corp', 'javascript:alert(1)'),
      session('corp', url, 'eu-west-1.elsewhere.example/'),
    ])
      expect(await plan([bad, profileOf('corp')])).toMatchObject({
        ok: false,
        fault: { code: 'bad-request' },
      })
    const edits = [session('corp', url), profileOf('corp')]
    expect(await plan(edits)).toMatchObject({
      ok: true,
      value: { titles: ['sso-session corp: added', 'profile of-corp: added'], doubts: [] },
    })
    expect(await write(edits)).toMatchObject({ ok: false, fault: { code: 'declined' } })
    expect(await readFile(config, 'utf8')).toBe(before)
    expect(await write(edits)).toMatchObject({ ok: true })
    expect(asked.map(({ title }) => title)).toEqual([
      'Write what aws then runs, reads or asks?',
      'Write what aws then runs, reads or asks?',
    ])
    expect(JSON.stringify(asked[0]?.parts)).toContain(url)
    // Nothing names the account yet.
    expect(JSON.stringify(asked[0]?.parts)).toContain('sso_account_id=111122223333')
    // Another session with the same start URL names no new address, so no question is asked.
    expect(await write([session('corp-2', url), profileOf('corp-2')])).toMatchObject({ ok: true })
    expect(asked).toHaveLength(2)
    expect(await readFile(config, 'utf8')).toContain(
      `[sso-session corp-2]\nsso_start_url = ${url}\nsso_region = eu-west-1\n`,
    )
  },
)

test('what could not work, and who would be left without a profile, is said before it is written', async () => {
  const config = path.join(home, '.aws', 'config')
  await writeFile(
    config,
    '[profile hub]\nregion = x\naws_access_key_id = A\naws_secret_access_key = S\n[profile pay]\nrole_arn = R\nsource_profile = hub\n[profile other]\nregion = x\n',
  )
  await writeFile(path.join(home, '.aws', 'credentials'), '[keys]\naws_access_key_id = A\n')
  await mkdir(path.join(home, '.kube'))
  await writeFile(
    path.join(home, '.kube', 'config'),
    'apiVersion: v1\nkind: Config\ncontexts:\n- {name: one, context: {cluster: c, user: one}}\nclusters:\n- {name: c, cluster: {server: "https://c.test"}}\nusers:\n- {name: one, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--profile, hub, eks, get-token, --cluster-name, c]}}}\n',
  )
  const { handlers, call } = page([])
  const plan = async (...edits: ProfileEdit[]) => {
    const planned = await handlers['identities.planProfiles']({ environment: 'app', edits }, call)
    return planned.ok ? planned.value : planned.fault.message
  }
  const remove = { kind: 'delete-profile', profile: 'hub' } as const
  expect(await plan(remove)).toMatchObject({
    left: [{ profile: 'hub', profiles: ['pay'], contexts: [{ name: 'one' }] }],
  })
  // A context that names another profile by then keeps it.
  const elsewhere = set('pay', 'source_profile', 'other')
  expect(await plan(elsewhere, remove)).toMatchObject({ left: [{ profile: 'hub', profiles: [] }] })
  const add = (profile: string, settings: Extract<ProfileEdit, { kind: 'add-profile' }>['settings']) =>
    plan({ kind: 'add-profile', profile, settings })
  const role = { key: 'role_arn', value: 'arn:aws:iam::111122223333:role/Ops' } as const
  expect(await add('new', [role, { key: 'source_profile', value: 'nobody' }])).toMatchObject({
    doubts: [{ message: expect.stringContaining('nobody') }],
  })
  expect(
    await add('new', [
      { key: 'sso_session', value: 'corp' },
      { key: 'sso_account_id', value: '111122223333' },
      { key: 'sso_role_name', value: 'Admin' },
    ]),
  ).toMatchObject({
    doubts: [{ message: expect.stringContaining('corp') }],
  })
  expect(await add('new', [{ key: 'region', value: 'eu-west-1' }])).toMatchObject({ doubts: [] })
  for (const [name, why] of [
    ['hub', 'already'],
    ['keys', 'already'],
    ['a]b', 'cannot be the name'],
    ['x\n[profile y]', 'cannot be the name'],
  ] as const)
    expect(await add(name, [])).toContain(why)
  expect(await add('new', [{ key: 'sso_account_id', value: '12' }])).toContain('is not an account number')
  for (const edit of [
    { kind: 'delete-profile', profile: 'keys' },
    { kind: 'clone-profile', profile: 'keys', name: 'x' },
  ] as const)
    expect(await plan(edit)).toContain('credentials')
})
