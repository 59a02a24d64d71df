/**
 * An address of a kubeconfig, parsed as kubectl parses it: client-go's DefaultServerURL, then Go's net/url and idna. All code
 * that shows, masks, compares, dials or exports an address takes the parts of this one value; no text is cut anywhere else.
 */
import { fail, ok, type Result } from '../result'
import { utf8 } from '../sha256'
import { asciiHost } from './host'

/** User and password of an address, each percent-encoded. Secret. */
export interface Login {
  readonly user: string
  /** Null: there is no colon. */
  readonly password: string | null
}

export interface Address {
  /** In small letters. */
  readonly scheme: string
  /** With one kubectl sends a Basic header, and no token; also with an empty one. */
  readonly login: Login | null
  /** As it is dialled: ASCII, an IPv6 address without its brackets. */
  readonly host: string
  /** Null: that of the scheme. */
  readonly port: number | null
  /** The prefix of the paths that are requested, percent-encoded as it is sent; empty or from its first slash on. */
  readonly path: string
  /** Where the user and password are in the text, without the `@`; null without them. */
  readonly loginAt: Span | null
  /** Where the host is in the text. */
  readonly hostAt: Span
  /** Where in the text that begins which kubectl drops: a query, and a fragment where there is no path. */
  readonly end: number
}

/** What is dialled of an address. */
export type Endpoint = Pick<Address, 'scheme' | 'host' | 'port'>

export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Why an address has no destination. kubectl refuses most; what some of its versions take, and then look up as a name that is
 * none or read in different ways, is in `stricter`.
 */
export type Refusal = keyof typeof refusals

/** What is refused although a kubectl may dial it: of `control` and `path` what comes after a #, and `https:/%2Fhost`. */
const stricterRefusals = {
  control: 'has a control character',
  path: 'has a path and no scheme such as https://',
  'port-alone': 'names a port and no host, which is this machine',
  'host-name': 'names a host that no name server can know',
  number: 'names a host that looks like a number and is not an address',
  letters: 'has letters in its host that not every kubectl reads alike',
  bracket: 'has brackets without an IPv6 address in them',
  colons: 'has more than one colon in its host, and no brackets around it',
  'port-range': 'has a port above 65535',
} as const
export const stricter: ReadonlySet<string> = new Set(Object.keys(stricterRefusals))

/** The end of a sentence that begins with what the address is. */
export const refusals = {
  ...stricterRefusals,
  scheme: 'does not begin with a scheme that kubectl knows',
  login: 'has a user or password with a character that must be percent-encoded',
  escape: 'has a % that does not begin an escape',
  host: 'names no host',
  'host-character': 'has a character in its host that no host may have',
  port: 'has a port that is not a number',
} as const

export type Parsed = Result<Address, Refusal>

/** Nearly all servers of a fleet: a plain name, nothing else. */
const plainServer = /^https:\/\/((?:[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*\.){2,8}[A-Za-z]{2,})$/
const withScheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)/
/** What Go dials where an address names no port. */
export const defaultPorts: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  socks5: 1080,
  socks5h: 1080,
}
const serverSchemes: readonly string[] = ['http', 'https']
/** client-go's parseProxyURL. */
const proxySchemes: readonly string[] = ['http', 'https', 'socks5']

/** The `server` of a cluster entry. Without a scheme it is http, whatever the entry says of certificates. */
export const parseServer = (text: string): Parsed => parse(text, serverSchemes, 'http')

/** The `proxy-url` of a cluster entry. */
export const parseProxy = (text: string): Parsed => parse(text, proxySchemes, null)

/** A proxy of the environment: Go takes the beginning of one without a scheme for its host, and knows one scheme more. */
export const parseProxyVariable = (text: string): Parsed => parse(text, [...proxySchemes, 'socks5h'], 'http')

const plainAddress = (host: string): Address => ({
  scheme: 'https',
  login: null,
  host,
  port: null,
  path: '',
  loginAt: null,
  hostAt: { start: 8, end: 8 + host.length },
  end: 8 + host.length,
})

/** Any address, of any scheme: for what is shown of it. */
export const parseAddress = (text: string): Parsed => parse(text, null, 'http')

/** `schemes`: null for any. `bare`: the scheme of a text without one; null: there has to be one. */
function parse(text: string, schemes: readonly string[] | null, bare: string | null): Parsed {
  const plain = plainServer.exec(text)?.[1]
  if (plain !== undefined && plain.length <= 253) return ok(plainAddress(plain))
  if (/[\x00-\x1f\x7f]/.test(text)) return fail('control')
  const [front, written, authority = ''] = withScheme.exec(text) ?? []
  if (front !== undefined && written !== undefined) {
    const scheme = written.toLowerCase()
    if (schemes?.includes(scheme) === false) return fail('scheme')
    // Where there is a path kubectl takes what begins with # for a part of it, and where there is none it drops that.
    const path = /^(?:\/[^?]*)?/.exec(text.slice(front.length))?.[0] ?? ''
    return parts(text, scheme, authority, front.length, path, front.length + path.length)
  }
  if (bare === null) return fail('scheme')
  const alone = /^([^/?#]*)\/?(?=[?#]|$)/.exec(text)
  // Without a host, what begins with # is a path to it.
  if (alone === null || /^[A-Za-z][A-Za-z0-9+.-]*:\/#/.test(text)) return fail('path')
  const [whole, only = ''] = alone
  return parts(text, bare, only, only.length, '', whole.length)
}

/** `behind`: where the authority ends in the text. `end`: where that begins which is not sent. */
function parts(
  text: string,
  scheme: string,
  authority: string,
  behind: number,
  rawPath: string,
  end: number,
): Parsed {
  const mark = authority.lastIndexOf('@')
  const login = mark < 0 ? null : loginOf(authority.slice(0, mark))
  if (login === undefined) return fail('login')
  const place = placeOf(authority.slice(mark + 1))
  if ('why' in place) return fail(place.why)
  const path = pathOf(rawPath)
  const fragment = rawPath.length > 1 ? '' : (/#(.*)$/.exec(text.slice(end))?.[1] ?? '')
  if (path === null || !escapesFit(fragment)) return fail('escape')
  const at = behind - authority.length
  const start = at + mark + 1
  return ok({
    scheme,
    login,
    host: place.host,
    port: place.port,
    path,
    loginAt: mark < 0 ? null : { start: at, end: at + mark },
    hostAt: { start, end: start + place.length },
    end,
  })
}

/** Undefined: Go refuses it. */
function loginOf(text: string): Login | undefined {
  if (!/^[\w.:~!$&'()*+,;=%@-]*$/.test(text)) return undefined
  const colon = text.indexOf(':')
  const user = encoded(colon < 0 ? text : text.slice(0, colon), /[\w.~-]/)
  const password = colon < 0 ? null : encoded(text.slice(colon + 1), /[\w.~-]/)
  return user === null || (colon >= 0 && password === null) ? undefined : { user, password }
}

type Place = { readonly host: string; readonly port: number | null; readonly length: number }

function placeOf(text: string): Place | { readonly why: Refusal } {
  const found = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(text)
  if (found === null) return { why: 'bracket' }
  const [, written = '', digits = ''] = found
  if (digits.includes(':')) return { why: 'colons' }
  if (!/^\d*$/.test(digits)) return { why: 'port' }
  if (written === '' && digits !== '') return { why: 'port-alone' }
  const host = asciiHost(written)
  if ('why' in host) return host
  const port = digits === '' ? null : Number(digits)
  return port !== null && port > 65_535
    ? { why: 'port-range' }
    : { host: host.host, port, length: written.length }
}

/** As client-go joins it with the requested path: decoded, without its dots, and encoded by Go's rules for paths. */
function pathOf(text: string): string | null {
  const path = encoded(text, /[\w.~$&+,/:;=@-]/)
  if (path === null || path === '') return path
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const joined = kept.map((segment) => `/${segment}`).join('')
  return /\/$/.test(path) || joined === '' ? `${joined}/` : joined
}

const escapesFit = (text: string): boolean => !/%(?![0-9A-Fa-f]{2})/.test(text)

/** Each byte as itself where `plain` has its character, else as an escape; null where a `%` begins none. */
function encoded(text: string, plain: RegExp): string | null {
  if (!escapesFit(text)) return null
  return text.replace(/%[0-9A-Fa-f]{2}|./gsu, (one) => {
    const isEscape = one.length === 3 && one.startsWith('%')
    const character = isEscape ? String.fromCharCode(Number.parseInt(one.slice(1), 16)) : one
    if (character < '\x80' && plain.test(character)) return character
    return isEscape ? one.toUpperCase() : utf8Escapes(one)
  })
}

/** UTF-8 has no form for half of a surrogate pair. */
const utf8Escapes = (character: string): string =>
  utf8(character)
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('')
