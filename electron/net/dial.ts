/**
 * Opens the connection that one request will use: directly or through a proxy (http, https, socks5), then TLS. Every
 * socket belongs to one signal, so that cancelling leaves none open, and every failure says which part failed: a
 * proxy's refusal must never be taken for the cluster's answer.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import { type Address, type Endpoint, type Parsed, refusals } from '../../shared/destination/address'
import { portOf } from '../../shared/destination/destination'
import { codeOf } from '../system/errno'
import { basicOf, bytesOf } from './basic'

export type FailureKind =
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'tls'
  | 'proxy'
  | 'closed'
  | 'cancelled'

/** Why there is no connection; the message holds no secret. */
export class DialError extends Error {
  readonly kind: FailureKind
  /** `cause`: the socket's own error, by whose code callers decide whether to try again. */
  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause })
    this.kind = kind
  }
}

/** How the caller wants TLS to be checked. */
export interface TlsSettings {
  /** PEM. */
  readonly ca: string | null
  /** Go takes any certificate of `ca` for an anchor, the server's own too; OpenSSL, and so botocore, takes roots alone. */
  readonly anyAnchor: boolean
  /** Name to expect in the certificate instead of the host. */
  readonly serverName: string | null
  readonly insecure: boolean
  readonly cert: string | null
  readonly key: string | null
}

export interface Target {
  readonly to: Endpoint
  /** Null: none. An unusable one fails the dialling. */
  readonly proxy: Parsed | null
  readonly tls: TlsSettings
}

/** For AWS, and for all without settings of their own: as botocore and OpenSSL check, by these roots alone. */
export const byRoots = (ca: string): TlsSettings => ({
  ca,
  anyAnchor: false,
  serverName: null,
  insecure: false,
  cert: null,
  key: null,
})

/** A connected socket, encrypted if the URL is https. Throws DialError. */
export async function dial(
  { to, proxy, tls: settings }: Target,
  signal: AbortSignal,
): Promise<Socket | TLSSocket> {
  // A socket created with an aborted signal would still connect, and no caller would end it.
  if (signal.aborted) throw aborted(signal)
  if (proxy?.ok === false) throw new DialError('proxy', `the address of the proxy ${refusals[proxy.fault]}`)
  const plain =
    proxy === null
      ? await tcp(to.host, portOf(to), signal)
      : await throughProxy(proxy.value, to, settings, signal)
  if (signal.aborted) {
    plain.destroy()
    throw aborted(signal)
  }
  return to.scheme === 'https' ? tls(plain, to.host, settings, signal) : plain
}

function tcp(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port, noDelay: true, autoSelectFamily: true, signal })
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      // The socket's next user listens for errors itself; until then one must not end the process.
      socket.on('error', () => undefined)
      resolve(socket)
    })
    socket.on('error', (error) => reject(failure(error, signal)))
  })
}

async function throughProxy(
  proxy: Address,
  to: Endpoint,
  settings: TlsSettings,
  signal: AbortSignal,
): Promise<Socket> {
  const connects = proxy.scheme.startsWith('socks5') ? socksConnect : httpConnect
  let socket: Socket
  try {
    socket = await tcp(proxy.host, portOf(proxy), signal)
    // Go checks an https proxy with the cluster's own roots and tls-server-name, so a kubeconfig is written for that.
    if (proxy.scheme === 'https')
      socket = await tls(socket, proxy.host, { ...settings, cert: null, key: null }, signal)
  } catch (error) {
    if (error instanceof DialError && error.kind !== 'cancelled') throw new DialError('proxy', error.message)
    throw error
  }
  try {
    await connects(socket, proxy, to.host, portOf(to))
    return socket
  } catch (error) {
    socket.destroy()
    throw signal.aborted ? aborted(signal) : error
  }
}

/** TLS over a socket to a server of this name, or of the name in the settings. */
function tls(socket: Socket, host: string, settings: TlsSettings, signal: AbortSignal): Promise<TLSSocket> {
  const name = settings.serverName ?? host
  return new Promise((resolve, reject) => {
    let secured: TLSSocket
    const cancel = () => secured.destroy(aborted(signal))
    try {
      secured = connectTls({
        socket,
        // SNI takes no addresses; the certificate is checked against the name even so.
        ...(isIP(name) === 0 ? { servername: name } : { host: name }),
        rejectUnauthorized: !settings.insecure,
        checkServerIdentity: isFor,
        secureContext: contextOf(settings),
      })
    } catch (error) {
      socket.destroy()
      reject(new DialError('tls', `certificates cannot be used: ${messageOf(error)}`))
      return
    }
    signal.addEventListener('abort', cancel, { once: true })
    secured.once('secureConnect', () => {
      secured.removeAllListeners('error')
      secured.on('error', () => undefined)
      secured.once('close', () => signal.removeEventListener('abort', cancel))
      resolve(secured)
    })
    // Not once: the socket beneath and a cancel can each fail it, and a second error must not end the process.
    secured.on('error', (error) => {
      signal.removeEventListener('abort', cancel)
      socket.destroy()
      if (signal.aborted) reject(aborted(signal))
      else reject(lost.test(codeOf(error)) ? failure(error, signal) : new DialError('tls', messageOf(error)))
    })
    secured.once('close', () => {
      signal.removeEventListener('abort', cancel)
      reject(
        signal.aborted
          ? aborted(signal)
          : new DialError('tls', 'the connection was closed during the handshake'),
      )
    })
  })
}

/** Errors that any connection can have, whatever is sent over it: none is about a certificate. */
const lost = /^(?:ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN)$/

/** Go accepts no certificate that names its host only as common name; node would. */
const isFor: typeof checkServerIdentity = (host, certificate) =>
  certificate.subjectaltname
    ? checkServerIdentity(host, certificate)
    : new Error('the certificate has no subject alternative name')

const contexts = new Map<string, SecureContext>()

/** Reading the system's roots takes longer than a handshake, so contexts without a private key are kept. */
function contextOf({ ca, anyAnchor, cert, key }: TlsSettings): SecureContext {
  const fresh = () =>
    createSecureContext({
      minVersion: 'TLSv1.2',
      allowPartialTrustChain: anyAnchor,
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
    })
  if (ca === null || cert !== null || key !== null) return fresh()
  const id = `${anyAnchor} ${ca}`
  const known = contexts.get(id)
  if (known) return known
  const context = fresh()
  if (contexts.size >= 200) contexts.clear()
  contexts.set(id, context)
  return context
}

/** CONNECT, RFC 9110 9.3.6. Anything but 2xx is the proxy's refusal. */
async function httpConnect(socket: Socket, { login }: Address, host: string, port: number): Promise<void> {
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
  const signsIn = login === null ? '' : `Proxy-Authorization: ${basicOf(login)}\r\n`
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${signsIn}\r\n`)
  const head = await readUntil(socket, (bytes) => {
    const end = bytes.indexOf('\r\n\r\n')
    return end < 0 ? null : end + 4
  })
  const status = /^HTTP\/1\.[01] (\d{3})(?: ([^\r\n]*))?/.exec(head.toString('latin1'))
  if (!status) throw new DialError('proxy', 'the proxy does not speak HTTP')
  const [, code = '', reason = ''] = status
  if (!code.startsWith('2')) {
    const why =
      code === '407'
        ? 'the proxy wants a user and password, or rejects the given ones'
        : `the proxy answered ${code} ${reason.slice(0, 80)}`
    throw new DialError('proxy', why.trim())
  }
}

const socksReplies: readonly string[] = [
  '',
  'general failure',
  'not allowed by its rules',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'time to live expired',
  'command not supported',
  'address type not supported',
]

/** SOCKS5, RFC 1928 and 1929. The name goes to the proxy unresolved, as Go does for socks5 and socks5h alike. */
async function socksConnect(socket: Socket, { login }: Address, host: string, port: number): Promise<void> {
  const [user, password] = [bytesOf(login?.user ?? ''), bytesOf(login?.password ?? '')]
  if (user.length > 255 || password.length > 255 || Buffer.byteLength(host) > 255)
    throw new DialError('proxy', 'SOCKS5 allows no name, user or password longer than 255 bytes')
  socket.write(Buffer.from(login !== null ? [5, 2, 0, 2] : [5, 1, 0]))
  const [version, method] = await readUntil(socket, (bytes) => (bytes.length >= 2 ? 2 : null))
  if (version !== 5) throw new DialError('proxy', 'the proxy does not speak SOCKS5')
  if (method === 2 && login !== null) {
    socket.write(
      Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]),
    )
    const [, status] = await readUntil(socket, (bytes) => (bytes.length >= 2 ? 2 : null))
    if (status !== 0) throw new DialError('proxy', 'the proxy rejects this user and password')
  } else if (method !== 0) {
    throw new DialError('proxy', 'the proxy wants a user and password')
  }
  const to = Buffer.from([port >> 8, port & 255])
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), socksAddress(host), to]))
  const answer = await readUntil(socket, (bytes) => {
    if (bytes.length < 5) return null
    const kind = bytes[3]
    const size = kind === 1 ? 4 : kind === 4 ? 16 : 1 + (bytes[4] ?? 0)
    return bytes.length >= 6 + size ? 6 + size : null
  })
  const reply = answer[1] ?? 1
  if (reply !== 0)
    throw new DialError('proxy', `the proxy answered: ${socksReplies[reply] ?? `error ${reply}`}`)
}

function socksAddress(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from([1, ...host.split('.').map(Number)])
  // An IPv6 address goes as a name: every proxy takes its text form, and nothing has to be expanded here.
  const name = Buffer.from(host)
  return Buffer.concat([Buffer.from([3, name.length]), name])
}

/** Reads from a paused socket until `enough` says how many bytes belong to the answer; at most 16 KiB. */
function readUntil(socket: Socket, enough: (bytes: Buffer) => number | null): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0)
    const settle = (done: () => void) => {
      socket.off('data', take)
      socket.off('error', broke)
      socket.off('close', closed)
      socket.pause()
      done()
    }
    const broke = (error: Error) => settle(() => reject(new DialError('proxy', messageOf(error))))
    const closed = () => settle(() => reject(new DialError('proxy', 'the proxy closed the connection')))
    const take = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      const size = enough(bytes)
      if (size !== null) {
        const answer = bytes.subarray(0, size)
        const rest = bytes.subarray(size)
        settle(() => {
          if (rest.length > 0) socket.unshift(rest)
          resolve(answer)
        })
      } else if (bytes.length > 16_384) {
        settle(() => reject(new DialError('proxy', 'the proxy’s answer has no end')))
      }
    }
    socket.on('data', take)
    socket.once('error', broke)
    socket.once('close', closed)
    // The previous read paused it.
    socket.resume()
  })
}

/** What an abort means: the caller's cancel, or the time limit (an AbortSignal.timeout's TimeoutError). */
function aborted(signal: AbortSignal): DialError {
  const { reason } = signal
  const timeout = reason instanceof Error && reason.name === 'TimeoutError'
  return timeout
    ? new DialError('timeout', 'no answer in time', reason)
    : new DialError('cancelled', 'cancelled')
}

const kinds: readonly (readonly [codes: RegExp, kind: FailureKind])[] = [
  [/^(?:ENOTFOUND$|EAI_)/, 'dns'],
  [/^ECONNREFUSED$/, 'refused'],
  [/^ETIMEDOUT$/, 'timeout'],
  [/^(?:EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'unreachable'],
  [/^(?:ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/, 'tls'],
]

/** A socket's error as one of the failure kinds. */
export function failure(error: unknown, signal: AbortSignal): DialError {
  if (error instanceof DialError) return error
  if (signal.aborted) return aborted(signal)
  const code = codeOf(error)
  const kind = kinds.find(([codes]) => codes.test(code))?.[1] ?? 'closed'
  return new DialError(kind, messageOf(error), error)
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0])
  return error instanceof Error && error.message !== ''
    ? (error.message.split('\n')[0]?.slice(0, 200) ?? '')
    : 'failed'
}
