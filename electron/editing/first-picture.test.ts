/** What is kept of a first picture is shown again only where the files and everything else say the same: whatever changed, nothing of it is old. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { unpack } from '../../shared/ipc/packed'
import { entryId } from '../../shared/kubeconfig/entries'
import { loginKey, ssoTokenKey } from '../aws/files/caches'
import { textAtOnce } from '../kubeconfig/disk/read-file'
import { createKubeconfigStore } from '../kubeconfig/disk/store'
import { readDocument } from '../kubeconfig/read/document'
import { factsOf, fileOf } from '../kubeconfig/read/file-facts'
import { isUnread, LateDocument } from '../kubeconfig/read/late-document'
import { environmentOf } from '../system/environment'
import { temporaryName } from '../system/process-owner'
import { kubeconfigFile } from '../testing/generated-kubeconfig'
import { jsonFleet, laidOut, layouts, usualFleet } from '../testing/usual-fleet'
import { wordsOf } from '../trust/expectations'
import { openFirstPictures } from './first-picture'
import { readPicture, writePicture } from './picture-file'
import { type FilesRead, planningHere, type ReportTask } from './planning'

const hour = 3_600_000
const started = Date.UTC(2026, 0, 1)
const never = new AbortController().signal
/** What the pictures are kept for: its content is all that counts. */
const program = import.meta.filename
const top = mkdtempSync(path.join(tmpdir(), 'ekscope-pictures-'))
afterAll(() => rmSync(top, { recursive: true, force: true }))

let home: string
let picture: string
beforeEach(() => {
  home = mkdtempSync(path.join(top, 'home-'))
  world()
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const at = (name: string) => path.join(home, name)
function put(name: string, text: string): void {
  mkdirSync(path.dirname(at(name)), { recursive: true })
  writeFileSync(at(name), text)
}
/** What an earlier change took away stays away. */
function change(name: string, from: string, to: string): void {
  if (existsSync(at(name))) put(name, readFileSync(at(name), 'utf8').replace(from, to))
}

const account = '111122223333'
const startUrl = 'https://x.awsapps.com/start'
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`
const token = (lasts: number) =>
  put(
    `.aws/sso/cache/${ssoTokenKey('corp')}.json`,
    JSON.stringify({ accessToken: 'of corp', expiresAt: new Date(started + lasts).toISOString() }),
  )

/** Users of several forms, some shared, in the shape that aws and kubectl write; a third of them names a file. */
function fleet(count: number, prefix: string): string {
  const { text } = usualFleet(count, prefix)
  const user = (name: string, args: readonly string[], env = '') =>
    `- name: ${prefix}${name}\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      args:\n${args.map((one) => `      - ${one}\n`).join('')}      command: aws\n${env}`
  const get = (name: string) => ['--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', name]
  const variable = (name: string, value: string) =>
    `      env:\n      - name: ${name}\n        value: ${value}\n`
  const users = [
    user('by-profile', ['--profile', 'second', ...get('a')]),
    user('by-role', [...get('b'), '--role-arn', role('ByEntry')]),
    user('by-sso', get('c'), variable('AWS_PROFILE', 'dev')),
    user('by-keys', get('d'), variable('AWS_ACCESS_KEY_ID', 'AKIAENTRY')),
    `- name: ${prefix}by-file\n  user:\n    tokenFile: token\n`,
  ].join('')
  const names = ['by-profile', 'by-role', 'by-sso', 'by-keys', 'by-file']
  const contexts = names
    .map(
      (name) =>
        `- context:\n    cluster: ${prefix}fleet-name-0\n    user: ${prefix}${name}\n  name: ${prefix}${name}\n`,
    )
    .join('')
  return text.replace('current-context', `${contexts}current-context`) + users
}

/** The same files with one user more, at their end, and its context. */
const withUser = (name: string, user: string) =>
  `${fleet(12, '').replace(
    'contexts:\n',
    `contexts:\n- context:\n    cluster: fleet-name-0\n    user: ${name}\n  name: ${name}\n`,
  )}- name: ${name}\n  user:\n${user}`

function world(): void {
  put(
    '.aws/config',
    `[default]\nregion = eu-west-1\n[profile admin]\nrole_arn = ${role('Admin')}\nsource_profile = base\n[profile second]\nrole_arn = ${role('Second')}\nsource_profile = admin\nrole_session_name = me\n[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n[profile dev]\nsso_session = corp\nsso_account_id = ${account}\nsso_role_name = Dev\nsso_account_name = Shop\n[sso-session corp]\nsso_start_url = ${startUrl}\nsso_region = eu-west-1\n`,
  )
  put('.aws/credentials', '[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = s\n')
  put('.kube/config', fleet(12, ''))
  put('.kube/second', fleet(6, 'second-'))
  put('.kube/token', 'T')
  put('bin/aws', '#!/bin/sh\n')
  chmodSync(at('bin/aws'), 0o755)
  token(hour)
  mkdirSync(at('data'), { mode: 0o700 })
  picture = at('data/first-picture.json')
}

interface Start {
  readonly list?: readonly string[]
  readonly variables?: Readonly<Record<string, string>>
  readonly task?: Partial<ReportTask>
  readonly program?: string
  /** Too small to be sent ahead: these come with the question. */
  readonly small?: readonly string[]
}

let starts = 0

/** As a window begins: main reads the files, and the thread takes their texts as far as it knows them. */
async function start({
  list = ['.kube/config'],
  variables = {},
  task: differing = {},
  program: by = program,
  small = [],
}: Start = {}) {
  const pictures = openFirstPictures(picture, by)
  const store = createKubeconfigStore({
    list: () => list.map((name) => ({ path: at(name), source: 'KUBECONFIG', own: true })),
    trustedFile: () => false,
  })
  await store.load()
  const files = store.files().map(({ file: whole, document }) => {
    const content = document && textAtOnce(whole.path)
    const facts = factsOf(whole)
    if (!content || !facts) return { file: whole, document }
    const ahead = small.every((name) => at(name) !== whole.path)
    if (ahead) pictures.expects(whole.path)
    const here =
      (ahead ? pictures.take(whole.path, content) : null) ??
      readDocument(whole.path, content.text, 'scan', content.bytes)
    return { file: fileOf({ ...facts }, here), document: here }
  })
  const read: FilesRead = { revision: store.snapshot().revision, files }
  const environment = environmentOf('login-shell', { HOME: home, PATH: at('bin'), ...variables })
  const task: ReportTask = {
    environment,
    seenNames: {},
    checked: [],
    home,
    platform: process.platform,
    trust: '[]',
    words: new Map(),
    asked: new Map(),
    now: started,
    ...differing,
  }
  const kept = pictures.snapshot(read)
  const snapshot = kept?.snapshot ?? (await planningHere.snapshot(read, never))
  // Of files that were loaded anew nobody has made it as the next window shows it.
  if (kept === null && starts++ % 2 === 0) pictures.made(read, snapshot)
  const report = await pictures.report(task, read, never)
  /** Nobody looked into the files for any of it. */
  const shown =
    files.some(({ document }) => document instanceof LateDocument) &&
    files.every(({ document }) => document === null || isUnread(document))
  return { pictures, read, task, snapshot, report, shown, current: kept?.current ?? null }
}

/** The same worked out of the files as they are, by who has no picture. */
async function workedOut({ read, task }: Pick<Awaited<ReturnType<typeof start>>, 'read' | 'task'>) {
  const files = read.files.map(({ file, document }) => {
    const facts = factsOf(file)
    const again = document && readDocument(file.path, document.text)
    return { file: facts ? fileOf(facts, again) : file, document: again }
  })
  const whole = { revision: read.revision, files }
  return {
    snapshot: await planningHere.snapshot(whole, never),
    report: await planningHere.report(task, whole, never),
    current: files.map(({ file: { path: of, currentContext } }) => ({ path: of, currentContext })),
  }
}

/** In what a start differs from what was worked out; texts of this length tell nobody anything. */
const differing = (
  { report, snapshot, current }: Awaited<ReturnType<typeof start>>,
  out: Awaited<ReturnType<typeof workedOut>>,
): readonly string[] => [
  ...(report === out.report ? [] : ['report']),
  ...(snapshot === out.snapshot ? [] : ['snapshot']),
  ...(current === null || isDeepStrictEqual(current, out.current) ? [] : ['current']),
]

async function keep(how: Start = {}): Promise<void> {
  const first = await start(how)
  await first.pictures.rest()
}

test('the next start shows what the last one did, and looks into no file', async () => {
  for (const list of [['.kube/config'], ['.kube/config', '.kube/second', '.kube/missing']]) {
    rmSync(picture, { force: true })
    const first = await start({ list })
    expect(first.shown).toBe(false)
    await first.pictures.rest()
    expect(statSync(picture).mode & 0o777).toBe(0o600)
    const again = await start({ list })
    expect(again.shown).toBe(true)
    expect(differing({ ...again, current: null }, { ...first, current: [] })).toEqual([])
    expect(differing(again, await workedOut(again))).toEqual([])
    // Nothing is different: nothing is written.
    const before = statSync(picture)
    await again.pictures.rest()
    expect(statSync(picture)).toEqual(before)
  }
})

test('small files beside a large one do not stand in its way, whatever they say', async () => {
  const how = { list: ['.kube/config', '.kube/second'], small: ['.kube/second'] }
  await keep(how)
  const unread = async () => {
    const again = await start(how)
    expect(differing(again, await workedOut(again))).toEqual([])
    return again.read.files.map(({ document }) => isUnread(document))
  }
  expect(await unread()).toEqual([true, false])
  // Who acts by a user of the small one is another.
  change('.aws/config', role('Admin'), role('Other'))
  expect(await unread()).toEqual([false, false])
})

test('fingerprints of checks are kept with it, and made anew where more were checked', async () => {
  const ids = ['fleet-name-1', 'by-file', 'by-sso'].map((name) =>
    entryId('context', at('.kube/config'), name, 0),
  )
  const checked = { task: { checked: ids } }
  await keep()
  const more = await start(checked)
  expect(differing(more, await workedOut(more))).toEqual([])
  expect(unpack(more.report).contexts.filter(({ fingerprint }) => fingerprint !== '')).toHaveLength(3)
  await more.pictures.rest()
  const known = await start(checked)
  expect([known.shown, known.report === more.report]).toEqual([true, true])
  // Those that were checked while the window was open.
  await keep()
  const { pictures, task, read } = await start()
  pictures.printed({ ...task, checked: ids }, read)
  await pictures.rest()
  const after = await start(checked)
  expect(after.shown).toBe(true)
  expect(differing(after, await workedOut(after))).toEqual([])
  // Beside those of a picture that this window has kept itself.
  rmSync(picture)
  const own = await start({ task: { checked: ids.slice(0, 1) } })
  await own.pictures.rest()
  for (const id of ids.slice(1)) {
    own.pictures.printed({ ...own.task, checked: [id] }, own.read)
    await own.pictures.rest()
  }
  const both = await start(checked)
  expect([both.shown, differing(both, await workedOut(both))]).toEqual([true, []])
  // Who acts is not decided by it, but a check stands on all of its environment.
  const elsewhere = await start({ ...checked, variables: { HTTPS_PROXY: 'http://127.0.0.1:9' } })
  expect(elsewhere.report === after.report).toBe(false)
  expect(differing(elsewhere, await workedOut(elsewhere))).toEqual([])
  // So it does on the sign-in, which decides who acts only while it lasts.
  token(2 * hour)
  const renewed = await start(checked)
  expect(renewed.report === after.report).toBe(false)
  expect(differing(renewed, await workedOut(renewed))).toEqual([])
  token(hour)
  put('.kube/token', 'another')
  const stale = await start(checked)
  expect(stale.report === after.report).toBe(false)
  expect(differing(stale, await workedOut(stale))).toEqual([])
})

test('several files that checks stand on, and expectations beside sign-ins, are the same in whatever order they are read', async () => {
  put('.kube/config', withUser('by-files', '    tokenFile: another\n    client-key: key\n'))
  for (const name of ['another', 'key']) put(`.kube/${name}`, name)
  for (const name of ['one', 'two', 'three']) put(`.aws/sso/cache/${ssoTokenKey(name)}.json`, '{}')
  const ids = ['by-file', 'by-files'].map((name) => entryId('context', at('.kube/config'), name, 0))
  const word = {
    file: at('.kube/config'),
    context: 'by-role',
    cluster: 'fleet-name-0',
    principal: role('ByEntry'),
  }
  const how = { task: { checked: ids, words: wordsOf([word]) } }
  await keep(how)
  for (let n = 0; n < 3; n++) {
    const again = await start(how)
    expect(again.shown).toBe(true)
    expect(differing(again, await workedOut(again))).toEqual([])
  }
})

/** Each makes the world another one, or only looks so. */
const changes: Readonly<Record<string, (how: Start) => unknown>> = {
  nothing: () => undefined,
  'a letter of a certificate': () => change('.kube/config', 'Y2VydGlma', 'Y2VydGlmb'),
  'a namespace': () => change('.kube/config', 'namespace: team', 'namespace: maet'),
  'a profile of an entry': () => change('.kube/config', 'value: admin', 'value: secon'),
  'a letter, at the old time': () => {
    const { atime, mtime } = statSync(at('.kube/config'))
    change('.kube/config', 'value: admin', 'value: secon')
    utimesSync(at('.kube/config'), atime, mtime)
  },
  'a context more': () =>
    change(
      '.kube/config',
      'contexts:\n',
      'contexts:\n- context:\n    cluster: x\n    user: by-file\n  name: more\n',
    ),
  'an expectation in the file': () =>
    change(
      '.kube/config',
      '    user: by-role\n',
      `    extensions:\n    - extension:\n        principal: ${role('ByEntry')}\n      name: ekscope.dev/expected\n    user: by-role\n`,
    ),
  'the file read anew': () => {
    const now = new Date(started + hour)
    utimesSync(at('.kube/config'), now, now)
  },
  'rights of the file': () => chmodSync(at('.kube/config'), 0o600),
  'a link in its place': () => {
    put('.kube/real', readFileSync(at('.kube/config'), 'utf8'))
    rmSync(at('.kube/config'))
    symlinkSync(at('.kube/real'), at('.kube/config'))
  },
  'the role of a profile': () => change('.aws/config', role('Admin'), role('Other')),
  'a source': () => change('.aws/config', 'source_profile = admin', 'source_profile = none'),
  'a session name': () => change('.aws/config', 'role_session_name = me', 'role_session_name = you'),
  'a comment in the AWS files': () => change('.aws/config', '[default]', '# …\n[default]'),
  'the name of an account': () => change('.aws/config', 'Shop', 'Market'),
  'AWS files that aws refuses': () => change('.aws/config', '[default]', 'x\n[default]'),
  'a key': () => change('.aws/credentials', 'AKIADEFAULT', 'AKIANOTHER'),
  'no credentials': () => rmSync(at('.aws/credentials'), { force: true }),
  'a sign-in': () => token(2 * hour),
  'an expired sign-in': () => token(-hour),
  'no sign-in': () => rmSync(at('.aws/sso'), { recursive: true, force: true }),
  'a meaning for eks': () => put('.aws/cli/alias', '[toplevel]\neks = !echo\n'),
  'no aws': () => rmSync(at('bin/aws'), { force: true }),
  'another aws': () => put('bin/aws', '#!/bin/sh\necho\n'),
  'preferences of kubectl': () =>
    put(
      '.kube/kuberc',
      'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n',
    ),
  'a day later': ({ task }) => ({ task: { ...task, now: started + 24 * hour } }),
  'exported keys': ({ variables }) => ({
    variables: { ...variables, AWS_ACCESS_KEY_ID: 'AKIASHELL', AWS_SECRET_ACCESS_KEY: 's' },
  }),
  'an exported profile': ({ variables }) => ({ variables: { ...variables, AWS_PROFILE: 'dev' } }),
  'another config': ({ variables }) => ({
    variables: { ...variables, AWS_CONFIG_FILE: at('.aws/credentials') },
  }),
  decisions: ({ task }) => ({ task: { ...task, trust: '["more"]' } }),
  'a word': ({ task }) => ({
    task: {
      ...task,
      words: wordsOf([
        { file: at('.kube/config'), context: 'by-role', cluster: 'fleet-name-0', principal: role('ByEntry') },
      ]),
    },
  }),
  'a name of an account that was seen': ({ task }) => ({
    task: { ...task, seenNames: { [account]: 'seen' } },
  }),
  'a check': ({ task }) => ({
    task: { ...task, checked: [entryId('context', at('.kube/config'), 'by-profile', 0)] },
  }),
  'another file before it': () => ({ list: ['.kube/second', '.kube/config'] }),
  'another file behind it': () => ({ list: ['.kube/config', '.kube/second'] }),
  'another program': () => ({ program: at('.kube/config') }),
}

/** What a change says of the start; of most changes a start says nothing. */
const isStart = (value: unknown): value is Start => typeof value === 'object'
const startOf = (value: unknown): Start => (isStart(value) ? value : {})

/** After these the last picture is shown: they decide nothing that is in it. */
const same: ReadonlySet<string> = new Set(['nothing', 'a sign-in'])

describe('whatever is different at the next start', () => {
  test.each(Object.keys(changes))('%s: what is shown is what is worked out', async (name) => {
    await keep()
    const how = startOf(changes[name]?.({}))
    const after = await start(how)
    expect(differing(after, await workedOut(after))).toEqual([])
    // What decides nothing of it is not worked out again.
    expect(after.shown).toBe(same.has(name))
  })

  test('several things in a row, with what was kept meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...Object.keys(changes)), fc.boolean()), {
          minLength: 1,
          maxLength: 5,
        }),
        async (steps) => {
          rmSync(home, { recursive: true, force: true })
          mkdirSync(home)
          world()
          await keep()
          let how: Start = {}
          for (const [name, keeps] of steps) {
            how = { ...how, ...startOf(changes[name]?.(how)) }
            const after = await start(how)
            expect(differing(after, await workedOut(after))).toEqual([])
            if (keeps) await after.pictures.rest()
          }
        },
      ),
      { numRuns: process.env.EKSCOPE_FULL === '1' ? 2_000 : 25, endOnFailure: true },
    )
  }, 600_000)
})

test('a user whose lines say something else alone than in their file is no part of a picture', async () => {
  const session = `arn:aws:iam::${account}:user/me`
  put('.aws/config', `[profile by-login]\nlogin_session = ${session}\nregion = eu-west-1\n`)
  const of = (folder: string) =>
    `    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      command: aws\n      args: [--profile, by-login, eks, get-token, --cluster-name, a]\n      env:\n      - name: AWS_LOGIN_CACHE_DIRECTORY\n        value: ${folder}`
  // Without a line break behind it that is another folder than with one.
  for (const folder of [at('logins'), `|\n          ${at('logins')}`]) {
    rmSync(at('logins'), { recursive: true, force: true })
    put('.kube/config', withUser('last', of(folder)))
    await keep()
    const before = await start()
    expect(differing(before, await workedOut(before))).toEqual([])
    const accessToken = {
      accessKeyId: 'AKIALOGIN',
      secretAccessKey: 's',
      sessionToken: 't',
      expiresAt: new Date(started + hour).toISOString(),
    }
    const login = { accessToken, refreshToken: 'r', dpopKey: 'd', clientId: 'c' }
    put(`logins/${loginKey(session)}.json`, JSON.stringify(login))
    const after = await start()
    expect(after.report).not.toBe(before.report)
    expect(differing(after, await workedOut(after))).toEqual([])
  }
})

test('any files, written by whomever: what is kept of them is what they say', async () => {
  const usual = fc
    .tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(...layouts),
      fc.constantFrom('', '# ä\n', '\ufeff'),
    )
    .map(([count, layout, first]) => first + laidOut(fleet(count, ''), layout))
  const json = fc.integer({ min: 1, max: 5 }).map((count) => jsonFleet(count, ['  ', ' ', '\n']).text)
  const any = fc.oneof(
    usual,
    usual,
    json,
    kubeconfigFile().map(({ text }) => text),
  )
  let shown = 0
  await fc.assert(
    fc.asyncProperty(any, any, async (one, other) => {
      rmSync(picture, { force: true })
      put('.kube/config', one)
      put('.kube/second', other)
      const list = ['.kube/config', '.kube/second']
      await keep({ list })
      const again = await start({ list })
      expect(differing(again, await workedOut(again))).toEqual([])
      if (again.shown) shown++
    }),
    { numRuns: process.env.EKSCOPE_FULL === '1' ? 3_000 : 60, endOnFailure: true },
  )
  // Usual files are what it is for.
  expect(shown).toBeGreaterThan(5)
}, 600_000)

test('beyond ASCII an entry is found by its bytes, in whatever order its list is asked for', async () => {
  put(
    '.kube/config',
    `# ${'äé'.repeat(150)}\n${fleet(40, '').replace('contexts:', '# ä\ncontexts:').replace('users:', '# é\nusers:')}`,
  )
  await keep()
  const again = await start()
  expect([again.shown, differing(again, await workedOut(again))]).toEqual([true, []])
})

describe('a picture that cannot be believed is none', () => {
  const again = async () => (await start()).shown
  test('what is torn, longer, another’s or of another program', async () => {
    await keep()
    expect(await again()).toBe(true)
    const text = readFileSync(picture, 'utf8')
    for (const other of [
      '',
      '\n\n',
      text.slice(0, -1),
      `${text} `,
      text.replace('Admin', 'Xdmin'),
      '{}\n[]\n[]',
      `null${text}`,
    ]) {
      writeFileSync(picture, other)
      expect(await again()).toBe(false)
    }
    writeFileSync(picture, text)
    expect(await again()).toBe(true)
    chmodSync(picture, 0o644)
    expect(await again()).toBe(false)
    rmSync(picture)
    mkdirSync(picture)
    expect(await again()).toBe(false)
  })

  test('and it is kept in no folder that others may look into, or that is not there', async () => {
    chmodSync(at('data'), 0o755)
    await keep()
    expect(existsSync(picture)).toBe(false)
    rmSync(at('data'), { recursive: true })
    await keep()
    expect(existsSync(at('data'))).toBe(false)
  })

  test('nor by a program that cannot be read', async () => {
    const gone = { program: at('gone.cjs') }
    await keep(gone)
    expect(existsSync(picture)).toBe(false)
    await keep()
    const after = await start(gone)
    expect([after.shown, differing(after, await workedOut(after))]).toEqual([false, []])
  })

  test('what a window that was killed had half written goes with the next one that is kept', async () => {
    const half = temporaryName('first-picture.json')
    const dead = half.replace(/-\d+-\d+-([0-9a-f]{12}\.tmp)$/, '-4194303-1-$1')
    for (const name of [half, dead]) put(`data/${name}`, 'half')
    await keep()
    // This process may be writing its own still.
    expect(readdirSync(at('data')).sort()).toEqual([half, 'first-picture.json'].sort())
  })

  test('none is kept that would be too large to be read', async () => {
    const nothing = { stamps: [], current: [], excerpts: [], named: [], printed: [], expects: false }
    const of = (report: string) => ({ ...nothing, facts: '', key: '', snapshot: '{}', report })
    const most = 64 * 1024 * 1024
    expect(await writePicture(picture, 'program', of('é'.repeat(most / 2)))).toBe(false)
    expect(existsSync(picture)).toBe(false)
    expect(await writePicture(picture, 'program', of('é'.repeat(most / 2 - 512)))).toBe(true)
    expect(readPicture(picture, 'program')?.report).toHaveLength(most / 2 - 512)
  })

  test('nothing secret is in it', async () => {
    const secret = 'tops3cret-of-an-entry-0123456789abcdef'
    change(
      '.kube/config',
      'value: AKIAENTRY\n',
      `value: AKIAENTRY\n      - name: AWS_SECRET_ACCESS_KEY\n        value: ${secret}\n`,
    )
    change('.aws/credentials', 'aws_secret_access_key = s', `aws_secret_access_key = ${secret}`)
    await keep({ variables: { AWS_SESSION_TOKEN: secret } })
    expect(readFileSync(picture, 'utf8')).not.toContain(secret.slice(0, 12))
  })
})
