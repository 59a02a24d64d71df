/**
 * Checks of commands that wrap aws: a real shell, env, and for wrappers that Debian has not, stand-ins of the same name and
 * grammar that give their keys as the real ones do. What Ekscope says is what kubectl is told.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  clusterEntry,
  kubeconfigOf,
  type Machine,
  noDecisions,
  type Piece,
  startMachine,
  userEntry,
} from '../testing/checking'
import { readIdentities } from '../testing/read-identities'
import { realProgram, runProgram } from '../testing/real-programs'
import { small, smallWorld } from '../testing/small-world'

let machine: Machine
beforeAll(async () => {
  machine = await startMachine(smallWorld(Date.now()))
  const keys = (name: string, { id, secret }: { readonly id: string; readonly secret: string }) =>
    `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`
  await machine.write('.aws/credentials', keys('alice', small.alice.key) + keys('carol', small.carol.key))
  await machine.write(
    '.aws/config',
    `[profile admin]\nrole_arn = ${small.admin}\nsource_profile = alice\n` +
      `[profile mfa]\nrole_arn = ${small.withMfa}\nsource_profile = alice\nmfa_serial = arn:aws:iam::111122223333:mfa/alice\n` +
      `[profile program]\ncredential_process = /bin/false\n` +
      `[profile dora]\nsso_account_id = ${small.account}\nsso_role_name = Developer\nsso_start_url = ${small.startUrl}\nsso_region = eu-west-1\n`,
  )
  // `aws-vault exec PROFILE -- command`: session keys, from a store of its own, and none of the environment's.
  await machine.write(
    'bin/aws-vault',
    `#!/bin/sh\nprofile=$2\nshift 3\nunset AWS_PROFILE AWS_DEFAULT_PROFILE\n. "$HOME/vault/$profile"\nexport AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN\nexec "$@"\n`,
    true,
  )
  // `saml2aws exec -- command`: whose credentials is for its own settings to say.
  await machine.write(
    'bin/saml2aws',
    `#!/bin/sh\nshift 2\n. "$HOME/vault/admin"\nexport AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN\nexec /bin/sh -c "$*"\n`,
    true,
  )
  // `direnv exec FOLDER command`: what its file of the folder sets; here AWS_PROFILE.
  await machine.write('bin/direnv', '#!/bin/sh\n. "$2/.envrc"\nshift 2\nexec "$@"\n', true)
  await machine.write('folder/.envrc', 'export AWS_PROFILE=carol\n')
  // `docker run OPTIONS IMAGE arguments`: aws, with AWS files of its own, or those that are mounted.
  await machine.write(
    'bin/docker',
    `#!/bin/sh
aws="$HOME/image"
while [ "$1" != amazon/aws-cli ]; do
  [ "$1" = -v ] && aws="\${2%%:*}"
  shift
done
shift
exec env -u AWS_PROFILE AWS_CONFIG_FILE="$aws/config" AWS_SHARED_CREDENTIALS_FILE="$aws/credentials" aws "$@"
`,
    true,
  )
  await machine.write('image/credentials', keys('admin', small.carol.key))
  await machine.write(
    'bin/heptio-authenticator-aws',
    '#!/bin/sh\nexec aws eks get-token --cluster-name "$3" --region eu-west-1\n',
    true,
  )
  const stored = (profile: string, role: string) => {
    const { accessKeyId, secretAccessKey, sessionToken } = machine.simulator.issue(
      role,
      'vault',
      Date.now() + 9e6,
    )
    return machine.write(
      `vault/${profile}`,
      `AWS_ACCESS_KEY_ID='${accessKeyId}' AWS_SECRET_ACCESS_KEY='${secretAccessKey}' AWS_SESSION_TOKEN='${sessionToken}'\n`,
    )
  }
  await stored('admin', small.admin)
  await stored('dora', small.sso)
  // What the files say of nobody, and a profile that is another in the store than in the files.
  await stored('elsewhere', small.admin)
  await stored('mfa', small.admin)
})
afterAll(() => machine.close())
beforeEach(() => {
  machine.runs.length = 0
})

const allowed = { ...noDecisions, allows: () => true }
const getToken = 'aws --region eu-west-1 eks get-token --cluster-name prod'

const entry = (name: string, ...[command, args, env]: Parameters<typeof userEntry>): Piece => ({
  name,
  cluster: clusterEntry(machine, args.join(' ').includes('--cluster-name old') ? 'old' : 'prod'),
  user: userEntry(command, args, env),
})
const variables = (more: Readonly<Record<string, string>> = {}) => {
  const plain = machine.variables(more)
  return { ...plain, PATH: `${machine.home}/bin:${plain.PATH}` }
}
async function checked(pieces: readonly Piece[], more: Readonly<Record<string, string>> = {}) {
  await machine.write('.kube/config', kubeconfigOf(pieces))
  const { checks } = await machine.check(variables(more), { trust: allowed })
  return checks
}
const carols = {
  AWS_ACCESS_KEY_ID: small.carol.key.id,
  AWS_SECRET_ACCESS_KEY: small.carol.key.secret,
}

describe('a verdict over a wrapped command', () => {
  test('is about whom the entry names, read through the wrapper', async () => {
    const checks = await checked([
      entry('by-argument', '/bin/sh', ['-c', `exec ${getToken} --profile admin`], { AWS_PROFILE: 'carol' }),
      entry('by-script', 'sh', ['-c', `AWS_PROFILE=alice ${getToken}`], carols),
      entry('by-env', 'env', ['AWS_PROFILE=alice', ...getToken.split(' ')]),
      entry('role', 'bash', ['-c', `aws --profile alice ${getToken.slice(4)} --role-arn '${small.admin}'\n`]),
      entry('vault', 'aws-vault', ['exec', 'admin', '--', ...getToken.split(' ')]),
      entry('vault-argument', 'aws-vault', [
        'exec',
        'admin',
        '--',
        'aws',
        '--profile=alice',
        ...getToken.split(' ').slice(1),
      ]),
      entry('vault-sso', 'aws-vault', ['exec', 'dora', '--', ...getToken.split(' ')]),
      entry('vault-alone', 'aws-vault', ['exec', 'elsewhere', '--', ...getToken.split(' ')]),
      entry('vault-other', 'aws-vault', ['exec', 'mfa', '--', ...getToken.split(' ')]),
    ])
    const of = (name: string) => checks.get(name)
    expect(of('by-argument')).toMatchObject({
      verdict: 'verified',
      intended: { arn: small.admin, profile: 'admin' },
    })
    expect(of('by-script')).toMatchObject({
      verdict: 'mismatch',
      intended: { accessKeyId: small.alice.key.id },
      problem: {
        message: expect.stringContaining('because AWS_ACCESS_KEY_ID in exec env is used instead'),
        next: 'Remove AWS_ACCESS_KEY_ID from the env of the entry.',
      },
    })
    // aws itself gets the token: its key decides.
    expect(of('by-env')).toMatchObject({ verdict: 'verified', intended: { accessKeyId: small.alice.key.id } })
    expect(of('role')).toMatchObject({ verdict: 'verified', intended: { arn: small.admin } })
    expect(of('vault')).toMatchObject({
      verdict: 'verified',
      intended: { arn: small.admin, by: ['profile admin (aws-vault in exec args)'] },
      predicted: { arn: small.admin, certain: false, problem: null },
    })
    expect(of('vault-argument')).toMatchObject({
      verdict: 'verified',
      intended: { accessKeyId: small.alice.key.id, profile: 'alice' },
    })
    expect(of('vault-sso')).toMatchObject({ verdict: 'verified', intended: { permissionSet: 'Developer' } })
    expect(of('vault-alone')).toMatchObject({
      verdict: 'proven',
      intended: { profile: 'elsewhere', arn: null },
    })
    expect(of('vault-other')).toMatchObject({ verdict: 'mismatch', problem: { code: 'other-principal' } })
    for (const name of ['by-argument', 'vault']) {
      const run = await runProgram(
        realProgram('kubectl'),
        ['--context', name, 'auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'],
        variables(),
      )
      expect([name, run.stdout]).toEqual([name, of(name)?.seen?.username])
    }
  })

  test('keys of the environment take nothing from a wrapper that gives its own, and all from a shell', async () => {
    const checks = await checked(
      [
        entry('vault', 'aws-vault', ['exec', 'admin', '--', ...getToken.split(' ')]),
        entry('shell', 'sh', ['-c', `AWS_PROFILE=alice ${getToken}`]),
        entry('without', 'env', [
          '-u',
          'AWS_ACCESS_KEY_ID',
          '-u',
          'AWS_SECRET_ACCESS_KEY',
          'AWS_PROFILE=alice',
          ...getToken.split(' '),
        ]),
      ],
      carols,
    )
    expect(checks.get('vault')).toMatchObject({ verdict: 'verified', predicted: { instead: null } })
    expect(checks.get('shell')).toMatchObject({
      verdict: 'mismatch',
      predicted: { accessKeyId: small.carol.key.id },
    })
    expect(checks.get('without')).toMatchObject({
      verdict: 'verified',
      predicted: { accessKeyId: small.alice.key.id },
    })
  })

  test('is never right by what another program makes of a profile, and nothing wrong is said of it', async () => {
    const script = await machine.write('bin/token', `#!/bin/sh\nexec ${getToken} --profile alice\n`, true)
    const checks = await checked([
      entry('prod', script, [], { AWS_PROFILE: 'carol', ...carols }),
      entry('pipe', 'sh', ['-c', `${getToken} --profile alice | cat`], { AWS_PROFILE: 'carol' }),
    ])
    for (const name of ['prod', 'pipe'])
      expect([name, checks.get(name)]).toMatchObject([
        name,
        { verdict: 'proven', problem: null, intended: { profile: 'carol', arn: null, accessKeyId: null } },
      ])
  })

  test('what makes the environment, or has files of its own, decides, and no identity is predicted', async () => {
    const args = getToken.split(' ')
    const image = (...more: readonly string[]) => ['run', '--rm', 'amazon/aws-cli', ...args.slice(1), ...more]
    const mounted = (folder: string) => ['run', '--rm', '-v', `${folder}:/root/.aws:ro`, ...image().slice(2)]
    const folder = `${machine.home}/folder`
    const checks = await checked([
      entry('folder', 'direnv', ['exec', folder, ...args], { AWS_PROFILE: 'alice' }),
      entry('folder-argument', 'direnv', ['exec', folder, ...args, '--profile', 'alice'], {
        AWS_PROFILE: 'x',
      }),
      entry('image', 'docker', image('--profile', 'admin')),
      entry('image-role', 'docker', image('--profile', 'admin', '--role-arn', small.admin)),
      entry('image-own', 'docker', [...mounted(`${machine.home}/.aws`), '--profile', 'admin']),
      entry('image-other', 'docker', [...mounted(`${machine.home}/image`), '--profile', 'admin']),
      entry('old-name', 'heptio-authenticator-aws', ['token', '-i', 'prod'], { AWS_PROFILE: 'alice' }),
    ])
    const nobody = { arn: null, accessKeyId: null, account: null, certain: false }
    expect(checks.get('folder')).toMatchObject({
      verdict: 'proven',
      intended: { profile: 'alice', accessKeyId: null },
      predicted: { ...nobody, by: ['profile alice', 'the environment that direnv makes'] },
      proven: { arn: small.carol.arn },
    })
    expect(checks.get('folder-argument')).toMatchObject({
      verdict: 'verified',
      intended: { accessKeyId: small.alice.key.id },
      predicted: { accessKeyId: small.alice.key.id, certain: false },
    })
    expect(checks.get('image-own')).toMatchObject({
      verdict: 'verified',
      intended: { profile: 'admin', arn: small.admin },
      predicted: {
        arn: small.admin,
        certain: false,
        by: ['profile admin', `docker has the AWS files in ${machine.home}/.aws`],
      },
    })
    expect(checks.get('image-other')).toMatchObject({
      verdict: 'proven',
      intended: { arn: null },
      predicted: nobody,
    })
    // The profile admin of the image is not that of the user's files.
    expect(checks.get('image')).toMatchObject({
      verdict: 'proven',
      intended: { profile: 'admin', arn: null },
      predicted: nobody,
      proven: { arn: small.carol.arn },
    })
    expect(checks.get('image-role')).toMatchObject({
      intended: { arn: small.admin },
      predicted: { arn: small.admin, certain: false },
    })
    expect(checks.get('old-name')).toMatchObject({
      verdict: 'verified',
      intended: { accessKeyId: small.alice.key.id },
      predicted: { certain: false },
    })
  })

  test('the environment is not blamed for whom a wrapper decides on', async () => {
    const old = getToken.replace('prod', 'old').split(' ')
    const checks = await checked(
      [
        entry('not-let-in', 'saml2aws', ['exec', '--', ...old]),
        entry('denied', 'saml2aws', ['exec', '--', ...old, '--role-arn', small.reader]),
        entry('shell', 'sh', ['-c', old.join(' ')]),
      ],
      carols,
    )
    expect(checks.get('not-let-in')?.problem).toMatchObject({
      code: 'unauthorized',
      message: 'Cluster old does not let role Admin of 111122223333 in (401).',
      next: expect.stringMatching(/^Let an administrator of old run `aws eks create-access-entry /),
    })
    expect(checks.get('denied')?.problem).toMatchObject({
      code: 'assume-role-denied',
      message: expect.not.stringContaining('does not say'),
    })
    expect(checks.get('shell')).toMatchObject({ verdict: 'proven', proven: { arn: small.carol.arn } })
  })

  test('a sign-in that only a person can do is known before, and asks for nobody’s program', async () => {
    const checks = await checked([entry('mfa', 'sh', ['-c', `exec ${getToken} --profile mfa`])])
    expect(checks.get('mfa')).toMatchObject({ verdict: 'login-needed', problem: { code: 'mfa-code' } })
    expect(machine.runs).toEqual([])
  })
})

describe('what wraps a command', () => {
  test('is asked about before it runs, and its arguments are told apart from it', async () => {
    await machine.write(
      '.kube/config',
      kubeconfigOf([entry('shell', 'sh', ['-c', `exec ${getToken} --profile alice`])]),
    )
    const { checks } = await machine.check(variables())
    expect(checks.get('shell')).toMatchObject({
      problem: {
        code: 'command-not-allowed',
        message: expect.stringMatching(
          /neither aws nor .* so it could do anything\. Its arguments say that it runs aws eks get-token in the end\.$/,
        ),
      },
    })
    expect(machine.runs).toEqual([])
  })

  test('starts a credential_process only after that was asked about, too', async () => {
    await machine.write(
      '.kube/config',
      kubeconfigOf([entry('p', 'sh', ['-c', `exec ${getToken} --profile program`])]),
    )
    const [context] = (await readIdentities({ home: machine.home, variables: variables() })).contexts
    expect((await context?.subject())?.processes).toMatchObject([{ command: '/bin/false' }])
  })

  test('names no AWS file of an opened kubeconfig that would be read', async () => {
    const text = kubeconfigOf([
      entry('there', 'sh', ['-c', `AWS_CONFIG_FILE=${machine.home}/planted ${getToken}`]),
    ])
    const foreign = await machine.write('downloads/config', text)
    const { checks } = await machine.check(variables(), { foreign, trust: allowed })
    expect(checks.get('there')?.predicted.by).toEqual([expect.stringContaining('these are not read')])
  })

  test('is seen through by findings', async () => {
    const stage = entry('arn:aws:eks:eu-west-1:111122223333:cluster/stage', 'sh', [
      '-c',
      `${getToken} --profile admin`,
    ])
    await machine.write(
      '.kube/config',
      kubeconfigOf([
        entry('unpinned', 'sh', ['-c', getToken]),
        entry('env-only', 'sh', ['-c', `AWS_PROFILE=alice ${getToken}`]),
        entry('twice', 'aws-vault', [
          'exec',
          'admin',
          '--',
          ...getToken.split(' '),
          '--role-arn',
          small.reader,
        ]),
        entry('gone', 'env', ['AWS_PROFILE=gone', ...getToken.split(' ')]),
        entry('vault-gone', 'aws-vault', ['exec', 'gone', '--', ...getToken.split(' ')]),
        { ...stage, cluster: { server: 'https://stage.example' } },
        entry('opaque', '/opt/token', getToken.split(' ')),
      ]),
    )
    const { contexts } = await readIdentities({ home: machine.home, variables: variables() }, carols)
    const ids = contexts.map(({ name, findings }) => [name, findings.map(({ id }) => id).sort()])
    const noOutput = 'missing-output-json'
    expect(Object.fromEntries(ids)).toEqual({
      unpinned: [noOutput, 'unpinned'],
      'env-only': ['env-keys-win', noOutput],
      twice: ['audit-name-lost', 'double-assume', noOutput],
      gone: [noOutput, 'unknown-profile'],
      'vault-gone': [noOutput],
      [stage.name]: ['cluster-mismatch', noOutput],
      opaque: ['command-not-found'],
    })
    const [, envOnly] = contexts
    expect(envOnly?.findings[0]?.message).toContain(`the owner of access key ${small.carol.key.id}`)
  })
})
