/**
 * What an EKS cluster does with a bearer token before it knows whose it is: aws-iam-authenticator's checks, then the
 * token's request replayed at STS. Source: docs/identity.md; pkg/token of aws-iam-authenticator.
 */

import { decodeToken } from '../../whoami/token'
import type { Caller } from './signing-keys'
import type { ReceivedRequest } from './sigv4'

export interface TokenRules {
  readonly partition: string
  /** The name, or for Outposts the id, that tokens for this cluster are signed with. */
  readonly clusterId: string
  /** `127.0.0.1:PORT` of the simulator's own STS: the only host that may be plain http. */
  readonly ownStsHost: string
  readonly now: number
}

export type TokenCheck =
  | { readonly ok: true; readonly request: ReceivedRequest }
  /** Why the token is refused. Clients only see a 401. */
  | { readonly ok: false; readonly reason: string }

/** Checks a token as a check of Ekscope does, which refuses what a cluster refuses, and makes the request for STS. */
export function checkToken(text: string, { partition, clusterId, ownStsHost, now }: TokenRules): TokenCheck {
  const options = { cluster: clusterId, allowedEndpoint: `http://${ownStsHost}`, expirationTimestamp: null }
  const decoded = decodeToken(text, { ...options, now })
  if (decoded.kind === 'foreign') return { ok: false, reason: 'it lacks the prefix of AWS’s tokens' }
  if (decoded.kind === 'bad') return { ok: false, reason: decoded.problem.message }
  const { to, query, partition: signedFor } = decoded.token
  if (signedFor !== null && signedFor !== partition)
    return { ok: false, reason: `unexpected hostname ${to.host} of partition ${signedFor}` }
  const host = to.port === null ? to.host : `${to.host}:${to.port}`
  const target = `/?${new URLSearchParams(Object.fromEntries(query))}`
  const headers = { host, 'x-k8s-aws-id': clusterId, accept: 'application/json' }
  return { ok: true, request: { method: 'GET', target, headers, body: '' } }
}

/** Asks STS who a checked token is. */
export type AskSts = (
  request: ReceivedRequest,
) => { readonly caller: Caller } | { readonly error: { readonly code: string } }
