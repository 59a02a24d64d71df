/** Why a sign-in failed: what happened, why, what next, in one place. */
import type { NotSignedIn, SignInOutcome } from '../../../shared/identity/sign-in'
import type { Fault, FaultCode } from '../../../shared/result'
import type { OidcAnswer, OidcError } from '../api/oidc'
import type { SsoSignIn } from './places'

type Not = Extract<SignInOutcome, { kind: 'not-signed-in' }>

export const not = (why: NotSignedIn, message: string, next: string): Not => ({
  kind: 'not-signed-in',
  why,
  message,
  next,
})

export const cancelled = ({ who }: SsoSignIn): Not =>
  not('cancelled', `The sign-in of ${who} was cancelled; nothing was kept of it.`, 'Sign in again.')

export const expired = ({ who }: SsoSignIn, minutes: number): Not =>
  not(
    'expired',
    `The sign-in of ${who} was not answered within ${minutes} minutes, so AWS forgot it.`,
    'Sign in again, and answer in the browser before the time is over.',
  )

export const denied = ({ who }: SsoSignIn): Not =>
  not(
    'denied',
    `The sign-in of ${who} was denied in the browser.`,
    'Sign in again and allow the request there; if you were not asked, ask whoever runs IAM Identity Center whether you are assigned.',
  )

export const noPort = (reason: string): Not =>
  not(
    'refused',
    `This machine gave no port on 127.0.0.1 to which the browser could bring the answer (${reason}).`,
    'Sign in with a code instead: `ekscope login --use-device-code`.',
  )

export const strangeAddress = ({ who, region }: SsoSignIn): Not =>
  not(
    'refused',
    `AWS in ${region} named an address for the sign-in of ${who} that is not https, so it is neither shown nor opened.`,
    'Check which endpoint answers for sso_oidc: AWS_ENDPOINT_URL, and services and endpoint_url of the profile.',
  )

const byCode: { readonly [C in FaultCode]?: NotSignedIn } = {
  cancelled: 'cancelled',
  unreachable: 'unreachable',
  timeout: 'unreachable',
}
export const notReached = ({ code, message, next }: Fault): Not =>
  not(byCode[code] ?? 'refused', message, next)

/** What the service said in place of an answer, while this was asked of it. */
export function refusedBy(
  answer: Exclude<OidcAnswer<unknown>, { kind: 'answer' }>,
  place: SsoSignIn,
  minutes: number,
): Not {
  if (answer.kind === 'failed') return notReached(answer.fault)
  const { who, region, startUrl } = place
  const stuck = () =>
    not('refused', `AWS does not answer the sign-in of ${who} any more.`, 'Sign in again later.')
  const known: { readonly [E in OidcError]?: () => Not } = {
    expired_token: () => expired(place, minutes),
    access_denied: () => denied(place),
    invalid_request: () =>
      not(
        'refused',
        `IAM Identity Center in ${region} does not know the start URL ${startUrl} of ${who}.`,
        'Check sso_start_url and sso_region in the AWS config file.',
      ),
    invalid_scope: () =>
      not(
        'refused',
        `IAM Identity Center does not give the scopes that ${who} asks for.`,
        'Check sso_registration_scopes in the AWS config file; sso:account:access is enough for AWS accounts.',
      ),
    slow_down: stuck,
    authorization_pending: stuck,
  }
  return (
    known[answer.error]?.() ??
    not(
      'refused',
      `IAM Identity Center in ${region} did not accept the sign-in of ${who} (${answer.error}).`,
      'Sign in again; if that fails too, sign in with a code: `ekscope login --use-device-code`.',
    )
  )
}
