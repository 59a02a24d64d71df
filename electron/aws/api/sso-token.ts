/**
 * The access token of an SSO session from aws's own cache, renewed silently where aws would renew it. Signing in is
 * never started here. A renewed token is written back as aws does, because the old refresh token may be spent.
 */

import { type Fault, fail, fault, ok, type Result } from '../../../shared/result'
import { named } from '../../../shared/visible'
import { ssoLogin } from '../chain/problems'
import type { CredentialSource } from '../chain/types'
import {
  readSsoToken,
  type SsoPlace,
  type SsoRegistration,
  type SsoTokenFile,
  ssoCacheFolder,
  ssoTime,
  writeCacheFile,
} from '../files/cache-files'
import { cacheTime } from '../files/caches'
import type { AwsClients } from './clients'
import type { CredentialsRequest } from './credentials-request'
import { type OidcToken, openOidc } from './oidc'
import { refused } from './refusals'

type SsoSource = CredentialSource<'sso'>

const signInAgain = (why: string, { profile, session }: SsoSource, { rules }: CredentialsRequest) =>
  fail(refused('signed-out', fault('aws', why, ssoLogin(profile, session, rules).next)))

/** The access token; renewed when it has ended and refresh token and client registration are there. */
export async function ssoAccessToken(
  source: SsoSource,
  request: CredentialsRequest,
): Promise<Result<string>> {
  const token = await readSsoToken(request.home, source)
  if (token === null)
    return signInAgain(
      `What is kept of a sign-in for profile ${named(source.profile)} is for another portal than its own, and is not sent there.`,
      source,
      request,
    )
  if ((cacheTime(token.expiresAt) ?? 0) > request.now) return ok(token.accessToken)
  const place = { ...source, profile: request.profile, who: request.who }
  const renewed = await renewedSsoToken(place, token, request, request.signal)
  switch (renewed.kind) {
    case 'renewed':
      return ok(renewed.token.accessToken)
    case 'failed':
      return fail(renewed.fault)
    case 'ended':
      return signInAgain(`The SSO session of profile ${named(source.profile)} has ended.`, source, request)
  }
}

export type Renewal =
  | { readonly kind: 'renewed'; readonly token: SsoTokenFile }
  /** Nothing there renews it, or AWS accepts that no more: only a new sign-in helps. */
  | { readonly kind: 'ended' }
  /** AWS was not reached, which says nothing of the sign-in. */
  | { readonly kind: 'failed'; readonly fault: Fault }

/** Renews a token by its refresh token, and writes it where it came from, unless another one is there by then, or none. */
export async function renewedSsoToken(
  place: SsoPlace & { readonly profile: string | null; readonly who: string },
  old: SsoTokenFile,
  { clients, home, now }: { readonly clients: AwsClients; readonly home: string; readonly now: number },
  signal: AbortSignal,
): Promise<Renewal> {
  const { refreshToken, clientId, clientSecret, registrationExpiresAt } = old
  if (place.session === null || !refreshToken || !clientId || !clientSecret || !registrationExpiresAt)
    return { kind: 'ended' }
  if ((cacheTime(registrationExpiresAt) ?? 0) <= now) return { kind: 'ended' }
  const oidc = await openOidc(clients, place)
  if (!oidc.ok) return { kind: 'failed', fault: oidc.fault }
  const grant = { grantType: 'refresh_token', refreshToken }
  const answer = await oidc.value.token({ clientId, clientSecret, ...grant }, signal)
  // aws or another Ekscope may have renewed it first, which spends the refresh token, or the user has signed in anew, or out.
  const there = await readSsoToken(home, place)
  if (there && there.accessToken !== old.accessToken && (cacheTime(there.expiresAt) ?? 0) > now)
    return { kind: 'renewed', token: there }
  if (answer.kind === 'failed' && answer.unanswered) return { kind: 'failed', fault: answer.fault }
  if (answer.kind !== 'answer' || there === null) return { kind: 'ended' }
  const registration = { clientId, clientSecret, expiresAt: registrationExpiresAt }
  const kept = await keepSsoToken(place, answer.value, registration, { home, now })
  return kept.ok ? { kind: 'renewed', token: kept.value } : { kind: 'failed', fault: kept.fault }
}

/** Writes a token as aws stores it, in its order. */
export async function keepSsoToken(
  { startUrl, region, tokenKey }: SsoPlace,
  { accessToken, expiresIn, refreshToken }: OidcToken,
  { clientId, clientSecret, expiresAt }: Pick<SsoRegistration, 'clientId' | 'clientSecret' | 'expiresAt'>,
  { home, now }: { readonly home: string; readonly now: number },
): Promise<Result<SsoTokenFile>> {
  const token = {
    startUrl,
    region,
    accessToken,
    expiresAt: ssoTime(now + expiresIn * 1000),
    clientId,
    clientSecret,
    registrationExpiresAt: expiresAt,
    ...(refreshToken ? { refreshToken } : {}),
  }
  const kept = await writeCacheFile(ssoCacheFolder(home), tokenKey, token)
  return kept.ok ? ok(token) : kept
}
