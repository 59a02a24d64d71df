/** Things that go wrong on purpose: which fault a request meets, and what the caller then gets. */
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertNever } from '../../shared/result'
import { eksError } from '../demo/simulator/eks'
import { type Answer, json, send } from '../demo/simulator/http'
import { status } from '../demo/simulator/kubernetes'
import type { Occasion } from '../demo/simulator/simulator'
import { oidcError } from '../demo/simulator/sso-oidc'
import type { ServiceName } from '../demo/simulator/world'

/** Something that goes wrong on purpose. The first that fits a request is used, and used up when it has `times`. */
export interface Fault {
  readonly service?: ServiceName
  /** `AssumeRole`, `ListClusters`, … or for kubernetes the path's beginning. */
  readonly operation?: string
  /** A cluster's ARN or a part of the request that must occur: role ARN, cluster name, region. */
  readonly about?: string
  readonly kind:
    | 'throttle'
    | 'deny'
    /** Keys that were good until now, as EKS says it. */
    | 'expired'
    | 'delay'
    | 'hang'
    | 'cut'
    | 'status'
    | 'redirect'
    | 'garbage'
    | 'endless'
    | 'oauth'
  /** Milliseconds, for `delay`. */
  readonly ms?: number
  /** HTTP status, for `status`; 503 by default. */
  readonly status?: number
  /** What the OIDC service answers in place of a token, for `oauth`: `slow_down`, `expired_token`, … */
  readonly error?: string
  /** Where a `redirect` leads. */
  readonly location?: string
  /** How many requests it applies to; all by default. */
  readonly times?: number
}

/** The list of faults, newest first. */
export function createFaults() {
  let list: { readonly fault: Fault; left: number }[] = []
  return {
    /** Adds a fault before the others; call the returned function to remove it. */
    add(fault: Fault): () => void {
      const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY }
      list = [entry, ...list]
      return () => {
        list = list.filter((each) => each !== entry)
      }
    },
    /** The fault that this request meets, used up by one; null when there is none. */
    take({ service, operation, about }: Occasion): Fault | null {
      const found = list.find(
        ({ fault, left }) =>
          left > 0 &&
          (fault.service === undefined || fault.service === service) &&
          (fault.operation === undefined ||
            (service === 'kubernetes'
              ? operation.startsWith(fault.operation)
              : operation === fault.operation)) &&
          (fault.about === undefined || about.includes(fault.about)),
      )
      if (!found) return null
      found.left -= 1
      return found.fault
    },
    clear(): void {
      list = []
    },
  }
}

const xmlError = (code: number, type: string, message: string): Answer => ({
  status: code,
  type: 'text/xml',
  body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${type}</Code><Message>${message}</Message></Error><RequestId>0</RequestId></ErrorResponse>`,
})

/** A refusal as each service says it: those that are asked by queries, clusters, and the others. */
const refusals = {
  throttle: {
    query: xmlError(400, 'Throttling', 'Rate exceeded'),
    cluster: {
      ...status(429, 'TooManyRequests', 'the server has received too many requests'),
      headers: { 'retry-after': '1' },
    },
    other: eksError(429, 'TooManyRequestsException', 'Too Many Requests'),
  },
  deny: {
    query: xmlError(403, 'AccessDenied', 'Access denied'),
    cluster: status(401, 'Unauthorized', 'Unauthorized'),
    other: eksError(403, 'AccessDeniedException', 'Access denied'),
  },
} as const

function refusal(kind: keyof typeof refusals, service: ServiceName): Answer {
  const { query, cluster, other } = refusals[kind]
  if (service === 'kubernetes') return cluster
  return service === 'sts' || service === 'iam' ? query : other
}

/** Applies a fault to a request. True: it has been answered (or never will be); false: it goes on as usual. */
export async function applyFault(
  fault: Fault,
  service: ServiceName,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault.kind) {
    case 'delay':
      await sleep(fault.ms ?? 1000)
      return false
    case 'throttle':
    case 'deny':
      send(response, refusal(fault.kind, service))
      return true
    case 'expired':
      send(
        response,
        eksError(403, 'ExpiredTokenException', 'The security token included in the request is expired'),
      )
      return true
    case 'hang':
      return true
    case 'cut':
      response.destroy()
      return true
    case 'status':
      send(response, json(fault.status ?? 503, { message: 'Service Unavailable' }))
      return true
    case 'redirect':
      send(response, {
        status: 302,
        type: 'text/plain',
        body: '',
        headers: { location: fault.location ?? 'https://example.invalid/' },
      })
      return true
    case 'oauth':
      send(response, oidcError(fault.error ?? 'slow_down'))
      return true
    case 'garbage':
      send(response, { status: 200, type: 'application/json', body: '{"kind": [1, 2, \u0000' })
      return true
    case 'endless': {
      response.writeHead(200, { 'content-type': 'application/json' })
      const chunk = `{"padding":"${'x'.repeat(65_000)}",`
      while (!response.destroyed) {
        if (!response.write(chunk)) {
          await new Promise<void>((resolve) => {
            response.once('drain', resolve)
            response.once('close', resolve)
          })
        }
      }
      return true
    }
    default:
      return assertNever(fault.kind, 'fault')
  }
}
