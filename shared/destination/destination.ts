/** Where kubectl goes for a cluster entry: server, proxy-url and tls-server-name, each parsed once. */
import { fail, ok, type Result } from '../result'
import {
  type Address,
  defaultPorts,
  type Endpoint,
  parseProxy,
  parseServer,
  type Refusal,
  refusals,
  stricter,
} from './address'

export interface Destination {
  readonly server: Address
  /** Null: that of the environment, if it has one. */
  readonly proxy: Address | null
  /** The name that the certificate must have and that is sent to the server; null: the server's host. */
  readonly serverName: string | null
}

/** The fields of a cluster entry that decide the destination of its context, as written. */
export interface WrittenDestination {
  readonly server: string | null
  readonly proxyUrl: string | null
  readonly tlsServerName: string | null
}

/** The field of a cluster entry that has no destination. */
export interface Nowhere {
  readonly key: keyof typeof toWrite
  readonly why: Refusal | 'missing' | 'server-name'
  /** One sentence, and what to do. */
  readonly message: string
  readonly next: string
}

/** What to do, by the key that has no destination. */
const toWrite = {
  server: 'Write the cluster’s endpoint, https://…, into the cluster entry.',
  'proxy-url': 'Write a proxy-url that begins with http://, https:// or socks5://, and names a host.',
  'tls-server-name': 'Write a name that the server’s certificate has, or remove the tls-server-name.',
} as const

export function destinationOf(written: WrittenDestination): Result<Destination, Nowhere> {
  if (!written.server) return nowhere('server', 'missing', 'is missing, and kubectl goes to localhost:8080')
  const server = parseServer(written.server)
  if (!server.ok) return refused('server', server.fault)
  const proxy = written.proxyUrl ? parseProxy(written.proxyUrl) : null
  if (proxy?.ok === false) return refused('proxy-url', proxy.fault)
  const name = written.tlsServerName ? serverNameOf(written.tlsServerName) : null
  if (written.tlsServerName && name === null)
    return nowhere(
      'tls-server-name',
      'server-name',
      'is a name that no certificate can have: nothing is sent',
    )
  return ok({ server: server.value, proxy: proxy?.value ?? null, serverName: name })
}

const refused = (key: Nowhere['key'], why: Refusal) =>
  nowhere(key, why, `${refusals[why]}: ${stricter.has(why) ? 'nothing is sent there' : 'kubectl refuses it'}`)

const nowhere = (key: Nowhere['key'], why: Nowhere['why'], end: string) =>
  fail<Nowhere>({ key, why, message: `The ${key} of the cluster entry ${end}.`, next: toWrite[key] })

/** Whether kubectl signs in by the user and password of this server, whatever the user entry says. */
export function signsInByAddress(server: string | null): boolean {
  if (!server?.includes('@')) return false
  const parsed = parseServer(server)
  return parsed.ok && parsed.value.login !== null
}

/** Of a tls-server-name what Go compares with names and addresses of a certificate; null: it matches none. */
export function serverNameOf(text: string): string | null {
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  if (bare.includes(':')) return parseServer(`https://[${bare}]`).ok ? bare : null
  const name = bare === text ? text.replace(/\.$/, '') : ''
  return /^[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_][A-Za-z0-9_-]*)*$/.test(name) ? name : null
}

/** The port that is dialled. */
export const portOf = ({ port, scheme }: Omit<Endpoint, 'host'>): number =>
  port ?? defaultPorts[scheme] ?? 443

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** Host and port, as one names a server: `[::1]:6443`, `example.com:443`. */
export const hostAndPort = (address: Endpoint): string => `${bracketed(address.host)}:${portOf(address)}`

/** The address as it is dialled. `login`: what is written as its user and password; null: nothing. */
export function addressText(address: Address, login: string | null): string {
  const { scheme, host, port, path } = address
  const zoned = bracketed(host).replace('%', '%25')
  return `${scheme}://${login === null || address.login === null ? '' : `${login}@`}${zoned}${port === null ? '' : `:${port}`}${path}`
}

/** Equal for addresses with the same destination and the same user and password. */
export function addressKey(address: Address): string {
  const { scheme, login, host, path } = address
  return JSON.stringify([scheme, login, host.toLowerCase(), portOf(address), path.replace(/\/$/, '')])
}
