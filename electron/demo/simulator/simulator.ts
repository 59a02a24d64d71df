/**
 * The loopback AWS + EKS + Kubernetes: one plain-http endpoint for STS, EKS, IAM, the account service, SSO and SSO OIDC, and one
 * TLS server per cluster. Everything listens on 127.0.0.1 only.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { unescape as percentDecoded } from 'node:querystring'
import { parseClusterArn } from '../../../shared/identity/arn'
import { accountMeant } from './account'
import type { Outcome } from './authenticate'
import { type RunningCluster, startCluster } from './cluster'
import { eksError, eksMeant } from './eks'
import { json, listening, type RecordedRequest, receive, send } from './http'
import { iamMeant } from './iam'
import { type Caller, createKeys, type TemporaryCredentials } from './signing-keys'
import { ssoMeant } from './sso'
import { openOidc } from './sso-oidc'
import { callerOf, stsMeant } from './sts'
import type { ServiceName, World } from './world'

export type Simulator = Awaited<ReturnType<typeof startSimulator>>

/** What a request is about. */
export interface Occasion {
  readonly service: ServiceName
  /** Of a cluster the path. */
  readonly operation: string
  /** Anything that may name what the request is about: target, body, cluster ARN. */
  readonly about: string
}

export interface SimulatorOptions {
  readonly now?: () => number
  readonly log?: (request: RecordedRequest) => void
  /** Asked before each request is answered: what it answered in the simulator's place, null where nothing. */
  readonly before?: (occasion: Occasion, response: ServerResponse) => Promise<string | null>
}

/** Starts everything; resolves when all servers listen. */
export async function startSimulator(initial: World, options: SimulatorOptions = {}) {
  const { now = Date.now, before = async () => null, log = () => undefined } = options
  let present = initial
  const world = () => present
  const keys = createKeys(world)
  const change = (to: (now: World) => World): void => {
    present = to(present)
  }
  const aws = { world, change, keys, now }
  const oidc = openOidc(aws)
  let endpointUrl = ''

  const record = (
    request: Omit<RecordedRequest, 'at' | 'callerArn' | 'accessKeyId'>,
    caller: Caller | null,
  ) => {
    log({ at: now(), ...request, callerArn: caller?.arn ?? null, accessKeyId: caller?.accessKeyId ?? null })
  }

  /** By ARN, in the world's order. */
  let running: ReadonlyMap<string, RunningCluster> = new Map()

  const handle = async (message: IncomingMessage, response: ServerResponse) => {
    const request = await receive(message)
    const { service, operation, outcome } =
      ssoMeant(request, oidc, endpointUrl) ??
      eksMeant(request, aws, running) ??
      accountMeant(request, aws) ??
      iamMeant(request, aws) ??
      stsMeant(request, aws)
    const about = `${decoded(request.target)} ${decoded(request.body)} ${request.headers.authorization ?? ''}`
    const detail = await before({ service, operation, about }, response)
    const reply = (): Outcome => {
      if (world().throttled?.some((one) => one.operation === operation && about.includes(one.about)))
        return { caller: null, answer: eksError(429, 'TooManyRequestsException', 'Too Many Requests') }
      if (operation === '') return { caller: null, answer: json(404, { message: 'Not Found' }) }
      return outcome()
    }
    const { caller, answer } = detail === null ? reply() : { caller: null, answer: null }
    record({ service, operation, status: answer?.status ?? 0, cluster: null, username: null, detail }, caller)
    if (answer !== null) send(response, answer)
  }
  const server = createServer((message, response) => {
    handle(message, response).catch(() => response.destroy())
  })
  const { port: ownPort, keep, close } = await listening(server)
  endpointUrl = `http://127.0.0.1:${ownPort}`
  // An HTTP proxy to the clusters of this world, and to nothing else.
  server.on('connect', (message: IncomingMessage, client: Socket) => {
    const port = /^(?:127\.0\.0\.1|localhost):(\d+)$/.exec(message.url ?? '')?.[1]
    const known = [...running.values()].some((each) => new URL(each.url).port === port)
    client.on('error', () => client.destroy())
    if (port === undefined || !known) {
      client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
      return
    }
    const upstream = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client)
      client.pipe(upstream)
    })
    keep(upstream)
    upstream.on('close', () => client.destroy())
    upstream.on('error', () => client.destroy())
    client.on('close', () => upstream.destroy())
  })
  const started = await Promise.all(
    initial.clusters.map(({ arn }) =>
      startCluster({
        arn,
        aws,
        askSts: (request) => callerOf(request, aws),
        ownStsHost: () => `127.0.0.1:${ownPort}`,
        before: (path, response) => before({ service: 'kubernetes', operation: path, about: arn }, response),
        record: (request, caller) => record({ service: 'kubernetes', ...request, cluster: arn }, caller),
      }),
    ),
  )
  running = new Map(started.map((cluster) => [cluster.arn, cluster]))
  /** By ARN, or by name where it is unique; throws when there is none: a test's mistake. */
  function clusterAt(arnOrName: string): RunningCluster {
    const found =
      running.get(arnOrName) ?? started.find(({ arn }) => parseClusterArn(arn)?.name === arnOrName)
    if (!found) throw new Error(`no cluster ${arnOrName} in this world`)
    return found
  }

  return {
    /** `http://127.0.0.1:PORT`, for every AWS service. */
    endpointUrl,
    /** By cluster ARN. */
    clusters: running,
    cluster: clusterAt,
    world,
    /** Exchanges the world while everything runs. Clusters that are new in it get no server. */
    update: change,
    /** The ARN that GetCallerIdentity would give for a key; null for none that exists. */
    keyOwner: (accessKeyId: string): string | null => keys.find(accessKeyId)?.caller.arn ?? null,
    /** Credentials of a role as if it had been assumed; `expiresAt` may be past. */
    issue(roleArn: string, sessionName: string, expiresAt: number): TemporaryCredentials {
      const role = present.roles.find((each) => each.arn === roleArn)
      if (!role) throw new Error(`no role ${roleArn} in this world`)
      return keys.issueRole(role, sessionName, expiresAt)
    },
    /** A client certificate of a cluster's CA. */
    clientCertificate: (cluster: string, username: string, groups: readonly string[]) =>
      clusterAt(cluster).certificates.issueClient(username, groups),
    async close(): Promise<void> {
      await Promise.all([close(), ...started.map((cluster) => cluster.close())])
    },
  }
}

/** A form body or query decoded, so that a fault can be about an ARN in it. */
const decoded = (text: string): string => percentDecoded(text.replaceAll('+', ' '))
