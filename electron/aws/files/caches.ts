/**
 * What aws stores under ~/.aws between runs, as facts without secrets: SSO access tokens (sso/cache), role
 * credentials (cli/cache), `aws login` sessions (login/cache). The key functions name the files as botocore does.
 */
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { pythonJson, sorted } from './python-json'
import { readJson } from './read'

export type SsoToken = NonNullable<ReturnType<typeof ssoTokenFacts>>
export type CachedRole = ReturnType<typeof roleFacts>
export type CachedLogin = NonNullable<ReturnType<typeof loginFacts>>

export type AwsCaches = Readonly<Awaited<ReturnType<typeof readCaches>>>

/** What is cached under a name. The name is a hash, for which Node loads its crypto: computed only where anything is cached. */
export function cachedUnder<T>(cache: ReadonlyMap<string, T>, name: () => string | null): T | undefined {
  if (cache.size === 0) return undefined
  const key = name()
  return key === null ? undefined : cache.get(key)
}

/** Base name of an SSO token's file: SHA-1 of the sso-session's name, else of the start URL. */
export function ssoTokenKey(sessionOrStartUrl: string): string {
  return createHash('sha1').update(sessionOrStartUrl, 'utf8').digest('hex')
}

/** Base name of the file of an SSO role's credentials; `session` null for a profile with its own start URL. */
export function ssoRoleKey(role: {
  readonly account: string
  readonly name: string
  readonly session: string | null
  readonly startUrl: string
}): string {
  const place = role.session ? { sessionName: role.session } : { startUrl: role.startUrl }
  return ssoTokenKey(pythonJson(sorted({ accountId: role.account, roleName: role.name, ...place }), ',', ':'))
}

/** The parts of an AssumeRole call that count for its cache key; the call's other arguments do not occur in profiles. */
export interface AssumeRoleArguments {
  readonly roleArn: string
  readonly sessionName: string | null
  readonly externalId: string | null
  readonly mfaSerial: string | null
  readonly durationSeconds: number | null
}

/** Base name of the file of an assumed role's credentials. */
export function assumeRoleKey(role: AssumeRoleArguments): string {
  const values = {
    ...(role.durationSeconds !== null && { DurationSeconds: role.durationSeconds }),
    ...(role.externalId !== null && { ExternalId: role.externalId }),
    RoleArn: role.roleArn,
    // An absent or empty session name is invented each time, so botocore leaves it out.
    ...(role.sessionName && { RoleSessionName: role.sessionName }),
    ...(role.mfaSerial !== null && { SerialNumber: role.mfaSerial }),
  }
  return ssoTokenKey(pythonJson(sorted(values)))
}

/** Base name of the file of an `aws login` session. */
export function loginKey(session: string): string {
  return createHash('sha256').update(session, 'utf8').digest('hex')
}

const Text = v.optional(v.fallback(v.nullable(v.string()), null), null)
const Part = v.optional(v.unknown())
const SsoTokenFile = v.object({
  accessToken: Part,
  expiresAt: Text,
  refreshToken: Part,
  clientId: Part,
  clientSecret: Part,
  registrationExpiresAt: Text,
})
/** Credentials of a role, which aws uses only where all of this is there. */
export const RoleFile = v.object({
  Credentials: v.object({
    AccessKeyId: v.string(),
    SecretAccessKey: v.string(),
    SessionToken: v.string(),
    Expiration: v.string(),
  }),
})
const LoginFile = v.object({
  accessToken: v.object({
    accessKeyId: v.string(),
    secretAccessKey: v.string(),
    sessionToken: v.string(),
    expiresAt: v.string(),
  }),
  refreshToken: Part,
  dpopKey: Part,
  clientId: Part,
})

const areTexts = (...parts: readonly unknown[]): boolean =>
  parts.every((part) => typeof part === 'string' && part !== '')

/** A time as these files write it (`…Z`, `…UTC`, `…+00:00`), in ms; null for anything else. */
export function cacheTime(text: string | null): number | null {
  if (text === null || !/(?:Z|UTC|[+-]\d{2}:?\d{2})$/.test(text)) return null
  const time = Date.parse(text.replace(/UTC$/, 'Z'))
  return Number.isNaN(time) ? null : time
}

/** Facts of one file of ~/.aws/sso/cache; null when it is no token file (client registrations lie there too). */
function ssoTokenFacts(json: unknown) {
  const read = v.safeParse(SsoTokenFile, json)
  if (!read.success) return null
  const token = read.output
  return {
    /** Milliseconds; null when the file holds no valid time. */
    expiresAt: cacheTime(token.expiresAt),
    hasAccessToken: areTexts(token.accessToken),
    /** Refresh token, client id and secret are there. */
    hasRegistration: areTexts(token.refreshToken, token.clientId, token.clientSecret),
    /** Until when the client registration may be used, ms. */
    registrationExpiresAt: cacheTime(token.registrationExpiresAt),
  }
}

/** Facts of one file of ~/.aws/cli/cache: until when, ms; a file that aws would stumble over has no expiry. */
function roleFacts(json: unknown) {
  const read = v.safeParse(RoleFile, json)
  return { expiresAt: read.success ? cacheTime(read.output.Credentials.Expiration) : null }
}

/** Facts of one file of ~/.aws/login/cache; null when it is not one. */
function loginFacts(json: unknown) {
  const read = v.safeParse(LoginFile, json)
  if (!read.success) return null
  const { accessToken, refreshToken, dpopKey, clientId } = read.output
  return {
    expiresAt: cacheTime(accessToken.expiresAt),
    /** Everything that a silent renewal needs is there. */
    refreshable: areTexts(refreshToken, dpopKey, clientId),
  }
}

/** Files of one cache folder beyond this many are not read: aws never empties these folders by itself. */
const mostFiles = 2000

/**
 * Reads the three cache folders. A file that is missing, huge or broken is left out or marked as broken, never thrown. Each file
 * is known by its base name: for a token the SHA-1 of the session's name or start URL, for a role its cache key, for a login the
 * SHA-256 of the login_session, all hex.
 */
export async function readCaches(
  folders: { readonly home: string; readonly login: string },
  signal?: AbortSignal,
) {
  const [ssoTokens, roleCredentials, logins] = await Promise.all([
    readFolder(join(folders.home, '.aws', 'sso', 'cache'), ssoTokenFacts, signal),
    readFolder(join(folders.home, '.aws', 'cli', 'cache'), roleFacts, signal),
    readFolder(folders.login, loginFacts, signal),
  ])
  return { ssoTokens, roleCredentials, logins }
}

async function readFolder<T>(folder: string, facts: (json: unknown) => T | null, signal?: AbortSignal) {
  const names = (await readdir(folder).catch(() => []))
    .filter((name) => /^[0-9a-f]{40,64}\.json$/.test(name))
    .slice(0, mostFiles)
  const found = new Map<string, T>()
  for (let i = 0; i < names.length; i += 32) {
    signal?.throwIfAborted()
    await Promise.all(
      names.slice(i, i + 32).map(async (name) => {
        const json = await readJson(join(folder, name))
        const fact = json === undefined ? null : facts(json)
        if (fact !== null) found.set(name.slice(0, -'.json'.length), fact)
      }),
    )
  }
  return found
}
