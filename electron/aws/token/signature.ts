/**
 * AWS Signature Version 4 of the two requests that a token needs: GetCallerIdentity signed in its query, which is the token, and
 * a POST to STS. By Node's own crypto: loading the SDK for it would take longer than all the rest.
 */
import { createHash, createHmac } from 'node:crypto'
import type { Keys } from '../api/access-keys'

/** Where a request goes, and the region that it is signed for. */
export interface SignedFor {
  /** Scheme, host and a port that is not the scheme's own. */
  readonly origin: string
  readonly region: string
}

const algorithm = 'AWS4-HMAC-SHA256'
const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text, 'utf8').digest()

/** RFC 3986: what AWS signs. */
export const strictlyEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** `20250131T235959Z`. */
const amzTime = (now: number) => new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')

const hostOf = (origin: string) => origin.slice(origin.indexOf('://') + 3)

/** The signature of a canonical request, in hex. */
function signature(secret: string, time: string, region: string, canonical: string): string {
  const scope = `${time.slice(0, 8)}/${region}/sts/aws4_request`
  let key: string | Buffer = `AWS4${secret}`
  for (const part of scope.split('/')) key = hmac(key, part)
  return hmac(key, [algorithm, time, scope, sha256(canonical)].join('\n')).toString('hex')
}

type SigningKeys = Pick<Keys, 'accessKeyId' | 'secretAccessKey'> & {
  readonly sessionToken?: string | null | undefined
}

/** The token of these keys for a cluster, whose name is signed and not in it. `now`: ms since the epoch. */
export function presignedToken(
  { accessKeyId, secretAccessKey, sessionToken }: SigningKeys,
  { origin, region, cluster, now }: SignedFor & { readonly cluster: string; readonly now: number },
): string {
  const time = amzTime(now)
  const headers = 'host;x-k8s-aws-id'
  const parameters: readonly (readonly [string, string])[] = [
    ['Action', 'GetCallerIdentity'],
    ['Version', '2011-06-15'],
    ['X-Amz-Algorithm', algorithm],
    ['X-Amz-Credential', `${accessKeyId}/${time.slice(0, 8)}/${region}/sts/aws4_request`],
    ['X-Amz-Date', time],
    ['X-Amz-Expires', '60'],
    ['X-Amz-SignedHeaders', headers],
    ...(sessionToken ? [['X-Amz-Security-Token', sessionToken] as const] : []),
  ]
  const query = parameters.map(([name, value]) => `${name}=${strictlyEncoded(value)}`)
  const signed = [`host:${hostOf(origin)}`, `x-k8s-aws-id:${cluster}`, '', headers, sha256('')]
  const canonical = ['GET', '/', [...query].sort().join('&'), ...signed].join('\n')
  const url = `${origin}/?${query.join('&')}&X-Amz-Signature=${signature(secretAccessKey, time, region, canonical)}`
  return `k8s-aws-v1.${Buffer.from(url, 'utf8').toString('base64url')}`
}

/** The headers of a signed POST of this form to STS. */
export function signedHeaders(
  { accessKeyId, secretAccessKey, sessionToken }: SigningKeys,
  { origin, region, body, now }: SignedFor & { readonly body: string; readonly now: number },
): Readonly<Record<string, string>> {
  const time = amzTime(now)
  const sent = {
    'content-type': formType,
    'x-amz-date': time,
    ...(sessionToken ? { 'x-amz-security-token': sessionToken } : {}),
  }
  const lines = Object.entries({ host: hostOf(origin), ...sent }).sort(([one], [other]) =>
    one < other ? -1 : 1,
  )
  const names = lines.map(([name]) => name).join(';')
  const canonical = [
    'POST',
    '/',
    '',
    ...lines.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(body),
  ].join('\n')
  const credential = `${accessKeyId}/${time.slice(0, 8)}/${region}/sts/aws4_request`
  const signed = signature(secretAccessKey, time, region, canonical)
  return {
    ...sent,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${names}, Signature=${signed}`,
  }
}

/** What the body of a call of STS is. */
export const formType = 'application/x-www-form-urlencoded; charset=utf-8'
