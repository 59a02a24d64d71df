/**
 * What stops aws and the authenticator besides their credentials: a table of settings and variables that they refuse, or by
 * which they print what kubectl cannot read, whatever the credentials are. Each row is tested with real versions of aws in
 * certain.oracle.test.ts, and with the AWS SDK for Go in go-credential-chain.oracle.test.ts. Pure.
 */

import { writeOutputJson } from '../../../shared/exec/flaws'
import { type AwsProgram, readArguments } from '../../../shared/exec/program-arguments'
import { isAtLeast } from '../../../shared/identity/aws-version'
import type { Problem, ProblemCode } from '../../../shared/identity/identity'
import { maskAddress } from '../../../shared/kubeconfig/secrets'
import { anyOf } from '../../../shared/name-lists'
import { named, quoted } from '../../../shared/visible'
import type { AwsFiles, Profile, Setting } from '../files/aws-files'
import { sectionFor, strip } from '../files/ini'
import type { Variables } from '../files/paths'
import {
  endpointFor,
  type NamedValue,
  regionFor,
  scoped,
  settingAt,
  settingOf,
} from '../files/profile-settings'
import { newestVersion, type RulesInUse } from '../installed/rules'
import { badRegion, brokenProfile, missingRegion, missingServices, refusedSetting } from './problems'

/** An aws that would be run, and what it reads. */
interface AskedClient {
  readonly files: AwsFiles
  readonly variables: Variables
  readonly origin: (variable: string) => string
  /** The profile that is chosen; null: `default`, as far as it exists. */
  readonly profile: string | null
  /** The one that variables choose, whatever the arguments name. */
  readonly profileOfVariables: string | null
  readonly args: readonly string[]
  /** --region, also when empty; null when it is absent. */
  readonly region: string | null
  readonly rules: RulesInUse
}

/**
 * Which program reads a row: a major version of aws, or the authenticator's AWS SDK for Go, to which an empty variable is none.
 */
type Reader = 1 | 2 | 'go'

interface Wanted {
  /** Whether the program accepts it, and kubectl can read the output then. */
  readonly accepts: (value: string, by: Reader, nested: Setting['nested']) => boolean
  /** The valid values: `a whole number from 1 on`. */
  readonly wants: string
}

interface Row extends Wanted {
  /** In the AWS files, of the profile that is chosen; absent: a variable alone. */
  readonly setting?: string
  /** It comes before the setting, also when it is empty; and one that comes behind. */
  readonly variable?: string
  readonly lastVariable?: string
  /** The option that comes before all of them. */
  readonly option?: string
  /** It is looked at before the arguments are read: in the profile that variables choose. */
  readonly early?: true
  /** From which version of each on it is looked at; a program that is absent passes over it. */
  readonly since: Partial<Record<Reader, string>>
  /** The result of any other value, where that is not a refusal. */
  readonly but?: string
  /** What to do, where it is not to correct or remove it. */
  readonly advice?: string
  /** Of a profile whose role is assumed, by any profile: refused when the role is requested. */
  readonly ofRole?: true
}

const always = { 1: '1.0.0', 2: '2.0.0' }
const version1 = { 1: '1.0.0' }
const version2 = { 2: '2.0.0' }
const byGo = { go: '0' }
const ofRole = { ofRole: true } as const

const wanted = (wants: string, accepts: Wanted['accepts']): Wanted => ({ wants, accepts })

/** One of these words; `also`: another that one program takes. */
const oneOf = (words: readonly string[], also: Partial<Record<Reader, string>> = {}): Wanted =>
  wanted(anyOf(words), (value, by) => words.includes(value) || value === also[by])
/** The same, in any letter case. */
const anyCaseOf = (words: readonly string[], also: Partial<Record<Reader, string>> = {}): Wanted => {
  const small = words.map((word) => word.toLowerCase())
  return wanted(anyOf(words), (value, by) => small.includes(value.toLowerCase()) || value === also[by])
}
const inTheseLetters = (words: readonly string[]) => ({
  ...oneOf(words),
  wants: `${anyOf(words)}, in these letters`,
})

/** Python's int(). */
const isInteger = (value: string) => /^\s*[+-]?\p{Nd}+(?:_\p{Nd}+)*\s*$/u.test(value)
const integerFrom = (least: number, value: string) =>
  isInteger(value) && !(Number(value.replaceAll('_', '')) < least)

/** Go's ParseInt as the SDK asks it: of a setting in any base, of a variable in decimals. */
const isGoInteger = (value: string) => /^[+-]?(?:\d+|0x[\da-f]+|0o[0-7]+|0b[01]+)$/i.test(value)
const isDecimal = (value: string) => /^[+-]?\d+$/.test(value)
const compressible = (isNumber: (value: string) => boolean) =>
  wanted(
    'a whole number from 0 to 10485760',
    (value) => isNumber(value) && Number(value) >= 0 && Number(value) <= 10_485_760,
  )

/** botocore's test of an address, but for letters beyond ASCII. */
const address =
  /^[\0-\x20]*(?:[a-z][a-z0-9+.-]*:)?\/\/(?:[^/?#]*@)?(?:\[[\da-f:.]+\]|(?:(?!-)[a-z\d-]{1,63}(?<!-)\.)*(?!-)[a-z\d-]{1,63}(?<!-)\.?)(?::([^/?#]*))?(?:[/?#]|$)/i
const isAddress = (value: string) => !/[\t\r\n]/.test(value) && address.test(value)
const anAddress = 'an address with its scheme, as https://…'
const hasPort = (value: string) =>
  /^(?:\d+|)$/.test(address.exec(value)?.[1] ?? '') && Number(address.exec(value)?.[1] ?? '') <= 65_535

/** Encodings of which what is ASCII stays as it is; Python knows more, which no entry needs. */
const readable =
  /^(?:utf_?7|utf_?8(?:_sig)?|u8|ascii|us_ascii|latin_?1|iso_?8859_?\d+|(?:cp|windows_?)(?:125\d|437|8[56]\d|93[26]|949|950)|koi8_[ru]|gbk|gb2312|gb18030|big5(?:hkscs)?|euc_?(?:jp|kr|cn)|shift_?jis|punycode)$/

/** A setting, and the variable that is called so. */
const both = (setting: string) => ({ setting, variable: `AWS_${setting.toUpperCase()}` })

const row = (
  called: Pick<Row, 'setting' | 'variable'>,
  since: Row['since'],
  fit: Wanted,
  more: Partial<Row> = {},
): Row => ({ ...called, since, ...fit, ...more })

const truth = ['true', 'false']
const accountModes = ['preferred', 'disabled', 'required']
const compression = 'request_min_compression_size_bytes'
const wholeNumber = wanted('a whole number', isInteger)

export const settingRows: readonly Row[] = [
  row({ setting: 'output', variable: 'AWS_DEFAULT_OUTPUT' }, always, oneOf(['json'], { 2: 'yaml' }), {
    option: '--output',
    but: 'kubectl reads nothing that aws prints so',
    advice: writeOutputJson,
  }),
  ...(
    [
      ['external_id', 'two characters or more', (value: string) => [...value].length > 1],
      ['role_session_name', 'two characters or more', (value: string) => [...value].length !== 1],
      ['duration_seconds', '900 or more', (value: string) => !isInteger(value) || integerFrom(900, value)],
    ] as const
  ).map(([setting, wants, accepts]) => row({ setting }, always, wanted(wants, accepts), ofRole)),
  row(
    both('max_attempts'),
    always,
    wanted('a whole number from 1 on', (value) => integerFrom(1, value)),
  ),
  row(both('retry_mode'), { ...always, ...byGo }, oneOf(['standard', 'adaptive'], { 1: 'legacy' })),
  row(both('metadata_service_timeout'), always, wanted('a whole number of seconds', isInteger)),
  row(both('metadata_service_num_attempts'), always, wholeNumber),
  row(
    both('ec2_metadata_service_endpoint'),
    always,
    wanted(anAddress, (value) => value === '' || isAddress(value)),
  ),
  row(
    both('ec2_metadata_service_endpoint_mode'),
    { ...always, ...byGo },
    anyCaseOf(['IPv4', 'IPv6'], { go: '' }),
  ),
  ...['request_checksum_calculation', 'response_checksum_validation'].map((setting) =>
    row(both(setting), { 1: '1.37.0', 2: '2.23.0' }, anyCaseOf(['when_supported', 'when_required'])),
  ),
  row(
    both(compression),
    { 1: '1.29.14', 2: '2.13.22' },
    wanted(
      'a whole number from 1 to 1048576',
      (value) => integerFrom(1, value) && !integerFrom(1_048_577, value),
    ),
  ),
  row(both('account_id_endpoint_mode'), { 1: '1.38.0', 2: '2.25.0' }, anyCaseOf(accountModes)),
  row(both('s3_disable_express_session_auth'), { 1: '1.44.69', 2: '2.34.20' }, anyCaseOf(truth)),
  row({ setting: 'cli_binary_format' }, version2, oneOf(['base64', 'raw-in-base64-out']), {
    option: '--cli-binary-format',
  }),
  row({ setting: 'cli_timestamp_format' }, always, oneOf(['wire', 'iso8601'], { 1: 'none' })),
  row(
    { setting: 'cli_auto_prompt', variable: 'AWS_CLI_AUTO_PROMPT' },
    version2,
    wanted('off or on-partial', (value) => value.toLowerCase() !== 'on'),
    {
      option: '--no-cli-auto-prompt',
      early: true,
      but: 'aws then asks at a prompt, which nobody answers under kubectl',
    },
  ),
  row(
    { setting: 's3' },
    always,
    wanted(
      'settings of its own below it, with addressing_style auto, virtual or path',
      (value, _, { addressing_style: style, ...more }) =>
        style === undefined
          ? value !== '' || Object.keys(more).length > 0
          : ['auto', 'virtual', 'path'].includes(style),
    ),
  ),
  row(
    { setting: 'api_versions' },
    version1,
    wanted(
      'settings of its own below it, and for sts none but 2011-06-15',
      (_, _by, nested) => Object.keys(nested).length > 0 && (nested.sts ?? '2011-06-15') === '2011-06-15',
    ),
  ),
  row(both('sts_regional_endpoints'), version1, oneOf(['legacy', 'regional'], { 1: '' })),
  row(both('s3_us_east_1_regional_endpoint'), version1, oneOf(['legacy', 'regional'])),
  row(
    both('defaults_mode'),
    { ...version1, ...byGo },
    anyCaseOf(['legacy', 'auto', 'standard', 'in-region', 'cross-region', 'mobile'], { go: '' }),
  ),
  row(
    { variable: 'AWS_CLI_OUTPUT_ENCODING' },
    { 2: '2.24.14' },
    wanted('an encoding that aws knows and kubectl reads', (value) =>
      readable.test(value.toLowerCase().replace(/[^a-z\d]+/g, '_')),
    ),
  ),
  row(
    both('ca_bundle'),
    { 1: '1.45.54', 2: '2.36.6' },
    wanted('the path of a file', (value) => strip(value) !== ''),
    { lastVariable: 'REQUESTS_CA_BUNDLE' },
  ),
  row({ setting: 'max_attempts' }, byGo, wanted('a whole number', isGoInteger)),
  row({ variable: 'AWS_MAX_ATTEMPTS' }, byGo, wanted('a whole number', isDecimal)),
  row({ setting: compression }, byGo, compressible(isGoInteger)),
  row({ variable: `AWS_${compression.toUpperCase()}` }, byGo, compressible(isDecimal)),
  row(both('account_id_endpoint_mode'), byGo, inTheseLetters(accountModes)),
  row({ setting: 'disable_request_compression' }, byGo, inTheseLetters(truth)),
  ...[
    'AWS_DISABLE_REQUEST_COMPRESSION',
    'AWS_S3_USE_ARN_REGION',
    'AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS',
    'AWS_S3_DISABLE_EXPRESS_SESSION_AUTH',
    'AWS_EC2_METADATA_V1_DISABLED',
    'AWS_USE_DUALSTACK_ENDPOINT',
    'AWS_USE_FIPS_ENDPOINT',
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  ].map((variable) => row({ variable }, byGo, anyCaseOf(truth))),
  row({ variable: 'AWS_ENABLE_ENDPOINT_DISCOVERY' }, byGo, anyCaseOf([...truth, 'auto'])),
]

const ofRoles = settingRows.filter(({ ofRole }) => ofRole)
const ofClients = settingRows.filter(({ ofRole }) => !ofRole)
const ofGo = settingRows.filter(({ since }) => since.go !== undefined)

/** What decides a row, with the settings below it. */
type Deciding = NamedValue & { readonly nested?: Setting['nested'] }

/** Why a program stops at the first of these rows whose value it does not accept; null where it goes on. */
function firstRefused(
  rows: readonly Row[],
  by: Reader,
  code: ProblemCode,
  decidedBy: (row: Row) => Deciding | null,
): Problem | null {
  for (const row of rows) {
    const found = decidedBy(row)
    if (found !== null && !row.accepts(found.value, by, found.nested ?? {}))
      return refusedSetting(row.but === undefined ? code : 'bad-exec-credential', ...refusal(row, found, by))
  }
  return null
}

/** What aws refuses when it asks for a role with this; null where it goes on. The SDK for Go leaves it to STS. */
export const refusedForRole = (setting: string, found: NamedValue): Problem | null =>
  firstRefused(ofRoles, 2, 'broken-profile', (row) => (row.setting === setting ? found : null))

/** The same of a profile that assumes a role. */
export const refusedRoleOf = (profile: Profile): Problem | null => refusedOf(profile, ofRoles, 2)

/** What the AWS SDK for Go refuses of a profile in its chain; null where it goes on. */
export const refusedByGo = (profile: Profile): Problem | null => refusedOf(profile, ofGo, 'go')

const refusedOf = ({ name, settings }: Profile, rows: readonly Row[], by: Reader): Problem | null =>
  firstRefused(rows, by, 'broken-profile', ({ setting }) => {
    // A setting without a name has no row.
    const found = setting === undefined ? undefined : settings[setting]
    return found === undefined ? null : settingAt(found, `${setting} of profile ${named(name)}`)
  })

/** Why the authenticator fails whatever its credentials are: variables, a CA bundle, an endpoint; null where it goes on. */
export function goClientProblem({
  files,
  variables,
  origin,
  profile,
}: Pick<AskedClient, 'files' | 'variables' | 'origin' | 'profile'>): Problem | null {
  const ofVariable = (name = '') => {
    const value = variables[name]
    return value ? { value, from: origin(name) } : null
  }
  const refused = firstRefused(ofGo, 'go', 'command-failed', ({ variable }) => ofVariable(variable))
  if (refused !== null) return refused
  const bundle = ofVariable('AWS_CA_BUNDLE') ?? settingOf(files, profile, 'ca_bundle')
  return bundle?.value && files.caBundles.get(bundle.value) === false
    ? refusedSetting('command-failed', ...refusal({ wants: 'a file with certificates' }, bundle, 'go'))
    : null
}

/** A reason for which every client fails in this environment with this profile; null when there is none. */
export function clientProblem(asked: AskedClient): Problem | null {
  const { files, variables, profile } = asked
  const { endpoint, missing } = endpointFor(files, profile, 'sts', variables)
  if (missing !== null) return missingServices(missing, profile, 'sts')
  if (endpoint !== null && !(isAddress(endpoint.value) && hasPort(endpoint.value))) {
    const from = endpoint.from.startsWith('AWS_') ? asked.origin(endpoint.from) : endpoint.from
    return refusedSetting('command-failed', ...refusal({ wants: anAddress }, { ...endpoint, from }))
  }
  return refusedRow(asked) ?? ssoSessionProblem(files, profile || 'default') ?? regionProblem(asked, endpoint)
}

function refusedRow(asked: AskedClient): Problem | null {
  const version = asked.rules.version ?? newestVersion
  const major = version.startsWith('1.') ? 1 : 2
  const { flags } = readArguments.aws(asked.args, asked.rules.version)
  const options = new Map(flags.map(({ name, value }) => [name, value ?? '']))
  const rows = ofClients.filter(({ since }) => since[major] !== undefined && isAtLeast(version, since[major]))
  return firstRefused(rows, major, 'command-failed', (row) => valueFor(row, options, asked))
}

/** What decides a row: its option, its variable, its setting. */
function valueFor(
  row: Row,
  options: ReadonlyMap<string, string>,
  { files, variables, origin, profile, profileOfVariables }: AskedClient,
): Deciding | null {
  const option = row.option === undefined ? undefined : options.get(row.option)
  if (option !== undefined) return { value: option, from: `${row.option} in exec args` }
  const ofVariable = (name: string | undefined) => {
    const value = name ? variables[name] : undefined
    return name && value !== undefined ? { value, from: origin(name) } : null
  }
  const scope = (row.early ? profileOfVariables : profile) || 'default'
  const setting = row.setting === undefined ? undefined : scoped(files, scope)[row.setting]
  const ofSetting = setting && {
    ...settingAt(setting, `${row.setting} of profile ${named(scope)}`),
    nested: setting.nested,
  }
  return ofVariable(row.variable) ?? ofSetting ?? ofVariable(row.lastVariable)
}

/** The problem and the next step, in a sentence each. */
function refusal(
  { wants, but, advice = 'Correct it there, or remove it.' }: Pick<Row, 'wants' | 'but' | 'advice'>,
  { value, from }: NamedValue,
  by: Reader = 2,
): readonly [string, string] {
  const program: AwsProgram = by === 'go' ? 'aws-iam-authenticator' : 'aws'
  const is = value === '' ? 'empty' : quoted(maskAddress(value).slice(0, mostShown))
  const why = but ?? `${program} refuses that whatever it is asked for`
  return [`${from} is ${is}, and ${why}: it has to be ${wants}.`, advice]
}

/** Of a value, in a sentence. */
const mostShown = 80

/** Without any region aws signs for the global endpoint, but with a configured endpoint it insists on one. */
function regionProblem(
  { files, variables, origin, profile, region: argument, rules: { rules } }: AskedClient,
  endpoint: NamedValue | null,
): Problem | null {
  const named = regionFor(files, profile, variables, rules)
  const region = argument === null ? named : { value: argument, from: '--region in exec args' }
  if (region === null) {
    const unread = variables.AWS_REGION !== undefined && !rules.regionVariables.includes('AWS_REGION')
    return endpoint === null ? null : missingRegion(endpoint.from, unread)
  }
  const from = region.from.startsWith('AWS_') ? origin(region.from) : region.from
  if (region.value === '') return endpoint === null ? badRegion('', from) : null
  // botocore's own test of a region's name.
  return /^(?![0-9]+$)(?!-)[a-zA-Z0-9-]{0,63}(?<!-)$/.test(region.value)
    ? null
    : badRegion(region.value, from)
}

/**
 * botocore looks for an SSO bearer token with every client that it makes, also where nothing of SSO is used: a profile
 * whose sso-session is missing or incomplete fails even with exported keys.
 */
function ssoSessionProblem(files: AwsFiles, profile: string): Problem | null {
  const session = files.profiles.get(profile)?.settings.sso_session
  if (session === undefined) return null
  const settings = files.ssoSessions.get(session.value)?.settings
  const missing = ['sso_start_url', 'sso_region'].filter((name) => settings?.[name] === undefined)
  if (settings !== undefined && missing.length === 0) return null
  return brokenProfile(
    settings === undefined
      ? `The sso-session ${quoted(session.value)} of profile ${named(profile)} does not exist; aws fails even where keys are exported.`
      : `The sso-session ${named(session.value)} of profile ${named(profile)} lacks ${missing.join(' and ')}; aws fails even where keys are exported.`,
    `Write ${sectionFor('sso-session', session.value)} with sso_start_url and sso_region into the AWS config file.`,
  )
}
