/**
 * What a chain would do when run now: which steps unexpired caches spare it, whether it would stop for a sign-in, and
 * which programs it would start. Pure; aws's own windows and rules (docs/identity.md).
 */
import type { Problem } from '../../../shared/identity/identity'
import type { AwsFiles } from '../files/aws-files'
import { type AwsCaches, type CachedRole, cachedUnder } from '../files/caches'
import type { RulesInUse } from '../installed/rules'
import { rowOf } from './credential-sources'
import { brokenProfile, mfaCode } from './problems'
import type { Chain, CredentialProcess, CredentialSource, RoleStep } from './types'

/** Cached role credentials with less than this left (ms) are fetched anew. */
export const roleWindow = 15 * 60 * 1000

/** The steps that are really taken, from the outermost on: a cached role ends the chain there. */
function wayOf(chain: Chain, caches: AwsCaches, now: number) {
  const roles: RoleStep[] = []
  // The source comes last.
  for (const role of [...[...chain.roles].reverse(), null]) {
    const kept = role ?? keptBy(chain.source)
    const cached = cachedRole(kept, caches)
    // A cache file in the chain that aws would fail on.
    if (cached?.expiresAt === null) return { roles, source: null, broken: kept.cacheKey }
    if (isFresh(cached, now)) return { roles, source: null, broken: null }
    if (role !== null) roles.push(role)
  }
  return { roles, source: chain.source, broken: null }
}

/** A step whose result aws stores on disk, under a name; null: it does not. */
type Kept = Pick<RoleStep, 'cacheKey'>

const keptBy = (source: CredentialSource | null): Kept =>
  source !== null && 'cacheKey' in source ? source : { cacheKey: null }

const cachedRole = (of: Kept, { roleCredentials }: AwsCaches): CachedRole | undefined =>
  cachedUnder(roleCredentials, () => of.cacheKey)

function isFresh(cached: CachedRole | undefined, now: number): boolean {
  return cached !== undefined && cached.expiresAt !== null && cached.expiresAt - now >= roleWindow
}

/**
 * Why running the chain now would stop: a sign-in that nothing on disk spares (SSO, `aws login`, an MFA code), a web
 * identity token that is not there, or a broken cache file. Null: run it. An expired SSO access token alone is no
 * reason: cached role credentials or a refresh token with its client registration carry on without it.
 */
export function loginNeed(chain: Chain, files: AwsFiles, now: number, rules: RulesInUse): Problem | null {
  const way = wayOf(chain, files.caches, now)
  if (way.broken !== null) {
    return brokenProfile(
      `aws fails on its own cache file ~/.aws/cli/cache/${way.broken}.json, which is broken.`,
      'Delete that file.',
    )
  }
  for (const role of way.roles) {
    if (role.mfaSerial !== null) return mfaCode(role.profile ?? '', role.mfaSerial, role.cacheKey !== null)
  }
  return way.source === null ? null : rowOf(way.source).stops(way.source, files, now, rules)
}

/** The credential_process commands that running the chain now would start: none behind cached credentials. */
export function credentialProcesses(
  chain: Chain,
  caches: AwsCaches,
  now: number,
): readonly CredentialProcess[] {
  const { source } = wayOf(chain, caches, now)
  const started = source === null ? null : rowOf(source).starts(source)
  return started === null ? [] : [started]
}

/**
 * The facts of the sign-in behind a chain that a result depends on: until when it works without the user, and whether it stops
 * now. A silent renewal, and what else aws caches, changes none of them.
 */
export function signInFacts(
  chain: Chain,
  files: AwsFiles,
  now: number,
  rules: RulesInUse,
): readonly (string | number | null)[] {
  const { source } = chain
  return [
    source === null ? null : rowOf(source).lasts(source, files),
    chain.problem?.code ?? loginNeed(chain, files, now, rules)?.code ?? null,
  ]
}

/**
 * Until when the chain works without the user, ms: with its sign-in, and without it on what aws has cached; null: no end known.
 */
export function lastsUntil({ roles, source }: Chain, files: AwsFiles): number | null {
  const cached = (of: Kept) => {
    const expiresAt = cachedRole(of, files.caches)?.expiresAt ?? null
    return expiresAt === null ? 0 : expiresAt - roleWindow
  }
  const own = source === null ? null : rowOf(source).lasts(source, files)
  let until = own === null ? null : Math.max(own, cached(keptBy(source)))
  for (const role of roles) {
    // A code is required whatever is below it.
    if (role.mfaSerial !== null) until = cached(role)
    else if (until !== null) until = Math.max(until, cached(role))
  }
  return until
}
