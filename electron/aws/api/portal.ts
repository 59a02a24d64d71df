/** The portal of IAM Identity Center, asked with the access token of a sign-in. */
import type { SSOClient } from '@aws-sdk/client-sso'
import { ok, type Result } from '../../../shared/result'
import { type AskedAs, type CallOptions, calledOnce } from './calls'
import { whyOf } from './refusals'

/** A call that shows the portal a token, and whether that was taken: a failure says nothing of it. */
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
