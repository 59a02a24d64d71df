/**
 * The matrix that judges the prediction: each case is a home folder, an environment and an exec entry, to be run by the
 * real `aws eks get-token` against a simulator whose world knows everybody here.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RawExec, RawVariable } from '../../shared/exec/parse'
import { emptyExec } from '../../shared/kubeconfig/entries'
import {
  credentials,
  type Home,
  hour,
  iso,
  json,
  keyOf,
  keySettings,
  kinds,
  type Person,
  rareKinds,
  role,
  section,
  ssoProfile,
  tokenFile,
  versionKinds,
} from './identity-kinds'
import type { Axes, Row } from './pairwise'
import type { Simulator } from './simulator'

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
  ...Object.keys(rareKinds).map((kind) => ({ kind })),
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
  { kind: 'services-missing', pin: 'exec-profile', execKeys: 'whole', endpoint: 'none' },
  { kind: 'key-without-secret', pin: 'exec-profile', shellKeys: 'whole' },
]

/** What the versions of aws differ in: run with each of them. */
export const versionRows: readonly Row[] = [
  ...Object.keys(versionKinds).map((kind) => ({ kind })),
  { kind: 'login-beside-config-keys', pin: 'exec-profile', shellKeys: 'whole' },
  { pin: 'exec-profile', shellDefaultProfile: 'other' },
  { pin: 'exec-profile', shellDefaultProfile: 'missing' },
  { pin: 'exec-profile', shellDefaultProfile: 'empty' },
  { pin: 'exec-default-profile', shellProfile: 'other' },
  { pin: 'exec-default-profile', shellProfile: 'empty' },
  { pin: 'exec-both' },
  { pin: 'none', shellProfile: 'missing', shellDefaultProfile: 'other' },
  { pin: 'exec-profile', shellDefaultProfile: 'other', shellKeys: 'whole' },
  { pin: 'exec-profile', shellDefaultProfile: 'other', shellWebIdentity: 'whole' },
  { pin: 'exec-profile', shellDefaultProfile: 'other', role: '--role-arn' },
  { pin: 'exec-profile', execKeys: 'whole' },
  { region: 'variable' },
  { region: 'default-variable' },
  { region: 'both-variables' },
  { region: 'default-empty' },
  { region: 'none', kind: 'region-and-keys' },
  { region: 'variable', endpoint: 'none' },
  { pin: 'exec-profile', options: '--no-cli-pager' },
  { pin: 'exec-profile', options: '--cli-binary-format=base64' },
  { pin: 'exec-profile', options: '--no-cli-auto-prompt' },
  { pin: 'exec-profile', options: '--output=yaml' },
  { pin: 'exec-profile', options: '--output=yaml-stream' },
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
  const kind = { ...kinds, ...versionKinds, ...rareKinds }[row.kind ?? '']
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
  if (row.pin === 'exec-both') add({ AWS_PROFILE: 'p', AWS_DEFAULT_PROFILE: 'other' })
  if (row.execKeys === 'whole') add(whole('exec'))
  if (row.execKeys === 'no-secret') add({ AWS_ACCESS_KEY_ID: keyOf('exec').id, AWS_SECRET_ACCESS_KEY: '' })
  if (row.execKeys === 'empty') add({ AWS_ACCESS_KEY_ID: '' })
  return {
    ...emptyExec,
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: [
      ...((row.region ?? 'arg') === 'arg' ? ['--region', 'eu-west-1'] : []),
      ...(row.options === undefined ? [] : [row.options]),
      ...(row.pin === 'arg' ? ['--profile', 'p'] : []),
      ...(row.pin === 'arg-twice' ? ['--profile', 'gone', '--profile=p'] : []),
      ...(row.pin === 'arg-empty' ? ['--profile', ''] : []),
      ...['eks', 'get-token', '--cluster-name', 'prod', '--output', 'json'],
      ...(roleArguments[row.role ?? ''] ?? []),
    ],
    env,
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
    ...(row.region === 'default-variable' && { AWS_DEFAULT_REGION: 'eu-west-1' }),
    ...(row.region === 'both-variables' && { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-1' }),
    ...(row.region === 'default-empty' && { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: '' }),
    ...shellKeys[row.shellKeys ?? ''],
    ...webIdentity[row.shellWebIdentity ?? ''],
    ...named('AWS_PROFILE', row.shellProfile),
    ...named('AWS_DEFAULT_PROFILE', row.shellDefaultProfile),
  }
}
