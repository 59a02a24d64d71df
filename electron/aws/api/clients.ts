/**
 * The only maker of AWS SDK clients. Every client leaves the machine as botocore would: the endpoint that environment or
 * profile name, the environment's proxy, the CA bundle (else the system's roots), and limits of time and attempts. None
 * of it is taken from the SDK's own reading of this process's environment, which may be another than the chosen one.
 */
import type { EKSClient } from '@aws-sdk/client-eks'
import type { SSOClient } from '@aws-sdk/client-sso'
import type { SSOOIDCClient } from '@aws-sdk/client-sso-oidc'
import type { GetCallerIdentityCommandOutput, STSClient } from '@aws-sdk/client-sts'
import type { Client, SmithyResolvedConfiguration } from '@smithy/core/client'
import { once } from '../../../shared/once'
import { fail, ok, type Result, refuse } from '../../../shared/result'
import { quoted } from '../../../shared/visible'
import { type Agents, dialledAgents } from '../../net/agents'
import { botocoreProxyFor } from '../../net/proxies'
import { systemRoots } from '../../net/roots'
import { missingServices } from '../chain/problems'
import type { AwsFiles } from '../files/aws-files'
import type { Variables } from '../files/paths'
import { caBundleFor, endpointFor, endpointVariant, type NamedValue } from '../files/profile-settings'
import { readBounded } from '../files/read'
import { urlOf } from '../files/url'
import type { Keys } from './access-keys'
import { type GlobalService, globalEndpoint } from './global-endpoints'
import { boundedAnswers, mostAnswerBytes, silentTwice, withoutSecrets } from './middleware'
import { faultOf } from './refusals'

/** The steps that a call of a client takes. */
type Steps<In extends object, Out extends Answered> = Client<
  unknown,
  In,
  Out,
  SmithyResolvedConfiguration<unknown>
>['middlewareStack']
/** Whatever AWS answered, with what the SDK says of the call. */
type Answered = Pick<GetCallerIdentityCommandOutput, '$metadata'>

/** Whose settings a client takes, where it asks, and what it signs with. */
export interface ClientRequest {
  /** The profile that scopes endpoint and CA bundle; null: `default`, as far as it exists. */
  readonly profile: string | null
  readonly region: string
  /** Null for calls that AWS takes unsigned. */
  readonly keys: Keys | null
}

/** The services that are asked, each with the client that speaks its protocol. */
interface Services {
  readonly eks: EKSClient
  readonly sts: STSClient
  readonly sso: SSOClient
  readonly ssoOidc: SSOOIDCClient
  /** For calls of the account service (account-calls.ts): sent and signed for that service. */
  readonly account: EKSClient
  /** The same for IAM. */
  readonly iam: STSClient
}
export type Service = keyof Services

/** A client of a service. */
export type ClientOf<S extends Service> = Services[S]
export type MakeClient = { readonly [S in Service]: (request: ClientRequest) => Promise<Result<ClientOf<S>>> }

export interface AwsClients extends MakeClient {
  /**
   * Ends every connection. A single client is never destroyed: that would end the connections it shares with others.
   */
  close(): void
}

export interface Limits {
  /** Milliseconds for one connection, and for an answer: until it begins, and until it has ended. */
  readonly connectMs: number
  readonly answerMs: number
  /** Where AWS answers that it is tried again, or the connection breaks; what stays silent is tried twice. */
  readonly attempts: number
}

// Five attempts are what aws itself makes at most; it would wait a minute for each, too long for a user at a window.
const usualLimits: Limits = { connectMs: 5_000, answerMs: 20_000, attempts: 5 }
/** Bytes of a CA bundle; the largest distributions' have a quarter of a megabyte. */
const mostBundleBytes = 4 * 1024 * 1024

/** The place of a middleware that sees an answer before anything reads it. */
const atTheSocket = { step: 'deserialize', priority: 'low' } as const

/** The place of a middleware that sees the result of the whole call. */
const aroundAll = { step: 'initialize', priority: 'high' } as const

/** The place of a middleware that sees each attempt. */
const eachAttempt = { relation: 'after', toMiddleware: 'retryMiddleware' } as const

/** None, as an explicit value: to the SDK `undefined` means unset. */
const undefinedAppId = async () => undefined

/** Makes clients for one environment. Call `close` when done. */
export function createClients({
  files,
  variables,
  limits = usualLimits,
}: {
  readonly files: AwsFiles
  readonly variables: Variables
  readonly limits?: Limits
}): AwsClients {
  // Profiles with the same CA bundle share connections: identity is in each request's signature, not in the connection.
  const byBundle = new Map<string, Promise<Result<Agents>>>()
  const closing: (() => void)[] = []
  const bounded = boundedAnswers({ ms: limits.answerMs, bytes: mostAnswerBytes })

  async function openAgents(bundle: NamedValue | null): Promise<Result<Agents>> {
    const ca = bundle === null ? ok(systemRoots(variables)) : await readBundle(bundle)
    if (!ca.ok) return ca
    const agents = dialledAgents({
      ca: ca.value,
      proxyFor: (target) => botocoreProxyFor(target, variables),
      connectMs: limits.connectMs,
      mostSockets: 32,
    })
    closing.push(agents.destroy)
    return ok(agents)
  }

  function agentsFor(profile: string | null): Promise<Result<Agents>> {
    const bundle = caBundleFor(files, profile, variables)
    return once(byBundle, bundle?.value ?? '', () => openAgents(bundle))
  }

  async function settings(service: string, { profile, region, keys }: ClientRequest) {
    const endpoint = endpointOf(files, profile, service, variables)
    if (!endpoint.ok) return endpoint
    const agents = await agentsFor(profile)
    if (!agents.ok) return agents
    const { httpAgent, httpsAgent } = agents.value
    return ok({
      region,
      ...endpoint.value,
      ...(keys === null ? {} : { credentials: signingKeys(keys) }),
      requestHandler: {
        httpAgent,
        httpsAgent,
        requestTimeout: limits.answerMs,
        // Without it the SDK only prints a warning and waits on.
        throwOnRequestTimeout: true,
        socketTimeout: limits.answerMs,
      },
      defaultsMode: 'standard' as const,
      maxAttempts: limits.attempts,
      // Backs off with jitter on throttling.
      retryMode: 'standard',
      // Each client would look for unset options in the files of this process.
      authSchemePreference: [],
      userAgentAppId: undefinedAppId,
    })
  }

  /** Of a service that the partition has once: its endpoint and signing name are not those of the borrowed client. */
  async function globalSettings(service: GlobalService, request: ClientRequest) {
    const made = await settings(service, request)
    if (!made.ok) return made
    const own = globalEndpoint(service, request.region, made.value)
    if (!own.ok) return own
    const { url, signingRegion } = own.value
    const configured = 'endpoint' in made.value ? new URL(made.value.endpoint) : null
    return ok({
      ...made.value,
      endpointProvider: () => ({
        url: configured ?? url,
        properties: { authSchemes: [{ name: 'sigv4', signingName: service, signingRegion, properties: {} }] },
      }),
    })
  }

  /**
   * Makes a client from settings; each package is loaded when first needed. Answers and silences are limited in time, and no
   * error contains a secret.
   */
  const opening =
    <Made, In extends object, Out extends Answered, C>(
      settingsFor: (request: ClientRequest) => Promise<Result<Made>>,
      make: (settings: Made) => Promise<C & { readonly middlewareStack: Steps<In, Out> }>,
    ) =>
    async (request: ClientRequest): Promise<Result<C>> => {
      const made = await settingsFor(request)
      if (!made.ok) return made
      const client = await make(made.value)
      client.middlewareStack.add(bounded, atTheSocket)
      client.middlewareStack.addRelativeTo(silentTwice, eachAttempt)
      client.middlewareStack.add(withoutSecrets(request.keys), aroundAll)
      return ok(client)
    }
  const of = (service: string) => (request: ClientRequest) => settings(service, request)
  const ofGlobal = (service: GlobalService) => (request: ClientRequest) => globalSettings(service, request)
  const [eks, sts] = [() => import('@aws-sdk/client-eks'), () => import('@aws-sdk/client-sts')]

  return {
    eks: opening(of('eks'), async (made) => new (await eks()).EKSClient(made)),
    sts: opening(of('sts'), async (made) => new (await sts()).STSClient(made)),
    sso: opening(of('sso'), async (made) => new (await import('@aws-sdk/client-sso')).SSOClient(made)),
    ssoOidc: opening(
      of('sso_oidc'),
      async (made) => new (await import('@aws-sdk/client-sso-oidc')).SSOOIDCClient(made),
    ),
    account: opening(ofGlobal('account'), async (made) => {
      const protocolSettings = { defaultNamespace: 'com.amazonaws.account', version: '2021-02-01' }
      return new (await eks()).EKSClient({ ...made, serviceId: 'Account', protocolSettings })
    }),
    iam: opening(ofGlobal('iam'), async (made) => {
      const protocolSettings = {
        defaultNamespace: 'com.amazonaws.iam',
        xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
        version: '2010-05-08',
      }
      return new (await sts()).STSClient({ ...made, serviceId: 'IAM', protocolSettings })
    }),
    close() {
      for (const destroy of closing) destroy()
    },
  }
}

/** The configured endpoint, else the configured variant (FIPS, dual-stack) of AWS's own. */
function endpointOf(files: AwsFiles, profile: string | null, service: string, variables: Variables) {
  const { endpoint, missing } = endpointFor(files, profile, service, variables)
  if (missing !== null) return fail(faultOf(missingServices(missing, profile, service)))
  if (endpoint === null) {
    return ok({ ignoreConfiguredEndpointUrls: true, ...endpointVariant(files, profile, variables) })
  }
  // aws passes over the variants where an endpoint is configured; the SDK refuses both together.
  const plain = { useFipsEndpoint: false, useDualstackEndpoint: false }
  if (/^https?:$/.test(urlOf(endpoint.value)?.protocol ?? ''))
    return ok({ ...plain, endpoint: endpoint.value })
  return refuse(
    'aws',
    `The endpoint ${quoted(endpoint.value)} (${endpoint.from}) is not an http or https address.`,
    'Correct the address, or remove the setting.',
  )
}

async function readBundle({ value: path, from }: NamedValue): Promise<Result<string>> {
  const read = await readBounded(path, mostBundleBytes)
  const text = read.state === 'read' ? new TextDecoder().decode(read.bytes) : ''
  if (text.includes('-----BEGIN ')) return ok(text)
  const why = {
    read: 'holds no certificate',
    missing: 'does not exist or is not a file',
    denied: `cannot be read${read.state === 'denied' ? ` (${read.why})` : ''}`,
    'too-large': 'is too large for a CA bundle',
  }[read.state]
  return refuse(
    'unreadable',
    `The CA bundle ${path} (${from}) ${why}, so AWS cannot be asked.`,
    'Put the bundle there, or correct or remove the setting.',
  )
}

/** Keys as the SDK's clients take them. */
function signingKeys(keys: Keys) {
  return {
    accessKeyId: keys.accessKeyId,
    secretAccessKey: keys.secretAccessKey,
    ...(keys.sessionToken === null ? {} : { sessionToken: keys.sessionToken }),
    ...(keys.expiresAt === null ? {} : { expiration: new Date(keys.expiresAt) }),
  }
}
