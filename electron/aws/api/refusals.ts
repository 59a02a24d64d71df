/**
 * Why a call to AWS failed, as a Fault with a next step. One table, first match wins; an unknown error keeps AWS's own
 * message.
 */
import * as v from 'valibot'
import { type Fault, type FaultCode, fault } from '../../../shared/result'
import { named } from '../../../shared/visible'
import { DialError } from '../../net/dial'

/** The call that failed, for the sentence. */
export interface AwsCall {
  /** `ListClusters`, `DescribeCluster`, … */
  readonly action: string
  /** The identity that asked, as a sentence calls it: `profile pay`. */
  readonly who: string
  readonly region: string
  /** What policies call the service, of one that the partition has once; EKS of the region where nothing is said. */
  readonly service?: string
  readonly cluster?: string
  /** How the user signs in to SSO, by an aws that can. */
  readonly signIn?: string | undefined
}

/** Why AWS or the way there refused a call. */
export interface Refused extends Fault {
  readonly why: RefusalKind
  /** As long as AWS wishes to be left alone, ms; null where it names no time. */
  readonly afterMs: number | null
}

interface Cause {
  /** The SDK's names of errors, node's codes, and `dial-…` for what net/dial.ts says. */
  readonly names: RegExp
  /** `aws` where nothing is said. */
  readonly code?: FaultCode
  readonly message: (call: AwsCall, why: string) => string
  readonly next: (call: AwsCall) => string
}

/** By the kinds of refusal that are answered in different ways: by waiting, by new keys, by signing in, or not at all. */
const causes = {
  denied: {
    names: /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|ForbiddenException)$/,
    code: 'not-allowed',
    message: (a) =>
      a.service === undefined
        ? `AWS denied ${a.action} to ${a.who} in ${a.region}${a.cluster ? ` for cluster ${named(a.cluster)}` : ''}.`
        : `AWS denied ${a.action} to ${a.who}.`,
    next: (a) =>
      a.service === undefined
        ? `Use an identity whose policy allows eks:${a.action}, or name a role to assume first.`
        : `Use an identity whose policy allows ${a.service}:${a.action}.`,
  },
  throttled: {
    names:
      /^(ThrottlingException|TooManyRequestsException|Throttling|RequestLimitExceeded|ThrottledException)$/,
    message: (a) =>
      `AWS throttled ${a.action} in ${a.region}, even after several attempts with growing pauses.`,
    next: () => 'Wait a minute and try again, or ask for fewer regions at once.',
  },
  expired: {
    names: /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/,
    message: (a) => `The credentials of ${a.who} have expired.`,
    next: (a) =>
      `Renew the sign-in of ${a.who}${a.signIn === undefined ? '' : ` (for SSO: ${a.signIn})`}, then try again.`,
  },
  'signed-out': {
    names: /^UnauthorizedException$/,
    message: (a) => `The sign-in of ${a.who} has ended: the portal no longer accepts it.`,
    next: (a) => `Sign in again${a.signIn === undefined ? '' : `: ${a.signIn}`}.`,
  },
  'key-unknown': {
    names: /^(UnrecognizedClientException|InvalidClientTokenId|AuthFailure|InvalidAccessKeyId)$/,
    message: (a) =>
      `AWS in ${a.region} does not know the access key of ${a.who}: it was deleted, belongs to another partition, or the region is not enabled for that account.`,
    next: () => 'Check the key, the partition, and whether the region is enabled.',
  },
  clock: {
    names: /^(RequestTimeTooSkewed|RequestInTheFuture|clock)$/,
    message: (a) =>
      `AWS in ${a.region} did not accept the time that ${a.who} signed with: the clock of this machine is off by more than AWS allows.`,
    next: () => 'Set the clock of this machine, then try again.',
  },
  signature: {
    names: /^(SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature)$/,
    message: (a) =>
      `AWS did not accept the signature of ${a.who}: the secret key is wrong or the clock is off.`,
    next: () => 'Check the secret key and the clock of this machine.',
  },
  'not-found': {
    names: /^ResourceNotFoundException$/,
    code: 'not-found',
    message: (a) => `There is no cluster ${named(a.cluster ?? '')} in ${a.region} for ${a.who}.`,
    next: () => 'Check name, region and account; the cluster may have been deleted.',
  },
  'no-credentials': {
    names: /^(CredentialsProviderError|TokenProviderError)$/,
    message: (a) => `There are no usable credentials for ${a.who}.`,
    next: () => 'Sign in, or choose another profile.',
  },
  proxy: {
    names: /^dial-proxy$/,
    code: 'unreachable',
    message: (a, why) => `The proxy did not let ${a.action} in ${a.region} through: ${why}.`,
    next: () => 'Check HTTPS_PROXY and NO_PROXY of this environment.',
  },
  'no-address': {
    names: /^(dial-dns|ENOTFOUND|EAI_AGAIN)$/,
    code: 'unreachable',
    message: (a) => `The AWS endpoint for ${a.region} has no address: no such region, or no DNS here.`,
    next: () => 'Check the region and the network.',
  },
  unreachable: {
    names:
      /^(dial-refused|dial-unreachable|dial-tls|dial-closed|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|EPIPE)$/,
    code: 'unreachable',
    message: (a) => `The AWS endpoint for ${a.region} could not be reached.`,
    next: () => 'Check network, proxy and CA bundle, then try again.',
  },
  timeout: {
    names: /^(dial-timeout|TimeoutError|SilentTwice|ETIMEDOUT|RequestTimeout)$/,
    code: 'timeout',
    message: (a) => `AWS did not answer ${a.action} in ${a.region} in time.`,
    next: () => 'Check network and proxy, then try again.',
  },
  server: {
    names: /^(ServerException|ServiceUnavailableException|InternalFailure|InternalServerError)$/,
    message: (a) => `AWS reported an error of its own in ${a.action}, ${a.region}.`,
    next: () => 'Try again later.',
  },
  other: {
    names: /^(AnswerTooLarge|not-aws)$/,
    message: (a) =>
      `What answers ${a.action} in ${a.region} is not AWS: the answer has an unexpected shape, or no end.`,
    next: () => 'Check which endpoint_url or proxy answers in place of AWS.',
  },
  cancelled: {
    names: /^(dial-cancelled|AbortError)$/,
    code: 'cancelled',
    message: (a) => `${a.action} in ${a.region} was cancelled.`,
    next: () => 'Start it again.',
  },
} satisfies Readonly<Record<string, Cause>>
export type RefusalKind = keyof typeof causes
const isKind = (kind: unknown): kind is RefusalKind => typeof kind === 'string' && Object.hasOwn(causes, kind)

/** What an SDK call threw, with what can be done about it. AWS's message is kept only for unknown causes, shortened. */
export function refusal(error: unknown, call: AwsCall): Refused {
  const names = [...namesOf(error), ...namesByAnswer(error)]
  const said = error instanceof Error ? error.message.slice(0, 300) : 'no reason given'
  const afterMs = wishedPause(error)
  for (const why of Object.keys(causes).filter(isKind)) {
    const { names: known, code = 'aws', message, next }: Cause = causes[why]
    if (names.some((name) => known.test(name)))
      return { why, afterMs, ...fault(code, message(call, said), next(call)) }
  }
  // An answer of 5xx without a name of EKS's own, as a balancer in front gives it.
  const server = statusOf(error) >= 500
  const message = server
    ? `AWS reported an error of its own in ${call.action}, ${call.region}.`
    : `${call.action} in ${call.region} failed for ${call.who}: ${said}`
  return { why: server ? 'server' : 'other', afterMs, ...fault('aws', message, 'Try again.') }
}

/** What the answer shows where the error has no name of AWS's: too many requests; a page, a redirect, or foreign JSON. */
function namesByAnswer(error: unknown): readonly string[] {
  const status = statusOf(error)
  if (status === 429) return ['TooManyRequestsException']
  const unread =
    error instanceof Error &&
    (/^Unknown(Error)?$/.test(error.name) || error.message.includes('Deserialization error: '))
  return status < 500 && (unread || (status >= 200 && status < 400)) ? ['not-aws'] : []
}

/** For an answer that is not AWS's although the SDK could read it. */
export const notOfAws = (call: AwsCall): Refused =>
  refusal(Object.assign(new Error('an unexpected shape'), { name: 'not-aws' }), call)

/** For an answer that the SDK could read, but that is not the service's; `why` follows a colon. */
export const notOfService = (
  service: 'AWS' | 'EKS',
  what: string,
  why = 'the answer has an unexpected shape',
): Refused =>
  notSo(
    `What answers ${what} is not ${service}: ${why}.`,
    `Check which endpoint_url or proxy answers in place of ${service}.`,
  )

/** For an answer to something other than the request. */
export const notSo = (message: string, next: string): Refused => refused('other', fault('aws', message, next))

/** A problem of files or environment, where AWS would be asked. */
export const faultOf = ({ message, next }: Pick<Fault, 'message' | 'next'>): Fault =>
  fault('aws', message, next)

/** A refusal that Ekscope itself has found. */
export const refused = (why: RefusalKind, known: Fault): Refused => ({ why, afterMs: null, ...known })

/** Why something was refused, of a fault that may have come from elsewhere. */
export function whyOf(known: Fault): RefusalKind {
  return 'why' in known && isKind(known.why) ? known.why : 'other'
}

function statusOf(error: unknown): number {
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : null
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : null
  return typeof status === 'number' ? status : 0
}

const Answered = v.object({ headers: v.object({ 'retry-after': v.pipe(v.string(), v.regex(/^\d{1,4}$/)) }) })

function wishedPause(error: unknown): number | null {
  const read = v.safeParse(Answered, error instanceof Error && '$response' in error ? error.$response : null)
  return read.success ? Number(read.output.headers['retry-after']) * 1000 : null
}

/** An SDK error names its cause in `name`, a socket error in `code`; either may be wrapped in `cause`. */
function namesOf(error: unknown): readonly string[] {
  const names: string[] = []
  let one: unknown = error
  for (let depth = 0; depth < 4 && one instanceof Error; depth += 1) {
    names.push(one instanceof DialError ? `dial-${one.kind}` : one.name)
    if ('code' in one && typeof one.code === 'string') names.push(one.code)
    if ('Code' in one && typeof one.Code === 'string') names.push(one.Code)
    // Signed too early or too late: both have the name of a wrong signature.
    if (/^Signature (?:expired|not yet current)/.test(one.message)) names.unshift('clock')
    one = one.cause
  }
  return names
}
