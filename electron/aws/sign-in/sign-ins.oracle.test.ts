/** What Ekscope keeps of sign-ins, judged by aws 2.36: it is what aws writes to the byte, and either goes on with the other's. */
import { chmod, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEnvironments } from '../../identity/environments'
import { openSigningIn, type SignInName, type SigningIn } from '../../identity/open-signing-in'
import { openDataFolder } from '../../system/data-folder'
import { type AwsJudge, awsIsHere, awsJudge } from '../../testing/aws-judge'
import { removeFolder } from '../../testing/bundle'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { small, smallWorld } from '../../testing/small-world'
import { openDecisions, trustFile } from '../../trust/decisions'
import { assumeRoleKey, ssoTokenKey } from '../files/caches'

const config = `[sso-session small]
sso_start_url = ${small.startUrl}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
[sso-session bare]
sso_start_url = ${small.startUrl}
sso_region = eu-west-1
[profile dev]
sso_session = small
sso_account_id = ${small.account}
sso_role_name = Developer
region = eu-west-1
[profile bare]
sso_session = bare
sso_account_id = ${small.account}
sso_role_name = Developer
region = eu-west-1
[profile old]
sso_start_url = ${small.startUrl}
sso_region = eu-west-1
sso_account_id = ${small.account}
sso_role_name = Developer
region = eu-west-1
[profile keys]
aws_access_key_id = ${small.alice.key.id}
aws_secret_access_key = ${small.alice.key.secret}
[profile reader]
role_arn = ${small.reader}
source_profile = keys
region = eu-west-1
[profile with-mfa]
role_arn = ${small.withMfa}
source_profile = keys
mfa_serial = arn:aws:iam::${small.account}:mfa/alice
role_session_name = alice
region = eu-west-1
`
const sso = `arn:aws:sts::${small.account}:assumed-role/AWSReservedSSO_Developer_0123456789abcdef/dora@small.example`

const call = { sessionName: null, externalId: null, mfaSerial: null, durationSeconds: null }
const readerFile = `${assumeRoleKey({ ...call, roleArn: small.reader })}.json`
const mfaFile = `${assumeRoleKey({ ...call, roleArn: small.withMfa, sessionName: 'alice', mfaSerial: `arn:aws:iam::${small.account}:mfa/alice` })}.json`

/** A browser that says yes to every page; aws starts it as a program. */
const browser = `#!${process.execPath}
const url = new URL(process.argv[2])
const code = url.searchParams.get('user_code')
const body = new URLSearchParams({ answer: 'allow', ...(code === null ? {} : { user_code: code }) })
fetch(url, { method: 'POST', body })
`

let folder: string
let simulator: Simulator
let judge: AwsJudge

interface Side {
  readonly home: string
  readonly variables: Readonly<Record<string, string>>
}
/** Who signed in there: the real aws, or Ekscope. */
let theirs: Side
let ours: Side
let signing: (side: Side) => SigningIn

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ekscope-sign-in-judged-'))
  simulator = await startSimulator({ ...smallWorld(Date.now()), clusters: [] })
  await writeFile(path.join(folder, 'browser'), browser)
  await chmod(path.join(folder, 'browser'), 0o755)
  judge = awsJudge(1, 'aws-2.36')
  const side = async (name: string): Promise<Side> => {
    const home = path.join(folder, name)
    await mkdir(path.join(home, '.aws'), { recursive: true })
    await writeFile(path.join(home, '.aws/config'), config)
    // In the background: aws listens for the answer only once its browser is started.
    const BROWSER = `${path.join(folder, 'browser')} %s &`
    const variables = { HOME: home, PATH: '/usr/bin:/bin', AWS_ENDPOINT_URL: simulator.endpointUrl, BROWSER }
    return { home, variables }
  }
  theirs = await side('theirs')
  ours = await side('ours')
  signing = ({ home, variables }) =>
    openSigningIn({
      environments: openEnvironments({ variables, platform: 'linux', signal: new AbortController().signal }),
      decisions: openDecisions(openDataFolder(path.join(home, 'data')).file(trustFile), Date.now),
      asked: async () => new Map(),
      home,
      platform: 'linux',
      now: Date.now,
    })
})
afterAll(async () => {
  await simulator.close()
  await removeFolder(folder)
})

async function aws(side: Side, ...args: string[]): Promise<string> {
  const run = await judge.run(args, side.variables)
  expect([args.join(' '), run.status, run.status === 0 ? '' : run.stderr]).toEqual([args.join(' '), 0, ''])
  return run.stdout
}
const who = async (side: Side, profile: string): Promise<string> =>
  JSON.parse(await aws(side, 'sts', 'get-caller-identity', '--profile', profile, '--output', 'json')).Arn

async function ekscope(side: Side, name: SignInName, flow: 'browser' | 'code' = 'browser') {
  const service = signing(side)
  const needs = await service.needs('app', name)
  if (!needs.ok || needs.value.sso === null) throw new Error(JSON.stringify(needs))
  const { profile, sso } = needs.value
  return service.signIn(
    'app',
    { profile, sso },
    { flow, again: false },
    (step) => {
      if (step.kind !== 'address') return
      const body = new URLSearchParams({
        answer: 'allow',
        ...(step.byCode && { user_code: step.byCode.userCode }),
      })
      void fetch(step.url, { method: 'POST', body })
    },
    new AbortController().signal,
  )
}

/** The files of a cache folder, with what differs between any two sign-ins put out of them. */
async function cache(side: Side, place: string): Promise<Readonly<Record<string, string>>> {
  const at = path.join(side.home, '.aws', place)
  const found: Record<string, string> = {}
  for (const name of (await readdir(at).catch(() => [])).sort()) {
    // aws keeps a count of its own sessions beside them.
    if (!name.endsWith('.json')) continue
    const text = await readFile(path.join(at, name), 'utf8')
    found[name] = text
      .replace(/"(accessToken|refreshToken|clientId|clientSecret)": "[^"]{16,}"/g, '"$1": "…"')
      .replace(/"(AccessKeyId|SecretAccessKey|SessionToken|RequestId)": "[^"]+"/g, '"$1": "…"')
      .replace(
        /"(expiresAt|registrationExpiresAt|Expiration)": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)"/g,
        '"$1": "…$2"',
      )
      .replace(/(botocore-session|ekscope)-\d+/g, 'session-…')
      .replace(/"HTTPHeaders": \{[^}]*\}/g, '"HTTPHeaders": {}')
  }
  return found
}

/** A token that has ended, as if hours had gone by. */
async function aged(side: Side, session: string): Promise<void> {
  const file = path.join(side.home, '.aws/sso/cache', `${ssoTokenKey(session)}.json`)
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace(/"expiresAt": "[^"]*"/, '"expiresAt": "2020-01-01T00:00:00Z"'))
  await removeFolder(path.join(side.home, '.aws/cli/cache'))
}

describe.skipIf(!awsIsHere('aws-2.36'))('beside aws 2.36', () => {
  test('a sign-in leaves the same files, in both flows, and each goes on with the other’s', {
    timeout: 60_000,
  }, async () => {
    const byAws = async () => {
      await aws(theirs, 'sso', 'login', '--sso-session', 'small')
      await aws(theirs, 'sso', 'login', '--profile', 'old')
      await aws(theirs, 'sso', 'login', '--profile', 'bare', '--use-device-code')
    }
    const outcomes = await Promise.all([
      ekscope(ours, { kind: 'either', name: 'small' }),
      ekscope(ours, { kind: 'profile', name: 'old' }),
      ekscope(ours, { kind: 'profile', name: 'bare' }, 'code'),
      byAws(),
    ])
    expect(outcomes).toMatchObject([{ how: 'asked' }, { how: 'asked' }, { how: 'asked' }, undefined])
    expect(Object.keys(await cache(ours, 'sso/cache'))).toHaveLength(6)
    expect(await cache(ours, 'sso/cache')).toEqual(await cache(theirs, 'sso/cache'))
    for (const profile of ['dev', 'old']) expect(await who(ours, profile)).toBe(sso)
    for (const name of ['small', 'bare'])
      expect(await ekscope(theirs, { kind: 'session', name })).toMatchObject({ how: 'standing' })

    // Either renews what the other has got.
    await aged(ours, 'small')
    await aged(theirs, 'small')
    simulator.forgetRequests()
    expect(await who(ours, 'dev')).toBe(sso)
    expect(await ekscope(theirs, { kind: 'either', name: 'dev' })).toMatchObject({ how: 'renewed' })
    expect(simulator.requests().filter(({ operation }) => operation === 'CreateToken')).toHaveLength(2)
    expect(await cache(ours, 'sso/cache')).toEqual(await cache(theirs, 'sso/cache'))
  })

  test('a role’s credentials lie where aws looks for them, as aws writes them', {
    timeout: 60_000,
  }, async () => {
    await aws(theirs, 'sts', 'get-caller-identity', '--profile', 'reader')
    const assumed = async (side: Side, profile: string, keep: boolean, code: string | null) => {
      const service = signing(side)
      const needs = await service.needs('app', { kind: 'profile', name: profile })
      if (!needs.ok || needs.value.chain === null) throw new Error(JSON.stringify(needs))
      const { chain } = needs.value
      const how = { codeFor: async () => code, keep: () => keep }
      return service.withCodes('app', { profile, chain }, how, new AbortController().signal)
    }
    expect(await assumed(ours, 'reader', true, null)).toMatchObject({ kind: 'proven', kept: true })
    expect((await cache(ours, 'cli/cache'))[readerFile]).toBe((await cache(theirs, 'cli/cache'))[readerFile])

    // With the code: proven without a trace, then kept, and aws asks for none.
    const role = `arn:aws:sts::${small.account}:assumed-role/WithMfa/alice`
    const before = Object.keys(await cache(ours, 'cli/cache'))
    expect(await assumed(ours, 'with-mfa', false, '123456')).toMatchObject({ arn: role, kept: false })
    expect(Object.keys(await cache(ours, 'cli/cache'))).toEqual(before)
    expect(await assumed(ours, 'with-mfa', true, '123456')).toMatchObject({
      arn: role,
      kept: true,
      standing: false,
    })
    expect(await who(ours, 'with-mfa')).toBe(role)
    expect(await assumed(ours, 'with-mfa', false, null)).toMatchObject({ arn: role, standing: true })
    expect(await assumed(theirs, 'with-mfa', true, '000000')).toMatchObject({ why: 'denied' })
    expect(await assumed(theirs, 'with-mfa', true, null)).toMatchObject({ why: 'cancelled' })
    expect(await assumed(theirs, 'with-mfa', true, '12345x')).toMatchObject({ why: 'refused' })
  })

  test('signing out takes what aws takes', { timeout: 60_000 }, async () => {
    await aws(theirs, 'sso', 'logout')
    const out = await signing(ours).signOut('app', null, new AbortController().signal)
    expect(out).toMatchObject({ ok: true, value: { tokens: 3, problems: [] } })
    expect(await cache(ours, 'sso/cache')).toEqual(await cache(theirs, 'sso/cache'))
    expect(Object.keys(await cache(theirs, 'cli/cache'))).toEqual([readerFile])
    expect(Object.keys(await cache(ours, 'cli/cache')).sort()).toEqual([mfaFile, readerFile].sort())
  })
})
