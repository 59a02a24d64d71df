/** Proxies on loopback for tests: HTTP CONNECT (plain or over TLS) and SOCKS5. They count what went through. */
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, createServer as createTcpServer, type Server, type Socket } from 'node:net'

export interface TestProxy {
  readonly url: string
  readonly port: number
  /** `host:port` of every tunnel that was asked for. */
  readonly targets: readonly string[]
  close(): Promise<void>
}

export interface ProxySettings {
  /** Asked for in Proxy-Authorization (HTTP) or user/password (SOCKS5). */
  readonly user?: string
  readonly password?: string
  /** Host names that the proxy resolves itself; all others must be loopback. */
  readonly hosts?: Readonly<Record<string, string>>
  /** Answer every CONNECT with this status instead of a tunnel. */
  readonly refuse?: number
  /** Speak TLS to the client. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

function listen(server: Server, open: Set<Socket>, scheme: string, targets: string[]): Promise<TestProxy> {
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') return reject(new Error('no port'))
      resolve({
        url: `${scheme}://127.0.0.1:${address.port}`,
        port: address.port,
        targets,
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            for (const socket of open) socket.destroy()
          }),
      })
    })
  })
}

/** Where a target really is; null for anything that is not on this machine. */
function resolveTarget(host: string, hosts: Readonly<Record<string, string>>): string | null {
  const address = hosts[host] ?? host
  return ['127.0.0.1', 'localhost', '::1'].includes(address) ? address : null
}

function tunnel(client: Socket, host: string, port: number, open: Set<Socket>, ready: () => void): void {
  const upstream = connect(port, host, () => {
    ready()
    upstream.pipe(client)
    client.pipe(upstream)
  })
  open.add(upstream)
  upstream.on('error', () => client.destroy())
  client.on('error', () => upstream.destroy())
  client.on('close', () => upstream.destroy())
  upstream.on('close', () => {
    open.delete(upstream)
    client.destroy()
  })
}

/** An HTTP proxy that knows CONNECT only. */
export function startHttpProxy(settings: ProxySettings = {}): Promise<TestProxy> {
  const targets: string[] = []
  const open = new Set<Socket>()
  const server = settings.tls ? createHttpsServer(settings.tls) : createHttpServer()
  server.on('request', (_message, response) => {
    response.writeHead(405).end()
  })
  server.on('connect', (message: IncomingMessage, client: Socket) => {
    const target = message.url ?? ''
    targets.push(target)
    const [, name = '', port = ''] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(target) ?? []
    const wanted = `Basic ${Buffer.from(`${settings.user}:${settings.password ?? ''}`).toString('base64')}`
    const answer = (status: string) => client.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`)
    client.on('error', () => client.destroy())
    if (settings.refuse !== undefined) return answer(`${settings.refuse} Refused`)
    if (settings.user !== undefined && message.headers['proxy-authorization'] !== wanted) {
      return answer('407 Proxy Authentication Required')
    }
    const host = resolveTarget(name, settings.hosts ?? {})
    if (host === null) return answer('502 Bad Gateway')
    tunnel(client, host, Number(port), open, () =>
      client.write('HTTP/1.1 200 Connection established\r\n\r\n'),
    )
  })
  return listen(server, open, settings.tls ? 'https' : 'http', targets)
}

/** A SOCKS5 proxy (RFC 1928, 1929): CONNECT to IPv4 addresses and host names. */
export function startSocksProxy(settings: ProxySettings = {}): Promise<TestProxy> {
  const targets: string[] = []
  const open = new Set<Socket>()
  const server = createTcpServer((client) => {
    let step: 'greeting' | 'password' | 'request' = 'greeting'
    let received = Buffer.alloc(0)
    const read = (part: Buffer) => {
      received = Buffer.concat([received, part])
      if (step === 'greeting') {
        const count = received[1] ?? 0
        if (received.length < 2 + count) return
        received = received.subarray(2 + count)
        step = settings.user === undefined ? 'request' : 'password'
        client.write(Buffer.from([5, step === 'password' ? 2 : 0]))
      }
      if (step === 'password') {
        const userLength = received[1] ?? 0
        const passwordLength = received[2 + userLength] ?? 0
        if (received.length < 3 + userLength + passwordLength) return
        const user = received.subarray(2, 2 + userLength).toString()
        const password = received.subarray(3 + userLength, 3 + userLength + passwordLength).toString()
        received = received.subarray(3 + userLength + passwordLength)
        const right = user === settings.user && password === (settings.password ?? '')
        client.write(Buffer.from([1, right ? 0 : 1]))
        if (!right) return client.end()
        step = 'request'
      }
      const type = received[3]
      const nameLength = type === 3 ? (received[4] ?? 0) : 4
      const start = type === 3 ? 5 : 4
      if (received.length < start + nameLength + 2) return
      const name =
        type === 3
          ? received.subarray(start, start + nameLength).toString()
          : [...received.subarray(start, start + 4)].join('.')
      const port = received.readUInt16BE(start + nameLength)
      targets.push(`${name}:${port}`)
      client.removeListener('data', read)
      const reply = (code: number) => client.write(Buffer.from([5, code, 0, 1, 127, 0, 0, 1, 0, 0]))
      const host = resolveTarget(name, settings.hosts ?? {})
      if (host === null || settings.refuse !== undefined) {
        reply(4)
        client.end()
        return
      }
      tunnel(client, host, port, open, () => reply(0))
    }
    client.on('data', read)
  })
  return listen(server, open, 'socks5', targets)
}
