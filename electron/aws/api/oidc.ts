/**
 * The OIDC service of IAM Identity Center: what a sign-in asks of it, with its answers as values. The text of an error may quote
 * a token or a code, so of one only its name goes on.
 */
import type { SSOOIDCClient } from '@aws-sdk/client-sso-oidc'
import * as v from 'valibot'
import { assertNever, type Fault, type FaultCode, ok, type Result } from '../../../shared/result'
import { noEnd } from '../files/cache-files'
import type { AwsClients } from './clients'
import { type AwsCall, notOfAws, refusal } from './refusals'

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
  /** It was not reached, or its answer was none of its own. */
  | { readonly kind: 'failed'; readonly fault: Fault; readonly unanswered: boolean }

/** A client that the service knows. */
export interface OidcRegistered {
  readonly clientId: string
  readonly clientSecret: string
}

export interface OidcToken {
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
  readonly refreshToken: string | null
}

export interface OidcDevice {
  readonly deviceCode: string
  readonly userCode: string
  readonly address: string
  readonly addressWithCode: string
  /** Seconds. */
  readonly expiresIn: number
  readonly interval: number | null
}

// What counts as its answers: they are shown, waited for and written to aws's cache, where what is larger would not be read again.
const secret = v.pipe(v.string(), v.minLength(1), v.maxLength(16 * 1024))
const address = v.pipe(v.string(), v.minLength(1), v.maxLength(2048))
const aYear = 366 * 24 * 60 * 60
const seconds = v.pipe(v.number(), v.finite(), v.minValue(1), v.maxValue(aYear))
const epochSeconds = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(noEnd / 1000))
const registeredSchema = v.pipe(
  v.object({ clientId: secret, clientSecret: secret, clientSecretExpiresAt: epochSeconds }),
  v.transform(({ clientId, clientSecret, clientSecretExpiresAt }) => ({
    clientId,
    clientSecret,
    // RFC 7591, section 3.2.1: 0 has no end.
    expiresAt: clientSecretExpiresAt * 1000 || noEnd,
  })),
)
const deviceSchema = v.pipe(
  v.object({
    deviceCode: secret,
    userCode: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/)),
    verificationUri: address,
    verificationUriComplete: address,
    expiresIn: seconds,
    interval: v.nullish(v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(aYear))),
  }),
  v.transform(
    ({
      deviceCode,
      userCode,
      verificationUri,
      verificationUriComplete,
      expiresIn,
      interval,
    }): OidcDevice => ({
      deviceCode,
      userCode,
      address: verificationUri,
      addressWithCode: verificationUriComplete,
      expiresIn,
      interval: interval ? Math.ceil(interval) : null,
    }),
  ),
)
const tokenSchema = v.pipe(
  v.object({
    accessToken: secret,
    expiresIn: seconds,
    refreshToken: v.nullish(v.union([secret, v.literal('')])),
  }),
  v.transform(
    ({ accessToken, expiresIn, refreshToken }): OidcToken => ({
      accessToken,
      expiresIn,
      refreshToken: refreshToken || null,
    }),
  ),
)

/** For what a token is asked. */
export type OidcGrant =
  | { readonly kind: 'device'; readonly deviceCode: string }
  | {
      readonly kind: 'code'
      readonly code: string
      readonly redirectUri: string
      readonly codeVerifier: string
    }
  | { readonly kind: 'refresh'; readonly refreshToken: string }

export interface Oidc {
  /** Where it is: scheme, host and port. */
  origin(): Promise<URL>
  register(
    client: {
      readonly name: string
      readonly scopes: readonly string[]
      /** Only for the authorization code. */
      readonly code: { readonly redirectUri: string; readonly issuerUrl: string } | null
    },
    signal: AbortSignal,
  ): Promise<OidcAnswer<OidcRegistered & { readonly expiresAt: number }>>
  authorizeDevice(
    client: OidcRegistered,
    startUrl: string,
    signal: AbortSignal,
  ): Promise<OidcAnswer<OidcDevice>>
  token(client: OidcRegistered, grant: OidcGrant, signal: AbortSignal): Promise<OidcAnswer<OidcToken>>
}

/** Of a client for the authorization code. */
export const codeGrantTypes = ['authorization_code', 'refresh_token'] as const

/** Codes of failures that say nothing of the sign-in. */
const unanswered: ReadonlySet<FaultCode> = new Set(['unreachable', 'timeout', 'cancelled'])

/** The service of a region, asked with the settings of a profile. `who` signs in, as a sentence calls it. */
export async function openOidc(
  clients: AwsClients,
  {
    profile,
    region,
    who,
  }: { readonly profile: string | null; readonly region: string; readonly who: string },
): Promise<Result<Oidc>> {
  const client = await clients.ssoOidc({ profile, region, keys: null })
  if (!client.ok) return client
  const sdk = await import('@aws-sdk/client-sso-oidc')

  const answered = async <T>(
    action: string,
    schema: v.GenericSchema<unknown, T>,
    send: () => Promise<unknown>,
  ): Promise<OidcAnswer<T>> => {
    const call: AwsCall = { action, who, region }
    try {
      const read = v.safeParse(schema, await send())
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

  return ok({
    origin: () => originOf(client.value),
    register: ({ name, scopes, code }, signal) =>
      answered('RegisterClient', registeredSchema, () =>
        client.value.send(
          new sdk.RegisterClientCommand({
            clientName: name,
            clientType: 'public',
            ...(scopes.length > 0 ? { scopes: [...scopes] } : {}),
            ...(code === null
              ? {}
              : {
                  grantTypes: [...codeGrantTypes],
                  redirectUris: [code.redirectUri],
                  issuerUrl: code.issuerUrl,
                }),
          }),
          { abortSignal: signal },
        ),
      ),
    authorizeDevice: ({ clientId, clientSecret }, startUrl, signal) =>
      answered('StartDeviceAuthorization', deviceSchema, () =>
        client.value.send(new sdk.StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl }), {
          abortSignal: signal,
        }),
      ),
    token: ({ clientId, clientSecret }, grant, signal) =>
      answered('CreateToken', tokenSchema, () =>
        client.value.send(new sdk.CreateTokenCommand({ clientId, clientSecret, ...grantInput(grant) }), {
          abortSignal: signal,
        }),
      ),
  })
}

function grantInput(grant: OidcGrant) {
  switch (grant.kind) {
    case 'device':
      return {
        grantType: 'urn:ietf:params:oauth:grant-type:device_code',
        deviceCode: grant.deviceCode,
      }
    case 'code': {
      const { code, redirectUri, codeVerifier } = grant
      return { grantType: 'authorization_code', code, redirectUri, codeVerifier }
    }
    case 'refresh':
      return { grantType: 'refresh_token', refreshToken: grant.refreshToken }
    default:
      return assertNever(grant, 'grant')
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
