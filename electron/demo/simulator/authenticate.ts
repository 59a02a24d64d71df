/** The signer of a request, or AWS's own reason to refuse it. Clock: 15 minutes either way (STS; observed in its errors). */

import { partitionOfRegion } from '../../../shared/identity/regions'
import { amzDate } from '../../whoami/token'
import type { Answer } from './http'
import type { Caller, Keys } from './signing-keys'
import { formatAmzDate, type ReceivedRequest, readSignature, signatureMatches } from './sigv4'
import type { ServiceName, World } from './world'

/** An AWS error with the services' own code and message. */
export interface AwsError {
  /** HTTP status. */
  readonly status: number
  readonly code: string
  readonly message: string
}

/** What the services of AWS are asked about: a world that may be exchanged, its keys, and the time in ms since the epoch. */
export interface Aws {
  readonly world: () => World
  readonly keys: Keys
  readonly now: () => number
}

/** The result of a request; `caller`: the owner of the valid signature. */
export interface Outcome {
  readonly caller: Caller | null
  readonly answer: Answer
}

/** What a request means to a service, and its answer. */
export interface Meant {
  readonly service: ServiceName
  readonly operation: string
  readonly outcome: () => Outcome
}

export type Authentication =
  | { readonly ok: true; readonly caller: Caller; readonly region: string }
  | { readonly ok: false; readonly error: AwsError }

const minute = 60_000
/** How far X-Amz-Date may be from now, in milliseconds; also how long a presigned GetCallerIdentity lives. */
export const signatureLifetime = 15 * minute

const refuse = (code: string, message: string, status = 403): Authentication => ({
  ok: false,
  error: { status, code, message },
})

/** Checks signature, clock, session token, partition and service of a request, in the order in which AWS does. */
export function authenticate(
  request: ReceivedRequest,
  service: string,
  keys: Keys,
  now: number,
): Authentication {
  const signature = readSignature(request)
  if (!signature) return refuse('MissingAuthenticationToken', 'Request is missing Authentication Token')
  const key = keys.find(signature.accessKeyId)
  const unknown = 'The security token included in the request is invalid.'
  if (!key || key.caller.partition !== partitionOfRegion(signature.region)) {
    return refuse('InvalidClientTokenId', unknown)
  }
  if (key.sessionToken !== signature.sessionToken) return refuse('InvalidClientTokenId', unknown)
  if (key.expiresAt !== null && key.expiresAt <= now) {
    return refuse('ExpiredToken', 'The security token included in the request is expired')
  }
  if (signature.service !== service) {
    return refuse('SignatureDoesNotMatch', `Credential should be scoped to correct service: '${service}'. `)
  }
  const at = amzDate(signature.date)
  if (at === null || !signature.date.startsWith(signature.day)) {
    return refuse(
      'IncompleteSignature',
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP',
      400,
    )
  }
  if (at + signatureLifetime < now) {
    return refuse(
      'SignatureDoesNotMatch',
      `Signature expired: ${signature.date} is now earlier than ${formatAmzDate(now - signatureLifetime)} (${formatAmzDate(now)} - 15 min.)`,
    )
  }
  if (at - signatureLifetime > now) {
    return refuse(
      'SignatureDoesNotMatch',
      `Signature not yet current: ${signature.date} is still later than ${formatAmzDate(now + signatureLifetime)} (${formatAmzDate(now)} + 15 min.)`,
    )
  }
  if (!signatureMatches(request, signature, key.secret)) {
    return refuse(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    )
  }
  return { ok: true, caller: key.caller, region: signature.region }
}

/** Whether a principal's own policy denies it an action. */
export function mayDo(caller: Caller, action: string): boolean {
  const service = action.split(':')[0]
  return !caller.denied.some((each) => each === '*' || each === action || each === `${service}:*`)
}

/** The answer to the signer of a request; `refused`: an error in the form of the service. */
export function signedOutcome(
  request: ReceivedRequest,
  service: string,
  { keys, now }: Aws,
  refused: (error: AwsError) => Answer,
  answer: (caller: Caller, region: string) => Answer | AwsError,
): Outcome {
  const who = authenticate(request, service, keys, now())
  if (!who.ok) return { caller: null, answer: refused(who.error) }
  const answered = answer(who.caller, who.region)
  return { caller: who.caller, answer: 'code' in answered ? refused(answered) : answered }
}
