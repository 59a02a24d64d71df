/**
 * Plants secrets everywhere a user has them, does with a page and a terminal what a user would do, and then searches
 * everything that came out: IPC answers and events, log, data folder, standard output and error, arguments of child processes,
 * the clipboard, the dialogs of the system. The question window is the one channel that is exempt, and the test says so: what
 * would run is shown there whole, and no page reads it. A question that is printed on a terminal is the same question.
 */
import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Audit } from '../../../shared/audit/audit'
import { mapLayout } from '../../../shared/audit/map-layout'
import { mapSvg } from '../../../shared/audit/map-svg'
import { reportFormatNames } from '../../../shared/audit/report-formats'
import { editSchema } from '../../../shared/edits/edit'
import type { ProfileEdit } from '../../../shared/edits/profile-edit'
import { createMarks } from '../../../shared/identity/colours'
import type { EnvironmentName } from '../../../shared/identity/identity'
import { requestChannel } from '../../../shared/ipc/channels'
import { type Input, type RequestName, requestNames } from '../../../shared/ipc/contract'
import { packedSteps } from '../../../shared/ipc/stored-edits'
import { full } from '../../../shared/testing/counts'
import { type Demo, startDemo } from '../../demo/demo'
import { createHandlers } from '../../ipc/handlers'
import { createRouter, type IpcDoor, type IpcPage, type IpcSender } from '../../ipc/router'
import { createServices, type Machine, type Services } from '../../services'
import { knownClusters } from '../../state/clusters-shown'
import { treeIn } from '../../state/identity-trees'
import { openDataFolder } from '../../system/data-folder'
import { createLog, type Log, logFile } from '../../system/log'
import { type RunCommand, runCommand } from '../../system/run-command'
import { type AwsProgram, awsProgram } from '../aws-judge'
import { removeFolder } from '../bundle'
import { runHere, useTerminal } from './terminal'

const offered = v.object({
  value: v.object({
    offers: v.array(v.object({ edit: editSchema })),
  }),
})

/** Each in a form of its own, so that a find tells where it leaked from. */
const planted = {
  token: 'canaryTokenInTheKubeconfig0001',
  password: 'canaryPasswordInTheKubeconfig02',
  clientKey: Buffer.from(
    '-----BEGIN PRIVATE KEY-----\ncanaryClientKey03\n-----END PRIVATE KEY-----\n',
  ).toString('base64'),
  execSecret: 'canaryExecEnvSecretAccessKey0000000004',
  execToken: 'canaryExecEnvSessionToken05',
  argument: 'canaryArgumentAfterToken06',
  proxy: 'canaryProxyPassword07',
  server: 'canaryServerPassword08',
  shellSecret: 'canaryShellSecretAccessKey00000000000009',
  shellOther: 'canaryGithubTokenOfTheShell10',
  appSecret: 'canaryAppSecretAccessKey0000000000000011',
  appSession: 'canaryAppSessionToken12',
  appProxy: 'canaryAppProxyPassword13',
  stderr: 'canaryPrintedByTheCommand14',
  configSecret: 'canarySecretKeyInTheAwsConfig00000000091',
  configRemark: 'canarySessionTokenInARemark92',
  ofProcess: 'canaryArgumentOfAProcess93',
  inPlaceOfKeyId: 'canaryInPlaceOfAnAccessKeyId000000000094',
  inPlaceOfEntryKeyId: 'canaryInPlaceOfAnEntrysKeyId000000000095',
  startUrl: 'canaryPasswordInAStartUrl96',
} as const

const leaky = (home: string) => `#!/bin/sh
# Fails like a careless program: everything it knows goes to standard error.
echo "using AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY and session_token: $AWS_SESSION_TOKEN" >&2
echo '{"accessToken": "${planted.stderr}", "password": "${planted.password}"}' >&2
env >&2
cat ${home}/.aws/credentials >&2
exit 7
`
const kubeconfig = (command: string) => `apiVersion: v1
kind: Config
clusters:
- name: canary-login
  cluster: {server: "https://user:${planted.server}@127.0.0.1:1"}
- name: canary
  cluster:
    server: https://127.0.0.1:1
    proxy-url: http://user:${planted.proxy}@127.0.0.1:1
contexts:
- {name: canary-leaky, context: {cluster: canary, user: leaky}}
- {name: canary-login, context: {cluster: canary-login, user: leaky}}
- {name: canary-unknown, context: {cluster: canary, user: unknown}}
- {name: canary-static, context: {cluster: canary, user: static}}
- {name: canary-basic, context: {cluster: canary, user: basic}}
- {name: canary-certificate, context: {cluster: canary, user: certificate}}
- {name: canary-swapped, context: {cluster: canary, user: swapped}}
- {name: canary-of-entry, context: {cluster: canary, user: of-entry}}
users:
- name: swapped
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, eks, get-token, --cluster-name, canary, --profile, canary-swapped]
- name: of-entry
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [--region, eu-west-1, eks, get-token, --cluster-name, canary]
      env:
      - {name: AWS_ACCESS_KEY_ID, value: ${planted.inPlaceOfEntryKeyId}}
      - {name: AWS_SECRET_ACCESS_KEY, value: AKIACANARY0000000005}
- name: leaky
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: ${command}
      env:
      - {name: AWS_ACCESS_KEY_ID, value: AKIACANARY0000000001}
      - {name: AWS_SECRET_ACCESS_KEY, value: ${planted.execSecret}}
      - {name: AWS_SESSION_TOKEN, value: ${planted.execToken}}
- name: unknown
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: /opt/never/there
      args: [--token, ${planted.argument}, --password=${planted.argument}]
- {name: static, user: {token: ${planted.token}}}
- {name: basic, user: {username: u, password: ${planted.password}}}
- {name: certificate, user: {client-certificate-data: QQ==, client-key-data: ${planted.clientKey}}}
`

/** Key and secret pasted in each other's place, and an address with a password where none belongs. */
const misplaced = `
[profile canary-swapped]
aws_access_key_id = ${planted.inPlaceOfKeyId}
aws_secret_access_key = AKIACANARY0000000004
region = eu-west-1

[profile canary-sso]
sso_start_url = https://user:${planted.startUrl}@canary.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111122223333
sso_role_name = Admin
`

/** Contexts of the demo fleet with every way to hold a secret: chains, SSO, keys, processes, tokens, certificates. */
const checked = [
  'prod-admin',
  'platform-ci',
  'platform-view',
  'lake-batch',
  'tools-corp-auth',
  'tools-contractor',
  'tools-backup',
  'tools-operator',
  'tools-node',
  'tools-dead-proxy',
  'tools-service-role',
]

const terminal = useTerminal()
let aws: AwsProgram
let demo: Demo
let folder: string
let log: Log
let services: Services
let ask: <N extends RequestName>(name: N, input: Input<N>) => Promise<unknown>
const traffic: string[] = []
const lines: string[] = []
const childArguments: string[] = []
const copied: string[] = []
const dialogs: string[] = []
/** The code of the demo's MFA device. */
const mfaCode = '424242'
/** What the question window shows: exempt. */
const questions: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ekscope-canary-'))
  aws = await awsProgram()
  demo = await startDemo({ environment: { PATH: `${aws.folder}:/usr/bin:/bin` } })
  const command = path.join(folder, 'leaky')
  await writeFile(command, leaky(demo.home))
  await chmod(command, 0o755)
  const own = path.join(folder, 'canary.yaml')
  await writeFile(own, kubeconfig(command), { mode: 0o600 })
  await appendFile(
    path.join(demo.home, '.aws/config'),
    `\n[profile canary]\naws_access_key_id = AKIACANARY0000000003\naws_secret_access_key = ${planted.configSecret}\n# aws_session_token = ${planted.configRemark}\nregion = eu-west-1\n\n[profile canary-process]\ncredential_process = ${command} --password ${planted.ofProcess}\nregion = eu-west-1\n${misplaced}`,
  )
  const files = [own, ...demo.kubeconfigFiles].join(':')
  await appendFile(
    path.join(demo.home, '.profile'),
    `export KUBECONFIG='${files}'\nexport AWS_SECRET_ACCESS_KEY=${planted.shellSecret}\nexport GITHUB_TOKEN=${planted.shellOther}\n`,
  )
  const machine: Machine = {
    variables: {
      ...demo.variables,
      KUBECONFIG: files,
      AWS_ACCESS_KEY_ID: 'AKIACANARY0000000002',
      AWS_SECRET_ACCESS_KEY: planted.appSecret,
      AWS_SESSION_TOKEN: planted.appSession,
      FTP_PROXY: `http://user:${planted.appProxy}@proxy`,
    },
    home: demo.home,
    platform: 'linux',
    cwd: folder,
    now: Date.now,
    folder: openDataFolder(path.join(folder, 'data')),
    loginShell: { shell: '/bin/sh', variables: { HOME: demo.home } },
    filesOf: 'login-shell',
    runCommand: noting,
  }
  services = createServices(machine)
  await machine.folder.ensure()
  const toFile = logFile(machine.folder.path)
  log = createLog((line) => {
    lines.push(line)
    return toFile(line)
  }, services.secrets)
  ask = openPage(machine)
}, 60_000)
afterAll(async () => {
  services?.close()
  await demo?.close()
  await removeFolder(folder)
})

const noting: RunCommand = (request, signal) => {
  childArguments.push([request.path, ...request.args].join(' '))
  return runCommand(request, signal)
}

/** A page behind the real router: all that it is told is written down. */
function openPage(machine: Machine): typeof ask {
  const listeners = new Map<string, (asked: IpcSender, ...args: unknown[]) => Promise<unknown>>()
  const ipc: IpcDoor = { handle: (channel, listener) => listeners.set(channel, listener) }
  const router = createRouter({ ipc, trusts: () => true, onBug: (where, error) => log.error(where, error) })
  const page: IpcPage = {
    id: 1,
    mainFrame: { url: 'app://ekscope/' },
    send: (...sent) => {
      traffic.push(JSON.stringify(sent))
    },
    isDestroyed: () => false,
  }
  const handlers = createHandlers(services, machine, {
    facts: { version: '0', demo: { aws: 'installed' }, standInElectron: null },
    copy: (text) => copied.push(text),
    follow: ({ theme }) => dialogs.push(theme),
    updates: async () => ({ how: '', update: '', possible: false, said: null }),
    chooseFile: async () => null,
    chooseFolder: async () => null,
    chooseNewFile: async () => null,
    chooseTarget: async (_page, name, title) => {
      dialogs.push(name, title)
      // What is exported with its secrets is to have them: nothing is written.
      return title.startsWith('Save the') ? path.join(folder, 'saved', name) : null
    },
    showQuestion: () => undefined,
    confirm: async (_page, question) => {
      dialogs.push(JSON.stringify(question))
      return true
    },
    readClipboard: async () => kubeconfig('/bin/leaky'),
    browse: async (url) => {
      // What the browser and the person in it do.
      void fetch(url, { method: 'POST', body: answerFor(url) }).catch(() => undefined)
      return true
    },
    edit: async () => null,
    ask: async (_page, question) => {
      questions.push(JSON.stringify(question))
      return true
    },
    // What a person types into main's own window.
    askCode: async (_page, question) => {
      questions.push(JSON.stringify(question))
      return { typed: mfaCode, keep: true }
    },
    openDemo: async () => ({ ok: true, value: null }),
  })
  router.room(handlers).admit(page)
  return async (name, input) => {
    const listener = listeners.get(requestChannel)
    const answer: unknown = await listener?.({ sender: page, senderFrame: page.mainFrame }, name, input)
    traffic.push(JSON.stringify(answer))
    return answer
  }
}

/** A person's yes on the page of a sign-in. */
function answerFor(url: string): URLSearchParams {
  const code = new URL(url).searchParams.get('user_code')
  return new URLSearchParams({ answer: 'allow', ...(code !== null && { user_code: code }) })
}

/** Every value in the AWS files and kubeconfigs that is a secret by its name; asked again after the checks. */
async function secretsOnDisk(): Promise<readonly string[]> {
  const found = new Set<string>()
  const secret =
    /(?:aws_secret_access_key|aws_session_token|SecretAccessKey|SessionToken|accessToken|refreshToken|clientSecret|token|password|client-key-data)"?\s*[=:]\s*"?([^\s",}]{12,})/gi
  for (const place of ['.aws', '.aws/sso/cache', '.aws/cli/cache', '.kube']) {
    const names = await readdir(path.join(demo.home, place), { withFileTypes: true }).catch(() => [])
    for (const name of names) {
      if (!name.isFile()) continue
      const text = await readFile(path.join(demo.home, place, name.name), 'utf8')
      for (const [, value = ''] of text.matchAll(secret)) found.add(value)
    }
  }
  return [...found].filter((value) => !/^(https?:|arn:|\/)/.test(value))
}

const environments: readonly EnvironmentName[] = ['login-shell', 'app']

test('no secret comes out of a window or a terminal', async () => {
  // What a page asks for when it opens, and all that a user can click.
  const called = new Set<RequestName>()
  const request: typeof ask = (name, input) => {
    called.add(name)
    return ask(name, input)
  }
  await request('app.state', undefined)
  await request('app.ready', undefined)
  await request('settings.load', undefined)
  await request('settings.save', { key: 'theme', value: 'dark' })
  await request('accounts.name', { account: '111122223333', name: 'payments' })
  await request('kubeconfig.load', undefined)
  await request('environment.load', undefined)
  const { contexts, clusters, users } = services.kubeconfig.store.snapshot()
  for (const { id } of [...contexts, ...clusters, ...users]) await request('kubeconfig.entry', { id })
  const idsOf = (asked: (name: string) => boolean) =>
    contexts.filter(({ name }) => asked(name)).map(({ id }) => id)
  const own = idsOf((name) => name.startsWith('canary-'))
  const wanted = [...idsOf((name) => checked.includes(name)), ...own]
  expect(wanted.length).toBeGreaterThanOrEqual(checked.length + 5)
  for (const environment of environments) {
    await request('identity.first', undefined)
    await request('identity.load', { environment })
    // In one environment those of the demo are checked, too, which is half of what the test takes; in the full run in both.
    const names = full || environment === 'app' ? wanted : own
    await request('whoami.run', { run: environment, contexts: names, environment, again: false })
    expect(await services.trust.pending(names, environment)).toEqual([])
  }
  await request('run.cancel', { run: 'app' })
  await request('question.show', undefined)
  await request('identities.load', { environment: 'app' })
  const everybody = (await treeIn(services.trees, 'app')).identities
  // Those whose secrets are easiest to lose on the way: keys in files and entries, and what a program gives.
  const proven = everybody.filter(({ kind }) =>
    ['keys', 'entry-keys', 'process', 'environment-keys'].includes(kind),
  )
  expect(proven.length).toBeGreaterThan(1)
  const prove = { run: 'p1', environment: 'app', ids: proven.map(({ id }) => id), again: true } as const
  expect(await request('identities.prove', prove)).toMatchObject({ ok: true, value: { cancelled: false } })
  await request('sweep.load', { environment: 'app' })
  const sweep: Input<'sweep.start'> = {
    run: 's1',
    environment: 'app',
    // Not the process: it gets its own arguments, as its profile has them.
    lookers: (full ? ['alice', 'canary', 'lake'] : ['canary', 'lake']).map((profile) => ({
      kind: 'profile',
      profile,
      role: null,
    })),
    sessions: ['corp'],
    role: null,
    regions: { kind: 'enabled' },
    // In the demo it throttles for ever, which takes twenty seconds.
    without: full ? [] : ['ap-northeast-1'],
    aliases: true,
    access: true,
  }
  expect(await request('sweep.start', sweep)).toMatchObject({ ok: true, value: { cancelled: false } })
  const seen = (await services.discovered.load('app')).clusters.map(({ arn }) => arn)
  expect(seen.length).toBeGreaterThan(1)
  await request('sweep.describe', { environment: 'app', clusters: seen })
  const ofProfiles = (edit: ProfileEdit) => ({
    edits: [{ kind: 'edit-profile' as const, environment: 'app' as const, edit, was: null }],
  })
  const how = { titles: [], sharedAllowed: true, inPlace: [] }
  for (const edit of [
    {
      kind: 'add-profile',
      profile: 'canary-view',
      settings: [
        { key: 'sso_session', value: 'corp' },
        { key: 'sso_account_id', value: '777788889999' },
        { key: 'sso_role_name', value: 'PlatformView' },
      ],
    },
    { kind: 'set-profile-key', profile: 'canary-view', key: 'output', value: 'text' },
  ] satisfies ProfileEdit[]) {
    expect(await request('edits.plan', ofProfiles(edit))).toMatchObject({ ok: true })
    const { revisions } = await services.editing.plan(ofProfiles(edit).edits)
    const apply = { run: 's2', ...how, ...ofProfiles(edit), revisions: [...revisions] }
    expect(await request('edits.apply', apply)).toMatchObject({ ok: true, value: { kind: 'written' } })
  }
  await request('clusters.load', { environment: 'app' })
  await request('views.count', { environment: 'app' })
  // Some of the demo's are silent, and waited for.
  const listed = await knownClusters(services.clusters, 'app', null)
  const some = listed.flatMap(({ cluster }) =>
    cluster.name === 'prod-eu' || cluster.name === 'ledger' ? [cluster] : [],
  )
  expect(some).toHaveLength(2)
  const about = { run: 'c1', environment: 'app', clusters: some.map(({ id }) => id) } as const
  expect(await request('clusters.ask', about)).toMatchObject({ ok: true, value: { cancelled: false } })
  const at = { environment: 'app', cluster: some[0]?.id ?? '' } as const
  await request('clusters.access', at)
  const reading = { run: 'c2', ...at, context: some[0]?.contexts[0]?.id ?? null }
  expect(await request('clusters.readAccess', reading)).toMatchObject({ ok: true })
  const entering = { run: 'c3', ...at, identities: proven.slice(0, 2).map(({ id }) => id) }
  expect(await request('clusters.enter', entering)).toMatchObject({ ok: true, value: { cancelled: false } })
  const asking = {
    run: 'c5',
    ...at,
    by: { kind: 'identity', id: proven[0]?.id ?? '' },
    namespace: 'default',
  } as const
  expect(await request('clusters.mayDo', asking)).toMatchObject({ ok: true })
  await request('clusters.awsAuth', { environment: 'app' })
  const inside = { run: 'c4', environment: 'app', clusters: some.map(({ id }) => id) } as const
  expect(await request('clusters.readAwsAuth', inside)).toMatchObject({
    ok: true,
    value: { cancelled: false },
  })
  await request('identity.fingerprints', { contexts: wanted, environment: 'app' })
  await request('contexts.recent', undefined)
  await request('checks.load', undefined)
  await request('trust.list', undefined)
  await request('trust.forget', { fingerprint: 'none' })
  await request('expected.forget', { contexts: wanted })
  await request('findings.load', { environment: 'app' })
  await request('findings.since', { contexts: wanted })
  await request('findings.mute', { id: 'unpinned', contexts: wanted, reason: 'x' })
  const marks = [{ kind: 'context', pattern: 'no-such' }] as const
  for (const on of [true, false]) await request('production.mark', { marks, on })
  await request('findings.unmute', { id: 'unpinned', contexts: wanted })
  for (const context of wanted) await request('trust.askDestination', { context })
  await request('environment.reload', undefined)
  await request('kubeconfig.open', { what: 'folder' })
  await request('kubeconfig.create', undefined)
  await request('kubeconfig.close', { path: '/none' })
  await request('kubeconfig.edit', { path: '/none' })
  await request('app.copy', { text: 'x' })
  await request('doctor.look', { clockIn: 'app' })
  await request('app.updates', undefined)
  await request('data.load', undefined)
  await request('demo.open', undefined)

  // Editing: the changes lie in the entries that hold the secrets, and diffs show the lines around them.
  const named = (name: string) => contexts.find((context) => context.name === name)?.id ?? ''
  const edits = ['canary-leaky', 'canary-static', 'canary-basic'].flatMap(
    (name): Input<'edits.plan'>['edits'] => [
      { kind: 'split-user', context: named(name), name: null },
      { kind: 'set-namespace', context: named(name), namespace: 'web' },
      { kind: 'set-role', context: named(name), role: 'arn:aws:iam::111111111111:role/R', scope: 'split' },
      { kind: 'rename-context', context: named(name), name: `${name}-renamed`, cascade: true },
    ],
  )
  await request('edits.preview', { edits, environment: 'app', compare: 'clean' })
  await request('edits.kept', undefined)
  await request('edits.duplicates', { edits })
  await request('edits.plan', { edits })
  await request('edits.try', { run: 't1', edits, contexts: wanted, environment: 'app', again: false })
  const apply = { run: 'a1', titles: [], revisions: [], sharedAllowed: true, inPlace: [] }
  await request('edits.apply', { ...apply, edits: edits.filter(({ kind }) => kind !== 'set-role') })
  await request('edits.unlock', { path: '/none' })
  await request('edits.recover', undefined)
  await request('history.list', undefined)
  await request('history.unread', undefined)
  for (const { id, files } of await services.editing.historyView.list()) {
    await request('history.show', { id })
    await request('history.plan', { id, way: 'undo', contexts: null })
    const steps = files.map(({ path }) => ({ path, before: null, after: null }))
    await request('history.writer', { steps })
    await request('history.undo', {
      run: 'h1',
      id,
      way: 'undo',
      contexts: null,
      revisions: null,
      sharedAllowed: true,
      inPlace: [],
    })
  }
  const read = await request('import.read', { from: 'clipboard', edits: [] })
  const sources = v
    .parse(offered, read)
    .value.offers.flatMap(({ edit }) => (edit.kind === 'import-entries' ? [edit.source] : []))
  expect(await request('import.again', { sources })).toMatchObject({
    ok: true,
    value: [{ source: sources[0] }],
  })
  // Kept for when the process ends: what lies in the data folder is searched with the rest.
  const importing = v.parse(offered, read).value.offers.map(({ edit }) => edit)
  const pending = [...edits, ...importing].map((edit, id) => ({ id, edit }))
  const steps = packedSteps({ pending, past: [edits.map((edit, id) => ({ id, edit }))], future: [] })
  const json = JSON.stringify({ ...steps, before: [], decided: [] })
  expect(await request('edits.keep', { json })).toEqual({ ok: true, value: null })
  await request('edits.kept', undefined)
  // The map as the page draws it, which makes its PNG of the same picture.
  const answer = await request('clusters.audit', { environment: 'app' })
  const audit: Audit = JSON.parse(v.parse(v.object({ value: v.string() }), answer).value)
  const options = {
    width: 1_440,
    head: null,
    only: null,
    wrongOnly: false,
    focus: null,
    markOf: createMarks().of,
  }
  const map = mapLayout(audit, { ...options, unfolded: new Set() })
  await mkdir(path.join(folder, 'saved'))
  const data = String(mapSvg(map, 'light'))
  expect(await request('export.picture', { kind: 'svg', data })).toMatchObject({ ok: true, value: {} })
  const asked = { environment: 'app', contexts: null, title: null, secretly: false } as const
  for (const format of reportFormatNames) {
    await request('report.preview', { ...asked, format })
    expect(await request('report.save', { ...asked, format, compares: false })).toMatchObject({ value: {} })
  }
  await request('report.compare', {
    environment: 'app',
    from: { kind: 'environment', environment: 'clean' },
  })
  await request('report.compare', { environment: 'app', from: { kind: 'file' } })
  await request('edits.compare', { edits, environment: 'app' })
  await request('export.make', { contexts: wanted, secrets: false, to: 'clipboard' })
  await request('export.make', { contexts: wanted, secrets: true, to: 'file' })
  // With secrets, after main's own question: what is asked for is given, and counts as no leak.
  const before = copied.length
  await request('export.make', { contexts: wanted, secrets: true, to: 'clipboard' })
  expect(copied.splice(before).join()).toContain(planted.token)
  await request('aws.choices', { environment: 'app' })
  const looker = { profile: 'platform', role: null }
  await request('aws.caller', { environment: 'app', identity: looker, region: 'eu-west-1' })
  await request('aws.discover', { run: 'l1', environment: 'app', identity: looker, regions: ['eu-west-1'] })
  await request('aws.refresh', {
    run: 'l2',
    environment: 'app',
    contexts: wanted.slice(0, 3),
    tunnels: false,
  })

  // Signing in, in both ways: what is on disk before and after is searched for, and codes and verifiers by their form.
  const beforeSignIn = await secretsOnDisk()
  for (const flow of ['usual', 'code'] as const) {
    const of = { kind: 'session', name: 'finance' } as const
    const start = request('signIn.start', { run: flow, environment: 'app', of, flow, again: true })
    await expect
      .poll(() => traffic.filter((sent) => sent.includes('"signIn.step"')).join(), { timeout: 20_000 })
      .toContain(flow)
    await request('signIn.open', { run: flow, to: 'clipboard' })
    await request('signIn.open', { run: flow, to: 'browser' })
    expect(await start).toMatchObject({ ok: true, value: { kind: 'signed-in', how: 'asked' } })
  }
  const withCode = { run: 'mfa', environment: 'app', of: { kind: 'profile', name: 'break-glass' } } as const
  expect(await request('signIn.start', { ...withCode, flow: 'usual', again: false })).toMatchObject({
    ok: true,
    value: { kind: 'proven', kept: true, standing: false },
  })
  expect(traffic.join()).toContain('"kind":"code","serial":')
  expect(
    await request('signIn.end', { environment: 'app', of: { kind: 'session', name: 'finance' } }),
  ).toMatchObject({ ok: true, value: { tokens: 1, problems: [] } })

  await request('history.purge', undefined)
  await request('checks.clear', undefined)
  expect([...called].sort()).toEqual([...requestNames].sort())

  // All but what only the command's own output held, and what files say in no place for a secret: nobody can know that by its value.
  const { stderr: _unknown, configRemark: _remark, ofProcess: _argument, startUrl: _url, ...known } = planted
  log.error('a bug with everything in its hands', new Error(JSON.stringify(known)))
  log.error(`environment ${JSON.stringify((await services.environments.of('app')).variables)}`)
  await log.flush()

  const variables = {
    ...(await services.environments.of('app')).variables,
    EKSCOPE_HOME: path.join(folder, 'data'),
  }
  const printed: string[] = []
  for (const args of [
    ['list', '--json'],
    ['list'],
    ['whoami', '--json', 'canary-leaky', 'canary-static', 'prod-admin'],
    ['whoami', 'canary-leaky', 'canary-unknown'],
    // What their commands get holds secrets, and is gone with them; a shell's copy is refused.
    ['exec', 'canary-static', '--', 'true'],
    ['exec', 'canary-leaky', '--', 'true'],
    ['shell', 'canary-leaky'],
    ['env', 'canary-static'],
    ['env', 'canary-leaky', '--json'],
    ['env', 'prod-admin'],
    ['use', 'canary-static', '--dry-run'],
    ...reportFormatNames.map((format) => ['report', '--format', format]),
  ]) {
    const run = await terminal.ekscope(args, variables)
    printed.push(run.stdout, run.stderr)
  }
  const names = (await services.kubeconfig.load()).contexts.flatMap(({ name }) =>
    name.startsWith('canary-') ? [name] : [],
  )
  const more = path.join(folder, 'more.yaml')
  await writeFile(more, kubeconfig('/bin/leaky').replaceAll('canary-', 'more-'))
  const [write] = await services.editing.historyView.list()
  const opens = (stderr: string) => {
    const url = /^ {2}(http\S+)$/m.exec(stderr)?.[1]
    if (url !== undefined) void fetch(url, { method: 'POST', body: answerFor(url) }).catch(() => undefined)
  }
  for (const args of [
    ['login', 'finance', '--again'],
    ['login', 'finance', '--json'],
    ['logout', 'finance', '--json'],
    ['export', ...names],
    ['export', '--json', ...names],
    ['import', more, '--dry-run'],
    ['import', more, '--dry-run', '--json'],
    ['delete', '--dry-run', ...names],
    ['clone', names[0] ?? '', 'a-clone', '--dry-run', '--json'],
    ['history'],
    ['history', write?.id ?? ''],
    ['discover', '--json', '--access', '--session', 'corp', '--profile', 'canary', '--profile', 'platform'],
    ['discover', '--add', '--dry-run', '--profile', 'wei'],
    ['access', 'prod-admin', '--json'],
    ['access', 'canary-leaky'],
    ['access', 'prod-admin', '--migration'],
    ['clusters', '--json'],
    ['identities', '--json'],
    ['identities', '--prove', 'canary', 'canary-process'],
    ['profile', 'set', 'canary', 'region', 'eu-west-2', '--dry-run'],
    ['profile', 'set', 'canary-process', 'region', 'eu-west-2', '--dry-run', '--json'],
    ['profile', 'set', 'canary', 'region', 'eu-west-2'],
    ['profile', 'clone', 'canary', 'canary-2', '--json'],
    ['profile', 'rename', 'canary-process', 'canary-3'],
    ['doctor', '--json', '--online'],
    ['doctor'],
    ['trust', 'list', '--json'],
    ['trust', 'list'],
    ['whoami', '--allow-exec', names[0] ?? '', '--', names[0] ?? ''],
  ]) {
    const run = await runHere(args, variables, folder, null, null, opens)
    printed.push(run.stdout, run.stderr)
  }

  const ofConfig = (await services.editing.historyView.list()).slice(0, 3)
  for (const { id } of ofConfig) {
    const run = await runHere(['history', id], variables, folder)
    printed.push(run.stdout, run.stderr)
  }
  expect(printed.join('\n')).toContain('aws_secret_access_key = ••••••')

  const kept: string[] = []
  // The history of writes holds what stood in the files, secrets too, 0600 and said so (docs/security.md): folders
  // of it are not searched.
  for (const entry of await readdir(path.join(folder, 'data'), { withFileTypes: true })) {
    if (entry.name === 'sessions')
      for (const file of await readdir(path.join(folder, 'data', entry.name), { recursive: true }))
        kept.push(await readFile(path.join(folder, 'data', entry.name, file), 'utf8').catch(() => ''))
    if (entry.isFile()) kept.push(await readFile(path.join(folder, 'data', entry.name), 'utf8'))
  }

  const saved = await Promise.all(
    (await readdir(path.join(folder, 'saved'))).map((name) =>
      readFile(path.join(folder, 'saved', name), 'utf8'),
    ),
  )
  expect(saved).toHaveLength(reportFormatNames.length + 1)
  for (const text of saved) expect(text).toContain('canary-leaky')

  // The commands did run and the checks did prove something: otherwise nothing could have leaked.
  const told = traffic.join('\n')
  expect(told).toContain('"verdict":"verified"')
  expect(told).toContain('status 7')
  expect(told).toContain('"kind":"written"')
  expect(told).toContain('name: canary-leaky-renamed')
  expect(childArguments.some((line) => line.includes('get-token'))).toBe(true)
  expect(kept.join('\n')).toContain('"verdict":"verified"')
  expect(printed.join('\n')).toContain('canary-leaky')
  expect(copied.join('\n')).toContain('canary-certificate')
  expect(dialogs.join('\n')).toContain('with its secrets')
  // The exemption is one: the question did show what would run.
  expect(questions.join('\n')).toContain(planted.execSecret)
  expect(printed.join('\n')).toContain('"how": "standing"')
  expect(copied.join('\n')).toContain('code_challenge_method=S256')

  const secrets = [...Object.values(planted), ...beforeSignIn, ...(await secretsOnDisk())]
  expect(secrets.length).toBeGreaterThan(Object.keys(planted).length + 10)
  const places = {
    'IPC traffic': traffic,
    log: lines,
    'data folder': kept,
    'reports and map': saved,
    'standard output': printed,
    'child arguments': childArguments,
    clipboard: copied,
    dialogs,
  }
  // Each secret by every form in which it could come out.
  const forms = new Map(
    secrets.flatMap((secret) =>
      [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')].map(
        (form) => [form, secret] as const,
      ),
    ),
  )
  const leaks: string[] = []
  for (const [place, texts] of Object.entries(places)) {
    for (const text of texts) {
      for (const [form, secret] of forms) {
        const at = text.indexOf(form)
        if (at >= 0)
          leaks.push(`${place}: ${secret.slice(0, 24)}… in …${text.slice(Math.max(0, at - 120), at)}`)
      }
      // Minted tokens and signatures are made anew each time: they are found by their form.
      for (const form of [
        /k8s-aws-v1\.[A-Za-z0-9_-]{16,}/,
        /X-Amz-Signature(=|%3D)[0-9a-f]{16,}/i,
        // Device codes and authorization codes of the demo's portal, and the tokens that it gave.
        /\b(?:device|code)[A-Za-z0-9_-]{80,}/,
        // The MFA code: by itself, because six digits may be part of any number.
        new RegExp(`(?<![0-9A-Za-z])${mfaCode}(?![0-9A-Za-z])`),
        /\bao[ar]AAAAAG[A-Za-z0-9_-]{16,}/,
        /eyJraWQiOiJrZXkt[A-Za-z0-9_-]{16,}/,
      ]) {
        const found = form.exec(text)
        if (found)
          leaks.push(
            `${place}: ${found[0].slice(0, 24)}… in …${text.slice(Math.max(0, found.index - 120), found.index)}`,
          )
      }
    }
  }
  expect([...new Set(leaks)]).toEqual([])
}, 240_000)
