/** Small real servers on loopback for tests: TLS, CONNECT proxies, SOCKS5, and ones that misbehave. */
import { createServer as createHttp, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createHttps, type Server as HttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net'
import type { KeyAndCertificate } from '../demo/simulator/certificates'

export interface Running {
  readonly port: number
  /** Connections that were made, and that are open now. */
  connections(): { readonly made: number; readonly open: number }
  close(): Promise<void>
}

async function listen(server: Server | HttpsServer): Promise<Running> {
  const open = new Set<Socket>()
  let made = 0
  server.on('connection', (socket: Socket) => {
    made += 1
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const { port }: AddressInfo = address
  return {
    port,
    connections: () => ({ made, open: open.size }),
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** An https server with this certificate. */
export function startTls(
  certificate: KeyAndCertificate,
  handle: RequestListener,
  requestCert = false,
): Promise<Running> {
  const { keyPem, certificatePem } = certificate
  return listen(
    createHttps({ key: keyPem, cert: certificatePem, requestCert, rejectUnauthorized: false }, handle),
  )
}

/** A plain http server. */
export const startPlain = (handle: RequestListener): Promise<Running> => listen(createHttp(handle))

/** A TCP server that handles each connection as `handle` says. */
export const startTcp = (handle: (socket: Socket) => void): Promise<Running> => listen(createTcp(handle))

export interface ProxyOptions {
  /** `user:password` that it demands. */
  readonly login?: string
  /** Answers this status to every CONNECT. */
  readonly refuse?: string
  /** Speaks TLS itself. */
  readonly tls?: KeyAndCertificate
  /** Where every name leads; the asked host by itself if not given. */
  readonly lead?: number
}

export interface RunningProxy extends Running {
  /** `host:port` of each tunnel asked for. */
  readonly asked: string[]
}

/** A CONNECT proxy. */
export async function startProxy(options: ProxyOptions = {}): Promise<RunningProxy> {
  const asked: string[] = []
  const { login, refuse, tls, lead } = options
  const server = tls ? createHttps({ key: tls.keyPem, cert: tls.certificatePem }) : createHttp()
  server.on('connect', (message: IncomingMessage, client: Socket) => {
    asked.push(message.url ?? '')
    client.on('error', () => client.destroy())
    const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`
    if (message.headers['proxy-authorization'] !== wanted) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n')
      return
    }
    if (refuse) {
      client.end(`HTTP/1.1 ${refuse}\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    tunnel(client, message.url ?? '', lead, () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
  })
  return { ...(await listen(server)), asked }
}

function tunnel(client: Socket, to: string, lead: number | undefined, ready: () => void): void {
  const [host = '', port = ''] = to.split(/:(?=\d+$)/)
  const upstream = connect(lead ?? Number(port), lead === undefined ? host : '127.0.0.1', () => {
    ready()
    upstream.pipe(client)
    client.pipe(upstream)
  })
  upstream.on('error', () => client.destroy())
  upstream.on('close', () => client.destroy())
  client.on('close', () => upstream.destroy())
}

/** A SOCKS5 server; `login` makes it demand that user and password, `reply` answers every request with that error. */
export async function startSocks(
  options: { login?: string; reply?: number; lead?: number } = {},
): Promise<RunningProxy> {
  const asked: string[] = []
  const running = await startTcp((client) => {
    let state: 'hello' | 'login' | 'request' | 'open' = 'hello'
    let bytes = Buffer.alloc(0)
    client.on('data', (chunk: Buffer) => {
      if (state === 'open') return
      bytes = Buffer.concat([bytes, chunk])
      if (state === 'hello' && bytes.length >= 2 + (bytes[1] ?? 0)) {
        const methods = [...bytes.subarray(2, 2 + (bytes[1] ?? 0))]
        bytes = bytes.subarray(2 + methods.length)
        const method = options.login === undefined ? 0 : 2
        client.write(Buffer.from([5, methods.includes(method) ? method : 255]))
        state = method === 2 ? 'login' : 'request'
      }
      if (state === 'login' && bytes.length > 2) {
        const user = bytes[1] ?? 0
        const password = bytes[2 + user] ?? 0
        const end = 3 + user + password
        if (bytes.length < end) return
        const given = `${bytes.subarray(2, 2 + user)}:${bytes.subarray(3 + user, end)}`
        bytes = bytes.subarray(end)
        client.write(Buffer.from([1, given === options.login ? 0 : 1]))
        if (given !== options.login) client.end()
        state = 'request'
      }
      if (state === 'request' && bytes.length > 4) {
        const kind = bytes[3]
        const length = kind === 3 ? (bytes[4] ?? 0) + 1 : kind === 4 ? 16 : 4
        if (bytes.length < 6 + length) return
        const host =
          kind === 3 ? bytes.subarray(5, 4 + length).toString() : [...bytes.subarray(4, 8)].join('.')
        const to = `${host}:${bytes.readUInt16BE(4 + length)}`
        asked.push(to)
        const answer = (reply: number) => client.write(Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]))
        if (options.reply !== undefined) {
          answer(options.reply)
          client.end()
          return
        }
        state = 'open'
        tunnel(client, to, options.lead, () => answer(0))
      }
    })
  })
  return { ...running, asked }
}
