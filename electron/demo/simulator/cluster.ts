/**
 * One EKS cluster's API server: TLS with its own CA, tokens checked and replayed as aws-iam-authenticator does,
 * and the few Kubernetes resources that Ekscope and kubectl request. Source: Kubernetes API reference; messages
 * compared with kubectl 1.32's output.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { createServer as createTcpServer, type Server } from 'node:net'
import { TLSSocket } from 'node:tls'
import { parseClusterArn } from '../../../shared/identity/arn'
import type { Aws } from './authenticate'
import { type AskSts, checkToken } from './authenticator'
import { mayImpersonate } from './authorizer'
import { createClusterCertificates } from './certificates'
import { endpointHost } from './eks'
import { type Answer, listening, type RecordedRequest, receive, send } from './http'
import { answerKubernetes, status } from './kubernetes'
import { type KubernetesUser, mapCaller } from './mapping'
import type { Caller } from './signing-keys'
import { pathOf, type ReceivedRequest } from './sigv4'
import type { EksCluster } from './world'

export type RunningCluster = Awaited<ReturnType<typeof startCluster>>

export interface ClusterSettings {
  readonly arn: string
  readonly aws: Aws
  readonly askSts: AskSts
  readonly ownStsHost: () => string
  /** Says what it answered a request with in the cluster's place; null: nothing. */
  readonly before: (path: string, response: ServerResponse) => Promise<string | null>
  readonly record: (
    request: Pick<RecordedRequest, 'operation' | 'status' | 'username' | 'detail'>,
    caller: Caller | null,
  ) => void
}

interface Authenticated {
  readonly user: KubernetesUser | null
  readonly caller: Caller | null
  /** Why no user was recognised; only for the record, a client sees a 401. */
  readonly reason: string | null
}

function certificateUser(message: IncomingMessage): KubernetesUser | null {
  if (!(message.socket instanceof TLSSocket) || !message.socket.authorized) return null
  const { subject } = message.socket.getPeerCertificate()
  const groups: readonly unknown[] = [subject?.O ?? []].flat()
  return subject === undefined ? null : plain(String(subject.CN), groups.map(String))
}

const plain = (username: string, groups: readonly string[]): KubernetesUser => ({
  username,
  uid: null,
  groups,
  extra: {},
  policies: [],
})

function authenticateUser(
  message: IncomingMessage,
  request: ReceivedRequest,
  cluster: EksCluster,
  settings: ClusterSettings,
): Authenticated {
  const unknown = (reason: string): Authenticated => ({ user: null, caller: null, reason })
  const known = (user: KubernetesUser): Authenticated => ({ user, caller: null, reason: null })
  const byCertificate = certificateUser(message)
  if (byCertificate) return known(byCertificate)
  const authorization = request.headers.authorization ?? ''
  const basic = /^Basic (.+)$/i.exec(authorization)?.[1]
  if (basic !== undefined) {
    const pair = Buffer.from(basic, 'base64').toString('utf8')
    const user = cluster.basicUsers?.find((each) => `${each.username}:${each.password}` === pair)
    return user ? known(plain(user.username, user.groups)) : unknown('wrong password')
  }
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1]
  if (token === undefined) return unknown('no credentials')
  const fixed = cluster.staticTokens?.find((each) => each.token === token)
  if (fixed) return known(plain(fixed.username, fixed.groups))
  const name = parseClusterArn(cluster.arn)
  const checked = checkToken(token, {
    partition: name?.partition ?? 'aws',
    clusterId: cluster.outpost?.id ?? name?.name ?? '',
    ownStsHost: settings.ownStsHost(),
    now: settings.aws.now(),
  })
  if (!checked.ok) return unknown(checked.reason)
  const answer = settings.askSts(checked.request)
  if ('error' in answer) return unknown(`STS: ${answer.error.code}`)
  const user = mapCaller(settings.aws.world(), cluster, answer.caller)
  return { user, caller: answer.caller, reason: user ? null : 'ARN is not mapped' }
}

/** Who acts, after Impersonate-* headers; or the refusal of them. */
function impersonated(
  message: IncomingMessage,
  cluster: EksCluster,
  user: KubernetesUser,
): { readonly user: KubernetesUser } | { readonly refusal: Answer } {
  // Each header line is one value: a group's name may hold a comma.
  const headers = message.headersDistinct
  const as = headers['impersonate-user']?.[0]
  const groups = headers['impersonate-group'] ?? []
  const uid = headers['impersonate-uid']?.[0]
  const extra: Record<string, readonly string[]> = {}
  for (const [name, values] of Object.entries(headers)) {
    if (!name.startsWith('impersonate-extra-')) continue
    extra[decodeURIComponent(name.slice('impersonate-extra-'.length))] = values ?? []
  }
  if (as === undefined) {
    if (groups.length === 0 && uid === undefined && Object.keys(extra).length === 0) return { user }
    const why = 'Internal error occurred: requested [{Group  }] without impersonating a user'
    return { refusal: status(500, 'InternalError', why) }
  }
  if (!mayImpersonate(cluster, user)) {
    const resource = as.startsWith('system:serviceaccount:') ? 'serviceaccounts' : 'users'
    const why = `${resource} "${as}" is forbidden: User "${user.username}" cannot impersonate resource "${resource}" in API group "" at the cluster scope`
    return { refusal: status(403, 'Forbidden', why) }
  }
  return { user: { username: as, uid: uid ?? null, groups, extra, policies: [] } }
}

async function serve(
  message: IncomingMessage,
  request: ReceivedRequest,
  settings: ClusterSettings,
): Promise<{ answer: Answer; who: Authenticated }> {
  const cluster = settings.aws.world().clusters.find((each) => each.arn === settings.arn)
  const unasked: Authenticated = { user: null, caller: null, reason: 'cluster gone' }
  if (!cluster) return { answer: status(503, 'ServiceUnavailable', 'the cluster was deleted'), who: unasked }
  const path = pathOf(request.target)
  if (['/healthz', '/livez', '/readyz'].includes(path)) {
    return { answer: { status: 200, type: 'text/plain', body: 'ok' }, who: unasked }
  }
  const who = authenticateUser(message, request, cluster, settings)
  if (!who.user) return { answer: status(401, 'Unauthorized', 'Unauthorized'), who }
  const acting = impersonated(message, cluster, who.user)
  if ('refusal' in acting) return { answer: acting.refusal, who }
  return { answer: answerKubernetes(request, cluster, acting.user, settings.aws.now()), who }
}

/** Starts one cluster on 127.0.0.1 at a free port (a `refused` one gets an address where nothing listens). */
export async function startCluster(settings: ClusterSettings) {
  const cluster = settings.aws.world().clusters.find((each) => each.arn === settings.arn)
  if (!cluster) throw new Error(`no cluster ${settings.arn} in the world`)
  const certificates = await createClusterCertificates(endpointHost(cluster), settings.aws.now())
  const common = { arn: settings.arn, caPem: certificates.caPem, certificates }
  // The system never assigns port 1 (tcpmux), so no other program will listen there.
  if (cluster.reachable === 'refused') return { ...common, url: 'https://127.0.0.1:1', close: async () => {} }
  const server: Server =
    cluster.reachable === 'silent'
      ? // It accepts connections and never answers, as behind a security group that drops packets.
        createTcpServer((socket) => socket.on('error', () => socket.destroy()))
      : createServer(
          {
            cert: certificates.server.certificatePem,
            key: certificates.server.keyPem,
            ca: certificates.caPem,
            requestCert: true,
            rejectUnauthorized: false,
          },
          (message, response) => {
            const handle = async () => {
              const request = await receive(message)
              const operation = `${request.method} ${pathOf(request.target)}`
              const detail = await settings.before(pathOf(request.target), response)
              if (detail !== null) {
                settings.record({ operation, status: 0, username: null, detail }, null)
                return
              }
              const { answer, who } = await serve(message, request, settings)
              const username = who.user?.username ?? null
              settings.record({ operation, status: answer.status, username, detail: who.reason }, who.caller)
              send(response, answer)
            }
            handle().catch(() => response.destroy())
          },
        )
  server.on('tlsClientError', () => {
    // A client that does not trust this CA hangs up in the handshake, as it should.
  })
  const { port, close } = await listening(server)
  return { ...common, url: `https://127.0.0.1:${port}`, close }
}
