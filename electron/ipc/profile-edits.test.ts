import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Edit } from '../../shared/edits/edit'
import type { Plan } from '../../shared/edits/plan'
import type { ProfileEdit } from '../../shared/edits/profile-edit'
import type { ProfileField } from '../../shared/identity/identity-tree'
import { unpack } from '../../shared/ipc/packed'
import type { ApplyAnswer, LockWait } from '../../shared/ipc/payloads'
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
import { createEditingHandlers } from './edit-handlers'
import type { Call } from './router'
import { createWrites } from './writes'

let home: string
let services: Services

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ekscope-profiles-'))
  await mkdir(path.join(home, '.aws'))
  const process = path.join(home, 'bin', 'credentials')
  await writeFile(
    path.join(home, '.aws', 'config'),
    `[profile batch]\nregion = eu-west-1\ncredential_process = ${process}\n[profile plain]\nregion = eu-west-1\n`,
  )
  services = servicesOf()
})
/** Those of a window, which asks before it writes what leads elsewhere. */
const servicesOf = (planning = planningHere, more: Readonly<Record<string, string>> = {}) =>
  createServices({
    variables: { HOME: home, PATH: `${home}/bin:/usr/bin:/bin`, ...more },
    home,
    platform: 'linux',
    cwd: home,
    now: Date.now,
    folder: openDataFolder(path.join(home, 'data')),
    filesOf: 'login-shell',
    loginShell: { shell: '/bin/sh', variables: { HOME: home, PATH: '/usr/bin:/bin', ...more } },
    planning,
  })
afterEach(async () => {
  await services.close()
  await removeFolder(home)
})

const set = (profile: string, key: ProfileField, value: string | null) =>
  ({ kind: 'set-profile-key', profile, key, value }) as const

const idOf = (answer: Result<ApplyAnswer>) =>
  answer.ok && answer.value.kind === 'written' ? answer.value.id : ''

/** A desktop on which nothing is chosen. */
const desktop = {
  readClipboard: async () => '',
  copy: () => undefined,
  chooseFile: async () => null,
  chooseFolder: async () => null,
  chooseTarget: async () => null,
  confirm: async () => false,
}

/** A page that edits profiles, with what main asked it. */
function page(answers: readonly boolean[]) {
  const asked: ShownQuestion[] = []
  const waits: LockWait[] = []
  let onWait: () => void = () => undefined
  const show = async (_page: number, question: ShownQuestion) => answers[asked.push(question) - 1] ?? false
  const asking = createAsking({ trust: services.trust, nameOf: () => null, show })
  const handlers = createEditingHandlers(services, asking, desktop, createWrites(services, asking))
  const emit: Call['emit'] = (name, payload) => {
    if (name !== 'edits.waiting') return
    // Each event has its own payload, which its name alone says.
    waits.push(JSON.parse(JSON.stringify(payload)).wait)
    onWait()
  }
  const call: Call = { signal: new AbortController().signal, page: 1, emit, dropped: () => [] }
  const of = (edits: readonly ProfileEdit[]): Edit[] =>
    edits.map((edit) => ({ kind: 'edit-profile', environment: 'app', edit, was: null }))
  async function plan(edits: readonly ProfileEdit[]): Promise<Plan> {
    await services.kubeconfig.load()
    const planned = await handlers['edits.plan']({ edits: of(edits) }, call)
    if (!planned.ok) throw new Error(planned.fault.message)
    return unpack(planned.value)
  }
  /** Writes what a plan showed; without one what is there now. */
  const write = async (
    edits: readonly ProfileEdit[],
    shown?: Plan,
    permitted: { readonly force?: string[] } = {},
  ) => {
    const { revisions } = shown ?? (await plan(edits))
    const how = { run: 'w', titles: edits.map(() => ''), sharedAllowed: true, inPlace: [], ...permitted }
    return handlers['edits.apply']({ ...how, edits: of(edits), revisions: [...revisions] }, call)
  }
  const whileWaiting = (act: () => void) => {
    onWait = act
  }
  return { plan, write, asked, call, waits, whileWaiting }
}

test('a profile is edited as a page may: planned, asked about where its role is new, written, and in the history', async () => {
  const config = path.join(home, '.aws', 'config')
  const ours = 'arn:aws:iam::111122223333:role/Ours'
  const strange = 'arn:aws:iam::999988887777:role/Strange'
  await writeFile(
    config,
    `[profile one]\nrole_arn = ${ours}\nsource_profile = two\n[profile two]\nregion = eu-west-1\n`,
  )
  const { write, call, asked } = page([false, true])
  // Nothing that would lead a request elsewhere, or that aws refuses.
  for (const edit of [
    set('two', 'region', 'evil.example/x'),
    set('two', 'role_arn', 'arn:aws:iam::1:user/x'),
  ])
    expect(await write([edit])).toMatchObject({ ok: false, fault: { code: 'bad-request' } })
  const rename = { kind: 'rename-profile', profile: 'two', name: 'base' } as const
  expect(
    await write([set('two', 'region', 'us-west-2'), rename, set('one', 'role_arn', ours)]),
  ).toMatchObject({ ok: true })
  expect((await services.editing.history.list())[0]?.titles).toEqual([
    'profile two: region eu-west-1 → us-west-2',
    'profile two: renamed to base',
  ])
  expect(asked).toEqual([])
  expect(await readFile(config, 'utf8')).toBe(
    `[profile one]\nrole_arn = ${ours}\nsource_profile = base\n[profile base]\nregion = us-west-2\n`,
  )
  const before = await readFile(config, 'utf8')
  expect(await write([set('one', 'role_arn', strange)])).toMatchObject({
    ok: false,
    fault: { code: 'declined' },
  })
  expect(await readFile(config, 'utf8')).toBe(before)
  expect(await write([set('one', 'role_arn', strange)])).toMatchObject({ ok: true })
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
  const { plan, whileWaiting, ...of } = page([])
  const edits = [{ kind: 'rename-profile', profile: 'plain', name: 'fancy' }] as const
  const shown = () => plan(edits)
  const write = (is: Plan) => of.write(edits, is)
  const changed = { ok: false, fault: { code: 'changed-on-disk' } }
  const alone = await shown()
  // With the lines of who follows.
  expect(alone.files.map((file) => file.path)).toEqual([config, kube])
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
  services = servicesOf({
    ...planningHere,
    async naming(...asked) {
      const found = await planningHere.naming(...asked)
      await writeFile(kube, user('batch'))
      await services.kubeconfig.load()
      return found
    },
  })
  const edit = { kind: 'rename-profile', profile: 'plain', name: 'fancy' } as const
  expect(await page([]).write([edit])).toMatchObject({ ok: true })
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
  expect(await services.kubeconfig.open(opened)).toMatchObject({ ok: true })
  const { plan, write } = page([])
  const edits = [{ kind: 'rename-profile', profile: 'plain', name: 'fancy' }] as const
  const planned = await plan(edits)
  expect(planned).toMatchObject({ alsoChanges: [{ name: 'one' }], problems: [] })
  expect(await write(edits, planned)).toMatchObject({ ok: true, value: { kind: 'written' } })
  expect(await readFile(kube, 'utf8')).toBe(text.replace('plain', 'fancy'))
})

test('a context that an earlier file shadows follows, too: kubectl takes it where its own file is named', async () => {
  const [first, second] = [path.join(home, 'first'), path.join(home, 'second')]
  const text = (user: string) =>
    `contexts:\n- {name: one, context: {cluster: c, user: ${user}}}\nclusters:\n- {name: c, cluster: {server: "https://c.test"}}\nusers:\n- {name: ${user}, user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [--profile, plain, eks, get-token, --cluster-name, c]}}}\n`
  await writeFile(first, text('u'), { mode: 0o600 })
  await writeFile(second, text('v'), { mode: 0o600 })
  await services.close()
  services = servicesOf(planningHere, { KUBECONFIG: `${first}:${second}` })
  const { plan, write } = page([])
  const edits = [{ kind: 'rename-profile', profile: 'plain', name: 'fancy' }] as const
  const planned = await plan(edits)
  expect(planned).toMatchObject({ alsoChanges: [{ name: 'one' }, { name: 'one' }] })
  expect(await write(edits, planned)).toMatchObject({ ok: true, value: { kind: 'written' } })
  expect((await services.editing.history.list())[0]?.titles).toEqual([
    'profile plain: renamed to fancy',
    expect.stringMatching(/^one: profile plain/),
    expect.stringMatching(/^one of ~\/second: profile plain/),
  ])
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
    const { write, waits, whileWaiting } = page([])
    const edits = [{ kind: 'rename-profile', profile: 'plain', name: 'fancy' }] as const
    await chmod(config, 0o444)
    expect(await write(edits)).toEqual({
      ok: true,
      value: { kind: 'obstructed', obstacles: [{ path: config, reason: 'write-protected' }] },
    })
    expect([await readFile(kube, 'utf8'), await services.editing.history.count()]).toEqual([follower, 0])

    const lock = `${kube}.lock`
    await writeFile(lock, '')
    whileWaiting(() => rmSync(lock, { force: true }))
    const written = await write(edits, undefined, { force: [config] })
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
  const { plan, write, asked, call } = page([false, true])
  const planned = await plan(edits)
  expect(planned).toMatchObject({ problems: [], alsoChanges: [] })
  expect(await write(edits, planned)).toMatchObject({ ok: false, fault: { code: 'declined' } })
  expect([await readFile(config, 'utf8'), await services.editing.history.count()]).toEqual([before, 0])
  const written = await write(edits, planned)
  expect(written).toMatchObject({ ok: true })
  expect((await services.editing.history.list())[0]?.titles).toEqual([
    'profile ops: added',
    'profile night shift: added',
    'profile batch-2: added as a copy of batch',
    'profile plain: deleted',
  ])
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
  // The write only removed settings, so no question is asked.
  expect(asked).toHaveLength(2)
  const gone = await write([{ kind: 'delete-profile', profile: 'batch' }])
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
    const { plan, write, asked } = page([false, true])
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
    const url = 'https://d-1234567890.awsapps.com/start'
    for (const bad of [
      session('corp', 'http://d-1234567890.awsapps.com/start'),
      session('corp', 'https://d-1234567890.awsapps.com@elsewhere.example/start'),
      session('corp', 'javascript:alert(1)'),
      session('corp', url, 'eu-west-1.elsewhere.example/'),
    ])
      expect(await plan([bad, profileOf('corp')])).toMatchObject({ blocked: true })
    const edits = [session('corp', url), profileOf('corp')]
    expect(await plan(edits)).toMatchObject({ problems: [] })
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
  const of = page([])
  const plan = (...edits: ProfileEdit[]) => of.plan(edits)
  /** What is doubtful, and what is in the way. */
  const said = ({ problems }: Plan) => problems.map(({ message }) => message)
  const remove = { kind: 'delete-profile', profile: 'hub' } as const
  expect(said(await plan(remove))).toEqual([
    'Profile hub is named by profile pay and by context one, which would have no identity without that profile.',
  ])
  // A context that names another profile by then keeps it.
  const elsewhere = set('pay', 'source_profile', 'other')
  expect(said(await plan(elsewhere, remove))).toContainEqual(
    expect.stringContaining('is named by context one, which'),
  )
  const add = async (profile: string, settings: Extract<ProfileEdit, { kind: 'add-profile' }>['settings']) =>
    said(await plan({ kind: 'add-profile', profile, settings }))
  const role = { key: 'role_arn', value: 'arn:aws:iam::111122223333:role/Ops' } as const
  expect(await add('new', [role, { key: 'source_profile', value: 'nobody' }])).toEqual([
    expect.stringContaining('nobody'),
  ])
  expect(
    await add('new', [
      { key: 'sso_session', value: 'corp' },
      { key: 'sso_account_id', value: '111122223333' },
      { key: 'sso_role_name', value: 'Admin' },
    ]),
  ).toEqual([expect.stringContaining('corp')])
  expect(await add('new', [{ key: 'region', value: 'eu-west-1' }])).toEqual([])
  for (const [name, why] of [
    ['hub', 'already'],
    ['keys', 'already'],
    ['a]b', 'cannot be the name'],
    ['x\n[profile y]', 'cannot be the name'],
  ] as const)
    expect(await add(name, [])).toEqual([expect.stringContaining(why)])
  expect(await add('new', [{ key: 'sso_account_id', value: '12' }])).toEqual([
    expect.stringContaining('is not an account number'),
  ])
  for (const edit of [
    { kind: 'delete-profile', profile: 'keys' },
    { kind: 'clone-profile', profile: 'keys', name: 'x' },
  ] as const)
    expect(said(await plan(edit))).toEqual([expect.stringContaining('credentials')])
})

test('a new profile of a session reaches AWS as all others of it do, and what only the credentials file says of that is asked about', async () => {
  const [config, credentials] = ['config', 'credentials'].map((name) => path.join(home, '.aws', name))
  const session =
    '[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n'
  const other = '[profile other]\nsso_session = corp\nca_bundle = /etc/corp.pem\nuse_fips_endpoint = true\n'
  await writeFile(config ?? '', session + other)
  const { write, asked } = page([true, true])
  const add = (profile: string, permissionSet = 'Reader', of = 'corp'): ProfileEdit => ({
    kind: 'add-profile',
    profile,
    settings: [
      { key: 'sso_session', value: of },
      { key: 'sso_account_id', value: '111122223333' },
      { key: 'sso_role_name', value: permissionSet },
      { key: 'region', value: 'eu-west-1' },
    ],
  })
  expect(await write([add('reader')])).toMatchObject({ ok: true })
  const added = `
[profile reader]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Reader
region = eu-west-1
ca_bundle = /etc/corp.pem
use_fips_endpoint = true
`
  expect(await readFile(config ?? '', 'utf8')).toBe(session + other + added)
  // What is there is not written over, and no value ends its line.
  for (const edit of [add('reader'), add('x', 'R\ncredential_process = /bin/true')])
    expect(await write([edit])).toMatchObject({ ok: false })
  await writeFile(config ?? '', `${session}[profile mirrored]\nsso_session = corp\n`)
  await writeFile(credentials ?? '', '[mirrored]\nendpoint_url = https://mirror.example\n')
  expect(await write([add('mirror-reader')])).toMatchObject({ ok: true })
  expect(JSON.stringify(asked.at(-1))).toContain('https://mirror.example')
  expect(await readFile(config ?? '', 'utf8')).toContain('endpoint_url = https://mirror.example')
})
