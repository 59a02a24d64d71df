/**
 * The order in which aws-iam-authenticator looks for credentials: that of the AWS SDK for Go (v2: config's shared_config.go and
 * resolve_credentials.go), tested with the SDK itself. A profile is read before anything of it is used: any mistake in it
 * stops everything, also where keys are exported. Then keys and web identity of the environment, then the profile; no
 * credentials of roles are stored on disk. Pure.
 */

import type { AwsProgram } from '../../../shared/exec/program-arguments'
import type { Problem } from '../../../shared/identity/identity'
import { maskKeyId } from '../../../shared/kubeconfig/secrets'
import { named } from '../../../shared/visible'
import type { Profile, Setting } from '../files/aws-files'
import { shellWords } from '../files/ini'
import type { Variables } from '../files/paths'
import type { NamedValue } from '../files/profile-settings'
import { longestChain } from './credential-chain'
import {
  brokenChain,
  containerHost,
  keysIn,
  metadataAlone,
  sessionNamed,
  sourceAlone,
  ssoChain,
  ssoOf,
  ssoSource,
  stoppedBy,
} from './credential-sources'
import * as problems from './problems'
import { refusedByGo } from './settings-refused'
import type { Chain, ChainInput, RoleStep } from './types'

/** The program that problems of this chain name. */
const me: AwsProgram = 'aws-iam-authenticator'

/** The whole chain under the authenticator with the profile that `goProfile` chose, before any role of its arguments. */
export function goChain(input: ChainInput, chosen: NamedValue | null): Chain {
  const name = chosen?.value ?? 'default'
  const known = input.files.profiles.has(name)
  // AWS_PROFILE has to be there; AWS_DEFAULT_PROFILE and `default` are passed over.
  if (!known && chosen?.from === 'AWS_PROFILE')
    return brokenChain(problems.unknownProfile(name, input.origin(chosen.from), me))
  const profile = known ? loaded(input, name, []) : null
  if (profile !== null && 'problem' in profile) return profile
  return (
    goKeys(input) ?? goWebIdentity(input) ?? (profile === null ? elsewhere(input) : chainOf(input, profile))
  )
}

/** The chain of a profile that exists, asked without any environment. */
export function goProfileChain(input: ChainInput, name: string): Chain {
  const profile = loaded(input, name, [])
  return 'problem' in profile ? profile : chainOf(input, profile)
}

/** AWS_PROFILE, else AWS_DEFAULT_PROFILE; an empty one counts as absent. */
export function goProfile(variables: Variables): NamedValue | null {
  for (const name of ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']) {
    const value = variables[name]
    if (value) return { value, from: name }
  }
  return null
}

function goKeys({ variables, origin }: ChainInput): Chain | null {
  const id = ['AWS_ACCESS_KEY_ID', 'AWS_ACCESS_KEY'].find((name) => variables?.[name])
  const secret = ['AWS_SECRET_ACCESS_KEY', 'AWS_SECRET_KEY'].find((name) => variables?.[name])
  const accessKeyId = id === undefined ? undefined : variables?.[id]
  if (id === undefined || secret === undefined || accessKeyId === undefined) return null
  return sourceAlone(
    { kind: 'keys', accessKeyId: maskKeyId(accessKeyId), from: origin(id), place: 'variables' },
    origin(id),
  )
}

function goWebIdentity({ variables, origin }: ChainInput): Chain | null {
  const tokenFile = variables?.AWS_WEB_IDENTITY_TOKEN_FILE
  if (!tokenFile) return null
  const by = origin('AWS_WEB_IDENTITY_TOKEN_FILE')
  const role = variables?.AWS_ROLE_ARN
  if (!role) {
    return stoppedBy(
      `${by} asks for web identity, but AWS_ROLE_ARN names no role.`,
      'Export AWS_ROLE_ARN too.',
      by,
    )
  }
  const session = sessionNamed(variables.AWS_ROLE_SESSION_NAME)
  return sourceAlone(
    { kind: 'web-identity', role, tokenFile, session, cacheKey: null },
    origin('AWS_ROLE_ARN'),
    by,
  )
}

/** A profile as it counts in a chain: its own settings or some of them, and the profile that it takes its credentials from. */
interface Loaded {
  readonly profile: Profile
  /** Empty where it has no effect here. */
  readonly value: (setting: string) => string
  readonly keys: boolean
  readonly source: Loaded | null
}

const ofRole: ReadonlySet<string> = new Set([
  'role_arn',
  'external_id',
  'mfa_serial',
  'role_session_name',
  'source_profile',
])
const types = [
  'source_profile',
  'credential_source',
  'credential_process',
  'web_identity_token_file',
] as const
const needRole = ['source_profile', 'credential_source', 'web_identity_token_file'] as const
const ofSso = ['sso_session', 'sso_region', 'sso_account_id', 'sso_start_url', 'sso_role_name'] as const
/** Settings without effect next to a source_profile: an SSO session has to be there all the same. */
const beside: ReadonlySet<string> = new Set([...types.slice(1), ...ofSso.slice(1)])

/** Reads a profile and those that it names, or says why the SDK stops. `visited`: by which profiles it came here. */
function loaded(input: ChainInput, name: string, visited: readonly string[]): Loaded | Chain {
  const profile = input.files.profiles.get(name)
  if (profile === undefined) return brokenChain(problems.missingSource(visited.at(-1) ?? '', name))
  const wrong = halfKey(profile) ?? refusedByGo(profile)
  if (wrong !== null) return brokenChain(wrong)
  const by =
    visited.length === 0 || visited.length > problems.mostNamed ? [] : [`source_profile ${named(name)}`]
  // A profile that is met again gives its own credentials only, so it may be its own source.
  const again = visited.includes(name)
  const own = (setting: string): string =>
    again && ofRole.has(setting) ? '' : (profile.settings[setting]?.value ?? '')
  const roleless =
    again || own('role_arn') !== '' ? undefined : needRole.find((setting) => own(setting) !== '')
  if (roleless !== undefined)
    return stoppedBy(
      `Profile ${named(name)} has ${roleless} without role_arn.`,
      `Add role_arn, or remove ${roleless}.`,
      ...by,
    )
  const keys = own('aws_access_key_id') !== '' && own('aws_secret_access_key') !== ''
  // Of a source its keys count, whatever else it has.
  if (visited.length > 0 && keys) return { profile, value: own, keys, source: null }
  const several = types.filter((setting) => own(setting) !== '')
  if (several.length > 1)
    return brokenChain(problems.bothSet(name, several[0] ?? '', several[1] ?? ''), ...by)
  const sourceName = own('source_profile')
  const value = sourceName === '' ? own : (setting: string) => (beside.has(setting) ? '' : own(setting))
  let source: Loaded | null = null
  if (sourceName !== '') {
    if (visited.length > longestChain)
      return brokenChain(problems.endlessSource(visited[0] ?? name, longestChain))
    const next = loaded(input, sourceName, [...visited, name])
    if ('problem' in next) return { ...next, by: [...by, ...next.by] }
    if (!hasCredentials(next)) {
      const mend = 'Let it name a profile with credentials of its own.'
      const isCircle = visited.includes(sourceName) || sourceName === name
      const problem = isCircle
        ? problems.circularSource(name, [...visited, name], sourceName, mend)
        : problems.emptySourceProfile(name, sourceName, mend)
      return brokenChain(problem, ...by)
    }
    source = next
  }
  const session = own('sso_session').trim()
  if (session !== '' && !input.files.ssoSessions.has(session))
    return brokenChain(
      problems.missingSession(
        session,
        name,
        `Write a section sso-session ${named(session)} with sso_start_url and sso_region into the AWS config file.`,
      ),
      ...by,
    )
  return { profile, value, keys: keys && sourceName === '', source }
}

const hasCredentials = ({ value, keys }: Loaded): boolean =>
  keys || [...types, ...ofSso].some((setting) => value(setting) !== '')

/** A key id without its secret, or the other way round, in the credentials file, else in the config file. */
function halfKey({ config, credentials }: Profile): Problem | null {
  const settings: Readonly<Record<string, Setting>> = (credentials ?? config)?.settings ?? {}
  const { aws_access_key_id: id, aws_secret_access_key: secret } = settings
  const one = id ?? secret
  if (one === undefined || (id !== undefined && secret !== undefined)) return null
  return problems.partialKeys(
    `${one.file}:${one.line}`,
    id === undefined ? 'aws_access_key_id' : 'aws_secret_access_key',
    me,
  )
}

/** `depth`: so many profiles take their credentials from it, the outermost of which are named as reasons. */
function chainOf(input: ChainInput, { profile, value, keys, source }: Loaded, depth = 0): Chain {
  const { name } = profile
  const role = value('role_arn')
  const tokenFile = value('web_identity_token_file')
  const session = sessionNamed(value('role_session_name'))
  if (source === null && !keys && value('credential_source') === '' && tokenFile !== '') {
    // The one way that takes role_arn for itself.
    return sourceAlone(
      { kind: 'web-identity', role, tokenFile, session, cacheKey: null },
      `role_arn of profile ${named(name)}`,
      `web_identity_token_file of profile ${named(name)}`,
    )
  }
  const below = source === null ? ofProfile(input, profile, value, keys) : chainOf(input, source, depth + 1)
  const isNamed = depth < problems.mostNamed
  const from = source === null || !isNamed ? [] : [`source_profile ${named(source.profile.name)}`]
  const inherited = { ...below, by: [...from, ...below.by] }
  if (role === '') return inherited
  const step: RoleStep = {
    arn: role,
    profile: name,
    mfaSerial: value('mfa_serial') || null,
    session,
    cacheKey: null,
  }
  const assumes = isNamed
    ? [`role_arn of profile ${named(name)}`]
    : depth === problems.mostNamed
      ? ['more roles']
      : []
  return { ...inherited, roles: [...inherited.roles, step], by: [...assumes, ...inherited.by] }
}

/** What a profile itself gives, without a source_profile. */
function ofProfile(input: ChainInput, profile: Profile, value: Loaded['value'], keys: boolean): Chain {
  const { name, settings } = profile
  const own = keys ? keysIn(settings) : null
  if (own !== null) return own
  const source = value('credential_source')
  if (source !== '') return namedSource(input, name, source)
  if (ofSso.some((setting) => value(setting) !== '')) return sso(input, name, value)
  const process = settings.credential_process
  if (process !== undefined && value('credential_process') !== '') {
    const { value: command, file, line } = process
    // A shell runs it.
    const words = shellWords(command) ?? [command]
    return sourceAlone(
      { kind: 'process', profile: name, command, words, file, line },
      `credential_process of profile ${named(name)}`,
    )
  }
  return elsewhere(input, profile)
}

/** Credentials of the environment count before any profile, so there are none where one asks for them. */
function namedSource(input: ChainInput, profile: string, written: string): Chain {
  const by = `credential_source ${named(written)}`
  const nothing = brokenChain(problems.emptySource(profile, written), by)
  if (written === 'Ec2InstanceMetadata') return sourceAlone({ kind: 'metadata' }, by)
  const alone = input.variables === null
  if (written === 'Environment') return alone ? sourceAlone({ kind: 'environment' }, by) : nothing
  if (written !== 'EcsContainer') return nothing
  const variable = 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'
  return alone || input.variables?.[variable] ? sourceAlone({ kind: 'container', variable }, by) : nothing
}

function sso(input: ChainInput, profile: string, value: Loaded['value']): Chain {
  const session = value('sso_session')
  const section = session === '' ? null : (input.files.ssoSessions.get(session.trim())?.settings ?? {})
  const of = (setting: string): string =>
    section !== null && (setting === 'sso_region' || setting === 'sso_start_url')
      ? (section[setting]?.value ?? '')
      : value(setting)
  const missing = ofSso.slice(1).filter((setting) => of(setting) === '')
  if (missing.length > 0) return brokenChain(problems.lacksForSso(profile, missing, false), ssoOf(profile))
  const differs = ['sso_region', 'sso_start_url'].find(
    (setting) => value(setting) !== '' && value(setting) !== of(setting),
  )
  if (differs !== undefined)
    return brokenChain(problems.differsFromSession(differs, profile, session), ssoOf(profile))
  const source = {
    profile,
    account: of('sso_account_id'),
    permissionSet: of('sso_role_name'),
    region: of('sso_region'),
    session: session === '' ? null : session,
    startUrl: of('sso_start_url'),
  }
  return ssoChain(ssoSource(source, false))
}

/** A reason for what comes behind a `login_session`: the SDK of 2024 passes over it. */
export const loginUnread = 'not its login_session, which the AWS SDK for Go that judges does not know'

/** Where no file gives credentials. */
function elsewhere(input: ChainInput, profile?: Profile): Chain {
  if (input.variables === null) return brokenChain(problems.noCredentials(profile?.name ?? 'default'))
  const signsIn = profile?.settings.login_session !== undefined
  const by =
    profile === undefined ? [] : [`profile ${named(profile.name)}`, ...(signsIn ? [loginUnread] : [])]
  const chain = container(input) ?? metadataAlone([])
  return { ...chain, by: [...by, ...chain.by] }
}

/** The whole address comes first. By http only this machine and two addresses of containers are asked; a name is looked up. */
function container({ variables, origin }: ChainInput): Chain | null {
  const names = ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']
  const variable = names.find((name) => variables?.[name])
  if (variable === undefined) return null
  const url =
    variable === names[0]
      ? /^([a-z][a-z\d+.-]*):\/\/(?:[^@/?#]*@)?(\[[\da-f:.]+\]|[\w.-]+)(?=[:/?#]|$)/i.exec(
          variables?.[variable] ?? '',
        )
      : ['', 'https', '']
  const [, scheme = '', host = ''] = url ?? []
  const isAddress = /^(?:\[.*\]|[\d.]+)$/.test(host)
  return url === null || (scheme.toLowerCase() === 'http' && isAddress && !containerHost.test(host))
    ? brokenChain(problems.refusedContainer(origin(variable), me), origin(variable))
    : sourceAlone({ kind: 'container', variable }, origin(variable))
}
