/**
 * Where the real kubectl goes for an address: each is asked through a proxy on loopback that takes every name, and answers there as
 * the server. The user that kubectl gives to the proxy says which address it was.
 */
import { writeFile } from 'node:fs/promises'
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import type { KeyAndCertificate } from '../demo/simulator/certificates'
import { runProgram } from './real-programs'

/** What a request for an address said; null: kubectl sent none. */
export interface Went {
  /** `https://EXAMPLE.com:443`, as the proxy was asked, the port always there and as a number. */
  readonly to: string
  /** What stands before the path that every address is asked for. */
  readonly path: string
  readonly authorization: string | null
  /** What the server was told that it is called; null: nothing. */
  readonly serverName: string | null
}

export interface AddressJudge {
  /** `user`: the user entry; a token if not given. `cluster`: further keys of the cluster entry. */
  ask(
    kubectl: string,
    server: string,
    more?: { readonly user?: object; readonly cluster?: object; readonly args?: readonly string[] },
  ): Promise<Went | null>
  close(): Promise<void>
}

const asked = '/version?timeout=32s'

/** `folder`: for kubeconfigs, and kubectl's home. */
export async function startAddressJudge(
  folder: string,
  certificate: KeyAndCertificate,
): Promise<AddressJudge> {
  const went = new Map<string, Went>()
  const tunnels = new WeakMap<Socket, { readonly id: string; readonly to: string }>()
  const open = new Set<Socket>()
  const idOf = ({ headers }: IncomingMessage): string => {
    const login = /^Basic (.*)$/.exec(headers['proxy-authorization'] ?? '')?.[1] ?? ''
    return Buffer.from(login, 'base64').toString('latin1').split(':')[0] ?? ''
  }
  const answer = (message: IncomingMessage, response: ServerResponse, id: string, to: string) => {
    const url = message.url ?? ''
    const path = url.startsWith('/') ? url : url.slice(to.length)
    const serverName = message.socket instanceof TLSSocket ? message.socket.servername : null
    const [, host = '', digits] = /^(.*?)(?::(\d*))?$/.exec(to) ?? []
    went.set(id, {
      to: `${host}:${Number(digits || 80)}`,
      path: path.endsWith(asked) ? path.slice(0, -asked.length) : `?${path}`,
      authorization: message.headers.authorization ?? null,
      serverName: serverName === false ? null : serverName,
    })
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"major":"1","minor":"30"}')
  }
  const inside = createHttps((message, response) => {
    const tunnel = tunnels.get(message.socket)
    if (tunnel !== undefined) answer(message, response, tunnel.id, tunnel.to)
  })
  const proxy = createHttp((message, response) =>
    answer(message, response, idOf(message), /^http:\/\/[^/]*/.exec(message.url ?? '')?.[0] ?? ''),
  )
  proxy.on('connection', (socket: Socket) => open.add(socket.once('close', () => open.delete(socket))))
  proxy.on('connect', (message: IncomingMessage, socket: Socket) => {
    socket.on('error', () => socket.destroy())
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    const { keyPem: key, certificatePem: cert } = certificate
    const secured = new TLSSocket(socket, { isServer: true, key, cert, ALPNProtocols: ['http/1.1'] })
    secured.on('error', () => socket.destroy())
    tunnels.set(secured, { id: idOf(message), to: `https://${message.url}` })
    inside.emit('secureConnection', secured)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const at = proxy.address()
  if (at === null || typeof at === 'string') throw new Error('no port')
  const { port }: AddressInfo = at
  let count = 0

  return {
    async ask(kubectl, server, { user = { token: 'TOKEN' }, cluster = {}, args = [] } = {}) {
      const id = `a${count++}`
      const file = join(folder, `${id}.json`)
      const entry = {
        server,
        'insecure-skip-tls-verify': true,
        'proxy-url': `http://${id}:x@127.0.0.1:${port}`,
        ...cluster,
      }
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'c',
        clusters: [{ name: 'c', cluster: entry }],
        contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
        users: [{ name: 'u', user }],
      }
      await writeFile(file, JSON.stringify(config))
      await runProgram(kubectl, ['--kubeconfig', file, 'version', '-o', 'json', ...args], {
        HOME: folder,
        PATH: '/usr/bin:/bin',
      })
      return went.get(id) ?? null
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        proxy.close(() => resolve())
      }),
  }
}
