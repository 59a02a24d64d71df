/**
 * IAM Identity Center: its portal (role credentials, accounts, roles, sign-out), with the OIDC service next to it (sso-oidc.ts).
 * Source: SSO API reference; answers compared with aws-cli 2.23.
 */
import { parsePrincipal } from '../../../shared/identity/arn'
import type { Aws, Meant } from './authenticate'
import { type Answer, json, pageOf } from './http'
import { pathOf, queryOf, type ReceivedRequest } from './sigv4'
import { createOidc } from './sso-oidc'

const operations: Readonly<Record<string, readonly ['sso' | 'sso-oidc', string]>> = {
  'GET /federation/credentials': ['sso', 'GetRoleCredentials'],
  'GET /assignment/accounts': ['sso', 'ListAccounts'],
  'GET /assignment/roles': ['sso', 'ListAccountRoles'],
  'POST /logout': ['sso', 'Logout'],
  'POST /client/register': ['sso-oidc', 'RegisterClient'],
  'POST /device_authorization': ['sso-oidc', 'StartDeviceAuthorization'],
  'POST /token': ['sso-oidc', 'CreateToken'],
  'GET /start/device': ['sso-oidc', 'DevicePage'],
  'POST /start/device': ['sso-oidc', 'DevicePage'],
  'GET /authorize': ['sso-oidc', 'AuthorizePage'],
  'POST /authorize': ['sso-oidc', 'AuthorizePage'],
}

const portalError = (status: number, type: string, message: string): Answer =>
  json(status, { __type: `com.amazonaws.switchboard.portal#${type}`, message }, { 'x-amzn-errortype': type })

const hour = 3_600_000

/** Both services. */
export function createSso({ world, keys, now }: Aws) {
  const oidc = createOidc(world, now)

  const portal = (operation: string, request: ReceivedRequest): Answer => {
    const bearer = request.headers['x-amz-sso_bearer_token'] ?? ''
    const session = oidc.tokenOf(bearer)
    if (session === null)
      return portalError(401, 'UnauthorizedException', 'Session token not found or invalid')
    const query = new Map(queryOf(request.target))
    const { instance } = session
    const account = query.get('account_id')
    switch (operation) {
      case 'Logout':
        oidc.logOut(session)
        return json(200, {})
      case 'ListAccounts': {
        const ids = [...new Set(instance.assignments.map((each) => each.account))].sort()
        const page = pageOf(ids, query.get('max_result') ?? 100, 1000, query.get('next_token'))
        if (page === null) return portalError(400, 'InvalidRequestException', 'Invalid next token')
        const accountList = page.items.map((accountId) => {
          const accountName = world().accounts.find((each) => each.id === accountId)?.name ?? accountId
          return { accountId, accountName, emailAddress: `${accountName}@example.com` }
        })
        return json(200, { accountList, nextToken: page.next })
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
        const { expiresAt, ...issued } = keys.issueRole(role, instance.username, now() + hour)
        return json(200, { roleCredentials: { ...issued, expiration: expiresAt } })
      }
    }
  }

  /** What a request means to them; null when it is for another service. `origin`: where their pages are. */
  return (request: ReceivedRequest, origin: string): Meant | null => {
    const [service, operation] = operations[`${request.method} ${pathOf(request.target)}`] ?? []
    if (service === undefined || operation === undefined) return null
    const answer = () =>
      service === 'sso' ? portal(operation, request) : oidc.operate(operation, request, origin)
    return { service, operation, outcome: () => ({ caller: null, answer: answer() }) }
  }
}
