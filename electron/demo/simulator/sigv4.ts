/**
 * AWS Signature Version 4: who signed a request that came over the wire, and what the signature should have been. Values in,
 * values out.
 * Source: "Signing AWS API requests" in the IAM user guide; observed with aws-cli 1.45 and 2.23.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { strictlyEncoded } from '../../aws/token/signature'

export interface ReceivedRequest {
  readonly method: string
  /** Path and query as sent, still encoded. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How a request is signed: in a header, or in its query. */
export interface Signature {
  readonly by: 'header' | 'query'
  readonly accessKeyId: string
  /** YYYYMMDD of the credential scope. */
  readonly day: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** YYYYMMDDTHHMMSSZ */
  readonly date: string
  readonly sessionToken: string | null
}

const algorithm = 'AWS4-HMAC-SHA256'
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text, 'utf8').digest()

/** Path of a request target, still encoded. */
export const pathOf = (target: string): string => target.split('?', 1)[0] ?? ''

/** The query's parameters in their order, decoded; a name may occur twice. */
export const queryOf = (target: string): readonly (readonly [string, string])[] => [
  ...new URLSearchParams(target.slice(pathOf(target).length)),
]

/** Reads the signature from the Authorization header or the query; null when the request carries none. */
export function readSignature({ headers, target }: ReceivedRequest): Signature | null {
  const { authorization = '' } = headers
  const by = authorization.startsWith(`${algorithm} `) ? 'header' : 'query'
  const query = new Map(queryOf(target).map(([name, value]) => [name.replace(/^X-Amz-/, ''), value]))
  if (by === 'query' && query.get('Algorithm') !== algorithm) return null
  const fields = new Map(
    [...authorization.matchAll(/(\w+)=([^,\s]+)/g)].map(([, name = '', value = '']) => [name, value]),
  )
  const given = by === 'header' ? fields : query
  const [accessKeyId = '', day = '', region = '', service = '', kind, more] = (
    given.get('Credential') ?? ''
  ).split('/')
  const date = by === 'header' ? headers['x-amz-date'] : (query.get('Date') ?? '')
  if (kind !== 'aws4_request' || more !== undefined || date === undefined) return null
  const signedHeaders = (given.get('SignedHeaders') ?? '').split(';')
  const sessionToken = by === 'header' ? headers['x-amz-security-token'] : query.get('Security-Token')
  const signature = given.get('Signature') ?? ''
  const scope = { accessKeyId, day, region, service }
  return { by, ...scope, signedHeaders, signature, date, sessionToken: sessionToken ?? null }
}

/** YYYYMMDDTHHMMSSZ, as X-Amz-Date is written. */
export function formatAmzDate(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** The request in SigV4's canonical form. `host` is the one that was signed. */
export function canonicalRequest(request: ReceivedRequest, signature: Signature): string {
  const path = pathOf(request.target)
  // Every service but S3 encodes the already encoded path once more.
  const canonicalPath = path === '' ? '/' : path.split('/').map(strictlyEncoded).join('/')
  const query = queryOf(request.target)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [strictlyEncoded(name), strictlyEncoded(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : x > y ? 1 : 0) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const headers = signature.signedHeaders
    .map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`)
    .join('')
  const payload =
    signature.by === 'query' ? sha256('') : (request.headers['x-amz-content-sha256'] ?? sha256(request.body))
  return [request.method, canonicalPath, query, headers, signature.signedHeaders.join(';'), payload].join(
    '\n',
  )
}

/** What the signature must be if `secret` signed exactly this request, in hex. */
export function expectedSignature(request: ReceivedRequest, signature: Signature, secret: string): string {
  const scope = `${signature.day}/${signature.region}/${signature.service}/aws4_request`
  const toSign = [algorithm, signature.date, scope, sha256(canonicalRequest(request, signature))].join('\n')
  const key = hmac(
    hmac(hmac(hmac(`AWS4${secret}`, signature.day), signature.region), signature.service),
    'aws4_request',
  )
  return hmac(key, toSign).toString('hex')
}

/** Whether `secret` signed exactly this request: method, path, query, signed headers and body. */
export function signatureMatches(request: ReceivedRequest, signature: Signature, secret: string): boolean {
  const declared = request.headers['x-amz-content-sha256']
  if (signature.by === 'header' && declared !== undefined && declared !== sha256(request.body)) return false
  if (!signature.signedHeaders.includes('host')) return false
  const expected = Buffer.from(expectedSignature(request, signature, secret), 'utf8')
  const given = Buffer.from(signature.signature, 'utf8')
  return expected.length === given.length && timingSafeEqual(expected, given)
}
