/**
 * Connections that are opened before there is anything to send: while a command runs, the connection to the server that gets its
 * token is set up. Nothing is sent over one but what TLS and a proxy need. A request that finds a connection open to the same
 * host, through the same proxy and with the same checks, uses it; any other dials anew.
 */
import type { Socket } from 'node:net'
import { hostAndPort } from '../../shared/destination/destination'
import { once } from '../../shared/once'
import { unlessAborted } from '../system/on-abort'
import { type Ask, ask as askAnew, askOver } from './ask'
import { dial, type Target } from './dial'
import { withTimeLimit } from './time-limit'

export type EarlyConnections = ReturnType<typeof openAhead>

/** For one connection, ms. */
const connectMs = 10_000
/** Open at a time and not used: the oldest goes first. */
const most = 24

/** Connections of one run, which `signal` ends. */
export function openAhead(signal: AbortSignal) {
  const waiting = new Map<string, Promise<Socket | null>>()
  /** A number for each set of roots: all those of a system are too long for a key. */
  const roots = new Map<unknown, number>()

  /** All that decides where a connection goes and how its server is checked. */
  const keyOf = ({ to, proxy, tls: { ca, serverName, insecure, cert, key } }: Target): string => {
    const root = once(roots, ca, () => roots.size)
    return JSON.stringify([to.scheme, hostAndPort(to), proxy, root, serverName, insecure, cert, key])
  }

  const drop = (key: string) => {
    const socket = waiting.get(key)
    waiting.delete(key)
    void socket?.then((one) => one?.destroy())
  }

  /** The connection for this target if it can be used; null: there is none. */
  async function taken(target: Target, cancel: AbortSignal): Promise<Socket | null> {
    const key = keyOf(target)
    const opening = waiting.get(key)
    if (opening === undefined) return null
    waiting.delete(key)
    const socket = await unlessAborted(opening, cancel)
    if (socket !== null && !socket.destroyed && socket.readable && socket.writable) return socket
    void opening.then((one) => one?.destroy())
    return null
  }

  /** Asks over the connection that was opened for this target, else over a new one. */
  const ask: Ask = async (question, cancel) => {
    const socket = await taken(question.target, cancel)
    if (socket !== null) {
      const answer = await askOver(() => Promise.resolve(socket))(question, cancel)
      // A server may close an idle connection. Callers here only ask for an identity, so asking again is safe.
      if (answer.kind === 'answer' || answer.why !== 'closed') return answer
    }
    return askAnew(question, cancel)
  }

  return {
    ask,
    /** Opens a connection for one request to come. A failure is the request's to find. */
    open(target: Target): void {
      const key = keyOf(target)
      if (signal.aborted || waiting.has(key)) return
      const limit = withTimeLimit(signal, connectMs)
      const opening = dial(target, limit.signal).catch(() => null)
      waiting.set(key, opening)
      void opening.finally(limit.done)
      const [oldest] = waiting.keys()
      if (waiting.size > most && oldest !== undefined) drop(oldest)
    },
    /** Closes the connections that no request used. */
    close(): void {
      for (const key of [...waiting.keys()]) drop(key)
    },
  }
}
