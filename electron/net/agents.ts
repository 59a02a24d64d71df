/**
 * Node's agents for http and https over the connections that dial.ts opens: kept alive per host and port, through the
 * same proxies and with the same checks of certificates as every other request of Ekscope.
 */
import { type ClientRequestArgs, Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Endpoint, Parsed } from '../../shared/destination/address'
import { byRoots, dial, failure } from './dial'
import { withTimeLimit } from './time-limit'

export interface AgentSettings {
  /** PEM of the certificate authorities that servers are checked by. */
  readonly ca: string
  readonly proxyFor: (target: Endpoint) => Parsed | null
  /** Milliseconds for one connection, proxy and TLS included. */
  readonly connectMs: number
  /** Connections at once to one host and port. */
  readonly mostSockets: number
}

export type Agents = ReturnType<typeof dialledAgents>

type Connected = (error: Error | null, socket: Duplex) => void

/** Agents that share their proxy and TLS settings. A request without a connection fails with the DialError that says why. */
export function dialledAgents({ ca, proxyFor, connectMs, mostSockets }: AgentSettings) {
  const end = new AbortController()
  const dialling = (scheme: 'http' | 'https') => ({
    createConnection({ host, port }: ClientRequestArgs, connected: Connected = () => undefined) {
      const to = {
        scheme,
        host: (host ?? 'localhost').replace(/^\[|\]$/g, ''),
        port: port === undefined || port === null ? null : Number(port),
      }
      const limit = withTimeLimit(end.signal, connectMs)
      dial({ to, proxy: proxyFor(to), tls: byRoots(ca) }, limit.signal)
        .then(
          (socket) => connected(null, socket),
          // Node ignores the socket when there is an error.
          (error: unknown) => connected(failure(error, limit.signal), new Socket()),
        )
        .finally(limit.done)
      return undefined
    },
  })
  const settings = { keepAlive: true, maxSockets: mostSockets }
  const httpAgent = Object.assign(new HttpAgent(settings), dialling('http'))
  const httpsAgent = Object.assign(new HttpsAgent(settings), dialling('https'))
  return {
    httpAgent,
    httpsAgent,
    /** Ends every connection, also those that are only being opened. */
    destroy() {
      end.abort()
      httpAgent.destroy()
      httpsAgent.destroy()
    },
  }
}
