/**
 * GetCallerIdentity for the identity that a cluster would see: a new request, built from the checked parts of the
 * context's own token (docs/security.md, "STS"), sent the way that aws itself would go.
 */
import * as v from 'valibot'
import type { Endpoint } from '../../shared/destination/address'
import { canonicalArn, parsePrincipal } from '../../shared/identity/arn'
import { type Problem, type Proven, problem } from '../../shared/identity/identity'
import { loopback } from '../../shared/identity/sts-hosts'
import { strictlyEncoded } from '../aws/token/signature'
import type { Answer, Ask, HttpRequest } from '../net/ask'
import { byRoots, type Target } from '../net/dial'
import { botocoreProxyFor } from '../net/proxies'
import { pause } from '../system/pause'
import type { CheckedToken } from './token'

export interface StsRoute {
  /** The chosen environment's variables: its proxies count. */
  readonly variables: Readonly<Record<string, string>>
  /** PEM of the roots to check AWS by: AWS_CA_BUNDLE, the profile's ca_bundle, else the system's. */
  readonly ca: string
}

export type StsOutcome =
  | { readonly kind: 'proven'; readonly proven: Proven }
  | { readonly kind: 'failed'; readonly problem: Problem; readonly ms: number }
  | { readonly kind: 'cancelled' }

const timeoutMs = 10_000
const maxBytes = 64 * 1024
/** Difference between a server's Date and our clock from which AWS refuses signatures, ms. */
export const skewMs = 5 * 60_000
/** Waits between attempts when AWS throttles, ms, each with up to as much again at random. */
const backoff = [250, 750, 2_000] as const

const identity = v.object({
  GetCallerIdentityResponse: v.object({
    GetCallerIdentityResult: v.object({
      Account: v.pipe(v.string(), v.regex(/^\d{12}$/)),
      Arn: v.pipe(v.string(), v.maxLength(2_048)),
      UserId: v.pipe(v.string(), v.maxLength(1_024)),
    }),
  }),
})
const refusal = v.object({
  Error: v.object({ Code: v.string(), Message: v.optional(v.nullable(v.string())) }),
})

/** The connection that requests to this STS go over. */
export function targetOfSts(to: Endpoint, route: StsRoute): Target {
  return {
    to,
    proxy: loopback(to.host) ? null : botocoreProxyFor(to, route.variables),
    tls: byRoots(route.ca),
  }
}

/** The request of this token: exported for its test, which looks at every part. */
export function stsQuestion(token: CheckedToken, route: StsRoute): HttpRequest {
  const query = token.query.map(([name, value]) => `${name}=${strictlyEncoded(value)}`).join('&')
  return {
    target: targetOfSts(token.to, route),
    method: 'GET',
    path: `/?${query}`,
    headers: {
      Accept: 'application/json',
      ...(token.facts.cluster === null ? {} : { 'x-k8s-aws-id': token.facts.cluster }),
    },
    body: null,
    timeoutMs,
    maxBytes,
  }
}

/** Asks STS who made this token; retries when throttled. `now` is ms since the epoch: AWS's clock is compared with it. */
export async function callerIdentity(
  token: CheckedToken,
  route: StsRoute,
  ask: Ask,
  now: () => number,
  signal: AbortSignal,
): Promise<StsOutcome> {
  const question = stsQuestion(token, route)
  for (let attempt = 0; ; attempt++) {
    const answer = await ask(question, signal)
    const outcome = readAnswer(answer, token, now())
    const wait = backoff[attempt]
    if (outcome.kind !== 'failed' || outcome.problem.code !== 'throttled' || wait === undefined)
      return outcome
    if (!(await pause(wait + Math.random() * wait, signal))) return { kind: 'cancelled' }
  }
}

const notSts = 'A proxy or captive portal may have answered; check HTTPS_PROXY and the network.'

function readAnswer(answer: Answer, token: CheckedToken, now: number): StsOutcome {
  const { host } = token.facts
  const failed = (message: string, next: string): StsOutcome => ({
    kind: 'failed',
    problem: problem('sts-unreachable', message, next),
    ms: answer.ms,
  })
  if (answer.kind === 'failed') {
    if (answer.why === 'cancelled') return { kind: 'cancelled' }
    return { kind: 'failed', problem: notReached(host, answer), ms: answer.ms }
  }
  const body = parseJson(answer.body)
  if (answer.status === 200) {
    const proven = readIdentity(body, token, answer.ms)
    if (proven) return { kind: 'proven', proven }
    return failed(`What answered for ${host} is not STS: its answer names no identity.`, notSts)
  }
  const { code, message } = readRefusal(body, answer.body)
  return { kind: 'failed', problem: refused(answer, host, code, message, now), ms: answer.ms }
}

/** STS did not answer at all. */
export const notReached = (host: string, { why, message }: Extract<Answer, { kind: 'failed' }>): Problem =>
  problem(
    'sts-unreachable',
    `AWS (${host}) could not be reached: ${message}.`,
    why === 'tls'
      ? 'If a proxy inspects TLS here, name its certificate in AWS_CA_BUNDLE or ca_bundle.'
      : 'Check network and proxy (HTTPS_PROXY, NO_PROXY) of this environment.',
  )

function readIdentity(body: unknown, token: CheckedToken, ms: number): Proven | null {
  const parsed = v.safeParse(identity, body)
  if (!parsed.success) return null
  const { Account, Arn, UserId } = parsed.output.GetCallerIdentityResponse.GetCallerIdentityResult
  const principal = parsePrincipal(Arn)
  if (principal?.account !== Account || UserId === '') return null
  // STS never names a role itself, only its session; and never a principal of another partition than its own.
  if (principal.kind === 'role' && principal.sessionName === null) return null
  if (token.partition !== null && principal.partition !== token.partition) return null
  return {
    arn: Arn,
    canonicalArn: canonicalArn(Arn),
    account: Account,
    userId: UserId,
    accessKeyId: token.facts.accessKeyId,
    ms,
  }
}

/** JSON, as requested; STS behind some proxies answers XML even so. */
function readRefusal(body: unknown, text: string): { readonly code: string; readonly message: string } {
  const parsed = v.safeParse(refusal, body)
  if (parsed.success) return { code: parsed.output.Error.Code, message: parsed.output.Error.Message ?? '' }
  return {
    code: /<Code>([A-Za-z.]{1,80})<\/Code>/.exec(text)?.[1] ?? '',
    message: /<Message>([^<]{1,500})<\/Message>/.exec(text)?.[1] ?? '',
  }
}

interface Refusal {
  readonly says: RegExp
  readonly code: Problem['code']
  readonly message: string
  readonly next: string
}

const refusals: readonly Refusal[] = [
  {
    says: /^(?:ExpiredToken|ExpiredTokenException|TokenRefreshRequired)$/,
    code: 'expired-keys',
    message: 'AWS says that the temporary keys behind this token have expired.',
    next: 'Get new ones where these came from (the token section names the key), then check again.',
  },
  {
    says: /^(?:InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId)$/,
    code: 'keys-unknown',
    message:
      'AWS does not accept the access key of this token: it was deleted or deactivated, or belongs to another partition.',
    next: 'Put a valid key in its place, or name another profile in the entry.',
  },
  {
    says: /^(?:RequestExpired|RequestTimeTooSkewed)$/,
    code: 'sts-refused',
    message: 'AWS says that the token is too old.',
    next: 'Check again; if AWS says so again, something between command and AWS keeps old tokens.',
  },
  {
    says: /^(?:SignatureDoesNotMatch|IncompleteSignature|InvalidSignatureException)$/,
    code: 'bad-signature',
    message:
      'AWS refuses the signature: the secret does not belong to the access key id, or the cluster’s name was changed on the way.',
    next: 'Copy both parts of the key again, and compare the cluster name in the exec arguments.',
  },
  {
    says: /^(?:Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/,
    code: 'throttled',
    message: 'AWS answered, again and again, that there were too many requests.',
    next: 'Check again in a minute, with fewer at once.',
  },
  {
    says: /^(?:AccessDenied|AccessDeniedException|OptInRequired)$/,
    code: 'access-denied',
    message:
      'AWS does not let this identity ask even who it is: a policy of the organisation or of the endpoint forbids it.',
    next: 'Ask whoever administers the organisation’s policies or the VPC endpoint.',
  },
]

function refused(
  { status, headers }: Extract<Answer, { kind: 'answer' }>,
  host: string,
  code: string,
  message: string,
  now: number,
): Problem {
  const off = skew(headers.date, now)
  const aboutTime =
    /^(?:RequestExpired|RequestTimeTooSkewed)$/.test(code) ||
    /Signature (?:expired|not yet current)/i.test(message)
  const byClock = aboutTime || /^(?:SignatureDoesNotMatch|InvalidSignatureException)$/.test(code)
  if (off !== null && Math.abs(off) > skewMs && byClock) return clockOff(off)
  const knownAs = (says: string) => refusals.find((one) => one.says.test(says))
  const known =
    (aboutTime ? knownAs('RequestExpired') : knownAs(code)) ?? (status === 429 && knownAs('Throttling'))
  if (known) return problem(known.code, known.message, known.next)
  if (status >= 500)
    return problem(
      'sts-unreachable',
      `AWS (${host}) answered ${status}${code === '' ? '' : ` ${code}`}.`,
      'Check again in a while; AWS’s health page lists outages.',
    )
  if (status >= 300 && status < 400)
    return problem(
      'sts-unreachable',
      `${host} answered with a redirect, which is never followed with a token.`,
      'Check the proxy and the endpoint_url of the profile.',
    )
  if (code === '')
    return problem(
      'sts-unreachable',
      `What answered for ${host} is not STS: status ${status}, and no error of AWS in it.`,
      notSts,
    )
  return problem(
    'sts-refused',
    `AWS (${host}) refused the token: ${code}.`,
    'Run `aws sts get-caller-identity` with the same profile and compare.',
  )
}

/** AWS refuses signatures by this clock. `off`: ms that it is behind AWS's. */
export const clockOff = (off: number): Problem =>
  problem(
    'clock-off',
    `The clock here is ${Math.round(Math.abs(off) / 60_000)} minutes ${off > 0 ? 'behind' : 'ahead of'} AWS’s, so AWS refuses every signature.`,
    'Set the clock of this computer (`timedatectl status` says whether it is synchronised).',
  )

/** Server's Date minus our clock, ms; null without a Date. */
export function skew(date: string | undefined, now: number): number | null {
  const at = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(at) ? null : at - now
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
