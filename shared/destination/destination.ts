/** Where kubectl goes for a cluster entry: server, proxy-url and tls-server-name, each taken apart once. */
import { fail, ok, type Result } from '../result'
import { type Address, defaultPorts, parseProxy, parseServer, type Refusal, refusals } from './address'
import { lettersOf } from './host'

export interface Destination {
  readonly server: Address
  /** Null: that of the environment, if it has one. */
  readonly proxy: Address | null
  /** What the certificate must name, and what the server is told; null: the server's host. */
  readonly serverName: string | null
}

/** What of a cluster entry decides where its context leads, as it is written. */
export interface WrittenDestination {
  readonly server: string | null
  readonly proxyUrl: string | null
  readonly tlsServerName: string | null
}

/** What leads nowhere, and why: `the server names no host`. */
export interface Nowhere {
  readonly key: 'server' | 'proxy-url' | 'tls-server-name'
  readonly why: Refusal | 'missing' | 'server-name'
  readonly said: string
}

export function destinationOf(written: WrittenDestination): Result<Destination, Nowhere> {
  if (!written.server) return nowhere('server', 'missing', 'is not there')
  const server = parseServer(written.server)
  if (!server.ok) return nowhere('server', server.why, refusals[server.why])
  const proxy = written.proxyUrl ? parseProxy(written.proxyUrl) : null
  if (proxy?.ok === false) return nowhere('proxy-url', proxy.why, refusals[proxy.why])
  const name = written.tlsServerName ? serverNameOf(written.tlsServerName) : null
  if (written.tlsServerName && name === null)
    return nowhere('tls-server-name', 'server-name', 'is a name that no certificate can have')
  return ok({ server: server.value, proxy: proxy?.value ?? null, serverName: name })
}

const nowhere = (key: Nowhere['key'], why: Nowhere['why'], end: string) =>
  fail<Nowhere>({ key, why, said: `the ${key} ${end}` })

/** Of a tls-server-name what Go compares with names and addresses of a certificate; null: it matches none. */
export function serverNameOf(text: string): string | null {
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  if (bare.includes(':')) return parseServer(`https://[${bare}]`).ok ? bare : null
  const name = bare === text ? text.replace(/\.$/, '') : ''
  return /^[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_][A-Za-z0-9_-]*)*$/.test(name) ? name : null
}

/** The port that is dialled. */
export const portOf = ({ port, scheme }: Pick<Address, 'port' | 'scheme'>): number =>
  port ?? defaultPorts[scheme] ?? 443

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** Host and port, as one names a server: `[::1]:6443`, `example.com:443`. */
export const hostAndPort = (address: Pick<Address, 'host' | 'port' | 'scheme'>): string =>
  `${bracketed(address.host)}:${portOf(address)}`

/** The address as it is dialled. `login`: what stands for its user and password; null: nothing. */
export function addressText(address: Address, login: string | null): string {
  const { scheme, host, port, path } = address
  const zoned = bracketed(host).replace('%', '%25')
  return `${scheme}://${login === null || address.login === null ? '' : `${login}@`}${zoned}${port === null ? '' : `:${port}`}${path}`
}

/** The letters of its host, where these are not the ones that are dialled. */
export const lettersOfAddress = ({ host }: Pick<Address, 'host'>): string | null => lettersOf(host)

/** The same for addresses that lead to the same place by the same sign-in. */
export function addressKey(address: Address): string {
  const { scheme, login, host, path } = address
  return JSON.stringify([scheme, login, host.toLowerCase(), portOf(address), path.replace(/\/$/, '')])
}
