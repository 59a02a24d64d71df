import { writeFileSync } from 'node:fs'
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { SignInOutcome, SignInStep } from '../../../shared/identity/sign-in'
import { startPlain } from '../../testing/servers'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { small, smallWorld } from '../../testing/small-world'
import { createClients } from '../api/clients'
import { acceptsToken } from '../api/portal'
import { renewedSsoToken } from '../api/sso-token'
import { noEnd } from '../files/cache-files'
import { ssoTokenKey } from '../files/caches'
import { readAwsFiles } from '../files/read-aws-files'
import { byNewestRules } from '../installed/rules'
import { needsOfProfile, needsOfSession, type SsoSignIn } from './places'
import { createSignIns, type OnStep, type SignInMeans, type SignIns } from './sign-ins'
import { signOut } from './sign-out'

const config = `[sso-session small]
sso_start_url = ${small.startUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
[profile dev]
sso_session = small
sso_account_id = ${small.account}
sso_role_name = Developer
[profile old]
sso_start_url = ${small.startUrl}
sso_region = eu-west-1
`

let simulator: Simulator
let home: string
let signIns: SignIns
/** Added to the clock of the one who signs in. */
let later = 0
/** How long was waited between questions; none of it is. */
let pauses: number[] = []
/** How much faster the clock goes while one waits. */
let hurry = 1
const closing: (() => void)[] = []
const now = () => Date.now() + later

beforeAll(async () => {
  simulator = await startSimulator({ ...smallWorld(Date.now()), clusters: [] }, { now })
})
afterAll(() => simulator.close())
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'ekscope-sign-in-'))
  await mkdir(path.join(home, '.aws'))
  await writeFile(path.join(home, '.aws/config'), config)
  signIns = createSignIns()
  instead = null
  later = 0
  pauses = []
  hurry = 1
  simulator.clearFaults()
  simulator.forgetRequests()
})
afterEach(async () => {
  for (const close of closing.splice(0)) close()
  await rm(home, { recursive: true, force: true })
})

const limits = { connectMs: 2_000, answerMs: 2_000, attempts: 1 }
const asWho = { profile: null, region: 'eu-west-1', who: 'the sign-in' }

/** What answers in the place of AWS; null: the simulator. */
let instead: string | null = null
const variables = () => ({ HOME: home, AWS_ENDPOINT_URL: instead ?? simulator.endpointUrl })

async function named(name: 'small' | 'old'): Promise<SsoSignIn> {
  const files = await readAwsFiles({ variables: variables(), home })
  const where = { files, variables: variables(), rules: byNewestRules, now: now() }
  const needs = name === 'small' ? needsOfSession(name, where) : needsOfProfile(name, where)
  if (!needs.ok || needs.value.sso === null) throw new Error(JSON.stringify(needs))
  return needs.value.sso
}

interface Asked {
  readonly flow?: 'browser' | 'code'
  readonly again?: boolean
  readonly signal?: AbortSignal | undefined
}

async function means(): Promise<SignInMeans> {
  const files = await readAwsFiles({ variables: variables(), home })
  const clients = createClients({ files, variables: variables(), limits })
  closing.push(clients.close)
  return {
    clients,
    profile: null,
    home,
    now,
    async pause(ms, signal) {
      pauses.push(ms)
      later += ms * hurry
      return !signal?.aborted
    },
  }
}

async function signIn(
  name: 'small' | 'old',
  onStep: OnStep,
  { flow = 'browser', again = false, signal = new AbortController().signal }: Asked = {},
): Promise<SignInOutcome> {
  const order = { place: await named(name), flow, again }
  return signIns.signIn(order, home, async (work) => work(await means()), onStep, signal)
}

/** What a person does in the browser. */
const answer =
  (word: 'allow' | 'deny', steps: SignInStep[] = []): OnStep =>
  (step) => {
    steps.push(step)
    if (step.kind !== 'address') return
    const body = new URLSearchParams({
      answer: word,
      ...(step.byCode && { user_code: step.byCode.userCode }),
    })
    void fetch(step.url, { method: 'POST', body }).catch(() => undefined)
  }
const nobody: OnStep = () => undefined

const cached = (): Promise<readonly string[]> => readdir(path.join(home, '.aws/sso/cache')).catch(() => [])
const asked = () => simulator.requests().map(({ operation }) => operation)

const addressOf = (steps: readonly SignInStep[]) => {
  const step = steps.find((one) => one.kind === 'address')
  if (step?.kind !== 'address') throw new Error('no address')
  return step
}
const tokenOf = async (session: string) => {
  const file = path.join(home, '.aws/sso/cache', `${ssoTokenKey(session)}.json`)
  return JSON.parse(await readFile(file, 'utf8'))
}
const hour = 3_600_000

test('a session is signed in to in the browser, and strangers at its port change nothing', async () => {
  const steps: SignInStep[] = []
  const strangers: number[] = []
  const outcome = await signIn('small', (step) => {
    if (step.kind !== 'address') return
    void (async () => {
      const back = new URL(step.url).searchParams.get('redirect_uri') ?? ''
      const state = new URL(step.url).searchParams.get('state') ?? ''
      for (const to of ['', '?code=mine', '?code=mine&state=other', `?error=access_denied&state=x${state}`])
        strangers.push((await fetch(`${back}${to}`)).status)
      strangers.push((await fetch(`${back}?code=mine&state=${state}`, { method: 'POST' })).status)
      answer('allow', steps)(step)
    })()
  })
  expect(strangers).toEqual([404, 404, 404, 404, 404])
  expect(outcome).toMatchObject({ kind: 'signed-in', how: 'asked' })
  const { host, byCode, url, until } = addressOf(steps)
  expect([host, byCode]).toEqual([new URL(simulator.endpointUrl).host, null])
  expect(url).toContain('code_challenge_method=S256')
  expect(Math.abs(until - now() - 600_000)).toBeLessThan(60_000)
  expect(await cached()).toHaveLength(2)
  for (const name of await cached())
    expect((await stat(path.join(home, '.aws/sso/cache', name))).mode & 0o777).toBe(0o600)
  expect((await stat(path.join(home, '.aws/sso/cache'))).mode & 0o777).toBe(0o700)
  // Its port is closed.
  const back = new URL(url).searchParams.get('redirect_uri') ?? ''
  await expect(fetch(back)).rejects.toThrow()
})

test('a profile of its own signs in by code, asked for at the pace that AWS wants', async () => {
  simulator.fault({ operation: 'CreateToken', kind: 'oauth', error: 'authorization_pending', times: 1 })
  simulator.fault({ operation: 'CreateToken', kind: 'oauth', error: 'slow_down', times: 1 })
  const steps: SignInStep[] = []
  const outcome = await signIn('old', answer('allow', steps))
  expect(outcome).toMatchObject({ kind: 'signed-in', how: 'asked', renewableUntil: null })
  const { url, byCode } = addressOf(steps)
  expect(url).toBe(`${byCode?.url}?user_code=${byCode?.userCode}`)
  expect(steps.slice(1)).toEqual([{ kind: 'slowed', seconds: 6 }])
  expect(pauses).toEqual([1_000, 6_000, 6_000])
  expect(await tokenOf(small.startUrl)).toMatchObject({ startUrl: small.startUrl, region: 'eu-west-1' })
})

test('what is there is used before anybody is asked', async () => {
  await signIn('small', answer('allow'))
  simulator.forgetRequests()
  const first = await tokenOf('small')
  expect(await signIn('small', nobody)).toMatchObject({ how: 'standing', until: Date.parse(first.expiresAt) })
  expect(asked()).toEqual(['ListAccounts'])
  // Less than aws's quarter of an hour is left.
  later = 8 * hour - 60_000
  expect(await signIn('small', nobody)).toMatchObject({ kind: 'signed-in', how: 'renewed' })
  const second = await tokenOf('small')
  expect(Object.keys(second)).toEqual(Object.keys(first))
  expect(second.accessToken).not.toBe(first.accessToken)
  expect(second.clientId).toBe(first.clientId)
  // Ended at the portal long before its time, with all that would renew it: a person is asked, by the client that is kept.
  await signOut(null, await means(), new AbortController().signal)
  await writeFile(path.join(home, '.aws/sso/cache', `${ssoTokenKey('small')}.json`), JSON.stringify(second))
  simulator.forgetRequests()
  expect(await signIn('small', answer('allow'))).toMatchObject({ how: 'asked' })
  expect(asked()).toEqual(['ListAccounts', 'CreateToken', 'AuthorizePage', 'CreateToken'])
  // To become somebody else.
  simulator.forgetRequests()
  expect(await signIn('small', answer('allow'), { again: true })).toMatchObject({ how: 'asked' })
  expect(asked()).toEqual(['AuthorizePage', 'CreateToken'])
  // aws registers a client for each of the two ways, under one name.
  expect(await signIn('small', answer('allow'), { again: true, flow: 'code' })).toMatchObject({
    how: 'asked',
  })
  expect(asked()).toContain('RegisterClient')
  expect(await cached()).toHaveLength(2)
})

test('whatever ends a sign-in early is said with a next step, and leaves nothing', async () => {
  const tokenFault = (error: string) =>
    simulator.fault({ operation: 'CreateToken', kind: 'oauth', error, times: 1 })
  const not = async (why: string, message: string, ...of: Parameters<typeof signIn>) => {
    const outcome = await signIn(...of)
    expect(outcome).toMatchObject({ kind: 'not-signed-in', why })
    expect(outcome.kind === 'not-signed-in' && outcome.message).toContain(message)
    expect(await cached()).toEqual([])
    simulator.clearFaults()
  }
  await not('denied', 'denied in the browser', 'small', answer('deny'))
  await not('denied', 'denied in the browser', 'small', answer('deny'), { flow: 'code' })
  tokenFault('expired_token')
  await not('expired', 'within 10 minutes', 'old', nobody)
  // AWS never says so, and the time is over.
  simulator.fault({ operation: 'CreateToken', kind: 'oauth', error: 'authorization_pending' })
  hurry = 60
  await not('expired', 'within 10 minutes', 'old', nobody)
  hurry = 1
  expect(later).toBeGreaterThanOrEqual(600_000 - 2_000)
  tokenFault('invalid_grant')
  await not('refused', '(invalid_grant)', 'small', answer('allow'))
  simulator.fault({ operation: 'StartDeviceAuthorization', kind: 'oauth', error: 'invalid_request' })
  await not('refused', `does not know the start URL ${small.startUrl}`, 'old', nobody)
  const leaving = new AbortController()
  await not('cancelled', 'was cancelled', 'small', () => leaving.abort(), { signal: leaving.signal })
  await not('cancelled', 'was cancelled', 'small', nobody, { signal: leaving.signal })
})

test.each([
  ['a registration until the end of time', { register: { clientSecretExpiresAt: 1e20 } }],
  ['a time in words', { register: { clientSecretExpiresAt: 'soon' } }],
  ['a code that is drawn elsewhere', { device: { userCode: '\u202eABCD' } }],
  ['a code of a megabyte', { device: { userCode: 'A'.repeat(1_000_000) } }],
  ['a limit in words', { device: { expiresIn: 'later' } }],
  ['a pause before now', { device: { interval: -5 } }],
  ['a token that no cache takes', { token: { accessToken: 'x'.repeat(100_000) } }],
  ['a token without an end', { token: { expiresIn: 1e20 } }],
  ['a token that has ended', { token: { expiresIn: -5 } }],
])('no sign-in comes of %s, and nothing is kept', async (_, more) => {
  await answering(more)
  const outcome = await signIn('old', nobody, { flow: 'code' })
  expect(outcome).toMatchObject({ kind: 'not-signed-in', message: expect.stringContaining(' is not AWS: ') })
  expect(await cached()).toEqual([])
})

test('a registration of which AWS says no end is renewed without one, and kept so that aws reads it', async () => {
  await answering({ register: { clientSecretExpiresAt: 0 }, token: { refreshToken: 'r' } })
  expect(await signIn('small', nobody, { flow: 'code' })).toMatchObject({ renewableUntil: noEnd })
  expect(await tokenOf('small')).toMatchObject({ registrationExpiresAt: '9999-12-31T23:59:59Z' })
})

/** What answers in the place of AWS, each part changed as it is said. */
async function answering(more: Partial<Record<string, object>>) {
  const address = 'https://device.sso.eu-west-1.amazonaws.com/'
  const answers: Partial<Record<string, object>> = {
    '/client/register': {
      clientId: 'c',
      clientSecret: 's',
      clientSecretExpiresAt: now() / 1000 + 3600,
      ...more.register,
    },
    '/device_authorization': {
      deviceCode: 'd',
      userCode: 'ABCD-EFGH',
      verificationUri: address,
      verificationUriComplete: address,
      expiresIn: 600,
      interval: 1,
      ...more.device,
    },
    '/token': { accessToken: 'a', expiresIn: 3600, tokenType: 'Bearer', ...more.token },
  }
  const server = await startPlain((incoming, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'application/json' })
    outgoing.end(JSON.stringify(answers[incoming.url ?? '']))
  })
  instead = `http://127.0.0.1:${server.port}`
  closing.push(() => void server.close())
}

test('a client that AWS has forgotten is registered anew', async () => {
  await signIn('old', answer('allow'))
  simulator.fault({ operation: 'StartDeviceAuthorization', kind: 'oauth', error: 'invalid_client', times: 1 })
  simulator.forgetRequests()
  expect(await signIn('old', answer('allow'), { again: true })).toMatchObject({ kind: 'signed-in' })
  expect(asked().filter((one) => one === 'RegisterClient')).toHaveLength(1)
})

test('however many wait for a session, one sign-in serves them; it is given up once all have gone', async () => {
  const steps: SignInStep[][] = [[], [], []]
  const [leaving, ...staying] = [0, 1, 2].map(() => new AbortController())
  const note = (at: number) => (step: SignInStep) => void steps[at]?.push(step)
  const first = signIn('small', note(0), { signal: leaving?.signal })
  await expect.poll(() => steps[0]).toHaveLength(1)
  const others = staying.map((one, at) => signIn('small', note(at + 1), { signal: one.signal }))
  await expect.poll(() => steps[2]).toHaveLength(1)
  expect(steps[1]).toEqual(steps[0])
  leaving?.abort()
  expect(await first).toMatchObject({ why: 'cancelled' })
  answer('allow')(addressOf(steps[1] ?? []))
  const outcomes = await Promise.all(others)
  expect(outcomes[0]).toMatchObject({ kind: 'signed-in' })
  expect(outcomes[1]).toEqual(outcomes[0])
  expect(asked().filter((one) => one === 'RegisterClient')).toHaveLength(1)

  const gone = new AbortController()
  const both = [0, 1].map((at) => signIn('small', note(at), { again: true, signal: gone.signal }))
  await expect.poll(() => steps[0]).toHaveLength(2)
  gone.abort()
  expect((await Promise.all(both)).map((one) => one.kind === 'not-signed-in' && one.why)).toEqual([
    'cancelled',
    'cancelled',
  ])
  const port = new URL(addressOf(steps[0]?.slice(1) ?? []).url).searchParams.get('redirect_uri') ?? ''
  await expect
    .poll(() =>
      fetch(port).then(
        () => 'open',
        () => 'closed',
      ),
    )
    .toBe('closed')
})

test('signing out tells the portal, and takes tokens and role credentials and nothing else', async () => {
  await signIn('small', answer('allow'))
  await signIn('old', answer('allow'))
  const roles = path.join(home, '.aws/cli/cache')
  await mkdir(roles, { recursive: true })
  await writeFile(path.join(roles, 'mine.json'), '{"ProviderType": "sso", "Credentials": {}}')
  await writeFile(path.join(roles, 'role.json'), '{"Credentials": {}}')
  await writeFile(path.join(home, '.aws/sso/cache/notes.txt'), 'mine')
  const { accessToken } = await tokenOf('small')
  const one = { tokenKey: ssoTokenKey('small'), roleKeys: new Set(['role']) }
  expect(await signOut(one, await means(), new AbortController().signal)).toEqual({
    tokens: 1,
    roles: 0,
    problems: [],
  })
  expect(
    (
      await acceptsToken(
        { ...asWho, clients: (await means()).clients, signal: new AbortController().signal },
        accessToken,
      )
    ).ok,
  ).toBe(true)
  simulator.fault({ operation: 'Logout', kind: 'cut' })
  const all = await signOut(null, await means(), new AbortController().signal)
  // The token is gone from here all the same.
  expect(all).toMatchObject({ tokens: 1, roles: 1, problems: [{ code: 'unreachable' }] })
  expect(await readdir(roles)).toEqual(['role.json'])
  expect((await cached()).filter((name) => name === 'notes.txt')).toHaveLength(1)
})

test('a renewal takes what aws or somebody else has written meanwhile, and brings back no sign-in that was ended', async () => {
  await signIn('small', answer('allow'))
  const old = await tokenOf('small')
  const file = path.join(home, '.aws/sso/cache', `${ssoTokenKey('small')}.json`)
  const theirs = { ...old, accessToken: 'theirs', expiresAt: '2999-01-01T00:00:00Z' }
  const renewed = async () => {
    const place = { ...(await named('small')), profile: null }
    const { clients } = await means()
    return renewedSsoToken(place, old, { clients, home, now: now() }, new AbortController().signal)
  }
  await writeFile(file, JSON.stringify(theirs))
  // Theirs spent the refresh token.
  const end = simulator.fault({ operation: 'CreateToken', kind: 'oauth', error: 'invalid_grant' })
  expect(await renewed()).toMatchObject({ kind: 'renewed', token: { accessToken: 'theirs' } })
  end()
  expect(await renewed()).toMatchObject({ kind: 'renewed', token: { accessToken: 'theirs' } })
  expect(await tokenOf('small')).toEqual(theirs)
  await rm(file)
  expect(await renewed()).toEqual({ kind: 'ended' })
  expect(await cached()).not.toContain(path.basename(file))
})

test('what a sign-out cannot reach, or finds changed meanwhile, is told, and not as if nobody had been signed in', async () => {
  await signIn('small', answer('allow'))
  const cache = path.join(home, '.aws/sso/cache')
  const file = path.join(cache, `${ssoTokenKey('small')}.json`)
  const out = async () => signOut(null, await means(), new AbortController().signal)
  // A link, as where folders are kept elsewhere: what aws writes goes behind it.
  const behind = path.join(home, 'token.json')
  await rename(file, behind)
  await symlink(behind, file)
  await signIn('small', answer('allow'), { again: true })
  expect((await lstat(file)).isSymbolicLink()).toBe(true)
  const token = await readFile(behind, 'utf8')
  expect(await out()).toMatchObject({ tokens: 1, problems: [{ message: expect.stringContaining(behind) }] })
  await writeFile(file, token)
  const portal = await startPlain((_, response) => {
    writeFileSync(file, token.replace(/"accessToken": "[^"]*"/, '"accessToken": "theirs"'))
    response.end('{}')
  })
  closing.push(() => void portal.close())
  instead = `http://127.0.0.1:${portal.port}`
  expect(await out()).toMatchObject({ tokens: 0, problems: [{ code: 'changed-on-disk' }] })
  expect(await readFile(file, 'utf8')).toContain('theirs')
  await rm(cache, { recursive: true })
  await symlink('cache', cache)
  expect(await out()).toMatchObject({ tokens: 0, problems: [{ code: 'unreadable' }] })
})

test('a torn file of a sign-in stays, and is not told as none', async () => {
  const cache = path.join(home, '.aws/sso/cache')
  await mkdir(cache, { recursive: true })
  const torn = path.join(cache, `${ssoTokenKey('small')}.json`)
  await writeFile(torn, '{"accessToken": "half of')
  for (const of of [null, { tokenKey: ssoTokenKey('small'), roleKeys: new Set<string>() }]) {
    const { tokens, problems } = await signOut(of, await means(), new AbortController().signal)
    expect([tokens, problems]).toEqual([0, [expect.objectContaining({ code: 'unreadable' })]])
    expect(problems[0]?.message).toContain(torn)
  }
  expect(await readFile(torn, 'utf8')).toContain('half of')
})
