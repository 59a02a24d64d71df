/** What `ekscope doctor` says of machines as they are: programs, a login shell, files with rights, a server for STS. */
import { chmodSync, chownSync, cpSync, mkdirSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type DoctorCheck, doctorAnswer } from '../../../shared/ipc/doctor'

import { full } from '../../../shared/testing/counts'
import { type Running, startPlain } from '../servers'
import { useTerminal, type Variables } from './terminal'

const config = `apiVersion: v1
kind: Config
clusters:
- {name: c, cluster: {server: "https://c.test"}}
contexts:
- {name: one, context: {cluster: c, user: u}}
users:
- name: u
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws-iam-authenticator, args: [token, -i, c]}}
`
const terminal = useTerminal({ config, inProcess: true })
const servers: Running[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

/** Its checks by id; the status is 0 also when they report problems. */
async function doctor(more: Variables = {}, ...args: readonly string[]) {
  const { stdout } = await terminal.done(['doctor', '--json', ...args], more)
  const { checks }: { checks: readonly DoctorCheck[] } = JSON.parse(stdout)
  const of = (id: DoctorCheck['id']) => checks.filter((check) => check.id === id)
  return { checks, of, stdout }
}

const program = (name: string, text = '#!/bin/sh\nexit 70\n') => terminal.write(name, text, 0o755)
/** What the login shell /bin/sh sets. */
const profile = (...lines: readonly string[]) => terminal.write('.profile', `${lines.join('\n')}\n`)

test('programs are named with their versions where PATH of each environment finds them, and none is run', async () => {
  const [one, two] = ['v2/2.36.12/bin', 'v2/2.9.1/bin'].map((folder) =>
    path.dirname(program(`${folder}/aws`)),
  )
  profile(`export PATH=${two}:/bin`)
  const { of } = await doctor({ PATH: `${one}:/bin` })
  expect(of('aws')).toEqual([
    {
      id: 'aws',
      state: 'note',
      text: `In the login shell aws 2.9.1 is ${two}/aws; aws 2.9.1 is older than 2.13.0, the first whose rules Ekscope knows.`,
      next: 'Install the newest AWS CLI first on PATH.',
    },
    { id: 'aws', state: 'ok', text: `In the app’s environment aws 2.36.12 is ${one}/aws.`, next: null },
  ])
  // An entry runs it.
  expect(of('aws-iam-authenticator')).toMatchObject([
    {
      state: 'problem',
      text: expect.stringMatching(/not on PATH of the app’s environment and the login shell\. 1 user entry/),
    },
  ])
  expect(of('path')).toEqual([])
})

test('a folder of PATH that every user may write is a problem, with what closes it', async () => {
  const folder = path.dirname(program('open/kubectl'))
  chmodSync(folder, 0o777)
  const { of, checks } = await doctor({ PATH: folder })
  expect(of('path')).toEqual([
    {
      id: 'path',
      state: 'problem',
      text: `The PATH folder ${folder} can be written by every user: other users can decide which programs run.`,
      next: `Close it to other users (\`chmod o-w ${folder}\`), or take ${folder} out of PATH.`,
    },
  ])
  // The worst comes first, and the terminal's text has the same lines.
  const states = checks.map(({ state }) => state)
  expect(states).toEqual(['problem', 'note', 'ok'].flatMap((state) => states.filter((one) => one === state)))
  const { stdout } = await terminal.done(['doctor'], { PATH: folder })
  for (const { text, next } of checks.filter(({ id }) => id !== 'login-shell'))
    expect(stdout).toContain(next === null ? text : `${text}\n         ${next}\n`)
  expect(stdout).toContain(`\n\n${doctorAnswer(checks)}. \`ekscope doctor --online\``)
})

test('a kuberc that refuses aws is said, as whoami says it', async () => {
  const kuberc =
    'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n'
  terminal.write('.kube/kuberc', kuberc)
  // Without a kubectl it is not known whether it obeys.
  expect((await doctor({ PATH: '/nowhere' })).of('kuberc')[0]).toMatchObject({
    state: 'note',
    text: expect.stringContaining('/.kube/kuberc:3 sets credentialPluginPolicy to DenyAll'),
  })
})

test('variables that differ between app and login shell are said by name and place, never by value', async () => {
  profile('export AWS_PROFILE=from-shell', 'export AWS_SECRET_ACCESS_KEY=canary-one')
  const { of, stdout } = await doctor({
    AWS_SECRET_ACCESS_KEY: 'canary-two',
    KUBECONFIG: terminal.file,
    SHLVL: '1',
    TERM: 'xterm',
  })
  expect(of('variables')).toEqual([
    {
      id: 'variables',
      state: 'note',
      text: expect.stringContaining(
        'AWS_PROFILE (only in the login shell, ~/.profile:1), AWS_SECRET_ACCESS_KEY (another value)',
      ),
      next: expect.stringContaining('another identity'),
    },
  ])
  expect(stdout).not.toMatch(/canary|from-shell/)
  expect(of('login-shell')).toMatchObject([
    {
      state: 'ok',
      text: expect.stringMatching(/^The login shell \/bin\/sh answered in \d+ ms with .* rules of sh\.$/),
    },
  ])
})

test('a login shell that cannot be read is a problem, and of its environment nothing is said', async () => {
  const { of, checks } = await doctor({ SHELL: program('broken-shell') })
  expect(of('login-shell')).toMatchObject([{ state: 'problem', text: expect.stringContaining('status 70') }])
  expect(checks.filter(({ id, text }) => id !== 'login-shell' && text.includes('login shell'))).toEqual([])
})

test('files that other users may read or write, and files that programs refuse, are said with what to do', async () => {
  const credentials = terminal.write('.aws/credentials', '[a]\naws_access_key_id = AKIAX\n', 0o644)
  terminal.write('.aws/config', '[profile a\n', 0o622)
  mkdirSync(path.join(terminal.home, '.aws/sso/cache'), { recursive: true })
  chmodSync(path.join(terminal.home, '.aws/sso/cache'), 0o777)
  terminal.write('.kube/config', config.replace('users:', 'users: ['), 0o600)
  mkdirSync(terminal.state)
  terminal.write('state/trust.json', '{}', 0o666)
  const { of } = await doctor()
  expect(of('aws-credentials')).toEqual([
    {
      id: 'aws-credentials',
      state: 'note',
      text: `${credentials} is read, and other users may look into it (0644).`,
      next: `Close it to other users: \`chmod go-rwx ${credentials}\`.`,
    },
  ])
  expect(of('aws-config')).toMatchObject([
    { state: 'problem', text: expect.stringContaining('.aws/config:1: ') },
    { state: 'problem', text: expect.stringContaining('other users may change it (0622)') },
  ])
  expect(of('aws-caches')[0]).toMatchObject({ state: 'problem', text: expect.stringContaining('(0777)') })
  expect(of('kubeconfig')[0]).toMatchObject({
    state: 'problem',
    text: expect.stringContaining(terminal.file),
  })
  expect(of('data-folder')).toMatchObject([{ state: 'problem', text: expect.stringContaining('trust.json') }])
  terminal.write('.kube/config', config.replace(/user: \{exec.*/, 'user: {token: t}'), 0o604)
  expect((await doctor()).of('kubeconfig')).toMatchObject([
    { state: 'note', text: expect.stringContaining('may be read by everybody (0604)') },
  ])
})

// Only root can give a file to another user.
test.skipIf(process.getuid?.() !== 0)(
  'files of another user are a problem, with what takes them over',
  async () => {
    const mine = terminal.write('.aws/config', '[profile a]\nregion = eu-west-1\n', 0o644)
    expect((await doctor()).of('aws-config')).toMatchObject([
      {
        state: 'ok',
        text: `${mine} is read: with the credentials file 1 profile and 0 SSO sessions (0644).`,
      },
    ])
    for (const place of [mine, terminal.file]) chownSync(place, 12_345, 12_345)
    const { of } = await doctor()
    for (const [id, place] of [
      ['aws-config', mine],
      ['kubeconfig', terminal.file],
    ] as const)
      expect(of(id)).toEqual([
        {
          id,
          state: 'problem',
          text: `${place} belongs to another user (12345), who decides what is in it.`,
          next: `Check it, then take it over: \`chown -R 0 ${place}\`.`,
        },
      ])
  },
)

test('an aws of version 1 is a note, with the newer one that PATH has behind it', async () => {
  const [old, newer] = ['Cellar/awscli@1/1.46.2/bin/aws', 'v2/2.36.12/bin/aws'].map((name) => program(name))
  const folders = [old, newer].map((file) => path.dirname(file ?? ''))
  expect((await doctor({ PATH: folders.join(':') })).of('aws')[0]).toEqual({
    id: 'aws',
    state: 'note',
    text: `In the app’s environment aws 1.46.2 is ${old}; version 1 takes other variables first, and has no sign-in.`,
    next: `Let the folder of ${newer} (2.36.12) come before that of ${old} in PATH.`,
  })
})

test.skipIf(!full)('a login shell that takes long is a note', async () => {
  profile('sleep 2.1')
  expect((await doctor()).of('login-shell')).toMatchObject([
    { state: 'note', next: expect.stringContaining('not waited for longer than 5 s') },
  ])
})

test('the proxy of aws and that of kubectl are said without their passwords', async () => {
  const same = await doctor({ HTTPS_PROXY: 'http://user:canary@proxy.test:3128' })
  expect(same.of('proxy').map(({ state, text }) => [state, text])).toContainEqual([
    'ok',
    'In the app’s environment and the login shell aws and kubectl go through the proxy http://proxy.test:3128.',
  ])
  const other = await doctor({ HTTPS_PROXY: 'http://one.test:1', https_proxy: 'http://two.test:2' })
  expect(other.of('proxy')[0]).toMatchObject({
    state: 'note',
    text: 'In the app’s environment and the login shell aws goes through the proxy http://two.test:2, and kubectl through the proxy http://one.test:1.',
  })
  const bad = await doctor({ HTTPS_PROXY: 'http://u:canary@:x' })
  expect(bad.of('proxy')[0]?.state).toBe('problem')
  expect(same.stdout + bad.stdout).not.toContain('canary')
})

test('the clock is compared with STS only where that is asked for, and nothing but the question is sent', async () => {
  const asked: IncomingMessage[] = []
  let off = 0
  const server = await startPlain((request, response) => {
    asked.push(request)
    response.setHeader('Date', new Date(Date.now() + off).toUTCString())
    response.writeHead(302).end()
  })
  servers.push(server)
  const keys = { AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: 'secret' }
  const sts = { ...keys, AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${server.port}` }
  expect((await doctor(sts)).of('clock')).toEqual([])
  expect(asked).toEqual([])
  expect((await doctor(sts, '--online')).of('clock')).toMatchObject([
    { state: 'ok', text: expect.stringMatching(/^The clock here agrees with that of AWS/) },
  ])
  expect(asked.map(({ method, url, headers }) => [method, url, Object.keys(headers).sort()])).toEqual([
    ['GET', '/', ['connection', 'host', 'user-agent']],
  ])
  off = 100_000
  expect((await doctor(sts, '--online')).of('clock')).toMatchObject([
    { state: 'note', text: expect.stringMatching(/is (99|100) s behind that of AWS/) },
  ])
  off = -600_000
  expect((await doctor(sts, '--online')).of('clock')).toMatchObject([
    { state: 'problem', text: expect.stringMatching(/10 minutes ahead of AWS/) },
  ])
  expect(
    (await doctor({ ...sts, AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1' }, '--online')).of('clock'),
  ).toMatchObject([{ state: 'problem', next: expect.stringContaining('network and proxy') }])
})

test('its last line says how Ekscope was installed, and what updates it', async () => {
  const place = path.join(terminal.home, 'node_modules/ekscope')
  cpSync(path.dirname(terminal.program), place, { recursive: true })
  const { stdout } = await terminal.run(process.execPath, [path.join(place, 'cli.cjs'), 'doctor', '--json'])
  expect(JSON.parse(stdout).checks.at(-1)).toEqual({
    id: 'ekscope',
    state: 'ok',
    text: expect.stringMatching(
      /^Ekscope \d.*: Installed by npm\. Update it by `npm install --global ekscope`\.$/,
    ),
    next: null,
  })
})

test('an answer without findings says so', () => {
  expect(doctorAnswer([])).toBe('Nothing to fix')
  const note: DoctorCheck = { id: 'proxy', state: 'note', text: '', next: null }
  expect(doctorAnswer([note])).toBe('No problems and 1 note')
  expect(doctorAnswer([note, note, { ...note, state: 'problem' }])).toBe('1 problem and 2 notes')
})
