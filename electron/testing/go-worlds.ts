/**
 * Homes and environments for aws-iam-authenticator: by hand, what the AWS SDK for Go does otherwise than aws; and generated, anything beside
 * anything. Each is the same for a seed everywhere, so that answers which were recorded once hold.
 */
import { keyOf, type Person, role } from './identity-kinds'
import { seeded } from './pairwise'

/** `HOME` in texts and variables stands for the folder. */
export interface GoWorld {
  readonly config: string
  /** Null: there is no such file. */
  readonly credentials: string | null
  readonly variables: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

const keys = (person: Person) =>
  `aws_access_key_id = ${keyOf(person).id}\naws_secret_access_key = ${keyOf(person).secret}\n`
const ownKeys = (person: Person) => ({
  AWS_ACCESS_KEY_ID: keyOf(person).id,
  AWS_SECRET_ACCESS_KEY: keyOf(person).secret,
})
const assumes = (name: string, source: string) => `role_arn = ${role(name)}\nsource_profile = ${source}\n`
const sso = 'sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Developer\n'
const session =
  '[sso-session corp]\nsso_start_url = https://cases.awsapps.com/start\nsso_region = eu-west-1\n'
const region = ['--region', 'eu-west-1']

const world = (
  config: string,
  variables: GoWorld['variables'] = {},
  more: Partial<GoWorld> = {},
): GoWorld => ({
  config,
  credentials: null,
  args: region,
  ...more,
  variables: { AWS_REGION: 'eu-west-1', ...variables },
})
const p = { AWS_PROFILE: 'p' }

/** What the SDK does otherwise than aws, and where it stops. */
export const goWorldsByHand: readonly GoWorld[] = [
  world(`[default]\n${keys('default')}`),
  world('', { AWS_PROFILE: 'gone', ...ownKeys('shell') }),
  world('', { AWS_DEFAULT_PROFILE: 'gone', ...ownKeys('shell') }),
  world(`[default]\n${keys('default')}`, { AWS_DEFAULT_PROFILE: 'gone' }),
  world(`[default]\n${keys('default')}`, { AWS_PROFILE: '' }),
  world(`[profile "p"]\n${keys('config')}`, p),
  world(`[profile "p"]\n${keys('config')}`, { AWS_PROFILE: '"p"' }),
  world(
    `[profile p] ; mine\naws_access_key_id = ${keyOf('config').id} # x\naws_secret_access_key = ${keyOf('config').secret} ; y\n`,
    p,
  ),
  world(`[profile p#q]\n${keys('config')}`, p),
  world(
    `  [profile\tp]\n\taws_access_key_id: "${keyOf('config').id}"\n  aws_secret_access_key='${keyOf('config').secret}'\n`,
    p,
  ),
  world(
    `[profile p]\nregion = eu-west-1\n  aws_access_key_id = ${keyOf('config').id}\n  aws_secret_access_key = ${keyOf('config').secret}\n`,
    p,
  ),
  world(`[profile p]\ns3 =\n  aws_access_key_id = AKIANESTED\n${keys('config')}`, p),
  world(`\ufeff[profile p]\n${keys('config')}`, p),
  world(`[profile p]\r\n${keys('config').replaceAll('\n', '\r\n')}`, p),
  world(`[profile p]\n${keys('source')}junk\n= x\n[profile p]\n${keys('config')}`, p),
  world(`[DEFAULT]\n${keys('default')}`),
  world(`[DEFAULT]\n${keys('default')}`, { AWS_PROFILE: 'DEFAULT' }),
  world(`[default]\n${keys('default')}[profile default]\n${keys('config')}`),
  world(`[p]\n${keys('config')}`, p),
  world('', p, { credentials: `[profile p]\n${keys('file')}` }),
  world(`[default]\n${keys('default')}x = "\n`),
  world('', {}, { credentials: `[default]\n${keys('file')}`, args: [] }),
  world(
    '',
    { AWS_CONFIG_FILE: '', AWS_SHARED_CREDENTIALS_FILE: '' },
    { credentials: `[default]\n${keys('file')}` },
  ),
  world(`[default]\n${keys('default')}`, { AWS_CONFIG_FILE: '~/.aws/config' }),
  world(`[default]\n${keys('default')}`, { AWS_CONFIG_FILE: '$HOME/.aws/config' }),
  world(`[default]\n${keys('default')}`, { AWS_CONFIG_FILE: 'HOME/.aws' }),
  world(`[default]\n${keys('default')}`, { AWS_CONFIG_FILE: 'HOME/gone', ...ownKeys('shell') }),
  world(`[default]\naws_access_key_id = ${keyOf('config').id}\n`),
  world(`[default]\naws_access_key_id = ${keyOf('config').id}\n`, ownKeys('shell')),
  world(
    `[default]\naws_access_key_id = ${keyOf('config').id}\n`,
    {},
    { credentials: '[default]\nregion = x\n' },
  ),
  world(`[default]\n${keys('config')}`, {}, { credentials: `[default]\naws_secret_access_key = x\n` }),
  world(`[default]\n${keys('default')}`, { AWS_ACCESS_KEY_ID: keyOf('shell').id }),
  world('', { AWS_ACCESS_KEY: keyOf('shell').id, AWS_SECRET_KEY: keyOf('shell').secret }),
  world(
    `[default]\n${assumes('ByProfile', 's')}credential_process = /bin/false\n[profile s]\n${keys('source')}`,
  ),
  world(`[default]\ncredential_source = Environment\n`, ownKeys('shell')),
  world(`[default]\nrole_arn = ${role('ByProfile')}\ncredential_source = Environment\n`, ownKeys('shell')),
  world(`[default]\nrole_arn = ${role('ByProfile')}\ncredential_source = Environment\n`),
  world(`[default]\nrole_arn = ${role('ByProfile')}\ncredential_source = environment\n`),
  world(`[default]\nrole_arn = ${role('ByProfile')}\ncredential_source = EcsContainer\n`, {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/',
  }),
  world(`[profile p]\n${assumes('ByProfile', 's')}[profile s]\n${keys('source')}`, p),
  world(`[profile p]\n${assumes('ByProfile', 's')}[profile s]\n${keys('source')}`, {
    ...p,
    ...ownKeys('shell'),
  }),
  world(`[profile p]\n${assumes('ByProfile', 's')}[profile s]\n${keys('source')}`, {
    ...p,
    AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token',
    AWS_ROLE_ARN: role('Workload'),
  }),
  world(`[profile p]\n${assumes('ByProfile', 's')}[profile s]\n${keys('source')}`, {
    ...p,
    AWS_WEB_IDENTITY_TOKEN_FILE: 'HOME/token',
  }),
  world(`[profile p]\n${assumes('ByProfile', 'p')}${keys('config')}`, p),
  world(
    `[profile p]\n${assumes('ByProfile', 's')}[profile s]\n${assumes('Second', 'gone')}${keys('source')}`,
    p,
  ),
  world(`[profile p]\n${assumes('ByProfile', 'q')}[profile q]\n${assumes('Second', 'p')}`, p),
  world(
    `[profile p]\n${assumes('ByProfile', 'q')}${keys('config')}[profile q]\n${assumes('Second', 'p')}`,
    p,
  ),
  world(`[profile p]\n${assumes('ByProfile', 'gone')}`, p),
  world(`[profile p]\n${assumes('ByProfile', 's')}[profile s]\nregion = eu-west-1\n`, p),
  world(
    `[profile p]\n${assumes('ByProfile', 's')}[profile s]\nsource_profile = t\n[profile t]\n${keys('source')}`,
    p,
  ),
  world(`[profile p]\nrole_arn = ${role('Workload')}\nweb_identity_token_file = HOME/token\n`, p),
  world(`[profile p]\nrole_arn = ${role('Workload')}\nweb_identity_token_file = HOME/gone\n`, p),
  world(`[profile p]\nweb_identity_token_file = HOME/token\n`, p),
  world(
    `[profile p]\n${assumes('ByProfile', 's')}mfa_serial = arn:aws:iam::111122223333:mfa/x\n[profile s]\n${keys('source')}`,
    p,
  ),
  world(`[profile p]\n${sso}${session}`, p),
  world(`[profile p]\n${sso}`, p),
  world(`[profile p]\n${sso}${keys('config')}`, p),
  world(`[profile p]\n${sso}`, { ...p, ...ownKeys('shell') }),
  world(`[profile p]\n${sso}sso_region = us-east-1\n${session}`, p),
  world(`[profile p]\n${assumes('ByProfile', 's')}[profile s]\n${sso}${session}`, p),
  world('[profile p]\ncredential_process = /bin/cat HOME/process.json\n', p),
  world(`[profile p]\ncredential_process = /bin/cat HOME/process.json\n${keys('config')}`, p),
  world(
    `[profile p]\n${assumes('ByProfile', 's')}[profile s]\ncredential_process = "/bin/cat" HOME/process.json\n`,
    p,
  ),
  world(`[profile p]\nregion = eu-west-1\n`, p),
  world(`[profile p]\nlogin_session = x\n`, p),
  world(`[default]\n${keys('default')}`, {}, { args: [...region, '-r', role('ByEntry')] }),
  world(`[default]\n${keys('default')}`, { DEFAULT_ROLE: role('ByEntry') }),
  world(
    `[default]\n${keys('default')}`,
    { DEFAULT_ROLE: role('ByEntry') },
    { args: [...region, '-r', role('Second')] },
  ),
  world(`[profile p]\n${assumes('ByProfile', 's')}[profile s]\n${keys('source')}`, {
    ...p,
    AWS_REGION: '',
    AWS_ENDPOINT_URL_STS: '',
  }),
  world(`[profile p]\n${assumes('ByProfile', 's')}region = eu-west-1\n[profile s]\n${keys('source')}`, {
    ...p,
    AWS_REGION: '',
  }),
  world(`[default]\n${keys('default')}`, { AWS_CA_BUNDLE: 'HOME/gone' }),
  world(`[default]\n${keys('default')}`, { AWS_CA_BUNDLE: 'HOME/token' }),
  world(`[default]\n${keys('default')}`, { AWS_CA_BUNDLE: '' }),
  world(`[default]\nca_bundle = HOME/gone\n${keys('default')}`, ownKeys('shell')),
  ...[
    'http://169.254.170.3/',
    'nonsense',
    'http://',
    'http://a b',
    'ftp://127.0.0.1:1/',
    'http://[::1]:1/',
  ].map((url) => world('', { AWS_CONTAINER_CREDENTIALS_FULL_URI: url })),
  ...[
    ...[
      'retry_mode = fast',
      'retry_mode = legacy',
      'retry_mode = adaptive',
      'retry_mode =',
      'max_attempts = x',
      'max_attempts = 0',
    ],
    ...[
      'defaults_mode = fast',
      'defaults_mode = Legacy',
      'ec2_metadata_service_endpoint_mode = x',
      'ec2_metadata_service_endpoint_mode =',
    ],
    ...[
      'disable_request_compression = True',
      'disable_request_compression = true',
      'request_min_compression_size_bytes = 10485761',
    ],
    ...[
      'request_min_compression_size_bytes = 0',
      'account_id_endpoint_mode = Preferred',
      'account_id_endpoint_mode = disabled',
    ],
    ...[
      'output = text',
      'endpoint_url = nonsense',
      'external_id = a',
      'use_fips_endpoint = x',
      'duration_seconds = 5',
    ],
  ].map((line) => world(`[default]\n${line}\n${keys('default')}`)),
  world(`[profile p]\n${assumes('ByProfile', 's')}[profile s]\nretry_mode = fast\n${keys('source')}`, p),
  ...Object.entries({
    AWS_RETRY_MODE: 'fast',
    AWS_MAX_ATTEMPTS: '0x1',
    AWS_DEFAULTS_MODE: 'fast',
    AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'x',
    AWS_EC2_METADATA_V1_DISABLED: 'x',
    AWS_DISABLE_REQUEST_COMPRESSION: 'x',
    AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES: '-1',
    AWS_ENABLE_ENDPOINT_DISCOVERY: 'x',
    AWS_S3_USE_ARN_REGION: 'x',
    AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS: 'x',
    AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: 'x',
    AWS_USE_DUALSTACK_ENDPOINT: 'x',
    AWS_USE_FIPS_ENDPOINT: '1',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'x',
    AWS_ACCOUNT_ID_ENDPOINT_MODE: 'Required',
    AWS_DEFAULT_OUTPUT: 'text',
  }).flatMap(([name, value]) => [
    world(`[default]\n${keys('default')}`, { [name]: value }),
    world(`[default]\n${keys('default')}`, { [name]: '' }),
  ]),
]

/** Worlds in which anything stands beside anything. */
export function generatedGoWorlds(seed: number, count: number): readonly GoWorld[] {
  const random = seeded(seed)
  const chance = (share: number) => random() < share
  const one = <T>(values: readonly [T, ...T[]]): T =>
    values[Math.floor(random() * values.length)] ?? values[0]
  const named = () => (chance(0.06) ? 'gone' : one(['p', 'q', 's', 's', 's', 'default']))
  const comment = () => (chance(0.1) ? one([' ; x', ' # x', '\t# x']) : '')
  const write = (key: string, value: string) => {
    const text = chance(0.05) ? `"${value}"` : value
    const indented = chance(0.03) ? '  ' : ''
    return `${indented}${chance(0.04) ? key.toUpperCase() : key}${one([' = ', '=', ' = ', ': '])}${text}${comment()}\n`
  }
  const pair = () => {
    const { id, secret } = keyOf(one(['file', 'config', 'default', 'other', 'source']))
    const lines = [write('aws_access_key_id', id), write('aws_secret_access_key', secret)]
    return chance(0.04) ? (lines[Math.floor(random() * 2)] ?? '') : lines.join('')
  }
  const arn = () =>
    write(
      'role_arn',
      chance(0.02) ? 'just-a-name' : role(one(['ByProfile', 'Second', 'ByDefault', 'Workload'])),
    )
  const often: readonly [() => string, ...(() => string)[]] = [
    pair,
    pair,
    pair,
    () => arn() + write('source_profile', named()),
    () => arn() + write('source_profile', named()),
    () => arn() + write('source_profile', named()) + pair(),
    () => arn() + write('web_identity_token_file', one(['HOME/token', 'HOME/token', 'HOME/gone'])),
    () => write('credential_process', '/bin/cat HOME/process.json'),
    () =>
      write('sso_session', one(['corp', 'corp', 'corp', 'gone'])) +
      write('sso_account_id', '111122223333') +
      write('sso_role_name', 'Developer'),
    () =>
      write('sso_start_url', 'https://cases.awsapps.com/start') +
      write('sso_region', 'eu-west-1') +
      write('sso_account_id', '111122223333') +
      (chance(0.8) ? write('sso_role_name', 'Developer') : ''),
  ]
  const seldom: readonly [() => string, ...(() => string)[]] = [
    ...often,
    arn,
    () => write('source_profile', named()),
    () =>
      (chance(0.8) ? arn() : '') +
      write('credential_source', one(['Environment', 'EcsContainer', 'Ec2InstanceMetadata', 'environment'])),
    () => write('web_identity_token_file', 'HOME/token'),
    () => write('region', one(['eu-west-1', 'us-east-1'])),
    () => write('region', one(['eu-west-1', 'us-east-1'])),
    () =>
      write(
        one(['retry_mode', 'max_attempts', 'defaults_mode', 'output']),
        one(['standard', 'text', '3', 'legacy', '']),
      ),
    () => write('role_session_name', one(['you', 'me'])),
    () => write('external_id', one(['x', 'ab'])),
    () => one(['junk\n', '\n', '# note\n', '= x\n', 's3 =\n  region = x\n', '  more\n']),
  ]
  const body = () => one(often)() + (chance(0.35) ? one(seldom)() : '')
  const headerOf = (name: string) =>
    chance(0.1)
      ? one([`[profile "${name}"]`, `[${name}]`, `[profile  ${name}] # x`, ` [profile\t${name}]`])
      : name === 'default'
        ? one(['[default]', '[default]', '[profile default]'])
        : `[profile ${name}]`
  return Array.from({ length: count }, () => {
    const tokens = chance(0.9) ? session : ''
    const written = [...['p', 'q', 's', 'default'].filter(() => chance(0.85)), ...(chance(0.1) ? ['p'] : [])]
    const config =
      written.map((name) => `${headerOf(name)}\n${name === 's' && chance(0.7) ? pair() : body()}`).join('') +
      tokens
    const inCredentials = chance(0.4) ? ['p', 'q', 's', 'default'].filter(() => chance(0.3)) : null
    const credentials =
      inCredentials
        ?.map((name) => `[${chance(0.05) ? 'profile ' : ''}${name}]\n${chance(0.7) ? pair() : body()}`)
        .join('') ?? null
    const variables: Record<string, string> = {}
    const maybe = (share: number, name: string, value: string) => {
      if (chance(share)) variables[name] = value
    }
    maybe(
      0.6,
      'AWS_PROFILE',
      chance(0.05) ? one(['gone', '"p"']) : one(['p', 'p', 'p', 'q', 's', 'default', '']),
    )
    maybe(0.2, 'AWS_DEFAULT_PROFILE', one(['p', 'q', 'gone', '']))
    maybe(0.2, 'AWS_ACCESS_KEY_ID', one([keyOf('shell').id, keyOf('shell').id, '']))
    if (variables.AWS_ACCESS_KEY_ID !== undefined) maybe(0.8, 'AWS_SECRET_ACCESS_KEY', keyOf('shell').secret)
    maybe(0.1, 'AWS_WEB_IDENTITY_TOKEN_FILE', one(['HOME/token', 'HOME/gone', '']))
    maybe(0.1, 'AWS_ROLE_ARN', one([role('ByShell'), '']))
    maybe(0.06, 'AWS_CONFIG_FILE', one(['', '', 'HOME/gone', '~/.aws/config']))
    maybe(0.06, 'AWS_SHARED_CREDENTIALS_FILE', one(['', '', 'HOME/gone', 'HOME/.aws/config']))
    maybe(0.9, 'AWS_REGION', one(['eu-west-1', 'eu-west-1', 'eu-west-1', '']))
    maybe(0.1, 'DEFAULT_ROLE', one([role('ByEntry'), '']))
    maybe(0.05, 'AWS_MAX_ATTEMPTS', one(['3', '0', 'x', '']))
    const args = [...(chance(0.8) ? region : []), ...(chance(0.25) ? ['-r', role('ByEntry')] : [])]
    return { config, credentials, variables, args }
  })
}
