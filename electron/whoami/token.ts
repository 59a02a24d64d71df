/**
 * Parses a token and checks it as aws-iam-authenticator does before it accepts one (pkg/token, Verify): size,
 * prefix, encoding, scheme, host, path, parameters, signed headers, dates. The result is checked parts; sts.ts
 * builds a new request from them. The token's own URL is never fetched.
 */
import { type Endpoint, parseServer } from '../../shared/destination/address'
import { hostAndPort } from '../../shared/destination/destination'
import { type Problem, problem, type TokenFacts } from '../../shared/identity/identity'
import { loopback, partitionOfStsHost } from '../../shared/identity/sts-hosts'
import { maskKeyId } from '../../shared/kubeconfig/secrets'
import { fail, ok, type Result } from '../../shared/result'
import { quoted } from '../../shared/visible'

/** The parts a replay needs. Holds the signature and the session token: stays in main, is never logged. */
export interface CheckedToken {
  readonly facts: TokenFacts
  /** Where it was signed for, and may go. */
  readonly to: Endpoint
  /** Checked parameters in their order, decoded. */
  readonly query: readonly (readonly [string, string])[]
  readonly partition: string | null
}

export type Decoded =
  | { readonly kind: 'token'; readonly token: CheckedToken }
  /** Well-formed text, but not of the AWS kind. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'bad'; readonly problem: Problem }

export interface DecodeOptions {
  /** The cluster name or id that the command was given: it is signed, but the token does not contain it. */
  readonly cluster: string | null
  /** The endpoint that the environment or the user's own AWS config names for STS, besides AWS's own hosts. */
  readonly allowedEndpoint: string | null
  readonly expirationTimestamp: number | null
  /** Milliseconds since the epoch. */
  readonly now: number
}

const prefix = 'k8s-aws-v1.'
const maxTokenBytes = 4_096
/** STS takes a presigned request for 15 minutes from X-Amz-Date, whatever X-Amz-Expires says. */
const lifetimeMs = 15 * 60_000

const known: ReadonlyMap<string, string> = new Map(
  [
    'Action',
    'Version',
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-Security-Token',
    'X-Amz-Signature',
    'X-Amz-SignedHeaders',
  ].map((name) => [name.toLowerCase(), name]),
)

/** Decodes and checks a bearer token; every reason for refusal is one that the verifier would have too, or stricter. */
export function decodeToken(text: string, options: DecodeOptions): Decoded {
  if (!text.startsWith(prefix)) return { kind: 'foreign' }
  if (Buffer.byteLength(text) > maxTokenBytes) {
    return bad(`it is ${Buffer.byteLength(text)} bytes long, and a cluster takes at most ${maxTokenBytes}`)
  }
  const encoded = text.slice(prefix.length)
  if (!/^[A-Za-z0-9_-]+$/.test(encoded) || encoded.length % 4 === 1) return bad('it is not raw base64url')
  const bytes = Buffer.from(encoded, 'base64url')
  // Go's decoder ignores left-over bits of the last character; two spellings of one token are refused here.
  if (bytes.toString('base64url') !== encoded) return bad('it is not raw base64url')
  const url = bytes.toString('latin1')

  // Strict on purpose, and without URL(): no userinfo, no fragment, nothing that two parsers could read differently.
  const parts =
    /^(https?):\/\/([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?(\/[^?#]*)?\?([\x21\x22\x24-\x7e]*)$/.exec(
      url,
    )
  if (!parts) return bad('what it holds is not a plain URL')
  const [, scheme = '', rawHost = '', port = '', path = '', rawQuery = ''] = parts
  const host = rawHost.toLowerCase()
  if (path !== '/' && path !== '') return bad(`its path is ${quoted(path.slice(0, 40))}, not /`)
  const place = placeOf(scheme, host, port, options.allowedEndpoint)
  if (!place.ok) return { kind: 'bad', problem: place.fault }

  const query = parseQuery(rawQuery)
  if (typeof query === 'string') return bad(query)
  return checkParameters(query, host, place.value, options)
}

function placeOf(
  scheme: string,
  host: string,
  port: string,
  allowed: string | null,
): Result<Endpoint, Problem> {
  const to = { scheme, host: host.replace(/^\[|\]$/g, ''), port: port === '' ? null : Number(port) }
  const named = `${scheme}://${host}${port === '' ? '' : `:${port}`}`
  if (allowed !== null && isAt(allowed, to)) {
    if (scheme === 'https' || loopback(host)) return ok(to)
    return refusedHost(`it would be sent to ${named} unencrypted`)
  }
  if (scheme === 'https' && port === '' && partitionOfStsHost(host) !== null) return ok(to)
  return refusedHost(`it is signed for ${named}, which is not an STS endpoint of AWS`)
}

function isAt(endpoint: string, to: Endpoint): boolean {
  const named = parseServer(endpoint)
  if (!named.ok) return false
  const { scheme, path, ...at } = named.value
  const same = hostAndPort({ ...at, scheme }).toLowerCase() === hostAndPort(to).toLowerCase()
  return same && scheme === to.scheme && (path === '/' || path === '')
}

const refusedHost = (why: string): Result<never, Problem> =>
  fail(
    problem(
      'sts-host-not-allowed',
      `The token was not replayed: ${why}.`,
      'If that endpoint is right, name it in your own AWS config (endpoint_url) or environment (AWS_ENDPOINT_URL_STS); a kubeconfig cannot.',
    ),
  )

function parseQuery(raw: string): readonly (readonly [string, string])[] | string {
  const query: [string, string][] = []
  const seen = new Set<string>()
  for (const pair of raw.split('&')) {
    if (pair === '') return 'a parameter is empty'
    if (pair.includes(';')) return 'a parameter holds a semicolon'
    const at = pair.indexOf('=')
    const key = decode(at < 0 ? pair : pair.slice(0, at))
    const value = at < 0 ? '' : decode(pair.slice(at + 1))
    if (key === null || value === null) return 'a parameter is not well encoded'
    const name = known.get(key.toLowerCase())
    if (name === undefined) return `it has the parameter ${quoted(key.slice(0, 40))}, which no verifier takes`
    if (seen.has(name)) return `the parameter ${name} occurs twice`
    seen.add(name)
    query.push([name, value])
  }
  return query
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}

function checkParameters(
  query: readonly (readonly [string, string])[],
  host: string,
  to: Endpoint,
  options: DecodeOptions,
): Decoded {
  const parameters = new Map(query)
  const get = (name: string) => parameters.get(name) ?? ''
  if (get('Action') !== 'GetCallerIdentity') return bad('it asks for another action than GetCallerIdentity')
  if (get('Version') !== '2011-06-15') return bad('it is for another version of STS')
  if (get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return bad('it is signed by an unknown algorithm')
  if (!/^\d{1,3}$/.test(get('X-Amz-Expires')) || Number(get('X-Amz-Expires')) > 900) {
    return bad('X-Amz-Expires is not between 0 and 900')
  }
  const signed = get('X-Amz-SignedHeaders').toLowerCase().split(';')
  if (!signed.includes('x-k8s-aws-id')) return bad('the cluster’s name (x-k8s-aws-id) is not signed')
  if (!signed.includes('host')) return bad('the host is not signed')
  const extra = signed.find((header) => header !== 'host' && header !== 'x-k8s-aws-id')
  if (extra !== undefined)
    return bad(`it signs the header ${quoted(extra.slice(0, 40))}, which cannot be replayed`)
  if (!/^[0-9a-f]{64}$/.test(get('X-Amz-Signature'))) return bad('its signature is not 64 hex digits')
  const signedAt = amzDate(get('X-Amz-Date'))
  if (signedAt === null) return bad('X-Amz-Date is not a date')
  const scope = /^([A-Za-z0-9]{16,128})\/(\d{8})\/([a-z0-9-]{1,40})\/sts\/aws4_request$/.exec(
    get('X-Amz-Credential'),
  )
  if (!scope) return bad('X-Amz-Credential is not KEY/date/region/sts/aws4_request')
  const [, accessKeyId = '', day = '', region = ''] = scope
  if (!get('X-Amz-Date').startsWith(day)) return bad('X-Amz-Credential and X-Amz-Date name different days')
  if (options.now > signedAt + lifetimeMs) {
    return bad(
      `it was signed ${Math.round((options.now - signedAt) / 60_000)} minutes ago, and a token lives 15`,
      'A cache between command and AWS hands out old tokens, or the clock here is wrong.',
    )
  }
  const facts: TokenFacts = {
    host,
    region,
    accessKeyId: maskKeyId(accessKeyId),
    cluster: options.cluster,
    signedAt,
    validUntil: signedAt + lifetimeMs,
    expirationTimestamp: options.expirationTimestamp,
    temporary: parameters.has('X-Amz-Security-Token'),
  }
  return { kind: 'token', token: { facts, to, query, partition: partitionOfStsHost(host) } }
}

/** `20250131T235959Z` as milliseconds since the epoch; null when it is no such moment. */
export function amzDate(text: string): number | null {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!found) return null
  const [, year, month, day, hour, minute, second] = found
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const at = Date.parse(iso)
  return Number.isNaN(at) || new Date(at).toISOString() !== iso ? null : at
}

function bad(
  why: string,
  next = 'Run the exec command by hand and see which program answers; a real `aws eks get-token` never makes such a token.',
): Decoded {
  return { kind: 'bad', problem: { code: 'bad-token', message: `The token is not usable: ${why}.`, next } }
}
