import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { authenticatorExec, awsExec, editedBy, execEdit, execOf, jsonOf } from '../testing/exec-arbitrary'
import { wrapped } from '../testing/wrapped-arbitrary'
import { throughWrappers } from './inside'
import { type ExecCommand, execMeaning } from './parse'
import { compared, setEksName, setProfile, setRegion, setRole } from './set-values'

const entry = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ExecCommand => ({
  command,
  args,
  env: Object.entries(env).map(([name, value]) => ({ name, value })),
})
const role = 'arn:aws:iam::111122223333:role/Admin'
const getToken = ['aws', 'eks', 'get-token', '--cluster-name', 'prod']

/** As kubeconfigs that are published write it; names are ours. */
const published: readonly (readonly [what: string, ExecCommand, said: object])[] = [
  [
    'aws-vault, as most write it',
    entry('aws-vault', ['exec', 'prod', '--', ...getToken]),
    {
      gets: 'aws',
      given: 'credentials',
      profile: 'prod',
      profilePinnedBy: 'wrapper',
      clusterName: 'prod',
      region: null,
    },
  ],
  [
    'aws-vault, options of aws in their usual places',
    entry(
      'aws-vault',
      'exec dev -- aws --region eu-central-1 eks get-token --cluster-name gw --output json'.split(' '),
    ),
    { profile: 'dev', region: 'eu-central-1', clusterName: 'gw', output: 'json' },
  ],
  [
    'aws-vault, a region between eks and get-token',
    entry('aws-vault', 'exec v -- aws eks --region ap-southeast-1 get-token --cluster-name c'.split(' ')),
    { profile: 'v', region: 'ap-southeast-1', clusterName: 'c' },
  ],
  [
    'aws-vault around the authenticator, which forwards the session name',
    entry(
      'aws-vault',
      `exec default -- aws-iam-authenticator token -i prod --role ${role} --forward-session-name`.split(' '),
    ),
    { gets: 'aws-iam-authenticator', profile: 'default', role, clusterId: 'prod' },
  ],
  [
    'aws-vault without a session, its flags on both sides of the profile',
    entry('aws-vault', [
      'exec',
      '--no-session',
      '--assume-role-ttl=60m',
      'prod',
      '--region',
      'us-west-2',
      '--',
      ...getToken,
    ]),
    { profile: 'prod', region: 'us-west-2', regionPinnedBy: 'env' },
  ],
  [
    'aws-okta',
    entry('aws-okta', `exec test -- aws-iam-authenticator token -i sre -r ${role}`.split(' ')),
    {
      gets: 'aws-iam-authenticator',
      given: 'credentials',
      profile: 'test',
      profilePinnedBy: 'wrapper',
      role,
      roleFrom: '-r',
    },
  ],
  [
    'saml2aws, whose own settings name the profile',
    entry('saml2aws', `exec -- aws-iam-authenticator token -i example -r ${role}`.split(' ')),
    {
      gets: 'aws-iam-authenticator',
      given: 'credentials',
      profile: null,
      profilePinnedBy: 'none',
      role,
      clusterId: 'example',
    },
  ],
  [
    'saml2aws with a profile that assumes a role on top',
    entry('saml2aws', ['exec', '-a', 'work', '--exec-profile', 'prod', '--', ...getToken]),
    { profile: 'prod', profilePinnedBy: 'wrapper' },
  ],
  [
    'granted, as its documentation writes it',
    entry('assumego', ['prod', '--exec', 'aws --region us-west-2 eks get-token --cluster-name prod'], {
      GRANTED_QUIET: 'true',
      FORCE_NO_ALIAS: 'true',
    }),
    {
      gets: 'aws',
      given: 'credentials',
      profile: 'prod',
      profilePinnedBy: 'wrapper',
      region: 'us-west-2',
      clusterName: 'prod',
    },
  ],
  [
    'granted, the command behind two dashes',
    entry('assume', ['prod', '--exec', '--', ...getToken, '--role-arn', role]),
    { profile: 'prod', role, roleFrom: '--role-arn', clusterName: 'prod' },
  ],
  [
    'aws-sso by profile',
    entry('aws-sso', ['exec', '-p', 'k8s.dev:engineer', '--', ...getToken]),
    { given: 'credentials', profile: 'k8s.dev:engineer', profilePinnedBy: 'wrapper' },
  ],
  [
    'aws-sso by account and role, the command without dashes',
    entry('aws-sso', ['exec', '--account', '111122223333', '--role', 'Admin', ...getToken]),
    { given: 'credentials', profile: null, profilePinnedBy: 'none', clusterName: 'prod' },
  ],
  [
    'awsume, sourced by a shell before aws',
    entry('bash', ['-c', '. awsume prod && aws eks get-token --cluster-name prod']),
    { given: 'credentials', profile: 'prod', profilePinnedBy: 'wrapper', clusterName: 'prod' },
  ],
  [
    'a shell that starts aws in its own place',
    entry('/bin/sh', ['-c', 'exec aws --region eu-west-1 --profile ci eks get-token --cluster-name tools'], {
      AWS_PROFILE: 'carol',
    }),
    {
      gets: 'aws',
      given: null,
      profile: 'ci',
      profilePinnedBy: 'arg',
      region: 'eu-west-1',
      clusterName: 'tools',
    },
  ],
  [
    'a login shell, a variable in the script, a block of several lines',
    entry('bash', [
      '-lc',
      `AWS_PROFILE="prod eu" aws \\\n  eks get-token --cluster-name 'prod' \\\n  --role-arn ${role}\n`,
    ]),
    { given: null, profile: 'prod eu', profilePinnedBy: 'env', role, clusterName: 'prod' },
  ],
  [
    'env with a variable, and one taken away',
    entry('env', ['-u', 'AWS_ACCESS_KEY_ID', 'AWS_PROFILE=prod', ...getToken]),
    { given: null, profile: 'prod', profilePinnedBy: 'env' },
  ],
  [
    'a shell around aws-vault',
    entry('sh', ['-c', 'exec aws-vault exec prod -- aws eks get-token --cluster-name prod']),
    { given: 'credentials', profile: 'prod', profilePinnedBy: 'wrapper' },
  ],
  [
    'what is inside names a profile of its own, which beats the keys that it is given',
    entry('aws-vault', ['exec', 'base', '--', ...getToken, '--profile', 'other']),
    { given: 'credentials', profile: 'other', profilePinnedBy: 'arg' },
  ],
  [
    'aws2-wrap, whose command begins with the first word',
    entry('aws2-wrap', ['--profile', 'sso-prod', ...getToken]),
    {
      gets: 'aws',
      given: 'credentials',
      profile: 'sso-prod',
      profilePinnedBy: 'wrapper',
      clusterName: 'prod',
    },
  ],
  [
    'aws2-wrap with a text for its shell',
    entry('aws2-wrap', ['--profile=sso', `--exec=aws eks get-token --cluster-name 'prod'`]),
    { given: 'credentials', profile: 'sso', profilePinnedBy: 'wrapper', clusterName: 'prod' },
  ],
  [
    '1Password, whose references may be keys: an argument inside beats them',
    entry('op', ['run', '--env-file', '.env', '--no-masking', '--', ...getToken, '--profile', 'pay']),
    { given: 'environment', profile: 'pay', profilePinnedBy: 'arg', clusterName: 'prod' },
  ],
  [
    '1Password’s plugin, which takes the profile away and gives keys of its own',
    entry('op', ['plugin', 'run', '--', 'aws', '--profile', 'pay', ...getToken.slice(1)]),
    { given: 'everything', profile: 'pay', profilePinnedBy: 'arg' },
  ],
  [
    'mise with a tool, and a profile of exec.env, which its files may change',
    entry('mise', ['exec', '-q', 'awscli@2', '--', ...getToken], { AWS_PROFILE: 'pay' }),
    { given: 'environment', profile: 'pay', profilePinnedBy: 'env', clusterName: 'prod' },
  ],
  [
    'mise in short',
    entry('/opt/bin/mise', ['x', '--', ...getToken]),
    { given: 'environment', profile: null },
  ],
  [
    'direnv',
    entry('direnv', ['exec', '/srv/team', 'aws', '--region', 'eu-west-1', ...getToken.slice(1)]),
    { given: 'environment', region: 'eu-west-1', clusterName: 'prod' },
  ],
  [
    'docker, with the folder of the user and a variable',
    entry('docker', [
      ...['run', '--rm', '-i', '-v', '/home/me/.aws:/root/.aws', '-e', 'AWS_PROFILE=pay'],
      ...['public.ecr.aws/aws-cli/aws-cli:2.36.12', ...getToken.slice(1), '--role-arn', role],
    ]),
    { gets: 'aws', given: 'everything', profile: 'pay', profilePinnedBy: 'env', role, clusterName: 'prod' },
  ],
  [
    'docker, which passes on what it is told to pass on',
    entry(
      'docker',
      ['container', 'run', '--rm', '--env=AWS_PROFILE', 'amazon/aws-cli', ...getToken.slice(1)],
      {
        AWS_PROFILE: 'pay',
        AWS_REGION: 'eu-west-1',
      },
    ),
    { given: 'everything', profile: 'pay', region: null, clusterName: 'prod' },
  ],
  [
    'wsl without the shell of the distribution',
    entry('wsl.exe', ['-d', 'Ubuntu', '-e', 'aws', '--profile', 'two words', ...getToken.slice(1)]),
    { given: 'everything', profile: 'two words', profilePinnedBy: 'arg' },
  ],
  [
    'wsl that starts in the home folder of a distribution',
    entry('wsl', ['~', '--distribution-id', '{d8}', '-u', 'me', '-e', ...getToken], { AWS_PROFILE: 'pay' }),
    { given: 'everything', profile: null, clusterName: 'prod' },
  ],
  ['wsl by its shell', entry('wsl', ['--', ...getToken]), { given: 'everything', clusterName: 'prod' }],
  ['wsl by its shell, without dashes', entry('wsl', getToken), { given: 'everything', clusterName: 'prod' }],
]

/** aws's own words behind those of Ekscope: files and environment decide as ever. */
const byEkscope: typeof published = [
  [
    'ekscope token with the words of aws',
    entry('ekscope', ['token', '--region', 'eu-west-1', ...getToken.slice(1), '--role', role], {
      AWS_PROFILE: 'pay',
    }),
    { gets: 'aws', given: null, profile: 'pay', region: 'eu-west-1', role, clusterName: 'prod' },
  ],
  [
    'ekscope token with the aws that it is for',
    entry('/usr/bin/ekscope', [
      'token',
      '--aws',
      '/opt/aws',
      '--explain',
      '--profile',
      'pay',
      ...getToken.slice(1),
    ]),
    { gets: 'aws', given: null, profile: 'pay', profilePinnedBy: 'arg', clusterName: 'prod' },
  ],
]

/** The authenticator by other names: they have fewer flags. */
const authenticators: typeof published = [
  [
    'the authenticator’s old name',
    entry('heptio-authenticator-aws', ['token', '-i', 'prod', '-r', role], { AWS_PROFILE: 'pay' }),
    { gets: 'aws-iam-authenticator', given: null, profile: 'pay', role, roleFrom: '-r', clusterId: 'prod' },
  ],
  [
    'the authenticator as a library, which takes no DEFAULT_ROLE',
    entry('kubergrunt', ['eks', 'token', '--cluster-id', 'prod'], { DEFAULT_ROLE: role }),
    { gets: 'aws-iam-authenticator', given: null, role: null, clusterId: 'prod' },
  ],
]

describe('wrappers are read through', () => {
  test.each(published)('%s', (_, exec, said) => {
    expect(execMeaning(exec)).toMatchObject({ program: 'other', complete: false, refusal: null, ...said })
  })

  test.each(byEkscope)('%s', (_, exec, said) => {
    expect(execMeaning(exec)).toMatchObject({ program: 'ekscope', complete: true, unknown: null, ...said })
  })

  test.each(authenticators)('%s', (_, exec, said) => {
    expect(execMeaning(exec)).toMatchObject({ program: 'other', complete: false, refusal: null, ...said })
    // It has no --region, and an edit writes none.
    expect(setRegion({ ...exec, env: [] }, 'us-east-2').ok).toBe(false)
    const renamed = setEksName({ ...exec, env: [] }, 'c2')
    expect(renamed.ok && renamed.value.args).toContain('c2')
  })

  test('each of them is edited inside, or at the wrapper where it names the profile', () => {
    for (const [what, exec] of published) {
      const json = { ...exec, env: exec.env.map((one) => ({ ...one })) }
      const was = execMeaning(exec)
      const other = 'arn:aws:iam::111122223333:role/Other'
      const check = (edited: ReturnType<typeof setRole>, is: object) => {
        if (!edited.ok) throw new Error(`${what}: ${edited.fault}`)
        const { roleFrom: _, regionPinnedBy: __, ...rest } = was
        expect(execMeaning(execOf({ apiVersion: '', ...edited.value })), what).toMatchObject({
          ...rest,
          ...is,
        })
      }
      check(setRole(json, other), { role: other })
      check(setRegion(json, 'us-east-2'), { region: 'us-east-2' })
      const setting = was.gets === 'aws' ? 'clusterName' : 'clusterId'
      check(setEksName(json, 'c2'), { [setting]: 'c2' })
      if (was.profile !== null) check(setProfile(json, 'elsewhere', null), { profile: 'elsewhere' })
    }
  })

  test('an edit leaves every other letter of a script as it is written', () => {
    const text = `  AWS_PROFILE='a b' exec aws\t--region "eu-west-1" \\\n eks get-token --cluster-name 'prod' # `
    const whole = text.replace(' # ', '\n')
    const json = { command: 'sh', args: ['-c', whole], env: null }
    const edited = (result: ReturnType<typeof setRole>) => (result.ok ? result.value.args : result.fault)
    expect(edited(setRegion(json, 'us-west-2'))).toEqual(['-c', whole.replace('"eu-west-1"', 'us-west-2')])
    expect(edited(setProfile(json, `it's`, null))).toEqual(['-c', whole.replace(`'a b'`, `'it'\\''s'`)])
    expect(edited(setProfile(json, null, null))).toEqual(['-c', whole.replace(`AWS_PROFILE='a b' `, '')])
    expect(edited(setRole(json, role))).toEqual(['-c', whole.replace(`'prod'`, `'prod' --role ${role}`)])
    // Pinned by argument, the variable goes.
    expect(edited(setProfile(json, 'p', 'arg'))).toEqual([
      '-c',
      whole.replace(`AWS_PROFILE='a b' `, '').replace('eks get', '--profile p eks get'),
    ])
  })
})

describe('what is not certain is not read', () => {
  test.each([
    ['a pipe', 'sh', ['-c', `${getToken.join(' ')} | sed s/v1alpha1/v1beta1/`], '|'],
    ['two commands', 'sh', ['-c', `unset AWS_PROFILE && ${getToken.join(' ')}`], 'several commands'],
    ['two lines', 'sh', ['-c', `set -e\n${getToken.join(' ')}`], 'several lines'],
    ['a variable', 'sh', ['-c', 'aws --profile $P eks get-token --cluster-name c'], '$'],
    ['a variable between quotes', 'bash', ['-c', 'aws --profile "$P" eks get-token --cluster-name c'], '$'],
    ['a substitution', 'sh', ['-c', 'eval `x`'], '`'],
    ['a name pattern', 'sh', ['-c', 'aws --profile p* eks get-token'], '*'],
    ['a home folder', 'sh', ['-c', '~/bin/aws eks get-token --cluster-name c'], '~'],
    ['no end of a quotation', 'sh', ['-c', `aws 'eks`], 'no end'],
    ['an interactive shell, which knows aliases', 'bash', ['-ic', getToken.join(' ')], '-i'],
    ['a script file', 'sh', ['token.sh', ...getToken], 'not run with -c'],
    ['nothing to run', 'sh', ['-c', ' \n'], 'runs nothing'],
    ['a program of the user’s', 'sh', ['-c', 'my-token --cluster-name c'], 'what sh runs is neither'],
    [
      'a server of credentials, behind what files hold',
      'aws-vault',
      ['exec', '--ecs-server', 'p', '--', ...getToken],
      '--ecs-server',
    ],
    ['no dashes', 'aws-vault', ['exec', 'p', 'aws', 'eks'], 'no --'],
    ['no profile', 'aws-vault', ['exec', '--', ...getToken], 'no profile'],
    ['another verb', 'aws-vault', ['login', 'p'], 'not run with exec'],
    ['no environment left', 'env', ['-i', ...getToken], '-i'],
    [
      'keys over those that are given',
      'aws-vault',
      ['exec', 'p', '--', 'env', '-u', 'AWS_SESSION_TOKEN', ...getToken],
      'changes the keys',
    ],
    [
      'awsume where it gives nothing',
      'bash',
      ['-lc', `awsume p && ${getToken.join(' ')}`],
      'several commands',
    ],
    [
      'awsume that names nobody',
      'bash',
      ['-c', `. awsume -r && ${getToken.join(' ')}`],
      'awsume does not name',
    ],
    [
      'granted without a profile, which asks for one',
      'assume',
      ['--exec', getToken.join(' ')],
      'does not name one profile',
    ],
    ['granted without a command', 'assume', ['p'], 'not run with --exec'],
    [
      'words that the shell of saml2aws takes apart',
      'saml2aws',
      ['exec', '--', 'aws', '--profile', 'a b', 'eks'],
      'saml2aws',
    ],
    ['a whole line in place of a program', 'aws-vault exec p -- aws', ['eks'], 'neither aws nor'],
    ['1Password without dashes', 'op', ['run', 'aws'], 'no --'],
    ['1Password with another verb', 'op', ['read', '--', ...getToken], 'not run with run'],
    ['mise with a text for its shell', 'mise', ['exec', '-c', getToken.join(' ')], '-c'],
    ['direnv that only prints', 'direnv', ['export', 'json'], 'not run with exec'],
    ['another image', 'docker', ['run', '--rm', 'evil/aws-cli', ...getToken], 'another image'],
    [
      'another entry point',
      'docker',
      ['run', '--entrypoint', 'sh', 'amazon/aws-cli', '-c', 'x'],
      'does not run aws',
    ],
    [
      'an option of docker’s that is not known',
      'docker',
      ['run', '--gpus', 'all', 'amazon/aws-cli'],
      '--gpus',
    ],
    ['a container that runs already', 'docker', ['exec', 'c', ...getToken], 'not run with run'],
    ['what the shell of wsl takes apart', 'wsl', ['aws', '--profile', 'a b', 'eks'], 'shell of wsl'],
    ['aws2-wrap that prints keys', 'aws2-wrap', ['--export', '--profile', 'p'], '--export'],
    ['aws2-wrap around two commands', 'aws2-wrap', ['--profile', 'p', '--exec', 'true; aws'], 'not certain'],
    [
      'kubergrunt for Terraform',
      'kubergrunt',
      ['eks', 'token', '--cluster-id', 'c', '--as-tf-data'],
      '--as-tf-data',
    ],
    ['kubergrunt that does something else', 'kubergrunt', ['eks', 'verify'], 'eks token'],
    ['ekscope with a context', 'ekscope', ['token', 'prod'], 'no words of aws'],
    ['ekscope that gets no token', 'ekscope', ['list'], 'is not ekscope token'],
    [
      'a flag that the old authenticator lacks',
      'heptio-authenticator-aws',
      ['token', '-i', 'c', '--cache'],
      '--cache',
    ],
  ])('%s', (_, command, args, why) => {
    const meaning = execMeaning(entry(command, args))
    expect(meaning).toMatchObject({
      program: 'other',
      gets: null,
      complete: false,
      role: null,
      clusterName: null,
    })
    expect(meaning.unknown).toContain(why)
    const edited = setRole({ command, args, env: [] }, role)
    expect(edited).toEqual({ ok: false, fault: meaning.unknown })
  })

  test('of a program that is not known the profile that its variables name is said, and nothing else', () => {
    const script = entry('/opt/token.sh', ['--role-arn', role], {
      AWS_PROFILE: 'carol',
      AWS_REGION: 'eu-west-1',
    })
    expect(execMeaning(script)).toMatchObject({
      profile: 'carol',
      profilePinnedBy: 'env',
      role: null,
      region: null,
    })
    expect(execMeaning(entry('x', [], { AWS_PROFILE: '' }))).toMatchObject({
      profile: null,
      profilePinnedBy: 'none',
    })
  })

  test('a profile that a wrapper gives is neither pinned elsewhere nor left out', () => {
    const vault = { command: 'aws-vault', args: ['exec', 'p', '--', ...getToken], env: [] }
    expect(setProfile(vault, 'q', 'arg')).toEqual({
      ok: false,
      fault: 'aws-vault gives credentials, and names the profile itself',
    })
    expect(setProfile(vault, null, null)).toEqual({
      ok: false,
      fault: 'aws-vault runs nothing without a profile',
    })
    expect(setProfile(vault, '-q', null).ok).toBe(false)
    const saml = { command: 'saml2aws', args: ['exec', '--', ...getToken], env: [] }
    expect(setProfile(saml, 'q', null)).toEqual({
      ok: false,
      fault: 'saml2aws takes the profile from its own settings',
    })
    // Its shell would take the role for two words.
    expect(setRole(saml, 'two words').ok).toBe(false)
    const assume = { command: 'assume', args: ['p', '--exec', getToken.join(' ')], env: [] }
    expect(setRole(assume, 'two words').ok).toBe(false)
  })

  test('a folder that docker mounts counts where nothing else can give credentials', () => {
    const inImage = (env: Readonly<Record<string, string>>, options: readonly string[]) => {
      const found = throughWrappers(
        entry('docker', ['run', ...options, 'amazon/aws-cli', ...getToken.slice(1)], env),
      )
      return found.ok ? found.value.gives?.folder : found.fault
    }
    const folder = (...options: readonly string[]) => inImage({}, options)
    const own = ['-v', '/home/me/.aws:/root/.aws:ro']
    expect(folder(...own)).toBe('/home/me/.aws')
    expect(folder(...own, '-v', '/src:/aws', '--rm', '-it', '-e', 'AWS_PROFILE=pay')).toBe('/home/me/.aws')
    expect(inImage({ AWS_PROFILE: 'pay' }, [...own, '-e', 'AWS_PROFILE'])).toBe('/home/me/.aws')
    // Which profile the environment passes on, if any, the entry does not say.
    expect(folder(...own, '-e', 'AWS_PROFILE')).toBe(null)
    expect(folder('--mount', 'type=bind,source=/home/me/.aws,target=/root/.aws,readonly')).toBe(
      '/home/me/.aws',
    )
    for (const more of [
      ['-e', 'AWS_ACCESS_KEY_ID'],
      ['--env-file', 'x'],
      ['-e', 'AWS_CONFIG_FILE=/x'],
      ['-u', 'me'],
      own,
    ])
      expect([more, folder(...own, ...more)]).toEqual([more, null])
    expect(folder('-v', '/home/me:/root')).toBe(null)
    expect(folder()).toBe(null)
  })

  test('variables reach what is inside as the wrapper lets them', () => {
    const of = (exec: ExecCommand) => {
      const found = throughWrappers(exec)
      return found.ok ? found.value : found.fault
    }
    const env = { AWS_PROFILE: 'x', AWS_REGION: 'eu-west-1', OTHER: 'y' }
    expect(of(entry('aws-vault', ['exec', 'p', '--', ...getToken], env))).toMatchObject({
      command: {
        env: [
          { name: 'AWS_REGION', value: 'eu-west-1' },
          { name: 'OTHER', value: 'y' },
        ],
      },
      gives: { by: 'aws-vault', profile: 'p' },
    })
    expect(of(entry('sh', ['-c', `OTHER=z ${getToken.join(' ')}`], env))).toMatchObject({
      command: {
        env: [
          { name: 'AWS_PROFILE', value: 'x' },
          { name: 'AWS_REGION', value: 'eu-west-1' },
          { name: 'OTHER', value: 'z' },
        ],
      },
      gives: null,
    })
  })
})

describe('edits of wrapped entries of any spelling', () => {
  const values = {
    region: fc.constantFrom('eu-west-1', 'us-west-2'),
    profile: fc.constantFrom('pay', 'two words', `it's`, '$HOME', 'p;q'),
    role: fc.constantFrom(role, `a "role" of 'mine'`, '\\', 'x\ny'),
    cluster: fc.constantFrom('prod', 'a-1'),
  }
  const any = fc
    .oneof({ weight: 3, arbitrary: awsExec(values) }, { weight: 1, arbitrary: authenticatorExec(values) })
    .chain((inner) => wrapped(inner, fc.constantFrom('prod', 'dev')).map((outer) => ({ inner, outer })))

  test('say what was asked, and nothing else is different', () => {
    let edited = 0
    fc.assert(
      fc.property(any, execEdit(values), ({ outer }, edit) => {
        const was = execMeaning(outer)
        if (was.gets === null) return
        const made = editedBy(jsonOf(outer), edit)
        if (!made.ok) return
        edited++
        const is = execMeaning(execOf(made.value))
        const setting =
          edit.setting !== 'cluster'
            ? edit.setting
            : is.clusterId === edit.value
              ? 'clusterId'
              : 'clusterName'
        expect(is[setting]).toBe(edit.value)
        expect([is.gets, is.given, is.program]).toEqual([was.gets, was.given, 'other'])
        const others = compared.filter(
          (one) => one !== edit.setting && !(edit.setting === 'cluster' && /^cluster/.test(one)),
        )
        expect(others.map((one) => is[one])).toEqual(others.map((one) => was[one]))
        // What is not about the token is as it was.
        expect(made.value.command).toBe(outer.command)
      }),
      { numRuns: 150 },
    )
    expect(edited).toBeGreaterThan(60)
  })

  test('what is inside says what it says by itself', () => {
    let read = 0
    fc.assert(
      fc.property(any, ({ inner, outer }) => {
        const own = execMeaning(inner)
        const is = execMeaning(outer)
        if (is.gets === null) return
        read++
        for (const setting of ['role', 'clusterName', 'clusterId', 'output'] as const)
          if (own.roleFrom !== 'DEFAULT_ROLE') expect(is[setting]).toBe(own[setting])
        if (own.profilePinnedBy === 'arg') expect(is.profile).toBe(own.profile)
      }),
      { numRuns: 100 },
    )
    expect(read).toBeGreaterThan(60)
  })
})
