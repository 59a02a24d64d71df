/**
 * IAM Identity Center: its portal (role credentials, accounts, roles, sign-out), with the OIDC service next to it (sso-oidc.ts).
 * Source: SSO API reference; answers compared with aws-cli 2.23.
 */
import { parsePrincipal } from '../../../shared/identity/arn'
import type { Meant } from './authenticate'
import { type Answer, json, pageOf } from './http'
import { pathOf, queryOf, type ReceivedRequest } from './sigv4'
import { type IssuedToken, type Oidc, type Operations, oidcOperations, tokenOf } from './sso-oidc'

const portalError = (status: number, type: string, message: string): Answer =>
  json(status, { __type: `com.amazonaws.switchboard.portal#${type}`, message }, { 'x-amzn-errortype': type })

const hour = 3_600_000

const noAccess = portalError(403, 'ForbiddenException', 'No access')

/** An operation of the portal, for the owner of a token. */
const withToken =
  (operate: (session: IssuedToken, query: ReadonlyMap<string, string>, oidc: Oidc) => Answer) =>
  (oidc: Oidc, request: ReceivedRequest): Answer => {
    const session = tokenOf(oidc, request.headers['x-amz-sso_bearer_token'] ?? '')
    return session === null
      ? portalError(401, 'UnauthorizedException', 'Session token not found or invalid')
      : operate(session, new Map(queryOf(request.target)), oidc)
  }

const roleCredentials = withToken(({ instance }, query, { world, keys, now }) => {
  const assignment = instance.assignments.find(
    ({ account, permissionSet }) =>
      account === query.get('account_id') && permissionSet === query.get('role_name'),
  )
  const role = world().roles.find((each) => each.arn === assignment?.roleArn)
  if (!role || !parsePrincipal(role.arn)) return noAccess
  const { expiresAt, ...issued } = keys.issueRole(role, instance.username, now() + hour)
  return json(200, { roleCredentials: { ...issued, expiration: expiresAt } })
})

const accounts = withToken(({ instance }, query, { world }) => {
  const ids = [...new Set(instance.assignments.map((each) => each.account))].sort()
  const page = pageOf(ids, query.get('max_result') ?? 100, 1000, query.get('next_token'))
  if (page === null) return portalError(400, 'InvalidRequestException', 'Invalid next token')
  const accountList = page.items.map((accountId) => {
    const accountName = world().accounts.find((each) => each.id === accountId)?.name ?? accountId
    return { accountId, accountName, emailAddress: `${accountName}@example.com` }
  })
  return json(200, { accountList, nextToken: page.next })
})

const accountRoles = withToken(({ instance }, query) => {
  const roleList = instance.assignments
    .filter((each) => each.account === query.get('account_id'))
    .map((each) => ({ roleName: each.permissionSet, accountId: each.account }))
  return roleList.length === 0 ? noAccess : json(200, { roleList, nextToken: null })
})

const logOut = withToken(({ signIn }, _query, { ended }) => {
  ended.add(signIn)
  return json(200, {})
})

const operations: Operations = {
  'GET /federation/credentials': ['sso', 'GetRoleCredentials', roleCredentials],
  'GET /assignment/accounts': ['sso', 'ListAccounts', accounts],
  'GET /assignment/roles': ['sso', 'ListAccountRoles', accountRoles],
  'POST /logout': ['sso', 'Logout', logOut],
  ...oidcOperations,
}

/** What a request means to both services; null when it is for another one. `origin`: where their pages are. */
export function ssoMeant(request: ReceivedRequest, oidc: Oidc, origin: string): Meant | null {
  const [service, operation, answer] = operations[`${request.method} ${pathOf(request.target)}`] ?? []
  if (service === undefined || operation === undefined || answer === undefined) return null
  return { service, operation, outcome: () => ({ caller: null, answer: answer(oidc, request, origin) }) }
}
