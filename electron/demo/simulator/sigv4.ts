/**
 * The receiving side of AWS Signature Version 4: takes a request as it came over the wire and says who signed
 * it and what the signature should have been. Values in, values out.
 * Source: "Signing AWS API requests" in the IAM user guide; observed with aws-cli 1.45 and 2.23.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export interface ReceivedRequest {
  readonly method: string
  /** Path and query as sent, still encoded. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

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
  /** Seconds; only of a presigned URL. */
  readonly expires: number | null
  readonly sessionToken: string | null
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text, 'utf8').digest()

/** RFC 3986 encoding as SigV4 wants it: everything but unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '))
  } catch {
    return text
  }
}

/** The query's parameters in their order, decoded; a name may occur twice. */
export function queryOf(target: string): readonly (readonly [string, string])[] {
  const mark = target.indexOf('?')
  if (mark === -1 || mark === target.length - 1) return []
  return target
    .slice(mark + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      return equals === -1
        ? ([decode(pair), ''] as const)
        : ([decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))] as const)
    })
}

/** Path of a request target, still encoded. */
export function pathOf(target: string): string {
  const mark = target.indexOf('?')
  return mark === -1 ? target : target.slice(0, mark)
}

function scopeOf(credential: string): { id: string; day: string; region: string; service: string } | null {
  const parts = credential.split('/')
  if (parts.length !== 5 || parts[4] !== 'aws4_request') return null
  const [id = '', day = '', region = '', service = ''] = parts
  return { id, day, region, service }
}

/** Reads the signature from the Authorization header or the query; null when the request carries none. */
export function readSignature(request: ReceivedRequest): Signature | null {
  const authorization = request.headers.authorization
  if (authorization?.startsWith('AWS4-HMAC-SHA256 ')) {
    const fields = new Map(
      authorization
        .slice('AWS4-HMAC-SHA256 '.length)
        .split(',')
        .map((field) => {
          const equals = field.indexOf('=')
          return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()] as const
        }),
    )
    const scope = scopeOf(fields.get('Credential') ?? '')
    const date = request.headers['x-amz-date']
    if (!scope || date === undefined) return null
    return {
      by: 'header',
      accessKeyId: scope.id,
      day: scope.day,
      region: scope.region,
      service: scope.service,
      signedHeaders: (fields.get('SignedHeaders') ?? '').split(';'),
      signature: fields.get('Signature') ?? '',
      date,
      expires: null,
      sessionToken: request.headers['x-amz-security-token'] ?? null,
    }
  }
  const query = new Map(queryOf(request.target))
  const scope = scopeOf(query.get('X-Amz-Credential') ?? '')
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' || !scope) return null
  return {
    by: 'query',
    accessKeyId: scope.id,
    day: scope.day,
    region: scope.region,
    service: scope.service,
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    date: query.get('X-Amz-Date') ?? '',
    expires: Number(query.get('X-Amz-Expires') ?? Number.NaN),
    sessionToken: query.get('X-Amz-Security-Token') ?? null,
  }
}

/** Milliseconds since the epoch of a YYYYMMDDTHHMMSSZ date; null when it is none. */
export function parseAmzDate(text: string): number | null {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!found) return null
  const [, year, month, day, hour, minute, second] = found
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(at) ? null : at
}

/** YYYYMMDDTHHMMSSZ, as X-Amz-Date is written. */
export function formatAmzDate(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** The request in SigV4's canonical form. `host` is the one that was signed. */
export function canonicalRequest(request: ReceivedRequest, signature: Signature): string {
  const path = pathOf(request.target)
  // Every service but S3 encodes the already encoded path once more.
  const canonicalPath = path === '' ? '/' : path.split('/').map(encode).join('/')
  const query = queryOf(request.target)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encode(name), encode(value)] as const)
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
  const toSign = [
    'AWS4-HMAC-SHA256',
    signature.date,
    scope,
    sha256(canonicalRequest(request, signature)),
  ].join('\n')
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
