/** Whether the endpoint of a cluster answers at all, from here. Nothing that signs in is sent. */
import type { Endpoint } from '../../shared/destination/address'
import type { EndpointReach } from '../../shared/identity/known-clusters'
import type { Variables } from '../system/environment'
import { ask } from './ask'
import { byRoots } from './dial'
import { goProxyFor } from './proxies'
import { systemRoots } from './roots'

/** Time limit for its answer, ms. */
const reachMs = 5_000

/** Asks for its version without a token; any answer of a server with that authority counts. `authority`: as from AWS, base64. */
export async function askVersion(
  endpoint: Endpoint,
  authority: string | null,
  variables: Variables,
  signal: AbortSignal,
): Promise<EndpointReach> {
  const ca = authority === null ? systemRoots(variables) : Buffer.from(authority, 'base64').toString('utf8')
  const answer = await ask(
    {
      target: {
        to: endpoint,
        proxy: goProxyFor(endpoint, variables),
        tls: { ...byRoots(ca), anyAnchor: true },
      },
      method: 'GET',
      path: '/version',
      headers: { Accept: 'application/json' },
      body: null,
      timeoutMs: reachMs,
      maxBytes: 64 * 1024,
    },
    signal,
  )
  return answer.kind === 'answer'
    ? { answers: true, ms: answer.ms, why: null }
    : { answers: false, ms: answer.ms, why: answer.why }
}
