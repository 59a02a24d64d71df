/**
 * Signing in to IAM Identity Center, once for each session however many wait for it. A valid token or a refresh token is used
 * first, and the user is asked only for the rest. The result is where aws stores it. Nothing is opened here, and nothing is
 * stored of a sign-in that failed.
 */
import { join } from 'node:path'
import type { SignInFlow, SignInOutcome, SignInStep } from '../../../shared/identity/sign-in'
import { pause } from '../../system/pause'
import { openTogether } from '../../system/together'
import type { AwsClients } from '../api/clients'
import { openOidc } from '../api/oidc'
import { acceptsToken } from '../api/portal'
import { keepSsoToken, renewedSsoToken } from '../api/sso-token'
import { readSsoToken, type SsoTokenFile, ssoCacheFolder } from '../files/cache-files'
import { cacheTime } from '../files/caches'
import { type Granted, grantedByBrowser, grantedByDevice } from './flows'
import { cancelled, notReached } from './outcomes'
import type { SsoSignIn } from './places'
import { keepRegistration, renewalWindow } from './registrations'

export interface SignInOrder {
  readonly place: SsoSignIn
  readonly flow: SignInFlow
  /** Ask the user even where a sign-in is valid: to sign in as another person. */
  readonly again: boolean
}

/** In whose settings AWS is asked. */
export interface SignInMeans {
  readonly clients: AwsClients
  /** The profile that scopes endpoints, proxies' exceptions and CA bundle; null: `default`. */
  readonly profile: string | null
  /** Below it lies .aws with the caches. */
  readonly home: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Waits; false when the signal fired first. */
  readonly pause?: typeof pause
}

/** Opens the clients of AWS, for as long as one sign-in takes. */
export type OpenMeans = (work: (means: SignInMeans) => Promise<SignInOutcome>) => Promise<SignInOutcome>

export type OnStep = (step: SignInStep) => void

export type SignIns = ReturnType<typeof createSignIns>

/** The sign-ins of one process. */
export function createSignIns() {
  const together = openTogether<SignInOutcome | null, SignInStep>(null)
  return {
    /**
     * Signs in; `home` has the caches. All callers for a session that is being signed in to get the same steps and the same
     * outcome; it is aborted once all of them have left.
     */
    async signIn(
      order: SignInOrder,
      home: string,
      open: OpenMeans,
      onStep: OnStep,
      signal: AbortSignal,
    ): Promise<SignInOutcome> {
      const { place } = order
      const key = join(ssoCacheFolder(home), place.tokenKey)
      const work = (giveUp: AbortSignal, tell: OnStep) => open((means) => signIn(order, means, tell, giveUp))
      return (await together(key, work, signal, onStep)) ?? cancelled(place)
    },
  }
}

async function signIn(
  { place, flow, again }: SignInOrder,
  means: SignInMeans,
  onStep: OnStep,
  signal: AbortSignal,
): Promise<SignInOutcome> {
  const { clients, profile, home, now } = means
  const there = again ? null : await withoutAsking(place, means, signal)
  if (signal.aborted) return cancelled(place)
  if (there !== null) return there
  const oidc = await openOidc(clients, { ...place, profile })
  if (!oidc.ok) return notReached(oidc.fault)
  const asking = { place, oidc: oidc.value, home, now, onStep, pause: means.pause ?? pause, signal }
  // Only a session is registered for the browser; a profile with a start URL of its own signs in by code, as with aws.
  const granted: Granted =
    flow === 'browser' && place.session !== null
      ? await grantedByBrowser(asking)
      : await grantedByDevice(asking)
  if (granted.kind !== 'token') return granted
  const { token, registered } = granted
  const registration = await keepRegistration(place, registered, home)
  if (!registration.ok) return notReached(registration.fault)
  const kept = await keepSsoToken(place, token, registered.registration, { home, now: now() })
  return kept.ok ? signedIn('asked', place, kept.value) : notReached(kept.fault)
}

/** The sign-in that is there, proven or renewed; null where a person has to be asked. */
async function withoutAsking(
  place: SsoSignIn,
  { clients, profile, home, now }: SignInMeans,
  signal: AbortSignal,
): Promise<SignInOutcome | null> {
  const token = await readSsoToken(home, place)
  if (token === null) return null
  if ((cacheTime(token.expiresAt) ?? 0) - now() >= renewalWindow) {
    const asked = { clients, profile, region: place.region, who: place.who, signal }
    const accepted = await acceptsToken(asked, token.accessToken)
    if (!accepted.ok) return notReached(accepted.fault)
    if (accepted.value) return signedIn('standing', place, token)
  }
  const means = { clients, home, now: now() }
  const renewed = await renewedSsoToken({ ...place, profile }, token, means, signal)
  switch (renewed.kind) {
    case 'renewed':
      return signedIn('renewed', place, renewed.token)
    case 'failed':
      return notReached(renewed.fault)
    case 'ended':
      return null
  }
}

function signedIn(
  how: 'asked' | 'renewed' | 'standing',
  { session }: SsoSignIn,
  { expiresAt, refreshToken, registrationExpiresAt }: SsoTokenFile,
): SignInOutcome {
  const renewable = session !== null && refreshToken !== undefined
  return {
    kind: 'signed-in',
    how,
    until: cacheTime(expiresAt) ?? 0,
    renewableUntil: renewable ? cacheTime(registrationExpiresAt ?? null) : null,
  }
}
