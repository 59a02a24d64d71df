/** One HTTP request, one bounded answer: no redirect is followed; the body has a size limit, the whole a time limit. */

import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import type { Endpoint } from '../../shared/destination/address'
import { hostAndPort } from '../../shared/destination/destination'
import { monotonicMs } from '../system/monotonic'
import { DialError, dial, type FailureKind, failure, type Target } from './dial'
import { withTimeLimit } from './time-limit'

export interface HttpRequest {
  readonly target: Target
  readonly method: 'GET' | 'POST'
  /** Path and query; the target's own path is not used. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | null
  /** Milliseconds for everything from the first packet to the last byte. */
  readonly timeoutMs: number
  /** Bytes of body. */
  readonly maxBytes: number
}

type Exchanged =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: IncomingHttpHeaders
      readonly body: string
    }
  | { readonly kind: 'failed'; readonly why: FailureKind | 'too-large'; readonly message: string }

export type Answer = Exchanged & { readonly ms: number }

/** How requests are sent. */
export type Ask = (question: HttpRequest, signal: AbortSignal) => Promise<Answer>

/** Asks once, over a connection of `connect`'s. Never throws: every failure is a value whose message holds no secret. */
export const askOver =
  (connect: typeof dial): Ask =>
  async (question, signal) => {
    const started = monotonicMs()
    const ms = () => Math.round(monotonicMs() - started)
    const limit = withTimeLimit(signal, question.timeoutMs)
    try {
      const socket = await connect(question.target, limit.signal)
      try {
        const answer = await exchange(question, socket, limit.signal)
        return { ...answer, ms: ms() }
      } finally {
        socket.destroy()
      }
    } catch (error) {
      const { kind, message } = failure(error, limit.signal)
      return { kind: 'failed', why: kind, message, ms: ms() }
    } finally {
      limit.done()
    }
  }

/** Asks once, over a new connection. */
export const ask: Ask = askOver(dial)

function exchange(question: HttpRequest, socket: Socket, signal: AbortSignal): Promise<Exchanged> {
  const { to } = question.target
  return new Promise((resolve, reject) => {
    let answered = false
    const outgoing = request({
      createConnection: () => socket,
      host: to.host,
      method: question.method,
      path: question.path,
      headers: {
        Host: hostHeader(to),
        'User-Agent': 'ekscope',
        Connection: 'close',
        ...(question.body === null ? {} : { 'Content-Length': String(Buffer.byteLength(question.body)) }),
        ...Object.fromEntries(Object.entries(question.headers).map(([name, value]) => [name, header(value)])),
      },
      signal,
    })
    // Not once: an error without a listener would end the process.
    outgoing.on('error', reject)
    // No upgrade was requested, so this is no answer; without a listener the request would neither fail nor end.
    outgoing.once('upgrade', (_, upgraded) => {
      upgraded.destroy()
      reject(new DialError('closed', 'the server wants to speak another protocol'))
    })
    outgoing.once('close', () => {
      if (!answered) reject(new DialError('closed', 'the connection was closed without an answer'))
    })
    outgoing.once('response', (incoming) => {
      answered = true
      readBody(incoming, question.maxBytes).then(resolve, reject)
    })
    outgoing.end(question.body ?? undefined)
  })
}

/** As it is signed: without the port that its scheme has. */
const hostHeader = (to: Endpoint): string =>
  hostAndPort(to)
    .replace(/%[^\]]*/, '')
    .replace(to.scheme === 'https' ? /:443$/ : /:80$/, '')

const header = (value: string | readonly string[]): string | string[] =>
  typeof value === 'string' ? value : [...value]

function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) {
        resolve({ kind: 'failed', why: 'too-large', message: `the answer is larger than ${maxBytes} bytes` })
        incoming.destroy()
        return
      }
      chunks.push(chunk)
    })
    incoming.once('end', () =>
      resolve({
        kind: 'answer',
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      }),
    )
    incoming.on('error', reject)
    incoming.once('close', () =>
      reject(new DialError('closed', 'the connection was closed in the middle of the answer')),
    )
  })
}
