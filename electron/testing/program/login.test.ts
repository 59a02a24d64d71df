/** `ekscope login` and `logout` against the portal of a small world on loopback. */

import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ssoTokenKey } from '../../aws/files/caches'
import { type Simulator, startSimulator } from '../simulator'
import { small, smallWorld } from '../small-world'
import { runHere, useTerminal } from './terminal'

const serial = `arn:aws:iam::${small.account}:mfa/alice`
const config = `[default]
region = eu-west-1
[sso-session corp]
sso_start_url = ${small.startUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
[sso-session dev]
sso_start_url = ${small.startUrl}
sso_region = eu-west-1
[sso-session plain]
sso_start_url = http://small.awsapps.com/start
sso_region = eu-west-1
[sso-session vanity]
sso_start_url = https://sso.small.example/start
sso_region = eu-west-1
[sso-session half]
sso_region = eu-west-1
[profile dev]
sso_session = corp
sso_account_id = ${small.account}
sso_role_name = Developer
[profile work]
sso_session = corp
sso_account_id = ${small.account}
sso_role_name = Developer
[profile on-top]
role_arn = ${small.reader}
source_profile = work
[profile console]
login_session = ${small.alice.arn}
[profile keys]
aws_access_key_id = ${small.alice.key.id}
aws_secret_access_key = ${small.alice.key.secret}
[profile guarded]
role_arn = ${small.withMfa}
source_profile = keys
mfa_serial = ${serial}
role_session_name = alice
region = eu-west-1
`

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ ...smallWorld(Date.now()), clusters: [] })
})
afterAll(() => simulator.close())

const terminal = useTerminal({
  inProcess: true,
  aws: config,
  variables: () => ({ AWS_ENDPOINT_URL: simulator.endpointUrl }),
})

/** What a person does who reads it: opens the page and says yes. */
const allows = (stderr: string) => {
  const address = /^ {2}(http\S+)$/m.exec(stderr)?.[1]
  if (address === undefined) return
  const code = new URL(address).searchParams.get('user_code')
  const body = new URLSearchParams({ answer: 'allow', ...(code !== null && { user_code: code }) })
  void fetch(address, { method: 'POST', body })
}
const login = (...args: string[]) =>
  runHere(['login', ...args], terminal.variables(), terminal.home, null, null, allows)
const files = (place: string) => readdir(path.join(terminal.home, '.aws', place)).catch(() => [])

test('a session is signed in to once, and signed out of; no secret is printed', async () => {
  const first = await login('work')
  expect(first.status).toBe(0)
  expect(first.stdout).toMatch(
    /^Signed in to sso-session corp: until \d{4}-\S+ \S+ \S+, renewed without asking until /,
  )
  expect(first.stderr).toContain(
    `open this page of ${new URL(simulator.endpointUrl).host} in the browser of this machine`,
  )
  const again = await login('corp', '--json')
  expect([again.status, again.stderr]).toEqual([0, ''])
  expect(JSON.parse(again.stdout)).toEqual({
    profile: null,
    session: 'corp',
    startUrl: small.startUrl,
    region: 'eu-west-1',
    signedIn: { how: 'standing', until: expect.any(Number), renewableUntil: expect.any(Number) },
    code: null,
  })
  const device = await login('on-top', '--use-device-code', '--again')
  expect([device.status, device.stderr]).toEqual([
    0,
    expect.stringMatching(/compare the code there with this one: \w{4}-\w{4}$/m),
  ])
  const printed = [first, again, device].flatMap(({ stdout, stderr }) => [stdout, stderr]).join('')
  for (const name of await files('sso/cache')) {
    const text = await readFile(path.join(terminal.home, '.aws/sso/cache', name), 'utf8')
    for (const [, secret = ''] of text.matchAll(/"(?:accessToken|refreshToken|clientSecret)": "([^"]+)"/g))
      expect(printed).not.toContain(secret)
  }
  const out = await terminal.done(['logout', '--json'])
  expect(JSON.parse(out.stdout)).toEqual({ tokens: 1, roles: 0, problems: [] })
  expect((await terminal.done(['logout', 'corp'])).stdout).toBe('There was no sign-in to end.\n')
  terminal.write(`.aws/sso/cache/${ssoTokenKey('corp')}.json`, '{"accessToken": "torn')
  const torn = await terminal.ekscope(['logout', 'corp'])
  expect([torn.status, torn.stdout]).toEqual([3, 'Nothing was removed.\n'])
  expect(torn.stderr).toContain(ssoTokenKey('corp'))
})

test('a code is asked for on the terminal alone, and its credentials stay where they are wanted', async () => {
  const asked: unknown[] = []
  const withCode = (code: string, ...args: string[]) =>
    runHere(['login', 'guarded', ...args], terminal.variables(), terminal.home, null, async (...of) => {
      asked.push(of)
      return code
    })
  const arn = `arn:aws:sts::${small.account}:assumed-role/WithMfa/alice`
  const proven = await withCode('123456')
  expect(proven.stdout).toContain(`Profile guarded is ${arn} until `)
  expect(proven.stdout).toContain(
    'kept nowhere: to let aws and kubectl use it, `ekscope login --cache guarded`.',
  )
  expect(asked).toEqual([[`Code of ${serial} for ${small.withMfa}:`, { hidden: true }]])
  expect(await files('cli/cache')).toEqual([])
  const kept = await withCode('123456', '--cache', '--json')
  expect(JSON.parse(kept.stdout)).toMatchObject({
    signedIn: null,
    code: { arn, kept: true, standing: false },
  })
  expect(await files('cli/cache')).toHaveLength(1)
  expect(`${proven.stdout}${proven.stderr}${kept.stdout}${kept.stderr}`).not.toContain('123456')
  expect((await withCode('')).stdout).toContain('no code was needed')
  expect(asked).toHaveLength(2)
})

test.skipIf(process.platform !== 'linux')(
  'on a terminal a code is not shown, and Ctrl+C is an interrupt',
  async () => {
    const typing = async (keys: string) => {
      const command = `${process.execPath} ${terminal.program} login guarded`
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        env: terminal.variables(),
        cwd: terminal.home,
      })
      let shown = ''
      child.stdout.on('data', (part: Buffer) => {
        if (!shown.includes('Code of') && `${shown}${part}`.includes('Code of')) child.stdin.write(keys)
        shown += part.toString()
      })
      const status = await new Promise((resolve) => child.once('close', resolve))
      return { status, shown }
    }
    const [proven, left] = await Promise.all([typing('12345x\u007f6\r'), typing('12\u0003')])
    expect([proven.status, proven.shown]).toEqual([0, expect.stringContaining('assumed-role/WithMfa/alice')])
    expect(proven.shown).not.toContain('123')
    expect([left.status, left.shown]).toEqual([130, expect.stringContaining('no role was assumed')])
  },
)

test.each([
  ['nobody', 'no profile and no sso-session “nobody”'],
  ['dev', '“dev” is a profile and an sso-session, and that profile does not sign in to that session'],
  ['console', 'profile console signs in by aws login, which Ekscope leaves to aws.'],
  ['plain', '“http://small.awsapps.com/start”, is not an https address'],
  [
    'vanity',
    'is on sso.small.example, which is not AWS’s own, and Ekscope does not follow where that leads. Run `aws sso login --sso-session vanity`.',
  ],
  ['half', 'Sso-session half is to sign in by SSO but lacks sso_start_url'],
  ['guarded', 'there is no terminal to ask on'],
])('login %s is refused in one line: %s', async (name, message) => {
  const { status, stdout, stderr } = await login(name)
  expect([status, stdout]).toEqual([3, ''])
  expect(stderr).toContain(message)
  expect(stderr.trimEnd()).not.toContain('\n')
})

test('what needs no sign-in is left alone, and wrong usage is said', async () => {
  expect((await login('keys')).stdout).toBe('Profile keys needs no sign-in.\n')
  expect((await login('--profile', 'dev', '--sso-session', 'corp')).status).toBe(2)
  expect((await login('dev', 'corp')).status).toBe(2)
  const out = await terminal.ekscope(['logout', 'keys', '--json'])
  expect([out.status, JSON.parse(out.stdout).error.code]).toEqual([3, 'bad-request'])
  simulator.fault({ operation: 'RegisterClient', kind: 'cut' })
  const unreachable = await terminal.ekscope(['login', 'corp', '--json'])
  simulator.clearFaults()
  expect(JSON.parse(unreachable.stdout)).toMatchObject({ error: { code: 'unreachable' } })
})

test('Ctrl+C leaves nothing behind', async () => {
  const { child, ended } = terminal.start(['login', 'corp'])
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (part: Buffer) => {
      if (part.toString().includes('Ctrl+C gives it up')) resolve()
    })
  })
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ status: 130, stdout: '' })
  expect(await files('sso/cache')).toEqual([])
})
