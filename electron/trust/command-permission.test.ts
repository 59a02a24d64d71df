/** docs/security.md, "Commands", line by line: each with a real program that says so if it ran. */
import { existsSync } from 'node:fs'
import { chmod, mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RawExec } from '../../shared/exec/parse'
import { allRegions } from '../../shared/identity/regions'
import { emptyExec } from '../../shared/kubeconfig/entries'
import { factsOf, isTooLong, maskedQuestion } from '../../shared/trust/command-question'
import type { RawCluster } from '../kubeconfig/read/raw-entries'
import { clusterEntry, kubeconfigOf, type Machine, noDecisions, startMachine } from '../testing/checking'
import { small, smallWorld } from '../testing/small-world'
import {
  commandFingerprint,
  commandPermission,
  commandSubject,
  processFingerprint,
  processSubject,
} from './command-permission'
import type { Trust } from './decisions'
import { examineCommand, lookupsOf } from './examine'

let machine: Machine
let ran: string
beforeAll(async () => {
  machine = await startMachine(smallWorld(Date.now()))
  ran = join(machine.home, 'ran')
})
afterAll(() => machine.close())
beforeEach(async () => {
  await rm(ran, { force: true })
  await rm(join(machine.home, '.aws'), { recursive: true, force: true })
  await rm(join(machine.home, '.kube'), { recursive: true, force: true })
  machine.runs.length = 0
})

const getToken = ['--region', 'eu-west-1', 'eks', 'get-token', '--cluster-name', 'prod', '--output', 'json']
const exec = (more: Partial<RawExec> = {}): RawExec => ({
  ...emptyExec,
  apiVersion: 'client.authentication.k8s.io/v1beta1',
  command: 'aws',
  args: getToken,
  env: [],
  ...more,
})
const env = (name: string, value = 'x') => [{ name, value }]

async function decide(entry: RawExec, path = '/usr/bin:/bin') {
  const facts = await examineCommand(entry, '/home/u/.kube/config', null, lookupsOf({ PATH: path }))
  return commandPermission(facts)
}
/** A program that notes that it ran and then answers like aws. */
const trap = (path: string) => machine.write(path, `#!/bin/sh\n: > ${ran}\nexec /usr/bin/aws "$@"\n`, true)

test('whatever wraps aws, and the authenticator by another name, is asked about', async () => {
  const wrapped: readonly (readonly [string, ...string[]])[] = [
    ['aws2-wrap', '--profile', 'p', 'aws', ...getToken],
    ['op', 'run', '--', 'aws', ...getToken],
    ['op', 'plugin', 'run', '--', 'aws', ...getToken],
    ['mise', 'x', '--', 'aws', ...getToken],
    ['direnv', 'exec', '/', 'aws', ...getToken],
    ['docker', 'run', '--rm', 'amazon/aws-cli', ...getToken],
    ['wsl', '-e', 'aws', ...getToken],
    ['kubergrunt', 'eks', 'token', '--cluster-id', 'prod'],
    ['heptio-authenticator-aws', 'token', '-i', 'prod'],
  ]
  for (const [command, ...args] of wrapped) {
    await trap(`wrappers/${command}`)
    const entry = exec({ command, args })
    const path = `${machine.home}/wrappers:/usr/bin:/bin`
    expect(await decide(entry, path)).toMatchObject({
      kind: 'ask',
      cause: 'command',
      why: expect.stringMatching(/^The command is neither aws nor .* in the end\.$/),
    })
  }
  expect(existsSync(ran)).toBe(false)
})

describe('runs without asking', () => {
  test('aws by its bare name, getting a token', async () => {
    expect(await decide(exec())).toEqual({ kind: 'allowed', path: '/usr/bin/aws' })
  })

  test('its absolute path, if that is what PATH gives', async () => {
    expect(await decide(exec({ command: '/usr/bin/aws' }))).toEqual({ kind: 'allowed', path: '/usr/bin/aws' })
  })

  test('flags of get-token in any order', async () => {
    for (const args of [
      ['eks', 'get-token', '--cluster-name', 'prod'],
      [
        'eks',
        'get-token',
        '--cluster-id',
        'abc',
        '--role',
        small.admin,
        '--profile',
        'x',
        '--region',
        'eu-west-1',
      ],
      ['--profile=x', '--output=json', 'eks', 'get-token', '--role-arn', small.admin, '--cluster-name=prod'],
    ]) {
      expect([args, (await decide(exec({ args }))).kind]).toEqual([args, 'allowed'])
    }
  })

  test('with exec.env that only chooses an identity or region', async () => {
    for (const name of [
      'AWS_PROFILE',
      'AWS_DEFAULT_PROFILE',
      'AWS_STS_REGIONAL_ENDPOINTS',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'AWS_ROLE_SESSION_NAME',
      'DEFAULT_ROLE',
    ]) {
      expect([name, (await decide(exec({ env: env(name) }))).kind]).toEqual([name, 'allowed'])
    }
    expect((await decide(exec({ env: env('AWS_REGION', 'eu-west-1') }))).kind).toBe('allowed')
  })

  test('aws-iam-authenticator token, where it is installed', async () => {
    const path = await machine.write('tools/aws-iam-authenticator', '#!/bin/sh\n', true)
    const entry = exec({ command: 'aws-iam-authenticator', args: ['token', '-i', 'prod', '-r', small.admin] })
    expect(await decide(entry, `${join(machine.home, 'tools')}:/usr/bin`)).toEqual({ kind: 'allowed', path })
  })
})

describe('asks first', () => {
  const asks = async (entry: RawExec, path?: string) => {
    const decision = await decide(entry, path)
    return decision.kind === 'ask' ? decision.why : decision
  }

  test('any other program', async () => {
    expect(await asks(exec({ command: 'sh', args: ['-c', 'id'] }))).toContain('neither aws nor')
    expect(await asks(exec({ command: '/usr/bin/env', args: ['aws', ...getToken] }))).toMatch(
      /neither aws nor .* it runs aws eks get-token in the end\.$/,
    )
  })

  test('a path to an aws that PATH does not give', async () => {
    const path = await trap('elsewhere/aws')
    expect(await asks(exec({ command: path }))).toContain('other than the aws that PATH gives')
    expect(await asks(exec({ command: '/usr/bin/../bin/aws' }))).toContain('other than the aws')
  })

  test('every argument that is not get-token’s', async () => {
    for (const args of [
      [...getToken, '--endpoint-url', 'https://evil.example'],
      [...getToken, '--cli-input-json', 'file:///etc/shadow'],
      [...getToken, '--no-verify-ssl'],
      [...getToken, '--debug'],
      [...getToken, '--query', 'status'],
      ['--ca-bundle', '/tmp/ca.pem', ...getToken],
      ['eks', 'update-kubeconfig', '--name', 'prod'],
      ['eks', 'get-token'],
      ['s3', 'rm', 's3://bucket', '--recursive'],
      [],
    ]) {
      expect([args, (await decide(exec({ args }))).kind]).toEqual([args, 'ask'])
    }
  })

  test('every variable that is not on the list: it can name another program or file', async () => {
    for (const name of [
      'AWS_CONFIG_FILE',
      'AWS_SHARED_CREDENTIALS_FILE',
      'PYTHONPATH',
      'LD_PRELOAD',
      'PATH',
      'HOME',
      'AWS_CA_BUNDLE',
      'AWS_ENDPOINT_URL_STS',
      'AWS_ENDPOINT_URL',
      'HTTPS_PROXY',
      'AWS_CLI_AUTO_PROMPT',
      'AWS_PAGER',
      'AWS_ROLE_ARN',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'aws_profile',
      '',
    ]) {
      expect([name, (await decide(exec({ env: env(name) }))).kind]).toEqual([name, 'ask'])
    }
  })

  test('and why is one short sentence of ours, whatever the entry says', async () => {
    const prose = 'This was signed by AWS and is safe to allow. '.repeat(80)
    for (const more of [
      { args: [prose, 'eks', 'get-token', '--cluster-name', 'c'] },
      { args: ['eks', 'get-token', '--cluster-name', 'c', prose] },
      { env: env(prose) },
      { args: ['eks', 'get-token', '--cluster-name', 'c', '--a\u202eb'] },
    ]) {
      const decided = await decide(exec(more))
      const why = decided.kind === 'ask' ? decided.why : ''
      expect(why).toMatch(/^The (arguments do|entry sets)/)
      expect(why.length).toBeLessThan(200)
      expect(why).not.toMatch(/signed|\u202e/)
    }
    expect(await decide(exec({ args: [...getToken, '--debug'] }))).toMatchObject({
      why: 'The arguments do more than get a token: --debug is given.',
    })
  })

  test('a region that is none: it becomes part of a host’s name', async () => {
    expect(
      await asks(exec({ args: ['--region', 'x.evil.example/', 'eks', 'get-token', '--cluster-name', 'p'] })),
    ).toContain('region')
    // sts.s3.amazonaws.com can be anybody's bucket.
    for (const region of [
      's3',
      's3-us-east-1',
      'x-us-east-1',
      'us-east-1.x',
      'us--1',
      'us-east-123',
      ' us-east-1',
    ]) {
      expect(await asks(exec({ args: ['--region', region, ...getToken.slice(2)] }))).toContain('region')
      expect(await asks(exec({ env: env('AWS_DEFAULT_REGION', region) }))).toContain('region')
    }
  })

  test('a region of every partition is no reason to ask', async () => {
    for (const region of [
      ...allRegions,
      'us-iso-east-1',
      'us-isob-east-1',
      'eu-isoe-west-1',
      'eusc-de-east-1',
    ])
      expect([
        region,
        await decide(exec({ args: ['--region', region, ...getToken.slice(2)] })),
      ]).toMatchObject([region, { kind: 'allowed' }])
    expect(await asks(exec({ env: env('AWS_REGION', 'x@evil.example') }))).toContain('AWS_REGION')
  })

  test('when PATH has an empty, relative or world-writable folder before aws', async () => {
    const open = join(machine.home, 'open')
    await mkdir(open, { recursive: true })
    await chmod(open, 0o777)
    expect(await asks(exec(), ':/usr/bin')).toContain('empty folder')
    expect(await asks(exec(), 'bin:/usr/bin')).toContain('relative folder')
    expect(await asks(exec(), `${open}:/usr/bin`)).toContain(open)
    expect(await asks(exec({ command: '/usr/bin/aws' }), `${open}:/usr/bin`)).toContain(open)
    expect((await decide(exec(), `/usr/bin:${open}:`)).kind).toBe('allowed')
  })

  test('nothing where there is nothing to run', async () => {
    expect((await decide(exec(), '/nowhere')).kind).toBe('cannot-run')
  })
})

describe('the hostile, with a real program that must not have run', () => {
  const cluster = () => clusterEntry(machine)
  const check = async (
    user: Record<string, unknown>,
    variables = machine.variables(),
    trust: Trust = noDecisions,
  ) => {
    await machine.write(
      '.kube/config',
      kubeconfigOf([
        {
          name: 'it',
          cluster: cluster(),
          user: { exec: { ...user, apiVersion: 'client.authentication.k8s.io/v1beta1' } },
        },
      ]),
    )
    const { checks } = await machine.check(variables, { trust })
    return checks.get('it')
  }
  const keys = { AWS_ACCESS_KEY_ID: small.alice.key.id, AWS_SECRET_ACCESS_KEY: small.alice.key.secret }

  test('a program of the kubeconfig’s own choosing', async () => {
    const command = await trap('evil/plugin')
    expect(await check({ command, args: getToken })).toMatchObject({
      verdict: 'broken',
      problem: { code: 'command-not-allowed' },
    })
    expect(machine.runs).toEqual([])
    expect(existsSync(ran)).toBe(false)
  })

  test('a relative program beside the kubeconfig', async () => {
    await trap('.kube/aws')
    const found = await check({ command: './aws', args: getToken })
    expect(found?.problem?.code).toBe('command-not-allowed')
    expect(existsSync(ran)).toBe(false)
  })

  test('aws with AWS_CONFIG_FILE: its credential_process would be a program of the kubeconfig’s choosing', async () => {
    const program = await trap('evil/process')
    const config = await machine.write('evil/config', `[default]\ncredential_process = ${program}\n`)
    const found = await check({
      command: 'aws',
      args: getToken,
      env: [{ name: 'AWS_CONFIG_FILE', value: config }],
    })
    expect(found?.problem?.code).toBe('command-not-allowed')
    expect(existsSync(ran)).toBe(false)
  })

  test('aws with PYTHONPATH: it would load a module of the kubeconfig’s choosing', async () => {
    await machine.write('evil/awscli/__init__.py', `open(${JSON.stringify(ran)}, 'w')\n`)
    const value = join(machine.home, 'evil')
    const found = await check({ command: 'aws', args: getToken, env: [{ name: 'PYTHONPATH', value }] })
    expect(found?.problem?.code).toBe('command-not-allowed')
    expect(existsSync(ran)).toBe(false)
  })

  test('an aws in a folder of PATH that every user of the machine can write to', async () => {
    await trap('open/aws')
    await chmod(join(machine.home, 'open'), 0o777)
    const found = await check(
      { command: 'aws', args: getToken },
      machine.variables({ PATH: `${join(machine.home, 'open')}:/usr/bin` }),
    )
    expect(found?.problem?.code).toBe('command-not-allowed')
    expect(found?.problem?.message).toContain('can be written by every user')
    expect(existsSync(ran)).toBe(false)
    await rm(join(machine.home, 'open'), { recursive: true })
  })

  test('a credential_process of the user’s own config, until it is allowed', async () => {
    const program = await machine.write(
      'process',
      `#!/bin/sh\n: > ${ran}\necho '{"Version": 1, "AccessKeyId": "${small.alice.key.id}", "SecretAccessKey": "${small.alice.key.secret}"}'\n`,
      true,
    )
    const config = await machine.write(
      '.aws/config',
      `[profile p]\ncredential_process = ${program} --token abc\n`,
    )
    const user = { command: 'aws', args: [...getToken, '--profile', 'p'] }
    const before = await check(user)
    expect(before).toMatchObject({ verdict: 'broken', problem: { code: 'process-not-allowed' } })
    expect(before?.problem?.message).toContain(`${config}:2`)
    expect(existsSync(ran)).toBe(false)

    const allowed = processFingerprint(noDecisions.key, {
      command: `${program} --token abc`,
      realPath: program,
      file: config,
      line: 2,
      profile: 'p',
    })
    const after = await check(user, machine.variables(), {
      ...noDecisions,
      allows: (fingerprint) => fingerprint === allowed,
    })
    expect(after).toMatchObject({ verdict: 'proven', seen: { username: small.alice.arn } })
    expect(existsSync(ran)).toBe(true)

    // Another program under the same name: the decision was about where it lay.
    await rm(program)
    await symlink(await trap('tools/other'), program)
    const swapped = await check(user, machine.variables(), {
      ...noDecisions,
      allows: (fingerprint) => fingerprint === allowed,
    })
    expect(swapped).toMatchObject({ problem: { code: 'process-not-allowed' } })
  })

  test('an allowed command runs, and no other: the decision is bound to arguments, path, variables and file', async () => {
    const command = await trap('tools/plugin')
    const user = {
      command,
      args: getToken,
      env: [
        { name: 'AWS_ACCESS_KEY_ID', value: small.alice.key.id },
        { name: 'AWS_SECRET_ACCESS_KEY', value: small.alice.key.secret },
      ],
    }
    const entry = exec({ command, args: getToken, env: user.env })
    const file = join(machine.home, '.kube/config')
    const bound = { exec: entry, path: command, realPath: command, file, cluster: null }
    const allowed = commandFingerprint(noDecisions.key, bound)
    const trust: Trust = { ...noDecisions, allows: (fingerprint) => fingerprint === allowed }
    expect(await check(user, machine.variables(), trust)).toMatchObject({
      // What it makes of keys is not known: only aws itself is held to theirs.
      verdict: 'proven',
      seen: { username: small.alice.arn },
    })
    expect(existsSync(ran)).toBe(true)

    await rm(ran)
    const others = [
      { ...user, args: [...getToken, '--debug'] },
      { ...user, env: [...user.env, { name: 'X', value: '1' }] },
      { ...user, command: await trap('tools/plugin2') },
    ]
    for (const other of others) {
      expect((await check(other, machine.variables(), trust))?.problem?.code).toBe('command-not-allowed')
    }
    expect(existsSync(ran)).toBe(false)
    for (const other of [
      { file: '/elsewhere/config' },
      { path: '/elsewhere/plugin' },
      { realPath: '/elsewhere/plugin' },
      { exec: { ...entry, provideClusterInfo: true } },
    ]) {
      expect(commandFingerprint(noDecisions.key, { ...bound, ...other })).not.toBe(allowed)
    }
    expect(commandFingerprint('1'.repeat(64), bound)).not.toBe(allowed)
  })

  test('aws cannot ask for an MFA code, even when the AWS config hides that it would', async () => {
    await machine.write(
      '.aws/config',
      `[profile p]\nrole_arn = ${small.withMfa}\nsource_profile = alice\nmfa_serial = arn:aws:iam::111122223333:mfa/alice\n`,
    )
    await machine.write(
      '.aws/credentials',
      `[alice]\naws_access_key_id = ${keys.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${keys.AWS_SECRET_ACCESS_KEY}\n`,
    )
    await machine.write(
      '.kube/config',
      kubeconfigOf([
        {
          name: 'it',
          cluster: cluster(),
          user: {
            exec: {
              apiVersion: 'client.authentication.k8s.io/v1beta1',
              command: 'aws',
              args: [...getToken, '--profile', 'p'],
            },
          },
        },
      ]),
    )
    // As if the prediction had not seen it: the command runs, finds no terminal, and ends by itself.
    const { checks } = await machine.check(machine.variables(), { blind: true })
    expect(checks.get('it')).toMatchObject({ verdict: 'login-needed', problem: { code: 'mfa-code' } })
    expect(machine.runs).toHaveLength(1)
  })
})

describe('a question', () => {
  const asked = { context: 'c', contexts: ['c', 'd'] }
  const clusterEntry: RawCluster = {
    name: 'c',
    server: 'https://evil.example/$(touch x)',
    certificateAuthority: null,
    certificateAuthorityData: 'QQ==',
    tlsServerName: 'other.example',
    insecureSkipTlsVerify: false,
    proxyUrl: 'http://u:proxyword@proxy.example',
    disableCompression: false,
    execConfig: { run: 'touch y' },
  }
  async function question(entry: RawExec, path = '/usr/bin:/bin') {
    const facts = await examineCommand(entry, '/f', clusterEntry, lookupsOf({ PATH: path }))
    const permission = commandPermission(facts)
    if (permission.kind !== 'ask') throw new Error(permission.kind)
    const { key } = noDecisions
    const fingerprint = commandFingerprint(key, { ...facts, path: permission.path })
    const subject = commandSubject(facts, 3, permission)
    if (subject.kind === 'program') throw new Error(permission.why)
    return { ...subject, ...asked, fingerprint }
  }
  const shown = async (entry: RawExec, path?: string) =>
    factsOf(await question(entry, path)).map(({ label, value }) => `${label} ${value}`)

  test('shows command, place, each argument in a line of its own, variables and file', async () => {
    const args = ['-c', 'touch  x ', '', '--token', 'a\u202eb\nc ␣⟨']
    expect(await shown(exec({ command: 'sh', args, env: env('A', 'b c') }))).toEqual([
      'command sh',
      expect.stringMatching(/^leads to \/usr\/bin\/sh → \/usr\/bin\/\w+$/),
      'argument -c',
      'argument touch␣␣x␣',
      'argument ⟨empty⟩',
      'argument --token',
      'argument a⟨U+202E⟩b⟨U+000A⟩c␣⟨U+2423⟩⟨U+27E8⟩',
      'variable A=b␣c',
      'written in /f:3',
    ])
  })

  // Each of them hid what it ran from the one who was asked.
  test.each<readonly [string, Partial<RawExec>, string]>([
    [
      'an argument that looks like a secret of aws',
      { command: 'sh', args: ['-c', 'AWS_SESSION_TOKEN="$(touch ran)" exec aws eks get-token'] },
      '$(touch␣ran)',
    ],
    [
      'a variable beyond those of aws',
      { args: getToken, env: env('PYTHONPATH', '/home/u/evil') },
      '/home/u/evil',
    ],
    [
      'BASH_ENV',
      { command: 'bash', args: ['-c', 'true'], env: env('BASH_ENV', '/home/u/env') },
      '/home/u/env',
    ],
    [
      'what follows --token',
      { command: 'sh', args: ['-c', 'eval "$1"', '--token', 'touch ran'] },
      'touch␣ran',
    ],
    [
      'a session token that a shell executes',
      {
        command: 'sh',
        args: ['-c', 'eval "$AWS_SESSION_TOKEN"'],
        env: env('AWS_SESSION_TOKEN', 'touch ran'),
      },
      'touch␣ran',
    ],
    [
      'a key of an aws that is not the one of PATH',
      { command: '/usr/bin/../bin/aws', env: env('AWS_SECRET_ACCESS_KEY', 'touch ran') },
      'touch␣ran',
    ],
    [
      'a key of an aws with another variable',
      { env: [...env('AWS_SECRET_ACCESS_KEY', 'touch ran'), ...env('PYTHONPATH', '.')] },
      'touch␣ran',
    ],
    ['a password in a URL', { command: 'sh', args: ['http://u:$(touch ran)@h'] }, '$(touch␣ran)'],
  ])('hides nothing: %s', async (_, entry, payload) => {
    const text = (await shown(exec(entry))).join('\n')
    expect(text).toContain(payload)
    expect(text).not.toContain('••')
  })

  test('leaves only the keys of the aws of PATH masked, where it does nothing but get a token', async () => {
    const odd = [...env('AWS_SECRET_ACCESS_KEY', 'hunter22'), ...env('AWS_REGION', 'sts.s3')]
    const text = (await shown(exec({ env: odd }))).join()
    expect([text.includes('AWS_SECRET_ACCESS_KEY=•'), text.includes('hunter22')]).toEqual([true, false])
  })

  test('shows what the command is told of the cluster, and the decision is bound to it', async () => {
    const told = exec({ command: 'sh', provideClusterInfo: true })
    expect((await shown(told)).filter((line) => line.startsWith('cluster info'))).toEqual([
      'cluster info server=https://evil.example/$(touch␣x)',
      'cluster info tls-server-name=other.example',
      'cluster info certificate-authority-data=QQ==',
      'cluster info proxy-url=http://u:proxyword@proxy.example',
      'cluster info config={"run":"touch␣y"}',
    ])
    expect((await shown(exec({ command: 'sh' }))).join()).not.toContain('evil.example')
    const bound = { exec: told, path: '/bin/sh', realPath: '/bin/dash', file: '/f' }
    const prints = [
      clusterEntry,
      { ...clusterEntry, server: 'https://x' },
      { ...clusterEntry, certificateAuthorityData: 'Qg==' },
      { ...clusterEntry, execConfig: { run: 'touch z' } },
      { ...clusterEntry, proxyUrl: null },
    ].map((cluster) => commandFingerprint(noDecisions.key, { ...bound, cluster }))
    expect(new Set(prints).size).toBe(prints.length)
  })

  test('that is too long to be judged says so, with its beginning', async () => {
    const fits = await question(exec({ command: 'sh', args: ['-c', 'x'.repeat(8_188)] }))
    const long = await question(exec({ command: 'sh', args: ['-c', `${'ä'.repeat(4_095)}; touch ran`] }))
    expect([isTooLong(fits), isTooLong(long)]).toEqual([false, true])
    expect(factsOf(long).map(({ value }) => value)).toContain('/f:3')
  })

  test('is masked where others may read along', async () => {
    const entry = exec({
      command: 'sh',
      args: ['read', '--token', 's.verysecret', '--addr=https://u:pw@vault'],
      env: [...env('AWS_PROFILE', 'dev'), ...env('VAULT_PASS', 'hunter22')],
      provideClusterInfo: true,
    })
    const masked = maskedQuestion(await question(entry))
    expect(masked).toMatchObject({ file: '/f', line: 3, contexts: ['c', 'd'] })
    expect(masked.env[0]).toEqual({ name: 'AWS_PROFILE', value: 'dev' })
    const text = JSON.stringify(masked)
    for (const secret of ['verysecret', 'hunter22', 'pw@', 'proxyword']) expect(text).not.toContain(secret)
  })

  test('about a credential_process shows its whole command line', () => {
    const process = {
      command: '/opt/p --password hunter22',
      realPath: '/opt/real',
      file: '/home/u/.aws/config',
      line: 7,
      profile: 'p',
    }
    const subject = processSubject(process, '/opt/p')
    const second = { ...subject, ...asked, fingerprint: 'f'.repeat(64) }
    expect(factsOf(second).map(({ value }) => value)).toEqual([
      '/opt/p␣--password␣hunter22',
      '/opt/p → /opt/real',
      '/home/u/.aws/config:7',
    ])
    expect(JSON.stringify(maskedQuestion(second))).not.toContain('hunter22')
  })
})
