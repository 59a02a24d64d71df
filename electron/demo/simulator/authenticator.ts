/**
 * What an EKS cluster does with a bearer token before it knows whose it is: aws-iam-authenticator's checks, then the
 * token's request replayed at STS. Source: docs/identity.md; pkg/token of aws-iam-authenticator.
 */

import { signatureLifetime } from './authenticate'
import type { Caller } from './keys'
import { parseAmzDate, queryOf, type ReceivedRequest } from './sigv4'

const prefix = 'k8s-aws-v1.'
/** Bytes. */
const longestToken = 4096

const allowedParameters: ReadonlySet<string> = new Set([
  'action',
  'version',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
  'x-amz-user-agent',
])

/** STS hosts of a partition by its DNS suffixes; `sts.amazonaws.com` is the global one. */
function isStsHost(host: string, partition: string): boolean {
  const region = '[a-z]{2}(?:-[a-z]+)+-\\d'
  switch (partition) {
    case 'aws-cn':
      return /^sts\.cn-[a-z]+-\d\.amazonaws\.com\.cn$/.test(host)
    case 'aws-us-gov':
      return /^sts(?:-fips)?\.us-gov-[a-z]+-\d\.amazonaws\.com$/.test(host)
    default:
      return (
        host === 'sts.amazonaws.com' ||
        (new RegExp(`^sts(?:-fips)?\\.${region}\\.(?:amazonaws\\.com|api\\.aws)$`).test(host) &&
          !/\.(?:cn|us-gov)-/.test(host))
      )
  }
}

export interface TokenRules {
  readonly partition: string
  /** The name, or for Outposts the id, that tokens for this cluster are signed with. */
  readonly clusterId: string
  /** `127.0.0.1:PORT` of the simulator's own STS: the only host that may be plain http. */
  readonly ownStsHost: string
  readonly now: number
}

export type TokenCheck =
  | { readonly ok: true; readonly request: ReceivedRequest }
  /** Why the token is refused, as the authenticator's log would say it. Clients only see a 401. */
  | { readonly ok: false; readonly reason: string }

/** Checks a token and makes the request that STS must be asked. */
export function checkToken(token: string, rules: TokenRules): TokenCheck {
  const refuse = (reason: string): TokenCheck => ({ ok: false, reason })
  if (Buffer.byteLength(token) > longestToken) return refuse('token is too large')
  if (!token.startsWith(prefix)) return refuse(`token is missing expected "${prefix}" prefix`)
  const encoded = token.slice(prefix.length)
  // Raw base64url: no padding, no other alphabet, nothing that decodes to the same bytes by accident.
  const bytes = Buffer.from(encoded, 'base64url')
  if (!/^[A-Za-z0-9_-]+$/.test(encoded) || bytes.toString('base64url') !== encoded) {
    return refuse('illegal base64 data')
  }
  let url: URL
  try {
    url = new URL(bytes.toString('utf8'))
  } catch {
    return refuse('not a URL')
  }
  const own = url.protocol === 'http:' && url.host === rules.ownStsHost
  if (!own && url.protocol !== 'https:') return refuse(`unexpected scheme ${url.protocol} in pre-signed URL`)
  if (!own && !isStsHost(url.host, rules.partition))
    return refuse(`unexpected hostname ${url.host} in pre-signed URL`)
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    return refuse('unexpected user or fragment')
  if (url.pathname !== '/') return refuse('unexpected path in pre-signed URL')
  const target = `/${url.search}`
  const parameters = new Map<string, string>()
  for (const [name, value] of queryOf(target)) {
    const lower = name.toLowerCase()
    if (!allowedParameters.has(lower)) return refuse(`non-whitelisted query parameter ${name}`)
    if (parameters.has(lower)) return refuse('query parameter with multiple values not supported')
    parameters.set(lower, value)
  }
  if (parameters.get('action') !== 'GetCallerIdentity')
    return refuse('unexpected action parameter in pre-signed URL')
  if (!(parameters.get('x-amz-signedheaders') ?? '').split(';').includes('x-k8s-aws-id')) {
    return refuse('client did not sign the x-k8s-aws-id header in the pre-signed URL')
  }
  const expires = parameters.get('x-amz-expires') ?? ''
  if (!/^\d+$/.test(expires) || Number(expires) > 900)
    return refuse('invalid X-Amz-Expires parameter in pre-signed URL')
  const at = parseAmzDate(parameters.get('x-amz-date') ?? '')
  if (at === null) return refuse('X-Amz-Date parameter must be present in pre-signed URL')
  if (at + signatureLifetime < rules.now || at - signatureLifetime > rules.now) {
    return refuse(`X-Amz-Date parameter is expired (15 minutes) ${new Date(at).toISOString()}`)
  }
  return {
    ok: true,
    request: {
      method: 'GET',
      target,
      headers: { host: url.host, 'x-k8s-aws-id': rules.clusterId, accept: 'application/json' },
      body: '',
    },
  }
}

/** Asks STS who a checked token is. */
export type AskSts = (
  request: ReceivedRequest,
) => { readonly caller: Caller } | { readonly error: { readonly code: string } }
