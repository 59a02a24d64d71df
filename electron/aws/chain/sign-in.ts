/**
 * What a chain would do when run now: which steps unexpired caches spare it, whether it would stop for a sign-in, and
 * which programs it would start. Pure; aws's own windows and rules (docs/identity.md).
 */
import type { Problem } from '../../../shared/identity/identity'
import type { AwsCaches, AwsFiles, CachedRole } from '../files/files'
import type { Chain, CredentialSource, RoleStep } from './chain'
import { awsLogin, brokenProfile, mfaCode, ssoLogin } from './problems'

/** Cached role credentials with less than this left (ms) are fetched anew. */
export const roleWindow = 15 * 60 * 1000

/** The steps that are really taken, from the outermost on: a cached role ends the way there. */
interface Way {
  readonly roles: readonly RoleStep[]
  readonly source: CredentialSource | null
  /** A cache file that aws would stumble over, on the way. */
  readonly broken: string | null
}

function wayOf(chain: Chain, caches: AwsCaches, now: number): Way {
  const roles: RoleStep[] = []
  for (const role of [...chain.roles].reverse()) {
    const cached = cachedRole(role.cacheKey, caches)
    if (cached?.expiresAt === null) return { roles, source: null, broken: role.cacheKey }
    if (isFresh(cached, now)) return { roles, source: null, broken: null }
    roles.push(role)
  }
  const key = chain.source !== null && 'cacheKey' in chain.source ? chain.source.cacheKey : null
  const cached = cachedRole(key, caches)
  if (cached?.expiresAt === null) return { roles, source: null, broken: key }
  return { roles, source: isFresh(cached, now) ? null : chain.source, broken: null }
}

const cachedRole = (key: string | null, caches: AwsCaches): CachedRole | undefined =>
  key === null ? undefined : caches.roleCredentials.get(key)

function isFresh(cached: CachedRole | undefined, now: number): boolean {
  return cached !== undefined && cached.expiresAt !== null && cached.expiresAt - now >= roleWindow
}

/**
 * Why running the chain now would stop: a sign-in that nothing on disk spares (SSO, `aws login`, an MFA code), a web
 * identity token that is not there, or a broken cache file. Null: run it. An expired SSO access token alone is no
 * reason: cached role credentials or a refresh token with its client registration carry on without it.
 */
export function loginNeed(chain: Chain, files: AwsFiles, now: number): Problem | null {
  const way = wayOf(chain, files.caches, now)
  if (way.broken !== null) {
    return brokenProfile(
      `aws stumbles over its own cache file ~/.aws/cli/cache/${way.broken}.json, which is broken.`,
      'Delete that file.',
    )
  }
  for (const role of way.roles) {
    if (role.mfaSerial !== null) return mfaCode(role.profile ?? '', role.mfaSerial, role.cacheKey !== null)
  }
  const { source } = way
  switch (source?.kind) {
    case 'sso':
      return ssoUsable(source, files.caches, now) ? null : ssoLogin(source.profile, source.session)
    case 'login': {
      // aws wants every field even while the credentials last; with them it renews in silence.
      return files.caches.logins.get(source.key)?.refreshable ? null : awsLogin(source.profile)
    }
    case 'web-identity':
      return files.tokenFiles.get(source.tokenFile) === false
        ? brokenProfile(
            `The web identity token file ${source.tokenFile} cannot be read.`,
            'Run where that file exists, or name another profile.',
          )
        : null
    default:
      return null
  }
}

function ssoUsable(
  source: Extract<CredentialSource, { kind: 'sso' }>,
  caches: AwsCaches,
  now: number,
): boolean {
  const token = caches.ssoTokens.get(source.tokenKey)
  if (!token?.hasAccessToken || token.expiresAt === null) return false
  if (token.expiresAt > now) return true
  // A profile with its own start URL has no refresh; botocore renews only sso-sessions.
  const registered = token.hasRegistration && (token.registrationExpiresAt ?? 0) > now
  return source.session !== null && registered
}

/** Whether running the chain now would ask for an MFA code. */
export function reachesMfa(chain: Chain, caches: AwsCaches, now: number): boolean {
  return wayOf(chain, caches, now).roles.some((role) => role.mfaSerial !== null)
}

/** A command that a chain starts, with where it is written. */
export type CredentialProcess = Extract<CredentialSource, { kind: 'process' }>

/** The credential_process commands that running the chain now would start: none behind cached credentials. */
export function credentialProcesses(
  chain: Chain,
  caches: AwsCaches,
  now: number,
): readonly CredentialProcess[] {
  const { source } = wayOf(chain, caches, now)
  return source?.kind === 'process' ? [source] : []
}

/** How a person signs in to what this chain begins with; null where there is nothing to sign in to. */
export type SignInKind = 'sso' | 'aws-login' | 'mfa'

export function signInKind(chain: Chain): SignInKind | null {
  if (chain.roles.some((role) => role.mfaSerial !== null)) return 'mfa'
  switch (chain.source?.kind) {
    case 'sso':
      return 'sso'
    case 'login':
      return 'aws-login'
    default:
      return null
  }
}
