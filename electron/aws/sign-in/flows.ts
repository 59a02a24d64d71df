/** The two ways in which the user approves a sign-in. Each ends with a token, or with why there is none. */

import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { shownHost } from '../../../shared/destination/host'
import type { SignInOutcome, SignInStep } from '../../../shared/identity/sign-in'
import { withTimeLimit } from '../../net/time-limit'
import { codeOf } from '../../system/errno'
import type { pause } from '../../system/pause'
import type { OidcToken } from '../api/oidc'
import { type Callback, openCallback } from './callback'
import { openableAddress } from './openable-address'
import { cancelled, denied, expired, noPort, notReached, refusedBy, strangeAddress } from './outcomes'
import { type Registered, type Registering, registrationFor, scopesOf } from './registrations'

/** What a sign-in needs. */
export interface Asking extends Registering {
  readonly pause: typeof pause
  readonly onStep: (step: SignInStep) => void
}

export type Granted =
  | { readonly kind: 'token'; readonly token: OidcToken; readonly registered: Registered }
  | Extract<SignInOutcome, { kind: 'not-signed-in' }>

const second = 1000
/** How long AWS remembers either kind of request. */
const usualMinutes = 10
/** An answer that would make us wait longer is not AWS's. */
const mostMinutes = 60
/** Between two questions where AWS names no pause, and what a `slow_down` adds (RFC 8628, 3.5). */
const usualPause = 5 * second
const slower = 5 * second
/** Questions in a row that may go unanswered: a network comes back. */
const mostUnanswered = 3

/** By a code that is shown here and compared in a browser anywhere. */
export async function grantedByDevice(asking: Asking): Promise<Granted> {
  const { place, oidc, now, pause, onStep, signal } = asking
  const ask = async (anew: boolean) => {
    const client = await registrationFor(asking, 'code', anew)
    if (client.kind !== 'answer') return { client, device: null }
    const { clientId, clientSecret } = client.value.registration
    const { startUrl } = place
    return { client, device: await oidc.authorizeDevice({ clientId, clientSecret, startUrl }, signal) }
  }
  let { client, device } = await ask(false)
  // AWS may have deleted the stored registration.
  const forgotten = device?.kind === 'error' && device.error === 'invalid_client'
  if (forgotten && client.kind === 'answer' && !client.value.isNew) ({ client, device } = await ask(true))
  if (signal.aborted) return cancelled(place)
  if (client.kind !== 'answer') return refusedBy(client, place, usualMinutes)
  if (device?.kind !== 'answer')
    return device === null ? cancelled(place) : refusedBy(device, place, usualMinutes)
  const { deviceCode, userCode, verificationUri, verificationUriComplete, expiresIn, interval } = device.value
  const minutes = Math.min(mostMinutes, Math.max(1, Math.round(expiresIn / 60)))
  const until = now() + Math.min(expiresIn * second, mostMinutes * 60 * second)
  const service = await oidc.origin()
  const url = openableAddress(verificationUriComplete, service)
  const typed = openableAddress(verificationUri, service)
  if (url === null || typed === null) return strangeAddress(place)
  onStep({
    kind: 'address',
    url: url.href,
    host: shownHost(url.host),
    byCode: { userCode, url: typed.href },
    until,
  })

  let every = interval ? Math.ceil(interval) * second : usualPause
  const { clientId, clientSecret } = client.value.registration
  const grant = {
    clientId,
    clientSecret,
    grantType: 'urn:ietf:params:oauth:grant-type:device_code',
    deviceCode,
  }
  let unanswered = 0
  while (now() < until) {
    if (!(await pause(Math.min(every, Math.max(0, until - now())), signal))) return cancelled(place)
    const answer = await oidc.token(grant, signal)
    if (signal.aborted) return cancelled(place)
    if (answer.kind === 'answer') return { kind: 'token', token: answer.value, registered: client.value }
    if (answer.kind === 'failed') {
      unanswered += 1
      if (!answer.unanswered || unanswered >= mostUnanswered) return notReached(answer.fault)
      continue
    }
    unanswered = 0
    if (answer.error === 'slow_down') {
      every += slower
      onStep({ kind: 'slowed', seconds: Math.round(every / second) })
    } else if (answer.error !== 'authorization_pending') return refusedBy(answer, place, minutes)
  }
  return expired(place, minutes)
}

/** In the browser of this machine, which sends an authorization code back to a port of ours (RFC 8252, with PKCE). */
export async function grantedByBrowser(asking: Asking): Promise<Granted> {
  const { place, signal } = asking
  const client = await registrationFor(asking, 'browser', false)
  if (signal.aborted) return cancelled(place)
  if (client.kind !== 'answer') return refusedBy(client, place, usualMinutes)
  const state = randomUUID()
  let callback: Callback
  try {
    callback = await openCallback(state)
  } catch (error) {
    return noPort(codeOf(error) || 'unknown error')
  }
  try {
    return await answerOfCallback(asking, client.value, callback, state)
  } finally {
    callback.close()
  }
}

async function answerOfCallback(
  { place, oidc, now, onStep, signal }: Asking,
  client: Registered,
  callback: Callback,
  state: string,
): Promise<Granted> {
  const codeVerifier = randomBytes(48).toString('base64url')
  const service = await oidc.origin()
  const address = new URL('/authorize', service)
  const asked = {
    response_type: 'code',
    client_id: client.registration.clientId,
    redirect_uri: callback.redirectUri,
    state,
    code_challenge_method: 'S256',
    scopes: scopesOf(place).join(' '),
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  }
  // Spaces as %20: what `+` means in a query is not agreed on everywhere.
  address.search = Object.entries(asked)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
  const url = openableAddress(address.href, service)
  if (url === null) return strangeAddress(place)
  const length = usualMinutes * 60 * second
  onStep({ kind: 'address', url: url.href, host: shownHost(url.host), byCode: null, until: now() + length })

  const limit = withTimeLimit(signal, length)
  const returned = await callback.answer(limit.signal)
  limit.done()
  if (signal.aborted) return cancelled(place)
  if (returned === null) return expired(place, usualMinutes)
  if (returned.kind === 'error')
    return returned.error === 'access_denied'
      ? denied(place)
      : refusedBy({ kind: 'error', error: 'invalid_grant' }, place, usualMinutes)
  const { clientId, clientSecret } = client.registration
  const { redirectUri } = callback
  const grant = { grantType: 'authorization_code', code: returned.code, redirectUri, codeVerifier }
  const answer = await oidc.token({ clientId, clientSecret, ...grant }, signal)
  if (answer.kind === 'answer') return { kind: 'token', token: answer.value, registered: client }
  return signal.aborted ? cancelled(place) : refusedBy(answer, place, usualMinutes)
}
