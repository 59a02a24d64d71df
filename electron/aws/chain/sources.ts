/**
 * Each single place where aws looks for credentials, as a function that gives a chain of one source, or null when the
 * place says nothing. chain.ts puts them in order. Pure.
 */

import type { Problem } from '../../../shared/identity/identity'
import { assumeRoleKey, cacheTime, loginKey, ssoRoleKey, ssoTokenKey } from '../files/caches'
import type { Profile, Setting } from '../files/files'
import { shellWords } from '../files/ini'
import type { Asking, Chain, CredentialSource } from './chain'
import { brokenProfile, expiredKeys, noKeys, partialKeys } from './problems'

/** A chain of this source alone. */
export const found = (source: CredentialSource, ...by: string[]): Chain => ({
  source,
  roles: [],
  by,
  problem: null,
})
/** A chain that ends before it has a source. */
export const stopped = (problem: Problem, ...by: string[]): Chain => ({
  source: null,
  roles: [],
  by,
  problem,
})
const place = (setting: Setting) => `${setting.file}:${setting.line}`

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

/** A profile's setting, or null. */
export const value = (profile: Profile | undefined, name: string): string | null =>
  profile?.settings[name]?.value ?? null

/** What aws looks for in one profile when it assumes no role; null when the profile says nothing. */
export function profileProviders(asking: Asking, name: string, top: boolean): Chain | null {
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
  const source: CredentialSource = {
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

export function legacyKeys({ files }: Asking): Chain | null {
  if (files.legacyKeys === null) return null
  const { accessKeyId, from, problem } = files.legacyKeys
  if (problem !== null || accessKeyId === null) {
    return stopped(brokenProfile(`${problem ?? from}.`, 'Mend or remove that file.'), from)
  }
  return found({ kind: 'keys', accessKeyId, from }, `keys in ${from}`)
}

export function container({ variables, origin }: Asking): Chain | null {
  const names = ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI']
  const variable = names.find((name) => variables?.[name] !== undefined)
  return variable === undefined ? null : found({ kind: 'container', variable }, origin(variable))
}

export const metadataOff = ({ variables }: Asking) =>
  variables?.AWS_EC2_METADATA_DISABLED?.toLowerCase() === 'true'

/** Only a machine of AWS's answers there: nobody is foretold, and the caller marks it uncertain. */
export function metadata(asking: Asking, by: readonly string[]): Chain {
  return metadataOff(asking)
    ? { ...stopped(noKeys(false)), by }
    : { source: { kind: 'metadata' }, roles: [], by: [...by, 'instance metadata'], problem: noKeys(true) }
}
