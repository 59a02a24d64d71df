/** Predicted and advised by the aws that is really run: what version 1, 2.23.6 and 2.36.12 do with the same entries. */
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Check } from '../../shared/identity/identity'
import { ssoRoleKey } from '../aws/files/caches'
import { environmentOf } from '../system/environment'
import { awsIsHere, awsProgram } from '../testing/aws-judge'
import {
  clusterEntry,
  getTokenArgs,
  kubeconfigOf,
  type Machine,
  noDecisions,
  type Piece,
  startMachine,
  userEntry,
} from '../testing/checking'
import { small, smallWorld } from '../testing/small-world'

let machine: Machine
const all = awsIsHere('aws-v1') && awsIsHere('aws-2.36')
let v1 = ''
let v2 = ''
let newest = ''
const keys = ({ key }: { readonly key: { readonly id: string; readonly secret: string } }) =>
  `aws_access_key_id = ${key.id}\naws_secret_access_key = ${key.secret}\n`

beforeAll(async () => {
  machine = await startMachine(smallWorld(Date.now()))
  v2 = machine.variables().PATH ?? ''
  if (!all) return
  const started = await Promise.all([awsProgram('aws-v1'), awsProgram('aws-2.36')])
  v1 = `${started[0].folder}:/nowhere`
  newest = `${started[1].folder}:/nowhere`
  await machine.write('.aws/credentials', `[alice]\n${keys(small.alice)}[carol]\n${keys(small.carol)}`)
  await machine.write(
    '.aws/config',
    `[profile admin]\nrole_arn = ${small.admin}\nsource_profile = alice\n` +
      `[profile both]\nlogin_session = ${small.alice.arn}\n${keys(small.carol)}` +
      `[profile console]\nlogin_session = ${small.alice.arn}\n` +
      `[profile dora]\nsso_session = small\nsso_account_id = ${small.account}\nsso_role_name = Developer\n` +
      `[sso-session small]\nsso_start_url = ${small.startUrl}\nsso_region = eu-west-1\n`,
  )
  // The sign-in has ended; version 2 goes on with what it has cached.
  const issued = machine.simulator.issue(small.sso, 'dora', Date.now() + 3_600_000)
  const role = { account: small.account, name: 'Developer', session: 'small', startUrl: small.startUrl }
  await machine.write(
    `.aws/cli/cache/${ssoRoleKey(role)}.json`,
    JSON.stringify({
      Credentials: {
        AccessKeyId: issued.accessKeyId,
        SecretAccessKey: issued.secretAccessKey,
        SessionToken: issued.sessionToken,
        Expiration: new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, ''),
      },
    }),
  )
})
afterAll(async () => {
  await machine.close()
})
beforeEach(() => {
  machine.runs.length = 0
})

interface Entry {
  readonly command?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Without --region. */
  readonly nowhere?: true
}
const piece = (name: string, { command = 'aws', args = [], env = {}, nowhere }: Entry): Piece => ({
  name,
  cluster: clusterEntry(machine),
  user: userEntry(command, getTokenArgs(args, 'prod', nowhere ? null : 'eu-west-1'), env),
})

type Options = Parameters<Machine['check']>[1]
/** The check of one entry, with the aws that this PATH gives. */
async function check(
  PATH: string,
  entry: Entry,
  more: Record<string, string> = {},
  options: Options = {},
): Promise<Check> {
  await machine.write('.kube/config', kubeconfigOf([piece('one', entry)]))
  const { checks } = await machine.check(machine.variables({ PATH, ...more }), options)
  const found = checks.get('one')
  if (found === undefined) throw new Error('not checked')
  return found
}
const asked = () => machine.runs.filter(({ args }) => args[0] === '--version').length

describe.skipIf(!all)('the same entries', () => {
  test('AWS_DEFAULT_PROFILE beats the AWS_PROFILE of the entry in version 1, and is the cause', async () => {
    const entry = { env: { AWS_PROFILE: 'admin' } }
    const shell = { AWS_DEFAULT_PROFILE: 'carol' }
    const old = await check(v1, entry, shell)
    expect(old.aws).toMatchObject({ version: '1.46.2' })
    expect(old.predicted).toMatchObject({ accessKeyId: small.carol.key.id, certain: true, profile: 'carol' })
    expect(old).toMatchObject({ verdict: 'mismatch', proven: { arn: small.carol.arn } })
    expect(old.problem?.message).toContain(
      'because AWS_DEFAULT_PROFILE of the app’s environment is used instead',
    )
    expect(old.problem?.next).toContain('pin the profile with --profile')
    const two = await check(v2, entry, shell)
    expect(two).toMatchObject({ verdict: 'verified', predicted: { arn: small.admin, certain: true } })
  })

  test('an empty AWS_DEFAULT_PROFILE stops version 1', async () => {
    const entry = { env: { AWS_PROFILE: 'admin' } }
    const old = await check(v1, entry, { AWS_DEFAULT_PROFILE: '' })
    expect(old).toMatchObject({ verdict: 'broken', problem: { code: 'unknown-profile' } })
    expect(old.predicted.problem?.code).toBe('unknown-profile')
    expect(await check(v2, entry, { AWS_DEFAULT_PROFILE: '' })).toMatchObject({ verdict: 'verified' })
  })

  test('AWS_REGION is nothing to version 1', async () => {
    const entry: Entry = { args: ['--profile', 'alice'], env: { AWS_REGION: 'eu-west-1' }, nowhere: true }
    const old = await check(v1, entry)
    expect(old).toMatchObject({ verdict: 'broken', problem: { code: 'no-region' } })
    expect(old.problem?.message).toContain('version 1 looks, which does not read AWS_REGION')
    expect(await check(v2, entry)).toMatchObject({ verdict: 'verified' })
  })

  test('version 1 does not go on with what version 2 has cached of SSO, and cannot sign in', async () => {
    const entry = { args: ['--profile', 'dora'] }
    const old = await check(v1, entry)
    expect(old).toMatchObject({ verdict: 'login-needed', problem: { code: 'sso-login' } })
    expect(old.problem?.next).toMatch(
      /^Install the AWS CLI of version 2 or newer first on PATH and run `aws sso login --sso-session small`: 1\.46\.2 has/,
    )
    const beside = await check(`${v1.split(':')[0]}:${newest}`, entry)
    expect(beside.problem?.next).toMatch(/^Run `\S+\/aws sso login --sso-session small`\.$/)
    // As well where the version is asked first.
    await machine.write('asked/aws', `#!/bin/sh\nexec ${v1.split(':')[0]}/aws "$@"\n`, true)
    const shimmed = await check(`${join(machine.home, 'asked')}:${newest}:/bin`, entry)
    expect(shimmed.problem?.next).toBe(beside.problem?.next)
    expect(await check(v2, entry)).toMatchObject({ verdict: 'verified' })
  })

  test('login_session: 2.23.6 takes the keys beside it, 2.36.12 wants a sign-in that it has', async () => {
    const entry = { args: ['--profile', 'both'] }
    const two = await check(v2, entry)
    expect(two.predicted).toMatchObject({ accessKeyId: small.carol.key.id, certain: true })
    expect(two).toMatchObject({ verdict: 'mismatch', proven: { arn: small.carol.arn } })
    expect(two.problem?.message).toMatch(
      /because the profile has login_session, which aws 2\.\d+\.\d+ does not know/,
    )
    expect(two.problem?.next).toBe('Use an aws of version 2.32.0 or newer, and leave the entry as it is.')
    expect(await check(newest, entry)).toMatchObject({
      verdict: 'login-needed',
      problem: { code: 'aws-login', next: 'Run `aws login --profile both`.' },
    })
    const alone = await check(v2, { args: ['--profile', 'console'] })
    expect(alone).toMatchObject({ verdict: 'broken', problem: { code: 'no-keys' } })
    expect(alone.problem?.next).toContain('aws of version 2.32.0')
  })
})

describe.skipIf(!all)('which aws it is', () => {
  const entry = { env: { AWS_PROFILE: 'admin' } }
  const shell = { AWS_DEFAULT_PROFILE: 'carol' }
  const allowed = { trust: { ...noDecisions, allows: () => true } }

  test('PATH of the environment decides, not that of the entry', async () => {
    const inEntry = { env: { ...entry.env, PATH: v1 } }
    expect((await check(v2, inEntry, shell, allowed)).predicted).toMatchObject({ arn: small.admin })
  })

  test('what a wrapper runs in the end is looked up, too', async () => {
    await machine.write(
      '.kube/config',
      kubeconfigOf([
        {
          ...piece('one', {}),
          user: userEntry('/usr/bin/env', ['AWS_PROFILE=admin', 'aws', ...getTokenArgs()]),
        },
      ]),
    )
    const whom = async (PATH: string) => {
      const [one] = await machine.subjects(environmentOf('app', machine.variables({ PATH, ...shell })))
      return [one?.program?.version, one?.predicted.accessKeyId ?? one?.predicted.arn]
    }
    expect(await whom(v1)).toEqual(['1.46.2', small.carol.key.id])
    expect(await whom(newest)).toEqual(['2.36.12', small.admin])
  })

  test('an entry may name another by its path', async () => {
    const byPath = { ...entry, command: join(v1.split(':')[0] ?? '', 'aws') }
    const unasked = await check(v2, byPath, shell)
    expect(unasked).toMatchObject({ verdict: 'broken', problem: { code: 'command-not-allowed' } })
    expect(unasked.predicted).toMatchObject({ accessKeyId: small.carol.key.id, certain: true })
    expect(await check(v2, byPath, shell, allowed)).toMatchObject({
      verdict: 'mismatch',
      aws: { path: byPath.command, version: '1.46.2' },
    })
    await machine.write('.kube/aws', `#!/bin/sh\nexec ${byPath.command} "$@"\n`, true)
    const relative = await check(v2, { ...entry, command: './aws' }, shell, allowed)
    expect(relative).toMatchObject({
      verdict: 'mismatch',
      aws: { path: join(machine.home, '.kube/aws'), version: '1.46.2' },
    })
  })

  test('a shim is asked where it may run, once for all that run it, and until then nothing is certain', async () => {
    const shim = await machine.write('shims/aws', `#!/bin/sh\nexec ${v1.split(':')[0]}/aws "$@"\n`, true)
    const PATH = `${join(machine.home, 'shims')}:/usr/bin:/bin`
    await machine.write(
      '.kube/config',
      kubeconfigOf(['one', 'two', 'three'].map((name) => piece(name, entry))),
    )
    const variables = machine.variables({ PATH, ...shell })
    const [before] = await machine.subjects(environmentOf('app', variables))
    expect(before?.predicted.certain).toBe(false)
    expect(before?.predicted.by.at(-1)).toBe(
      `the version of ${shim} is not known before a check has asked it`,
    )
    const { checks } = await machine.check(variables)
    expect(asked()).toBe(1)
    for (const one of checks.values()) {
      expect(one).toMatchObject({ verdict: 'mismatch', aws: { path: shim, version: '1.46.2' } })
      expect(one.predicted).toMatchObject({ accessKeyId: small.carol.key.id, certain: true })
      expect(one.steps.find(({ kind }) => kind === 'version')).toMatchObject({
        title: 'Runs aws 1.46.2',
        detail: shim,
      })
    }
  })

  test('nothing is asked of a program that may not run, nor of one whose version is read', async () => {
    const shim = await machine.write('odd/aws', '#!/bin/sh\nexit 3\n', true)
    const refused = await check(v2, { ...entry, command: shim })
    expect(refused).toMatchObject({ problem: { code: 'command-not-allowed' }, predicted: { certain: false } })
    expect(machine.runs).toEqual([])
    await check(v2, entry)
    expect(asked()).toBe(0)
  })
})
