/**
 * The portal of IAM Identity Center, asked with the access token of a sign-in: whether it takes that token, and every account
 * and permission set that the sign-in can see. Nothing is signed in here.
 */
import type { SSOClient } from '@aws-sdk/client-sso'
import * as v from 'valibot'
import { toldApart } from '../../../shared/identity/account-names'
import { ok, type Result } from '../../../shared/result'
import { ssoSource } from '../chain/credential-sources'
import type { CredentialSource } from '../chain/types'
import type { AwsFiles } from '../files/aws-files'
import { type AskAws, type AskedAs, type CallOptions, calledOnce, listAll } from './calls'
import { askedAs, type CredentialsRequest } from './credentials-request'
import { notSo, type Refused, whyOf } from './refusals'
import { ssoAccessToken } from './sso-token'

/** A call that sends the portal a token, and whether it was accepted: a failure says nothing of that. */
const showing =
  (
    action: string,
    send: (client: SSOClient, accessToken: string, options: CallOptions) => Promise<unknown>,
  ) =>
  async (asked: Omit<AskedAs, 'keys'>, accessToken: string): Promise<Result<boolean>> => {
    const answer = await calledOnce('sso', { ...asked, keys: null }, action, (client, options) =>
      send(client, accessToken, options),
    )
    if (answer.ok) return ok(true)
    return whyOf(answer.fault) === 'signed-out' ? ok(false) : answer
  }

/** Whether the portal still takes the token: it may have ended there long before its time. */
export const acceptsToken = showing('ListAccounts', async (client, accessToken, options) => {
  const { ListAccountsCommand } = await import('@aws-sdk/client-sso')
  return client.send(new ListAccountsCommand({ accessToken, maxResults: 1 }), options)
})

/** Ends a sign-in at the portal, for every program that has its token; false where it had ended. */
export const endSignIn = showing('Logout', async (client, accessToken, options) => {
  const { LogoutCommand } = await import('@aws-sdk/client-sso')
  return client.send(new LogoutCommand({ accessToken }), options)
})

/** A permission set in an account. */
export interface Assignment {
  readonly account: string
  readonly accountName: string | null
  readonly permissionSet: string
}

const account = v.object({
  accountId: v.pipe(v.string(), v.regex(/^\d{12}$/)),
  accountName: v.nullish(v.pipe(v.string(), v.maxLength(256))),
})
const role = v.object({ roleName: v.pipe(v.string(), v.regex(/^[\w+=,.@-]{1,64}$/)) })

/** How credentials come from a permission set of a session that a config file names; null where it names none. */
export function ssoSourceOf(
  files: AwsFiles,
  session: string,
  { account, permissionSet }: Pick<Assignment, 'account' | 'permissionSet'>,
): CredentialSource<'sso'> | null {
  const settings = files.ssoSessions.get(session)?.settings
  const [startUrl, region] = [settings?.sso_start_url?.value, settings?.sso_region?.value]
  if (!startUrl || !region) return null
  // What aws has cached is got by profiles; there need be none.
  return ssoSource({ profile: session, account, permissionSet, region, session, startUrl }, false)
}

/** More than any organisation has, and than it gives one person in an account. */
const mostAccounts = 50_000
const mostRoles = 1_000

/** Every account and permission set that the session can see, account by account. */
export async function* assignments(
  source: CredentialSource<'sso'>,
  request: CredentialsRequest,
  ask: AskAws,
): AsyncGenerator<Result<readonly Assignment[]>> {
  const token = await request.shared.tokens([source.tokenKey], () => ssoAccessToken(source, request))
  if (!token.ok) {
    yield token
    return
  }
  const { region } = source
  const { clients, profile, keys, ...about } = askedAs(request, null, region)
  const client = await clients.sso({ profile, region, keys })
  if (!client.ok) {
    yield client
    return
  }
  const { ListAccountsCommand, ListAccountRolesCommand } = await import('@aws-sdk/client-sso')
  const at = { ...about, client: client.value, ask }
  const page = { accessToken: token.value, maxResults: 100 }
  const accounts = await listAll(at, 'ListAccounts', {
    item: account,
    most: mostAccounts,
    wrong: (why) => noPortal('ListAccounts', region, why),
    page: async (portal, from, options) => {
      const answer = await portal.send(new ListAccountsCommand({ ...page, ...from }), options)
      return { items: answer.accountList, next: answer.nextToken }
    },
  })
  if (!accounts.ok) {
    yield accounts
    return
  }
  // An organisation may call several of its accounts alike.
  const names = toldApart(
    accounts.value.flatMap(({ accountId, accountName }) =>
      accountName ? [[accountId, accountName] as const] : [],
    ),
  )
  const found = accounts.value.map(async ({ accountId }) => {
    const roles = await listAll(at, 'ListAccountRoles', {
      item: role,
      most: mostRoles,
      wrong: (why) => noPortal('ListAccountRoles', region, why),
      page: async (portal, from, options) => {
        const command = new ListAccountRolesCommand({ ...page, accountId, ...from })
        const answer = await portal.send(command, options)
        return { items: answer.roleList, next: answer.nextToken }
      },
    })
    if (!roles.ok) return roles
    const assignment = { account: accountId, accountName: names.get(accountId) ?? null }
    return ok(roles.value.map(({ roleName }) => ({ ...assignment, permissionSet: roleName })))
  })
  for (const one of found) yield await one
}

const noPortal = (action: string, region: string, why: string): Refused =>
  notSo(
    `What answers ${action} in ${region} is not an SSO portal: ${why}.`,
    'Check sso_region, and which endpoint_url or proxy answers in place of the portal.',
  )
