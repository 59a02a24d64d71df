/**
 * IAM Identity Center: the portal (role credentials, accounts, roles) and its OIDC service (client registration,
 * device flow, refresh). Source: SSO and SSO OIDC API references; answers compared with aws-cli 2.23.
 */
import { createHmac } from 'node:crypto'
import { parsePrincipal } from '../../../shared/identity/arn'
import { type Answer, escapeXml, json, parseObject } from './http'
import { idFrom, type Keys } from './keys'
import { pathOf, queryOf, type ReceivedRequest } from './sigv4'
import type { SsoInstance, SsoTokenRecord, World } from './world'

export interface SsoOutcome {
  readonly service: 'sso' | 'sso-oidc'
  readonly operation: string
  readonly answer: Answer
}

export interface Sso {
  /** Null when the request is for another service. */
  handle(request: ReceivedRequest, origin: string): SsoOutcome | null
  /** The user says yes in the browser. False when there is no such code. */
  approveDevice(userCode: string): boolean
}

interface DeviceLogin {
  readonly userCode: string
  readonly deviceCode: string
  readonly instance: SsoInstance
  readonly expiresAt: number
  approved: boolean
}

interface Registration {
  readonly secret: string
  readonly expiresAt: number
}

const operations: Readonly<Record<string, readonly [SsoOutcome['service'], string]>> = {
  'GET /federation/credentials': ['sso', 'GetRoleCredentials'],
  'GET /assignment/accounts': ['sso', 'ListAccounts'],
  'GET /assignment/roles': ['sso', 'ListAccountRoles'],
  'POST /logout': ['sso', 'Logout'],
  'POST /client/register': ['sso-oidc', 'RegisterClient'],
  'POST /device_authorization': ['sso-oidc', 'StartDeviceAuthorization'],
  'POST /token': ['sso-oidc', 'CreateToken'],
}

/** The operation that a request means, for faults and records; null when it is not for these services. */
export function ssoOperation(request: ReceivedRequest): readonly [SsoOutcome['service'], string] | null {
  return operations[`${request.method} ${pathOf(request.target)}`] ?? null
}

const portalError = (status: number, type: string, message: string): Answer =>
  json(status, { __type: `com.amazonaws.switchboard.portal#${type}`, message }, { 'x-amzn-errortype': type })

const oidcError = (type: string, error: string, error_description: string): Answer =>
  json(400, { error, error_description, __type: type }, { 'x-amzn-errortype': type })

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const hour = 3_600_000

/** Both services over a world; `now` in milliseconds since the epoch. */
export function createSso(world: () => World, keys: Keys, now: () => number): Sso {
  const logins: DeviceLogin[] = []
  const registrations = new Map<string, Registration>()
  const issued: { instance: SsoInstance; token: SsoTokenRecord }[] = []
  const loggedOut = new Set<string>()
  let counter = 0

  const opaque = (kind: string): string => {
    counter += 1
    return `${kind}${createHmac('sha512', 'ekscope sso').update(`${kind}${counter}`).digest('base64url')}`
  }

  const tokens = (): readonly { instance: SsoInstance; token: SsoTokenRecord }[] => [
    ...world().sso.flatMap((instance) => (instance.tokens ?? []).map((token) => ({ instance, token }))),
    ...issued,
  ]

  const grant = (instance: SsoInstance, clientId: string, clientSecret: string): Answer => {
    const token = {
      accessToken: opaque('aoaAAAAAG'),
      refreshToken: opaque('aorAAAAAG'),
      clientId,
      clientSecret,
      expiresAt: now() + 8 * hour,
    }
    issued.push({ instance, token })
    return json(200, {
      accessToken: token.accessToken,
      tokenType: 'Bearer',
      expiresIn: 8 * 3600,
      refreshToken: token.refreshToken,
    })
  }

  const clientIsKnown = (id: string, secret: string): boolean => {
    const registered = registrations.get(id)
    if (registered) return registered.secret === secret && registered.expiresAt > now()
    return tokens().some((each) => each.token.clientId === id && each.token.clientSecret === secret)
  }

  const createToken = (body: Record<string, unknown>): Answer => {
    const clientId = text(body.clientId)
    const clientSecret = text(body.clientSecret)
    if (!clientIsKnown(clientId, clientSecret)) {
      return oidcError('InvalidClientException', 'invalid_client', 'Invalid client provided')
    }
    if (body.grantType === 'refresh_token') {
      const known = tokens().find(
        (each) =>
          each.token.refreshToken !== undefined &&
          each.token.refreshToken === body.refreshToken &&
          each.token.clientId === clientId,
      )
      return known
        ? grant(known.instance, clientId, clientSecret)
        : oidcError('InvalidGrantException', 'invalid_grant', 'Invalid refresh token provided')
    }
    if (body.grantType !== 'urn:ietf:params:oauth:grant-type:device_code') {
      return oidcError(
        'UnsupportedGrantTypeException',
        'unsupported_grant_type',
        'Grant type is not supported',
      )
    }
    const login = logins.find((each) => each.deviceCode === body.deviceCode)
    if (!login) return oidcError('InvalidGrantException', 'invalid_grant', 'Invalid device code provided')
    if (login.expiresAt <= now())
      return oidcError('ExpiredTokenException', 'expired_token', 'Device code expired')
    if (!login.approved && login.instance.approvesAtOnce !== true) {
      return oidcError(
        'AuthorizationPendingException',
        'authorization_pending',
        'The user has not approved the request yet',
      )
    }
    logins.splice(logins.indexOf(login), 1)
    return grant(login.instance, clientId, clientSecret)
  }

  const startDeviceAuthorization = (body: Record<string, unknown>, origin: string): Answer => {
    if (!clientIsKnown(text(body.clientId), text(body.clientSecret))) {
      return oidcError('InvalidClientException', 'invalid_client', 'Invalid client provided')
    }
    const trimmed = text(body.startUrl).replace(/[#/]+$/, '')
    const instance = world().sso.find((each) => each.startUrl.replace(/[#/]+$/, '') === trimmed)
    if (!instance)
      return oidcError('InvalidRequestException', 'invalid_request', 'Invalid start url provided')
    const letters = idFrom('', opaque('code'), 8)
    const userCode = `${letters.slice(0, 4)}-${letters.slice(4)}`
    const login = {
      userCode,
      deviceCode: opaque('device'),
      instance,
      expiresAt: now() + 600_000,
      approved: false,
    }
    logins.push(login)
    return json(200, {
      deviceCode: login.deviceCode,
      userCode,
      verificationUri: `${origin}/start/device`,
      verificationUriComplete: `${origin}/start/device?user_code=${userCode}`,
      expiresIn: 600,
      interval: 1,
    })
  }

  const portal = (operation: string, request: ReceivedRequest): Answer => {
    const bearer = request.headers['x-amz-sso_bearer_token'] ?? ''
    const session = tokens().find((each) => each.token.accessToken === bearer)
    if (!session || session.token.expiresAt <= now() || loggedOut.has(bearer)) {
      return portalError(401, 'UnauthorizedException', 'Session token not found or invalid')
    }
    const query = new Map(queryOf(request.target))
    const { instance } = session
    const account = query.get('account_id')
    switch (operation) {
      case 'Logout':
        loggedOut.add(bearer)
        return json(200, {})
      case 'ListAccounts': {
        const ids = [...new Set(instance.assignments.map((each) => each.account))].sort()
        const most = Number(query.get('max_result') ?? '100')
        const from = Number(query.get('next_token') ?? '0')
        const accountList = ids.slice(from, from + most).map((accountId) => {
          const accountName = world().accounts.find((each) => each.id === accountId)?.name ?? accountId
          return { accountId, accountName, emailAddress: `${accountName}@example.com` }
        })
        return json(200, { accountList, nextToken: from + most < ids.length ? String(from + most) : null })
      }
      case 'ListAccountRoles': {
        const roleList = instance.assignments
          .filter((each) => each.account === account)
          .map((each) => ({ roleName: each.permissionSet, accountId: each.account }))
        if (roleList.length === 0) return portalError(403, 'ForbiddenException', 'No access')
        return json(200, { roleList, nextToken: null })
      }
      default: {
        const assignment = instance.assignments.find(
          (each) => each.account === account && each.permissionSet === query.get('role_name'),
        )
        const role = world().roles.find((each) => each.arn === assignment?.roleArn)
        if (!role || !parsePrincipal(role.arn)) return portalError(403, 'ForbiddenException', 'No access')
        const credentials = keys.issueRole(role, instance.username, now() + hour)
        return json(200, {
          roleCredentials: {
            accessKeyId: credentials.accessKeyId,
            secretAccessKey: credentials.secretAccessKey,
            sessionToken: credentials.sessionToken,
            expiration: credentials.expiresAt,
          },
        })
      }
    }
  }

  const oidc = (operation: string, request: ReceivedRequest, origin: string): Answer => {
    const body = parseObject(request.body)
    if (!body) return oidcError('InvalidRequestException', 'invalid_request', 'Invalid request body')
    if (operation === 'CreateToken') return createToken(body)
    if (operation === 'StartDeviceAuthorization') return startDeviceAuthorization(body, origin)
    const clientId = opaque('client')
    const clientSecret = opaque('eyJraWQiOiJrZXkt')
    const expiresAt = now() + 90 * 24 * hour
    registrations.set(clientId, { secret: clientSecret, expiresAt })
    return json(200, {
      clientId,
      clientSecret,
      clientIdIssuedAt: Math.floor(now() / 1000),
      clientSecretExpiresAt: Math.floor(expiresAt / 1000),
    })
  }

  const approveDevice = (userCode: string): boolean => {
    const login = logins.find((each) => each.userCode === userCode && each.expiresAt > now())
    if (login) login.approved = true
    return login !== undefined
  }

  /** The page that a browser is sent to. It asks by a form, so that opening an address alone approves nothing. */
  const devicePage = (request: ReceivedRequest): SsoOutcome => {
    const code =
      request.method === 'POST'
        ? (new URLSearchParams(request.body).get('user_code') ?? '')
        : (new Map(queryOf(request.target)).get('user_code') ?? '')
    const done = request.method === 'POST' && approveDevice(code)
    const content = done
      ? '<h1>Request approved</h1><p>You can close this window.</p>'
      : `<h1>Demo sign-in</h1><p>Allow Ekscope's demo fleet to act for you?</p><form method="post"><input name="user_code" value="${escapeXml(code)}" aria-label="Code"><button>Allow</button></form>`
    return {
      service: 'sso-oidc',
      operation: 'DevicePage',
      answer: {
        status: 200,
        type: 'text/html',
        body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Demo sign-in</title><body style="font:16px system-ui;margin:4rem auto;max-width:28rem">${content}</body></html>`,
        headers: {
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
        },
      },
    }
  }

  return {
    approveDevice,
    handle(request, origin) {
      if (pathOf(request.target) === '/start/device') return devicePage(request)
      const meant = ssoOperation(request)
      if (!meant) return null
      const [service, operation] = meant
      const answer = service === 'sso' ? portal(operation, request) : oidc(operation, request, origin)
      return { service, operation, answer }
    },
  }
}
