/**
 * The matrix that judges the prediction: each case is a home folder, an environment and an exec entry, to be run by the
 * real `aws eks get-token` against a simulator whose world knows everybody here.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assumeRoleKey, ssoRoleKey, ssoTokenKey } from '../aws/caches'
import type { Simulator } from '../demo/simulator/simulator'
import type { World } from '../demo/simulator/world'
import type { RawExec, RawVariable } from '../kubeconfig/entries'
import type { Axes, Row } from './pairwise'

const account = '111122223333'
const everybody = [`arn:aws:iam::${account}:root`, 'arn:aws:iam::444455556666:root']
const role = (name: string, of = account) => `arn:aws:iam::${of}:role/${name}`
const startUrl = 'https://cases.awsapps.com/start'
const permissionSet = 'Developer'
const ssoRole = `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_${permissionSet}_0123456789abcdef`
const mfaSerial = `arn:aws:iam::${account}:mfa/file`
const hour = 3_600_000

/** Who owns which static key: `file` in the AWS files, `exec` in the entry, `shell` in the environment. */
const people = ['file', 'config', 'default', 'other', 'process', 'exec', 'shell', 'source'] as const
type Person = (typeof people)[number]
const keyOf = (person: Person) => ({
  id: `AKIA${person.toUpperCase().padEnd(10, 'X')}000001`,
  secret: `${person.padEnd(20, 's')}secret`,
})

/** The world of all cases. Every role trusts everybody: who may assume what is for STS to say, not to predict. */
export function casesWorld(now: number): World {
  const roles = ['ByProfile', 'Second', 'ByEntry', 'Workload', 'ByDefault', 'ByShell']
  const webIdentity = [{ issuer: 'oidc.cases.example' }]
  return {
    accounts: [
      { id: account, name: 'cases', partition: 'aws' },
      { id: '444455556666', name: 'other', partition: 'aws' },
    ],
    users: people.map((name) => ({
      arn: `arn:aws:iam::${account}:user/team/${name}`,
      uniqueId: `AIDA${name.toUpperCase().padEnd(12, 'X')}0001`,
      keys: [keyOf(name)],
    })),
    roles: [
      ...roles.map((name) => ({
        arn: role(name),
        uniqueId: `AROA${name.toUpperCase().padEnd(12, 'X')}0001`,
        trust: everybody,
        webIdentity,
      })),
      { arn: role('ByEntry', '444455556666'), uniqueId: 'AROAOTHERXXXXXXX0001', trust: everybody },
      { arn: ssoRole, uniqueId: 'AROASSODEVELOPER0001' },
    ],
    clusters: [],
    sso: [
      {
        startUrl,
        region: 'eu-west-1',
        username: 'dora@cases.example',
        assignments: [{ account, permissionSet, roleArn: ssoRole }],
        tokens: [
          { accessToken: 'sso-valid', expiresAt: now + hour },
          {
            accessToken: 'sso-refreshable',
            refreshToken: 'refresh',
            clientId: 'client',
            clientSecret: 'secret',
            expiresAt: now - hour,
          },
        ],
      },
    ],
    webIdentity: [
      {
        token: 'workload-token',
        issuer: 'oidc.cases.example',
        subject: 'web',
        audience: 'sts.amazonaws.com',
      },
    ],
  }
}

/** A home folder under construction. */
interface Home {
  readonly folder: string
  readonly simulator: Simulator
  readonly now: number
  readonly config: string[]
  readonly credentials: string[]
  readonly files: Map<string, string>
}

const section = (name: string, settings: Readonly<Record<string, string>>) =>
  `[${name}]\n${Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('')}`
const keySettings = (person: Person) => ({
  aws_access_key_id: keyOf(person).id,
  aws_secret_access_key: keyOf(person).secret,
})
const sessionSettings = { sso_start_url: startUrl, sso_region: 'eu-west-1' }
const ssoProfile = { sso_session: 'corp', sso_account_id: account, sso_role_name: permissionSet }

const profile = (home: Home, name: string, settings: Readonly<Record<string, string>>) =>
  home.config.push(section(`profile ${name}`, settings))
const credentials = (home: Home, name: string, settings: Readonly<Record<string, string>>) =>
  home.credentials.push(section(name, settings))
const tokenFile = (home: Home) => join(home.folder, 'token')
const json = (home: Home, path: string, value: unknown) => home.files.set(path, JSON.stringify(value))
const iso = (time: number) => new Date(time).toISOString().replace(/\.\d+/, '')

function ssoToken(home: Home, key: string, accessToken: string, expiresAt: number, more = {}) {
  json(home, `.aws/sso/cache/${ssoTokenKey(key)}.json`, {
    startUrl,
    region: 'eu-west-1',
    accessToken,
    expiresAt: iso(expiresAt),
    ...more,
  })
}

function cachedRole(home: Home, key: string, arn: string, expiresAt: number) {
  const issued = home.simulator.issue(arn, 'cached', expiresAt)
  json(home, `.aws/cli/cache/${key}.json`, {
    Credentials: {
      AccessKeyId: issued.accessKeyId,
      SecretAccessKey: issued.secretAccessKey,
      SessionToken: issued.sessionToken,
      Expiration: iso(expiresAt),
    },
  })
}

function session(home: Home) {
  home.config.push(section('sso-session corp', sessionSettings))
}

const ssoKey = ssoRoleKey({ account, name: permissionSet, session: 'corp', startUrl })
const byProfile = { role_arn: role('ByProfile') }
const credentialProcess = (home: Home) => `/bin/cat ${join(home.folder, 'process.json')}`

/** What the profile named `p` is. Each writes its part of a home folder. */
const kinds: Readonly<Record<string, (home: Home) => void>> = {
  'keys-in-credentials': (home) => credentials(home, 'p', keySettings('file')),
  'keys-in-config': (home) => profile(home, 'p', keySettings('config')),
  'keys-in-both': (home) => {
    credentials(home, 'p', keySettings('file'))
    profile(home, 'p', keySettings('config'))
  },
  'key-without-secret': (home) => credentials(home, 'p', { aws_access_key_id: keyOf('file').id }),
  'secret-without-key': (home) => credentials(home, 'p', { aws_secret_access_key: 'lonely' }),
  'region-only': (home) => profile(home, 'p', { region: 'eu-west-1' }),
  'no-such-profile': () => {},
  'role-over-keys': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'source' })
    credentials(home, 'source', keySettings('source'))
  },
  'role-over-itself': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'p' })
    credentials(home, 'p', keySettings('file'))
  },
  'role-over-role': (home) => {
    profile(home, 'p', { role_arn: role('Second'), source_profile: 'middle', role_session_name: 'named' })
    profile(home, 'middle', { ...byProfile, source_profile: 'source', duration_seconds: '900' })
    credentials(home, 'source', keySettings('source'))
  },
  'role-in-a-circle': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'middle' })
    profile(home, 'middle', { role_arn: role('Second'), source_profile: 'p' })
  },
  'role-over-nobody': (home) => profile(home, 'p', { ...byProfile, source_profile: 'gone' }),
  'role-without-source': (home) => profile(home, 'p', byProfile),
  'role-with-two-sources': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'source', credential_source: 'Environment' })
    credentials(home, 'source', keySettings('source'))
  },
  'role-over-role-with-keys': (home) => {
    // The source's own keys win over its role_arn.
    profile(home, 'p', { role_arn: role('Second'), source_profile: 'middle' })
    profile(home, 'middle', { ...byProfile, source_profile: 'gone', ...keySettings('config') })
  },
  'role-of-environment': (home) => profile(home, 'p', { ...byProfile, credential_source: 'Environment' }),
  'role-of-unknown-source': (home) => profile(home, 'p', { ...byProfile, credential_source: 'environment' }),
  'role-with-mfa': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'source', mfa_serial: mfaSerial })
    credentials(home, 'source', keySettings('source'))
  },
  'role-with-mfa-cached': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'source', mfa_serial: mfaSerial, external_id: 'é"x' })
    credentials(home, 'source', keySettings('source'))
    const call = { roleArn: role('ByProfile'), externalId: 'é"x', mfaSerial, sessionName: null }
    cachedRole(home, assumeRoleKey({ ...call, durationSeconds: null }), role('ByProfile'), home.now + hour)
  },
  'role-with-mfa-nearly-expired': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'source', mfa_serial: mfaSerial })
    credentials(home, 'source', keySettings('source'))
    const call = { roleArn: role('ByProfile'), externalId: null, mfaSerial, sessionName: null }
    const soon = home.now + 14 * 60_000
    cachedRole(home, assumeRoleKey({ ...call, durationSeconds: null }), role('ByProfile'), soon)
  },
  'web-identity': (home) =>
    profile(home, 'p', { role_arn: role('Workload'), web_identity_token_file: tokenFile(home) }),
  'web-identity-without-file': (home) =>
    profile(home, 'p', { role_arn: role('Workload'), web_identity_token_file: join(home.folder, 'gone') }),
  'role-over-web-identity': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'middle' })
    profile(home, 'middle', { role_arn: role('Workload'), web_identity_token_file: tokenFile(home) })
  },
  sso: (home) => {
    profile(home, 'p', ssoProfile)
    session(home)
    ssoToken(home, 'corp', 'sso-valid', home.now + hour)
  },
  'sso-expired': (home) => {
    profile(home, 'p', ssoProfile)
    session(home)
    ssoToken(home, 'corp', 'sso-gone', home.now - hour)
  },
  'sso-expired-refreshable': (home) => {
    profile(home, 'p', ssoProfile)
    session(home)
    const registration = { refreshToken: 'refresh', clientId: 'client', clientSecret: 'secret' }
    const registrationExpiresAt = iso(home.now + hour)
    ssoToken(home, 'corp', 'sso-refreshable', home.now - hour, { ...registration, registrationExpiresAt })
  },
  'sso-expired-cached': (home) => {
    profile(home, 'p', ssoProfile)
    session(home)
    ssoToken(home, 'corp', 'sso-gone', home.now - hour)
    cachedRole(home, ssoKey, ssoRole, home.now + hour)
  },
  'sso-start-url': (home) => {
    profile(home, 'p', { sso_account_id: account, sso_role_name: permissionSet, ...sessionSettings })
    ssoToken(home, startUrl, 'sso-valid', home.now + hour)
  },
  'sso-start-url-expired': (home) => {
    profile(home, 'p', { sso_account_id: account, sso_role_name: permissionSet, ...sessionSettings })
    ssoToken(home, startUrl, 'sso-gone', home.now - hour)
  },
  'sso-without-session': (home) => profile(home, 'p', ssoProfile),
  'sso-incomplete': (home) => {
    profile(home, 'p', { sso_session: 'corp', sso_role_name: permissionSet })
    session(home)
  },
  'role-over-sso': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'middle' })
    profile(home, 'middle', ssoProfile)
    session(home)
    ssoToken(home, 'corp', 'sso-valid', home.now + hour)
  },
  'role-over-sso-expired-cached': (home) => {
    // aws keeps the credentials of a source_profile in memory only, so this cache file is not looked at.
    profile(home, 'p', { ...byProfile, source_profile: 'middle' })
    profile(home, 'middle', ssoProfile)
    session(home)
    ssoToken(home, 'corp', 'sso-gone', home.now - hour)
    cachedRole(home, ssoKey, ssoRole, home.now + hour)
  },
  process: (home) => profile(home, 'p', { credential_process: credentialProcess(home) }),
  'process-beside-keys': (home) =>
    profile(home, 'p', { credential_process: credentialProcess(home), ...keySettings('config') }),
  'role-over-process': (home) => {
    profile(home, 'p', { ...byProfile, source_profile: 'middle' })
    profile(home, 'middle', { credential_process: credentialProcess(home) })
  },
  'services-missing': (home) => {
    credentials(home, 'p', keySettings('file'))
    profile(home, 'p', { services: 'gone' })
  },
}

export const kindNames: readonly string[] = Object.keys(kinds)

/** Everything that may differ, plain level first. `pin` names the profile `p`, the other axes are in its way. */
export const axes: Axes = {
  kind: kindNames,
  pin: ['arg', 'exec-profile', 'exec-default-profile', 'none'],
  execKeys: ['none', 'whole', 'no-secret', 'empty'],
  shellKeys: ['none', 'whole', 'expired', 'empty'],
  shellWebIdentity: ['none', 'whole', 'no-role', 'empty'],
  shellProfile: ['none', 'other', 'missing'],
  shellDefaultProfile: ['none', 'other', 'missing'],
  defaultProfile: ['none', 'keys', 'role'],
  role: ['none', '--role', '--role-arn', '--role:eq'],
  region: ['arg', 'variable'],
}

/** Cases of their own: what ends nearly every run would hide everything that it is paired with. */
export const singles: readonly Row[] = [
  { region: 'none' },
  { region: 'none', kind: 'role-over-keys' },
  { region: 'empty' },
  { region: 'none', endpoint: 'none' },
  { region: 'empty', endpoint: 'none' },
  { pin: 'none', shellProfile: 'empty' },
  { pin: 'none', shellProfile: 'empty', shellKeys: 'whole' },
  { pin: 'none', shellDefaultProfile: 'empty' },
  { pin: 'none', shellProfile: 'other', shellDefaultProfile: 'empty' },
  { role: '--role-arn:eq' },
  { role: 'other-account' },
  { role: 'no-arn' },
  { pin: 'none', defaultProfile: 'none' },
  { pin: 'exec-twice' },
  { pin: 'arg-twice' },
  { pin: 'arg-empty' },
  { kind: 'sso', pin: 'none', defaultProfile: 'sso' },
  { kind: 'sso-without-session', pin: 'exec-profile', execKeys: 'whole' },
  { kind: 'services-missing', pin: 'exec-profile', execKeys: 'whole' },
  { kind: 'key-without-secret', pin: 'exec-profile', shellKeys: 'whole' },
]

/** The axes of the whole product: the troubles that end every run at once are left to the pairs. */
export const wholeAxes: Axes = {
  kind: kindNames,
  pin: ['arg', 'exec-profile', 'none'],
  execKeys: ['none', 'whole'],
  shellKeys: ['none', 'whole'],
  shellWebIdentity: ['none', 'whole'],
  shellProfile: ['none', 'other'],
  shellDefaultProfile: ['none', 'other'],
  role: ['none', '--role', '--role:eq'],
}

/** Levels that end a run whatever else is there, where something looks at them. */
const troubles: Row = {
  execKeys: 'no-secret',
  shellKeys: 'expired',
  shellWebIdentity: 'no-role',
  region: 'none',
}

/** How many troubles a row holds: few in each, or one hides the others and every run ends alike. */
export function troublesOf(row: Row): number {
  if (row.pin === 'arg') return 0
  const inEnvironment = Object.entries(troubles).filter(([axis, level]) => row[axis] === level).length
  const profile = row.pin === 'none' && row.shellProfile === 'missing' ? 1 : 0
  return inEnvironment + profile
}

/** A case ready to be predicted and run. */
export interface IdentityCase {
  readonly exec: RawExec
  readonly variables: Readonly<Record<string, string>>
}

const whole = (person: Person) => ({
  AWS_ACCESS_KEY_ID: keyOf(person).id,
  AWS_SECRET_ACCESS_KEY: keyOf(person).secret,
})

/** Writes the case's home folder and gives its entry and environment. */
export async function prepareCase(
  row: Row,
  folder: string,
  simulator: Simulator,
  now: number,
): Promise<IdentityCase> {
  const home: Home = { folder, simulator, now, config: [], credentials: [], files: new Map() }
  const kind = kinds[row.kind ?? '']
  if (kind === undefined) throw new Error(`no such kind: ${row.kind}`)
  kind(home)
  credentials(home, 'other', keySettings('other'))
  if (row.defaultProfile === 'keys') home.config.push(section('default', keySettings('default')))
  if (row.defaultProfile === 'sso') {
    home.config.push(section('default', ssoProfile))
  }
  if (row.defaultProfile === 'role') {
    home.config.push(section('default', { role_arn: role('ByDefault'), source_profile: 'other' }))
  }
  home.files.set('.aws/config', home.config.join('\n'))
  home.files.set('.aws/credentials', home.credentials.join('\n'))
  home.files.set('token', 'workload-token')
  json(home, 'process.json', {
    Version: 1,
    AccessKeyId: keyOf('process').id,
    SecretAccessKey: keyOf('process').secret,
  })
  for (const [path, text] of home.files) {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return { exec: execOf(row), variables: variablesOf(row, home) }
}

function execOf(row: Row): RawExec {
  const entry = role('ByEntry')
  const roleArguments: Readonly<Record<string, readonly string[]>> = {
    '--role': ['--role', entry],
    '--role-arn': ['--role-arn', entry],
    '--role:eq': [`--role=${entry}`],
    '--role-arn:eq': [`--role-arn=${entry}`],
    'other-account': ['--role', role('ByEntry', '444455556666')],
    'no-arn': ['--role', 'just-a-name-of-some-length'],
  }
  const env: RawVariable[] = []
  const add = (variables: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(variables)) env.push({ name, value })
  }
  if (row.pin === 'exec-profile') add({ AWS_PROFILE: 'p' })
  if (row.pin === 'exec-twice') {
    add({ AWS_PROFILE: 'gone' })
    add({ AWS_PROFILE: 'p' })
  }
  if (row.pin === 'exec-default-profile') add({ AWS_DEFAULT_PROFILE: 'p' })
  if (row.execKeys === 'whole') add(whole('exec'))
  if (row.execKeys === 'no-secret') add({ AWS_ACCESS_KEY_ID: keyOf('exec').id, AWS_SECRET_ACCESS_KEY: '' })
  if (row.execKeys === 'empty') add({ AWS_ACCESS_KEY_ID: '' })
  return {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: [
      ...((row.region ?? 'arg') === 'arg' ? ['--region', 'eu-west-1'] : []),
      ...(row.pin === 'arg' ? ['--profile', 'p'] : []),
      ...(row.pin === 'arg-twice' ? ['--profile', 'gone', '--profile=p'] : []),
      ...(row.pin === 'arg-empty' ? ['--profile', ''] : []),
      ...['eks', 'get-token', '--cluster-name', 'prod', '--output', 'json'],
      ...(roleArguments[row.role ?? ''] ?? []),
    ],
    env,
    interactiveMode: null,
    provideClusterInfo: false,
    installHint: null,
  }
}

function variablesOf(row: Row, home: Home): Readonly<Record<string, string>> {
  const shellKeys: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    whole: whole('shell'),
    expired: { ...whole('shell'), AWS_CREDENTIAL_EXPIRATION: iso(home.now - hour) },
    empty: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: 'x' },
  }
  const webIdentity: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    whole: { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile(home), AWS_ROLE_ARN: role('ByShell') },
    'no-role': { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile(home) },
    empty: { AWS_WEB_IDENTITY_TOKEN_FILE: '' },
  }
  const named = (variable: string, level: string | undefined): Readonly<Record<string, string>> =>
    level === 'other'
      ? { [variable]: 'other' }
      : level === 'missing'
        ? { [variable]: 'gone' }
        : level === 'empty'
          ? { [variable]: '' }
          : {}
  return {
    HOME: home.folder,
    PATH: '/usr/bin:/bin',
    ...(row.endpoint !== 'none' && { AWS_ENDPOINT_URL: home.simulator.endpointUrl }),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    ...(row.region === 'variable' && { AWS_REGION: 'eu-west-1' }),
    ...(row.region === 'empty' && { AWS_REGION: '' }),
    ...shellKeys[row.shellKeys ?? ''],
    ...webIdentity[row.shellWebIdentity ?? ''],
    ...named('AWS_PROFILE', row.shellProfile),
    ...named('AWS_DEFAULT_PROFILE', row.shellDefaultProfile),
  }
}
