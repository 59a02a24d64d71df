import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { execMeaning } from '../../../shared/exec/parse'
import { canonicalArn } from '../../../shared/identity/arn'
import { emptyExec } from '../../../shared/kubeconfig/entries'
import { full, someOf } from '../../../shared/testing/counts'
import { type AwsVersion, awsIsHere, awsJudge, keyIdOf } from '../../testing/aws-judge'
import { casesWorld, keyOf, role as roleArn } from '../../testing/identity-kinds'
import { type Simulator, startSimulator } from '../../testing/simulator'
import { readAwsFiles } from '../files/read-aws-files'
import { rulesOf } from '../installed/rules'
import { predictIdentity } from './predicted-identity'
import { settingRows as allRows } from './settings-refused'

// What is certain is so: arguments, settings and variables, each before the real awses of three versions. What is not certain claims
// nothing.

const versions = {
  'aws-v1': '1.46.2',
  distribution: '2.23.6',
  'aws-2.36': '2.36.12',
} as const satisfies Readonly<Record<AwsVersion, string>>
const names = ['aws-v1', 'distribution', 'aws-2.36'] as const

const judges = {
  'aws-v1': awsJudge(2, 'aws-v1'),
  distribution: awsJudge(),
  'aws-2.36': awsJudge(2, 'aws-2.36'),
}

const key = keyOf('file')
const keys = `aws_access_key_id = ${key.id}\naws_secret_access_key = ${key.secret}\n`
const role = `role_arn = ${roleArn('Workload')}\n`
let folder: string
let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator(casesWorld(Date.now()))
  folder = await mkdtemp(join(tmpdir(), 'ekscope-certain-'))
})
afterAll(async () => {
  await simulator.close()
  await rm(folder, { recursive: true, force: true })
})

interface Row {
  readonly args: readonly string[]
  /** Lines of the profile `p`, or the whole config file. */
  readonly settings?: string
  readonly config?: string
  readonly variables?: Readonly<Record<string, string>>
}

let homes = 0
/** A row as it lies on disk. */
async function laidOut(row: Row) {
  const home = join(folder, String(homes++))
  await mkdir(join(home, '.aws'), { recursive: true })
  const config = row.config ?? `[profile p]\n${keys}${row.settings ?? ''}`
  await writeFile(join(home, '.aws', 'config'), config.replaceAll('HOME', home))
  await writeFile(join(home, 'token'), 'abc')
  await writeFile(join(home, 'long-token'), 'workload-token')
  const variables = {
    HOME: home,
    PATH: '/usr/bin:/bin',
    AWS_EC2_METADATA_DISABLED: 'true',
    // An identity that needs no other asks nothing, so that the others show what their own endpoint does.
    ...(config.includes('role_arn')
      ? { AWS_ENDPOINT_URL: simulator.endpointUrl, AWS_MAX_ATTEMPTS: '1' }
      : {}),
    ...row.variables,
  }
  const exec = { ...emptyExec, command: 'aws', args: row.args, env: [] }
  const files = await readAwsFiles({ variables, home })
  const question = {
    meaning: execMeaning(exec),
    exec,
    files,
    environment: { name: 'app', variables } as const,
    now: Date.now(),
  }
  return {
    variables,
    foretold: (version: AwsVersion) =>
      predictIdentity({ ...question, rules: rulesOf(versions[version], '') }),
  }
}

/** What is foretold of a row, what comes of it, and whether the two agree where the first is certain. */
async function judged(row: Row, version: AwsVersion) {
  const { variables, foretold } = await laidOut(row)
  const predicted = foretold(version)
  const { stdout, stderr } = await judges[version].run(row.args, variables)
  const keyId = keyIdOf(stdout)
  const printed = keyId === null || keyId === key.id ? keyId : canonicalArn(simulator.keyOwner(keyId) ?? '')
  const who = predicted.problem === null ? (predicted.arn ?? predicted.accessKeyId) : null
  const wrong = predicted.certain && who !== printed
  return {
    row,
    predicted,
    printed,
    said: wrong ? `${predicted.problem?.message ?? who}; aws: ${printed ?? stderr.trim().slice(-200)}` : null,
  }
}

/** All of them; in the quick run every second one, and of a version that differs what is foretold of it otherwise. */
async function judgedAll(rows: readonly Row[], version: AwsVersion) {
  const some: Row[] = []
  for (const [at, row] of rows.entries()) {
    const { foretold } = await laidOut(row)
    const differs = JSON.stringify(foretold(version)) !== JSON.stringify(foretold('distribution'))
    if (full || differs || at % 2 === 0) some.push(row)
  }
  return Promise.all(some.map((row) => judged(row, version)))
}

const one = (...args: string[]) => args
/** What may stand among the arguments beside a plain get-token, each by itself. */
const beside: readonly (readonly string[])[] = [
  [],
  one('--output', 'json'),
  one('--output', 'text'),
  one('--output', 'table'),
  one('--output', 'yaml'),
  one('--output', 'yaml-stream'),
  one('--output', 'off'),
  one('--output', 'JSON'),
  one('--output='),
  one('--out', 'yaml'),
  one('--query', 'status'),
  one('--query', 'junk['),
  one('--debug'),
  one('--v2-debug'),
  one('--v'),
  one('--version'),
  one('--version', '--bogus'),
  one('--endpoint-url', 'nonsense'),
  one('--no-verify-ssl'),
  one('--no-paginate'),
  one('--color', 'off'),
  one('--color', 'blue'),
  one('--no-sign-request'),
  one('--ca-bundle', '/nowhere'),
  one('--cli-read-timeout', '3'),
  one('--cli-read-timeout', ' 1_0'),
  one('--cli-read-timeout', 'soon'),
  one('--cli-connect-timeout', '1.5'),
  one('--cli-binary-format', 'base64'),
  one('--cli-binary-format', 'raw'),
  one('--no-cli-pager'),
  one('--no-cli-pager=x'),
  one('--no-cli-auto-prompt'),
  one('--cli-auto-prompt'),
  one('--cli-error-format', 'legacy'),
  one('--cli-error-format', 'loud'),
  one('--cli-e=json'),
  one('--cli'),
  one('--cli-input-json', '{}'),
  one('--generate-cli-skeleton'),
  one('--kubeconfig', 'x'),
  one('--unknown'),
  one('help'),
  one('word'),
  one('--'),
  one('--region', 'us west'),
  one('--cluster-id', 'other'),
  one('--cluster-name', ''),
  one('--cluster-name', 'file:///nowhere'),
  one('--profile', 'gone'),
]
const base = one('--region', 'us-west-2', '--profile', 'p')
const getToken = one('eks', 'get-token', '--cluster-name', 'big')
const argumentRows: readonly Row[] = [
  ...beside.flatMap((more, at) => [
    ...(full || at % 2 === 0 ? [{ args: [...base, ...getToken, ...more] }] : []),
    ...(full || at % 2 === 1 ? [{ args: [...base, ...more, ...getToken] }] : []),
  ]),
  { args: [...base, 'eks', 'get-token', 'help'] },
  { args: base },
  { args: [] },
]
/** Of arguments that do another thing than get a token, or may, nothing is certain; of all others everything is. */
const more = one(
  ...[
    '--query',
    '--endpoint-url',
    '--no-verify-ssl',
    '--no-sign-request',
    '--ca-bundle',
    '--cli-auto-prompt',
  ],
  ...['--version', '--v', 'help', '--', 'file:///nowhere'],
)
const doesMore = ({ row, predicted }: Awaited<ReturnType<typeof judged>>): boolean =>
  row.args.some((arg) => more.includes(arg)) || /is not aws eks get-token$/.test(predicted.by.at(-1) ?? '')

const plain = [...base, ...getToken]

/** Of each row of the table: values with which aws goes on, and others. */
const values: Readonly<Record<string, readonly [fine: readonly string[], refused: readonly string[]]>> = {
  output: [
    ['json', 'yaml'],
    ['text', '', 'JSON', 'table', 'yaml-stream', 'off', 'xml'],
  ],
  max_attempts: [
    ['1', '1_0'],
    ['0', 'abc', '', '-1', '1.5'],
  ],
  retry_mode: [
    ['standard', 'adaptive', 'legacy'],
    ['fast', 'Standard', ''],
  ],
  metadata_service_timeout: [
    ['-5', '+1'],
    ['1.5', ''],
  ],
  metadata_service_num_attempts: [['0'], ['many']],
  ec2_metadata_service_endpoint: [
    ['http://x', '//x', 'http://1.2.3.4:x', ''],
    ['x', 'http://a_b', 'http://x y'],
  ],
  ec2_metadata_service_endpoint_mode: [['IPv6'], ['ipv5', '']],
  request_checksum_calculation: [['WHEN_supported'], ['never', '']],
  response_checksum_validation: [['when_required'], ['never']],
  request_min_compression_size_bytes: [
    ['1', '1048576'],
    ['0', '1048577', '1e3', ''],
  ],
  account_id_endpoint_mode: [
    ['Preferred', 'required'],
    ['on', ''],
  ],
  s3_disable_express_session_auth: [
    ['TRUE', 'false'],
    ['1', ''],
  ],
  cli_binary_format: [
    ['base64', 'raw-in-base64-out'],
    ['BASE64', ''],
  ],
  cli_timestamp_format: [
    ['wire', 'iso8601', 'none'],
    ['ISO8601', ''],
  ],
  cli_auto_prompt: [
    ['off', 'on-partial', ''],
    ['on', 'ON'],
  ],
  s3: [['plain'], ['', '\n  addressing_style = sideways']],
  api_versions: [['\n  ec2 = 2015-03-01'], ['x', '\n  sts = 2015-03-01']],
  sts_regional_endpoints: [['legacy', 'regional', ''], ['Legacy']],
  s3_us_east_1_regional_endpoint: [['legacy'], ['Regional', '']],
  defaults_mode: [
    ['Legacy', 'in-region'],
    ['fast', ''],
  ],
  AWS_CLI_OUTPUT_ENCODING: [
    ['utf-8', 'UTF 8', 'utf-8-sig', 'latin-1', 'cp1252', 'gbk'],
    ['nonsense', '', 'utf-16', 'cp037', 'cp500'],
  ],
  ca_bundle: [['/nowhere'], ['', ' ']],
  external_id: [['ab'], ['a', '']],
  role_session_name: [['ab', ''], ['a']],
  duration_seconds: [
    ['900', 'soon'],
    ['899', '-5'],
  ],
}

/** As a setting of the profile and as a variable; the quick run has of each row one value that is fine and one that is refused. */
const rowsOf = ({ setting, variable, lastVariable, ofRole }: (typeof allRows)[number]): readonly Row[] => {
  const [fine, refused] = values[setting ?? variable ?? ''] ?? [[], []]
  const some = full ? [...fine, ...refused] : [...fine.slice(0, 1), ...refused.slice(0, 1)]
  const line = (value: string) => `${setting} = ${value}\n`
  return some.flatMap((value) => [
    ...(setting === undefined || ofRole ? [] : [{ args: plain, settings: line(value) }]),
    ...(ofRole
      ? [
          {
            args: plain,
            config: `[profile p]\n${role}source_profile = q\n${line(value)}[profile q]\n${keys}`,
          },
        ]
      : []),
    ...(variable !== undefined && (full || refused.includes(value) || setting === undefined)
      ? [{ args: plain, variables: { [variable]: value } }]
      : []),
    ...(lastVariable !== undefined && full ? [{ args: plain, variables: { [lastVariable]: value } }] : []),
  ])
}

/** Which setting counts before which, and what the table has no row for. */
const besideTable: readonly Row[] = [
  { args: [...plain, '--output', 'json'], settings: 'output = text\n' },
  { args: plain, settings: 'output = text\n', variables: { AWS_DEFAULT_OUTPUT: 'json' } },
  { args: plain, config: `[default]\noutput = text\n[profile p]\n${keys}` },
  { args: [...base.slice(0, 2), ...getToken], config: `[default]\noutput = text\n${keys}` },
  { args: plain, config: `[default]\ncli_auto_prompt = on\n[profile p]\n${keys}` },
  { args: plain, settings: 'cli_auto_prompt = on\n' },
  {
    args: [...base.slice(0, 2), ...getToken],
    settings: 'cli_auto_prompt = on\n',
    variables: { AWS_PROFILE: 'p' },
  },
  { args: [...plain, '--no-cli-auto-prompt'], variables: { AWS_CLI_AUTO_PROMPT: 'on' } },
  { args: [...plain, '--cli-binary-format', 'base64'], settings: 'cli_binary_format = x\n' },
  { args: plain, settings: 'ca_bundle =\n', variables: { AWS_CA_BUNDLE: '/x' } },
  { args: plain, settings: 'ca_bundle = /x\n', variables: { REQUESTS_CA_BUNDLE: '' } },
  { args: plain, settings: 'ca_bundle =\n', variables: { REQUESTS_CA_BUNDLE: '/x' } },
  ...[
    '',
    'http://x',
    'nonsense',
    'localhost:1',
    '//x',
    'http://a_b',
    'http://x:99999',
    'http://1.2.3.4:x',
    'http://x:',
    'http://-x',
  ].flatMap((value, at) => [
    { args: plain, variables: { AWS_ENDPOINT_URL: value } },
    ...(full || at === 2
      ? [
          { args: plain, variables: { AWS_ENDPOINT_URL_STS: value } },
          { args: plain, settings: `endpoint_url = ${value}\n` },
        ]
      : []),
  ]),
  { args: plain, config: `[plugins]\nx = nosuch\n[profile p]\n${keys}` },
  { args: plain, config: `[plugins]\ncli_legacy_plugin_path = /tmp\nx = nosuch\n[profile p]\n${keys}` },
  ...['a', 'ab', ''].map((name) => ({
    args: plain,
    config: `[profile p]\n${role}web_identity_token_file = HOME/long-token\nrole_session_name = ${name}\n`,
  })),
  { args: plain, config: `[profile p]\n${role}web_identity_token_file = HOME/token\n` },
  ...['http://example.com/x', 'nonsense', '', 'http://169.254.170.3/'].map((value) => ({
    args: [...base.slice(0, 2), ...getToken],
    variables: { AWS_CONTAINER_CREDENTIALS_FULL_URI: value },
  })),
  { args: [...base.slice(0, 2), ...getToken], variables: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: 'x' } },
]

/** Those that an aws looks at; the others are put before the AWS SDK for Go (go-credential-chain.oracle.test.ts). */
const settingRows = allRows.filter(({ since }) => since[1] !== undefined || since[2] !== undefined)

test('each row of the table has values that are put before aws', () => {
  const named = settingRows.map(({ setting, variable }) => setting ?? variable)
  expect(Object.keys(values)).toEqual(expect.arrayContaining(named))
  for (const row of settingRows) expect(rowsOf(row).length).toBeGreaterThan(1)
})

describe.each(someOf(names, (name) => name === 'distribution'))('%s', (name) => {
  test.skipIf(!awsIsHere(name))(
    'what is foretold of arguments as certain is so, and they are all understood but those that do more than get a token',
    async () => {
      const all = await judgedAll(argumentRows, name)
      const lines = (some: typeof all) => some.map(({ row, said }) => [row.args.slice(4).join(' '), said])
      expect(lines(all.filter(({ said }) => said !== null))).toEqual([])
      const uncertain = all.filter(({ predicted }) => !predicted.certain)
      expect(lines(uncertain.filter((one) => !doesMore(one)))).toEqual([])
      expect(all.filter(({ printed }) => printed !== null).length).toBeGreaterThan(2)
    },
    300_000,
  )

  test.skipIf(!awsIsHere(name))(
    'what is foretold of settings and variables as certain is so, and all is certain but plugins',
    async () => {
      const all = await judgedAll([...settingRows.flatMap(rowsOf), ...besideTable], name)
      const lines = (some: typeof all) =>
        some.map(({ row: { args, settings, config, variables }, said }) => [
          args.slice(8).join(' '),
          settings ?? config,
          variables,
          said,
        ])
      expect(lines(all.filter(({ said }) => said !== null))).toEqual([])
      const uncertain = all.filter(({ predicted }) => !predicted.certain)
      expect(lines(uncertain.filter(({ row }) => !row.config?.includes('[plugins]')))).toEqual([])
      expect(all.filter(({ printed }) => printed === null).length).toBeGreaterThan(10)
      expect(all.filter(({ printed }) => printed !== null).length).toBeGreaterThan(10)
    },
    full ? 1_200_000 : 300_000,
  )
})
