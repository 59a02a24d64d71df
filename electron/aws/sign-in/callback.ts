/**
 * Receives the answer of a sign-in from the browser of this machine: one port on loopback, for as long as one sign-in takes. Any
 * page of that browser may send requests here, so those without the state of this sign-in are refused and change nothing.
 */
import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { unlessAborted } from '../../system/on-abort'

/** What the browser delivered. */
export type CallbackAnswer =
  | { readonly kind: 'code'; readonly code: string }
  /** The service's error code for why there is none. */
  | { readonly kind: 'error'; readonly error: string }

export type Callback = Awaited<ReturnType<typeof openCallback>>

/** As the client is registered: of an address on this machine any port will do (RFC 8252, 7.3). */
export const registeredRedirect = 'http://127.0.0.1/oauth/callback'

/** Listens on 127.0.0.1 for the one answer with this state. Rejects where the system gives no port. */
export async function openCallback(state: string) {
  let done: (answer: CallbackAnswer) => void = () => undefined
  const answer = new Promise<CallbackAnswer>((resolve) => {
    done = resolve
  })
  let host = ''
  const server = createServer((request, response) => {
    const answer = answerIn(request, host, state)
    send(response, answer)
    if (answer !== null) done(answer)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  host = `127.0.0.1:${address.port}`
  return {
    /** With the port. */
    redirectUri: `http://${host}/oauth/callback`,
    /** Resolves with the answer; null when the signal fired first. */
    answer: (signal: AbortSignal) => unlessAborted(answer, signal),
    close() {
      server.close()
      // What a browser keeps open would keep the program alive; an answer under way is still sent.
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 500).unref()
    },
  }
}

function answerIn(
  { method, url, headers }: IncomingMessage,
  host: string,
  state: string,
): CallbackAnswer | null {
  // Another name that resolves to this port is another site's (DNS rebinding).
  if (method !== 'GET' || headers.host !== host) return null
  const asked = new URL(url ?? '/', `http://${host}`)
  if (asked.pathname !== '/oauth/callback' || !same(asked.searchParams.get('state') ?? '', state)) return null
  const error = asked.searchParams.get('error')
  if (error !== null) return { kind: 'error', error: /^[a-z_]{1,40}$/.test(error) ? error : 'unknown' }
  const code = asked.searchParams.get('code')
  return code === null || code === '' ? null : { kind: 'code', code }
}

function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function send(response: ServerResponse, answer: CallbackAnswer | null): void {
  const [status, title] =
    answer === null
      ? [404, 'There is nothing here']
      : answer.kind === 'code'
        ? [200, 'You have answered']
        : [200, 'The request was denied']
  const text = answer === null ? '' : '<p>You can close this page and go back to Ekscope.</p>'
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  })
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Ekscope</title><h1>${title}</h1>${text}</html>`,
  )
}
