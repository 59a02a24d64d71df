/**
 * What a native token rests on: every setting and every variable of aws that is there must be one whose whole effect on a token
 * is known. Anything else is aws's own to say. Pure.
 */
import { named } from '../../../shared/visible'
import { value } from '../chain/credential-sources'
import type { Chain } from '../chain/types'
import type { AwsFiles, Section, Setting } from '../files/aws-files'
import type { Variables } from '../files/paths'

/** Settings that choose the identity, its region and where it is asked for: the chain reads all of them. */
const choosing = [
  ...[
    'aws_access_key_id',
    'aws_secret_access_key',
    'aws_session_token',
    'login_session',
    'credential_process',
  ],
  ...['role_arn', 'source_profile', 'credential_source', 'role_session_name', 'external_id', 'mfa_serial'],
  ...['duration_seconds', 'web_identity_token_file', 'sso_session', 'sso_start_url', 'sso_region'],
  ...['sso_account_id', 'sso_role_name', 'region', 'output', 'services', 'endpoint_url', 'ca_bundle'],
  'ignore_configured_endpoint_urls',
]
/** Settings that change nothing about a token, once their values are accepted (settings-refused.ts). */
const idle = [
  ...['sso_registration_scopes', 'cli_pager', 'cli_auto_prompt', 'cli_binary_format', 'cli_timestamp_format'],
  ...['max_attempts', 'retry_mode', 'metadata_service_timeout', 'metadata_service_num_attempts', 's3'],
  ...['ec2_metadata_service_endpoint', 'ec2_metadata_service_endpoint_mode', 'ec2_metadata_v1_disabled'],
  ...['request_checksum_calculation', 'response_checksum_validation', 'request_min_compression_size_bytes'],
  ...['disable_request_compression', 'sdk_ua_app_id', 'aws_account_id', 'tcp_keepalive'],
]
const settings: ReadonlySet<string> = new Set([...choosing, ...idle])

const variables: ReadonlySet<string> = new Set(
  [
    ...['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN', 'CREDENTIAL_EXPIRATION', 'PROFILE'],
    ...['DEFAULT_PROFILE', 'REGION', 'DEFAULT_REGION', 'CONFIG_FILE', 'SHARED_CREDENTIALS_FILE'],
    ...['WEB_IDENTITY_TOKEN_FILE', 'ROLE_ARN', 'ROLE_SESSION_NAME', 'CA_BUNDLE', 'CREDENTIAL_FILE'],
    ...['IGNORE_CONFIGURED_ENDPOINT_URLS', 'DEFAULT_OUTPUT', 'LOGIN_CACHE_DIRECTORY', 'ACCOUNT_ID'],
    ...[
      'CONTAINER_CREDENTIALS_RELATIVE_URI',
      'CONTAINER_CREDENTIALS_FULL_URI',
      'CONTAINER_AUTHORIZATION_TOKEN',
    ],
    ...['CONTAINER_AUTHORIZATION_TOKEN_FILE', 'EC2_METADATA_DISABLED', 'EC2_METADATA_V1_DISABLED'],
    ...['EC2_METADATA_SERVICE_ENDPOINT', 'EC2_METADATA_SERVICE_ENDPOINT_MODE', 'IMDS_USE_IPV6'],
    ...['METADATA_SERVICE_TIMEOUT', 'METADATA_SERVICE_NUM_ATTEMPTS', 'MAX_ATTEMPTS', 'RETRY_MODE'],
    ...['REQUEST_CHECKSUM_CALCULATION', 'RESPONSE_CHECKSUM_VALIDATION', 'SDK_UA_APP_ID', 'SDK_LOAD_CONFIG'],
    // Set by those who give aws its keys, and by where it runs; no aws reads them.
    ...['PAGER', 'CLI_AUTO_PROMPT', 'EXECUTION_ENV', 'VAULT', 'SESSION_EXPIRATION'],
  ].map((name) => `AWS_${name}`),
)

/** Variables without that beginning that aws reads too, beyond proxies and roots. */
const beside = /^BOTO(?:CORE)?_(?!CONFIG$|DISABLE_CRT$)/

/** The first of these variables whose effect on a token is not known; null where there is none. */
export function strangeVariable(all: Variables): string | null {
  const isStrange = (name: string) =>
    (name.startsWith('AWS_')
      ? !variables.has(name) && !name.startsWith('AWS_ENDPOINT_URL')
      : beside.test(name)) ||
    // Python takes another user's home for it.
    (/^AWS_\w+_FILE$/.test(name) && /^~[^/]/.test(all[name] ?? ''))
  return Object.keys(all).find(isStrange) ?? null
}

/** The same of the settings of each profile that the chain goes through, and of the sections that they name. */
export function strangeSetting(
  files: AwsFiles,
  profile: string | null,
  { roles, source }: Chain,
): string | null {
  const names = [
    profile ?? 'default',
    ...roles.map((role) => role.profile),
    source && 'profile' in source ? source.profile : null,
  ]
  const of = (
    found: Readonly<Record<string, Setting>> | undefined,
    known: ReadonlySet<string>,
    what: string,
  ) => {
    const strange = Object.keys(found ?? {}).find((name) => !known.has(name))
    return strange === undefined ? null : `${named(strange)} of ${what}`
  }
  for (const name of new Set(names)) {
    if (name === null) continue
    const own = files.profiles.get(name)
    const session = value(own, 'sso_session')
    // What a role's profile takes its keys from has settings of its own.
    const from = files.profiles.get(value(own, 'source_profile') ?? name)
    const strange =
      of(own?.settings, settings, `profile ${named(name)}`) ??
      of(from?.settings, settings, `profile ${named(from?.name ?? '')}`) ??
      (session === null
        ? null
        : of(files.ssoSessions.get(session)?.settings, settings, `sso-session ${named(session)}`)) ??
      strangeService(files.services.get(value(own, 'services') ?? ''))
    if (strange !== null) return strange
  }
  return null
}

/** Of a service that is asked only its address is known. */
function strangeService(section: Section | undefined): string | null {
  for (const service of ['sts', 'sso'])
    for (const name of Object.keys(section?.settings[service]?.nested ?? {}))
      if (name !== 'endpoint_url')
        return `${named(name)} of ${service} in services ${named(section?.name ?? '')}`
  return null
}
