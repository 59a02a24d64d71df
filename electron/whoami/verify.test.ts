/** Whole checks against the simulator: what Ekscope says of a context is what the real kubectl says of it. */

import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hostAndPort } from '../../shared/destination/destination'
import { shortName } from '../../shared/identity/verdict'
import { addressOf } from '../../shared/testing/address'
import { someOf } from '../../shared/testing/counts'
import { ssoTokenKey } from '../aws/files/caches'
import { openAhead } from '../net/early-connections'
import { runCommand } from '../system/run-command'
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
import { realProgram, runProgram } from '../testing/real-programs'
import { startPlain } from '../testing/servers'
import { small, smallWorld } from '../testing/small-world'

let machine: Machine
beforeAll(async () => {
  machine = await startMachine(smallWorld(Date.now()))
  await machine.write(
    '.aws/credentials',
    `[alice]\naws_access_key_id = ${small.alice.key.id}\naws_secret_access_key = ${small.alice.key.secret}\n` +
      `[carol]\naws_access_key_id = ${small.carol.key.id}\naws_secret_access_key = ${small.carol.key.secret}\n` +
      `[unknown]\naws_access_key_id = AKIANOBODYNOBODY0000\naws_secret_access_key = secretsecretsecretsecretsecretsecretsecr\n` +
      `[wrong]\naws_access_key_id = ${small.alice.key.id}\naws_secret_access_key = secretsecretsecretsecretsecretsecretsecr\n` +
      `[half]\naws_access_key_id = ${small.alice.key.id}\n`,
  )
  await machine.write(
    '.aws/config',
    `[profile admin]\nrole_arn = ${small.admin}\nsource_profile = alice\n` +
      `[profile denied]\nrole_arn = ${small.crossAccount}\nsource_profile = alice\n` +
      `[profile mfa]\nrole_arn = ${small.withMfa}\nsource_profile = alice\nmfa_serial = arn:aws:iam::111122223333:mfa/alice\n` +
      `[profile yaml]\noutput = yaml\nrole_arn = ${small.admin}\nsource_profile = alice\n` +
      `[profile dora]\nsso_session = small\nsso_account_id = ${small.account}\nsso_role_name = Developer\n[sso-session small]\nsso_start_url = ${small.startUrl}\nsso_region = eu-west-1\n`,
  )
})
afterAll(() => machine.close())
beforeEach(() => {
  machine.simulator.clearFaults()
  machine.simulator.forgetRequests()
  machine.runs.length = 0
})

const cluster = (name = 'prod') => clusterEntry(machine, name)
const aws = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}, name = 'prod') =>
  userEntry('aws', getTokenArgs(args, name), env)
const write = (pieces: readonly Piece[], path = '.kube/config') => machine.write(path, kubeconfigOf(pieces))

async function kubectlSays(context: string, variables: Readonly<Record<string, string>>) {
  const run = await runProgram(
    realProgram('kubectl'),
    ['--context', context, 'auth', 'whoami', '-o', 'json'],
    variables,
  )
  if (run.status !== 0) return null
  const { username, groups } = JSON.parse(run.stdout).status.userInfo
  return { username, groups }
}

describe('the ways to STS and cluster', () => {
  /** A check whose connections are opened ahead, and in which order things happened. */
  async function checked(profile: string) {
    await write([{ name: 'one', cluster: cluster(), user: aws(['--profile', profile]) }])
    const run = new AbortController()
    const ahead = openAhead(run.signal)
    const order: string[] = []
    const { url } = machine.simulator.cluster('prod')
    const opened = {
      [hostAndPort(addressOf(url))]: 'cluster',
      [hostAndPort(addressOf(machine.simulator.endpointUrl))]: 'sts',
    }
    try {
      const { checks } = await machine.check(machine.variables(), {
        ask: async (question, signal) => {
          order.push(`asked ${opened[hostAndPort(question.target.to)]}`)
          const answer = await ahead.ask(question, signal)
          order.push(`${opened[hostAndPort(question.target.to)]} answered`)
          return answer
        },
        openAhead: (target) => {
          order.push(`opened ${opened[hostAndPort(target.to)]}`)
          ahead.open(target)
        },
        runCommand: async (request, signal) => {
          const result = await runCommand(request, signal)
          order.push('command ended')
          return result
        },
      })
      return { check: checks.get('one'), order }
    } finally {
      run.abort()
      ahead.close()
    }
  }

  test('are open when the command ends, and its token is shown to the cluster after STS has proven it', async () => {
    const { check, order } = await checked('alice')
    expect(check).toMatchObject({ verdict: 'verified' })
    expect(order.slice(0, 2).sort()).toEqual(['opened cluster', 'opened sts'])
    expect(order.slice(2)).toEqual([
      'command ended',
      'asked sts',
      'sts answered',
      'asked cluster',
      'cluster answered',
      // Whether they may do everything.
      'asked cluster',
      'cluster answered',
    ])
  })

  test('are open in vain where AWS refuses the token: the cluster is asked nothing', async () => {
    const { check, order } = await checked('unknown')
    expect(check).toMatchObject({ proven: null, seen: null })
    expect(order.slice(0, 2).sort()).toEqual(['opened cluster', 'opened sts'])
    expect(order.slice(2)).toEqual(['command ended', 'asked sts', 'sts answered'])
    expect(machine.simulator.requests().filter((request) => request.cluster !== null)).toEqual([])
  })

  test('are not opened where the command may not run', async () => {
    const { order } = await checked('dora')
    expect(order).toEqual([])
  })
})

describe('the chain, judged by kubectl', () => {
  const pieces = (): readonly Piece[] => [
    { name: 'unpinned', cluster: cluster(), user: aws() },
    { name: 'by-env', cluster: cluster(), user: aws([], { AWS_PROFILE: 'alice' }) },
    { name: 'by-arg', cluster: cluster(), user: aws(['--profile', 'alice']) },
    { name: 'with-role', cluster: cluster(), user: aws(['--role', small.admin], { AWS_PROFILE: 'alice' }) },
    { name: 'reader', cluster: cluster(), user: aws(['--role-arn', small.reader], { AWS_PROFILE: 'alice' }) },
    { name: 'old-v1beta1', cluster: cluster('old'), user: aws(['--profile', 'carol'], {}, 'old') },
    {
      name: 'yaml-output',
      cluster: cluster(),
      user: {
        exec: { ...aws().exec, args: ['eks', 'get-token', '--cluster-name', 'prod', '--profile', 'yaml'] },
      },
    },
    { name: 'no-entry', cluster: cluster('old'), user: aws(['--profile', 'alice'], {}, 'old') },
  ]

  /** Of the others chain.oracle.test.ts has entries that aws wrote, judged by kubectl in every run. */
  const quick = new Set(['unpinned', 'old-v1beta1', 'yaml-output', 'no-entry'])

  test('in the plain environment and with another user’s keys exported, username and groups are kubectl’s', async () => {
    await write(pieces())
    const plain = machine.variables()
    const hijacked = machine.variables({
      AWS_ACCESS_KEY_ID: small.carol.key.id,
      AWS_SECRET_ACCESS_KEY: small.carol.key.secret,
    })
    const verdicts: Record<string, string[]> = {}
    for (const variables of [plain, hijacked]) {
      const { checks } = await machine.check(variables)
      const judged = await Promise.all(
        someOf([...checks], ([name]) => quick.has(name)).map(async ([name, { seen }]) => ({
          name,
          seen: seen && { username: seen.username, groups: seen.groups },
          says: await kubectlSays(name, variables),
        })),
      )
      for (const { name, seen, says } of judged) expect.soft([name, seen]).toEqual([name, says])
      for (const [name, { verdict, problem }] of checks)
        verdicts[name] = [...(verdicts[name] ?? []), `${verdict}${problem ? ` ${problem.code}` : ''}`]
    }
    expect(verdicts).toEqual({
      unpinned: ['broken no-keys', 'proven'],
      'by-env': ['verified', 'mismatch other-principal'],
      'by-arg': ['verified', 'verified'],
      'with-role': ['verified', 'verified'],
      reader: ['verified', 'broken assume-role-denied'],
      'old-v1beta1': ['verified', 'verified'],
      'yaml-output': ['verified', 'verified'],
      'no-entry': ['no-access unauthorized', 'no-access unauthorized'],
    })
  }, 240_000)

  test('whom the entry does not name is refused: the mismatch decides, and the cluster’s 401 is kept beside it', async () => {
    await write([{ name: 'it', cluster: cluster('old'), user: aws([], { AWS_PROFILE: 'carol' }, 'old') }])
    const { id, secret } = small.alice.key
    const keys = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret }
    const check = (await machine.check(machine.variables(keys))).checks.get('it')
    expect(check).toMatchObject({
      verdict: 'mismatch',
      problem: { code: 'other-principal' },
      clusterProblem: { code: 'unauthorized', message: expect.stringContaining('(401)') },
      seen: null,
    })
    expect((await machine.check(machine.variables())).checks.get('it')).not.toHaveProperty('clusterProblem')
  })

  test('a check carries all four identities, the token’s facts and its steps, and no secret', async () => {
    await write(pieces().slice(3, 4))
    const { checks, events } = await machine.check(machine.variables())
    const check = checks.get('with-role')
    expect(check).toMatchObject({
      verdict: 'verified',
      intended: { arn: small.admin },
      predicted: { arn: small.admin },
      proven: {
        arn: 'arn:aws:sts::111122223333:assumed-role/Admin/EKSGetTokenAuth',
        canonicalArn: small.admin,
        account: '111122223333',
        userId: 'AROAADMINADMIN000001:EKSGetTokenAuth',
      },
      token: {
        host: expect.stringContaining('127.0.0.1'),
        region: 'eu-west-1',
        cluster: 'prod',
        temporary: true,
      },
    })
    expect(check?.steps.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'entry ok',
      'predict ok',
      'allow ok',
      'exec ok',
      'token ok',
      'sts ok',
      'cluster ok',
    ])
    const reported = JSON.stringify(events)
    expect(reported).not.toContain(small.alice.key.secret)
    expect(reported).not.toMatch(/k8s-aws-v1\.[A-Za-z0-9]/)
    expect(reported).not.toMatch(/X-Amz-S/)
  })
})

describe('a profile that no file resolves and that is not used', () => {
  const process = '[profile batch]\ncredential_process = /bin/false\n'
  const carolKeys = {
    AWS_ACCESS_KEY_ID: small.carol.key.id,
    AWS_SECRET_ACCESS_KEY: small.carol.key.secret,
  }
  const oneCheck = async (
    env: Record<string, string>,
    variables: Record<string, string>,
    args: string[] = [],
  ) => {
    const config = await machine.write(
      'config-with-process',
      `${process}[profile other]\nregion = eu-west-1\n`,
    )
    await write([{ name: 'it', cluster: cluster(), user: aws(args, env) }])
    const { checks } = await machine.check(machine.variables({ AWS_CONFIG_FILE: config, ...variables }))
    const { verdict, problem, proven } = checks.get('it') ?? {}
    return [
      verdict,
      proven?.arn ?? null,
      problem?.message.match(/because (.*) is used instead/)?.[1] ?? problem?.code,
    ]
  }

  test('is none where --profile pins it, though its program gives the very key that is exported', async () => {
    const keys = { Version: 1, AccessKeyId: small.carol.key.id, SecretAccessKey: small.carol.key.secret }
    const program = await machine.write('carols', `#!/bin/sh\necho '${JSON.stringify(keys)}'\n`, true)
    const config = await machine.write(
      'config-of-carols',
      `[profile batch]\ncredential_process = ${program}\n`,
    )
    await write([{ name: 'it', cluster: cluster(), user: aws(['--profile', 'batch']) }])
    const trust = { ...noDecisions, allows: () => true }
    const { checks } = await machine.check(machine.variables({ AWS_CONFIG_FILE: config, ...carolKeys }), {
      trust,
    })
    expect(checks.get('it')).toMatchObject({ verdict: 'proven', proven: { arn: small.carol.arn } })
  })

  test('is a mismatch, and the variable that wins is the reason', async () => {
    const carol = small.carol.arn
    expect(await oneCheck({ AWS_PROFILE: 'batch', ...carolKeys }, {})).toEqual([
      'mismatch',
      carol,
      'AWS_ACCESS_KEY_ID in exec env',
    ])
    expect(await oneCheck({ AWS_DEFAULT_PROFILE: 'batch' }, carolKeys)).toEqual([
      'mismatch',
      carol,
      'AWS_ACCESS_KEY_ID of the app’s environment',
    ])
    expect(await oneCheck({ AWS_DEFAULT_PROFILE: 'batch' }, { AWS_PROFILE: 'carol' })).toEqual([
      'mismatch',
      carol,
      'AWS_PROFILE of the app’s environment',
    ])
    const token = await machine.write('web-token', small.webToken)
    const web = { AWS_WEB_IDENTITY_TOKEN_FILE: token, AWS_ROLE_ARN: small.workload }
    expect(await oneCheck({ AWS_PROFILE: 'batch' }, web)).toEqual([
      'mismatch',
      expect.stringContaining(':assumed-role/Workload/'),
      'AWS_WEB_IDENTITY_TOKEN_FILE of the app’s environment',
    ])
    // Pinned by argument the process is asked, and so it asks first.
    expect(await oneCheck({}, carolKeys, ['--profile', 'batch'])).toEqual([
      'broken',
      null,
      'process-not-allowed',
    ])
  })
})

describe('no identity: each cause has its own problem', () => {
  test('what the real aws says becomes a cause and a next step', async () => {
    await write([
      { name: 'nowhere', cluster: cluster(), user: aws(['--profile', 'nowhere']) },
      { name: 'half', cluster: cluster(), user: aws(['--profile', 'half']) },
      { name: 'unknown', cluster: cluster(), user: aws(['--profile', 'unknown']) },
      { name: 'wrong', cluster: cluster(), user: aws(['--profile', 'wrong']) },
      { name: 'denied', cluster: cluster(), user: aws(['--profile', 'denied']) },
    ])
    const { checks } = await machine.check(machine.variables())
    const codes = Object.fromEntries([...checks].map(([name, { problem }]) => [name, problem?.code]))
    expect(codes).toEqual({
      nowhere: 'unknown-profile',
      half: 'partial-keys',
      unknown: 'keys-unknown',
      wrong: 'bad-signature',
      denied: 'assume-role-denied',
    })
    expect(checks.get('denied')?.problem?.message).toBe(
      `AWS says that ${shortName(small.alice.arn)} may not assume ${shortName(small.crossAccount)}.`,
    )
    // Which key, and where it stands: the file and its line.
    expect(checks.get('unknown')?.problem).toMatchObject({
      message: expect.stringMatching(
        /^AWS does not accept access key AKIA\w+ in .*:\d+ \(profile unknown\): it was deleted/,
      ),
      next: 'Put a valid key there, or name another profile in the entry.',
    })
    expect(checks.get('wrong')?.problem?.next).toMatch(/^Copy both parts of the key again \(.*:\d+\), /)
  })

  test('the id of the entry with the secret of the environment: each is named, and no copying mistake is looked for', async () => {
    await write([
      { name: 'half', cluster: cluster(), user: aws([], { AWS_ACCESS_KEY_ID: small.alice.key.id }) },
    ])
    const { checks } = await machine.check(
      machine.variables({ AWS_SECRET_ACCESS_KEY: small.carol.key.secret }),
    )
    expect(checks.get('half')?.problem).toEqual({
      code: 'bad-signature',
      message:
        'AWS refuses the signature: AWS_ACCESS_KEY_ID in exec env is used with AWS_SECRET_ACCESS_KEY of the app’s environment, and they are not of one key.',
      next: 'Write the secret of that key beside it in the env of the entry, or remove AWS_ACCESS_KEY_ID from the env of the entry.',
    })
  })

  test('what else is so is the cause, before a trust policy or an access entry is the cure', async () => {
    const keys = { AWS_ACCESS_KEY_ID: small.carol.key.id, AWS_SECRET_ACCESS_KEY: small.carol.key.secret }
    const sts = `arn:aws:sts::${small.account}:assumed-role`
    const arn = (name: string) => `arn:aws:eks:eu-west-1:${small.account}:cluster/${name}`
    await write([
      {
        name: 'hijacked',
        cluster: cluster(),
        user: aws(['--role', small.reader], { AWS_PROFILE: 'alice', ...keys }),
      },
      { name: arn('prod'), cluster: cluster(), user: aws(['--profile', 'admin'], {}, 'stage') },
      { name: arn('old'), cluster: cluster('old'), user: aws([], { AWS_PROFILE: 'alice' }, 'old') },
      {
        name: 'role-sts',
        cluster: cluster(),
        user: aws(['--profile', 'alice', '--role', small.admin.replace(':iam:', ':sts:')]),
      },
      {
        name: 'role-session',
        cluster: cluster(),
        user: aws(['--profile', 'alice', '--role', `${sts}/Admin/me`]),
      },
      { name: 'empty', cluster: cluster(), user: aws([], { AWS_PROFILE: '' }) },
    ])
    const earlierIds = async (of: string) => (of === small.alice.arn ? ['AIDAALICEBEFORE00001'] : [])
    const { checks } = await machine.check(machine.variables(), { earlierIds })
    const said = (name: string) => `${checks.get(name)?.problem?.message} ${checks.get(name)?.problem?.next}`
    expect(said('hijacked')).toMatch(
      /only because AWS_ACCESS_KEY_ID in exec env .*leave the trust policy of role \w+ of \d+ as it is/,
    )
    expect(said(arn('prod'))).toMatch(/^The token is for cluster stage, and it was sent to cluster prod/)
    expect(said(arn('old'))).toContain('its id was AIDAALICEBEFORE00001 and is')
    expect(checks.get(arn('old'))?.steps.at(-1)?.detail).toContain('its id was')
    // The program's own words know no more than what was foretold: one cause, as in the list.
    expect(said('role-sts')).toContain('which is not the ARN of a role')
    expect(said('role-session')).toContain('which is not the ARN of a role')
    expect(said('empty')).toContain('Unset AWS_PROFILE in exec env or give it a name')
  })

  test('a program of the user’s own is proven once allowed, with the cluster named by its entry', async () => {
    const program = await machine.write(
      'bin/our-token',
      '#!/bin/sh\nexec aws --profile admin --region eu-west-1 eks get-token --cluster-name prod --output json\n',
      true,
    )
    const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command: program, args: [] } }
    const all = { ...noDecisions, allows: () => true }
    for (const name of ['prod', 'prod.eu-west-1.eksctl.io']) {
      await write([{ name, cluster: cluster(), user }])
      const { checks } = await machine.check(machine.variables(), { trust: all })
      expect(checks.get(name)).toMatchObject({ verdict: 'proven', proven: { canonicalArn: small.admin } })
    }
    // Nothing says which cluster the program signs for.
    await write([{ name: 'ours', cluster: cluster(), user }])
    const { checks } = await machine.check(machine.variables(), { trust: all })
    expect(checks.get('ours')).toMatchObject({ verdict: 'broken', problem: { code: 'bad-signature' } })
  })

  test('temporary keys that have expired mint a token all the same: AWS says so when it is replayed', async () => {
    await write([{ name: 'old-keys', cluster: cluster(), user: aws() }])
    const past = machine.simulator.issue(small.admin, 'alice', Date.now() - 60_000)
    const { checks } = await machine.check(
      machine.variables({
        AWS_ACCESS_KEY_ID: past.accessKeyId,
        AWS_SECRET_ACCESS_KEY: past.secretAccessKey,
        AWS_SESSION_TOKEN: past.sessionToken,
      }),
    )
    expect(checks.get('old-keys')).toMatchObject({
      verdict: 'expired',
      problem: { code: 'expired-keys' },
      token: { accessKeyId: past.accessKeyId, temporary: true },
      proven: null,
    })
  })

  test('whatever answers in place of the SSO portal, nobody is proven and nobody is refused', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const token = { accessToken: small.ssoToken, expiresAt, startUrl: small.startUrl, region: 'eu-west-1' }
    await machine.write(`.aws/sso/cache/${ssoTokenKey('small')}.json`, JSON.stringify(token))
    await write([{ name: 'sso', cluster: cluster(), user: aws(['--profile', 'dora']) }])
    const made = {
      accessKeyId: 'ASIAMADEUPMADEUP0001',
      secretAccessKey: 's',
      sessionToken: 't',
      expiration: Date.now() + 9e6,
    }
    let answer: readonly [number, string] = [200, '']
    const portal = await startPlain((_, response) => response.writeHead(answer[0]).end(answer[1]))
    try {
      for (const lie of [
        [200, '<html>sign in</html>'],
        [200, '{}'],
        [200, '{"roleCredentials":{}}'],
        [200, JSON.stringify({ roleCredentials: made })],
        [403, '<html>Forbidden</html>'],
        [404, '{"message":"Not Found"}'],
      ] as const) {
        answer = lie
        const variables = { AWS_ENDPOINT_URL_SSO: `http://127.0.0.1:${portal.port}` }
        const { checks } = await machine.check(machine.variables(variables))
        const { verdict, proven } = checks.get('sso') ?? {}
        expect([lie, verdict, proven]).toEqual([lie, 'broken', null])
      }
    } finally {
      await portal.close()
      await rm(join(machine.home, '.aws/sso'), { recursive: true })
      // Where aws keeps what the last lie made up.
      await rm(join(machine.home, '.aws/cli'), { recursive: true, force: true })
    }
  })

  test('a missing sign-in is reported without running anything', async () => {
    await write([
      { name: 'mfa', cluster: cluster(), user: aws(['--profile', 'mfa']) },
      { name: 'sso', cluster: cluster(), user: aws(['--profile', 'dora']) },
    ])
    const { checks } = await machine.check(machine.variables())
    expect(checks.get('mfa')).toMatchObject({ verdict: 'login-needed', problem: { code: 'mfa-code' } })
    expect(checks.get('sso')).toMatchObject({ verdict: 'login-needed', problem: { code: 'sso-login' } })
    expect(machine.runs).toEqual([])
  })

  test('what a code gave is used for this run alone, by the same aws without its profile, and the check says so', async () => {
    const chained = ['[profile over]', `role_arn = ${small.reader}`, 'source_profile = mfa'].join('\n')
    const before = await readFile(join(machine.home, '.aws/config'), 'utf8')
    await machine.write('.aws/config', `${before}${chained}\n`)
    await write([
      { name: 'by-argument', cluster: cluster(), user: aws(['--profile', 'mfa']) },
      { name: 'by-variable', cluster: cluster(), user: aws([], { AWS_PROFILE: 'mfa' }) },
      {
        name: 'without-region',
        cluster: cluster(),
        user: userEntry('aws', getTokenArgs([], 'prod', null), { AWS_PROFILE: 'mfa' }),
      },
      // The code was for the role before its own, and a program that is not aws alone gets no credentials.
      { name: 'over', cluster: cluster(), user: aws(['--profile', 'over']) },
      {
        name: 'wrapped',
        cluster: cluster(),
        user: userEntry('env', ['aws', ...getTokenArgs(['--profile', 'mfa'])]),
      },
      { name: 'debug', cluster: cluster(), user: aws(['--profile', 'mfa', '--debug']) },
      // A command without a profile has no identity here: the given credentials are not its own.
      { name: 'nobody', cluster: cluster(), user: aws() },
    ])
    const until = Date.now() + 3_600_000
    const made = machine.simulator.issue(small.withMfa, 'alice', until)
    const credentials = {
      profile: 'mfa',
      variables: [
        { name: 'AWS_ACCESS_KEY_ID', value: made.accessKeyId },
        { name: 'AWS_SECRET_ACCESS_KEY', value: made.secretAccessKey },
        { name: 'AWS_SESSION_TOKEN', value: made.sessionToken },
      ],
      until,
    }
    const { checks, events } = await machine.check(machine.variables({ AWS_PROFILE: 'nowhere' }), {
      credentials,
    })
    for (const name of ['by-argument', 'by-variable', 'without-region']) {
      const check = checks.get(name)
      expect([name, check?.proven?.canonicalArn]).toEqual([name, small.withMfa])
      expect(check).toMatchObject({ withCode: true, until })
      expect(check?.steps.find(({ kind }) => kind === 'exec')?.title).toBe(
        'Ran aws eks get-token with what the code gave in place of profile mfa',
      )
    }
    for (const name of ['over', 'debug', 'wrapped', 'nobody']) {
      expect([name, checks.get(name)?.proven]).toEqual([name, null])
      expect(checks.get(name)?.withCode).toBeUndefined()
    }
    expect(machine.runs.flatMap(({ args }) => args)).not.toContain('mfa')
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`${made.secretAccessKey}|${made.sessionToken}`))
    // And it is gone with the run.
    machine.runs.length = 0
    const after = await machine.check(machine.variables())
    expect(after.checks.get('by-argument')).toMatchObject({ verdict: 'login-needed' })
    await machine.write('.aws/config', before)
  })
})
