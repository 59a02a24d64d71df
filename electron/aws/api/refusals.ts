/**
 * Why a call to AWS failed, as a Fault with a next step. One table, first match wins; an unknown error keeps AWS's own
 * message.
 */
import { type Fault, type FaultCode, fault } from '../../../shared/result'
import { DialError } from '../../net/dial'

/** The call that failed, for the sentence. */
export interface AwsCall {
  /** `ListClusters`, `DescribeCluster`, … */
  readonly action: string
  /** Who asked, as a sentence calls it: `profile pay`. */
  readonly who: string
  readonly region: string
  readonly cluster?: string
  /** How a person signs in to SSO, by an aws that can. */
  readonly signIn?: string
}

interface Cause {
  /** The SDK's names of errors, node's codes, and `dial-…` for what net/dial.ts says. */
  readonly names: RegExp
  readonly code: FaultCode
  readonly message: (call: AwsCall, why: string) => string
  readonly next: (call: AwsCall) => string
}

const causes: readonly Cause[] = [
  {
    names: /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|NotAuthorized|ForbiddenException)$/,
    code: 'not-allowed',
    message: (a) =>
      `AWS denied ${a.action} to ${a.who} in ${a.region}${a.cluster ? ` for cluster ${a.cluster}` : ''}.`,
    next: (a) => `Use an identity whose policy allows eks:${a.action}, or give a role for looking.`,
  },
  {
    names:
      /^(ThrottlingException|TooManyRequestsException|Throttling|RequestLimitExceeded|ThrottledException)$/,
    code: 'aws',
    message: (a) =>
      `AWS throttled ${a.action} in ${a.region}, also after several attempts with growing pauses.`,
    next: () => 'Wait a minute and try again, or ask for fewer regions at once.',
  },
  {
    names: /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/,
    code: 'aws',
    message: (a) => `The credentials of ${a.who} have expired.`,
    next: (a) =>
      `Renew the sign-in of ${a.who}${a.signIn === undefined ? '' : ` (for SSO: ${a.signIn})`}, then try again.`,
  },
  {
    names: /^(UnrecognizedClientException|InvalidClientTokenId|AuthFailure|InvalidAccessKeyId)$/,
    code: 'aws',
    message: (a) =>
      `AWS in ${a.region} does not know the access key of ${a.who}: it was deleted, belongs to another partition, or the region is not enabled for that account.`,
    next: () => 'Check the key, the partition, and whether the region is enabled.',
  },
  {
    names: /^(SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature)$/,
    code: 'aws',
    message: (a) =>
      `AWS did not accept the signature of ${a.who}: the secret key is wrong or the clock is off.`,
    next: () => 'Check the secret key and the clock of this machine.',
  },
  {
    names: /^ResourceNotFoundException$/,
    code: 'not-found',
    message: (a) => `There is no cluster ${a.cluster ?? ''} in ${a.region} for ${a.who}.`,
    next: () => 'Check name, region and account; the cluster may have been deleted.',
  },
  {
    names: /^(CredentialsProviderError|TokenProviderError)$/,
    code: 'aws',
    message: (a) => `There are no usable credentials for ${a.who}.`,
    next: () => 'Sign in, or choose another profile.',
  },
  {
    names: /^dial-proxy$/,
    code: 'unreachable',
    message: (a, why) => `The proxy did not let ${a.action} in ${a.region} through: ${why}.`,
    next: () => 'Check HTTPS_PROXY and NO_PROXY of this environment.',
  },
  {
    names: /^(dial-dns|ENOTFOUND|EAI_AGAIN)$/,
    code: 'unreachable',
    message: (a) => `The AWS endpoint for ${a.region} has no address: no such region, or no DNS here.`,
    next: () => 'Check the region and the network.',
  },
  {
    names:
      /^(dial-refused|dial-unreachable|dial-tls|dial-closed|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|EPIPE)$/,
    code: 'unreachable',
    message: (a) => `The AWS endpoint for ${a.region} could not be reached.`,
    next: () => 'Check network, proxy and CA bundle, then try again.',
  },
  {
    names: /^(dial-timeout|TimeoutError|ETIMEDOUT|RequestTimeout)$/,
    code: 'timeout',
    message: (a) => `AWS did not answer ${a.action} in ${a.region} in time.`,
    next: () => 'Check network and proxy, then try again.',
  },
  {
    names: /^(ServerException|ServiceUnavailableException|InternalFailure|InternalServerError)$/,
    code: 'aws',
    message: (a) => `AWS had an error of its own in ${a.action}, ${a.region}.`,
    next: () => 'Try again later.',
  },
  {
    names: /^(dial-cancelled|AbortError)$/,
    code: 'cancelled',
    message: (a) => `${a.action} in ${a.region} was cancelled.`,
    next: () => 'Start it again.',
  },
]

/** What an SDK call threw, as a Fault. AWS's message is kept only for unknown causes, shortened. */
export function refusal(error: unknown, call: AwsCall): Fault {
  const names = namesOf(error)
  const why = error instanceof Error ? error.message.slice(0, 300) : 'no reason given'
  for (const cause of causes)
    if (names.some((name) => cause.names.test(name)))
      return fault(cause.code, cause.message(call, why), cause.next(call))
  return fault('aws', `${call.action} in ${call.region} failed for ${call.who}: ${why}`, 'Try again.')
}

/** An SDK error names its cause in `name`, a socket error in `code`; either may be wrapped in `cause`. */
function namesOf(error: unknown): readonly string[] {
  const names: string[] = []
  let one: unknown = error
  for (let depth = 0; depth < 4 && one instanceof Error; depth += 1) {
    names.push(one instanceof DialError ? `dial-${one.kind}` : one.name)
    if ('code' in one && typeof one.code === 'string') names.push(one.code)
    if ('Code' in one && typeof one.Code === 'string') names.push(one.Code)
    one = one.cause
  }
  return names
}
