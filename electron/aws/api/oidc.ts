/**
 * The OIDC service of IAM Identity Center: what a sign-in asks of it, with its answers as values. The text of an error may quote
 * a token or a code, so only its name is passed on.
 */
import type {
  CreateTokenCommandInput,
  RegisterClientCommandInput,
  SSOOIDCClient,
  StartDeviceAuthorizationCommandInput,
} from '@aws-sdk/client-sso-oidc'
import * as v from 'valibot'
import { type Fault, type FaultCode, ok, type Result } from '../../../shared/result'
import { noEnd } from '../files/cache-files'
import type { AskedAs, BoundClient, CallOptions } from './calls'
import type { AwsClients } from './clients'
import { notOfAws, refusal } from './refusals'

/** What the service says in place of an answer, by its OAuth name. */
export type OidcError = (typeof oidcErrors)[keyof typeof oidcErrors]
const oidcErrors = {
  AccessDeniedException: 'access_denied',
  AuthorizationPendingException: 'authorization_pending',
  ExpiredTokenException: 'expired_token',
  InvalidClientException: 'invalid_client',
  InvalidClientMetadataException: 'invalid_client_metadata',
  InvalidGrantException: 'invalid_grant',
  InvalidRedirectUriException: 'invalid_redirect_uri',
  InvalidRequestException: 'invalid_request',
  InvalidScopeException: 'invalid_scope',
  SlowDownException: 'slow_down',
  UnauthorizedClientException: 'unauthorized_client',
  UnsupportedGrantTypeException: 'unsupported_grant_type',
} as const

export type OidcAnswer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'error'; readonly error: OidcError }
  /** It was not reached, or the answer was not the service's. */
  | { readonly kind: 'failed'; readonly fault: Fault; readonly unanswered: boolean }

// Valid answers: they are shown, waited for and written to aws's cache, from which larger values would not be read again.
const secret = v.pipe(v.string(), v.minLength(1), v.maxLength(16 * 1024))
const address = v.pipe(v.string(), v.minLength(1), v.maxLength(2048))
const aYear = 366 * 24 * 60 * 60
const number = (least: number, most: number) =>
  v.pipe(v.number(), v.finite(), v.minValue(least), v.maxValue(most))
const registeredSchema = v.object({
  clientId: secret,
  clientSecret: secret,
  /** Seconds; 0 has no end (RFC 7591, section 3.2.1). */
  clientSecretExpiresAt: number(0, noEnd / 1000),
})
const deviceSchema = v.object({
  deviceCode: secret,
  userCode: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/)),
  verificationUri: address,
  verificationUriComplete: address,
  /** Seconds, as the interval is. */
  expiresIn: number(1, aYear),
  interval: v.nullish(number(0, aYear)),
})
const tokenSchema = v.object({
  accessToken: secret,
  /** Seconds. */
  expiresIn: number(1, aYear),
  refreshToken: v.nullish(v.union([secret, v.literal('')])),
})
export type OidcToken = v.InferOutput<typeof tokenSchema>

/** Of a client for the authorization code. */
export const codeGrantTypes = ['authorization_code', 'refresh_token'] as const

/** Codes of failures that say nothing of the sign-in. */
const unanswered: ReadonlySet<FaultCode> = new Set(['unreachable', 'timeout', 'cancelled'])

export type Oidc = ReturnType<typeof oidcOf>

/** The service of a region, asked with the settings of a profile. `who` signs in, as a sentence calls it. */
export async function openOidc(
  clients: AwsClients,
  { profile, region, who }: Pick<AskedAs, 'profile' | 'region' | 'who'>,
): Promise<Result<Oidc>> {
  const client = await clients.ssoOidc({ profile, region, keys: null })
  if (!client.ok) return client
  return ok(oidcOf({ client: client.value, region, who }, await import('@aws-sdk/client-sso-oidc')))
}

function oidcOf(
  { client, ...about }: Pick<BoundClient<SSOOIDCClient>, 'client' | 'region' | 'who'>,
  sdk: typeof import('@aws-sdk/client-sso-oidc'),
) {
  const answered = async <T>(
    action: string,
    schema: v.GenericSchema<unknown, T>,
    signal: AbortSignal,
    send: (options: CallOptions) => Promise<unknown>,
  ): Promise<OidcAnswer<T>> => {
    const call = { ...about, action }
    try {
      const read = v.safeParse(schema, await send({ abortSignal: signal }))
      return read.success
        ? { kind: 'answer', value: read.output }
        : { kind: 'failed', fault: notOfAws(call), unanswered: false }
    } catch (thrown) {
      const name = thrown instanceof Error ? thrown.name : ''
      const error = Object.entries(oidcErrors).find(([known]) => known === name)?.[1]
      if (error !== undefined) return { kind: 'error', error }
      const fault = refusal(thrown, call)
      return { kind: 'failed', fault, unanswered: unanswered.has(fault.code) }
    }
  }
  return {
    /** Where it is: scheme, host and port. */
    origin: () => originOf(client),
    register: (input: Omit<RegisterClientCommandInput, 'clientType'>, signal: AbortSignal) =>
      answered('RegisterClient', registeredSchema, signal, (options) =>
        client.send(new sdk.RegisterClientCommand({ clientType: 'public', ...input }), options),
      ),
    authorizeDevice: (input: StartDeviceAuthorizationCommandInput, signal: AbortSignal) =>
      answered('StartDeviceAuthorization', deviceSchema, signal, (options) =>
        client.send(new sdk.StartDeviceAuthorizationCommand(input), options),
      ),
    token: (input: CreateTokenCommandInput, signal: AbortSignal) =>
      answered('CreateToken', tokenSchema, signal, (options) =>
        client.send(new sdk.CreateTokenCommand(input), options),
      ),
  }
}

/** Where the client sends its requests: `authorize`, which is a page for a browser, is no operation of the SDK's. */
async function originOf({ config }: SSOOIDCClient): Promise<URL> {
  const configured = await config.endpoint?.()
  if (configured !== undefined) {
    const { protocol, hostname, port } = configured
    return new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`)
  }
  const [Region, UseDualStack, UseFIPS] = await Promise.all([
    config.region(),
    config.useDualstackEndpoint(),
    config.useFipsEndpoint(),
  ])
  return config.endpointProvider({ Region, UseDualStack, UseFIPS }).url
}
