/** Generated homes, variables and arguments for `aws eks get-token`: what people have, and what few have, mixed. */
import fc from 'fast-check'
import { keyOf, keySettings, role } from './identity-kinds'
import type { Simulator } from './simulator'

/** One of them; paths in it begin with the home. */
export interface TokenCase {
  readonly files: Readonly<Record<string, string>>
  readonly variables: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

type Settings = Readonly<Record<string, string>>

const names = ['default', 'a', 'b', 'c', 'night shift']
const name = fc.constantFrom(...names)
/** One time in so many. */
const maybe = <T>(of: fc.Arbitrary<T>, times: number): fc.Arbitrary<T | undefined> =>
  fc
    .integer({ min: 1, max: times })
    .chain((n): fc.Arbitrary<T | undefined> => (n === 1 ? of : fc.constant(undefined)))
/** Mostly the first of these. */
const oneOf = <T>(first: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  maybe(fc.constantFrom(...others), 5).map((other) => other ?? first)
/** Some of these settings. */
const some = (of: Readonly<Record<string, readonly string[]>>, times: number): fc.Arbitrary<Settings> =>
  fc
    .record(
      Object.fromEntries(
        Object.entries(of).map(([key, values]) => [key, maybe(fc.constantFrom(...values), times)]),
      ),
    )
    .map((all) =>
      Object.fromEntries(
        Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
      ),
    )

const regions = [
  'eu-west-1',
  'us-east-1',
  'us-gov-west-1',
  'cn-north-1',
  'ap-southeast-7',
  'EU-WEST-1',
  'mars-1',
  '',
]
const people = fc.constantFrom('file', 'config', 'other', 'source' as const)

/** What a generated home has of the simulator. */
interface Known {
  readonly home: string
  readonly simulator: Simulator
  /** Keys of a role, with their session token. */
  readonly temporary: Settings
}

const roleSettings = some(
  {
    role_session_name: ['named', 'x', ''],
    external_id: ['some', 'é"x', 'x'],
    duration_seconds: ['900', '3600', 'soon', '1_000'],
    mfa_serial: ['arn:aws:iam::111122223333:mfa/file'],
  },
  14,
)

const kindOf = ({ home, temporary }: Known): fc.Arbitrary<Settings> =>
  fc.oneof(
    { weight: 5, arbitrary: people.map(keySettings) },
    { weight: 2, arbitrary: fc.constant(temporary) },
    {
      weight: 6,
      arbitrary: fc
        .tuple(
          fc.constantFrom('ByProfile', 'Second'),
          fc.oneof(
            { weight: 4, arbitrary: name.map((source_profile): Settings => ({ source_profile })) },
            {
              weight: 1,
              arbitrary: fc
                .constantFrom('Environment', 'EcsContainer', 'environment')
                .map((credential_source): Settings => ({ credential_source })),
            },
          ),
          roleSettings,
        )
        .map(([of, source, more]) => ({ role_arn: role(of), ...source, ...more })),
    },
    {
      weight: 2,
      arbitrary: roleSettings.map((more) => ({
        role_arn: role('Workload'),
        web_identity_token_file: `${home}/token`,
        ...more,
      })),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom<Settings>(
        { sso_session: 'corp', sso_account_id: '111122223333', sso_role_name: 'Developer' },
        {
          sso_start_url: 'https://cases.awsapps.com/start',
          sso_region: 'eu-west-1',
          sso_account_id: '111122223333',
          sso_role_name: 'Developer',
        },
      ),
    },
    { weight: 1, arbitrary: fc.constant<Settings>({ credential_process: `/bin/cat ${home}/process.json` }) },
    { weight: 1, arbitrary: fc.constant<Settings>({}) },
  )

/** Of any profile: settings with an effect on a token, settings without, and names that no aws knows. */
const extras = (simulator: Simulator) =>
  some(
    {
      region: regions,
      output: ['json', 'json', 'text', 'yaml'],
      services: ['own', 'gone'],
      endpoint_url: [simulator.endpointUrl, 'https://sts.example/path'],
      ignore_configured_endpoint_urls: ['true', 'false'],
      sts_regional_endpoints: ['legacy', 'regional'],
      use_fips_endpoint: ['true', 'false'],
      use_dualstack_endpoint: ['true'],
      sts: ['\n  signature_version = v4\n  endpoint_url = https://x.example', '\n  signature_version = s3v4'],
      signature_version: ['s3v4'],
      aws_security_token: ['other'],
      aws_session_token: ['other'],
      sigv4a_signing_region_set: ['*'],
      auth_scheme_preference: ['sigv4a'],
      parameter_validation: ['false'],
      cli_pager: ['cat', ''],
      retry_mode: ['standard', 'odd'],
      max_attempts: ['1'],
      s3: ['\n  max_queue_size = 10'],
      made_up: ['anything'],
    },
    120,
  )

const sectionText = (header: string, settings: Settings) =>
  `[${header}]\n${Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('')}\n`

const kubernetes = [
  '',
  '{"apiVersion":"client.authentication.k8s.io/v1"}',
  '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{}}',
  '{"apiVersion":"client.authentication.k8s.io/v1alpha1"}',
  'no json',
  '[]',
  '{"apiVersion":1}',
]

/** Cases of a home that is there already, with a token file and a program's answer in it. */
export function tokenCases({ home, simulator, temporary }: Known): fc.Arbitrary<TokenCase> {
  const known = { home, simulator, temporary }
  const profile = fc
    .tuple(kindOf(known), maybe(kindOf(known), 8), extras(simulator))
    .map(([kind, other, more]) => ({ ...other, ...kind, ...more }))
  const profiles = fc.uniqueArray(fc.tuple(name, profile), {
    minLength: 4,
    maxLength: 5,
    selector: ([of]) => of,
  })
  const credentials = fc.uniqueArray(
    fc.tuple(
      name,
      fc.oneof(
        people.map(keySettings),
        fc.constant(temporary),
        maybe(fc.constant({ aws_access_key_id: keyOf('file').id }), 4).map(
          (half) => half ?? keySettings('file'),
        ),
      ),
    ),
    { maxLength: 2, selector: ([of]) => of },
  )
  const keys = fc.constantFrom<Settings>(
    {},
    {},
    {},
    { AWS_ACCESS_KEY_ID: keyOf('shell').id, AWS_SECRET_ACCESS_KEY: keyOf('shell').secret },
    {
      AWS_ACCESS_KEY_ID: temporary.aws_access_key_id ?? '',
      AWS_SECRET_ACCESS_KEY: temporary.aws_secret_access_key ?? '',
      AWS_SESSION_TOKEN: temporary.aws_session_token ?? '',
    },
    { AWS_ACCESS_KEY_ID: keyOf('shell').id },
    { AWS_ACCESS_KEY_ID: '', AWS_SESSION_TOKEN: 'x' },
  )
  const variables = some(
    {
      AWS_PROFILE: [...names, 'gone', ''],
      AWS_DEFAULT_PROFILE: [...names, ''],
      AWS_REGION: regions,
      AWS_DEFAULT_REGION: regions,
      AWS_WEB_IDENTITY_TOKEN_FILE: [`${home}/token`, `${home}/gone`, ''],
      AWS_ROLE_ARN: [role('ByShell'), ''],
      AWS_ROLE_SESSION_NAME: ['shell'],
      AWS_SECURITY_TOKEN: ['x'],
      AWS_CREDENTIAL_EXPIRATION: ['2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z'],
      AWS_ACCOUNT_ID: ['111122223333'],
      AWS_USE_FIPS_ENDPOINT: ['true', 'false'],
      AWS_STS_REGIONAL_ENDPOINTS: ['legacy', 'regional'],
      AWS_DEFAULT_OUTPUT: ['json', 'table'],
      AWS_CONFIG_FILE: ['~/.aws/config', '$HOME/.aws/credentials', '/nowhere'],
      AWS_SHARED_CREDENTIALS_FILE: ['', '~/.aws/config'],
      AWS_ENDPOINT_URL_STS: [simulator.endpointUrl, `${simulator.endpointUrl}/`],
      AWS_CA_BUNDLE: [''],
      AWS_SDK_LOAD_CONFIG: ['1'],
      AWS_VAULT: ['a'],
      BOTOCORE_TCP_KEEPALIVE: ['true'],
      KUBERNETES_EXEC_INFO: kubernetes,
    },
    30,
  )
  const args = fc
    .record({
      region: oneOf<readonly string[]>(
        ['--region', 'eu-west-1'],
        ['--region=us-gov-west-1'],
        [],
        ['--region', ''],
      ),
      profile: maybe(
        name.map((of) => ['--profile', of]),
        2,
      ),
      cluster: oneOf(
        ['--cluster-name', 'prod'],
        ['--cluster-id', '0f3e-11'],
        ['--cluster-name=prod'],
        ['--cluster-name', 'a b'],
        ['--cluster-na', 'prod'],
      ),
      role: maybe(fc.constantFrom(['--role', role('ByEntry')], [`--role-arn=${role('ByEntry')}`]), 3),
      output: maybe(
        fc.constantFrom(
          ['--output', 'json'],
          ['--output=json'],
          ['--output', 'text'],
          ['--query', 'status'],
          ['--debug'],
          ['--no-sign-request'],
          ['--endpoint-url', 'https://x.example'],
        ),
        4,
      ),
      first: fc.boolean(),
    })
    .map(({ region, profile: of = [], cluster, role: arn = [], output = [], first }) => {
      const globals = [...region, ...of, ...output]
      const [before, behind] = first ? [globals, []] : [[], globals]
      return [...before, 'eks', 'get-token', ...cluster, ...arn, ...behind]
    })
  return fc
    .record({ profiles, credentials, keys, variables, args, defaults: maybe(extras(simulator), 6) })
    .map((made) => {
      const config = [
        ...(made.defaults === undefined ? [] : [sectionText('DEFAULT', made.defaults)]),
        ...made.profiles.map(([of, settings]) =>
          sectionText(of === 'default' ? of : `profile ${of.includes(' ') ? `"${of}"` : of}`, settings),
        ),
        sectionText('sso-session corp', {
          sso_start_url: 'https://cases.awsapps.com/start',
          sso_region: 'eu-west-1',
        }),
        sectionText('services own', {
          sts: `\n  endpoint_url = ${simulator.endpointUrl}`,
          sso: `\n  endpoint_url = ${simulator.endpointUrl}`,
        }),
      ]
      return {
        files: {
          '.aws/config': config.join(''),
          '.aws/credentials': made.credentials.map(([of, settings]) => sectionText(of, settings)).join(''),
        },
        // AWS's own endpoints are behind a proxy that is not there.
        variables: {
          HOME: home,
          PATH: '/usr/bin:/bin',
          AWS_ENDPOINT_URL: simulator.endpointUrl,
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_MAX_ATTEMPTS: '1',
          HTTPS_PROXY: 'http://127.0.0.1:1',
          ...made.variables,
          ...made.keys,
        },
        args: made.args,
      }
    })
}
