/** The little of HTTP that the simulator's servers share: bounded bodies in, plain answers out. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'
import type { ReceivedRequest } from './sigv4'
import type { ServiceName } from './world'

/** Bytes; the largest real request is a SelfSubjectReview of a few hundred. */
const largestBody = 1_000_000

/** An answer as a value; a server writes it. */
export interface Answer {
  readonly status: number
  readonly type: 'application/json' | 'application/x-amz-json-1.1' | 'text/xml' | 'text/html' | 'text/plain'
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What was asked, without anything secret in it. */
export interface RecordedRequest {
  readonly at: number
  readonly service: ServiceName
  /** `AssumeRole`, `DescribeCluster`, …; of a cluster `POST /apis/…`. */
  readonly operation: string
  /** HTTP status of the answer; 0 when a fault prevented one. */
  readonly status: number
  /** Whose key signed, when the signature was right. */
  readonly callerArn: string | null
  readonly accessKeyId: string | null
  /** Only of requests to a cluster. */
  readonly cluster: string | null
  readonly username: string | null
  /** Why a cluster recognised no user, or which fault it was. */
  readonly detail: string | null
}

/** A request with its body read and its headers joined. Rejects when the body is too large or is cut off. */
export async function receive(message: IncomingMessage): Promise<ReceivedRequest> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of message) {
    const bytes = Buffer.from(part)
    size += bytes.length
    if (size > largestBody) throw new Error('request body too large')
    parts.push(bytes)
  }
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value
  }
  return {
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    headers,
    // Protobuf is bytes, unchanged one to one; everything else here is text.
    body: Buffer.concat(parts).toString(headers['content-type']?.includes('protobuf') ? 'latin1' : 'utf8'),
  }
}

/** Writes an answer, with a request id as AWS gives one. */
export function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed || response.headersSent) return
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': Buffer.byteLength(answer.body),
    'x-amzn-requestid': randomUUID(),
    ...answer.headers,
  })
  response.end(answer.body)
}

/** A server that listens on this machine alone, at a free port. */
export async function listening(
  server: Server,
): Promise<{ readonly port: number; readonly keep: (socket: Socket) => void; close(): Promise<void> }> {
  const open = new Set<Socket>()
  /** Ended with the server. */
  const keep = (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  }
  server.on('connection', keep)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of open) socket.destroy()
    })
  return { port: address.port, keep, close }
}

export const json = (status: number, value: unknown, headers?: Readonly<Record<string, string>>): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(value),
  ...(headers ? { headers } : {}),
})

/** Text made safe for XML and HTML content. */
export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** One JSON object out of a body; null when it is not one. */
export function parseObject(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

/** One page of a list and the token of the next, which is opaque; null where size or token are invalid. */
export function pageOf<T>(
  items: readonly T[],
  size: unknown,
  most: number,
  token: unknown,
): { readonly items: readonly T[]; readonly next: string | null } | null {
  const from = token === undefined ? 0 : Number(Buffer.from(String(token), 'base64url').toString('utf8'))
  const to = from + Number(size)
  if (!Number.isInteger(to) || !Number.isInteger(from) || from < 0 || from > items.length) return null
  if (to <= from || to > from + most) return null
  return {
    items: items.slice(from, to),
    next: to < items.length ? Buffer.from(String(to), 'utf8').toString('base64url') : null,
  }
}
