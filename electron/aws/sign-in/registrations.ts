/** The client that requests a sign-in: registered once for a session, shared with aws through its cache. */
import type { SignInFlow } from '../../../shared/identity/sign-in'
import { ok, type Result } from '../../../shared/result'
import { codeGrantTypes, type Oidc, type OidcAnswer } from '../api/oidc'
import {
  noEnd,
  readSsoRegistration,
  type SsoRegistration,
  ssoCacheFolder,
  ssoRegistrationKey,
  ssoTime,
  writeCacheFile,
} from '../files/cache-files'
import { cacheTime } from '../files/caches'
import { registeredRedirect } from './callback'
import type { SsoSignIn } from './places'

/** A registration with less than this left (ms) is made anew, as aws does. */
export const renewalWindow = 15 * 60 * 1000

/** What a session that names no scopes asks for where a browser signs in. */
const usualScope = 'sso:account:access'

/** The scopes that the browser is sent to ask for. */
export const scopesOf = ({ scopes }: SsoSignIn): readonly string[] =>
  scopes === null || scopes.length === 0 ? [usualScope] : scopes

/** A registration, and whether it is new: then it is stored after a sign-in with it succeeds. */
export interface Registered {
  readonly registration: SsoRegistration
  readonly isNew: boolean
}

/** Where a client is registered, and in whose name. */
export interface Registering {
  readonly place: SsoSignIn
  readonly oidc: Oidc
  readonly home: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly signal: AbortSignal
}

/** The stored registration, else a new one. */
export async function registrationFor(
  { place, oidc, home, now, signal }: Registering,
  flow: SignInFlow,
  anew: boolean,
): Promise<OidcAnswer<Registered>> {
  const kept = anew ? null : await readSsoRegistration(home, ssoRegistrationKey(place))
  if (kept !== null && isFor(kept, flow) && (cacheTime(kept.expiresAt) ?? 0) - now() >= renewalWindow)
    return { kind: 'answer', value: { registration: kept, isNew: false } }
  const scopes = flow === 'browser' ? scopesOf(place) : (place.scopes ?? [])
  const asked = scopes.length > 0 ? { scopes: [...scopes] } : {}
  const byCode = flow === 'browser' ? { grantTypes: [...codeGrantTypes] } : {}
  const answer = await oidc.register(
    {
      clientName: `ekscope-${place.session ?? Math.floor(now() / 1000)}`,
      ...asked,
      ...byCode,
      ...(flow === 'browser' ? { redirectUris: [registeredRedirect], issuerUrl: place.startUrl } : {}),
    },
    signal,
  )
  if (answer.kind !== 'answer') return answer
  const { clientId, clientSecret, clientSecretExpiresAt } = answer.value
  const expiresAt = ssoTime(clientSecretExpiresAt * 1000 || noEnd)
  const registration = { clientId, clientSecret, expiresAt, ...asked, ...byCode }
  return { kind: 'answer', value: { registration, isNew: true } }
}

/** A registration for the authorization code has its grants in the same file. */
const isFor = ({ grantTypes }: SsoRegistration, flow: SignInFlow): boolean =>
  (grantTypes?.includes('authorization_code') ?? false) === (flow === 'browser')

/** Keeps a new registration where aws looks for it. */
export const keepRegistration = async (
  place: SsoSignIn,
  { registration, isNew }: Registered,
  home: string,
): Promise<Result<null>> =>
  isNew ? writeCacheFile(ssoCacheFolder(home), ssoRegistrationKey(place), registration) : ok(null)
