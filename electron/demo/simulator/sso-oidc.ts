/**
 * IAM Identity Center's OIDC service: client registration, device authorisation, authorization code with PKCE, refresh. Its
 * pages ask by a form, so that opening an address alone approves nothing. Source: SSO OIDC API reference, RFC 7636, 8628.
 */
import { createHash, createHmac } from 'node:crypto'
import type { Aws } from './authenticate'
import { type Answer, json, parseObject } from './http'
import { idFrom } from './signing-keys'
import { queryOf, type ReceivedRequest } from './sigv4'
import { consentPage, donePage, refusedPage } from './sso-pages'
import type { ServiceName, SsoInstance, SsoTokenRecord } from './world'

/** A token with the portal that it opens, and the sign-in that it comes from. */
export interface IssuedToken {
  readonly instance: SsoInstance
  readonly token: SsoTokenRecord
  /** The same for a token and those that were renewed from it. */
  readonly signIn: string
}

/** The user's answer so far. */
type Word = 'allow' | 'deny' | null

interface DeviceLogin {
  readonly userCode: string
  readonly deviceCode: string
  readonly clientId: string
  readonly instance: SsoInstance
  readonly expiresAt: number
  word: Word
}

interface AuthorizationCode {
  readonly code: string
  readonly clientId: string
  readonly redirectUri: string
  readonly challenge: string
  readonly instance: SsoInstance
  readonly expiresAt: number
}

interface Registration extends ReturnType<typeof registrationOf> {
  readonly secret: string
  readonly expiresAt: number
}

/** What a client says of itself when it registers. */
const registrationOf = (body: Record<string, unknown>) => ({
  name: text(body.clientName),
  scopes: texts(body.scopes),
  grantTypes: texts(body.grantTypes),
  redirectUris: texts(body.redirectUris),
  issuerUrl: text(body.issuerUrl),
})

const oidcErrors: Readonly<Record<string, readonly [type: string, description: string]>> = {
  access_denied: ['AccessDeniedException', 'The user has denied the request'],
  authorization_pending: ['AuthorizationPendingException', 'The user has not approved the request yet'],
  expired_token: ['ExpiredTokenException', 'The code has expired'],
  invalid_client: ['InvalidClientException', 'Invalid client provided'],
  invalid_grant: ['InvalidGrantException', 'Invalid grant provided'],
  invalid_request: ['InvalidRequestException', 'Invalid request'],
  slow_down: ['SlowDownException', 'The client is asking too often'],
  unsupported_grant_type: ['UnsupportedGrantTypeException', 'Grant type is not supported'],
}

/** An answer of the OIDC service without a token. */
export function oidcError(error: string): Answer {
  const [type = 'InvalidRequestException', description = error] = oidcErrors[error] ?? []
  const body = { error, error_description: description, __type: type }
  return json(400, body, { 'x-amzn-errortype': type })
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
const trimmed = (url: string) => url.replace(/[#/]+$/, '')

const hour = 3_600_000
const minute = 60_000

/** The service over a world, with what it has given out. */
export const openOidc = (aws: Aws) => ({
  ...aws,
  logins: [] as DeviceLogin[],
  codes: [] as AuthorizationCode[],
  registrations: new Map<string, Registration>(),
  issued: [] as IssuedToken[],
  /** Sign-ins: neither their tokens nor what would renew these is good from then on. */
  ended: new Set<string>(),
  opaqueTexts: 0,
})
export type Oidc = ReturnType<typeof openOidc>

type Body = Readonly<Record<string, unknown>>

function opaque(oidc: Oidc, kind: string): string {
  oidc.opaqueTexts += 1
  const hash = createHmac('sha512', 'ekscope sso').update(`${kind}${oidc.opaqueTexts}`)
  return `${kind}${hash.digest('base64url')}`
}

const tokens = ({ world, issued, ended }: Oidc): readonly IssuedToken[] =>
  [
    ...world().sso.flatMap((instance) =>
      (instance.tokens ?? []).map((token) => ({ instance, token, signIn: token.accessToken })),
    ),
    ...issued,
  ].filter(({ signIn }) => !ended.has(signIn))

/** The token that is good now; null for any other. */
export function tokenOf(oidc: Oidc, accessToken: string): IssuedToken | null {
  const found = tokens(oidc).find(({ token }) => token.accessToken === accessToken)
  return found === undefined || found.token.expiresAt <= oidc.now() ? null : found
}

const instanceAt = ({ world }: Oidc, startUrl: string) =>
  world().sso.find((each) => trimmed(each.startUrl) === trimmed(startUrl))

function clientIsKnown(oidc: Oidc, id: string, secret: string): boolean {
  const registered = oidc.registrations.get(id)
  if (registered) return registered.secret === secret && registered.expiresAt > oidc.now()
  return tokens(oidc).some((each) => each.token.clientId === id && each.token.clientSecret === secret)
}

function byDevice({ logins, now }: Oidc, body: Body): SsoInstance | string {
  const login = logins.find((one) => one.deviceCode === body.deviceCode && one.clientId === body.clientId)
  if (login === undefined) return 'invalid_grant'
  if (login.word === 'deny') return 'access_denied'
  if (login.expiresAt <= now()) return 'expired_token'
  if (login.word === null) return 'authorization_pending'
  logins.splice(logins.indexOf(login), 1)
  return login.instance
}

function byCode({ codes, now }: Oidc, body: Body): SsoInstance | string {
  const code = codes.find((each) => each.code === body.code && each.clientId === body.clientId)
  if (code === undefined) return 'invalid_grant'
  // Good once, for any client.
  codes.splice(codes.indexOf(code), 1)
  if (code.expiresAt <= now()) return 'expired_token'
  const challenge = createHash('sha256').update(text(body.codeVerifier)).digest('base64url')
  return challenge === code.challenge && body.redirectUri === code.redirectUri
    ? code.instance
    : 'invalid_grant'
}

function createToken(oidc: Oidc, body: Body): Answer {
  const client = { clientId: text(body.clientId), clientSecret: text(body.clientSecret) }
  if (!clientIsKnown(oidc, client.clientId, client.clientSecret)) return oidcError('invalid_client')
  const grant = (instance: SsoInstance, signIn: string, renewable: boolean): Answer => {
    const given = {
      accessToken: opaque(oidc, 'aoaAAAAAG'),
      ...(renewable ? { refreshToken: opaque(oidc, 'aorAAAAAG') } : {}),
    }
    oidc.issued.push({
      instance,
      token: { ...given, ...client, expiresAt: oidc.now() + 8 * hour },
      signIn,
    })
    return json(200, { ...given, tokenType: 'Bearer', expiresIn: 8 * 3600 })
  }
  const renewable = (oidc.registrations.get(client.clientId)?.scopes.length ?? 0) > 0
  const granted = (got: SsoInstance | string) =>
    typeof got === 'string' ? oidcError(got) : grant(got, opaque(oidc, 'sign-in'), renewable)
  switch (body.grantType) {
    case 'refresh_token': {
      const refreshToken = text(body.refreshToken) || null
      const known = tokens(oidc).find(
        ({ token }) => token.refreshToken === refreshToken && token.clientId === client.clientId,
      )
      return known ? grant(known.instance, known.signIn, true) : oidcError('invalid_grant')
    }
    case 'urn:ietf:params:oauth:grant-type:device_code':
      return granted(byDevice(oidc, body))
    case 'authorization_code':
      return granted(byCode(oidc, body))
    default:
      return oidcError('unsupported_grant_type')
  }
}

function startDeviceAuthorization(oidc: Oidc, body: Body, origin: string): Answer {
  const clientId = text(body.clientId)
  if (!clientIsKnown(oidc, clientId, text(body.clientSecret))) return oidcError('invalid_client')
  const instance = instanceAt(oidc, text(body.startUrl))
  if (!instance) return oidcError('invalid_request')
  const letters = idFrom('', opaque(oidc, 'code'), 8)
  const userCode = `${letters.slice(0, 4)}-${letters.slice(4)}`
  const deviceCode = opaque(oidc, 'device')
  const expiresAt = oidc.now() + 10 * minute
  oidc.logins.push({ userCode, deviceCode, clientId, instance, expiresAt, word: null })
  return json(200, {
    deviceCode,
    userCode,
    verificationUri: `${origin}/start/device`,
    verificationUriComplete: `${origin}/start/device?user_code=${userCode}`,
    expiresIn: 600,
    interval: 1,
  })
}

function registerClient(oidc: Oidc, body: Body): Answer {
  const client = registrationOf(body)
  const { grantTypes, redirectUris, issuerUrl } = client
  if (grantTypes.includes('authorization_code') && (redirectUris.length === 0 || issuerUrl === ''))
    return oidcError('invalid_request')
  const clientId = opaque(oidc, 'client')
  const secret = opaque(oidc, 'eyJraWQiOiJrZXkt')
  const expiresAt = oidc.now() + 90 * 24 * hour
  oidc.registrations.set(clientId, { ...client, secret, expiresAt })
  return json(200, {
    clientId,
    clientSecret: secret,
    clientIdIssuedAt: Math.floor(oidc.now() / 1000),
    clientSecretExpiresAt: Math.floor(expiresAt / 1000),
  })
}

/** The page to which the browser comes with a code, and sends its answer. */
function devicePage({ logins, registrations, now }: Oidc, request: ReceivedRequest): Answer {
  const form = formOf(request)
  const code = form.get('user_code') ?? new Map(queryOf(request.target)).get('user_code') ?? ''
  const login = logins.find((each) => each.userCode === code)
  const name = registrations.get(login?.clientId ?? '')?.name ?? ''
  if (request.method !== 'POST') return consentPage(name, { user_code: code })
  if (login === undefined || login.expiresAt <= now())
    return refusedPage('This code is not known, or has expired.')
  login.word = form.get('answer') === 'deny' ? 'deny' : 'allow'
  return donePage(login.word === 'allow')
}

/** Where the browser is sent for an authorization code, which it takes to the program that waits on this machine. */
function authorizePage(oidc: Oidc, request: ReceivedRequest): Answer {
  const query = new Map(queryOf(request.target))
  const asked = (name: string) => query.get(name) ?? ''
  const clientId = asked('client_id')
  const redirectUri = asked('redirect_uri')
  const challenge = asked('code_challenge')
  const registered = oidc.registrations.get(clientId)
  const instance = registered && instanceAt(oidc, registered.issuerUrl)
  if (!registered?.grantTypes.includes('authorization_code') || instance === undefined)
    return refusedPage('This client is not registered for this.')
  // Of a redirect to this machine any port will do (RFC 8252, 7.3).
  if (!registered.redirectUris.includes(redirectUri.replace(/^(http:\/\/127\.0\.0\.1):\d+\//, '$1/')))
    return refusedPage('This client may not be answered there.')
  const byPkce = asked('response_type') === 'code' && asked('code_challenge_method') === 'S256'
  if (!byPkce || !/^[\w-]{43}$/.test(challenge))
    return refusedPage('This is no request for an authorization code with PKCE.')
  if (request.method !== 'POST') return consentPage(registered.name, {}, redirectUri)
  const back = new URL(redirectUri)
  if (formOf(request).get('answer') === 'deny') back.searchParams.set('error', 'access_denied')
  else {
    const code = opaque(oidc, 'code')
    const expiresAt = oidc.now() + minute
    oidc.codes.push({ code, clientId, redirectUri, challenge, instance, expiresAt })
    back.searchParams.set('code', code)
  }
  back.searchParams.set('state', asked('state'))
  return { ...donePage(true), status: 302, headers: { location: back.href } }
}

/** An operation of either service: its service, its name, and the answer. `origin`: where the pages are. */
export type Operations = Readonly<
  Record<
    string,
    readonly [ServiceName, string, (oidc: Oidc, request: ReceivedRequest, origin: string) => Answer]
  >
>

/** An operation of programs, asked with an object. */
const withBody =
  (operate: (oidc: Oidc, body: Body, origin: string) => Answer): Operations[string][2] =>
  (oidc, request, origin) => {
    const body = parseObject(request.body)
    return body ? operate(oidc, body, origin) : oidcError('invalid_request')
  }

/** Also its pages, to which a person is sent. */
export const oidcOperations: Operations = {
  'POST /client/register': ['sso-oidc', 'RegisterClient', withBody(registerClient)],
  'POST /device_authorization': ['sso-oidc', 'StartDeviceAuthorization', withBody(startDeviceAuthorization)],
  'POST /token': ['sso-oidc', 'CreateToken', withBody(createToken)],
  'GET /start/device': ['sso-oidc', 'DevicePage', devicePage],
  'POST /start/device': ['sso-oidc', 'DevicePage', devicePage],
  'GET /authorize': ['sso-oidc', 'AuthorizePage', authorizePage],
  'POST /authorize': ['sso-oidc', 'AuthorizePage', authorizePage],
}

const formOf = (request: ReceivedRequest): URLSearchParams =>
  new URLSearchParams(request.method === 'POST' ? request.body : '')
