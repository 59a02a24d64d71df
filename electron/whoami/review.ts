/**
 * Asks a cluster which user it sees: SelfSubjectReview, as `kubectl auth whoami` does, with the context's own authority,
 * server name and proxy. Stricter than kubectl in one thing: no token goes out unencrypted.
 */

import * as v from 'valibot'
import type { Address } from '../../shared/destination/address'
import { destinationOf, hostAndPort } from '../../shared/destination/destination'
import { type Problem, type ProblemCode, problem, type Seen } from '../../shared/identity/identity'
import type { Action } from '../../shared/identity/may-do'
import type { Impersonation } from '../../shared/kubeconfig/entries'
import { option } from '../../shared/shell/offered-command'
import { quoted } from '../../shared/visible'
import type { RawCluster } from '../kubeconfig/read/raw-entries'
import type { Answer, Ask, HttpRequest } from '../net/ask'
import { basicOf } from '../net/basic'
import type { Target } from '../net/dial'
import { goProxyFor } from '../net/proxies'
import { offered } from '../system/offer'
import { pause } from '../system/pause'
import { redact } from '../system/redact-output'
import { clusterJson } from './cluster-json'
import type { ClientCertificate } from './cluster-tls'

/** What is sent to the cluster; at least one of them. */
export interface ClusterCredentials {
  /** `Bearer …` or `Basic …`. */
  readonly authorization: string | null
  readonly certificate: ClientCertificate | null
}

export interface ReviewRequest {
  readonly cluster: RawCluster
  /** The name of the context that is checked: a next step may name it. */
  readonly context: string
  /** PEM: the entry's own authority, else the system's roots. */
  readonly ca: string
  readonly ownCa: boolean
  readonly credentials: ClusterCredentials
  readonly impersonation: Impersonation | null
  readonly variables: Readonly<Record<string, string>>
  /** Milliseconds for one request. */
  readonly timeoutMs: number
}

/** Where and with which credentials a cluster is asked. */
export type ClusterRequest = Omit<ReviewRequest, 'impersonation'>

export type ReviewOutcome =
  | { readonly kind: 'seen'; readonly seen: Seen }
  | { readonly kind: 'let-in'; readonly ms: number }
  | { readonly kind: 'failed'; readonly problem: Problem; readonly ms: number }
  | { readonly kind: 'cancelled' }

/** Its members may do everything: no authorizer is asked about them. */
const masters = 'system:masters'
const versions = ['v1', 'v1beta1', 'v1alpha1'] as const
const maxBytes = 256 * 1024

const strings = v.pipe(v.array(v.pipe(v.string(), v.maxLength(2_048))), v.maxLength(2_000))
const reviewSchema = v.object({
  kind: v.literal('SelfSubjectReview'),
  apiVersion: v.pipe(v.string(), v.startsWith('authentication.k8s.io/')),
  status: v.object({
    userInfo: v.object({
      username: v.pipe(v.string(), v.minLength(1), v.maxLength(2_048)),
      uid: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(2_048))), null),
      groups: v.optional(v.nullable(strings), null),
      extra: v.optional(v.nullable(v.record(v.string(), v.nullable(strings))), null),
    }),
  }),
})
/** What the API server says of a refusal. Anything in front of it may answer 401 or 403 too, and says nothing by it. */
const statusSchema = v.object({
  kind: v.literal('Status'),
  apiVersion: v.literal('v1'),
  status: v.literal('Failure'),
  message: v.optional(v.pipe(v.string(), v.maxLength(16_384)), ''),
  reason: v.string(),
  code: v.number(),
})

/** The connection to a cluster, and what its address asks for beyond it. */
export interface ClusterTarget extends Target {
  readonly to: Address
}

/** The connection that the review of this request goes over; a problem where nothing may be sent. */
export function targetOfReview({
  cluster,
  credentials,
  ca,
  variables,
}: Omit<ClusterRequest, 'context' | 'timeoutMs' | 'ownCa'>): ClusterTarget | Problem {
  const found = destinationOf(cluster)
  if (!found.ok) return problem('cluster-address', found.fault.message, found.fault.next)
  const { server, proxy, serverName } = found.value
  if (server.scheme !== 'https') {
    return problem(
      'cluster-plain-http',
      `The server ${hostAndPort(server)} is asked over http:, where anyone on the network path could read the token, so it was not sent.`,
      'Write https:// into the cluster entry.',
    )
  }
  return {
    to: server,
    proxy: proxy === null ? goProxyFor(server, variables) : { ok: true, value: proxy },
    tls: {
      ca,
      anyAnchor: true,
      serverName,
      insecure: cluster.insecureSkipTlsVerify,
      cert: credentials.certificate?.cert ?? null,
      key: credentials.certificate?.key ?? null,
    },
  }
}

/** Tries v1, then v1beta1, then v1alpha1. */
export async function selfSubjectReview(
  request: ReviewRequest,
  ask: Ask,
  signal: AbortSignal,
): Promise<ReviewOutcome> {
  const target = targetOfReview(request)
  if ('code' in target) return { kind: 'failed', problem: target, ms: 0 }
  for (const version of versions) {
    const apiVersion = `authentication.k8s.io/${version}`
    const question = questionOf(request, target, 'selfsubjectreviews', {
      kind: 'SelfSubjectReview',
      apiVersion,
    })
    const answer = await askPatiently(question, ask, signal)
    if (answer === null) return { kind: 'cancelled' }
    if (answer.kind === 'answer' && answer.status === 404 && version !== 'v1alpha1') continue
    return readAnswer(answer, target, request)
  }
  throw new Error('unreachable: the last version always answers')
}

/** The request for a review, with the credentials and impersonation of the entry. */
export function questionOf(
  { credentials, impersonation, timeoutMs }: ReviewRequest,
  target: ClusterTarget,
  resource: string,
  body: { readonly kind: string; readonly apiVersion: string; readonly spec?: unknown },
): HttpRequest {
  const asked = requestOf(target, credentials, `/apis/${body.apiVersion}/${resource}`)
  const headers = {
    ...asked.headers,
    'Content-Type': 'application/json',
    ...impersonationHeaders(impersonation),
  }
  return { ...asked, method: 'POST', headers, body: JSON.stringify(body), timeoutMs, maxBytes }
}

/**
 * What is asked below the server's own path, with what kubectl would show: user and password of the address before any token.
 */
export function requestOf(
  target: ClusterTarget,
  { authorization }: ClusterCredentials,
  path: string,
): Pick<HttpRequest, 'target' | 'path' | 'headers'> {
  const { login, path: base } = target.to
  const shown = login === null ? authorization : basicOf(login)
  return {
    target,
    path: `${base.replace(/\/$/, '')}${path}`,
    headers: { Accept: 'application/json', ...(shown === null ? {} : { Authorization: shown }) },
  }
}

const accessSchema = v.object({
  kind: v.literal('SelfSubjectAccessReview'),
  apiVersion: v.literal('authorization.k8s.io/v1'),
  status: v.object({ allowed: v.boolean() }),
})
/** The verdict does not wait longer for what is only shown next to it, ms. */
const mostForAccess = 3_000

/** Whether they may use every verb on every resource, as `kubectl auth can-i '*' '*'` asks; null where that was not answered. */
export const mayDoEverything = (
  request: ReviewRequest,
  ask: Ask,
  signal: AbortSignal,
): Promise<boolean | null> =>
  mayDo(request, { verb: '*', group: '*', resource: '*', subresource: '' }, null, ask, signal)

/** Whether they may do one thing, in a namespace or, null, in the whole cluster; null where that was not answered. */
export async function mayDo(
  request: ReviewRequest,
  { verb, group, resource, subresource }: Omit<Action, 'inNamespace'>,
  namespace: string | null,
  ask: Ask,
  signal: AbortSignal,
): Promise<boolean | null> {
  const target = targetOfReview(request)
  if ('code' in target) return null
  const question = questionOf(request, target, 'selfsubjectaccessreviews', {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    spec: {
      resourceAttributes: {
        verb,
        group,
        resource,
        ...(subresource === '' ? {} : { subresource }),
        ...(namespace === null ? {} : { namespace }),
      },
    },
  })
  const answer = await ask({ ...question, timeoutMs: Math.min(request.timeoutMs, mostForAccess) }, signal)
  if (answer.kind !== 'answer' || (answer.status !== 200 && answer.status !== 201)) return null
  const parsed = v.safeParse(accessSchema, clusterJson(answer.body, request.credentials.authorization))
  return parsed.success ? parsed.output.status.allowed : null
}

/** Asks again when the cluster says 429, after as long as it wishes, at most 5 s; null when cancelled meanwhile. */
async function askPatiently(question: HttpRequest, ask: Ask, signal: AbortSignal): Promise<Answer | null> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(question, signal)
    if (answer.kind !== 'answer' || answer.status !== 429 || attempt === 3) return answer
    const wished = Number(answer.headers['retry-after'] ?? 0.5 * 2 ** attempt)
    const seconds = Number.isFinite(wished) && wished >= 0 ? Math.min(wished, 5) : 1
    if (!(await pause(seconds * 1000 * (1 + Math.random() / 4), signal))) return null
  }
}

/** Impersonate-*, keys of extra percent-encoded as client-go's transport writes them. */
export function impersonationHeaders(
  impersonation: Impersonation | null,
): Readonly<Record<string, string | readonly string[]>> {
  if (!impersonation) return {}
  const { as, uid, groups, extra } = impersonation
  const headers: Record<string, string | readonly string[]> = {}
  if (as) headers['Impersonate-User'] = as
  if (uid) headers['Impersonate-Uid'] = uid
  if (groups.length > 0) headers['Impersonate-Group'] = groups
  for (const [key, values] of Object.entries(extra)) {
    headers[`Impersonate-Extra-${headerKey(key)}`] = values
  }
  return headers
}

function headerKey(key: string): string {
  return Array.from(Buffer.from(key))
    .map((byte) => {
      const c = String.fromCharCode(byte)
      return /[A-Za-z0-9!#$&'*+.^_`|~-]/.test(c) ? c : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')
}

function readAnswer(answer: Answer, place: ClusterTarget, request: ReviewRequest): ReviewOutcome {
  if (answer.kind === 'failed' && answer.why === 'cancelled') return { kind: 'cancelled' }
  const { ms } = answer
  const read = answer.kind === 'failed' ? noAnswer(answer, place, request) : whom(answer, place, request)
  if (!('code' in read)) return read
  return { kind: 'failed', problem: read, ms }
}

/** The user that the cluster sees by its answer, or why it does not say. */
function whom(
  { status, ms, body: text }: Extract<Answer, { kind: 'answer' }>,
  place: ClusterTarget,
  request: ReviewRequest,
): ReviewOutcome | Problem {
  const notCluster = (message: string) => problem('cluster-answer', message, checkServer(request))
  const body = clusterJson(text, request.credentials.authorization)
  if (status === 200 || status === 201) {
    const parsed = v.safeParse(reviewSchema, body)
    if (!parsed.success) return notCluster(notKubernetes(place, status))
    const { username, uid, groups, extra } = parsed.output.status.userInfo
    if (username === anonymousUser) return anonymous
    const seen: Seen = {
      username,
      uid: uid === '' ? null : uid,
      groups: groups ?? [],
      extra: Object.fromEntries(Object.entries(extra ?? {}).map(([key, values]) => [key, values ?? []])),
      fromDenial: false,
      everything: (groups ?? []).includes(masters) ? true : null,
      ms,
    }
    return { kind: 'seen', seen }
  }
  const refusal = v.safeParse(statusSchema, body)
  const says = (reason: string) =>
    refusal.success && refusal.output.reason === reason && refusal.output.code === status
  if ((status === 401 && !says('Unauthorized')) || (status === 403 && !says('Forbidden')))
    return notCluster(
      `Something in front of the cluster refused the request (${status}): the answer is not Kubernetes’.`,
    )
  if (status === 401) return unknownToCluster
  if (status === 403) return denied(refusal.success ? refusal.output.message : '', ms, request.impersonation)
  if (status === 404)
    return problem(
      'cluster-answer',
      'The cluster has no SelfSubjectReview: it is older than Kubernetes 1.26, or not Kubernetes.',
      'Check the server of the cluster entry; for an old cluster, `kubectl auth can-i --list` shows what is allowed.',
    )
  if (status === 429)
    return problem(
      'throttled',
      'The cluster answered, again and again, that there were too many requests.',
      'Check again in a minute, with fewer at once.',
    )
  if (status >= 300 && status < 400)
    return problem(
      'cluster-answer',
      `The server ${hostAndPort(place.to)} answered with a redirect (${status}), which is never followed with a token.`,
      'Write the address that it leads to into the cluster entry.',
    )
  return notCluster(notKubernetes(place, status))
}

/** 403: the token was accepted, only the review was refused; the message names the user. */
function denied(message: string, ms: number, impersonation: Impersonation | null): ReviewOutcome | Problem {
  const user = /User "((?:[^"\\]|\\.)*)" cannot/.exec(message)?.[1]
  if (impersonation !== null && /cannot impersonate/.test(message)) {
    const who = user === undefined ? 'this identity' : quoted(user)
    return problem(
      'impersonation-refused',
      `The cluster does not let ${who} impersonate ${quoted(impersonation.as ?? '')}, so it refuses whatever kubectl asks with this context.`,
      `Give ${who} the verb impersonate in a ClusterRole of that cluster, or remove \`as\` from the user entry.`,
    )
  }
  if (user === undefined) return { kind: 'let-in', ms }
  if (user === anonymousUser) return anonymous
  const username = user.replace(/\\(.)/g, '$1')
  const unsaid = { uid: null, groups: [], extra: {}, everything: null }
  return { kind: 'seen', seen: { username, ...unsaid, fromDenial: true, ms } }
}

/** A 401: the caller, which knows more of the context than this request, says why. */
export const unknownToCluster: Problem = {
  code: 'unauthorized',
  message: 'The cluster does not let this identity in (401).',
  next: 'Give this identity an access entry (`aws eks create-access-entry`) or a mapping in aws-auth.',
}

const anonymousUser = 'system:anonymous'
const anonymous: Problem = {
  code: 'unauthorized',
  message: 'The cluster sees no identity (system:anonymous): the token did not reach it.',
  next: 'Check what stands between here and the cluster: a proxy may take the Authorization header away.',
}

/** Shows what AWS has now next to what the entry has; writes nothing. */
const compare = ({ context }: Pick<ReviewRequest, 'context'>): string =>
  offered('ekscope', 'refresh', option('--dry-run'), context)
const checkServer = (request: ReviewRequest): string =>
  `Check the server and proxy-url of the cluster entry: ${compare(request)} shows the endpoint that EKS has.`
const notKubernetes = ({ to }: ClusterTarget, status: number): string =>
  status >= 500
    ? `The server ${hostAndPort(to)} answered ${status}.`
    : `What answers at ${hostAndPort(to)} is not Kubernetes (status ${status}, and no review in it).`

function noAnswer(
  { why, message }: Extract<Answer, { kind: 'failed' }>,
  { to, proxy }: ClusterTarget,
  request: ReviewRequest,
): Problem {
  const host = hostAndPort(to)
  const because = redact(message, [], 300)
  const unreachable = [
    'cluster-unreachable',
    `${host} cannot be reached: ${because}.`,
    'Check network, VPN and proxy.',
  ] as const
  const causes: Readonly<Record<typeof why, readonly [ProblemCode, string, string]>> = {
    dns: [
      'cluster-dns',
      `The name ${to.host} is not known here.`,
      `A recreated cluster has another endpoint, which ${compare(request)} shows; a private one needs its VPN.`,
    ],
    refused: [
      'cluster-refused',
      `${host} refuses the connection.`,
      'Check the port in the server of the cluster entry, and whether a tunnel to it is running.',
    ],
    timeout: [
      'cluster-timeout',
      `${host} did not answer within ${Math.round(request.timeoutMs / 1000)} seconds.`,
      'A private endpoint answers only inside its network: connect the VPN, or set proxy-url.',
    ],
    tls: [
      'cluster-tls',
      `The certificate of ${host} is not accepted: ${because}.`,
      request.ownCa
        ? `The cluster was recreated, or something inspects TLS: ${compare(request)} shows the certificate-authority-data that EKS has; without --dry-run it is written.`
        : 'The entry names no certificate authority, so those of the system count: write the cluster’s own into the entry.',
    ],
    proxy: [
      'cluster-proxy',
      `The proxy${proxy?.ok ? ` ${hostAndPort(proxy.value)}` : ''} does not lead to ${host}: ${because}.`,
      request.cluster.proxyUrl
        ? 'Check proxy-url in the cluster entry, and whether that proxy is running.'
        : 'Check HTTPS_PROXY and NO_PROXY of this environment.',
    ],
    'too-large': [
      'cluster-answer',
      `What answers at ${host} is not Kubernetes: ${because}.`,
      checkServer(request),
    ],
    unreachable,
    closed: unreachable,
    cancelled: unreachable,
  }
  return problem(...causes[why])
}
