/**
 * The order in which aws looks for credentials, as a value: where the chain begins (keys, SSO, a program …) and which
 * roles are assumed one after the other on top. Pure. The order is botocore's (docs/identity.md), which differs from
 * the AWS SDK for JavaScript in the dangerous case, so nothing of that SDK is used here.
 */
import type { Problem } from '../../shared/identity'
import {
  type AssumeRoleArguments,
  assumeRoleKey,
  cacheTime,
  loginKey,
  ssoRoleKey,
  ssoTokenKey,
} from './caches'
import type { AwsFiles, Profile, Setting } from './files'
import { shellWords } from './ini'
import { brokenProfile, expiredKeys, noKeys, partialKeys } from './problems'
import type { Variables } from './profiles'

/** What gives the first credentials of a chain. */
export type Source =
  | { readonly kind: 'keys'; readonly accessKeyId: string; readonly from: string }
  | {
      readonly kind: 'web-identity'
      readonly role: string
      readonly tokenFile: string
      /** Base name of its file in ~/.aws/cli/cache; null where aws keeps the result in memory only. */
      readonly cacheKey: string | null
    }
  | {
      readonly kind: 'sso'
      readonly profile: string
      readonly account: string
      readonly permissionSet: string
      readonly region: string
      readonly session: string | null
      readonly startUrl: string
      readonly tokenKey: string
      /** As in web-identity: an SSO profile that is another's source_profile is not cached on disk. */
      readonly cacheKey: string | null
    }
  | { readonly kind: 'login'; readonly profile: string; readonly session: string; readonly key: string }
  | {
      readonly kind: 'process'
      readonly profile: string
      readonly command: string
      readonly words: readonly string[]
      readonly file: string
      readonly line: number
    }
  | { readonly kind: 'container'; readonly variable: string }
  | { readonly kind: 'metadata' }
  /** credential_source = Environment, asked without an environment. */
  | { readonly kind: 'environment' }

/** One AssumeRole on top of what came before. */
export interface RoleStep {
  readonly arn: string
  /** The profile that asks for it; null for a role in the entry's own arguments. */
  readonly profile: string | null
  readonly mfaSerial: string | null
  readonly sessionName: string | null
  /** Base name of its file in ~/.aws/cli/cache; null for a role in arguments, which aws never caches. */
  readonly cacheKey: string | null
}

export interface Chain {
  readonly source: Source | null
  /** Nearest to the source first; the last one is who acts. */
  readonly roles: readonly RoleStep[]
  /** Why, outermost first. */
  readonly by: readonly string[]
  /** aws would stop here; source and roles are then what was found so far. */
  readonly problem: Problem | null
}

/** What the chain is asked under. */
export interface Asking {
  readonly files: AwsFiles
  /** exec.env over the environment; null asks the profile alone, as for the intended identity. */
  readonly variables: Variables | null
  /** Where a variable stands, in words: `AWS_PROFILE in exec env`. */
  readonly origin: (variable: string) => string
  /** --profile was given: aws then passes over keys and web identity of the environment. */
  readonly pinnedByArgument: boolean
  readonly now: number
}

const found = (source: Source, ...by: string[]): Chain => ({ source, roles: [], by, problem: null })
const stopped = (problem: Problem, ...by: string[]): Chain => ({ source: null, roles: [], by, problem })
const place = (setting: Setting) => `${setting.file}:${setting.line}`

/**
 * The whole chain of `profile` (null: none chosen, then `default` as far as it exists), before any role of the
 * entry's arguments. The profile must be known to exist.
 */
export function credentialChain(asking: Asking, profile: string | null): Chain {
  const { variables } = asking
  const name = profile || 'default'
  const said = asking.files.profiles.get(name)
  const own =
    (asking.pinnedByArgument ? null : environmentKeys(asking)) ?? rolesOfProfile(asking, name, [name])
  if (own !== null) return own
  const inside = profileProviders(asking, name, true)
  if (inside !== null) return inside
  if (variables === null) {
    return stopped(
      brokenProfile(
        `Profile ${name} says nothing that gives credentials.`,
        'Give it keys, a role, SSO settings or a credential_process.',
      ),
    )
  }
  return (
    legacyKeys(asking) ??
    container(asking) ??
    metadata(asking, said === undefined ? [] : [`profile ${name}: nothing`])
  )
}

/** Keys in the environment; null when there are none. An empty key id counts as unset, an empty secret as missing. */
export function environmentKeys({ variables, origin, now }: Asking): Chain | null {
  const accessKeyId = variables?.AWS_ACCESS_KEY_ID
  if (!variables || !accessKeyId) return null
  const from = origin('AWS_ACCESS_KEY_ID')
  if (!variables.AWS_SECRET_ACCESS_KEY) return stopped(partialKeys(from, 'AWS_SECRET_ACCESS_KEY'), from)
  const chain = found({ kind: 'keys', accessKeyId, from }, from)
  const expiration = variables.AWS_CREDENTIAL_EXPIRATION
  if (!expiration) return chain
  const expiresAt = cacheTime(expiration)
  return expiresAt !== null && expiresAt > now ? chain : { ...chain, problem: expiredKeys(from) }
}

const value = (profile: Profile | undefined, name: string): string | null =>
  profile?.settings[name]?.value ?? null

/** A profile with web identity is none that assumes a role by source, even if the token file's name is empty. */
function assumesRole(profile: Profile | undefined): boolean {
  return profile?.settings.role_arn !== undefined && profile.settings.web_identity_token_file === undefined
}

function hasStaticKeys(profile: Profile): boolean {
  return (
    profile.settings.aws_access_key_id !== undefined || profile.settings.aws_secret_access_key !== undefined
  )
}

/** role_arn with source_profile or credential_source; null when the profile has none. */
function rolesOfProfile(asking: Asking, name: string, visited: readonly string[]): Chain | null {
  const profile = asking.files.profiles.get(name)
  if (!profile || !assumesRole(profile)) return null
  const role = value(profile, 'role_arn') ?? ''
  const by = `role_arn of profile ${name}`
  const source = value(profile, 'source_profile')
  const credentialSource = value(profile, 'credential_source')
  const step = roleStep(profile, role)
  const below = (chain: Chain): Chain => ({
    source: chain.source,
    roles: [...chain.roles, step],
    by: [by, ...chain.by],
    problem: chain.problem,
  })
  const broken = (message: string, next: string) => below(stopped(brokenProfile(message, next)))
  if (source !== null && credentialSource !== null) {
    return broken(`Profile ${name} has both source_profile and credential_source.`, 'Remove one of the two.')
  }
  if (credentialSource !== null) return below(namedSource(asking, name, credentialSource))
  if (source === null) {
    return broken(
      `Profile ${name} has a role_arn but neither source_profile nor credential_source.`,
      'Add source_profile = the profile whose credentials may assume the role.',
    )
  }
  const sourceProfile = asking.files.profiles.get(source)
  if (sourceProfile === undefined) {
    return broken(
      `The source_profile ${JSON.stringify(source)} of profile ${name} does not exist.`,
      'Name an existing profile there.',
    )
  }
  if (visited.includes(source) && !(source === name && hasStaticKeys(sourceProfile))) {
    return broken(
      `The source_profile of profile ${name} leads in a circle: ${[...visited, source].join(' → ')}.`,
      'Let one of them name a profile with credentials of its own.',
    )
  }
  const named = (chain: Chain): Chain => ({ ...chain, by: [`source_profile ${source}`, ...chain.by] })
  if (!hasStaticKeys(sourceProfile)) {
    const further = rolesOfProfile(asking, source, [...visited, source])
    if (further !== null) return below(named(further))
  }
  const inside = profileProviders(asking, source, false)
  return below(
    named(
      inside ??
        stopped(
          brokenProfile(
            `The source_profile ${JSON.stringify(source)} of profile ${name} has no credentials.`,
            'Give it keys, SSO settings or a credential_process.',
          ),
        ),
    ),
  )
}

function roleStep(profile: Profile, arn: string): RoleStep {
  const seconds = value(profile, 'duration_seconds')
  const call: AssumeRoleArguments = {
    roleArn: arn,
    sessionName: value(profile, 'role_session_name'),
    externalId: value(profile, 'external_id'),
    mfaSerial: value(profile, 'mfa_serial'),
    // botocore passes over what is no whole number.
    durationSeconds:
      seconds !== null && /^[+-]?\d+(_\d+)*$/.test(seconds) ? Number(seconds.replaceAll('_', '')) : null,
  }
  return {
    arn,
    profile: profile.name,
    mfaSerial: call.mfaSerial,
    sessionName: call.sessionName || null,
    cacheKey: assumeRoleKey(call),
  }
}

function namedSource(asking: Asking, profile: string, name: string): Chain {
  const by = `credential_source ${name}`
  const nothing = () =>
    stopped(
      brokenProfile(
        `Profile ${profile} takes its credentials from ${name}, which gives none here.`,
        'Run where that source exists, or name a source_profile.',
      ),
      by,
    )
  const prefixed = (chain: Chain | null): Chain =>
    chain === null ? nothing() : { ...chain, by: [by, ...chain.by] }
  switch (name) {
    case 'Environment':
      return asking.variables === null
        ? found({ kind: 'environment' }, by)
        : prefixed(environmentKeys(asking))
    case 'EcsContainer':
      if (asking.variables === null) return found({ kind: 'container', variable: name }, by)
      return prefixed(container(asking))
    case 'Ec2InstanceMetadata':
      return metadataOff(asking) ? nothing() : found({ kind: 'metadata' }, by)
    default:
      return stopped(
        brokenProfile(
          `The credential_source ${JSON.stringify(name)} of profile ${profile} is none that aws knows.`,
          'Write Environment, EcsContainer or Ec2InstanceMetadata, in exactly these letters.',
        ),
        by,
      )
  }
}

/** What aws looks for in one profile when it assumes no role; null when the profile says nothing. */
function profileProviders(asking: Asking, name: string, top: boolean): Chain | null {
  const profile = asking.files.profiles.get(name)
  return (
    webIdentity(asking, name, top) ??
    (profile === undefined
      ? null
      : (sso(asking, profile, top) ??
        keysIn(profile.credentials?.settings) ??
        login(profile) ??
        process(profile) ??
        keysIn(profile.config?.settings)))
  )
}

/** Each of the three values comes from the environment if it stands there, even empty, else from the profile. */
function webIdentity(asking: Asking, name: string, top: boolean): Chain | null {
  const profile = asking.files.profiles.get(name)
  const environment = top && !asking.pinnedByArgument ? asking.variables : null
  const either = (variable: string, setting: string) => {
    const own = environment?.[variable]
    return own === undefined
      ? { value: value(profile, setting), from: `${setting} of profile ${name}` }
      : { value: own, from: asking.origin(variable) }
  }
  const token = either('AWS_WEB_IDENTITY_TOKEN_FILE', 'web_identity_token_file')
  if (!token.value) return null
  const role = either('AWS_ROLE_ARN', 'role_arn')
  if (!role.value) {
    return stopped(
      brokenProfile(
        `${token.from} asks for web identity, but neither AWS_ROLE_ARN nor the profile's role_arn names a role.`,
        'Name the role beside it.',
      ),
      token.from,
    )
  }
  const sessionName = either('AWS_ROLE_SESSION_NAME', 'role_session_name').value
  const call = { roleArn: role.value, sessionName, externalId: null, mfaSerial: null, durationSeconds: null }
  const cacheKey = top ? assumeRoleKey(call) : null
  return found(
    { kind: 'web-identity', role: role.value, tokenFile: token.value, cacheKey },
    role.from,
    token.from,
  )
}

const ssoSettings = ['sso_role_name', 'sso_account_id', 'sso_start_url', 'sso_region'] as const

function sso({ files }: Asking, profile: Profile, top: boolean): Chain | null {
  const own = profile.settings
  if (own.sso_role_name === undefined && own.sso_account_id === undefined) return null
  const by = `sso of profile ${profile.name}`
  const broken = (message: string, next: string) => stopped(brokenProfile(message, next), by)
  const session = own.sso_session?.value ?? null
  const section = session === null ? undefined : files.ssoSessions.get(session)
  if (session !== null && section === undefined) {
    return broken(
      `The sso-session ${JSON.stringify(session)} of profile ${profile.name} does not exist.`,
      `Write [sso-session ${session}] with sso_start_url and sso_region.`,
    )
  }
  for (const [name, setting] of Object.entries(section?.settings ?? {})) {
    const mine = own[name]
    if (mine !== undefined && mine.value !== setting.value) {
      return broken(
        `${name} differs between profile ${profile.name} and sso-session ${session}.`,
        'Remove it from the profile.',
      )
    }
  }
  const merged = { ...own, ...section?.settings }
  const missing = ssoSettings.filter((name) =>
    // The token of a session is fetched with the session's own address alone.
    section !== undefined && (name === 'sso_start_url' || name === 'sso_region')
      ? section.settings[name] === undefined
      : merged[name] === undefined,
  )
  if (missing.length > 0) {
    return broken(
      `Profile ${profile.name} is set up for SSO but lacks ${missing.join(', ')}.`,
      'Run aws configure sso, or add what is missing.',
    )
  }
  const [permissionSet = '', account = '', startUrl = '', region = ''] = ssoSettings.map(
    (name) => merged[name]?.value ?? '',
  )
  const source: Source = {
    kind: 'sso',
    profile: profile.name,
    account,
    permissionSet,
    region,
    session,
    startUrl,
    tokenKey: ssoTokenKey(session ?? startUrl),
    cacheKey: top ? ssoRoleKey({ account, name: permissionSet, session, startUrl }) : null,
  }
  return found(source, by, ...(session === null ? [] : [`sso-session ${session}`]))
}

function keysIn(settings: Readonly<Record<string, Setting>> | undefined): Chain | null {
  const id = settings?.aws_access_key_id
  if (settings === undefined || id === undefined) return null
  const from = `keys in ${place(id)}`
  if (settings.aws_secret_access_key === undefined) {
    return stopped(partialKeys(place(id), 'aws_secret_access_key'), from)
  }
  return found({ kind: 'keys', accessKeyId: id.value, from: place(id) }, from)
}

function login(profile: Profile): Chain | null {
  const session = value(profile, 'login_session')
  if (session === null) return null
  return found(
    { kind: 'login', profile: profile.name, session, key: loginKey(session) },
    `aws login of profile ${profile.name}`,
  )
}

function process(profile: Profile): Chain | null {
  const setting = profile.settings.credential_process
  if (setting === undefined) return null
  const by = `credential_process of profile ${profile.name}`
  const words = shellWords(setting.value)
  if (words === null || words.length === 0) {
    return stopped(
      brokenProfile(
        `The credential_process of profile ${profile.name} is no command.`,
        'Write a command with its quotations closed.',
      ),
      by,
    )
  }
  const { file, line } = setting
  return found({ kind: 'process', profile: profile.name, command: setting.value, words, file, line }, by)
}

function legacyKeys({ files }: Asking): Chain | null {
  if (files.legacyKeys === null) return null
  const { accessKeyId, from, problem } = files.legacyKeys
  if (problem !== null || accessKeyId === null) {
    return stopped(brokenProfile(`${problem ?? from}.`, 'Mend or remove that file.'), from)
  }
  return found({ kind: 'keys', accessKeyId, from }, `keys in ${from}`)
}

function container({ variables, origin }: Asking): Chain | null {
  const names = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI']
  const variable = names.find((name) => variables?.[name] !== undefined)
  return variable === undefined ? null : found({ kind: 'container', variable }, origin(variable))
}

const metadataOff = ({ variables }: Asking) => variables?.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true'

/** Only a machine of AWS's answers there: nobody is foretold, and the caller marks it uncertain. */
function metadata(asking: Asking, by: readonly string[]): Chain {
  return metadataOff(asking)
    ? { ...stopped(noKeys(false)), by }
    : { source: { kind: 'metadata' }, roles: [], by: [...by, 'instance metadata'], problem: noKeys(true) }
}
