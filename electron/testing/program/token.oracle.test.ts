/** `ekscope token` as kubectl starts it: the real kubectl enters with it, and what is not understood is aws's own, to the byte. */
import { chmodSync, readdirSync, symlinkSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Edit } from '../../../shared/edits/edit'
import { unpack } from '../../../shared/ipc/packed'
import { ok } from '../../../shared/result'
import { full } from '../../../shared/testing/counts'
import { createEditingHandlers } from '../../ipc/edit-handlers'
import { createWrites } from '../../ipc/writes'
import type { Services } from '../../services'
import { faultLibrary, noFaults } from '../bundle'
import { kubectlJudges, olderKubectls } from '../kubectl-judges'
import { realProgram } from '../real-programs'
import { useSmallSimulator } from '../small-simulator'
import { keyProfile, roleProfile, small } from '../small-world'
import { useTerminal } from './terminal'

/** Processes at once. */
const many = full ? 100 : 6
const around = useSmallSimulator()
const words = ['--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', 'prod', '--output', 'json']
const entry = (
  name: string,
  version: string,
  command: string,
  args: readonly string[],
  env = '',
) => `- name: ${name}
  user: {exec: {apiVersion: client.authentication.k8s.io/${version}, interactiveMode: Never, command: ${command}, args: ${JSON.stringify(args)}${env}}}
`
const of = (profile: string) => `, env: [{name: AWS_PROFILE, value: ${profile}}]`
const entries = (command: string) =>
  ['v1', 'v1beta1']
    .map((version) => entry(version, version, command, ['token', ...words]))
    .concat(entry('aws', 'v1', 'aws', words, of('admin')), entry('gone', 'v1', 'aws', words, of('gone')))
    .join('')
const context = (name: string, user = name) =>
  `- {name: ${name}, context: {cluster: "${small.cluster}", user: ${user}}}\n`
const terminal = useTerminal({
  config: (home) =>
    `apiVersion: v1\nkind: Config\nclusters:\n${around.clusterEntry(small.cluster)}contexts:\n${['v1', 'v1beta1', 'aws', 'gone'].map((name) => context(name)).join('')}${context('too', 'gone')}users:\n${entries(path.join(home, 'ekscope'))}`,
  aws: () => keyProfile('alice', small.alice) + roleProfile('admin', small.admin, 'region = eu-west-1\n'),
  variables: around.variables,
})
const token = (args: readonly string[], more = {}) => terminal.ekscope(['token', ...args], more, {})
const whoami = async (name: string, more = {}, kubectl = realProgram('kubectl')) => {
  const args = ['--context', name, 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.extra.arn}']
  const { stdout, stderr } = await terminal.run(kubectl, args, more)
  return stdout || stderr
}
const assumed = () => around.simulator.requests().filter(({ operation }) => operation === 'AssumeRole').length

test('the real kubectl enters with it, in both versions of its API, by a role that is assumed here', async () => {
  symlinkSync(terminal.program, path.join(terminal.home, 'ekscope'))
  chmodSync(terminal.program, 0o755)
  const PATH = `${path.dirname(process.execPath)}:${around.variables().PATH}`
  // The wrapper before aws tells no version: by the rules of each it is the same role.
  for (const { program } of kubectlJudges.filter(({ here }) => here))
    for (const name of ['v1', 'v1beta1'])
      expect(await whoami(name, { PATH, AWS_PROFILE: 'admin' }, program)).toMatch(
        /^\["arn:aws:sts::111122223333:assumed-role\/Admin\/botocore-session-\d+"\]$/,
      )
  // Older than v1, and than the question of whoami.
  for (const { program } of olderKubectls.filter(({ here }) => here)) {
    const args = ['--context', 'v1beta1', 'get', 'namespaces']
    const { status, stdout } = await terminal.run(program, args, { PATH, AWS_PROFILE: 'admin' })
    expect([status, stdout]).toEqual([0, expect.stringContaining('kube-system')])
  }
})

test('made here it starts no aws, and says why; without an aws it is made all the same', async () => {
  const variables = { PATH: '/nowhere', AWS_PROFILE: 'alice' }
  const { status, stdout, stderr } = await token([...words, '--explain'], variables)
  expect([status, stderr]).toEqual([
    0,
    `ekscope: the token is made here: profile alice (AWS_PROFILE of the app’s environment) → keys in ${terminal.home}/.aws/config:3\n`,
  ])
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'ExecCredential', spec: {} })
})

test('what is not understood is left to aws with the same words: what it prints, and its exit status', async () => {
  const odd = ['--no-cli-pager', ...words]
  const made = await token(['--explain', ...odd], { AWS_PROFILE: 'alice' })
  expect(made.stderr).toMatch(/^ekscope: the token is made by \/.*\/aws: /)
  expect(JSON.parse(made.stdout)).toMatchObject({ kind: 'ExecCredential' })
  const args = [...words, '--profile', 'gone']
  const refused = await token(args)
  expect(refused).toEqual(await terminal.run('aws', args))
  expect(refused.status).not.toBe(0)
  const none = await token(args, { PATH: '/nowhere' })
  expect([none.status, none.stdout]).toEqual([3, ''])
  expect(none.stderr).toContain('aws is not on PATH')
})

test('of a context: by its own command and variables, in the version of its entry', async () => {
  const before = assumed()
  const { status, stdout, stderr } = await terminal.ekscope(['token', 'aws', '--explain'], {}, {})
  expect([status, stderr]).toMatchObject([0, expect.stringContaining('made here')])
  expect(JSON.parse(stdout)).toMatchObject({ apiVersion: 'client.authentication.k8s.io/v1' })
  expect(assumed()).toBe(before + 1)
  const other = await terminal.ekscope(['token', 'v1'], {}, {})
  expect([other.status, other.stdout]).toEqual([3, ''])
  expect(other.stderr).toContain('the command of “v1” is not the aws of PATH')
  // By the words of aws behind its own.
  const read = await terminal.ekscope(['list', '--json'], { AWS_PROFILE: 'admin' }, {})
  const row = /"context": "v1",[\s\S]*?\n {4}\}/.exec(read.stdout)?.[0]
  expect(row).toContain(`"arn": "${small.admin}"`)
  expect(row).toContain('"auth": "ekscope"')
})

const admin = { AWS_PROFILE: 'admin', AWS_MAX_ATTEMPTS: '1' }

test(`${many} at once ask for a role once, and aws and Ekscope in turn on one cache too`, async () => {
  await terminal.run('mkdir', ['-p', '-m', '700', terminal.state])
  const before = assumed()
  const runs = await Promise.all(Array.from({ length: many }, () => token(words, admin)))
  expect(runs.filter(({ status }) => status !== 0)).toEqual([])
  expect(assumed()).toBe(before + 1)
  for (let turn = 0; turn < 3; turn++) {
    expect((await terminal.run('aws', words, admin)).status).toBe(0)
    expect((await token(words, admin)).status).toBe(0)
  }
  expect(assumed()).toBe(before + 1)
  const left = await terminal.run('find', [
    terminal.state,
    `${terminal.home}/.aws`,
    '-name',
    '*lock*',
    '-o',
    '-name',
    '*.tmp',
  ])
  expect(left.stdout).toBe('')
}, 120_000)

const why = noFaults()
test.skipIf(why !== null)(
  `a full disk and a home that takes nothing give the token all the same${why ? ` (${why})` : ''}`,
  async () => {
    const library = await faultLibrary()
    for (const errno of [constants.errno.ENOSPC, constants.errno.EROFS, constants.errno.EACCES]) {
      const faults = { LD_PRELOAD: library, FAULT_ROOT: terminal.home, FAULT_AT: '1', FAULT_TIMES: '100000' }
      const { status, stdout, stderr } = await token([...words, '--explain'], {
        ...admin,
        ...faults,
        FAULT_ERRNO: `${errno}`,
      })
      expect([status, stderr]).toMatchObject([0, expect.stringContaining('made here')])
      expect(JSON.parse(stdout)).toMatchObject({ kind: 'ExecCredential' })
    }
  },
)

test('what another program left in the cache of a role counts as it does for aws, and what is torn is made anew', async () => {
  const cache = path.join(terminal.home, '.aws/cli/cache')
  const signer = (printed: string) =>
    /X-Amz-Credential=(\w+)/.exec(
      Buffer.from(printed.split('k8s-aws-v1.')[1] ?? '', 'base64url').toString(),
    )?.[1]
  const mine = async () => signer((await token(words, admin)).stdout) ?? ''
  const own = await mine()
  const [file = ''] = readdirSync(cache)
  const kept = JSON.parse(terminal.text(path.join(cache, file)))
  const other = around.simulator.issue(small.workload, 'other', Date.now() + 3_600_000)
  kept.Credentials.AccessKeyId = other.accessKeyId
  kept.Credentials.SecretAccessKey = other.secretAccessKey
  kept.Credentials.SessionToken = other.sessionToken
  terminal.write(`.aws/cli/cache/${file}`, JSON.stringify(kept))
  expect([await mine(), signer((await terminal.run('aws', words, admin)).stdout)]).toEqual([
    other.accessKeyId,
    other.accessKeyId,
  ])
  for (const torn of [
    '',
    '[]',
    '{"Credentials":null}',
    JSON.stringify({ Credentials: { ...kept.Credentials, Expiration: 'soon' } }),
  ]) {
    terminal.write(`.aws/cli/cache/${file}`, torn)
    const made = await mine()
    expect([made.startsWith('ASIA'), [own, other.accessKeyId].includes(made)]).toEqual([true, false])
  }
})

test('nothing secret is explained or kept in the data folder', async () => {
  const secret = 'canaryOfTheToken000000000000000000000001'
  await terminal.run('mkdir', ['-p', '-m', '700', terminal.state])
  const odd = `[profile swapped]\naws_access_key_id = ${secret}\naws_secret_access_key = AKIACANARY0000000001\n
[profile half]\naws_access_key_id = ${secret}\n
[profile address]\nendpoint_url = https://user:${secret}@sts.example\naws_access_key_id = AKIACANARY0000000001\naws_secret_access_key = x\n
[profile start]\nsso_start_url = https://user:${secret}@x.example\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = R\n
[profile asks]\nrole_arn = ${small.admin}\nsource_profile = alice\nregion = eu-west-1\nexternal_id = ${secret}\nmade_up = ${secret}\n
[profile process]\ncredential_process = /bin/echo ${secret}\n`
  terminal.write('.aws/config', terminal.text(path.join(terminal.home, '.aws/config')) + odd)
  for (const profile of ['swapped', 'half', 'address', 'start', 'asks', 'process', 'gone', 'admin']) {
    // An aws that says nothing: what is looked at is what is said here.
    const quiet = { AWS_PROFILE: profile, AWS_MADE_UP: secret, PATH: path.join(terminal.home, 'bin') }
    terminal.write('bin/aws', '#!/bin/sh\nexit 7\n', 0o755)
    const { status, stderr } = await token([...words, '--explain'], quiet)
    expect([profile, status, stderr.includes(secret)]).toEqual([profile, 7, false])
    const again = await token([...words, '--explain'], { AWS_PROFILE: profile, PATH: '/nowhere' })
    expect([profile, again.stderr.includes(secret)]).toEqual([profile, false])
  }
  const kept = await terminal.run('grep', [
    '-rlaE',
    `${secret}|${small.alice.key.secret}|k8s-aws-v1`,
    terminal.state,
  ])
  expect(kept.stdout).toBe('')
})

/** A folder with Ekscope's command, and the PATH that begins with it. */
async function ekscopeOnPath() {
  const link = path.join(terminal.home, 'own/ekscope')
  await terminal.run('mkdir', ['-p', path.dirname(link)])
  symlinkSync(terminal.program, link)
  chmodSync(terminal.program, 0o755)
  return { link, PATH: `${path.dirname(link)}:${around.variables().PATH}:${path.dirname(process.execPath)}` }
}

test('set-token switches a context once both prove one identity, and back to the byte; another identity is refused', async () => {
  const { link, PATH } = await ekscopeOnPath()
  const set = (by: string, ...more: readonly string[]) =>
    terminal.ekscope(['set-token', 'aws', '--by', by, ...more], { PATH }, {})
  const before = terminal.text()
  const who = () => whoami('aws', { PATH })
  const was = await who()
  expect(was).toContain(small.admin.replace('iam', 'sts').replace('role', 'assumed-role'))
  const { status, stdout, stderr } = await set('ekscope')
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toContain('token by aws → ekscope')
  expect(terminal.text()).toContain('command: ekscope')
  expect(await who()).toBe(was)
  const listed = await terminal.ekscope(['list', 'aws', '--json'], { PATH }, {})
  expect(listed.stdout).toContain('"auth": "ekscope"')
  expect((await set('aws')).status).toBe(0)
  expect(terminal.text()).toBe(before)

  const window = terminal.window({ PATH })
  const { apply, undo } = editsOf(window)
  await window.settings.save({ key: 'environment', value: 'app' })
  await window.kubeconfig.load()
  const id = window.kubeconfig.store.snapshot().contexts.find(({ name }) => name === 'aws')?.id ?? ''
  const edits: Edit[] = [{ kind: 'set-token-by', context: id, by: 'ekscope', scope: 'shared' }]
  const written = await apply(edits)
  expect([written, await who()]).toMatchObject([{ ok: true, value: { kind: 'written' } }, was])
  expect(terminal.text()).toContain('command: ekscope')
  if (written.ok && written.value.kind === 'written') await undo(written.value.id)
  expect(terminal.text()).toBe(before)

  const info = JSON.stringify({ kind: 'ExecCredential', apiVersion: 'client.authentication.k8s.io/v1' })
  const other = await token(words, { AWS_PROFILE: 'alice', KUBERNETES_EXEC_INFO: info })
  await terminal.run('rm', [link])
  terminal.write('own/ekscope', `#!/bin/sh\ncat <<'END'\n${other.stdout}\nEND\n`, 0o755)
  const refused = await set('ekscope')
  expect([refused.status, terminal.text()]).toEqual([1, before])
  const why = '“aws” acts as role Admin of 111122223333, and would act as user alice of 111122223333'
  expect(refused.stderr).toContain(why)
  const message = expect.stringContaining(why)
  expect(await apply(edits)).toMatchObject({ ok: false, fault: { code: 'not-allowed', message } })
  terminal.write('own/ekscope', '#!/bin/sh\nexit 1\n', 0o755)
  const failed = await set('ekscope', '--json')
  expect([failed.status, terminal.text()]).toEqual([3, before])
  expect(JSON.parse(failed.stdout)).toMatchObject({ written: false })
  const unproven = expect.stringContaining('It is not proven that “aws” would act as it does now')
  expect(await apply(edits)).toMatchObject({ ok: false, fault: { message: unproven } })
  expect(terminal.text()).toBe(before)
})

test('of many contexts those that are proven are switched, the others stay and are named; with --try all or none', async () => {
  const { PATH } = await ekscopeOnPath()
  const before = terminal.text()
  const set = (...more: readonly string[]) =>
    terminal.ekscope(['set-token', 'aws', 'gone', 'too', '--by', 'ekscope', ...more], { PATH }, {})
  const all = await set('--try')
  expect([all.status, terminal.text()]).toEqual([3, before])
  const { status, stdout, stderr } = await set()
  expect([status, stdout, stderr]).toEqual([
    3,
    expect.stringContaining('aws: token by aws → ekscope\n'),
    expect.stringMatching(/^ekscope: It is not proven that “gone”, “too” would act as they do now: .+\n$/),
  ])
  const others = (text: string) => text.split('\n').filter((line) => !line.includes('value: admin'))
  const expectSwitched = () =>
    expect([others(terminal.text()), terminal.text()]).toEqual([
      others(before),
      expect.stringMatching(/command: ekscope, .*value: admin/),
    ])
  expectSwitched()
  terminal.write('.kube/config', before)
  const window = terminal.window({ PATH })
  await window.settings.save({ key: 'environment', value: 'app' })
  await window.kubeconfig.load()
  const ids = ['gone', 'aws', 'too'].map(
    (of) => window.kubeconfig.store.snapshot().contexts.find(({ name }) => name === of)?.id ?? '',
  )
  const held = [
    { edits: [0, 2], message: expect.stringContaining('that “gone”, “too” would act as they do') },
  ]
  const edits = ids.map((id): Edit => ({ kind: 'set-token-by', context: id, by: 'ekscope', scope: 'shared' }))
  expect(await editsOf(window).apply(edits)).toMatchObject({ ok: true, value: { kind: 'written', held } })
  expectSwitched()
})

/** How a page of the window writes edits, and takes a write back; nothing has to be asked for these. */
function editsOf(window: Services) {
  const asking = {
    once: async () => ok(false),
    commands: async () => ({ contexts: [], ask: async () => ok({ refused: 0 }) }),
  }
  const desktop = {
    readClipboard: async () => '',
    copy: () => undefined,
    chooseFile: async () => null,
    chooseFolder: async () => null,
    chooseTarget: async () => null,
    confirm: async () => false,
  }
  const handlers = createEditingHandlers(window, asking, desktop, createWrites(window, asking))
  const call = { signal: new AbortController().signal, page: 1, emit: () => undefined, dropped: () => [] }
  const how = { run: 'w', sharedAllowed: true, inPlace: [] }
  return {
    async apply(edits: Edit[]) {
      const planned = await handlers['edits.plan']({ edits }, call)
      if (!planned.ok) return planned
      const revisions = [...unpack(planned.value).revisions]
      return handlers['edits.apply']({ ...how, edits, titles: ['ours'], revisions }, call)
    },
    undo: (id: string) =>
      handlers['history.undo']({ ...how, id, way: 'undo', contexts: null, revisions: [] }, call),
  }
}
